//! The calls of the service, whichever door they come through: gRPC, HTTP, batches.
//!
//! A call waits its turn in the pool, runs on the engine of its tenant with the pictures that tenant uploaded, and stops
//! when its caller goes or its time is up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::config::ServiceConfig;
use crate::engine::Engine;
use crate::error::Error;
use crate::image::PictureSupply;
use crate::proto;
use crate::proto::picture::Content;
use crate::service::answer_cache::{AnswerCache, AnswerKey};
use crate::service::call_watch::{CallWatch, WaitGuard};
use crate::service::caller::{CallerIdentity, call_deadline, queue_name_of};
use crate::service::engines::EngineRegistry;
use crate::service::metrics::{CurrentLoad, ServiceMetrics, resident_bytes};
use crate::service::peer::PeerConnection;
use crate::service::picture_store::PictureStore;
use crate::service::rendered::RenderedPage;
use crate::service::tenants::CallMeter;
use crate::service::workers::WorkerPool;

/// What all doors share. Clones share it.
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
    /// Bytes of requests that are being read, wait or are in work.
    request_bytes: AtomicU64,
    config: ServiceConfig,
}

/// What a call brings along in its headers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CallHeaders<'a> {
    /// `authorization`.
    pub(crate) authorization: Option<&'a str>,
    /// `accept-language`.
    pub(crate) accept_language: Option<&'a str>,
    /// `grpc-timeout`.
    pub(crate) timeout: Option<&'a str>,
}

impl ServiceCalls {
    /// The calls of a configuration that was checked, on the engines in use.
    ///
    /// # Errors
    /// The system gives no threads.
    pub(crate) fn new(
        live: EngineRegistry,
        config: &ServiceConfig,
        metrics: Arc<ServiceMetrics>,
    ) -> std::io::Result<Self> {
        Ok(Self(Arc::new(CallsInner {
            engines: live,
            pool: WorkerPool::new(config.workers, config.queue)?,
            answer_cache: AnswerCache::new(config.cache_bytes),
            picture_store: PictureStore::new(config.pictures_bytes),
            meter: CallMeter::default(),
            metrics,
            draining: AtomicBool::new(false),
            request_bytes: AtomicU64::new(0),
            config: config.clone(),
        })))
    }

    /// The engines in use.
    pub(crate) fn engines(&self) -> &EngineRegistry {
        &self.0.engines
    }

    /// The figures.
    pub(crate) fn metrics(&self) -> &Arc<ServiceMetrics> {
        &self.0.metrics
    }

    /// The settings.
    pub(crate) fn config(&self) -> &ServiceConfig {
        &self.0.config
    }

    /// The uploaded pictures.
    pub(crate) fn picture_store(&self) -> &PictureStore {
        &self.0.picture_store
    }

    /// Room for the bytes of a request; empty as yet.
    pub(crate) fn track_request_bytes(&self) -> Arc<RequestBytes> {
        Arc::new(RequestBytes { calls: self.clone(), reserved: AtomicU64::new(0) })
    }

    /// From now on the service says that it is not ready.
    pub(crate) fn begin_draining(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    /// Whether the service is about to end.
    pub(crate) fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    /// Whether another call would be taken.
    pub(crate) fn check_ready(&self) -> Result<(), &'static str> {
        if self.is_draining() {
            Err("draining")
        } else if !self.0.pool.has_room() {
            Err("queue full")
        } else {
            Ok(())
        }
    }

    /// All figures as text.
    pub(crate) fn metrics_text(&self) -> String {
        self.0.metrics.text(CurrentLoad {
            jobs: self.0.pool.load(),
            answers: self.0.answer_cache.usage(),
            pictures: self.0.picture_store.remove_expired(),
            resident_bytes: resident_bytes(),
            ready: self.check_ready().is_ok(),
        })
    }

