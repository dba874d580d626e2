//! Facts that add up over the pages of a file.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::preflight::font::PdfFont;

/// Facts gathered from all pages of a file while they are interpreted.
#[derive(Default)]
pub(crate) struct FileTotals {
    /// Fonts in use, by the address of their dictionary: each is read and checked once.
    pub(crate) fonts: BTreeMap<usize, Rc<PdfFont>>,
    /// Names of the colour spaces in use.
    pub(crate) colour_spaces: BTreeSet<String>,
    /// Text, in the order of the contents.
    pub(crate) text: String,
    /// Lowest effective resolution of each picture, by resource name, in pixels per inch.
    pub(crate) least_ppi: BTreeMap<String, f64>,
    /// Number of operators so far.
    pub(crate) operator_count: usize,
}
