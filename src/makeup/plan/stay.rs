//! A page that was made up before keeps its layout (R102).
//!
//! Every item is poured again into its previous rectangle. Where all of them fit, nothing moves.
//! An item that gained or lost more than its rectangle absorbs moves one of its horizontal edges,
//! and with it every module that shares the edge. The search for such a move is a breadth-first
//! one:
//!
//! * State: the set of edges that have moved, all by the same number of rows.
//! * Transition: the modules at the moved edges are poured again; one that does not fit passes
//!   the move on to its other edge.
//! * Bound: at most [`EDGES_MOVED_MOST`] edges move, by at most three rows. The fewest rows are
//!   tried first, and one edge alone before several.
//!
//! It is a heuristic: it finds a layout close to the previous one, not the closest one, and gives
//! up where an article is new or gone.

use crate::fit::head_options_within;
use crate::makeup::charge::{LayoutCharge, LayoutFault};
use crate::makeup::costs::WHITE_ROW;
use crate::makeup::head::head_height;
use crate::makeup::pinned::reserved_places;
use crate::makeup::placed::{MODULE_GAP_ROWS, PlacedModule};
use crate::makeup::plan::context::{JudgeContext, SettleContext};
use crate::makeup::plan::draft::PageDraft;
use crate::makeup::plan::forms::ModuleForm;
use crate::makeup::plan::judge::{JudgedLayout, judge_layout};
use crate::makeup::plan::settle::{finish_layout, place_module};
use crate::makeup::task::{MakeupTask, PreviousPlacement};
use crate::model::DensityStep;
use crate::unit::{Abs, GridRect};

/// Limit: rows of white at the foot that an article which lost a line or two may leave before
/// another one moves for it.
const FOOT_WHITE_MOST: i64 = 2;

/// The rows by which an edge moves, in the order in which they are tried.
const EDGE_SHIFTS: [i64; 6] = [1, -1, 2, -2, 3, -3];

/// Limit: number of edges that move together.
const EDGES_MOVED_MOST: usize = 4;

/// The previous layout with the copy as it is now.
pub(crate) struct PreviousLayout {
    pub(crate) layout: JudgedLayout,
    /// Cost of requests that it does not meet and that may be new (see [`request_debt`]).
    pub(crate) debt: i64,
}

/// Pours the page again in its previous layout. `None` if there is none, or if it cannot be kept.
pub(crate) fn previous_layout(
    draft: &PageDraft,
    task: &MakeupTask<'_>,
    step: &DensityStep,
) -> Option<PreviousLayout> {
    // The first round of a page.
    if task.previous.is_empty() {
        return None;
    }
    let problem = draft.search_problem(task, step);
    let context = draft.settle_context(&problem, task, step);
    let modules = refit_previous(task.previous, &context)?;
    let layout = judge_layout(modules, &context, &JudgeContext::new(&context));
    let debt = request_debt(&layout, &context);
    Some(PreviousLayout { layout, debt })
}

/// Pours every item again into its previous rectangle, moving edges where one does not fit.
/// `None` if an article is new or gone, if no edge can move for one that does not fit, or if the
/// layout desk asks for another place now.
fn refit_previous(
    previous: &[PreviousPlacement],
    context: &SettleContext<'_>,
) -> Option<Vec<PlacedModule>> {
    let items = context.task.items;
    // An article was added or taken off: its room has to come from the whole page.
    if previous.len() != items.len() {
        return None;
    }
    let by_item = items.iter().map(|item| previous.iter().find(|place| place.id == item.id));
    let kept = KeptLayout { context, previous: by_item.collect::<Option<_>>()? };
    let mut grids: Vec<GridRect> = kept.previous.iter().map(|place| place.grid).collect();
    if !kept.is_valid(&grids) {
        return None;
    }
    let mut modules: Vec<Option<PlacedModule>> =
        grids.iter().enumerate().map(|(item, grid)| kept.fit_item(item, *grid)).collect();
    // Items are mended one after the other. A move may refit modules that already fit; their new
    // versions replace the old ones.
    for item in 0..grids.len() {
        if modules[item].is_some() {
            continue;
        }
        let shifted = |edges_most: usize| {
            EDGE_SHIFTS
                .iter()
                .find_map(|down| kept.shift_edge(&grids, item, Shift { down: *down, edges_most }))
        };
        // One edge by up to three rows is tried before several edges by one row: the fewest modules
        // are touched.
        for module in shifted(1).or_else(|| shifted(EDGES_MOVED_MOST))? {
            let item = module.item;
            grids[item] = module.grid;
            modules[item] = Some(module);
        }
    }
    Some(finish_layout(modules.into_iter().collect::<Option<_>>()?, context))
}

