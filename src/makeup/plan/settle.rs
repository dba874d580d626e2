//! Settling: the rows of every module of a layout, and what is in them.
//!
//! The search knows of a tree only the range of depths that it can take. Settling goes down the
//! tree and gives every module its rectangle: a vertical cut hands both sides the full depth, a
//! horizontal one shares the rows by [`upper_rows`]. Then every module fills its rectangle (see
//! [`shares`](crate::makeup::plan::shares)), headlines are put in the order of importance, and
//! the rules and the white between the modules are found.
//!
//! Settling stops early: the cost of the cuts and of the forms is known before any body is
//! poured, and each poured module adds a lower bound of its own cost. Once the sum reaches the
//! cost of the worst layout that would be kept, the layout is given up.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::fit::{ArticleHead, head_options_within, vertical_heads, white_rows_cost};
use crate::makeup::pinned::{PinnedPlace, reserved_places};
use crate::makeup::placed::{MODULE_GAP_ROWS, PlacedBlock, PlacedModule};
use crate::makeup::plan::context::{JudgeContext, SettleContext};
use crate::makeup::plan::forms::{ModuleForm, frame_rows};
use crate::makeup::plan::index::FormIndex;
use crate::makeup::plan::join::{CutTree, Subtree, SubtreeId};
use crate::makeup::plan::judge::{cut_cost, least_module_cost};
use crate::makeup::plan::search::{FoundLayouts, PageTree};
use crate::makeup::plan::shares::RowFiller;
use crate::unit::{Abs, GridRect};

/// Settles the layouts of one search.
pub(crate) struct LayoutSettler<'a> {
    layouts: &'a FoundLayouts,
    context: &'a SettleContext<'a>,
    judge: &'a JudgeContext<'a>,
    /// Items with a place of their own: the same in every layout.
    pinned: Vec<PlacedModule>,
    /// Modules placed so far. Many layouts have the same module, if at another place.
    memo: RefCell<BTreeMap<ModuleKey, BoundedModule>>,
}

/// All that a module depends on but for its place on the page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ModuleKey {
    /// Index of the item in the task.
    item: usize,
    columns: i64,
    form: FormIndex,
    rows: i64,
}

/// A module and a lower bound of its cost.
#[derive(Clone)]
struct BoundedModule {
    module: PlacedModule,
    least_cost: i64,
}

/// An item of a layout with its form and its rectangle, before it is filled.
struct ModuleLot<'a> {
    /// Index of the item in the task.
    item: usize,
    form: &'a ModuleForm,
    form_index: FormIndex,
    grid: GridRect,
}

impl<'a> LayoutSettler<'a> {
    /// Places the pinned items once for all layouts.
    pub(crate) fn new(
        layouts: &'a FoundLayouts,
        context: &'a SettleContext<'a>,
        judge: &'a JudgeContext<'a>,
    ) -> Self {
        let pinned = context.pins.iter().filter_map(|pin| place_pinned(pin, context)).collect();
        Self { layouts, context, judge, pinned, memo: RefCell::default() }
    }

    /// Places every item of a layout; `None` once the layout is seen to cost `cost_limit` or more.
    pub(crate) fn settle(&self, page: &PageTree, cost_limit: i64) -> Option<Vec<PlacedModule>> {
        let mut lots = Vec::new();
        for (tree, region) in &page.trees {
            self.collect_lots(*tree, *region, &mut lots);
        }
        // Known before a body is poured: the cost of the cuts and of the forms.
        let grids = lots.iter().map(|lot| lot.grid);
        let grids = grids.chain(self.pinned.iter().map(|module| module.grid));
        let form_costs: i64 = lots.iter().map(|lot| lot.form.cost_without_body).sum();
        // The amount that the bodies may still cost. Pinned modules and pairs of modules are left
        // out, which only makes the bound weaker.
        let mut allowance = cost_limit - cut_cost(grids, self.judge) - form_costs;
        let mut modules = Vec::with_capacity(lots.len() + self.pinned.len());
        for lot in lots {
            if allowance <= 0 {
                return None;
            }
            let BoundedModule { module, least_cost } = self.place_lot(&lot);
            // The cost of the form was subtracted above, and is part of the bound too.
            allowance -= least_cost - lot.form.cost_without_body;
            modules.push(module);
        }
        modules.extend(self.pinned.iter().cloned());
        // A layout that costs as much as the limit loses: of equal layouts the one that the search
        // ranks first stays.
        (allowance > 0).then(|| finish_layout(modules, self.context))
    }

