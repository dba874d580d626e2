//! The search against every layout: on small pages it has to find the cheapest one.

use std::ops::Range;

use crate::fit::ArticleHead;
use crate::makeup::head::HeadPosition;
use crate::makeup::plan::forms::{ItemOptions, ModuleForm, WidthOptions};
use crate::makeup::plan::index::{FormIndex, Rank, to_i32};
use crate::makeup::plan::join::{
    CheapestTrees, Joint, LeftTree, Subtree, SubtreeJoin, SubtreeList, form_subtree,
};
use crate::makeup::plan::problem::SearchProblem;
use crate::makeup::plan::search::{cost_in_rows, search_layouts};
use crate::makeup::task::{HaltSignal, SearchEffort};
use crate::model::InnerColumns;
use crate::unit::{Abs, GridRect, RowRange};

/// Every tree of every set of items over every width, but for those deeper than the page.
struct ExhaustiveSearch<'a> {
    problem: &'a SearchProblem<'a>,
    subtrees: Vec<Subtree>,
}

impl ExhaustiveSearch<'_> {
    /// Cost of the cheapest tree of the whole page; `None` if none fits.
    fn cheapest(&mut self) -> Option<i64> {
        let problem = self.problem;
        let sets = 1_usize << problem.options.len();
        let mut table: Vec<Vec<Range<usize>>> = vec![Vec::new(); sets];
        let mut least = None;
        // Smaller numbers first, so that every subset is done before its set.
        for set in 1..sets {
            let is_all = set == sets - 1;
            for width in 1..=problem.columns {
                let is_page = is_all && width == problem.columns;
                let trees = if set.count_ones() == 1 {
                    self.form_trees(set.trailing_zeros() as usize, width)
                } else if is_all && !is_page {
                    Vec::new()
                } else {
                    self.joined(&table, set, width, is_page)
                };
                if is_page {
                    let cost = |tree: &Subtree| cost_in_rows(tree, problem.rows, problem.chars);
                    // The depth of the page is known only here, so its cost is added last, as the
                    // search does.
                    least = trees.iter().map(cost).min();
                } else {
                    let first = self.subtrees.len();
                    self.subtrees.extend(trees);
                    table[set].push(first..self.subtrees.len());
                }
            }
        }
        least
    }

    fn form_trees(&self, index: usize, width: i64) -> Vec<Subtree> {
        let options = self.problem.options[index].over(width).expect("a width");
        let rank = Rank::new(index);
        let forms = options.forms.iter().enumerate();
        forms
            .map(|(form, value)| form_subtree(options, value, (rank, FormIndex::new(form)), width))
            .collect()
    }

    /// Every tree of two halves, the first of which has the most important item.
    fn joined(
        &self,
        table: &[Vec<Range<usize>>],
        set: usize,
        width: i64,
        is_page: bool,
    ) -> Vec<Subtree> {
        // The lowest bit: the most important item of the set.
        let lead = set & set.wrapping_neg();
        let left_tree = if lead == 1 { LeftTree::Lead } else { LeftTree::Other };
        let over = |set: usize, width: i64| {
            table[set][usize::try_from(width - 1).expect("a width")].clone()
        };
        let mut out = Vec::new();
        for first in (1..set).filter(|first| first & !set == 0 && first & lead != 0) {
            let second = set & !first;
            for a in over(first, width) {
                for b in over(second, width) {
                    out.extend(self.join(is_page, [a, b], Joint::Stacked));
                }
            }
            for left in 1..width {
                for a in over(first, left) {
                    for b in over(second, width - left) {
                        out.extend(self.join(is_page, [a, b], Joint::Beside(left_tree)));
                    }
                }
            }
        }
        out
    }

    /// One tree of two, as the search makes it.
    fn join(&self, is_page: bool, [a, b]: [usize; 2], joint: Joint) -> Option<Subtree> {
        // A list of its own for each pair, so that no tree is dropped for another one. Only the
        // joint itself is shared with the search.
        let mut cheapest = CheapestTrees::new(1, to_i32(self.problem.rows));
        let mut join = SubtreeJoin {
            problem: self.problem,
            subtrees: &self.subtrees,
            cheapest: &mut cheapest,
            pairs_joined: &mut 0,
            is_page,
            keeps_too_deep: false,
        };
        join.join_lists(SubtreeList::new(a..a + 1), SubtreeList::new(b..b + 1), joint);
        cheapest.trees.pop()
    }
}

