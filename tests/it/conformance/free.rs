//! Whether a paragraph could be set without a fault at all: every way to break it, by the rules of the
//! reference.
//!
//! The library is asked only to fill a line between two given breaks.

use banmian::line::lines_broken_at;
use banmian::script::LineBreak;
use banmian::unit::Em;

use crate::conformance::check::forbidden;
use crate::conformance::sheet::{Setting, told};

/// White between Han beyond which a line is a fault (R37), in em.
pub(crate) const WIDE: f64 = 0.25;

/// The rules that forbid a break. R06 and R09 only warn, but marks at line edges are the last to give way.
const RULES: [&str; 15] = [
    "R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R12", "R13", "R14",
    "R15", "R16",
];

/// An arrangement with neither a forbidden break nor a gap beyond [`WIDE`] nor a lonely last character, if
/// there is any; `|` ends a line.
pub(crate) fn free(setting: &Setting) -> Option<String> {
    let units = setting.text.units();
    // For each unit that a line of such an arrangement may start with, where the line before it starts.
    let mut reached: Vec<Option<usize>> = vec![None; units.len() + 1];
    reached[0] = Some(0);
    for end in 1..=units.len() {
        if end < units.len() && !may_end(setting, end) {
            continue;
        }
        for start in (0..end).rev() {
            // Wider by half than the measure even with every mark at its least: nothing longer fits.
            if setting.text.natural_width(start..end).to_f64() > 1.5 * setting.measure {
                break;
            }
            if reached[start].is_some() && fine(setting, start, end) {
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

/// Whether a line may end after unit `end - 1`.
fn may_end(setting: &Setting, end: usize) -> bool {
    let (text, unit) = (setting.text.text(), &setting.text.units()[end - 1]);
    let (before, after) = text.split_at(unit.text_range.end as usize);
    if after.starts_with(' ') {
        return false;
    }
    let inside = before.ends_with(|c: char| c.is_ascii_graphic())
        && after.starts_with(|c: char| c.is_ascii_graphic());
    if inside {
        // Inside words and addresses the library knows where: at hyphens (R18) and after marks (R20).
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

/// Whether units `start..end` make a line without a fault.
fn fine(setting: &Setting, start: usize, end: usize) -> bool {
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
    // The white goes over other gaps too, where no two Han characters or figures are neighbours.
    let gap = told(text, line).widest().max(line.justification.even_gap().to_f64());
    line.justification.remainder == Em::ZERO && gap <= WIDE
}
