//! Connections: accepted, counted, encrypted, watched, closed when old, drained.
//!
//! The accept loop is our own, for what the server of tonic leaves open: the number of connections,
//! peers that send nothing or stop reading, the age of a connection, and a drain that ends.

mod connection;
mod listener;
mod stream;
mod tls;

pub(crate) use crate::server::connections::listener::ConnectionServer;
pub(crate) use crate::server::connections::tls::TlsCertificates;
