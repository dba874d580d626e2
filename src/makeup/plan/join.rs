//! Trees of cuts, and joining two of them: one above the other, or side by side.
//!
//! A tree of cuts (切分树) is one way to set some items over a width: a module for each item, put
//! together by horizontal and vertical cuts. The search needs of a tree only what its [`Subtree`]
//! holds: its cost, the range of depths it can take, the open gutters and the two upper corners.
//! Two trees of different items are joined in constant time, and what the joint adds to the cost
//! is never negative; so the sum of two costs bounds the cost of the tree made of both.
//!
//! [`CheapestTrees`] keeps a few trees of a set of items over a width. A tree is dropped when
//! another one is at least as good in nearly every respect that a later joint can see
//! (`Subtree::beats` names the two that are left out). The limit on their number loses more, so a
//! page of many items is searched by a beam, not exactly.

use std::ops::Range;

use crate::makeup::costs::{
    ACROSS, HEADS_BESIDE, LEAD_NARROWER, MIDDLE_CUT, THROUGH, TOMBSTONE, TOMBSTONE_GUTTERS,
    WHITE_ROW, is_near_middle_cut, similar_sizes,
};
use crate::makeup::head::HeadPosition;
use crate::makeup::placed::MODULE_GAP_ROWS;
use crate::makeup::plan::forms::{ModuleForm, WidthOptions, depth_cost};
use crate::makeup::plan::index::{FormIndex, Rank, to_i32};
use crate::makeup::plan::problem::SearchProblem;
use crate::unit::{Abs, RowRange};

/// Index of a tree among all trees that a search keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SubtreeId(u32);

impl SubtreeId {
    /// The id of the tree at `index`.
    ///
    /// # Panics
    /// More than 2³² trees: an internal error, since a search keeps far fewer.
    pub(crate) fn new(index: usize) -> Self {
        Self(u32::try_from(index).expect("fewer trees than ids"))
    }

    /// The place of the tree in the list of all trees.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Trees that lie side by side in the list of all trees, cheapest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SubtreeList {
    first: u32,
    end: u32,
}

impl SubtreeList {
    /// The trees at `range`.
    pub(crate) fn new(range: Range<usize>) -> Self {
        Self { first: SubtreeId::new(range.start).0, end: SubtreeId::new(range.end).0 }
    }

    /// The ids of the trees.
    pub(crate) fn ids(self) -> impl Iterator<Item = SubtreeId> {
        (self.first..self.end).map(SubtreeId)
    }

    /// The trees themselves, out of the list of all trees.
    pub(crate) fn of(self, subtrees: &[Subtree]) -> &[Subtree] {
        &subtrees[self.first as usize..self.end as usize]
    }
}

/// The root of a tree of cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CutTree {
    /// One module: an item in one of its forms.
    Leaf(Rank, FormIndex),
    /// Two trees, the first above the second.
    Stack(SubtreeId, SubtreeId),
    /// Two trees side by side, the first at the left.
    Beside(SubtreeId, SubtreeId),
}

/// An upper corner of a tree: columns of body, or a head of a size with white between it and the
/// edge. Lengths in units of [`Abs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct UpperCorner {
    /// 0 for body.
    head_size: i32,
    white: i32,
}

impl UpperCorner {
    const TEXT: Self = Self { head_size: 0, white: 0 };

    fn head(size: Abs, white: Abs) -> Self {
        Self { head_size: to_i32(size.units()), white: to_i32(white.units()) }
    }

    const fn is_text(self) -> bool {
        self.head_size == 0
    }
}

