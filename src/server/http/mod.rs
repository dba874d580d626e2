//! The service over plain HTTP: the JSON mapping of the contract, and what operators ask.
//!
//! Sole owner of the routes. Every call is one of [`Calls`]; a page comes as the file asked for, as several in one answer, or
//! as the messages of its stream.

mod answer;
mod ask;

use std::fmt::Write as _;

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Query, Request, State};
use axum::response::Response;
use axum::routing::{get, post, put};
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;
use serde_json::{Value, json};

use crate::config::CHUNK_BYTES_MAX;
use crate::contract::openapi_document;
use crate::error::Error;
use crate::proto;
use crate::server::call_layer::is_grpc;
use crate::server::grpc;
use crate::server::http::ask::{HttpRefusal, json_message};
use crate::server::status::{CallOutcome, REASON_HEADER, status_name, status_of};
use crate::service::caller::CallerIdentity;
use crate::service::calls::ServiceCalls;
use crate::service::catalog;
use crate::service::language::ReplyLanguage;
use crate::service::picture_upload::PictureUpload;
use crate::service::refusal::{finding_field, finding_text, limited_findings, message_of};

/// The routes.
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
}

/// For paths that nothing serves.
pub(crate) async fn not_found(request: Request) -> Response {
    let path: String = request.uri().path().chars().take(120).collect();
    let language = language_of(&request);
    if is_grpc(request.headers()) {
        return grpc::unimplemented_response(path, language);
    }
    HttpRefusal::http(
        StatusCode::NOT_FOUND,
        5,
        format!("没有 {path}"),
        format!("there is no {path}"),
    )
    .into_response(language)
}

async fn wrong_method(request: Request) -> Response {
    let (zh, en) = ("此路径不接受这种方法", "this path does not take this method");
    // The router adds those it takes.
    HttpRefusal::http(StatusCode::METHOD_NOT_ALLOWED, 12, zh, en)
        .into_response(language_of(&request))
}

fn language_of(request: &Request) -> ReplyLanguage {
    request
        .extensions()
        .get::<CallerIdentity>()
        .map(|caller| caller.language(""))
        .unwrap_or_default()
}

/// The answer to a call that has none, for a caller that accepts these languages.
pub(crate) fn refusal_response(error: &Error, accepted: &str) -> Response {
    error_response(error, ReplyLanguage::choose("", accepted), None)
}

/// The answer of an error; a page that has a report gives that too.
fn error_response(
    error: &Error,
    language: ReplyLanguage,
    report: Option<&proto::RenderReport>,
) -> Response {
    let (row, told) = (status_of(error), message_of(error));
    let details: Vec<Value> = limited_findings(error.findings())
        .into_iter()
        .map(|finding| {
            json!({
                "code": finding.code.id(),
                "field": finding_field(finding),
                "description": finding_text(finding),
            })
        })
        .collect();
    let mut body = json!({
        "error": {
            "code": row.grpc,
            "status": row.name,
            "reason": error.reason_code(),
            "message": language.text_of(&told),
            "details": details,
        }
    });
    if let Some(report) = report {
        body["report"] = serde_json::to_value(report).unwrap_or_default();
    }
    let status = StatusCode::from_u16(row.http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = Response::builder()
        .status(status)
        .header(CONTENT_TYPE, "application/json")
        .header(REASON_HEADER, error.reason_code());
    if let Some(retry) = row.retry_after {
        answer = answer.header(RETRY_AFTER, retry.as_secs().max(1));
    }
    if status == StatusCode::UNAUTHORIZED {
        answer = answer.header(WWW_AUTHENTICATE, "Bearer");
    }
    answer.extension(CallOutcome(row.name)).body(Body::from(body.to_string())).unwrap_or_default()
}

/// What a call came to: its answer as JSON, or why there is none.
fn json_or_error(result: Result<impl Serialize, Error>, language: ReplyLanguage) -> Response {
    match result {
        Ok(answer) => json_response(&answer, language),
        Err(error) => error_response(&error, language, None),
    }
}

fn json_response(value: &impl Serialize, language: ReplyLanguage) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => {
            let answer = Response::builder().header(CONTENT_TYPE, "application/json");
            answer.body(Body::from(bytes)).unwrap_or_default()
        }
        Err(error) => error_response(&Error::Internal(error.to_string()), language, None),
    }
}

