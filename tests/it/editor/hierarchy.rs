//! L01–L05: what is most important is seen first.

use crate::editor::page::{EditorPage, Head, Kind, Module, Picture};
use crate::editor::rules::{Fault, Place};

/// L01: "4 a hundredth from 1.25 down to 1.15, 12 below". The fault begins at 1.15, which 90 % of
/// real pages keep; between 1.15 and 1.25 it is a cost.
pub(crate) const LEAD_OVER_NEXT: f64 = 1.15;
/// L01: a tie. Sizes of one step of a ladder differ by more than this.
pub(crate) const TIE: f64 = 1.005;
/// L01: "below 4.5 × body 60": a step, so a fault.
pub(crate) const LEAD_OVER_BODY: f64 = 4.5;
/// L02: "3 a hundredth below .60, 1 between .60 and .75": below .60 is the fault.
pub(crate) const FILL: f64 = 0.60;
/// L02: a head "held down" to the size of a smaller one has this much of its span free.
pub(crate) const HELD_FILL: f64 = 0.75;
/// L02: columns that the wider head has more for it to be held down: one column against five in
/// the rule's example; three and more is the reading here.
pub(crate) const HELD_COLUMNS: u32 = 3;
/// L02 names no margin for presence. Weights of a page lie 0–15 apart: ten is a difference that
/// the desk means, a tenth of presence one that is seen.
pub(crate) const PRESENCE_WEIGHTS: u32 = 10;
pub(crate) const PRESENCE: f64 = 0.9;
/// L03: "each pair whose weights differ by 30 or more and whose strengths are inverted by more
/// than 0.3".
pub(crate) const STRENGTH_WEIGHTS: u32 = 30;
pub(crate) const STRENGTH: f64 = 0.3;
/// L03: "weight ≤ 10 in a top corner".
pub(crate) const LIGHT: u32 = 10;
/// L03: widest strip that the lead may stand to the right of (L22: .18–.40).
pub(crate) const STRIP_MOST: f64 = 0.40;
/// L03: the lead starts in the upper part of the page: a banner, a picture or a guide may stand
/// above it.
pub(crate) const LEAD_TOP: f64 = 1.0 / 3.0;
/// L04: areas closer than this are equal.
pub(crate) const PICTURE: f64 = 1.02;
/// L04: "in the middle of the page": the centre of a lone picture, as shares of the depth.
pub(crate) const MIDDLE: std::ops::Range<f64> = 0.2..0.8;
/// L04: "never larger than its pixels allow": the least resolution of the house style (R92).
pub(crate) const PPI: f64 = 120.0;

/// L01. Heads of equal weight with the lead and of its grade are exempt.
pub(crate) fn lead_dominates(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    let Some(lead) = page.lead() else { return out };
    let Some(head) = &lead.head else { return out };
    let over_body = head.size / page.grid.body_pt;
    if over_body < LEAD_OVER_BODY {
        let fault = Fault::new("L01", "lead ÷ body", over_body, LEAD_OVER_BODY);
        out.push(fault.of(&[&lead.id]).at(Place::Area(head.area)));
    }
    if let Some((next, ratio)) = next_head(page) {
        let part = if ratio < TIE { "tie" } else { "lead ÷ next" };
        if ratio < LEAD_OVER_NEXT {
            let limit = if ratio < TIE { TIE } else { LEAD_OVER_NEXT };
            let fault = Fault::new("L01", part, ratio, limit);
            out.push(fault.of(&[&lead.id, &next.id]).at(Place::Area(head.area)));
        }
    }
    out
}

/// The largest head that the lead has to dominate, and lead ÷ that head.
pub(crate) fn next_head(page: &EditorPage) -> Option<(&Module, f64)> {
    let lead = page.lead()?;
    let size = lead.head.as_ref()?.size;
    let others = page.heads().filter(|(module, _)| {
        module.id != lead.id
            && module.weight != lead.weight
            && !page.one_grade(&module.id, &lead.id)
    });
    let (next, head) = others.max_by(|a, b| a.1.size.total_cmp(&b.1.size))?;
    Some((next, size / head.size))
}

