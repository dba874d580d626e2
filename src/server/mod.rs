//! The server: connections, the layer around every call, gRPC and HTTP.

mod call_layer;
mod connections;
mod grpc;
mod headers;
mod http;
mod log;
mod origins;
pub(crate) mod process;
mod serve;
mod status;
#[cfg(feature = "otel")]
mod traces;

pub use crate::server::serve::serve;
