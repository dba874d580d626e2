//! The press PDF of some generated pages, read back: all text in order, lines on the grid, nothing
//! outside, nothing over another.

use banmian::proto::render_page_request::Source;

use crate::makeup::inspect::Inspection;
use crate::makeup::{outcome, pool};
use crate::pdf::{expected, sets};
use crate::reader::{self, Glyph};
use crate::record::Role;
use crate::support::{RenderedPage, assert_same, bare_text, check_each};

/// Numbers of articles; for each, the first page that holds all of its copy is drawn.
const COUNTS: [usize; 12] = [1, 2, 3, 4, 5, 7, 8, 10, 12, 14, 17, 20];

/// Marks with ink in the left half of their cell: the other half may stand outside.
const INK_LEFT: &str = "，。、：；？！”’）》〉」』】〕";
const INK_RIGHT: &str = "“‘（《〈「『【〔";

#[test]
fn drawn_pages_hold_their_copy() {
    let page = |count: &usize| {
        let fits = |inspection: &Inspection| inspection.articles == *count && inspection.over == 0;
        let found = outcome().iter().position(fits);
        found.unwrap_or_else(|| panic!("no page of {count} articles fits"))
    };
    check_each(
        COUNTS.iter().map(page),
        |page| format!("page {}", page + 1),
        |page| {
            let name = format!("page {}", page + 1);
            let sheet = RenderedPage::render(&name, Source::Page(pool().page(*page)), None);
            check(&name, &sheet);
        },
    );
}

fn check(name: &str, sheet: &RenderedPage) {
    let pdf = reader::read(&sheet.pdf);
    let page = pdf.only();
    let record = sheet.record();
    assert_same(name, &expected(&record), &bare_text(&page.text()));
    let geometry = sheet.geometry();
    let grid = geometry.grid.as_ref().expect("grid");
    let area = geometry.type_area.expect("type area");
    let (right, bottom) = (area.x + area.width, area.y + area.height);
    let mut boxes: Vec<(usize, [f64; 4])> = Vec::new();
    for (k, set) in sets(&record, page).iter().enumerate() {
        for line in &set.lines {
            let text: String = line.iter().filter_map(|glyph| glyph.text.as_deref()).collect();
            if set.role == Role::Paragraph {
                let row = (line[0].y - grid.first_baseline_pt) / grid.pitch_pt;
                let off = (row - row.round()) * grid.pitch_pt;
                assert!(off.abs() < 0.05, "{name}: {text} is {off:.3} pt off the grid (R46)");
            }
            let found = line_box(line);
            let inside = found[0] > area.x - 0.01 && found[1] > area.y - 0.01;
            let inside = inside && found[2] < right + 0.01 && found[3] < bottom + 0.01;
            assert!(inside, "{name}: {text} at {found:?} leaves the type area");
            boxes.push((k, found));
        }
    }
    for (k, (one, a)) in boxes.iter().enumerate() {
        for (two, b) in &boxes[k + 1..] {
            let apart = a[2] <= b[0] + 0.01 || b[2] <= a[0] + 0.01;
            let apart = apart || a[3] <= b[1] + 0.01 || b[3] <= a[1] + 0.01;
            assert!(apart || one == two, "{name}: text {one} at {a:?} meets {two} at {b:?}");
        }
    }
}

/// Returns the box of a line: ink cells across, em boxes down.
fn line_box(line: &[&Glyph]) -> [f64; 4] {
    line.iter().map(|glyph| glyph_box(glyph)).fold(
        [f64::MAX, f64::MAX, f64::MIN, f64::MIN],
        |all, one| {
            let [x, y, right, foot] = one;
            [all[0].min(x), all[1].min(y), all[2].max(right), all[3].max(foot)]
        },
    )
}

fn glyph_box(glyph: &Glyph) -> [f64; 4] {
    let (mut x, mut right) = (glyph.x, glyph.x + glyph.advance);
    let full = (glyph.advance - glyph.wide).abs() < 0.01;
    if let Some(c) = glyph.text.as_deref().and_then(|text| text.chars().next()).filter(|_| full) {
        let half = glyph.wide / 2.0;
        x += if INK_RIGHT.contains(c) { half } else { 0.0 };
        right -= if INK_LEFT.contains(c) { half } else { 0.0 };
    }
    [x, glyph.y - 0.88 * glyph.size, right, glyph.y + 0.12 * glyph.size]
}
