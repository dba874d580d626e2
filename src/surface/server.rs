//! A server: all doors on one port, from the first connection to the last.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;

use crate::config::Config;
use crate::engine::Engine;
use crate::surface::calls::Calls;
use crate::surface::calls::tenants::Tenants;
use crate::surface::live::{Live, Set};
use crate::surface::metrics::Metrics;
use crate::surface::net::Net;
use crate::surface::net::tls::Certificates;
use crate::surface::origins::{self, Origins};
use crate::surface::{door, grpc, http};

/// Pictures past their time are let go of so often.
const SWEEP: Duration = Duration::from_secs(60);

/// What a server is made of.
#[derive(Debug)]
pub(crate) struct Server {
    calls: Calls,
    certificates: Option<Certificates>,
}

/// Serves an engine until `stop` resolves, then lets running calls finish, for at
/// most the grace of the configuration. Says whether all of them did.
///
/// # Errors
/// A configuration that cannot be meant, certificates that cannot be read, or a part that cannot be set up.
pub async fn serve(
    listener: TcpListener,
    engine: Engine,
    config: &Config,
    stop: impl Future<Output = ()>,
) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
    let set = Set::new(engine, BTreeMap::new(), Tenants::new(config));
    Server::new(set, config)?.serve(listener, stop).await
}

impl Server {
    /// A server of engines and certificates that were read.
    ///
    /// # Errors
    /// As [`serve`].
    pub(crate) fn new(
        set: Set,
        config: &Config,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        config.check()?;
        let certificates = config.tls.as_ref().map(Certificates::read).transpose()?;
        let calls = Calls::new(Live::from(set), config, Arc::new(Metrics::new()))?;
        Ok(Self { calls, certificates })
    }

    /// What its doors share.
    pub(crate) fn calls(&self) -> &Calls {
        &self.calls
    }

    /// The certificates in use.
    pub(crate) fn certificates(&self) -> Option<&Certificates> {
        self.certificates.as_ref()
    }

    /// Serves as [`serve`] says.
    pub(crate) async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
    ) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
        let Self { calls, certificates } = self;
        let (router, health) = router(&calls)?;
        let config = calls.config().clone();
        let store = calls.store().clone();
        let sweeper = tokio::spawn(async move {
            loop {
                tokio::time::sleep(SWEEP).await;
                store.sweep();
            }
        });
        health.set(true).await;
        let net = Net::new(listener, certificates, &config, Arc::clone(calls.metrics()));
        let stop = async {
            stop.await;
            // Balancers are told first, and have the time to notice.
            calls.drain();
            health.set(false).await;
            tokio::time::sleep(Duration::from_secs(config.notice_seconds)).await;
        };
        let drained = net.serve(router, stop, Duration::from_secs(config.grace_seconds)).await;
        sweeper.abort();
        Ok(drained)
    }
}

/// All routes, each behind the door; around them what browsers ask before they call.
fn router(
    calls: &Calls,
) -> Result<(Router, grpc::Health), Box<dyn std::error::Error + Send + Sync>> {
    let (grpc, health) = grpc::router(calls)?;
    let door = from_fn_with_state(calls.clone(), door::enter);
    let http = http::router().fallback(http::nowhere).layer(door);
    let router = grpc.merge(http).with_state(calls.clone());
    let origins = &calls.config().origins;
    let router = if origins.is_empty() {
        router
    } else {
        router.layer(from_fn_with_state(Origins::new(origins), origins::answer))
    };
    Ok((router, health))
}
