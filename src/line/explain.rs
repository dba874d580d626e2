//! Why a line ends where it does, and what is wrong with it by the rules.

use crate::line::choose::{GAP_SEEN, GAP_WIDE, WIDE_MEASURE};
use crate::line::justify::Line;
use crate::line::prepare::Prepared;
use crate::script::{Break, rule_of};
use crate::unit::Em;

/// What was done at the end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// The paragraph ends.
    Ends,
    /// The line is as full as it is without being squeezed.
    Full,
    /// More was squeezed in (挤进).
    PushedIn,
    /// Characters that would have fitted went to the next line (推出).
    PushedOut,
}

/// Why a line ends where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What was done.
    pub act: Act,
    /// The rule that made it so; empty if none had to.
    pub rule: &'static str,
}

/// A break of a rule by a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule.
    pub rule: &'static str,
    /// Whether it blocks sign-off (E); a warning (W) otherwise.
    pub error: bool,
}

/// Why a line of `measure` ends where it does.
pub fn reason(paragraph: &Prepared, line: &Line, measure: Em) -> Reason {
    let units = paragraph.units();
    let (start, end) = (line.units.start, line.units.end);
    if end >= units.len() || start >= end {
        return Reason { act: Act::Ends, rule: "" };
    }
    let room = measure - line.start;
    let mut full = start + 1;
    while full < units.len() && paragraph.natural(start..full + 1) <= room {
        full += 1;
    }
    let rule = |at: usize| match (units.get(at - 1), units.get(at)) {
        (Some(before), Some(after)) => rule_of(before.class, after.class, before.after),
        _ => "",
    };
    if end == full {
        return Reason { act: Act::Full, rule: rule(end) };
    }
    let act = if end > full { Act::PushedIn } else { Act::PushedOut };
    let forced = rule(full);
    if !forced.is_empty() {
        return Reason { act, rule: forced };
    }
    // Nothing stands in the way here: it is for a line further on.
    let rest = &units[full..];
    let orphan = rest.iter().filter(|unit| unit.cell >= Em::ONE).count() < 2;
    let rule = match act {
        Act::PushedOut if orphan => "R43",
        Act::PushedIn => "R35",
        Act::PushedOut | Act::Full | Act::Ends => "R37",
    };
    Reason { act, rule }
}

/// What is wrong with a line of `measure` by the rules.
pub fn faults(paragraph: &Prepared, line: &Line, measure: Em) -> Vec<Fault> {
    let mut faults = Vec::new();
    let units = paragraph.units();
    let (start, end) = (line.units.start, line.units.end);
    let gap = line.fill.gap().to_milli();
    if gap > GAP_SEEN {
        faults.push(Fault { rule: "R37", error: gap > GAP_WIDE });
    }
    if let (false, Some(before), Some(after)) =
        (line.last, end.checked_sub(1).and_then(|at| units.get(at)), units.get(end))
    {
        let rule = rule_of(before.class, after.class, before.after);
        match before.after {
            Break::Soft | Break::Dateline | Break::Part => {
                faults.push(Fault { rule, error: false });
            }
            Break::Kinsoku | Break::Inside => {
                faults.push(Fault { rule, error: !matches!(rule, "R06" | "R09" | "R11") });
            }
            Break::Free | Break::Turn | Break::Address | Break::Hyphen => {}
        }
    }
    if line.last && start > 0 && start < end {
        match paragraph.span(&line.units).chars {
            0 | 1 => faults.push(Fault { rule: "R43", error: true }),
            2 if measure >= WIDE_MEASURE => faults.push(Fault { rule: "R43", error: false }),
            _ => {}
        }
    }
    faults
}
