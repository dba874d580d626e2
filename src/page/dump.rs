//! Pages as canonical text, for goldens and for people.

use std::fmt::Write as _;

use crate::page::display_list::{GlyphRun, Page, PageItem};
use crate::unit::{Abs, TypeSize};

/// Returns pages as text, one line per item. Lengths are in thousandths of a point, so two layouts
/// that a press could tell apart have different texts.
pub fn dump(pages: &[Page]) -> String {
    let mut out = String::with_capacity(pages.len() * 64 * 1024);
    for page in pages {
        let _ =
            writeln!(out, "page {} {}", milli_points(page.width()), milli_points(page.height()));
        for item in page.items() {
            dump_item(&mut out, item);
        }
    }
    out
}

fn dump_item(out: &mut String, item: &PageItem) {
    match item {
        PageItem::Run(run) => dump_run(out, run),
        PageItem::Disc(disc) => {
            let [x, y] = [disc.centre.x, disc.centre.y].map(milli_points);
            let _ = writeln!(out, "dot {x},{y} {}", milli_points(disc.diameter));
        }
        PageItem::Picture(picture) => {
            let rect = picture.rect;
            let [x, y, width, height] = [rect.x, rect.y, rect.width, rect.height].map(milli_points);
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
            let [x, y, width, height] = [rect.x, rect.y, rect.width, rect.height].map(milli_points);
            let _ = writeln!(out, "rule {x},{y} {width}×{height}");
        }
    }
}

fn dump_run(out: &mut String, run: &GlyphRun) {
    let TypeSize { width, height } = run.size;
    let _ = write!(out, "{:?} f{} s{}", run.owner, run.font.index(), milli_points(width));
    if width != height {
        let _ = write!(out, "×{}", milli_points(height));
    }
    if run.is_turned {
        out.push_str(" turned");
    }
    let [x, y] = [run.origin.x, run.origin.y].map(milli_points);
    let _ = write!(out, " {x},{y} {}", run.text);
    let mut last_x = Abs::ZERO;
    for (index, glyph) in run.glyphs.iter().enumerate() {
        let advance = glyph.x - last_x;
        // Most glyphs stand one full cell after the previous one; they need no more than their id.
        if index > 0 && advance == width && glyph.y == Abs::ZERO {
            let _ = write!(out, " {}", glyph.id.0);
        } else if index > 0 || advance != Abs::ZERO || glyph.y != Abs::ZERO {
            let _ = write!(out, " {}+{}", glyph.id.0, milli_points(advance));
            if glyph.y != Abs::ZERO {
                let _ = write!(out, "^{}", milli_points(glyph.y));
            }
        } else {
            let _ = write!(out, " | {}", glyph.id.0);
        }
        last_x = glyph.x;
    }
    let _ = writeln!(out);
}

/// A length in thousandths of a point, rounded. The unit of `Abs` is 1/12 700 pt.
fn milli_points(length: Abs) -> i64 {
    length.scale(1000, Abs::PER_PT).units()
}
