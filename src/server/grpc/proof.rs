//! `ProofService`: proof rounds, not implemented by this version.

use tonic::{Request, Response, Status};

use crate::error::Error;
use crate::proto;
use crate::proto::proof_service_server::ProofService;
use crate::server::grpc::caller::caller_of;
use crate::server::grpc::status::error_status;

/// The methods of `ProofService`, each of which answers that it is not implemented.
#[derive(Debug)]
pub(crate) struct ProofApi;

fn unimplemented<T, U>(request: &Request<T>, method: &str) -> Result<Response<U>, Status> {
    let language = caller_of(request)?.default_language();
    Err(error_status(&Error::Unsupported { feature: format!("ProofService.{method}") }, language))
}

#[tonic::async_trait]
impl ProofService for ProofApi {
    async fn save_round(
        &self,
        request: Request<proto::SaveRoundRequest>,
    ) -> Result<Response<proto::SaveRoundResponse>, Status> {
        unimplemented(&request, "SaveRound")
    }

    async fn get_round(
        &self,
        request: Request<proto::GetRoundRequest>,
    ) -> Result<Response<proto::GetRoundResponse>, Status> {
        unimplemented(&request, "GetRound")
    }

    async fn list_rounds(
        &self,
        request: Request<proto::ListRoundsRequest>,
    ) -> Result<Response<proto::ListRoundsResponse>, Status> {
        unimplemented(&request, "ListRounds")
    }

    async fn compare_rounds(
        &self,
        request: Request<proto::CompareRoundsRequest>,
    ) -> Result<Response<proto::CompareRoundsResponse>, Status> {
        unimplemented(&request, "CompareRounds")
    }

    async fn sign_round(
        &self,
        request: Request<proto::SignRoundRequest>,
    ) -> Result<Response<proto::SignRoundResponse>, Status> {
        unimplemented(&request, "SignRound")
    }
}
