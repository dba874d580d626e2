//! Errors as gRPC statuses, by the table of [`crate::service::refusal`].

use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, PreconditionViolation, QuotaViolation, StatusExt};

use crate::error::Error;
use crate::finding::{Bilingual, Finding, FindingCode as Kind, FindingPlace};
use crate::server::status::{REASON_HEADER, status_of};
use crate::service::language::ReplyLanguage;
use crate::service::refusal::{finding_field, finding_text, limited_findings, message_of};

/// Who the reasons in error details belong to.
const DOMAIN: &str = "banmian";

/// The status of an error, in the language of its caller.
pub(crate) fn error_status(error: &Error, language: ReplyLanguage) -> Status {
    let row = status_of(error);
    let mut details = ErrorDetails::new();
    match error {
        Error::Rejected(findings) => {
            details.set_bad_request(violations(findings));
        }
        Error::Unfit(findings) => {
            let violation = |finding: &Finding| {
                PreconditionViolation::new(
                    finding.code.id(),
                    finding_field(finding),
                    finding_text(finding),
                )
            };
            let violations =
                limited_findings(findings).into_iter().map(violation).collect::<Vec<_>>();
            details.set_precondition_failure(violations);
        }
        Error::NotFound { kind, id } => {
            details.set_resource_info(*kind, id.as_str(), "", error.message().en.as_str());
        }
        Error::QuotaExceeded { setting: what, .. } => {
            details.set_quota_failure(vec![QuotaViolation::new(*what, error.message().en)]);
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
    // Who does not read details has the code beside them.
    let mut metadata = MetadataMap::new();
    metadata.insert(REASON_HEADER, MetadataValue::from_static(error.reason_code()));
    let message = language.text_of(&message_of(error)).to_owned();
    Status::with_error_details_and_metadata(code, message, details, metadata)
}

/// What tonic says of a message that it cannot read, as we say it: with the code and the details of a refusal.
pub(crate) fn translate_status(told: Status, language: ReplyLanguage) -> Status {
    match unreadable_message(told.code() as i32, told.message()) {
        Some(error) if told.metadata().get(REASON_HEADER).is_none() => {
            error_status(&error, language)
        }
        Some(_) | None => told,
    }
}

/// Ends a body for which there is no room: what reads it gives the status on.
pub(crate) fn body_limit_error() -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(error_status(&Error::Busy, ReplyLanguage::default()))
}

/// Whether a body was ended so.
pub(crate) fn is_body_limit_error(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<Status>())
}

/// Why a message was not read, by the status that tonic gives: one that is too large, or none of the contract.
pub(crate) fn unreadable_message(code: i32, message: &str) -> Option<Error> {
    if code == Code::OutOfRange as i32 {
        let most = message.rsplit(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty());
        return Some(Error::TooLarge {
            limit_bytes: most.and_then(|most| most.parse().ok()).unwrap_or(0),
        });
    }
    (code == Code::Internal as i32).then(|| {
        let words = Bilingual::new(
            "消息无法解读，不合 banmian.v1",
            "the message cannot be read as one of banmian.v1",
        );
        Error::rejected(Finding::new(Kind::BadValue, FindingPlace::default(), words))
    })
}

fn violations(findings: &[Finding]) -> Vec<FieldViolation> {
    let violation =
        |finding: &Finding| FieldViolation::new(finding_field(finding), finding_text(finding));
    limited_findings(findings).into_iter().map(violation).collect()
}

#[cfg(test)]
mod tests {
    use tonic::Code;
    use tonic_types::StatusExt;

    use super::error_status;
    use crate::error::Error;
    use crate::finding::{Bilingual, Finding, FindingCode as Kind, FindingPlace};
    use crate::service::language::ReplyLanguage;

    #[test]
    fn a_status_has_code_reason_and_retry_in_the_callers_language() {
        let busy = error_status(&Error::Busy, ReplyLanguage::English);
        assert_eq!(busy.code(), Code::ResourceExhausted);
        assert!(busy.message().contains("busy"), "{}", busy.message());
        assert!(error_status(&Error::Busy, ReplyLanguage::Chinese).message().contains("繁忙"));
        let details = busy.get_error_details();
        assert_eq!(details.error_info().map(|info| info.reason.as_str()), Some("BM-BUSY"));
        assert!(details.retry_info().is_some_and(|retry| retry.retry_delay.is_some()));
        let quota = error_status(
            &Error::QuotaExceeded { setting: "calls_per_minute", limit: 3 },
            ReplyLanguage::English,
        );
        assert!(quota.get_details_quota_failure().is_some());
    }

    #[test]
    fn details_stay_small() {
        let field = "articles[99].body[4999].paragraph.text".repeat(8);
        let words = Bilingual::new("错".repeat(400), "wrong".repeat(400));
        let finding = Finding::new(Kind::BadValue, FindingPlace::of_field(field), words);
        let status = error_status(&Error::Rejected(vec![finding; 200]), ReplyLanguage::Chinese);
        let told = status.get_details_bad_request().expect("BadRequest").field_violations;
        assert!((1..=10).contains(&told.len()));
        assert!(status.details().len() <= 4096, "{}", status.details().len());
    }
}
