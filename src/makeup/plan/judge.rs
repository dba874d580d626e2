//! Judging a settled layout: everything that it is charged with.
//!
//! The search charges a tree with its own faults. Here all places are known, so
//! every fault is charged once more, exactly: each module by itself, each pair of modules, the
//! cuts of the page, and the requests of the layout desk. The sum decides between layouts.

use crate::fit::{CROSSHEADS_BESIDE, white_rows_cost};
use crate::makeup::charge::{LayoutCharge, LayoutFault};
use crate::makeup::costs::{
    ACROSS, ADJACENT, FOOT, FOOT_MORE, GRADE, HEADS_BESIDE, LEAD_SMALLER, MIDDLE_CUT, MOVED,
    OVER_CHAR, SHORT_COLUMN_JUDGED, SIZE_ORDER, SIZE_ORDER_PERCENT, THROUGH, THROUGH_PERCENT,
    TOMBSTONE, TOMBSTONE_GUTTERS, TOMBSTONE_ROWS, WHITE_ROW, YIELD_DIVISOR, is_middle_cut,
    similar_sizes,
};
use crate::makeup::pinned::item_index_of;
use crate::makeup::placed::{MODULE_GAP_ROWS, PlacedModule};
use crate::makeup::plan::context::{JudgeContext, SettleContext};
use crate::model::LockSubject;
use crate::unit::{Abs, GridRect};

/// A layout with its cost and everything that it is charged with.
#[derive(Clone)]
pub(crate) struct JudgedLayout {
    /// Sum of the charges.
    pub(crate) cost: i64,
    /// The modules, by item.
    pub(crate) modules: Vec<PlacedModule>,
    /// The charges above 0.
    pub(crate) charges: Vec<LayoutCharge>,
}

/// Receives the charges of one module or of the cuts: fault, cost and place.
type ChargeSink<'a> = &'a mut dyn FnMut(LayoutFault, i64, GridRect);

/// Charges a settled layout with all its faults.
pub(crate) fn judge_layout(
    modules: Vec<PlacedModule>,
    context: &SettleContext<'_>,
    judge: &JudgeContext<'_>,
) -> JudgedLayout {
    let mut charges = collect_charges(&modules, judge);
    for module in &modules {
        let id = &context.task.items[module.item].id;
        let previous = context.task.previous.iter().find(|previous| previous.id == *id);
        // A change of depth alone is no move: what stands below it takes up the rows.
        let has_moved = previous.is_some_and(|previous| {
            let place = |grid: GridRect| (grid.column, grid.row, grid.columns);
            place(previous.grid) != place(module.grid)
        });
        if has_moved {
            let items = vec![module.item];
            let fault = LayoutFault::Moved;
            charges.push(LayoutCharge { fault, cost: MOVED, items, grid: module.grid });
        }
    }
    // A charge of nothing is no fault, and the list is shown to the layout desk.
    charges.retain(|charge| charge.cost > 0);
    let cost = charges.iter().map(|charge| charge.cost).sum();
    JudgedLayout { cost, modules, charges }
}

/// All charges of a settled layout but for the modules that moved.
fn collect_charges(modules: &[PlacedModule], judge: &JudgeContext<'_>) -> Vec<LayoutCharge> {
    let mut charges = Vec::new();
    for (index, module) in modules.iter().enumerate() {
        charge_module(module, judge, &mut |fault, cost, grid| {
            charges.push(LayoutCharge { fault, cost, items: vec![module.item], grid });
        });
        // Each pair once; `charge_pair` finds out which of the two is the upper one.
        for other in &modules[index + 1..] {
            charge_pair(module, other, judge, &mut charges);
        }
    }
    let grids = modules.iter().map(|module| module.grid);
    charge_cuts(grids, judge, &mut |fault, cost, grid| {
        charges.push(LayoutCharge { fault, cost, items: Vec::new(), grid });
    });
    charge_requests(modules, judge, &mut charges);
    charges
}

/// Charges the requests of the layout desk that the layout does not meet: articles to be kept apart
/// that touch, articles of one grade that are not treated alike.
fn charge_requests(
    modules: &[PlacedModule],
    judge: &JudgeContext<'_>,
    charges: &mut Vec<LayoutCharge>,
) {
    let module_of = |article: usize| {
        let item = item_index_of(judge.items, LockSubject::Article(article))?;
        modules.iter().find(|module| module.item == item)
    };
    for pair in &judge.requests.apart_pairs {
        // An article that is left off touches nothing.
        let (Some(a), Some(b)) = (module_of(pair[0]), module_of(pair[1])) else { continue };
        if are_adjacent(&a.grid, &b.grid) {
            let items = vec![a.item, b.item];
            let fault = LayoutFault::Adjacent;
            charges.push(LayoutCharge { fault, cost: ADJACENT, items, grid: b.grid });
        }
    }
    for group in &judge.requests.same_grade_groups {
        let modules: Vec<&PlacedModule> =
            group.iter().filter_map(|article| module_of(*article)).collect();
        let Some(first) = modules.first() else { continue };
        // Depth follows the length of the copy, so only width and size make a grade.
        let is_alike = |module: &&PlacedModule| {
            module.grid.columns == first.grid.columns
                && module.head.headline_size == first.head.headline_size
        };
        if !modules.iter().all(is_alike) {
            let items = modules.iter().map(|module| module.item).collect();
            let fault = LayoutFault::GradeDiffers;
            charges.push(LayoutCharge { fault, cost: GRADE, items, grid: first.grid });
        }
    }
}

