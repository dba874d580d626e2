//! Lines of text as items of the display list: glyph runs, ruby readings, emphasis dots.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use crate::line::{CellGlyph, PreparedParagraph, TextLine};
use crate::page::{CmykColour, FilledDisc, GlyphRun, ItemOwner, PageItem, RunGlyph, TextRole};
use crate::unit::{Abs, Em, Point, TypeSize};

/// Place and appearance of a line on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinePosition {
    /// Part of the record to which the line belongs.
    pub owner: ItemOwner,
    /// Role of the text.
    pub role: TextRole,
    /// Type size.
    pub size: TypeSize,
    /// Start of the measure: on the baseline of a horizontal line, at the top left corner of a
    /// vertical one.
    pub origin: Point,
    /// Colour of the text.
    pub colour: CmykColour,
}

/// Height of the em box above the baseline, in thousandths of its height. The faces of the paper
/// have 880 above the baseline and 120 below it.
pub(crate) const ASCENT_MILLI: i64 = 880;
/// Distance of the centre of an emphasis dot below the foot of the em box.
const DOT_DEPTH: Em = Em::milli(220);
/// Diameter of an emphasis dot.
const DOT_DIAMETER: Em = Em::milli(170);

/// Draws a line: its glyphs in reading order, then the ruby readings and emphasis dots.
pub fn draw_line(
    items: &mut Vec<PageItem>,
    text: &PreparedParagraph,
    line: &TextLine,
    position: &LinePosition,
) {
    // Moved out and back, because an `ItemList` owns its items.
    let mut list = ItemList { items: std::mem::take(items), buffer: RunBuffer::default() };
    list.draw_line(text, line, position);
    *items = list.items;
}

/// Items of a page in drawing order, with the buffer in which glyph runs are assembled.
#[derive(Clone, Debug, Default)]
pub(crate) struct ItemList {
    /// Items drawn so far.
    pub(crate) items: Vec<PageItem>,
    buffer: RunBuffer,
}

/// Glyphs and characters of the run under construction. The allocations are reused from run to run.
#[derive(Clone, Debug, Default)]
struct RunBuffer {
    glyphs: Vec<RunGlyph>,
    text: String,
}

impl ItemList {
    /// Draws a line as [`draw_line`] does.
    pub(crate) fn draw_line(
        &mut self,
        text: &PreparedParagraph,
        line: &TextLine,
        position: &LinePosition,
    ) {
        let mut collector = RunCollector {
            list: self,
            position,
            is_vertical: text.is_vertical(),
            open_glyph: None,
            last_lift: (Em::ZERO, Abs::ZERO),
        };
        line.place_glyphs(text, |placed| {
            let Range { start, end } = placed.text_bytes;
            let chars = &text.text()[start as usize..end as usize];
            // A hyphen at the end of a line is not in the copy. In the text of the file it is a
            // soft hyphen (ISO 32000-1 14.8.2.2.3).
            let chars = if placed.is_added_hyphen { SOFT_HYPHEN } else { chars };
            collector.push_glyph(placed.glyph, placed.x, chars);
        });
        collector.finish_run();
        line.place_readings(text, |reading, glyphs| {
            for (k, glyph) in glyphs.iter().enumerate() {
                let start = glyph.text_byte as usize;
                // A glyph stands for the bytes up to the next glyph; the last one for the rest.
                let end = glyphs.get(k + 1).map_or(reading.len(), |next| next.text_byte as usize);
                // A glyph out of the order of the text gets no text, instead of a negative range.
                collector.push_glyph(glyph, glyph.x, &reading[start..end.max(start)]);
            }
            collector.finish_run();
        });
        let TypeSize { width, height } = position.size;
        // From the baseline down to the foot of the em box, and on into the leading.
        let depth = height.scale(1000 - ASCENT_MILLI, 1000) + DOT_DEPTH.at(height);
        line.place_dots(text, |x| {
            let centre = Point::new(position.origin.x + x.at(width), position.origin.y + depth);
            let diameter = DOT_DIAMETER.at(height);
            let disc = FilledDisc { centre, diameter, colour: position.colour };
            self.items.push(PageItem::Disc(disc));
        });
    }
}

/// Text of a glyph that stands for no character of the copy.
const SOFT_HYPHEN: &str = "\u{ad}";

/// Collects the glyphs of a line into runs of one face, scale and orientation.
struct RunCollector<'a> {
    list: &'a mut ItemList,
    position: &'a LinePosition,
    is_vertical: bool,
    /// First glyph of the run under construction. Its face, scale and orientation are those of the
    /// run.
    open_glyph: Option<CellGlyph>,
    /// Height of the last glyph above the baseline, in em and as a length. Nearly always the next
    /// glyph has the same.
    last_lift: (Em, Abs),
}

