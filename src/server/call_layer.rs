//! The door of every call: who is it, how long may it take, how did it end.
//!
//! One layer around all methods, gRPC and HTTP: it numbers the call, knows the caller, bounds the time until an answer
//! begins, catches what panics, and tells log and figures of the end.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use hyper::HeaderMap;
use hyper::body::{Body as _, Frame, SizeHint};
use hyper::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};

use tracing::Instrument as _;

use crate::error::Error;
use crate::server::status::{CallOutcome, REASON_HEADER, status_name};
use crate::server::{grpc, http};
use crate::service::caller::{CallDetails, CallerIdentity};
use crate::service::calls::{CallHeaders, RequestBytes, ServiceCalls};
use crate::service::panic_text::panic_text;
use crate::service::peer::PeerConnection;
use crate::service::run_id::run_id;

/// The number of a call, in its answer.
const REQUEST_ID_HEADER: &str = "x-request-id";

/// Lets a call in.
pub(crate) async fn handle_call(
    State(calls): State<ServiceCalls>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let method = method_name(request.uri().path());
    let id = request_id(request.headers());
    let peer = request.extensions().get::<PeerConnection>().cloned();
    let is_grpc = is_grpc(request.headers());
    let accepted =
        header_text(request.headers(), ACCEPT_LANGUAGE.as_str()).unwrap_or_default().to_owned();
    let refuse = |error: &Error| {
        if is_grpc {
            grpc::refusal_response(error, &accepted)
        } else {
            http::refusal_response(error, &accepted)
        }
    };
    let mut call = RunningCall::new(&calls, method, Arc::clone(&id), peer.as_ref());
    let known = if is_probe(method) {
        Ok(None)
    } else {
        identify(&calls, &request, peer.as_ref()).map(Some)
    };
    let mut response = match known {
        Err(error) => refuse(&error),
        Ok(caller) => {
            // Probes too have to come to an end.
            let most = || begun + Duration::from_secs(calls.config().deadline_seconds);
            let deadline = caller.as_ref().map_or_else(most, |caller| caller.deadline);
            if let Some(caller) = caller {
                call.caller = Some(caller.clone());
                request.extensions_mut().insert(caller);
            }
            // Streams of requests hold a message at a time, and what they keep has bounds of its own.
            if !matches!(method, "RenderBatch" | "UploadPicture" | "http UploadPicture") {
                let room = calls.track_request_bytes();
                call.request_bytes = Some(Arc::clone(&room));
                request = request.map(|body| Body::new(MeteredBody { body, request_bytes: room }));
            }
            let span = tracing::info_span!("call", method, request = %id);
            #[cfg(feature = "otel")]
            crate::server::traces::set_parent(&span, request.headers());
            let answer = catch_panic(next.run(request)).instrument(span);
            match tokio::time::timeout_at(deadline.into(), answer).await {
                Ok(Ok(response)) => match unreadable_message(&response) {
                    Some(error) => refuse(&error),
                    None => response,
                },
                Ok(Err(panic)) => {
                    calls.metrics().record_panic();
                    refuse(&Error::Internal(panic))
                }
                Err(_) => refuse(&Error::DeadlineExceeded),
            }
        }
    };
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID_HEADER, value);
    }
    call.status = outcome_of(&response);
    call.reason = header_text(response.headers(), REASON_HEADER).map(str::to_owned);
    call.begun = begun;
    // A body without bytes is never asked for any.
    call.is_complete = response.body().is_end_stream();
    call.total_bytes = header_text(response.headers(), CONTENT_LENGTH.as_str())
        .and_then(|length| length.parse().ok());
    response.map(|body| Body::new(TrackedBody { body, call }))
}

fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    header_text(headers, CONTENT_TYPE.as_str())
        .is_some_and(|kind| kind.starts_with("application/grpc"))
}

