//! Giving every module its place and depth.

use crate::fit::{Bodies, Head, Poured, pour_into};
use crate::makeup::search::{Field, GAP, Part, Tree};
use crate::model::HouseStyle;

/// An article on the grid.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Its place in the record.
    pub article: usize,
    /// First column.
    pub column: i64,
    /// First row.
    pub row: i64,
    /// Basic columns.
    pub columns: i64,
    /// Rows.
    pub rows: i64,
    /// Rows of its head.
    pub head_rows: i64,
    /// Its head.
    pub head: Head,
    /// Its body.
    pub poured: Poured,
    /// The rule below it: in the white row to the module under it.
    pub rule_below: bool,
    /// The rule at its right.
    pub rule_right: bool,
}

/// Places every article of a layout on rows `top` and below.
pub(crate) fn settle(
    part: &Part,
    field: &Field<'_>,
    bodies: &[Bodies],
    order: &[usize],
    style: &HouseStyle,
    top: i64,
) -> Vec<Placed> {
    let mut settler = Settler { field, bodies, order, style, placed: Vec::new() };
    settler.part(part, Spot { column: 0, row: top, rows: field.rows, below: false, right: false });
    settler.placed.sort_by_key(|placed| placed.article);
    settler.placed
}

#[derive(Clone, Copy)]
struct Spot {
    column: i64,
    row: i64,
    rows: i64,
    /// Whether another module lies below, and at the right.
    below: bool,
    right: bool,
}

struct Settler<'a> {
    field: &'a Field<'a>,
    bodies: &'a [Bodies],
    order: &'a [usize],
    style: &'a HouseStyle,
    placed: Vec<Placed>,
}

impl Settler<'_> {
    fn part(&mut self, part: &Part, spot: Spot) {
        match &part.tree {
            Tree::Leaf(rank, head) => self.leaf((*rank, *head), part.columns, spot),
            Tree::Stack(above, below) => {
                let rows = spot.rows - GAP;
                let upper = share(above, below, rows);
                self.part(above, Spot { rows: upper, below: true, ..spot });
                self.part(below, Spot { row: spot.row + upper + GAP, rows: rows - upper, ..spot });
            }
            Tree::Beside(left, right) => {
                self.part(left, Spot { right: true, ..spot });
                self.part(right, Spot { column: spot.column + left.columns, ..spot });
            }
        }
    }

    fn leaf(&mut self, (rank, head): (usize, usize), columns: i64, spot: Spot) {
        let article = self.order[rank];
        let leaf = &self.field.leaves[rank][usize::try_from(columns - 1).unwrap_or(0)];
        let head = &leaf.heads.heads()[head];
        let least = leaf.heads.least(head);
        let wanted = spot.rows - leaf.poured.depth;
        let head_rows = wanted.clamp(least, leaf.heads.most(head)).min(spot.rows);
        let poured = if wanted >= least {
            leaf.poured.clone()
        } else {
            let depth = (spot.rows - head_rows).max(0);
            pour_into(self.bodies[article].best(), columns, depth, self.style.crosshead_air)
        };
        self.placed.push(Placed {
            article,
            column: spot.column,
            row: spot.row,
            columns,
            rows: spot.rows,
            head_rows,
            head: head.clone(),
            poured,
            rule_below: spot.below,
            rule_right: spot.right,
        });
    }
}

/// The rows of the upper of two stacked parts that share `rows`: each takes its usual depth, and what is
/// over or missing is shared by the room each has for it.
fn share(above: &Part, below: &Part, rows: i64) -> i64 {
    let extra = rows - above.usual - below.usual;
    if extra >= 0 {
        let (room_above, room_below) = (above.most - above.usual, below.most - below.usual);
        let room = room_above + room_below;
        // Beyond what both can take the white goes to the foot of the lower one.
        let extra = extra.min(room);
        return above.usual + if room == 0 { 0 } else { extra * room_above / room };
    }
    let missing = -extra;
    let (room_above, room_below) = (above.usual - above.least, below.usual - below.least);
    let room = room_above + room_below;
    if missing <= room {
        return above.usual - missing * room_above / room.max(1);
    }
    // Not enough for both: the more important one stays whole as long as the other keeps a head.
    let floor = (below.least / 3).max(3).min(rows);
    above.least.min(rows - floor).max(0)
}
