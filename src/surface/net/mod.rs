//! Connections: accepted, bounded, encrypted, watched, asked to go, drained.
//!
//! The loop is our own, for what the server of tonic leaves open: how many connections, a peer that says nothing, one
//! that takes nothing, the age of a connection, and a drain that ends.

mod io;
pub(crate) mod tls;

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
use crate::surface::metrics::ServiceMetrics;
use crate::surface::net::io::{LentStream, TimedStream, linger};
use crate::surface::net::tls::TlsCertificates;

/// Where a connection comes from, and whether it is asked to go: among the extensions of its requests.
#[derive(Clone, Debug)]
pub(crate) struct PeerConnection {
    /// Its address.
    pub(crate) address: SocketAddr,
    /// True once the connection is to end. A stream that has no end of its own ends then.
    pub(crate) leaving: watch::Receiver<bool>,
    /// Told when an answer is long over and still not taken: the connection is asked to go then, as an old one is.
    pub(crate) stuck: Arc<Notify>,
}

/// How often an idle connection is asked whether its peer lives, and how long the answer may take.
const KEEPALIVE: [Duration; 2] = [Duration::from_secs(20), Duration::from_secs(5)];
/// How long the head of an HTTP/1 request may take.
const HEAD: Duration = Duration::from_secs(30);
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
const REST: Duration = Duration::from_millis(100);
/// So many rests without a call in flight, and a stop waits no longer.
const QUIET: u32 = 30;

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
    connections: usize,
    first_byte: Duration,
    stall: Duration,
    age: Duration,
    /// How long a connection that was asked to go may finish its calls.
    leave: Duration,
    streams: u32,
}

/// Connections of each address.
#[derive(Debug)]
struct PeerCounts {
    most: usize,
    counts: Mutex<BTreeMap<IpAddr, usize>>,
}

/// One of them, while it lives.
struct PeerPlace {
    peers: Arc<PeerCounts>,
    address: IpAddr,
    metrics: Arc<ServiceMetrics>,
}

impl PeerCounts {
    fn enter(
        self: &Arc<Self>,
        address: IpAddr,
        metrics: &Arc<ServiceMetrics>,
    ) -> Option<PeerPlace> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_insert(0);
        if *count >= self.most {
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
                connections: config.connections,
                first_byte: seconds(config.first_byte_seconds),
                stall: seconds(config.stall_seconds),
                age: seconds(config.connection_age_seconds),
                leave: seconds(config.deadline_seconds),
                streams: config.streams,
            },
            peers: Arc::new(PeerCounts {
                most: config.connections_per_peer,
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
        let permits = Arc::new(Semaphore::new(self.limits.connections));
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
                    tokio::time::sleep(REST).await;
                    continue;
                }
            };
            let Some(place) = self.peers.enter(peer.ip(), &self.metrics) else {
                self.metrics.refused("peer_limit");
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
                one.accept(stream, certificates).await;
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
            () = idle(&self.metrics) => true,
            () = tokio::time::sleep(grace) => self.metrics.in_flight.get() == 0,
        }
    }
}

/// No call is in flight, for longer than the last bytes of one take to get out.
async fn idle(metrics: &ServiceMetrics) {
    let mut quiet = 0;
    while quiet < QUIET {
        tokio::time::sleep(REST).await;
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
    async fn accept(mut self, stream: TcpStream, certificates: Option<TlsCertificates>) {
        // Answers are written in large pieces; waiting to fill packets only delays the last one.
        let _ = stream.set_nodelay(true);
        let (lent, back) = LentStream::new(stream);
        match certificates {
            None => self.speak(lent).await,
            Some(certificates) => {
                let hands = certificates.acceptor().accept(lent);
                let shaken = tokio::select! {
                    shaken = tokio::time::timeout(self.limits.first_byte, hands) => shaken,
                    // Who has not shaken hands has no call to finish.
                    _ = self.draining.wait_for(|draining| *draining) => return,
                };
                match shaken {
                    Ok(Ok(stream)) => self.speak(stream).await,
                    Ok(Err(error)) => {
                        self.metrics.refused("handshake");
                        tracing::info!(peer = %self.peer, error = %error, "handshake");
                    }
                    Err(_) => self.metrics.refused("handshake_timeout"),
                }
            }
        }
        linger(back).await;
    }

    /// Speaks HTTP until the peer goes, is too old, or the server stops.
    async fn speak(mut self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let ConnectionLimits { first_byte, stall, age, leave, .. } = self.limits;
        let (go, leaving) = watch::channel(false);
        let stuck = Arc::new(Notify::new());
        let peer = PeerConnection { address: self.peer, leaving, stuck: Arc::clone(&stuck) };
        let router = self.router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(peer.clone());
            router.clone().oneshot(request)
        });
        let stream = TokioIo::new(TimedStream::new(stream, first_byte, stall));
        let builder = self.builder();
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
                self.metrics.refused("broken");
                tracing::debug!(peer = %self.peer, error = %error, "connection");
            }
            None => self.metrics.refused("age"),
        }
    }

    fn builder(&self) -> Builder<TokioExecutor> {
        let mut builder = Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(64 << 10);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(self.limits.streams)
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
