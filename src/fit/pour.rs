//! Pours a body into columns whose feet are level (齐底).
//!
//! A column may start lower than the others: below a head that does not span them all (串文题), or
//! below a picture. `starts` gives the rows by which each column starts lower; a depth counts
//! from the highest possible start.
//!
//! The breaks between columns are chosen by dynamic programming ([`pour_level`]). The depth, and
//! the variant of the body ([`BodyVariants`]), are chosen around it by trying the few that can be
//! cheapest.

use std::ops::Range;

use crate::fit::body_variants::{BodyVariants, LooseParagraph, VariantRef};
use crate::fit::column_starts::ColumnStarts;
use crate::fit::composed_body::{ComposedBody, FORBIDDEN_BREAK};
use crate::fit::reflow::{LooseSet, Reflow};
use crate::model::COLUMNS_MAX;

/// A body in columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PouredBody {
    /// Rows from the highest possible start of a column to the feet.
    pub depth_rows: i64,
    /// Columns, from the left.
    pub columns: Vec<PouredColumn>,
    /// Index of the first piece that found no room; the number of pieces if all did.
    pub first_over_piece: usize,
    /// Rows of the pieces that found no room (排不下).
    pub over_rows: i64,
    /// Paragraphs that were set longer or shorter.
    pub reflow: Reflow,
    /// Number of crossheads that stand beside one in the column before (碰小题, R54).
    pub crossheads_beside: i64,
    /// Cost of feet, breaks, white and reflow.
    pub cost: i64,
}

/// A column of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PouredColumn {
    /// Pieces in the column.
    pub pieces: Range<usize>,
    /// Rows of white given to its pieces beyond the usual.
    pub air_rows: i64,
    /// Rows by which its foot is short.
    pub short_rows: i64,
}

impl PouredBody {
    /// Rows by which the foot of each column is short.
    pub fn short_rows(&self) -> impl Iterator<Item = i64> {
        self.columns.iter().map(|column| column.short_rows)
    }

    /// Cost of all feet.
    fn feet_cost(&self) -> i64 {
        self.short_rows().map(foot_cost).sum()
    }

    /// Cost of column breaks, white and reflow: the cost without feet and crossheads side by side.
    pub fn breaks_cost(&self) -> i64 {
        self.cost - self.feet_cost() - CROSSHEADS_BESIDE * self.crossheads_beside
    }

    /// Rows by which every column is short.
    pub fn level_short_rows(&self) -> i64 {
        self.short_rows().min().unwrap_or(0)
    }

    /// Rows by which the columns are short together.
    pub fn total_short_rows(&self) -> i64 {
        self.short_rows().sum()
    }
}

/// A foot one row short (R51, warning): worse than a widow, because it is seen across the page.
const FOOT_SHORT: i64 = 400;
/// A foot further short (R51, error): each row beyond the first, squared.
const FOOT_SHORTER: i64 = 400;
/// A row of white given to a crosshead: the first means to level feet (R51).
const CROSSHEAD_WHITE_ROW: i64 = 12;
/// Each row that a column is deeper than the body needs.
const DEEPER_ROW: i64 = 25;
/// Two crossheads side by side in adjacent columns (R54, warning). The make-up counts them at the
/// same cost.
pub(crate) const CROSSHEADS_BESIDE: i64 = 70;
/// Distance in rows from which on two crossheads are no longer side by side.
const CROSSHEADS_BESIDE_ROWS: i64 = 3;
/// Number of rows beyond the least depth that are tried for better breaks.
const DEPTHS_TRIED: i64 = 3;
/// Number of depths that are tried for copy that does not fill its columns.
const SHALLOW_DEPTHS_TRIED: usize = 8;
/// Rows short from which on a later start of a column is not tried: no reader accepts such a foot.
const FOOT_ROWS_TRIED: i64 = 12;

/// Pours the body at the depth at which its columns are cheapest, with paragraphs set longer where
/// that fills feet.
pub fn pour_at_best_depth(bodies: &BodyVariants, starts: &ColumnStarts) -> PouredBody {
    let body = bodies.best();
    let setting = BodySetting { body, loose: bodies.loose_paragraphs() };
    let best = pour_at_cheapest_depth(setting, starts, i64::MAX);
    // At a depth of all rows, one column that starts at the top holds the whole body.
    let best = best.unwrap_or_else(|| fill_columns(body, starts, body.total_rows()));
    lengthen_if_cheaper(bodies, best, &|setting, limit| {
        pour_at_cheapest_depth(setting, starts, limit)
    })
}

