//! What the editor says of a page.

use crate::editor::page::EditorPage;
use crate::editor::rules::Fault;

/// Verdict on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// Signed as it is.
    Sign,
    /// To be changed before it is signed.
    Change,
    /// Made up again.
    No,
}

/// `No` where the lead is tied with or smaller than another head, white is strewn (L11), copy is
/// over without a list of cuts (L12) or feet are not level (L13); `Sign` where nothing is broken;
/// else `Change`. L01 exempts equal weights and `sameGrade` with the lead.
pub(crate) fn verdict(page: &EditorPage, faults: &[Fault]) -> Verdict {
    let grave = |fault: &Fault| {
        matches!(fault.rule, "L11" | "L12" | "L13") || (fault.rule == "L01" && fault.part == "tie")
    };
    let over: u32 = page.modules.iter().map(|module| module.over).sum();
    if faults.iter().any(grave) || (over > 0 && page.cuts.is_none()) {
        Verdict::No
    } else if faults.is_empty() {
        Verdict::Sign
    } else {
        Verdict::Change
    }
}
