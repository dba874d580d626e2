//! Breaking heads by sense: between words, after clauses, in lines of like length.

use crate::line::{Justification, PreparedParagraph, TextLine};
use crate::model::HeadlineShape;
use crate::script::{CharClass, LineBreak};
use crate::unit::Em;

/// Breaking after a clause space: what headlines break at first (R67).
const AFTER_CLAUSE: i64 = -80;
/// Breaking after a mark: what crossheads, which keep their marks, break at first (R55). A reader stops there, so
/// it is worth lines of less like length.
const AFTER_MARK: i64 = -60;
/// Breaking inside a word or before a particle: only where nothing else fits.
pub(crate) const INSIDE_WORD: i64 = 10_000;
/// A line that ends with 、 or 的 waits for its end (§4.6).
const HANGING_END: i64 = 60;
/// Each 字 by which a line is off the mean.
const IMBALANCE: i64 = 10;
/// A last line below four 字 (R55).
const SHORT_LAST: i64 = 60;

/// What it costs to break a head after unit `at`; `None` where no line may break.
pub(crate) fn break_cost(text: &PreparedParagraph, at: usize, ends: &[usize]) -> Option<i64> {
    let unit = &text.units()[at];
    match unit.after {
        LineBreak::BetweenDatelineParts
        | LineBreak::InsideDatelinePart
        | LineBreak::Hyphen
        | LineBreak::Kinsoku
        | LineBreak::Inseparable => {
            return None;
        }
        LineBreak::Free | LineBreak::Forced | LineBreak::Address | LineBreak::Discouraged => {}
    }
    match unit.class {
        CharClass::Space => return Some(AFTER_CLAUSE),
        CharClass::Pause if text_of(text, at) == "、" => {}
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
    let soft = if unit.after == LineBreak::Discouraged { INSIDE_WORD } else { 0 };
    let word = ends.binary_search(&(unit.range.end as usize)).is_ok();
    let hangs = if matches!(text_of(text, at), "、" | "的") { HANGING_END } else { 0 };
    Some(hangs + if word { soft } else { soft + INSIDE_WORD })
}

fn text_of(text: &PreparedParagraph, at: usize) -> &str {
    let range = &text.units()[at].range;
    &text.text()[range.start as usize..range.end as usize]
}

/// The units before which the record asks for a new line.
pub(crate) fn turns(text: &PreparedParagraph) -> Vec<usize> {
    let units = text.units().iter().enumerate();
    units.filter(|(_, unit)| unit.after == LineBreak::Forced).map(|(at, _)| at + 1).collect()
}

/// The length that line `k` of `count` is to have: the same for all, or a fifth of the mean more for the first
/// and less for the last.
fn wanted(shape: HeadlineShape, mean: Em, k: usize, count: usize) -> Em {
    if shape == HeadlineShape::Equal || count < 2 {
        return mean;
    }
    let from_middle = count as i64 + 1 - 2 * k as i64;
    mean + mean.share(from_middle, 5 * (count as i64 - 1))
}

/// Breaks a text into exactly `count` lines no wider than `width`, as even as the costs of the breaks
/// allow. The lines are not filled. `None` if there is no way.
pub(crate) fn balanced(
    text: &PreparedParagraph,
    count: usize,
    width: Em,
    cost: &dyn Fn(usize) -> Option<i64>,
    shape: HeadlineShape,
) -> Option<Vec<TextLine>> {
    let units = text.units().len();
    if count == 0 || units == 0 || count > units {
        return None;
    }
    let total = text.natural_width(0..units);
    let mean = total.share(1, count as i64);
    let turns = turns(text);
    if turns.len() >= count {
        return None;
    }
    let breaks: Vec<Option<i64>> =
        (0..units).map(|at| if at + 1 == units { Some(0) } else { cost(at) }).collect();
    // best[k][end]: the cost of the first `end` units on `k` lines, and where the last one starts.
    let mut best = vec![vec![None::<(i64, usize)>; units + 1]; count + 1];
    best[0][0] = Some((0, 0));
    for k in 1..=count {
        for end in k..=units {
            let Some(here) = breaks[end - 1] else { continue };
            if k < count && end == units || k == count && end < units {
                continue;
            }
            for start in (k - 1)..end {
                let Some((before, _)) = best[k - 1][start] else { continue };
                let natural = text.natural_width(start..end);
                // No line goes on over a place where the record asks for a new one.
                if natural > width || turns.iter().any(|turn| start < *turn && *turn < end) {
                    continue;
                }
                let wanted = wanted(shape, mean, k, count);
                let mut sum =
                    before + here + IMBALANCE * (natural - wanted).to_milli().abs() / 1000;
                if count > 1 && k == count && natural < Em::zi(4) {
                    sum += SHORT_LAST;
                }
                if best[k][end].is_none_or(|(known, _)| sum < known) {
                    best[k][end] = Some((sum, start));
                }
            }
        }
    }
    let mut lines = Vec::with_capacity(count);
    let mut end = units;
    for k in (1..=count).rev() {
        let (_, start) = best[k][end]?;
        lines.push(TextLine {
            units: start..end,
            start_x: Em::ZERO,
            justification: Justification::default(),
            lifted_prohibition: None,
            is_last: end == units,
        });
        end = start;
    }
    lines.reverse();
    Some(lines)
}
