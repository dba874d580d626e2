//! The search: every way to cut the page into one rectangle per item, the cheapest ones kept.
//!
//! A layout is a tree of cuts (see [`join`](crate::makeup::plan::join)). The search is a dynamic
//! program over sets of items:
//!
//! * A state is a set of items and a width in basic columns. Its value is a short list of the
//!   cheapest trees, each with the range of depths that it can take.
//! * A transition splits the set in two and joins a tree of each half: stacked, where both have
//!   the width of the state, or side by side, where the two widths add up to it. The half with
//!   the most important item comes first, above or at the left, so the lead stands at the top
//!   left and strength of place follows importance.
//! * Bounds: a state whose items need more cells than the page has is skipped; a pair of trees
//!   that costs as much as the last tree kept is not joined.
//!
//! Trees that another one beats are dropped, which loses next to nothing (see `Subtree::beats`);
//! the number of trees per state is limited too, which loses more. With up to four items the lists
//! are long enough that the search found the cheapest layout on every page of a test that compares
//! with all layouts; beyond that the result is that of a beam search.
//!
//! A page of more than [`ITEMS_SEARCHED_MOST`] items has too many sets. Its neighbours in the
//! order of importance are grouped first, and each group is searched on its own and then joined
//! as one item. Where articles stand already, the free part of the page is several rectangles,
//! and a second dynamic program shares the items among them.
//!
//! If nothing fits, the search runs again and keeps the least deep trees: there is more copy
//! than the page holds.

use crate::makeup::costs::{self, WHITE_ROW};
use crate::makeup::plan::forms::depth_cost;
use crate::makeup::plan::index::{FormIndex, Rank, to_i32};
use crate::makeup::plan::join::{
    CheapestTrees, Joint, LeftTree, SMALL_PAGE_TREES_KEPT, Subtree, SubtreeId, SubtreeJoin,
    SubtreeList, form_subtree,
};
use crate::makeup::plan::problem::SearchProblem;
use crate::makeup::task::{SearchEffort, Stop};
use crate::unit::GridRect;

/// A layout of the whole page.
#[derive(Clone, Debug)]
pub(crate) struct PageTree {
    /// Cost as far as the search can tell it.
    pub(crate) cost: i64,
    /// The tree in each free rectangle; rectangles that stay empty are left out.
    pub(crate) trees: Vec<(SubtreeId, GridRect)>,
}

impl PageTree {
    const EMPTY: Self = Self { cost: 0, trees: Vec::new() };
}

/// The layouts that a search found.
pub(crate) struct FoundLayouts {
    /// All trees, by [`SubtreeId`].
    subtrees: Vec<Subtree>,
    /// Layouts of the whole page, cheapest first.
    pub(crate) pages: Vec<PageTree>,
    /// Number of pairs of trees that were looked at.
    pub(crate) pairs_joined: u64,
    /// True if items were put into groups before the search, so that not every set was searched.
    pub(crate) has_groups: bool,
}

impl FoundLayouts {
    /// The tree with an id of these layouts.
    pub(crate) fn subtree(&self, id: SubtreeId) -> &Subtree {
        &self.subtrees[id.index()]
    }
}

/// Returns the cost of a tree in a free rectangle of `rows` rows; `chars` 字 fit in a row of one
/// column.
pub(crate) fn cost_in_rows(tree: &Subtree, rows: i64, chars: i64) -> i64 {
    let [columns, least, most] = [tree.columns, tree.least_rows, tree.most_rows].map(i64::from);
    // Every row that is missing is missing over the whole width, and all of its 字 are overset.
    let over = (least - rows).max(0) * columns * chars * costs::OVER_CHAR;
    let white = (rows - most).max(0) * columns * WHITE_ROW;
    // Rows outside the range are charged above already. Only the distance from the usual depth to
    // the nearest end of the range counts as a bad depth.
    let inside = rows.clamp(least, most.max(least));
    let depth = depth_cost(inside, tree.usual_rows.into(), tree.stacked_modules.into());
    tree.cost + over + white + depth
}

