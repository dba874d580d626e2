//! Lines as items of the display list: runs of one face and size, readings, dots of emphasis.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use crate::line::{Glyph, Line, Prepared};
use crate::page::{Colour, Disc, Element, Item, Owner, Run, RunGlyph};
use crate::unit::{Abs, Em, Point, TypeSize};

/// Where and how a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// What the line belongs to.
    pub owner: Owner,
    /// What it is a line of.
    pub element: Element,
    /// The type.
    pub size: TypeSize,
    /// The start of the measure: on the baseline; of a vertical line, its top left corner.
    pub origin: Point,
    /// The ink.
    pub colour: Colour,
}

/// The em box above the baseline, in thousandths: the faces have 880 above and 120 below it.
pub(crate) const ASCENT_MILLI: i64 = 880;
/// From the foot of the em box to the middle of a dot of emphasis, and its diameter.
const DOT_BELOW: Em = Em::milli(220);
const DOT: Em = Em::milli(170);

/// Draws a line: its glyphs in reading order, then what stands above and below them.
pub fn draw_line(items: &mut Vec<Item>, text: &Prepared, line: &Line, spot: &Spot) {
    draw(items, &mut Work::default(), (text, line), spot);
}

/// The run in work: its room is taken once for many lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Work {
    glyphs: Vec<RunGlyph>,
    text: String,
}

/// The same with room for the run in work.
pub(crate) fn draw(
    items: &mut Vec<Item>,
    work: &mut Work,
    (text, line): (&Prepared, &Line),
    spot: &Spot,
) {
    let vertical = text.is_vertical();
    let lift = (Em::ZERO, Abs::ZERO);
    let mut brush = Brush { items, spot, vertical, face: None, work, lift };
    line.place(text, |placed| {
        let (start, end) = placed.text;
        let chars = &text.text()[start as usize..end as usize];
        // A hyphen that the line adds is a soft one to whoever reads the text (ISO 32000-1 14.8.2.2.3).
        let chars = if placed.added { "\u{ad}" } else { chars };
        brush.glyph(placed.glyph, placed.x, chars);
    });
    brush.end();
    line.readings(text, |reading, glyphs| {
        for (k, glyph) in glyphs.iter().enumerate() {
            let start = glyph.at as usize;
            let end = glyphs.get(k + 1).map_or(reading.len(), |next| next.at as usize);
            brush.glyph(glyph, glyph.x, &reading[start..end.max(start)]);
        }
        brush.end();
    });
    let TypeSize { width, height } = spot.size;
    let below = height.scale(1000 - ASCENT_MILLI, 1000) + DOT_BELOW.at(height);
    line.dots(text, |x| {
        let centre = Point::new(spot.origin.x + x.at(width), spot.origin.y + below);
        let diameter = DOT.at(height);
        brush.items.push(Item::Disc(Disc { centre, diameter, colour: spot.colour }));
    });
}

/// Collects glyphs into runs.
struct Brush<'a> {
    items: &'a mut Vec<Item>,
    spot: &'a Spot,
    vertical: bool,
    /// A glyph of the run in work, which says how all of them are drawn.
    face: Option<Glyph>,
    work: &'a mut Work,
    /// How high the last glyph stands, which is nearly always as high as the next.
    lift: (Em, Abs),
}

impl Brush<'_> {
    #[inline]
    fn glyph(&mut self, glyph: &Glyph, along: Em, chars: &str) {
        let look = |glyph: &Glyph| (glyph.font, glyph.turned, glyph.scale);
        if self.face.as_ref().map(look) != Some(look(glyph)) {
            self.end();
            self.face = Some(*glyph);
        }
        // Each glyph needs a text; of two that a face draws for one character, one is passed over as a soft hyphen is.
        self.work.text.push_str(if chars.is_empty() { "\u{ad}" } else { chars });
        let TypeSize { width, height } = self.spot.size;
        let (x, y): (Abs, Abs) = match (self.vertical, glyph.turned) {
            (false, _) => {
                if self.lift.0 != glyph.y {
                    self.lift = (glyph.y, glyph.y.at(height));
                }
                (along.at(width), self.lift.1)
            }
            (true, true) => (along.at(height), glyph.y.at(width)),
            (true, false) => (glyph.y.at(width), -along.at(height)),
        };
        let end = u32::try_from(self.work.text.len()).unwrap_or(u32::MAX);
        self.work.glyphs.push(RunGlyph { id: glyph.id, x, y, end });
    }

    fn end(&mut self) {
        let Some(glyph) = self.face.take() else { return };
        let spot = self.spot;
        self.items.push(Item::Run(Run {
            owner: spot.owner,
            element: spot.element,
            font: glyph.font,
            size: spot.size.percent(i64::from(glyph.scale)),
            turned: glyph.turned,
            origin: spot.origin,
            colour: spot.colour,
            glyphs: Arc::from(self.work.glyphs.as_slice()),
            text: Arc::from(self.work.text.as_str()),
        }));
        self.work.glyphs.clear();
        self.work.text.clear();
    }
}

/// The lines of bodies as they were drawn before, by item and block. Layouts of a page have most of them in common, so
/// each is drawn once.
#[derive(Default)]
pub(crate) struct Drawn(RefCell<Drawings>);

#[derive(Default)]
struct Drawings {
    /// By item and block.
    lines: Vec<Vec<Vec<Known>>>,
    /// What they were drawn as, all in one list.
    items: Vec<Item>,
}

/// A line that was drawn: its text's place in the block, and how.
struct Known {
    text: usize,
    line: Line,
    spot: Spot,
    /// Its items in the list of all.
    items: Range<usize>,
}

impl Drawn {
    /// Draws a line of the text in a block of an item, or what it was drawn as, moved.
    pub(crate) fn line(
        &self,
        (items, work): (&mut Vec<Item>, &mut Work),
        (item, (block, text)): (usize, (usize, usize)),
        (prepared, line): (&Prepared, &Line),
        spot: &Spot,
    ) {
        let Drawings { lines, items: all } = &mut *self.0.borrow_mut();
        let known = at(at(lines, item), block);
        let same = |known: &&Known| {
            known.line == *line
                && known.text == text
                && Spot { origin: spot.origin, ..known.spot } == *spot
        };
        if let Some(Known { spot: old, items: drawn, .. }) = known.iter().find(same) {
            let [right, down] = [spot.origin.x - old.origin.x, spot.origin.y - old.origin.y];
            items.extend(all[drawn.clone()].iter().map(|item| item.moved(right, down)));
            return;
        }
        let (first, start) = (items.len(), all.len());
        draw(items, work, (prepared, line), spot);
        all.extend_from_slice(&items[first..]);
        let items = start..all.len();
        known.push(Known { text, line: line.clone(), spot: *spot, items });
    }
}

/// The list with a number, made if there is none.
fn at<T>(lists: &mut Vec<Vec<T>>, number: usize) -> &mut Vec<T> {
    if lists.len() <= number {
        lists.resize_with(number + 1, Vec::new);
    }
    &mut lists[number]
}
