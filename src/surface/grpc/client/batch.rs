//! A server as a maker of the pages of a batch, over one `RenderBatch` stream.
//!
//! Each page in hand waits for its answer in a thread of the batch, so that no more are ahead than there are threads, and
//! the server reads only as fast as it works. A stream that breaks is opened anew.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::config::CHUNK_BYTES;
use crate::error::Error;
use crate::finding::Bilingual;
use crate::image::sha256_hex;
use crate::proto;
use crate::proto::catalog_service_client::CatalogServiceClient;
use crate::proto::picture::Content;
use crate::proto::render_batch_response::Part;
use crate::proto::render_page_request::Source;
use crate::surface::batch::{
    FailureKind, FinishedPage, PageFailure, PageMaker, PageRequest, StopSignal,
};
use crate::surface::grpc::client::{
    self, PageAssembler, ServerAddress, ServerChannel, connect, kind, small_enough, typesetting,
};
use crate::surface::pictures::fill;

/// How often a page is sent that the server has no time for.
const ATTEMPTS: u32 = 8;
/// The wait before the second time, where the server names none; each further one is longer by as much.
const WAIT: Duration = Duration::from_secs(1);
/// How often a wait looks whether the batch is to stop.
const LOOK: Duration = Duration::from_millis(100);
/// Larger pictures are uploaded, once for all pages that show them.
const PICTURE_BYTES: usize = CHUNK_BYTES;
/// Code points of a key on the wire.
const KEY_CHARS: usize = 128;

/// Makes pages at a server.
pub(crate) struct RemoteMaker<'a> {
    runtime: Runtime,
    door: ServerChannel,
    version: String,
    fingerprint: String,
    /// Bytes of a request that the server reads.
    message_bytes: usize,
    stop: &'a StopSignal,
    line: Mutex<Option<BatchStream>>,
    count: AtomicU64,
}

/// One stream: where requests go in, and who waits for what comes out.
#[derive(Clone)]
struct BatchStream {
    requests: mpsc::Sender<proto::RenderBatchRequest>,
    waiting: Arc<Mutex<PendingPages>>,
}

#[derive(Default)]
struct PendingPages {
    /// The stream has ended: nobody answers any more.
    closed: bool,
    pages: BTreeMap<String, PendingPage>,
}

struct PendingPage {
    parts: PageAssembler,
    answer: oneshot::Sender<Result<FinishedPage, PageRefusal>>,
}

/// Why a page was not made, and when it may be sent again.
#[derive(Debug)]
struct PageRefusal {
    failure: PageFailure,
    retry: Option<Duration>,
}

impl<'a> RemoteMaker<'a> {
    /// Connects to a server and asks what it sets pages with.
    ///
    /// # Errors
    /// It cannot be reached, or does not say.
    pub(crate) fn connect(
        link: &ServerAddress,
        message_bytes: usize,
        stop: &'a StopSignal,
    ) -> Result<Self, client::RemoteError> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| client::RemoteError {
            code: Code::Internal,
            lines: vec![error.to_string()],
        })?;
        let (door, version, fingerprint) = runtime.block_on(async {
            let door = connect(link).await?;
            let version = version(door.clone()).await?;
            let fingerprint = fingerprint(door.clone()).await?;
            Ok::<_, client::RemoteError>((door, version, fingerprint))
        })?;
        let (line, count) = (Mutex::new(None), AtomicU64::new(1));
        Ok(Self { runtime, door, version, fingerprint, message_bytes, stop, line, count })
    }

    /// Makes a page, again and again while the server has no time.
    async fn render(
        &self,
        key: &str,
        request: proto::RenderPageRequest,
        large: &BTreeMap<String, Vec<u8>>,
    ) -> Result<FinishedPage, PageFailure> {
        let mut attempt = 1;
        loop {
            let refusal = match self.attempt(key, request.clone(), large).await {
                Ok(made) => return Ok(made),
                Err(refusal) => refusal,
            };
            let Some(wait) = refusal.retry.filter(|_| attempt < ATTEMPTS) else {
                return Err(refusal.failure);
            };
            tokio::select! {
                () = tokio::time::sleep(wait * attempt) => {}
                // What the server has not begun is not begun any more.
                () = until(|| self.stop.asked()) => return Err(Error::Cancelled.into()),
            }
            attempt += 1;
        }
    }

    async fn attempt(
        &self,
        key: &str,
        request: proto::RenderPageRequest,
        large: &BTreeMap<String, Vec<u8>>,
    ) -> Result<FinishedPage, PageRefusal> {
        let work = async {
            for (sum, bytes) in large {
                upload(self.door.clone(), sum, bytes).await?;
            }
            self.ask(key, request).await
        };
        tokio::select! {
            answer = work => answer,
            () = until(|| self.stop.now()) => {
                Err(PageRefusal { failure: Error::Cancelled.into(), retry: None })
            }
        }
    }

    /// Sends a page over the stream and waits for its answer.
    async fn ask(
        &self,
        key: &str,
        render: proto::RenderPageRequest,
    ) -> Result<FinishedPage, PageRefusal> {
        // A key is used once on a stream, and paths may be longer than a key.
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let key: String = format!("{number} {key}").chars().take(KEY_CHARS).collect();
        let line = self.line();
        let (answer, answered) = oneshot::channel();
        {
            let mut waiting = lock(&line.waiting);
            if waiting.closed {
                return Err(PageRefusal::ended(&gone()));
            }
            waiting
                .pages
                .insert(key.clone(), PendingPage { parts: PageAssembler::default(), answer });
        }
        let render = Some(render);
        // A stream that has ended answers all who wait, this page too.
        let _ = line.requests.send(proto::RenderBatchRequest { key, render }).await;
        answered.await.unwrap_or_else(|_| Err(PageRefusal::ended(&gone())))
    }

    /// The stream in use, or another one if that has ended.
    fn line(&self) -> BatchStream {
        let mut line = lock(&self.line);
        match &*line {
            Some(line) if !lock(&line.waiting).closed => line.clone(),
            Some(_) | None => {
                let (requests, taken) = mpsc::channel(1);
                let waiting = Arc::new(Mutex::new(PendingPages::default()));
                self.runtime.spawn(drive(self.door.clone(), taken, Arc::clone(&waiting)));
                line.insert(BatchStream { requests, waiting }).clone()
            }
        }
    }
}

