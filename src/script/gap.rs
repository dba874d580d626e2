//! What stands between two neighbours on a line, and what it may give or take.
//!
//! A mark has a half cell that holds its ink; the white half of its full cell is the gap beside it.
//! 开明式 then says which gaps start closed and which open, and justification moves them within
//! their limits. A gap at a line edge vanishes, which makes every mark half width there.

use crate::script::class::Class;
use crate::script::profile::Profile;
use crate::unit::Em;

/// What kind of white a gap is: the order in which it gives is by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Give {
    /// Between Latin words.
    Word,
    /// Between Han and Latin (中西间距).
    HanLatin,
    /// The outer half of a bracket, quote or pause mark.
    Mark,
    /// The outer half of a mark that ends a sentence.
    Stop,
    /// Nothing but the even stretch of last resort, if the gap takes part in it.
    Fixed,
}

impl Give {
    /// The kinds that have limits of their own, as indices into arrays of rooms.
    pub const COUNT: usize = 4;

    /// The order in which room is used to stretch a line: CLREQ `#text_adjustment`, with 开明's
    /// restoring of half marks between the Han–Latin gaps and the even stretch.
    pub const STRETCH: [usize; 3] = [0, 1, 2];

    /// The order in which room is used to shrink a line. CLREQ `#text_adjustment`: sentence ends last.
    pub const SHRINK: [usize; 4] = [0, 2, 1, 3];

    /// This kind as an index, `None` for [`Give::Fixed`].
    pub fn index(self) -> Option<usize> {
        match self {
            Self::Word => Some(0),
            Self::HanLatin => Some(1),
            Self::Mark => Some(2),
            Self::Stop => Some(3),
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

    const fn open(give: Give, natural: Em, most: Em) -> Self {
        Self { give, natural, least: Em::ZERO, most, even: true }
    }
}

/// The gap between neighbours of these classes that belong to different runs. 开明式: pairs as in the
/// table of adjacent marks (C+M, M+O, C+O and S+C take one cell together, C+S and S+O one and a half).
pub fn gap_between(before: Class, after: Class, profile: &Profile) -> Gap {
    use Class::{Closing, Connector, Interpunct, Latin, Opening, Pause, Postfix, Prefix, Solidus};
    use Class::{Digit, Space, Stop};
    match (before, after) {
        // Marks are tight to what they enclose or follow (CLREQ #adjust_space_of_consecutive_punctuation_marks).
        (Opening | Prefix, _) | (_, Closing | Pause | Stop | Postfix) => Gap::NONE,
        // No white around connectors and the solidus (CLREQ #text_adjustment).
        (Connector | Solidus | Interpunct, _) | (_, Connector | Solidus | Interpunct) => Gap::NONE,
        (Space, Latin | Digit) | (_, Space) | (Space, _) => Gap::NONE,
        (Stop, _) => Gap::open(Give::Stop, Em::HALF, Em::HALF),
        (Closing | Pause, _) | (_, Opening) => Gap::open(Give::Mark, Em::ZERO, Em::HALF),
        (Latin, Latin | Digit) | (Digit, Latin | Digit) => Gap::NONE,
        (Latin, _) | (_, Latin) => Gap {
            least: profile.han_latin,
            ..Gap::open(Give::HanLatin, profile.han_latin, profile.han_latin_max)
        },
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
