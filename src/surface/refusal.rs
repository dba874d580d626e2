//! What callers are told of an error: one exhaustive table for gRPC, HTTP and batches.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::config::{DETAILS_BYTES_MAX, VIOLATIONS_MAX};
use crate::error::Error;
use crate::finding::{Bilingual, Finding};
use crate::surface::log::boot;

/// How an error goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StatusMapping {
    /// The gRPC status: its number, which HTTP bodies have too.
    pub(crate) grpc: u32,
    /// Its name.
    pub(crate) name: &'static str,
    /// The HTTP status.
    pub(crate) http: u16,
    /// When the caller may try again; `None`: trying again is of no use.
    pub(crate) retry: Option<Duration>,
}

/// The quota that fills again by itself.
pub(crate) const CALLS: &str = "calls_per_minute";

/// When a caller that was turned away may try again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The row of an error.
pub(crate) fn row(error: &Error) -> StatusMapping {
    let retry = Some(if let Error::QuotaExceeded { setting: what, limit: most } = error {
        // The next call is there when its share of a minute has passed; pictures go when they expire.
        let calls = if *what == CALLS { (*most).max(1) } else { 1 };
        Duration::from_secs(60_u64.div_ceil(calls))
    } else {
        RETRY_AFTER
    });
    let (grpc, name, http, retry) = match error {
        Error::Rejected(_) => (3, "INVALID_ARGUMENT", 400, None),
        Error::Unfit(_) => (9, "FAILED_PRECONDITION", 422, None),
        Error::NotFound { .. } => (5, "NOT_FOUND", 404, None),
        Error::Unsupported { .. } => (12, "UNIMPLEMENTED", 501, None),
        Error::Unauthenticated => (16, "UNAUTHENTICATED", 401, None),
        Error::QuotaExceeded { .. } => (8, "RESOURCE_EXHAUSTED", 429, retry),
        Error::TooLarge { .. } => (11, "OUT_OF_RANGE", 413, None),
        Error::Busy => (8, "RESOURCE_EXHAUSTED", 429, retry),
        Error::Draining => (14, "UNAVAILABLE", 503, retry),
        Error::DeadlineExceeded => (4, "DEADLINE_EXCEEDED", 504, None),
        Error::Cancelled => (1, "CANCELLED", 499, None),
        Error::Internal(_) => (13, "INTERNAL", 500, None),
    };
    StatusMapping { grpc, name, http, retry }
}

/// What happened, in both languages, short enough for any peer's headers. Of a defect the caller gets a number to ask
/// with; what it stands for goes into the server's own log.
pub(crate) fn words(error: &Error) -> Bilingual {
    let words = if let Error::Internal(what) = error { incident(what) } else { error.message() };
    Bilingual { zh: limited(&words.zh, MESSAGE_BYTES), en: limited(&words.en, MESSAGE_BYTES) }
}

const MESSAGE_BYTES: usize = 1024;

/// Logs a defect under a number and tells the number.
fn incident(what: &str) -> Bilingual {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let id = format!("{:x}-{number}", boot());
    tracing::error!(incident = %id, what = %what.escape_debug(), "BM-INTERNAL");
    Bilingual::new(format!("程序内部错误，编号 {id}"), format!("internal error, incident {id}"))
}

/// The findings that go along: few, and small enough for any peer's trailers.
pub(crate) fn listed(findings: &[Finding]) -> Vec<&Finding> {
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

/// The field that a finding is about.
pub(crate) fn subject(finding: &Finding) -> String {
    limited(&finding.place.field, 120)
}

/// What a finding says: code, both languages, remedy.
pub(crate) fn description(finding: &Finding) -> String {
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

/// The names of the gRPC statuses by number (google.rpc.Code), for logs and figures.
pub(crate) fn status_name(code: i32) -> &'static str {
    const NAMES: [&str; 17] = [
        "OK",
        "CANCELLED",
        "UNKNOWN",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
        "UNAUTHENTICATED",
    ];
    usize::try_from(code).ok().and_then(|at| NAMES.get(at).copied()).unwrap_or("UNKNOWN")
}

#[cfg(test)]
mod tests {
    use super::{row, status_name, words};
    use crate::error::Error;

    #[test]
    fn every_error_has_its_row() {
        for (error, name, http) in [
            (Error::Rejected(Vec::new()), "INVALID_ARGUMENT", 400),
            (Error::Unfit(Vec::new()), "FAILED_PRECONDITION", 422),
            (Error::NotFound { kind: "house style", id: "x".to_owned() }, "NOT_FOUND", 404),
            (Error::Unsupported { feature: "OUTPUT_ALTO_XML".to_owned() }, "UNIMPLEMENTED", 501),
            (Error::Unauthenticated, "UNAUTHENTICATED", 401),
            (
                Error::QuotaExceeded { setting: "calls_per_minute", limit: 1 },
                "RESOURCE_EXHAUSTED",
                429,
            ),
            (Error::TooLarge { limit_bytes: 4 }, "OUT_OF_RANGE", 413),
            (Error::Busy, "RESOURCE_EXHAUSTED", 429),
            (Error::Draining, "UNAVAILABLE", 503),
            (Error::DeadlineExceeded, "DEADLINE_EXCEEDED", 504),
            (Error::Cancelled, "CANCELLED", 499),
            (Error::Internal("x".to_owned()), "INTERNAL", 500),
        ] {
            let row = row(&error);
            assert_eq!((row.name, row.http), (name, http), "{error}");
            assert_eq!(i32::try_from(row.grpc).map(status_name), Ok(name));
            assert!(error.reason_code().starts_with("BM-"));
            // Without findings there is nothing to say of copy that does not fit.
            let told = words(&error);
            let bare = error == Error::Unfit(Vec::new());
            assert!(bare || !told.zh.is_empty() && !told.en.is_empty(), "{error:?}");
        }
        assert!(!words(&Error::Internal("secret".to_owned())).en.contains("secret"));
    }
}
