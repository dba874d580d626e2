//! Findings on copy, layout and files: stable code, severity, place, and text in Chinese and
//! English.

mod bilingual;
mod code;
mod place;
mod severity;

use std::fmt;

pub use crate::finding::bilingual::Bilingual;
pub use crate::finding::code::FindingCode;
pub use crate::finding::place::FindingPlace;
pub use crate::finding::severity::Severity;

/// A finding (诊断): one thing that was found in copy, page or file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Kind of finding.
    pub code: FindingCode,
    /// Severity, by its code unless the house style says otherwise.
    pub severity: Severity,
    /// Place.
    pub place: FindingPlace,
    /// Previous text, if the text was changed.
    pub before: String,
    /// Present text, if the text was changed.
    pub after: String,
    /// Number of the typographic rule behind it, e.g. `R81`; empty if there is none.
    pub rule: &'static str,
    /// Text of the finding.
    pub message: Bilingual,
}

impl Finding {
    /// Builds a finding of a kind at a place, with the severity of its kind.
    pub fn new(code: FindingCode, place: FindingPlace, message: Bilingual) -> Self {
        Self {
            code,
            severity: code.severity(),
            place,
            before: String::new(),
            after: String::new(),
            rule: "",
            message,
        }
    }

    /// Sets the text before and after a change.
    #[must_use]
    pub fn with_change(mut self, before: impl Into<String>, after: impl Into<String>) -> Self {
        self.before = before.into();
        self.after = after.into();
        self
    }

    /// Adds to the text that the lock was dropped because of the finding.
    #[must_use]
    pub fn with_dropped_lock(mut self) -> Self {
        self.message.zh += "；此锁定作废，位置由程序安排";
        self.message.en += "; the lock is dropped and the make-up chooses the place";
        self
    }

    /// Sets the number of the rule behind the finding.
    #[must_use]
    pub fn with_rule(mut self, rule: &'static str) -> Self {
        self.rule = rule;
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code.id())?;
        if !self.place.field.is_empty() {
            write!(f, " {}", self.place.field)?;
        }
        if let Some(range) = &self.place.range {
            write!(f, "[{}..{}]", range.start, range.end)?;
        }
        if self.place.source_line > 0 {
            write!(f, " 第 {} 行", self.place.source_line)?;
        }
        write!(f, ": {}", self.message)?;
        if !self.before.is_empty() || !self.after.is_empty() {
            write!(f, " 「{}」→「{}」", self.before.escape_debug(), self.after.escape_debug())?;
        }
        Ok(())
    }
}

/// A value, with the findings made while computing it.
#[derive(Clone, Debug)]
pub struct WithFindings<T> {
    /// The value.
    pub value: T,
    /// Findings, in order.
    pub findings: Vec<Finding>,
}
