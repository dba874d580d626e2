//! The service behind gRPC, HTTP and batches: calls, callers, workers, engines, caches, metrics.
//!
//! It knows no protocol: neither tonic nor hyper nor axum.

pub(crate) mod answer_cache;
pub(crate) mod call_watch;
pub(crate) mod caller;
pub(crate) mod calls;
pub(crate) mod catalog;
pub(crate) mod engines;
pub(crate) mod language;
pub(crate) mod load;
pub(crate) mod metrics;
pub(crate) mod panic_text;
pub(crate) mod peer;
pub(crate) mod picture_store;
pub(crate) mod picture_upload;
pub(crate) mod rejection;
pub(crate) mod rendered;
pub(crate) mod request_bytes;
pub(crate) mod response_stream;
pub(crate) mod run_id;
pub(crate) mod tenants;
pub(crate) mod workers;
