//! What the server has, over gRPC.

use tonic::{Request, Response, Status};

use crate::proto;
use crate::proto::catalog_service_server::CatalogService;
use crate::surface::calls::ServiceCalls;
use crate::surface::catalog;
use crate::surface::grpc::service::caller;
use crate::surface::grpc::status::status;

/// Lists what the server has.
#[derive(Debug)]
pub(crate) struct CatalogApi {
    calls: ServiceCalls,
}

impl CatalogApi {
    pub(crate) fn new(calls: ServiceCalls) -> Self {
        Self { calls }
    }
}

#[tonic::async_trait]
impl CatalogService for CatalogApi {
    async fn list_house_styles(
        &self,
        request: Request<proto::ListHouseStylesRequest>,
    ) -> Result<Response<proto::ListHouseStylesResponse>, Status> {
        let caller = caller(&request)?;
        let styles = catalog::house_styles(&self.calls, &caller, request.into_inner());
        styles.map(Response::new).map_err(|error| status(&error, caller.language("")))
    }

    async fn list_fonts(
        &self,
        request: Request<proto::ListFontsRequest>,
    ) -> Result<Response<proto::ListFontsResponse>, Status> {
        let caller = caller(&request)?;
        let fonts = catalog::fonts(&self.calls, &caller, request.into_inner()).await;
        fonts.map(Response::new).map_err(|error| status(&error, caller.language("")))
    }
}
