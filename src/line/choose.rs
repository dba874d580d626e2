//! Chooses the breaks that are cheapest for the paragraph as a whole.
//!
//! Total fit in the manner of Knuth and Plass, over the gaps of Chinese setting. Every way to cut
//! the paragraph into lines has a cost, the sum over its lines, and dynamic programming finds the
//! cheapest way.
//!
//! *State.* For every break (the end of a line after some unit): the cheapest cost of all lines
//! before it, and the start of the last of them.
//!
//! *Step.* A break is reached from every earlier break by one line. A line adds the cost of its
//! gaps (`line_cost`) and of the break at its end (`break_penalty`). Both depend on that line
//! alone, so the cheapest way to a break extends a cheapest way to an earlier one, and the result
//! is exact.
//!
//! *Bounds.* Lines that are too long however much they are squeezed are never looked at
//! (`first_fitting_start`), nor are lines so loose that they cannot beat the best known way. A
//! line therefore starts within a bounded distance of its end, and the work is linear in the
//! length of the paragraph.
//!
//! *Passes.* The search runs first over lines without visible gaps only ([`BreakMode`]): there
//! are few of them, and nearly every paragraph is cheapest in them. The result counts only if it
//! is cheaper than any way with a visible gap could be (`visible_gaps_floor`), so the quick pass
//! is exact too, or finds nothing.
//!
//! *Limit.* Copy made to defeat the bounds (thousands of characters without width) exceeds
//! [`STEPS_PER_UNIT`] and is set line by line instead.

use crate::line::greedy::first_fit;
use crate::line::justify::TextLine;
use crate::line::line_counts::{BreakNode, LineCost, LineCountTable, UNREACHED};
use crate::line::paragraph::{LineEdge, LineUnit, PreparedParagraph};
use crate::script::{CharClass, GapKind, LineBreak};
use crate::unit::Em;

/// Every line: of two settings that look alike the shorter one wins.
const LINE: LineCost = 10;
/// All half marks of a line restored to full width. Hardly visible (R38), but a line that needs
/// nothing is better.
const MARKS_RESTORED: LineCost = 20;
/// All Latin gaps of a line at their widest: as visible as restored marks.
const LATIN_STRETCHED: LineCost = 20;
/// Everything inside a line shrunk that may shrink, sentence ends apart.
const SQUEEZED: LineCost = 15;
/// All brackets and pauses of a line squeezed, in a style that sets them full to that end.
const SQUEEZED_FULL: LineCost = 5;
/// A last line that is full, in that style, against an empty one: squeezing shortens the
/// paragraph as far as it can, so that 先挤进后推出 holds for the paragraph as a whole (R35).
const FULL_LAST_LINE: LineCost = 100;
/// Every sentence end inside a line shrunk to half. Some styles forbid it, so it is the last way to
/// push in; but better than gaps at their limit.
const STOPS_SQUEEZED: LineCost = 60;
/// Widest gap between Han characters that readers do not notice, in thousandths of an em. A wider
/// one is a warning (R37).
pub(crate) const VISIBLE_GAP: i64 = 120;
/// Widest gap between Han characters that is only a warning, in thousandths of an em. A wider one
/// is an error (R37).
pub(crate) const WIDE_GAP: i64 = 250;
/// Added to a line with visible gaps, so that two lines just below the limit beat one above it.
const VISIBLE_GAPS: LineCost = 300;
/// Added to a line whose gaps are an error.
const WIDE_GAPS: LineCost = 10_000_000;
/// Added to such a line for each square of its gap in thousandths of an em: two lines a little too
/// wide look better than one torn open.
const WIDE_GAP_SQUARED: LineCost = 100;
/// Upper bound on the cost of the gaps of a line: they give way before anything below does.
const GAPS_COST_MAX: LineCost = 10_000_000_000;
/// A last line of one character (R43, 孤字).
const RUNT: LineCost = 100_000_000_000;
/// A last line of two characters in a measure of [`WIDE_MEASURE`] or more (R43, warning).
const SHORT_LAST_LINE: LineCost = 40;
/// Measure from which on two characters look lost on a line.
pub(crate) const WIDE_MEASURE: Em = Em::zi(21);
/// A number parted from its unit (R17). Below the cost of visible gaps: either is one warning.
const DISCOURAGED_BREAK: LineCost = 150;
/// A dateline parted after its agency or place, where it is longer than most of a line (R71).
const DATELINE_BREAK: LineCost = 150;
/// A dateline parted inside its agency, place or date: only where the gaps would be an error
/// otherwise.
const DATELINE_PART_BREAK: LineCost = 20_000;
/// Share of the measure, in tenths, up to which a dateline is never parted.
const DATELINE_WHOLE_TENTHS: i64 = 8;
/// A web address parted after one of its marks (R20): no fault, but whole is better.
const ADDRESS_BREAK: LineCost = 30;
/// A line that is nothing but part of an address and has no gap that could give. It stays short
/// by up to half of the measure, and its neighbours are not torn open to avoid that.
const ADDRESS_SHORT_LINE: LineCost = 400;
/// A word parted by a hyphen: only where the gaps would be an error otherwise (R18). Far above the
/// cost of a few visible gaps.
const HYPHEN_BREAK: LineCost = 10_000;
/// A mark at the wrong end of a line: only where the paragraph cannot be set otherwise.
const KINSOKU_BREAK: LineCost = 1_000_000_000_000_000;
/// A number or word cut in two because it is longer than the line. Less than [`KINSOKU_BREAK`]:
/// kinsoku is the last rule to give way.
const INSEPARABLE_BREAK: LineCost = 10_000_000_000_000;

