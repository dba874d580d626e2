//! Judging a settled layout: everything that it is charged with, each charge with its words.

use crate::fit::{CROSSHEADS_BESIDE, white_rows_cost};
use crate::makeup::charge::{LayoutCharge, LayoutFault};
use crate::makeup::costs::{
    ACROSS, ADJACENT, BUMP, FOOT, FOOT_MORE, GRADE, HEADS_BESIDE, LEAD_SMALLER, MIDDLE_CUT, MOVED,
    OVER_CHAR, SHORT_JUDGED, SIZE_LARGER, SIZE_ORDER, THROUGH, THROUGH_PERCENT, WHITE_ROW, YIELDS,
    alike,
};
use crate::makeup::pinned::item_index_of;
use crate::makeup::placed::{GAP, PlacedModule};
use crate::makeup::plan::context::{JudgeContext, SettleContext};
use crate::model::LockSubject;
use crate::unit::Abs;

/// A layout with its cost and everything that it is charged with.
pub(crate) type JudgedLayout = (i64, Vec<PlacedModule>, Vec<LayoutCharge>);

/// Weighs a layout with everything that it is charged with.
pub(crate) fn judge(
    placed: Vec<PlacedModule>,
    ground: &SettleContext<'_>,
    sheet: &JudgeContext<'_>,
) -> JudgedLayout {
    let mut charges = charges(&placed, sheet);
    for module in &placed {
        let place = module.grid();
        let items = vec![module.item];
        let id = &ground.task.items[module.item].id;
        let stood = ground.task.previous.iter().find(|stood| stood.id == *id);
        if stood.is_some_and(|stood| stood.grid[..3] != place[..3]) {
            charges.push(LayoutCharge {
                fault: LayoutFault::Moved,
                cost: MOVED,
                items,
                grid: place,
            });
        }
    }
    charges.retain(|charge| charge.cost > 0);
    (charges.iter().map(|charge| charge.cost).sum(), placed, charges)
}

/// Everything that a settled layout is charged with, but for what moved.
fn charges(placed: &[PlacedModule], sheet: &JudgeContext<'_>) -> Vec<LayoutCharge> {
    let mut out = Vec::new();
    for (k, a) in placed.iter().enumerate() {
        own(a, sheet, &mut |kind, cost, place| {
            out.push(LayoutCharge { fault: kind, cost, items: vec![a.item], grid: place });
        });
        for b in &placed[k + 1..] {
            pair(a, b, sheet, &mut out);
        }
    }
    cuts(placed.iter().map(PlacedModule::grid), sheet, &mut |kind, cost, place| {
        out.push(LayoutCharge { fault: kind, cost, items: Vec::new(), grid: place });
    });
    wishes(placed, sheet, &mut out);
    out
}

/// What the layout desk asked for.
fn wishes(placed: &[PlacedModule], sheet: &JudgeContext<'_>, out: &mut Vec<LayoutCharge>) {
    let at = |article: usize| {
        let item = item_index_of(sheet.items, LockSubject::Article(article))?;
        placed.iter().find(|placed| placed.item == item)
    };
    for pair in &sheet.requests.apart_pairs {
        let (Some(a), Some(b)) = (at(pair[0]), at(pair[1])) else { continue };
        let meets = |a: i64, a_end: i64, b: i64, b_end: i64| a < b_end && b < a_end;
        let rows = meets(a.row, a.row + a.rows, b.row, b.row + b.rows);
        let columns = meets(a.column, a.column + a.columns, b.column, b.column + b.columns);
        let side = a.column + a.columns == b.column || b.column + b.columns == a.column;
        let stacked =
            (a.row + a.rows - b.row).abs() <= GAP || (b.row + b.rows - a.row).abs() <= GAP;
        if rows && side || columns && stacked {
            let items = vec![a.item, b.item];
            out.push(LayoutCharge {
                fault: LayoutFault::Adjacent,
                cost: ADJACENT,
                items,
                grid: b.grid(),
            });
        }
    }
    for group in &sheet.requests.same_grade_groups {
        let modules: Vec<&PlacedModule> = group.iter().filter_map(|article| at(*article)).collect();
        let Some(first) = modules.first() else { continue };
        let alike = |b: &&PlacedModule| {
            b.columns == first.columns && b.head.headline_size == first.head.headline_size
        };
        if !modules.iter().all(alike) {
            let items = modules.iter().map(|module| module.item).collect();
            out.push(LayoutCharge {
                fault: LayoutFault::GradeDiffers,
                cost: GRADE,
                items,
                grid: first.grid(),
            });
        }
    }
}

/// What a module costs at the least when it has its body, but may still get a smaller head and white below it.
pub(crate) fn floor(module: &PlacedModule, sheet: &JudgeContext<'_>) -> i64 {
    let mut sum = 0;
    own(module, sheet, &mut |kind, cost, _| {
        sum += if kind == LayoutFault::HeadAir { 0 } else { cost }
    });
    sum
}

