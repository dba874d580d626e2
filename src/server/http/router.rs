//! Routes: the methods of the contract and the paths of operators.

use std::fmt::Write as _;

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Query, Request, State};
use axum::response::Response;
use axum::routing::{get, post, put};
use hyper::StatusCode;
use hyper::header::CONTENT_TYPE;

use crate::config::CHUNK_BYTES_MAX;
use crate::contract::openapi_document;
use crate::proto;
use crate::server::grpc;
use crate::server::headers::is_grpc;
use crate::server::http::answer::page_response;
use crate::server::http::ask::{
    json_message, next_frame, paging_parameters, render_request, upload_header,
};
use crate::server::http::error::{
    HttpRejection, JSON, error_response, json_or_error, json_response,
};
use crate::server::status::{CallOutcome, status_name};
use crate::service::caller::CallContext;
use crate::service::calls::ServiceCalls;
use crate::service::catalog;
use crate::service::language::ResponseLanguage;
use crate::service::picture_upload::{PictureUpload, UploadStart};
use crate::service::workers::QueueClass;

type QueryPairs = Query<Vec<(String, String)>>;

/// Builds the routes.
pub(crate) fn router() -> Router<ServiceCalls> {
    Router::new()
        .route("/v1/pages:render", post(render))
        .route("/v1/pages:plan", post(plan))
        .route("/v1/articles:measure", post(measure))
        .route("/v1/pictures", put(upload))
        .route("/v1/houseStyles", get(house_styles))
        .route("/v1/fonts", get(fonts))
        .route("/openapi.json", get(openapi))
        .route("/metrics", get(metrics))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .method_not_allowed_fallback(wrong_method)
        .fallback(not_found)
}

/// Answers at paths that do not exist, those of gRPC services too.
async fn not_found(request: Request) -> Response {
    let path: String = request.uri().path().chars().take(120).collect();
    let language = language_of(&request);
    if is_grpc(request.headers()) {
        // A client of gRPC expects a status in trailers and cannot read JSON.
        return grpc::unimplemented_response(path, language);
    }
    let (zh, en) = (format!("没有路径 {path}"), format!("no such path: {path}"));
    HttpRejection::http(StatusCode::NOT_FOUND, 5, zh, en).into_response(language)
}

async fn wrong_method(request: Request) -> Response {
    let (zh, en) = ("此路径不支持这种方法", "this path does not support this method");
    // The router adds the methods that the path takes.
    HttpRejection::http(StatusCode::METHOD_NOT_ALLOWED, 12, zh, en)
        .into_response(language_of(&request))
}

fn language_of(request: &Request) -> ResponseLanguage {
    let caller = request.extensions().get::<CallContext>();
    caller.map(|caller| caller.default_language()).unwrap_or_default()
}

async fn render(
    State(calls): State<ServiceCalls>,
    Extension(caller): Extension<CallContext>,
    Query(query): QueryPairs,
    request: Request,
) -> Response {
    let requested = match render_request(request, &query, calls.config()).await {
        Ok(requested) => requested,
        // The locale is in the body that could not be read: only the header tells the language.
        Err(rejection) => return rejection.into_response(caller.default_language()),
    };
    let language = caller.language(&requested.page.locale);
    match calls.render(&caller, requested.page, QueueClass::Interactive).await {
        Err(error) => error_response(&error, language, None),
        Ok(page) => match &page.files {
            // The report goes along: it tells the desk how much copy is over.
            Err(error) => error_response(error, language, Some(&page.report)),
            Ok(_) => page_response(&caller, page, requested.form),
        },
    }
}

async fn plan(
    State(calls): State<ServiceCalls>,
    Extension(caller): Extension<CallContext>,
    request: Request,
) -> Response {
    let request: proto::PlanPageRequest = match json_message(request, calls.config()).await {
        Ok(request) => request,
        Err(rejection) => return rejection.into_response(caller.default_language()),
    };
    let language = caller.language(&request.locale);
    json_or_error(calls.plan(&caller, request).await, language)
}