/// Longest paragraph, in lines, for which the quick pass is tried. In more lines the small costs
/// add up to more than the cost of one visible gap, so that its result could not be shown to be
/// the best.
const INVISIBLE_LINES_MAX: i64 = 40;

/// Limit on the number of lines looked at, for each unit of the paragraph. Real copy needs a few
/// dozen.
const STEPS_PER_UNIT: usize = 400;

/// Breaks a paragraph into lines of `measure`, the first one indented by `indent`. All lines but
/// the last are justified to the measure.
///
/// If the rules leave no way, they give way in this order: gaps, runts, numbers and words
/// longer than a line, marks at line edges. The measure never gives way, unless a single cell is
/// wider than it, and no text is ever lost.
pub fn break_into_lines(paragraph: &PreparedParagraph, measure: Em, indent: Em) -> Vec<TextLine> {
    let natural = paragraph.natural_width(0..paragraph.units().len());
    let is_short = natural <= measure * INVISIBLE_LINES_MAX;
    let quick = is_short.then_some(BreakMode::InvisibleGaps);
    // Each mode allows more than the one before, so the first that finds a way decides.
    for mode in quick.into_iter().chain([BreakMode::AnyGaps, BreakMode::LiftProhibitions]) {
        match (BreakSearch { paragraph, measure, indent, mode }).run(None) {
            SearchOutcome::Found(lines, _) => return lines,
            // A freer mode has still more lines to look at.
            SearchOutcome::StepLimit => break,
            SearchOutcome::NoSolution => {}
        }
    }
    first_fit(paragraph, measure, indent)
}

/// Breaks a paragraph as [`break_into_lines`] does and also returns its settings in more or fewer
/// lines. `None` for these if the paragraph cannot be set without lifting a prohibition.
pub fn break_with_variants(
    paragraph: &PreparedParagraph,
    measure: Em,
    indent: Em,
) -> (Vec<TextLine>, Option<LengthVariants>) {
    let mut line_counts = LineCountTable::new(paragraph.units().len());
    let search = |mode| BreakSearch { paragraph, measure, indent, mode };
    let mut outcome = search(BreakMode::InvisibleGaps).run(Some(&mut line_counts));
    if matches!(outcome, SearchOutcome::NoSolution) {
        outcome = search(BreakMode::AnyGaps).run(None);
    }
    match outcome {
        SearchOutcome::Found(lines, best_cost) => {
            (lines, Some(LengthVariants { measure, indent, line_counts, best_cost }))
        }
        SearchOutcome::NoSolution | SearchOutcome::StepLimit => {
            (break_into_lines(paragraph, measure, indent), None)
        }
    }
}

