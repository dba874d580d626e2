//! Giving every module its place and depth.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::fit::{ArticleHead, head_options_within, vertical_heads, white_rows_cost};
use crate::makeup::pinned::{PinnedPlace, reserved_places};
use crate::makeup::placed::{GAP, PlacedBlock, PlacedModule};
use crate::makeup::plan::context::{JudgeContext, SettleContext};
use crate::makeup::plan::forms::{ModuleForm, frame_rows};
use crate::makeup::plan::join::{CutTree, Subtree, SubtreeId};
use crate::makeup::plan::judge::{cut_cost, floor};
use crate::makeup::plan::search::{FoundLayouts, PageTree};
use crate::makeup::plan::shares::RowFiller;
use crate::unit::Abs;

/// Gives the items of layouts their places.
pub(crate) struct LayoutSettler<'a> {
    layouts: &'a FoundLayouts,
    ground: &'a SettleContext<'a>,
    sheet: &'a JudgeContext<'a>,
    /// What stands where the desk says: the same in every layout.
    pinned: Vec<PlacedModule>,
    /// What was placed before, with what it costs at the least.
    known: RefCell<BTreeMap<ModuleKey, (PlacedModule, i64)>>,
}

/// Item, columns, form, rows: all that a module depends on but for its place.
type ModuleKey = (usize, i64, usize, i64);

/// The rectangle of an item in a layout, and its form there.
struct ModuleLot<'a> {
    item: usize,
    form: &'a ModuleForm,
    /// The form's place in its list.
    at: usize,
    columns: i64,
    spot: RowBand,
}

impl ModuleLot<'_> {
    fn grid(&self) -> [i64; 4] {
        [self.spot.column, self.spot.row, self.columns, self.spot.rows]
    }
}

impl<'a> LayoutSettler<'a> {
    pub(crate) fn new(
        layouts: &'a FoundLayouts,
        ground: &'a SettleContext<'a>,
        sheet: &'a JudgeContext<'a>,
    ) -> Self {
        let pinned = ground.pins.iter().filter_map(|pin| pinned(pin, ground)).collect();
        Self { layouts, ground, sheet, pinned, known: RefCell::default() }
    }

    /// Places every item of a layout; `None` once it is seen to cost `limit` or more.
    pub(crate) fn settle(&self, whole: &PageTree, limit: i64) -> Option<Vec<PlacedModule>> {
        let mut lots = Vec::new();
        for (part, region) in &whole.subtrees {
            let spot = RowBand { column: region.column, row: region.row, rows: region.rows };
            self.lots(*part, region.columns, spot, &mut lots);
        }
        // What is known before a body is poured: the cuts, and what the forms cost.
        let boxes =
            lots.iter().map(ModuleLot::grid).chain(self.pinned.iter().map(PlacedModule::grid));
        let own: i64 = lots.iter().map(|lot| lot.form.cost_without_body).sum();
        let mut left = limit - cut_cost(boxes, self.sheet) - own;
        let mut placed = Vec::with_capacity(lots.len() + self.pinned.len());
        for lot in lots {
            if left <= 0 {
                return None;
            }
            let (module, least) = self.place(&lot);
            left -= least - lot.form.cost_without_body;
            placed.push(module);
        }
        placed.extend(self.pinned.iter().cloned());
        (left > 0).then(|| finish(placed, self.ground))
    }

    /// An item in its lot, and what it costs there at the least. Many layouts have the same module elsewhere.
    fn place(&self, lot: &ModuleLot<'_>) -> (PlacedModule, i64) {
        let ModuleLot { item, form, at, columns, spot } = *lot;
        let mut known = self.known.borrow_mut();
        let (module, least) = known.entry((item, columns, at, spot.rows)).or_insert_with(|| {
            let module = place(self.ground, item, form, columns, spot);
            let least = floor(&module, self.sheet);
            (module, least)
        });
        (PlacedModule { column: spot.column, row: spot.row, ..module.clone() }, *least)
    }

    /// The places of what is in a part.
    fn lots(&self, id: SubtreeId, columns: i64, spot: RowBand, out: &mut Vec<ModuleLot<'a>>) {
        let part = self.layouts.part(id);
        match part.tree {
            CutTree::Leaf(rank, form) => {
                let rank = usize::from(rank);
                let at = usize::try_from(columns - 1).unwrap_or(0);
                let forms = &self.ground.problem.options[rank][at].forms;
                let form = usize::from(form);
                // With too much copy a module may be shallower than its head and pictures: then they take another form.
                let holds = |at: &usize| forms[*at].floor_rows <= spot.rows;
                let at = Some(form)
                    .filter(holds)
                    .or_else(|| (0..forms.len()).find(holds))
                    .unwrap_or(form);
                let form = &forms[at];
                let item = self.ground.free_items[rank];
                // What it cannot fill stays white below it, where the next round's copy goes.
                let rows = spot.rows.min(form.rows[2] + SLACK_ROWS);
                out.push(ModuleLot { item, form, at, columns, spot: RowBand { rows, ..spot } });
            }
            CutTree::Stack(above, below) => {
                let rows = spot.rows - GAP;
                let upper = share(self.layouts.part(above), self.layouts.part(below), rows);
                self.lots(above, columns, RowBand { rows: upper, ..spot }, out);
                let row = spot.row + upper + GAP;
                self.lots(below, columns, RowBand { row, rows: rows - upper, ..spot }, out);
            }
            CutTree::Beside(left, right) => {
                let left_columns = i64::from(self.layouts.part(left).columns);
                self.lots(left, left_columns, spot, out);
                let column = spot.column + left_columns;
                self.lots(right, columns - left_columns, RowBand { column, ..spot }, out);
            }
        }
    }
}

