//! The order for a PDF file: its kind, and everything it holds beside the pages.

use std::ops::Range;
use std::sync::Arc;

use crate::colour::newsprint_profile;
use crate::output::pdf::images::{PictureTarget, PressPictures};
use crate::output::pdf::kind::PdfKind;
use crate::output::pdf::metadata::PdfMetadata;
use crate::page::{CmykColour, Page};
use crate::unit::{Abs, Point, Rect};

/// Printing condition that a file is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintingCondition {
    /// Name of the condition, as registered.
    pub name: String,
    /// Description of the condition in words.
    pub description: String,
    /// ICC profile of the condition.
    pub icc: Arc<[u8]>,
    /// True if the name alone identifies the condition to a plant. The profile is then left out
    /// where the standard allows it.
    pub is_registered: bool,
    /// Number of inks of the profile: 4 for CMYK.
    pub ink_count: i64,
}

/// An ink with a plate of its own (专色).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpotPlate {
    /// Name of the ink, as on the plate.
    pub name: String,
    /// Colour that the ink replaces: every item of the page in this colour is printed with it. The
    /// colour is also the ink's appearance in CMYK.
    pub colour: CmykColour,
}

/// An article as a unit of navigation: an outline entry and an article thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleStory {
    /// Headline of the article.
    pub title: String,
    /// Top left corner of the article on the first page, from the top left of the trim.
    pub start: Point,
    /// Columns of the article's body on the first page, in reading order.
    pub beads: Vec<Rect>,
}

/// A web address that readers can open from the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLink {
    /// The address, ASCII.
    pub uri: String,
    /// Glyphs that show the link, in reading order.
    pub spans: Vec<GlyphSpan>,
}

/// Consecutive glyphs of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlyphSpan {
    /// Index of the page, from 0.
    pub page: usize,
    /// Index of the run among the items of the page.
    pub item: usize,
    /// Glyphs of the run.
    pub glyphs: Range<usize>,
}

/// Proof marks on the first page, in a layer that viewers can switch off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofLayer {
    /// Name of the layer in viewers.
    pub name: String,
    /// Marks drawn before the page, below it.
    pub below: Page,
    /// Marks drawn after the page, above it.
    pub above: Page,
}

/// White around the trim, and the plant's marks in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetMargin {
    /// Bleed beyond the trim, on all sides.
    pub bleed: Abs,
    /// Crop, registration and colour marks with the slug line, from the top left of the trim.
    pub slug: Option<Page>,
}

/// White around the trim that holds the marks of the plant.
const MARKS_MARGIN: Abs = Abs::mm(15);

impl SheetMargin {
    /// Distance from each edge of the media to the trim.
    pub(crate) fn trim_offset(&self) -> Abs {
        // A wide bleed pushes the edge out, so that 10 mm beyond it are left for the marks.
        if self.slug.is_some() { MARKS_MARGIN.max(self.bleed + Abs::mm(10)) } else { self.bleed }
    }
}

/// Contents of a PDF file beside its pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PdfOrder {
    /// Kind of PDF.
    pub kind: PdfKind,
    /// Document information.
    pub metadata: PdfMetadata,
    /// Printing condition that the file is made for.
    pub condition: PrintingCondition,
    /// Press or screen that the pictures are made for.
    pub picture_target: PictureTarget,
    /// Inks beside the four process inks.
    pub spots: Vec<SpotPlate>,
    /// White around the trim.
    pub margin: SheetMargin,
    /// Label of the first page in viewers: the page number (版次).
    pub page_label: String,
    /// Articles, in the order of the record.
    pub stories: Vec<ArticleStory>,
    /// Links; written in files for readers only.
    pub links: Vec<PageLink>,
    /// Proof marks; `None` without any.
    pub proof_layer: Option<ProofLayer>,
}

impl PdfOrder {
    /// Builds an order for pages alone. Its printing condition is coldset newsprint.
    pub fn new(kind: PdfKind, metadata: PdfMetadata) -> Self {
        let condition = PrintingCondition {
            name: "CGATS TR 002".to_owned(),
            description: "Coldset offset on newsprint, SNAP 2007 (CGATS TR 002)".to_owned(),
            icc: newsprint_profile(),
            is_registered: true,
            ink_count: 4,
        };
        let picture_target = match kind {
            PdfKind::Web => PictureTarget::Screen,
            PdfKind::X1a | PdfKind::X4 | PdfKind::Proof => PictureTarget::Press(PressPictures {
                icc: condition.icc.clone(),
                ink_limit: 2_400,
                target_ppi: 200,
                reduce_above_ppi: 300,
            }),
        };
        Self {
            kind,
            metadata,
            condition,
            picture_target,
            spots: Vec::new(),
            margin: SheetMargin::default(),
            page_label: String::new(),
            stories: Vec::new(),
            links: Vec::new(),
            proof_layer: None,
        }
    }
}
