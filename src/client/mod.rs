//! gRPC client behind `--remote`.

mod batch;
mod connection;
mod error;
mod page;

pub(crate) use crate::client::batch::RemoteMaker;
pub(crate) use crate::client::connection::{BearerToken, ServerAddress, check_request_size};
pub(crate) use crate::client::error::{RemoteError, failure_kind};
pub(crate) use crate::client::page::{RemoteResult, render_page};
