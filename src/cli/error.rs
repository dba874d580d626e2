//! Failure of a command, and the exit code of the program.

use crate::batch::FailureKind;
use crate::client::{RemoteError, failure_kind};
use crate::error::Error;
use crate::files::{FileError, FileErrorKind};

/// Failure of a command: what is printed on standard error, and the exit code.
#[derive(Debug)]
pub(crate) struct CommandError {
    /// Exit code of the program.
    pub(crate) exit: ExitStatus,
    /// Lines for standard error.
    pub(crate) lines: Vec<String>,
}

/// Exit codes, after sysexits where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// The copy does not fit, or a press file has an error.
    Unfit = 1,
    /// The input was rejected.
    Rejected = 2,
    /// The command line or the configuration is wrong.
    Usage = 64,
    /// The server cannot be reached.
    Unavailable = 69,
    /// Internal error.
    Internal = 70,
    /// Files of a batch cannot be written; other commands report `Usage` for this.
    Unwritable = 74,
    /// The work was stopped. Running the command again resumes it.
    Stopped = 75,
}

impl From<FailureKind> for ExitStatus {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Stopped => Self::Stopped,
            FailureKind::Unfit => Self::Unfit,
            FailureKind::Rejected => Self::Rejected,
            FailureKind::Unwritable => Self::Unwritable,
            FailureKind::Unreachable => Self::Unavailable,
            FailureKind::Internal => Self::Internal,
        }
    }
}

impl CommandError {
    /// Failure with one line.
    pub(crate) fn new(exit: ExitStatus, line: impl Into<String>) -> Self {
        Self { exit, lines: vec![line.into()] }
    }

    /// Failure of the command line or the configuration.
    pub(crate) fn usage(line: impl Into<String>) -> Self {
        Self::new(ExitStatus::Usage, line)
    }

    /// Internal error.
    pub(crate) fn internal(error: impl std::fmt::Display) -> Self {
        Self::new(ExitStatus::Internal, error.to_string())
    }
}

impl From<Error> for CommandError {
    fn from(error: Error) -> Self {
        let exit = match &error {
            Error::Rejected(_) => ExitStatus::Rejected,
            Error::Unfit(_) => ExitStatus::Unfit,
            Error::NotFound { .. }
            | Error::Unsupported { .. }
            | Error::Unauthenticated
            | Error::TooLarge { .. } => ExitStatus::Rejected,
            Error::QuotaExceeded { .. }
            | Error::Busy
            | Error::Draining
            | Error::DeadlineExceeded
            | Error::Cancelled => ExitStatus::Unavailable,
            Error::Internal(_) => ExitStatus::Internal,
        };
        let mut lines = vec![error.to_string()];
        lines.extend(error.findings().iter().map(|finding| format!("  {finding}")));
        // One remedy is enough to begin with; a remedy for each finding would hide them.
        for finding in error.findings().iter().take(1) {
            lines.push(format!("  → {}", finding.code.remedy()));
        }
        Self { exit, lines }
    }
}

impl From<FileError> for CommandError {
    fn from(error: FileError) -> Self {
        let exit = match error.kind {
            FileErrorKind::Unreadable | FileErrorKind::Unwritable => ExitStatus::Usage,
            FileErrorKind::TooMuch => ExitStatus::Rejected,
        };
        Self::new(exit, error.to_string())
    }
}

impl From<RemoteError> for CommandError {
    fn from(error: RemoteError) -> Self {
        Self { exit: failure_kind(error.code).into(), lines: error.lines }
    }
}