fn identify(
    calls: &ServiceCalls,
    request: &Request,
    peer: Option<&PeerConnection>,
) -> Result<CallerIdentity, Error> {
    let text = |name: &str| header_text(request.headers(), name);
    let headers = CallHeaders {
        authorization: text(AUTHORIZATION.as_str()),
        accept_language: text(ACCEPT_LANGUAGE.as_str()),
        timeout: text("grpc-timeout"),
    };
    calls.identify_caller(headers, peer)
}

/// The number that the caller gave, if it can stand in a log, else one of ours.
fn request_id(headers: &HeaderMap) -> Arc<str> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let given = header_text(headers, REQUEST_ID_HEADER);
    if let Some(id) = given.filter(|id| (1..=64).contains(&id.len()) && id.chars().all(plain)) {
        return id.into();
    }
    format!("{:x}-{}", run_id(), COUNT.fetch_add(1, Ordering::Relaxed)).into()
}

/// The methods by path; all others share a name, so that no caller makes figures grow.
const METHODS: [(&str, &str); 23] = [
    ("/banmian.v1.TypesetService/RenderPage", "RenderPage"),
    ("/banmian.v1.TypesetService/PlanPage", "PlanPage"),
    ("/banmian.v1.TypesetService/MeasureArticle", "MeasureArticle"),
    ("/banmian.v1.TypesetService/RenderBatch", "RenderBatch"),
    ("/banmian.v1.TypesetService/UploadPicture", "UploadPicture"),
    ("/banmian.v1.CatalogService/ListHouseStyles", "ListHouseStyles"),
    ("/banmian.v1.CatalogService/ListFonts", "ListFonts"),
    ("/banmian.v1.ProofService/SaveRound", "SaveRound"),
    ("/banmian.v1.ProofService/GetRound", "GetRound"),
    ("/banmian.v1.ProofService/ListRounds", "ListRounds"),
    ("/banmian.v1.ProofService/CompareRounds", "CompareRounds"),
    ("/banmian.v1.ProofService/SignRound", "SignRound"),
    ("/v1/pages:render", "http RenderPage"),
    ("/v1/pages:plan", "http PlanPage"),
    ("/v1/articles:measure", "http MeasureArticle"),
    ("/v1/pictures", "http UploadPicture"),
    ("/v1/houseStyles", "http ListHouseStyles"),
    ("/v1/fonts", "http ListFonts"),
    ("/openapi.json", OPENAPI),
    ("/metrics", "metrics"),
    ("/healthz", HEALTHZ),
    ("/readyz", READYZ),
    ("/grpc.health.v1.Health/Check", HEALTH),
];
const OPENAPI: &str = "openapi";
const HEALTHZ: &str = "healthz";
const READYZ: &str = "readyz";
const HEALTH: &str = "health";

fn method_name(path: &str) -> &'static str {
    if path.starts_with("/grpc.health.v1.Health/") {
        return HEALTH;
    }
    METHODS.iter().find(|(known, _)| *known == path).map_or("other", |(_, name)| name)
}

/// What balancers and supervisors ask, too often for a log, and what tells callers how to call: without a token.
fn is_probe(method: &str) -> bool {
    matches!(method, HEALTHZ | READYZ | HEALTH | OPENAPI)
}

/// The future's result, or what it panicked with.
async fn catch_panic<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|cx| {
        let polled = std::panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(done)) => Poll::Ready(Ok(done)),
            Err(panic) => Poll::Ready(Err(panic_text(panic.as_ref()))),
        }
    })
    .await
}

fn outcome_of(response: &Response) -> Option<&'static str> {
    if let Some(CallOutcome(name)) = response.extensions().get() {
        return Some(name);
    }
    if let Some(code) = grpc_status(response.headers()) {
        return Some(code);
    }
    if is_grpc(response.headers()) {
        // It is in the trailers.
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

/// Why a message was not read, where it was tonic that refused it: our own refusals have a reason.
fn unreadable_message(response: &Response) -> Option<Error> {
    let headers = response.headers();
    let code =
        header_text(headers, "grpc-status").filter(|_| !headers.contains_key(REASON_HEADER))?;
    grpc::unreadable_message(
        code.parse().ok()?,
        header_text(headers, "grpc-message").unwrap_or_default(),
    )
}

fn grpc_status(headers: &HeaderMap) -> Option<&'static str> {
    header_text(headers, "grpc-status")?.parse().ok().map(status_name)
}

