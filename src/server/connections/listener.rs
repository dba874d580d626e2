//! Accept loop: number of connections, connections of each peer, drain.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::config::ServiceConfig;
use crate::server::connections::connection::{ConnectionLimits, OneConnection};
use crate::server::connections::tls::TlsCertificates;
use crate::service::metrics::ServiceMetrics;

/// Pause after accepting has failed, for want of file descriptors for example, and between two
/// checks of a drain.
const PAUSE: Duration = Duration::from_millis(100);
/// Number of checks without a call in flight after which a drain waits no longer: 3 seconds.
const IDLE_CHECKS: u32 = 30;

/// Accepts and serves the connections of a server.
#[derive(Debug)]
pub(crate) struct ConnectionServer {
    listener: TcpListener,
    certificates: Option<TlsCertificates>,
    limits: ConnectionLimits,
    max_connections: usize,
    peers: Arc<PeerCounts>,
    metrics: Arc<ServiceMetrics>,
}

/// Number of connections of each address.
#[derive(Debug)]
struct PeerCounts {
    max_per_peer: usize,
    counts: Mutex<BTreeMap<IpAddr, usize>>,
}

/// Place of a connection among those of its peer. Dropping it frees the place.
struct PeerPlace {
    peers: Arc<PeerCounts>,
    address: IpAddr,
    metrics: Arc<ServiceMetrics>,
}

impl PeerCounts {
    /// Counts a connection; `None` if its peer has too many.
    fn admit(
        self: &Arc<Self>,
        address: IpAddr,
        metrics: &Arc<ServiceMetrics>,
    ) -> Option<PeerPlace> {
        // A panic cannot leave the counts half-changed, so poison is ignored.
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
                // Or every address that ever called would stay in the map.
                counts.remove(&self.address);
            }
        }
        self.metrics.connections.dec();
    }
}

impl ConnectionServer {
    /// Server on an open port.
    pub(crate) fn new(
        listener: TcpListener,
        certificates: Option<TlsCertificates>,
        config: &ServiceConfig,
        metrics: Arc<ServiceMetrics>,
    ) -> Self {
        let max_per_peer = config.connections_per_peer;
        Self {
            listener,
            certificates,
            limits: ConnectionLimits::new(config),
            max_connections: config.connections,
            peers: Arc::new(PeerCounts { max_per_peer, counts: Mutex::default() }),
            metrics,
        }
    }

    /// Serves until `stop` resolves, then lets the calls of every connection finish for at most
    /// `grace`. Returns whether all did.
    pub(crate) async fn serve(
        self,
        router: Router,
        stop: impl Future<Output = ()>,
        grace: Duration,
    ) -> bool {
        let permits = Arc::new(Semaphore::new(self.max_connections));
        let (drain, draining) = watch::channel(false);
        let mut open = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            // Finished connections are removed as others come.
            while open.try_join_next().is_some() {}
            let next = async {
                // Before accepting: connections beyond the limit wait in the backlog of the system.
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
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            // Dropping the stream closes the connection, and the permit goes back.
            let Some(place) = self.peers.admit(peer.ip(), &self.metrics) else {
                self.metrics.record_refused_connection("peer_limit");
                continue;
            };
            let connection = OneConnection {
                peer,
                router: router.clone(),
                limits: self.limits,
                draining: draining.clone(),
                metrics: Arc::clone(&self.metrics),
            };
            let certificates = self.certificates.clone();
            open.spawn(async move {
                connection.serve(stream, certificates).await;
                // Moved into the task, so that both are held exactly as long as the connection.
                drop((place, permit));
            });
        }
        // No connection is accepted any more; open ones are asked to close.
        drop(self.listener);
        let _ = drain.send(true);
        let all_closed = async { while open.join_next().await.is_some() {} };
        tokio::select! {
            () = all_closed => true,
            // A peer that does not close, but has no call either, is not waited for.
            () = until_idle(&self.metrics) => true,
            () = tokio::time::sleep(grace) => self.metrics.in_flight.get() == 0,
        }
    }
}

/// Waits until no call has been in flight for longer than the last bytes of one take to get out.
async fn until_idle(metrics: &ServiceMetrics) {
    let mut idle_checks = 0;
    while idle_checks < IDLE_CHECKS {
        tokio::time::sleep(PAUSE).await;
        // A call in between starts the count again.
        idle_checks = if metrics.in_flight.get() == 0 { idle_checks + 1 } else { 0 };
    }
}