/// Pours the body at exactly `depth` rows. Pieces that find no room are over.
pub fn pour_at_depth(bodies: &BodyVariants, starts: &ColumnStarts, depth: i64) -> PouredBody {
    let best = pour_into_columns(bodies, starts, depth);
    if best.over_rows == 0 {
        let room = total_room(starts, depth);
        return lengthen_if_cheaper(bodies, best, &|setting, limit| {
            if setting.least_cost(room) < limit { pour_level(setting, starts, depth) } else { None }
        });
    }
    // A line or two are over: take the body that is as much shorter, if it has one.
    let shorter = |lines: usize| {
        let VariantRef { body, cost, reflow } = bodies.shorter_by(lines)?;
        let poured = pour_level(BodySetting { body, loose: &[] }, starts, depth)?;
        Some(PouredBody { reflow, cost: poured.cost + cost, ..poured })
    };
    // The fewest lines saved that make the copy fit.
    (1..=bodies.lines_saved_max()).find_map(shorter).unwrap_or(best)
}

/// Returns `best`, or a cheaper pouring in which paragraphs are set longer wherever they stand.
///
/// [`pour_level`] lengthens only paragraphs that lie in one column as a whole. This tries bodies
/// whose cheapest loose paragraphs are longer from the start, also across a column break. `pour`
/// pours a setting and may return `None` for one that costs `limit` or more.
fn lengthen_if_cheaper(
    bodies: &BodyVariants,
    best: PouredBody,
    pour: &dyn Fn(BodySetting<'_>, i64) -> Option<PouredBody>,
) -> PouredBody {
    // Level feet: no longer paragraph can win.
    let Ok(short @ 1..) = usize::try_from(best.total_short_rows()) else { return best };
    // Fill all short rows. The breaks may take or give a line, so the neighbours are tried too.
    [short, short - 1, short + 1].into_iter().fold(best, |best, lines| {
        let longer = || {
            let VariantRef { body, cost, reflow } = bodies.longer_by(lines)?;
            // Lines that cost more than there is to win are not poured at all.
            let limit = best.cost.checked_sub(cost).filter(|limit| *limit > 0)?;
            let poured = pour(BodySetting { body, loose: &[] }, limit)?;
            Some(PouredBody { reflow, cost: poured.cost + cost, ..poured })
        };
        longer().filter(|poured| poured.cost < best.cost).unwrap_or(best)
    })
}

/// Rows of all columns of a depth together.
fn total_room(starts: &ColumnStarts, depth: i64) -> i64 {
    starts.iter().map(|start| depth - start).sum()
}

/// A body and the paragraphs that may be set longer while it is poured.
#[derive(Clone, Copy)]
struct BodySetting<'a> {
    body: &'a ComposedBody,
    /// Cheapest first.
    loose: &'a [LooseParagraph],
}

/// Means by which a column that is deeper than its pieces is filled.
#[derive(Clone, Copy, Default)]
struct ColumnFilling {
    /// Cost of white, lengthened paragraphs and foot.
    cost: i64,
    /// Rows of white given to crossheads and pictures.
    air_rows: i64,
    /// Number of loose paragraphs of the column that are set longer, cheapest first.
    longer_lines: i64,
}

impl<'a> BodySetting<'a> {
    /// Returns the cheapest way to fill `missing` rows of a column, with up to `extra_rows` rows of
    /// white and the loose paragraphs that lie in the column.
    fn cheapest_filling(
        &self,
        column: Range<usize>,
        missing: i64,
        extra_rows: i64,
    ) -> ColumnFilling {
        let filling = |longer_lines: i64, lines_cost: i64| {
            // White takes what the lines leave, as far as it can; the rest is a short foot.
            let air_rows = (missing - longer_lines).min(extra_rows);
            let short = missing - longer_lines - air_rows;
            let cost = lines_cost + CROSSHEAD_WHITE_ROW * air_rows + foot_cost(short);
            ColumnFilling { cost, air_rows, longer_lines }
        };
        let mut best = filling(0, 0);
        let mut lines_cost = 0;
        // Loose paragraphs come cheapest first, so each count of lines is filled at its least cost.
        for (lines, (_, loose)) in (1..=missing).zip(self.loose_inside(column)) {
            lines_cost += loose.cost;
            // The lines alone only get more expensive.
            if lines_cost >= best.cost {
                break;
            }
            let next = filling(lines, lines_cost);
            if next.cost < best.cost {
                best = next;
            }
        }
        best
    }

