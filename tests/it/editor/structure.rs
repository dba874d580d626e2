//! L22, L06–L08: cuts of the page, shapes of modules, heads side by side.

use crate::editor::hierarchy::gutter_run;
use crate::editor::page::{Area, Cells, EditorPage, Head, Kind, Module, OFF};
use crate::editor::rules::{Fault, Place};

/// L22: a gutter counts as open over the whole depth from .85 on (measured on real pages).
pub(crate) const THROUGH: f64 = 0.85;
/// L22: a block is .6 of the width or more, so a gutter halves the page between .40 and .60.
pub(crate) const HALF: std::ops::RangeInclusive<f64> = 0.405..=0.595;
/// L22: "both sides are alike" has no figure. Taken: two modules or more on either side, in numbers
/// that differ by one at most.
pub(crate) const ALIKE: usize = 1;
/// L06: "over all but one of five or more columns … in the lower half 25": a cost. Any other text
/// beside a head (40, 80, 150) is a fault.
pub(crate) const WIDE_HEAD: u32 = 5;
/// L07: "deeper than a third of the page: 5 a hundredth beyond". Two hundredths make a blemish of
/// 10, which is where the fault begins.
pub(crate) const STRIP: f64 = 1.0 / 3.0 + 0.02;
/// L07: exempt at a measure of 15 字 or more with a crosshead or picture every fifth of the page.
pub(crate) const STRIP_CHARS: u32 = 15;
pub(crate) const STRIP_MARKS: f64 = 0.2;
/// L08: sizes from 1 : 1.5 apart on are a cure.
pub(crate) const SIZES: f64 = 1.5;
/// L08: so are tops six rows or more apart.
pub(crate) const STAGGER: f64 = 6.0;
/// L08: white of eight gutters between the heads is half a cure. A half tombstone is a cost, not a
/// fault; so is a near miss (tops less than six rows apart without overlap: 30 %).
pub(crate) const WHITE_GUTTERS: f64 = 8.0;

/// L22.
pub(crate) fn halves(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    let columns = page.grid.columns;
    for column in 1..columns {
        let share = f64::from(column) / f64::from(columns);
        if !HALF.contains(&share) || gutter_run(page, column) < THROUGH {
            continue;
        }
        let left = page.modules.iter().filter(|module| module.cells.right() <= column).count();
        let right = page.modules.iter().filter(|module| module.cells.column >= column).count();
        if left.min(right) > 1 && left.abs_diff(right) <= ALIKE {
            let cells =
                Cells { column, row: page.grid.top, columns: 0, rows: page.grid.field_rows() };
            out.push(Fault::new("L22", "halved", share, 0.4).at(Place::Cells(cells)));
        }
    }
    out
}

/// L06. A place that the record asks for is not judged.
pub(crate) fn text_beside(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    let sole = page.articles().count() == 1;
    let middle = page.grid.top + page.grid.field_rows() / 2;
    for (module, head) in page.heads() {
        if head.vertical || head.beside == 0 || module.head_asked {
            continue;
        }
        let columns = module.cells.columns;
        let wide = columns >= WIDE_HEAD && head.beside == 1;
        let part = if sole {
            "sole article"
        } else if module.rank == 1 {
            "lead"
        } else if wide && module.cells.row >= middle {
            continue;
        } else if wide {
            "all but one column"
        } else {
            "left columns"
        };
        let fault = Fault::new("L06", part, f64::from(head.beside), 0.0);
        out.push(fault.of(&[&module.id]).at(Place::Cells(module.cells)));
    }
    out
}

/// L07.
pub(crate) fn strips(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    let rows = f64::from(page.grid.rows);
    for module in page.articles().filter(|module| module.cells.columns == 1) {
        let depth = f64::from(module.cells.rows) / rows;
        if module.kind == Kind::Brief || depth <= STRIP {
            continue;
        }
        let bare = longest_run(page, module) / (rows * page.grid.pitch_pt);
        let relieved = page.grid.chars_per_column >= STRIP_CHARS && bare <= STRIP_MARKS + 0.02;
        if !relieved {
            let fault = Fault::new("L07", "one column", depth, STRIP);
            out.push(fault.of(&[&module.id]).at(Place::Cells(module.cells)));
        }
    }
    out
}

/// Longest run of a module without head, crosshead or picture, in pt.
fn longest_run(page: &EditorPage, module: &Module) -> f64 {
    let mut marks: Vec<(f64, f64)> = module
        .crossheads
        .iter()
        .map(|top| (*top, top + page.grid.pitch_pt))
        .chain(module.pictures.iter().map(|picture| (picture.area.y, picture.area.foot())))
        .chain(module.head.iter().map(|head| (head.area.y, head.area.foot())))
        .collect();
    marks.sort_by(|a, b| a.0.total_cmp(&b.0));
    marks.push((module.area.foot(), module.area.foot()));
    let (mut last, mut longest) = (module.area.y, 0.0_f64);
    for (top, foot) in marks {
        longest = longest.max(top - last);
        last = last.max(foot);
    }
    longest
}

/// How two heads side by side stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SideBySide {
    /// 碰题.
    Tombstone,
    /// The same with white of eight gutters or more between the heads.
    Half,
    /// No overlap, tops less than six rows apart.
    Near,
}

/// L08.
pub(crate) fn tombstones(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    for (left, right, how) in pairs(page) {
        if how == SideBySide::Tombstone {
            let (a, b) = (left.head.as_ref(), right.head.as_ref());
            let (Some(a), Some(b)) = (a, b) else { continue };
            let ratio = a.size.max(b.size) / a.size.min(b.size);
            let fault = Fault::new("L08", "碰题", ratio, SIZES);
            let place = Place::Area(a.area.with(&b.area));
            out.push(fault.of(&[&left.id, &right.id]).at(place));
        }
    }
    out
}

/// Pairs of heads side by side that no cure parts.
pub(crate) fn pairs(page: &EditorPage) -> Vec<(&Module, &Module, SideBySide)> {
    let mut out = Vec::new();
    for (left, right) in page.neighbours() {
        let (Some(a), Some(b)) = (&left.head, &right.head) else { continue };
        let sizes = a.size.max(b.size) / a.size.min(b.size);
        let framed = left.framed() != right.framed();
        if sizes >= SIZES - 1e-6 || a.vertical || b.vertical || framed {
            continue;
        }
        let tops = (a.area.y - b.area.y).abs() / page.grid.pitch_pt;
        if tops >= STAGGER || parted(page, a, b) {
            continue;
        }
        let overlap = a.area.overlap_y(&b.area) > OFF;
        let white = (b.area.x - a.area.right()) / page.grid.gutter_pt;
        let how = match (overlap, white >= WHITE_GUTTERS) {
            (true, false) => SideBySide::Tombstone,
            (true, true) => SideBySide::Half,
            (false, _) => SideBySide::Near,
        };
        out.push((left, right, how));
    }
    out
}

/// True if a picture stands between two heads, at their rows.
fn parted(page: &EditorPage, a: &Head, b: &Head) -> bool {
    let both = a.area.with(&b.area);
    let between = Area::between(a.area.right(), both.y, b.area.x, both.foot());
    let mut pictures = page.modules.iter().flat_map(|module| &module.pictures);
    pictures.any(|picture| {
        let across = picture.area.overlap_x(&between) > 0.5 * picture.area.width;
        let common = a.area.y.max(b.area.y)..a.area.foot().min(b.area.foot());
        let down = picture.area.y < common.end && picture.area.foot() > common.start;
        across && down && picture.area.overlap_y(&both) > 0.0
    })
}