/// Limit: number of articles, or groups of them, that are combined in every way.
pub(crate) const ITEMS_SEARCHED_MOST: usize = 9;
/// Limit: the same for the choice of a density step, where a rough answer does. Two fewer make a
/// quarter of the sets.
const ITEMS_PROBED_MOST: usize = 7;
/// Limit: number of articles in a group, as long as that leaves few enough groups. A larger group
/// is cut in this many parts.
const GROUP_ITEMS_MOST: usize = 4;
/// Limit: number of trees kept of a group; a third of it where a rough answer does.
const GROUP_TREES_KEPT: usize = 16;
/// Limit: number of ways to share the items among free rectangles that are kept for a set of items.
const SHARINGS_KEPT: usize = 12;

/// Searches the cheapest layouts of the whole page, cheapest first; at most `count` of them.
///
/// # Errors
/// [`Stop::Halted`] if the task is to stop.
pub(crate) fn search_layouts(
    problem: &SearchProblem<'_>,
    count: usize,
    effort: SearchEffort,
) -> Result<FoundLayouts, Stop> {
    let items_most = match effort {
        SearchEffort::Probe => ITEMS_PROBED_MOST,
        SearchEffort::Full | SearchEffort::HeadsOnly => ITEMS_SEARCHED_MOST,
    };
    let groups = group_items(problem, items_most);
    let mut search = SlicingSearch {
        problem,
        subtrees: Vec::new(),
        pairs_joined: 0,
        keeps_too_deep: false,
        effort,
    };
    let mut pages = search.search_page(&groups, count)?;
    // Nothing fits. A probe reports that as it is; a page has to be made from the shallowest
    // trees, whose copy is overset. Subtrees of the first pass stay in the list, unused.
    if pages.is_empty() && effort != SearchEffort::Probe {
        search.keeps_too_deep = true;
        pages = search.search_page(&groups, count)?;
    }
    pages.sort_by_key(|page| page.cost);
    pages.truncate(count);
    let has_groups = groups.iter().any(|group| group.len() > 1);
    let SlicingSearch { subtrees, pairs_joined, .. } = search;
    Ok(FoundLayouts { subtrees, pages, pairs_joined, has_groups })
}

/// Groups neighbours in the order of importance until there are no more than `groups_most` groups:
/// those with the fewest rows first, never the lead.
fn group_items(problem: &SearchProblem<'_>, groups_most: usize) -> Vec<Vec<Rank>> {
    let mut groups: Vec<Vec<Rank>> =
        (0..problem.options.len()).map(|index| vec![Rank::new(index)]).collect();
    let item_rows = |rank: &Rank| {
        problem.options[rank.index()].narrowest_form().map_or(0, |form| form.rows.usual)
    };
    let rows = |group: &[Rank]| group.iter().map(item_rows).sum::<i64>();
    while groups.len() > groups_most {
        let size = |first: usize| groups[first].len() + groups[first + 1].len();
        // Group 0 is the lead, which stays alone. Only neighbours are joined, so that the items of
        // each group stay in the order of importance.
        let first = (1..groups.len() - 1)
            .min_by_key(|first| {
                let rows = rows(&groups[*first]) + rows(&groups[first + 1]);
                // False sorts before true: no group grows beyond the limit as long as two smaller
                // ones can be joined.
                (size(*first) > GROUP_ITEMS_MOST, rows)
            })
            // Two groups are left, one of them the lead.
            .unwrap_or(groups.len() - 2);
        let second = groups.remove(first + 1);
        groups[first].extend(second);
    }
    groups
}

/// A set of the entries of a tree table, which are articles or groups. Bit 0 is the most important
/// entry.
#[derive(Clone, Copy, PartialEq, Eq)]
struct EntrySet(usize);

impl EntrySet {
    const EMPTY: Self = Self(0);

    /// All of `count` entries.
    const fn all(count: usize) -> Self {
        Self((1 << count) - 1)
    }

    const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// True if the most important entry of all is in the set.
    const fn has_lead(self) -> bool {
        self.0 & 1 == 1
    }

    const fn contains(self, entry: usize) -> bool {
        self.0 & (1 << entry) != 0
    }

    /// The index of the only entry; `None` if there are more.
    const fn only(self) -> Option<usize> {
        if self.0.is_power_of_two() { Some(self.0.trailing_zeros() as usize) } else { None }
    }

    /// The set of the most important entry of this set alone.
    const fn first(self) -> Self {
        Self(self.0 & self.0.wrapping_neg())
    }

