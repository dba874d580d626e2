//! How a piece of text is shaped: script and features.

use harfrust::{Direction, Feature, Script, Tag};

/// How a piece of text is shaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShapingMode {
    /// Han and marks, mainland forms. The language matters: without it —— comes out short.
    Han,
    /// Words, proportional and kerned.
    Latin,
    /// Digits and signs of a number, on half cells.
    HalfWidth,
    /// A single — of full width, a letter or digit on a full cell.
    FullWidth,
    /// Han and marks of a vertical line, in the forms that the face has for it.
    Upright,
}

impl ShapingMode {
    pub(crate) const ALL: [Self; 5] =
        [Self::Han, Self::Latin, Self::HalfWidth, Self::FullWidth, Self::Upright];

    pub(crate) fn script(self) -> Script {
        match self {
            Self::Han | Self::FullWidth | Self::Upright => Script::HAN,
            Self::Latin | Self::HalfWidth => Script::LATIN,
        }
    }

    pub(crate) fn direction(self) -> Direction {
        match self {
            Self::Han | Self::Latin | Self::HalfWidth | Self::FullWidth => Direction::LeftToRight,
            Self::Upright => Direction::TopToBottom,
        }
    }

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
        // A line may break between any two letters, so none are joined; quotes are those of words.
        const WORD: &[Feature] = &[set(b"liga", 0), set(b"clig", 0), set(b"pwid", 1)];
        const FULL: &[Feature] = &[set(b"fwid", 1)];
        match self {
            // The shaper takes the vertical forms by itself where lines run down.
            Self::Han | Self::Upright => &[],
            Self::Latin => WORD,
            Self::HalfWidth => HALF,
            Self::FullWidth => FULL,
        }
    }
}
