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
use crate::server::grpc::service::page_messages;
use crate::server::grpc::status::{error_status, translate_status};
use crate::server::status::status_of;
use crate::service::answer_stream::{AnswerReceiver, answer_channel};
use crate::service::caller::CallerIdentity;
use crate::service::calls::ServiceCalls;
use crate::service::refusal::{limited_findings, message_of};
use crate::service::rendered::RenderedPage;

type BatchOutlet = mpsc::Sender<Result<proto::RenderBatchResponse, Status>>;

/// A page that waits for room in the queue comes back so often.
const MAX_TRIES: u32 = 400;
const RETRY_PAUSE: Duration = Duration::from_millis(50);

/// What the pages of a batch share.
#[derive(Clone)]
struct BatchCall {
    calls: ServiceCalls,
    caller: CallerIdentity,
    outlet: BatchOutlet,
    /// The messages of a page stay together.
    page_lock: Arc<Mutex<()>>,
    /// Whether an answer was not taken in time.
    timed_out: Arc<watch::Sender<bool>>,
}

/// Renders pages as they come. No more is read than is in work: the rest waits with its sender.
pub(crate) fn render_batch(
    calls: ServiceCalls,
    caller: CallerIdentity,
    pages: Streaming<proto::RenderBatchRequest>,
) -> AnswerReceiver<Result<proto::RenderBatchResponse, Status>> {
    let (out, last, sending) = answer_channel();
    tokio::spawn(async move {
        let (late, mut lateness) = watch::channel(false);
        let batch = BatchCall {
            calls,
            caller,
            outlet: out,
            page_lock: Arc::default(),
            timed_out: Arc::new(late),
        };
        let over = || Err(error_status(&Error::DeadlineExceeded, batch.caller.language("")));
        let time = async {
            match batch.caller.requested_deadline {
                Some(asked) => tokio::time::sleep_until(asked.into()).await,
                None => std::future::pending().await,
            }
        };
        let end = tokio::select! {
            end = read_requests(&batch, pages) => end,
            // The caller has gone: what is in work stops.
            () = batch.outlet.closed() => Ok(()),
            // A caller that takes nothing is not waited for.
            _ = lateness.wait_for(|late| *late) => over(),
            () = time => over(),
        };
        // The page that was late may have been the last one: half of it is not told as whole.
        let end = if *lateness.borrow() { over() } else { end };
        // It comes after all that is on its way, however slowly that is taken.
        if let Err(status) = end {
            last.set(Err(status));
            let CallerIdentity { stalled: stuck, stall_limit: patience, .. } = batch.caller.clone();
            drop(batch);
            last.wait_for_reader(&stuck, patience).await;
        }
    });
    sending
}

/// Reads and renders to the end of the requests. What is in work is finished before anything is told of the stream.
async fn read_requests(
    batch: &BatchCall,
    mut pages: Streaming<proto::RenderBatchRequest>,
) -> Result<(), Status> {
    let language = batch.caller.language("");
    // One more than there are threads, so that none waits for the next page to be read.
    let ahead = Arc::new(Semaphore::new(batch.calls.config().workers + 1));
    let mut keys = BTreeSet::new();
    let mut leaving = batch.caller.connection_closing.clone();
    let mut working = JoinSet::new();
    let end = loop {
        while working.try_join_next().is_some() {}
        let Ok(permit) = Arc::clone(&ahead).acquire_owned().await else { break Ok(()) };
        let next = tokio::select! {
            next = pages.message() => next.map_err(|status| translate_status(status, language)),
            // The connection is to end: other pages are for the next one.
            _ = leaving.wait_for(|leaving| *leaving) => Err(error_status(&Error::Draining, language)),
        };
        let request = match next {
            Ok(Some(request)) => request,
            Ok(None) => break Ok(()),
            Err(status) => break Err(status),
        };
        let proto::RenderBatchRequest { key, render } = request;
        let known = check_key(&key, keys.len(), !keys.contains(&key));
        if known.is_ok() {
            keys.insert(key.clone());
        }
        let page = BatchCallPage { batch: batch.clone(), key };
        working.spawn(async move {
            page.run(known, render).await;
            drop(permit);
        });
    };
    while working.join_next().await.is_some() {}
    end
}

