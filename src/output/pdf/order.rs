//! What kind of PDF is wanted, and what goes into it beside the pages.

use std::ops::Range;
use std::sync::Arc;

use crate::colour::newsprint_profile;
use crate::output::pdf::images::{PictureTarget, PressPictures};
use crate::output::pdf::meta::PdfMetadata;
use crate::page::{CmykColour, Page};
use crate::unit::{Abs, Point, Rect};

/// The kinds of PDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PdfKind {
    /// PDF/X-1a:2003: inks alone, nothing transparent, PDF 1.4.
    X1a,
    /// PDF/X-4, PDF 1.6.
    X4,
    /// For readers: tagged, PDF/UA-1 and PDF/A-2u, colours of the screen.
    Web,
    /// For proofreaders: the press page under a layer of marks.
    Proof,
}

impl PdfKind {
    /// The version of PDF that it is written in.
    pub(crate) fn pdf_version(self) -> &'static str {
        match self {
            Self::X1a => "1.4",
            Self::X4 | Self::Proof => "1.6",
            Self::Web => "1.7",
        }
    }

    /// Whether its colours are inks of a press.
    pub(crate) fn uses_inks(self) -> bool {
        self != Self::Web
    }

    /// Whether the profile of a registered condition is to be in the file all the same.
    pub(crate) fn always_embeds_profile(self) -> bool {
        matches!(self, Self::X4 | Self::Web)
    }

    /// What a press file says it is (ISO 15930): the value of GTS_PDFXVersion.
    pub(crate) fn pdfx_version(self) -> Option<&'static str> {
        match self {
            Self::X1a => Some("PDF/X-1a:2003"),
            Self::X4 => Some("PDF/X-4"),
            Self::Web | Self::Proof => None,
        }
    }
}

/// The printing condition that a file is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintingCondition {
    /// Its name, as registered.
    pub name: String,
    /// The same in words.
    pub description: String,
    /// Its ICC profile.
    pub icc: Arc<[u8]>,
    /// Whether the name alone tells a plant which one it is: then the profile is left out where the standard allows it.
    pub is_registered: bool,
    /// How many inks the profile has: 4 for CMYK.
    pub ink_count: i64,
}

/// An ink with a plate of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpotPlate {
    /// Its name, as on the plate.
    pub name: String,
    /// What of the page is printed with it: what has this colour, which is also what it looks like in CMYK.
    pub colour: CmykColour,
}

/// An article, for those who go through a file by articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleStory {
    /// Its headline.
    pub title: String,
    /// Where it starts on the first page.
    pub start: Point,
    /// The columns of its body on the first page, in reading order.
    pub beads: Vec<Rect>,
}

/// An address that a reader can go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLink {
    /// The address, ASCII.
    pub uri: String,
    /// What shows it, in reading order.
    pub spans: Vec<GlyphSpan>,
}

/// Some glyphs of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlyphSpan {
    /// The page, from 0.
    pub page: usize,
    /// The run among the items of the page.
    pub item: usize,
    /// Its glyphs.
    pub glyphs: Range<usize>,
}

/// Marks over the first page that can be switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofLayer {
    /// What viewers call it.
    pub name: String,
    /// What lies below the page.
    pub below: Page,
    /// What lies above it.
    pub above: Page,
}

/// The white around a page, and what the plant wants to see there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetMargin {
    /// Beyond the trim on all sides.
    pub bleed: Abs,
    /// Crop, registration and colour marks with the slug line, from the top left of the trim.
    pub slug: Option<Page>,
}

/// What is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PdfOrder {
    /// The kind of PDF.
    pub kind: PdfKind,
    /// What it says of itself.
    pub metadata: PdfMetadata,
    /// What it is made for.
    pub condition: PrintingCondition,
    /// What its pictures are made for.
    pub picture_target: PictureTarget,
    /// The inks beside the four.
    pub spots: Vec<SpotPlate>,
    /// What lies around the trim.
    pub margin: SheetMargin,
    /// 版次: what viewers call the first page.
    pub page_label: String,
    /// The articles, in the order of the record.
    pub stories: Vec<ArticleStory>,
    /// The addresses in a file for readers.
    pub links: Vec<PageLink>,
    /// The marks of a proof.
    pub proof_layer: Option<ProofLayer>,
}

impl PdfOrder {
    /// Pages alone, for the press on newsprint unless the condition is changed.
    pub fn new(kind: PdfKind, metadata: PdfMetadata) -> Self {
        let condition = PrintingCondition {
            name: "CGATS TR 002".to_owned(),
            description: "Coldset offset on newsprint, SNAP 2007 (CGATS TR 002)".to_owned(),
            icc: newsprint_profile(),
            is_registered: true,
            ink_count: 4,
        };
        let margin = SheetMargin::default();
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
            margin,
            page_label: String::new(),
            stories: Vec::new(),
            links: Vec::new(),
            proof_layer: None,
        }
    }
}

/// The white in which marks stand, beyond the trim.
const MARKS_MARGIN: Abs = Abs::mm(15);

impl SheetMargin {
    /// From the edge of the media to the trim.
    pub(crate) fn trim_offset(&self) -> Abs {
        if self.slug.is_some() { MARKS_MARGIN.max(self.bleed + Abs::mm(10)) } else { self.bleed }
    }
}
