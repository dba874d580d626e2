//! Pages as canonical text: for goldens, for people, and for the layout hash.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::font::FontId;
use crate::page::{CmykColour, Page, PageItem};
use crate::unit::{Abs, Rect, TypeSize};

/// One row an item. Lengths are in thousandths of a point, which tells any two layouts apart that a
/// press could.
pub fn dump(pages: &[Page]) -> String {
    let mut out = String::with_capacity(pages.len() * 64 * 1024);
    for page in pages {
        let _ = writeln!(out, "page {} {}", milli(page.width()), milli(page.height()));
        for item in page.items() {
            match item {
                PageItem::Run(run) => {
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
                        if run.is_turned { " turned" } else { "" },
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
                PageItem::Disc(disc) => {
                    let [x, y] = [disc.centre.x, disc.centre.y].map(milli);
                    let _ = writeln!(out, "dot {x},{y} {}", milli(disc.diameter));
                }
                PageItem::Picture(picture) => {
                    let [x, y, width, height] = edges(&picture.rect).map(milli);
                    let _ = writeln!(
                        out,
                        "{:?} picture {} {:?} {x},{y} {width}×{height}",
                        picture.owner,
                        &picture.image.sha256()[..12],
                        picture.crop,
                    );
                }
                PageItem::Fill(fill) => {
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
    // A few items at a time: many small updates cost more than the hash.
    const UPDATE: usize = 4096;
    let mut bytes = Vec::with_capacity(UPDATE * 2);
    for page in pages {
        numbers(&mut bytes, &[page.width(), page.height()].map(Abs::units));
        let mut look = None;
        for item in page.items() {
            put(&mut bytes, item, &mut look);
            if bytes.len() >= UPDATE {
                hash.update(&bytes);
                bytes.clear();
            }
        }
    }
    hash.update(&bytes);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn numbers(out: &mut Vec<u8>, numbers: &[i64]) {
    numbers.iter().for_each(|number| out.extend(number.to_le_bytes()));
}

/// How the glyphs of a run are drawn.
type RunStyle = (FontId, TypeSize, bool, CmykColour);

/// An item as bytes that no other has: its kind, its numbers, what it draws with their counts before them. A run that
/// looks like the `last` one says no more of that.
fn put(out: &mut Vec<u8>, item: &PageItem, last: &mut Option<RunStyle>) {
    match item {
        PageItem::Run(run) => {
            let look = (run.font, run.size, run.is_turned, run.colour);
            let same = *last == Some(look);
            out.push(u8::from(same));
            if !same {
                *last = Some(look);
                let [width, height] = [run.size.width, run.size.height].map(Abs::units);
                numbers(out, &[run.font.index() as i64, width, height, i64::from(run.is_turned)]);
                colour(out, run.colour);
            }
            numbers(out, &[run.origin.x, run.origin.y].map(Abs::units));
            for count in [run.glyphs.len(), run.text.len()] {
                out.extend_from_slice(&(count as u64).to_le_bytes()[..4]);
            }
            let (mut last, mut lift) = (0, Abs::ZERO);
            for glyph in run.glyphs.iter() {
                // Four bytes hold a length of 60 m. Nearly every glyph stands as high as the one before it and draws
                // one Han character: what is otherwise is said.
                let [x, y] = [glyph.x, glyph.y].map(|length| length.units().to_le_bytes());
                let usual = glyph.y == lift && glyph.text_end == last + 3;
                let [a, b] = glyph.id.0.to_le_bytes();
                out.extend_from_slice(&[u8::from(usual), a, b, x[0], x[1], x[2], x[3]]);
                if !usual {
                    out.extend_from_slice(&y[..4]);
                    out.extend_from_slice(&glyph.text_end.to_le_bytes());
                }
                (last, lift) = (glyph.text_end, glyph.y);
            }
            out.extend(run.text.as_bytes());
        }
        PageItem::Disc(disc) => {
            let lengths = [disc.centre.x, disc.centre.y, disc.diameter].map(Abs::units);
            out.push(2);
            numbers(out, &lengths);
            colour(out, disc.colour);
        }
        PageItem::Picture(picture) => {
            out.push(3);
            numbers(out, &edges(&picture.rect).map(Abs::units));
            picture.crop.iter().for_each(|edge| out.extend(edge.to_le_bytes()));
            out.extend(picture.image.sha256().as_bytes());
        }
        PageItem::Fill(fill) => {
            out.push(4);
            numbers(out, &edges(&fill.rect).map(Abs::units));
            colour(out, fill.colour);
        }
    }
}

fn colour(out: &mut Vec<u8>, colour: CmykColour) {
    colour.0.iter().for_each(|ink| out.extend(ink.to_le_bytes()));
}
