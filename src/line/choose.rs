//! Choosing the breaks that are best for the paragraph as a whole.
//!
//! Total fit in the manner of Knuth and Plass, over the gaps that Chinese setting has: every way to cut
//! the paragraph into lines has a cost, and the cheapest is found by dynamic programming; first among lines that leave
//! nothing to be seen, for that is quick and nearly always where the cheapest is. A line
//! holds a bounded number of units, so the work is linear in the length of the paragraph; copy made to
//! break that bound (thousands of characters without width) is set line by line instead.

use crate::line::greedy::first_fit;
use crate::line::justify::TextLine;
use crate::line::prepare::{LineEdge, LineUnit, PreparedParagraph};
use crate::line::ways::{BreakNode, LineCost, LineCountTable, UNREACHED};
use crate::script::{CharClass, GapKind, LineBreak};
use crate::unit::Em;

/// A line more, all else equal: the shorter setting wins, as in a paper it must.
const LINE: LineCost = 10;
/// All half marks of a line restored to full width: hardly visible (R38), but a line that needs
/// nothing is better.
const MARKS_RESTORED: LineCost = 20;
/// All Latin gaps of a line at their widest: as visible as restored marks.
const LATIN_STRETCHED: LineCost = 20;
/// All that may shrink inside a line shrunk, sentence ends apart.
const SQUEEZED: LineCost = 15;
/// All brackets and pauses of a line squeezed where the style sets them full: what it is made for.
const SQUEEZED_FULL: LineCost = 5;
/// What a whole last line costs more than an empty one in that style: a paragraph is pushed in as far as
/// squeezing goes, so that 先挤进后推出 holds for it as a whole (R35).
const LAST_FULL: LineCost = 100;
/// Every sentence end inside a line shrunk to half: some styles forbid it, so the last of the ways
/// to push in, yet better than gaps at their limit.
const STOPS_SQUEEZED: LineCost = 60;
/// Han gaps up to here pass unseen; beyond is a warning (R37).
pub(crate) const GAP_SEEN: i64 = 120;
/// Han gaps beyond here are an error (R37).
pub(crate) const GAP_WIDE: i64 = 250;
/// Added when gaps are seen, so that two lines just below the limit beat one above it.
const SEEN: LineCost = 300;
/// Added when gaps are an error, with the square of the gap in thousandths of an em this many times: two lines
/// a little too wide look better than one torn open.
const WIDE: LineCost = 10_000_000;
const TORN: LineCost = 100;
/// The most that the gaps of a line can cost: they give way before anything below.
const GAPS_MOST: LineCost = 10_000_000_000;
/// A last line of one character (R43, 孤字).
const ORPHAN: LineCost = 100_000_000_000;
/// A last line of two characters where the measure is [`WIDE_MEASURE`] or more (R43, warning).
const SHORT_END: LineCost = 40;
/// From this measure on two characters look lost on a line.
pub(crate) const WIDE_MEASURE: Em = Em::zi(21);
/// A number parted from its unit (R17). Less than gaps that are seen: a warning for a warning.
const SOFT: LineCost = 150;
/// A dateline parted after its agency or place, where it is longer than most of a line (R71).
const DATELINE: LineCost = 150;
/// The same inside its agency, place or date: only where the gaps would be an error otherwise.
const DATELINE_PART: LineCost = 20_000;
/// The part of a line, in tenths, up to which a dateline stays whole.
const DATELINE_WHOLE: i64 = 8;
/// A web address parted after one of its marks (R20): no fault, but whole is better.
const ADDRESS: LineCost = 30;
/// A line of nothing but a part of an address has no gap that could give. It stays short, up to half, which is
/// no fault of its neighbours: they are not to be torn open for it.
const ADDRESS_SHORT: LineCost = 400;
/// A word parted by a hyphen: only where the gaps would be an error otherwise (R18), so far above a few seen
/// ones.
const HYPHEN: LineCost = 10_000;
/// A mark at the wrong end of a line, allowed only where the paragraph cannot be set without.
const KINSOKU: LineCost = 1_000_000_000_000_000;
/// A number or a word cut in two because it is longer than the line: kinsoku goes last, so less.
const INSIDE: LineCost = 10_000_000_000_000;

/// In more lines the small costs come to more than what one seen gap costs, so that nothing can be said of the best.
const UNSEEN_LINES: i64 = 40;

