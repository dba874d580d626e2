//! A rendered page as an HTTP response.

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
use crate::server::http::ask::ResponseForm;
use crate::server::http::error::{JSON, error_response};
use crate::service::caller::CallContext;
use crate::service::rendered::{RenderedFile, RenderedPage};
use crate::service::response_stream::send_until_deadline;

/// Header with the hash of the layout, for callers that get a file without its report.
const LAYOUT_HEADER: &str = "x-banmian-layout";

/// Name of the report among the files.
const REPORT_NAME: &str = "report.json";

/// Response with a page whose files are all made.
pub(crate) fn page_response(
    caller: &CallContext,
    page: Arc<RenderedPage>,
    form: ResponseForm,
) -> Response {
    try_page_response(caller, page, form)
        .unwrap_or_else(|error| error_response(&error, caller.default_language(), None))
}

fn try_page_response(
    caller: &CallContext,
    page: Arc<RenderedPage>,
    form: ResponseForm,
) -> Result<Response, Error> {
    let mut files: Vec<RenderedFile> = page.files.iter().flatten().cloned().collect();
    let layout_hash = page.report.layout_hash.clone();
    let response = Response::builder().header(LAYOUT_HEADER, &layout_hash);
    let whole = |media_type: &str, bytes: Vec<u8>| {
        Response::builder()
            .header(LAYOUT_HEADER, &layout_hash)
            .header(CONTENT_TYPE, media_type)
            .header(CONTENT_LENGTH, bytes.len())
            .body(streamed_body(caller, vec![bytes.into()]))
    };
    let response = match form {
        ResponseForm::File(index) => {
            // `swap_remove` would panic.
            if index >= files.len() {
                let message = "the page has other files than requested".to_owned();
                return Err(Error::Internal(message));
            }
            let file = files.swap_remove(index);
            response
                .header(CONTENT_TYPE, file.media_type)
                .header(CONTENT_LENGTH, file.bytes.len())
                .header(CONTENT_DISPOSITION, content_disposition(&file.file_name))
                .header(ETAG, format!("\"{}\"", file.sha256))
                .body(streamed_body(caller, vec![file.bytes]))
        }
        ResponseForm::Multipart => {
            // Files contain the hash of their layout, but never after these letters.
            let boundary = format!("banmian-{}", layout_hash.get(..32).unwrap_or("page"));
            let pieces = multipart_pieces(&page.report, files, &boundary)?;
            response
                .header(CONTENT_TYPE, format!("multipart/mixed; boundary={boundary}"))
                .body(streamed_body(caller, pieces))
        }
        ResponseForm::Zip => whole("application/zip", zip_archive(&page.report, &files)?),
        ResponseForm::Json => {
            let messages: Vec<_> = page_messages(page).collect();
            whole(JSON, serde_json::to_vec(&messages).map_err(internal)?)
        }
    };
    response.map_err(internal)
}

/// Builds the error of a response that cannot be made.
fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}

/// Body that is sent as the caller reads it, at the latest until its deadline. After the deadline
/// the connection is closed, so that a part is not mistaken for the whole body. Chunks are copies:
/// those still queued after the deadline do not keep the whole file in memory.
fn streamed_body(caller: &CallContext, pieces: Vec<Bytes>) -> Body {
    let chunks = pieces.into_iter().flat_map(|piece| {
        let starts = (0..piece.len()).step_by(CHUNK_BYTES);
        starts.map(move |start| {
            let end = piece.len().min(start + CHUNK_BYTES);
            Ok(Bytes::copy_from_slice(&piece[start..end]))
        })
    });
    let late: Result<Bytes, std::io::Error> = Err(std::io::ErrorKind::TimedOut.into());
    Body::from_stream(send_until_deadline(caller.delivery(), chunks, late))
}

/// `content-disposition` with the name of a file in any script (RFC 6266).
fn content_disposition(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let mut disposition = "attachment; filename*=UTF-8''".to_owned();
    for byte in name.bytes() {
        if is_plain(byte) {
            disposition.push(char::from(byte));
        } else {
            disposition += &format!("%{byte:02X}");
        }
    }
    disposition
}

/// Report and files as the parts of a body (RFC 2046, 5.1).
fn multipart_pieces(
    report: &proto::RenderReport,
    files: Vec<RenderedFile>,
    boundary: &str,
) -> Result<Vec<Bytes>, Error> {
    let report = serde_json::to_vec(report).map_err(internal)?;
    let part_head = |media_type: &str, name: &str, length: usize| {
        let disposition = content_disposition(name);
        format!(
            "--{boundary}\r\ncontent-type: {media_type}\r\ncontent-disposition: {disposition}\r\ncontent-length: {length}\r\n"
        )
    };
    let mut pieces = Vec::new();
    pieces.push(Bytes::from(part_head(JSON, REPORT_NAME, report.len()) + "\r\n"));
    pieces.push(report.into());
    for file in files {
        let head = part_head(file.media_type, &file.file_name, file.bytes.len());
        pieces.push(format!("\r\n{head}etag: \"{}\"\r\n\r\n", file.sha256).into());
        // Shared bytes, not a copy: files stay in the cache while they are sent.
        pieces.push(file.bytes);
    }
    pieces.push(format!("\r\n--{boundary}--\r\n").into());
    Ok(pieces)
}

/// Report and files as an archive. Files are stored uncompressed, because they are compressed
/// already, and without times, so that equal pages give equal archives.
fn zip_archive(report: &proto::RenderReport, files: &[RenderedFile]) -> Result<Vec<u8>, Error> {
    let report = serde_json::to_vec(report).map_err(internal)?;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    let files = files.iter().map(|file| (file.file_name.as_str(), &file.bytes[..]));
    for (name, bytes) in std::iter::once((REPORT_NAME, &report[..])).chain(files) {
        archive.start_file(name, options).map_err(internal)?;
        archive.write_all(bytes).map_err(internal)?;
    }
    archive.finish().map(Cursor::into_inner).map_err(internal)
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
