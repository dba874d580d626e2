//! `RenderBatch`: many pages over one stream, each by itself.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tonic::{Status, Streaming};

use crate::config::BATCH_PAGES_MAX;
use crate::error::Error;
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::proto;
use crate::proto::render_batch_response::Part;
use crate::report;
use crate::server::grpc::messages::page_messages;
use crate::server::grpc::status::{error_status, translate_status};
use crate::server::status::status_of;
use crate::service::caller::CallContext;
use crate::service::calls::ServiceCalls;
use crate::service::rejection::{limited_findings, message_of};
use crate::service::rendered::RenderedPage;
use crate::service::response_stream::{ResponseReceiver, response_channel};
use crate::service::workers::QueueClass;

type BatchOutlet = mpsc::Sender<Result<proto::RenderBatchResponse, Status>>;

/// Attempts to put a page into a full queue.
const MAX_TRIES: u32 = 400;
/// Wait between two attempts.
const RETRY_PAUSE: Duration = Duration::from_millis(50);

/// State that the pages of a batch share.
#[derive(Clone)]
struct BatchCall {
    calls: ServiceCalls,
    caller: CallContext,
    outlet: BatchOutlet,
    /// Held while a page is sent, so that its messages stay together.
    page_lock: Arc<Mutex<()>>,
    /// True once a page was not read in time.
    timed_out: Arc<watch::Sender<bool>>,
}

/// Renders pages as they come. No more pages are read than are in work: the rest waits with its
/// sender.
pub(super) fn render_batch(
    calls: ServiceCalls,
    caller: CallContext,
    pages: Streaming<proto::RenderBatchRequest>,
) -> ResponseReceiver<Result<proto::RenderBatchResponse, Status>> {
    let (outlet, last, receiver) = response_channel();
    // The response is returned at once; pages go into it as they are made.
    tokio::spawn(async move {
        let (timed_out, mut has_timed_out) = watch::channel(false);
        let timed_out = Arc::new(timed_out);
        let batch = BatchCall { calls, caller, outlet, page_lock: Arc::default(), timed_out };
        let late = || Err(error_status(&Error::DeadlineExceeded, batch.caller.default_language()));
        let requested_deadline = async {
            match batch.caller.requested_deadline {
                Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
                None => std::future::pending().await,
            }
        };
        let end = tokio::select! {
            end = read_requests(&batch, pages) => end,
            // The caller has gone: pages in work stop.
            () = batch.outlet.closed() => Ok(()),
            // A caller that has stopped reading is not waited for.
            _ = has_timed_out.wait_for(|timed_out| *timed_out) => late(),
            () = requested_deadline => late(),
        };
        // The page that was late may have been the last one: half of it must not end as a whole.
        let end = if *has_timed_out.borrow() { late() } else { end };
        // The status comes after all messages that are on their way, however slowly they are read.
        if let Err(status) = end {
            last.set(Err(status));
            let delivery = batch.caller.delivery();
            drop(batch);
            last.wait_for_reader(&delivery).await;
        }
    });
    receiver
}

/// Reads and renders pages to the end of the requests. Pages in work are finished before the end of
/// the stream is reported.
async fn read_requests(
    batch: &BatchCall,
    mut pages: Streaming<proto::RenderBatchRequest>,
) -> Result<(), Status> {
    let language = batch.caller.default_language();
    // One page more than there are threads, so that none waits for the next page to be read.
    let ahead = Arc::new(Semaphore::new(batch.calls.config().workers + 1));
    let mut keys = BTreeSet::new();
    let mut closing = batch.caller.connection_closing.clone();
    let mut working = JoinSet::new();
    let end = loop {
        while working.try_join_next().is_some() {}
        // Taken before the next page is read: this is what holds back a fast sender.
        let Ok(permit) = Arc::clone(&ahead).acquire_owned().await else { break Ok(()) };
        let next = tokio::select! {
            next = pages.message() => next.map_err(|status| translate_status(status, language)),
            // The connection is about to close: further pages are for the next one.
            _ = closing.wait_for(|closing| *closing) => {
                Err(error_status(&Error::Draining, language))
            }
        };
        let request = match next {
            Ok(Some(request)) => request,
            Ok(None) => break Ok(()),
            Err(status) => break Err(status),
        };
        let proto::RenderBatchRequest { key, render } = request;
        // A bad key fails its page, not the batch.
        let checked = check_key(&key, &keys);
        if checked.is_ok() {
            keys.insert(key.clone());
        }
        let page = BatchCallPage { batch: batch.clone(), key };
        working.spawn(async move {
            // Pages run side by side and end in any order; their keys tell them apart.
            page.run(checked, render).await;
            drop(permit);
        });
    };
    while working.join_next().await.is_some() {}
    end
}

