//! Banmian (版面) typesets Chinese broadsheet pages from article records.
#[cfg(all(feature = "grpc", feature = "pdf", feature = "preview"))]
mod batch;
#[cfg(all(feature = "grpc", feature = "pdf", feature = "preview"))]
pub mod cli;
#[cfg(all(feature = "grpc", feature = "pdf", feature = "preview"))]
mod client;
pub mod colour;
pub mod compare;
pub mod config;
#[cfg(feature = "grpc")]
mod contract;
pub mod engine;
pub mod error;
#[cfg(all(feature = "grpc", feature = "pdf", feature = "preview"))]
mod files;
pub mod finding;
pub mod fit;
pub mod font;
pub mod image;
pub mod intake;
pub mod line;
pub mod makeup;
pub mod model;
pub mod output;
pub mod page;
#[cfg(feature = "pdf")]
pub mod preflight;
pub mod proto;
pub mod report;
pub mod script;
#[cfg(all(feature = "grpc", feature = "pdf", feature = "preview"))]
pub mod server;
#[cfg(all(feature = "grpc", feature = "pdf", feature = "preview"))]
mod service;
pub mod unit;