/// Summary of a slicing tree: the facts that joining it to another tree needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subtree {
    /// The root.
    pub(crate) cut: CutTree,
    /// Width in basic columns.
    pub(crate) columns: i32,
    /// The fewest rows it can take.
    pub(crate) least_rows: i32,
    /// The most rows it can take without white.
    pub(crate) most_rows: i32,
    /// Usual number of rows.
    pub(crate) usual_rows: i32,
    /// Rows that its heads and pictures need, even if its copy does not fit.
    pub(crate) floor_rows: i32,
    /// Number of modules one above the other, over which a depth off the usual is spread; of trees
    /// side by side the smaller number.
    pub(crate) stacked_modules: i32,
    /// The gutters that are open from its top to its foot: bit *n* is the gutter before column *n*.
    open_gutters: u16,
    /// Cost, without that of its depth.
    pub(crate) cost: i64,
    /// The corners at the upper left and the upper right.
    upper_corners: [UpperCorner; 2],
}

impl Subtree {
    /// True if its heads and pictures go into `rows` rows, whether or not its copy does.
    pub(crate) fn holds_heads_in(&self, rows: i64) -> bool {
        i64::from(self.floor_rows.min(self.least_rows)) <= rows
    }

    /// The range of depths it can take.
    pub(crate) fn row_range(&self) -> RowRange {
        let [least, usual, most] =
            [self.least_rows, self.usual_rows, self.most_rows].map(i64::from);
        RowRange { least, usual, most }
    }

    /// True if this tree makes a worse `other` superfluous: it costs no more, takes every depth
    /// that the other takes, and has body at each upper corner where the other has.
    ///
    /// Two things that later joints charge are not compared: the sizes of two heads that stand at
    /// one corner, and the open gutters. Comparing them would keep many more trees for a rare gain,
    /// so the test against all layouts stands for exactness on small pages, not this rule.
    fn beats(&self, other: &Self, usual: UsualDepth) -> bool {
        let corners = self.upper_corners.iter().zip(&other.upper_corners);
        self.cost <= other.cost
            && self.least_rows <= other.least_rows
            && self.most_rows >= other.most_rows
            && corners.into_iter().all(|(own, others)| own.is_text() || !others.is_text())
            && (usual == UsualDepth::Ignored
                || (self.usual_rows, self.stacked_modules)
                    == (other.usual_rows, other.stacked_modules))
    }
}

/// Comparison of trees of different usual depths. Which of two usual depths is better shows
/// only when the depth of the page is known, so where there is room for both, both are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum UsualDepth {
    Ignored,
    Kept,
}

/// Number of trees kept for a set and a width of a small page; with so many kept, trees of another
/// usual depth are kept too.
pub(crate) const SMALL_PAGE_TREES_KEPT: usize = 64;

/// The cheapest trees of a set of items over a width, none of which beats another.
pub(crate) struct CheapestTrees {
    /// Number of trees to keep.
    limit: usize,
    /// The rows of the page: deeper trees are not kept, but for the two below.
    page_rows: i32,
    /// Cheapest first.
    pub(crate) trees: Vec<Subtree>,
    /// Cost from which on a tree is not kept: that of the last one once `limit` are kept.
    cost_bound: i64,
    /// Of the trees deeper than the page the one with the fewest rows.
    shallowest: Option<Subtree>,
    /// Of the trees deeper than the page the one whose heads and pictures need the fewest rows.
    lowest_floor: Option<Subtree>,
}

impl CheapestTrees {
    /// No trees, for a page of `page_rows` rows; `limit` are kept.
    pub(crate) fn new(limit: usize, page_rows: i32) -> Self {
        Self {
            limit,
            page_rows,
            trees: Vec::with_capacity(limit + 1),
            cost_bound: i64::MAX,
            shallowest: None,
            lowest_floor: None,
        }
    }

    /// Forgets all trees, to keep `limit` of another set.
    pub(crate) fn restart(&mut self, limit: usize) {
        self.limit = limit;
        self.trees.clear();
        self.cost_bound = i64::MAX;
        (self.shallowest, self.lowest_floor) = (None, None);
    }

