//! Lines of text of a page read back from its PDF.

use crate::editor::page::{Area, OFF};
use crate::reader::Glyph;

/// Ascent of the em box as a share of the size: the faces have 880 thousandths above the baseline.
const ASCENT: f64 = 0.88;

/// A line of text as printed: glyphs on one baseline, or one below the other.
#[derive(Clone, Debug)]
pub(crate) struct TextLine<'a> {
    pub(crate) glyphs: Vec<&'a Glyph>,
    pub(crate) vertical: bool,
}

impl TextLine<'_> {
    pub(crate) fn text(&self) -> String {
        self.glyphs.iter().filter_map(|glyph| glyph.text.as_deref()).collect()
    }

    pub(crate) fn size(&self) -> f64 {
        self.glyphs[0].size
    }

    pub(crate) fn area(&self) -> Area {
        let boxes = self.glyphs.iter().map(|glyph| em_box(glyph, self.vertical));
        boxes.reduce(|all, one| all.with(&one)).unwrap_or_default()
    }
}

/// Em box of a glyph. A glyph on its side in a vertical line is as deep as it is wide.
pub(crate) fn em_box(glyph: &Glyph, vertical: bool) -> Area {
    let Glyph { x, y, size, wide, .. } = *glyph;
    if glyph.turned {
        return Area { x: x - (1.0 - ASCENT) * wide, y, width: wide, height: glyph.advance };
    }
    let width = if vertical { wide } else { glyph.advance };
    Area { x, y: y - ASCENT * size, width, height: size }
}

/// Cuts glyphs in the order of the contents into lines. A line goes on while the next glyph has its
/// size and stands to the right on its baseline, or straight below the last one.
pub(crate) fn lines<'a>(glyphs: &[&'a Glyph]) -> Vec<TextLine<'a>> {
    let mut out: Vec<TextLine<'a>> = Vec::new();
    for glyph in glyphs {
        let glyph: &'a Glyph = glyph;
        let Some(line) = out.last_mut() else {
            out.push(TextLine { glyphs: vec![glyph], vertical: glyph.turned });
            continue;
        };
        let last = line.glyphs[line.glyphs.len() - 1];
        let alike = (last.size - glyph.size).abs() < 0.2 * last.size;
        let level = (last.y - glyph.y).abs() < 0.3 * last.size.min(glyph.size)
            && glyph.x > last.x - OFF
            && glyph.x < last.x + 4.0 * last.size.max(last.wide);
        let middle = |glyph: &Glyph| em_box(glyph, true).x + em_box(glyph, true).width / 2.0;
        let below = (middle(last) - middle(glyph)).abs() < 0.45 * last.wide
            && glyph.y > last.y + 0.3 * last.size
            && glyph.y < last.y + 3.0 * last.size;
        let fits = if line.glyphs.len() == 1 { true } else { line.vertical };
        if alike && level && !(line.vertical && line.glyphs.len() > 1) {
            line.glyphs.push(glyph);
        } else if below && fits && (last.turned || glyph.turned || upright(line, glyph)) {
            line.vertical = true;
            line.glyphs.push(glyph);
        } else {
            out.push(TextLine { glyphs: vec![glyph], vertical: glyph.turned });
        }
    }
    out
}

/// True if a glyph continues a vertical line. A lone glyph and one a full pitch below it may also
/// be two short lines of body copy, so only type larger than that pitch allows is taken.
fn upright(line: &TextLine<'_>, glyph: &Glyph) -> bool {
    let last = line.glyphs[line.glyphs.len() - 1];
    glyph.y - last.y < 1.12 * last.size
}
