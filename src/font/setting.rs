//! How a piece of text is shaped: script and features.

use harfrust::{Feature, Script, Tag};

/// How a piece of text is shaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setting {
    /// Han and marks, mainland forms. The language matters: without it —— comes out short.
    Han,
    /// Words, proportional and kerned.
    Latin,
    /// Digits and signs of a number, on half cells.
    HalfWidth,
    /// A single — of full width.
    FullWidth,
}

impl Setting {
    pub(crate) const ALL: [Self; 4] = [Self::Han, Self::Latin, Self::HalfWidth, Self::FullWidth];

    pub(crate) fn script(self) -> Script {
        match self {
            Self::Han | Self::FullWidth => Script::HAN,
            Self::Latin | Self::HalfWidth => Script::LATIN,
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
            Self::Han => &[],
            Self::Latin => WORD,
            Self::HalfWidth => HALF,
            Self::FullWidth => FULL,
        }
    }
}
