//! The calls of the service, whichever door they come through: gRPC, HTTP, batches.
//!
//! A call waits its turn in the pool, runs on the engine of its tenant with the pictures that tenant uploaded, and stops
//! when its caller goes or its time is up.

pub(crate) mod answers;
pub(crate) mod caller;
pub(crate) mod language;
pub(crate) mod page;
pub(crate) mod sending;
pub(crate) mod store;
pub(crate) mod tenants;
pub(crate) mod upload;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::config::Config;
use crate::engine::Engine;
use crate::error::Error;
use crate::image::Pictures;
use crate::proto;
use crate::proto::picture::Content;
use crate::surface::calls::answers::{Answers, Key};
use crate::surface::calls::caller::{Caller, deadline, line_of};
use crate::surface::calls::page::Sheet;
use crate::surface::calls::store::Store;
use crate::surface::calls::tenants::Meter;
use crate::surface::jobs::Pool;
use crate::surface::live::Live;
use crate::surface::metrics::{Metrics, Now, resident};
use crate::surface::net::Peer;
use crate::surface::watch::{Waiting, Watch};

/// What all doors share. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Calls(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    live: Live,
    pool: Pool,
    answers: Answers,
    store: Store,
    meter: Meter,
    metrics: Arc<Metrics>,
    draining: AtomicBool,
    /// Bytes of requests that are being read, wait or are in work.
    requests: AtomicU64,
    config: Config,
}

/// What a call brings along in its headers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Headers<'a> {
    /// `authorization`.
    pub(crate) authorization: Option<&'a str>,
    /// `accept-language`.
    pub(crate) accepted: Option<&'a str>,
    /// `grpc-timeout`.
    pub(crate) timeout: Option<&'a str>,
}

impl Calls {
    /// The calls of a configuration that was checked, on the engines in use.
    ///
    /// # Errors
    /// The system gives no threads.
    pub(crate) fn new(live: Live, config: &Config, metrics: Arc<Metrics>) -> std::io::Result<Self> {
        Ok(Self(Arc::new(Inner {
            live,
            pool: Pool::new(config.workers, config.queue)?,
            answers: Answers::new(config.cache_bytes),
            store: Store::new(config.pictures_bytes),
            meter: Meter::default(),
            metrics,
            draining: AtomicBool::new(false),
            requests: AtomicU64::new(0),
            config: config.clone(),
        })))
    }

    /// The engines in use.
    pub(crate) fn live(&self) -> &Live {
        &self.0.live
    }

    /// The figures.
    pub(crate) fn metrics(&self) -> &Arc<Metrics> {
        &self.0.metrics
    }

    /// The settings.
    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    /// The uploaded pictures.
    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    /// Room for the bytes of a request; empty as yet.
    pub(crate) fn room(&self) -> Arc<Room> {
        Arc::new(Room { calls: self.clone(), bytes: AtomicU64::new(0) })
    }

