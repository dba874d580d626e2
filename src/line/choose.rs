//! Choosing the breaks that are best for the paragraph as a whole.
//!
//! Total fit in the manner of Knuth and Plass, over the gaps that Chinese setting has: every way to cut
//! the paragraph into lines has a cost, and the cheapest is found by dynamic programming. A line
//! holds a bounded number of units, so the work is linear in the length of the paragraph; copy made to
//! break that bound (thousands of characters without width) is set line by line instead.

use crate::line::greedy::first_fit;
use crate::line::justify::Line;
use crate::line::prepare::{Edge, Prepared};
use crate::script::{Break, Class, Give};
use crate::unit::Em;

/// The cost of an arrangement; smaller is better. One hundred is a line whose gaps are stretched to
/// the limit of what passes unseen. What is a fault by the rules costs more than any number of lines without
/// one can: there is no fault where an arrangement without any exists.
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
/// All brackets and pauses of a line squeezed where the style sets them full: what it is made for.
const SQUEEZED_FULL: Cost = 5;
/// What a whole last line costs more than an empty one in that style: a paragraph is pushed in as far as
/// squeezing goes, so that 先挤进后推出 holds for it as a whole (R35).
const LAST_FULL: Cost = 100;
/// Every sentence end inside a line shrunk to half: some styles forbid it, so the last of the ways
/// to push in, yet better than gaps at their limit.
const STOPS_SQUEEZED: Cost = 60;
/// Han gaps up to here pass unseen; beyond is a warning (R37).
pub(crate) const GAP_SEEN: i64 = 120;
/// Han gaps beyond here are an error (R37).
pub(crate) const GAP_WIDE: i64 = 250;
/// Added when gaps are seen, so that two lines just below the limit beat one above it.
const SEEN: Cost = 300;
/// Added when gaps are an error, with the square of the gap in thousandths of an em this many times: two lines
/// a little too wide look better than one torn open.
const WIDE: Cost = 10_000_000;
const TORN: Cost = 100;
/// The most that the gaps of a line can cost: they give way before anything below.
const GAPS_MOST: Cost = 10_000_000_000;
/// A last line of one character (R43, 孤字).
const ORPHAN: Cost = 100_000_000_000;
/// A last line of two characters where the measure is [`WIDE_MEASURE`] or more (R43, warning).
const SHORT_END: Cost = 40;
/// From this measure on two characters look lost on a line.
pub(crate) const WIDE_MEASURE: Em = Em::zi(21);
/// A number parted from its unit (R17). Less than gaps that are seen: a warning for a warning.
const SOFT: Cost = 150;
/// A dateline parted after its agency or place, where it is longer than most of a line (R71).
const DATELINE: Cost = 150;
/// The same inside its agency, place or date: only where the gaps would be an error otherwise.
const DATELINE_PART: Cost = 20_000;
/// The part of a line, in tenths, up to which a dateline stays whole.
const DATELINE_WHOLE: i64 = 8;
/// A web address parted after one of its marks (R20): no fault, but whole is better.
const ADDRESS: Cost = 30;
/// A line of nothing but a part of an address has no gap that could give. It stays short, up to half, which is
/// no fault of its neighbours: they are not to be torn open for it.
const ADDRESS_SHORT: Cost = 400;
/// A word parted by a hyphen: only where the gaps would be an error otherwise (R18), so far above a few seen
/// ones.
const HYPHEN: Cost = 10_000;
/// A mark at the wrong end of a line, allowed only where the paragraph cannot be set without.
const KINSOKU: Cost = 1_000_000_000_000_000;
/// A number or a word cut in two because it is longer than the line: kinsoku goes last, so less.
const INSIDE: Cost = 10_000_000_000_000;

/// Lines looked at for each unit of the paragraph; real copy needs a few dozen.
const STEPS_PER_UNIT: usize = 400;

/// Breaks a paragraph into lines of `measure`, the first one indented by `indent`; all but the last
/// are filled to the measure.
///
/// Where the rules leave no way, they give way in the order of the rules: gaps, the lonely
/// character, numbers and words longer than a line, marks at line edges. Never the measure, unless
/// a single cell is wider than it, and never the text.
pub fn set(paragraph: &Prepared, measure: Em, indent: Em) -> Vec<Line> {
    for lenient in [false, true] {
        match (Search { paragraph, measure, indent, lenient }).run(None) {
            Found::Lines(lines, _) => return lines,
            Found::TooLong => break,
            Found::NoWay => {}
        }
    }
    first_fit(paragraph, measure, indent)
}

