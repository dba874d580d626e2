//! Slicing the page: every way to cut it into one rectangle an article, in the editor's order.
//!
//! A layout is a tree of cuts: articles stacked, or set side by side. For each run of neighbours in the
//! order of importance and each width in basic columns, the search keeps the best few trees with the
//! range of depths they can take. Stacking adds ranges, setting side by side intersects them.

use std::rc::Rc;

use crate::fit::{Head, HeadSet, Poured, air_cost};
use crate::makeup::score::{self, BUMP, RANK, THROUGH, THROUGH_PERCENT, WHITE_ROW};

/// An article over a width: what it needs.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    /// Heads over the width.
    pub(crate) heads: HeadSet,
    /// The body in that many columns.
    pub(crate) poured: Poured,
    /// What its own shape costs.
    pub(crate) cost: i64,
}

/// What the search is given.
pub(crate) struct Field<'a> {
    /// By article, then by columns less one.
    pub(crate) leaves: &'a [Vec<Leaf>],
    /// Basic columns of the page.
    pub(crate) columns: i64,
    /// Rows free for articles.
    pub(crate) rows: i64,
    /// 字 in a row of one column.
    pub(crate) chars: i64,
}

/// Rows between two modules stacked: white with the rule in it.
pub const GAP: i64 = 1;

/// A tree of cuts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tree {
    /// One article, by its place in the order, under one of its heads.
    Leaf(usize, usize),
    /// One above the other.
    Stack(Rc<Part>, Rc<Part>),
    /// Side by side.
    Beside(Rc<Part>, Rc<Part>),
}

/// A tree with its width and the depths it can take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The cuts.
    pub(crate) tree: Tree,
    /// Basic columns.
    pub(crate) columns: i64,
    /// The fewest rows it can take.
    pub(crate) least: i64,
    /// The most rows it can take without white.
    pub(crate) most: i64,
    /// The rows it takes when it may choose.
    pub(crate) usual: i64,
    /// What it costs, but for its depth.
    pub(crate) cost: i64,
    /// How many articles share what its depth is off: those stacked, not those side by side.
    pub(crate) leaves: i64,
}

/// What depths off the usual cost, shared over the parts: as [`air_cost`] has it for a head.
fn off(part: &Part, rows: i64) -> i64 {
    let parts = part.leaves.max(1);
    air_cost((rows - part.usual) / parts) * parts
}

/// The best layouts of the whole page, best first.
pub(crate) fn search(field: &Field<'_>, wanted: usize) -> Vec<Rc<Part>> {
    let count = field.leaves.len();
    let keep = kept(count);
    let mut table: Table = vec![vec![Vec::new(); count + 1]; count];
    for length in 1..=count {
        for from in 0..=count - length {
            let to = from + length;
            let mut widths = Vec::new();
            for columns in 1..=field.columns {
                let parts = parts(field, &table, from, to, columns);
                let keep = if length == count { wanted.max(keep) } else { keep };
                widths.push(prune(parts, keep, field.rows));
            }
            table[from][to] = widths;
        }
    }
    let mut whole =
        std::mem::take(&mut table[0][count][usize::try_from(field.columns - 1).unwrap_or(0)]);
    whole.sort_by_key(|part| total(part, field));
    whole.truncate(wanted);
    whole
}

/// The trees kept for a run of articles and a width: `[from][to][columns - 1]`. Trees share their branches.
type Table = Vec<Vec<Vec<Vec<Rc<Part>>>>>;

/// What a layout of the whole page costs.
pub(crate) fn total(part: &Part, field: &Field<'_>) -> i64 {
    let over = (part.least - field.rows).max(0) * field.columns * field.chars * score::OVER_CHAR;
    let white = (field.rows - part.most).max(0) * field.columns * WHITE_ROW;
    let inside = field.rows.clamp(part.least, part.most.max(part.least));
    part.cost + over + white + off(part, inside)
}

/// How many trees are kept for each run and width: fewer where there are more runs, so that the work
/// stays bounded.
fn kept(count: usize) -> usize {
    match count {
        0..=4 => 16,
        5..=6 => 10,
        7..=9 => 6,
        10..=14 => 3,
        _ => 1,
    }
}

/// Beyond this many articles a run is cut near its middle only.
const ALL_CUTS: usize = 16;

