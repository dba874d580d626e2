//! The methods of the service, one short method each.

use std::pin::Pin;
use std::time::{Duration, Instant};

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio_stream::Stream;
use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Status, Streaming};

use crate::config::CHUNK_BYTES;
use crate::engine::{Artifact, Engine, Rendered};
use crate::error::Error;
use crate::proto;
use crate::proto::proof_service_server::ProofService;
use crate::proto::render_page_response::Part;
use crate::proto::typeset_service_server::TypesetService;
use crate::surface::grpc::status::status;
use crate::surface::jobs::Pool;
use crate::surface::live::Live;
use crate::surface::watch::Watch;

/// Typesets pages.
#[derive(Debug)]
pub(crate) struct Typesetter {
    engine: Live,
    pool: Pool,
}

type PageStream = Pin<Box<dyn Stream<Item = Result<proto::RenderPageResponse, Status>> + Send>>;
type BatchStream = Pin<Box<dyn Stream<Item = Result<proto::RenderBatchResponse, Status>> + Send>>;

impl Typesetter {
    pub(crate) fn new(engine: Live, pool: Pool) -> Self {
        Self { engine, pool }
    }

    /// Runs an engine call on the pool; the work stops when the caller goes or its deadline passes.
    async fn run<Q: Send + 'static, A: Send + 'static>(
        &self,
        request: Request<Q>,
        call: impl FnOnce(&Engine, Q, &Watch) -> Result<A, Error> + Send + 'static,
    ) -> Result<A, Status> {
        let deadline = deadline(request.metadata());
        let (watch, _waiting) = Watch::new(deadline);
        let engine = self.engine.engine();
        let request = request.into_inner();
        let result = self.pool.run(move || call(&engine, request, &watch)).await;
        result.map_err(|error| status(&error))
    }
}

/// The caller's deadline by its `grpc-timeout`: digits and a unit.
fn deadline(metadata: &MetadataMap) -> Option<Instant> {
    let text = metadata.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let count: u64 = digits.parse().ok()?;
    let timeout = match unit {
        "H" => Duration::from_secs(count.checked_mul(3600)?),
        "M" => Duration::from_secs(count.checked_mul(60)?),
        "S" => Duration::from_secs(count),
        "m" => Duration::from_millis(count),
        "u" => Duration::from_micros(count),
        "n" => Duration::from_nanos(count),
        _ => return None,
    };
    Instant::now().checked_add(timeout)
}

#[tonic::async_trait]
impl TypesetService for Typesetter {
    type RenderPageStream = PageStream;
    type RenderBatchStream = BatchStream;

    async fn render_page(
        &self,
        request: Request<proto::RenderPageRequest>,
    ) -> Result<Response<PageStream>, Status> {
        let rendered = self
            .run(request, |engine, request, watch| {
                let mut rendered = engine.render(request, watch)?;
                rendered.report.stage_times = watch.times();
                Ok(rendered)
            })
            .await?;
        Ok(Response::new(Box::pin(tokio_stream::iter(parts(rendered)))))
    }

    async fn plan_page(
        &self,
        request: Request<proto::PlanPageRequest>,
    ) -> Result<Response<proto::PlanPageResponse>, Status> {
        let plan = |engine: &Engine, request, watch: &Watch| engine.plan(request, watch);
        self.run(request, plan).await.map(Response::new)
    }

    async fn measure_article(
        &self,
        request: Request<proto::MeasureArticleRequest>,
    ) -> Result<Response<proto::MeasureArticleResponse>, Status> {
        let measure = |engine: &Engine, request, watch: &Watch| engine.measure(request, watch);
        self.run(request, measure).await.map(Response::new)
    }

    async fn render_batch(
        &self,
        _: Request<Streaming<proto::RenderBatchRequest>>,
    ) -> Result<Response<BatchStream>, Status> {
        Err(unserved("TypesetService.RenderBatch"))
    }

    async fn upload_picture(
        &self,
        _: Request<Streaming<proto::UploadPictureRequest>>,
    ) -> Result<Response<proto::UploadPictureResponse>, Status> {
        Err(unserved("TypesetService.UploadPicture"))
    }
}