/// Returns the cost of the lines of a paragraph by the constants of this module.
pub fn cost_of(paragraph: &PreparedParagraph, measure: Em, indent: Em, lines: &[TextLine]) -> i64 {
    BreakSearch { paragraph, measure, indent, mode: BreakMode::LiftProhibitions }.total_cost(lines)
}

/// Settings of a paragraph in more or fewer lines than it is cheapest in.
#[derive(Clone, Debug)]
pub struct LengthVariants {
    measure: Em,
    indent: Em,
    line_counts: LineCountTable,
    /// Cost of the cheapest setting.
    best_cost: LineCost,
}

impl LengthVariants {
    /// Returns the cheapest setting of the paragraph in exactly `count` lines, and by how much it
    /// is more expensive than the cheapest of all. `None` if a line would need visible gaps: a
    /// paragraph may be run longer to level the feet of columns, but no reader is to notice.
    pub fn in_line_count(
        &self,
        paragraph: &PreparedParagraph,
        count: usize,
    ) -> Option<(Vec<TextLine>, i64)> {
        let Self { measure, indent, ref line_counts, best_cost } = *self;
        let search = BreakSearch { paragraph, measure, indent, mode: BreakMode::AnyGaps };
        let breaks = line_counts.breaks_in(count)?;
        let lines: Vec<TextLine> =
            breaks.windows(2).map(|pair| search.make_line(pair[0], pair[1])).collect();
        // A remainder is a line that falls short of the measure or runs over it.
        let is_noticed = |line: &TextLine| {
            let justification = &line.justification;
            justification.even_gap().to_milli() > VISIBLE_GAP || justification.remainder != Em::ZERO
        };
        if lines.iter().any(is_noticed) {
            return None;
        }
        let extra_cost = search.total_cost(&lines) - best_cost;
        Some((lines, extra_cost.max(0)))
    }
}

/// A search for the cheapest lines of a paragraph.
struct BreakSearch<'a> {
    paragraph: &'a PreparedParagraph,
    measure: Em,
    indent: Em,
    mode: BreakMode,
}

/// Lines that a search may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BreakMode {
    /// Lines whose gaps readers do not notice. What is found is the cheapest of all settings.
    InvisibleGaps,
    /// Lines with any gaps.
    AnyGaps,
    /// Lines that break a prohibition, at a price.
    LiftProhibitions,
}

/// Widths of a line before its gaps are justified.
struct LineFit {
    /// Width available for the line.
    room: Em,
    least: Em,
    natural: Em,
    /// Widest before the even stretch.
    most: Em,
    han_characters: i64,
    /// Number of gaps that open evenly.
    even_gaps: i64,
    /// True if the paragraph ends with the line.
    is_last: bool,
}

impl LineFit {
    /// True if the line needs even gaps wider than `gap` thousandths of an em. Then any shorter
    /// line to the same end that holds a Han character needs them too.
    fn is_loose(&self, gap: i64) -> bool {
        let slack = self.room - self.most;
        let loose_slack = Em::milli(gap + 1) * self.even_gaps.max(1);
        !self.is_last && self.han_characters > 0 && slack > loose_slack
    }

    /// Lower bound on the cost of the line: its even gaps take what no other gap can.
    fn cost_floor(&self) -> LineCost {
        let slack = self.room - self.most;
        let needs_even = !self.is_last && self.even_gaps > 0 && slack > Em::ZERO;
        LINE + if needs_even { even_gap_cost(slack / self.even_gaps) } else { 0 }
    }

    /// True if the line runs over however much it is squeezed.
    fn is_overfull(&self) -> bool {
        self.least > self.room
    }
}

