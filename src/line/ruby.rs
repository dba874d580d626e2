//! Readings above the characters (注音).

use std::ops::Range;

use crate::line::cells::FULL_SCALE;
use crate::line::justify::TextLine;
use crate::line::paragraph::{CellGlyph, LineUnit, PreparedParagraph, RubyReading};
use crate::unit::Em;

/// Size of a reading in percent of the type size. CLREQ `#interlinear_annotations`: half.
const RUBY_SCALE: u16 = 50;
/// Distance from the baseline of the characters to that of the reading. The em box of the reading
/// stands on theirs.
const RUBY_SHIFT: Em = Em::milli(940);
/// Least white between two readings. CLREQ `#interlinear_annotations`.
const RUBY_GAP_MIN: Em = Em::QUARTER;

/// Places a shaped reading above the units `below`. Cells narrower than their reading are widened,
/// half at the first unit and half at the last.
pub(crate) fn attach_reading(
    reading: &PreparedParagraph,
    below: Range<usize>,
    units: &mut [LineUnit],
    glyphs: &mut [CellGlyph],
) -> RubyReading {
    let small = |length: Em| length.share(i64::from(RUBY_SCALE), i64::from(FULL_SCALE));
    let mut ruby_glyphs = Vec::new();
    TextLine::whole(reading).place_glyphs(reading, |placed| {
        ruby_glyphs.push(CellGlyph {
            x: small(placed.x),
            y: small(placed.glyph.y) + RUBY_SHIFT,
            scale_percent: RUBY_SCALE,
            ..*placed.glyph
        });
    });
    let width = small(reading.natural_width(0..reading.units().len()));
    // A reading stands over the cells, so the gap after the last unit gives it no room.
    let with_gaps: Em =
        units[below.clone()].iter().map(|unit| unit.cell_width + unit.gap.natural).sum();
    let room = with_gaps - units[below.end - 1].gap.natural;
    let missing = (width + RUBY_GAP_MIN - room).max(Em::ZERO);
    let first = &mut units[below.start];
    first.cell_width += missing / 2;
    for glyph in &mut glyphs[first.glyphs.start as usize..first.glyphs.end as usize] {
        glyph.x += missing / 2;
    }
    // The second half is the rest of the subtraction, so that both add up exactly if halves round.
    units[below.end - 1].cell_width += missing - missing / 2;
    RubyReading { units: below, glyphs: ruby_glyphs, width, text: reading.text().to_owned() }
}
