//! The items of a page.

use std::ops::Range;
use std::sync::Arc;

use crate::font::{FontId, GlyphId};
use crate::image::SourceImage;
use crate::unit::{Abs, Point, Rect, TypeSize};

/// A colour as amounts of the four process inks cyan, magenta, yellow and black, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CmykColour(pub [u16; 4]);

/// Part of the record to which an item of the page belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemOwner {
    /// Page furniture (版面附件): page head, staff line, banner, rules.
    Furniture,
    /// Head of the article with this index in the record.
    Head(u16),
    /// Body of the article with this index in the record.
    Body(u16),
    /// Stand-alone picture with this index in the record.
    Lone(u16),
}

/// Role of a text in the reading order, for tagged PDF. Consecutive runs with an equal role are
/// parts of one element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextRole {
    /// Headline of an article.
    Headline,
    /// Separate line such as a kicker, deck, byline or page head, with a number that is unique on
    /// the page.
    Line(u32),
    /// Paragraph, credit or note, with its block index in the body.
    Block(u32),
    /// Crosshead, with its block index in the body.
    Crosshead(u32),
    /// Caption, with the number of items drawn before it on the page.
    Caption(u32),
}

/// Glyphs of one face and size on one baseline (字形串).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlyphRun {
    /// Part of the record to which the run belongs.
    pub owner: ItemOwner,
    /// Role of the text.
    pub role: TextRole,
    /// Face of all glyphs.
    pub font: FontId,
    /// Type size.
    pub size: TypeSize,
    /// True if the run goes down the page with the tops of its glyphs to the right, as Latin words
    /// do in a vertical line.
    pub is_turned: bool,
    /// Start of the run on the baseline.
    pub origin: Point,
    /// Colour of the glyphs.
    pub colour: CmykColour,
    /// Glyphs in reading order. Candidate layouts share the glyphs of the lines they have in
    /// common.
    pub glyphs: Arc<[RunGlyph]>,
    /// Characters of the run.
    pub text: Arc<str>,
}

/// One glyph of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunGlyph {
    /// Glyph id in the face of the run.
    pub id: GlyphId,
    /// Distance of the glyph's origin from the start of the run, along the baseline.
    pub x: Abs,
    /// Height of the glyph's origin above the baseline.
    pub y: Abs,
    /// End of the glyph's characters in [`GlyphRun::text`], in bytes. They start at the end of the
    /// previous glyph's.
    pub text_end: u32,
}

impl GlyphRun {
    /// Returns the byte range of [`GlyphRun::text`] that the glyph at `index` draws.
    pub fn text_range(&self, index: usize) -> Range<usize> {
        let start = match index.checked_sub(1) {
            Some(previous) => self.glyphs[previous].text_end as usize,
            None => 0,
        };
        start..self.glyphs[index].text_end as usize
    }
}

/// A filled rectangle; a rule is a thin one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilledRect {
    /// Position and size.
    pub rect: Rect,
    /// Fill colour.
    pub colour: CmykColour,
}

/// A filled disc, used as emphasis dot (着重号).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilledDisc {
    /// Centre.
    pub centre: Point,
    /// Diameter.
    pub diameter: Abs,
    /// Fill colour.
    pub colour: CmykColour,
}

/// A picture, or the visible part of it, at its place on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedPicture {
    /// Part of the record to which the picture belongs.
    pub owner: ItemOwner,
    /// Source image.
    pub image: Arc<SourceImage>,
    /// Position and size on the page.
    pub rect: Rect,
    /// Visible part in pixels of the upright image: left, top, width, height.
    pub crop: [u32; 4],
    /// Text alternative: the caption. Empty if there is none.
    pub alt: String,
}

impl PlacedPicture {
    /// Returns the resolution on the page in pixels per inch, the lower one of both directions
    /// (R92). `None` if the visible part or its place is empty.
    pub fn ppi(&self) -> Option<f64> {
        let [_, _, pixels_wide, pixels_high] = self.crop.map(f64::from);
        let [inches_wide, inches_high] =
            [self.rect.width, self.rect.height].map(|side| side.to_pt() / 72.0);
        let is_visible =
            pixels_wide > 0.0 && pixels_high > 0.0 && inches_wide > 0.0 && inches_high > 0.0;
        is_visible.then(|| (pixels_wide / inches_wide).min(pixels_high / inches_high))
    }
}

/// One item of the display list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageItem {
    /// Text.
    Run(GlyphRun),
    /// Rule or tint.
    Fill(FilledRect),
    /// Emphasis dot.
    Disc(FilledDisc),
    /// Picture.
    Picture(PlacedPicture),
}

impl PageItem {
    /// Returns the item moved to the right and down.
    pub(crate) fn translated(&self, right: Abs, down: Abs) -> Self {
        let move_point = |at: Point| Point::new(at.x + right, at.y + down);
        let move_rect = |rect: Rect| Rect { x: rect.x + right, y: rect.y + down, ..rect };
        match self {
            Self::Run(run) => Self::Run(GlyphRun { origin: move_point(run.origin), ..run.clone() }),
            Self::Fill(fill) => Self::Fill(FilledRect { rect: move_rect(fill.rect), ..*fill }),
            Self::Disc(disc) => Self::Disc(FilledDisc { centre: move_point(disc.centre), ..*disc }),
            Self::Picture(picture) => {
                let rect = move_rect(picture.rect);
                Self::Picture(PlacedPicture { rect, ..picture.clone() })
            }
        }
    }
}

/// A page (版) as a display list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    width: Abs,
    height: Abs,
    items: Vec<PageItem>,
}

impl Page {
    /// Creates a page of a trim size from its items in reading order.
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

    /// Items in reading order.
    pub fn items(&self) -> &[PageItem] {
        &self.items
    }

    /// Glyph runs in reading order.
    pub fn runs(&self) -> impl Iterator<Item = &GlyphRun> {
        self.items.iter().filter_map(|item| match item {
            PageItem::Run(run) => Some(run),
            PageItem::Fill(_) | PageItem::Disc(_) | PageItem::Picture(_) => None,
        })
    }
}