    /// Loose paragraphs that lie in a column as a whole, with their indices.
    fn loose_inside(
        &self,
        column: Range<usize>,
    ) -> impl Iterator<Item = (usize, &'a LooseParagraph)> + use<'a> {
        let is_inside =
            move |pieces: &Range<usize>| column.start <= pieces.start && pieces.end <= column.end;
        self.loose.iter().enumerate().filter(move |(_, loose)| is_inside(&loose.pieces))
    }

    /// Rows, from the top of a column, on which its crossheads stand. `column` counts in pieces of
    /// the body before any of its paragraphs is set longer.
    fn crosshead_rows(
        self,
        column: Range<usize>,
        air_rows: i64,
        reflow: Reflow,
    ) -> impl Iterator<Item = i64> + 'a {
        let body = self.body;
        let first = body.crossheads.partition_point(|piece| *piece < column.start);
        let inside = body.crossheads[first..].iter().take_while(move |piece| **piece < column.end);
        inside.map(move |piece| {
            if *piece == column.start {
                return 0;
            }
            // White goes to the pieces from the top until it is used up.
            let above = body.column_rows(column.start, piece + 1);
            let loose_above = self.loose_inside(column.start..*piece);
            let longer_lines =
                loose_above.filter(|(index, _)| reflow.lengthens(*index)).count() as i64;
            let own_rows = body.pieces[*piece].depth_rows;
            above.rows - own_rows + air_rows.min(above.extra_rows) + longer_lines
        })
    }

    /// Lower bound on the cost of the body in columns of `room` rows together: as if any loose
    /// paragraph and any white could fill any column, and every row that is left were one short
    /// foot.
    fn least_cost(&self, room: i64) -> i64 {
        // Admissible: white lost at column tops only adds to the rows that are missing.
        let missing = (room - self.body.total_rows()).max(0);
        let cost = |longer_lines: i64, lines_cost: i64| {
            let air_rows = (missing - longer_lines).min(self.body.extra_rows());
            let short = missing - longer_lines - air_rows;
            lines_cost + CROSSHEAD_WHITE_ROW * air_rows + FOOT_SHORT * short
        };
        let sums = self.loose.iter().scan(0, |sum, loose| {
            *sum += loose.cost;
            Some(*sum)
        });
        let longer = sums.zip(1..=missing).map(|(lines_cost, lines)| cost(lines, lines_cost));
        longer.fold(cost(0, 0), i64::min)
    }
}

/// Lower bound on the cost of the body at exactly `depth` rows, in any reflow.
pub(crate) fn least_cost_at_depth(bodies: &BodyVariants, starts: &ColumnStarts, depth: i64) -> i64 {
    let setting = BodySetting { body: bodies.best(), loose: bodies.loose_paragraphs() };
    setting.least_cost(total_room(starts, depth))
}

/// Least depth at which `rows` rows go into columns.
pub(crate) fn least_depth(rows: i64, starts: &[i64]) -> i64 {
    let count = (starts.len() as i64).max(1);
    let lowest_start = starts.iter().copied().max().unwrap_or(0);
    let lost: i64 = starts.iter().sum();
    // Rounded up. The column that starts lowest still holds a row.
    (rows + lost + count - 1).div_euclid(count).max(lowest_start + 1)
}

/// Least depth that the body can have. Quotes and pictures lose their white at column tops, so it
/// may be a little less than its rows need.
fn least_depth_of(body: &ComposedBody, starts: &ColumnStarts) -> i64 {
    let columns = (starts.len() as i64).max(1);
    least_depth(body.total_rows() - body.top_white_rows(columns), starts)
}

