//! What stands between two neighbours on a line, and what it may give or take.
//!
//! A mark has a half cell that holds its ink; the white half of its full cell is the gap beside it.
//! The style of the marks says which gaps start closed and which open, and justification moves them within
//! their limits. A gap at a line edge vanishes, which makes every mark half width there.

use crate::script::class::CharClass;
use crate::script::profile::{CompositionProfile, PunctuationStyle};
use crate::unit::Em;

/// What kind of white a gap is: the order in which it gives is by kind.
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
    /// Nothing but the even stretch of last resort, if the gap takes part in it.
    Fixed,
}

impl GapKind {
    /// The steps in which a line is shrunk. CLREQ `#text_adjustment`: word spaces, the outer halves of
    /// brackets, pauses, Han–Latin gaps, sentence ends last.
    pub const SHRINK_STEPS: usize = 5;
    /// The steps in which a line is stretched before all gaps open evenly. CLREQ `#text_adjustment`: word
    /// spaces, Han–Latin gaps; between them and the even stretch 开明 restores its half marks (R38).
    pub const STRETCH_STEPS: usize = 3;

    /// The step in which a gap of this kind shrinks.
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

    /// The step in which a gap of this kind stretches.
    pub fn stretch_step(self) -> Option<usize> {
        match self {
            Self::Word => Some(0),
            Self::HanLatin => Some(1),
            Self::Bracket | Self::Pause | Self::Stop => Some(2),
            Self::Fixed => None,
        }
    }
}

/// The white between two neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextGap {
    /// Its kind.
    pub kind: GapKind,
    /// Its width before justification.
    pub natural: Em,
    /// The narrowest it may become.
    pub min: Em,
    /// The widest it may become in its own step.
    pub max: Em,
    /// Whether it takes part in the even stretch of the last step.
    pub stretches_evenly: bool,
}

impl TextGap {
    /// No white, and none to be made.
    pub const NONE: Self = Self {
        kind: GapKind::Fixed,
        natural: Em::ZERO,
        min: Em::ZERO,
        max: Em::ZERO,
        stretches_evenly: false,
    };

    const EVEN: Self = Self { stretches_evenly: true, ..Self::NONE };

    fn beside_latin(natural: Em, profile: &CompositionProfile) -> Self {
        if natural == Em::ZERO {
            return Self::EVEN;
        }
        let least = natural.min(Em::EIGHTH);
        let most = profile.han_latin_gap_max.max(natural);
        Self { kind: GapKind::HanLatin, natural, min: least, max: most, stretches_evenly: true }
    }
}

/// The white halves of marks in a style: beside brackets and quotes, after pauses, after sentence ends,
/// each before justification and at most; and what is left between two closing marks in a row.
///
/// CLREQ `#adjust_space_of_consecutive_punctuation_marks` and the practice of the styles: 开明式 keeps
/// the half of sentence ends and can restore the others, 全角式 closes up what stands between two
/// marks, 行末半角式 nothing inside the line.
struct MarkWhites {
    bracket: [Em; 2],
    pause: [Em; 2],
    stop: [Em; 2],
    between_closing: Em,
    /// Whether the white halves of a closing and an opening mark that meet are added up.
    adds_up: bool,
}

const NO_WHITE: Em = Em::ZERO;
const HALF_WHITE: Em = Em::HALF;

fn mark_whites(marks: PunctuationStyle) -> MarkWhites {
    let pair = NO_WHITE;
    match marks {
        PunctuationStyle::Kaiming => MarkWhites {
            bracket: [NO_WHITE, HALF_WHITE],
            pause: [NO_WHITE, HALF_WHITE],
            stop: [HALF_WHITE, HALF_WHITE],
            between_closing: pair,
            adds_up: false,
        },
        PunctuationStyle::Full => MarkWhites {
            bracket: [HALF_WHITE; 2],
            pause: [HALF_WHITE; 2],
            stop: [HALF_WHITE; 2],
            between_closing: pair,
            adds_up: false,
        },
        PunctuationStyle::Half => MarkWhites {
            bracket: [NO_WHITE; 2],
            pause: [NO_WHITE; 2],
            stop: [NO_WHITE; 2],
            between_closing: pair,
            adds_up: false,
        },
        PunctuationStyle::LineEndHalf => MarkWhites {
            bracket: [HALF_WHITE; 2],
            pause: [HALF_WHITE; 2],
            stop: [HALF_WHITE; 2],
            between_closing: HALF_WHITE,
            adds_up: true,
        },
    }
}

