//! Pages to files, as plain functions over the display list.
//!
//! Nothing here decides anything about the page; nothing here knows articles, rules or fitting. Lengths
//! turn into floating point here and nowhere before.

#![expect(
    clippy::cast_possible_truncation,
    reason = "lengths become the floats of PDF and pixels here, and counts fit the formats by construction"
)]

#[cfg(feature = "pdf")]
pub mod pdf;
#[cfg(feature = "preview")]
pub mod preview;
#[cfg(any(feature = "pdf", feature = "preview"))]
mod shrink;
#[cfg(feature = "preview")]
pub mod svg;

use crate::image::ImageError;

/// Why a page is not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// A defect of ours or of a face: what, for the developers.
    Internal(String),
    /// A picture whose pixels are not what its headers promise.
    Picture {
        /// The SHA-256 of its bytes.
        sha256: String,
        /// What is wrong with them.
        error: ImageError,
    },
}

/// What inks leave of red, green and blue; all as shares of one.
#[cfg(any(feature = "pdf", feature = "preview"))]
pub(crate) fn inks_to_rgb(inks: [f64; 4]) -> [f64; 3] {
    let [c, m, y, k] = inks.map(|ink| 1.0 - ink);
    [c * k, m * k, y * k]
}

impl From<String> for WriteError {
    fn from(what: String) -> Self {
        Self::Internal(what)
    }
}