/// True if two modules share an edge: side by side in one row, or stacked in one column with no
/// more than the white row between them.
fn are_adjacent(a: &GridRect, b: &GridRect) -> bool {
    let are_stacked =
        (a.foot() - b.row).abs() <= MODULE_GAP_ROWS || (b.foot() - a.row).abs() <= MODULE_GAP_ROWS;
    a.shares_rows(b) && a.touches_side(b) || a.shares_columns(b) && are_stacked
}

/// Returns a lower bound of the cost of a module once its body is poured. Head white is excluded:
/// the head may still shrink.
pub(crate) fn least_module_cost(module: &PlacedModule, judge: &JudgeContext<'_>) -> i64 {
    let mut sum = 0;
    // All other charges of a module are fixed once it is poured: later steps only add to them.
    charge_module(module, judge, &mut |fault, cost, _| {
        sum += if fault == LayoutFault::HeadAir { 0 } else { cost };
    });
    sum
}

/// Charges a module by itself: its column feet, its white, its copy without room, its head, its
/// crossheads, its short columns, and the cost of its form.
fn charge_module(module: &PlacedModule, judge: &JudgeContext<'_>, sink: ChargeSink<'_>) {
    let mut charge = |fault, cost, grid| {
        if cost > 0 {
            sink(fault, cost, grid);
        }
    };
    // `level` below is the least of the short rows, so no difference is negative.
    let (grid, poured) = (module.grid, &module.poured);
    // Feet that are all equally short are level: the missing rows are white, not uneven.
    let level = poured.level_short_rows();
    let feet = poured.short_rows().map(|short| match short - level {
        0 => 0,
        1 => FOOT,
        more => FOOT + FOOT_MORE * (more - 1),
    });
    // A module that ends above its neighbours is seen as a short foot.
    let hanging = if module.white_rows_below > 0 { FOOT } else { 0 };
    charge(LayoutFault::UnevenFeet, feet.sum::<i64>() + hanging, grid);
    if !module.head.wording.is_vertical {
        let cost = white_rows_cost(module.head_rows - module.head.rows);
        charge(LayoutFault::HeadAir, cost, module.head_grid());
    }
    // The square: two headlines that yield a little look better than one that yields much.
    let yielded = module.yield_percent * module.yield_percent / YIELD_DIVISOR;
    charge(LayoutFault::SizeOrder, yielded, module.head_grid());
    // The first row short of a single foot is charged as an uneven foot, not as white as well.
    let mut white =
        poured.short_rows().map(|short| level + (short - level - 1).max(0)).sum::<i64>();
    // Without body there are no feet. A column is white from the end of its head and pictures on.
    if module.text_columns().is_empty() {
        let inside = module.inside_rows();
        white = module.column_offsets.iter().map(|offset| (inside - offset).max(0)).sum();
    }
    white += module.white_rows_below * grid.columns;
    charge(LayoutFault::White, white * WHITE_ROW, grid);
    charge(LayoutFault::Overset, poured.over_rows * judge.measure_chars * OVER_CHAR, grid);
    charge(LayoutFault::CrossheadsBeside, poured.crossheads_beside * CROSSHEADS_BESIDE, grid);
    charge(LayoutFault::OwnForm, module.form_cost + poured.breaks_cost(), grid);
    // Columns are measured to the foot of the module, whether or not their copy reaches it.
    let foot = module.first_inside_row() + module.inside_rows();
    for column in module.text_columns() {
        let row = module.body_start_row(column);
        let lines = foot - row;
        if lines < judge.column_lines_min {
            let missing = judge.column_lines_min - lines;
            let place = GridRect::new(grid.column + column, row, 1, lines);
            charge(LayoutFault::ShortColumn, missing * missing * SHORT_COLUMN_JUDGED, place);
        }
    }
}

/// The lines of a head as they stand on the page: columns as lengths from the left edge of the type
/// area, rows as rows.
struct HeadBox {
    left: Abs,
    right: Abs,
    top_row: i64,
    foot_row: i64,
}

