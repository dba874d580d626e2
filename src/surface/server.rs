//! A server: all doors on one port, from the first connection to the last.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;

use crate::config::ServiceConfig;
use crate::engine::Engine;
use crate::surface::calls::ServiceCalls;
use crate::surface::calls::tenants::TenantRegistry;
use crate::surface::live::{EngineGeneration, EngineRegistry};
use crate::surface::metrics::ServiceMetrics;
use crate::surface::net::ConnectionServer;
use crate::surface::net::tls::TlsCertificates;
use crate::surface::origins::{self, AllowedOrigins};
use crate::surface::{door, grpc, http};

/// Pictures past their time are let go of so often.
const SWEEP: Duration = Duration::from_secs(60);

/// What a server is made of.
#[derive(Debug)]
pub(crate) struct ServerParts {
    calls: ServiceCalls,
    certificates: Option<TlsCertificates>,
}

/// Serves an engine until `stop` resolves, then lets running calls finish, for at
/// most the grace of the configuration. Says whether all of them did.
///
/// # Errors
/// A configuration that cannot be meant, certificates that cannot be read, or a part that cannot be set up.
pub async fn serve(
    listener: TcpListener,
    engine: Engine,
    config: &ServiceConfig,
    stop: impl Future<Output = ()>,
) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
    let set = EngineGeneration::new(engine, BTreeMap::new(), TenantRegistry::new(config));
    ServerParts::new(set, config)?.serve(listener, stop).await
}

impl ServerParts {
    /// A server of engines and certificates that were read.
    ///
    /// # Errors
    /// As [`serve`].
    pub(crate) fn new(
        set: EngineGeneration,
        config: &ServiceConfig,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        config.check()?;
        let certificates = config.tls.as_ref().map(TlsCertificates::read).transpose()?;
        let calls =
            ServiceCalls::new(EngineRegistry::from(set), config, Arc::new(ServiceMetrics::new()))?;
        Ok(Self { calls, certificates })
    }

    /// What its doors share.
    pub(crate) fn calls(&self) -> &ServiceCalls {
        &self.calls
    }

    /// The certificates in use.
    pub(crate) fn certificates(&self) -> Option<&TlsCertificates> {
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
        let store = calls.picture_store().clone();
        let sweeper = tokio::spawn(async move {
            loop {
                tokio::time::sleep(SWEEP).await;
                store.sweep();
            }
        });
        health.set(true).await;
        let net =
            ConnectionServer::new(listener, certificates, &config, Arc::clone(calls.metrics()));
        let stop = async {
            stop.await;
            // Balancers are told first, and have the time to notice.
            calls.begin_draining();
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
    calls: &ServiceCalls,
) -> Result<(Router, grpc::ServiceHealth), Box<dyn std::error::Error + Send + Sync>> {
    let (grpc, health) = grpc::router(calls)?;
    let door = from_fn_with_state(calls.clone(), door::enter);
    let http = http::router().fallback(http::nowhere).layer(door);
    let router = grpc.merge(http).with_state(calls.clone());
    let origins = &calls.config().origins;
    let router = if origins.is_empty() {
        router
    } else {
        router.layer(from_fn_with_state(AllowedOrigins::new(origins), origins::answer))
    };
    Ok((router, health))
}
