//! The service over gRPC, and over gRPC-web for browsers.
//!
//! Sole owner of tonic in the server. A method of the contract is a method of
//! [`ServiceCalls`](crate::service::calls::ServiceCalls); its result becomes messages.

mod batch;
mod caller;
mod catalog;
mod messages;
mod proof;
mod router;
mod status;
mod typeset;
mod upload;

pub(crate) use crate::server::grpc::messages::page_messages;
pub(crate) use crate::server::grpc::router::{HealthState, ServiceHealth, accept_grpc_web, router};
pub(crate) use crate::server::grpc::status::{
    body_limit_error, is_body_limit_error, rejection_response, unimplemented_response,
    unreadable_message,
};
