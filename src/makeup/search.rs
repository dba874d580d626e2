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

use crate::makeup::draft::first_form;
use crate::makeup::leaf::{Form, Leaf, Position, off};
use crate::makeup::score::{self, BUMP, HEADS_BESIDE, MIDDLE_CUT, RANK, THROUGH, WHITE_ROW};
use crate::unit::Abs;

/// What the search is given.
pub(crate) struct Field<'a> {
    /// By item in order of importance, then by columns less one; those that are placed already are not among them.
    pub(crate) leaves: Vec<&'a [Leaf]>,
    /// Basic columns of the page.
    pub(crate) columns: i64,
    /// Rows free for articles.
    pub(crate) rows: i64,
    /// 字 in a row of one column.
    pub(crate) chars: i64,
    /// The white between two columns.
    pub(crate) gutter: Abs,
    /// The ways to cut what is free into rectangles, the strongest place first in each; one of the whole page where
    /// nothing is placed already.
    pub(crate) cuts: Vec<Vec<Region>>,
}

impl Field<'_> {
    /// The cells that all items take at the very least.
    pub(crate) fn least(&self) -> i64 {
        let item = |leaves: &&[Leaf]| {
            let forms = leaves.iter().zip(1..);
            let cells = |(leaf, columns): (&Leaf, i64)| {
                leaf.forms.iter().map(|form| form.rows[0] * columns).min()
            };
            forms.filter_map(cells).min().unwrap_or(0)
        };
        self.leaves.iter().map(item).sum()
    }
}

/// A free rectangle of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Region {
    /// First column.
    pub(crate) column: i64,
    /// First row, from the top of the type area.
    pub(crate) row: i64,
    /// Basic columns.
    pub(crate) columns: i64,
    /// Rows.
    pub(crate) rows: i64,
}

/// A layout of the whole page.
#[derive(Clone, Debug)]
pub(crate) struct Whole {
    /// What it costs.
    pub(crate) cost: i64,
    /// The tree of each free rectangle.
    pub(crate) parts: Vec<(PartId, Region)>,
}

/// Rows between two modules stacked: white with the rule in it.
pub const GAP: i64 = 1;

/// A tree in [`Layouts`].
pub(crate) type PartId = u32;

/// A tree of cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tree {
    /// One article, by its place in the order, in one of its forms.
    Leaf(u16, u16),
    /// One above the other.
    Stack(PartId, PartId),
    /// Side by side.
    Beside(PartId, PartId),
}

/// What stands at an upper corner of a part: a head of a size, so much white from the edge, or columns of body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Corner {
    /// Nothing for body.
    size: i32,
    white: i32,
}

impl Corner {
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
pub(crate) struct Part {
    /// The cuts.
    pub(crate) tree: Tree,
    /// Basic columns.
    pub(crate) columns: i32,
    /// The fewest rows it can take.
    pub(crate) least: i32,
    /// The most rows it can take without white.
    pub(crate) most: i32,
    /// The rows it takes when it may choose.
    pub(crate) usual: i32,
    /// How many articles share what its depth is off: those stacked, not those side by side.
    leaves: i32,
    /// The gutters that go through it, by the column behind each.
    open: u16,
    /// What it costs, but for its depth.
    pub(crate) cost: i64,
    corners: [Corner; 2],
}

/// The best layouts of a page.
pub(crate) struct Layouts {
    parts: Vec<Part>,
    /// The whole page, best first.
    pub(crate) whole: Vec<Whole>,
    /// Pairs of trees looked at.
    pub(crate) nodes: u64,
    /// Whether every set of items was looked at: none were grouped.
    pub(crate) exact: bool,
}

impl Layouts {
    pub(crate) fn part(&self, id: PartId) -> &Part {
        &self.parts[id as usize]
    }
}

/// What a tree costs in a free rectangle of so many rows.
pub(crate) fn total(part: &Part, rows: i64, chars: i64) -> i64 {
    let [columns, least, most] = [part.columns, part.least, part.most].map(i64::from);
    let over = (least - rows).max(0) * columns * chars * score::OVER_CHAR;
    let white = (rows - most).max(0) * columns * WHITE_ROW;
    let inside = rows.clamp(least, most.max(least));
    part.cost + over + white + off(inside, part.usual.into(), part.leaves.into())
}

/// So many articles, or groups of them, are combined in every way.
const ITEMS_MOST: usize = 9;
/// So many articles are grouped at most.
const GROUP_MOST: usize = 4;

/// So many ways to share the items are kept for each set of them.
const SHARED_KEPT: usize = 12;

/// How hard to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// For the page.
    Full,
    /// For the choice of a step.
    Probe,
}

