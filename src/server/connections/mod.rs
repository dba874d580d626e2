//! Connections: accepted, bounded, encrypted, watched, asked to go, drained.
//!
//! The loop is our own, for what the server of tonic leaves open: how many connections, a peer that says nothing, one
//! that takes nothing, the age of a connection, and a drain that ends.

mod stream;
mod tls;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use crate::config::ServiceConfig;
use crate::server::connections::stream::{LentStream, TimedStream, linger};
pub(crate) use crate::server::connections::tls::TlsCertificates;
use crate::service::metrics::ServiceMetrics;
use crate::service::peer::PeerConnection;

/// How often an idle connection is asked whether its peer lives, and how long the answer may take.
const KEEPALIVE: [Duration; 2] = [Duration::from_secs(20), Duration::from_secs(5)];
/// How long the head of an HTTP/1 request may take.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes of the headers of a request: far above what calls have.
const HEADER_BYTES: u32 = 32 << 10;
/// Bytes that a peer may send before it is asked for more: a stream's, and a connection's.
const WINDOWS: [u32; 2] = [1 << 20, 4 << 20];
/// Bytes of an answer that wait for a slow peer, a stream.
const SEND_BUFFER: usize = 512 << 10;
/// Streams that a peer may reset before they begin, and that we may: beyond, it is sent away. A desk that cancels what it
/// has just asked for, behind a proxy that shares connections, resets some tens at a time.
const RESETS: [usize; 2] = [128, 256];
/// After the accepting of connections fails, for want of file descriptors say, it rests.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);
/// So many rests without a call in flight, and a stop waits no longer.
const IDLE_CHECKS: u32 = 30;

/// The connections of a server.
#[derive(Debug)]
pub(crate) struct ConnectionServer {
    listener: TcpListener,
    certificates: Option<TlsCertificates>,
    limits: ConnectionLimits,
    peers: Arc<PeerCounts>,
    metrics: Arc<ServiceMetrics>,
}

#[derive(Clone, Copy, Debug)]
struct ConnectionLimits {
    max_connections: usize,
    first_byte_timeout: Duration,
    stall_timeout: Duration,
    max_age: Duration,
    /// How long a connection that was asked to go may finish its calls.
    close_timeout: Duration,
    max_streams: u32,
}

/// Connections of each address.
#[derive(Debug)]
struct PeerCounts {
    max_per_peer: usize,
    counts: Mutex<BTreeMap<IpAddr, usize>>,
}

/// One of them, while it lives.
struct PeerPlace {
    peers: Arc<PeerCounts>,
    address: IpAddr,
    metrics: Arc<ServiceMetrics>,
}

impl PeerCounts {
    fn admit(
        self: &Arc<Self>,
        address: IpAddr,
        metrics: &Arc<ServiceMetrics>,
    ) -> Option<PeerPlace> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_insert(0);
        if *count >= self.max_per_peer {
            return None;
        }
        *count += 1;
        metrics.connections.inc();
        Some(PeerPlace { peers: Arc::clone(self), address, metrics: Arc::clone(metrics) })
    }
}

impl Drop for PeerPlace {
    fn drop(&mut self) {
        let mut counts = self.peers.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
        self.metrics.connections.dec();
    }
}

impl ConnectionServer {
    pub(crate) fn new(
        listener: TcpListener,
        certificates: Option<TlsCertificates>,
        config: &ServiceConfig,
        metrics: Arc<ServiceMetrics>,
    ) -> Self {
        let seconds = Duration::from_secs;
        Self {
            listener,
            certificates,
            limits: ConnectionLimits {
                max_connections: config.connections,
                first_byte_timeout: seconds(config.first_byte_seconds),
                stall_timeout: seconds(config.stall_seconds),
                max_age: seconds(config.connection_age_seconds),
                close_timeout: seconds(config.deadline_seconds),
                max_streams: config.streams,
            },
            peers: Arc::new(PeerCounts {
                max_per_peer: config.connections_per_peer,
                counts: Mutex::default(),
            }),
            metrics,
        }
    }