/// Pours a setting at the cheapest of the depths from the least on, where each further row has its
/// cost. `None` if no pouring costs less than `limit`.
fn pour_at_cheapest_depth(
    setting: BodySetting<'_>,
    starts: &ColumnStarts,
    limit: i64,
) -> Option<PouredBody> {
    let columns = (starts.len() as i64).max(1);
    let least = least_depth_of(setting.body, starts);
    let mut best: Option<PouredBody> = None;
    // Forbidden breaks may cost a row in each column, so that many more depths are tried.
    for depth in least..least + DEPTHS_TRIED + columns {
        let depth_cost = DEEPER_ROW * (depth - least) * columns;
        let best_cost = best.as_ref().map_or(limit, |best| best.cost);
        // Both terms grow with the depth, so deeper columns cannot be cheaper either.
        if best_cost <= depth_cost + setting.least_cost(total_room(starts, depth)) {
            break;
        }
        let Some(mut poured) = pour_level(setting, starts, depth) else { continue };
        poured.cost += depth_cost;
        if best.as_ref().is_none_or(|best| poured.cost < best.cost) {
            best = Some(poured);
        }
        // Beyond the usual tries, the first depth that holds the body at all is enough.
        if depth >= least + DEPTHS_TRIED && best.is_some() {
            break;
        }
    }
    best
}

/// Pours a body into columns of `depth` rows. Pieces that find no room are over.
pub(crate) fn pour_into_columns(
    bodies: &BodyVariants,
    starts: &ColumnStarts,
    depth: i64,
) -> PouredBody {
    let setting = BodySetting { body: bodies.best(), loose: bodies.loose_paragraphs() };
    pour_level(setting, starts, depth)
        .or_else(|| pour_shallow(setting, starts, depth))
        .unwrap_or_else(|| fill_columns(setting.body, starts, depth))
}

/// Pours copy that does not nearly fill its columns: level feet at a lesser depth, white below
/// them.
fn pour_shallow(setting: BodySetting<'_>, starts: &ColumnStarts, depth: i64) -> Option<PouredBody> {
    let least = least_depth_of(setting.body, starts);
    (least..depth).take(SHALLOW_DEPTHS_TRIED).find_map(|level| {
        let mut poured = pour_level(setting, starts, level)?;
        let cost_without_feet = poured.cost - poured.feet_cost();
        // Feet are level at the lesser depth, and all of them hang as high above the real one.
        poured.columns.iter_mut().for_each(|column| column.short_rows += depth - level);
        poured.cost = cost_without_feet + poured.feet_cost();
        poured.depth_rows = depth;
        Some(poured)
    })
}

/// Cheapest way to end a column before some piece.
#[derive(Clone, Copy)]
struct ColumnBreak {
    /// Cost of all columns up to the break.
    cost: i64,
    /// First piece of the last of them.
    column_start: usize,
}

/// Ends that a column may have: a window of pieces.
#[derive(Clone, Copy, Default)]
struct ColumnEnds {
    /// First piece of the window.
    first_piece: usize,
    /// Entries of the window in the table of all breaks.
    from: usize,
    to: usize,
}

/// All breaks, column after column; `None` where a column cannot end.
type BreakTable = [Option<ColumnBreak>];

impl ColumnEnds {
    /// Entries of the window.
    fn breaks<'a>(&self, table: &'a BreakTable) -> &'a BreakTable {
        &table[self.from..self.to]
    }

    /// Returns the cheapest way to end the column before `piece`; `None` if it cannot.
    fn at(&self, table: &BreakTable, piece: usize) -> Option<ColumnBreak> {
        *self.breaks(table).get(piece.checked_sub(self.first_piece)?)?
    }

    /// Piece after the window.
    fn end_piece(&self) -> usize {
        self.first_piece + self.to - self.from
    }
}