/// The best layouts of the whole page, best first.
pub(crate) fn search(field: &Field<'_>, wanted: usize, effort: Effort) -> Layouts {
    let groups = groups(field);
    let mut search = Search { field, parts: Vec::new(), nodes: 0, lenient: false, effort };
    let mut whole = search.page(&groups, wanted);
    if whole.is_empty() && effort == Effort::Full {
        // More copy than the page holds: what is too deep is kept too, as long as nothing is less so.
        search.lenient = true;
        whole = search.page(&groups, wanted);
    }
    whole.sort_by_key(|whole| whole.cost);
    whole.truncate(wanted);
    let exact = groups.iter().all(|group| group.len() == 1);
    Layouts { parts: search.parts, whole, nodes: search.nodes, exact }
}

/// Runs of neighbours in the order of importance that are cut as one: each article alone where there are few.
/// The shortest neighbours go together, never with the lead.
fn groups(field: &Field<'_>) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = (0..field.leaves.len()).map(|item| vec![item]).collect();
    let rows = |group: &[usize]| -> i64 {
        let rows = |item: &usize| first_form(field.leaves[*item]).map_or(0, |form| form.rows[1]);
        group.iter().map(rows).sum()
    };
    while groups.len() > ITEMS_MOST {
        let pair = (1..groups.len() - 1)
            .filter(|at| groups[*at].len() + groups[at + 1].len() <= GROUP_MOST)
            .min_by_key(|at| rows(&groups[*at]) + rows(&groups[at + 1]));
        // Groups of four hold more articles than the limits let in on one page.
        let at = pair.unwrap_or(groups.len() - 2);
        let next = groups.remove(at + 1);
        groups[at].extend(next);
    }
    groups
}

/// The trees of one set, by columns less one: they lie side by side.
type Widths = Vec<Range<PartId>>;

struct Search<'a> {
    field: &'a Field<'a>,
    parts: Vec<Part>,
    nodes: u64,
    /// Whether trees deeper than the page are kept where there are no others.
    lenient: bool,
    effort: Effort,
}

/// The cheapest trees of a set over a width, none beaten by another in every way.
struct Best {
    keep: usize,
    rows: i32,
    parts: Vec<Part>,
    /// What is least too deep.
    shallowest: Option<Part>,
}

impl Best {
    fn new(keep: usize, rows: i32) -> Self {
        Self { keep, rows, parts: Vec::with_capacity(keep + 1), shallowest: None }
    }

    /// What costs as much as this or more is not wanted.
    fn bound(&self) -> i64 {
        if self.parts.len() < self.keep { i64::MAX } else { self.parts[self.keep - 1].cost }
    }

    fn add(&mut self, part: Part) {
        if part.least > self.rows {
            if self.shallowest.is_none_or(|known| part.least < known.least) {
                self.shallowest = Some(part);
            }
            return;
        }
        if part.cost >= self.bound() {
            return;
        }
        let text = |part: &Part, k: usize| part.corners[k].is_text();
        let beats = |a: &Part, b: &Part| {
            a.cost <= b.cost
                && a.least <= b.least
                && a.most >= b.most
                && (0..2).all(|k| text(a, k) || !text(b, k))
        };
        if self.parts.iter().any(|known| beats(known, &part)) {
            return;
        }
        self.parts.retain(|known| !beats(&part, known));
        let at = self.parts.partition_point(|known| known.cost <= part.cost);
        self.parts.insert(at, part);
        self.parts.truncate(self.keep);
    }
}

