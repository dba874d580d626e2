//! Errors as gRPC statuses, by the table of [`crate::server::status`].

use axum::response::Response;
use tonic::body::Body;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, PreconditionViolation, QuotaViolation, StatusExt};

use crate::error::Error;
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::server::status::{REASON_HEADER, status_of};
use crate::service::language::ResponseLanguage;
use crate::service::rejection::{finding_field, finding_text, limited_findings, message_of};

/// Domain of the reasons in error details.
const DOMAIN: &str = "banmian";

/// Status of an error, in the language of its caller.
pub(crate) fn error_status(error: &Error, language: ResponseLanguage) -> Status {
    let row = status_of(error);
    let mut details = ErrorDetails::new();
    match error {
        Error::Rejected(findings) => {
            details.set_bad_request(field_violations(findings));
        }
        Error::Unfit(findings) => {
            details.set_precondition_failure(precondition_violations(findings));
        }
        Error::NotFound { kind, id } => {
            details.set_resource_info(kind.name().en, id.as_str(), "", error.message().en.as_str());
        }
        Error::QuotaExceeded { setting, .. } => {
            details.set_quota_failure(vec![QuotaViolation::new(*setting, error.message().en)]);
        }
        Error::Unsupported { .. }
        | Error::Unauthenticated
        | Error::TooLarge { .. }
        | Error::Busy
        | Error::Draining
        | Error::DeadlineExceeded
        | Error::Cancelled
        | Error::Internal(_) => {}
    }
    if row.retry_after.is_some() {
        details.set_retry_info(row.retry_after);
    }
    details.set_error_info(error.reason_code(), DOMAIN, []);
    let code = Code::from_i32(i32::try_from(row.grpc).unwrap_or(2));
    // A caller that does not read details has the reason in a header.
    let mut metadata = MetadataMap::new();
    metadata.insert(REASON_HEADER, MetadataValue::from_static(error.reason_code()));
    let message = language.text_of(&message_of(error)).to_owned();
    Status::with_error_details_and_metadata(code, message, details, metadata)
}

fn field_violations(findings: &[Finding]) -> Vec<FieldViolation> {
    let violation =
        |finding: &Finding| FieldViolation::new(finding_field(finding), finding_text(finding));
    limited_findings(findings).into_iter().map(violation).collect()
}

fn precondition_violations(findings: &[Finding]) -> Vec<PreconditionViolation> {
    let violation = |finding: &Finding| {
        let (field, text) = (finding_field(finding), finding_text(finding));
        PreconditionViolation::new(finding.code.id(), field, text)
    };
    limited_findings(findings).into_iter().map(violation).collect()
}

/// Response that rejects a call, for a caller that accepts these languages.
pub(crate) fn rejection_response(error: &Error, accept_language: &str) -> Response {
    let status = error_status(error, ResponseLanguage::choose("", accept_language));
    status.into_http::<Body>().map(axum::body::Body::new)
}

/// Response to a method that does not exist.
pub(crate) fn unimplemented_response(path: String, language: ResponseLanguage) -> Response {
    let status = error_status(&Error::Unsupported { feature: path }, language);
    status.into_http::<Body>().map(axum::body::Body::new)
}

/// Replaces the status that tonic gives a message that it cannot read by the status of a rejection,
/// with code and details. Statuses of the service stay as they are.
pub(crate) fn translate_status(status: Status, language: ResponseLanguage) -> Status {
    match unreadable_message(status.code() as i32, status.message()) {
        // The reason header marks the statuses of the service itself.
        Some(error) if status.metadata().get(REASON_HEADER).is_none() => {
            error_status(&error, language)
        }
        Some(_) | None => status,
    }
}

/// Error that ends a body for which the service has no room. The reader of the body passes it on.
pub(crate) fn body_limit_error() -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(error_status(&Error::Busy, ResponseLanguage::default()))
}

/// True if an error comes from [`body_limit_error`].
pub(crate) fn is_body_limit_error(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<Status>())
}

/// Error behind the status that tonic gives a message that it cannot read: the message is too
/// large, or it does not follow the contract. `None` for other statuses.
pub(crate) fn unreadable_message(code: i32, message: &str) -> Option<Error> {
    if code == Code::OutOfRange as i32 {
        // The last number in tonic's message is the limit.
        let limit = message.rsplit(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty());
        let limit_bytes = limit.and_then(|limit| limit.parse().ok()).unwrap_or(0);
        return Some(Error::TooLarge { limit_bytes });
    }
    (code == Code::Internal as i32).then(|| {
        let message = Bilingual::new(
            "消息无法解析，不符合 banmian.v1",
            "the message is not a valid message of banmian.v1",
        );
        Error::rejected(Finding::new(FindingCode::BadValue, FindingPlace::default(), message))
    })
}

#[cfg(test)]
mod tests {
    use tonic::Code;
    use tonic_types::StatusExt;

    use super::error_status;
    use crate::error::Error;
    use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
    use crate::service::language::ResponseLanguage;

    #[test]
    fn a_status_has_code_reason_and_retry_in_the_callers_language() {
        let busy = error_status(&Error::Busy, ResponseLanguage::English);
        assert_eq!(busy.code(), Code::ResourceExhausted);
        assert!(busy.message().contains("busy"), "{}", busy.message());
        assert!(error_status(&Error::Busy, ResponseLanguage::Chinese).message().contains("繁忙"));
        let details = busy.get_error_details();
        assert_eq!(details.error_info().map(|info| info.reason.as_str()), Some("BM-BUSY"));
        assert!(details.retry_info().is_some_and(|retry| retry.retry_delay.is_some()));
        let quota = error_status(
            &Error::QuotaExceeded { setting: "calls_per_minute", limit: 3 },
            ResponseLanguage::English,
        );
        assert!(quota.get_details_quota_failure().is_some());
    }

    #[test]
    fn details_stay_small() {
        let field = "articles[99].body[4999].paragraph.text".repeat(8);
        let words = Bilingual::new("错".repeat(400), "wrong".repeat(400));
        let finding = Finding::new(FindingCode::BadValue, FindingPlace::of_field(field), words);
        let status = error_status(&Error::Rejected(vec![finding; 200]), ResponseLanguage::Chinese);
        let violations = status.get_details_bad_request().expect("BadRequest").field_violations;
        assert!((1..=10).contains(&violations.len()));
        assert!(status.details().len() <= 4096, "{}", status.details().len());
    }
}