fn own(
    a: &PlacedModule,
    sheet: &JudgeContext<'_>,
    out: &mut dyn FnMut(LayoutFault, i64, [i64; 4]),
) {
    let mut charge = |kind, cost, place| {
        if cost > 0 {
            out(kind, cost, place);
        }
    };
    // Feet that are all as short are level: what is missing is white.
    let level = a.poured.level_short_rows();
    let feet = a.poured.short_rows().map(|short| match short - level {
        0 => 0,
        1 => FOOT,
        more => FOOT + FOOT_MORE * (more - 1),
    });
    // A module that ends above its neighbours is seen as a foot that does.
    let hangs = if a.white_rows_below > 0 { FOOT } else { 0 };
    charge(LayoutFault::UnevenFeet, feet.sum::<i64>() + hangs, a.grid());
    if !a.head.wording.is_vertical {
        charge(LayoutFault::HeadAir, white_rows_cost(a.head_rows - a.head.rows), a.head_grid());
    }
    charge(LayoutFault::SizeOrder, a.yield_percent * a.yield_percent / YIELDS, a.head_grid());
    let mut white =
        a.poured.short_rows().map(|short| level + (short - level - 1).max(0)).sum::<i64>();
    if a.text_columns().is_empty() {
        white = a.column_offsets.iter().map(|offset| (a.inside_rows() - offset).max(0)).sum();
    }
    white += a.white_rows_below * a.columns;
    charge(LayoutFault::White, white * WHITE_ROW, a.grid());
    charge(LayoutFault::Overset, a.poured.over_rows * sheet.chars * OVER_CHAR, a.grid());
    charge(LayoutFault::CrossheadsBeside, a.poured.crossheads_beside * CROSSHEADS_BESIDE, a.grid());
    charge(LayoutFault::OwnForm, a.form_cost + a.poured.breaks_cost(), a.grid());
    let foot = a.row + a.frame_rows[0] + a.inside_rows();
    for k in a.text_columns() {
        let lines = foot - a.body_start_row(k);
        if lines < sheet.lines_min {
            let place = [a.column + k, a.body_start_row(k), 1, lines];
            let missing = sheet.lines_min - lines;
            charge(LayoutFault::ShortColumn, missing * missing * SHORT_JUDGED, place);
        }
    }
}

/// The lines of a head as they stand: left, right, top and bottom, columns in lengths and rows in rows.
fn head_box(a: &PlacedModule, sheet: &JudgeContext<'_>) -> (Abs, Abs, i64, i64) {
    let (first, span) = a.head_columns();
    let column = (sheet.step.width(1) + sheet.step.gutter) * a.column;
    let left = column + a.inner_columns.column_left(first);
    let span = a.inner_columns.width(span);
    let ink = a.head.width(&sheet.items[a.item]).min(span);
    let white = (span - ink) / 2;
    let top = a.row + a.frame_rows[0];
    (left + white, left + span - white, top, top + a.head_rows)
}

