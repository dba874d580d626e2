//! The log: a line an event, to standard error.
//!
//! Lines hold ids, hashes, counts and times, never copy; what comes from outside is escaped by the writer of the format.

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, Registry};

use crate::config::LogFormat;

/// Begins the log of the process; a process that has one keeps it.
pub(crate) fn begin(format: LogFormat) {
    let layer: Box<dyn Layer<Registry> + Send + Sync> = match format {
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
    };
    // A log that is there already was begun by whoever embeds this.
    let _ = tracing_subscriber::registry().with(layer).try_init();
}
