//! Reasons for line ends, and faults of lines by the rules.

use crate::line::choose::{VISIBLE_GAP, WIDE_GAP, WIDE_MEASURE};
use crate::line::justify::TextLine;
use crate::line::paragraph::PreparedParagraph;
use crate::script::{LineBreak, rule_of_break};
use crate::unit::Em;

/// Action that found the end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineEndAction {
    /// The paragraph ends.
    ParagraphEnd,
    /// The line is as full as it gets without squeezing.
    FullLine,
    /// More characters were squeezed in (挤进).
    PushedIn,
    /// Characters that would have fitted went to the next line (推出).
    PushedOut,
}

/// Reason for the end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakReason {
    /// Action that found the end.
    pub action: LineEndAction,
    /// Number of the rule that led to it; empty if none did.
    pub rule: &'static str,
}

/// A rule that a line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineFault {
    /// Number of the rule.
    pub rule: &'static str,
    /// True if it blocks sign-off (E), false if it is a warning (W).
    pub is_error: bool,
}

/// Returns the reason why a line of `measure` ends where it does.
pub fn break_reason(paragraph: &PreparedParagraph, line: &TextLine, measure: Em) -> BreakReason {
    let units = paragraph.units();
    let (start, end) = (line.units.start, line.units.end);
    if end >= units.len() || start >= end {
        return BreakReason { action: LineEndAction::ParagraphEnd, rule: "" };
    }
    // End of the line if it were filled without squeezing and without regard to prohibitions.
    let room = measure - line.start_x;
    let mut full = start + 1;
    // Breaks are ignored here: the rule at the full line is what this function looks for.
    while full < units.len() && paragraph.natural_width(start..full + 1) <= room {
        full += 1;
    }
    let rule_at = |end: usize| match (units.get(end - 1), units.get(end)) {
        (Some(before), Some(after)) => rule_of_break(before.class, after.class, before.break_after),
        _ => "",
    };
    // The line is full; a rule may still stand at its end, such as a lifted prohibition.
    if end == full {
        return BreakReason { action: LineEndAction::FullLine, rule: rule_at(end) };
    }
    let action = if end > full { LineEndAction::PushedIn } else { LineEndAction::PushedOut };
    let rule_of_full_line = rule_at(full);
    if !rule_of_full_line.is_empty() {
        return BreakReason { action, rule: rule_of_full_line };
    }
    // No prohibition stands at the full line: the break serves a later line.
    let rest = &units[full..];
    let leaves_runt = rest.iter().filter(|unit| unit.cell_width >= Em::ONE).count() < 2;
    let rule = match action {
        LineEndAction::PushedOut if leaves_runt => "R43",
        LineEndAction::PushedIn => "R35",
        LineEndAction::PushedOut | LineEndAction::FullLine | LineEndAction::ParagraphEnd => "R37",
    };
    BreakReason { action, rule }
}

/// Returns the rules that a line of `measure` breaks.
pub fn line_faults(paragraph: &PreparedParagraph, line: &TextLine, measure: Em) -> Vec<LineFault> {
    let mut faults = Vec::new();
    let units = paragraph.units();
    let (start, end) = (line.units.start, line.units.end);
    // Only the even stretch can exceed the limits of R37; all other gaps are limited.
    let gap = line.justification.even_gap().to_milli();
    if gap > VISIBLE_GAP {
        faults.push(LineFault { rule: "R37", is_error: gap > WIDE_GAP });
    }
    // The last line ends with the paragraph, not by a break, so no break rule applies.
    if let (false, Some(before), Some(after)) =
        (line.is_last, end.checked_sub(1).and_then(|last| units.get(last)), units.get(end))
    {
        let rule = rule_of_break(before.class, after.class, before.break_after);
        match before.break_after {
            LineBreak::Discouraged
            | LineBreak::BetweenDatelineParts
            | LineBreak::InsideDatelinePart => {
                faults.push(LineFault { rule, is_error: false });
            }
            LineBreak::Kinsoku | LineBreak::Inseparable => {
                // Papers differ on solidus, ellipsis and dash: these are warnings.
                let is_error = !matches!(rule, "R06" | "R09" | "R11");
                faults.push(LineFault { rule, is_error });
            }
            // Allowed breaks, those in addresses and words by R20 and R18.
            LineBreak::Free | LineBreak::Forced | LineBreak::Address | LineBreak::Hyphen => {}
        }
    }
    if line.is_last && start > 0 && start < end {
        match paragraph.line_totals(&line.units).characters {
            0 | 1 => faults.push(LineFault { rule: "R43", is_error: true }),
            2 if measure >= WIDE_MEASURE => {
                faults.push(LineFault { rule: "R43", is_error: false });
            }
            _ => {}
        }
    }
    faults
}
