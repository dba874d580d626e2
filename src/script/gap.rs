//! Gaps between neighbours on a line, and the limits within which justification may change them.
//!
//! A mark has a half cell that holds its ink; the white half of its full cell is the gap beside it.
//! The punctuation style decides which gaps start closed and which start open, and justification
//! moves them within their limits. A gap at a line edge vanishes, which makes every mark half width
//! there.

use crate::script::class::CharClass;
use crate::script::profile::{CompositionProfile, PunctuationStyle, WordSpace};
use crate::unit::Em;

/// Kind of a gap. The order in which gaps shrink and stretch follows from their kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapKind {
    /// Between Latin words.
    Word,
    /// Between Han and Latin (中西间距).
    HanLatin,
    /// The outer half of a bracket or quote.
    Bracket,
    /// The outer half of a mark inside a sentence.
    Pause,
    /// The outer half of a mark that ends a sentence.
    Stop,
    /// A gap that only takes part in the even stretch of last resort, if in any.
    Fixed,
}

impl GapKind {
    /// Number of steps in which a line is shrunk. CLREQ `#text_adjustment`: word spaces, the outer
    /// halves of brackets, pauses, Han–Latin gaps, sentence ends last.
    pub const SHRINK_STEPS: usize = 5;
    /// Number of steps in which a line is stretched before all gaps open evenly. CLREQ
    /// `#text_adjustment`: word spaces, then Han–Latin gaps. Between them and the even stretch 开明式
    /// restores its half marks (R38).
    pub const STRETCH_STEPS: usize = 3;

    /// Returns the step, from 0, in which a gap of this kind shrinks. `None` if it never does.
    pub fn shrink_step(self) -> Option<usize> {
        match self {
            Self::Word => Some(0),
            Self::Bracket => Some(1),
            Self::Pause => Some(2),
            Self::HanLatin => Some(3),
            Self::Stop => Some(4),
            Self::Fixed => None,
        }
    }

    /// Returns the step, from 0, in which a gap of this kind stretches. `None` if it never does.
    pub fn stretch_step(self) -> Option<usize> {
        match self {
            Self::Word => Some(0),
            Self::HanLatin => Some(1),
            Self::Bracket | Self::Pause | Self::Stop => Some(2),
            Self::Fixed => None,
        }
    }
}

/// White between two neighbours on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextGap {
    /// Kind of the gap.
    pub kind: GapKind,
    /// Width before justification.
    pub natural: Em,
    /// Least width after justification.
    pub min: Em,
    /// Greatest width in the gap's own step; the even stretch may exceed it.
    pub max: Em,
    /// True if the gap takes part in the even stretch of the last step.
    pub stretches_evenly: bool,
}

impl TextGap {
    /// A gap of no width that stays closed.
    pub const NONE: Self = Self {
        kind: GapKind::Fixed,
        natural: Em::ZERO,
        min: Em::ZERO,
        max: Em::ZERO,
        stretches_evenly: false,
    };

    /// A gap of no width that takes part in the even stretch.
    const EVEN: Self = Self { stretches_evenly: true, ..Self::NONE };

    /// Builds the gap between Han and a Latin word or number, of the width that the profile gives.
    fn beside_latin(natural: Em, profile: &CompositionProfile) -> Self {
        // A profile without this gap sets Latin as if it were Han: only the even stretch opens it.
        if natural == Em::ZERO {
            return Self::EVEN;
        }
        Self {
            kind: GapKind::HanLatin,
            natural,
            // A gap of an eighth or less does not shrink.
            min: natural.min(Em::EIGHTH),
            max: profile.han_latin_gap_max.max(natural),
            stretches_evenly: true,
        }
    }

    /// Builds the gap of a white half. It may close up.
    fn beside_mark(kind: GapKind, white: WhiteHalf) -> Self {
        Self { kind, natural: white.natural, max: white.max, ..Self::EVEN }
    }

    /// Builds the gap between two closing or two opening marks. It may close up but not stretch.
    fn between_marks(kind: GapKind, width: Em) -> Self {
        Self { kind, natural: width, max: width, ..Self::NONE }
    }
}

