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
    settler.part(whole, Spot { column: 0, row: ground.top, rows });
    let mut placed = settler.placed;
    placed.sort_by_key(|placed| placed.article);
    let mut caps = Caps::new(ground);
    for article in ground.order {
        if let Some(module) = placed.iter_mut().find(|module| module.article == *article) {
            caps.yield_to(module);
            caps.pass(module);
        }
    }
    placed
}

/// R62: no headline is larger than that of a more important article. A lesser one takes a smaller size in the
/// rows that it has. Modules pass in the order of importance.
struct Caps<'a> {
    ground: &'a Ground<'a>,
    /// The headline of the lead.
    lead: Option<Abs>,
    /// The smallest headline of all that weigh more, and of those that weigh the same as the last one.
    cap: Option<Abs>,
    same: Option<Abs>,
    weight: Option<u32>,
}

impl<'a> Caps<'a> {
    fn new(ground: &'a Ground<'a>) -> Self {
        Self { ground, lead: None, cap: None, same: None, weight: None }
    }

    /// The largest headline that an article may have.
    fn cap_of(&self, weight: u32) -> Option<Abs> {
        let same = self.same.filter(|_| self.weight != Some(weight));
        [self.cap, same, self.lead].into_iter().flatten().min()
    }

    /// Makes the headline of a module small enough, if a head of that size fits its rows.
    fn yield_to(&self, module: &mut Placed) {
        let ground = self.ground;
        let own = &ground.task.ready[module.article];
        let Some(cap) = self.cap_of(own.weight).filter(|cap| module.head.size > *cap) else {
            return;
        };
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

    /// Counts the headline of a module for those after it.
    fn pass(&mut self, module: &Placed) {
        let weight = self.ground.task.ready[module.article].weight;
        if self.weight != Some(weight) {
            self.cap = self.cap_of(weight);
            self.same = None;
            self.weight = Some(weight);
        }
        // No headline is larger than the lead's, though its article weighs as much.
        self.lead = self.lead.or(Some(module.head.size));
        self.same = Some(self.same.map_or(module.head.size, |least| least.min(module.head.size)));
    }
}

/// A rectangle of the grid, but for its columns.
#[derive(Clone, Copy)]
pub(crate) struct Spot {
    pub(crate) column: i64,
    pub(crate) row: i64,
    pub(crate) rows: i64,
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
            Tree::Leaf(rank, form) => {
                let rank = usize::from(rank);
                let columns = usize::try_from(part.columns - 1).unwrap_or(0);
                let form = &self.ground.field.leaves[rank][columns].forms[usize::from(form)];
                self.placed.push(place(self.ground, rank, form, part.columns, spot));
            }
            Tree::Stack(above, below) => {
                let rows = spot.rows - GAP;
                let upper = share(self.layouts.part(above), self.layouts.part(below), rows);
                self.part(above, Spot { rows: upper, ..spot });
                let row = spot.row + upper + GAP;
                self.part(below, Spot { row, rows: rows - upper, ..spot });
            }
            Tree::Beside(left, right) => {
                let columns = self.layouts.part(left).columns;
                self.part(left, spot);
                self.part(right, Spot { column: spot.column + columns, ..spot });
            }
        }
    }
}

/// An article, by its place in the order, in a form in a rectangle of the grid.
pub(crate) fn place(
    ground: &Ground<'_>,
    rank: usize,
    form: &Form,
    columns: i64,
    spot: Spot,
) -> Placed {
    let Ground { field, bodies, order, task, top, .. } = ground;
    let article = order[rank];
    let leaf = &field.leaves[rank][usize::try_from(columns - 1).unwrap_or(0)];
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
    Placed {
        article,
        column: spot.column,
        row: spot.row,
        columns,
        rows: spot.rows,
        position: form.position,
        head_rows,
        head: form.head.clone(),
        poured,
        // Rules stand between modules, not at the edges of the page.
        rule_below: spot.row + spot.rows < top + field.rows,
        rule_right: spot.column + columns < field.columns,
        yields: 0,
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
