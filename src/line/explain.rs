//! Why a line ends where it does, and what is wrong with it by the rules.

use crate::line::choose::{GAP_SEEN, GAP_WIDE, WIDE_MEASURE};
use crate::line::justify::TextLine;
use crate::line::prepare::PreparedParagraph;
use crate::script::{LineBreak, rule_of_break};
use crate::unit::Em;

/// What was done at the end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineEndAction {
    /// The paragraph ends.
    ParagraphEnd,
    /// The line is as full as it is without being squeezed.
    FullLine,
    /// More was squeezed in (挤进).
    PushedIn,
    /// Characters that would have fitted went to the next line (推出).
    PushedOut,
}

/// Why a line ends where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakReason {
    /// What was done.
    pub action: LineEndAction,
    /// The rule that made it so; empty if none had to.
    pub rule: &'static str,
}

/// A break of a rule by a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineFault {
    /// The rule.
    pub rule: &'static str,
    /// Whether it blocks sign-off (E); a warning (W) otherwise.
    pub is_error: bool,
}

/// Why a line of `measure` ends where it does.
pub fn break_reason(paragraph: &PreparedParagraph, line: &TextLine, measure: Em) -> BreakReason {
    let units = paragraph.units();
    let (start, end) = (line.units.start, line.units.end);
    if end >= units.len() || start >= end {
        return BreakReason { action: LineEndAction::ParagraphEnd, rule: "" };
    }
    let room = measure - line.start_x;
    let mut full = start + 1;
    while full < units.len() && paragraph.natural_width(start..full + 1) <= room {
        full += 1;
    }
    let rule = |at: usize| match (units.get(at - 1), units.get(at)) {
        (Some(before), Some(after)) => rule_of_break(before.class, after.class, before.after),
        _ => "",
    };
    if end == full {
        return BreakReason { action: LineEndAction::FullLine, rule: rule(end) };
    }
    let act = if end > full { LineEndAction::PushedIn } else { LineEndAction::PushedOut };
    let forced = rule(full);
    if !forced.is_empty() {
        return BreakReason { action: act, rule: forced };
    }
    // Nothing stands in the way here: it is for a line further on.
    let rest = &units[full..];
    let orphan = rest.iter().filter(|unit| unit.cell_width >= Em::ONE).count() < 2;
    let rule = match act {
        LineEndAction::PushedOut if orphan => "R43",
        LineEndAction::PushedIn => "R35",
        LineEndAction::PushedOut | LineEndAction::FullLine | LineEndAction::ParagraphEnd => "R37",
    };
    BreakReason { action: act, rule }
}

/// What is wrong with a line of `measure` by the rules.
pub fn line_faults(paragraph: &PreparedParagraph, line: &TextLine, measure: Em) -> Vec<LineFault> {
    let mut faults = Vec::new();
    let units = paragraph.units();
    let (start, end) = (line.units.start, line.units.end);
    let gap = line.justification.even_gap().to_milli();
    if gap > GAP_SEEN {
        faults.push(LineFault { rule: "R37", is_error: gap > GAP_WIDE });
    }
    if let (false, Some(before), Some(after)) =
        (line.is_last, end.checked_sub(1).and_then(|at| units.get(at)), units.get(end))
    {
        let rule = rule_of_break(before.class, after.class, before.after);
        match before.after {
            LineBreak::Discouraged
            | LineBreak::BetweenDatelineParts
            | LineBreak::InsideDatelinePart => {
                faults.push(LineFault { rule, is_error: false });
            }
            LineBreak::Kinsoku | LineBreak::Inseparable => {
                faults.push(LineFault { rule, is_error: !matches!(rule, "R06" | "R09" | "R11") });
            }
            LineBreak::Free | LineBreak::Forced | LineBreak::Address | LineBreak::Hyphen => {}
        }
    }
    if line.is_last && start > 0 && start < end {
        match paragraph.span(&line.units).chars {
            0 | 1 => faults.push(LineFault { rule: "R43", is_error: true }),
            2 if measure >= WIDE_MEASURE => faults.push(LineFault { rule: "R43", is_error: false }),
            _ => {}
        }
    }
    faults
}
