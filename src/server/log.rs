//! The log: a line an event, to standard error.
//!
//! Lines hold ids, hashes, counts and times, never copy; what comes from outside is escaped by the writer of the format.

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, Registry};

use crate::config::LogFormat;

/// Sends what is left of the traces when it is dropped.
#[derive(Debug)]
pub(crate) struct LogGuard(
    #[cfg(feature = "otel")]
    #[expect(dead_code, reason = "it is there to be dropped")]
    Option<crate::server::traces::TraceExporter>,
);

/// Begins the log of the process, and its traces where they are wanted; a process that has one keeps it. To be called in
/// the runtime.
///
/// # Errors
/// Traces that this program cannot send.
pub(crate) fn init(format: LogFormat, otlp: Option<&str>) -> Result<LogGuard, String> {
    let layer = format_layer(format);
    // A log that is there already was begun by whoever embeds this.
    #[cfg(feature = "otel")]
    {
        let traces = otlp.map(crate::server::traces::trace_layer).transpose()?;
        let (traces, ending) = traces.unzip();
        let _ = tracing_subscriber::registry().with(layer).with(traces).try_init();
        Ok(LogGuard(ending))
    }
    #[cfg(not(feature = "otel"))]
    {
        if otlp.is_some() {
            return Err(
                "otlp: 此程序编译时未含 otel / this program was built without otel".to_owned()
            );
        }
        let _ = tracing_subscriber::registry().with(layer).try_init();
        Ok(LogGuard())
    }
}

fn format_layer(format: LogFormat) -> Box<dyn Layer<Registry> + Send + Sync> {
    match format {
        LogFormat::Json => {
            let json = fmt::layer().json().flatten_event(true).with_current_span(false);
            json.with_span_list(false)
                .with_writer(std::io::stderr)
                .with_filter(LevelFilter::INFO)
                .boxed()
        }
        LogFormat::Text => fmt::layer()
            .with_ansi(false)
            .with_writer(std::io::stderr)
            .with_filter(LevelFilter::INFO)
            .boxed(),
        LogFormat::Off => fmt::layer()
            .with_ansi(false)
            .with_writer(std::io::stderr)
            .with_filter(LevelFilter::ERROR)
            .boxed(),
    }
}
