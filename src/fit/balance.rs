//! Breaks heads by sense: between words, after clauses, into lines of like length.

use crate::line::{PreparedParagraph, TextLine};
use crate::model::HeadlineShape;
use crate::script::{CharClass, LineBreak, is_enumeration_mark, leaves_line_waiting};
use crate::unit::Em;

/// A break after a clause space: the place where headlines break first (R67).
const AFTER_CLAUSE: i64 = -80;
/// A break after a mark: the place where crossheads, which keep their marks, break first (R55). A
/// reader stops there, so it is worth less even lines.
const AFTER_MARK: i64 = -60;
/// A break inside a word or before a particle: only where nothing else fits.
pub(crate) const INSIDE_WORD: i64 = 10_000;
/// A line that ends with 、 or 的, after which the reader waits for the rest.
const WAITING_END: i64 = 60;
/// Each 字 by which a line is longer or shorter than its target.
const IMBALANCE: i64 = 10;
/// A last line shorter than four 字 (R55).
const SHORT_LAST_LINE: i64 = 60;
/// Length below which a last line is short.
const SHORT_LAST_LENGTH: Em = Em::zi(4);

/// Cost of breaking a head after `unit`; `None` where no line may break. `word_ends` are the byte
/// offsets at which words end.
pub(crate) fn head_break_cost(
    text: &PreparedParagraph,
    unit: usize,
    word_ends: &[usize],
) -> Option<i64> {
    let last = &text.units()[unit];
    match last.break_after {
        LineBreak::BetweenDatelineParts
        | LineBreak::InsideDatelinePart
        | LineBreak::Hyphen
        | LineBreak::Kinsoku
        | LineBreak::Inseparable => return None,
        LineBreak::Free | LineBreak::Forced | LineBreak::Address | LineBreak::Discouraged => {}
    }
    let range = last.text_range.start as usize..last.text_range.end as usize;
    let is_word_end = word_ends.binary_search(&range.end).is_ok();
    let last_text = &text.text()[range];
    match last.class {
        // Before the test for words: a clause space is no word, and no better break exists.
        CharClass::Space => return Some(AFTER_CLAUSE),
        // 、 parts the items of a list: no stop for the reader.
        CharClass::Pause if is_enumeration_mark(last_text) => {}
        CharClass::Pause | CharClass::Stop => return Some(AFTER_MARK),
        CharClass::Han
        | CharClass::Opening
        | CharClass::Closing
        | CharClass::StopPair
        | CharClass::Interpunct
        | CharClass::Connector
        | CharClass::Solidus
        | CharClass::Dash
        | CharClass::Ellipsis
        | CharClass::Digit
        | CharClass::Latin
        | CharClass::Prefix
        | CharClass::Postfix
        | CharClass::Symbol => {}
    }
    let mut cost = 0;
    // Between a number and its unit, or inside a name (R65, R66).
    if last.break_after == LineBreak::Discouraged {
        cost += INSIDE_WORD;
    }
    // No word ends before 的 and the like either: no line begins with them (R64).
    if !is_word_end {
        cost += INSIDE_WORD;
    }
    if leaves_line_waiting(last_text) {
        cost += WAITING_END;
    }
    Some(cost)
}

/// Returns the units before which the record requests a new line.
pub(crate) fn requested_breaks(text: &PreparedParagraph) -> Vec<usize> {
    let units = text.units().iter().enumerate();
    let forced = units.filter(|(_, unit)| unit.break_after == LineBreak::Forced);
    // The break stands after a unit, the new line begins with the next one.
    forced.map(|(index, _)| index + 1).collect()
}

/// Number of lines that a text of the width `natural` begins in a measure: the full ones, and one
/// more.
pub(crate) fn lines_begun(natural: Em, measure: Em) -> usize {
    let full = natural.units().max(0) / measure.units().max(1);
    usize::try_from(full).expect("not negative") + 1
}