    /// Keeps a tree unless it is too deep, too dear or beaten, and drops those that it beats.
    fn offer(&mut self, tree: Subtree) {
        // Further joints only make it deeper. It is kept aside, in case no tree of this state goes
        // in.
        if tree.least_rows > self.page_rows {
            if self.shallowest.is_none_or(|best| tree.least_rows < best.least_rows) {
                self.shallowest = Some(tree);
            }
            if self.lowest_floor.is_none_or(|best| tree.floor_rows < best.floor_rows) {
                self.lowest_floor = Some(tree);
            }
            return;
        }
        if tree.cost >= self.cost_bound {
            return;
        }
        // A short list has no room for trees that differ in their usual depth alone.
        let usual =
            if self.limit < SMALL_PAGE_TREES_KEPT { UsualDepth::Ignored } else { UsualDepth::Kept };
        // Each of two equal trees beats the other: the first to arrive stays.
        if self.trees.iter().any(|kept| kept.beats(&tree, usual)) {
            return;
        }
        self.trees.retain(|kept| !tree.beats(kept, usual));
        // After those of equal cost, so that the order of arrival decides.
        let position = self.trees.partition_point(|kept| kept.cost <= tree.cost);
        self.trees.insert(position, tree);
        // At most one tree is over the limit, the most expensive.
        self.trees.truncate(self.limit);
        self.cost_bound = self.trees.get(self.limit - 1).map_or(i64::MAX, |last| last.cost);
    }

    /// The trees to keep where every tree is deeper than the page: the shallowest one and, if its
    /// heads alone are too deep, the one with the lowest heads.
    pub(crate) fn too_deep_trees(&self) -> impl Iterator<Item = Subtree> {
        // Copy that is over can be cut, heads cannot: then the tree with the lowest heads may be
        // the only one that fits.
        let heads_too_deep = self.shallowest.is_some_and(|tree| tree.floor_rows > self.page_rows);
        self.shallowest.into_iter().chain(self.lowest_floor.filter(|_| heads_too_deep))
    }
}

/// The two ways to join trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joint {
    /// The first tree above the second.
    Stacked,
    /// The first tree at the left of the second.
    Beside(LeftTree),
}

/// Marks the left one of two trees if it has the most important item of all: it must not be the
/// narrower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeftTree {
    /// It has.
    Lead,
    /// It has not.
    Other,
}

impl Joint {
    /// True if a tree may be the first one of this joint. A row of three is built from its first
    /// tree and the joint of the other two, never the other way round, so that each is built
    /// once.
    fn takes_first(self, tree: &Subtree) -> bool {
        match self {
            Self::Stacked => !matches!(tree.cut, CutTree::Stack(..)),
            Self::Beside(_) => !matches!(tree.cut, CutTree::Beside(..)),
        }
    }
}

/// Joins the trees of two sets of items into trees of both.
pub(crate) struct SubtreeJoin<'a> {
    pub(crate) problem: &'a SearchProblem<'a>,
    /// All trees kept so far.
    pub(crate) subtrees: &'a [Subtree],
    /// The cheapest joined trees.
    pub(crate) cheapest: &'a mut CheapestTrees,
    /// Number of pairs looked at.
    pub(crate) pairs_joined: &'a mut u64,
    /// True if the joined trees make the whole page: then its open gutters are charged.
    pub(crate) is_page: bool,
    /// True if trees deeper than the page are kept where there are no others.
    pub(crate) keeps_too_deep: bool,
}

