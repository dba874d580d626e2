//! Giving every module its place and depth.

use crate::fit::{Bodies, Head, Poured, air_cost, heads_within, pour_at};
use crate::makeup::Task;
use crate::makeup::leaf::{Form, Position, offsets_of};
use crate::makeup::search::{Field, GAP, Layouts, Part, PartId, Tree};
use crate::model::Step;
use crate::unit::Abs;

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
    /// Where its head stands.
    pub position: Position,
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
    /// By how many hundredths its headline is smaller than its width would let it, for the sake of a more
    /// important one.
    pub yields: i64,
}

impl Placed {
    /// The columns that the head spans.
    pub fn head_columns(&self) -> i64 {
        match self.position {
            Position::Above => self.columns,
            Position::Left(span) => span,
        }
    }

    /// The row on which column `k` of the body starts.
    pub fn body_row(&self, k: i64) -> i64 {
        let under = k < self.head_columns();
        self.row + if under { self.head_rows } else { 0 }
    }
}

/// What a layout is settled with.
pub(crate) struct Ground<'a> {
    pub(crate) field: &'a Field<'a>,
    /// The bodies in the order of the record.
    pub(crate) bodies: &'a [Bodies],
    /// The articles in order of importance.
    pub(crate) order: &'a [usize],
    pub(crate) task: &'a Task<'a>,
    pub(crate) step: &'a Step,
    /// The first row for articles.
    pub(crate) top: i64,
}

/// Places every article of a layout.
pub(crate) fn settle(layouts: &Layouts, whole: PartId, ground: &Ground<'_>) -> Vec<Placed> {
    let mut settler = Settler { layouts, ground, placed: Vec::new() };
    let rows = ground.field.rows;
    settler.part(whole, Spot { column: 0, row: ground.top, rows, below: false, right: false });
    settler.placed.sort_by_key(|placed| placed.article);
    let mut placed = settler.placed;
    hierarchy(&mut placed, ground);
    placed
}

/// R62: no headline is larger than that of a more important article. A lesser one takes a smaller size in the
/// rows that it has.
fn hierarchy(placed: &mut [Placed], ground: &Ground<'_>) {
    let ready = ground.task.ready;
    // The smallest headline of all that weigh more.
    let mut cap: Option<Abs> = None;
    let mut same: Option<Abs> = None;
    let mut weight = None;
    for article in ground.order {
        let own = &ready[*article];
        if weight != Some(own.weight) {
            cap = [cap, same].into_iter().flatten().min();
            same = None;
            weight = Some(own.weight);
        }
        let Some(module) = placed.iter_mut().find(|module| module.article == *article) else {
            continue;
        };
        if let Some(cap) = cap.filter(|cap| module.head.size > *cap) {
            let width = ground.step.width(module.head_columns());
            let set = heads_within(own, ground.task.style, ground.step, width, cap);
            let rows = module.head_rows;
            let fits = |head: &&Head| (set.least(head)..=set.most(head)).contains(&rows);
            let off = |head: &&Head| (air_cost(rows - head.rows) + head.cost, head.rows);
            if let Some(head) = set.heads().iter().filter(fits).min_by_key(off) {
                module.yields = 100 - head.size.units() * 100 / module.head.size.units().max(1);
                module.head = head.clone();
            }
        }
        same = Some(same.map_or(module.head.size, |least| least.min(module.head.size)));
    }
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
    layouts: &'a Layouts,
    ground: &'a Ground<'a>,
    placed: Vec<Placed>,
}

impl Settler<'_> {
    fn part(&mut self, id: PartId, spot: Spot) {
        let part = self.layouts.part(id);
        match part.tree {
            Tree::Leaf(rank, form) => self.leaf((rank.into(), form.into()), part.columns, spot),
            Tree::Stack(above, below) => {
                let rows = spot.rows - GAP;
                let upper = share(self.layouts.part(above), self.layouts.part(below), rows);
                self.part(above, Spot { rows: upper, below: true, ..spot });
                self.part(below, Spot { row: spot.row + upper + GAP, rows: rows - upper, ..spot });
            }
            Tree::Beside(left, right) => {
                let columns = self.layouts.part(left).columns;
                self.part(left, Spot { right: true, ..spot });
                self.part(right, Spot { column: spot.column + columns, ..spot });
            }
        }
    }

    fn leaf(&mut self, (rank, form): (usize, usize), columns: i64, spot: Spot) {
        let Ground { field, bodies, order, task, .. } = self.ground;
        let article = order[rank];
        let leaf = &field.leaves[rank][usize::try_from(columns - 1).unwrap_or(0)];
        let form = &leaf.forms[form];
        let air = task.style.crosshead_air;
        let bodies = &bodies[article];
        let [least, most] = form.head_rows;
        let (head_rows, poured) = match form.position {
            Position::Above => {
                let wanted = spot.rows - leaf.poured.depth;
                let head_rows = wanted.clamp(least, most).min(spot.rows);
                let depth = (spot.rows - head_rows).max(0);
                let poured = if depth == leaf.poured.depth {
                    leaf.poured.clone()
                } else {
                    pour_at(bodies, &offsets_of(form.position, columns, 0), depth, air)
                };
                (head_rows, poured)
            }
            Position::Left(span) => beside(form, bodies, (columns, span), spot.rows, air),
        };
        self.placed.push(Placed {
            article,
            column: spot.column,
            row: spot.row,
            columns,
            rows: spot.rows,
            position: form.position,
            head_rows,
            head: form.head.clone(),
            poured,
            rule_below: spot.below,
            rule_right: spot.right,
            yields: 0,
        });
    }
}

/// A head over the left columns: it takes what the body leaves of the module, within its limits.
fn beside(
    form: &Form,
    bodies: &Bodies,
    (columns, span): (i64, i64),
    rows: i64,
    air: [i64; 3],
) -> (i64, Poured) {
    let [least, most] = form.head_rows;
    let body = crate::fit::rows_of(bodies.best(), air);
    let left = (columns * rows - body).div_euclid(span);
    // What does not divide goes to the feet, where longer paragraphs take it; a row less for the head may
    // suit the breaks better.
    let pour = |head: i64| {
        let head = head.clamp(least, most).min(rows - 1).max(0);
        (head, pour_at(bodies, &offsets_of(form.position, columns, head), rows, air))
    };
    let tries = [left, left - 1].map(pour);
    let over =
        |poured: &Poured| bodies.get(poured.longer).map_or(0, |b| b.pieces.len() - poured.over);
    let [first, second] = tries;
    let worse = |(_, poured): &(i64, Poured)| (over(poured), poured.cost);
    if worse(&second) < worse(&first) { second } else { first }
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
