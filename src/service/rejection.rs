//! Texts of an error for its caller: message, findings, fields, each small enough for any peer.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::config::{DETAILS_BYTES_MAX, VIOLATIONS_MAX};
use crate::error::Error;
use crate::finding::{Bilingual, Finding};
use crate::service::run_id::run_id;

/// Bytes of a message, which gRPC sends as a header.
const MESSAGE_BYTES_MAX: usize = 1024;
/// Bytes of the path of a field.
const FIELD_BYTES_MAX: usize = 120;
/// Bytes of the text of a finding.
const FINDING_BYTES_MAX: usize = 320;

/// Returns the message of an error in both languages. Of an internal error the caller gets only an
/// incident number; the cause goes into the server's log.
pub(crate) fn message_of(error: &Error) -> Bilingual {
    let message =
        if let Error::Internal(what) = error { log_incident(what) } else { error.message() };
    Bilingual {
        zh: truncate(&message.zh, MESSAGE_BYTES_MAX),
        en: truncate(&message.en, MESSAGE_BYTES_MAX),
    }
}

/// Logs an internal error and returns the message with its incident number.
fn log_incident(what: &str) -> Bilingual {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let id = format!("{:x}-{number}", run_id());
    tracing::error!(incident = %id, what = %what.escape_debug(), "BM-INTERNAL");
    Bilingual::new(format!("程序内部错误，编号 {id}"), format!("internal error, incident {id}"))
}

/// Returns the findings that are sent with a rejection: the first few, small enough for any peer's
/// trailers.
pub(crate) fn limited_findings(findings: &[Finding]) -> Vec<&Finding> {
    let mut bytes = 0;
    findings
        .iter()
        .take(VIOLATIONS_MAX)
        .take_while(|finding| {
            bytes += finding_field(finding).len() + finding_text(finding).len() + 16;
            // The rest is for the code, the reason and the framing.
            bytes <= DETAILS_BYTES_MAX - 512
        })
        .collect()
}

/// Path of the field that a finding is about.
pub(crate) fn finding_field(finding: &Finding) -> String {
    truncate(&finding.place.field, FIELD_BYTES_MAX)
}

/// Text of a finding: code, message and remedy in both languages.
pub(crate) fn finding_text(finding: &Finding) -> String {
    let remedy = finding.code.remedy();
    let text = format!("{} {} {} {}", finding.code.id(), finding.message, remedy.zh, remedy.en);
    truncate(&text, FINDING_BYTES_MAX)
}

/// Cuts a text between characters to at most `bytes_max` bytes, the ellipsis included.
fn truncate(text: &str, bytes_max: usize) -> String {
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(bytes_max - '…'.len_utf8());
    format!("{}…", &text[..end])
}