/// Pours all pieces into exactly these columns with the most level feet that the breaks allow.
/// `None` if they do not fit.
///
/// Dynamic programming, column by column. *State:* the cheapest cost of the first `k` columns if
/// they hold all pieces before a given one, and the piece with which column `k` starts. *Step:*
/// one more column from every such break to every later piece, at the cost of the break and of
/// filling the column to its foot. *Bounds:* a column can be short by no more than all columns
/// together, so after some columns only a narrow window of breaks is possible; and a column that
/// starts later has more to fill. The result is exact for feet, breaks, white, and paragraphs that
/// lie in one column, as long as no foot is more than [`FOOT_ROWS_TRIED`] rows short: starts beyond
/// such a foot are not tried. Two things are left out: crossheads side by side are counted
/// afterwards, because they couple two columns, and a paragraph that is set longer across a break
/// is tried afterwards ([`lengthen_if_cheaper`]).
fn pour_level(setting: BodySetting<'_>, starts: &ColumnStarts, depth: i64) -> Option<PouredBody> {
    let body = setting.body;
    let pieces = body.pieces.len();
    let columns = starts.len();
    if pieces == 0 {
        return Some(empty_body(depth));
    }
    let slack =
        total_room(starts, depth) - body.rows_before(pieces) + body.top_white_rows(columns as i64);
    // `slack` is the number of rows that all columns together leave empty, at the most.
    if slack < 0 {
        return None;
    }
    let mut table: Vec<Option<ColumnBreak>> = Vec::with_capacity(pieces + columns);
    // Before the first column nothing is poured, at no cost.
    table.push(Some(ColumnBreak { cost: 0, column_start: 0 }));
    let mut ends = [ColumnEnds::default(); COLUMNS_MAX + 1];
    ends[0] = ColumnEnds { first_piece: 0, from: 0, to: 1 };
    let mut full = 0;
    for k in 1..=columns {
        let depth_rows = depth - starts[k - 1];
        full += depth_rows;
        // After `k` columns, between `full - slack` and `full` rows are poured.
        let window = if k == columns {
            pieces..pieces + 1
        } else {
            // At least one piece in each column; the last piece is left to the last column.
            let first = body.first_piece_beyond(full - slack - 1).max(k);
            let last = body.first_piece_beyond(full + body.top_white_rows(k as i64)).min(pieces);
            first..last.max(first)
        };
        let from = table.len();
        let first_piece = window.start;
        NextColumn { setting, depth_rows, before: ends[k - 1] }.push_ends(window, &mut table);
        ends[k] = ColumnEnds { first_piece, from, to: table.len() };
    }
    let cost = ends[columns].at(&table, pieces)?.cost;
    // Trace the columns back from the last to the first.
    let mut column_bounds = [pieces; COLUMNS_MAX + 1];
    for k in (0..columns).rev() {
        column_bounds[k] = ends[k + 1].at(&table, column_bounds[k + 1])?.column_start;
    }
    let mut poured = PouredBody { cost, columns: Vec::with_capacity(columns), ..empty_body(depth) };
    let mut lengthened = LooseSet::default();
    // Lines added so far: each shifts the pieces behind it by one.
    let mut added = 0;
    for k in 0..columns {
        let column = column_bounds[k]..column_bounds[k + 1];
        let rows = body.column_rows(column.start, column.end);
        let missing = depth - starts[k] - rows.rows;
        let filling = setting.cheapest_filling(column.clone(), missing, rows.extra_rows);
        let ColumnFilling { air_rows, longer_lines, .. } = filling;
        let first_piece = column.start + added;
        // The cheapest ones, as the filling counted them.
        for ((index, _), _) in setting.loose_inside(column.clone()).zip(0..longer_lines) {
            lengthened.insert(index);
            added += 1;
        }
        poured.columns.push(PouredColumn {
            pieces: first_piece..column.end + added,
            air_rows,
            short_rows: missing - air_rows - longer_lines,
        });
    }
    poured.reflow = Reflow::longer(lengthened);
    poured.first_over_piece = pieces + added;
    poured.crossheads_beside = count_crossheads_beside(setting, &poured, &column_bounds, starts);
    poured.cost += CROSSHEADS_BESIDE * poured.crossheads_beside;
    Some(poured)
}

/// A column after those that are done.
struct NextColumn<'a> {
    setting: BodySetting<'a>,
    depth_rows: i64,
    /// Ends of the column before it.
    before: ColumnEnds,
}

