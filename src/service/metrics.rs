//! Figures for operators, in the text format that Prometheus reads.
//!
//! Sole owner of prometheus-client. Labels take values of closed sets only: no text of a caller becomes a label.

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

/// All figures of a server.
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
    /// Connections open.
    pub(crate) connections: Gauge,
    load: LoadCollector,
}

/// Figures that are read when they are asked for.
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

/// What the server holds at the moment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CurrentLoad {
    /// Jobs that wait and jobs in work.
    pub(crate) jobs: (usize, usize),
    /// Bytes and number of answers kept.
    pub(crate) answers: (u64, usize),
    /// Bytes and number of uploaded pictures.
    pub(crate) pictures: (u64, usize),
    /// Resident memory of the process, bytes; 0 if the system does not tell.
    pub(crate) resident_bytes: u64,
    /// Whether the server takes work.
    pub(crate) ready: bool,
}

fn duration_histogram() -> Histogram {
    // From a keystroke's measure to the deadline.
    Histogram::new([
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
        120.0,
    ])
}

impl ServiceMetrics {
    /// All at zero.
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
        let r = &mut registry;
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        r.register("build", "Version of the program", version);
        r.register("calls", "Calls by method and status", metrics.calls.clone());
        let seconds = metrics.call_seconds.clone();
        r.register_with_unit("call", "Time of calls, sending included", Unit::Seconds, seconds);
        let stages = metrics.stage_seconds.clone();
        r.register_with_unit("stage", "Time of the stages of pages", Unit::Seconds, stages);
        let wait = metrics.queue_wait.clone();
        r.register_with_unit("queue_wait", "Time in the queue", Unit::Seconds, wait);
        r.register(
            "pages",
            "Pages by outcome: made, unfit, rejected, failed",
            metrics.pages.clone(),
        );
        r.register(
            "overset_characters",
            "Characters that did not fit",
            metrics.overset_chars.clone(),
        );
        r.register(
            "answers",
            "Pages asked for: hit (kept from before) or miss",
            metrics.answers.clone(),
        );
        r.register("panics", "Defects caught at the edge", metrics.panics.clone());
        r.register_with_unit("sent", "Bytes of answers", Unit::Bytes, metrics.sent_bytes.clone());
        let refused = metrics.refused_connections.clone();
        r.register("connections_refused", "Connections ended by the server, by reason", refused);
        r.register("reloads", "Reloads of styles, fonts, certificates", metrics.reloads.clone());
        r.register("calls_in_flight", "Calls in flight", metrics.in_flight.clone());
        r.register("connections", "Connections open", metrics.connections.clone());
        metrics.load.register(r);
        Self { registry, ..metrics }
    }

    /// A call has ended with a status.
    pub(crate) fn record_call(&self, method: &'static str, code: &'static str, took: Duration) {
        self.calls.get_or_create(&CallLabels { method, code }).inc();
        self.call_seconds.get_or_create(&MethodLabel { method }).observe(took.as_secs_f64());
    }

    /// A page has left the queue.
    pub(crate) fn record_queue_wait(&self, took: Duration) {
        self.queue_wait.observe(took.as_secs_f64());
    }

    /// A page is finished, or not.
    pub(crate) fn record_page(&self, outcome: &'static str, times: &[StageTime], over: u64) {
        self.pages.get_or_create(&OutcomeLabel { outcome }).inc();
        self.overset_chars.inc_by(over);
        for time in times {
            let stage = StageLabel { stage: time.stage.clone() };
            self.stage_seconds.get_or_create(&stage).observe(f64::from(time.micros) / 1e6);
        }
    }

    /// A page was asked for that was there already, or was not.
    pub(crate) fn record_answer(&self, hit: bool) {
        self.answers
            .get_or_create(&OutcomeLabel { outcome: if hit { "hit" } else { "miss" } })
            .inc();
    }

    /// A defect was caught.
    pub(crate) fn record_panic(&self) {
        self.panics.inc();
    }

    /// Bytes of an answer went out.
    pub(crate) fn record_sent(&self, bytes: u64) {
        self.sent_bytes.inc_by(bytes);
    }

    /// A connection was ended for a reason.
    pub(crate) fn record_refused_connection(&self, outcome: &'static str) {
        self.refused_connections.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// Styles, fonts and certificates were read anew, or stayed as they were.
    pub(crate) fn record_reload(&self, done: bool) {
        let outcome = if done { "done" } else { "failed" };
        self.reloads.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// All figures as text.
    pub(crate) fn text(&self, now: CurrentLoad) -> String {
        self.load.update(now);
        let mut text = String::new();
        // A string takes all that is written to it.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl LoadCollector {
    fn register(&self, r: &mut Registry) {
        r.register("queue_depth", "Jobs that wait", self.waiting.clone());
        r.register("jobs_running", "Jobs in work", self.running.clone());
        let kept = self.answer_bytes.clone();
        r.register_with_unit("answers_kept", "Bytes of answers kept", Unit::Bytes, kept);
        r.register("answers_kept", "Answers kept", self.answers.clone());
        let pictures = self.picture_bytes.clone();
        r.register_with_unit("pictures", "Bytes of uploaded pictures", Unit::Bytes, pictures);
        r.register("pictures", "Uploaded pictures", self.pictures.clone());
        let resident = self.resident_bytes.clone();
        r.register_with_unit("resident_memory", "Memory of the process", Unit::Bytes, resident);
        r.register("ready", "1 if the server takes work", self.ready.clone());
    }

    fn update(&self, now: CurrentLoad) {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.waiting.set(count(now.jobs.0));
        self.running.set(count(now.jobs.1));
        self.answer_bytes.set(now.answers.0);
        self.answers.set(count(now.answers.1));
        self.picture_bytes.set(now.pictures.0);
        self.pictures.set(count(now.pictures.1));
        self.resident_bytes.set(now.resident_bytes);
        self.ready.set(i64::from(now.ready));
    }
}

/// Resident memory of this process, bytes; 0 where the system does not tell.
pub(crate) fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    number.unwrap_or(0) * 1024
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{CurrentLoad, ServiceMetrics, resident_bytes};
    use crate::proto::StageTime;

    #[test]
    fn figures_come_out_as_text() {
        let metrics = ServiceMetrics::new();
        metrics.record_call("RenderPage", "OK", Duration::from_millis(20));
        metrics.record_page("made", &[StageTime { stage: "pdf".to_owned(), micros: 7_000 }], 3);
        metrics.record_answer(false);
        let text =
            metrics.text(CurrentLoad { jobs: (2, 1), ready: true, ..CurrentLoad::default() });
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

    #[test]
    fn memory_is_told_where_the_system_tells() {
        assert_eq!(std::path::Path::new("/proc/self/status").exists(), resident_bytes() > 0);
    }
}