    const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Every subset but the set itself, the empty one first.
    fn proper_subsets(self) -> impl Iterator<Item = Self> {
        // Subtracting the set counts up in its bits: the carry runs over the bits between.
        let next = move |subset: &Self| Some(Self(subset.0.wrapping_sub(self.0) & self.0));
        std::iter::successors(Some(Self::EMPTY), next).take_while(move |subset| *subset != self)
    }

    /// Every subset, the set itself first and the empty one last.
    fn subsets_down(self) -> impl Iterator<Item = Self> {
        // Counts down in the bits of the set: borrowing runs over the bits between, as above. The
        // empty set has no successor, which ends the sequence.
        let next = move |subset: &Self| (!subset.is_empty()).then(|| Self((subset.0 - 1) & self.0));
        std::iter::successors(Some(self), next)
    }
}

/// The trees of one set of entries, by columns less one.
#[derive(Clone, Default)]
struct TreesByWidth(Vec<SubtreeList>);

impl TreesByWidth {
    /// The trees over `columns` columns, at least 1.
    fn over(&self, columns: i64) -> SubtreeList {
        usize::try_from(columns - 1).map_or(SubtreeList::default(), |index| self.0[index])
    }
}

/// The trees of every set of entries.
struct TreeTable(Vec<TreesByWidth>);

impl TreeTable {
    /// The trees of a set that is not empty.
    fn of(&self, set: EntrySet) -> &TreesByWidth {
        // The empty set has no entry, so set 1 is the first.
        &self.0[set.0 - 1]
    }

    /// The trees of the set of all entries.
    fn into_last(mut self) -> TreesByWidth {
        self.0.pop().unwrap_or_default()
    }
}

/// A search under way.
struct SlicingSearch<'a> {
    problem: &'a SearchProblem<'a>,
    /// All trees kept so far.
    subtrees: Vec<Subtree>,
    pairs_joined: u64,
    /// True if trees deeper than the page are kept where there are no others.
    keeps_too_deep: bool,
    effort: SearchEffort,
}

