//! Trees of cuts, and joining them: one part above the other, or side by side.

use std::ops::Range;

use crate::makeup::costs;
use crate::makeup::costs::{BUMP, HEADS_BESIDE, MIDDLE_CUT, RANK, THROUGH, WHITE_ROW};
use crate::makeup::head::HeadPosition;
use crate::makeup::placed::GAP;
use crate::makeup::plan::forms::{ModuleForm, WidthOptions, depth_cost};
use crate::makeup::plan::problem::SearchProblem;
use crate::unit::Abs;

/// A tree, by its number.
pub(crate) type SubtreeId = u32;

/// A tree of cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CutTree {
    /// One article, by its place in the order, in one of its forms.
    Leaf(u16, u16),
    /// One above the other.
    Stack(SubtreeId, SubtreeId),
    /// Side by side.
    Beside(SubtreeId, SubtreeId),
}

/// What stands at an upper corner of a part: a head of a size, so much white from the edge, or columns of body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct UpperCorner {
    /// Nothing for body.
    size: i32,
    white: i32,
}

impl UpperCorner {
    const TEXT: Self = Self { size: 0, white: 0 };

    fn head(size: Abs, white: Abs) -> Self {
        // Lengths of a page are far below what the short form holds.
        let short = |length: Abs| i32::try_from(length.units()).unwrap_or(i32::MAX);
        Self { size: short(size), white: short(white) }
    }

    fn is_text(self) -> bool {
        self.size == 0
    }
}

/// A tree with its width and the depths it can take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subtree {
    /// The cuts.
    pub(crate) tree: CutTree,
    /// Basic columns.
    pub(crate) columns: i32,
    /// The fewest rows it can take.
    pub(crate) least: i32,
    /// The most rows it can take without white.
    pub(crate) most: i32,
    /// The rows it takes when it may choose.
    pub(crate) usual: i32,
    /// The rows without which heads and pictures would stand over each other.
    pub(crate) floor: i32,
    /// How many articles share what its depth is off: those stacked, not those side by side.
    pub(crate) leaves: i32,
    /// The gutters that go through it, by the column behind each.
    open: u16,
    /// What it costs, but for its depth.
    pub(crate) cost: i64,
    corners: [UpperCorner; 2],
}

impl Subtree {
    /// Whether its heads and pictures go into so many rows, whatever comes of its copy.
    pub(crate) fn stands_in(&self, rows: i64) -> bool {
        i64::from(self.floor.min(self.least)) <= rows
    }
}

/// So many trees are kept where the items are few. There is room then for those too that cost more but take another
/// depth when they may choose: which is better shows only when the depth of the page is known.
pub(crate) const FEW_KEPT: usize = 64;

/// The cheapest trees of a set over a width, none beaten by another in every way.
pub(crate) struct CheapestTrees {
    keep: usize,
    rows: i32,
    pub(crate) parts: Vec<Subtree>,
    /// What costs as much as this or more is not wanted.
    bound: i64,
    /// What is least too deep.
    shallowest: Option<Subtree>,
    /// What has the lowest heads and pictures, whatever comes of its copy.
    lowest: Option<Subtree>,
}

impl CheapestTrees {
    pub(crate) fn new(keep: usize, rows: i32) -> Self {
        let parts = Vec::with_capacity(keep + 1);
        Self { keep, rows, parts, bound: i64::MAX, shallowest: None, lowest: None }
    }

    /// Starts anew, to keep so many.
    pub(crate) fn clear(&mut self, keep: usize) {
        self.keep = keep;
        self.parts.clear();
        self.bound = i64::MAX;
        (self.shallowest, self.lowest) = (None, None);
    }