    /// Who calls.
    ///
    /// # Errors
    /// No valid token where the service has tenants, or too many calls.
    pub(crate) fn identify_caller(
        &self,
        headers: CallHeaders<'_>,
        peer: Option<&PeerConnection>,
    ) -> Result<CallerIdentity, Error> {
        // A call that is not yet read holds a message's bytes as soon as it is.
        if self.0.metrics.in_flight.get() > i64::from(self.0.config.calls) {
            return Err(Error::Busy);
        }
        let set = self.0.engines.current();
        let most = Duration::from_secs(self.0.config.deadline_seconds);
        let (deadline, asked) = call_deadline(headers.timeout, most);
        let mut caller = CallerIdentity {
            tenant: "".into(),
            queue_limit: self.0.config.queue,
            queue_name: queue_name_of(peer.map(|peer| peer.address.ip())),
            // Longer headers say nothing that is served.
            accept_language: headers
                .accept_language
                .unwrap_or_default()
                .chars()
                .take(256)
                .collect::<String>()
                .into(),
            deadline,
            requested_deadline: asked,
            connection_closing: peer
                .map_or_else(|| watch::channel(false).1, |peer| peer.closing.clone()),
            stalled: peer.map(|peer| Arc::clone(&peer.stalled)).unwrap_or_default(),
            stall_limit: Duration::from_secs(self.0.config.stall_seconds),
            details: Arc::default(),
        };
        if set.tenants.requires_token() {
            let tenant = set.tenants.authenticate(headers.authorization)?;
            self.0.meter.count_call(tenant, Instant::now())?;
            caller.tenant = Arc::clone(&tenant.name);
            caller.queue_name = Arc::clone(&tenant.name);
            caller.queue_limit = tenant.queue_limit;
        }
        Ok(caller)
    }

    /// Typesets a page, or hands out the one that the same request gave before.
    ///
    /// # Errors
    /// Why there is not even a report.
    pub(crate) async fn render(
        &self,
        caller: &CallerIdentity,
        mut request: proto::RenderPageRequest,
        batch: bool,
    ) -> Result<Arc<RenderedPage>, Error> {
        use proto::render_page_request::Source;
        // It chooses the language of a refusal, which is not the page's.
        request.locale.clear();
        let set = self.0.engines.current();
        let record = match &request.source {
            Some(Source::Page(record)) => Some(record),
            Some(Source::PlainCopy(_)) | None => None,
        };
        caller.update_details(|about| about.page = page_label(&request.name, record));
        let (pictures, found) = self.uploaded_pictures(caller, record);
        let key = AnswerKey::new(&caller.tenant, set.number, &proto::encode(&request), &found);
        let engine = set.engine(&caller.tenant).clone().with_pictures(pictures);
        let metrics = Arc::clone(&self.0.metrics);
        let make = self.run_on_worker(caller, batch, move |watch| {
            let made = engine.render(request, watch);
            let sheet =
                made.map(|rendered| Arc::new(RenderedPage::new(rendered, watch.stage_times())));
            count_page(&metrics, &sheet);
            sheet
        });
        let answer = tokio::time::timeout_at(
            caller.deadline.into(),
            self.0.answer_cache.get_or_make(key, make),
        );
        let (sheet, hit) = answer.await.unwrap_or(Err(Error::DeadlineExceeded))?;
        self.0.metrics.record_answer(hit);
        caller.update_details(|about| {
            about.layout_hash.clone_from(&sheet.report.layout_hash);
            if !hit {
                about.stage_times.clone_from(&sheet.report.stage_times);
            }
        });
        Ok(sheet)
    }

    /// Makes a page up without drawing it.
    ///
    /// # Errors
    /// As [`Engine::plan`].
    pub(crate) async fn plan(
        &self,
        caller: &CallerIdentity,
        request: proto::PlanPageRequest,
    ) -> Result<proto::PlanPageResponse, Error> {
        use proto::plan_page_request::Source;
        let record = match &request.source {
            Some(Source::Page(record)) => Some(record),
            Some(Source::PlainCopy(_)) | None => None,
        };
        let (pictures, _) = self.uploaded_pictures(caller, record);
        let engine = self.engine_of(caller).with_pictures(pictures);
        self.run_on_worker(caller, false, move |watch| engine.plan(request, watch)).await
    }

    /// Measures one article.
    ///
    /// # Errors
    /// As [`Engine::measure`].
    pub(crate) async fn measure(
        &self,
        caller: &CallerIdentity,
        request: proto::MeasureArticleRequest,
    ) -> Result<proto::MeasureArticleResponse, Error> {
        let sums = request.article.iter().flat_map(|article| picture_hashes(&article.pictures));
        let mut pictures = PictureSupply::default();
        self.0.picture_store.find_pictures(&caller.tenant, sums, &mut pictures);
        let engine = self.engine_of(caller).with_pictures(pictures);
        self.run_on_worker(caller, false, move |watch| engine.measure(request, watch)).await
    }