/// The same, with the ways to break it into more or fewer lines; without where that lifts a prohibition.
pub fn set_with_lengths(
    paragraph: &Prepared,
    measure: Em,
    indent: Em,
) -> (Vec<Line>, Option<Lengths>) {
    let mut ways = Ways::new(paragraph.units().len());
    match (Search { paragraph, measure, indent, lenient: false }).run(Some(&mut ways)) {
        Found::Lines(lines, best) => (lines, Some(Lengths { measure, indent, ways, best })),
        Found::NoWay | Found::TooLong => (set(paragraph, measure, indent), None),
    }
}

/// What the lines of a paragraph cost by the table above, for those who compare ways to set it.
pub fn cost_of(paragraph: &Prepared, measure: Em, indent: Em, lines: &[Line]) -> i64 {
    Search { paragraph, measure, indent, lenient: true }.cost(lines)
}

/// The ways to break a paragraph into more or fewer lines than it is best in.
#[derive(Clone, Debug)]
pub struct Lengths {
    measure: Em,
    indent: Em,
    ways: Ways,
    /// What the best setting costs.
    best: Cost,
}

impl Lengths {
    /// The best setting of that paragraph in exactly `count` lines, and by how much it is worse than the best of all.
    /// `None` where a line would need gaps that are seen: a paragraph may be run longer to level the feet of columns, but
    /// nobody is to notice.
    pub fn lines(&self, paragraph: &Prepared, count: usize) -> Option<(Vec<Line>, i64)> {
        let Self { measure, indent, ref ways, best } = *self;
        let search = Search { paragraph, measure, indent, lenient: false };
        let lines = search.lines(ways, count)?;
        let seen =
            |line: &Line| line.fill.gap().to_milli() > GAP_SEEN || line.fill.rest != Em::ZERO;
        if lines.iter().any(seen) {
            return None;
        }
        let worse = search.cost(&lines) - best;
        Some((lines, worse.max(0)))
    }
}

struct Search<'a> {
    paragraph: &'a Prepared,
    measure: Em,
    indent: Em,
    /// Whether prohibitions may be lifted at a price.
    lenient: bool,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    cost: Cost,
    from: usize,
}

const UNREACHED: Cost = Cost::MAX;

/// So many numbers of lines are told apart at a break: those that fill it, and as many more as a long paragraph loses
/// to what its lines cannot hold.
const WINDOW: usize = 4;

/// The best ways to every break in each number of lines, by how many more than its base they have. Only a few numbers are
/// possible at each: those that leave the lines before it neither overfull nor with gaps that are seen.
#[derive(Clone, Debug)]
struct Ways {
    nodes: Vec<[Node; WINDOW]>,
    bases: Vec<usize>,
}

/// What the ways to a break cost, and the place of each one line on.
type Onward = [Option<(Cost, usize)>; WINDOW];

impl Ways {
    fn new(units: usize) -> Self {
        let mut nodes = vec![[Node { cost: UNREACHED, from: 0 }; WINDOW]; units + 1];
        nodes[0][0].cost = 0;
        Self { nodes, bases: vec![0; units + 1] }
    }

    fn reach(&self, at: usize) -> bool {
        self.nodes[at].iter().any(|node| node.cost != UNREACHED)
    }

    /// The ways to `start`, each made longer by a line to `end`; none if that is no gain though the line cost no more
    /// than `least`.
    fn onward(&self, start: usize, end: usize, least: Cost) -> Option<Onward> {
        let way = |slot: usize| {
            let to = (self.bases[start] + slot + 1).checked_sub(self.bases[end])?;
            let before = self.nodes[start][slot].cost;
            (to < WINDOW && before != UNREACHED).then_some((before, to))
        };
        let ways: Onward = std::array::from_fn(way);
        let gains = |(before, to): &(Cost, usize)| before + least < self.nodes[end][*to].cost;
        ways.iter().flatten().any(gains).then_some(ways)
    }

    fn take(&mut self, ways: Onward, start: usize, end: usize, line: Cost) {
        for (before, to) in ways.into_iter().flatten() {
            let node = &mut self.nodes[end][to];
            if before + line < node.cost {
                *node = Node { cost: before + line, from: start };
            }
        }
    }
}

/// What the widths of a line say before its gaps are filled.
struct Look {
    /// What there is for it.
    room: Em,
    least: Em,
    natural: Em,
    /// The most before the even stretch.
    most: Em,
    han: i64,
    /// Gaps that open evenly.
    even: i64,
    /// Whether the paragraph ends with it.
    last: bool,
}

