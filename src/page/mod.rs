//! The page as it will be printed: a display list with nothing left to decide.
//!
//! Text runs with glyph ids and positions beside their characters, rules, and the order in which they
//! are read. What draws a page needs this, the faces and nothing else. Lengths are from the top left
//! of the trim, y down.

mod dump;

use std::ops::Range;
use std::sync::Arc;

use crate::font::{FontId, GlyphId};
use crate::image::SourceImage;
use crate::unit::{Abs, Point, Rect, TypeSize};

pub use crate::page::dump::{dump, layout_hash};

/// An ink as CMYK in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CmykColour(pub [u16; 4]);

/// What an item belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemOwner {
    /// Page head, staff line, banner.
    Furniture,
    /// The article with this index in the record: its head.
    Head(u16),
    /// The article with this index in the record: its body.
    Body(u16),
    /// The lone picture with this index in the record.
    Lone(u16),
}

/// What a text is, for those who have the page read to them: runs that follow each other with the same one are parts
/// of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextRole {
    /// The headline of an article.
    Headline,
    /// A line of its own, by number: kicker, deck, byline, page head.
    Line(u32),
    /// The block with this index in a body: a paragraph, a credit, a note.
    Block(u32),
    /// The block with this index in a body: a crosshead.
    Crosshead(u32),
    /// The caption of the picture drawn this many items into the page.
    Caption(u32),
}

/// Glyphs of one face and size on one baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlyphRun {
    /// What it belongs to.
    pub owner: ItemOwner,
    /// What it is.
    pub role: TextRole,
    /// The face.
    pub font: FontId,
    /// The type size.
    pub size: TypeSize,
    /// Whether it runs down the page, the tops of its glyphs to the right: Latin on a vertical line.
    pub is_turned: bool,
    /// Start of the run on the baseline.
    pub origin: Point,
    /// Its ink.
    pub colour: CmykColour,
    /// The glyphs, in reading order; layouts that have the line in common share them.
    pub glyphs: Arc<[RunGlyph]>,
    /// Its characters.
    pub text: Arc<str>,
}

/// A glyph of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunGlyph {
    /// The glyph.
    pub id: GlyphId,
    /// From the start of the run to the glyph's origin, along the baseline.
    pub x: Abs,
    /// Above the baseline.
    pub y: Abs,
    /// Its characters end here in [`Run::text`]; they start where the glyph before it ends.
    pub text_end: u32,
}

impl GlyphRun {
    /// The bytes of the text that glyph `k` draws.
    pub fn text_range(&self, k: usize) -> Range<usize> {
        let start = k.checked_sub(1).map_or(0, |before| self.glyphs[before].text_end as usize);
        start..self.glyphs[k].text_end as usize
    }
}

/// A filled rectangle: rules are thin ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilledRect {
    /// Where.
    pub rect: Rect,
    /// Its ink.
    pub colour: CmykColour,
}

/// A filled disc: a dot of emphasis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilledDisc {
    /// Its middle.
    pub centre: Point,
    /// Its diameter.
    pub diameter: Abs,
    /// Its ink.
    pub colour: CmykColour,
}

/// A picture, or the part of it that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedPicture {
    /// What it belongs to.
    pub owner: ItemOwner,
    /// The picture.
    pub image: Arc<SourceImage>,
    /// Where it stands.
    pub rect: Rect,
    /// The part shown, in pixels of the picture as it is seen: left, top, width, height.
    pub crop: [u32; 4],
    /// What it shows, in words: its caption. Empty if nothing is known.
    pub alt: String,
}

impl PlacedPicture {
    /// Its pixels per inch where it stands, the fewer of both directions (R92); `None` where nothing is shown.
    pub fn ppi(&self) -> Option<f64> {
        let [_, _, width, height] = self.crop.map(f64::from);
        let [wide, high] = [self.rect.width, self.rect.height].map(|side| side.to_pt() / 72.0);
        (width > 0.0 && height > 0.0 && wide > 0.0 && high > 0.0)
            .then(|| (width / wide).min(height / high))
    }
}

/// Something on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageItem {
    /// Text.
    Run(GlyphRun),
    /// A rule.
    Fill(FilledRect),
    /// A dot.
    Disc(FilledDisc),
    /// A picture.
    Picture(PlacedPicture),
}

impl PageItem {
    /// The same, so far to the right and down.
    pub(crate) fn translated(&self, right: Abs, down: Abs) -> Self {
        let point = |at: Point| Point::new(at.x + right, at.y + down);
        let place = |rect: Rect| Rect { x: rect.x + right, y: rect.y + down, ..rect };
        match self {
            Self::Run(run) => Self::Run(GlyphRun { origin: point(run.origin), ..run.clone() }),
            Self::Fill(fill) => Self::Fill(FilledRect { rect: place(fill.rect), ..*fill }),
            Self::Disc(disc) => Self::Disc(FilledDisc { centre: point(disc.centre), ..*disc }),
            Self::Picture(picture) => {
                Self::Picture(PlacedPicture { rect: place(picture.rect), ..picture.clone() })
            }
        }
    }
}

/// A page ready to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    width: Abs,
    height: Abs,
    items: Vec<PageItem>,
}

impl Page {
    /// A page of a size with its items in reading order.
    pub fn new(width: Abs, height: Abs, items: Vec<PageItem>) -> Self {
        Self { width, height, items }
    }

    /// Width of the trim.
    pub fn width(&self) -> Abs {
        self.width
    }

    /// Height of the trim.
    pub fn height(&self) -> Abs {
        self.height
    }

    /// The items, in reading order.
    pub fn items(&self) -> &[PageItem] {
        &self.items
    }

    /// The text runs, in reading order.
    pub fn runs(&self) -> impl Iterator<Item = &GlyphRun> {
        self.items.iter().filter_map(|item| match item {
            PageItem::Run(run) => Some(run),
            PageItem::Fill(_) | PageItem::Disc(_) | PageItem::Picture(_) => None,
        })
    }
}
