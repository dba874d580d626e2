//! One connection: handshake, HTTP, end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{Notify, watch};
use tower::ServiceExt as _;

use crate::config::ServiceConfig;
use crate::server::connections::stream::{LentStream, TimedStream, linger};
use crate::server::connections::tls::TlsCertificates;
use crate::service::metrics::ServiceMetrics;
use crate::service::peer::PeerConnection;

/// Interval at which an idle connection is checked.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(20);
/// Time that a peer has to answer such a check.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(5);
/// Time that the head of an HTTP/1 request may take.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes that HTTP/1 reads ahead.
const HTTP1_BUFFER_BYTES: usize = 64 << 10;
/// Bytes of the headers of a request: far above those of any call.
const HEADER_BYTES: u32 = 32 << 10;
/// Bytes that a peer may send on a stream before it is asked for more.
const STREAM_WINDOW_BYTES: u32 = 1 << 20;
/// Bytes that a peer may send on a connection before it is asked for more.
const CONNECTION_WINDOW_BYTES: u32 = 4 << 20;
/// Bytes of a response that wait for a slow peer, for each stream.
const SEND_BUFFER_BYTES: usize = 512 << 10;
/// Streams that a peer may reset before they begin; beyond, the connection is closed. A client that
/// cancels its last requests, behind a proxy that shares connections, resets some tens at a time.
const MAX_RESETS_BY_PEER: usize = 128;
/// Streams that the server may reset; beyond, the connection is closed.
const MAX_RESETS_BY_SERVER: usize = 256;

/// Limits of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct ConnectionLimits {
    /// Time until the first byte.
    first_byte_timeout: Duration,
    /// Time for which a peer may stop reading.
    stall_timeout: Duration,
    /// Age at which a connection is asked to close.
    max_age: Duration,
    /// Time that a connection that was asked to close has for its calls.
    close_timeout: Duration,
    /// Streams at a time.
    max_streams: u32,
}

impl ConnectionLimits {
    pub(super) fn new(config: &ServiceConfig) -> Self {
        Self {
            first_byte_timeout: Duration::from_secs(config.first_byte_seconds),
            stall_timeout: Duration::from_secs(config.stall_seconds),
            max_age: Duration::from_secs(config.connection_age_seconds),
            close_timeout: Duration::from_secs(config.deadline_seconds),
            max_streams: config.streams,
        }
    }
}

/// One connection.
pub(super) struct OneConnection {
    pub(super) peer: SocketAddr,
    pub(super) router: Router,
    pub(super) limits: ConnectionLimits,
    /// True once the server is stopping.
    pub(super) draining: watch::Receiver<bool>,
    pub(super) metrics: Arc<ServiceMetrics>,
}

impl OneConnection {
    /// Serves the connection to its end, over TLS if there are certificates.
    pub(super) async fn serve(mut self, stream: TcpStream, certificates: Option<TlsCertificates>) {
        // Responses are written in large pieces; waiting to fill packets only delays the last one.
        let _ = stream.set_nodelay(true);
        // The protocol may close the socket at any time; lending it keeps it for `linger`.
        let (lent, returned) = LentStream::new(stream);
        match certificates {
            None => self.serve_http(lent).await,
            Some(certificates) => {
                let handshake = certificates.acceptor().accept(lent);
                let handshake = tokio::select! {
                    done = tokio::time::timeout(self.limits.first_byte_timeout, handshake) => done,
                    // Before the handshake there is no call to finish.
                    // Returning drops the socket, which closes it.
                    _ = self.draining.wait_for(|draining| *draining) => return,
                };
                match handshake {
                    Ok(Ok(stream)) => self.serve_http(stream).await,
                    Ok(Err(error)) => {
                        self.metrics.record_refused_connection("handshake");
                        tracing::info!(peer = %self.peer, error = %error, "handshake");
                    }
                    Err(_) => self.metrics.record_refused_connection("handshake_timeout"),
                }
            }
        }
        linger(returned).await;
    }

    /// Serves HTTP until the peer closes, the connection is too old or stalled, or the server
    /// stops. Except in the first case its calls may finish.
    async fn serve_http(mut self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let limits = self.limits;
        let (close, closing) = watch::channel(false);
        let stalled = Arc::new(Notify::new());
        let peer = PeerConnection { address: self.peer, closing, stalled: Arc::clone(&stalled) };
        let router = self.router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            // The call layer finds the peer here: only the connection knows it.
            request.extensions_mut().insert(peer.clone());
            router.clone().oneshot(request)
        });
        let stream = TimedStream::new(stream, limits.first_byte_timeout, limits.stall_timeout);
        let builder = self.http_builder();
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        // `as_mut`: the connection is polled on below if another branch ends the wait.
        let ended = tokio::select! {
            ended = connection.as_mut() => Some(ended),
            () = tokio::time::sleep(limits.max_age) => None,
            () = stalled.notified() => None,
            _ = self.draining.wait_for(|draining| *draining) => None,
        };
        let ended = match ended {
            Some(ended) => Some(ended),
            None => {
                // HTTP/2 sends GOAWAY, HTTP/1 closes after the response.
                connection.as_mut().graceful_shutdown();
                // Streams without an end, such as batches, end themselves when they see this.
                let _ = close.send(true);
                tokio::time::timeout(limits.close_timeout, connection).await.ok()
            }
        };
        match ended {
            Some(Ok(())) => {}
            Some(Err(error)) => {
                self.metrics.record_refused_connection("broken");
                tracing::debug!(peer = %self.peer, error = %error, "connection");
            }
            None => self.metrics.record_refused_connection("age"),
        }
    }

    fn http_builder(&self) -> Builder<TokioExecutor> {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(HTTP1_BUFFER_BYTES);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(self.limits.max_streams)
            .max_header_list_size(HEADER_BYTES)
            .initial_stream_window_size(STREAM_WINDOW_BYTES)
            .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
            .max_send_buf_size(SEND_BUFFER_BYTES)
            // Bounds on resets: cancelling streams faster than they are served is a known attack on
            // HTTP/2.
            .max_pending_accept_reset_streams(MAX_RESETS_BY_PEER)
            .max_local_error_reset_streams(MAX_RESETS_BY_SERVER)
            .keep_alive_interval(KEEPALIVE_INTERVAL)
            .keep_alive_timeout(KEEPALIVE_TIMEOUT);
        builder
    }
}
