//! Body of a request with a bound on the bytes of all requests.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};

use crate::server::grpc;
use crate::service::request_bytes::RequestBytes;

/// Body of a request. It ends with an error where the service has no room for more bytes.
pub(super) struct MeteredBody {
    /// Body as received.
    pub(super) body: Body,
    /// Bytes of all requests that are being received.
    pub(super) budget: Arc<RequestBytes>,
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
            let length = frame.data_ref().map_or(0, |data| data.len() as u64);
            // The frame is dropped; the reader of the body turns the error into a rejection.
            if !self.budget.reserve(length) {
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
