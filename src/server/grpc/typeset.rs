//! `TypesetService`: one short method for each of its methods.

use std::pin::Pin;

use tokio_stream::Stream;
use tonic::{Request, Response, Status, Streaming};

use crate::error::Error;
use crate::proto;
use crate::proto::typeset_service_server::TypesetService;
use crate::server::grpc::batch::render_batch;
use crate::server::grpc::caller::caller_of;
use crate::server::grpc::messages::render_messages;
use crate::server::grpc::status::error_status;
use crate::server::grpc::upload::receive_picture;
use crate::service::calls::ServiceCalls;
use crate::service::response_stream::send_until_deadline;
use crate::service::workers::QueueClass;

/// The methods of `TypesetService`.
#[derive(Debug)]
pub(crate) struct TypesetApi {
    calls: ServiceCalls,
}

type AnswerStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

impl TypesetApi {
    /// Methods on the calls of a server.
    pub(crate) fn new(calls: ServiceCalls) -> Self {
        Self { calls }
    }
}

#[tonic::async_trait]
impl TypesetService for TypesetApi {
    type RenderPageStream = AnswerStream<proto::RenderPageResponse>;
    type RenderBatchStream = AnswerStream<proto::RenderBatchResponse>;

    async fn render_page(
        &self,
        request: Request<proto::RenderPageRequest>,
    ) -> Result<Response<Self::RenderPageStream>, Status> {
        let caller = caller_of(&request)?;
        let request = request.into_inner();
        let language = caller.language(&request.locale);
        let page = self.calls.render(&caller, request, QueueClass::Interactive).await;
        let page = page.map_err(|error| error_status(&error, language))?;
        let late = Err(error_status(&Error::DeadlineExceeded, language));
        let messages = render_messages(page, language);
        Ok(Response::new(Box::pin(send_until_deadline(caller.delivery(), messages, late))))
    }

    async fn plan_page(
        &self,
        request: Request<proto::PlanPageRequest>,
    ) -> Result<Response<proto::PlanPageResponse>, Status> {
        let caller = caller_of(&request)?;
        let request = request.into_inner();
        let language = caller.language(&request.locale);
        let plan = self.calls.plan(&caller, request).await;
        plan.map(Response::new).map_err(|error| error_status(&error, language))
    }

    async fn measure_article(
        &self,
        request: Request<proto::MeasureArticleRequest>,
    ) -> Result<Response<proto::MeasureArticleResponse>, Status> {
        let caller = caller_of(&request)?;
        let request = request.into_inner();
        let language = caller.language(&request.locale);
        let measures = self.calls.measure(&caller, request).await;
        measures.map(Response::new).map_err(|error| error_status(&error, language))
    }

    async fn render_batch(
        &self,
        request: Request<Streaming<proto::RenderBatchRequest>>,
    ) -> Result<Response<Self::RenderBatchStream>, Status> {
        let caller = caller_of(&request)?;
        let pages = render_batch(self.calls.clone(), caller, request.into_inner());
        Ok(Response::new(Box::pin(pages)))
    }

    async fn upload_picture(
        &self,
        request: Request<Streaming<proto::UploadPictureRequest>>,
    ) -> Result<Response<proto::UploadPictureResponse>, Status> {
        let caller = caller_of(&request)?;
        receive_picture(&self.calls, &caller, request.into_inner()).await.map(Response::new)
    }
}
