//! A server as the maker of the pages of a batch, over one `RenderBatch` stream.
//!
//! Each page in hand waits for its response in a thread of the batch. So no more pages are ahead
//! than there are threads, and the server reads only as fast as it works. A stream that breaks is
//! opened again.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::batch::{FailureKind, FinishedPage, PageFailure, PageMaker, PageRequest, StopSignal};
use crate::client::connection::{
    ServerAddress, ServerChannel, check_request_size, connect, typeset_client,
};
use crate::client::error::{RemoteError, broken_response, failure_kind};
use crate::client::page::PageAssembler;
use crate::config::CHUNK_BYTES;
use crate::error::Error;
use crate::files::fill_pictures;
use crate::finding::Bilingual;
use crate::image::sha256_hex;
use crate::proto;
use crate::proto::catalog_service_client::CatalogServiceClient;
use crate::proto::picture::Content;
use crate::proto::render_batch_response::Part;
use crate::proto::render_page_request::Source;

/// Attempts to send a page that the server has no capacity for.
const ATTEMPTS: u32 = 8;
/// Wait before the second attempt, where the server names none. Each further wait is longer by the
/// same time.
const RETRY_WAIT: Duration = Duration::from_secs(1);
/// Interval at which a waiting page checks whether the batch is to stop.
const STOP_POLL: Duration = Duration::from_millis(100);
/// Bytes of a picture that is sent within the request. Larger pictures are uploaded, once for all
/// pages that show them.
const PICTURE_BYTES: usize = CHUNK_BYTES;
/// Code points of a key on the wire.
const KEY_CHARS: usize = 128;

/// Maker that renders at a server.
pub(crate) struct RemoteMaker<'a> {
    runtime: Runtime,
    channel: ServerChannel,
    version: String,
    fingerprint: String,
    /// Bytes of a request that the server reads.
    message_bytes: usize,
    stop: &'a StopSignal,
    /// The open stream; `None` before the first page.
    stream: Mutex<Option<BatchStream>>,
    /// Number of the next page, which makes its key on the wire unique.
    next_number: AtomicU64,
}

/// One `RenderBatch` stream: its requests, and the pages that wait for responses.
#[derive(Clone)]
struct BatchStream {
    requests: mpsc::Sender<proto::RenderBatchRequest>,
    pending: Arc<Mutex<PendingPages>>,
}

#[derive(Default)]
struct PendingPages {
    /// True if the stream has ended: no response will come.
    closed: bool,
    /// Waiting pages by their keys on the wire.
    pages: BTreeMap<String, PendingPage>,
}

struct PendingPage {
    assembler: PageAssembler,
    answer: oneshot::Sender<Result<FinishedPage, PageRejection>>,
}

/// Reason why a page was not made, and the wait before it may be sent again.
#[derive(Debug)]
struct PageRejection {
    failure: PageFailure,
    /// `None` if another attempt is pointless.
    retry_after: Option<Duration>,
}

