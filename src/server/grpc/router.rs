//! Routes of the contract, health and reflection.

use std::error::Error as StdError;

use axum::Router;
use tonic::server::NamedService;
use tonic_health::ServingStatus;
use tonic_health::server::{HealthReporter, health_reporter};
use tonic_web::GrpcWebLayer;

use crate::proto::DESCRIPTORS;
use crate::proto::catalog_service_server::CatalogServiceServer;
use crate::proto::proof_service_server::ProofServiceServer;
use crate::proto::typeset_service_server::TypesetServiceServer;
use crate::server::grpc::catalog::CatalogApi;
use crate::server::grpc::proof::ProofApi;
use crate::server::grpc::typeset::TypesetApi;
use crate::service::calls::ServiceCalls;

/// Builds the routes of the contract, health and reflection, and the switch of the health service.
///
/// # Errors
/// Descriptors that cannot be read: a defect of the build.
pub(crate) fn router(
    calls: &ServiceCalls,
) -> Result<(Router<ServiceCalls>, ServiceHealth), Box<dyn StdError + Send + Sync>> {
    let message_bytes = calls.config().limits.message_bytes;
    let typeset = TypesetServiceServer::new(TypesetApi::new(calls.clone()));
    let catalog = CatalogServiceServer::new(CatalogApi::new(calls.clone()));
    let proofs = ProofServiceServer::new(ProofApi);
    let (reporter, health) = health_reporter();
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let router = Router::new()
        .route_service(&service_path(&typeset), typeset.max_decoding_message_size(message_bytes))
        .route_service(&service_path(&catalog), catalog.max_decoding_message_size(message_bytes))
        .route_service(&service_path(&proofs), proofs.max_decoding_message_size(message_bytes))
        .route_service(&service_path(&health), health);
    let v1 = reflection().build_v1()?;
    // Older clients, grpcurl and grpcio among them, still ask for this one.
    let v1alpha = reflection().build_v1alpha()?;
    let router = router
        .route_service(&service_path(&v1), v1)
        .route_service(&service_path(&v1alpha), v1alpha);
    Ok((router, ServiceHealth(reporter)))
}

/// Turns gRPC-web of browsers into gRPC before it reaches the routes and their layers.
pub(crate) fn accept_grpc_web(router: Router<ServiceCalls>) -> Router<ServiceCalls> {
    router.layer(GrpcWebLayer::new())
}

/// Path of all methods of a service.
fn service_path<S: NamedService>(_: &S) -> String {
    format!("/{}/{{*method}}", S::NAME)
}

/// Switch of the health service.
pub(crate) struct ServiceHealth(HealthReporter);

/// State that the health service reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HealthState {
    /// Calls are taken.
    Serving,
    /// The server is stopping.
    Stopping,
}

impl ServiceHealth {
    /// Reports a state to load balancers.
    pub(crate) async fn set(&self, state: HealthState) {
        let status = match state {
            HealthState::Serving => ServingStatus::Serving,
            HealthState::Stopping => ServingStatus::NotServing,
        };
        for service in
            ["", TypesetServiceServer::<TypesetApi>::NAME, CatalogServiceServer::<CatalogApi>::NAME]
        {
            self.0.set_service_status(service, status).await;
        }
    }
}