impl HeadBox {
    fn new(module: &PlacedModule, judge: &JudgeContext<'_>) -> Self {
        let (first, columns) = module.head_columns();
        let step = judge.step;
        let module_left = (step.width(1) + step.gutter) * module.grid.column;
        let left = module_left + module.inner_columns.column_left(first);
        let width = module.inner_columns.width(columns);
        let ink = module.head.width(&judge.items[module.item]).min(width);
        // Heads are centred, so the white is halved between the two sides.
        let white = (width - ink) / 2;
        let top_row = module.first_inside_row();
        Self {
            left: left + white,
            right: left + width - white,
            top_row,
            foot_row: top_row + module.head_rows,
        }
    }

    fn rows(&self) -> i64 {
        self.foot_row - self.top_row
    }

    /// The white between two heads side by side.
    fn distance(&self, other: &Self) -> Abs {
        if self.left < other.left { other.left - self.right } else { self.left - other.right }
    }
}

/// Charges the faults between two modules: heads that meet (碰题, R59), body below a foreign head,
/// headlines against the order of importance.
fn charge_pair(
    a: &PlacedModule,
    b: &PlacedModule,
    judge: &JudgeContext<'_>,
    charges: &mut Vec<LayoutCharge>,
) {
    // Of two modules at one height either may be called the upper one: they are not stacked, so the
    // tests below fail for both orders.
    let (upper, lower) = if a.grid.row < b.grid.row { (a, b) } else { (b, a) };
    let items = || vec![a.item, b.item];
    // A head in a frame, or one that runs down, is no pair for another.
    let is_plain = |module: &PlacedModule| {
        !module.is_framed()
            && !module.head.wording.is_vertical
            && module.head.headline_size > Abs::ZERO
    };
    let are_plain = is_plain(a) && is_plain(b);
    if are_plain && a.grid.touches_side(&b.grid) {
        charges.extend(heads_beside(a, b, judge));
    }
    // The columns below the upper module's head.
    let shares_columns = upper.head_grid().shares_columns(&lower.grid);
    // Rows between the foot of the upper head and the module below it. The upper head has too
    // little body under it if they are few, and the two heads read as one.
    let body_rows = lower.grid.row - (upper.first_inside_row() + upper.head_rows);
    let have_heads = upper.head_rows > 0 && lower.head_rows > 0;
    let are_stacked = upper.grid.foot() <= lower.grid.row;
    if are_plain && have_heads && shares_columns && are_stacked && body_rows < TOMBSTONE_ROWS {
        let rows = lower.grid.row + lower.head_rows - upper.grid.row;
        let grid = GridRect { row: upper.grid.row, rows, ..lower.grid };
        let fault = LayoutFault::Tombstone;
        charges.push(LayoutCharge { fault, cost: TOMBSTONE, items: items(), grid });
    }
    // A head over nothing: foreign body continues below it, without the white row for the rule.
    let touches = upper.grid.foot() == lower.grid.row && upper.inside_rows() == upper.head_rows;
    if shares_columns && touches && upper.head_rows > 0 {
        let fault = LayoutFault::UnderHead;
        charges.push(LayoutCharge { fault, cost: TOMBSTONE, items: items(), grid: lower.grid });
    }
    charges.extend(size_order(a, b, judge));
}

/// The charge for two modules whose heads stand side by side at one height; `None` if a column of
/// body separates them, or if their sizes are not similar.
fn heads_beside(
    a: &PlacedModule,
    b: &PlacedModule,
    judge: &JudgeContext<'_>,
) -> Option<LayoutCharge> {
    let (a_box, b_box) = (HeadBox::new(a, judge), HeadBox::new(b, judge));
    let top_row = a_box.top_row.max(b_box.top_row);
    // Negative where the heads share no row; then they are not level, since no head has negative
    // rows.
    let shared_rows = a_box.foot_row.min(b_box.foot_row) - top_row;
    // Heads are level if they share at least half of the smaller height.
    let is_level = shared_rows * 2 >= a_box.rows().min(b_box.rows());
    let sizes = [a, b].map(|module| module.head.headline_size.units());
    if !is_level || !similar_sizes(sizes[0], sizes[1]) {
        return None;
    }
    let (left, right) = if a.grid.column < b.grid.column { (a, b) } else { (b, a) };
    let (first, columns) = left.head_columns();
    // A head that stops short of the gutter has a column of body beside it, which parts the two.
    if first + columns < left.grid.columns || right.head_columns().0 > 0 {
        return None;
    }
    let is_close = a_box.distance(&b_box) <= judge.step.gutter * TOMBSTONE_GUTTERS;
    let (fault, cost) = if is_close {
        (LayoutFault::Tombstone, TOMBSTONE)
    } else {
        (LayoutFault::HeadsBeside, HEADS_BESIDE)
    };
    let (left, right) = (left.head_grid(), right.head_grid());
    let columns = right.right() - left.column;
    let grid = GridRect::new(left.column, top_row, columns, shared_rows);
    Some(LayoutCharge { fault, cost, items: vec![a.item, b.item], grid })
}