async fn measure(
    State(calls): State<ServiceCalls>,
    Extension(caller): Extension<CallContext>,
    request: Request,
) -> Response {
    let request: proto::MeasureArticleRequest = match json_message(request, calls.config()).await {
        Ok(request) => request,
        Err(rejection) => return rejection.into_response(caller.default_language()),
    };
    let language = caller.language(&request.locale);
    json_or_error(calls.measure(&caller, request).await, language)
}

async fn upload(
    State(calls): State<ServiceCalls>,
    Extension(caller): Extension<CallContext>,
    Query(query): QueryPairs,
    request: Request,
) -> Response {
    let language = caller.default_language();
    let header = match upload_header(&query, request.headers()) {
        Ok(header) => header,
        Err(rejection) => return rejection.into_response(language),
    };
    let mut upload = match PictureUpload::begin(&calls, &caller, header) {
        // Pictures are kept by their hash: one that is there already is not read again.
        Ok(UploadStart::Stored(response)) => return json_response(&response, language),
        Ok(UploadStart::Upload(upload)) => upload,
        Err(error) => return error_response(&error, language, None),
    };
    let mut body = request.into_body();
    loop {
        match next_frame(&mut body).await {
            Ok(Some(bytes)) => {
                // A frame of HTTP may be longer than a chunk of the contract.
                for chunk in bytes.chunks(CHUNK_BYTES_MAX) {
                    if let Err(error) = upload.push_chunk(chunk) {
                        return error_response(&error, language, None);
                    }
                }
            }
            Ok(None) => break,
            Err(rejection) => return rejection.into_response(language),
        }
    }
    // The job may outlive this future, so it owns what it uses.
    let (owned_calls, owner) = (calls.clone(), caller.clone());
    let stored = calls
        .run_on_worker(&caller, QueueClass::Interactive, move |_| {
            upload.finish(&owned_calls, &owner)
        })
        .await;
    json_or_error(stored, language)
}

async fn house_styles(
    State(calls): State<ServiceCalls>,
    Extension(caller): Extension<CallContext>,
    Query(query): QueryPairs,
) -> Response {
    let language = caller.default_language();
    let (page_size, page_token) = match paging_parameters(&query) {
        Ok(paging) => paging,
        Err(rejection) => return rejection.into_response(language),
    };
    let request = proto::ListHouseStylesRequest { page_size, page_token };
    json_or_error(catalog::list_house_styles(&calls, &caller, request), language)
}

async fn fonts(
    State(calls): State<ServiceCalls>,
    Extension(caller): Extension<CallContext>,
    Query(query): QueryPairs,
) -> Response {
    let language = caller.default_language();
    let (page_size, page_token) = match paging_parameters(&query) {
        Ok(paging) => paging,
        Err(rejection) => return rejection.into_response(language),
    };
    let request = proto::ListFontsRequest { page_size, page_token };
    json_or_error(catalog::list_fonts(&calls, &caller, request).await, language)
}

async fn openapi() -> Response {
    let response = Response::builder().header(CONTENT_TYPE, JSON);
    response.body(Body::from(openapi_document())).unwrap_or_default()
}

async fn metrics(State(calls): State<ServiceCalls>) -> Response {
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let response = Response::builder().header(CONTENT_TYPE, media_type);
    response.body(Body::from(calls.metrics_text())).unwrap_or_default()
}

/// Answers whether the service takes work, with the number of its faces and house styles.
async fn ready(State(calls): State<ServiceCalls>) -> Response {
    let engines = calls.engines().current();
    let (status, mut text) = match calls.check_ready() {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {reason}\n")),
    };
    for engine in engines.engines() {
        let faces = engine.fonts().catalog().faces().len();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "faces {faces}, house styles {}", engine.styles().len());
    }
    let outcome = CallOutcome(status_name(if status == StatusCode::OK { 0 } else { 14 }));
    let response = Response::builder()
        .status(status)
        .header(CONTENT_TYPE, "text/plain; charset=utf-8")
        .extension(outcome);
    response.body(Body::from(text)).unwrap_or_default()
}