/// Checks that a key is new in its batch and has 1 to 128 characters, and that the batch is not too
/// long.
fn check_key(key: &str, keys: &BTreeSet<String>) -> Result<(), Error> {
    let reject = |zh: &str, en: &str| {
        let place = FindingPlace::of_field("key");
        Err(Error::rejected(Finding::new(FindingCode::BadValue, place, Bilingual::new(zh, en))))
    };
    let length = key.chars().count();
    if !(1..=128).contains(&length) {
        return reject("标识应有 1 至 128 个字符", "a key must have 1 to 128 characters");
    }
    if keys.contains(key) {
        return reject("标识在本批中重复", "the key is used twice in this batch");
    }
    if keys.len() >= BATCH_PAGES_MAX {
        let zh = format!("一批至多 {BATCH_PAGES_MAX} 版");
        let en = format!("a batch has at most {BATCH_PAGES_MAX} pages");
        return reject(&zh, &en);
    }
    Ok(())
}

/// One page of a batch.
struct BatchCallPage {
    batch: BatchCall,
    key: String,
}

impl BatchCallPage {
    async fn run(mut self, checked: Result<(), Error>, render: Option<proto::RenderPageRequest>) {
        let page_time = Duration::from_secs(self.batch.calls.config().deadline_seconds);
        // Each page has the time of a call; all of them have the time that the caller gives the
        // stream.
        let latest = Instant::now() + page_time;
        let requested = self.batch.caller.requested_deadline;
        self.batch.caller.deadline = requested.map_or(latest, |requested| requested.min(latest));
        let rendered = match checked {
            Ok(()) => self.render(render.unwrap_or_default()).await,
            Err(error) => Err(error),
        };
        // Held until the page is sent. A page that waits for it keeps its permit, so no more pages
        // are read.
        let _messages_together = self.batch.page_lock.lock().await;
        if tokio::time::timeout(page_time, self.send_page(rendered)).await.is_err() {
            // The stream may hold half of a page now, so the batch cannot continue.
            self.batch.timed_out.send_replace(true);
        }
    }

    /// Renders the page. It waits for room in the queue, where a single call would be rejected,
    /// because no person is waiting for it.
    async fn render(&self, request: proto::RenderPageRequest) -> Result<Arc<RenderedPage>, Error> {
        let BatchCall { calls, caller, .. } = &self.batch;
        let mut tries = 0;
        loop {
            match calls.render(caller, request.clone(), QueueClass::Batch).await {
                Err(Error::Busy) if tries < MAX_TRIES && Instant::now() < caller.deadline => {
                    tries += 1;
                    tokio::time::sleep(RETRY_PAUSE).await;
                }
                rendered => return rendered,
            }
        }
    }

    async fn send_page(&self, rendered: Result<Arc<RenderedPage>, Error>) {
        let last = match rendered {
            Err(error) => Part::Failure(page_failure(&error)),
            Ok(page) => {
                for message in page_messages(Arc::clone(&page)) {
                    if !self.send_part(Part::Response(message)).await {
                        return;
                    }
                }
                match &page.files {
                    Ok(files) => Part::Done(proto::BatchPageDone {
                        layout_hash: page.report.layout_hash.clone(),
                        artifacts: u32::try_from(files.len()).unwrap_or(u32::MAX),
                    }),
                    Err(error) => Part::Failure(page_failure(error)),
                }
            }
        };
        self.send_part(last).await;
    }

    /// Sends a message; false if the caller has gone.
    async fn send_part(&self, part: Part) -> bool {
        let message = proto::RenderBatchResponse { key: self.key.clone(), part: Some(part) };
        self.batch.outlet.send(Ok(message)).await.is_ok()
    }
}

/// Failure of a page with the status that a single call would have.
fn page_failure(error: &Error) -> proto::BatchPageFailure {
    let (status, message) = (status_of(error), message_of(error));
    proto::BatchPageFailure {
        status: status.grpc,
        code: error.reason_code().to_owned(),
        message: Some(report::localized(&message)),
        findings: limited_findings(error.findings()).into_iter().map(report::finding).collect(),
        retry_after_seconds: status
            .retry_after
            .map_or(0, |retry| u32::try_from(retry.as_secs()).unwrap_or(u32::MAX)),
    }
}
