//! Reason why a page of a batch has no files.

use crate::config::VIOLATIONS_MAX;
use crate::error::Error;
use crate::files::{FileError, FileErrorKind};
use crate::finding::Bilingual;
use crate::proto::Finding;
use crate::report;

/// Reason why a page has no files.
#[derive(Clone, Debug)]
pub(crate) struct PageFailure {
    /// Kind, which decides the exit code of the batch.
    pub(crate) kind: FailureKind,
    /// Stable code, `BM-…`.
    pub(crate) code: String,
    /// Text for people.
    pub(crate) message: Bilingual,
    /// The first findings of the page.
    pub(crate) findings: Vec<Finding>,
}

/// Kinds of [`PageFailure`], the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FailureKind {
    /// The copy does not fit, or the press file has an error.
    Unfit,
    /// The input is not a page, cannot be read, or names something that does not exist.
    Rejected,
    /// The work was stopped; nothing was changed.
    Stopped,
    /// The files cannot be written.
    Unwritable,
    /// The server cannot be reached, or has no capacity.
    Unreachable,
    /// Internal error.
    Internal,
}

impl PageFailure {
    /// Failure without findings.
    pub(crate) fn new(kind: FailureKind, code: &str, message: Bilingual) -> Self {
        Self { kind, code: code.to_owned(), message, findings: Vec::new() }
    }

    /// Internal error.
    pub(crate) fn internal(what: impl Into<String>) -> Self {
        Error::Internal(what.into()).into()
    }
}

impl From<Error> for PageFailure {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::Unfit(_) => FailureKind::Unfit,
            Error::Rejected(_)
            | Error::NotFound { .. }
            | Error::Unsupported { .. }
            | Error::Unauthenticated
            | Error::TooLarge { .. } => FailureKind::Rejected,
            Error::QuotaExceeded { .. }
            | Error::Busy
            | Error::Draining
            | Error::DeadlineExceeded => FailureKind::Unreachable,
            Error::Cancelled => FailureKind::Stopped,
            Error::Internal(_) => FailureKind::Internal,
        };
        let findings = error.findings().iter().take(VIOLATIONS_MAX).map(report::finding).collect();
        Self { findings, ..Self::new(kind, error.reason_code(), error.message()) }
    }
}

impl From<FileError> for PageFailure {
    fn from(error: FileError) -> Self {
        let (kind, code) = match error.kind {
            FileErrorKind::Unreadable | FileErrorKind::TooMuch => {
                (FailureKind::Rejected, "BM-UNREADABLE")
            }
            FileErrorKind::Unwritable => (FailureKind::Unwritable, "BM-UNWRITABLE"),
        };
        Self::new(kind, code, error.bilingual())
    }
}
