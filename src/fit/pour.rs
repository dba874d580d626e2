//! Pouring a body into columns whose feet are level (齐底).
//!
//! A column may start lower than the others: under a head that does not span them all (串文题). `offsets`
//! names the rows by which each column starts lower; a depth counts from the highest start.

use std::ops::Range;

use crate::fit::bodies::{BodyVariants, LooseParagraph};
use crate::fit::compose::{ComposedBody, FORBIDDEN};
use crate::fit::reflow::{LooseSet, Reflow};
use crate::fit::starts::ColumnStarts;
use crate::model::COLUMNS_MAX;

/// A body in columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PouredBody {
    /// The rows from the highest start of a column to the feet.
    pub depth_rows: i64,
    /// Its columns.
    pub columns: Vec<PouredColumn>,
    /// The pieces that found no room, from here on.
    pub first_over_piece: usize,
    /// Their rows.
    pub over_rows: i64,
    /// How the body was run.
    pub reflow: Reflow,
    /// How many crossheads stand beside one of the column before (碰小题, R54).
    pub crossheads_beside: i64,
    /// What it costs.
    pub cost: i64,
}

/// A column of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PouredColumn {
    /// Its pieces.
    pub pieces: Range<usize>,
    /// The rows of white given to its crossheads beyond their usual.
    pub air_rows: i64,
    /// The rows by which its foot stays short.
    pub short_rows: i64,
}

impl PouredBody {
    /// The rows by which each column's foot stays short.
    pub fn short_rows(&self) -> impl Iterator<Item = i64> {
        self.columns.iter().map(|column| column.short_rows)
    }

    /// What all feet cost.
    fn feet(&self) -> i64 {
        self.short_rows().map(foot).sum()
    }

    /// What its breaks and its white cost, the feet and the crossheads side by side apart.
    pub fn breaks_cost(&self) -> i64 {
        self.cost - self.feet() - BESIDE * self.crossheads_beside
    }

    /// The rows by which all columns end above the foot.
    pub fn level_short_rows(&self) -> i64 {
        self.short_rows().min().unwrap_or(0)
    }

    /// The rows short of a level foot, over all columns.
    pub fn total_short_rows(&self) -> i64 {
        self.short_rows().sum()
    }
}

/// A foot one row short (warning): worse than a widow, for it is seen across the page.
const SHORT_ONE: i64 = 400;
/// A foot more than one row short (error), per row squared.
const SHORT_MORE: i64 = 400;
/// A row of white given to a crosshead.
const AIR_ROW: i64 = 12;
/// A row more than the columns need at least, per column.
const DEEPER: i64 = 25;
/// Two crossheads beside each other in adjacent columns (warning, R54).
const BESIDE: i64 = 70;
/// Less far apart they are a pair.
const BESIDE_ROWS: i64 = 3;
/// How many rows beyond the least are tried for better breaks.
const TRIES: i64 = 3;

/// Pours the body at the depth that levels its columns best, with paragraphs run longer where that fills feet.
pub fn pour_at_best_depth(bodies: &BodyVariants, offsets: &ColumnStarts) -> PouredBody {
    let (body, loose) = (bodies.best(), bodies.loose());
    let best = pour(BodySetting { body, loose }, offsets, i64::MAX);
    let best = best.unwrap_or_else(|| fill(body, offsets, total_rows(body)));
    longest(bodies, best, &|run, limit| pour(run, offsets, limit))
}

/// The same at exactly `depth` rows; what finds no room is over.
pub fn pour_at_depth(bodies: &BodyVariants, offsets: &ColumnStarts, depth: i64) -> PouredBody {
    let best = pour_into_columns(bodies, offsets, depth);
    if best.over_rows == 0 {
        // A body run longer than there is room for is no help.
        let room = room(offsets, depth);
        return longest(bodies, best, &|run, limit| {
            if run.floor(room) < limit { into(run, offsets, depth) } else { None }
        });
    }
    // A line or two over: a paragraph may be run shorter.
    let shorter = |lines: usize| {
        let (body, cost) = bodies.shorter(lines)?;
        let poured = into(BodySetting { body, loose: &[] }, offsets, depth)?;
        Some(PouredBody { reflow: Reflow::Shorter(lines), cost: poured.cost + cost, ..poured })
    };
    (1..=bodies.fewest()).find_map(shorter).unwrap_or(best)
}