impl Search<'_> {
    /// The trees kept for a set and a width: fewer where there are more sets, so that the work stays bounded.
    fn kept(&self, items: usize) -> usize {
        let full = match items {
            0..=4 => 16,
            5..=6 => 8,
            7..=8 => 7,
            _ => 6,
        };
        match self.effort {
            Effort::Full => full,
            Effort::Probe => full / 3,
        }
    }

    fn page(&mut self, groups: &[Vec<usize>], wanted: usize) -> Vec<Whole> {
        if groups.is_empty() {
            return vec![Whole { cost: 0, parts: Vec::new() }];
        }
        let items: Vec<Widths> = groups.iter().map(|group| self.group(group)).collect();
        let keep = self.kept(items.len());
        let tables = self.table(&items, keep, keep.max(wanted));
        let field = self.field;
        field.cuts.iter().flat_map(|cut| self.fill(&tables, cut, wanted)).collect()
    }

    /// The best ways to share all items among the free rectangles of a cut, the strongest of which has the lead.
    fn fill(&self, tables: &[Widths], cut: &[Region], wanted: usize) -> Vec<Whole> {
        let all = tables.len();
        let keep = if cut.len() > 1 { wanted.min(SHARED_KEPT) } else { wanted };
        let mut best: Vec<Vec<Whole>> = vec![Vec::new(); all + 1];
        best[0].push(Whole { cost: 0, parts: Vec::new() });
        for (at, region) in cut.iter().enumerate() {
            let last = at + 1 == cut.len();
            let mut next: Vec<Vec<Whole>> = vec![Vec::new(); all + 1];
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
        tables: &[Widths],
        here: usize,
        region: &Region,
        known: &[Whole],
        out: &mut Vec<Whole>,
    ) {
        let field = self.field;
        if here == 0 {
            let white = region.rows * region.columns * WHITE_ROW;
            out.extend(
                known.iter().map(|whole| Whole { cost: whole.cost + white, ..whole.clone() }),
            );
            return;
        }
        // The lead in a weaker place than the first; one locked elsewhere is not among the items.
        let rank = |whole: &Whole| {
            if here & 1 == 1 && !whole.parts.is_empty() { score::LEAD_PLACE } else { 0 }
        };
        let at = usize::try_from(region.columns - 1).unwrap_or(0);
        for id in tables[here - 1][at].clone() {
            let cost = total(&self.parts[id as usize], region.rows, field.chars);
            for whole in known {
                let mut parts = whole.parts.clone();
                parts.push((id, *region));
                out.push(Whole { cost: whole.cost + cost + rank(whole), parts });
            }
        }
    }

    /// The trees of a group: an article, or a few cut on their own.
    fn group(&mut self, group: &[usize]) -> Widths {
        let items: Vec<Widths> = group.iter().map(|item| self.article(*item)).collect();
        if let [only] = items.as_slice() {
            return only.clone();
        }
        let keep = self.kept(group.len());
        // The last table is that of the whole group, by width.
        self.table(&items, keep, keep).pop().unwrap_or_default()
    }

    /// The forms of an article as trees.
    fn article(&mut self, item: usize) -> Widths {
        let widths = self.field.leaves[item];
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
    fn table(&mut self, items: &[Widths], keep: usize, last: usize) -> Vec<Widths> {
        let columns = usize::try_from(self.field.columns).unwrap_or(1);
        let sets = 1_usize << items.len();
        let areas = self.areas(items);
        let mut table: Vec<Widths> = Vec::with_capacity(sets - 1);
        for set in 1..sets {
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
                let best = self.pairs(&table, set, width, (keep, whole));
                widths.push(self.store(best));
            }
            table.push(widths);
        }
        table
    }

    /// The rows of one column that each item takes at the very least.
    fn areas(&self, items: &[Widths]) -> Vec<i64> {
        let area = |widths: &Widths| {
            let parts = widths.iter().flat_map(|list| self.list(list));
            parts.map(|part| i64::from(part.least) * i64::from(part.columns)).min().unwrap_or(0)
        };
        items.iter().map(area).collect()
    }

    fn list(&self, ids: &Range<PartId>) -> &[Part] {
        &self.parts[ids.start as usize..ids.end as usize]
    }

    /// The best trees of a set over a width whose halves were kept; of the `whole` page its open gutters are charged.
    fn pairs(
        &mut self,
        table: &[Widths],
        set: usize,
        width: usize,
        (keep, whole): (usize, bool),
    ) -> Best {
        let lead = set & set.wrapping_neg();
        let rest = set & !lead;
        let mut best = Best::new(keep, short(self.field.rows));
        let mut nodes = 0;
        // Every part of the others goes with the lead, but for all of them.
        let mut others = 0;
        loop {
            let (first, second) = (&table[(lead | others) - 1], &table[(rest & !others) - 1]);
            let mut join = Join { search: self, best: &mut best, nodes: &mut nodes, whole };
            join.stacks(&first[width - 1], &second[width - 1]);
            for left in 1..width {
                join.besides(&first[left - 1], &second[width - left - 1], lead == 1);
            }
            others = others.wrapping_sub(rest) & rest;
            if others == rest || others == 0 {
                self.nodes += nodes;
                return best;
            }
        }
    }

    /// Keeps trees for good.
    fn store(&mut self, best: Best) -> Range<PartId> {
        let first = self.parts.len();
        self.parts.extend(best.parts);
        if self.parts.len() == first && self.lenient {
            self.parts.extend(best.shallowest);
        }
        id(first)..id(self.parts.len())
    }

    /// What two corners cost that meet at a gutter (碰题, §4.4).
    fn bump(&self, left: Corner, right: Corner) -> i64 {
        if left.is_text() || right.is_text() || !score::alike(left.size, right.size) {
            return 0;
        }
        let gutter = self.field.gutter.units();
        let apart = i64::from(left.white) + gutter + i64::from(right.white);
        if apart <= gutter * 2 { BUMP } else { HEADS_BESIDE }
    }
}

/// Joins the trees of two sets into those of both.
struct Join<'a, 'b> {
    search: &'a Search<'b>,
    best: &'a mut Best,
    nodes: &'a mut u64,
    /// Whether they make the whole page.
    whole: bool,
}