impl NextColumn<'_> {
    /// Adds to the table the cheapest way to end the column before each piece of `window`.
    fn push_ends(&self, window: Range<usize>, table: &mut Vec<Option<ColumnBreak>>) {
        let Self { setting, depth_rows, before } = *self;
        let body = setting.body;
        let mut first_start = before.first_piece;
        // Lower bound on the cost of everything before this column.
        let before_costs = before.breaks(table).iter().flatten().map(|entry| entry.cost);
        let cost_before_min = before_costs.min().unwrap_or(0);
        for end in window {
            // Starts that make the column too full stay so for every later end.
            while first_start < end && body.column_rows(first_start, end).rows > depth_rows {
                first_start += 1;
            }
            let mut best: Option<ColumnBreak> = None;
            // From the fullest column on.
            for start in first_start..end.min(before.end_piece()) {
                let rows = body.column_rows(start, end);
                let missing = depth_rows - rows.rows;
                // Once a foot hangs this high, later starts are given up: their feet hang higher.
                if missing > depth_rows.min(FOOT_ROWS_TRIED) && start > first_start {
                    break;
                }
                let filling = setting.cheapest_filling(start..end, missing, rows.extra_rows).cost;
                // A later start has more to fill, and less to fill it with.
                if best.is_some_and(|best| cost_before_min + filling >= best.cost) {
                    break;
                }
                // The column before cannot end here, but it may end further down.
                let Some(entry) = before.at(table, start) else { continue };
                // No column break stands before the first piece of the body.
                let break_cost = if start == 0 { 0 } else { body.pieces[start].break_cost };
                let cost = entry.cost + break_cost + filling;
                if best.is_none_or(|best| cost < best.cost) {
                    best = Some(ColumnBreak { cost, column_start: start });
                }
            }
            table.push(best);
        }
    }
}

/// A body without pieces.
fn empty_body(depth_rows: i64) -> PouredBody {
    PouredBody {
        depth_rows,
        columns: Vec::new(),
        first_over_piece: 0,
        over_rows: 0,
        reflow: Reflow::Unchanged,
        crossheads_beside: 0,
        cost: 0,
    }
}

/// Counts the crossheads that stand less than three rows apart from one in the column before (碰小题,
/// R54). `column_bounds` are the first pieces of the columns before any paragraph is set longer.
fn count_crossheads_beside(
    setting: BodySetting<'_>,
    poured: &PouredBody,
    column_bounds: &[usize],
    starts: &ColumnStarts,
) -> i64 {
    if setting.body.crossheads.is_empty() {
        return 0;
    }
    let mut previous: Vec<i64> = Vec::new();
    let mut count = 0;
    for (k, (column, start)) in poured.columns.iter().zip(starts.iter()).enumerate() {
        let pieces = column_bounds[k]..column_bounds[k + 1];
        let rows = setting.crosshead_rows(pieces, column.air_rows, poured.reflow);
        let current: Vec<i64> = rows.map(|row| start + row).collect();
        let is_beside =
            |row: &&i64| previous.iter().any(|other| (*row - other).abs() < CROSSHEADS_BESIDE_ROWS);
        count += current.iter().filter(is_beside).count() as i64;
        previous = current;
    }
    count
}

/// Cost of a foot that is `short` rows short.
fn foot_cost(short: i64) -> i64 {
    match short {
        0 => 0,
        1 => FOOT_SHORT,
        more => FOOT_SHORTER * (more - 1) * (more - 1) + FOOT_SHORT,
    }
}

/// Fills column after column: for copy that does not fill its columns, or does not fit.
fn fill_columns(body: &ComposedBody, starts: &ColumnStarts, depth: i64) -> PouredBody {
    let pieces = body.pieces.len();
    let mut poured = empty_body(depth);
    let mut start = 0;
    for column_start in starts.iter() {
        let depth_rows = (depth - column_start).max(0);
        let mut end = start;
        // A piece deeper than the column leaves it empty; a later column may start higher.
        while end < pieces && body.piece_rows(start..end + 1) <= depth_rows {
            end += 1;
        }
        // Step back from a break that the rules forbid, unless nothing would be left.
        let mut back = end;
        while back < pieces && back > start + 1 && body.pieces[back].break_cost >= FORBIDDEN_BREAK {
            back -= 1;
        }
        if back < pieces && body.pieces[back].break_cost < FORBIDDEN_BREAK {
            end = back;
        }
        let rows = body.column_rows(start, end);
        // Where the copy ends, no white is needed to fill the column.
        let missing = depth_rows - rows.rows;
        let air_rows = if end < pieces { rows.extra_rows.min(missing) } else { 0 };
        let short_rows = missing - air_rows;
        poured.columns.push(PouredColumn { pieces: start..end, air_rows, short_rows });
        start = end;
    }
    poured.first_over_piece = start;
    poured.over_rows = body.pieces[start..].iter().map(|piece| piece.depth_rows).sum();
    poured.cost = poured.feet_cost();
    poured
}