fn parts(field: &Field<'_>, table: &Table, from: usize, to: usize, columns: i64) -> Vec<Part> {
    let width = usize::try_from(columns).unwrap_or(1);
    if to - from == 1 {
        let leaf = &field.leaves[from][width - 1];
        let body = leaf.poured.depth;
        let part = |(k, head): (usize, &Head)| Part {
            tree: Tree::Leaf(from, k),
            columns,
            least: body + leaf.heads.least(head),
            most: body + leaf.heads.most(head),
            usual: body + head.rows,
            cost: leaf.cost + head.cost,
            leaves: 1,
        };
        return leaf.heads.heads().iter().enumerate().map(part).collect();
    }
    let mut out = Vec::new();
    let middle = usize::midpoint(from, to);
    #[expect(clippy::needless_range_loop, reason = "a cut is two indices")]
    for cut in from + 1..to {
        if to - from > ALL_CUTS
            && cut.abs_diff(middle) > ALL_CUTS / 4
            && cut - from > 2
            && to - cut > 2
        {
            continue;
        }
        for above in &table[from][cut][width - 1] {
            for below in &table[cut][to][width - 1] {
                out.push(stack(above, below));
            }
        }
        for left_width in 1..columns {
            let right_width = columns - left_width;
            let left_parts = &table[from][cut][usize::try_from(left_width - 1).unwrap_or(0)];
            let right_parts = &table[cut][to][usize::try_from(right_width - 1).unwrap_or(0)];
            for left in left_parts {
                for right in right_parts {
                    out.push(beside(field, left, right, from));
                }
            }
        }
    }
    out
}

fn stack(above: &Rc<Part>, below: &Rc<Part>) -> Part {
    Part {
        columns: above.columns,
        least: above.least + GAP + below.least,
        most: above.most + GAP + below.most,
        usual: above.usual + GAP + below.usual,
        cost: above.cost + below.cost,
        leaves: above.leaves + below.leaves,
        tree: Tree::Stack(Rc::clone(above), Rc::clone(below)),
    }
}

fn beside(field: &Field<'_>, left: &Rc<Part>, right: &Rc<Part>, from: usize) -> Part {
    let mut cost = left.cost + right.cost + BUMP;
    let least = left.least.max(right.least);
    let most = left.most.min(right.most);
    // Where the ranges do not meet, the shallower side stays white at its foot.
    let (shallow, narrow) = if left.most < right.most {
        (left.most, left.columns)
    } else {
        (right.most, right.columns)
    };
    cost += (least - shallow).max(0) * narrow * WHITE_ROW;
    if least * 100 >= field.rows * THROUGH_PERCENT {
        cost += THROUGH;
    }
    if from == 0 && left.columns < right.columns {
        cost += RANK;
    }
    let most = most.max(least);
    let usual = i64::midpoint(left.usual, right.usual).clamp(least, most);
    // Both sides take one depth; what pulls them from their own costs.
    cost += off(left, usual.clamp(left.least, left.most.max(left.least)));
    cost += off(right, usual.clamp(right.least, right.most.max(right.least)));
    Part {
        columns: left.columns + right.columns,
        least,
        most,
        usual,
        cost,
        leaves: left.leaves.min(right.leaves),
        tree: Tree::Beside(Rc::clone(left), Rc::clone(right)),
    }
}

/// Drops what another tree beats in every way, then keeps the cheapest, spread over the depths.
fn prune(mut parts: Vec<Part>, keep: usize, rows: i64) -> Vec<Rc<Part>> {
    parts.sort_by_key(|part| (part.cost, part.least, part.most));
    let mut out: Vec<Rc<Part>> = Vec::with_capacity(keep);
    for part in parts {
        // What is deeper than the page is of use only if nothing shallower exists.
        if part.least > rows && out.iter().any(|known| known.least <= part.least) {
            continue;
        }
        let beaten = out.iter().any(|known| known.least <= part.least && known.most >= part.most);
        if !beaten {
            out.push(Rc::new(part));
        }
        if out.len() >= keep * 4 {
            break;
        }
    }
    if out.len() <= keep {
        return out;
    }
    // The shallowest has to stay: it is what fits when all else is too deep.
    let shallowest = out.iter().min_by_key(|part| part.least).cloned();
    out.truncate(keep);
    if let Some(shallowest) = shallowest
        && !out.contains(&shallowest)
    {
        out.pop();
        out.push(shallowest);
    }
    out
}

/// The cost of one article over a width on its own.
pub(crate) fn leaf_cost(
    heads: &HeadSet,
    poured: &Poured,
    columns: i64,
    page: (i64, i64),
    wanted_lines: i64,
) -> i64 {
    let (page_columns, page_rows) = page;
    let deep = poured.depth + heads.best().rows;
    poured.cost
        + score::shape(columns, deep, page_columns, page_rows)
        + score::short_columns(poured.depth, wanted_lines)
        + score::long_columns(poured.depth, page_rows)
}
