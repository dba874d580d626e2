//! The layout hash (版面哈希).

use sha2::{Digest, Sha256};

use crate::font::FontId;
use crate::page::display_list::{CmykColour, GlyphRun, Page, PageItem};
use crate::unit::{Abs, Rect, TypeSize};

/// Bytes collected before they are hashed: many small updates cost more than the hash itself.
const UPDATE_BYTES: usize = 4096;

/// Returns the SHA-256 over the display lists as 64 hexadecimal digits. Equal pages have equal
/// hashes, whatever format they are written to.
pub fn layout_hash(pages: &[Page]) -> String {
    let mut hash = Sha256::new();
    let mut bytes = Vec::with_capacity(UPDATE_BYTES * 2);
    for page in pages {
        write_numbers(&mut bytes, &[page.width(), page.height()].map(Abs::units));
        let mut last_style = None;
        for item in page.items() {
            write_item(&mut bytes, item, &mut last_style);
            if bytes.len() >= UPDATE_BYTES {
                hash.update(&bytes);
                bytes.clear();
            }
        }
    }
    hash.update(&bytes);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Properties that consecutive runs usually have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
struct RunStyle {
    font: FontId,
    size: TypeSize,
    is_turned: bool,
    colour: CmykColour,
}

/// Writes an item as a unique byte sequence: its kind, its numbers, then its variable parts with
/// their lengths before them. The style of a run is left out if it equals `last_style`.
fn write_item(out: &mut Vec<u8>, item: &PageItem, last_style: &mut Option<RunStyle>) {
    match item {
        PageItem::Run(run) => write_run(out, run, last_style),
        PageItem::Disc(disc) => {
            out.push(2);
            let lengths = [disc.centre.x, disc.centre.y, disc.diameter];
            write_numbers(out, &lengths.map(Abs::units));
            write_colour(out, disc.colour);
        }
        PageItem::Picture(picture) => {
            out.push(3);
            write_rect(out, &picture.rect);
            picture.crop.iter().for_each(|edge| out.extend(edge.to_le_bytes()));
            out.extend(picture.image.sha256().as_bytes());
        }
        PageItem::Fill(fill) => {
            out.push(4);
            write_rect(out, &fill.rect);
            write_colour(out, fill.colour);
        }
    }
}

/// Writes a run. Its kind byte is 1 if the style is that of the run before, otherwise 0.
fn write_run(out: &mut Vec<u8>, run: &GlyphRun, last_style: &mut Option<RunStyle>) {
    let style =
        RunStyle { font: run.font, size: run.size, is_turned: run.is_turned, colour: run.colour };
    let is_same = *last_style == Some(style);
    out.push(u8::from(is_same));
    if !is_same {
        *last_style = Some(style);
        let [width, height] = [run.size.width, run.size.height].map(Abs::units);
        let turned = i64::from(run.is_turned);
        write_numbers(out, &[run.font.index() as i64, width, height, turned]);
        write_colour(out, run.colour);
    }
    write_numbers(out, &[run.origin.x, run.origin.y].map(Abs::units));
    for count in [run.glyphs.len(), run.text.len()] {
        out.extend_from_slice(&(count as u64).to_le_bytes()[..4]);
    }
    let (mut last_end, mut last_y) = (0, Abs::ZERO);
    for glyph in run.glyphs.iter() {
        // Nearly every glyph draws one Han character (three bytes) at the height of the one before
        // it. The height and the end of the text are written only for the others. Four bytes hold a
        // length of 60 m.
        let [x, y] = [glyph.x, glyph.y].map(|length| length.units().to_le_bytes());
        let is_usual = glyph.y == last_y && glyph.text_end == last_end + 3;
        let [id_low, id_high] = glyph.id.0.to_le_bytes();
        out.extend_from_slice(&[u8::from(is_usual), id_low, id_high, x[0], x[1], x[2], x[3]]);
        if !is_usual {
            out.extend_from_slice(&y[..4]);
            out.extend_from_slice(&glyph.text_end.to_le_bytes());
        }
        (last_end, last_y) = (glyph.text_end, glyph.y);
    }
    out.extend(run.text.as_bytes());
}

fn write_numbers(out: &mut Vec<u8>, numbers: &[i64]) {
    numbers.iter().for_each(|number| out.extend(number.to_le_bytes()));
}

fn write_rect(out: &mut Vec<u8>, rect: &Rect) {
    write_numbers(out, &[rect.x, rect.y, rect.width, rect.height].map(Abs::units));
}

fn write_colour(out: &mut Vec<u8>, colour: CmykColour) {
    colour.0.iter().for_each(|ink| out.extend(ink.to_le_bytes()));
}
