//! A page as HTTP gives it out.

use std::io::{Cursor, Write as _};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::response::Response;
use hyper::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, ETAG};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::config::CHUNK_BYTES;
use crate::error::Error;
use crate::proto;
use crate::server::grpc::page_messages;
use crate::server::http::ask::AnswerForm;
use crate::server::http::error_response;
use crate::service::answer_stream;
use crate::service::caller::CallerIdentity;
use crate::service::rendered::{RenderedFile, RenderedPage};

/// The hash of the layout, for callers that take the file alone.
const LAYOUT_HEADER: &str = "x-banmian-layout";

/// A page whose files are all made.
pub(crate) fn page_response(
    caller: &CallerIdentity,
    sheet: Arc<RenderedPage>,
    form: AnswerForm,
) -> Response {
    let files: Vec<RenderedFile> = sheet.files.iter().flatten().cloned().collect();
    let answer = Response::builder().header(LAYOUT_HEADER, &sheet.report.layout_hash);
    let made = match form {
        AnswerForm::File(at) => files.into_iter().nth(at).map(|file| {
            let answer = answer
                .header(CONTENT_TYPE, file.media_type)
                .header(CONTENT_LENGTH, file.bytes.len())
                .header(CONTENT_DISPOSITION, content_disposition(&file.file_name))
                .header(ETAG, format!("\"{}\"", file.sha256));
            answer.body(streamed_body(caller, vec![file.bytes]))
        }),
        AnswerForm::Multipart => {
            // The hash of a layout stands in files, but never after these letters.
            let boundary =
                format!("banmian-{}", &sheet.report.layout_hash.get(..32).unwrap_or("page"));
            let kind = format!("multipart/mixed; boundary={boundary}");
            let body = streamed_body(caller, multipart_pieces(&sheet.report, files, &boundary));
            Some(answer.header(CONTENT_TYPE, kind).body(body))
        }
        AnswerForm::Zip => match zip_archive(&sheet.report, &files) {
            Ok(bytes) => {
                let answer = answer
                    .header(CONTENT_TYPE, "application/zip")
                    .header(CONTENT_LENGTH, bytes.len());
                Some(answer.body(streamed_body(caller, vec![bytes.into()])))
            }
            Err(error) => return internal_error(caller, &error),
        },
        AnswerForm::Json => match serde_json::to_vec(&page_messages(sheet).collect::<Vec<_>>()) {
            Ok(bytes) => {
                let answer = answer
                    .header(CONTENT_TYPE, "application/json")
                    .header(CONTENT_LENGTH, bytes.len());
                Some(answer.body(streamed_body(caller, vec![bytes.into()])))
            }
            Err(error) => return internal_error(caller, &error),
        },
    };
    match made {
        Some(Ok(answer)) => answer,
        Some(Err(error)) => internal_error(caller, &error),
        None => internal_error(caller, &"no such file"),
    }
}

fn internal_error(caller: &CallerIdentity, error: &dyn std::fmt::Display) -> Response {
    error_response(&Error::Internal(error.to_string()), caller.language(""), None)
}

/// Sends pieces as the caller takes them, until its time is up: then the connection breaks off, so that nobody takes a
/// part for the whole. A piece that waits is a copy, so that a slow caller does not hold the whole.
fn streamed_body(caller: &CallerIdentity, pieces: Vec<Bytes>) -> Body {
    let chunks = pieces.into_iter().flat_map(|piece| {
        let starts = (0..piece.len()).step_by(CHUNK_BYTES);
        starts.map(move |start| {
            let end = piece.len().min(start + CHUNK_BYTES);
            Ok(Bytes::copy_from_slice(&piece[start..end]))
        })
    });
    let late: Result<Bytes, std::io::Error> = Err(std::io::ErrorKind::TimedOut.into());
    Body::from_stream(answer_stream::send_until_deadline(caller.delivery(), chunks, late))
}

/// The name a file is saved under (RFC 6266), in any letters.
fn content_disposition(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let mut out = "attachment; filename*=UTF-8''".to_owned();
    for byte in name.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            out += &format!("%{byte:02X}");
        }
    }
    out
}

/// Report and files as parts (RFC 2046, 5.1).
fn multipart_pieces(
    report: &proto::RenderReport,
    files: Vec<RenderedFile>,
    boundary: &str,
) -> Vec<Bytes> {
    let report = serde_json::to_vec(report).unwrap_or_default();
    let head = |kind: &str, name: &str, length: usize| {
        let name = content_disposition(name);
        format!(
            "--{boundary}\r\ncontent-type: {kind}\r\ncontent-disposition: {name}\r\ncontent-length: {length}\r\n"
        )
    };
    let mut pieces = Vec::new();
    pieces.push(Bytes::from(head("application/json", REPORT_NAME, report.len()) + "\r\n"));
    pieces.push(report.into());
    for file in files {
        let head = head(file.media_type, &file.file_name, file.bytes.len());
        pieces.push(format!("\r\n{head}etag: \"{}\"\r\n\r\n", file.sha256).into());
        pieces.push(file.bytes);
    }
    pieces.push(format!("\r\n--{boundary}--\r\n").into());
    pieces
}

/// The name of the report among the files.
const REPORT_NAME: &str = "report.json";

/// Report and files as an archive. They are stored as they are, for they are compressed already, and without times, for
/// the same page is the same archive.
fn zip_archive(report: &proto::RenderReport, files: &[RenderedFile]) -> Result<Vec<u8>, String> {
    let told = |error: zip::result::ZipError| error.to_string();
    let report = serde_json::to_vec(report).map_err(|error| error.to_string())?;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    let all = files.iter().map(|file| (file.file_name.as_str(), &file.bytes[..]));
    for (name, bytes) in std::iter::once((REPORT_NAME, &report[..])).chain(all) {
        archive.start_file(name, options).map_err(told)?;
        archive.write_all(bytes).map_err(|error| error.to_string())?;
    }
    archive.finish().map(Cursor::into_inner).map_err(told)
}

#[cfg(test)]
mod tests {
    use super::content_disposition;

    #[test]
    fn names_are_written_for_headers() {
        assert_eq!(
            content_disposition("20231029-03.pdf"),
            "attachment; filename*=UTF-8''20231029-03.pdf"
        );
        assert_eq!(
            content_disposition("版 \"3\".pdf"),
            "attachment; filename*=UTF-8''%E7%89%88%20%223%22.pdf"
        );
    }
}
