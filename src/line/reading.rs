//! Readings above the characters (注音).

use std::ops::Range;

use crate::line::cells::{FULL, ParagraphShaping};
use crate::line::justify::TextLine;
use crate::line::prepare::{CellGlyph, LineUnit, ParagraphText, covered, prepare};
use crate::model::SpanStyle;
use crate::unit::Em;

/// A reading and what it stands above.
#[derive(Clone, Debug)]
pub(crate) struct RubyReading {
    /// The units below it: a line never parts them.
    pub(crate) units: Range<usize>,
    /// Its glyphs from its own start, at their size.
    pub(crate) glyphs: Vec<CellGlyph>,
    /// Its width.
    pub(crate) width: Em,
    /// Its text.
    pub(crate) text: String,
}

/// The size of a reading in hundredths of the type size. CLREQ `#interlinear_annotations`: half.
const SIZE: u16 = 50;
/// From the baseline of the characters to that of the reading: the reading's em box stands on theirs.
const RAISE: Em = Em::milli(940);
/// The least white between two readings. CLREQ `#interlinear_annotations`.
const APART: Em = Em::QUARTER;

/// Shapes the readings of a text and widens what is narrower than its reading.
pub(crate) fn readings(
    shaping: &ParagraphShaping<'_>,
    units: &mut [LineUnit],
    glyphs: &mut [CellGlyph],
) -> Vec<RubyReading> {
    let mut out = Vec::new();
    for span in shaping.copy.spans {
        let SpanStyle::Ruby(text) = &span.style else { continue };
        let inside = covered(units, &span.range, |unit| unit.range.start as usize);
        let copy = ParagraphText { text, face: shaping.copy.face, spans: &[] };
        // What no face has was refused with the record.
        let Ok(above) = prepare(shaping.fonts, copy, shaping.profile) else { continue };
        if inside.is_empty() {
            continue;
        }
        let small = |length: Em| length.share(i64::from(SIZE), i64::from(FULL));
        let mut own = Vec::new();
        TextLine::whole(&above).place_glyphs(&above, |placed| {
            let glyph = placed.glyph;
            own.push(CellGlyph {
                x: small(placed.x),
                y: small(glyph.y) + RAISE,
                scale_percent: SIZE,
                ..*glyph
            });
        });
        let width = small(above.natural_width(0..above.units().len()));
        let below: Em =
            units[inside.clone()].iter().map(|unit| unit.cell_width + unit.gap.natural).sum();
        let below = below - units[inside.end - 1].gap.natural;
        let lacks = (width + APART - below).max(Em::ZERO);
        let first = &mut units[inside.start];
        first.cell_width += lacks / 2;
        for glyph in &mut glyphs[first.glyphs.start as usize..first.glyphs.end as usize] {
            glyph.x += lacks / 2;
        }
        units[inside.end - 1].cell_width += lacks - lacks / 2;
        out.push(RubyReading { units: inside, glyphs: own, width, text: text.clone() });
    }
    out
}
