//! Composition profile: the choices that Chinese typesetting leaves open.

use crate::unit::Em;

/// Width of marks in a line (标点风格).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PunctuationStyle {
    /// 开明式: marks that end a sentence take a full cell inside the line, all others half a cell.
    #[default]
    Kaiming,
    /// 全角式: every mark takes a full cell, two in a row one and a half.
    Full,
    /// 半角式: every mark takes half a cell.
    Half,
    /// 行末半角式: every mark takes a full cell, but half a cell at the edges of a line.
    LineEndHalf,
}

/// Strictness of line-start and line-end prohibition (避头尾). CLREQ
/// `#prohibition_rules_for_line_start_end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum KinsokuLevel {
    /// No prohibition; no mainland paper sets this way.
    None,
    /// Stops and closing marks start no line, opening marks end no line.
    Basic,
    /// As `Basic`, and the solidus ends no line: GB/T 15834-2011 5.1.
    #[default]
    Gb,
    /// As `Gb`, and neither —— nor …… starts a line.
    Strict,
}

/// Width of the space between Latin words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordSpace {
    /// Width before justification.
    pub natural: Em,
    /// Least width.
    pub min: Em,
    /// Greatest width before all gaps are stretched evenly.
    pub max: Em,
}

/// Settings for the composition of lines.
///
/// The default is `NP-CN`, the mainland newspaper profile: 开明式 marks, half-width marks at line
/// ends, digits on half cells, push-in before push-out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompositionProfile {
    /// Width of marks.
    pub punctuation: PunctuationStyle,
    /// Strictness of line-start and line-end prohibition.
    pub kinsoku: KinsokuLevel,
    /// True if …… may start a line where the level alone would allow it: GB allows it, newspapers
    /// do not (R09).
    pub allows_ellipsis_at_start: bool,
    /// True if an opening mark at the start of a line drops its white half (R23).
    pub trims_line_start: bool,
    /// True if an opening mark after the indent drops its white half (R25).
    pub trims_after_indent: bool,
    /// True if one of 、，。 may hang over the end of a line; hardly any Chinese paper does it.
    pub allows_hanging: bool,
    /// Width of a digit; GB/T 15835-1995 sets digits on half cells. `None`: the advance of the
    /// face.
    pub digit_width: Option<Em>,
    /// Width of the cell of ·; GB/T 15834-2011 gives it half a cell.
    pub interpunct_width: Em,
    /// Gap between Han and a number.
    pub han_digit_gap: Em,
    /// Gap between Han and a Latin word (中西间距). CLREQ allows up to ¼ em.
    pub han_latin_gap: Em,
    /// Greatest width to which either gap may be stretched.
    pub han_latin_gap_max: Em,
    /// Space between Latin words.
    pub word_space: WordSpace,
    /// Space between the clauses of a text for which the house style has none of its own.
    pub clause_space: Em,
    /// Indent of a paragraph's first line (首行缩进).
    pub indent: Em,
}

impl Default for CompositionProfile {
    fn default() -> Self {
        Self {
            punctuation: PunctuationStyle::Kaiming,
            kinsoku: KinsokuLevel::Gb,
            allows_ellipsis_at_start: false,
            trims_line_start: true,
            trims_after_indent: true,
            allows_hanging: false,
            digit_width: Some(Em::HALF),
            interpunct_width: Em::HALF,
            han_digit_gap: Em::ZERO,
            han_latin_gap: Em::EIGHTH,
            han_latin_gap_max: Em::ONE.share(1, 3),
            word_space: WordSpace { natural: Em::ONE.share(1, 3), min: Em::QUARTER, max: Em::HALF },
            clause_space: Em::HALF,
            indent: Em::zi(2),
        }
    }
}
