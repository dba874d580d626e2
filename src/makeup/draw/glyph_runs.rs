//! Lines as items of the display list: runs of one face and size, readings, dots of emphasis.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use crate::line::{CellGlyph, PreparedParagraph, TextLine};
use crate::page::{CmykColour, FilledDisc, GlyphRun, ItemOwner, PageItem, RunGlyph, TextRole};
use crate::unit::{Abs, Em, Point, TypeSize};

/// Where and how a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinePosition {
    /// What the line belongs to.
    pub owner: ItemOwner,
    /// What it is a line of.
    pub role: TextRole,
    /// The type.
    pub size: TypeSize,
    /// The start of the measure: on the baseline; of a vertical line, its top left corner.
    pub origin: Point,
    /// The ink.
    pub colour: CmykColour,
}

/// The em box above the baseline, in thousandths: the faces have 880 above and 120 below it.
pub(crate) const ASCENT_MILLI: i64 = 880;
/// From the foot of the em box to the middle of a dot of emphasis, and its diameter.
const DOT_DEPTH: Em = Em::milli(220);
const DOT_DIAMETER: Em = Em::milli(170);

/// Draws a line: its glyphs in reading order, then what stands above and below them.
pub fn draw_line(
    items: &mut Vec<PageItem>,
    text: &PreparedParagraph,
    line: &TextLine,
    position: &LinePosition,
) {
    draw_line_with(items, &mut RunBuffer::default(), (text, line), position);
}

/// The run in work: its room is taken once for many lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunBuffer {
    glyphs: Vec<RunGlyph>,
    text_index: String,
}

/// The same with room for the run in work.
pub(crate) fn draw_line_with(
    items: &mut Vec<PageItem>,
    buffer: &mut RunBuffer,
    (text, line): (&PreparedParagraph, &TextLine),
    position: &LinePosition,
) {
    let vertical = text.is_vertical();
    let lift = (Em::ZERO, Abs::ZERO);
    let mut brush = RunCollector {
        items,
        position,
        is_vertical: vertical,
        open_glyph: None,
        work: buffer,
        last_lift: lift,
    };
    line.place_glyphs(text, |placed| {
        let (start, end) = placed.text_bytes;
        let chars = &text.text()[start as usize..end as usize];
        // A hyphen that the line adds is a soft one to whoever reads the text (ISO 32000-1 14.8.2.2.3).
        let chars = if placed.is_added_hyphen { "\u{ad}" } else { chars };
        brush.push_glyph(placed.glyph, placed.x, chars);
    });
    brush.finish_run();
    line.place_readings(text, |reading, glyphs| {
        for (k, glyph) in glyphs.iter().enumerate() {
            let start = glyph.text_byte as usize;
            let end = glyphs.get(k + 1).map_or(reading.len(), |next| next.text_byte as usize);
            brush.push_glyph(glyph, glyph.x, &reading[start..end.max(start)]);
        }
        brush.finish_run();
    });
    let TypeSize { width, height } = position.size;
    let below = height.scale(1000 - ASCENT_MILLI, 1000) + DOT_DEPTH.at(height);
    line.place_dots(text, |x| {
        let centre = Point::new(position.origin.x + x.at(width), position.origin.y + below);
        let diameter = DOT_DIAMETER.at(height);
        brush.items.push(PageItem::Disc(FilledDisc { centre, diameter, colour: position.colour }));
    });
}

/// Collects glyphs into runs.
struct RunCollector<'a> {
    items: &'a mut Vec<PageItem>,
    position: &'a LinePosition,
    is_vertical: bool,
    /// A glyph of the run in work, which says how all of them are drawn.
    open_glyph: Option<CellGlyph>,
    work: &'a mut RunBuffer,
    /// How high the last glyph stands, which is nearly always as high as the next.
    last_lift: (Em, Abs),
}