impl PageMaker for RemoteMaker<'_> {
    fn version(&self) -> &str {
        &self.version
    }

    fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn make(&self, key: &str, asked: PageRequest) -> Result<FinishedPage, PageFailure> {
        let PageRequest { mut request, pictures } = asked;
        let mut large = BTreeMap::new();
        if let Some(Source::Page(record)) = &mut request.source {
            // A picture that cannot be read stays missing, and the server tells of it.
            let _ = fill(record, &pictures, |image| {
                if image.bytes().len() <= PICTURE_BYTES {
                    return Content::Data(image.bytes().to_vec());
                }
                large.insert(image.sha256().to_owned(), image.bytes().to_vec());
                Content::Sha256(image.sha256().to_owned())
            });
        }
        small_enough(&request, self.message_bytes)
            .map_err(|words| PageFailure::new(FailureKind::Refused, "BM-TOO-LARGE", words))?;
        let stem = request.name.clone();
        let made = self.runtime.block_on(self.render(key, request, &large))?;
        // Files of another name could take the place of those of another page.
        let own = |(name, _): &(String, Vec<u8>)| {
            name.strip_prefix(&stem).is_some_and(|ending| ending.starts_with('.'))
        };
        if made.files.iter().all(own) {
            Ok(made)
        } else {
            Err(PageFailure::bug("the server has named a file otherwise than it was asked to"))
        }
    }
}

/// Runs a stream to its end, and answers all who are then still waiting.
async fn drive(
    door: ServerChannel,
    requests: mpsc::Receiver<proto::RenderBatchRequest>,
    waiting: Arc<Mutex<PendingPages>>,
) {
    let ended = receive(door, requests, &waiting).await;
    let status = ended.err().unwrap_or_else(gone);
    let mut waiting = lock(&waiting);
    waiting.closed = true;
    for pending in std::mem::take(&mut waiting.pages).into_values() {
        // Who has gone needs no answer.
        let _ = pending.answer.send(Err(PageRefusal::ended(&status)));
    }
}

async fn receive(
    door: ServerChannel,
    requests: mpsc::Receiver<proto::RenderBatchRequest>,
    waiting: &Mutex<PendingPages>,
) -> Result<(), Status> {
    let requests = ReceiverStream::new(requests);
    let mut stream = typesetting(door).render_batch(requests).await?.into_inner();
    while let Some(proto::RenderBatchResponse { key, part }) = stream.message().await? {
        let mut waiting = lock(waiting);
        let Some(mut pending) = waiting.pages.remove(&key) else { continue };
        let answer = match part {
            Some(Part::Response(message)) => match pending.parts.take(message) {
                Ok(()) => {
                    waiting.pages.insert(key, pending);
                    continue;
                }
                Err(failure) => Err(damaged(&failure)),
            },
            Some(Part::Done(done)) => made(pending.parts, &done),
            Some(Part::Failure(failure)) => Err(failure.into()),
            None => Err(damaged(&client::broken("消息是空的 / an empty message".to_owned()))),
        };
        let _ = pending.answer.send(answer);
    }
    Ok(())
}

/// A page from its messages, if all of them came.
fn made(
    mut parts: PageAssembler,
    done: &proto::BatchPageDone,
) -> Result<FinishedPage, PageRefusal> {
    let report = parts.report.take().unwrap_or_default();
    let files = parts.complete().map_err(|failure| damaged(&failure))?;
    if files.len() != done.artifacts as usize || report.layout_hash != done.layout_hash {
        return Err(damaged(&client::broken("文件不全 / files are missing".to_owned())));
    }
    Ok(FinishedPage {
        layout_hash: report.layout_hash,
        stages: report.stage_times,
        files: files.into_iter().map(|file| (file.file_name, file.bytes)).collect(),
    })
}