/// The cheapest of a pouring whose feet are not level and those with paragraphs run longer that stand in two columns.
/// `pour` may give up what costs as much as it is told.
fn longest(
    bodies: &BodyVariants,
    best: PouredBody,
    pour: &dyn Fn(BodySetting<'_>, i64) -> Option<PouredBody>,
) -> PouredBody {
    let Some(short) = usize::try_from(best.total_short_rows()).ok().filter(|short| *short > 0)
    else {
        return best;
    };
    // The breaks may take or give a line, so its neighbours are tried too.
    let tried = [short, short.saturating_sub(1), short + 1].into_iter();
    tried.fold(best, |best, lines| {
        let longer = || {
            let (body, cost, runs) = bodies.longer(lines)?;
            // Lines that look worse by more than there is to win are not poured.
            let limit = best.cost.checked_sub(cost).filter(|limit| *limit > 0)?;
            let poured = pour(BodySetting { body, loose: &[] }, limit)?;
            Some(PouredBody { reflow: runs, cost: poured.cost + cost, ..poured })
        };
        longer().filter(|next| next.cost < best.cost).unwrap_or(best)
    })
}

/// The rows of columns of a depth.
fn room(offsets: &ColumnStarts, depth: i64) -> i64 {
    offsets.iter().map(|offset| depth - offset).sum()
}

/// A body and those of its paragraphs that can be run longer.
#[derive(Clone, Copy)]
struct BodySetting<'a> {
    body: &'a ComposedBody,
    /// Cheapest first.
    loose: &'a [LooseParagraph],
}

/// How the rows that a column is longer than its pieces are filled.
#[derive(Clone, Copy, Default)]
struct ColumnFilling {
    cost: i64,
    /// White given to crossheads.
    air: i64,
    /// Lines of loose paragraphs.
    lines: i64,
}

impl<'a> BodySetting<'a> {
    /// The cheapest filling of `missing` rows with up to `room` rows of white and the loose paragraphs that lie in
    /// `column`.
    fn filling(&self, column: Range<usize>, missing: i64, room: i64) -> ColumnFilling {
        let with = |lines: i64, run: i64| {
            let air = (missing - lines).min(room);
            ColumnFilling { cost: run + AIR_ROW * air + foot(missing - lines - air), air, lines }
        };
        let mut best = with(0, 0);
        let mut run = 0;
        for (lines, (_, loose)) in (1..=missing).zip(self.inside(column)) {
            run += loose.cost;
            if run >= best.cost {
                break;
            }
            let next = with(lines, run);
            if next.cost < best.cost {
                best = next;
            }
        }
        best
    }

    /// The loose paragraphs that lie in a column as a whole, with their numbers.
    fn inside(
        &self,
        column: Range<usize>,
    ) -> impl Iterator<Item = (usize, &'a LooseParagraph)> + use<'a> {
        let Range { start, end } = column;
        let lies = move |pieces: &Range<usize>| start <= pieces.start && pieces.end <= end;
        (0..).zip(self.loose).filter(move |(_, loose)| lies(&loose.pieces))
    }

    /// The rows, from the top of a column, on which its crossheads stand; the column is given in pieces at their best.
    fn crosshead_rows(
        self,
        column: Range<usize>,
        air: i64,
        reflow: Reflow,
    ) -> impl Iterator<Item = i64> + 'a {
        let body = self.body;
        let first = body.crossheads.partition_point(|at| *at < column.start);
        let inside = body.crossheads[first..].iter().take_while(move |at| **at < column.end);
        inside.map(move |at| {
            if *at == column.start {
                return 0;
            }
            // The white goes to what comes first.
            let (rows, room) = body.column(column.start, at + 1);
            let above = self.inside(column.start..*at);
            let longer = above.filter(|(index, _)| reflow.lengthens(*index)).count() as i64;
            rows - body.pieces[*at].depth_rows + air.min(room) + longer
        })
    }