/// Length that line `line` of `count` (from 1) is to have. Equal lines have the mean length.
/// Lines that are longer at the top have up to a fifth of it more for the first line, and as much
/// less for the last.
fn target_length(shape: HeadlineShape, mean: Em, line: usize, count: usize) -> Em {
    if shape == HeadlineShape::Equal || count < 2 {
        return mean;
    }
    // From `count - 1` for the first line down to `1 - count` for the last; the sum is 0, so the
    // mean stays.
    let from_middle = count as i64 + 1 - 2 * line as i64;
    mean + mean.share(from_middle, 5 * (count as i64 - 1))
}

/// Cheapest way to reach a break in some number of lines.
#[derive(Clone, Copy)]
struct BalanceNode {
    /// Cost of all lines before the break.
    cost: i64,
    /// First unit of the last of them.
    line_start: usize,
}

/// Breaks a text into exactly `count` lines no wider than `width`, as even as the costs of the
/// breaks allow. The lines are not justified. `break_cost` gives the cost of a break after a
/// unit. Returns `None` if no such lines exist.
///
/// Dynamic programming over the number of lines and the units on them: the cheapest way to set the
/// first `end` units on `line` lines extends a cheapest way to set fewer units on one line less.
/// Heads are short, so every start of every line is tried, and the result is exact.
pub(crate) fn balance_lines(
    text: &PreparedParagraph,
    count: usize,
    width: Em,
    break_cost: &dyn Fn(usize) -> Option<i64>,
    shape: HeadlineShape,
) -> Option<Vec<TextLine>> {
    let units = text.units().len();
    // Each line has at least one unit.
    if count == 0 || units == 0 || count > units {
        return None;
    }
    let mean = text.natural_width(0..units).share(1, count as i64);
    let requested = requested_breaks(text);
    // Each requested break begins one more line.
    if requested.len() >= count {
        return None;
    }
    let break_costs: Vec<Option<i64>> =
        // The end of the text is no break and costs nothing, whatever stands there.
        (0..units).map(|unit| if unit + 1 == units { Some(0) } else { break_cost(unit) }).collect();
    // By number of lines, then by number of units on them.
    let mut best = vec![vec![None::<BalanceNode>; units + 1]; count + 1];
    best[0][0] = Some(BalanceNode { cost: 0, line_start: 0 });
    for line in 1..=count {
        // Lines before this one took a unit each, so fewer than `line` units cannot be set.
        for end in line..=units {
            let Some(end_cost) = break_costs[end - 1] else { continue };
            // The last line ends with the text, and no other line does.
            if (line == count) != (end == units) {
                continue;
            }
            for start in (line - 1)..end {
                let Some(before) = best[line - 1][start] else { continue };
                let length = text.natural_width(start..end);
                // No line runs on over a place where the record requests a new one.
                let runs_on = requested.iter().any(|unit| start < *unit && *unit < end);
                // A later start makes a shorter line, which may fit.
                if length > width || runs_on {
                    continue;
                }
                let off = length - target_length(shape, mean, line, count);
                let mut cost = before.cost + end_cost + IMBALANCE * off.to_milli().abs() / 1000;
                // A text of one line has no last line that could look too short.
                if count > 1 && line == count && length < SHORT_LAST_LENGTH {
                    cost += SHORT_LAST_LINE;
                }
                // Strictly cheaper: of equal ways the one whose last line starts first stays.
                if best[line][end].is_none_or(|node| cost < node.cost) {
                    best[line][end] = Some(BalanceNode { cost, line_start: start });
                }
            }
        }
    }
    let mut lines = Vec::with_capacity(count);
    // Traced back from the last line. `None` in the last row means that no way was found.
    let mut end = units;
    for line in (1..=count).rev() {
        let start = best[line][end]?.line_start;
        lines.push(TextLine::unjustified(text, start..end));
        end = start;
    }
    lines.reverse();
    Some(lines)
}
