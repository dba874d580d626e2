//! Choosing the breaks that are best for the paragraph as a whole.
//!
//! Total fit in the manner of Knuth and Plass, over the gaps that Chinese setting has: every way to cut
//! the paragraph into lines has a cost, and the cheapest is found by dynamic programming. A line
//! holds a bounded number of units, so the work is linear in the length of the paragraph.

use crate::line::justify::{Fill, Line};
use crate::line::prepare::{Prepared, Totals};
use crate::script::{Break, Give};
use crate::unit::Em;

/// The cost of an arrangement; smaller is better. One hundred is a line whose gaps are stretched to
/// the limit of what passes unseen.
type Cost = i64;

/// A line more, all else equal: the shorter setting wins, as in a paper it must.
const LINE: Cost = 10;
/// All half marks of a line restored to full width: hardly visible (R38), but a line that needs
/// nothing is better.
const MARKS_RESTORED: Cost = 20;
/// All Latin gaps of a line at their widest: as visible as restored marks.
const LATIN_STRETCHED: Cost = 20;
/// All that may shrink inside a line shrunk, sentence ends apart.
const SQUEEZED: Cost = 15;
/// Every sentence end inside a line shrunk to half: some styles forbid it, so the last of the ways
/// to push in, yet better than gaps at their limit.
const STOPS_SQUEEZED: Cost = 60;
/// Han gaps up to here pass unseen; beyond is a warning (R37).
const GAP_SEEN: i64 = 120;
/// Han gaps beyond here are an error (R37).
const GAP_WIDE: i64 = 250;
/// Added when gaps are seen, so that two lines just below the limit beat one above it.
const SEEN: Cost = 300;
/// Added when gaps are an error; grows with the gap, and stays below [`ORPHAN`].
const WIDE: Cost = 5_000;
/// The most that gaps can cost: they give way before anything below.
const GAPS_MOST: Cost = 500_000;
/// A last line of one character (R43, 孤字).
const ORPHAN: Cost = 1_000_000;
/// A last line of two characters where the measure is [`WIDE_MEASURE`] or more (R43, warning).
const SHORT_END: Cost = 40;
/// From this measure on two characters look lost on a line.
const WIDE_MEASURE: Em = Em::zi(21);
/// A number parted from its unit (R17). Less than gaps that are seen: a warning for a warning.
const SOFT: Cost = 150;
/// A mark at the wrong end of a line, allowed only where the paragraph cannot be set without.
const KINSOKU: Cost = 1_000_000_000;
/// A number or a word cut in two because it is longer than the line: kinsoku goes last, so less.
const INSIDE: Cost = 500_000_000;

/// Lines more than this short of the measure, after all marks are restored, are not tried while a
/// fuller line exists: their gaps would be far beyond [`GAP_WIDE`].
const LOOSE: Em = Em::zi(3);

/// Breaks a paragraph into lines of `measure`, the first one indented by `indent`; all but the last
/// are filled to the measure.
///
/// Where the rules leave no way, they give way in the order of the rules: gaps, the lonely
/// character, numbers and words longer than a line, marks at line edges. Never the measure, unless
/// a single cell is wider than it, and never the text.
pub fn set(paragraph: &Prepared, measure: Em, indent: Em) -> Vec<Line> {
    let lines = Search { paragraph, measure, indent, lenient: false }.run();
    lines
        .or_else(|| Search { paragraph, measure, indent, lenient: true }.run())
        .unwrap_or_else(|| one_unit_a_line(paragraph, measure))
}

/// Breaks a paragraph into exactly `count` lines, and says by how much that is worse than its best
/// setting. `None` where a line would need gaps that are seen, or lift a prohibition: a paragraph may be
/// run longer to level the feet of columns, but nobody is to notice.
pub fn set_in(
    paragraph: &Prepared,
    measure: Em,
    indent: Em,
    count: usize,
) -> Option<(Vec<Line>, i64)> {
    let search = Search { paragraph, measure, indent, lenient: false };
    let best = search.run()?;
    let lines = search.run_in(count)?;
    let seen = |line: &Line| line.fill.gap().to_milli() > GAP_SEEN || line.fill.rest != Em::ZERO;
    if lines.len() != count || lines.iter().any(seen) {
        return None;
    }
    let worse = search.cost(&lines) - search.cost(&best);
    Some((lines, worse.max(0)))
}

