//! Log: one line an event, to standard error.
//!
//! Lines hold ids, hashes, counts and times, never copy. The writer of the format escapes text from
//! outside.

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, Registry};

use crate::config::LogFormat;

/// Sends the remaining traces when it is dropped.
#[derive(Debug)]
pub(crate) struct LogGuard(
    #[cfg(feature = "otel")]
    #[expect(dead_code, reason = "it is there to be dropped")]
    Option<crate::server::traces::TraceExporter>,
);

/// Starts the log of the process, and its traces if `otlp` names a collector. Must be called within
/// the runtime. A log that the process has already stays.
///
/// # Errors
/// Traces that this build cannot send.
pub(crate) fn init(format: LogFormat, otlp: Option<&str>) -> Result<LogGuard, String> {
    let layer = format_layer(format);
    // If there is a log already, the program that embeds this one has started it.
    #[cfg(feature = "otel")]
    {
        let traces = otlp.map(crate::server::traces::trace_layer).transpose()?;
        let (traces, exporter) = traces.unzip();
        let _ = tracing_subscriber::registry().with(layer).with(traces).try_init();
        Ok(LogGuard(exporter))
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
