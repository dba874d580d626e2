//! Pages as canonical text: for goldens, for people, and for the layout hash.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::page::{Item, Page};
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
    let mut number = |value: i64| hash.update(value.to_le_bytes());
    for page in pages {
        number(page.width().units());
        number(page.height().units());
        for item in page.items() {
            match item {
                Item::Run(run) => {
                    number(run.font.index() as i64);
                    number(run.size.width.units());
                    number(run.size.height.units());
                    number(i64::from(run.turned));
                    number(run.origin.x.units());
                    number(run.origin.y.units());
                    run.colour.0.iter().for_each(|ink| number(i64::from(*ink)));
                    number(run.glyphs.len() as i64);
                    for (k, glyph) in run.glyphs.iter().enumerate() {
                        number(i64::from(glyph.id.0));
                        number(glyph.x.units());
                        number(glyph.y.units());
                        run.text[run.chars(k)]
                            .chars()
                            .for_each(|c| number(i64::from(u32::from(c))));
                    }
                }
                Item::Disc(disc) => {
                    number(-2);
                    for length in [disc.centre.x, disc.centre.y, disc.diameter] {
                        number(length.units());
                    }
                    disc.colour.0.iter().for_each(|ink| number(i64::from(*ink)));
                }
                Item::Picture(picture) => {
                    number(-3);
                    edges(&picture.rect).iter().for_each(|length| number(length.units()));
                    picture.crop.iter().for_each(|edge| number(i64::from(*edge)));
                    picture.image.sha256().bytes().for_each(|byte| number(i64::from(byte)));
                }
                Item::Fill(fill) => {
                    number(-1);
                    edges(&fill.rect).iter().for_each(|length| number(length.units()));
                    fill.colour.0.iter().for_each(|ink| number(i64::from(*ink)));
                }
            }
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
