//! The service over plain HTTP: the JSON mapping of the contract, and the paths of operators.
//!
//! A method of the contract is a method of [`ServiceCalls`](crate::service::calls::ServiceCalls). A
//! page is sent as the file that was requested, as several files in one response, or as the
//! messages of its stream.

mod answer;
mod ask;
mod error;
mod router;

pub(crate) use crate::server::http::error::rejection_response;
pub(crate) use crate::server::http::router::router;