    /// Places an item in its rectangle.
    fn place_lot(&self, lot: &ModuleLot<'_>) -> BoundedModule {
        let ModuleLot { item, form, form_index, grid } = *lot;
        // The form is known by its index among the forms over this width, so the width is part of
        // the key.
        let key = ModuleKey { item, columns: grid.columns, form: form_index, rows: grid.rows };
        let mut memo = self.memo.borrow_mut();
        let known = memo.entry(key).or_insert_with(|| {
            let module = place_module(self.context, item, form, grid);
            let least_cost = least_module_cost(&module, self.judge);
            BoundedModule { module, least_cost }
        });
        let mut placed = known.clone();
        // The rest of a module counts from its own top left corner and fits any place.
        placed.module.grid = grid;
        placed
    }

    /// Adds the rectangles of all items of a tree, the tree standing in `grid`.
    fn collect_lots(&self, id: SubtreeId, grid: GridRect, out: &mut Vec<ModuleLot<'a>>) {
        let tree = self.layouts.subtree(id);
        match tree.cut {
            CutTree::Leaf(rank, chosen) => {
                // Leaves keep the width that the search gave them; only their depth is decided
                // here.
                let options = self.context.problem.options[rank.index()].over(grid.columns);
                let forms = options.map_or(&[][..], |options| &options.forms);
                // With too much copy a module may be shallower than its head and pictures need:
                // then it takes the best form that fits, if there is one.
                let fits = |index: &FormIndex| forms[index.index()].floor_rows <= grid.rows;
                let form_index = Some(chosen)
                    .filter(fits)
                    .or_else(|| (0..forms.len()).map(FormIndex::new).find(fits))
                    .unwrap_or(chosen);
                let form = &forms[form_index.index()];
                // Rows that it cannot fill stay white below it, where copy of the next round goes.
                let rows = grid.rows.min(form.rows.most + SLACK_ROWS);
                let item = self.context.free_items[rank.index()];
                let grid = GridRect { rows, ..grid };
                out.push(ModuleLot { item, form, form_index, grid });
            }
            CutTree::Stack(above, below) => {
                // The white row between the two belongs to neither.
                let rows = grid.rows - MODULE_GAP_ROWS;
                let upper =
                    upper_rows(self.layouts.subtree(above), self.layouts.subtree(below), rows);
                self.collect_lots(above, GridRect { rows: upper, ..grid }, out);
                let row = grid.row + upper + MODULE_GAP_ROWS;
                self.collect_lots(below, GridRect { row, rows: rows - upper, ..grid }, out);
            }
            CutTree::Beside(left, right) => {
                // Both sides get the full depth, so their feet are level (齐底).
                let columns = i64::from(self.layouts.subtree(left).columns);
                self.collect_lots(left, GridRect { columns, ..grid }, out);
                let column = grid.column + columns;
                let columns = grid.columns - columns;
                self.collect_lots(right, GridRect { column, columns, ..grid }, out);
            }
        }
    }
}

/// Shares `rows` between two stacked trees and returns those of the upper one. Each takes its usual
/// depth; rows over or missing are shared in proportion to the room that each has for them. The
/// result depends on the two ranges alone, not on how well either tree uses its rows.
fn upper_rows(above: &Subtree, below: &Subtree, rows: i64) -> i64 {
    let ranges = [above, below].map(|tree| tree.row_range());
    let [upper, lower] = ranges;
    let spare = rows - upper.usual - lower.usual;
    if spare >= 0 {
        let (upper_room, lower_room) = (upper.most - upper.usual, lower.most - lower.usual);
        let room = upper_room + lower_room;
        // Rows beyond what both can take stay white at the foot of the lower one.
        let taken = spare.min(room);
        // Rounded down: the odd row goes to the lower tree.
        return upper.usual + if room == 0 { 0 } else { taken * upper_room / room };
    }
    let missing = -spare;
    let (upper_room, lower_room) = (upper.usual - upper.least, lower.usual - lower.least);
    let room = upper_room + lower_room;
    // Each gives up rows in proportion, and neither goes below its least.
    if missing <= room {
        return upper.usual - missing * upper_room / room.max(1);
    }
    // Too few for both: the upper one, which is more important, stays whole as long as the lower
    // one keeps its heads and pictures.
    let lower_floor = i64::from(below.floor_rows).min(rows);
    let upper_floor = i64::from(above.floor_rows).min(rows);
    // If not even both floors fit, the upper tree still keeps its heads, and the lower one is too
    // shallow.
    upper.least.min(rows - lower_floor).max(upper_floor)
}