/// The charge for two modules of which the less important one has the larger headline (R62).
fn size_order(
    a: &PlacedModule,
    b: &PlacedModule,
    judge: &JudgeContext<'_>,
) -> Option<LayoutCharge> {
    // The lead comes before articles of its own weight too.
    let importance =
        |module: &PlacedModule| (judge.items[module.item].weight, module.item == judge.lead_item);
    let (major, minor) = if importance(a) > importance(b) { (a, b) } else { (b, a) };
    let sizes = [major, minor].map(|module| module.head.headline_size);
    let [major_size, minor_size] = sizes;
    // Equal importance: either may have the larger headline.
    let have_headlines = major_size > Abs::ZERO && minor_size > Abs::ZERO;
    if !have_headlines || importance(major) == importance(minor) || minor_size <= major_size {
        return None;
    }
    // Not negative: the lesser headline is larger here. The division rounds down, so a difference
    // under one percent costs only the fixed part.
    let percent = minor_size.units() * 100 / major_size.units().max(1) - 100;
    let lead = if major.item == judge.lead_item { LEAD_SMALLER } else { 0 };
    let cost = SIZE_ORDER + SIZE_ORDER_PERCENT * percent + lead;
    let items = vec![a.item, b.item];
    Some(LayoutCharge { fault: LayoutFault::SizeOrder, cost, items, grid: minor.head_grid() })
}

/// Returns the cost of the cuts of a page with modules at `grids`: gutters through the page and
/// cuts across it.
pub(crate) fn cut_cost(grids: impl Iterator<Item = GridRect>, judge: &JudgeContext<'_>) -> i64 {
    let mut sum = 0;
    charge_cuts(grids, judge, &mut |_, cost, _| sum += cost);
    sum
}

/// Charges gutters that go through the page (通线, R60) and cuts straight across it (断版, 腰斩).
fn charge_cuts(
    grids: impl Iterator<Item = GridRect>,
    judge: &JudgeContext<'_>,
    sink: ChargeSink<'_>,
) {
    let page = judge.page;
    let grids: Vec<GridRect> = grids.chain(judge.reserved.iter().copied()).collect();
    for column in 1..page.right() {
        // Every inner gutter is tested, also one at which no module ends: white leaves it open too.
        let (row, rows) = longest_open_run(&grids, column, &page);
        if rows * 100 >= page.rows * THROUGH_PERCENT {
            sink(LayoutFault::GutterThrough, THROUGH, GridRect::new(column, row, 0, rows));
        }
    }
    let mut cuts = 0;
    for grid in grids.iter().filter(|grid| grid.row > page.row) {
        let row = grid.row;
        // Modules that start on one row make one cut, counted at the leftmost.
        let is_counted = grids.iter().any(|other| other.row == row && other.column < grid.column);
        let is_crossed = grids.iter().any(|other| other.row < row && row < other.foot());
        // Above an advertisement over the whole width a cut is no fault.
        let is_above_box = judge.reserved.contains(grid) && grid.columns == page.columns;
        if is_counted || is_crossed || is_above_box {
            continue;
        }
        cuts += 1;
        let place = GridRect::new(0, row, page.columns, 0);
        // A cut in the middle is charged even if it is the only one.
        if is_middle_cut(row - page.row, page.rows) {
            sink(LayoutFault::MiddleCut, MIDDLE_CUT, place);
        } else if cuts > 1 {
            // One cut is allowed.
            sink(LayoutFault::CutAcross, ACROSS, place);
        }
    }
}

/// The longest run of rows in which nothing crosses the gutter before `column`: its first row and
/// its number of rows.
fn longest_open_run(grids: &[GridRect], column: i64, page: &GridRect) -> (i64, i64) {
    let crossing = grids.iter().filter(|grid| grid.crosses_gutter(column));
    let mut closed: Vec<(i64, i64)> = crossing.map(|grid| (grid.row, grid.foot())).collect();
    closed.sort_unstable();
    // A sentinel ends the last open run at the foot of the page.
    closed.push((page.foot(), page.foot()));
    let (mut open_row, mut longest) = (page.row, (page.row, 0));
    for (row, foot) in closed {
        // Strictly longer, so the uppermost of equal runs is reported. Rows that overlap the closed
        // part so far give a negative length and are ignored.
        if row - open_row > longest.1 {
            longest = (open_row, row - open_row);
        }
        open_row = open_row.max(foot);
    }
    longest
}
