//! A server: all doors on one port, from the first connection to the last.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;

use crate::config::ServiceConfig;
use crate::engine::Engine;
use crate::server::connections::{ConnectionServer, TlsCertificates};
use crate::server::origins::{self, AllowedOrigins};
use crate::server::{call_layer, grpc, http};
use crate::service::calls::ServiceCalls;
use crate::service::engines::{EngineGeneration, EngineRegistry};
use crate::service::metrics::ServiceMetrics;
use crate::service::tenants::TenantRegistry;

/// Pictures past their time are let go of so often.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60);

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
                tokio::time::sleep(SWEEP_INTERVAL).await;
                store.remove_expired();
            }
        });
        health.set_serving(true).await;
        let net =
            ConnectionServer::new(listener, certificates, &config, Arc::clone(calls.metrics()));
        let stop = async {
            stop.await;
            // Balancers are told first, and have the time to notice.
            calls.begin_draining();
            health.set_serving(false).await;
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
    let door = from_fn_with_state(calls.clone(), call_layer::handle_call);
    let http = http::router().fallback(http::not_found).layer(door);
    let router = grpc.merge(http).with_state(calls.clone());
    let origins = &calls.config().origins;
    let router = if origins.is_empty() {
        router
    } else {
        router.layer(from_fn_with_state(AllowedOrigins::new(origins), origins::handle_cors))
    };
    Ok((router, health))
}
