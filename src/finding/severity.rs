//! Severity of findings.

/// Severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// For information: an interpretation or a correction.
    Info,
    /// To be checked before the page goes to press.
    Warning,
    /// Blocks the page.
    Error,
}
