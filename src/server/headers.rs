//! Headers that several parts of the server read.

use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;

/// Value of a header; `None` if it is missing or not text.
pub(crate) fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// True for requests and responses of gRPC and gRPC-web.
pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    header_text(headers, CONTENT_TYPE.as_str())
        .is_some_and(|kind| kind.starts_with("application/grpc"))
}