impl Look {
    /// Whether it needs gaps beyond so many thousandths of an em, and with it any shorter line that holds a Han
    /// character.
    fn is_loose(&self, gap: i64) -> bool {
        let slack = self.room - self.most;
        !self.last && self.han > 0 && slack > Em::milli(gap + 1) * self.even
    }

    /// What it costs at the least: its even gaps take what nothing else can.
    fn least_cost(&self) -> Cost {
        let slack = self.room - self.most;
        let even = !self.last && self.even > 0 && slack > Em::ZERO;
        LINE + if even { gap_cost(slack / self.even) } else { 0 }
    }

    /// Whether it runs over however it is squeezed.
    fn is_overfull(&self) -> bool {
        self.least > self.room
    }
}

/// How a search ends.
enum Found {
    /// The best lines and what they cost.
    Lines(Vec<Line>, Cost),
    /// The prohibitions leave none.
    NoWay,
    /// It took too many steps.
    TooLong,
}

impl Search<'_> {
    /// Finds the best lines, and fills in the ways in other numbers of lines if they are asked for.
    fn run(&self, mut ways: Option<&mut Ways>) -> Found {
        let count = self.paragraph.units().len();
        let mut nodes = vec![Node { cost: UNREACHED, from: 0 }; count + 1];
        nodes[0].cost = 0;
        let mut first = 0;
        let mut steps = 0;
        for end in 1..=count {
            let Some(penalty) = self.penalty(end) else { continue };
            let edge = self.paragraph.ending(end);
            first = self.first(first, &edge, end);
            let window = &nodes[first..end];
            // No way to here costs less than this, so a line with a fault cannot beat one without. Nearly
            // always there was no fault so far.
            let mut floor = 0;
            let mut best = Node { cost: UNREACHED, from: 0 };
            // Lines that start before this are too loose; and for ways of which nobody is to notice.
            let (mut loose, mut seen) = (first, end);
            if let Some(ways) = &mut ways {
                (seen, ways.bases[end]) = (first, self.base(&edge));
            }
            for (start, node) in (first..end).zip(window) {
                let mut wanted =
                    start >= loose && node.cost.saturating_add(LINE + penalty) < best.cost;
                let open = start >= seen && ways.as_ref().is_some_and(|ways| ways.reach(start));
                if !wanted && !open {
                    continue;
                }
                steps += 1;
                if floor == 0 && best.cost >= WIDE && best.cost != UNREACHED {
                    floor = window.iter().map(|node| node.cost).min().unwrap_or(0);
                }
                let look = self.look(start, &edge, end);
                if open && look.is_loose(GAP_SEEN) {
                    seen = self.tighter(start, &edge, end);
                }
                if wanted && best.cost < floor.saturating_add(WIDE) && look.is_loose(GAP_WIDE) {
                    loose = self.tighter(start, &edge, end);
                    wanted = false;
                }
                if loose == end && seen == end {
                    break;
                }
                if look.is_overfull() {
                    continue;
                }
                let least = look.least_cost();
                wanted = wanted && node.cost + least + penalty < best.cost;
                let onward = ways.as_ref().filter(|_| open && start >= seen);
                let onward = onward.and_then(|ways| ways.onward(start, end, least + penalty));
                if !wanted && onward.is_none() {
                    continue;
                }
                let line = self.price(start, end, &look, least) + penalty;
                // Equal costs keep the earlier start: the fuller last line.
                if wanted && node.cost + line < best.cost {
                    best = Node { cost: node.cost + line, from: start };
                }
                if let (Some(ways), Some(onward)) = (&mut ways, onward) {
                    ways.take(onward, start, end, line);
                }
            }
            nodes[end] = best;
            if steps > STEPS_PER_UNIT * count {
                return Found::TooLong;
            }
        }
        match nodes[count].cost {
            UNREACHED => Found::NoWay,
            cost => Found::Lines(self.trace(&nodes), cost),
        }
    }

    /// The number of lines before a break that the first of its ways stands for.
    fn base(&self, edge: &Edge) -> usize {
        let width = self.indent + edge.natural - self.paragraph.starting(0).natural;
        usize::try_from(width.units() / self.measure.units().max(1)).unwrap_or(0)
    }

    /// The best breaks into exactly `count` lines.
    fn lines(&self, ways: &Ways, count: usize) -> Option<Vec<Line>> {
        let mut end = self.paragraph.units().len();
        let mut breaks = vec![end];
        let mut lines = count;
        while end > 0 {
            let slot = lines.checked_sub(ways.bases[end]).filter(|slot| *slot < WINDOW)?;
            let node = ways.nodes[end][slot];
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
            let look = self.look(start, &self.paragraph.ending(end), end);
            self.line(start, end, &look) + self.penalty(end).unwrap_or(KINSOKU)
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
            Break::Free | Break::Turn => Some(0),
            Break::Address => Some(ADDRESS),
            Break::Soft => Some(SOFT),
            Break::Hyphen => Some(HYPHEN),
            part @ (Break::Dateline | Break::Part)
                if self.paragraph.dateline * 10 > self.measure * DATELINE_WHOLE =>
            {
                Some(if part == Break::Part { DATELINE_PART } else { DATELINE })
            }
            Break::Dateline | Break::Part => self.lenient.then_some(INSIDE),
            Break::Kinsoku => self.lenient.then_some(KINSOKU),
            Break::Inside => self.lenient.then_some(INSIDE),
        }
    }

    fn start(&self, start: usize) -> Em {
        let indent = if start == 0 { self.indent } else { Em::ZERO };
        indent + self.paragraph.white_before(start)
    }

    /// The first of the units from `from` on with which a line can start that ends after unit `end - 1`: what starts
    /// before it is too long, however it is squeezed.
    fn first(&self, from: usize, edge: &Edge, end: usize) -> usize {
        // A hyphen makes a line wider than the letter after it would.
        let least = edge.least - self.paragraph.hyphen_after(end - 1);
        let long = |at: &usize| {
            self.start(*at) + least - self.paragraph.starting(*at).least > self.measure
        };
        (from..end).find(|at| !long(at)).unwrap_or(end)
    }

    /// The first start after `from` of a line to `end` that may be less loose than that from `from`: one without a Han
    /// character. `end` if there is none.
    fn tighter(&self, from: usize, edge: &Edge, end: usize) -> usize {
        if self.paragraph.units()[end - 1].class == Class::Han {
            return end;
        }
        let has = |at: &usize| self.paragraph.starting(*at).han < edge.han;
        (from + 1..end).find(|at| !has(at)).unwrap_or(end)
    }

    #[inline(always)]
    fn look(&self, start: usize, edge: &Edge, end: usize) -> Look {
        let before = self.paragraph.starting(start);
        Look {
            room: self.measure - self.start(start),
            least: edge.least - before.least,
            natural: edge.natural - before.natural,
            most: edge.most - before.most,
            han: edge.han - before.han,
            even: edge.even - before.even,
            last: end == self.paragraph.units().len(),
        }
    }

    /// What a line costs that is not overfull; `least` is what it costs at the least.
    fn price(&self, start: usize, end: usize, look: &Look, least: Cost) -> Cost {
        let slack = look.room - look.natural;
        // Most lines have nothing that gives but even gaps, or need nothing.
        let even = look.even > 0 && look.most == look.natural && slack > Em::ZERO;
        let plain = !look.last && (even || slack == Em::ZERO);
        if plain { least } else { self.line(start, end, look) }
    }

    /// What any line costs.
    fn line(&self, start: usize, end: usize, look: &Look) -> Cost {
        let slack = look.room - look.natural;
        if !look.last {
            // A line without a gap to stretch falls short by all of it.
            let (given, rest) = self.given(start, end, slack);
            let stiff = look.even == 0 && look.han == 0 && rest > Em::ZERO;
            if stiff && self.in_address(start, end) && rest * 2 <= look.room {
                return LINE + ADDRESS_SHORT + rest.to_milli() / 5;
            }
            return LINE + given + gap_cost(rest / look.even.max(1));
        }
        let mut cost = LINE;
        if slack < Em::ZERO {
            cost += self.given(start, end, slack).0;
        }
        if self.paragraph.squeezes {
            cost += LAST_FULL * look.natural.units() / self.measure.units().max(1);
        }
        if start > 0 {
            cost += match self.paragraph.chars(start..end) {
                0 | 1 => ORPHAN,
                2 if self.measure >= WIDE_MEASURE => SHORT_END,
                _ => 0,
            };
        }
        cost
    }

    /// What it costs that the gaps of a line give `slack` or, below nought, so much less, step by step as
    /// [`crate::line::justify::Fill::solve`] has them give; and what is left for the even stretch.
    fn given(&self, start: usize, end: usize, slack: Em) -> (Cost, Em) {
        let mut left = if slack < Em::ZERO { -slack } else { slack };
        let mut cost = 0;
        let mut step = |weight: Cost, whole: Em| {
            // What gives nothing costs nothing.
            if whole > Em::ZERO {
                let part = left.min(whole);
                left -= part;
                cost += weight * squared(part, whole) / 10_000;
            }
            left > Em::ZERO
        };
        let line = start..end;
        if slack > Em::ZERO {
            let weights = [LATIN_STRETCHED, LATIN_STRETCHED, MARKS_RESTORED].into_iter();
            let _ =
                weights.zip(0..).all(|(weight, k)| step(weight, self.paragraph.stretch(&line, k)));
            return (cost, left);
        }
        let marks = if self.paragraph.squeezes { SQUEEZED_FULL } else { SQUEEZED };
        let weights = [SQUEEZED, marks, marks, SQUEEZED, STOPS_SQUEEZED].into_iter();
        let _ = weights.zip(0..).all(|(weight, k)| step(weight, self.paragraph.shrink(&line, k)));
        (cost, -left)
    }

    /// Whether a line starts or ends inside an address.
    fn in_address(&self, start: usize, end: usize) -> bool {
        let units = self.paragraph.units();
        let parts = |at: usize| units[at - 1].after == Break::Address;
        parts(end) || start > 0 && parts(start)
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

    fn made(&self, start: usize, end: usize) -> Line {
        Line::filled(self.paragraph, start..end, self.measure, self.start(start))
    }
}

