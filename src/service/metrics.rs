//! Metrics for operators, in the text format that Prometheus reads.
//!
//! Sole owner of prometheus-client. Labels take values of closed sets only: no text of a caller
//! becomes a label.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::proto::StageTime;
use crate::service::answer_cache::AnswerSource;
use crate::service::load::CurrentLoad;

// The names of the fields are the names of the labels.

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    method: &'static str,
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MethodLabel {
    method: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StageLabel {
    stage: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

type SecondsHistogram = Family<MethodLabel, Histogram, fn() -> Histogram>;
type StageSeconds = Family<StageLabel, Histogram, fn() -> Histogram>;

/// All metrics of a server.
#[derive(Debug)]
pub(crate) struct ServiceMetrics {
    registry: Registry,
    calls: Family<CallLabels, Counter>,
    call_seconds: SecondsHistogram,
    stage_seconds: StageSeconds,
    queue_wait: Histogram,
    pages: Family<OutcomeLabel, Counter>,
    overset_chars: Counter,
    answers: Family<OutcomeLabel, Counter>,
    panics: Counter,
    sent_bytes: Counter,
    refused_connections: Family<OutcomeLabel, Counter>,
    reloads: Family<OutcomeLabel, Counter>,
    /// Calls in flight.
    pub(crate) in_flight: Gauge,
    /// Open connections.
    pub(crate) connections: Gauge,
    load: LoadCollector,
}

/// Gauges that are set when the metrics are read.
#[derive(Debug, Default)]
struct LoadCollector {
    waiting: Gauge,
    running: Gauge,
    answer_bytes: Gauge<u64, AtomicU64>,
    answers: Gauge,
    picture_bytes: Gauge<u64, AtomicU64>,
    pictures: Gauge,
    resident_bytes: Gauge<u64, AtomicU64>,
    ready: Gauge,
}

/// Result of a page for the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageResult {
    /// The files are made.
    Made,
    /// The copy does not fit, or a press file has an error.
    Unfit,
    /// The request or the record is wrong.
    Rejected,
    /// The page was stopped, or an internal error occurred.
    Failed,
}

/// Result of a reload of fonts, house styles and certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReloadResult {
    /// The new configuration is in use.
    Done,
    /// The old configuration stays in use.
    Failed,
}

/// Histogram of durations in seconds, from the measures of a keystroke to the deadline.
fn duration_histogram() -> Histogram {
    Histogram::new([
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
        120.0,
    ])
}

