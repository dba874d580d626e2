//! Exhaustive search for a setting without faults: every way to break a paragraph, by the rules of
//! the reference.
//!
//! The library is only used to fill a line between two given breaks.

use banmian::line::lines_broken_at;
use banmian::script::LineBreak;
use banmian::unit::Em;

use crate::conformance::check::forbidden;
use crate::conformance::read_back::{Setting, library_row};

/// Gap between Han characters beyond which a line is a fault (R37), in em.
pub(crate) const WIDE: f64 = 0.25;

/// Rules that forbid a break. R06 and R09 only warn, but marks at line edges are the last to give
/// way.
const RULES: [&str; 15] = [
    "R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R12", "R13", "R14",
    "R15", "R16",
];

/// Returns lines without a forbidden break, a gap beyond [`WIDE`] or a runt, if there is such a
/// setting; `|` ends a line.
pub(crate) fn fault_free_lines(setting: &Setting) -> Option<String> {
    let units = setting.text.units();
    // For each unit at which a line of such a setting may start: the start of the line before it.
    let mut reached: Vec<Option<usize>> = vec![None; units.len() + 1];
    reached[0] = Some(0);
    for end in 1..=units.len() {
        if end < units.len() && !may_end(setting, end) {
            continue;
        }
        for start in (0..end).rev() {
            // Half again as wide as the measure even with every mark at its narrowest: no longer
            // line fits.
            if setting.text.natural_width(start..end).to_f64() > 1.5 * setting.measure {
                break;
            }
            if reached[start].is_some() && is_fault_free(setting, start, end) {
                reached[end] = Some(start);
                break;
            }
        }
    }
    let mut lines = Vec::new();
    let mut end = units.len();
    while end > 0 {
        let start = reached[end]?;
        let bytes = units[start].text_range.start as usize..units[end - 1].text_range.end as usize;
        lines.push(&setting.text.text()[bytes]);
        end = start;
    }
    lines.reverse();
    Some(lines.join("|"))
}

/// True if a line may end after unit `end - 1`.
fn may_end(setting: &Setting, end: usize) -> bool {
    let (text, unit) = (setting.text.text(), &setting.text.units()[end - 1]);
    let (before, after) = text.split_at(unit.text_range.end as usize);
    if after.starts_with(' ') {
        return false;
    }
    let inside = before.ends_with(|c: char| c.is_ascii_graphic())
        && after.starts_with(|c: char| c.is_ascii_graphic());
    if inside {
        // Inside words and addresses the library knows the breaks: at hyphens (R18) and after marks
        // (R20).
        return matches!(
            unit.break_after,
            LineBreak::Free
                | LineBreak::Discouraged
                | LineBreak::Hyphen
                | LineBreak::Address
                | LineBreak::BetweenDatelineParts
        );
    }
    !RULES.iter().any(|rule| forbidden(rule, before.trim_end(), after))
}

/// True if units `start..end` make a line without a fault.
fn is_fault_free(setting: &Setting, start: usize, end: usize) -> bool {
    let text = &setting.text;
    let ends: &[usize] = if start == 0 { &[end] } else { &[start, end] };
    let lines = lines_broken_at(text, setting.full, setting.indent, ends);
    let line = &lines[lines.len() - 1];
    if line.justification.remainder < Em::ZERO {
        return false;
    }
    if end == text.units().len() {
        let chars =
            text.text()[line.text_range(text)].chars().filter(|c| c.is_alphanumeric()).count();
        return start == 0 || chars > 1;
    }
    // The space is distributed over other gaps too where no two Han characters or digits are
    // neighbours.
    let gap = library_row(text, line).widest().max(line.justification.even_gap().to_f64());
    line.justification.remainder == Em::ZERO && gap <= WIDE
}
