//! Traces over OTLP, where the program is built with them and the configuration names where they go.
//!
//! Sole owner of OpenTelemetry. A call is a span, each stage of its page a span in it; a caller's `traceparent` is their
//! parent.

use hyper::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;

/// Sends what is left when it is dropped.
#[derive(Debug)]
pub(crate) struct TraceExporter(SdkTracerProvider);

impl Drop for TraceExporter {
    fn drop(&mut self) {
        // A collector that is not there loses its traces, nothing else.
        let _ = self.0.shutdown();
    }
}

/// The layer that sends spans to an endpoint, and what ends it. Within the runtime that carries the connection.
///
/// # Errors
/// An endpoint that is none.
pub(crate) fn trace_layer<S>(
    endpoint: &str,
) -> Result<(impl Layer<S> + Send + Sync + use<S>, TraceExporter), String>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).build();
    let exporter = exporter.map_err(|error| format!("otlp: {error}"))?;
    let resource = Resource::builder().with_service_name("banmian").build();
    let provider =
        SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
    let tracer = provider.tracer("banmian");
    // Of ours alone: the spans of the connection that carries them would make more of themselves.
    let ours = Targets::new().with_target("banmian", LevelFilter::INFO);
    let layer = tracing_opentelemetry::layer().with_tracer(tracer).with_filter(ours);
    Ok((layer, TraceExporter(provider)))
}

struct TraceHeaders<'a>(&'a HeaderMap);

impl Extractor for TraceHeaders<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(hyper::header::HeaderName::as_str).collect()
    }
}

/// Makes a span part of its caller's trace.
pub(crate) fn set_parent(span: &Span, headers: &HeaderMap) {
    let parent = TraceContextPropagator::new().extract(&TraceHeaders(headers));
    // A span that nobody records has no place in any trace.
    let _ = span.set_parent(parent);
}