impl<'a> RemoteMaker<'a> {
    /// Connects to a server and asks for the version of its engine, its fonts and house styles.
    ///
    /// # Errors
    /// The server cannot be reached, or does not answer.
    pub(crate) fn connect(
        address: &ServerAddress,
        message_bytes: usize,
        stop: &'a StopSignal,
    ) -> Result<Self, RemoteError> {
        let runtime =
            // The runtime carries the stream; the threads of the batch block on it.
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| RemoteError {
            code: Code::Internal,
            lines: vec![error.to_string()],
        })?;
        let (channel, version, fingerprint) = runtime.block_on(async {
            let channel = connect(address).await?;
            let version = server_version(channel.clone()).await?;
            let fingerprint = server_fingerprint(channel.clone()).await?;
            Ok::<_, RemoteError>((channel, version, fingerprint))
        })?;
        let (stream, next_number) = (Mutex::new(None), AtomicU64::new(1));
        Ok(Self {
            runtime,
            channel,
            version,
            fingerprint,
            message_bytes,
            stop,
            stream,
            next_number,
        })
    }

    /// Makes a page; tries again while the server has no capacity.
    async fn render(
        &self,
        key: &str,
        request: proto::RenderPageRequest,
        uploads: &BTreeMap<String, Vec<u8>>,
    ) -> Result<FinishedPage, PageFailure> {
        let mut attempt = 1;
        loop {
            let rejection = match self.attempt(key, request.clone(), uploads).await {
                Ok(page) => return Ok(page),
                Err(rejection) => rejection,
            };
            let Some(wait) = rejection.retry_after.filter(|_| attempt < ATTEMPTS) else {
                return Err(rejection.failure);
            };
            tokio::select! {
                // Longer from attempt to attempt, so that a busy server is not pressed.
                () = tokio::time::sleep(wait * attempt) => {}
                // A page that the server has not begun is not begun after a stop.
                () = wait_until(|| self.stop.is_requested()) => return Err(Error::Cancelled.into()),
            }
            attempt += 1;
        }
    }

    async fn attempt(
        &self,
        key: &str,
        request: proto::RenderPageRequest,
        uploads: &BTreeMap<String, Vec<u8>>,
    ) -> Result<FinishedPage, PageRejection> {
        let work = async {
            for (hash, bytes) in uploads {
                // Again at each attempt: pictures may have expired, and a server that has one
                // answers at once.
                upload(self.channel.clone(), hash, bytes).await?;
            }
            self.send_page(key, request).await
        };
        tokio::select! {
            answer = work => answer,
            // Dropping `work` cancels the calls in it.
            () = wait_until(|| self.stop.is_immediate()) => {
                Err(PageRejection { failure: Error::Cancelled.into(), retry_after: None })
            }
        }
    }

    /// Sends a page over the stream and waits for its response.
    async fn send_page(
        &self,
        key: &str,
        render: proto::RenderPageRequest,
    ) -> Result<FinishedPage, PageRejection> {
        // A key may be used once on a stream, and paths may be longer than a key.
        let number = self.next_number.fetch_add(1, Ordering::Relaxed);
        let key: String = format!("{number} {key}").chars().take(KEY_CHARS).collect();
        let stream = self.open_stream();
        let (answer, answered) = oneshot::channel();
        {
            // Registered before it is sent, or the response could come before anyone waits for it.
            let mut pending = lock(&stream.pending);
            // The stream ended after it was handed out; nobody would answer a page added now.
            if pending.closed {
                return Err(PageRejection::from_stream_end(&stream_ended()));
            }
            let page = PendingPage { assembler: PageAssembler::default(), answer };
            pending.pages.insert(key.clone(), page);
        }
        let render = Some(render);
        // A stream that has ended answers all who wait, this page too.
        let _ = stream.requests.send(proto::RenderBatchRequest { key, render }).await;
        answered.await.unwrap_or_else(|_| Err(PageRejection::from_stream_end(&stream_ended())))
    }

    /// Returns the open stream, or opens another one if it has ended.
    fn open_stream(&self) -> BatchStream {
        // Held while a stream is opened, so that threads do not open several. Lock order: `stream`,
        // then `pending`.
        let mut current = lock(&self.stream);
        match &*current {
            Some(stream) if !lock(&stream.pending).closed => stream.clone(),
            Some(_) | None => {
                // One page of room: the flow control of the server reaches the threads.
                let (requests, receiver) = mpsc::channel(1);
                let pending = Arc::new(Mutex::new(PendingPages::default()));
                let run = run_stream(self.channel.clone(), receiver, Arc::clone(&pending));
                self.runtime.spawn(run);
                current.insert(BatchStream { requests, pending }).clone()
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

    fn make(&self, key: &str, request: PageRequest) -> Result<FinishedPage, PageFailure> {
        let PageRequest { mut request, pictures } = request;
        let mut uploads = BTreeMap::new();
        if let Some(Source::Page(record)) = &mut request.source {
            // A picture that cannot be read stays missing, and the server reports it.
            let _ = fill_pictures(record, &pictures, |image| {
                if image.bytes().len() <= PICTURE_BYTES {
                    return Content::Data(image.bytes().to_vec());
                }
                uploads.insert(image.sha256().to_owned(), image.bytes().to_vec());
                Content::Sha256(image.sha256().to_owned())
            });
        }
        check_request_size(&request, self.message_bytes)
            .map_err(|message| PageFailure::new(FailureKind::Rejected, "BM-TOO-LARGE", message))?;
        let stem = request.name.clone();
        // This thread belongs to the batch, not to the runtime, so it may block.
        let page = self.runtime.block_on(self.render(key, request, &uploads))?;
        // Files of another name could replace those of another page.
        let has_stem = |(name, _): &(String, Vec<u8>)| {
            name.strip_prefix(&stem).is_some_and(|ending| ending.starts_with('.'))
        };
        if page.files.iter().all(has_stem) {
            Ok(page)
        } else {
            let what = "the server sent an unexpected file name";
            Err(PageFailure::internal(what))
        }
    }
}

/// Runs a stream to its end, then answers all pages that still wait.
async fn run_stream(
    channel: ServerChannel,
    requests: mpsc::Receiver<proto::RenderBatchRequest>,
    pending: Arc<Mutex<PendingPages>>,
) {
    let ended = receive(channel, requests, &pending).await;
    let status = ended.err().unwrap_or_else(stream_ended);
    let mut pending = lock(&pending);
    // Under the lock with the loop below: no page can be added in between and be forgotten.
    pending.closed = true;
    for page in std::mem::take(&mut pending.pages).into_values() {
        // A page that waits no longer needs no answer.
        let _ = page.answer.send(Err(PageRejection::from_stream_end(&status)));
    }
}

async fn receive(
    channel: ServerChannel,
    requests: mpsc::Receiver<proto::RenderBatchRequest>,
    pending: &Mutex<PendingPages>,
) -> Result<(), Status> {
    let requests = ReceiverStream::new(requests);
    let mut stream = typeset_client(channel).render_batch(requests).await?.into_inner();
    while let Some(proto::RenderBatchResponse { key, part }) = stream.message().await? {
        let mut pending = lock(pending);
        // A page that was given up gets no more messages; the rest of its response is ignored.
        let Some(mut page) = pending.pages.remove(&key) else { continue };
        let answer = match part {
            Some(Part::Response(message)) => match page.assembler.push(message) {
                Ok(()) => {
                    // More messages of the page will come.
                    pending.pages.insert(key, page);
                    continue;
                }
                Err(error) => Err(damaged_response(&error)),
            },
            Some(Part::Done(done)) => assemble_page(page.assembler, &done),
            Some(Part::Failure(failure)) => Err(failure.into()),
            None => {
                let error = broken_response("消息是空的 / empty message".to_owned());
                Err(damaged_response(&error))
            }
        };
        let _ = page.answer.send(answer);
    }
    Ok(())
}

/// Puts a page together from its messages.
///
/// # Errors
/// Files are missing, or the page is not the one that was announced.
fn assemble_page(
    mut assembler: PageAssembler,
    done: &proto::BatchPageDone,
) -> Result<FinishedPage, PageRejection> {
    let report = assembler.report.take().unwrap_or_default();
    let files = assembler.finish().map_err(|error| damaged_response(&error))?;
    // The end message repeats what a complete page must have.
    if files.len() != done.artifacts as usize || report.layout_hash != done.layout_hash {
        let error = broken_response("文件不全 / files are missing".to_owned());
        return Err(damaged_response(&error));
    }
    Ok(FinishedPage {
        layout_hash: report.layout_hash,
        stages: report.stage_times,
        files: files.into_iter().map(|file| (file.file_name, file.bytes)).collect(),
    })
}

/// Rejection of a response that was damaged on its way: the page is sent again.
fn damaged_response(error: &RemoteError) -> PageRejection {
    let failure = PageFailure::internal(error.lines.join("; "));
    PageRejection { failure, retry_after: Some(RETRY_WAIT) }
}

fn stream_ended() -> Status {
    Status::unavailable("服务已断开连接 / the server closed the stream")
}

impl PageRejection {
    /// Rejection by the status that ended a stream or an upload.
    fn from_status(status: &Status, kind: FailureKind) -> Self {
        let details = status.get_error_details();
        let code = details.error_info().map_or("BM-UNAVAILABLE", |info| info.reason.as_str());
        let message = Bilingual::new(status.message(), status.message());
        let failure = PageFailure::new(kind, code, message);
        // The server knows better than the code when to come back.
        let named = details.retry_info().and_then(|info| info.retry_delay);
        let retry_after = named.or(match status.code() {
            // A connection breaks with one of several codes.
            Code::Unavailable
            | Code::ResourceExhausted
            | Code::Unknown
            | Code::Internal
            | Code::Cancelled
            | Code::Aborted
            | Code::DataLoss
            | Code::DeadlineExceeded => Some(RETRY_WAIT),
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
        Self { failure, retry_after }
    }

    /// Rejection by the end of the stream, which concerns the connection and not the page.
    fn from_stream_end(status: &Status) -> Self {
        Self::from_status(status, FailureKind::Unreachable)
    }
}

impl From<proto::BatchPageFailure> for PageRejection {
    fn from(failure: proto::BatchPageFailure) -> Self {
        let proto::BatchPageFailure { status, code, message, findings, retry_after_seconds } =
            failure;
        let status = Code::from_i32(status.cast_signed());
        // A page that takes too long says nothing of the others.
        let kind = if status == Code::DeadlineExceeded {
            FailureKind::Rejected
        } else {
            failure_kind(status)
        };
        let message = message.unwrap_or_default();
        let failure = PageFailure::new(kind, &code, Bilingual::new(message.zh, message.en));
        let seconds = Duration::from_secs(retry_after_seconds.into());
        let retry_after = (retry_after_seconds > 0).then_some(seconds);
        Self { failure: PageFailure { findings, ..failure }, retry_after }
    }
}

/// Uploads a picture; a server that has it answers at once.
async fn upload(channel: ServerChannel, hash: &str, bytes: &[u8]) -> Result<(), PageRejection> {
    use proto::upload_picture_request::Part;
    let header = proto::UploadPictureHeader {
        sha256: hash.to_owned(),
        total_bytes: bytes.len() as u64,
        keep_seconds: 0,
    };
    let chunks = bytes.chunks(CHUNK_BYTES).map(|chunk| Part::Chunk(chunk.to_vec()));
    let parts = std::iter::once(Part::Header(header)).chain(chunks);
    let message = |part| proto::UploadPictureRequest { part: Some(part) };
    let messages: Vec<proto::UploadPictureRequest> = parts.map(message).collect();
    match typeset_client(channel).upload_picture(tokio_stream::iter(messages)).await {
        Ok(_) => Ok(()),
        Err(status) => Err(PageRejection::from_status(&status, failure_kind(status.code()))),
    }
}

/// Asks for the version of the server's engine. Only a page reports it, so one line is set.
async fn server_version(channel: ServerChannel) -> Result<String, Status> {
    let request = proto::PlanPageRequest {
        source: Some(proto::plan_page_request::Source::PlainCopy("版本\n\n版本。\n".into())),
        candidates: 1,
        ..proto::PlanPageRequest::default()
    };
    Ok(typeset_client(channel).plan_page(request).await?.into_inner().engine_version)
}

/// SHA-256 of the house styles and faces of a server.
async fn server_fingerprint(channel: ServerChannel) -> Result<String, Status> {
    let mut catalog = CatalogServiceClient::new(channel);
    let mut bytes = Vec::new();
    let mut request = proto::ListHouseStylesRequest::default();
    loop {
        let list = catalog.list_house_styles(request).await?.into_inner();
        // Messages encode their fields in one order, so equal lists give equal bytes.
        list.house_styles.iter().for_each(|style| bytes.extend(proto::encode(style)));
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
        list.fonts.iter().for_each(|font| bytes.extend(proto::encode(font)));
        if list.next_page_token.is_empty() {
            return Ok(sha256_hex(&bytes));
        }
        request = proto::ListFontsRequest {
            page_token: list.next_page_token,
            ..proto::ListFontsRequest::default()
        };
    }
}

async fn wait_until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::time::sleep(STOP_POLL).await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
