//! Line by line: each as full as it gets, without regard to the lines after it.
//!
//! Fallback for copy that the search over the whole paragraph cannot handle, and the reference that
//! tests compare the search with.

use crate::line::justify::TextLine;
use crate::line::paragraph::PreparedParagraph;
use crate::script::LineBreak;
use crate::unit::Em;

/// Breaks a paragraph line by line. A character that may not start a line is squeezed onto the full
/// line if possible; otherwise the line gives up its last characters (先挤进后推出,
/// CLREQ `#line_adjustment_by_hanging_punctuation_and_pushing_in_or_out`).
///
/// A line without any allowed end is cut where it is full. A cell wider than the measure runs over
/// it.
pub fn first_fit(paragraph: &PreparedParagraph, measure: Em, indent: Em) -> Vec<TextLine> {
    let mut ends = Vec::new();
    let mut start = 0;
    while start < paragraph.units().len() {
        let indent = if start == 0 { indent } else { Em::ZERO };
        let room = measure - indent - paragraph.white_before(start);
        // The end is past `start` by one unit at least, so the loop ends.
        start = fullest_line_end(paragraph, start, room);
        ends.push(start);
    }
    lines_broken_at(paragraph, measure, indent, &ends)
}

/// Returns the lines of a paragraph that is broken after the units `ends`. The last of them must be
/// the number of units.
pub fn lines_broken_at(
    paragraph: &PreparedParagraph,
    measure: Em,
    indent: Em,
    ends: &[usize],
) -> Vec<TextLine> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let line = |(start, end): (usize, &usize)| {
        let indent = if start == 0 { indent } else { Em::ZERO };
        let start_x = indent + paragraph.white_before(start);
        TextLine::justified(paragraph, start..*end, measure, start_x)
    };
    starts.zip(ends).map(line).collect()
}

/// Returns the end of the line that starts with unit `start` and has `room` for its cells.
///
/// One pass over the possible ends, from the start on. It stops at the first allowed end that needs
/// squeezing, or where no squeezing helps, so it looks at the units of one line only. The result is
/// the best end for this line alone.
fn fullest_line_end(paragraph: &PreparedParagraph, start: usize, room: Em) -> usize {
    let count = paragraph.units().len();
    // End of the fullest line, allowed or not; of the fullest allowed line; of the first allowed
    // line beyond it, which has to be squeezed.
    // One unit always goes on the line, even a cell wider than the measure; otherwise no end.
    let mut full = start + 1;
    let mut allowed = None;
    let mut squeezed = None;
    for end in start + 1..=count {
        let widths = paragraph.widths(start..end);
        // Breaks from a dateline part on up are for the search only; here they count as forbidden.
        let is_allowed =
            end == count || paragraph.units()[end - 1].break_after <= LineBreak::Discouraged;
        if widths.natural <= room {
            // The line fits: the last allowed end so far is the best without squeezing.
            full = end;
            allowed = if is_allowed { Some(end) } else { allowed };
        } else if widths.least > room {
            // Longer lines are only wider, so no later end fits.
            break;
        } else if is_allowed {
            // Too long, but it can be squeezed. The first such end needs the least squeezing.
            squeezed = Some(end);
            break;
        }
    }
    match (allowed, squeezed) {
        (Some(end), None) => end,
        // The fullest line may end as it is: nothing has to be squeezed in.
        (Some(end), Some(_)) if end == full => end,
        // Push in before push out: squeezing wins over giving up characters (R35).
        (_, Some(end)) => end,
        // No allowed end at all: a prohibition gives way, the measure does not.
        (None, None) => full,
    }
}
