//! The service over gRPC, and over gRPC-web for browsers.
//!
//! Sole owner of tonic. A call of the contract is one of [`Calls`], its result becomes messages.

mod batch;
mod catalog;
mod service;
mod status;
mod upload;

use std::error::Error as StdError;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic_health::ServingStatus;
use tonic_health::server::{HealthReporter, health_reporter};
use tonic_web::GrpcWebLayer;

use crate::error::Error;
use crate::proto::DESCRIPTORS;
use crate::proto::catalog_service_server::CatalogServiceServer;
use crate::proto::proof_service_server::ProofServiceServer;
use crate::proto::typeset_service_server::TypesetServiceServer;
use crate::server::call_layer;
use crate::server::grpc::catalog::CatalogApi;
use crate::server::grpc::service::{ProofApi, TypesetApi};
use crate::server::grpc::status::error_status;
use crate::service::calls::ServiceCalls;
use crate::service::language::ReplyLanguage;

pub(crate) use crate::server::grpc::service::page_messages;
pub(crate) use crate::server::grpc::status::{
    body_limit_error, is_body_limit_error, unreadable_message,
};

/// The answer to a call that has none, for a caller that accepts these languages.
pub(crate) fn refusal_response(error: &Error, accepted: &str) -> Response {
    let status = error_status(error, ReplyLanguage::choose("", accepted));
    status.into_http::<Body>().map(axum::body::Body::new)
}

/// The answer to a method that nobody has.
pub(crate) fn unimplemented_response(what: String, language: ReplyLanguage) -> Response {
    error_status(&Error::Unsupported { feature: what }, language)
        .into_http::<Body>()
        .map(axum::body::Body::new)
}

/// The routes of the contract, health and reflection, behind the door; and who says whether the service serves.
///
/// # Errors
/// Descriptors that cannot be read: a defect of the build.
pub(crate) fn router(
    calls: &ServiceCalls,
) -> Result<(Router<ServiceCalls>, ServiceHealth), Box<dyn StdError + Send + Sync>> {
    let most = calls.config().limits.message_bytes;
    let typesetter = TypesetServiceServer::new(TypesetApi::new(calls.clone()));
    let catalog = CatalogServiceServer::new(CatalogApi::new(calls.clone()));
    let proofs = ProofServiceServer::new(ProofApi);
    let (reporter, health) = health_reporter();
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let router = Router::new()
        .route_service(&service_path(&typesetter), typesetter.max_decoding_message_size(most))
        .route_service(&service_path(&catalog), catalog.max_decoding_message_size(most))
        .route_service(&service_path(&proofs), proofs.max_decoding_message_size(most))
        .route_service(&service_path(&health), health);
    let v1 = reflection().build_v1()?;
    // Older clients, grpcurl and grpcio among them, still ask for this one.
    let v1alpha = reflection().build_v1alpha()?;
    let router = router
        .route_service(&service_path(&v1), v1)
        .route_service(&service_path(&v1alpha), v1alpha);
    // What browsers send as gRPC-web becomes gRPC before it comes to the door.
    let door = from_fn_with_state(calls.clone(), call_layer::handle_call);
    Ok((router.layer(door).layer(GrpcWebLayer::new()), ServiceHealth(reporter)))
}

/// All methods of a service.
fn service_path<S: NamedService>(_: &S) -> String {
    format!("/{}/{{*method}}", S::NAME)
}

/// Says to balancers whether the service serves.
pub(crate) struct ServiceHealth(HealthReporter);

impl ServiceHealth {
    pub(crate) async fn set_serving(&self, serving: bool) {
        let status = if serving { ServingStatus::Serving } else { ServingStatus::NotServing };
        for service in
            ["", TypesetServiceServer::<TypesetApi>::NAME, CatalogServiceServer::<CatalogApi>::NAME]
        {
            self.0.set_service_status(service, status).await;
        }
    }
}