/// Heads in the order of their sizes, and the rules between modules.
pub(crate) fn finish(
    mut placed: Vec<PlacedModule>,
    ground: &SettleContext<'_>,
) -> Vec<PlacedModule> {
    placed.sort_by_key(|placed| placed.item);
    let mut caps = HeadlineHierarchy::new(ground);
    for item in ground.importance_order {
        if let Some(module) = placed.iter_mut().find(|module| module.item == *item) {
            caps.yield_to(module);
            caps.pass(module);
        }
    }
    rules(&mut placed, ground);
    white(&mut placed, ground);
    placed
}

/// The rows below each module that nothing fills: to what stands below it, over all its columns.
fn white(placed: &mut [PlacedModule], ground: &SettleContext<'_>) {
    let modules = placed.iter().map(|p| [p.column, p.row, p.columns]);
    let pins = ground.pins.iter().map(|pin| [pin.grid[0], pin.grid[1], pin.grid[2]]);
    let tops: Vec<[i64; 3]> = modules.chain(pins).collect();
    let bottom = ground.top_row + ground.problem.rows;
    for module in placed {
        let foot = module.row + module.rows;
        let below = tops.iter().filter(|[column, row, columns]| {
            *row >= foot
                && *column < module.column + module.columns
                && module.column < column + columns
        });
        let next = below.map(|[_, row, _]| row - GAP).min().unwrap_or(bottom);
        module.white_rows_below = (next - foot).max(0);
    }
}

/// An article at the place that it is locked to, in the form that suits it best.
fn pinned(pin: &PinnedPlace, ground: &SettleContext<'_>) -> Option<PlacedModule> {
    let item = pin.item?;
    let [column, row, columns, rows] = pin.grid;
    let leaf = ground.options[item].get(usize::try_from(columns - 1).ok()?)?;
    let spot = RowBand { column, row, rows };
    let worth = |module: &PlacedModule| {
        let air = white_rows_cost(module.head_rows - module.head.rows);
        (module.poured.over_rows, module.poured.cost + module.form_cost + air)
    };
    let holds = leaf.forms.iter().filter(|form| form.floor_rows <= rows);
    let modules = holds.map(|form| place(ground, item, form, columns, spot));
    modules.min_by_key(worth)
}

/// Rules stand between modules: not at the edges of the page, not beside a frame or a reserved box.
fn rules(placed: &mut [PlacedModule], ground: &SettleContext<'_>) {
    let framed: Vec<[i64; 4]> = placed
        .iter()
        .filter(|module| module.is_framed())
        .map(PlacedModule::grid)
        .chain(reserved_places(ground.pins))
        .collect();
    let meets = |a: i64, a_long: i64, b: i64, b_long: i64| a < b + b_long && b < a + a_long;
    let columns = ground.problem.columns;
    for module in placed {
        let foot = module.row + module.rows;
        let right = module.column + module.columns;
        let below = framed.iter().any(|f| {
            (0..=GAP).contains(&(f[1] - foot)) && meets(f[0], f[2], module.column, module.columns)
        });
        let beside =
            framed.iter().any(|f| f[0] == right && meets(f[1], f[3], module.row, module.rows));
        let bare = !module.is_framed();
        module.rule_below = bare && !below && foot < ground.top_row + ground.problem.rows;
        module.rule_right = bare && !beside && right < columns;
    }
}

/// R62: no headline is larger than that of a more important article. A lesser one takes a smaller size in the
/// rows that it has. Modules pass in the order of importance.
struct HeadlineHierarchy<'a> {
    ground: &'a SettleContext<'a>,
    /// The headline of the lead.
    lead: Option<Abs>,
    /// The smallest headline of all that weigh more, and of those that weigh the same as the last one.
    cap: Option<Abs>,
    same: Option<Abs>,
    weight: Option<u32>,
}

impl<'a> HeadlineHierarchy<'a> {
    fn new(ground: &'a SettleContext<'a>) -> Self {
        Self { ground, lead: None, cap: None, same: None, weight: None }
    }

    /// The largest headline that an article may have.
    fn cap_of(&self, weight: u32) -> Option<Abs> {
        let same = self.same.filter(|_| self.weight != Some(weight));
        [self.cap, same, self.lead].into_iter().flatten().min()
    }