    fn add(&mut self, part: Subtree) {
        if part.least > self.rows {
            if self.shallowest.is_none_or(|known| part.least < known.least) {
                self.shallowest = Some(part);
            }
            if self.lowest.is_none_or(|known| part.floor < known.floor) {
                self.lowest = Some(part);
            }
            return;
        }
        if part.cost >= self.bound {
            return;
        }
        let text = |part: &Subtree, k: usize| part.corners[k].is_text();
        let beats = |a: &Subtree, b: &Subtree| {
            a.cost <= b.cost
                && a.least <= b.least
                && a.most >= b.most
                && (0..2).all(|k| text(a, k) || !text(b, k))
                && (self.keep < FEW_KEPT || (a.usual, a.leaves) == (b.usual, b.leaves))
        };
        if self.parts.iter().any(|known| beats(known, &part)) {
            return;
        }
        self.parts.retain(|known| !beats(&part, known));
        let at = self.parts.partition_point(|known| known.cost <= part.cost);
        self.parts.insert(at, part);
        self.parts.truncate(self.keep);
        self.bound = self.parts.get(self.keep - 1).map_or(i64::MAX, |last| last.cost);
    }

    /// What to keep where everything is too deep: the least deep and, if its heads alone are too, the lowest.
    pub(crate) fn too_deep(&self) -> impl Iterator<Item = Subtree> {
        let high = self.shallowest.is_some_and(|part| part.floor > self.rows);
        self.shallowest.into_iter().chain(self.lowest.filter(|_| high))
    }
}

/// Joins the trees of two sets into those of both.
pub(crate) struct SubtreeJoin<'a> {
    pub(crate) field: &'a SearchProblem<'a>,
    /// All trees.
    pub(crate) parts: &'a [Subtree],
    pub(crate) best: &'a mut CheapestTrees,
    pub(crate) nodes: &'a mut u64,
    /// Whether they make the whole page.
    pub(crate) whole: bool,
    /// Whether trees deeper than the page are kept where there are no others.
    pub(crate) lenient: bool,
}

/// The trees of a list.
pub(crate) fn list<'a>(parts: &'a [Subtree], ids: &Range<SubtreeId>) -> &'a [Subtree] {
    &parts[ids.start as usize..ids.end as usize]
}

