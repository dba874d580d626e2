//! A page that was made up before: its articles stay where they were, as long as they fit (R102). One that needs a row
//! or two more moves an edge of its rectangle, with what shares that edge. What has no row to give goes along and hands
//! it on to its next neighbour; nothing else moves.

use crate::fit::head_options_within;
use crate::makeup::charge::{LayoutCharge, LayoutFault};
use crate::makeup::costs::WHITE_ROW;
use crate::makeup::head::head_height;
use crate::makeup::pinned::reserved_places;
use crate::makeup::placed::{GAP, PlacedModule};
use crate::makeup::plan::context::{JudgeContext, SettleContext};
use crate::makeup::plan::draft::PageDraft;
use crate::makeup::plan::forms::ModuleForm;
use crate::makeup::plan::judge::{JudgedLayout, judge};
use crate::makeup::plan::settle::{RowBand, finish, place};
use crate::makeup::task::{MakeupTask, PreviousPlacement};
use crate::model::DensityStep;
use crate::unit::{Abs, grid_areas_overlap};

/// Rows of white that an article which lost a line or two may leave rather than move another.
const WHITE_MOST: i64 = 2;

/// Rows by which an edge moves for an article that gained or lost more: the fewest first.
const SHIFTS: [i64; 6] = [1, -1, 2, -2, 3, -3];
/// So many edges move where what lies between two would not fit otherwise: it goes along as it is.
const EDGES_MOST: usize = 4;

/// The page as it stood, judged, and what it owes ([`owed`]). `None` if it cannot stay.
pub(crate) fn stood(
    draft: &PageDraft,
    task: &MakeupTask<'_>,
    step: &DensityStep,
) -> Option<(JudgedLayout, i64)> {
    if task.previous.is_empty() {
        return None;
    }
    let field = draft.search_problem(task, step);
    let ground = draft.settle_context(&field, task, step);
    let one = judge(stay(task.previous, &ground)?, &ground, &JudgeContext::new(&ground));
    let owed = owed(&one, &ground);
    Some((one, owed))
}

/// The page as it stood, with every article poured anew into its own rectangle; `None` if an article is new or gone,
/// if one fits its rectangle no more and no edge can move for it, or if the desk now asks for another place.
fn stay(stood: &[PreviousPlacement], ground: &SettleContext<'_>) -> Option<Vec<PlacedModule>> {
    let ready = ground.task.items;
    if stood.len() != ready.len() {
        return None;
    }
    let by_item = ready.iter().map(|own| stood.iter().find(|stood| stood.id == own.id));
    let round = KeptLayout { ground, stood: by_item.collect::<Option<_>>()? };
    let mut boxes: Vec<[i64; 4]> = round.stood.iter().map(|stood| stood.grid).collect();
    if !round.on_grid(&boxes) {
        return None;
    }
    let fit = |item: usize| round.fit(item, boxes[item]);
    let mut placed: Vec<Option<PlacedModule>> = (0..boxes.len()).map(fit).collect();
    for item in 0..boxes.len() {
        if placed[item].is_none() {
            let by = |most: usize| {
                SHIFTS.iter().find_map(|down| round.shift(&boxes, item, (*down, most)))
            };
            for module in by(1).or_else(|| by(EDGES_MOST))? {
                boxes[module.item] = module.grid();
                let item = module.item;
                placed[item] = Some(module);
            }
        }
    }
    Some(finish(placed.into_iter().collect::<Option<_>>()?, ground))
}

/// A page that comes back.
struct KeptLayout<'a> {
    ground: &'a SettleContext<'a>,
    /// By item.
    stood: Vec<&'a PreviousPlacement>,
}

