//! L10–L13: white at heads, white that is left, copy that is over, level feet.

use crate::editor::page::{EditorPage, Head, Module};
use crate::editor::rules::{Fault, Place};

/// L10: white between head block and body in [max(0.6 row, 0.3 × size), that + 1 row].
pub(crate) const BELOW_ROWS: f64 = 0.6;
pub(crate) const BELOW_SIZE: f64 = 0.3;
pub(crate) const BELOW_BAND: f64 = 1.0;
/// L10: "40 a row off". A whole row off the band, or off the page's median ± 1 row, is a fault;
/// less is a cost.
pub(crate) const BELOW_OFF: f64 = 1.0;
/// White above a head on real pages: the median is two rows.
pub(crate) const ABOVE_USUAL: f64 = 2.0;
/// L10: "never more than three rows at a head".
pub(crate) const AIR_MOST: f64 = 3.0;
/// L10: "a cramped head of 24 pt or more: 120". A tenth of a row is not seen.
pub(crate) const CRAMPED_PT: f64 = 24.0;
pub(crate) const CRAMPED: f64 = 0.1;
/// L11: "under 0.97 of the page".
pub(crate) const FILLED: f64 = 0.97;
/// L11: white of a module's foot up to one row a column is the rest of a division.
pub(crate) const FOOT_ROWS: f64 = 1.0;
/// L11: white is strewn over heads where two or more have this much more than usual, in rows. One
/// such head is L10's business.
pub(crate) const STREWN_ROWS: f64 = 2.0;
pub(crate) const STREWN_HEADS: usize = 2;
/// L12: "less than 3 % over".
pub(crate) const OVER_LITTLE: f64 = 0.03;
/// L13: rows by which two feet may differ: rounding.
pub(crate) const FEET: f64 = 0.1;

/// White above and below a head and what is usual there, in rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadAir {
    pub(crate) above: f64,
    pub(crate) below: f64,
    /// Least and most white below.
    pub(crate) band: (f64, f64),
}

impl HeadAir {
    /// Rows of white beyond what is usual. Two thirds of it should stand above.
    pub(crate) fn excess(&self) -> f64 {
        (self.below - self.band.1).max(0.0) + (self.above - ABOVE_USUAL).max(0.0)
    }
}

/// White at a head above its body. `None`: the head stands beside the body or has none.
pub(crate) fn air(page: &EditorPage, module: &Module, head: &Head) -> Option<HeadAir> {
    let pitch = page.grid.pitch_pt;
    let below = (module.body_top()? - head.area.foot()) / pitch;
    let least = BELOW_ROWS.max(BELOW_SIZE * head.size / pitch);
    let above = page.white_above(module, head) / pitch;
    Some(HeadAir { above, below, band: (least, least + BELOW_BAND) })
}

/// L10.
pub(crate) fn head_air(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    let airs: Vec<(&Module, &Head, HeadAir)> = page
        .heads()
        .filter(|(_, head)| !head.vertical)
        .filter_map(|(module, head)| Some((module, head, air(page, module, head)?)))
        .collect();
    let median = median(airs.iter().map(|(_, _, air)| air.below).collect());
    for (module, head, air) in &airs {
        let (least, most) = air.band;
        let found = if air.above.max(air.below) > AIR_MOST {
            Some(("more than three rows", air.above.max(air.below), AIR_MOST))
        } else if head.size >= CRAMPED_PT && air.below < least - CRAMPED {
            Some(("cramped", air.below, least))
        } else if air.below >= most + BELOW_OFF {
            Some(("loose", air.below, most))
        } else if (air.below - median).abs() >= 1.0 + BELOW_OFF {
            Some(("off the median", air.below, median))
        } else {
            None
        };
        if let Some((part, figure, limit)) = found {
            let fault = Fault::new("L10", part, figure, limit);
            out.push(fault.of(&[&module.id]).at(Place::Area(head.area)));
        }
    }
    out
}

/// The middle of some figures; 0 if there are none.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let count = figures.len();
    match (count, count % 2) {
        (0, _) => 0.0,
        (_, 1) => figures[count / 2],
        _ => (figures[count / 2 - 1] + figures[count / 2]) / 2.0,
    }
}