    /// From now on the service says that it is not ready.
    pub(crate) fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    /// Whether the service is about to end.
    pub(crate) fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    /// Whether another call would be taken.
    pub(crate) fn ready(&self) -> Result<(), &'static str> {
        if self.is_draining() {
            Err("draining")
        } else if !self.0.pool.has_room() {
            Err("queue full")
        } else {
            Ok(())
        }
    }

    /// All figures as text.
    pub(crate) fn figures(&self) -> String {
        self.0.metrics.text(Now {
            jobs: self.0.pool.load(),
            answers: self.0.answers.load(),
            pictures: self.0.store.sweep(),
            resident: resident(),
            ready: self.ready().is_ok(),
        })
    }

    /// Who calls.
    ///
    /// # Errors
    /// No valid token where the service has tenants, or too many calls.
    pub(crate) fn caller(
        &self,
        headers: Headers<'_>,
        peer: Option<&Peer>,
    ) -> Result<Caller, Error> {
        // A call that is not yet read holds a message's bytes as soon as it is.
        if self.0.metrics.in_flight.get() > i64::from(self.0.config.calls) {
            return Err(Error::Busy);
        }
        let set = self.0.live.set();
        let most = Duration::from_secs(self.0.config.deadline_seconds);
        let (deadline, asked) = deadline(headers.timeout, most);
        let mut caller = Caller {
            tenant: "".into(),
            queue: self.0.config.queue,
            line: line_of(peer.map(|peer| peer.address.ip())),
            // Longer headers say nothing that is served.
            accepted: headers
                .accepted
                .unwrap_or_default()
                .chars()
                .take(256)
                .collect::<String>()
                .into(),
            deadline,
            asked,
            leaving: peer.map_or_else(|| watch::channel(false).1, |peer| peer.leaving.clone()),
            stuck: peer.map(|peer| Arc::clone(&peer.stuck)).unwrap_or_default(),
            patience: Duration::from_secs(self.0.config.stall_seconds),
            about: Arc::default(),
        };
        if set.tenants.any() {
            let tenant = set.tenants.of(headers.authorization)?;
            self.0.meter.count(tenant, Instant::now())?;
            caller.tenant = Arc::clone(&tenant.name);
            caller.line = Arc::clone(&tenant.name);
            caller.queue = tenant.queue;
        }
        Ok(caller)
    }

    /// Typesets a page, or hands out the one that the same request gave before.
    ///
    /// # Errors
    /// Why there is not even a report.
    pub(crate) async fn render(
        &self,
        caller: &Caller,
        mut request: proto::RenderPageRequest,
        batch: bool,
    ) -> Result<Arc<Sheet>, Error> {
        use proto::render_page_request::Source;
        // It chooses the language of a refusal, which is not the page's.
        request.locale.clear();
        let set = self.0.live.set();
        let record = match &request.source {
            Some(Source::Page(record)) => Some(record),
            Some(Source::PlainCopy(_)) | None => None,
        };
        caller.tell(|about| about.page = page_key(&request.name, record));
        let (pictures, found) = self.pictures(caller, record);
        let key = Key::new(&caller.tenant, set.number, &proto::encode(&request), &found);
        let engine = set.engine(&caller.tenant).clone().with_pictures(pictures);
        let metrics = Arc::clone(&self.0.metrics);
        let make = self.run(caller, batch, move |watch| {
            let made = engine.render(request, watch);
            let sheet = made.map(|rendered| Arc::new(Sheet::new(rendered, watch.times())));
            count(&metrics, &sheet);
            sheet
        });
        let answer = tokio::time::timeout_at(caller.deadline.into(), self.0.answers.get(key, make));
        let (sheet, hit) = answer.await.unwrap_or(Err(Error::OutOfTime))?;
        self.0.metrics.answer(hit);
        caller.tell(|about| {
            about.layout.clone_from(&sheet.report.layout_hash);
            if !hit {
                about.stages.clone_from(&sheet.report.stage_times);
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
        caller: &Caller,
        request: proto::PlanPageRequest,
    ) -> Result<proto::PlanPageResponse, Error> {
        use proto::plan_page_request::Source;
        let record = match &request.source {
            Some(Source::Page(record)) => Some(record),
            Some(Source::PlainCopy(_)) | None => None,
        };
        let (pictures, _) = self.pictures(caller, record);
        let engine = self.engine(caller).with_pictures(pictures);
        self.run(caller, false, move |watch| engine.plan(request, watch)).await
    }

    /// Measures one article.
    ///
    /// # Errors
    /// As [`Engine::measure`].
    pub(crate) async fn measure(
        &self,
        caller: &Caller,
        request: proto::MeasureArticleRequest,
    ) -> Result<proto::MeasureArticleResponse, Error> {
        let sums = request.article.iter().flat_map(|article| sums_of(&article.pictures));
        let mut pictures = Pictures::default();
        self.0.store.find(&caller.tenant, sums, &mut pictures);
        let engine = self.engine(caller).with_pictures(pictures);
        self.run(caller, false, move |watch| engine.measure(request, watch)).await
    }

    /// The engine of a caller.
    pub(crate) fn engine(&self, caller: &Caller) -> Engine {
        self.0.live.set().engine(&caller.tenant).clone()
    }

    /// The uploaded pictures that a record names.
    fn pictures<'a>(
        &self,
        caller: &Caller,
        record: Option<&'a proto::PageRecord>,
    ) -> (Pictures, Vec<&'a str>) {
        let mut pictures = Pictures::default();
        let sums = record.into_iter().flat_map(|record| {
            let theirs = record.articles.iter().flat_map(|article| sums_of(&article.pictures));
            theirs.chain(sums_of(&record.pictures))
        });
        let found = self.0.store.find(&caller.tenant, sums, &mut pictures);
        (pictures, found)
    }

    /// Runs work on the pool; it stops when the caller goes or the deadline passes.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        caller: &Caller,
        batch: bool,
        work: impl FnOnce(&Watch) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (watch, waiting): (Watch, Waiting) = Watch::new(Some(caller.deadline));
        let (metrics, begun) = (Arc::clone(&self.0.metrics), Instant::now());
        let (wanted, span) = (watch.wanted(), tracing::Span::current());
        let job = self.0.pool.run(caller.line(batch), wanted, move || {
            metrics.waited(begun.elapsed());
            span.in_scope(|| work(&watch))
        });
        let result = tokio::time::timeout_at(caller.deadline.into(), job).await;
        // Whoever waits has gone, or has the answer.
        drop(waiting);
        if let Ok(Err(Error::Bug(_))) = &result {
            self.0.metrics.panic();
        }
        result.unwrap_or(Err(Error::OutOfTime))
    }
}

/// Room for the bytes of a request, given back when the call has ended.
#[derive(Debug)]
pub(crate) struct Room {
    calls: Calls,
    bytes: AtomicU64,
}

impl Room {
    /// Takes room for more bytes; whether there is any.
    pub(crate) fn take(&self, bytes: u64) -> bool {
        let Inner { requests, config, .. } = &*self.calls.0;
        let all = requests.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        all <= config.requests_bytes
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.calls.0.requests.fetch_sub(*self.bytes.get_mut(), Ordering::Relaxed);
    }
}

/// What a log calls a page: the name of its files, else its date and number.
fn page_key(name: &str, record: Option<&proto::PageRecord>) -> String {
    let key = match record {
        Some(record) if name.is_empty() => format!("{} {}", record.date, record.number),
        Some(_) | None => name.to_owned(),
    };
    key.trim().chars().take(64).collect()
}

/// The sums by which pictures are named.
fn sums_of(pictures: &[proto::Picture]) -> impl Iterator<Item = &str> {
    pictures.iter().filter_map(|picture| match &picture.content {
        Some(Content::Sha256(sum)) => Some(sum.as_str()),
        Some(Content::Data(_)) | None => None,
    })
}

/// Counts a page by how it came out.
fn count(metrics: &Metrics, sheet: &Result<Arc<Sheet>, Error>) {
    match sheet {
        Ok(sheet) => {
            let fits = sheet.report.geometry.iter().flat_map(|geometry| &geometry.fit);
            let over = fits.map(|fit| u64::from(fit.over_chars)).sum();
            let outcome = if sheet.files.is_ok() { "made" } else { "unfit" };
            metrics.page(outcome, &sheet.report.stage_times, over);
        }
        Err(Error::Rejected(_) | Error::Unknown { .. } | Error::Unserved { .. }) => {
            metrics.page("rejected", &[], 0);
        }
        Err(_) => metrics.page("failed", &[], 0),
    }
}