    /// What the body costs at the least in columns of so many rows together.
    fn floor(&self, room: i64) -> i64 {
        let missing = (room - total_rows(self.body)).max(0);
        let with = |lines: i64, run: i64| {
            let air = (missing - lines).min(self.body.give());
            // Feet that are short by a row each cost least.
            run + AIR_ROW * air + SHORT_ONE * (missing - lines - air)
        };
        let sums = self.loose.iter().scan(0, |run, loose| {
            *run += loose.cost;
            Some(*run)
        });
        let longer = sums.zip(1..=missing).map(|(run, lines)| with(lines, run));
        longer.fold(with(0, 0), i64::min)
    }
}

/// What the body costs at the least at exactly `depth` rows, run as suits it.
pub(crate) fn least_cost_at_depth(
    bodies: &BodyVariants,
    offsets: &ColumnStarts,
    depth: i64,
) -> i64 {
    BodySetting { body: bodies.best(), loose: bodies.loose() }.floor(room(offsets, depth))
}

/// The least depth at which `rows` go into columns.
pub(crate) fn least_depth(rows: i64, offsets: &[i64]) -> i64 {
    let count = (offsets.len() as i64).max(1);
    let highest = offsets.iter().copied().max().unwrap_or(0);
    let sum: i64 = offsets.iter().sum();
    (rows + sum + count - 1).div_euclid(count).max(highest + 1)
}

/// The rows of a body with its usual white.
pub(crate) fn total_rows(body: &ComposedBody) -> i64 {
    body.piece_rows(0..body.pieces.len())
}

/// Pours the pieces into columns of the least depth that is worth its breaks. `None` if they do not go in for less than
/// `limit`.
fn pour(run: BodySetting<'_>, offsets: &ColumnStarts, limit: i64) -> Option<PouredBody> {
    let body = run.body;
    let count = (offsets.len() as i64).max(1);
    let total = total_rows(body);
    // Quotes and pictures at column tops drop their white, so the least depth may be a little less.
    let least = least_depth(total - body.top_white(count), offsets);
    let mut best: Option<PouredBody> = None;
    for depth in least..least + TRIES + count {
        let deeper = DEEPER * (depth - least) * count;
        let known = best.as_ref().map_or(limit, |known| known.cost);
        if known <= deeper + run.floor(room(offsets, depth)) {
            break;
        }
        let Some(mut poured) = into(run, offsets, depth) else { continue };
        poured.cost += deeper;
        if best.as_ref().is_none_or(|known| poured.cost < known.cost) {
            best = Some(poured);
        }
        if depth >= least + TRIES && best.is_some() {
            break;
        }
    }
    best
}

/// Pours a body into columns of `depth` rows, first to last; what finds no room is over.
pub(crate) fn pour_into_columns(
    bodies: &BodyVariants,
    offsets: &ColumnStarts,
    depth: i64,
) -> PouredBody {
    let run = BodySetting { body: bodies.best(), loose: bodies.loose() };
    into(run, offsets, depth)
        .or_else(|| shallow(run, offsets, depth))
        .unwrap_or_else(|| fill(run.body, offsets, depth))
}

/// Copy that is far short of its columns: level feet all the same, the white below them.
fn shallow(run: BodySetting<'_>, offsets: &ColumnStarts, depth: i64) -> Option<PouredBody> {
    let count = (offsets.len() as i64).max(1);
    let least = least_depth(total_rows(run.body) - run.body.top_white(count), offsets);
    (least..depth).take(SHALLOW_TRIES).find_map(|level| {
        let mut poured = into(run, offsets, level)?;
        let (white, own) =
            (depth - level, poured.breaks_cost() + BESIDE * poured.crossheads_beside);
        poured.columns.iter_mut().for_each(|column| column.short_rows += white);
        poured.cost = own + poured.feet();
        poured.depth_rows = depth;
        Some(poured)
    })
}

