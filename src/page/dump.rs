//! Pages as canonical text: for goldens, for people, and for the layout hash.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::page::{Colour, Item, Page};
use crate::unit::{Abs, Rect, TypeSize};

/// One row an item. Lengths are in thousandths of a point, which tells any two layouts apart that a
/// press could.
pub fn dump(pages: &[Page]) -> String {
    let mut out = String::with_capacity(pages.len() * 64 * 1024);
    for page in pages {
        let _ = writeln!(out, "page {} {}", milli(page.width()), milli(page.height()));
        for item in page.items() {
            match item {
                Item::Run(run) => {
                    let TypeSize { width, height } = run.size;
                    let _ = write!(
                        out,
                        "{:?} f{} s{}{}{} {},{} {}",
                        run.owner,
                        run.font.index(),
                        milli(width),
                        if width == height {
                            String::new()
                        } else {
                            format!("×{}", milli(height))
                        },
                        if run.turned { " turned" } else { "" },
                        milli(run.origin.x),
                        milli(run.origin.y),
                        run.text
                    );
                    let mut last = Abs::ZERO;
                    for (k, glyph) in run.glyphs.iter().enumerate() {
                        let step = glyph.x - last;
                        // A full cell is what most glyphs are from the one before.
                        if k > 0 && step == width && glyph.y == Abs::ZERO {
                            let _ = write!(out, " {}", glyph.id.0);
                        } else if k > 0 || step != Abs::ZERO || glyph.y != Abs::ZERO {
                            let _ = write!(out, " {}+{}", glyph.id.0, milli(step));
                            if glyph.y != Abs::ZERO {
                                let _ = write!(out, "^{}", milli(glyph.y));
                            }
                        } else {
                            let _ = write!(out, " | {}", glyph.id.0);
                        }
                        last = glyph.x;
                    }
                    let _ = writeln!(out);
                }
                Item::Disc(disc) => {
                    let [x, y] = [disc.centre.x, disc.centre.y].map(milli);
                    let _ = writeln!(out, "dot {x},{y} {}", milli(disc.diameter));
                }
                Item::Picture(picture) => {
                    let [x, y, width, height] = edges(&picture.rect).map(milli);
                    let _ = writeln!(
                        out,
                        "{:?} picture {} {:?} {x},{y} {width}×{height}",
                        picture.owner,
                        &picture.image.sha256()[..12],
                        picture.crop,
                    );
                }
                Item::Fill(fill) => {
                    let rect = fill.rect;
                    let _ = writeln!(
                        out,
                        "rule {},{} {}×{}",
                        milli(rect.x),
                        milli(rect.y),
                        milli(rect.width),
                        milli(rect.height)
                    );
                }
            }
        }
    }
    out
}

fn edges(rect: &Rect) -> [Abs; 4] {
    [rect.x, rect.y, rect.width, rect.height]
}

fn milli(length: Abs) -> i64 {
    // 1/12 700 pt in thousandths of a point, rounded.
    length.scale(1000, Abs::PER_PT).units()
}

/// The hash of the layout, in hexadecimal: equal for equal pages, whatever they are written to.
pub fn layout_hash(pages: &[Page]) -> String {
    let mut hash = Sha256::new();
    // An item at a time: many small updates cost more than the hash.
    let mut bytes = Vec::with_capacity(1024);
    for page in pages {
        numbers(&mut bytes, &[page.width(), page.height()].map(Abs::units));
        for item in page.items() {
            put(&mut bytes, item);
            hash.update(&bytes);
            bytes.clear();
        }
    }
    hash.update(&bytes);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn numbers(out: &mut Vec<u8>, numbers: &[i64]) {
    numbers.iter().for_each(|number| out.extend(number.to_le_bytes()));
}

/// An item as bytes that no other has: its kind, its numbers, what it draws with their counts before them.
fn put(out: &mut Vec<u8>, item: &Item) {
    match item {
        Item::Run(run) => {
            let [x, y] = [run.origin.x, run.origin.y].map(Abs::units);
            let [width, height] = [run.size.width, run.size.height].map(Abs::units);
            let (font, turned) = (run.font.index() as i64, i64::from(run.turned));
            let counts = [run.glyphs.len() as i64, run.text.len() as i64];
            numbers(out, &[0, font, width, height, turned, x, y, counts[0], counts[1]]);
            colour(out, run.colour);
            for glyph in &run.glyphs {
                out.extend(glyph.id.0.to_le_bytes());
                out.extend(glyph.end.to_le_bytes());
                // Four bytes hold a length of 60 m.
                let [x, y] = [glyph.x, glyph.y].map(|length| length.units().to_le_bytes());
                out.extend_from_slice(&x[..4]);
                out.extend_from_slice(&y[..4]);
            }
            out.extend(run.text.as_bytes());
        }
        Item::Disc(disc) => {
            let lengths = [disc.centre.x, disc.centre.y, disc.diameter].map(Abs::units);
            numbers(out, &[-2]);
            numbers(out, &lengths);
            colour(out, disc.colour);
        }
        Item::Picture(picture) => {
            numbers(out, &[-3]);
            numbers(out, &edges(&picture.rect).map(Abs::units));
            picture.crop.iter().for_each(|edge| out.extend(edge.to_le_bytes()));
            out.extend(picture.image.sha256().as_bytes());
        }
        Item::Fill(fill) => {
            numbers(out, &[-1]);
            numbers(out, &edges(&fill.rect).map(Abs::units));
            colour(out, fill.colour);
        }
    }
}

fn colour(out: &mut Vec<u8>, colour: Colour) {
    colour.0.iter().for_each(|ink| out.extend(ink.to_le_bytes()));
}
