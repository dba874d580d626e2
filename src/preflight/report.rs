//! The report of a preflight: facts about a file, and findings.

use serde::Serialize;

use crate::finding::Severity;
use crate::preflight::finding::PressFinding;

/// Facts about a file and its faults.
#[derive(Clone, Debug, Default)]
pub struct PreflightReport {
    /// Facts about the file.
    pub facts: FileFacts,
    /// Faults of the file, gravest first.
    pub findings: Vec<PressFinding>,
}

impl PreflightReport {
    /// True if no finding is an error.
    pub fn passed(&self) -> bool {
        self.errors().next().is_none()
    }

    /// Findings that are errors.
    pub fn errors(&self) -> impl Iterator<Item = &PressFinding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }
}

/// Facts about a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileFacts {
    /// Version of PDF.
    pub version: String,
    /// Pages of the file.
    pub pages: Vec<PageFacts>,
    /// Fonts that the file shows text in.
    pub fonts: Vec<FontFacts>,
    /// Colour spaces that the file paints in.
    pub colour_spaces: Vec<String>,
    /// Largest total ink at one point, in percent: 400 is four full inks.
    pub ink_most_percent: f64,
    /// Lowest effective resolution of a picture, in pixels per inch; `None` without pictures.
    pub least_ppi: Option<f64>,
    /// Characters of the file's text.
    pub characters: usize,
}

/// Facts about a page.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageFacts {
    /// Media box: left, bottom, right, top in points.
    pub media_box: [f64; 4],
    /// Bleed box, or the trim if there is none: left, bottom, right, top in points.
    pub bleed_box: [f64; 4],
    /// Trim or art box, or the media box if there is neither: left, bottom, right, top in points.
    pub trim_box: [f64; 4],
    /// Largest total ink at one point, in percent.
    pub ink_most_percent: f64,
}

/// Facts about a font.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FontFacts {
    /// Name of the font, with the tag of its subset.
    pub name: String,
    /// Kind of the font, e.g. `Type0`.
    pub kind: String,
    /// True if the font is in the file.
    pub embedded: bool,
}
