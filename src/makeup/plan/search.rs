//! Slicing the page: every way to cut it into one rectangle an article.
//!
//! A layout is a tree of cuts: articles stacked, or set side by side. For each set of articles and each width
//! in basic columns the search keeps the best few trees with the range of depths they can take. Stacking adds
//! ranges, setting side by side intersects them. At every cut the half with the most important article comes
//! first: above, or at the left; so the lead stands at the top left and strength of place follows importance.
//!
//! A page of more articles than sets can be counted for has its shorter neighbours grouped first, each group a
//! rectangle that is cut on its own.

use std::ops::Range;

use crate::makeup::costs;
use crate::makeup::costs::WHITE_ROW;
use crate::makeup::plan::forms::{depth_cost, narrowest_form};
use crate::makeup::plan::join::{
    CheapestTrees, FEW_KEPT, Subtree, SubtreeId, SubtreeJoin, leaf_part, list, short,
};
use crate::makeup::plan::problem::{FreeRegion, SearchProblem};
use crate::makeup::task::SearchEffort;

/// A layout of the whole page.
#[derive(Clone, Debug)]
pub(crate) struct PageTree {
    /// What it costs.
    pub(crate) cost: i64,
    /// The tree of each free rectangle.
    pub(crate) subtrees: Vec<(SubtreeId, FreeRegion)>,
}

/// The best layouts of a page.
pub(crate) struct FoundLayouts {
    parts: Vec<Subtree>,
    /// The whole page, best first.
    pub(crate) pages: Vec<PageTree>,
    /// Pairs of trees looked at.
    pub(crate) pairs_joined: u64,
    /// True if items were put into groups before the search, so that not every set was searched.
    pub(crate) has_groups: bool,
}

impl FoundLayouts {
    pub(crate) fn part(&self, id: SubtreeId) -> &Subtree {
        &self.parts[id as usize]
    }
}

/// What a tree costs in a free rectangle of so many rows.
pub(crate) fn total(part: &Subtree, rows: i64, chars: i64) -> i64 {
    let [columns, least, most] = [part.columns, part.least, part.most].map(i64::from);
    let over = (least - rows).max(0) * columns * chars * costs::OVER_CHAR;
    let white = (rows - most).max(0) * columns * WHITE_ROW;
    let inside = rows.clamp(least, most.max(least));
    part.cost + over + white + depth_cost(inside, part.usual.into(), part.leaves.into())
}

/// So many articles, or groups of them, are combined in every way.
const ITEMS_MOST: usize = 9;
/// The same where a rough answer does: two less make an eighth of the sets.
const ITEMS_PROBED: usize = 7;
/// So many articles are grouped at most, as long as that leaves few enough groups; larger ones are cut in so many parts.
const GROUP_MOST: usize = 4;

/// So many trees are kept of a group; a third of it where a rough answer does.
const GROUP_KEPT: usize = 16;

/// So many ways to share the items are kept for each set of them.
const SHARED_KEPT: usize = 12;

/// The best layouts of the whole page, best first.
pub(crate) fn search(
    field: &SearchProblem<'_>,
    wanted: usize,
    effort: SearchEffort,
) -> FoundLayouts {
    let most = if effort == SearchEffort::Probe { ITEMS_PROBED } else { ITEMS_MOST };
    let groups = groups(field, most);
    let mut search = SlicingSearch { field, parts: Vec::new(), nodes: 0, lenient: false, effort };
    let mut whole = search.page(&groups, wanted);
    if whole.is_empty() && effort != SearchEffort::Probe {
        // More copy than the page holds: what is too deep is kept too, as long as nothing is less so.
        search.lenient = true;
        whole = search.page(&groups, wanted);
    }
    whole.sort_by_key(|whole| whole.cost);
    whole.truncate(wanted);
    let has_groups = groups.iter().any(|group| group.len() > 1);
    FoundLayouts { parts: search.parts, pages: whole, pairs_joined: search.nodes, has_groups }
}

/// Runs of neighbours in the order of importance that are cut as one: each article alone where there are few.
/// The shortest neighbours go together, never with the lead.
fn groups(field: &SearchProblem<'_>, most: usize) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = (0..field.options.len()).map(|item| vec![item]).collect();
    let rows = |group: &[usize]| -> i64 {
        let rows =
            |item: &usize| narrowest_form(field.options[*item]).map_or(0, |form| form.rows[1]);
        group.iter().map(rows).sum()
    };
    while groups.len() > most {
        let long = |at: &usize| groups[*at].len() + groups[at + 1].len() > GROUP_MOST;
        let pair = (1..groups.len() - 1)
            .min_by_key(|at| (long(at), rows(&groups[*at]) + rows(&groups[at + 1])));
        let at = pair.unwrap_or(groups.len() - 2);
        let next = groups.remove(at + 1);
        groups[at].extend(next);
    }
    groups
}

