//! Shaping modes: script, direction and features.

use harfrust::{Direction, Feature, Script, Tag};

/// Way in which a piece of text is shaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShapingMode {
    /// Han and marks, in mainland forms. Needs the language tag: without it —— comes out short.
    Han,
    /// Words, proportional and kerned.
    Latin,
    /// Digits and signs of a number, on half cells.
    HalfWidth,
    /// A single — of full width, a letter or digit on a full cell.
    FullWidth,
    /// Han and marks of a vertical line, in the vertical forms of the face.
    Upright,
}

impl ShapingMode {
    /// All modes.
    pub(crate) const ALL: [Self; 5] =
        [Self::Han, Self::Latin, Self::HalfWidth, Self::FullWidth, Self::Upright];

    /// Returns the script that selects the rules of the face.
    pub(crate) fn script(self) -> Script {
        match self {
            Self::Han | Self::FullWidth | Self::Upright => Script::HAN,
            Self::Latin | Self::HalfWidth => Script::LATIN,
        }
    }

    /// Returns the direction of the line.
    pub(crate) fn direction(self) -> Direction {
        match self {
            Self::Han | Self::Latin | Self::HalfWidth | Self::FullWidth => Direction::LeftToRight,
            Self::Upright => Direction::TopToBottom,
        }
    }

    /// Returns the features set besides the default ones.
    pub(crate) fn features(self) -> &'static [Feature] {
        const fn set(tag: &[u8; 4], value: u32) -> Feature {
            Feature {
                tag: Tag::new(tag),
                value,
                start: Feature::GLOBAL_START,
                end: Feature::GLOBAL_END,
            }
        }
        const HALF: &[Feature] = &[set(b"hwid", 1)];
        // A line may break between any two letters, so there are no ligatures; quotes are
        // proportional.
        const WORD: &[Feature] = &[set(b"liga", 0), set(b"clig", 0), set(b"pwid", 1)];
        const FULL: &[Feature] = &[set(b"fwid", 1)];
        match self {
            // The shaper applies the vertical forms itself where the direction is down.
            Self::Han | Self::Upright => &[],
            Self::Latin => WORD,
            Self::HalfWidth => HALF,
            Self::FullWidth => FULL,
        }
    }
}
