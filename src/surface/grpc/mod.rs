//! The service over gRPC.
//!
//! Sole owner of tonic. A call is turned into an engine call on the pool, its result into messages.

mod catalog;
pub(crate) mod client;
mod service;
mod status;

use std::future::Future;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tonic_health::ServingStatus;

use crate::config::Config;
use crate::proto::DESCRIPTORS;
use crate::proto::catalog_service_server::CatalogServiceServer;
use crate::proto::proof_service_server::ProofServiceServer;
use crate::proto::typeset_service_server::TypesetServiceServer;
use crate::surface::grpc::catalog::Catalog;
use crate::surface::grpc::service::{Proofs, Typesetter};
use crate::surface::jobs::Pool;
use crate::surface::live::Live;

/// How often an idle connection is asked whether its peer lives, and how long the answer may take.
const KEEPALIVE: [Duration; 2] = [Duration::from_secs(20), Duration::from_secs(5)];

/// Serves until `stop` resolves, each call with the engine in use when it begins; then lets running calls finish, for at most the grace of the
/// configuration. Says whether all of them did.
///
/// # Errors
/// The listener or a part of the server cannot be set up.
pub async fn serve(
    listener: TcpListener,
    engine: impl Into<Live>,
    config: &Config,
    stop: impl Future<Output = ()>,
) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
    let engine = engine.into();
    let pool = Pool::new(config.workers, config.queue)?;
    let most = config.limits.message_bytes;
    let typesetter = TypesetServiceServer::new(Typesetter::new(engine.clone(), pool))
        .max_decoding_message_size(most);
    let catalog = CatalogServiceServer::new(Catalog::new(engine)).max_decoding_message_size(most);
    let proofs = ProofServiceServer::new(Proofs).max_decoding_message_size(most);

    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_service_status("", ServingStatus::Serving).await;
    health.set_serving::<TypesetServiceServer<Typesetter>>().await;
    health.set_serving::<CatalogServiceServer<Catalog>>().await;
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };

    let (drain, drained) = tokio::sync::oneshot::channel::<()>();
    let server = Server::builder()
        .max_concurrent_streams(config.streams)
        .http2_keepalive_interval(Some(KEEPALIVE[0]))
        .http2_keepalive_timeout(Some(KEEPALIVE[1]))
        .add_service(health_service)
        .add_service(reflection().build_v1()?)
        // Older clients, grpcurl and grpcio among them, still ask for this one.
        .add_service(reflection().build_v1alpha()?)
        .add_service(typesetter)
        .add_service(catalog)
        .add_service(proofs)
        .serve_with_incoming_shutdown(TcpListenerStream::new(listener), async {
            // A dropped sender means the same: stop.
            let _ = drained.await;
        });
    let mut server = std::pin::pin!(server);
    tokio::select! {
        result = &mut server => return Ok(result.map(|()| true)?),
        () = stop => {}
    }
    health.set_service_status("", ServingStatus::NotServing).await;
    health.set_not_serving::<TypesetServiceServer<Typesetter>>().await;
    health.set_not_serving::<CatalogServiceServer<Catalog>>().await;
    let _ = drain.send(());
    // A peer that never closes its connection must not keep the process alive.
    let grace = Duration::from_secs(config.grace_seconds);
    match tokio::time::timeout(grace, server).await {
        Ok(result) => Ok(result.map(|()| true)?),
        Err(_) => Ok(false),
    }
}
