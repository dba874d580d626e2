//! Errors in the files of a font folder.

use std::fmt::{self, Display, Formatter};

/// Rejected file of a font folder, with the reason in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FontFileError {
    /// Name of the file, and index of the face in it if it has several.
    pub file: String,
    /// Reason in Chinese.
    pub zh: String,
    /// Reason in English.
    pub en: String,
}

impl FontFileError {
    /// Builds the error of a file.
    pub fn new(file: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { file: file.into(), zh: zh.into(), en: en.into() }
    }
}

impl Display for FontFileError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}：{} / {}", self.file, self.zh, self.en)
    }
}

/// Error in a font whose file name is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FontError {
    zh: String,
    en: String,
}

impl FontError {
    /// Builds an error from its reason in Chinese and in English.
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// Adds the name of the file.
    pub(crate) fn in_file(self, file: impl Into<String>) -> FontFileError {
        FontFileError::new(file, self.zh, self.en)
    }
}
