//! Middleware around every call, gRPC and HTTP: request id, authentication, deadline, panic
//! capture, access log and metrics.

mod methods;
mod record;
mod request_body;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use hyper::HeaderMap;
use hyper::header::{ACCEPT_LANGUAGE, AUTHORIZATION, HeaderValue};
use tracing::Instrument as _;

use crate::error::Error;
use crate::server::call_layer::methods::{is_probe, keeps_request_bytes, method_name};
use crate::server::call_layer::record::{CallRecord, TrackedBody};
use crate::server::call_layer::request_body::MeteredBody;
use crate::server::grpc;
use crate::server::headers::{header_text, is_grpc};
use crate::server::http;
use crate::server::status::REASON_HEADER;
use crate::service::caller::{CallContext, CallHeaders};
use crate::service::calls::ServiceCalls;
use crate::service::panic_text::panic_text;
use crate::service::peer::PeerConnection;
use crate::service::run_id::run_id;

/// Header with the id of a call, in request and response.
const REQUEST_ID_HEADER: &str = "x-request-id";

/// Lets a call in, runs it and accounts for it. The steps: identify the caller, prepare the request
/// (caller, bound on its bytes), run the method until the deadline, label the response, record its
/// end.
pub(crate) async fn handle_call(
    State(calls): State<ServiceCalls>,
    request: Request,
    next: Next,
) -> Response {
    let call = IncomingCall::read(&request);
    // Before anything can fail: rejected calls are counted and logged too.
    let mut record = CallRecord::start(&calls, call.method, &call.request_id, call.peer.as_ref());
    let mut response = match call.identify(&calls, request.headers()) {
        Err(error) => call.reject(&error),
        Ok(caller) => {
            let deadline = call.deadline(&calls, caller.as_ref());
            let request = call.prepare(&calls, request, caller, &mut record);
            call.run(&calls, request, next, deadline).await
        }
    };
    if let Ok(value) = HeaderValue::from_str(&call.request_id) {
        response.headers_mut().insert(REQUEST_ID_HEADER, value);
    }
    record.note_response(&response, call.begun);
    // The record goes with the body, because a call ends when its response has been sent.
    response.map(|body| Body::new(TrackedBody { body, call: record }))
}

/// Facts of a call that are known before it runs.
struct IncomingCall {
    begun: Instant,
    method: &'static str,
    request_id: Arc<str>,
    peer: Option<PeerConnection>,
    is_grpc: bool,
    /// `accept-language`, for rejections; empty if there is none.
    accept_language: String,
}

impl IncomingCall {
    fn read(request: &Request) -> Self {
        let headers = request.headers();
        Self {
            // The time counts from here, before the caller is identified.
            begun: Instant::now(),
            method: method_name(request.uri().path()),
            request_id: request_id(headers),
            peer: request.extensions().get::<PeerConnection>().cloned(),
            is_grpc: is_grpc(headers),
            accept_language: header_text(headers, ACCEPT_LANGUAGE.as_str())
                .unwrap_or_default()
                .to_owned(),
        }
    }

    /// Identifies the caller; `None` for a probe, which needs no token.
    fn identify(
        &self,
        calls: &ServiceCalls,
        headers: &HeaderMap,
    ) -> Result<Option<CallContext>, Error> {
        // A load balancer has no token, and must get through even when calls are limited.
        if is_probe(self.method) {
            return Ok(None);
        }
        let headers = CallHeaders {
            authorization: header_text(headers, AUTHORIZATION.as_str()),
            accept_language: header_text(headers, ACCEPT_LANGUAGE.as_str()),
            timeout: header_text(headers, "grpc-timeout"),
        };
        calls.identify_caller(headers, self.peer.as_ref()).map(Some)
    }

    /// Time by which the response has to begin. Probes have one too.
    fn deadline(&self, calls: &ServiceCalls, caller: Option<&CallContext>) -> Instant {
        // Without a caller the longest time of the service holds.
        let latest = || self.begun + Duration::from_secs(calls.config().deadline_seconds);
        caller.map_or_else(latest, |caller| caller.deadline)
    }

    /// Hands the caller to the method and counts the bytes of the request as they are read.
    fn prepare(
        &self,
        calls: &ServiceCalls,
        mut request: Request,
        caller: Option<CallContext>,
        record: &mut CallRecord,
    ) -> Request {
        if let Some(caller) = caller {
            // The clone shares the details, which the method fills in while it runs.
            record.caller = Some(caller.clone());
            request.extensions_mut().insert(caller);
        }
        // A stream of requests holds one message at a time, and what it keeps has its own bounds.
        if !keeps_request_bytes(self.method) {
            return request;
        }
        let budget = Arc::new(calls.new_request_bytes());
        record.request_bytes = Some(Arc::clone(&budget));
        request.map(|body| Body::new(MeteredBody { body, budget }))
    }

    /// Runs the method until the deadline. A panic becomes an internal error.
    async fn run(
        &self,
        calls: &ServiceCalls,
        request: Request,
        next: Next,
        deadline: Instant,
    ) -> Response {
        let span = tracing::info_span!("call", method = self.method, request = %self.request_id);
        #[cfg(feature = "otel")]
        crate::server::traces::set_parent(&span, request.headers());
        let response = catch_panic(next.run(request)).instrument(span);
        match tokio::time::timeout_at(deadline.into(), response).await {
            // tonic answers such messages itself, without our codes and details.
            Ok(Ok(response)) => match unreadable_message(&response) {
                Some(error) => self.reject(&error),
                None => response,
            },
            Ok(Err(panic)) => {
                calls.metrics().record_panic();
                self.reject(&Error::Internal(panic))
            }
            // Dropping the future cancels the work: the guards in it are dropped too.
            Err(_) => self.reject(&Error::DeadlineExceeded),
        }
    }

    /// Rejection in the protocol and the language of the caller.
    fn reject(&self, error: &Error) -> Response {
        if self.is_grpc {
            grpc::rejection_response(error, &self.accept_language)
        } else {
            http::rejection_response(error, &self.accept_language)
        }
    }
}

/// Returns the id that the caller gave, if it is safe in a log, else a new one.
fn request_id(headers: &HeaderMap) -> Arc<str> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    // Other characters could forge lines of the log.
    let given = header_text(headers, REQUEST_ID_HEADER)
        .filter(|id| (1..=64).contains(&id.len()) && id.chars().all(is_safe));
    match given {
        Some(id) => id.into(),
        None => format!("{:x}-{}", run_id(), COUNT.fetch_add(1, Ordering::Relaxed)).into(),
    }
}

/// Runs a future and returns its result, or the text of its panic.
async fn catch_panic<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|cx| {
        // Around each poll, because a future runs in pieces. It is not polled again after a panic.
        let polled = std::panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(done)) => Poll::Ready(Ok(done)),
            Err(panic) => Poll::Ready(Err(panic_text(panic.as_ref()))),
        }
    })
    .await
}

/// Returns the error behind a rejection by tonic, which could not read the message. Rejections of
/// the service have a reason header.
fn unreadable_message(response: &Response) -> Option<Error> {
    let headers = response.headers();
    let code =
        header_text(headers, "grpc-status").filter(|_| !headers.contains_key(REASON_HEADER))?;
    let message = header_text(headers, "grpc-message").unwrap_or_default();
    grpc::unreadable_message(code.parse().ok()?, message)
}