/// A layout that is to be kept.
struct KeptLayout<'a> {
    context: &'a SettleContext<'a>,
    /// The previous places, by item.
    previous: Vec<&'a PreviousPlacement>,
}

/// A horizontal edge between modules.
#[derive(Clone, Copy)]
struct Edge {
    /// A module at the edge.
    item: usize,
    /// The row at which the modules above the edge end; those below start after a white row.
    row: i64,
}

/// A move of edges.
#[derive(Clone, Copy)]
struct Shift {
    /// Rows by which each edge moves down; negative: up.
    down: i64,
    /// Number of edges that may move.
    edges_most: usize,
}

/// The edges of a module that move.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct MovedEdges {
    top: bool,
    foot: bool,
}

impl KeptLayout<'_> {
    /// Places an item in a rectangle, as much like its previous module as possible; `None` if it
    /// does not fit.
    fn fit_item(&self, item: usize, grid: GridRect) -> Option<PlacedModule> {
        let Self { context, ref previous } = *self;
        let previous = previous[item];
        let options = context.options.get(item)?.over(grid.columns)?;
        // The forms that the search knows, and forms with a headline of exactly the previous size.
        let is_alike = |form: &&ModuleForm| form.head_position == previous.head_position;
        let mut forms: Vec<ModuleForm> = options.forms.iter().filter(is_alike).cloned().collect();
        // No form with the head in its old place: the item cannot stay as it was.
        let template = forms.first()?.clone();
        if !template.head.wording.is_vertical {
            let (_, columns) = previous.head_position.span(grid.columns);
            let width = options.inner_columns.width(columns);
            let (item, style) = (&context.task.items[item], context.task.style);
            let heads =
                head_options_within(item, style, context.step, width, previous.headline_size);
            // One form for each number of rows: the white at the head may have come from a headline
            // that was reduced for a more important one, not from the best way to share the rows.
            forms.extend(heads.heads().iter().flat_map(|head| {
                let template = &template;
                (heads.least_rows(head)..=heads.most_rows(head)).map(move |rows| ModuleForm {
                    head: head.clone(),
                    head_rows: [rows; 2],
                    ..template.clone()
                })
            }));
        }
        let style = &context.task.style.module;
        // White at the foot decides first, because too much of it rejects the module below. Then a
        // module is better the less a reader sees of the change.
        let difference = |module: &PlacedModule| {
            let distance = |a: Abs, b: Abs| (a - b).units().abs();
            let height = head_height(&module.head, module.head_rows, context.step, style);
            let blocks = module.picture_blocks.iter();
            let other_widths = blocks
                .map(|block| module.inner_columns.width(block.block.columns))
                .filter(|width| !previous.picture_widths.contains(width));
            (
                foot_white(module) > FOOT_WHITE_MOST,
                other_widths.count(),
                distance(module.head.headline_size, previous.headline_size),
                distance(height, previous.head_height),
                previous
                    .body_drop
                    .map_or(0, |drop| distance(body_drop(module, context.step), drop)),
            )
        };
        let modules = forms.iter().map(|form| place_module(context, item, form, grid));
        // Every form is poured: there are few of them, and bodies poured before are remembered.
        let fitting = modules.filter(|module| module.poured.over_rows == 0);
        let best = fitting.min_by_key(difference)?;
        (foot_white(&best) <= FOOT_WHITE_MOST).then_some(best)
    }

    /// Moves the foot of an item or else its top, and pours all modules at the moved edges again.
    /// Returns these; `None` if there is no way.
    fn shift_edge(
        &self,
        grids: &[GridRect],
        item: usize,
        shift: Shift,
    ) -> Option<Vec<PlacedModule>> {
        // The foot first: the head of the item then stays in its place.
        let foot = Edge { item, row: grids[item].foot() };
        let top = Edge { item, row: grids[item].row - MODULE_GAP_ROWS };
        self.slide_edge(grids, foot, shift).or_else(|| self.slide_edge(grids, top, shift))
    }

    /// Moves an edge, and the edges to which modules that do not fit pass the move on.
    fn slide_edge(
        &self,
        grids: &[GridRect],
        first: Edge,
        Shift { down, edges_most }: Shift,
    ) -> Option<Vec<PlacedModule>> {
        let mut moved = vec![MovedEdges::default(); grids.len()];
        let mut edges = vec![first];
        let mut edges_moved = 0;
        // Each round moves at least one more edge or ends, and at most `edges_most` edges move, so
        // the loop ends.
        loop {
            for edge in std::mem::take(&mut edges) {
                // An edge passed on by two modules is moved once.
                let is_foot = grids[edge.item].foot() == edge.row;
                let has_moved = if is_foot { moved[edge.item].foot } else { moved[edge.item].top };
                if has_moved {
                    continue;
                }
                let [above, below] = modules_at_edge(grids, edge);
                let columns =
                    |items: &[usize]| items.iter().map(|item| grids[*item].columns).sum::<i64>();
                // The edge must be whole, or a hole opens above or below it; only at the foot of
                // the page may modules grow down into free rows.
                let is_whole = columns(&above) == columns(&below) || below.is_empty() && down > 0;
                edges_moved += 1;
                // Without a module above it, the edge is the top of the page or faces a reserved
                // box.
                if !is_whole || above.is_empty() || edges_moved > edges_most {
                    return None;
                }
                above.iter().for_each(|item| moved[*item].foot = true);
                below.iter().for_each(|item| moved[*item].top = true);
            }
            // From the rectangles before the move, so edges that were moved in an earlier round are
            // not moved twice.
            let shifted = move_edges(grids, &moved, down);
            // More edges cannot mend a module that has left the page, or hit a box or a lock.
            if !self.is_valid(&shifted) {
                return None;
            }
            let mut modules = Vec::new();
            for (item, edges_of_item) in moved.iter().enumerate() {
                if *edges_of_item == MovedEdges::default() {
                    continue;
                }
                match (self.fit_item(item, shifted[item]), *edges_of_item) {
                    (Some(module), _) => modules.push(module),
                    // It does not fit with one edge moved: then it keeps its depth and moves whole.
                    (None, MovedEdges { top: false, .. }) => {
                        edges.push(Edge { item, row: grids[item].row - MODULE_GAP_ROWS });
                    }
                    (None, MovedEdges { foot: false, .. }) => {
                        edges.push(Edge { item, row: grids[item].foot() });
                    }
                    (None, MovedEdges { top: true, foot: true }) => return None,
                }
            }
            if edges.is_empty() {
                // A foot that moved down may have come too close to what stands below it.
                let mut feet = (0..grids.len()).filter(|item| moved[*item].foot);
                let have_gaps = feet.all(|item| self.has_gap_below(&shifted, item));
                return have_gaps.then_some(modules);
            }
        }
    }

    /// True if the white row below a rectangle is free.
    fn has_gap_below(&self, grids: &[GridRect], item: usize) -> bool {
        let grid = grids[item];
        let gap = GridRect { row: grid.foot(), rows: MODULE_GAP_ROWS, ..grid };
        let mut others = reserved_places(self.context.pins).chain(grids.iter().copied());
        others.all(|other| !gap.overlaps(&other))
    }

    /// True if the rectangles lie on the rows for articles, do not overlap, and stand where the
    /// layout desk wants them. A previous geometry is input like any other, and requests may have
    /// changed.
    fn is_valid(&self, grids: &[GridRect]) -> bool {
        let SettleContext { page, pins, requested_places, .. } = *self.context;
        // Numbers of the input may be of any size: compare without adding them up.
        let is_within = |start: i64, length: i64, first: i64, most: i64| {
            length > 0 && start >= first && length <= most && start - first <= most - length
        };
        let is_on_page = |grid: &GridRect| {
            is_within(grid.column, grid.columns, page.column, page.columns)
                && is_within(grid.row, grid.rows, page.row, page.rows)
        };
        let is_free = |(index, grid): (usize, &GridRect)| {
            reserved_places(pins).all(|place| !grid.overlaps(&place))
                && grids[index + 1..].iter().all(|other| !grid.overlaps(other))
        };
        // The page first: only then are the numbers small enough to be added up in the tests after
        // it.
        grids.iter().all(is_on_page)
            && requested_places.iter().all(|request| request.place.matches(&grids[request.item]))
            && grids.iter().enumerate().all(is_free)
    }
}

