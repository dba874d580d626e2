//! The methods of the service, whichever protocol a call came in by: gRPC, HTTP, batches.
//!
//! A call waits for its turn in the worker pool, runs on the engine of its tenant with the pictures
//! that the tenant uploaded, and stops when its caller goes or its time is up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::config::ServiceConfig;
use crate::engine::Engine;
use crate::error::Error;
use crate::image::PictureSupply;
use crate::proto;
use crate::proto::picture::Content;
use crate::service::answer_cache::{AnswerCache, AnswerKey, AnswerSource};
use crate::service::call_watch::{CallWatch, WaitGuard};
use crate::service::caller::{CallContext, CallHeaders, call_deadline, queue_name_of};
use crate::service::engines::EngineRegistry;
use crate::service::load::{CurrentLoad, resident_bytes};
use crate::service::metrics::{PageResult, ServiceMetrics};
use crate::service::peer::PeerConnection;
use crate::service::picture_store::PictureStore;
use crate::service::rendered::RenderedPage;
use crate::service::request_bytes::{RequestBytes, RequestMemory};
use crate::service::tenants::CallMeter;
use crate::service::workers::{QueueClass, WorkerPool};

/// Characters of `accept-language` that are kept: longer headers name no language of the service.
const ACCEPT_LANGUAGE_CHARS: usize = 256;

/// The methods of the service. Clones share one state.
#[derive(Clone, Debug)]
pub(crate) struct ServiceCalls(Arc<CallsInner>);

#[derive(Debug)]
struct CallsInner {
    engines: EngineRegistry,
    pool: WorkerPool,
    answer_cache: AnswerCache,
    picture_store: PictureStore,
    meter: CallMeter,
    metrics: Arc<ServiceMetrics>,
    draining: AtomicBool,
    request_memory: RequestMemory,
    config: ServiceConfig,
}

impl ServiceCalls {
    /// Starts the workers of a service. The configuration has been checked.
    ///
    /// # Errors
    /// The system gives no threads.
    pub(crate) fn new(
        engines: EngineRegistry,
        config: &ServiceConfig,
        metrics: Arc<ServiceMetrics>,
    ) -> std::io::Result<Self> {
        Ok(Self(Arc::new(CallsInner {
            engines,
            pool: WorkerPool::new(config.workers, config.queue)?,
            answer_cache: AnswerCache::new(config.cache_bytes),
            picture_store: PictureStore::new(config.pictures_bytes),
            meter: CallMeter::default(),
            metrics,
            draining: AtomicBool::new(false),
            request_memory: RequestMemory::new(config.requests_bytes),
            config: config.clone(),
        })))
    }

    /// Engines in use.
    pub(crate) fn engines(&self) -> &EngineRegistry {
        &self.0.engines
    }

    /// Metrics of the service.
    pub(crate) fn metrics(&self) -> &Arc<ServiceMetrics> {
        &self.0.metrics
    }

    /// Settings of the service.
    pub(crate) fn config(&self) -> &ServiceConfig {
        &self.0.config
    }

    /// Uploaded pictures.
    pub(crate) fn picture_store(&self) -> &PictureStore {
        &self.0.picture_store
    }

    /// Begins to count the bytes of a request.
    pub(crate) fn new_request_bytes(&self) -> RequestBytes {
        self.0.request_memory.new_request()
    }

    /// From now on the service reports that it is not ready.
    pub(crate) fn begin_draining(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    /// True once the service is stopping.
    pub(crate) fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    /// Checks that another call would be taken.
    ///
    /// # Errors
    /// The reason why not.
    pub(crate) fn check_ready(&self) -> Result<(), &'static str> {
        // Draining comes first: it does not pass, a full queue does.
        if self.is_draining() {
            Err("draining")
        } else if !self.0.pool.has_room() {
            Err("queue full")
        } else {
            Ok(())
        }
    }

    /// All metrics as text.
    pub(crate) fn metrics_text(&self) -> String {
        self.0.metrics.text(CurrentLoad {
            jobs: self.0.pool.load(),
            answers: self.0.answer_cache.usage(),
            pictures: self.0.picture_store.remove_expired(),
            resident_bytes: resident_bytes(),
            ready: self.check_ready().is_ok(),
        })
    }