impl SubtreeJoin<'_> {
    /// True if a tree that costs at least `cost` may still be kept.
    fn may_keep_cost(&self, cost: i64) -> bool {
        self.keeps_too_deep || cost < self.cheapest.cost_bound
    }

    /// True if a tree that needs at least `rows` rows may still be kept.
    fn may_keep_rows(&self, rows: i32) -> bool {
        self.keeps_too_deep || rows <= self.cheapest.page_rows
    }

    /// Joins every pair of two lists that may still be among the cheapest. Both lists are cheapest
    /// first: once a sum of costs reaches the bound, so does every later one.
    pub(crate) fn join_lists(&mut self, first: SubtreeList, second: SubtreeList, joint: Joint) {
        let (firsts, seconds) = (first.of(self.subtrees), second.of(self.subtrees));
        let Some(cheapest_second) = seconds.first().map(|tree| tree.cost) else { return };
        // Admissible bound: a joint adds to the two costs and never subtracts.
        for (a, first_tree) in first.ids().zip(firsts) {
            if !self.may_keep_cost(first_tree.cost + cheapest_second) {
                break;
            }
            // Skipped, not ended: later trees of the list may have another root.
            if !joint.takes_first(first_tree) {
                continue;
            }
            for (b, second_tree) in second.ids().zip(seconds) {
                if !self.may_keep_cost(first_tree.cost + second_tree.cost) {
                    break;
                }
                *self.pairs_joined += 1;
                let joined = match joint {
                    Joint::Stacked => self.stack((a, first_tree), (b, second_tree)),
                    Joint::Beside(left) => self.beside((a, first_tree), (b, second_tree), left),
                };
                if let Some(joined) = joined {
                    self.cheapest.offer(joined);
                }
            }
        }
    }

    /// Two trees stacked with the white row between them: depths add up. `None` if the tree is too
    /// deep or too dear.
    fn stack(
        &self,
        (above_id, above): (SubtreeId, &Subtree),
        (below_id, below): (SubtreeId, &Subtree),
    ) -> Option<Subtree> {
        let problem = self.problem;
        let gap = to_i32(MODULE_GAP_ROWS);
        let least_rows = above.least_rows + gap + below.least_rows;
        if !self.may_keep_rows(least_rows) {
            return None;
        }
        // A gutter goes through a stack only if it goes through both parts.
        let open_gutters = above.open_gutters & below.open_gutters;
        let mut cost = above.cost + below.cost + self.open_gutter_cost(open_gutters);
        if i64::from(above.columns) == problem.columns {
            // The cut goes across the page. Its row is known only roughly: the judge looks again.
            // Counted from the top of this stack, which may stand below other modules.
            let is_middle = is_near_middle_cut(i64::from(above.usual_rows), problem.rows);
            cost += if is_middle { MIDDLE_CUT } else { ACROSS };
            if !self.may_keep_cost(cost) {
                return None;
            }
        }
        Some(Subtree {
            cut: CutTree::Stack(above_id, below_id),
            columns: above.columns,
            least_rows,
            most_rows: above.most_rows + gap + below.most_rows,
            usual_rows: above.usual_rows + gap + below.usual_rows,
            floor_rows: above.floor_rows + gap + below.floor_rows,
            stacked_modules: above.stacked_modules + below.stacked_modules,
            open_gutters,
            cost,
            // The stack shows the upper corners of its upper tree; those of the lower one face only
            // the tree above.
            upper_corners: above.upper_corners,
        })
    }

    /// Two trees side by side: both take one depth, so their ranges intersect. `None` if the tree
    /// is too deep or too dear.
    fn beside(
        &self,
        (left_id, left): (SubtreeId, &Subtree),
        (right_id, right): (SubtreeId, &Subtree),
        left_tree: LeftTree,
    ) -> Option<Subtree> {
        let least_rows = left.least_rows.max(right.least_rows);
        if !self.may_keep_rows(least_rows) {
            return None;
        }
        // Where the ranges do not meet, this leaves one depth, the least of the deeper tree.
        let most_rows = left.most_rows.min(right.most_rows).max(least_rows);
        // Where the ranges do not meet, the shallower tree stays white at its foot.
        let shallower = if left.most_rows < right.most_rows { left } else { right };
        let white_rows = (least_rows - shallower.most_rows).max(0);
        let white_cost = i64::from(white_rows * shallower.columns) * WHITE_ROW;
        // Checked early, before the corners and depths are compared.
        let mut cost = left.cost + right.cost + white_cost;
        if !self.may_keep_cost(cost) {
            return None;
        }
        // Only the corners at the gutter meet; the outer two are left to later joints.
        cost += self.corner_cost(left.upper_corners[1], right.upper_corners[0]);
        // The gutter between the trees is open by construction. Those of the right tree move over
        // by the columns of the left one.
        let open_gutters =
            left.open_gutters | 1 << left.columns | right.open_gutters << left.columns;
        cost += self.open_gutter_cost(open_gutters);
        // The left tree has the lead at its upper left corner, so a wider right tree outweighs it.
        if left_tree == LeftTree::Lead && left.columns < right.columns {
            cost += LEAD_NARROWER;
        }
        // Both sides give in: the joint is usual halfway between them, within its range.
        let usual_rows =
            i32::midpoint(left.usual_rows, right.usual_rows).clamp(least_rows, most_rows);
        // Each side pays for a depth that is not its own usual one.
        for side in [left, right] {
            // White is charged above, so only depths that the side can take count here. An empty
            // range counts as its least depth.
            let rows = usual_rows.clamp(side.least_rows, side.most_rows.max(side.least_rows));
            cost += depth_cost(rows.into(), side.usual_rows.into(), side.stacked_modules.into());
        }
        if !self.may_keep_cost(cost) {
            return None;
        }
        Some(Subtree {
            cut: CutTree::Beside(left_id, right_id),
            columns: left.columns + right.columns,
            least_rows,
            most_rows,
            usual_rows,
            floor_rows: left.floor_rows.max(right.floor_rows),
            stacked_modules: left.stacked_modules.min(right.stacked_modules),
            open_gutters,
            cost,
            // The two corners at the gutter are inside now.
            upper_corners: [left.upper_corners[0], right.upper_corners[1]],
        })
    }

    /// Cost of two corners that meet at a gutter (碰题, R59): heads of similar size with no more
    /// than two gutters between them, or further apart.
    fn corner_cost(&self, left: UpperCorner, right: UpperCorner) -> i64 {
        // A column of body between two heads keeps them apart.
        if left.is_text() || right.is_text() || !similar_sizes(left.head_size, right.head_size) {
            return 0;
        }
        let gutter = self.problem.gutter.units();
        let distance = i64::from(left.white) + gutter + i64::from(right.white);
        if distance <= gutter * TOMBSTONE_GUTTERS { TOMBSTONE } else { HEADS_BESIDE }
    }

    /// Cost of gutters that are open from the top of the page to its foot.
    fn open_gutter_cost(&self, open_gutters: u16) -> i64 {
        // Below the page a joint may still close a gutter, by a module above or below it.
        if self.is_page { i64::from(open_gutters.count_ones()) * THROUGH } else { 0 }
    }
}