impl Join<'_, '_> {
    /// Every pair of two lists, each cheapest first, that may still be among the best.
    fn stacks(&mut self, above: &Range<PartId>, below: &Range<PartId>) {
        let search = self.search;
        for (a, upper) in above.clone().zip(search.list(above)) {
            // A stack is built from its top, so that each is built once.
            if matches!(upper.tree, Tree::Stack(..)) {
                continue;
            }
            for (b, lower) in below.clone().zip(search.list(below)) {
                if upper.cost + lower.cost >= self.best.bound() && !search.lenient {
                    break;
                }
                *self.nodes += 1;
                self.stack((a, upper), (b, lower));
            }
        }
    }

    fn besides(&mut self, left: &Range<PartId>, right: &Range<PartId>, lead: bool) {
        let search = self.search;
        for (a, west) in left.clone().zip(search.list(left)) {
            if matches!(west.tree, Tree::Beside(..)) {
                continue;
            }
            for (b, east) in right.clone().zip(search.list(right)) {
                if west.cost + east.cost >= self.best.bound() && !search.lenient {
                    break;
                }
                *self.nodes += 1;
                self.beside((a, west), (b, east), lead);
            }
        }
    }

    /// Gutters open from the top of the page to its foot.
    fn through(&self, open: u16) -> i64 {
        if self.whole { i64::from(open.count_ones()) * THROUGH } else { 0 }
    }

    fn stack(&mut self, (a, above): (PartId, &Part), (b, below): (PartId, &Part)) {
        let field = self.search.field;
        let gap = short(GAP);
        let open = above.open & below.open;
        let mut cost = above.cost + below.cost + self.through(open);
        if i64::from(above.columns) == field.columns {
            // A cut across the page; in the middle it breaks the page in two.
            let percent = i64::from(above.usual) * 100 / field.rows.max(1);
            cost += if (42..=58).contains(&percent) { MIDDLE_CUT } else { score::ACROSS };
        }
        self.best.add(Part {
            tree: Tree::Stack(a, b),
            columns: above.columns,
            least: above.least + gap + below.least,
            most: above.most + gap + below.most,
            usual: above.usual + gap + below.usual,
            leaves: above.leaves + below.leaves,
            open,
            cost,
            corners: above.corners,
        });
    }

    fn beside(&mut self, (a, left): (PartId, &Part), (b, right): (PartId, &Part), lead: bool) {
        let least = left.least.max(right.least);
        let most = left.most.min(right.most).max(least);
        // Where the ranges do not meet, the shallower side stays white at its foot.
        let (shallow, narrow) = if left.most < right.most {
            (left.most, left.columns)
        } else {
            (right.most, right.columns)
        };
        let white = i64::from((least - shallow).max(0) * narrow) * WHITE_ROW;
        let mut cost = left.cost + right.cost + white;
        if cost >= self.best.bound() && !self.search.lenient {
            return;
        }
        cost += self.search.bump(left.corners[1], right.corners[0]);
        let open = left.open | 1 << left.columns | right.open << left.columns;
        cost += self.through(open);
        if lead && left.columns < right.columns {
            cost += RANK;
        }
        let usual = i32::midpoint(left.usual, right.usual).clamp(least, most);
        // Both sides take one depth; what pulls them from their own costs.
        for side in [left, right] {
            let inside = usual.clamp(side.least, side.most.max(side.least));
            cost += off(inside.into(), side.usual.into(), side.leaves.into());
        }
        self.best.add(Part {
            tree: Tree::Beside(a, b),
            columns: left.columns + right.columns,
            least,
            most,
            usual,
            leaves: left.leaves.min(right.leaves),
            open,
            cost,
            corners: [left.corners[0], right.corners[1]],
        });
    }
}

/// Rows and columns of a page, far below what the short form holds.
fn short(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

fn id(index: usize) -> PartId {
    // Far fewer trees are kept than there are numbers.
    PartId::try_from(index).unwrap_or(PartId::MAX)
}

fn leaf_part(leaf: &Leaf, form: &Form, item: usize, k: u16, columns: i32) -> Part {
    // A frame parts heads as text does.
    let bare = leaf.strip.inset == Abs::ZERO && form.head.size > Abs::ZERO;
    let head = if bare { Corner::head(form.head.size, form.white) } else { Corner::TEXT };
    let [least, usual, most] = form.rows.map(short);
    Part {
        tree: Tree::Leaf(u16::try_from(item).unwrap_or(u16::MAX), k),
        columns,
        least,
        most,
        usual,
        leaves: 1,
        open: 0,
        cost: form.cost,
        corners: match form.position {
            Position::Above => [head, head],
            Position::Left(_) => [head, Corner::TEXT],
            // A head in the middle, or one that runs down, is no pair for another.
            Position::Centre(..) | Position::Upright(_) => [Corner::TEXT, Corner::TEXT],
        },
    }
}
