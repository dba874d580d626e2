//! Failure of a remote call.

use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::batch::FailureKind;

/// Failure of a remote call.
#[derive(Debug)]
pub(crate) struct RemoteError {
    /// Status code.
    pub(crate) code: Code,
    /// Lines for people.
    pub(crate) lines: Vec<String>,
}

impl From<Status> for RemoteError {
    fn from(status: Status) -> Self {
        let mut lines = vec![status.message().to_owned()];
        let details = status.get_error_details();
        for violation in details.bad_request().into_iter().flat_map(|bad| &bad.field_violations) {
            lines.push(format!("  {} {}", violation.field, violation.description));
        }
        let unfit = details.precondition_failure().into_iter();
        for violation in unfit.flat_map(|failure| &failure.violations) {
            lines.push(format!("  {} {}", violation.subject, violation.description));
        }
        Self { code: status.code(), lines }
    }
}

/// Failure of a response that does not follow the contract.
pub(crate) fn broken_response(what: String) -> RemoteError {
    RemoteError { code: Code::DataLoss, lines: vec![what] }
}

/// Kind of failure of a status.
pub(crate) fn failure_kind(code: Code) -> FailureKind {
    match code {
        Code::FailedPrecondition => FailureKind::Unfit,
        Code::Unavailable | Code::ResourceExhausted | Code::DeadlineExceeded | Code::Cancelled => {
            FailureKind::Unreachable
        }
        Code::Internal | Code::Unknown | Code::DataLoss => FailureKind::Internal,
        Code::Ok
        | Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::Unauthenticated => FailureKind::Rejected,
    }
}
