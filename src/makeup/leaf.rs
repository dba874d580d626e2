//! What one article may look like over a width of the page: where its head stands, how large it is, and the
//! depths it can take.

use crate::fit::{
    Bodies, Head, HeadSet, Poured, Rank, Ready, air_cost, depth_of, heads, pour_best, rows_of,
};
use crate::makeup::score;
use crate::model::{HeadWish, HouseStyle, Step};
use crate::unit::Abs;

/// Where the head stands (题文相配).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// Above the body, as wide as the module (盖文题).
    Above,
    /// Over so many columns from the left; the others run up to its top (串文题).
    Left(i64),
}

/// One form of an article over a width.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// Where the head stands.
    pub(crate) position: Position,
    /// The head.
    pub(crate) head: Head,
    /// The rows that the head may take.
    pub(crate) head_rows: [i64; 2],
    /// The fewest, the usual and the most rows of the module.
    pub(crate) rows: [i64; 3],
    /// What it costs.
    pub(crate) cost: i64,
    /// The white beside the head's lines, from the edge of the columns it spans.
    pub(crate) white: Abs,
}

/// An article over a width.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    /// Its forms, best first, never empty.
    pub(crate) forms: Vec<Form>,
    /// The body under a head as wide as the module.
    pub(crate) poured: Poured,
}

/// So many heads are tried over a part of the columns.
const HEADS_LEFT: usize = 2;

/// An article over every width of the page.
pub(crate) fn leaves(
    ready: &Ready,
    style: &HouseStyle,
    step: &Step,
    bodies: &Bodies,
    rank: Rank,
) -> Vec<Leaf> {
    let sets: Vec<HeadSet> =
        (1..=step.columns).map(|span| heads(ready, style, step, step.width(span), rank)).collect();
    (1..=step.columns)
        .map(|columns| {
            let air = style.crosshead_air;
            let offsets = vec![0; index(columns) + 1];
            let poured = pour_best(bodies, &offsets, air);
            let shape = |depth: i64, columns_depth: i64| {
                let lead =
                    if rank == Rank::Lead { score::lead_width(columns, step.columns) } else { 0 };
                lead + score::shape(columns, depth, step.columns, step.rows)
                    + score::short_columns(columns_depth, style.column_lines_min)
                    + score::long_columns(columns_depth, step.rows)
            };
            let mut forms = Vec::new();
            let set = &sets[index(columns)];
            for head in set.heads() {
                let head_rows = [set.least(head), set.most(head)];
                let rows = [head_rows[0], head.rows, head_rows[1]].map(|rows| rows + poured.depth);
                forms.push(Form {
                    position: Position::Above,
                    cost: poured.cost
                        + head.cost
                        + shape(rows[1], poured.depth)
                        + score::head_heavy(head.rows, poured.depth),
                    white: white(head, ready, step.width(columns)),
                    head: head.clone(),
                    head_rows,
                    rows,
                });
            }
            // §4.3: at least half of the columns.
            let body = rows_of(bodies.best(), air);
            for span in (columns + 1) / 2..columns {
                let set = &sets[index(span)];
                for head in set.heads().iter().take(HEADS_LEFT) {
                    let head_rows = [set.least(head), set.most(head)];
                    let deep = |rows: i64| {
                        depth_of(body, &offsets_of(Position::Left(span), columns, rows))
                    };
                    let rows = [head_rows[0], head.rows, head_rows[1]].map(deep);
                    let under = rows[0] - head_rows[1];
                    if under < style.column_lines_min {
                        continue;
                    }
                    forms.push(Form {
                        position: Position::Left(span),
                        cost: poured.cost + head.cost + shape(rows[1], under) + score::LEFT,
                        white: white(head, ready, step.width(span)),
                        head: head.clone(),
                        head_rows,
                        rows,
                    });
                }
            }
            // One column cannot have its head over a part of it.
            let wanted = |form: &Form| match ready.head {
                HeadWish::Any | HeadWish::Centred | HeadWish::Vertical => true,
                HeadWish::Above => form.position == Position::Above,
                HeadWish::Left => form.position != Position::Above,
            };
            if forms.iter().any(wanted) {
                forms.retain(wanted);
            }
            forms.sort_by_key(|form| form.cost);
            Leaf { forms, poured }
        })
        .collect()
}

fn index(columns: i64) -> usize {
    usize::try_from(columns - 1).unwrap_or(0)
}

/// The rows by which each column starts lower under a head of `rows`; none where the head spans all of them and
/// the body starts below it as a whole.
pub(crate) fn offsets_of(position: Position, columns: i64, rows: i64) -> Vec<i64> {
    match position {
        Position::Above => vec![0; index(columns) + 1],
        Position::Left(span) => (0..columns).map(|k| if k < span { rows } else { 0 }).collect(),
    }
}

/// The white at each side of the widest line of the headline, centred over `width`.
fn white(head: &Head, ready: &Ready, width: Abs) -> Abs {
    (width - head.width(ready)).max(Abs::ZERO) / 2
}

/// What depths off the usual cost, shared over the parts: as for a head's white.
pub(crate) fn off(rows: i64, usual: i64, parts: i64) -> i64 {
    let parts = parts.max(1);
    air_cost((rows - usual) / parts) * parts
}