impl KeptLayout<'_> {
    /// An item in a rectangle, as like to what stood there as can be; `None` if it does not fit.
    fn fit(&self, item: usize, [column, row, columns, rows]: [i64; 4]) -> Option<PlacedModule> {
        let Self { ground, ref stood } = *self;
        let (own, known) = (&ground.task.items[item], stood[item]);
        let leaf = ground.options.get(item)?.get(usize::try_from(columns - 1).ok()?)?;
        let spot = RowBand { column, row, rows };
        let off = |module: &PlacedModule| {
            let [size, height] = known.head;
            let far = |a: Abs, b: Abs| (a - b).units().abs();
            let deep =
                head_height(&module.head, module.head_rows, ground.step, &ground.task.style.module);
            let widths = module
                .picture_blocks
                .iter()
                .map(|shot| module.inner_columns.width(shot.block.columns));
            let moved = widths.filter(|width| !known.picture_widths.contains(width)).count();
            (
                white(module) > WHITE_MOST,
                moved,
                far(module.head.headline_size, size),
                far(deep, height),
            )
        };
        // The forms that the search knows, and heads of the very size that stood there.
        let mut forms: Vec<ModuleForm> = leaf
            .forms
            .iter()
            .filter(|form| form.head_position == known.head_position)
            .cloned()
            .collect();
        let template = forms.first()?.clone();
        if !template.head.wording.is_vertical {
            let width = leaf.inner_columns.width(known.head_position.span(columns).1);
            let set =
                head_options_within(own, ground.task.style, ground.step, width, known.head[0]);
            forms.extend(set.heads().iter().map(|head| ModuleForm {
                head: head.clone(),
                head_rows: [set.least_rows(head), set.most_rows(head)],
                ..template.clone()
            }));
        }
        let modules = forms.iter().map(|form| place(ground, item, form, columns, spot));
        let best = modules.filter(|module| module.poured.over_rows == 0).min_by_key(off)?;
        (white(&best) <= WHITE_MOST).then_some(best)
    }

    /// What has to be placed anew when the foot of an item, or else its top, moves so many rows down, and with it, up
    /// to so many in all, the other edges of what does not fit between; `None` if there is no way.
    fn shift(
        &self,
        boxes: &[[i64; 4]],
        item: usize,
        by: (i64, usize),
    ) -> Option<Vec<PlacedModule>> {
        let [_, row, _, rows] = boxes[item];
        self.slide(boxes, (item, row + rows), by)
            .or_else(|| self.slide(boxes, (item, row - GAP), by))
    }

    /// The same from one edge: an item and the row at which it ends, or before which a white row parts it from another.
    fn slide(
        &self,
        boxes: &[[i64; 4]],
        first: (usize, i64),
        (down, most): (i64, usize),
    ) -> Option<Vec<PlacedModule>> {
        // By item: whether its top moves, and its foot.
        let mut moves = vec![[false; 2]; boxes.len()];
        let mut edges = vec![first];
        let mut count = 0;
        loop {
            for (item, edge) in std::mem::take(&mut edges) {
                let foot = boxes[item][1] + boxes[item][3] == edge;
                if moves[item][usize::from(foot)] {
                    continue;
                }
                let [above, below] = sharing(boxes, item, edge);
                let wide = |all: &[usize]| all.iter().map(|k| boxes[*k][2]).sum::<i64>();
                // Nothing else may open up above or below the edge.
                let whole = wide(&above) == wide(&below) || below.is_empty() && down > 0;
                count += 1;
                if !whole || above.is_empty() || count > most {
                    return None;
                }
                above.iter().for_each(|k| moves[*k][1] = true);
                below.iter().for_each(|k| moves[*k][0] = true);
            }
            let next = moved_by(boxes, &moves, down);
            if !self.on_grid(&next) {
                return None;
            }
            let mut placed = Vec::new();
            for k in (0..boxes.len()).filter(|k| moves[*k] != [false; 2]) {
                let [_, row, _, rows] = boxes[k];
                match (self.fit(k, next[k]), moves[k]) {
                    (Some(module), _) => placed.push(module),
                    (None, [false, _]) => edges.push((k, row - GAP)),
                    (None, [true, false]) => edges.push((k, row + rows)),
                    (None, [true, true]) => return None,
                }
            }
            if edges.is_empty() {
                let mut feet = (0..boxes.len()).filter(|k| moves[*k][1]);
                return feet.all(|k| self.has_gap(&next, k)).then_some(placed);
            }
        }
    }

    /// Whether the row below a rectangle is free.
    fn has_gap(&self, boxes: &[[i64; 4]], item: usize) -> bool {
        let [column, row, columns, rows] = boxes[item];
        let own = [column, row + rows, columns, GAP];
        let mut others = reserved_places(self.ground.pins).chain(boxes.iter().copied());
        others.all(|other| !grid_areas_overlap(own, other))
    }

    /// Whether the rectangles lie on the rows for articles, do not overlap, and are where the desk wants them: a geometry
    /// is input like any other, and the wishes may have changed since.
    fn on_grid(&self, boxes: &[[i64; 4]]) -> bool {
        let SettleContext { problem: field, top_row: top, pins, asked, .. } = *self.ground;
        let fits = |start: i64, length: i64, first: i64, most: i64| {
            length > 0 && start >= first && length <= most && start - first <= most - length
        };
        let inside = |[column, row, columns, rows]: &[i64; 4]| {
            fits(*column, *columns, 0, field.columns) && fits(*row, *rows, top, field.rows)
        };
        let apart = |a: &[i64; 4], b: &[i64; 4]| !grid_areas_overlap(*a, *b);
        let free = |a: &[i64; 4]| reserved_places(pins).all(|place| apart(a, &place));
        let wanted = |(item, place): &(usize, [Option<i64>; 4])| {
            let own = boxes[*item].iter().zip(place);
            own.into_iter().all(|(is, wanted)| wanted.is_none_or(|wanted| wanted == *is))
        };
        let each =
            |(k, a): (usize, &[i64; 4])| free(a) && boxes[k + 1..].iter().all(|b| apart(a, b));
        boxes.iter().all(inside) && asked.iter().all(wanted) && boxes.iter().enumerate().all(each)
    }
}