/// Places an article that has a place of its own, in the form that suits it best. `None` for a
/// reserved box, and where no form fits.
fn place_pinned(pin: &PinnedPlace, context: &SettleContext<'_>) -> Option<PlacedModule> {
    let item = pin.item?;
    let options = context.options[item].over(pin.grid.columns)?;
    // Overset copy first: no cost of form or white makes up for it.
    let rank = |module: &PlacedModule| {
        let head_cost = white_rows_cost(module.head_rows - module.head.rows);
        (module.poured.over_rows, module.poured.cost + module.form_cost + head_cost)
    };
    // The draft has checked that a form goes into the locked rows, for whole places as for partial
    // ones.
    let forms = options.forms.iter().filter(|form| form.floor_rows <= pin.grid.rows);
    forms.map(|form| place_module(context, item, form, pin.grid)).min_by_key(rank)
}

/// Limit: rows by which a module may be deeper than its form; paragraphs that run a line longer
/// fill them.
const SLACK_ROWS: i64 = 1;

/// Fills a rectangle with an item in a form. Rules, white below and the order of headlines are
/// found by [`finish_layout`], once all modules stand.
pub(crate) fn place_module(
    context: &SettleContext<'_>,
    item: usize,
    form: &ModuleForm,
    grid: GridRect,
) -> PlacedModule {
    let frame_rows = frame_rows(&context.task.items[item], context.task.style);
    // A module cut down for lack of room may have fewer rows than its frame.
    let inside_rows = (grid.rows - frame_rows[0] - frame_rows[1]).max(0);
    let columns = grid.columns;
    let filled = RowFiller { context, item, form, columns, inside_rows }.fill_rows();
    let picture_rows = filled.picture_rows;
    let column_offsets =
        form.column_offsets(columns, filled.head_rows, picture_rows.iter().copied());
    // Pictures of one column stand below each other: each starts where the one above it ends.
    let mut tops = form.column_offsets(columns, filled.head_rows, []);
    let mut picture_blocks = Vec::with_capacity(form.picture_blocks.len());
    for (block, rows) in form.picture_blocks.iter().zip(picture_rows) {
        let range = block.column_range();
        // A picture starts below the lowest of its columns: under the head or the picture above it.
        let row = range.clone().filter_map(|column| tops.get(column)).copied().max().unwrap_or(0);
        range.for_each(|column| tops[column] = row + rows);
        picture_blocks.push(PlacedBlock { block: block.clone(), row, rows });
    }
    PlacedModule {
        item,
        grid,
        frame_rows,
        inner_columns: context.bodies[item].inner_columns_over(columns),
        head_position: form.head_position,
        head_rows: filled.head_rows,
        head: form.head.clone(),
        picture_blocks,
        column_offsets,
        first_text_column: form.first_text_column,
        poured: filled.poured,
        rule_below: false,
        rule_right: false,
        yield_percent: 0,
        white_rows_below: 0,
        form_cost: form.cost_without_body,
    }
}

/// Puts headlines in the order of importance and finds the rules and the white between modules.
pub(crate) fn finish_layout(
    mut modules: Vec<PlacedModule>,
    context: &SettleContext<'_>,
) -> Vec<PlacedModule> {
    // The order of the record, whatever tree the layout came from.
    modules.sort_by_key(|module| module.item);
    let mut hierarchy = HeadlineHierarchy::new(context);
    for item in context.importance_order {
        if let Some(module) = modules.iter_mut().find(|module| module.item == *item) {
            // Shrunk before it is counted: the articles after it have to stay below the size that
            // it is set in, not the one it had.
            hierarchy.shrink_headline(module);
            hierarchy.count_headline(module);
        }
    }
    place_rules(&mut modules, context);
    measure_white_below(&mut modules, context);
    modules
}

/// Counts the empty rows below each module, down to the next one below it in any of its columns.
fn measure_white_below(modules: &mut [PlacedModule], context: &SettleContext<'_>) {
    let pins = context.pins.iter().map(|pin| pin.grid);
    let grids: Vec<GridRect> = modules.iter().map(|module| module.grid).chain(pins).collect();
    // The grid is left as it is: copy of the next round may take up these rows.
    for module in modules {
        let grid = module.grid;
        let below = grids
            .iter()
            .filter(|other| other.row >= grid.foot() && other.shares_columns(&grid))
            .map(|other| other.row - MODULE_GAP_ROWS);
        // Negative below a module that stands closer than the white row, which only a locked place
        // can.
        let next = below.min().unwrap_or(context.page.foot());
        module.white_rows_below = (next - grid.foot()).max(0);
    }
}