impl RunCollector<'_> {
    /// Adds a glyph at a distance from the start of the line.
    #[inline]
    fn push_glyph(&mut self, glyph: &CellGlyph, distance: Em, chars: &str) {
        let style = |glyph: &CellGlyph| (glyph.font, glyph.is_turned, glyph.scale_percent);
        if self.open_glyph.as_ref().map(style) != Some(style(glyph)) {
            self.finish_run();
            self.open_glyph = Some(*glyph);
        }
        // Each glyph needs a text. If a face draws one character with two glyphs, the second one
        // gets a soft hyphen, which text extraction ignores.
        let buffer = &mut self.list.buffer;
        buffer.text.push_str(if chars.is_empty() { SOFT_HYPHEN } else { chars });
        let TypeSize { width, height } = self.position.size;
        let (x, y): (Abs, Abs) = match (self.is_vertical, glyph.is_turned) {
            (false, _) => {
                // The conversion is skipped for neighbours on one height, which are nearly all
                // glyphs of a page.
                if self.last_lift.0 != glyph.y {
                    self.last_lift = (glyph.y, glyph.y.at(height));
                }
                (distance.at(width), self.last_lift.1)
            }
            // A turned run has its own x axis down the page.
            (true, true) => (distance.at(height), glyph.y.at(width)),
            // The y axis of a page points down, that of a glyph up: an advance down the line is
            // negative.
            (true, false) => (glyph.y.at(width), -distance.at(height)),
        };
        let text_end = u32::try_from(buffer.text.len()).unwrap_or(u32::MAX);
        buffer.glyphs.push(RunGlyph { id: glyph.id, x, y, text_end });
    }

    /// Adds the run under construction to the items, if there is one.
    fn finish_run(&mut self) {
        let Some(glyph) = self.open_glyph.take() else { return };
        let position = self.position;
        let ItemList { items, buffer } = &mut *self.list;
        items.push(PageItem::Run(GlyphRun {
            owner: position.owner,
            role: position.role,
            font: glyph.font,
            size: position.size.at_percent(i64::from(glyph.scale_percent)),
            is_turned: glyph.is_turned,
            origin: position.origin,
            colour: position.colour,
            glyphs: Arc::from(buffer.glyphs.as_slice()),
            text: Arc::from(buffer.text.as_str()),
        }));
        buffer.glyphs.clear();
        buffer.text.clear();
    }
}

/// Cache of drawn body lines. Candidate layouts of a page have most of their lines in common; each
/// of them is drawn once and then copied to its places.
#[derive(Default)]
pub(crate) struct LineCache(RefCell<CachedBlocks>);

#[derive(Default)]
struct CachedBlocks {
    /// Cached lines by item, then by block of its body.
    lines: Vec<Vec<Vec<CachedLine>>>,
    /// Page items of all cached lines.
    items: Vec<PageItem>,
}

/// Text of which a cached line is a part.
#[derive(Clone, Copy)]
pub(crate) struct CachedTextId {
    /// Index of the item on the page.
    pub(crate) item: usize,
    /// Index of the block in the body.
    pub(crate) block: usize,
    /// Index of the text in the block.
    pub(crate) text: usize,
}

/// A line that was drawn before.
struct CachedLine {
    text: usize,
    line: TextLine,
    position: LinePosition,
    /// Range in [`CachedBlocks::items`].
    items: Range<usize>,
}

impl LineCache {
    /// Draws a line, or copies it from where it was drawn before.
    pub(crate) fn draw_line(
        &self,
        list: &mut ItemList,
        id: CachedTextId,
        text: &PreparedParagraph,
        line: &TextLine,
        position: &LinePosition,
    ) {
        let CachedBlocks { lines, items: cached_items } = &mut *self.0.borrow_mut();
        let block_lines = list_at(list_at(lines, id.item), id.block);
        // Equal but for the place on the page.
        let is_same = |cached: &&CachedLine| {
            cached.line == *line
                && cached.text == id.text
                && LinePosition { origin: position.origin, ..cached.position } == *position
        };
        if let Some(cached) = block_lines.iter().find(is_same) {
            // Equal lines differ by a translation, which is exact in whole units.
            let right = position.origin.x - cached.position.origin.x;
            let down = position.origin.y - cached.position.origin.y;
            let drawn = &cached_items[cached.items.clone()];
            list.items.extend(drawn.iter().map(|item| item.translated(right, down)));
            return;
        }
        // Drawn straight onto the page, then copied into the cache from there.
        let (first_item, first_cached) = (list.items.len(), cached_items.len());
        list.draw_line(text, line, position);
        cached_items.extend_from_slice(&list.items[first_item..]);
        block_lines.push(CachedLine {
            text: id.text,
            line: line.clone(),
            position: *position,
            items: first_cached..cached_items.len(),
        });
    }
}

/// Returns the list at an index and adds empty lists up to it if it does not exist.
fn list_at<T>(lists: &mut Vec<Vec<T>>, index: usize) -> &mut Vec<T> {
    if lists.len() <= index {
        lists.resize_with(index + 1, Vec::new);
    }
    &mut lists[index]
}