/// The rectangles when tops and feet move so many rows down.
fn moved_by(boxes: &[[i64; 4]], moves: &[[bool; 2]], down: i64) -> Vec<[i64; 4]> {
    let one = |([column, row, columns, rows], [top, foot]): (&[i64; 4], &[bool; 2])| {
        let [top, foot] = [top, foot].map(|moves| if *moves { down } else { 0 });
        [*column, row + top, *columns, rows + foot - top]
    };
    boxes.iter().zip(moves).map(one).collect()
}

/// The modules that end at a row and those that start below it, as far as they hang together with one of them.
fn sharing(boxes: &[[i64; 4]], item: usize, edge: i64) -> [Vec<usize>; 2] {
    let mut on = vec![item];
    let ends = |k: &usize| boxes[*k][1] + boxes[*k][3] == edge;
    let starts = |k: &usize| boxes[*k][1] == edge + GAP;
    let mut at = 0;
    while let Some(known) = on.get(at).copied() {
        let (a, above) = (boxes[known], ends(&known));
        let tied = |k: &usize| {
            let b = boxes[*k];
            let meets = a[0] < b[0] + b[2] && b[0] < a[0] + a[2];
            meets && if above { starts(k) } else { ends(k) }
        };
        let more: Vec<usize> = (0..boxes.len()).filter(tied).filter(|k| !on.contains(k)).collect();
        on.extend(more);
        at += 1;
    }
    let (above, below) = on.into_iter().partition(ends);
    [above, below]
}

/// Rows of white at the foot of the columns.
fn white(module: &PlacedModule) -> i64 {
    module.poured.short_rows().max().unwrap_or(0)
}

/// What a layout owes to what the desk may have changed since the page stood: wishes, the order of importance, room
/// that became free. Headlines of the size that they had are no debt.
pub(crate) fn owed((_, placed, charges): &JudgedLayout, ground: &SettleContext<'_>) -> i64 {
    let (ready, stood) = (ground.task.items, ground.task.previous);
    let as_before = |item: &usize| {
        let size =
            placed.iter().find(|placed| placed.item == *item).map(|own| own.head.headline_size);
        let known = stood.iter().find(|stood| stood.id == ready[*item].id);
        size == known.map(|stood| stood.head[0])
    };
    let rank = |charge: &LayoutCharge| {
        charge.fault == LayoutFault::SizeOrder
            && (charge.items.len() > 1 || !charge.items.iter().all(as_before))
    };
    let counts = |charge: &&LayoutCharge| {
        matches!(charge.fault, LayoutFault::Adjacent | LayoutFault::GradeDiffers) || rank(charge)
    };
    let wishes: i64 = charges.iter().filter(counts).map(|charge| charge.cost).sum();
    wishes + holes(placed, ground) * WHITE_ROW
}

/// Cells of the grid that no module and no reserved box has, the usual white between two apart.
fn holes(placed: &[PlacedModule], ground: &SettleContext<'_>) -> i64 {
    let bottom = ground.top_row + ground.problem.rows;
    let all = placed.iter().map(PlacedModule::grid).chain(reserved_places(ground.pins));
    let mut boxes: Vec<[i64; 4]> = all.collect();
    boxes.sort_by_key(|[_, row, _, _]| *row);
    let column = |k: i64| {
        let (mut from, mut sum, mut gap) = (ground.top_row, 0, 0);
        for [_, row, _, rows] in boxes.iter().filter(|[c, _, wide, _]| (*c..c + wide).contains(&k))
        {
            sum += (row - from - gap).max(0);
            (from, gap) = (row + rows, GAP);
        }
        sum + (bottom - from).max(0)
    };
    (0..ground.problem.columns).map(column).sum()
}
