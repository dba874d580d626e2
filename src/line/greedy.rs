//! Line by line: each as full as it gets, without a look at those after it.
//!
//! The fallback for copy that the search of the whole paragraph cannot hold, and the yardstick that the
//! search is measured by.

use crate::line::justify::TextLine;
use crate::line::prepare::PreparedParagraph;
use crate::script::LineBreak;
use crate::unit::Em;

/// Breaks a paragraph line by line: where a prohibition stands at the end of a full line, what follows is
/// squeezed in if it can be, else the line gives up its last characters (先挤进后推出, CLREQ
/// `#line_adjustment_by_hanging_punctuation_and_pushing_in_or_out`).
///
/// A line without any allowed end is cut where it is full; a cell wider than the measure runs over it.
pub fn first_fit(paragraph: &PreparedParagraph, measure: Em, indent: Em) -> Vec<TextLine> {
    let mut ends = Vec::new();
    let mut start = 0;
    while start < paragraph.units().len() {
        let indent = if start == 0 { indent } else { Em::ZERO };
        let room = measure - indent - paragraph.white_before(start);
        start = end_of_line(paragraph, start, room);
        ends.push(start);
    }
    lines_broken_at(paragraph, measure, indent, &ends)
}

/// The lines of a paragraph broken after the units `ends`, the last of which is the paragraph's: for those who
/// have an arrangement of their own.
pub fn lines_broken_at(
    paragraph: &PreparedParagraph,
    measure: Em,
    indent: Em,
    ends: &[usize],
) -> Vec<TextLine> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let line = |(start, end): (usize, &usize)| {
        let indent = if start == 0 { indent } else { Em::ZERO };
        TextLine::filled(paragraph, start..*end, measure, indent + paragraph.white_before(start))
    };
    starts.zip(ends).map(line).collect()
}

fn end_of_line(paragraph: &PreparedParagraph, start: usize, room: Em) -> usize {
    let count = paragraph.units().len();
    // The fullest line, the fullest that may end there, the first that may end there when squeezed.
    let mut full = start + 1;
    let mut allowed = None;
    let mut squeezed = None;
    for end in start + 1..=count {
        let [least, natural, _] = paragraph.widths(start..end);
        let may = end == count || paragraph.units()[end - 1].after <= LineBreak::Discouraged;
        if natural <= room {
            full = end;
            allowed = if may { Some(end) } else { allowed };
        } else if least > room {
            break;
        } else if may {
            squeezed = Some(end);
            break;
        }
    }
    match (allowed, squeezed) {
        (Some(end), None) => end,
        (Some(end), Some(_)) if end == full => end,
        (_, Some(end)) => end,
        (None, None) => full,
    }
}
