//! Responses in JSON: results and rejections.

use axum::body::Body;
use axum::response::Response;
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::Error;
use crate::finding::Bilingual;
use crate::proto;
use crate::server::status::{CallOutcome, REASON_HEADER, status_name, status_of};
use crate::service::language::ResponseLanguage;
use crate::service::rejection::{finding_field, finding_text, limited_findings, message_of};

/// Media type of JSON.
pub(crate) const JSON: &str = "application/json";

/// Rejection of a call that does not reach the service.
#[derive(Debug)]
pub(crate) enum HttpRejection {
    /// Error that any protocol has.
    Call(Error),
    /// Error that only HTTP has.
    Http {
        /// HTTP status.
        status: StatusCode,
        /// Number of the nearest gRPC status.
        grpc: i32,
        /// Text for people.
        message: Bilingual,
    },
}

impl From<Error> for HttpRejection {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl HttpRejection {
    /// Error that only HTTP has, with the number of the nearest gRPC status.
    pub(crate) fn http(
        status: StatusCode,
        grpc: i32,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self::Http { status, grpc, message: Bilingual::new(zh, en) }
    }

    /// Response in the language of the caller.
    pub(crate) fn into_response(self, language: ResponseLanguage) -> Response {
        let (status, grpc, message) = match self {
            Self::Call(error) => return error_response(&error, language, None),
            Self::Http { status, grpc, message } => (status, grpc, message),
        };
        let name = status_name(grpc);
        let body = json!({
            "error": {
                "code": grpc,
                "status": name,
                "reason": "BM-HTTP",
                "message": language.text_of(&message),
                "details": [],
            }
        });
        let response = Response::builder().status(status).header(CONTENT_TYPE, JSON);
        let body = Body::from(body.to_string());
        response.extension(CallOutcome(name)).body(body).unwrap_or_default()
    }
}

/// Response that rejects a call, for a caller that accepts these languages.
pub(crate) fn rejection_response(error: &Error, accept_language: &str) -> Response {
    error_response(error, ResponseLanguage::choose("", accept_language), None)
}

/// Response to an error, with the report of the page if there is one.
pub(crate) fn error_response(
    error: &Error,
    language: ResponseLanguage,
    report: Option<&proto::RenderReport>,
) -> Response {
    let (row, message) = (status_of(error), message_of(error));
    let details: Vec<Value> = limited_findings(error.findings())
        .into_iter()
        .map(|finding| {
            json!({
                "code": finding.code.id(),
                "field": finding_field(finding),
                "description": finding_text(finding),
            })
        })
        .collect();
    let mut body = json!({
        "error": {
            "code": row.grpc,
            "status": row.name,
            "reason": error.reason_code(),
            "message": language.text_of(&message),
            "details": details,
        }
    });
    if let Some(report) = report {
        body["report"] = serde_json::to_value(report).unwrap_or_default();
    }
    let status = StatusCode::from_u16(row.http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::builder()
        .status(status)
        .header(CONTENT_TYPE, JSON)
        .header(REASON_HEADER, error.reason_code());
    if let Some(retry) = row.retry_after {
        response = response.header(RETRY_AFTER, retry.as_secs().max(1));
    }
    if status == StatusCode::UNAUTHORIZED {
        response = response.header(WWW_AUTHENTICATE, "Bearer");
    }
    let body = Body::from(body.to_string());
    response.extension(CallOutcome(row.name)).body(body).unwrap_or_default()
}

/// Response to a call: its result as JSON, or its error.
pub(crate) fn json_or_error(
    result: Result<impl Serialize, Error>,
    language: ResponseLanguage,
) -> Response {
    match result {
        Ok(value) => json_response(&value, language),
        Err(error) => error_response(&error, language, None),
    }
}

/// Response with a value as JSON.
pub(crate) fn json_response(value: &impl Serialize, language: ResponseLanguage) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => {
            let response = Response::builder().header(CONTENT_TYPE, JSON);
            response.body(Body::from(bytes)).unwrap_or_default()
        }
        Err(error) => error_response(&Error::Internal(error.to_string()), language, None),
    }
}
