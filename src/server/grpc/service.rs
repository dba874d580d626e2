//! The methods of the service, one short method each.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use tokio_stream::Stream;
use tonic::{Request, Response, Status, Streaming};

use crate::config::CHUNK_BYTES;
use crate::error::Error;
use crate::proto;
use crate::proto::proof_service_server::ProofService;
use crate::proto::render_page_response::Part;
use crate::proto::typeset_service_server::TypesetService;
use crate::server::grpc::status::error_status;
use crate::server::grpc::{batch, upload};
use crate::service::answer_stream::send_until_deadline;
use crate::service::caller::CallerIdentity;
use crate::service::calls::ServiceCalls;
use crate::service::language::ReplyLanguage;
use crate::service::rendered::{RenderedFile, RenderedPage};

/// Typesets pages.
#[derive(Debug)]
pub(crate) struct TypesetApi {
    calls: ServiceCalls,
}

type AnswerStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

impl TypesetApi {
    pub(crate) fn new(calls: ServiceCalls) -> Self {
        Self { calls }
    }
}

/// Who calls, as the door has it.
pub(crate) fn caller_of<T>(request: &Request<T>) -> Result<CallerIdentity, Status> {
    let missing = || {
        error_status(
            &Error::Internal("a call without a caller".to_owned()),
            ReplyLanguage::default(),
        )
    };
    request.extensions().get::<CallerIdentity>().cloned().ok_or_else(missing)
}

#[tonic::async_trait]
impl TypesetService for TypesetApi {
    type RenderPageStream = AnswerStream<proto::RenderPageResponse>;
    type RenderBatchStream = AnswerStream<proto::RenderBatchResponse>;

    async fn render_page(
        &self,
        request: Request<proto::RenderPageRequest>,
    ) -> Result<Response<Self::RenderPageStream>, Status> {
        let caller = caller_of(&request)?;
        let request = request.into_inner();
        let language = caller.language(&request.locale);
        let sheet = self.calls.render(&caller, request, false).await;
        let sheet = sheet.map_err(|error| error_status(&error, language))?;
        let late = Err(error_status(&Error::DeadlineExceeded, language));
        let sending =
            send_until_deadline(caller.delivery(), render_messages(sheet, language), late);
        Ok(Response::new(Box::pin(sending)))
    }

    async fn plan_page(
        &self,
        request: Request<proto::PlanPageRequest>,
    ) -> Result<Response<proto::PlanPageResponse>, Status> {
        let caller = caller_of(&request)?;
        let request = request.into_inner();
        let language = caller.language(&request.locale);
        let plan = self.calls.plan(&caller, request).await;
        plan.map(Response::new).map_err(|error| error_status(&error, language))
    }

    async fn measure_article(
        &self,
        request: Request<proto::MeasureArticleRequest>,
    ) -> Result<Response<proto::MeasureArticleResponse>, Status> {
        let caller = caller_of(&request)?;
        let request = request.into_inner();
        let language = caller.language(&request.locale);
        let measured = self.calls.measure(&caller, request).await;
        measured.map(Response::new).map_err(|error| error_status(&error, language))
    }

    async fn render_batch(
        &self,
        request: Request<Streaming<proto::RenderBatchRequest>>,
    ) -> Result<Response<Self::RenderBatchStream>, Status> {
        let caller = caller_of(&request)?;
        let pages = batch::render_batch(self.calls.clone(), caller, request.into_inner());
        Ok(Response::new(Box::pin(pages)))
    }

    async fn upload_picture(
        &self,
        request: Request<Streaming<proto::UploadPictureRequest>>,
    ) -> Result<Response<proto::UploadPictureResponse>, Status> {
        let caller = caller_of(&request)?;
        upload::receive_picture(&self.calls, &caller, request.into_inner()).await.map(Response::new)
    }
}

/// The messages of a render: the report, then the artifacts, or why there are none.
fn render_messages(
    sheet: Arc<RenderedPage>,
    language: ReplyLanguage,
) -> impl Iterator<Item = Result<proto::RenderPageResponse, Status>> + Send {
    let failure = sheet.files.as_ref().err().map(|error| Err(error_status(error, language)));
    page_messages(sheet).map(Ok).chain(failure)
}

/// The messages of a page but for why it has no files.
pub(crate) fn page_messages(
    sheet: Arc<RenderedPage>,
) -> impl Iterator<Item = proto::RenderPageResponse> + Send {
    let message = |part| proto::RenderPageResponse { part: Some(part) };
    let report = message(Part::Report(sheet.report.clone()));
    let files: Vec<RenderedFile> = sheet.files.iter().flatten().cloned().collect();
    std::iter::once(report).chain(files.into_iter().flat_map(file_messages).map(message))
}

/// The messages of one file: header, chunks, end. A chunk is a copy, so that what waits for a slow caller does not hold
/// the whole file.
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

/// Keeps proof rounds: not served by this version.
#[derive(Debug)]
pub(crate) struct ProofApi;

fn unimplemented<T, U>(request: &Request<T>, what: &str) -> Result<Response<U>, Status> {
    let language = caller_of(request)?.language("");
    Err(error_status(&Error::Unsupported { feature: format!("ProofService.{what}") }, language))
}

#[tonic::async_trait]
impl ProofService for ProofApi {
    async fn save_round(
        &self,
        request: Request<proto::SaveRoundRequest>,
    ) -> Result<Response<proto::SaveRoundResponse>, Status> {
        unimplemented(&request, "SaveRound")
    }

    async fn get_round(
        &self,
        request: Request<proto::GetRoundRequest>,
    ) -> Result<Response<proto::GetRoundResponse>, Status> {
        unimplemented(&request, "GetRound")
    }

    async fn list_rounds(
        &self,
        request: Request<proto::ListRoundsRequest>,
    ) -> Result<Response<proto::ListRoundsResponse>, Status> {
        unimplemented(&request, "ListRounds")
    }

    async fn compare_rounds(
        &self,
        request: Request<proto::CompareRoundsRequest>,
    ) -> Result<Response<proto::CompareRoundsResponse>, Status> {
        unimplemented(&request, "CompareRounds")
    }

    async fn sign_round(
        &self,
        request: Request<proto::SignRoundRequest>,
    ) -> Result<Response<proto::SignRoundResponse>, Status> {
        unimplemented(&request, "SignRound")
    }
}