/// A generator of numbers (xorshift64*).
struct NumberStream(u64);

impl NumberStream {
    fn of(&mut self, range: Range<i64>) -> i64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let next = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        range.start + i64::try_from(next).expect("31 bits") % (range.end - range.start)
    }
}

/// Sizes of headlines in pt.
const SIZES: [i64; 6] = [18, 21, 24, 28, 36, 48];

/// An item of `lines` lines over every width: heads of some sizes, above all columns or over
/// those at the left, in costs and depths as those of real articles are.
fn item(numbers: &mut NumberStream, lines: i64, columns: i64, forms: i64) -> ItemOptions {
    let strip = InnerColumns { inset: Abs::ZERO, chars: 17, body: Abs::pt(9), gutter: Abs::pt(16) };
    let leaf = |width: i64| {
        let mut all: Vec<ModuleForm> = (0..forms).map(|_| form(numbers, lines, width)).collect();
        all.sort_by_key(|form| form.cost);
        WidthOptions { forms: all, inner_columns: strip }
    };
    ItemOptions::new((1..=columns).map(leaf).collect())
}

fn form(numbers: &mut NumberStream, lines: i64, width: i64) -> ModuleForm {
    let rows = numbers.of(4..12);
    let span = if width > 1 && numbers.of(0..3) == 0 { (width + 1) / 2 } else { width };
    let position = if span < width { HeadPosition::Left(span) } else { HeadPosition::Above };
    let size = Abs::pt(SIZES[usize::try_from(numbers.of(0..6)).expect("a size")]);
    let depth = |head: i64| (lines + head * span + width - 1) / width;
    let (least, most) = (rows - 1, rows + 6);
    // A column too long and a strip cost; what else a form has against it is as good as chance.
    let cost = numbers.of(0..150) + (depth(rows) - 60).max(0) * 3;
    ModuleForm {
        head_position: position,
        head: ArticleHead { headline_size: size, rows, least_rows: least, ..ArticleHead::none() },
        head_rows: [least, most],
        picture_blocks: Vec::new(),
        first_text_column: 0,
        rows: RowRange::new(depth(least), depth(rows), depth(most)),
        floor_rows: least,
        cost,
        cost_without_body: cost,
        side_white: Abs::pt(numbers.of(0..40)),
    }
}

/// A page of one to four items that fill nine tenths of it to all of it.
fn page(seed: u64) -> (Vec<ItemOptions>, [i64; 2]) {
    let mut numbers = NumberStream(0x9E37_79B9_7F4A_7C15 ^ (seed + 1).wrapping_mul(0x2545_F491));
    let count = i64::try_from(seed).expect("a few") % 4 + 1;
    let [columns, rows] = [[6, 107], [8, 112], [5, 90]][usize::try_from(seed % 3).expect("three")];
    let forms = if count == 4 { 6 } else { 10 };
    let cells = columns * rows * numbers.of(88..98) / 100 - count * 7 * (columns / 2);
    let shares: Vec<i64> = (0..count).map(|_| numbers.of(20..100)).collect();
    let sum: i64 = shares.iter().sum();
    let items = shares.iter().map(|share| item(&mut numbers, cells * share / sum, columns, forms));
    (items.collect(), [columns, rows])
}

/// Pages tried.
const PAGES: u64 = 400;

#[test]
fn the_search_finds_the_cheapest_layout_of_small_pages() {
    let mut worse = Vec::new();
    for seed in 0..PAGES {
        let (items, [columns, rows]) = page(seed);
        let field = SearchProblem {
            options: items.iter().collect(),
            columns,
            rows,
            chars: 17,
            gutter: Abs::pt(16),
            region_cuts: vec![vec![GridRect::new(0, 4, columns, rows)]],
            halt: HaltSignal::NEVER,
        };
        let found =
            search_layouts(&field, 1, SearchEffort::Full).expect("not halted").pages[0].cost;
        let Some(least) = (ExhaustiveSearch { problem: &field, subtrees: Vec::new() }).cheapest()
        else {
            continue;
        };
        if found != least {
            worse.push(format!("page {seed}, {} items: {found}, least {least}", items.len()));
        }
    }
    assert!(worse.is_empty(), "{} of {PAGES}\n{}", worse.len(), worse.join("\n"));
}
