//! Lines as items of the display list: runs of one face and size, readings, dots of emphasis.

use crate::line::{Glyph, Line, Prepared};
use crate::page::{Colour, Disc, Element, Item, Owner, Run, RunGlyph};
use crate::unit::{Abs, Em, Point, TypeSize};

/// Where and how a line is drawn.
#[derive(Clone, Copy, Debug)]
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

/// The bytes of a Han character in a text.
const HAN_BYTES: usize = 3;

/// Draws a line: its glyphs in reading order, then what stands above and below them.
pub fn draw_line(items: &mut Vec<Item>, text: &Prepared, line: &Line, spot: &Spot) {
    let left = line.units.len();
    let vertical = text.is_vertical();
    let mut brush = Brush { items, spot, vertical, run: None, left, lift: (Em::ZERO, Abs::ZERO) };
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
    /// The run in work, and the scale of its glyphs.
    run: Option<(Run, u16)>,
    /// Glyphs that the line still has, as far as that is known: a run takes room for them at once.
    left: usize,
    /// How high the last glyph stands, which is nearly always as high as the next.
    lift: (Em, Abs),
}

impl Brush<'_> {
    #[inline]
    fn glyph(&mut self, glyph: &Glyph, along: Em, chars: &str) {
        let fits = self.run.as_ref().is_some_and(|(run, scale)| {
            run.font == glyph.font && run.turned == glyph.turned && *scale == glyph.scale
        });
        if !fits {
            self.end();
        }
        let (spot, left) = (self.spot, self.left);
        let (run, _) = self.run.get_or_insert_with(|| (begun(spot, glyph, left), glyph.scale));
        // Each glyph needs a text; of two that a face draws for one character, one is passed over as a soft hyphen is.
        run.text.push_str(if chars.is_empty() { "\u{ad}" } else { chars });
        let TypeSize { width, height } = spot.size;
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
        let end = u32::try_from(run.text.len()).unwrap_or(u32::MAX);
        run.glyphs.push(RunGlyph { id: glyph.id, x, y, end });
        self.left = left.saturating_sub(1);
    }

    fn end(&mut self) {
        self.items.extend(self.run.take().map(|(run, _)| Item::Run(run)));
    }
}

/// A run of the face and scale of a glyph, with room for so many.
fn begun(spot: &Spot, glyph: &Glyph, room: usize) -> Run {
    Run {
        owner: spot.owner,
        element: spot.element,
        font: glyph.font,
        size: spot.size.percent(i64::from(glyph.scale)),
        turned: glyph.turned,
        origin: spot.origin,
        colour: spot.colour,
        glyphs: Vec::with_capacity(room),
        text: String::with_capacity(room * HAN_BYTES),
    }
}