/// §4.4: two heads at one height with no more than two gutters between them, or one close below the other. Heads in
/// frames and heads that run down are no pair for another.
fn pair(a: &PlacedModule, b: &PlacedModule, sheet: &JudgeContext<'_>, out: &mut Vec<LayoutCharge>) {
    let items = vec![a.item, b.item];
    let plain = |p: &PlacedModule| {
        !p.is_framed() && !p.head.wording.is_vertical && p.head.headline_size > Abs::ZERO
    };
    let (a_box, b_box) = (head_box(a, sheet), head_box(b, sheet));
    let top = a_box.2.max(b_box.2);
    let bottom = a_box.3.min(b_box.3);
    let lower = (a_box.3 - a_box.2).min(b_box.3 - b_box.2);
    let touches = a.column + a.columns == b.column || b.column + b.columns == a.column;
    let bare = plain(a) && plain(b);
    if bare
        && touches
        && (bottom - top) * 2 >= lower
        && alike(a.head.headline_size.units(), b.head.headline_size.units())
    {
        // Nothing between the two heads: a column of body would part them.
        let (left, right) = if a.column < b.column { (a, b) } else { (b, a) };
        let (first, span) = left.head_columns();
        let parted = first + span < left.columns || right.head_columns().0 > 0;
        let gap = if a_box.0 < b_box.0 { b_box.0 - a_box.1 } else { a_box.0 - b_box.1 };
        if !parted {
            let (kind, cost) = if gap <= sheet.step.gutter * 2 {
                (LayoutFault::Tombstone, BUMP)
            } else {
                (LayoutFault::HeadsBeside, HEADS_BESIDE)
            };
            let [from, _, _, _] = left.head_grid();
            let [last, _, wide, _] = right.head_grid();
            let place = [from, top, last + wide - from, bottom - top];
            out.push(LayoutCharge { fault: kind, cost, items: items.clone(), grid: place });
        }
    }
    // The head of the lower one within three lines of the upper one's, in the same columns.
    let (upper, below) = if a.row < b.row { (a, b) } else { (b, a) };
    let (first, span) = upper.head_columns();
    let shared = upper.column + first < below.column + below.columns
        && below.column < upper.column + first + span;
    let body = below.row - (upper.row + upper.frame_rows[0] + upper.head_rows);
    let none = upper.head_rows == 0 || below.head_rows == 0;
    if bare && !none && shared && upper.row + upper.rows <= below.row && body < 3 {
        let rows = below.row + below.head_rows - upper.row;
        let place = [below.column, upper.row, below.columns, rows];
        out.push(LayoutCharge {
            fault: LayoutFault::Tombstone,
            cost: BUMP,
            items: items.clone(),
            grid: place,
        });
    }
    // Body that goes on right below a foreign head, with no white row for the rule.
    let close = upper.row + upper.rows == below.row && upper.inside_rows() == upper.head_rows;
    if shared && close && upper.head_rows > 0 {
        let place = below.grid();
        out.push(LayoutCharge {
            fault: LayoutFault::UnderHead,
            cost: BUMP,
            items: items.clone(),
            grid: place,
        });
    }
    // The lead comes before articles of its own weight too.
    let rank = |p: &PlacedModule| (sheet.items[p.item].weight, p.item == sheet.lead);
    let (major, minor) = if rank(a) > rank(b) { (a, b) } else { (b, a) };
    let sized = major.head.headline_size > Abs::ZERO && minor.head.headline_size > Abs::ZERO;
    if sized && rank(major) > rank(minor) && minor.head.headline_size > major.head.headline_size {
        let percent =
            minor.head.headline_size.units() * 100 / major.head.headline_size.units().max(1) - 100;
        let lead = if major.item == sheet.lead { LEAD_SMALLER } else { 0 };
        let cost = SIZE_ORDER + SIZE_LARGER * percent + lead;
        let place = minor.head_grid();
        out.push(LayoutCharge { fault: LayoutFault::SizeOrder, cost, items, grid: place });
    }
}

/// What the gutters through a page of these modules cost, and the cuts across it.
pub(crate) fn cut_cost(modules: impl Iterator<Item = [i64; 4]>, sheet: &JudgeContext<'_>) -> i64 {
    let mut sum = 0;
    cuts(modules, sheet, &mut |_, cost, _| sum += cost);
    sum
}

/// Gutters straight through the page, cuts straight across it.
fn cuts(
    modules: impl Iterator<Item = [i64; 4]>,
    sheet: &JudgeContext<'_>,
    charge: &mut dyn FnMut(LayoutFault, i64, [i64; 4]),
) {
    let bottom = sheet.top + sheet.rows;
    let boxes: Vec<[i64; 4]> = modules.chain(sheet.reserved.iter().copied()).collect();
    for column in 1..sheet.columns {
        let crosses = |b: &&[i64; 4]| b[0] < column && column < b[0] + b[2];
        // The longest run of rows that nothing crosses.
        let mut rows: Vec<(i64, i64)> =
            boxes.iter().filter(crosses).map(|b| (b[1], b[1] + b[3])).collect();
        rows.sort_unstable();
        rows.push((bottom, bottom));
        let (mut last, mut longest) = (sheet.top, (sheet.top, sheet.top));
        for (start, end) in rows {
            if start - last > longest.1 - longest.0 {
                longest = (last, start);
            }
            last = last.max(end);
        }
        let long = longest.1 - longest.0;
        if long * 100 >= sheet.rows * THROUGH_PERCENT {
            charge(LayoutFault::GutterThrough, THROUGH, [column, longest.0, 0, long]);
        }
    }
    let mut across = 0;
    for b in boxes.iter().filter(|b| b[1] > sheet.top) {
        let row = b[1];
        let known = boxes.iter().any(|q| q[1] == row && q[0] < b[0]);
        let crossed = boxes.iter().any(|q| q[1] < row && row < q[1] + q[3]);
        // Above an advertisement over the whole width a cut is no fault (§4.4).
        let wide = sheet.reserved.contains(b) && b[2] == sheet.columns;
        if known || crossed || wide {
            continue;
        }
        across += 1;
        let percent = (row - sheet.top) * 100 / sheet.rows.max(1);
        let place = [0, row, sheet.columns, 0];
        if (45..=55).contains(&percent) {
            charge(LayoutFault::MiddleCut, MIDDLE_CUT, place);
        } else if across > 1 {
            charge(LayoutFault::CutAcross, ACROSS, place);
        }
    }
}
