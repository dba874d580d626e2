//! What is asked for over HTTP: bodies, queries, the form of the answer.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Body as _;
use hyper::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use hyper::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::config::ServiceConfig;
use crate::error::Error;
use crate::finding::Bilingual;
use crate::intake::read_message;
use crate::proto::{self, Output};
use crate::server::grpc::is_body_limit_error;
use crate::server::http::error_response;
use crate::server::status::{CallOutcome, status_name};
use crate::service::language::ReplyLanguage;

/// The form in which a page is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnswerForm {
    /// The bytes of the file of this place among those asked for.
    File(usize),
    /// The report and all files as parts of one answer.
    Multipart,
    /// The same as an archive.
    Zip,
    /// The messages of the stream, as a list.
    Json,
}

/// Why something was not even asked.
#[derive(Debug)]
pub(crate) enum HttpRefusal {
    /// As any call would be.
    Call(Error),
    /// By HTTP itself: its status, the number of the gRPC status, and what is wrong.
    Http(StatusCode, i32, Bilingual),
}

impl From<Error> for HttpRefusal {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl HttpRefusal {
    pub(crate) fn http(
        status: StatusCode,
        grpc: i32,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self::Http(status, grpc, Bilingual::new(zh, en))
    }

    pub(crate) fn into_response(self, language: ReplyLanguage) -> Response {
        let (status, grpc, words) = match self {
            Self::Call(error) => return error_response(&error, language, None),
            Self::Http(status, grpc, words) => (status, grpc, words),
        };
        let name = status_name(grpc);
        let body = json!({
            "error": {
                "code": grpc,
                "status": name,
                "reason": "BM-HTTP",
                "message": language.text_of(&words),
                "details": [],
            }
        });
        let answer = Response::builder().status(status).header(CONTENT_TYPE, "application/json");
        answer.extension(CallOutcome(name)).body(Body::from(body.to_string())).unwrap_or_default()
    }
}

/// The media type of a body, without its parameters, in lower case.
fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A body as a whole. JSON may take twice the bytes of the message it stands for.
async fn read_body(body: Body, config: &ServiceConfig) -> Result<Bytes, HttpRefusal> {
    let most = config.limits.message_bytes.saturating_mul(2);
    let too_large = || HttpRefusal::Call(Error::TooLarge { limit_bytes: most as u64 });
    if body.size_hint().lower() > most as u64 {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    let mut body = body;
    while let Some(frame) = next_frame(&mut body).await? {
        if bytes.len() + frame.len() > most {
            return Err(too_large());
        }
        bytes.extend_from_slice(&frame);
    }
    Ok(bytes.into())
}

/// The next bytes of a body.
pub(crate) async fn next_frame(body: &mut Body) -> Result<Option<Bytes>, HttpRefusal> {
    loop {
        let next = std::future::poll_fn(|cx| std::pin::Pin::new(&mut *body).poll_frame(cx)).await;
        match next {
            None => return Ok(None),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
            Some(Err(error)) if is_body_limit_error(&error) => return Err(Error::Busy.into()),
            Some(Err(_)) => {
                let (zh, en) = ("请求未传完", "the request broke off");
                return Err(HttpRefusal::http(StatusCode::BAD_REQUEST, 1, zh, en));
            }
        }
    }
}

/// A message as JSON.
pub(crate) async fn json_message<T: DeserializeOwned>(
    request: Request,
    config: &ServiceConfig,
) -> Result<T, HttpRefusal> {
    let kind = media_type(request.headers());
    if kind != "application/json" {
        return Err(unsupported_media_type(&kind, "application/json"));
    }
    let bytes = read_body(request.into_body(), config).await?;
    Ok(read_message(&bytes)?)
}

fn unsupported_media_type(kind: &str, wanted: &str) -> HttpRefusal {
    let kind: String = kind.chars().take(80).collect();
    HttpRefusal::http(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        3,
        format!("content-type 是“{kind}”，应为 {wanted}"),
        format!("content-type is “{kind}”, it is to be {wanted}"),
    )
}

/// A page to be rendered, as a message in JSON or as plain copy with its wishes in the query; and the form wanted.
pub(crate) async fn render_request(
    request: Request,
    query: &[(String, String)],
    config: &ServiceConfig,
) -> Result<(proto::RenderPageRequest, AnswerForm), HttpRefusal> {
    let accept = request.headers().get_all(ACCEPT).iter();
    let accept: Vec<String> =
        accept.filter_map(|value| Some(value.to_str().ok()?.to_owned())).collect();
    let mut page = match media_type(request.headers()).as_str() {
        "application/json" => json_message(request, config).await?,
        "text/plain" => {
            let mut page = query_request(query)?;
            let bytes = read_body(request.into_body(), config).await?;
            page.source = Some(proto::render_page_request::Source::PlainCopy(bytes.to_vec()));
            page
        }
        kind => return Err(unsupported_media_type(kind, "application/json 或/or text/plain")),
    };
    if page.outputs.is_empty() {
        page.outputs.push(Output::PressPdf.into());
    }
    let mut outputs: Vec<i32> = Vec::new();
    // As the engine does: each kind once.
    for output in &page.outputs {
        if !outputs.contains(output) {
            outputs.push(*output);
        }
    }
    let form = choose_form(&accept.join(","), &outputs)?;
    Ok((page, form))
}

/// The wishes of a page of plain copy.
fn query_request(query: &[(String, String)]) -> Result<proto::RenderPageRequest, HttpRefusal> {
    let mut page = proto::RenderPageRequest::default();
    let mut layout = proto::Layout::default();
    for (name, value) in query {
        let upper = value.to_ascii_uppercase().replace('-', "_");
        match name.as_str() {
            "output" => {
                let output = Output::from_str_name(&format!("OUTPUT_{upper}"));
                page.outputs.push(output.ok_or_else(|| bad_parameter(name, value))?.into());
            }
            "policy" => {
                let policy = proto::Policy::from_str_name(&format!("POLICY_{upper}"));
                page.policy = policy.ok_or_else(|| bad_parameter(name, value))?.into();
            }
            "densityStep" => layout.density_step.clone_from(value),
            "houseStyle" => layout.house_style.clone_from(value),
            "name" => page.name.clone_from(value),
            "pdfProfile" => page.pdf_profile.clone_from(value),
            "locale" => page.locale.clone_from(value),
            "previewDpi" => {
                page.preview_dpi = value.parse().map_err(|_| bad_parameter(name, value))?
            }
            _ => return Err(bad_parameter(name, value)),
        }
    }
    if layout != proto::Layout::default() {
        page.layout = Some(layout);
    }
    Ok(page)
}

fn bad_parameter(name: &str, value: &str) -> HttpRefusal {
    let shown = |text: &str| text.chars().take(80).collect::<String>();
    let (name, value) = (shown(name), shown(value));
    HttpRefusal::http(
        StatusCode::BAD_REQUEST,
        3,
        format!("查询参数有误：{name}={value}"),
        format!("bad query parameter: {name}={value}"),
    )
}

/// The page of a list that is wanted.
pub(crate) fn paging_parameters(query: &[(String, String)]) -> Result<(u32, String), HttpRefusal> {
    let (mut size, mut token) = (0, String::new());
    for (name, value) in query {
        match name.as_str() {
            "pageSize" => size = value.parse().map_err(|_| bad_parameter(name, value))?,
            "pageToken" => token.clone_from(value),
            _ => return Err(bad_parameter(name, value)),
        }
    }
    Ok((size, token))
}

/// What is announced of a picture.
pub(crate) fn upload_header(
    query: &[(String, String)],
    headers: &HeaderMap,
) -> Result<proto::UploadPictureHeader, HttpRefusal> {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let mut header = proto::UploadPictureHeader {
        total_bytes: length.unwrap_or(0),
        ..proto::UploadPictureHeader::default()
    };
    for (name, value) in query {
        match name.as_str() {
            "sha256" => header.sha256.clone_from(value),
            "keepSeconds" => {
                header.keep_seconds = value.parse().map_err(|_| bad_parameter(name, value))?
            }
            _ => return Err(bad_parameter(name, value)),
        }
    }
    Ok(header)
}

/// What an output comes as.
fn media_type_of(output: i32) -> &'static str {
    match Output::try_from(output) {
        Ok(Output::PressPdf | Output::ProofPdf | Output::WebPdf) => "application/pdf",
        Ok(Output::PreviewPng) => "image/png",
        Ok(Output::PreviewSvg) => "image/svg+xml",
        Ok(Output::GeometryJson | Output::RecordJson) => "application/json",
        Ok(Output::AltoXml) => "application/xml",
        Ok(Output::Unspecified) | Err(_) => "",
    }
}

/// The form of the answer (RFC 9110, 12.5.1): what is liked best of what can be had. A file can be had alone only where
/// it is the only one of its type; who says nothing gets the one file, or all of them in parts.
fn choose_form(accept: &str, outputs: &[i32]) -> Result<AnswerForm, HttpRefusal> {
    let mut offers: Vec<(&str, AnswerForm)> = Vec::new();
    for (at, output) in outputs.iter().enumerate() {
        let kind = media_type_of(*output);
        let alone = outputs.iter().filter(|other| media_type_of(**other) == kind).count() == 1;
        // JSON stands for the messages of the stream.
        if alone && kind != "application/json" {
            offers.push((kind, AnswerForm::File(at)));
        }
    }
    let several =
        [("multipart/mixed", AnswerForm::Multipart), ("application/zip", AnswerForm::Zip)];
    if outputs.len() > 1 {
        offers.splice(0..0, several);
    } else {
        offers.extend(several);
    }
    offers.push(("application/json", AnswerForm::Json));
    if accept.trim().is_empty() {
        return Ok(offers[0].1);
    }
    let mut best: Option<(f32, AnswerForm)> = None;
    for (kind, form) in &offers {
        let weight = accept_weight(accept, kind);
        if weight > 0.0 && best.is_none_or(|(known, _)| weight > known) {
            best = Some((weight, *form));
        }
    }
    best.map(|(_, form)| form).ok_or_else(|| {
        let kinds: Vec<&str> = offers.iter().map(|(kind, _)| *kind).collect();
        let kinds = kinds.join(", ");
        HttpRefusal::http(
            StatusCode::NOT_ACCEPTABLE,
            3,
            format!("accept 中没有可提供的类型：{kinds}"),
            format!("accept names nothing that can be had: {kinds}"),
        )
    })
}

/// How much a type is liked: by the range that names it most closely.
fn accept_weight(accept: &str, kind: &str) -> f32 {
    let group = kind.split_once('/').map_or("", |(group, _)| group);
    let mut best = (0, 0.0);
    for range in accept.split(',').take(64) {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let closeness = match name.as_str() {
            name if name == kind => 3,
            name if name.strip_suffix("/*") == Some(group) => 2,
            "*/*" => 1,
            _ => continue,
        };
        let q = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        if closeness > best.0 {
            best = (closeness, q.clamp(0.0, 1.0));
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::{AnswerForm, choose_form, query_request};
    use crate::proto::Output::{self, GeometryJson, PressPdf, PreviewPng, ProofPdf};

    #[test]
    fn the_form_is_what_is_liked_best_of_what_can_be_had() {
        let cases: [(&str, &[Output], Option<AnswerForm>); 12] = [
            ("", &[PressPdf], Some(AnswerForm::File(0))),
            ("*/*", &[PressPdf], Some(AnswerForm::File(0))),
            ("", &[PressPdf, PreviewPng], Some(AnswerForm::Multipart)),
            ("application/pdf", &[PressPdf, PreviewPng], Some(AnswerForm::File(0))),
            ("image/*", &[PressPdf, PreviewPng], Some(AnswerForm::File(1))),
            ("application/pdf", &[PressPdf, ProofPdf], None),
            ("application/zip;q=0.5, multipart/*;q=0.4", &[PressPdf], Some(AnswerForm::Zip)),
            ("application/json", &[PressPdf], Some(AnswerForm::Json)),
            ("application/json", &[GeometryJson], Some(AnswerForm::Json)),
            ("text/html, */*;q=0.1", &[PressPdf], Some(AnswerForm::File(0))),
            ("application/pdf;q=0, */*", &[PressPdf], Some(AnswerForm::Multipart)),
            ("text/html", &[PressPdf], None),
        ];
        for (accept, outputs, expected) in cases {
            let outputs: Vec<i32> = outputs.iter().map(|output| (*output).into()).collect();
            assert_eq!(choose_form(accept, &outputs).ok(), expected, "{accept} {outputs:?}");
        }
    }

    #[test]
    fn plain_copy_has_its_wishes_in_the_query() {
        let query = |pairs: &[(&str, &str)]| {
            let pairs: Vec<(String, String)> = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            query_request(&pairs)
        };
        let page = query(&[
            ("output", "preview-png"),
            ("output", "press-pdf"),
            ("densityStep", "theory"),
            ("policy", "mark"),
            ("previewDpi", "50"),
        ]);
        let page = page.expect("a page");
        assert_eq!(page.outputs, [i32::from(PreviewPng), i32::from(PressPdf)]);
        assert_eq!(page.layout.expect("layout").density_step, "theory");
        assert_eq!(page.preview_dpi, 50);
        for wrong in [("output", "press"), ("dpi", "50"), ("previewDpi", "x"), ("policy", "hope")] {
            assert!(query(&[wrong]).is_err(), "{wrong:?}");
        }
    }
}
