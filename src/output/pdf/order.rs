//! What kind of PDF is wanted, and what goes into it beside the pages.

use std::ops::Range;
use std::sync::Arc;

use crate::colour::newsprint;
use crate::output::pdf::images::{Ink, Press};
use crate::output::pdf::meta::Meta;
use crate::page::{Colour, Page};
use crate::unit::{Abs, Point, Rect};

/// The kinds of PDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// PDF/X-1a:2003: inks alone, nothing transparent, PDF 1.4.
    X1a,
    /// PDF/X-4, PDF 1.6.
    X4,
    /// For readers: tagged, PDF/UA-1 and PDF/A-2u, colours of the screen.
    Web,
    /// For proofreaders: the press page under a layer of marks.
    Proof,
}

impl Kind {
    /// The version of PDF that it is written in.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::X1a => "1.4",
            Self::X4 | Self::Proof => "1.6",
            Self::Web => "1.7",
        }
    }

    /// Whether its colours are inks of a press.
    pub(crate) fn inks(self) -> bool {
        self != Self::Web
    }

    /// Whether the profile of a registered condition is to be in the file all the same.
    pub(crate) fn wants_profile(self) -> bool {
        matches!(self, Self::X4 | Self::Web)
    }

    /// What a press file says it is (ISO 15930): the value of GTS_PDFXVersion.
    pub(crate) fn pdfx(self) -> Option<&'static str> {
        match self {
            Self::X1a => Some("PDF/X-1a:2003"),
            Self::X4 => Some("PDF/X-4"),
            Self::Web | Self::Proof => None,
        }
    }
}

/// The printing condition that a file is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Its name, as registered.
    pub name: String,
    /// The same in words.
    pub info: String,
    /// Its ICC profile.
    pub icc: Arc<[u8]>,
    /// Whether the name alone tells a plant which one it is: then the profile is left out where the standard allows it.
    pub registered: bool,
    /// How many inks the profile has: 4 for CMYK.
    pub inks: i64,
}

/// An ink with a plate of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpotInk {
    /// Its name, as on the plate.
    pub name: String,
    /// What of the page is printed with it: what has this colour, which is also what it looks like in CMYK.
    pub colour: Colour,
}

/// An article, for those who go through a file by articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Its headline.
    pub title: String,
    /// Where it starts on the first page.
    pub at: Point,
    /// The columns of its body on the first page, in reading order.
    pub beads: Vec<Rect>,
}

/// An address that a reader can go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The address, ASCII.
    pub target: String,
    /// What shows it, in reading order.
    pub shown: Vec<Shown>,
}

/// Some glyphs of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The page, from 0.
    pub page: usize,
    /// The run among the items of the page.
    pub item: usize,
    /// Its glyphs.
    pub glyphs: Range<usize>,
}

/// Marks over the first page that can be switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// What viewers call it.
    pub name: String,
    /// What lies below the page.
    pub under: Page,
    /// What lies above it.
    pub over: Page,
}

/// The white around a page, and what the plant wants to see there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Margin {
    /// Beyond the trim on all sides.
    pub bleed: Abs,
    /// Crop, registration and colour marks with the slug line, from the top left of the trim.
    pub slug: Option<Page>,
}

/// What is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The kind of PDF.
    pub kind: Kind,
    /// What it says of itself.
    pub meta: Meta,
    /// What it is made for.
    pub condition: Condition,
    /// What its pictures are made for.
    pub pictures: Ink,
    /// The inks beside the four.
    pub spots: Vec<SpotInk>,
    /// What lies around the trim.
    pub margin: Margin,
    /// 版次: what viewers call the first page.
    pub label: String,
    /// The articles, in the order of the record.
    pub stories: Vec<Story>,
    /// The addresses in a file for readers.
    pub links: Vec<Link>,
    /// The marks of a proof.
    pub layer: Option<Layer>,
}

impl Order {
    /// Pages alone, for the press on newsprint unless the condition is changed.
    pub fn new(kind: Kind, meta: Meta) -> Self {
        let condition = Condition {
            name: "CGATS TR 002".to_owned(),
            info: "Coldset offset on newsprint, SNAP 2007 (CGATS TR 002)".to_owned(),
            icc: newsprint(),
            registered: true,
            inks: 4,
        };
        let margin = Margin::default();
        let pictures = match kind {
            Kind::Web => Ink::Screen,
            Kind::X1a | Kind::X4 | Kind::Proof => Ink::Press(Press {
                icc: condition.icc.clone(),
                ink_most: 2_400,
                ppi_screen: 200,
                ppi_reduce: 300,
            }),
        };
        Self {
            kind,
            meta,
            condition,
            pictures,
            spots: Vec::new(),
            margin,
            label: String::new(),
            stories: Vec::new(),
            links: Vec::new(),
            layer: None,
        }
    }
}

/// The white in which marks stand, beyond the trim.
const MARKS_AREA: Abs = Abs::mm(15);

impl Margin {
    /// From the edge of the media to the trim.
    pub(crate) fn around(&self) -> Abs {
        if self.slug.is_some() { MARKS_AREA.max(self.bleed + Abs::mm(10)) } else { self.bleed }
    }
}
