//! Traces over OTLP, if the program is built with them and the configuration names a collector.
//!
//! Sole owner of OpenTelemetry. A call is a span; each stage of its page is a span within it. The
//! caller's `traceparent` is the parent of the call.

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

/// Sends the remaining traces when it is dropped.
#[derive(Debug)]
pub(crate) struct TraceExporter(SdkTracerProvider);

impl Drop for TraceExporter {
    fn drop(&mut self) {
        // If the collector is gone, its traces are lost and nothing else.
        let _ = self.0.shutdown();
    }
}

/// Makes the layer that sends spans to an endpoint, and the guard that ends it. Must be called
/// within the runtime that carries the connection.
///
/// # Errors
/// A malformed endpoint.
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
    // Only our spans: those of the connection that carries them would produce more of themselves.
    let own_spans = Targets::new().with_target("banmian", LevelFilter::INFO);
    let layer = tracing_opentelemetry::layer().with_tracer(tracer).with_filter(own_spans);
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
    // A span that is not recorded has no place in a trace.
    let _ = span.set_parent(parent);
}
