//! Pages to files, as plain functions over the display list.
//!
//! No writer decides anything about the page or knows articles, rules or copyfit. Lengths become
//! floating point here, for the first time.

#![expect(
    clippy::cast_possible_truncation,
    reason = "lengths become the floats of PDF and pixels here, and counts fit the formats by construction"
)]

mod error;
#[cfg(feature = "pdf")]
pub mod pdf;
#[cfg(feature = "preview")]
pub mod preview;
#[cfg(any(feature = "pdf", feature = "preview"))]
mod resample;
#[cfg(any(feature = "pdf", feature = "preview"))]
mod screen;
#[cfg(feature = "preview")]
pub mod svg;

pub use crate::output::error::WriteError;
