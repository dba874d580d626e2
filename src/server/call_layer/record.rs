//! Access log and metrics of a call, written when its response has been sent.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::response::Response;
use hyper::HeaderMap;
use hyper::body::{Body as _, Frame, SizeHint};
use hyper::header::{CONTENT_LENGTH, HeaderValue};

use crate::server::call_layer::methods::{HEALTH, is_probe};
use crate::server::headers::{header_text, is_grpc};
use crate::server::status::{CallOutcome, REASON_HEADER, status_name};
use crate::service::caller::{CallContext, CallDetails};
use crate::service::calls::ServiceCalls;
use crate::service::peer::PeerConnection;
use crate::service::request_bytes::RequestBytes;

/// A call until its end. Dropping the record writes the log line and the metrics.
pub(super) struct CallRecord {
    calls: ServiceCalls,
    method: &'static str,
    request_id: Arc<str>,
    peer: Option<IpAddr>,
    /// The caller; `None` for a probe or before the caller is identified.
    pub(super) caller: Option<CallContext>,
    begun: Instant,
    /// Name of the gRPC status; `None` until it is known.
    status: Option<&'static str>,
    reason: Option<String>,
    /// Bytes of the request, released with the record.
    pub(super) request_bytes: Option<Arc<RequestBytes>>,
    sent_bytes: u64,
    /// Bytes of the whole response where they are known: its end is then never polled.
    total_bytes: Option<u64>,
    is_complete: bool,
}

impl CallRecord {
    /// Begins the record of a call and counts it as in flight.
    pub(super) fn start(
        calls: &ServiceCalls,
        method: &'static str,
        request_id: &Arc<str>,
        peer: Option<&PeerConnection>,
    ) -> Self {
        // `drop` takes it back, so the two always match.
        calls.metrics().in_flight.inc();
        Self {
            calls: calls.clone(),
            method,
            request_id: Arc::clone(request_id),
            peer: peer.map(|peer| peer.address.ip()),
            caller: None,
            begun: Instant::now(),
            status: None,
            reason: None,
            request_bytes: None,
            sent_bytes: 0,
            total_bytes: None,
            is_complete: false,
        }
    }

    /// Notes the head of the response. `begun` is the time at which the call came.
    pub(super) fn note_response(&mut self, response: &Response, begun: Instant) {
        let headers = response.headers();
        self.status = outcome_of(response);
        self.reason = header_text(headers, REASON_HEADER).map(str::to_owned);
        self.begun = begun;
        // The frames of an empty body are never polled.
        self.is_complete = response.body().is_end_stream();
        // Streams have no length; their end is seen by trailers or by the last poll.
        self.total_bytes =
            header_text(headers, CONTENT_LENGTH.as_str()).and_then(|length| length.parse().ok());
    }
}

impl Drop for CallRecord {
    fn drop(&mut self) {
        let (metrics, took) = (self.calls.metrics(), self.begun.elapsed());
        metrics.in_flight.dec();
        // A response whose end never came was abandoned by its caller.
        let code = if self.is_complete { self.status.unwrap_or("UNKNOWN") } else { "CANCELLED" };
        metrics.record_call(self.method, code, took);
        metrics.record_sent(self.sent_bytes);
        // Probes come every second and would bury the calls in the log.
        if is_probe(self.method) {
            return;
        }
        // Empty for a call that was rejected before its caller was known.
        let (mut tenant, mut details) = (Arc::default(), CallDetails::default());
        if let Some(caller) = &self.caller {
            tenant = Arc::clone(&caller.tenant);
            caller.update_details(|current| details = current.clone());
        }
        let times: Vec<String> = details
            .stage_times
            .iter()
            .map(|time| format!("{} {:.1}", time.stage, f64::from(time.micros) / 1e3))
            .collect();
        tracing::info!(
            request = %self.request_id,
            method = self.method,
            tenant = %tenant,
            peer = %self.peer.map(|peer| peer.to_string()).unwrap_or_default(),
            page = %details.page.escape_debug(),
            layout = %details.layout_hash,
            code,
            reason = self.reason.as_deref().unwrap_or_default(),
            bytes = self.sent_bytes,
            ms = (took.as_secs_f64() * 1e6).round() / 1e3,
            stages_ms = %times.join(" "),
            "call"
        );
    }
}

/// Outcome of a call by the head of its response; `None` if it comes in the trailers.
fn outcome_of(response: &Response) -> Option<&'static str> {
    if let Some(CallOutcome(name)) = response.extensions().get() {
        return Some(name);
    }
    if let Some(status) = grpc_status(response.headers()) {
        return Some(status);
    }
    // A gRPC call that streams has its status at the end.
    if is_grpc(response.headers()) {
        return None;
    }
    Some(match response.status().as_u16() {
        200..=399 => "OK",
        400 => "INVALID_ARGUMENT",
        404 | 405 => "NOT_FOUND",
        413 => "OUT_OF_RANGE",
        500.. => "INTERNAL",
        _ => "UNKNOWN",
    })
}

fn grpc_status(headers: &HeaderMap) -> Option<&'static str> {
    header_text(headers, "grpc-status")?.parse().ok().map(status_name)
}

/// Body of a response. It counts the bytes that are sent and notes how the response ends.
pub(super) struct TrackedBody {
    pub(super) body: Body,
    pub(super) call: CallRecord,
}

impl TrackedBody {
    fn note_frame(&mut self, frame: &Frame<Bytes>) {
        let call = &mut self.call;
        if let Some(data) = frame.data_ref() {
            call.sent_bytes += data.len() as u64;
        }
        if let Some(trailers) = frame.trailers_ref() {
            call.status = grpc_status(trailers).or(call.status);
            call.reason = header_text(trailers, REASON_HEADER).map(str::to_owned);
            call.is_complete = true;
        }
        // With a known length hyper stops polling at the last byte.
        let has_all_bytes = call.total_bytes == Some(call.sent_bytes);
        call.is_complete |= has_all_bytes || self.body.is_end_stream();
    }
}

impl hyper::body::Body for TrackedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut polled = Pin::new(&mut self.body).poll_frame(cx);
        // A health watch never ends by itself, and would hold up the drain.
        let call = &self.call;
        if polled.is_pending() && call.method == HEALTH && call.calls.is_draining() {
            // The watcher has been told that the service is stopping: nothing more will come.
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", HeaderValue::from_static("14"));
            polled = Poll::Ready(Some(Ok(Frame::trailers(trailers))));
        }
        match &polled {
            Poll::Ready(Some(Ok(frame))) => self.note_frame(frame),
            Poll::Ready(None) => self.call.is_complete = true,
            Poll::Ready(Some(Err(_))) | Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