    /// Serves until `stop` resolves, then lets the calls of every connection finish for at most `grace`. Says whether
    /// all did.
    pub(crate) async fn serve(
        self,
        router: Router,
        stop: impl Future<Output = ()>,
        grace: Duration,
    ) -> bool {
        let permits = Arc::new(Semaphore::new(self.limits.max_connections));
        let (drain, draining) = watch::channel(false);
        let mut open = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            // Finished connections are let go of as others come.
            while open.try_join_next().is_some() {}
            let next = async {
                let permit = Arc::clone(&permits).acquire_owned().await;
                (permit, self.listener.accept().await)
            };
            let (permit, accepted) = tokio::select! {
                next = next => next,
                () = &mut stop => break,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(error = %error, "accept");
                    tokio::time::sleep(ACCEPT_RETRY).await;
                    continue;
                }
            };
            let Some(place) = self.peers.admit(peer.ip(), &self.metrics) else {
                self.metrics.record_refused_connection("peer_limit");
                continue;
            };
            let one = OneConnection {
                peer,
                router: router.clone(),
                limits: self.limits,
                draining: draining.clone(),
                metrics: Arc::clone(&self.metrics),
            };
            let certificates = self.certificates.clone();
            open.spawn(async move {
                one.serve(stream, certificates).await;
                drop((place, permit));
            });
        }
        // Nobody comes in any more; who is in is asked to go.
        drop(self.listener);
        let _ = drain.send(true);
        let left = async { while open.join_next().await.is_some() {} };
        tokio::select! {
            () = left => true,
            // Who does not answer that it was asked to go, but has no call either, is not waited for.
            () = until_idle(&self.metrics) => true,
            () = tokio::time::sleep(grace) => self.metrics.in_flight.get() == 0,
        }
    }
}

/// No call is in flight, for longer than the last bytes of one take to get out.
async fn until_idle(metrics: &ServiceMetrics) {
    let mut quiet = 0;
    while quiet < IDLE_CHECKS {
        tokio::time::sleep(ACCEPT_RETRY).await;
        quiet = if metrics.in_flight.get() == 0 { quiet + 1 } else { 0 };
    }
}

/// One connection.
struct OneConnection {
    peer: SocketAddr,
    router: Router,
    limits: ConnectionLimits,
    draining: watch::Receiver<bool>,
    metrics: Arc<ServiceMetrics>,
}

impl OneConnection {
    async fn serve(mut self, stream: TcpStream, certificates: Option<TlsCertificates>) {
        // Answers are written in large pieces; waiting to fill packets only delays the last one.
        let _ = stream.set_nodelay(true);
        let (lent, back) = LentStream::new(stream);
        match certificates {
            None => self.serve_http(lent).await,
            Some(certificates) => {
                let hands = certificates.acceptor().accept(lent);
                let shaken = tokio::select! {
                    shaken = tokio::time::timeout(self.limits.first_byte_timeout, hands) => shaken,
                    // Who has not shaken hands has no call to finish.
                    _ = self.draining.wait_for(|draining| *draining) => return,
                };
                match shaken {
                    Ok(Ok(stream)) => self.serve_http(stream).await,
                    Ok(Err(error)) => {
                        self.metrics.record_refused_connection("handshake");
                        tracing::info!(peer = %self.peer, error = %error, "handshake");
                    }
                    Err(_) => self.metrics.record_refused_connection("handshake_timeout"),
                }
            }
        }
        linger(back).await;
    }

    /// Speaks HTTP until the peer goes, is too old, or the server stops.
    async fn serve_http(mut self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let ConnectionLimits {
            first_byte_timeout: first_byte,
            stall_timeout: stall,
            max_age: age,
            close_timeout: leave,
            ..
        } = self.limits;
        let (go, leaving) = watch::channel(false);
        let stuck = Arc::new(Notify::new());
        let peer =
            PeerConnection { address: self.peer, closing: leaving, stalled: Arc::clone(&stuck) };
        let router = self.router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(peer.clone());
            router.clone().oneshot(request)
        });
        let stream = TokioIo::new(TimedStream::new(stream, first_byte, stall));
        let builder = self.http_builder();
        let mut connection = std::pin::pin!(builder.serve_connection(stream, service));
        let ended = tokio::select! {
            ended = connection.as_mut() => Some(ended),
            () = tokio::time::sleep(age) => None,
            () = stuck.notified() => None,
            _ = self.draining.wait_for(|draining| *draining) => None,
        };
        let ended = match ended {
            Some(ended) => Some(ended),
            None => {
                connection.as_mut().graceful_shutdown();
                let _ = go.send(true);
                tokio::time::timeout(leave, connection).await.ok()
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
            .max_buf_size(64 << 10);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(self.limits.max_streams)
            .max_header_list_size(HEADER_BYTES)
            .initial_stream_window_size(WINDOWS[0])
            .initial_connection_window_size(WINDOWS[1])
            .max_send_buf_size(SEND_BUFFER)
            .max_pending_accept_reset_streams(RESETS[0])
            .max_local_error_reset_streams(RESETS[1])
            .keep_alive_interval(KEEPALIVE[0])
            .keep_alive_timeout(KEEPALIVE[1]);
        builder
    }
}