    /// Identifies the caller of a call.
    ///
    /// # Errors
    /// No valid token where the service has tenants, or too many calls.
    pub(crate) fn identify_caller(
        &self,
        headers: CallHeaders<'_>,
        peer: Option<&PeerConnection>,
    ) -> Result<CallContext, Error> {
        // A call that is not read yet will hold the bytes of a message as soon as it is.
        // The call itself is counted already, so the limit is exceeded only by one more.
        if self.0.metrics.in_flight.get() > i64::from(self.0.config.calls) {
            return Err(Error::Busy);
        }
        let engines = self.0.engines.current();
        let config = &self.0.config;
        let deadline = call_deadline(headers.timeout, Duration::from_secs(config.deadline_seconds));
        let accept_language = headers.accept_language.unwrap_or_default();
        // Without tenants all callers share one quota, and the address tells their queues apart.
        let mut caller = CallContext {
            tenant: "".into(),
            queue_limit: config.queue,
            queue_name: queue_name_of(peer.map(|peer| peer.address.ip())),
            accept_language: accept_language
                .chars()
                .take(ACCEPT_LANGUAGE_CHARS)
                .collect::<String>()
                .into(),
            deadline: deadline.effective,
            requested_deadline: deadline.requested,
            connection_closing: peer
                .map_or_else(|| watch::channel(false).1, |peer| peer.closing.clone()),
            stalled: peer.map(|peer| Arc::clone(&peer.stalled)).unwrap_or_default(),
            stall_limit: Duration::from_secs(config.stall_seconds),
            details: Arc::default(),
        };
        if engines.tenants.requires_token() {
            let tenant = engines.tenants.authenticate(headers.authorization)?;
            // After the token is known to be right, so that nobody else can use up a tenant's
            // calls.
            self.0.meter.count_call(tenant, Instant::now())?;
            caller.tenant = Arc::clone(&tenant.name);
            caller.queue_name = Arc::clone(&tenant.name);
            caller.queue_limit = tenant.queue_limit;
        }
        Ok(caller)
    }

    /// Typesets a page, or returns the page that an equal request made before.
    ///
    /// # Errors
    /// The reason why there is not even a report.
    pub(crate) async fn render(
        &self,
        caller: &CallContext,
        mut request: proto::RenderPageRequest,
        class: QueueClass,
    ) -> Result<Arc<RenderedPage>, Error> {
        use proto::render_page_request::Source;
        // The locale chooses the language of a rejection and does not change the page.
        request.locale.clear();
        let engines = self.0.engines.current();
        let record = match &request.source {
            Some(Source::Page(record)) => Some(record),
            Some(Source::PlainCopy(_)) | None => None,
        };
        // Set before the page is made, so that a call that fails has its page in the log too.
        caller.update_details(|details| details.page = page_label(&request.name, record));
        // Found before the key is made: the pictures are part of it, and may expire while the page
        // waits.
        let uploaded = self.uploaded_pictures(caller, record);
        let encoded = proto::encode(&request);
        let key = AnswerKey::new(&caller.tenant, engines.number, &encoded, &uploaded.hashes);
        let engine = engines.engine(&caller.tenant).clone().with_pictures(uploaded.pictures);
        let metrics = Arc::clone(&self.0.metrics);
        // A future does nothing before it is awaited: if the page is cached, no job is queued.
        let make = self.run_on_worker(caller, class, move |watch| {
            let rendered = engine.render(request, watch);
            let page = rendered.map(|result| Arc::new(RenderedPage::from(result)));
            count_page(&metrics, &page);
            page
        });
        // Calls with equal requests wait for one of them; if that one fails, the next makes the
        // page.
        let answer = self.0.answer_cache.get_or_make(key, make);
        // Here too, because this call may wait for the page of another one with a later deadline.
        let answer = tokio::time::timeout_at(caller.deadline.into(), answer).await;
        let (page, source) = answer.unwrap_or(Err(Error::DeadlineExceeded))?;
        self.0.metrics.record_answer(source);
        caller.update_details(|details| {
            details.layout_hash.clone_from(&page.report.layout_hash);
            // A cached page carries the times of the call that made it.
            if source == AnswerSource::Made {
                details.stage_times.clone_from(&page.report.stage_times);
            }
        });
        Ok(page)
    }

    /// Makes a page up without drawing it.
    ///
    /// # Errors
    /// As [`Engine::plan`].
    pub(crate) async fn plan(
        &self,
        caller: &CallContext,
        request: proto::PlanPageRequest,
    ) -> Result<proto::PlanPageResponse, Error> {
        use proto::plan_page_request::Source;
        let record = match &request.source {
            Some(Source::Page(record)) => Some(record),
            Some(Source::PlainCopy(_)) | None => None,
        };
        let uploaded = self.uploaded_pictures(caller, record);
        let engine = self.engine_of(caller).with_pictures(uploaded.pictures);
        let plan = move |watch: &CallWatch| engine.plan(request, watch);
        self.run_on_worker(caller, QueueClass::Interactive, plan).await
    }

