//! The service over gRPC, and over gRPC-web for browsers.
//!
//! Sole owner of tonic. A call of the contract is one of [`Calls`], its result becomes messages.

mod batch;
mod catalog;
pub(crate) mod client;
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
use crate::surface::calls::Calls;
use crate::surface::calls::language::Language;
use crate::surface::door;
use crate::surface::grpc::catalog::Catalog;
use crate::surface::grpc::service::{Proofs, Typesetter};
use crate::surface::grpc::status::status;

pub(crate) use crate::surface::grpc::service::parts;
pub(crate) use crate::surface::grpc::status::{crowded, is_crowded, unread};

/// The answer to a call that has none, for a caller that accepts these languages.
pub(crate) fn refusal(error: &Error, accepted: &str) -> Response {
    let status = status(error, Language::choose("", accepted));
    status.into_http::<Body>().map(axum::body::Body::new)
}

/// The answer to a method that nobody has.
pub(crate) fn unserved(what: String, language: Language) -> Response {
    status(&Error::Unserved { what }, language).into_http::<Body>().map(axum::body::Body::new)
}

/// The routes of the contract, health and reflection, behind the door; and who says whether the service serves.
///
/// # Errors
/// Descriptors that cannot be read: a defect of the build.
pub(crate) fn router(
    calls: &Calls,
) -> Result<(Router<Calls>, Health), Box<dyn StdError + Send + Sync>> {
    let most = calls.config().limits.message_bytes;
    let typesetter = TypesetServiceServer::new(Typesetter::new(calls.clone()));
    let catalog = CatalogServiceServer::new(Catalog::new(calls.clone()));
    let proofs = ProofServiceServer::new(Proofs);
    let (reporter, health) = health_reporter();
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let router = Router::new()
        .route_service(&path_of(&typesetter), typesetter.max_decoding_message_size(most))
        .route_service(&path_of(&catalog), catalog.max_decoding_message_size(most))
        .route_service(&path_of(&proofs), proofs.max_decoding_message_size(most))
        .route_service(&path_of(&health), health);
    let v1 = reflection().build_v1()?;
    // Older clients, grpcurl and grpcio among them, still ask for this one.
    let v1alpha = reflection().build_v1alpha()?;
    let router = router.route_service(&path_of(&v1), v1).route_service(&path_of(&v1alpha), v1alpha);
    // What browsers send as gRPC-web becomes gRPC before it comes to the door.
    let door = from_fn_with_state(calls.clone(), door::enter);
    Ok((router.layer(door).layer(GrpcWebLayer::new()), Health(reporter)))
}

/// All methods of a service.
fn path_of<S: NamedService>(_: &S) -> String {
    format!("/{}/{{*method}}", S::NAME)
}

/// Says to balancers whether the service serves.
pub(crate) struct Health(HealthReporter);

impl Health {
    pub(crate) async fn set(&self, serving: bool) {
        let status = if serving { ServingStatus::Serving } else { ServingStatus::NotServing };
        for service in
            ["", TypesetServiceServer::<Typesetter>::NAME, CatalogServiceServer::<Catalog>::NAME]
        {
            self.0.set_service_status(service, status).await;
        }
    }
}