impl ServiceMetrics {
    /// Metrics at zero.
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("banmian");
        let metrics = Self {
            calls: Family::default(),
            call_seconds: Family::new_with_constructor(duration_histogram),
            stage_seconds: Family::new_with_constructor(duration_histogram),
            queue_wait: duration_histogram(),
            pages: Family::default(),
            overset_chars: Counter::default(),
            answers: Family::default(),
            panics: Counter::default(),
            sent_bytes: Counter::default(),
            refused_connections: Family::default(),
            reloads: Family::default(),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
            load: LoadCollector::default(),
            registry: Registry::default(),
        };
        // The families are shared handles: registering a clone is enough.
        metrics.register(&mut registry);
        Self { registry, ..metrics }
    }

    fn register(&self, registry: &mut Registry) {
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "Version of the program", version);
        registry.register("calls", "Calls by method and status", self.calls.clone());
        let seconds = self.call_seconds.clone();
        registry.register_with_unit(
            "call",
            "Duration of calls, including sending",
            Unit::Seconds,
            seconds,
        );
        let stages = self.stage_seconds.clone();
        registry.register_with_unit(
            "stage",
            "Duration of the stages of a page",
            Unit::Seconds,
            stages,
        );
        let wait = self.queue_wait.clone();
        registry.register_with_unit("queue_wait", "Time spent in the queue", Unit::Seconds, wait);
        registry.register(
            "pages",
            "Pages by outcome: made, unfit, rejected, failed",
            self.pages.clone(),
        );
        registry.register("overset_characters", "Overset characters", self.overset_chars.clone());
        registry.register("answers", "Requests for pages: cache hit or miss", self.answers.clone());
        registry.register("panics", "Internal errors caught", self.panics.clone());
        registry.register_with_unit(
            "sent",
            "Bytes of responses",
            Unit::Bytes,
            self.sent_bytes.clone(),
        );
        let refused = self.refused_connections.clone();
        registry.register(
            "connections_refused",
            "Connections closed by the server, by reason",
            refused,
        );
        registry.register(
            "reloads",
            "Reloads of house styles, fonts and certificates",
            self.reloads.clone(),
        );
        registry.register("calls_in_flight", "Calls in flight", self.in_flight.clone());
        registry.register("connections", "Open connections", self.connections.clone());
        self.load.register(registry);
    }

    /// Counts a call that has ended with a status.
    pub(crate) fn record_call(&self, method: &'static str, code: &'static str, took: Duration) {
        self.calls.get_or_create(&CallLabels { method, code }).inc();
        self.call_seconds.get_or_create(&MethodLabel { method }).observe(took.as_secs_f64());
    }

    /// Counts the time that a job has waited in the queue.
    pub(crate) fn record_queue_wait(&self, took: Duration) {
        self.queue_wait.observe(took.as_secs_f64());
    }

    /// Counts a page with the duration of its stages and its overset characters.
    pub(crate) fn record_page(
        &self,
        result: PageResult,
        stage_times: &[StageTime],
        overset_chars: u64,
    ) {
        let outcome = match result {
            PageResult::Made => "made",
            PageResult::Unfit => "unfit",
            PageResult::Rejected => "rejected",
            PageResult::Failed => "failed",
        };
        self.pages.get_or_create(&OutcomeLabel { outcome }).inc();
        self.overset_chars.inc_by(overset_chars);
        for time in stage_times {
            let stage = StageLabel { stage: time.stage.clone() };
            self.stage_seconds.get_or_create(&stage).observe(f64::from(time.micros) / 1e6);
        }
    }

    /// Counts a response by its origin.
    pub(crate) fn record_answer(&self, source: AnswerSource) {
        let outcome = match source {
            AnswerSource::Cached => "hit",
            AnswerSource::Made => "miss",
        };
        self.answers.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// Counts an internal error.
    pub(crate) fn record_panic(&self) {
        self.panics.inc();
    }

    /// Counts bytes of responses that were sent.
    pub(crate) fn record_sent(&self, bytes: u64) {
        self.sent_bytes.inc_by(bytes);
    }

    /// Counts a connection that the server ended, by its reason.
    pub(crate) fn record_refused_connection(&self, outcome: &'static str) {
        self.refused_connections.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// Counts a reload of fonts, house styles and certificates.
    pub(crate) fn record_reload(&self, result: ReloadResult) {
        let outcome = match result {
            ReloadResult::Done => "done",
            ReloadResult::Failed => "failed",
        };
        self.reloads.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// All metrics as text, with the load of the moment.
    pub(crate) fn text(&self, now: CurrentLoad) -> String {
        // Gauges of the load are set on reading only, so that calls need not keep them current.
        self.load.update(now);
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl LoadCollector {
    fn register(&self, registry: &mut Registry) {
        registry.register("queue_depth", "Jobs waiting in the queue", self.waiting.clone());
        registry.register("jobs_running", "Jobs running", self.running.clone());
        let answers = self.answer_bytes.clone();
        registry.register_with_unit(
            "answers_kept",
            "Bytes of cached responses",
            Unit::Bytes,
            answers,
        );
        registry.register("answers_kept", "Cached responses", self.answers.clone());
        let pictures = self.picture_bytes.clone();
        registry.register_with_unit(
            "pictures",
            "Bytes of uploaded pictures",
            Unit::Bytes,
            pictures,
        );
        registry.register("pictures", "Uploaded pictures", self.pictures.clone());
        let resident = self.resident_bytes.clone();
        registry.register_with_unit(
            "resident_memory",
            "Resident memory of the process",
            Unit::Bytes,
            resident,
        );
        registry.register("ready", "1 if the server is ready", self.ready.clone());
    }

    fn update(&self, now: CurrentLoad) {
        let gauge = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.waiting.set(gauge(now.jobs.waiting));
        self.running.set(gauge(now.jobs.running));
        self.answer_bytes.set(now.answers.bytes);
        self.answers.set(gauge(now.answers.count));
        self.picture_bytes.set(now.pictures.bytes);
        self.pictures.set(gauge(now.pictures.count));
        self.resident_bytes.set(now.resident_bytes);
        self.ready.set(i64::from(now.ready));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{PageResult, ServiceMetrics};
    use crate::proto::StageTime;
    use crate::service::answer_cache::AnswerSource;
    use crate::service::load::{CurrentLoad, JobLoad};

    #[test]
    fn metrics_come_out_as_text() {
        let metrics = ServiceMetrics::new();
        metrics.record_call("RenderPage", "OK", Duration::from_millis(20));
        let times = [StageTime { stage: "pdf".to_owned(), micros: 7_000 }];
        metrics.record_page(PageResult::Made, &times, 3);
        metrics.record_answer(AnswerSource::Made);
        let jobs = JobLoad { waiting: 2, running: 1 };
        let text = metrics.text(CurrentLoad { jobs, ready: true, ..CurrentLoad::default() });
        for line in [
            "banmian_calls_total{method=\"RenderPage\",code=\"OK\"} 1",
            "banmian_stage_seconds_bucket{le=\"0.01\",stage=\"pdf\"} 1",
            "banmian_overset_characters_total 3",
            "banmian_queue_depth 2",
            "banmian_ready 1",
        ] {
            assert!(text.lines().any(|known| known == line), "{line}:\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