/// L02.
pub(crate) fn presence(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    for (module, head) in page.heads() {
        let exempt = matches!(module.kind, Kind::Feature | Kind::Verse | Kind::Brief);
        if !exempt && !head.vertical && head.fill() < FILL {
            let fault = Fault::new("L02", "fill", head.fill(), FILL);
            out.push(fault.of(&[&module.id]).at(Place::Area(head.area)));
        }
    }
    for (a, b) in ranked(page) {
        let ((above, one), (below, two)) = (a, b);
        let apart = above.weight - below.weight;
        let ratio = one.presence() / two.presence();
        if apart >= PRESENCE_WEIGHTS && ratio < PRESENCE {
            let fault = Fault::new("L02", "presence", ratio, PRESENCE);
            out.push(fault.of(&[&above.id, &below.id]).at(Place::Area(one.area)));
        }
        let same = (one.size - two.size).abs() < 0.02 * one.size;
        let wider = two.span >= one.span + HELD_COLUMNS;
        // The lead caps every head; what it holds down is L01's business.
        if above.rank > 1 && same && wider && two.lines.len() == 1 && two.fill() < HELD_FILL {
            let fault = Fault::new("L02", "held down", two.fill(), HELD_FILL);
            out.push(fault.of(&[&above.id, &below.id]).at(Place::Area(two.area)));
        }
    }
    out
}

type Headed<'a> = (&'a Module, &'a Head);

/// Pairs of horizontal heads of different weight, the heavier first. Verse, briefs and boxed or
/// tinted items cap nobody, so they are never the heavier one.
fn ranked(page: &EditorPage) -> impl Iterator<Item = (Headed<'_>, Headed<'_>)> {
    page.heads().flat_map(move |(above, one)| {
        let caps = !matches!(above.kind, Kind::Verse | Kind::Brief) && !above.framed();
        page.heads()
            .filter(move |(below, two)| {
                caps && above.weight > below.weight && !one.vertical && !two.vertical
            })
            .map(move |(below, two)| ((above, one), (below, two)))
    })
}

/// Strength of a place: (1 − row/R) + 0.3 (1 − column/C) + 0.5 columns/C.
pub(crate) fn strength(page: &EditorPage, module: &Module) -> f64 {
    let (columns, rows) = (f64::from(page.grid.columns), f64::from(page.grid.rows));
    let cells = module.cells;
    (1.0 - f64::from(cells.row) / rows)
        + 0.3 * (1.0 - f64::from(cells.column) / columns)
        + 0.5 * f64::from(cells.columns) / columns
}

/// L03. Places that the desk pinned are not judged. The lead's place is judged by its left edge
/// and its top; its span and area (medians in the rule) are figures, no faults.
pub(crate) fn places(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    let top = page.grid.top;
    for above in page.articles().filter(|module| !module.locked) {
        for below in page.articles().filter(|module| !module.locked) {
            let apart = above.weight >= below.weight + STRENGTH_WEIGHTS;
            let inversion = strength(page, below) - strength(page, above);
            // 倒头条: a full-width article at the foot is a strong place of its own.
            let foot = is_foot(page, above) || is_foot(page, below);
            let second = is_strip_top(page, above);
            if apart && inversion > STRENGTH && !foot && !second {
                let fault = Fault::new("L03", "strength", inversion, STRENGTH);
                out.push(fault.of(&[&above.id, &below.id]).at(Place::Cells(above.cells)));
            }
        }
        let cells = above.cells;
        let corner = cells.column == 0 || cells.right() == page.grid.columns;
        let lone = page.articles().count() == 1 || is_foot(page, above);
        if above.weight <= LIGHT && cells.row == top && corner && !lone && above.rank != 1 {
            let fault =
                Fault::new("L03", "light corner", f64::from(above.weight), f64::from(LIGHT));
            out.push(fault.of(&[&above.id]).at(Place::Cells(cells)));
        }
    }
    let Some(lead) = page.lead().filter(|lead| !lead.locked) else { return out };
    let left = f64::from(lead.cells.column) / f64::from(page.grid.columns);
    let strip = left <= STRIP_MOST && gutter_run(page, lead.cells.column) >= 0.85;
    if lead.cells.column > 0 && !strip {
        let fault = Fault::new("L03", "lead's left edge", left, 0.0);
        out.push(fault.of(&[&lead.id]).at(Place::Cells(lead.cells)));
    }
    let down = f64::from(lead.cells.row - top) / f64::from(page.grid.field_rows());
    if down > LEAD_TOP {
        let fault = Fault::new("L03", "lead's top", down, LEAD_TOP);
        out.push(fault.of(&[&lead.id]).at(Place::Cells(lead.cells)));
    }
    out
}

/// True for a full-width article at the foot of the page.
fn is_foot(page: &EditorPage, module: &Module) -> bool {
    module.cells.columns == page.grid.columns
        && module.cells.row > page.grid.top
        && module.cells.foot() + 2 >= page.grid.rows
}

