//! Cross-origin requests of browsers (CORS, Fetch standard 3.2).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderValue, ORIGIN, VARY,
};
use hyper::{Method, StatusCode};

/// Origins that may call.
#[derive(Clone, Debug)]
pub(crate) struct AllowedOrigins(Arc<[String]>);

impl AllowedOrigins {
    /// Origins of a configuration; `*` allows all.
    pub(crate) fn new(origins: &[String]) -> Self {
        Self(origins.into())
    }

    fn allows(&self, origin: &HeaderValue) -> bool {
        self.0.iter().any(|known| known == "*" || known.as_bytes() == origin.as_bytes())
    }
}

/// Headers of a response that a script may read: status of the call, facts of a file.
const EXPOSED_HEADERS: HeaderValue = HeaderValue::from_static(
    "grpc-status, grpc-message, grpc-status-details-bin, x-banmian-reason, x-banmian-layout, x-request-id, etag, \
     content-disposition, retry-after",
);
const ALLOWED_METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT");
/// Seconds for which a browser need not ask again.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

/// Answers preflight requests, and marks responses that the origin may read.
pub(crate) async fn handle_cors(
    State(origins): State<AllowedOrigins>,
    request: Request,
    next: Next,
) -> Response {
    let origin = request.headers().get(ORIGIN).filter(|origin| origins.allows(origin)).cloned();
    let is_preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    // A preflight request of a foreign origin goes on and gets no permission.
    let mut response = if origin.is_some() && is_preflight {
        preflight_response(&request)
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    // Always, or a cache could give one origin the response of another.
    headers.append(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
    }
    response
}

fn preflight_response(request: &Request) -> Response {
    let requested = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS);
    headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    // Tokens travel in a header of their own, never in cookies: any header may be sent.
    headers.extend(requested.map(|requested| (ACCESS_CONTROL_ALLOW_HEADERS, requested)));
    response
}
