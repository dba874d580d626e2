//! Caller of a gRPC method.

use tonic::{Request, Status};

use crate::error::Error;
use crate::server::grpc::status::error_status;
use crate::service::caller::CallContext;
use crate::service::language::ResponseLanguage;

/// Returns the call as the call layer has identified it.
///
/// # Errors
/// `INTERNAL` if the call did not pass through the call layer.
pub(super) fn caller_of<T>(request: &Request<T>) -> Result<CallContext, Status> {
    let missing = || {
        let error = Error::Internal("the call layer has not run".to_owned());
        error_status(&error, ResponseLanguage::default())
    };
    request.extensions().get::<CallContext>().cloned().ok_or_else(missing)
}
