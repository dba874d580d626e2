//! Caller of a gRPC method.

use tonic::{Request, Status};

use crate::error::Error;
use crate::server::grpc::status::error_status;
use crate::service::caller::CallerIdentity;
use crate::service::language::ReplyLanguage;

/// Returns the caller that the call layer has identified.
pub(super) fn caller_of<T>(request: &Request<T>) -> Result<CallerIdentity, Status> {
    let missing = || {
        let error = Error::Internal("a call without a caller".to_owned());
        error_status(&error, ReplyLanguage::default())
    };
    request.extensions().get::<CallerIdentity>().cloned().ok_or_else(missing)
}