/// Result of a search.
enum SearchOutcome {
    /// The cheapest lines and their cost.
    Found(Vec<TextLine>, LineCost),
    /// The prohibitions of the mode leave no way.
    NoSolution,
    /// The search took too many steps.
    StepLimit,
}

impl BreakSearch<'_> {
    /// Finds the cheapest lines.
    ///
    /// Also fills `line_counts`, if given, with the cheapest ways in other numbers of lines. That
    /// is complete only in [`BreakMode::InvisibleGaps`]: the other modes skip lines that no
    /// cheapest way takes, but a way in a fixed number of lines could.
    fn run(&self, mut line_counts: Option<&mut LineCountTable>) -> SearchOutcome {
        let count = self.paragraph.units().len();
        let is_quick = self.mode == BreakMode::InvisibleGaps;
        let loose_gap = if is_quick { VISIBLE_GAP } else { WIDE_GAP };
        let mut nodes = vec![BreakNode::NONE; count + 1];
        nodes[0] = BreakNode::START;
        let (mut first_start, mut steps, mut base_count) = (0, 0, 0);
        for end in 1..=count {
            let Some(penalty) = self.break_penalty(end) else { continue };
            let edge = self.paragraph.edge_after(end);
            // Longer lines only get less possible as the end moves on, so this start never moves
            // back.
            first_start = self.first_fitting_start(first_start, &edge, end);
            let window = &nodes[first_start..end];
            // Lower bound on the cost of all ways to the starts in the window. Computed only when
            // the best line so far has wide gaps, which is rare; zero is a valid bound until
            // then.
            let mut window_floor = 0;
            let mut best = BreakNode::NONE;
            // Lines that start before this unit are known to be too loose.
            let mut first_tight_start = first_start;
            if let Some(table) = &mut line_counts {
                base_count = self.full_lines_before(&edge, base_count);
                table.set_base_count(end, base_count);
            }
            for (start, node) in (first_start..end).zip(window) {
                // Cheapest checks first: most starts fail one of them before any width is computed.
                let can_improve = node.cost.saturating_add(LINE + penalty) < best.cost;
                let can_count = line_counts.is_some() && node.cost != UNREACHED;
                if start < first_tight_start || !can_improve && !can_count {
                    continue;
                }
                steps += 1;
                if window_floor == 0 && best.cost >= WIDE_GAPS && best.cost != UNREACHED {
                    window_floor = window.iter().map(|node| node.cost).min().unwrap_or(0);
                }
                let fit = self.line_fit(start, &edge, end);
                // A loose line costs `WIDE_GAPS` at least, so it cannot beat a best way cheaper
                // than that; the quick pass takes no loose line at all. The shorter lines that
                // follow are as loose, up to the first one without a Han character.
                let skips_loose = is_quick || best.cost < window_floor.saturating_add(WIDE_GAPS);
                if skips_loose && fit.is_loose(loose_gap) {
                    first_tight_start = self.next_tighter_start(start, &edge, end);
                    if first_tight_start == end {
                        break;
                    }
                    continue;
                }
                if fit.is_overfull() {
                    continue;
                }
                // The bound is cheap; the exact cost is computed only for lines that pass it.
                let floor = fit.cost_floor();
                let can_improve =
                    can_improve && node.cost.saturating_add(floor + penalty) < best.cost;
                let table =
                    line_counts.as_mut().filter(|table| table.is_gain(start, end, floor + penalty));
                if !can_improve && table.is_none() {
                    continue;
                }
                let cost = self.fitting_line_cost(start, end, &fit, floor) + penalty;
                // Equal costs keep the earlier start, which leaves the fuller last line.
                if can_improve {
                    best.improve(node.cost.saturating_add(cost), start);
                }
                if let Some(table) = table {
                    table.extend(start, end, cost);
                }
            }
            nodes[end] = best;
            if steps > STEPS_PER_UNIT * count {
                return SearchOutcome::StepLimit;
            }
        }
        match nodes[count].cost {
            UNREACHED => SearchOutcome::NoSolution,
            // A way with a visible gap, which the quick pass never saw, could be cheaper.
            cost if is_quick && cost >= self.visible_gaps_floor() => SearchOutcome::NoSolution,
            cost => SearchOutcome::Found(self.trace_back(&nodes), cost),
        }
    }

    /// Lower bound on the cost of any setting that contains a line rejected for visible gaps: the
    /// least that such gaps cost, and as many lines as the paragraph needs at its narrowest.
    fn visible_gaps_floor(&self) -> LineCost {
        let units = self.paragraph.units();
        let least_width =
            self.paragraph.edge_before(units.len()).least - self.paragraph.edge_before(0).least;
        // At its end a line saves the gap there and, if a mark hangs, the cell of that mark.
        let saved =
            |unit: &LineUnit| unit.gap.min + if unit.can_hang { unit.cell_width } else { Em::ZERO };
        let most_saved = units.iter().map(saved).max().unwrap_or(Em::ZERO).max(Em::ZERO);
        let lines = least_width.units() / (self.measure + most_saved).units().max(1);
        even_gap_cost(Em::milli(VISIBLE_GAP + 1)) + LINE * lines
    }

    /// Number of whole lines that the text before a break fills. `previous` is the number at the
    /// break before.
    fn full_lines_before(&self, edge: &LineEdge, previous: i64) -> i64 {
        let width = self.indent + edge.natural - self.paragraph.edge_before(0).natural;
        // The number rarely changes, and checking that takes no division.
        let rest = width - self.measure * previous;
        let is_unchanged = rest >= Em::ZERO && rest < self.measure;
        if is_unchanged { previous } else { (width.units() / self.measure.units().max(1)).max(0) }
    }

    /// Cost of a complete setting.
    fn total_cost(&self, lines: &[TextLine]) -> LineCost {
        let cost = |line: &TextLine| {
            let (start, end) = (line.units.start, line.units.end);
            let fit = self.line_fit(start, &self.paragraph.edge_after(end), end);
            let penalty = self.break_penalty(end).unwrap_or(KINSOKU_BREAK);
            self.line_cost(start, end, &fit) + penalty
        };
        lines.iter().map(cost).fold(0, LineCost::saturating_add)
    }

    /// Cost of ending a line after unit `end - 1`; `None` if the mode does not allow it.
    fn break_penalty(&self, end: usize) -> Option<LineCost> {
        let units = self.paragraph.units();
        if end == units.len() {
            return Some(0);
        }
        let lifts = self.mode == BreakMode::LiftProhibitions;
        let is_long_dateline =
            self.paragraph.dateline_width * 10 > self.measure * DATELINE_WHOLE_TENTHS;
        match units[end - 1].break_after {
            LineBreak::Free | LineBreak::Forced => Some(0),
            LineBreak::Address => Some(ADDRESS_BREAK),
            LineBreak::Discouraged => Some(DISCOURAGED_BREAK),
            LineBreak::Hyphen => Some(HYPHEN_BREAK),
            LineBreak::BetweenDatelineParts if is_long_dateline => Some(DATELINE_BREAK),
            LineBreak::InsideDatelinePart if is_long_dateline => Some(DATELINE_PART_BREAK),
            LineBreak::Kinsoku => lifts.then_some(KINSOKU_BREAK),
            LineBreak::BetweenDatelineParts
            | LineBreak::InsideDatelinePart
            | LineBreak::Inseparable => lifts.then_some(INSEPARABLE_BREAK),
        }
    }

    /// Position of the first cell of a line that starts with unit `start`.
    fn line_start_x(&self, start: usize) -> Em {
        let indent = if start == 0 { self.indent } else { Em::ZERO };
        indent + self.paragraph.white_before(start)
    }

    /// Returns the first unit from `from` on with which a line that ends after unit `end - 1` can
    /// start. Lines with earlier starts are too long however much they are squeezed.
    fn first_fitting_start(&self, from: usize, edge: &LineEdge, end: usize) -> usize {
        // Without the hyphen: it makes this line wider than a line that ends one letter later, so
        // counting it would drop starts that later ends still need.
        let least = edge.least - self.paragraph.hyphen_width(end - 1);
        let is_too_long = |start: &usize| {
            let width = least - self.paragraph.edge_before(*start).least;
            self.line_start_x(*start) + width > self.measure
        };
        (from..end).find(|start| !is_too_long(start)).unwrap_or(end)
    }

    /// Returns the first start after `from` of a line to `end` that may be less loose than the line
    /// from `from`: one without a Han character. `end` if there is none.
    fn next_tighter_start(&self, from: usize, edge: &LineEdge, end: usize) -> usize {
        if self.paragraph.units()[end - 1].class == CharClass::Han {
            return end;
        }
        let has_han =
            |start: &usize| self.paragraph.edge_before(*start).han_characters < edge.han_characters;
        (from + 1..end).find(|start| !has_han(start)).unwrap_or(end)
    }

    /// Widths of the line from `start` to `end`, where `edge` is the one after `end`. Inlined
    /// because it is the body of the innermost loop.
    #[inline(always)]
    fn line_fit(&self, start: usize, edge: &LineEdge, end: usize) -> LineFit {
        let before = self.paragraph.edge_before(start);
        LineFit {
            room: self.measure - self.line_start_x(start),
            least: edge.least - before.least,
            natural: edge.natural - before.natural,
            most: edge.most - before.most,
            han_characters: edge.han_characters - before.han_characters,
            even_gaps: edge.even_gaps - before.even_gaps,
            is_last: end == self.paragraph.units().len(),
        }
    }

    /// Cost of a line that is not overfull. `floor` is its [`LineFit::cost_floor`].
    fn fitting_line_cost(
        &self,
        start: usize,
        end: usize,
        fit: &LineFit,
        floor: LineCost,
    ) -> LineCost {
        let slack = fit.room - fit.natural;
        // Most lines have no gap that gives but even gaps, or need nothing: the floor is exact.
        let only_even = fit.even_gaps > 0 && fit.most == fit.natural && slack > Em::ZERO;
        let is_floor_exact = !fit.is_last && (only_even || slack == Em::ZERO);
        if is_floor_exact { floor } else { self.line_cost(start, end, fit) }
    }

    /// Cost of any line, without the penalty for its break.
    fn line_cost(&self, start: usize, end: usize, fit: &LineFit) -> LineCost {
        if fit.is_last {
            self.last_line_cost(start, end, fit)
        } else {
            self.inner_line_cost(start, end, fit)
        }
    }

    /// Cost of a line that is justified.
    fn inner_line_cost(&self, start: usize, end: usize, fit: &LineFit) -> LineCost {
        let (step_cost, rest) = self.stepped_cost(start, end, fit.room - fit.natural);
        // Part of an address has no gap at all. Up to half a measure short, it has a price of its
        // own, so that the lines beside it are not torn open instead.
        let is_stiff = fit.even_gaps == 0 && fit.han_characters == 0 && rest > Em::ZERO;
        if is_stiff && self.touches_address(start, end) && rest * 2 <= fit.room {
            return LINE + ADDRESS_SHORT_LINE + rest.to_milli() / 5;
        }
        // A line without any gap to stretch falls short by all of the rest, as if by one gap.
        LINE + step_cost + even_gap_cost(rest / fit.even_gaps.max(1))
    }

    /// Cost of the last line, which is justified only if it is too long.
    fn last_line_cost(&self, start: usize, end: usize, fit: &LineFit) -> LineCost {
        let slack = fit.room - fit.natural;
        let mut cost = LINE;
        if slack < Em::ZERO {
            cost += self.stepped_cost(start, end, slack).0;
        }
        if self.paragraph.squeezes_marks_first {
            cost += FULL_LAST_LINE * fit.natural.units() / self.measure.units().max(1);
        }
        // A paragraph of one line may be as short as it likes.
        if start > 0 {
            cost += match self.paragraph.character_count(start..end) {
                0 | 1 => RUNT,
                2 if self.measure >= WIDE_MEASURE => SHORT_LAST_LINE,
                _ => 0,
            };
        }
        cost
    }

    /// Cost of distributing `slack` over the gaps of a line, or of shrinking them if it is
    /// negative, step by step as [`crate::line::justify::Justification::solve`] does; and the
    /// rest that is left for the even stretch. A step costs its weight times the square of the
    /// share that is used.
    fn stepped_cost(&self, start: usize, end: usize, slack: Em) -> (LineCost, Em) {
        let mut left = if slack < Em::ZERO { -slack } else { slack };
        let mut cost = 0;
        // Takes a step and returns true if more is left.
        let mut take_step = |weight: LineCost, room: Em| {
            if room > Em::ZERO {
                let part = left.min(room);
                left -= part;
                // Percent squared: the whole of the room counts 10 000 and costs the full weight.
                cost += weight * percent_squared(part, room) / 10_000;
            }
            left > Em::ZERO
        };
        let line = start..end;
        if slack > Em::ZERO {
            let weights = [LATIN_STRETCHED, LATIN_STRETCHED, MARKS_RESTORED];
            for (step, weight) in weights.into_iter().enumerate() {
                if !take_step(weight, self.paragraph.stretch_room(&line, step)) {
                    break;
                }
            }
            return (cost, left);
        }
        let marks = if self.paragraph.squeezes_marks_first { SQUEEZED_FULL } else { SQUEEZED };
        let weights = [SQUEEZED, marks, marks, SQUEEZED, STOPS_SQUEEZED];
        for (step, weight) in weights.into_iter().enumerate() {
            if !take_step(weight, self.paragraph.shrink_room(&line, step)) {
                break;
            }
        }
        (cost, -left)
    }

    /// True if a line starts or ends inside an address.
    fn touches_address(&self, start: usize, end: usize) -> bool {
        let units = self.paragraph.units();
        let parts_address = |end: usize| units[end - 1].break_after == LineBreak::Address;
        parts_address(end) || start > 0 && parts_address(start)
    }

    /// Collects the lines of the cheapest way, from the last back to the first.
    fn trace_back(&self, nodes: &[BreakNode]) -> Vec<TextLine> {
        let mut lines = Vec::new();
        let mut end = self.paragraph.units().len();
        while end > 0 {
            // A line holds at least one unit, so `start` is less than `end` and the loop ends.
            let start = nodes[end].line_start;
            lines.push(self.make_line(start, end));
            end = start;
        }
        lines.reverse();
        lines
    }

    /// Builds the justified line of the units from `start` to `end`.
    fn make_line(&self, start: usize, end: usize) -> TextLine {
        TextLine::justified(self.paragraph, start..end, self.measure, self.line_start_x(start))
    }
}

/// Cost of a line whose even gaps are each stretched by `gap`.
fn even_gap_cost(gap: Em) -> LineCost {
    let gap = gap.to_milli().max(0);
    // Squared, so that two gaps a little wide are cheaper than one twice as wide.
    let mut cost = 100 * gap * gap / (VISIBLE_GAP * VISIBLE_GAP);
    if gap > VISIBLE_GAP {
        cost += VISIBLE_GAPS;
    }
    if gap > WIDE_GAP {
        cost += WIDE_GAPS + WIDE_GAP_SQUARED * gap * gap;
    }
    cost.min(GAPS_COST_MAX)
}

/// Square of `part` in percent of `whole`.
fn percent_squared(part: Em, whole: Em) -> i64 {
    let percent = part.units() * 100 / whole.units().max(1);
    percent * percent
}

const _: () = assert!(
    GapKind::SHRINK_STEPS == 5 && GapKind::STRETCH_STEPS == 3,
    "`stepped_cost` has a weight for each step"
);

#[cfg(test)]
mod tests;
