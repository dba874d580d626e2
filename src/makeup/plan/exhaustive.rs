//! The search against trying everything: on small pages it has to find the cheapest layout that there is.

use std::ops::Range;

use crate::fit::ArticleHead;
use crate::makeup::head::HeadPosition;
use crate::makeup::plan::forms::{ModuleForm, WidthOptions};
use crate::makeup::plan::join::{CheapestTrees, Subtree, SubtreeId, SubtreeJoin, leaf_part, short};
use crate::makeup::plan::problem::{FreeRegion, SearchProblem};
use crate::makeup::plan::search::{search, total};
use crate::makeup::task::{HaltSignal, SearchEffort};
use crate::model::InnerColumns;
use crate::unit::Abs;

/// Every tree of every set of items over every width; only those that are too deep for the page are left out.
struct ExhaustiveSearch<'a> {
    field: &'a SearchProblem<'a>,
    parts: Vec<Subtree>,
}

impl ExhaustiveSearch<'_> {
    /// The cheapest tree of the whole page; `None` if none goes in.
    fn cheapest(&mut self) -> Option<i64> {
        let field = self.field;
        let columns = usize::try_from(field.columns).expect("columns");
        let sets = 1_usize << field.options.len();
        let mut table: Vec<Vec<Range<SubtreeId>>> = vec![Vec::new(); sets];
        let mut least = None;
        for set in 1..sets {
            let all = set == sets - 1;
            for width in 1..=columns {
                let whole = all && width == columns;
                let parts = if set.count_ones() == 1 {
                    self.leaves(set.trailing_zeros() as usize, width)
                } else if all && !whole {
                    Vec::new()
                } else {
                    self.joined(&table, set, width, whole)
                };
                if whole {
                    least = parts.iter().map(|part| total(part, field.rows, field.chars)).min();
                } else {
                    let first = self.parts.len();
                    self.parts.extend(parts);
                    table[set].push(id(first)..id(self.parts.len()));
                }
            }
        }
        least
    }

    fn leaves(&self, item: usize, width: usize) -> Vec<Subtree> {
        let leaf = &self.field.options[item][width - 1];
        let forms = leaf.forms.iter().zip(0..);
        forms.map(|(form, k)| leaf_part(leaf, form, item, k, short(width as i64))).collect()
    }

    /// Every tree of two halves, the first of which has the most important item.
    fn joined(
        &self,
        table: &[Vec<Range<SubtreeId>>],
        set: usize,
        width: usize,
        whole: bool,
    ) -> Vec<Subtree> {
        let lead = set & set.wrapping_neg();
        let mut out = Vec::new();
        for first in (1..set).filter(|first| first & !set == 0 && first & lead != 0) {
            let second = set & !first;
            for a in table[first][width - 1].clone() {
                for b in table[second][width - 1].clone() {
                    out.extend(self.join(whole, |join| join.stacks(&(a..a + 1), &(b..b + 1))));
                }
            }
            for left in 1..width {
                for a in table[first][left - 1].clone() {
                    for b in table[second][width - left - 1].clone() {
                        let beside = |join: &mut SubtreeJoin<'_>| {
                            join.besides(&(a..a + 1), &(b..b + 1), lead == 1);
                        };
                        out.extend(self.join(whole, beside));
                    }
                }
            }
        }
        out
    }

    /// One tree of two, as the search makes it.
    fn join(&self, whole: bool, of: impl FnOnce(&mut SubtreeJoin<'_>)) -> Option<Subtree> {
        let mut best = CheapestTrees::new(1, short(self.field.rows));
        of(&mut SubtreeJoin {
            field: self.field,
            parts: &self.parts,
            best: &mut best,
            nodes: &mut 0,
            whole,
            lenient: false,
        });
        best.parts.pop()
    }
}

fn id(index: usize) -> SubtreeId {
    SubtreeId::try_from(index).expect("a small page")
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

/// An item of so many lines over every width: heads of some sizes, above all columns or over those at the left, in
/// costs and depths as those of real articles are.
fn item(numbers: &mut NumberStream, lines: i64, columns: i64, forms: i64) -> Vec<WidthOptions> {
    let strip = InnerColumns { inset: Abs::ZERO, chars: 17, body: Abs::pt(9), gutter: Abs::pt(16) };
    let leaf = |width: i64| {
        let mut all: Vec<ModuleForm> = (0..forms).map(|_| form(numbers, lines, width)).collect();
        all.sort_by_key(|form| form.cost);
        WidthOptions { forms: all, inner_columns: strip }
    };
    (1..=columns).map(leaf).collect()
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
        rows: [depth(least), depth(rows), depth(most)],
        floor_rows: least,
        cost,
        cost_without_body: cost,
        side_white: Abs::pt(numbers.of(0..40)),
    }
}

/// A page of one to four items that fill nine tenths of it to all of it.
fn page(seed: u64) -> (Vec<Vec<WidthOptions>>, [i64; 2]) {
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
            options: items.iter().map(Vec::as_slice).collect(),
            columns,
            rows,
            chars: 17,
            gutter: Abs::pt(16),
            region_cuts: vec![vec![FreeRegion { column: 0, row: 4, columns, rows }]],
            halt: HaltSignal::NEVER,
        };
        let found = search(&field, 1, SearchEffort::Full).pages[0].cost;
        let Some(least) = (ExhaustiveSearch { field: &field, parts: Vec::new() }).cheapest() else {
            continue;
        };
        if found != least {
            worse.push(format!("page {seed}, {} items: {found}, least {least}", items.len()));
        }
    }
    assert!(worse.is_empty(), "{} of {PAGES}\n{}", worse.len(), worse.join("\n"));
}