impl SubtreeJoin<'_> {
    /// Whether what costs so much at the least may still be among the best.
    pub(crate) fn wants(&self, least: i64) -> bool {
        self.lenient || least < self.best.bound
    }

    /// Whether trees of so many rows at the least are kept.
    fn holds(&self, least: i32) -> bool {
        self.lenient || least <= self.best.rows
    }

    /// Every pair of two lists, each cheapest first, that may still be among the best.
    pub(crate) fn stacks(&mut self, above: &Range<SubtreeId>, below: &Range<SubtreeId>) {
        let parts = self.parts;
        let Some(least) = list(parts, below).first().map(|part| part.cost) else { return };
        for (a, upper) in above.clone().zip(list(parts, above)) {
            if !self.wants(upper.cost + least) {
                break;
            }
            // A stack is built from its top, so that each is built once.
            if matches!(upper.tree, CutTree::Stack(..)) {
                continue;
            }
            for (b, lower) in below.clone().zip(list(parts, below)) {
                if !self.wants(upper.cost + lower.cost) {
                    break;
                }
                *self.nodes += 1;
                self.stack((a, upper), (b, lower));
            }
        }
    }

    pub(crate) fn besides(
        &mut self,
        left: &Range<SubtreeId>,
        right: &Range<SubtreeId>,
        lead: bool,
    ) {
        let parts = self.parts;
        let Some(least) = list(parts, right).first().map(|part| part.cost) else { return };
        for (a, west) in left.clone().zip(list(parts, left)) {
            if !self.wants(west.cost + least) {
                break;
            }
            if matches!(west.tree, CutTree::Beside(..)) {
                continue;
            }
            for (b, east) in right.clone().zip(list(parts, right)) {
                if !self.wants(west.cost + east.cost) {
                    break;
                }
                *self.nodes += 1;
                self.beside((a, west), (b, east), lead);
            }
        }
    }

    /// What two corners cost that meet at a gutter (碰题, §4.4).
    fn bump(&self, left: UpperCorner, right: UpperCorner) -> i64 {
        if left.is_text() || right.is_text() || !costs::alike(left.size, right.size) {
            return 0;
        }
        let gutter = self.field.gutter.units();
        let apart = i64::from(left.white) + gutter + i64::from(right.white);
        if apart <= gutter * 2 { BUMP } else { HEADS_BESIDE }
    }

    /// Gutters open from the top of the page to its foot.
    fn through(&self, open: u16) -> i64 {
        if self.whole { i64::from(open.count_ones()) * THROUGH } else { 0 }
    }

    fn stack(&mut self, (a, above): (SubtreeId, &Subtree), (b, below): (SubtreeId, &Subtree)) {
        let field = self.field;
        let gap = short(GAP);
        let least = above.least + gap + below.least;
        if !self.holds(least) {
            return;
        }
        let open = above.open & below.open;
        let mut cost = above.cost + below.cost + self.through(open);
        if i64::from(above.columns) == field.columns {
            // A cut across the page; in the middle it breaks the page in two.
            let percent = i64::from(above.usual) * 100 / field.rows.max(1);
            cost += if (42..=58).contains(&percent) { MIDDLE_CUT } else { costs::ACROSS };
            if !self.wants(cost) {
                return;
            }
        }
        self.best.add(Subtree {
            tree: CutTree::Stack(a, b),
            columns: above.columns,
            least,
            most: above.most + gap + below.most,
            usual: above.usual + gap + below.usual,
            floor: above.floor + gap + below.floor,
            leaves: above.leaves + below.leaves,
            open,
            cost,
            corners: above.corners,
        });
    }

    fn beside(
        &mut self,
        (a, left): (SubtreeId, &Subtree),
        (b, right): (SubtreeId, &Subtree),
        lead: bool,
    ) {
        let least = left.least.max(right.least);
        if !self.holds(least) {
            return;
        }
        let most = left.most.min(right.most).max(least);
        // Where the ranges do not meet, the shallower side stays white at its foot.
        let (shallow, narrow) = if left.most < right.most {
            (left.most, left.columns)
        } else {
            (right.most, right.columns)
        };
        let white = i64::from((least - shallow).max(0) * narrow) * WHITE_ROW;
        let mut cost = left.cost + right.cost + white;
        if !self.wants(cost) {
            return;
        }
        cost += self.bump(left.corners[1], right.corners[0]);
        let open = left.open | 1 << left.columns | right.open << left.columns;
        cost += self.through(open);
        if lead && left.columns < right.columns {
            cost += RANK;
        }
        let usual = i32::midpoint(left.usual, right.usual).clamp(least, most);
        // Both sides take one depth; what pulls them from their own costs.
        for side in [left, right] {
            let inside = usual.clamp(side.least, side.most.max(side.least));
            cost += depth_cost(inside.into(), side.usual.into(), side.leaves.into());
        }
        if !self.wants(cost) {
            return;
        }
        self.best.add(Subtree {
            tree: CutTree::Beside(a, b),
            columns: left.columns + right.columns,
            least,
            most,
            usual,
            floor: left.floor.max(right.floor),
            leaves: left.leaves.min(right.leaves),
            open,
            cost,
            corners: [left.corners[0], right.corners[1]],
        });
    }
}

/// Rows and columns of a page, far below what the short form holds.
pub(crate) fn short(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

pub(crate) fn leaf_part(
    leaf: &WidthOptions,
    form: &ModuleForm,
    item: usize,
    k: u16,
    columns: i32,
) -> Subtree {
    // A frame parts heads as text does.
    let bare = leaf.inner_columns.inset == Abs::ZERO && form.head.headline_size > Abs::ZERO;
    let head = if bare {
        UpperCorner::head(form.head.headline_size, form.side_white)
    } else {
        UpperCorner::TEXT
    };
    let [least, usual, most] = form.rows.map(short);
    Subtree {
        tree: CutTree::Leaf(u16::try_from(item).unwrap_or(u16::MAX), k),
        columns,
        least,
        most,
        usual,
        floor: short(form.floor_rows),
        leaves: 1,
        open: 0,
        cost: form.cost,
        corners: match form.head_position {
            HeadPosition::Above => [head, head],
            HeadPosition::Left(_) => [head, UpperCorner::TEXT],
            // A head in the middle, or one that runs down, is no pair for another.
            HeadPosition::Centre(..) | HeadPosition::Upright(_) => {
                [UpperCorner::TEXT, UpperCorner::TEXT]
            }
        },
    }
}
