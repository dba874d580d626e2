//! The composition profile: which of the choices that Chinese typesetting leaves open are taken.

use crate::unit::Em;

/// How wide marks are set (标点风格).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PunctuationStyle {
    /// 开明式: marks that end a sentence take a full cell inside the line, all others half a one.
    #[default]
    Kaiming,
    /// 全角式: every mark takes a full cell, two in a row one and a half.
    Full,
    /// 半角式: every mark takes half a cell.
    Half,
    /// 行末半角式: every mark takes a full cell, and half a one at the edges of a line.
    LineEndHalf,
}

/// How strictly marks are kept from the edges of lines (避头尾). CLREQ
/// `#prohibition_rules_for_line_start_end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum KinsokuLevel {
    /// Not at all; no mainland paper does it.
    None,
    /// Stops and closing marks start no line, opening marks end none.
    Basic,
    /// As basic, and the solidus ends no line: GB/T 15834-2011 5.1.
    #[default]
    Gb,
    /// As GB, and neither —— nor …… starts a line.
    Strict,
}

/// How lines are composed. The default is `NP-CN`, the mainland newspaper profile: 开明式 marks,
/// half-width line ends, digits on half cells, push-in before push-out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompositionProfile {
    /// How wide marks are.
    pub punctuation: PunctuationStyle,
    /// How strictly they are kept from the edges of lines.
    pub kinsoku: KinsokuLevel,
    /// Whether …… may start a line where the level alone would let it: GB does, newspapers do not (R09).
    pub allows_ellipsis_at_start: bool,
    /// Whether an opening mark at the start of a line drops its white half (R23).
    pub trims_line_start: bool,
    /// Whether an opening mark after the indent drops its white half (R25).
    pub trims_after_indent: bool,
    /// Whether one of 、，。 may hang over the end of a line: hardly any Chinese paper does it.
    pub allows_hanging: bool,
    /// Width of a digit; GB/T 15835-1995 sets digits on half cells. `None`: as wide as the face draws it.
    pub digit_width: Option<Em>,
    /// Width of the cell of ·; GB/T 15834-2011 gives it half a one.
    pub interpunct_width: Em,
    /// Space between Han and a number.
    pub han_digit_gap: Em,
    /// Space between Han and a Latin word (中西间距). CLREQ allows up to ¼ em.
    pub han_latin_gap: Em,
    /// The widest that either space may be stretched to.
    pub han_latin_gap_max: Em,
    /// The space between Latin words: natural, least and most.
    pub word_space: [Em; 3],
    /// The space between the clauses of a headline.
    pub clause_space: Em,
    /// Paragraph indent (首行缩进).
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
            word_space: [Em::ONE.share(1, 3), Em::QUARTER, Em::HALF],
            clause_space: Em::HALF,
            indent: Em::zi(2),
        }
    }
}