/// The rectangles after their tops and feet have moved `down` rows.
fn move_edges(grids: &[GridRect], moved: &[MovedEdges], down: i64) -> Vec<GridRect> {
    let shift = |(grid, edges): (&GridRect, &MovedEdges)| {
        // A module with both edges moved keeps its depth and moves whole.
        let top = if edges.top { down } else { 0 };
        let foot = if edges.foot { down } else { 0 };
        GridRect { row: grid.row + top, rows: grid.rows + foot - top, ..*grid }
    };
    grids.iter().zip(moved).map(shift).collect()
}

/// The modules above an edge and those below it, as far as they are connected with the module of
/// the edge by shared columns.
fn modules_at_edge(grids: &[GridRect], edge: Edge) -> [Vec<usize>; 2] {
    let ends_at_edge = |item: &usize| grids[*item].foot() == edge.row;
    let starts_at_edge = |item: &usize| grids[*item].row == edge.row + MODULE_GAP_ROWS;
    let mut connected = vec![edge.item];
    let mut next = 0;
    while let Some(item) = connected.get(next).copied() {
        // The list grows while it is read: each module is visited once, so the loop ends. Modules
        // above lead to modules below them, and back.
        let is_above = ends_at_edge(&item);
        let neighbours: Vec<usize> = (0..grids.len())
            .filter(|other| grids[item].shares_columns(&grids[*other]))
            .filter(|other| if is_above { starts_at_edge(other) } else { ends_at_edge(other) })
            .filter(|other| !connected.contains(other))
            .collect();
        connected.extend(neighbours);
        next += 1;
    }
    let (above, below) = connected.into_iter().partition(ends_at_edge);
    [above, below]
}

