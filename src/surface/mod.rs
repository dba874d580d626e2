//! How the world reaches the engine: gRPC and the command line.
//!
//! The only code that is asynchronous, reads files, the clock or the environment.

pub mod cli;
pub mod grpc;
mod jobs;
pub mod live;
mod watch;
