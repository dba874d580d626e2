//! The one error of the writers.

use crate::image::ImageError;

/// Reason for which a page is not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// An internal error or a damaged face; the text is for the developers.
    Internal(String),
    /// A picture whose pixels are not what its headers promise.
    Picture {
        /// SHA-256 of the picture's bytes, in hexadecimal.
        sha256: String,
        /// Fault in the picture.
        error: ImageError,
    },
}

impl From<String> for WriteError {
    fn from(message: String) -> Self {
        Self::Internal(message)
    }
}