struct Search<'a> {
    paragraph: &'a Prepared,
    measure: Em,
    indent: Em,
    /// Whether prohibitions may be lifted at a price.
    lenient: bool,
}

#[derive(Clone, Copy)]
struct Node {
    cost: Cost,
    from: usize,
}

const UNREACHED: Cost = Cost::MAX;

impl Search<'_> {
    fn run(&self) -> Option<Vec<Line>> {
        let count = self.paragraph.units().len();
        let mut nodes = vec![Node { cost: UNREACHED, from: 0 }; count + 1];
        nodes[0].cost = 0;
        let mut first = 0;
        for end in 1..=count {
            let Some(penalty) = self.penalty(end) else { continue };
            while first < end && self.least(first, end) > self.measure {
                first += 1;
            }
            let mut best = Node { cost: UNREACHED, from: 0 };
            for (start, node) in nodes.iter().enumerate().take(end).skip(first) {
                if node.cost == UNREACHED {
                    continue;
                }
                if best.cost != UNREACHED && self.is_hopeless(start, end) {
                    break;
                }
                let span = self.paragraph.span(&(start..end));
                let cost = node.cost + self.line(start, end, &span) + penalty;
                // Equal costs keep the earlier start: the fuller last line.
                if cost < best.cost {
                    best = Node { cost, from: start };
                }
            }
            nodes[end] = best;
        }
        (nodes[count].cost != UNREACHED).then(|| self.trace(&nodes))
    }

    /// The best breaks into exactly `count` lines. At each break only a few counts are possible: those
    /// that leave the lines before it neither overfull nor hopelessly short.
    fn run_in(&self, count: usize) -> Option<Vec<Line>> {
        const WINDOW: usize = 3;
        let units = self.paragraph.units().len();
        let node = Node { cost: UNREACHED, from: 0 };
        let mut nodes = vec![[node; WINDOW]; units + 1];
        // The count of lines that slot 0 of a break stands for.
        let base = |end: usize| -> usize {
            let width = self.indent + self.paragraph.natural(0..end);
            let lines = width.units() / self.measure.units().max(1);
            usize::try_from(lines).unwrap_or(0)
        };
        if count < base(units) || count >= base(units) + WINDOW {
            return None;
        }
        nodes[0][0].cost = 0;
        let mut first = 0;
        for end in 1..=units {
            let Some(penalty) = self.penalty(end) else { continue };
            while first < end && self.least(first, end) > self.measure {
                first += 1;
            }
            for start in first..end {
                if nodes[start].iter().all(|node| node.cost == UNREACHED) {
                    continue;
                }
                if start > first && self.is_hopeless(start, end) {
                    break;
                }
                let span = self.paragraph.span(&(start..end));
                let line = self.line(start, end, &span) + penalty;
                for slot in 0..WINDOW {
                    let before = nodes[start][slot];
                    let lines = base(start) + slot + 1;
                    let Some(to) = lines.checked_sub(base(end)).filter(|to| *to < WINDOW) else {
                        continue;
                    };
                    if before.cost != UNREACHED && before.cost + line < nodes[end][to].cost {
                        nodes[end][to] = Node { cost: before.cost + line, from: start };
                    }
                }
            }
        }
        let mut breaks = vec![units];
        let mut end = units;
        let mut lines = count;
        while end > 0 {
            let slot = lines.checked_sub(base(end)).filter(|slot| *slot < WINDOW)?;
            let node = nodes[end][slot];
            if node.cost == UNREACHED || lines == 0 {
                return None;
            }
            end = node.from;
            lines -= 1;
            breaks.push(end);
        }
        breaks.reverse();
        (lines == 0).then(|| breaks.windows(2).map(|pair| self.made(pair[0], pair[1])).collect())
    }

    /// What an arrangement costs.
    fn cost(&self, lines: &[Line]) -> Cost {
        let cost = |line: &Line| {
            let (start, end) = (line.units.start, line.units.end);
            let span = self.paragraph.span(&(start..end));
            self.line(start, end, &span) + self.penalty(end).unwrap_or(KINSOKU)
        };
        lines.iter().map(cost).sum()
    }

    /// What it costs to end a line after unit `end - 1`, `None` where that is not allowed.
    fn penalty(&self, end: usize) -> Option<Cost> {
        let units = self.paragraph.units();
        if end == units.len() {
            return Some(0);
        }
        match units[end - 1].after {
            Break::Free => Some(0),
            Break::Soft => Some(SOFT),
            Break::Kinsoku => self.lenient.then_some(KINSOKU),
            Break::Inside => self.lenient.then_some(INSIDE),
        }
    }

    fn start(&self, start: usize) -> Em {
        if start == 0 { self.indent } else { Em::ZERO }
    }

    /// The narrowest that a line can be.
    fn least(&self, start: usize, end: usize) -> Em {
        let [least, _, _] = self.paragraph.widths(start..end);
        self.start(start) + least
    }

    /// Whether a line from here on is so short that no later start is worth a look.
    fn is_hopeless(&self, start: usize, end: usize) -> bool {
        if end == self.paragraph.units().len() {
            return false;
        }
        let [_, _, most] = self.paragraph.widths(start..end);
        self.start(start) + most + LOOSE < self.measure
    }

    fn line(&self, start: usize, end: usize, span: &Totals) -> Cost {
        let measure = self.measure - self.start(start);
        if end < self.paragraph.units().len() {
            return LINE + fill_cost(&Fill::solve(span, measure), span);
        }
        let mut cost = LINE;
        if span.natural > measure {
            cost += fill_cost(&Fill::solve(span, measure), span);
        }
        if start > 0 {
            cost += match span.chars {
                0 | 1 => ORPHAN,
                2 if self.measure >= WIDE_MEASURE => SHORT_END,
                _ => 0,
            };
        }
        cost
    }

    fn trace(&self, nodes: &[Node]) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut end = self.paragraph.units().len();
        while end > 0 {
            let start = nodes[end].from;
            lines.push(self.made(start, end));
            end = start;
        }
        lines.reverse();
        lines
    }

    /// The line of units `start..end`, filled unless the paragraph ends with it.
    fn made(&self, start: usize, end: usize) -> Line {
        let units = self.paragraph.units();
        let last = end == units.len();
        let span = self.paragraph.span(&(start..end));
        let measure = self.measure - self.start(start);
        let fits = last && span.natural <= measure;
        let fill = if fits { Fill::default() } else { Fill::solve(&span, measure) };
        let after = units[end - 1].after;
        let lifted = matches!(after, Break::Kinsoku | Break::Inside) && !last;
        Line {
            units: start..end,
            start: self.start(start),
            fill,
            relaxed: lifted.then_some(after),
            last,
        }
    }
}

