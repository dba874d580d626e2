//! `CatalogService`: house styles and fonts of the server.

use tonic::{Request, Response, Status};

use crate::proto;
use crate::proto::catalog_service_server::CatalogService;
use crate::server::grpc::caller::caller_of;
use crate::server::grpc::status::error_status;
use crate::service::calls::ServiceCalls;
use crate::service::catalog;

/// The methods of `CatalogService`.
#[derive(Debug)]
pub(crate) struct CatalogApi {
    calls: ServiceCalls,
}

impl CatalogApi {
    /// Methods on the calls of a server.
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
        let caller = caller_of(&request)?;
        let styles = catalog::list_house_styles(&self.calls, &caller, request.into_inner());
        styles.map(Response::new).map_err(|error| error_status(&error, caller.default_language()))
    }

    async fn list_fonts(
        &self,
        request: Request<proto::ListFontsRequest>,
    ) -> Result<Response<proto::ListFontsResponse>, Status> {
        let caller = caller_of(&request)?;
        let fonts = catalog::list_fonts(&self.calls, &caller, request.into_inner()).await;
        fonts.map(Response::new).map_err(|error| error_status(&error, caller.default_language()))
    }
}
