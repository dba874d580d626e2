//! Why a file of a font folder is refused.

use std::fmt::{self, Display, Formatter};

/// A file of a font folder that is not used, and why, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FontFileError {
    /// The file, and the face in it where it has several.
    pub file: String,
    /// Why, in Chinese.
    pub zh: String,
    /// Why, in English.
    pub en: String,
}

impl FontFileError {
    /// A fault of a file.
    pub fn new(file: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { file: file.into(), zh: zh.into(), en: en.into() }
    }
}

impl Display for FontFileError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}：{} / {}", self.file, self.zh, self.en)
    }
}

/// What is wrong with a font, before it is known which file it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FontError {
    zh: String,
    en: String,
}

impl FontError {
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    pub(crate) fn in_file(self, file: impl Into<String>) -> FontFileError {
        FontFileError::new(file, self.zh, self.en)
    }
}
