//! Status of every error: one exhaustive table for gRPC, HTTP and batches.

use std::time::Duration;

use crate::error::Error;
use crate::service::tenants::CALLS_PER_MINUTE;

/// Header or trailer with the stable code of a rejection, for callers that do not read details.
pub(crate) const REASON_HEADER: &str = "x-banmian-reason";

/// Delay after which a rejected caller may try again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Statuses of an error on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StatusMapping {
    /// Number of the gRPC status, which HTTP bodies repeat.
    pub(crate) grpc: u32,
    /// Name of the gRPC status.
    pub(crate) name: &'static str,
    /// HTTP status.
    pub(crate) http: u16,
    /// Delay before the next attempt; `None` if another attempt is pointless.
    pub(crate) retry_after: Option<Duration>,
}

/// Outcome of an HTTP call for the log and the metrics: the name of a gRPC status. The gateway
/// leaves it among the extensions of its response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallOutcome(pub(crate) &'static str);

/// Returns the row of an error in the table.
pub(crate) fn status_of(error: &Error) -> StatusMapping {
    // Only the errors below that pass by themselves use it.
    let retry = Some(if let Error::QuotaExceeded { setting, limit } = error {
        // A tenant's next call is due when its share of a minute has passed. Other quotas are
        // freed when pictures expire.
        let calls = if *setting == CALLS_PER_MINUTE { (*limit).max(1) } else { 1 };
        Duration::from_secs(60_u64.div_ceil(calls))
    } else {
        RETRY_AFTER
    });
    let (grpc, name, http, retry_after) = match error {
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
    StatusMapping { grpc, name, http, retry_after }
}

/// Names of the gRPC statuses by number (google.rpc.Code), for the log and the metrics.
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
    usize::try_from(code).ok().and_then(|number| NAMES.get(number).copied()).unwrap_or("UNKNOWN")
}

#[cfg(test)]
mod tests {
    use super::{status_name, status_of};
    use crate::error::{Error, ResourceKind};
    use crate::service::rejection::message_of;

    #[test]
    fn every_error_has_its_row() {
        for (error, name, http) in [
            (Error::Rejected(Vec::new()), "INVALID_ARGUMENT", 400),
            (Error::Unfit(Vec::new()), "FAILED_PRECONDITION", 422),
            (
                Error::NotFound { kind: ResourceKind::HouseStyle, id: "x".to_owned() },
                "NOT_FOUND",
                404,
            ),
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
            let row = status_of(&error);
            assert_eq!((row.name, row.http), (name, http), "{error}");
            assert_eq!(i32::try_from(row.grpc).map(status_name), Ok(name));
            assert!(error.reason_code().starts_with("BM-"));
            // Without findings there is nothing to say of copy that does not fit.
            let message = message_of(&error);
            let is_bare = error == Error::Unfit(Vec::new());
            assert!(is_bare || !message.zh.is_empty() && !message.en.is_empty(), "{error:?}");
        }
        assert!(!message_of(&Error::Internal("secret".to_owned())).en.contains("secret"));
    }
}