/// White half of a mark as a punctuation style sets it.
#[derive(Clone, Copy)]
struct WhiteHalf {
    /// Width before justification.
    natural: Em,
    /// Width to which justification may restore it.
    max: Em,
}

impl WhiteHalf {
    /// Never open.
    const CLOSED: Self = Self { natural: Em::ZERO, max: Em::ZERO };
    /// Closed, but justification may open it.
    const RESTORABLE: Self = Self { natural: Em::ZERO, max: Em::HALF };
    /// Open.
    const OPEN: Self = Self { natural: Em::HALF, max: Em::HALF };
}

/// White halves that a punctuation style puts beside marks.
///
/// Source: CLREQ `#adjust_space_of_consecutive_punctuation_marks` and the practice of the styles.
/// 开明式 keeps the half of sentence ends and can restore the others, 全角式 closes up the white
/// between two marks, 行末半角式 closes nothing inside the line.
struct MarkWhites {
    /// Beside brackets and quotes.
    bracket: WhiteHalf,
    /// After marks inside a sentence.
    pause: WhiteHalf,
    /// After marks that end a sentence.
    stop: WhiteHalf,
    /// Width left between two closing or two opening marks in a row.
    between_marks: Em,
    /// True if the white halves of a closing and an opening mark that meet are added up.
    adds_up: bool,
}

/// Returns the white halves of a style.
fn mark_whites(style: PunctuationStyle) -> MarkWhites {
    let uniform = |white| MarkWhites {
        bracket: white,
        pause: white,
        stop: white,
        between_marks: Em::ZERO,
        adds_up: false,
    };
    match style {
        PunctuationStyle::Kaiming => {
            // Only the marks that end a sentence are full width here; R38 may restore the others.
            MarkWhites { stop: WhiteHalf::OPEN, ..uniform(WhiteHalf::RESTORABLE) }
        }
        PunctuationStyle::Full => uniform(WhiteHalf::OPEN),
        PunctuationStyle::Half => uniform(WhiteHalf::CLOSED),
        // Nothing closes inside the line, so two marks in a row keep the white half between them.
        PunctuationStyle::LineEndHalf => {
            MarkWhites { between_marks: Em::HALF, adds_up: true, ..uniform(WhiteHalf::OPEN) }
        }
    }
}

/// Returns the gap between neighbours of these classes that belong to different runs.
pub fn gap_between(before: CharClass, after: CharClass, profile: &CompositionProfile) -> TextGap {
    use CharClass::{
        Closing, Connector, Digit, Interpunct, Latin, Opening, Pause, Postfix, Prefix, Solidus,
        Space, Stop, StopPair,
    };
    let whites = mark_whites(profile.punctuation);
    // The first row that matches decides.
    match (before, after) {
        // Two marks in a row keep a white only in the style that closes nothing.
        // The kind tells in which step such a gap is squeezed.
        (Closing | Pause | Stop, Closing | Pause | Stop | StopPair)
            if whites.between_marks > Em::ZERO =>
        {
            TextGap::between_marks(GapKind::Pause, whites.between_marks)
        }
        (Opening, Opening) if whites.between_marks > Em::ZERO => {
            TextGap::between_marks(GapKind::Bracket, whites.between_marks)
        }
        // Marks stand tight against the text they enclose or follow.
        (Opening | Prefix, _) | (_, Closing | Pause | Stop | StopPair | Postfix) => TextGap::NONE,
        // No white around connectors and the solidus (CLREQ `#text_adjustment`).
        (Connector | Solidus | Interpunct, _) | (_, Connector | Solidus | Interpunct) => {
            TextGap::NONE
        }
        // A space has its own gap, see `space_gap`.
        (Space, _) | (_, Space) => TextGap::NONE,
        // Both marks turn their white to each other, and the styles differ in how much of it stays.
        (Closing | Pause | Stop, Opening) => {
            // In 开明式 the white after a sentence end is open and all other white is closed.
            let (kind, white) = if before == Stop {
                (GapKind::Stop, whites.stop)
            } else {
                (GapKind::Bracket, whites.bracket)
            };
            // The white half of the opening mark comes on top where the style adds them up.
            let added = if whites.adds_up { white.natural } else { Em::ZERO };
            let both = WhiteHalf { natural: white.natural + added, max: white.max + added };
            TextGap::beside_mark(kind, both)
        }
        (Stop, _) => TextGap::beside_mark(GapKind::Stop, whites.stop),
        (Pause, _) => TextGap::beside_mark(GapKind::Pause, whites.pause),
        (Closing, _) | (_, Opening) => TextGap::beside_mark(GapKind::Bracket, whites.bracket),
        // Neighbours that belong to one token even where their classes differ, as in 5G or A4.
        (Latin, Latin | Digit) | (Digit, Latin | Digit) => TextGap::NONE,
        // The other side is Han or a symbol here. Words and numbers differ in their gaps.
        (Latin, _) | (_, Latin) => TextGap::beside_latin(profile.han_latin_gap, profile),
        (Digit, _) | (_, Digit) => TextGap::beside_latin(profile.han_digit_gap, profile),
        // Han beside Han, and the like: closed, and open only as the last resort.
        _ => TextGap::EVEN,
    }
}