/// A call until its end.
struct RunningCall {
    calls: ServiceCalls,
    method: &'static str,
    id: Arc<str>,
    peer: Option<IpAddr>,
    caller: Option<CallerIdentity>,
    begun: Instant,
    status: Option<&'static str>,
    reason: Option<String>,
    /// Given back at the end.
    request_bytes: Option<Arc<RequestBytes>>,
    sent_bytes: u64,
    /// Bytes of the whole answer where they are known: then its end is never asked for.
    total_bytes: Option<u64>,
    is_complete: bool,
}

impl RunningCall {
    fn new(
        calls: &ServiceCalls,
        method: &'static str,
        id: Arc<str>,
        peer: Option<&PeerConnection>,
    ) -> Self {
        calls.metrics().in_flight.inc();
        Self {
            calls: calls.clone(),
            method,
            id,
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
}

impl Drop for RunningCall {
    fn drop(&mut self) {
        let (metrics, took) = (self.calls.metrics(), self.begun.elapsed());
        metrics.in_flight.dec();
        // An answer whose end never came was left by its caller.
        let code = if self.is_complete { self.status.unwrap_or("UNKNOWN") } else { "CANCELLED" };
        metrics.record_call(self.method, code, took);
        metrics.record_sent(self.sent_bytes);
        if is_probe(self.method) {
            return;
        }
        let (mut tenant, mut about) = (Arc::default(), CallDetails::default());
        if let Some(caller) = &self.caller {
            tenant = Arc::clone(&caller.tenant);
            caller.update_details(|told| about = told.clone());
        }
        let times = about.stage_times.iter();
        let times = times.map(|time| format!("{} {:.1}", time.stage, f64::from(time.micros) / 1e3));
        tracing::info!(
            request = %self.id,
            method = self.method,
            tenant = %tenant,
            peer = %self.peer.map(|peer| peer.to_string()).unwrap_or_default(),
            page = %about.page.escape_debug(),
            layout = %about.layout_hash,
            code,
            reason = self.reason.as_deref().unwrap_or_default(),
            bytes = self.sent_bytes,
            ms = (took.as_secs_f64() * 1e6).round() / 1e3,
            stages_ms = %times.collect::<Vec<_>>().join(" "),
            "call"
        );
    }
}

/// A request on its way in: it ends where there is no more room.
struct MeteredBody {
    body: Body,
    request_bytes: Arc<RequestBytes>,
}

impl hyper::body::Body for MeteredBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            let bytes = frame.data_ref().map_or(0, |data| data.len() as u64);
            if !self.request_bytes.reserve(bytes) {
                return Poll::Ready(Some(Err(axum::Error::new(grpc::body_limit_error()))));
            }
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

/// An answer on its way out.
struct TrackedBody {
    body: Body,
    call: RunningCall,
}

impl hyper::body::Body for TrackedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut polled = Pin::new(&mut self.body).poll_frame(cx);
        if polled.is_pending() && self.call.method == HEALTH && self.call.calls.is_draining() {
            // Who watches has been told that nothing is served any more: there is nothing to wait for.
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", HeaderValue::from_static("14"));
            polled = Poll::Ready(Some(Ok(Frame::trailers(trailers))));
        }
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    self.call.sent_bytes += data.len() as u64;
                }
                if let Some(trailers) = frame.trailers_ref() {
                    self.call.status = grpc_status(trailers).or(self.call.status);
                    self.call.reason = header_text(trailers, REASON_HEADER).map(str::to_owned);
                    self.call.is_complete = true;
                }
                let all = self.call.total_bytes == Some(self.call.sent_bytes);
                self.call.is_complete |= all || self.body.is_end_stream();
            }
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
