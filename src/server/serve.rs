//! A server: gRPC, gRPC-web and HTTP on one port, from the first connection to the last.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;

use crate::config::ServiceConfig;
use crate::engine::Engine;
use crate::server::call_layer::handle_call;
use crate::server::connections::{ConnectionServer, TlsCertificates};
use crate::server::grpc::{self, HealthState, ServiceHealth};
use crate::server::http;
use crate::server::origins::{AllowedOrigins, handle_cors};
use crate::service::calls::ServiceCalls;
use crate::service::engines::{EngineGeneration, EngineRegistry};
use crate::service::metrics::ServiceMetrics;
use crate::service::tenants::TenantRegistry;

/// Interval at which expired pictures are removed.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60);

type ServeError = Box<dyn std::error::Error + Send + Sync>;

/// Parts of a server that does not listen yet.
#[derive(Debug)]
pub(crate) struct ServerParts {
    calls: ServiceCalls,
    certificates: Option<TlsCertificates>,
}

/// Serves an engine until `stop` resolves, then lets running calls finish, for at most the grace of
/// the configuration. Returns whether all of them did.
///
/// # Errors
/// A configuration that contradicts itself, certificates that cannot be read, or a part that cannot
/// be set up.
pub async fn serve(
    listener: TcpListener,
    engine: Engine,
    config: &ServiceConfig,
    stop: impl Future<Output = ()>,
) -> Result<bool, ServeError> {
    let engines = EngineGeneration::new(engine, BTreeMap::new(), TenantRegistry::new(config));
    ServerParts::new(engines, config)?.serve(listener, stop).await
}

impl ServerParts {
    /// Sets a server up: checks the configuration, reads the certificates, starts the workers.
    ///
    /// # Errors
    /// As [`serve`].
    pub(crate) fn new(
        engines: EngineGeneration,
        config: &ServiceConfig,
    ) -> Result<Self, ServeError> {
        config.check()?;
        let certificates = config.tls.as_ref().map(TlsCertificates::read).transpose()?;
        let metrics = Arc::new(ServiceMetrics::new());
        let calls = ServiceCalls::new(EngineRegistry::from(engines), config, metrics)?;
        Ok(Self { calls, certificates })
    }

    /// Calls of the server.
    pub(crate) fn calls(&self) -> &ServiceCalls {
        &self.calls
    }

    /// Certificates in use; `None` without TLS.
    pub(crate) fn certificates(&self) -> Option<&TlsCertificates> {
        self.certificates.as_ref()
    }

    /// Serves until `stop` resolves, as [`serve`].
    pub(crate) async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
    ) -> Result<bool, ServeError> {
        let Self { calls, certificates } = self;
        let (router, health) = router(&calls)?;
        let config = calls.config().clone();
        let store = calls.picture_store().clone();
        // Pictures expire on use as well; this frees the memory of a server that nobody calls.
        let sweeper = tokio::spawn(async move {
            loop {
                tokio::time::sleep(SWEEP_INTERVAL).await;
                store.remove_expired();
            }
        });
        // Last before accepting: everything else is ready.
        health.set(HealthState::Serving).await;
        let metrics = Arc::clone(calls.metrics());
        let connections = ConnectionServer::new(listener, certificates, &config, metrics);
        let stop = async {
            stop.await;
            // Load balancers are told first, and have the time to notice.
            calls.begin_draining();
            health.set(HealthState::Stopping).await;
            tokio::time::sleep(Duration::from_secs(config.notice_seconds)).await;
        };
        let grace = Duration::from_secs(config.grace_seconds);
        let drained = connections.serve(router, stop, grace).await;
        // It would otherwise run as long as the runtime.
        sweeper.abort();
        Ok(drained)
    }
}

/// Builds all routes. Layers from the inside: the call layer around every method, gRPC-web around
/// gRPC, cross-origin requests around everything.
fn router(calls: &ServiceCalls) -> Result<(Router, ServiceHealth), ServeError> {
    let call_layer = from_fn_with_state(calls.clone(), handle_call);
    let (grpc_routes, health) = grpc::router(calls)?;
    // Outside the call layer, which thereby sees plain gRPC only.
    let grpc_routes = grpc::accept_grpc_web(grpc_routes.layer(call_layer.clone()));
    let http_routes = http::router().layer(call_layer);
    let router = grpc_routes.merge(http_routes).with_state(calls.clone());
    let origins = &calls.config().origins;
    let router = if origins.is_empty() {
        router
    } else {
        router.layer(from_fn_with_state(AllowedOrigins::new(origins), handle_cors))
    };
    Ok((router, health))
}