    /// Makes the headline of a module small enough, if a head of that size fits its rows.
    fn yield_to(&self, module: &mut PlacedModule) {
        let ground = self.ground;
        let own = &ground.task.items[module.item];
        let Some(cap) = self.cap_of(own.weight).filter(|cap| module.head.headline_size > *cap)
        else {
            return;
        };
        let width = module.inner_columns.width(module.head_columns().1);
        if module.head.wording.is_vertical {
            let (style, step, rows) = (ground.task.style, ground.step, module.head_rows);
            let heads = vertical_heads(own, style, step, width, cap);
            if let Some(head) = heads.into_iter().find(|head| head.least_rows <= rows) {
                module.head = head;
            }
            return;
        }
        let set = head_options_within(own, ground.task.style, ground.step, width, cap);
        let rows = module.head_rows;
        let fits =
            |head: &&ArticleHead| (set.least_rows(head)..=set.most_rows(head)).contains(&rows);
        let off = |head: &&ArticleHead| (white_rows_cost(rows - head.rows) + head.cost, head.rows);
        if let Some(head) = set.heads().iter().filter(fits).min_by_key(off) {
            module.yield_percent =
                100 - head.headline_size.units() * 100 / module.head.headline_size.units().max(1);
            module.head = head.clone();
        }
    }

    /// Counts the headline of a module for those after it.
    fn pass(&mut self, module: &PlacedModule) {
        if module.head.headline_size == Abs::ZERO {
            return;
        }
        let weight = self.ground.task.items[module.item].weight;
        if self.weight != Some(weight) {
            self.cap = self.cap_of(weight);
            self.same = None;
            self.weight = Some(weight);
        }
        // No headline is larger than the lead's, though its article weighs as much.
        self.lead = self.lead.or(Some(module.head.headline_size));
        self.same = Some(
            self.same
                .map_or(module.head.headline_size, |least| least.min(module.head.headline_size)),
        );
    }
}

/// A module may be so many rows deeper than its form says: lines that run longer fill them.
const SLACK_ROWS: i64 = 1;

/// A rectangle of the grid, but for its columns.
#[derive(Clone, Copy)]
pub(crate) struct RowBand {
    pub(crate) column: i64,
    pub(crate) row: i64,
    pub(crate) rows: i64,
}

/// An item in a form in a rectangle of the grid.
pub(crate) fn place(
    ground: &SettleContext<'_>,
    item: usize,
    form: &ModuleForm,
    columns: i64,
    spot: RowBand,
) -> PlacedModule {
    let ready = &ground.task.items[item];
    let pads = frame_rows(ready, ground.task.style);
    let inside = (spot.rows - pads[0] - pads[1]).max(0);
    let filled = RowFiller { ground, item, form, columns, inside }.fill();
    let offsets = form.column_offsets(columns, filled.head_rows, filled.shots.iter().copied());
    let mut tops = form.column_offsets(columns, filled.head_rows, []);
    let mut shots = Vec::with_capacity(form.picture_blocks.len());
    for (shot, rows) in form.picture_blocks.iter().zip(&filled.shots) {
        let row = shot.column_range().filter_map(|k| tops.get(k)).copied().max().unwrap_or(0);
        shot.column_range().for_each(|k| tops[k] = row + rows);
        shots.push(PlacedBlock { block: shot.clone(), row, rows: *rows });
    }
    PlacedModule {
        item,
        column: spot.column,
        row: spot.row,
        columns,
        rows: spot.rows,
        frame_rows: pads,
        inner_columns: ground.bodies[item].inner_columns_over(columns),
        head_position: form.head_position,
        head_rows: filled.head_rows,
        head: form.head.clone(),
        picture_blocks: shots,
        column_offsets: offsets,
        first_text_column: form.first_text_column,
        poured: filled.poured,
        rule_below: false,
        rule_right: false,
        yield_percent: 0,
        white_rows_below: 0,
        form_cost: form.cost_without_body,
    }
}

/// The rows of the upper of two stacked parts that share `rows`: each takes its usual depth, and what is
/// over or missing is shared by the room each has for it.
fn share(above: &Subtree, below: &Subtree, rows: i64) -> i64 {
    let [least, usual, most] = [|p: &Subtree| p.least, |p: &Subtree| p.usual, |p: &Subtree| p.most]
        .map(|of| [of(above), of(below)].map(i64::from));
    let extra = rows - usual[0] - usual[1];
    if extra >= 0 {
        let (room_above, room_below) = (most[0] - usual[0], most[1] - usual[1]);
        let room = room_above + room_below;
        // Beyond what both can take the white goes to the foot of the lower one.
        let extra = extra.min(room);
        return usual[0] + if room == 0 { 0 } else { extra * room_above / room };
    }
    let missing = -extra;
    let (room_above, room_below) = (usual[0] - least[0], usual[1] - least[1]);
    let room = room_above + room_below;
    if missing <= room {
        return usual[0] - missing * room_above / room.max(1);
    }
    // Not enough for both: the more important one stays whole as long as the other keeps its head and pictures.
    let floor = i64::from(below.floor).min(rows);
    least[0].min(rows - floor).max(i64::from(above.floor).min(rows))
}