/// The trees of one set, by columns less one: they lie side by side.
type TreesByWidth = Vec<Range<SubtreeId>>;

struct SlicingSearch<'a> {
    field: &'a SearchProblem<'a>,
    parts: Vec<Subtree>,
    nodes: u64,
    /// Whether trees deeper than the page are kept where there are no others.
    lenient: bool,
    effort: SearchEffort,
}

impl SlicingSearch<'_> {
    /// The trees kept for a set and a width: fewer where there are more sets, so that the work stays bounded.
    fn kept(&self, items: usize) -> usize {
        let full = match items {
            0..=4 => FEW_KEPT,
            5..=6 => 8,
            7..=8 => 7,
            _ => 6,
        };
        self.by_effort(full)
    }

    /// What is left of a number of trees where a rough answer does.
    fn by_effort(&self, full: usize) -> usize {
        match self.effort {
            SearchEffort::Full => full,
            SearchEffort::Probe | SearchEffort::Room => full.min(GROUP_KEPT) / 3,
        }
    }

    fn page(&mut self, groups: &[Vec<usize>], wanted: usize) -> Vec<PageTree> {
        if groups.is_empty() {
            return vec![PageTree { cost: 0, subtrees: Vec::new() }];
        }
        let items: Vec<TreesByWidth> = groups.iter().map(|group| self.group(group)).collect();
        let keep = self.kept(items.len());
        let tables = self.table(&items, keep, keep.max(wanted));
        let field = self.field;
        field.region_cuts.iter().flat_map(|cut| self.fill(&tables, cut, wanted)).collect()
    }

    /// The best ways to share all items among the free rectangles of a cut, the strongest of which has the lead.
    fn fill(&self, tables: &[TreesByWidth], cut: &[FreeRegion], wanted: usize) -> Vec<PageTree> {
        let all = tables.len();
        let keep = if cut.len() > 1 { wanted.min(SHARED_KEPT) } else { wanted };
        let mut best: Vec<Vec<PageTree>> = vec![Vec::new(); all + 1];
        best[0].push(PageTree { cost: 0, subtrees: Vec::new() });
        for (at, region) in cut.iter().enumerate() {
            let last = at + 1 == cut.len();
            let mut next: Vec<Vec<PageTree>> = vec![Vec::new(); all + 1];
            for (done, known) in best.iter().enumerate().filter(|(_, known)| !known.is_empty()) {
                let rest = all & !done;
                // Every part of what is left goes here; all of it into the last one.
                let mut here = rest;
                loop {
                    self.share(tables, here, region, known, &mut next[done | here]);
                    if last || here == 0 {
                        break;
                    }
                    here = (here - 1) & rest;
                }
            }
            for list in &mut next {
                list.sort_by_key(|whole| whole.cost);
                list.truncate(keep);
            }
            best = next;
        }
        best.pop().unwrap_or_default()
    }

    /// A set of items in a free rectangle, beside what the others hold.
    fn share(
        &self,
        tables: &[TreesByWidth],
        here: usize,
        region: &FreeRegion,
        known: &[PageTree],
        out: &mut Vec<PageTree>,
    ) {
        let field = self.field;
        if here == 0 {
            let white = region.rows * region.columns * WHITE_ROW;
            out.extend(
                known.iter().map(|whole| PageTree { cost: whole.cost + white, ..whole.clone() }),
            );
            return;
        }
        // The lead in a weaker place than the first; one locked elsewhere is not among the items.
        let rank = |whole: &PageTree| {
            if here & 1 == 1 && !whole.subtrees.is_empty() { costs::LEAD_PLACE } else { 0 }
        };
        let at = usize::try_from(region.columns - 1).unwrap_or(0);
        for id in tables[here - 1][at].clone() {
            let part = &self.parts[id as usize];
            if !part.stands_in(region.rows) {
                continue;
            }
            let cost = total(part, region.rows, field.chars);
            for whole in known {
                let mut parts = whole.subtrees.clone();
                parts.push((id, *region));
                out.push(PageTree { cost: whole.cost + cost + rank(whole), subtrees: parts });
            }
        }
    }

    /// The trees of a group: an article, or a few cut on their own; of more, so many parts of it.
    fn group(&mut self, group: &[usize]) -> TreesByWidth {
        if let [only] = group {
            return self.article(*only);
        }
        let parts = group.chunks(group.len().div_ceil(GROUP_MOST));
        let items: Vec<TreesByWidth> = parts.map(|part| self.group(part)).collect();
        let keep = self.by_effort(GROUP_KEPT);
        // The last table is that of the whole group, by width.
        self.table(&items, keep, keep).pop().unwrap_or_default()
    }

    /// The forms of an article as trees.
    fn article(&mut self, item: usize) -> TreesByWidth {
        let widths = self.field.options[item];
        let mut out = Vec::with_capacity(widths.len());
        for (at, leaf) in widths.iter().enumerate() {
            let first = self.parts.len();
            let columns = short(at as i64 + 1);
            let forms = leaf.forms.iter().zip(0..);
            self.parts.extend(forms.map(|(form, k)| leaf_part(leaf, form, item, k, columns)));
            out.push(id(first)..id(self.parts.len()));
        }
        out
    }

    /// The trees of every set of items, by the bits of the set less one; of the set of all `last` are kept.
    fn table(&mut self, items: &[TreesByWidth], keep: usize, last: usize) -> Vec<TreesByWidth> {
        let columns = usize::try_from(self.field.columns).unwrap_or(1);
        let sets = 1_usize << items.len();
        let areas = self.areas(items);
        let mut table: Vec<TreesByWidth> = Vec::with_capacity(sets - 1);
        // About so many are kept in all.
        self.parts.reserve(sets * columns * keep / 2);
        let mut best = CheapestTrees::new(keep, short(self.field.rows));
        for set in 1..sets {
            // Who stops the work throws away what it gave: the rest of the sets is left out.
            if self.field.halt.check().is_err() {
                break;
            }
            let lead = set & set.wrapping_neg();
            if set == lead {
                table.push(items[set.trailing_zeros() as usize].clone());
                continue;
            }
            let keep = if set == sets - 1 { last } else { keep };
            let area: i64 =
                (0..items.len()).filter(|k| set & (1 << k) != 0).map(|k| areas[k]).sum();
            let mut widths = Vec::with_capacity(columns);
            for width in 1..=columns {
                // No cut makes room: the copy alone is deeper than the page.
                let deep = area / width as i64;
                if !self.lenient && deep > self.field.rows {
                    widths.push(0..0);
                    continue;
                }
                let whole = set == sets - 1 && width == columns;
                best.clear(keep);
                self.pairs(&table, set, width, whole, &mut best);
                widths.push(self.store(&best));
            }
            table.push(widths);
        }
        table
    }

    /// The rows of one column that each item takes at the very least.
    fn areas(&self, items: &[TreesByWidth]) -> Vec<i64> {
        let area = |widths: &TreesByWidth| {
            let parts = widths.iter().flat_map(|ids| list(&self.parts, ids));
            parts.map(|part| i64::from(part.least) * i64::from(part.columns)).min().unwrap_or(0)
        };
        items.iter().map(area).collect()
    }

    /// Adds the best trees of a set over a width whose halves were kept; of the `whole` page its open gutters are
    /// charged.
    fn pairs(
        &mut self,
        table: &[TreesByWidth],
        set: usize,
        width: usize,
        whole: bool,
        best: &mut CheapestTrees,
    ) {
        let lead = set & set.wrapping_neg();
        let rest = set & !lead;
        let mut nodes = 0;
        // Every part of the others goes with the lead, but for all of them.
        let mut others = 0;
        loop {
            let (first, second) = (&table[(lead | others) - 1], &table[(rest & !others) - 1]);
            let mut join = SubtreeJoin {
                field: self.field,
                parts: &self.parts,
                best: &mut *best,
                nodes: &mut nodes,
                whole,
                lenient: self.lenient,
            };
            join.stacks(&first[width - 1], &second[width - 1]);
            for left in 1..width {
                join.besides(&first[left - 1], &second[width - left - 1], lead == 1);
            }
            others = others.wrapping_sub(rest) & rest;
            if others == rest || others == 0 {
                self.nodes += nodes;
                return;
            }
        }
    }

    /// Keeps trees for good.
    fn store(&mut self, best: &CheapestTrees) -> Range<SubtreeId> {
        let first = self.parts.len();
        if best.parts.is_empty() && self.lenient {
            self.parts.extend(best.too_deep());
        } else {
            self.parts.extend_from_slice(&best.parts);
        }
        id(first)..id(self.parts.len())
    }
}

fn id(index: usize) -> SubtreeId {
    // Far fewer trees are kept than there are numbers.
    SubtreeId::try_from(index).unwrap_or(SubtreeId::MAX)
}
