//! How the world reaches the engine: gRPC, HTTP and the command line.
//!
//! The only code that is asynchronous, reads files, the clock or the environment. A call comes in through `net`, passes the
//! `door`, is one of `calls` whether it speaks `grpc` or `http`, and waits for its turn in `jobs`.

mod batch;
mod calls;
mod catalog;
pub mod cli;
mod door;
mod files;
mod grpc;
mod http;
mod jobs;
mod live;
mod log;
mod metrics;
mod net;
mod order;
mod origins;
mod pictures;
mod refusal;
mod server;
#[cfg(feature = "otel")]
mod traces;
mod watch;

pub use crate::surface::server::serve;
