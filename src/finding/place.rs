//! One finding: its kind, where it is, what it says.

use std::fmt;
use std::ops::Range;

use crate::finding::{Bilingual, FindingCode, Severity};
use crate::unit::Rect;

/// Where a finding is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingPlace {
    /// The field of the record, e.g. `articles[3].body[2].paragraph.text`.
    pub field: String,
    /// The id of the article, if it is in one.
    pub article: String,
    /// Code points of the field's text as received.
    pub range: Option<Range<u32>>,
    /// The line of plain copy, from 1; 0 when the input was a record.
    pub source_line: u32,
    /// The articles and pictures it is between, by id; empty where `article` says it all.
    pub between: Vec<String>,
    /// Where on the page.
    pub rect: Option<Rect>,
}

impl FindingPlace {
    /// The same between these articles or pictures.
    #[must_use]
    pub fn between(mut self, ids: Vec<String>) -> Self {
        self.between = ids;
        self
    }

    /// The same at a place on the page.
    #[must_use]
    pub fn on_page(mut self, rect: Option<Rect>) -> Self {
        self.rect = rect;
        self
    }

    /// A whole field.
    pub fn of_field(field: impl Into<String>) -> Self {
        Self { field: field.into(), ..Self::default() }
    }

    /// The same place, in an article.
    #[must_use]
    pub fn in_article(mut self, id: &str) -> Self {
        id.clone_into(&mut self.article);
        self
    }

    /// A part of the place.
    #[must_use]
    pub fn at_range(mut self, range: Range<u32>) -> Self {
        self.range = Some(range);
        self
    }

    /// A line of plain copy.
    #[must_use]
    pub fn on_line(mut self, line: u32) -> Self {
        self.source_line = line;
        self
    }
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its kind.
    pub code: FindingCode,
    /// How much it matters.
    pub severity: Severity,
    /// Where it is.
    pub place: FindingPlace,
    /// The text there before, if it was changed.
    pub before: String,
    /// The text there now.
    pub after: String,
    /// The typographic rule behind it, e.g. `R81`, if any.
    pub rule: &'static str,
    /// What it is.
    pub message: Bilingual,
}

impl Finding {
    /// A finding of a kind at a place.
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

    /// The same finding with what was changed.
    #[must_use]
    pub fn with_change(mut self, before: impl Into<String>, after: impl Into<String>) -> Self {
        self.before = before.into();
        self.after = after.into();
        self
    }

    /// The same of a lock that was dropped for it.
    #[must_use]
    pub fn with_dropped_lock(mut self) -> Self {
        self.message.zh += "；此锁定未用，位置由程序安排";
        self.message.en += "; the lock is dropped, the make-up finds a place";
        self
    }

    /// The same finding with its rule.
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

/// A value and what was found on the way to it.
#[derive(Clone, Debug)]
pub struct WithFindings<T> {
    /// The value.
    pub value: T,
    /// The findings, in order.
    pub findings: Vec<Finding>,
}
