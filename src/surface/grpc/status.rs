//! Errors as gRPC statuses: one exhaustive match.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, PreconditionViolation, StatusExt};

use crate::config::{DETAILS_BYTES_MAX, VIOLATIONS_MAX};
use crate::diag::Diagnostic;
use crate::error::Error;

/// Who the reasons in error details belong to.
const DOMAIN: &str = "banmian";

/// When a caller that was turned away may try again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The status of an error.
pub(crate) fn status(error: &Error) -> Status {
    // The caller gets a number to ask with; what it stands for is for the server's own log.
    let message = if let Error::Bug(what) = error {
        incident(what)
    } else {
        limited(&error.words().to_string(), 1024)
    };
    let mut details = ErrorDetails::new();
    let code = match error {
        Error::Rejected(findings) => {
            details.set_bad_request(violations(findings));
            Code::InvalidArgument
        }
        Error::Unfit(findings) => {
            let told = listed(findings);
            let violation = |finding: &Diagnostic| {
                PreconditionViolation::new(
                    finding.code.id(),
                    subject(finding),
                    description(finding),
                )
            };
            details.set_precondition_failure(told.into_iter().map(violation).collect::<Vec<_>>());
            Code::FailedPrecondition
        }
        Error::Unknown { kind, id } => {
            details.set_resource_info(*kind, id.as_str(), "", error.words().en.as_str());
            Code::NotFound
        }
        Error::Unserved { .. } => Code::Unimplemented,
        Error::Busy => {
            details.set_retry_info(Some(RETRY_AFTER));
            Code::ResourceExhausted
        }
        Error::Draining => {
            details.set_retry_info(Some(RETRY_AFTER));
            Code::Unavailable
        }
        Error::OutOfTime => Code::DeadlineExceeded,
        Error::Cancelled => Code::Cancelled,
        Error::Bug(_) => Code::Internal,
    };
    let reason = error.findings().first().map_or_else(|| reason(error), |first| first.code.id());
    details.set_error_info(reason, DOMAIN, []);
    Status::with_error_details(code, message, details)
}

/// Logs a defect under a number and tells the number.
fn incident(what: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let id = format!("{}-{number}", std::process::id());
    // One line, whatever the text holds. A log that cannot be written stops nothing.
    let _ = writeln!(std::io::stderr().lock(), "BM-INTERNAL {id}: {}", what.escape_debug());
    format!("程序内部错误，编号 {id} / internal error, incident {id}")
}

fn reason(error: &Error) -> &'static str {
    match error {
        Error::Rejected(_) => "BM-REJECTED",
        Error::Unfit(_) => "BM-UNFIT",
        Error::Unknown { .. } => "BM-UNKNOWN",
        Error::Unserved { .. } => "BM-UNSERVED",
        Error::Busy => "BM-BUSY",
        Error::Draining => "BM-DRAINING",
        Error::OutOfTime => "BM-DEADLINE",
        Error::Cancelled => "BM-CANCELLED",
        Error::Bug(_) => "BM-INTERNAL",
    }
}

/// The findings that go into the details: few, and small enough for any peer's trailers.
fn listed(findings: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut bytes = 0;
    findings
        .iter()
        .take(VIOLATIONS_MAX)
        .take_while(|finding| {
            bytes += subject(finding).len() + description(finding).len() + 16;
            // The rest is for the code, the reason and the framing.
            bytes <= DETAILS_BYTES_MAX - 512
        })
        .collect()
}

fn violations(findings: &[Diagnostic]) -> Vec<FieldViolation> {
    let violation =
        |finding: &Diagnostic| FieldViolation::new(subject(finding), description(finding));
    listed(findings).into_iter().map(violation).collect()
}

fn subject(finding: &Diagnostic) -> String {
    limited(&finding.place.field, 120)
}

fn description(finding: &Diagnostic) -> String {
    let remedy = finding.code.remedy();
    let text = format!("{} {} {} {}", finding.code.id(), finding.message, remedy.zh, remedy.en);
    limited(&text, 320)
}

/// At most `most` bytes, cut between characters.
fn limited(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(most - '…'.len_utf8());
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use tonic::Code;
    use tonic_types::StatusExt;

    use super::status;
    use crate::diag::{Code as Kind, Diagnostic, Place, Words};
    use crate::error::Error;

    #[test]
    fn every_error_has_its_code() {
        for (error, code) in [
            (Error::Rejected(Vec::new()), Code::InvalidArgument),
            (Error::Unfit(Vec::new()), Code::FailedPrecondition),
            (Error::Unknown { kind: "house style", id: "x".to_owned() }, Code::NotFound),
            (Error::Unserved { what: "OUTPUT_ALTO_XML".to_owned() }, Code::Unimplemented),
            (Error::Busy, Code::ResourceExhausted),
            (Error::Draining, Code::Unavailable),
            (Error::OutOfTime, Code::DeadlineExceeded),
            (Error::Cancelled, Code::Cancelled),
            (Error::Bug("x".to_owned()), Code::Internal),
        ] {
            assert_eq!(status(&error).code(), code, "{error}");
        }
    }

    #[test]
    fn details_stay_small() {
        let field = "articles[99].body[4999].paragraph.text".repeat(8);
        let words = Words::new("错".repeat(400), "wrong".repeat(400));
        let finding = Diagnostic::new(Kind::BadValue, Place::field(field), words);
        let status = status(&Error::Rejected(vec![finding; 200]));
        let told = status.get_details_bad_request().expect("BadRequest").field_violations;
        assert!((1..=10).contains(&told.len()));
        assert!(status.details().len() <= 4096, "{}", status.details().len());
    }
}