/// True for the top of a strip at the right: the second place of the page.
fn is_strip_top(page: &EditorPage, module: &Module) -> bool {
    let cells = module.cells;
    let share = f64::from(cells.columns) / f64::from(page.grid.columns);
    cells.row == page.grid.top && cells.right() == page.grid.columns && share <= STRIP_MOST
}

/// Longest run of rows in which no module crosses the gutter left of `column`, as a share of the
/// rows of the field.
pub(crate) fn gutter_run(page: &EditorPage, column: u32) -> f64 {
    let (top, foot) = (page.grid.top, page.grid.rows);
    let mut crossed: Vec<(u32, u32)> = page
        .modules
        .iter()
        .map(|module| module.cells)
        .filter(|cells| cells.column < column && column < cells.right())
        .map(|cells| (cells.row, cells.foot()))
        .collect();
    crossed.sort_unstable();
    crossed.push((foot, foot));
    let (mut last, mut longest) = (top, 0);
    for (row, end) in crossed {
        longest = longest.max(row.saturating_sub(last));
        last = last.max(end);
    }
    f64::from(longest) / f64::from(page.grid.field_rows())
}

/// L04.
pub(crate) fn pictures(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    let largest = |module: &Module| {
        let sizes = module.pictures.iter().map(|picture| picture.area.size());
        sizes.fold(0.0, f64::max)
    };
    let (top, foot) = (page.grid.row_top(page.grid.top), page.grid.row_top(page.grid.rows));
    if let Some(lead) = page.lead().filter(|lead| !lead.pictures.is_empty()) {
        let own = largest(lead);
        for module in page.modules.iter().filter(|module| module.id != lead.id) {
            let ratio = largest(module) / own;
            if ratio <= PICTURE {
                continue;
            }
            let place = Place::Cells(module.cells);
            if module.is_article() {
                let fault = Fault::new("L04", "larger than the lead's", ratio, PICTURE);
                out.push(fault.of(&[&lead.id, &module.id]).at(place));
            } else {
                let middle = module.area.y + module.area.height / 2.0;
                let depth = (middle - top) / (foot - top);
                if !MIDDLE.contains(&depth) {
                    let fault = Fault::new("L04", "lone, not in the middle", depth, MIDDLE.end);
                    out.push(fault.of(&[&lead.id, &module.id]).at(place));
                }
            }
        }
    }
    for module in &page.modules {
        for picture in &module.pictures {
            let least = if picture.min_ppi > 0 { f64::from(picture.min_ppi) } else { PPI };
            if let Some(ppi) = resolution(picture).filter(|ppi| *ppi < least) {
                let fault = Fault::new("L04", "resolution", ppi, least);
                out.push(fault.of(&[&module.id]).at(Place::Area(picture.area)));
            }
        }
    }
    out
}

/// Pixels per inch of a picture that is cropped to its place.
fn resolution(picture: &Picture) -> Option<f64> {
    let [width, height] = picture.pixels?;
    let across = f64::from(width) * 72.0 / picture.area.width;
    let down = f64::from(height) * 72.0 / picture.area.height;
    Some(across.min(down))
}

/// L05. Pinned articles are not judged. "Wherever any layout keeps it" cannot be seen on one page:
/// every page on which it is broken has the fault.
pub(crate) fn grades(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    let lead = page.lead();
    for group in &page.same_grade {
        let members: Vec<(&Module, &Head)> = page
            .heads()
            .filter(|(module, _)| group.contains(&module.id) && !module.locked)
            .collect();
        let ids: Vec<&str> = members.iter().map(|(module, _)| module.id.as_str()).collect();
        let Some((first, head)) = members.first() else { continue };
        for (module, other) in &members {
            if module.cells.columns != first.cells.columns {
                let (figure, limit) =
                    (f64::from(module.cells.columns), f64::from(first.cells.columns));
                out.push(Fault::new("L05", "columns", figure, limit).of(&ids));
            }
            if (other.size - head.size).abs() > 0.05 {
                out.push(Fault::new("L05", "size", other.size, head.size).of(&ids));
            }
        }
        let outside = lead.filter(|lead| !group.contains(&lead.id));
        if let Some(size) = outside.and_then(|lead| lead.head.as_ref()).map(|head| head.size)
            && (head.size - size).abs() < 0.05
        {
            out.push(Fault::new("L05", "the lead's size", head.size, size).of(&ids));
        }
    }
    out
}
