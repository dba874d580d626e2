//! A rendered page as the messages of its response.

use std::sync::Arc;

use bytes::Bytes;
use tonic::Status;

use crate::config::CHUNK_BYTES;
use crate::proto;
use crate::proto::render_page_response::Part;
use crate::server::grpc::status::error_status;
use crate::service::language::ResponseLanguage;
use crate::service::rendered::{RenderedFile, RenderedPage};

/// Messages of a render: the report, then the artifacts, or the reason why there are none.
pub(super) fn render_messages(
    page: Arc<RenderedPage>,
    language: ResponseLanguage,
) -> impl Iterator<Item = Result<proto::RenderPageResponse, Status>> + Send {
    let failure = page.files.as_ref().err().map(|error| Err(error_status(error, language)));
    page_messages(page).map(Ok).chain(failure)
}

/// Messages of a page: the report and the artifacts, if there are any.
pub(crate) fn page_messages(
    page: Arc<RenderedPage>,
) -> impl Iterator<Item = proto::RenderPageResponse> + Send {
    let message = |part| proto::RenderPageResponse { part: Some(part) };
    let report = message(Part::Report(page.report.clone()));
    let files: Vec<RenderedFile> = page.files.iter().flatten().cloned().collect();
    std::iter::once(report).chain(files.into_iter().flat_map(file_messages).map(message))
}

/// Messages of one file: header, chunks, end. Chunks are copies: those still queued after the
/// deadline do not keep the whole file in memory.
fn file_messages(file: RenderedFile) -> impl Iterator<Item = Part> + Send {
    let RenderedFile { output, media_type, file_name, sha256, bytes } = file;
    let (output, total_bytes) = (output.into(), bytes.len() as u64);
    let header = proto::ArtifactHeader {
        output,
        media_type: media_type.to_owned(),
        file_name,
        total_bytes,
        sha256: sha256.clone(),
    };
    let chunks = (0..bytes.len()).step_by(CHUNK_BYTES).map(move |start| {
        let end = bytes.len().min(start + CHUNK_BYTES);
        Part::Chunk(Bytes::copy_from_slice(&bytes[start..end]))
    });
    let end = proto::ArtifactEnd { output, total_bytes, sha256 };
    std::iter::once(Part::ArtifactHeader(header))
        .chain(chunks)
        .chain(std::iter::once(Part::ArtifactEnd(end)))
}