impl RunCollector<'_> {
    #[inline]
    fn push_glyph(&mut self, glyph: &CellGlyph, along: Em, chars: &str) {
        let look = |glyph: &CellGlyph| (glyph.font, glyph.is_turned, glyph.scale_percent);
        if self.open_glyph.as_ref().map(look) != Some(look(glyph)) {
            self.finish_run();
            self.open_glyph = Some(*glyph);
        }
        // Each glyph needs a text; of two that a face draws for one character, one is passed over as a soft hyphen is.
        self.work.text_index.push_str(if chars.is_empty() { "\u{ad}" } else { chars });
        let TypeSize { width, height } = self.position.size;
        let (x, y): (Abs, Abs) = match (self.is_vertical, glyph.is_turned) {
            (false, _) => {
                if self.last_lift.0 != glyph.y {
                    self.last_lift = (glyph.y, glyph.y.at(height));
                }
                (along.at(width), self.last_lift.1)
            }
            (true, true) => (along.at(height), glyph.y.at(width)),
            (true, false) => (glyph.y.at(width), -along.at(height)),
        };
        let end = u32::try_from(self.work.text_index.len()).unwrap_or(u32::MAX);
        self.work.glyphs.push(RunGlyph { id: glyph.id, x, y, text_end: end });
    }

    fn finish_run(&mut self) {
        let Some(glyph) = self.open_glyph.take() else { return };
        let spot = self.position;
        self.items.push(PageItem::Run(GlyphRun {
            owner: spot.owner,
            role: spot.role,
            font: glyph.font,
            size: spot.size.at_percent(i64::from(glyph.scale_percent)),
            is_turned: glyph.is_turned,
            origin: spot.origin,
            colour: spot.colour,
            glyphs: Arc::from(self.work.glyphs.as_slice()),
            text: Arc::from(self.work.text_index.as_str()),
        }));
        self.work.glyphs.clear();
        self.work.text_index.clear();
    }
}

/// The lines of bodies as they were drawn before, by item and block. Layouts of a page have most of them in common, so
/// each is drawn once.
#[derive(Default)]
pub(crate) struct LineCache(RefCell<CachedBlocks>);

#[derive(Default)]
struct CachedBlocks {
    /// By item and block.
    lines: Vec<Vec<Vec<CachedLine>>>,
    /// What they were drawn as, all in one list.
    items: Vec<PageItem>,
}

/// A line that was drawn: its text's place in the block, and how.
struct CachedLine {
    text: usize,
    line: TextLine,
    spot: LinePosition,
    /// Its items in the list of all.
    items: Range<usize>,
}

impl LineCache {
    /// Draws a line of the text in a block of an item, or what it was drawn as, moved.
    pub(crate) fn draw_line(
        &self,
        (items, work): (&mut Vec<PageItem>, &mut RunBuffer),
        (item, (block, text)): (usize, (usize, usize)),
        (prepared, line): (&PreparedParagraph, &TextLine),
        spot: &LinePosition,
    ) {
        let CachedBlocks { lines, items: all } = &mut *self.0.borrow_mut();
        let known = list_at(list_at(lines, item), block);
        let same = |known: &&CachedLine| {
            known.line == *line
                && known.text == text
                && LinePosition { origin: spot.origin, ..known.spot } == *spot
        };
        if let Some(CachedLine { spot: old, items: drawn, .. }) = known.iter().find(same) {
            let [right, down] = [spot.origin.x - old.origin.x, spot.origin.y - old.origin.y];
            items.extend(all[drawn.clone()].iter().map(|item| item.translated(right, down)));
            return;
        }
        let (first, start) = (items.len(), all.len());
        draw_line_with(items, work, (prepared, line), spot);
        all.extend_from_slice(&items[first..]);
        let items = start..all.len();
        known.push(CachedLine { text, line: line.clone(), spot: *spot, items });
    }
}

/// The list with a number, made if there is none.
fn list_at<T>(lists: &mut Vec<Vec<T>>, number: usize) -> &mut Vec<T> {
    if lists.len() <= number {
        lists.resize_with(number + 1, Vec::new);
    }
    &mut lists[number]
}
