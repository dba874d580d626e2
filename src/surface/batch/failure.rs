//! Why a page of a batch has no files.

use crate::config::VIOLATIONS_MAX;
use crate::diag::Words;
use crate::error::Error;
use crate::proto::Diagnostic;
use crate::report;
use crate::surface::files::{Fault, FaultKind};

/// Why a page has no files.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    /// A stable code, `BM-…`.
    pub(crate) code: String,
    pub(crate) message: Words,
    /// The first of what is wrong with the page.
    pub(crate) findings: Vec<Diagnostic>,
}

/// Kinds of [`Failure`], the gravest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
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

impl Failure {
    pub(crate) fn new(kind: Kind, code: &str, message: Words) -> Self {
        Self { kind, code: code.to_owned(), message, findings: Vec::new() }
    }

    /// A defect.
    pub(crate) fn bug(what: impl Into<String>) -> Self {
        Error::Bug(what.into()).into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::Unfit(_) => Kind::Unfit,
            Error::Rejected(_)
            | Error::Unknown { .. }
            | Error::Unserved { .. }
            | Error::Unauthenticated
            | Error::TooLarge { .. } => Kind::Refused,
            Error::Quota { .. } | Error::Busy | Error::Draining | Error::OutOfTime => Kind::Lost,
            Error::Cancelled => Kind::Stopped,
            Error::Bug(_) => Kind::Bug,
        };
        let code = error.reason();
        let told = error.findings().iter().take(VIOLATIONS_MAX).map(report::diagnostic).collect();
        Self { findings: told, ..Self::new(kind, code, error.words()) }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let (kind, code) = match fault.kind {
            FaultKind::Unreadable | FaultKind::TooMuch => (Kind::Refused, "BM-UNREADABLE"),
            FaultKind::Unwritable => (Kind::Unwritable, "BM-UNWRITABLE"),
        };
        Self::new(kind, code, fault.words())
    }
}
