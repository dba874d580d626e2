//! Pages to files, as plain functions over the display list.
//!
//! Nothing here decides anything about the page; nothing here knows articles, rules or fitting. Lengths
//! turn into floating point here and nowhere before.

#[cfg(feature = "pdf")]
pub mod pdf;
#[cfg(feature = "preview")]
pub mod preview;