/// The tree of one module: an item in a form over `columns` columns.
pub(crate) fn form_subtree(
    options: &WidthOptions,
    form: &ModuleForm,
    (rank, index): (Rank, FormIndex),
    columns: i64,
) -> Subtree {
    // A frame separates heads as body does.
    let has_frame = options.inner_columns.inset != Abs::ZERO;
    // Briefs and lone pictures have no headline, and no size to compare.
    let size = form.head.headline_size;
    let head = if has_frame || size == Abs::ZERO {
        UpperCorner::TEXT
    } else {
        UpperCorner::head(size, form.side_white)
    };
    Subtree {
        cut: CutTree::Leaf(rank, index),
        columns: to_i32(columns),
        least_rows: to_i32(form.rows.least),
        most_rows: to_i32(form.rows.most),
        usual_rows: to_i32(form.rows.usual),
        floor_rows: to_i32(form.floor_rows),
        stacked_modules: 1,
        open_gutters: 0,
        cost: form.cost,
        upper_corners: match form.head_position {
            HeadPosition::Above => [head, head],
            // A head over the left columns leaves body at the right corner.
            HeadPosition::Left(_) => [head, UpperCorner::TEXT],
            // A head in the middle, or one that runs down, is no pair for another.
            HeadPosition::Centre(..) | HeadPosition::Upright(_) => {
                [UpperCorner::TEXT, UpperCorner::TEXT]
            }
        },
    }
}