/// White at the foot of a module, in rows of one column: between the last line of each column and
/// the foot of the module.
pub(crate) fn foot_white(page: &EditorPage, module: &Module) -> f64 {
    let inset = if module.framed() { 1.0 } else { 0.0 };
    let end = f64::from(module.cells.foot()) - inset;
    module.feet(&page.grid).iter().map(|(_, foot)| (end - foot).max(0.0)).sum()
}

/// Cells of one row by one column that no module and no reserved box covers, leaving out a row
/// between two modules.
fn uncovered(page: &EditorPage) -> f64 {
    let grid = &page.grid;
    let mut white = 0.0;
    for column in 0..grid.columns {
        let (left, middle) = (grid.left(column), grid.left(column) + grid.column_pt() / 2.0);
        let mut spans: Vec<(f64, f64)> = page
            .modules
            .iter()
            .filter(|module| module.cells.column <= column && column < module.cells.right())
            .map(|module| (f64::from(module.cells.row), f64::from(module.cells.foot())))
            .collect();
        let boxes = page.adverts.iter().chain(&page.reserved);
        let here = boxes.filter(|area| area.x < middle && area.right() > left);
        spans.extend(
            here.map(|area| ((area.y - grid.area.y) / grid.pitch_pt, grid.foot_row(area.foot()))),
        );
        spans.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut last = f64::from(grid.top);
        for (row, foot) in spans {
            // Up to two rows part one module from the next.
            white += if row - last > 2.0 { row - last } else { 0.0 };
            last = last.max(foot);
        }
        let rest = f64::from(grid.rows) - last;
        white += if rest > 1.0 { rest } else { 0.0 };
    }
    white
}

/// Share of the page's field that copy, heads at their usual air, and pictures fill.
pub(crate) fn filled(page: &EditorPage) -> f64 {
    let heads: f64 = page
        .heads()
        .filter_map(|(module, head)| Some((air(page, module, head)?, head.span)))
        .map(|(air, span)| air.excess() * f64::from(span))
        .sum();
    let feet: f64 = page.modules.iter().map(|module| foot_white(page, module)).sum();
    let field = f64::from(page.grid.columns) * f64::from(page.grid.field_rows());
    1.0 - (heads + feet + uncovered(page)) / field
}

/// L11. White of more than a row a column at the feet of several modules, or two rows and more
/// beyond the usual at several heads, is strewn on any page. A page under .97 has to say what
/// would fill it.
pub(crate) fn gathered(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    let hollow: Vec<&Module> = page
        .modules
        .iter()
        .filter(|module| {
            foot_white(page, module) > FOOT_ROWS * f64::from(module.cells.columns) + 0.05
        })
        .collect();
    if hollow.len() > 1 {
        let ids: Vec<&str> = hollow.iter().map(|module| module.id.as_str()).collect();
        let fault = Fault::new("L11", "strewn at feet", hollow.len() as f64, 1.0);
        out.push(fault.of(&ids).at(Place::Cells(hollow[1].cells)));
    }
    if let [only] = hollow[..]
        && !is_last(page, only)
    {
        let fault =
            Fault::new("L11", "white not at the foot of the page", foot_white(page, only), 1.0);
        out.push(fault.of(&[&only.id]).at(Place::Cells(only.cells)));
    }
    let airy: Vec<&str> = page
        .heads()
        .filter(|(module, head)| air(page, module, head).is_some_and(|a| a.excess() >= STREWN_ROWS))
        .map(|(module, _)| module.id.as_str())
        .collect();
    if airy.len() >= STREWN_HEADS {
        let fault = Fault::new("L11", "strewn at heads", airy.len() as f64, 1.0);
        out.push(fault.of(&airy));
    }
    let filled = filled(page);
    let over: u32 = page.modules.iter().map(|module| module.over).sum();
    if filled < FILLED && over == 0 && page.left_out.is_empty() && page.advice_short.is_none() {
        out.push(Fault::new("L11", "not reported", filled, FILLED));
    }
    out
}