/// What came is not what was sent: it is asked for again.
fn damaged(failure: &client::RemoteError) -> PageRefusal {
    PageRefusal { failure: PageFailure::bug(failure.lines.join("; ")), retry: Some(WAIT) }
}

fn gone() -> Status {
    Status::unavailable("服务已结束这次连接 / the server has ended the stream")
}

impl PageRefusal {
    /// The stream or an upload came to its end with a status.
    fn of(status: &Status, kind: FailureKind) -> Self {
        let details = status.get_error_details();
        let code = details.error_info().map_or("BM-UNAVAILABLE", |info| info.reason.as_str());
        let failure =
            PageFailure::new(kind, code, Bilingual::new(status.message(), status.message()));
        let named = details.retry_info().and_then(|info| info.retry_delay);
        let retry = named.or(match status.code() {
            // How a connection breaks differs from case to case.
            Code::Unavailable
            | Code::ResourceExhausted
            | Code::Unknown
            | Code::Internal
            | Code::Cancelled
            | Code::Aborted
            | Code::DataLoss
            | Code::DeadlineExceeded => Some(WAIT),
            Code::Ok
            | Code::InvalidArgument
            | Code::NotFound
            | Code::AlreadyExists
            | Code::PermissionDenied
            | Code::FailedPrecondition
            | Code::OutOfRange
            | Code::Unimplemented
            | Code::Unauthenticated => None,
        });
        Self { failure, retry }
    }

    /// A stream has ended: that tells of the connection, not of a page.
    fn ended(status: &Status) -> Self {
        Self::of(status, FailureKind::Lost)
    }
}

impl From<proto::BatchPageFailure> for PageRefusal {
    fn from(failure: proto::BatchPageFailure) -> Self {
        let proto::BatchPageFailure { status, code, message, findings, retry_after_seconds } =
            failure;
        let status = Code::from_i32(status.cast_signed());
        // A page that takes too long says nothing of the others.
        let kind =
            if status == Code::DeadlineExceeded { FailureKind::Refused } else { kind(status) };
        let message = message.unwrap_or_default();
        let failure = PageFailure::new(kind, &code, Bilingual::new(message.zh, message.en));
        let seconds = Duration::from_secs(retry_after_seconds.into());
        let retry = (retry_after_seconds > 0).then_some(seconds);
        Self { failure: PageFailure { findings: findings, ..failure }, retry }
    }
}

/// Uploads a picture; a server that has it says so at once.
async fn upload(door: ServerChannel, sum: &str, bytes: &[u8]) -> Result<(), PageRefusal> {
    use proto::upload_picture_request::Part;
    let header = proto::UploadPictureHeader {
        sha256: sum.to_owned(),
        total_bytes: bytes.len() as u64,
        keep_seconds: 0,
    };
    let chunks = bytes.chunks(CHUNK_BYTES).map(|chunk| Part::Chunk(chunk.to_vec()));
    let parts = std::iter::once(Part::Header(header)).chain(chunks);
    let message = |part| proto::UploadPictureRequest { part: Some(part) };
    let messages: Vec<proto::UploadPictureRequest> = parts.map(message).collect();
    match typesetting(door).upload_picture(tokio_stream::iter(messages)).await {
        Ok(_) => Ok(()),
        Err(status) => Err(PageRefusal::of(&status, kind(status.code()))),
    }
}

/// The version of a server's engine. Only a page tells it, so a line is set.
async fn version(door: ServerChannel) -> Result<String, Status> {
    let request = proto::PlanPageRequest {
        source: Some(proto::plan_page_request::Source::PlainCopy("版本\n\n版本。\n".into())),
        candidates: 1,
        ..proto::PlanPageRequest::default()
    };
    Ok(typesetting(door).plan_page(request).await?.into_inner().engine_version)
}

/// What a server has: house styles and faces, as one SHA-256.
async fn fingerprint(door: ServerChannel) -> Result<String, Status> {
    let mut catalog = CatalogServiceClient::new(door);
    let mut all = Vec::new();
    let mut request = proto::ListHouseStylesRequest::default();
    loop {
        let list = catalog.list_house_styles(request).await?.into_inner();
        list.house_styles.iter().for_each(|style| all.extend(proto::encode(style)));
        if list.next_page_token.is_empty() {
            break;
        }
        request = proto::ListHouseStylesRequest {
            page_token: list.next_page_token,
            ..proto::ListHouseStylesRequest::default()
        };
    }
    let mut request = proto::ListFontsRequest::default();
    loop {
        let list = catalog.list_fonts(request).await?.into_inner();
        list.fonts.iter().for_each(|font| all.extend(proto::encode(font)));
        if list.next_page_token.is_empty() {
            return Ok(sha256_hex(&all));
        }
        request = proto::ListFontsRequest {
            page_token: list.next_page_token,
            ..proto::ListFontsRequest::default()
        };
    }
}

async fn until(what: impl Fn() -> bool) {
    while !what() {
        tokio::time::sleep(LOOK).await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