/// So many depths are tried for copy that does not fill its columns.
const SHALLOW_TRIES: usize = 8;

/// All pieces into exactly these columns, the feet as level as the breaks allow; `None` if they do not go in.
fn into(run: BodySetting<'_>, offsets: &ColumnStarts, depth: i64) -> Option<PouredBody> {
    let body = run.body;
    let pieces = body.pieces.len();
    let count = offsets.len();
    if pieces == 0 {
        return Some(nothing(depth));
    }
    let room_of = |k: usize| depth - offsets[k];
    // A column can be short by no more than all of them together, so after `k` columns only a few
    // ends are possible.
    let whole: i64 = (0..count).map(room_of).sum();
    let slack = whole - body.above(pieces) + body.top_white(count as i64);
    if slack < 0 {
        return None;
    }
    // Every end of every column, one column after the other.
    let mut all: Vec<ColumnBreak> = Vec::with_capacity(pieces + count);
    all.push(Some((0, 0)));
    let mut ends = [ColumnEnds::default(); COLUMNS_MAX + 1];
    ends[0] = ColumnEnds { first: 0, from: 0, to: 1 };
    let mut full = 0;
    for k in 1..=count {
        let depth = room_of(k - 1);
        full += depth;
        let first = body.beyond(full - slack - 1).max(k);
        let last = body.beyond(full + body.top_white(k as i64)).min(pieces + 1);
        let (first, last) =
            if k == count { (pieces, pieces + 1) } else { (first, last.min(pieces)) };
        let from = all.len();
        NextColumn { run, depth, before: ends[k - 1] }.ends(first..last.max(first), &mut all);
        ends[k] = ColumnEnds { first, from, to: all.len() };
    }
    let (cost, _) = ends[count].get(&all, pieces)?;
    // The columns from the last to the first.
    let mut starts = [pieces; COLUMNS_MAX + 1];
    for k in (0..count).rev() {
        starts[k] = ends[k + 1].get(&all, starts[k + 1])?.1;
    }
    let mut poured = PouredBody { cost, columns: Vec::with_capacity(count), ..nothing(depth) };
    let mut lengthened = LooseSet::default();
    // The pieces of paragraphs that run longer are more.
    let mut more = 0;
    for k in 0..count {
        let (start, end) = (starts[k], starts[k + 1]);
        let (rows, room) = body.column(start, end);
        let missing = room_of(k) - rows;
        let ColumnFilling { air, lines, .. } = run.filling(start..end, missing, room);
        for ((index, _), _) in run.inside(start..end).zip(0..lines) {
            lengthened.insert(index);
        }
        let first = start + more;
        more += usize::try_from(lines).unwrap_or(0);
        let short = missing - air - lines;
        poured.columns.push(PouredColumn {
            pieces: first..end + more,
            air_rows: air,
            short_rows: short,
        });
    }
    poured.reflow = Reflow::longer(lengthened);
    poured.first_over_piece = pieces + more;
    poured.crossheads_beside = beside(run, &poured, &starts, offsets);
    poured.cost += BESIDE * poured.crossheads_beside;
    Some(poured)
}

/// What all up to the end of a column costs at best, and where that column starts.
type ColumnBreak = Option<(i64, usize)>;

/// Where a column may end.
#[derive(Clone, Copy, Default)]
struct ColumnEnds {
    /// The first piece of which it is known.
    first: usize,
    /// Its ways among all.
    from: usize,
    to: usize,
}

impl ColumnEnds {
    fn ways<'a>(&self, all: &'a [ColumnBreak]) -> &'a [ColumnBreak] {
        &all[self.from..self.to]
    }

    fn get(&self, all: &[ColumnBreak], piece: usize) -> ColumnBreak {
        *self.ways(all).get(piece.checked_sub(self.first)?)?
    }
}

/// A column after those before it.
struct NextColumn<'a> {
    run: BodySetting<'a>,
    depth: i64,
    before: ColumnEnds,
}

