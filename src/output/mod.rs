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