async fn render(
    State(calls): State<ServiceCalls>,
    Extension(caller): Extension<CallerIdentity>,
    Query(query): Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let (request, form) = match ask::render_request(request, &query, calls.config()).await {
        Ok(asked) => asked,
        Err(refused) => return refused.into_response(caller.language("")),
    };
    let language = caller.language(&request.locale);
    match calls.render(&caller, request, false).await {
        Err(error) => error_response(&error, language, None),
        Ok(sheet) => match &sheet.files {
            Err(error) => error_response(error, language, Some(&sheet.report)),
            Ok(_) => answer::page_response(&caller, sheet, form),
        },
    }
}

async fn plan(
    State(calls): State<ServiceCalls>,
    Extension(caller): Extension<CallerIdentity>,
    request: Request,
) -> Response {
    let request: proto::PlanPageRequest = match json_message(request, calls.config()).await {
        Ok(request) => request,
        Err(refused) => return refused.into_response(caller.language("")),
    };
    let language = caller.language(&request.locale);
    json_or_error(calls.plan(&caller, request).await, language)
}

async fn measure(
    State(calls): State<ServiceCalls>,
    Extension(caller): Extension<CallerIdentity>,
    request: Request,
) -> Response {
    let request: proto::MeasureArticleRequest = match json_message(request, calls.config()).await {
        Ok(request) => request,
        Err(refused) => return refused.into_response(caller.language("")),
    };
    let language = caller.language(&request.locale);
    json_or_error(calls.measure(&caller, request).await, language)
}

async fn upload(
    State(calls): State<ServiceCalls>,
    Extension(caller): Extension<CallerIdentity>,
    Query(query): Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let language = caller.language("");
    let header = match ask::upload_header(&query, request.headers()) {
        Ok(header) => header,
        Err(refused) => return refused.into_response(language),
    };
    let mut upload = match PictureUpload::begin(&calls, &caller, header) {
        Ok(Ok(there)) => return json_response(&there, language),
        Ok(Err(upload)) => upload,
        Err(error) => return error_response(&error, language, None),
    };
    let mut body = request.into_body();
    loop {
        match ask::next_frame(&mut body).await {
            Ok(Some(bytes)) => {
                for chunk in bytes.chunks(CHUNK_BYTES_MAX) {
                    if let Err(error) = upload.push_chunk(chunk) {
                        return error_response(&error, language, None);
                    }
                }
            }
            Ok(None) => break,
            Err(refused) => return refused.into_response(language),
        }
    }
    let (all, who) = (calls.clone(), caller.clone());
    json_or_error(
        calls.run_on_worker(&caller, false, move |_| upload.finish(&all, &who)).await,
        language,
    )
}

async fn house_styles(
    State(calls): State<ServiceCalls>,
    Extension(caller): Extension<CallerIdentity>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let language = caller.language("");
    let (page_size, page_token) = match ask::paging_parameters(&query) {
        Ok(paging) => paging,
        Err(refused) => return refused.into_response(language),
    };
    let request = proto::ListHouseStylesRequest { page_size, page_token };
    json_or_error(catalog::list_house_styles(&calls, &caller, request), language)
}

async fn fonts(
    State(calls): State<ServiceCalls>,
    Extension(caller): Extension<CallerIdentity>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let language = caller.language("");
    let (page_size, page_token) = match ask::paging_parameters(&query) {
        Ok(paging) => paging,
        Err(refused) => return refused.into_response(language),
    };
    let request = proto::ListFontsRequest { page_size, page_token };
    json_or_error(catalog::list_fonts(&calls, &caller, request).await, language)
}

async fn openapi() -> Response {
    let answer = Response::builder().header(CONTENT_TYPE, "application/json");
    answer.body(Body::from(openapi_document())).unwrap_or_default()
}

async fn metrics(State(calls): State<ServiceCalls>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let answer = Response::builder().header(CONTENT_TYPE, kind);
    answer.body(Body::from(calls.metrics_text())).unwrap_or_default()
}

/// Whether the service takes work, and what it has.
async fn ready(State(calls): State<ServiceCalls>) -> Response {
    let set = calls.engines().current();
    let (status, mut text) = match calls.check_ready() {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}\n")),
    };
    for engine in set.engines() {
        let faces = engine.fonts().catalog().faces().len();
        // A string takes all that is written to it.
        let _ = writeln!(text, "faces {faces}, house styles {}", engine.styles().len());
    }
    let answer =
        Response::builder().status(status).header(CONTENT_TYPE, "text/plain; charset=utf-8");
    answer
        .extension(CallOutcome(status_name(if status == StatusCode::OK { 0 } else { 14 })))
        .body(Body::from(text))
        .unwrap_or_default()
}