impl NextColumn<'_> {
    /// The same for its own ends.
    fn ends(&self, range: Range<usize>, all: &mut Vec<ColumnBreak>) {
        let Self { run, depth, before } = *self;
        let body = run.body;
        let mut from = before.first;
        let known = before.first + before.to - before.from;
        // What everything before this column costs at the least.
        let floor = before.ways(all).iter().flatten().map(|(cost, _)| *cost).min().unwrap_or(0);
        for end in range {
            while from < end && body.column(from, end).0 > depth {
                from += 1;
            }
            let mut best: ColumnBreak = None;
            for start in from..end.min(known) {
                let (rows, room) = body.column(start, end);
                let missing = depth - rows;
                // Fuller columns come first; once a foot hangs this high no later start is better.
                if missing > depth.min(12) && start > from {
                    break;
                }
                // A later start has more to fill, and less to fill it with.
                let filling = run.filling(start..end, missing, room).cost;
                if best.is_some_and(|(known, _)| floor + filling >= known) {
                    break;
                }
                let Some((before, _)) = before.get(all, start) else { continue };
                let cut = if start == 0 { 0 } else { body.pieces[start].before };
                let sum = before + cut + filling;
                if best.is_none_or(|(known, _)| sum < known) {
                    best = Some((sum, start));
                }
            }
            all.push(best);
        }
    }
}

/// No body at all: no column of it.
fn nothing(depth: i64) -> PouredBody {
    PouredBody {
        depth_rows: depth,
        columns: Vec::new(),
        first_over_piece: 0,
        over_rows: 0,
        reflow: Reflow::Unchanged,
        crossheads_beside: 0,
        cost: 0,
    }
}

/// How many crossheads stand beside one of the column before, less than three rows apart (碰小题, R54). `starts` are the
/// pieces at their best with which the columns start.
fn beside(
    run: BodySetting<'_>,
    poured: &PouredBody,
    starts: &[usize],
    offsets: &ColumnStarts,
) -> i64 {
    if run.body.crossheads.is_empty() {
        return 0;
    }
    let mut last: Vec<i64> = Vec::new();
    let mut found = 0;
    for (k, (column, offset)) in poured.columns.iter().zip(offsets.iter()).enumerate() {
        let rows = run.crosshead_rows(starts[k]..starts[k + 1], column.air_rows, poured.reflow);
        let here: Vec<i64> = rows.map(|row| offset + row).collect();
        let close = |row: &&i64| last.iter().any(|known| (*row - known).abs() < BESIDE_ROWS);
        found += here.iter().filter(close).count() as i64;
        last = here;
    }
    found
}

fn foot(short: i64) -> i64 {
    match short {
        0 => 0,
        1 => SHORT_ONE,
        more => SHORT_MORE * (more - 1) * (more - 1) + SHORT_ONE,
    }
}

/// Fills column after column: for copy that does not fill its columns, or does not go in.
fn fill(body: &ComposedBody, offsets: &ColumnStarts, depth: i64) -> PouredBody {
    let pieces = body.pieces.len();
    let mut poured = PouredBody { first_over_piece: pieces, ..nothing(depth) };
    let mut start = 0;
    for offset in offsets.iter() {
        let depth = (depth - offset).max(0);
        let mut end = start;
        while end < pieces && body.piece_rows(start..end + 1) <= depth {
            end += 1;
        }
        // Step back from a break that the rules forbid, unless nothing would be left.
        let mut back = end;
        while back < pieces && back > start + 1 && body.pieces[back].before >= FORBIDDEN {
            back -= 1;
        }
        if back < pieces && body.pieces[back].before < FORBIDDEN {
            end = back;
        }
        let (rows, room) = body.column(start, end);
        // Copy that ends here needs no white to fill its column.
        let air = if end < pieces { room.min(depth - rows) } else { 0 };
        let short = depth - rows - air;
        poured.columns.push(PouredColumn { pieces: start..end, air_rows: air, short_rows: short });
        start = end;
    }
    poured.first_over_piece = start;
    poured.over_rows = body.pieces[start..].iter().map(|piece| piece.depth_rows).sum();
    poured.cost = poured.feet();
    poured
}