    /// Measures one article.
    ///
    /// # Errors
    /// As [`Engine::measure`].
    pub(crate) async fn measure(
        &self,
        caller: &CallContext,
        request: proto::MeasureArticleRequest,
    ) -> Result<proto::MeasureArticleResponse, Error> {
        // An article has no page whose pictures it could show.
        let hashes = request.article.iter().flat_map(|article| picture_hashes(&article.pictures));
        let mut pictures = PictureSupply::default();
        self.0.picture_store.find_pictures(&caller.tenant, hashes, &mut pictures);
        let engine = self.engine_of(caller).with_pictures(pictures);
        let measure = move |watch: &CallWatch| engine.measure(request, watch);
        self.run_on_worker(caller, QueueClass::Interactive, measure).await
    }

    /// Engine of a caller.
    pub(crate) fn engine_of(&self, caller: &CallContext) -> Engine {
        self.0.engines.current().engine(&caller.tenant).clone()
    }

    /// Finds the uploaded pictures that a record names.
    fn uploaded_pictures<'a>(
        &self,
        caller: &CallContext,
        record: Option<&'a proto::PageRecord>,
    ) -> UploadedPictures<'a> {
        let mut pictures = PictureSupply::default();
        let hashes = record.into_iter().flat_map(|record| {
            let of_articles =
                record.articles.iter().flat_map(|article| picture_hashes(&article.pictures));
            of_articles.chain(picture_hashes(&record.pictures))
        });
        let store = &self.0.picture_store;
        let hashes = store.find_pictures(&caller.tenant, hashes, &mut pictures);
        UploadedPictures { pictures, hashes }
    }

    /// Runs work on a worker. It stops when the caller goes or the deadline passes.
    pub(crate) async fn run_on_worker<T: Send + 'static>(
        &self,
        caller: &CallContext,
        class: QueueClass,
        work: impl FnOnce(&CallWatch) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (watch, guard): (CallWatch, WaitGuard) = CallWatch::new(Some(caller.deadline));
        let (metrics, queued) = (Arc::clone(&self.0.metrics), Instant::now());
        // The span goes along, because a worker thread knows nothing of the task that waits.
        let (still_wanted, span) = (watch.still_wanted(), tracing::Span::current());
        let job = self.0.pool.run(caller.queue_key(class), still_wanted, move || {
            metrics.record_queue_wait(queued.elapsed());
            span.in_scope(|| work(&watch))
        });
        // The queue and the work check the deadline too; this ends the wait if neither gets to it.
        let result = tokio::time::timeout_at(caller.deadline.into(), job).await;
        // The caller has gone, or has the result.
        drop(guard);
        // Panics arrive here as internal errors.
        if let Ok(Err(Error::Internal(_))) = &result {
            self.0.metrics.record_panic();
        }
        result.unwrap_or(Err(Error::DeadlineExceeded))
    }
}

/// Uploaded pictures that a record names.
struct UploadedPictures<'a> {
    pictures: PictureSupply,
    /// SHA-256 of those that were found.
    hashes: Vec<&'a str>,
}

/// Name of a page in the log: the name of its files, else its date and number.
fn page_label(name: &str, record: Option<&proto::PageRecord>) -> String {
    let label = match record {
        Some(record) if name.is_empty() => format!("{} {}", record.date, record.number),
        Some(_) | None => name.to_owned(),
    };
    label.trim().chars().take(64).collect()
}

/// SHA-256 of the pictures that are named by it.
fn picture_hashes(pictures: &[proto::Picture]) -> impl Iterator<Item = &str> {
    pictures.iter().filter_map(|picture| match &picture.content {
        Some(Content::Sha256(hash)) => Some(hash.as_str()),
        Some(Content::Data(_)) | None => None,
    })
}

/// Counts a page by its result.
fn count_page(metrics: &ServiceMetrics, page: &Result<Arc<RenderedPage>, Error>) {
    match page {
        Ok(page) => {
            let fits = page.report.geometry.iter().flat_map(|geometry| &geometry.fit);
            let overset_chars = fits.map(|fit| u64::from(fit.over_chars)).sum();
            let result = if page.files.is_ok() { PageResult::Made } else { PageResult::Unfit };
            metrics.record_page(result, &page.report.stage_times, overset_chars);
        }
        // Faults of the caller are counted apart from those of the service.
        Err(Error::Rejected(_) | Error::NotFound { .. } | Error::Unsupported { .. }) => {
            metrics.record_page(PageResult::Rejected, &[], 0);
        }
        Err(_) => metrics.record_page(PageResult::Failed, &[], 0),
    }
}