fn unserved(what: &str) -> Status {
    status(&Error::Unserved { what: what.to_owned() })
}

/// The messages of a render: the report, then the artifacts, or why there are none.
fn parts(
    rendered: Rendered,
) -> impl Iterator<Item = Result<proto::RenderPageResponse, Status>> + Send {
    let message = |part| proto::RenderPageResponse { part: Some(part) };
    let report = message(Part::Report(rendered.report));
    let (artifacts, failure) = match rendered.artifacts {
        Ok(artifacts) => (artifacts, None),
        Err(error) => (Vec::new(), Some(status(&error))),
    };
    let artifacts = artifacts.into_iter().flat_map(artifact).map(move |part| Ok(message(part)));
    std::iter::once(Ok(report)).chain(artifacts).chain(failure.map(Err))
}

/// The messages of one artifact: header, chunks that share its memory, end.
fn artifact(artifact: Artifact) -> impl Iterator<Item = Part> + Send {
    let output = artifact.output.into();
    let total_bytes = artifact.bytes.len() as u64;
    let sha256: String =
        Sha256::digest(&artifact.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let header = proto::ArtifactHeader {
        output,
        media_type: artifact.media_type.to_owned(),
        file_name: artifact.file_name,
        total_bytes,
        sha256: sha256.clone(),
    };
    let bytes = Bytes::from(artifact.bytes);
    let chunks = (0..bytes.len())
        .step_by(CHUNK_BYTES)
        .map(move |start| Part::Chunk(bytes.slice(start..bytes.len().min(start + CHUNK_BYTES))));
    let end = proto::ArtifactEnd { output, total_bytes, sha256 };
    std::iter::once(Part::ArtifactHeader(header))
        .chain(chunks)
        .chain(std::iter::once(Part::ArtifactEnd(end)))
}

/// Keeps proof rounds: not served by this version.
#[derive(Debug)]
pub(crate) struct Proofs;

#[tonic::async_trait]
impl ProofService for Proofs {
    async fn save_round(
        &self,
        _: Request<proto::SaveRoundRequest>,
    ) -> Result<Response<proto::SaveRoundResponse>, Status> {
        Err(unserved("ProofService.SaveRound"))
    }

    async fn get_round(
        &self,
        _: Request<proto::GetRoundRequest>,
    ) -> Result<Response<proto::GetRoundResponse>, Status> {
        Err(unserved("ProofService.GetRound"))
    }

    async fn list_rounds(
        &self,
        _: Request<proto::ListRoundsRequest>,
    ) -> Result<Response<proto::ListRoundsResponse>, Status> {
        Err(unserved("ProofService.ListRounds"))
    }

    async fn compare_rounds(
        &self,
        _: Request<proto::CompareRoundsRequest>,
    ) -> Result<Response<proto::CompareRoundsResponse>, Status> {
        Err(unserved("ProofService.CompareRounds"))
    }

    async fn sign_round(
        &self,
        _: Request<proto::SignRoundRequest>,
    ) -> Result<Response<proto::SignRoundResponse>, Status> {
        Err(unserved("ProofService.SignRound"))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use tonic::metadata::MetadataMap;

    use super::deadline;

    #[test]
    fn deadlines_are_read_in_every_unit() {
        for (text, expected) in [
            ("2S", Some(2_000)),
            ("1500m", Some(1_500)),
            ("1M", Some(60_000)),
            ("", None),
            ("S", None),
            ("5x", None),
        ] {
            let mut metadata = MetadataMap::new();
            metadata.insert("grpc-timeout", text.parse().expect("value"));
            let left = deadline(&metadata).map(|at| at - Instant::now());
            match (left, expected) {
                (Some(left), Some(millis)) => {
                    let off = Duration::from_millis(millis).abs_diff(left);
                    assert!(off < Duration::from_millis(500), "{text}");
                }
                (left, expected) => assert_eq!(left.is_none(), expected.is_none(), "{text}"),
            }
        }
    }
}