/// Lines looked at for each unit of the paragraph; real copy needs a few dozen.
const STEPS_PER_UNIT: usize = 400;

/// Breaks a paragraph into lines of `measure`, the first one indented by `indent`; all but the last
/// are filled to the measure.
///
/// Where the rules leave no way, they give way in the order of the rules: gaps, the lonely
/// character, numbers and words longer than a line, marks at line edges. Never the measure, unless
/// a single cell is wider than it, and never the text.
pub fn break_into_lines(paragraph: &PreparedParagraph, measure: Em, indent: Em) -> Vec<TextLine> {
    let natural = paragraph.natural_width(0..paragraph.units().len());
    let short = (natural <= measure * UNSEEN_LINES).then_some(BreakMode::Unseen);
    for allow in short.into_iter().chain([BreakMode::Gaps, BreakMode::Faults]) {
        match (BreakSearch { paragraph, measure, indent, allow }).run(None) {
            SearchOutcome::Lines(lines, _) => return lines,
            SearchOutcome::TooLong => break,
            SearchOutcome::NoWay => {}
        }
    }
    first_fit(paragraph, measure, indent)
}

/// The same, with the ways to break it into more or fewer lines; without where that lifts a prohibition.
pub fn set_with_lengths(
    paragraph: &PreparedParagraph,
    measure: Em,
    indent: Em,
) -> (Vec<TextLine>, Option<LengthVariants>) {
    let mut ways = LineCountTable::new(paragraph.units().len());
    let search = |allow| BreakSearch { paragraph, measure, indent, allow };
    let mut found = search(BreakMode::Unseen).run(Some(&mut ways));
    if matches!(found, SearchOutcome::NoWay) {
        found = search(BreakMode::Gaps).run(None);
    }
    match found {
        SearchOutcome::Lines(lines, best) => {
            (lines, Some(LengthVariants { measure, indent, ways, best }))
        }
        SearchOutcome::NoWay | SearchOutcome::TooLong => {
            (break_into_lines(paragraph, measure, indent), None)
        }
    }
}

/// What the lines of a paragraph cost by the table above, for those who compare ways to set it.
pub fn cost_of(paragraph: &PreparedParagraph, measure: Em, indent: Em, lines: &[TextLine]) -> i64 {
    BreakSearch { paragraph, measure, indent, allow: BreakMode::Faults }.cost(lines)
}

/// The ways to break a paragraph into more or fewer lines than it is best in.
#[derive(Clone, Debug)]
pub struct LengthVariants {
    measure: Em,
    indent: Em,
    ways: LineCountTable,
    /// What the best setting costs.
    best: LineCost,
}

impl LengthVariants {
    /// The best setting of that paragraph in exactly `count` lines, and by how much it is worse than the best of all.
    /// `None` where a line would need gaps that are seen: a paragraph may be run longer to level the feet of columns, but
    /// nobody is to notice.
    pub fn in_line_count(
        &self,
        paragraph: &PreparedParagraph,
        count: usize,
    ) -> Option<(Vec<TextLine>, i64)> {
        let Self { measure, indent, ref ways, best } = *self;
        let search = BreakSearch { paragraph, measure, indent, allow: BreakMode::Gaps };
        let breaks = ways.breaks(count)?;
        let lines: Vec<TextLine> =
            breaks.windows(2).map(|pair| search.made(pair[0], pair[1])).collect();
        let seen = |line: &TextLine| {
            line.justification.even_gap().to_milli() > GAP_SEEN
                || line.justification.remainder != Em::ZERO
        };
        if lines.iter().any(seen) {
            return None;
        }
        let worse = search.cost(&lines) - best;
        Some((lines, worse.max(0)))
    }
}

struct BreakSearch<'a> {
    paragraph: &'a PreparedParagraph,
    measure: Em,
    indent: Em,
    allow: BreakMode,
}

/// What a search may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BreakMode {
    /// Lines whose gaps pass unseen; what is found is the best of all, or nothing is. Nearly every paragraph is at its best
    /// in such lines, and there are few to look at.
    Unseen,
    /// Any gaps.
    Gaps,
    /// Prohibitions lifted at a price.
    Faults,
}

/// What the widths of a line say before its gaps are filled.
struct LineFit {
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

impl LineFit {
    /// Whether it needs gaps beyond so many thousandths of an em, and with it any shorter line that holds a Han
    /// character.
    fn is_loose(&self, gap: i64) -> bool {
        let slack = self.room - self.most;
        !self.last && self.han > 0 && slack > Em::milli(gap + 1) * self.even.max(1)
    }