/// Places the rules between modules: not at the edges of the page, not beside a frame or a reserved
/// box.
fn place_rules(modules: &mut [PlacedModule], context: &SettleContext<'_>) {
    let framed: Vec<GridRect> = modules
        .iter()
        .filter(|module| module.is_framed())
        .map(|module| module.grid)
        .chain(reserved_places(context.pins))
        .collect();
    for module in modules {
        let grid = module.grid;
        // A frame or box is its own border. A rule beside it would double the line.
        let frame_below = framed.iter().any(|other| {
            (0..=MODULE_GAP_ROWS).contains(&(other.row - grid.foot()))
                && other.shares_columns(&grid)
        });
        let frame_at_right =
            framed.iter().any(|other| other.column == grid.right() && other.shares_rows(&grid));
        let is_bare = !module.is_framed();
        // The module above or at the left draws the rule for both, so no rule is drawn twice.
        module.rule_below = is_bare && !frame_below && grid.foot() < context.page.foot();
        module.rule_right = is_bare && !frame_at_right && grid.right() < context.page.right();
    }
}

/// The sizes of the headlines so far, from the most important article down: none may be larger
/// than that of a more important one (R62). Articles of equal weight may differ, but none exceeds
/// the lead.
struct HeadlineHierarchy<'a> {
    context: &'a SettleContext<'a>,
    /// Headline of the first article, the lead.
    lead_size: Option<Abs>,
    /// The smallest headline of all articles heavier than `weight`.
    heavier_size: Option<Abs>,
    /// The smallest headline of the articles of `weight`.
    same_weight_size: Option<Abs>,
    /// Weight of the last article counted.
    weight: Option<u32>,
}

impl<'a> HeadlineHierarchy<'a> {
    fn new(context: &'a SettleContext<'a>) -> Self {
        Self { context, lead_size: None, heavier_size: None, same_weight_size: None, weight: None }
    }

    /// The largest headline that an article of `weight` may have; `None` for any.
    fn size_cap(&self, weight: u32) -> Option<Abs> {
        // Articles of this weight are not bound by each other, so their own minimum counts only
        // once a lighter article comes.
        let heavier = self.same_weight_size.filter(|_| self.weight != Some(weight));
        [self.heavier_size, heavier, self.lead_size].into_iter().flatten().min()
    }

    /// Gives a module a smaller headline if its own is too large and one goes into its head's rows.
    fn shrink_headline(&self, module: &mut PlacedModule) {
        let (style, step) = (self.context.task.style, self.context.step);
        let item = &self.context.task.items[module.item];
        let cap = self.size_cap(item.weight);
        let Some(cap) = cap.filter(|cap| module.head.headline_size > *cap) else { return };
        // The module keeps its rows: a smaller headline must fill the head that is there.
        let width = module.inner_columns.width(module.head_columns().1);
        let rows = module.head_rows;
        if module.head.wording.is_vertical {
            let heads = vertical_heads(item, style, step, width, cap);
            // Vertical heads come largest first.
            if let Some(head) = heads.into_iter().find(|head| head.least_rows <= rows) {
                module.head = head;
            }
            return;
        }
        // Every wording and number of lines is tried again, because more lines at a smaller size
        // may fill the rows better.
        let options = head_options_within(item, style, step, width, cap);
        let fits = |head: &&ArticleHead| {
            (options.least_rows(head)..=options.most_rows(head)).contains(&rows)
        };
        let rank = |head: &&ArticleHead| (white_rows_cost(rows - head.rows) + head.cost, head.rows);
        // If no smaller head fits these rows the headline stays, and the judge charges the
        // inversion.
        if let Some(head) = options.heads().iter().filter(fits).min_by_key(rank) {
            let (size, before) = (head.headline_size.units(), module.head.headline_size.units());
            // Not negative: the cap is below the size before.
            module.yield_percent = 100 - size * 100 / before.max(1);
            module.head = head.clone();
        }
    }

    /// Counts the headline of a module for the articles after it.
    fn count_headline(&mut self, module: &PlacedModule) {
        let size = module.head.headline_size;
        // Briefs and pictures have no headline and bind no other.
        if size == Abs::ZERO {
            return;
        }
        let weight = self.context.task.items[module.item].weight;
        // The first article of a lighter weight: all sizes so far become the limit for it.
        if self.weight != Some(weight) {
            self.heavier_size = self.size_cap(weight);
            self.same_weight_size = None;
            self.weight = Some(weight);
        }
        // Articles are counted from the most important down, so the first one is the lead.
        self.lead_size = self.lead_size.or(Some(size));
        self.same_weight_size = Some(self.same_weight_size.map_or(size, |least| least.min(size)));
    }
}
