//! Why a page of a batch has no files.

use crate::config::VIOLATIONS_MAX;
use crate::error::Error;
use crate::finding::Bilingual;
use crate::proto::Finding;
use crate::report;
use crate::surface::files::{FileError, FileErrorKind};

/// Why a page has no files.
#[derive(Clone, Debug)]
pub(crate) struct PageFailure {
    pub(crate) kind: FailureKind,
    /// A stable code, `BM-…`.
    pub(crate) code: String,
    pub(crate) message: Bilingual,
    /// The first of what is wrong with the page.
    pub(crate) findings: Vec<Finding>,
}

/// Kinds of [`Failure`], the gravest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FailureKind {
    /// The copy does not fit, or the press file has an error in it.
    Unfit,
    /// The input is no page, cannot be read, or asks for what is not there.
    Refused,
    /// The work was stopped; the page is as it was.
    Stopped,
    /// The files cannot be written.
    Unwritable,
    /// The server cannot be reached, or has no time.
    Lost,
    /// A defect of Banmian.
    Bug,
}

impl PageFailure {
    pub(crate) fn new(kind: FailureKind, code: &str, message: Bilingual) -> Self {
        Self { kind, code: code.to_owned(), message, findings: Vec::new() }
    }

    /// A defect.
    pub(crate) fn bug(what: impl Into<String>) -> Self {
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
            | Error::TooLarge { .. } => FailureKind::Refused,
            Error::QuotaExceeded { .. }
            | Error::Busy
            | Error::Draining
            | Error::DeadlineExceeded => FailureKind::Lost,
            Error::Cancelled => FailureKind::Stopped,
            Error::Internal(_) => FailureKind::Bug,
        };
        let code = error.reason_code();
        let told = error.findings().iter().take(VIOLATIONS_MAX).map(report::finding).collect();
        Self { findings: told, ..Self::new(kind, code, error.message()) }
    }
}

impl From<FileError> for PageFailure {
    fn from(fault: FileError) -> Self {
        let (kind, code) = match fault.kind {
            FileErrorKind::Unreadable | FileErrorKind::TooMuch => {
                (FailureKind::Refused, "BM-UNREADABLE")
            }
            FileErrorKind::Unwritable => (FailureKind::Unwritable, "BM-UNWRITABLE"),
        };
        Self::new(kind, code, fault.words())
    }
}