/// Distance from the top of a module to its first column of body; zero without body.
fn body_drop(module: &PlacedModule, step: &DensityStep) -> Abs {
    let first_row = module.text_columns().next().map(|column| module.body_start_row(column));
    first_row.map_or(Abs::ZERO, |row| step.pitch * (row - module.grid.row))
}

/// Rows of white at the foot of the shortest column.
fn foot_white(module: &PlacedModule) -> i64 {
    module.poured.short_rows().max().unwrap_or(0)
}

/// Cost of requests that may have changed since the previous round and that a layout does not
/// meet: articles to be kept apart, grades, the order of importance, rows that became free. A
/// headline that yields as it did before is no debt.
pub(crate) fn request_debt(layout: &JudgedLayout, context: &SettleContext<'_>) -> i64 {
    let has_previous_size = |item: &usize| {
        let module = layout.modules.iter().find(|module| module.item == *item);
        let id = &context.task.items[*item].id;
        let previous = context.task.previous.iter().find(|previous| previous.id == *id);
        module.map(|module| module.head.headline_size)
            == previous.map(|previous| previous.headline_size)
    };
    let is_new_inversion = |charge: &LayoutCharge| {
        charge.fault == LayoutFault::SizeOrder
            && (charge.items.len() > 1 || !charge.items.iter().all(has_previous_size))
    };
    let is_debt = |charge: &&LayoutCharge| {
        // Faults of other kinds come with the copy, or were accepted in the previous round.
        matches!(charge.fault, LayoutFault::Adjacent | LayoutFault::GradeDiffers)
            || is_new_inversion(charge)
    };
    let requests: i64 = layout.charges.iter().filter(is_debt).map(|charge| charge.cost).sum();
    requests + empty_cells(&layout.modules, context) * WHITE_ROW
}

/// Number of cells in which nothing stands, the white row between two modules not counted.
fn empty_cells(modules: &[PlacedModule], context: &SettleContext<'_>) -> i64 {
    let page = context.page;
    let grids = modules.iter().map(|module| module.grid);
    let mut grids: Vec<GridRect> = grids.chain(reserved_places(context.pins)).collect();
    grids.sort_by_key(|grid| grid.row);
    let empty_in_column = |column: i64| {
        let (mut last_foot, mut empty, mut gap) = (page.row, 0, 0);
        // From the top down; `gap` is 0 above the first module, which has no white row over it.
        for grid in grids.iter().filter(|grid| grid.column_range().contains(&column)) {
            empty += (grid.row - last_foot - gap).max(0);
            (last_foot, gap) = (grid.foot(), MODULE_GAP_ROWS);
        }
        empty + (page.foot() - last_foot).max(0)
    };
    page.column_range().map(empty_in_column).sum()
}