/// Whether a key can be told from the others.
fn check_key(key: &str, known: usize, new: bool) -> Result<(), Error> {
    let told = |zh: &str, en: &str| {
        let place = FindingPlace::of_field("key");
        Err(Error::rejected(Finding::new(FindingCode::BadValue, place, Bilingual::new(zh, en))))
    };
    let length = key.chars().count();
    if !(1..=128).contains(&length) {
        return told("标识应有 1 至 128 字", "a key has 1 to 128 characters");
    }
    if !new {
        return told("标识在本批中重复", "the key is used twice in this batch");
    }
    if known >= BATCH_PAGES_MAX {
        let (zh, en) = (
            format!("一批至多 {BATCH_PAGES_MAX} 版"),
            format!("a batch has {BATCH_PAGES_MAX} pages at most"),
        );
        return told(&zh, &en);
    }
    Ok(())
}

/// One page of a batch.
struct BatchCallPage {
    batch: BatchCall,
    key: String,
}

impl BatchCallPage {
    async fn run(mut self, known: Result<(), Error>, render: Option<proto::RenderPageRequest>) {
        let most = Duration::from_secs(self.batch.calls.config().deadline_seconds);
        // Each page has the time of a call, all of them the time that the caller gives the stream.
        let latest = Instant::now() + most;
        self.batch.caller.deadline =
            self.batch.caller.requested_deadline.map_or(latest, |asked| asked.min(latest));
        let made = match known {
            Ok(()) => self.render(render.unwrap_or_default()).await,
            Err(error) => Err(error),
        };
        let _together = self.batch.page_lock.lock().await;
        if tokio::time::timeout(most, self.send_page(made)).await.is_err() {
            self.batch.timed_out.send_replace(true);
        }
    }

    /// Waits for room in the queue, where a single call would be turned away: nobody sits before a batch.
    async fn render(&self, request: proto::RenderPageRequest) -> Result<Arc<RenderedPage>, Error> {
        let mut tries = 0;
        loop {
            match self.batch.calls.render(&self.batch.caller, request.clone(), true).await {
                Err(Error::Busy)
                    if tries < MAX_TRIES && Instant::now() < self.batch.caller.deadline =>
                {
                    tries += 1;
                    tokio::time::sleep(RETRY_PAUSE).await;
                }
                made => return made,
            }
        }
    }

    async fn send_page(&self, made: Result<Arc<RenderedPage>, Error>) {
        let last = match made {
            Err(error) => Part::Failure(page_failure(&error)),
            Ok(sheet) => {
                for part in page_messages(Arc::clone(&sheet)) {
                    if !self.send_part(Part::Response(part)).await {
                        return;
                    }
                }
                match &sheet.files {
                    Ok(files) => Part::Done(proto::BatchPageDone {
                        layout_hash: sheet.report.layout_hash.clone(),
                        artifacts: u32::try_from(files.len()).unwrap_or(u32::MAX),
                    }),
                    Err(error) => Part::Failure(page_failure(error)),
                }
            }
        };
        self.send_part(last).await;
    }

    /// Whether the caller is still there.
    async fn send_part(&self, part: Part) -> bool {
        let message = proto::RenderBatchResponse { key: self.key.clone(), part: Some(part) };
        self.batch.outlet.send(Ok(message)).await.is_ok()
    }
}

/// What became of a page, as the status of a single call would have it.
fn page_failure(error: &Error) -> proto::BatchPageFailure {
    let (row, words) = (status_of(error), message_of(error));
    proto::BatchPageFailure {
        status: row.grpc,
        code: error.reason_code().to_owned(),
        message: Some(report::localized(&words)),
        findings: limited_findings(error.findings()).into_iter().map(report::finding).collect(),
        retry_after_seconds: row
            .retry_after
            .map_or(0, |retry| u32::try_from(retry.as_secs()).unwrap_or(u32::MAX)),
    }
}