impl CompositionProfile {
    /// Returns the gap that a space makes between the classes on its two sides: a word space beside
    /// Latin, a clause space between Han.
    pub fn space_gap(&self, before: CharClass, after: CharClass) -> TextGap {
        let is_western =
            |class| matches!(class, CharClass::Latin | CharClass::Digit | CharClass::Postfix);
        let WordSpace { natural, min, max } = if is_western(before) || is_western(after) {
            // One Western side is enough: a space beside a word reads as a word space.
            self.word_space
        } else {
            // A clause space is a sign of the head, so only the even stretch changes it.
            WordSpace { natural: self.clause_space, min: self.clause_space, max: self.clause_space }
        };
        TextGap { kind: GapKind::Word, natural, min, max, stretches_evenly: true }
    }
}

#[cfg(test)]
mod tests {
    use super::gap_between;
    use crate::script::class::CharClass::{self, Closing, Han, Opening, Pause, Stop};
    use crate::script::profile::{CompositionProfile, PunctuationStyle};
    use crate::unit::Em;

    /// Distance from one Han character to the next over `marks`, in halves of a 字, the first
    /// character included.
    fn han_to_han_halves(marks: &[CharClass], style: PunctuationStyle) -> i64 {
        let profile = CompositionProfile { punctuation: style, ..CompositionProfile::default() };
        let classes: Vec<CharClass> =
            std::iter::once(Han).chain(marks.iter().copied()).chain([Han]).collect();
        let white: Em =
            classes.windows(2).map(|pair| gap_between(pair[0], pair[1], &profile).natural).sum();
        2 + marks.len() as i64 + white.units() / Em::HALF.units()
    }

    #[test]
    fn gaps_between_marks_follow_the_style() {
        // In halves: 开明式, 全角式, 半角式, 行末半角式.
        for (marks, halves) in [
            (&[Pause][..], [3, 4, 3, 4]),
            (&[Stop], [4, 4, 3, 4]),
            (&[Opening], [3, 4, 3, 4]),
            (&[Closing, Pause], [4, 5, 4, 6]),
            (&[Closing, Stop], [5, 5, 4, 6]),
            (&[Stop, Closing], [4, 5, 4, 6]),
            (&[Pause, Opening], [4, 5, 4, 6]),
            (&[Stop, Opening], [5, 5, 4, 6]),
            (&[Closing, Opening], [4, 5, 4, 6]),
            (&[Opening, Opening], [4, 5, 4, 6]),
            (&[Closing, Closing], [4, 5, 4, 6]),
        ] {
            let styles = [
                PunctuationStyle::Kaiming,
                PunctuationStyle::Full,
                PunctuationStyle::Half,
                PunctuationStyle::LineEndHalf,
            ];
            for (style, expected) in styles.into_iter().zip(halves) {
                assert_eq!(han_to_han_halves(marks, style), expected, "{marks:?} in {style:?}");
            }
        }
    }
}