/// What the look of a filled line costs.
fn fill_cost(fill: &Fill, span: &Totals) -> Cost {
    let mut cost = 0;
    for (k, (stretched, shrunk)) in [
        (LATIN_STRETCHED, SQUEEZED),
        (LATIN_STRETCHED, SQUEEZED),
        (MARKS_RESTORED, SQUEEZED),
        (0, STOPS_SQUEEZED),
    ]
    .into_iter()
    .enumerate()
    {
        let used = fill.used[k];
        if used > Em::ZERO {
            cost += stretched * squared(used, span.stretch[k]) / 10_000;
        } else if used < Em::ZERO {
            cost += shrunk * squared(-used, span.shrink[k]) / 10_000;
        }
    }
    // A line without a gap to stretch falls short by all of it.
    let gap = if fill.gaps > 0 { fill.even.share(1, fill.gaps) } else { fill.rest };
    let gap = gap.to_milli().max(0);
    let mut gaps = 100 * gap * gap / (GAP_SEEN * GAP_SEEN);
    if gap > GAP_SEEN {
        gaps += SEEN;
    }
    if gap > GAP_WIDE {
        gaps += WIDE + 10 * gap;
    }
    cost + gaps.min(GAPS_MOST)
}

/// `part` of `whole` in hundredths, squared.
fn squared(part: Em, whole: Em) -> i64 {
    let percent = part.units() * 100 / whole.units().max(1);
    percent * percent
}

/// The last resort for a measure narrower than a cell: one unit a line, running over.
fn one_unit_a_line(paragraph: &Prepared, measure: Em) -> Vec<Line> {
    let count = paragraph.units().len();
    (0..count)
        .map(|k| Line {
            units: k..k + 1,
            start: Em::ZERO,
            fill: Fill { rest: measure - paragraph.natural(k..k + 1), ..Fill::default() },
            relaxed: (k + 1 < count).then_some(paragraph.units()[k].after),
            last: k + 1 == count,
        })
        .collect()
}

const _: () = assert!(Give::COUNT == 4, "fill_cost names a weight for each kind");