    /// The engine of a caller.
    pub(crate) fn engine_of(&self, caller: &CallerIdentity) -> Engine {
        self.0.engines.current().engine(&caller.tenant).clone()
    }

    /// The uploaded pictures that a record names.
    fn uploaded_pictures<'a>(
        &self,
        caller: &CallerIdentity,
        record: Option<&'a proto::PageRecord>,
    ) -> (PictureSupply, Vec<&'a str>) {
        let mut pictures = PictureSupply::default();
        let sums = record.into_iter().flat_map(|record| {
            let theirs =
                record.articles.iter().flat_map(|article| picture_hashes(&article.pictures));
            theirs.chain(picture_hashes(&record.pictures))
        });
        let found = self.0.picture_store.find_pictures(&caller.tenant, sums, &mut pictures);
        (pictures, found)
    }

    /// Runs work on the pool; it stops when the caller goes or the deadline passes.
    pub(crate) async fn run_on_worker<T: Send + 'static>(
        &self,
        caller: &CallerIdentity,
        batch: bool,
        work: impl FnOnce(&CallWatch) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (watch, waiting): (CallWatch, WaitGuard) = CallWatch::new(Some(caller.deadline));
        let (metrics, begun) = (Arc::clone(&self.0.metrics), Instant::now());
        let (wanted, span) = (watch.still_wanted(), tracing::Span::current());
        let job = self.0.pool.run(caller.queue_key(batch), wanted, move || {
            metrics.record_queue_wait(begun.elapsed());
            span.in_scope(|| work(&watch))
        });
        let result = tokio::time::timeout_at(caller.deadline.into(), job).await;
        // Whoever waits has gone, or has the answer.
        drop(waiting);
        if let Ok(Err(Error::Internal(_))) = &result {
            self.0.metrics.record_panic();
        }
        result.unwrap_or(Err(Error::DeadlineExceeded))
    }
}

/// Room for the bytes of a request, given back when the call has ended.
#[derive(Debug)]
pub(crate) struct RequestBytes {
    calls: ServiceCalls,
    reserved: AtomicU64,
}

impl RequestBytes {
    /// Takes room for more bytes; whether there is any.
    pub(crate) fn reserve(&self, bytes: u64) -> bool {
        let CallsInner { request_bytes: requests, config, .. } = &*self.calls.0;
        let all = requests.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.reserved.fetch_add(bytes, Ordering::Relaxed);
        all <= config.requests_bytes
    }
}

impl Drop for RequestBytes {
    fn drop(&mut self) {
        self.calls.0.request_bytes.fetch_sub(*self.reserved.get_mut(), Ordering::Relaxed);
    }
}

/// What a log calls a page: the name of its files, else its date and number.
fn page_label(name: &str, record: Option<&proto::PageRecord>) -> String {
    let key = match record {
        Some(record) if name.is_empty() => format!("{} {}", record.date, record.number),
        Some(_) | None => name.to_owned(),
    };
    key.trim().chars().take(64).collect()
}

/// The sums by which pictures are named.
fn picture_hashes(pictures: &[proto::Picture]) -> impl Iterator<Item = &str> {
    pictures.iter().filter_map(|picture| match &picture.content {
        Some(Content::Sha256(sum)) => Some(sum.as_str()),
        Some(Content::Data(_)) | None => None,
    })
}

/// Counts a page by how it came out.
fn count_page(metrics: &ServiceMetrics, sheet: &Result<Arc<RenderedPage>, Error>) {
    match sheet {
        Ok(sheet) => {
            let fits = sheet.report.geometry.iter().flat_map(|geometry| &geometry.fit);
            let over = fits.map(|fit| u64::from(fit.over_chars)).sum();
            let outcome = if sheet.files.is_ok() { "made" } else { "unfit" };
            metrics.record_page(outcome, &sheet.report.stage_times, over);
        }
        Err(Error::Rejected(_) | Error::NotFound { .. } | Error::Unsupported { .. }) => {
            metrics.record_page("rejected", &[], 0);
        }
        Err(_) => metrics.record_page("failed", &[], 0),
    }
}