impl SlicingSearch<'_> {
    /// Limit: number of trees kept for a set and a width, fewer where there are more sets.
    fn trees_kept(&self, entries: usize) -> usize {
        let full = match entries {
            0..=4 => SMALL_PAGE_TREES_KEPT,
            5..=6 => 8,
            7..=8 => 7,
            _ => 6,
        };
        self.scale_by_effort(full)
    }

    /// Reduces a number of trees to a third where a rough answer does.
    fn scale_by_effort(&self, full: usize) -> usize {
        match self.effort {
            SearchEffort::Full => full,
            SearchEffort::Probe | SearchEffort::HeadsOnly => full.min(GROUP_TREES_KEPT) / 3,
        }
    }

    /// Layouts of the whole page, in no order.
    fn search_page(&mut self, groups: &[Vec<Rank>], count: usize) -> Result<Vec<PageTree>, Stop> {
        // A page of locked places only, or one from which every item was left off.
        if groups.is_empty() {
            return Ok(vec![PageTree::EMPTY]);
        }
        let mut entries = Vec::with_capacity(groups.len());
        for group in groups {
            entries.push(self.group_trees(group)?);
        }
        let kept = self.trees_kept(entries.len());
        // Lists of parts are short. The list of the whole page has as many trees as layouts are to
        // be settled.
        let table = self.tree_table(&entries, kept, kept.max(count))?;
        let all = EntrySet::all(entries.len());
        let cuts = self.problem.region_cuts.iter();
        // One table serves every cut of the free area: its trees know their width and depth, not
        // their place.
        Ok(cuts.flat_map(|regions| self.fill_regions(&table, all, regions, count)).collect())
    }

    /// Shares all entries among the free rectangles of a cut, the strongest of which comes first,
    /// and returns the cheapest ways.
    ///
    /// One rectangle after the other is filled. A state is the set of entries placed so far, its
    /// value the cheapest ways to place them; a transition places some of the others in the next
    /// rectangle. A state keeps at most [`SHARINGS_KEPT`] ways where there are several rectangles,
    /// so the result is that of a beam search. With one rectangle it is as exact as the table.
    fn fill_regions(
        &self,
        table: &TreeTable,
        all: EntrySet,
        regions: &[GridRect],
        count: usize,
    ) -> Vec<PageTree> {
        // With one rectangle no list is combined further, so as many pages as requested are kept.
        // With several, every state holds a list, and each list multiplies the next step.
        let kept = if regions.len() > 1 { count.min(SHARINGS_KEPT) } else { count };
        let mut by_placed: Vec<Vec<PageTree>> = vec![Vec::new(); all.0 + 1];
        by_placed[0].push(PageTree::EMPTY);
        for (index, region) in regions.iter().enumerate() {
            let is_last = index + 1 == regions.len();
            let mut next: Vec<Vec<PageTree>> = vec![Vec::new(); all.0 + 1];
            for (placed, pages) in by_placed.iter().enumerate() {
                // No way to place these entries in the rectangles so far: nothing to extend.
                if pages.is_empty() {
                    continue;
                }
                let placed = EntrySet(placed);
                // Every subset of the rest goes here; into the last rectangle all of the rest.
                for here in
                    all.without(placed).subsets_down().take(if is_last { 1 } else { usize::MAX })
                {
                    let out = &mut next[placed.with(here).0];
                    self.fill_region(table, here, *region, pages, out);
                }
            }
            // The sort is stable, so equal costs stay in the order of subsets and results are
            // reproducible.
            for pages in &mut next {
                pages.sort_by_key(|page| page.cost);
                pages.truncate(kept);
            }
            by_placed = next;
        }
        // The last state is the full set. It is empty if some entry found no rectangle in this cut.
        by_placed.pop().unwrap_or_default()
    }

    /// Adds to each of `pages` each tree of the entries `here`, in a free rectangle.
    fn fill_region(
        &self,
        table: &TreeTable,
        here: EntrySet,
        region: GridRect,
        pages: &[PageTree],
        out: &mut Vec<PageTree>,
    ) {
        if here.is_empty() {
            // A rectangle without an item stays white, and is charged for it.
            let white = region.cells() * WHITE_ROW;
            out.extend(
                pages.iter().map(|page| PageTree { cost: page.cost + white, ..page.clone() }),
            );
            return;
        }
        for id in table.of(here).over(region.columns).ids() {
            let tree = &self.subtrees[id.index()];
            // Copy may be overset here, but a tree whose heads and pictures do not fit is no
            // layout.
            if !tree.holds_heads_in(region.rows) {
                continue;
            }
            let cost = cost_in_rows(tree, region.rows, self.problem.chars);
            for page in pages {
                // The most important of the items to place belongs in the first rectangle.
                // Rectangles come strongest first, so an earlier tree stands in a stronger place.
                let weak_place = here.has_lead() && !page.trees.is_empty();
                let place_cost = if weak_place { costs::LEAD_PLACE } else { 0 };
                let mut trees = page.trees.clone();
                trees.push((id, region));
                out.push(PageTree { cost: page.cost + cost + place_cost, trees });
            }
        }
    }

    /// The trees of a group: an article, or a few that are searched on their own. A large group is
    /// searched in parts first.
    fn group_trees(&mut self, group: &[Rank]) -> Result<TreesByWidth, Stop> {
        if let [only] = group {
            // A single article is its forms; nothing to cut.
            return Ok(self.form_trees(*only));
        }
        let mut entries = Vec::with_capacity(GROUP_ITEMS_MOST);
        // At most four parts. A group of up to four falls into single articles; each part of a
        // larger one is smaller than the group, so the recursion ends.
        for part in group.chunks(group.len().div_ceil(GROUP_ITEMS_MOST)) {
            entries.push(self.group_trees(part)?);
        }
        let kept = self.scale_by_effort(GROUP_TREES_KEPT);
        // Only the trees of the complete group go on: on the page it is one entry and is never
        // split.
        Ok(self.tree_table(&entries, kept, kept)?.into_last())
    }

    /// The forms of an item as trees.
    fn form_trees(&mut self, rank: Rank) -> TreesByWidth {
        let options = self.problem.options[rank.index()];
        let lists = options.by_width().map(|(columns, options)| {
            // Forms are sorted by cost, so the list of leaves is cheapest first as every other list
            // is.
            let first = self.subtrees.len();
            let forms = options.forms.iter().enumerate();
            self.subtrees.extend(forms.map(|(index, form)| {
                form_subtree(options, form, (rank, FormIndex::new(index)), columns)
            }));
            SubtreeList::new(first..self.subtrees.len())
        });
        TreesByWidth(lists.collect())
    }

    /// The trees of every set of entries over every width: `kept` each, of the set of all entries
    /// `kept_of_all`.
    fn tree_table(
        &mut self,
        entries: &[TreesByWidth],
        kept: usize,
        kept_of_all: usize,
    ) -> Result<TreeTable, Stop> {
        let columns = self.problem.columns;
        let all = EntrySet::all(entries.len());
        let least_cells = self.least_cells(entries);
        let mut table = TreeTable(Vec::with_capacity(all.0));
        let mut cheapest = CheapestTrees::new(kept, to_i32(self.problem.rows));
        // Smaller numbers first: every subset comes before its set.
        for set in (1..=all.0).map(EntrySet) {
            self.problem.halt.check()?;
            if let Some(entry) = set.only() {
                // A single entry brings its trees: forms of an article, or trees of a group.
                table.0.push(entries[entry].clone());
                continue;
            }
            // On the page, trees of the full set are layouts to judge, so more of them are kept.
            let kept = if set == all { kept_of_all } else { kept };
            let cells: i64 = (0..entries.len())
                .filter(|entry| set.contains(*entry))
                .map(|entry| least_cells[entry])
                .sum();
            let mut lists = Vec::new();
            for width in 1..=columns {
                // No cut makes room where the items alone are deeper than the page.
                // Admissible: white rows between modules are left out of the count, and the
                // division rounds down.
                if !self.keeps_too_deep && cells / width > self.problem.rows {
                    lists.push(SubtreeList::default());
                    continue;
                }
                cheapest.restart(kept);
                let is_page = set == all && width == columns;
                self.join_halves(&table, set, width, is_page, &mut cheapest);
                lists.push(self.store_trees(&cheapest));
            }
            table.0.push(TreesByWidth(lists));
        }
        Ok(table)
    }

    /// Number of cells that each entry needs at the very least.
    fn least_cells(&self, entries: &[TreesByWidth]) -> Vec<i64> {
        let cells = |tree: &Subtree| i64::from(tree.least_rows) * i64::from(tree.columns);
        let least = |entry: &TreesByWidth| {
            // The minimum over all widths, so the bound holds whatever width the entry gets.
            let trees = entry.0.iter().flat_map(|list| list.of(&self.subtrees));
            trees.map(cells).min().unwrap_or(0)
        };
        entries.iter().map(least).collect()
    }

    /// Joins the trees of every two halves of a set over a width.
    fn join_halves(
        &mut self,
        table: &TreeTable,
        set: EntrySet,
        width: i64,
        is_page: bool,
        cheapest: &mut CheapestTrees,
    ) {
        // The half with the most important entry is always the first one, so each pair of halves is
        // seen once, not twice.
        let first = set.first();
        let rest = set.without(first);
        let left_tree = if first.has_lead() { LeftTree::Lead } else { LeftTree::Other };
        let mut pairs_joined = 0;
        let mut join = SubtreeJoin {
            problem: self.problem,
            subtrees: &self.subtrees,
            cheapest,
            pairs_joined: &mut pairs_joined,
            is_page,
            keeps_too_deep: self.keeps_too_deep,
        };
        // The first half has the most important entry and any of the others, but not all of them.
        for others in rest.proper_subsets() {
            let (upper, lower) = (table.of(first.with(others)), table.of(rest.without(others)));
            // Stacked trees share one width.
            join.join_lists(upper.over(width), lower.over(width), Joint::Stacked);
            // Side by side, the width is divided at every gutter; both sides keep at least one
            // column.
            for left in 1..width {
                let joint = Joint::Beside(left_tree);
                join.join_lists(upper.over(left), lower.over(width - left), joint);
            }
        }
        self.pairs_joined += pairs_joined;
    }

    /// Keeps the cheapest trees of a state for good.
    fn store_trees(&mut self, cheapest: &CheapestTrees) -> SubtreeList {
        let first = self.subtrees.len();
        // Trees deeper than the page are the last resort: a state with any tree that fits does
        // without them.
        if cheapest.trees.is_empty() && self.keeps_too_deep {
            self.subtrees.extend(cheapest.too_deep_trees());
        } else {
            self.subtrees.extend_from_slice(&cheapest.trees);
        }
        SubtreeList::new(first..self.subtrees.len())
    }
}