    /// What it costs at the least: its even gaps take what nothing else can.
    fn least_cost(&self) -> LineCost {
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
enum SearchOutcome {
    /// The best lines and what they cost.
    Lines(Vec<TextLine>, LineCost),
    /// The prohibitions leave none.
    NoWay,
    /// It took too many steps.
    TooLong,
}

impl BreakSearch<'_> {
    /// Finds the best lines, and fills in the ways in other numbers of lines if they are asked for, which only
    /// [`Allow::Unseen`] does right.
    fn run(&self, mut ways: Option<&mut LineCountTable>) -> SearchOutcome {
        let count = self.paragraph.units().len();
        let unseen = self.allow == BreakMode::Unseen;
        let limit = if unseen { GAP_SEEN } else { GAP_WIDE };
        let mut nodes = vec![BreakNode::NONE; count + 1];
        nodes[0] = BreakNode::START;
        let (mut first, mut steps, mut base) = (0, 0, 0);
        for end in 1..=count {
            let Some(penalty) = self.penalty(end) else { continue };
            let edge = self.paragraph.ending(end);
            first = self.first(first, &edge, end);
            let window = &nodes[first..end];
            // No way to here costs less than this, so a line with a fault cannot beat one without. Nearly
            // always there was no fault so far.
            let mut floor = 0;
            let mut best = BreakNode::NONE;
            // Lines that start before this are too loose.
            let mut loose = first;
            if let Some(ways) = &mut ways {
                base = self.base(&edge, base);
                ways.count_from(end, usize::try_from(base).unwrap_or(0));
            }
            for (start, node) in (first..end).zip(window) {
                let wanted = node.cost.saturating_add(LINE + penalty) < best.cost;
                let open = ways.is_some() && node.cost != UNREACHED;
                if start < loose || !wanted && !open {
                    continue;
                }
                steps += 1;
                if floor == 0 && best.cost >= WIDE && best.cost != UNREACHED {
                    floor = window.iter().map(|node| node.cost).min().unwrap_or(0);
                }
                let look = self.look(start, &edge, end);
                if (unseen || best.cost < floor.saturating_add(WIDE)) && look.is_loose(limit) {
                    loose = self.tighter(start, &edge, end);
                    if loose == end {
                        break;
                    }
                    continue;
                }
                if look.is_overfull() {
                    continue;
                }
                let least = look.least_cost();
                let wanted = wanted && node.cost.saturating_add(least + penalty) < best.cost;
                let ways = ways.as_mut().filter(|ways| ways.gains(start, end, least + penalty));
                if !wanted && ways.is_none() {
                    continue;
                }
                let line = self.price(start, end, &look, least) + penalty;
                // Equal costs keep the earlier start: the fuller last line.
                if wanted {
                    best.improve(node.cost.saturating_add(line), start);
                }
                if let Some(ways) = ways {
                    ways.take(start, end, line);
                }
            }
            nodes[end] = best;
            if steps > STEPS_PER_UNIT * count {
                return SearchOutcome::TooLong;
            }
        }
        match nodes[count].cost {
            cost if cost == UNREACHED || unseen && cost >= self.least_seen() => {
                SearchOutcome::NoWay
            }
            cost => SearchOutcome::Lines(self.trace(&nodes), cost),
        }
    }

    /// What an arrangement costs at the least that holds a line passed over because its gaps are seen.
    fn least_seen(&self) -> LineCost {
        let units = self.paragraph.units();
        let width = self.paragraph.starting(units.len()).least - self.paragraph.starting(0).least;
        // What a line is spared at its end: the gap there, and a mark that hangs.
        let spared =
            |unit: &LineUnit| unit.gap.min + if unit.hangs { unit.cell_width } else { Em::ZERO };
        let spared = units.iter().map(spared).max().unwrap_or(Em::ZERO).max(Em::ZERO);
        let lines = width.units() / (self.measure + spared).units().max(1);
        gap_cost(Em::milli(GAP_SEEN + 1)) + LINE * lines
    }

    /// The number of whole lines that all before a break would fill; `near` was that of the one before.
    fn base(&self, edge: &LineEdge, near: i64) -> i64 {
        let width = self.indent + edge.natural - self.paragraph.starting(0).natural;
        // Nearly always the same, which a product tells sooner than a quotient.
        let rest = width - self.measure * near;
        let same = rest >= Em::ZERO && rest < self.measure;
        if same { near } else { (width.units() / self.measure.units().max(1)).max(0) }
    }

    /// What an arrangement costs.
    fn cost(&self, lines: &[TextLine]) -> LineCost {
        let cost = |line: &TextLine| {
            let (start, end) = (line.units.start, line.units.end);
            let look = self.look(start, &self.paragraph.ending(end), end);
            self.line(start, end, &look) + self.penalty(end).unwrap_or(KINSOKU)
        };
        lines.iter().map(cost).fold(0, LineCost::saturating_add)
    }

    /// What it costs to end a line after unit `end - 1`, `None` where that is not allowed.
    fn penalty(&self, end: usize) -> Option<LineCost> {
        let units = self.paragraph.units();
        if end == units.len() {
            return Some(0);
        }
        let lifts = self.allow == BreakMode::Faults;
        match units[end - 1].after {
            LineBreak::Free | LineBreak::Forced => Some(0),
            LineBreak::Address => Some(ADDRESS),
            LineBreak::Discouraged => Some(SOFT),
            LineBreak::Hyphen => Some(HYPHEN),
            part @ (LineBreak::BetweenDatelineParts | LineBreak::InsideDatelinePart)
                if self.paragraph.dateline * 10 > self.measure * DATELINE_WHOLE =>
            {
                Some(if part == LineBreak::InsideDatelinePart { DATELINE_PART } else { DATELINE })
            }
            LineBreak::BetweenDatelineParts | LineBreak::InsideDatelinePart => {
                lifts.then_some(INSIDE)
            }
            LineBreak::Kinsoku => lifts.then_some(KINSOKU),
            LineBreak::Inseparable => lifts.then_some(INSIDE),
        }
    }

    fn start(&self, start: usize) -> Em {
        let indent = if start == 0 { self.indent } else { Em::ZERO };
        indent + self.paragraph.white_before(start)
    }

    /// The first of the units from `from` on with which a line can start that ends after unit `end - 1`: what starts
    /// before it is too long, however it is squeezed.
    fn first(&self, from: usize, edge: &LineEdge, end: usize) -> usize {
        // A hyphen makes a line wider than the letter after it would.
        let least = edge.least - self.paragraph.hyphen_after(end - 1);
        let long = |at: &usize| {
            self.start(*at) + least - self.paragraph.starting(*at).least > self.measure
        };
        (from..end).find(|at| !long(at)).unwrap_or(end)
    }

    /// The first start after `from` of a line to `end` that may be less loose than that from `from`: one without a Han
    /// character. `end` if there is none.
    fn tighter(&self, from: usize, edge: &LineEdge, end: usize) -> usize {
        if self.paragraph.units()[end - 1].class == CharClass::Han {
            return end;
        }
        let has = |at: &usize| self.paragraph.starting(*at).han < edge.han;
        (from + 1..end).find(|at| !has(at)).unwrap_or(end)
    }

    #[inline(always)]
    fn look(&self, start: usize, edge: &LineEdge, end: usize) -> LineFit {
        let before = self.paragraph.starting(start);
        LineFit {
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
    fn price(&self, start: usize, end: usize, look: &LineFit, least: LineCost) -> LineCost {
        let slack = look.room - look.natural;
        // Most lines have nothing that gives but even gaps, or need nothing.
        let even = look.even > 0 && look.most == look.natural && slack > Em::ZERO;
        let plain = !look.last && (even || slack == Em::ZERO);
        if plain { least } else { self.line(start, end, look) }
    }

    /// What any line costs.
    fn line(&self, start: usize, end: usize, look: &LineFit) -> LineCost {
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
    fn given(&self, start: usize, end: usize, slack: Em) -> (LineCost, Em) {
        let mut left = if slack < Em::ZERO { -slack } else { slack };
        let mut cost = 0;
        let mut step = |weight: LineCost, whole: Em| {
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
        let parts = |at: usize| units[at - 1].after == LineBreak::Address;
        parts(end) || start > 0 && parts(start)
    }

    fn trace(&self, nodes: &[BreakNode]) -> Vec<TextLine> {
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

    fn made(&self, start: usize, end: usize) -> TextLine {
        TextLine::filled(self.paragraph, start..end, self.measure, self.start(start))
    }
}

/// What it costs that each even gap of a line takes so much.
fn gap_cost(gap: Em) -> LineCost {
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

const _: () =
    assert!(GapKind::SHRINK_STEPS == 5 && GapKind::STRETCH_STEPS == 3, "`given` weighs each step");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::font::FontSet;
    use crate::line::justify::Justification;
    use crate::line::prepare::{ParagraphText, prepare};
    use crate::script::{CompositionProfile, PunctuationStyle};

    #[test]
    fn lines_whose_gaps_pass_unseen_are_the_best_or_refused() {
        let fonts = FontSet::embedded().expect("fonts");
        let face = fonts.find_role("song").expect("song");
        let part = "“稳粮”“增绿”，use of steel plates：3 200吨、（约14%）！他说：“好。”《报》。全区各族群众一条心，";
        let mut found = [0; 2];
        for (marks, times) in [
            (PunctuationStyle::Full, 1),
            (PunctuationStyle::Full, 7),
            (PunctuationStyle::Kaiming, 1),
            (PunctuationStyle::Kaiming, 7),
        ] {
            let profile =
                CompositionProfile { punctuation: marks, ..CompositionProfile::default() };
            let text = part.repeat(times);
            let copy = ParagraphText { text: &text, face, spans: &[] };
            let paragraph = prepare(&fonts, copy, &profile).expect("glyphs");
            for half in 4..60 {
                let (measure, indent) = (Em::HALF * half, Em::zi(2));
                let run =
                    |allow| BreakSearch { paragraph: &paragraph, measure, indent, allow }.run(None);
                let SearchOutcome::Lines(best, cost) = run(BreakMode::Gaps) else { continue };
                match run(BreakMode::Unseen) {
                    SearchOutcome::Lines(lines, own) => {
                        assert_eq!((lines, own), (best, cost), "{measure:?}");
                        found[0] += 1;
                    }
                    SearchOutcome::NoWay => found[1] += 1,
                    SearchOutcome::TooLong => unreachable!("there are few steps"),
                }
            }
        }
        assert!(found.iter().all(|count| *count > 10), "{found:?}");
    }

    #[test]
    fn what_is_priced_is_what_is_filled() {
        let fonts = FontSet::embedded().expect("fonts");
        let face = fonts.find_role("song").expect("song");
        let text = "“稳粮”“增绿”，use of steel：3 200吨、（约14%）！他说：“好。”《报》。";
        for marks in [PunctuationStyle::Full, PunctuationStyle::Kaiming] {
            let profile =
                CompositionProfile { punctuation: marks, ..CompositionProfile::default() };
            let copy = ParagraphText { text, face, spans: &[] };
            let paragraph = prepare(&fonts, copy, &profile).expect("glyphs");
            let count = paragraph.units().len();
            let (measure, indent) = (Em::zi(9), Em::ZERO);
            let allow = BreakMode::Faults;
            let search = BreakSearch { paragraph: &paragraph, measure, indent, allow };
            let mut given = [false; 2];
            for (start, end) in (0..count).flat_map(|a| (a + 1..=count).map(move |b| (a, b))) {
                let span = paragraph.span(&(start..end));
                for milli in (-3000..3000).step_by(125) {
                    let slack = Em::milli(milli);
                    let fill = Justification::solve(&span, span.natural + slack);
                    let (cost, rest) = search.given(start, end, slack);
                    assert_eq!(rest, fill.even_stretch + fill.remainder, "{start}..{end} {milli}");
                    let mark =
                        if marks == PunctuationStyle::Full { SQUEEZED_FULL } else { SQUEEZED };
                    let shrink = [SQUEEZED, mark, mark, SQUEEZED, STOPS_SQUEEZED].into_iter();
                    let stretch = [LATIN_STRETCHED, LATIN_STRETCHED, MARKS_RESTORED].into_iter();
                    let shrunk = shrink.zip(fill.shrunk.into_iter().zip(span.shrink));
                    let parts = stretch.zip(fill.stretched.into_iter().zip(span.stretch));
                    let wanted = shrunk.chain(parts).map(|(weight, (part, whole))| {
                        if part == Em::ZERO { 0 } else { weight * squared(part, whole) / 10_000 }
                    });
                    assert_eq!(cost, wanted.sum::<LineCost>(), "{start}..{end} {milli}");
                    given[usize::from(slack > Em::ZERO)] |= cost > 0;
                }
            }
            assert_eq!(given, [true; 2], "gaps shrink and stretch");
        }
    }
}