/// True if nothing stands below a module.
fn is_last(page: &EditorPage, module: &Module) -> bool {
    let below = |other: &&Module| {
        other.cells.row >= module.cells.foot() && other.cells.common_columns(module.cells) > 0
    };
    !page.modules.iter().any(|other| below(&other))
}

/// L12. Less than 3 % over: every article stays on the page, what is over is not the lead's, and
/// the report says what to cut: at least what is over, never in the lead, no heavier article more
/// than a lighter one. More: whole articles of least weight leave the page.
pub(crate) fn too_much(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    let over: u32 = page.modules.iter().map(|module| module.over).sum();
    let out_chars: u32 = page.left_out.iter().map(|left| left.chars).sum();
    let total = over + out_chars;
    if total == 0 {
        return out;
    }
    let share = f64::from(total) / f64::from(page.chars.max(1));
    let lead = page.lead();
    if let Some(lead) = lead.filter(|lead| lead.over > 0) {
        out.push(Fault::new("L12", "the lead is over", f64::from(lead.over), 0.0).of(&[&lead.id]));
    }
    let heaviest = page.articles().map(|module| module.weight).max();
    for left in &page.left_out {
        if heaviest.is_none_or(|heaviest| left.weight > heaviest) {
            let fault = Fault::new("L12", "the lead is left off", f64::from(left.chars), 0.0);
            out.push(fault.of(&[&left.id]));
        }
    }
    if let Some(left) = page.left_out.first().filter(|_| share < OVER_LITTLE) {
        out.push(Fault::new("L12", "left off for a little", share, OVER_LITTLE).of(&[&left.id]));
    }
    if share >= OVER_LITTLE {
        if over > 0 {
            let ids: Vec<&str> =
                page.modules.iter().filter(|m| m.over > 0).map(|m| m.id.as_str()).collect();
            out.push(Fault::new("L12", "cut short, not left off", f64::from(over), 0.0).of(&ids));
        }
        let least = page.articles().filter(|m| !m.locked).map(|m| m.weight).min();
        for left in &page.left_out {
            if least.is_some_and(|least| left.weight > least) {
                let limit = f64::from(least.unwrap_or(0));
                let fault = Fault::new("L12", "heavier left off", f64::from(left.weight), limit);
                out.push(fault.of(&[&left.id]));
            }
        }
    }
    out.extend(cuts(page, over));
    out
}

/// What is wrong with the list of cuts for so many 字.
fn cuts(page: &EditorPage, over: u32) -> Vec<Fault> {
    let mut out = Vec::new();
    if over == 0 {
        return out;
    }
    let Some(cuts) = &page.cuts else {
        return vec![Fault::new("L12", "no cut list", f64::from(over), 0.0)];
    };
    let sum: u32 = cuts.iter().map(|cut| cut.chars).sum();
    if sum < over {
        out.push(Fault::new("L12", "cuts too little", f64::from(sum), f64::from(over)));
    }
    let weight = |id: &str| page.module(id).map_or(0, |module| module.weight);
    for cut in cuts {
        if page.lead().is_some_and(|lead| lead.id == cut.article) {
            let fault = Fault::new("L12", "cuts the lead", f64::from(cut.chars), 0.0);
            out.push(fault.of(&[&cut.article]));
        }
        let lighter = cuts
            .iter()
            .find(|other| weight(&other.article) < weight(&cut.article) && other.chars < cut.chars);
        if let Some(other) = lighter {
            let fault =
                Fault::new("L12", "cuts the heavier", f64::from(cut.chars), f64::from(other.chars));
            out.push(fault.of(&[&cut.article, &other.article]));
        }
    }
    out
}

/// L13. A module whose uneven feet the report admits (BM-FEET) is not judged.
pub(crate) fn feet(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    for module in &page.modules {
        let feet = module.feet(&page.grid);
        let rows = feet.iter().map(|(_, foot)| *foot);
        let apart = rows.clone().fold(f64::MIN, f64::max) - rows.fold(f64::MAX, f64::min);
        if apart > FEET && !page.feet_told.contains(&module.id) {
            let fault = Fault::new("L13", "feet", apart, FEET);
            out.push(fault.of(&[&module.id]).at(Place::Cells(module.cells)));
        }
    }
    out
}