/// The gap between neighbours of these classes that belong to different runs.
pub fn gap_between(before: CharClass, after: CharClass, profile: &CompositionProfile) -> TextGap {
    use CharClass::{
        Closing, Connector, Interpunct, Latin, Opening, Pause, Postfix, Prefix, Solidus,
    };
    use CharClass::{Digit, Space, Stop, StopPair};
    let whites = mark_whites(profile.punctuation);
    let white = |give, [natural, most]: [Em; 2]| TextGap {
        natural,
        max: most,
        kind: give,
        ..TextGap::EVEN
    };
    match (before, after) {
        // Marks are tight to what they enclose or follow.
        (Closing | Pause | Stop, Closing | Pause | Stop | StopPair)
            if whites.between_closing > NO_WHITE =>
        {
            TextGap {
                stretches_evenly: false,
                ..white(GapKind::Pause, [whites.between_closing; 2])
            }
        }
        (Opening, Opening) if whites.between_closing > NO_WHITE => TextGap {
            stretches_evenly: false,
            ..white(GapKind::Bracket, [whites.between_closing; 2])
        },
        (Opening | Prefix, _) | (_, Closing | Pause | Stop | StopPair | Postfix) => TextGap::NONE,
        // No white around connectors and the solidus (CLREQ #text_adjustment).
        (Connector | Solidus | Interpunct, _) | (_, Connector | Solidus | Interpunct) => {
            TextGap::NONE
        }
        (Space, Latin | Digit) | (_, Space) | (Space, _) => TextGap::NONE,
        (Closing | Pause | Stop, Opening) => {
            let give = if before == Stop { GapKind::Stop } else { GapKind::Bracket };
            let [natural, most] = if before == Stop { whites.stop } else { whites.bracket };
            let more = if whites.adds_up { natural } else { NO_WHITE };
            white(give, [natural + more, most + more])
        }
        (Stop, _) => white(GapKind::Stop, whites.stop),
        (Pause, _) => white(GapKind::Pause, whites.pause),
        (Closing, _) | (_, Opening) => white(GapKind::Bracket, whites.bracket),
        (Latin, Latin | Digit) | (Digit, Latin | Digit) => TextGap::NONE,
        (Latin, _) | (_, Latin) => TextGap::beside_latin(profile.han_latin_gap, profile),
        (Digit, _) | (_, Digit) => TextGap::beside_latin(profile.han_digit_gap, profile),
        _ => TextGap::EVEN,
    }
}

impl CompositionProfile {
    /// The gap that a space makes between the classes on its two sides: a word space beside Latin,
    /// a clause space between Han.
    pub fn space_gap(&self, before: CharClass, after: CharClass) -> TextGap {
        let western = |c| matches!(c, CharClass::Latin | CharClass::Digit | CharClass::Postfix);
        if western(before) || western(after) {
            let [natural, least, most] = self.word_space;
            TextGap { kind: GapKind::Word, natural, min: least, max: most, stretches_evenly: true }
        } else {
            let natural = self.clause_space;
            TextGap {
                kind: GapKind::Word,
                natural,
                min: natural,
                max: natural,
                stretches_evenly: true,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::gap_between;
    use crate::script::class::CharClass::{self, Closing, Han, Opening, Pause, Stop};
    use crate::script::profile::{CompositionProfile, PunctuationStyle};
    use crate::unit::Em;

    /// From one Han character to the next over `marks`, in halves of a 字, the first character included.
    fn step(marks: &[CharClass], style: PunctuationStyle) -> i64 {
        let profile = CompositionProfile { punctuation: style, ..CompositionProfile::default() };
        let classes: Vec<CharClass> =
            std::iter::once(Han).chain(marks.iter().copied()).chain([Han]).collect();
        let white: Em =
            classes.windows(2).map(|pair| gap_between(pair[0], pair[1], &profile).natural).sum();
        2 + marks.len() as i64 + white.units() / Em::HALF.units()
    }

    #[test]
    fn marks_in_a_row_take_what_their_style_says() {
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
                assert_eq!(step(marks, style), expected, "{marks:?} in {style:?}");
            }
        }
    }
}