/// What it costs that each even gap of a line takes so much.
fn gap_cost(gap: Em) -> Cost {
    let gap = gap.to_milli().max(0);
    let mut gaps = 100 * gap * gap / (GAP_SEEN * GAP_SEEN);
    if gap > GAP_SEEN {
        gaps += SEEN;
    }
    if gap > GAP_WIDE {
        gaps += WIDE + TORN * gap * gap;
    }
    gaps.min(GAPS_MOST)
}

/// `part` of `whole` in hundredths, squared.
fn squared(part: Em, whole: Em) -> i64 {
    let percent = part.units() * 100 / whole.units().max(1);
    percent * percent
}

const _: () = assert!(Give::SHRINKS == 5 && Give::STRETCHES == 3, "`given` weighs each step");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::font::Fonts;
    use crate::line::justify::Fill;
    use crate::line::prepare::{Copy, prepare};
    use crate::script::{Marks, Profile};

    #[test]
    fn what_is_priced_is_what_is_filled() {
        let fonts = Fonts::embedded().expect("fonts");
        let face = fonts.role("song").expect("song");
        let text = "“稳粮”“增绿”，use of steel：3 200吨、（约14%）！他说：“好。”《报》。";
        for marks in [Marks::Full, Marks::Kaiming] {
            let profile = Profile { marks, ..Profile::default() };
            let copy = Copy { text, face, spans: &[] };
            let paragraph = prepare(&fonts, copy, &profile).expect("glyphs");
            let count = paragraph.units().len();
            let (measure, indent) = (Em::zi(9), Em::ZERO);
            let search = Search { paragraph: &paragraph, measure, indent, lenient: true };
            let mut given = [false; 2];
            for (start, end) in (0..count).flat_map(|a| (a + 1..=count).map(move |b| (a, b))) {
                let span = paragraph.span(&(start..end));
                for milli in (-3000..3000).step_by(125) {
                    let slack = Em::milli(milli);
                    let fill = Fill::solve(&span, span.natural + slack);
                    let (cost, rest) = search.given(start, end, slack);
                    assert_eq!(rest, fill.even + fill.rest, "{start}..{end} {milli}");
                    let mark = if marks == Marks::Full { SQUEEZED_FULL } else { SQUEEZED };
                    let shrink = [SQUEEZED, mark, mark, SQUEEZED, STOPS_SQUEEZED].into_iter();
                    let stretch = [LATIN_STRETCHED, LATIN_STRETCHED, MARKS_RESTORED].into_iter();
                    let shrunk = shrink.zip(fill.shrunk.into_iter().zip(span.shrink));
                    let parts = stretch.zip(fill.stretched.into_iter().zip(span.stretch));
                    let wanted = shrunk.chain(parts).map(|(weight, (part, whole))| {
                        if part == Em::ZERO { 0 } else { weight * squared(part, whole) / 10_000 }
                    });
                    assert_eq!(cost, wanted.sum::<Cost>(), "{start}..{end} {milli}");
                    given[usize::from(slack > Em::ZERO)] |= cost > 0;
                }
            }
            assert_eq!(given, [true; 2], "gaps shrink and stretch");
        }
    }
}
