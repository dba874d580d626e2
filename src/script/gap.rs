//! What stands between two neighbours on a line, and what it may give or take.
//!
//! A mark has a half cell that holds its ink; the white half of its full cell is the gap beside it.
//! The style of the marks says which gaps start closed and which open, and justification moves them within
//! their limits. A gap at a line edge vanishes, which makes every mark half width there.

use crate::script::class::Class;
use crate::script::profile::{Marks, Profile};
use crate::unit::Em;

/// What kind of white a gap is: the order in which it gives is by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Give {
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

impl Give {
    /// The steps in which a line is shrunk. CLREQ `#text_adjustment`: word spaces, the outer halves of
    /// brackets, pauses, Han–Latin gaps, sentence ends last.
    pub const SHRINKS: usize = 5;
    /// The steps in which a line is stretched before all gaps open evenly. CLREQ `#text_adjustment`: word
    /// spaces, Han–Latin gaps; between them and the even stretch 开明 restores its half marks (R38).
    pub const STRETCHES: usize = 3;

    /// The step in which a gap of this kind shrinks.
    pub fn shrinks(self) -> Option<usize> {
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
    pub fn stretches(self) -> Option<usize> {
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
pub struct Gap {
    /// Its kind.
    pub give: Give,
    /// Its width before justification.
    pub natural: Em,
    /// The narrowest it may become.
    pub least: Em,
    /// The widest it may become in its own step.
    pub most: Em,
    /// Whether it takes part in the even stretch of the last step.
    pub even: bool,
}

impl Gap {
    /// No white, and none to be made.
    pub const NONE: Self =
        Self { give: Give::Fixed, natural: Em::ZERO, least: Em::ZERO, most: Em::ZERO, even: false };

    const EVEN: Self = Self { even: true, ..Self::NONE };

    fn latin(natural: Em, profile: &Profile) -> Self {
        if natural == Em::ZERO {
            return Self::EVEN;
        }
        let least = natural.min(Em::EIGHTH);
        let most = profile.han_latin_max.max(natural);
        Self { give: Give::HanLatin, natural, least, most, even: true }
    }
}

/// The white halves of marks in a style: beside brackets and quotes, after pauses, after sentence ends,
/// each before justification and at most; and what is left between two closing marks in a row.
///
/// CLREQ `#adjust_space_of_consecutive_punctuation_marks` and the practice of the styles: 开明式 keeps
/// the half of sentence ends and can restore the others, 全角式 closes up what stands between two
/// marks, 行末半角式 nothing inside the line.
struct Whites {
    bracket: [Em; 2],
    pause: [Em; 2],
    stop: [Em; 2],
    pair: Em,
    /// Whether the white halves of a closing and an opening mark that meet are added up.
    sum: bool,
}

const NO: Em = Em::ZERO;
const HALF: Em = Em::HALF;

fn whites(marks: Marks) -> Whites {
    let pair = NO;
    match marks {
        Marks::Kaiming => {
            Whites { bracket: [NO, HALF], pause: [NO, HALF], stop: [HALF, HALF], pair, sum: false }
        }
        Marks::Full => {
            Whites { bracket: [HALF; 2], pause: [HALF; 2], stop: [HALF; 2], pair, sum: false }
        }
        Marks::Half => Whites { bracket: [NO; 2], pause: [NO; 2], stop: [NO; 2], pair, sum: false },
        Marks::LineEndHalf => {
            Whites { bracket: [HALF; 2], pause: [HALF; 2], stop: [HALF; 2], pair: HALF, sum: true }
        }
    }
}

/// The gap between neighbours of these classes that belong to different runs.
pub fn gap_between(before: Class, after: Class, profile: &Profile) -> Gap {
    use Class::{Closing, Connector, Interpunct, Latin, Opening, Pause, Postfix, Prefix, Solidus};
    use Class::{Digit, Joint, Space, Stop};
    let whites = whites(profile.marks);
    let white = |give, [natural, most]: [Em; 2]| Gap { natural, most, give, ..Gap::EVEN };
    match (before, after) {
        // Marks are tight to what they enclose or follow.
        (Closing | Pause | Stop, Closing | Pause | Stop | Joint) if whites.pair > NO => {
            Gap { even: false, ..white(Give::Pause, [whites.pair; 2]) }
        }
        (Opening, Opening) if whites.pair > NO => {
            Gap { even: false, ..white(Give::Bracket, [whites.pair; 2]) }
        }
        (Opening | Prefix, _) | (_, Closing | Pause | Stop | Joint | Postfix) => Gap::NONE,
        // No white around connectors and the solidus (CLREQ #text_adjustment).
        (Connector | Solidus | Interpunct, _) | (_, Connector | Solidus | Interpunct) => Gap::NONE,
        (Space, Latin | Digit) | (_, Space) | (Space, _) => Gap::NONE,
        (Closing | Pause | Stop, Opening) => {
            let give = if before == Stop { Give::Stop } else { Give::Bracket };
            let [natural, most] = if before == Stop { whites.stop } else { whites.bracket };
            let more = if whites.sum { natural } else { NO };
            white(give, [natural + more, most + more])
        }
        (Stop, _) => white(Give::Stop, whites.stop),
        (Pause, _) => white(Give::Pause, whites.pause),
        (Closing, _) | (_, Opening) => white(Give::Bracket, whites.bracket),
        (Latin, Latin | Digit) | (Digit, Latin | Digit) => Gap::NONE,
        (Latin, _) | (_, Latin) => Gap::latin(profile.han_latin, profile),
        (Digit, _) | (_, Digit) => Gap::latin(profile.han_digit, profile),
        _ => Gap::EVEN,
    }
}

impl Profile {
    /// The gap that a space makes between the classes on its two sides: a word space beside Latin,
    /// a clause space between Han.
    pub fn space(&self, before: Class, after: Class) -> Gap {
        let western = |c| matches!(c, Class::Latin | Class::Digit | Class::Postfix);
        if western(before) || western(after) {
            let [natural, least, most] = self.word_space;
            Gap { give: Give::Word, natural, least, most, even: true }
        } else {
            let natural = self.clause_space;
            Gap { give: Give::Word, natural, least: natural, most: natural, even: true }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::gap_between;
    use crate::script::class::Class::{self, Closing, Han, Opening, Pause, Stop};
    use crate::script::profile::{Marks, Profile};
    use crate::unit::Em;

    /// From one Han character to the next over `marks`, in halves of a 字, the first character included.
    fn step(marks: &[Class], style: Marks) -> i64 {
        let profile = Profile { marks: style, ..Profile::default() };
        let classes: Vec<Class> =
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
            let styles = [Marks::Kaiming, Marks::Full, Marks::Half, Marks::LineEndHalf];
            for (style, expected) in styles.into_iter().zip(halves) {
                assert_eq!(step(marks, style), expected, "{marks:?} in {style:?}");
            }
        }
    }
}
