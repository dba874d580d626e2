//! Requests over HTTP: bodies, queries, the form of the response.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use hyper::body::Body as _;
use hyper::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use hyper::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::config::ServiceConfig;
use crate::error::Error;
use crate::intake::read_message;
use crate::proto::{self, Output};
use crate::server::grpc::is_body_limit_error;
use crate::server::http::error::{HttpRejection, JSON};

/// Form of the response to a render.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResponseForm {
    /// The bytes of one file, by its index among the requested outputs.
    File(usize),
    /// The report and all files as parts of one response.
    Multipart,
    /// The report and all files as an archive.
    Zip,
    /// The messages of the stream as a JSON array.
    Json,
}

/// Requested page and the form of its response.
#[derive(Debug)]
pub(crate) struct RequestedPage {
    /// The request.
    pub(crate) page: proto::RenderPageRequest,
    /// Form of the response.
    pub(crate) form: ResponseForm,
}

/// Media type of a body, without its parameters, in lower case.
fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Reads a whole body. JSON may take twice the bytes of its message.
async fn read_body(mut body: Body, config: &ServiceConfig) -> Result<Bytes, HttpRejection> {
    let max_bytes = config.limits.message_bytes.saturating_mul(2);
    let too_large = || HttpRejection::Call(Error::TooLarge { limit_bytes: max_bytes as u64 });
    // The stated length alone is enough to reject; a missing one is checked below.
    if body.size_hint().lower() > max_bytes as u64 {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    while let Some(frame) = next_frame(&mut body).await? {
        if bytes.len() + frame.len() > max_bytes {
            return Err(too_large());
        }
        bytes.extend_from_slice(&frame);
    }
    Ok(bytes.into())
}

/// Reads the next bytes of a body; `None` at its end.
pub(crate) async fn next_frame(body: &mut Body) -> Result<Option<Bytes>, HttpRejection> {
    loop {
        let next = std::future::poll_fn(|cx| std::pin::Pin::new(&mut *body).poll_frame(cx)).await;
        match next {
            None => return Ok(None),
            Some(Ok(frame)) => {
                // Trailers are no data and are skipped.
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
            // Busy, not too large: all requests that are being read share one budget of bytes.
            Some(Err(error)) if is_body_limit_error(&error) => return Err(Error::Busy.into()),
            Some(Err(_)) => {
                let (zh, en) = ("请求未传完", "the request body is incomplete");
                return Err(HttpRejection::http(StatusCode::BAD_REQUEST, 1, zh, en));
            }
        }
    }
}

/// Reads a message from a body in JSON.
pub(crate) async fn json_message<T: DeserializeOwned>(
    request: Request,
    config: &ServiceConfig,
) -> Result<T, HttpRejection> {
    let media_type = media_type(request.headers());
    if media_type != JSON {
        return Err(unsupported_media_type(&media_type, &[JSON]));
    }
    let bytes = read_body(request.into_body(), config).await?;
    Ok(read_message(&bytes)?)
}

/// Rejects a body whose media type is none of `expected`.
fn unsupported_media_type(media_type: &str, expected: &[&str]) -> HttpRejection {
    let media_type: String = media_type.chars().take(80).collect();
    HttpRejection::http(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        3,
        format!("content-type 是“{media_type}”，应为 {}", expected.join(" 或 ")),
        format!("content-type is “{media_type}”, expected {}", expected.join(" or ")),
    )
}

/// Reads the request for a page, as a message in JSON or as plain copy with its options in the
/// query, and chooses the form of the response.
pub(crate) async fn render_request(
    request: Request,
    query: &[(String, String)],
    config: &ServiceConfig,
) -> Result<RequestedPage, HttpRejection> {
    let accept = request.headers().get_all(ACCEPT).iter();
    let accept: Vec<String> =
        accept.filter_map(|value| Some(value.to_str().ok()?.to_owned())).collect();
    let mut page = match media_type(request.headers()).as_str() {
        JSON => json_message(request, config).await?,
        "text/plain" => {
            let mut page = query_request(query)?;
            let bytes = read_body(request.into_body(), config).await?;
            page.source = Some(proto::render_page_request::Source::PlainCopy(bytes.to_vec()));
            page
        }
        other => return Err(unsupported_media_type(other, &[JSON, "text/plain"])),
    };
    // The default is filled in before the engine does it, because the form depends on the outputs.
    if page.outputs.is_empty() {
        page.outputs.push(Output::PressPdf.into());
    }
    // Each kind once, as the engine does.
    let mut outputs: Vec<i32> = Vec::new();
    for output in &page.outputs {
        if !outputs.contains(output) {
            outputs.push(*output);
        }
    }
    let form = choose_form(&accept.join(","), &outputs)?;
    Ok(RequestedPage { page, form })
}

/// Parses the options of plain copy.
fn query_request(query: &[(String, String)]) -> Result<proto::RenderPageRequest, HttpRejection> {
    let mut page = proto::RenderPageRequest::default();
    let mut layout = proto::Layout::default();
    for (name, value) in query {
        // `press-pdf` in a query is `OUTPUT_PRESS_PDF` in the contract.
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
                page.preview_dpi = value.parse().map_err(|_| bad_parameter(name, value))?;
            }
            // A misspelt option is rejected, or the page would be made without it.
            _ => return Err(bad_parameter(name, value)),
        }
    }
    if layout != proto::Layout::default() {
        page.layout = Some(layout);
    }
    Ok(page)
}

fn bad_parameter(name: &str, value: &str) -> HttpRejection {
    let shorten = |text: &str| text.chars().take(80).collect::<String>();
    let (name, value) = (shorten(name), shorten(value));
    HttpRejection::http(
        StatusCode::BAD_REQUEST,
        3,
        format!("查询参数有误：{name}={value}"),
        format!("bad query parameter: {name}={value}"),
    )
}

/// Parses the page size and the page token of a list.
pub(crate) fn paging_parameters(
    query: &[(String, String)],
) -> Result<(u32, String), HttpRejection> {
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

/// Builds the header of an upload from query and headers.
pub(crate) fn upload_header(
    query: &[(String, String)],
    headers: &HeaderMap,
) -> Result<proto::UploadPictureHeader, HttpRejection> {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let mut header = proto::UploadPictureHeader {
        total_bytes: length.unwrap_or(0),
        ..proto::UploadPictureHeader::default()
    };
    for (name, value) in query {
        match name.as_str() {
            "sha256" => header.sha256.clone_from(value),
            "keepSeconds" => {
                header.keep_seconds = value.parse().map_err(|_| bad_parameter(name, value))?;
            }
            _ => return Err(bad_parameter(name, value)),
        }
    }
    Ok(header)
}

/// Media type of an output.
fn media_type_of(output: i32) -> &'static str {
    match Output::try_from(output) {
        Ok(Output::PressPdf | Output::ProofPdf | Output::WebPdf) => "application/pdf",
        Ok(Output::PreviewPng) => "image/png",
        Ok(Output::PreviewSvg) => "image/svg+xml",
        Ok(Output::GeometryJson | Output::RecordJson) => JSON,
        Ok(Output::AltoXml) => "application/xml",
        Ok(Output::Unspecified) | Err(_) => "",
    }
}

/// Chooses the form of the response (RFC 9110, 12.5.1): the one that `accept` prefers among those
/// on offer. A file is on offer alone only where it is the only one of its type. Without a
/// preference it is the one file, or all files as parts.
fn choose_form(accept: &str, outputs: &[i32]) -> Result<ResponseForm, HttpRejection> {
    let offers = form_offers(outputs);
    if accept.trim().is_empty() {
        return Ok(offers[0].1);
    }
    let mut best: Option<(f32, ResponseForm)> = None;
    for (media_type, form) in &offers {
        let weight = accept_weight(accept, media_type);
        // Strictly more, so that of equal weights the earlier offer wins.
        if weight > 0.0 && best.is_none_or(|(best_weight, _)| weight > best_weight) {
            best = Some((weight, *form));
        }
    }
    best.map(|(_, form)| form).ok_or_else(|| {
        let offered: Vec<&str> = offers.iter().map(|(media_type, _)| *media_type).collect();
        let offered = offered.join(", ");
        HttpRejection::http(
            StatusCode::NOT_ACCEPTABLE,
            3,
            format!("accept 中没有可提供的类型：{offered}"),
            format!("accept matches none of the available types: {offered}"),
        )
    })
}

/// Forms on offer for some outputs, with their media types, the default first.
fn form_offers(outputs: &[i32]) -> Vec<(&'static str, ResponseForm)> {
    let mut offers: Vec<(&str, ResponseForm)> = Vec::new();
    for (index, output) in outputs.iter().enumerate() {
        let media_type = media_type_of(*output);
        let same_type = outputs.iter().filter(|other| media_type_of(**other) == media_type);
        // JSON stands for the messages of the stream.
        if same_type.count() == 1 && media_type != JSON {
            offers.push((media_type, ResponseForm::File(index)));
        }
    }
    let all_files =
        [("multipart/mixed", ResponseForm::Multipart), ("application/zip", ResponseForm::Zip)];
    if outputs.len() > 1 {
        // First, because without `accept` the first offer is taken: all files, not one of them.
        offers.splice(0..0, all_files);
    } else {
        offers.extend(all_files);
    }
    offers.push((JSON, ResponseForm::Json));
    offers
}

/// Weight of a media type in an `accept` header: that of the range that names it most closely; 0 if
/// none does.
fn accept_weight(accept: &str, media_type: &str) -> f32 {
    let group = media_type.split_once('/').map_or("", |(group, _)| group);
    let mut best = (0, 0.0);
    // No client names so many types; a bound for headers made to cost time.
    for range in accept.split(',').take(64) {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let closeness = match name.as_str() {
            name if name == media_type => 3,
            name if name.strip_suffix("/*") == Some(group) => 2,
            "*/*" => 1,
            _ => continue,
        };
        let weight =
            parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        // A closer range overrides a wider one even if its weight is lower.
        if closeness > best.0 {
            best = (closeness, weight.clamp(0.0, 1.0));
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::{ResponseForm, choose_form, query_request};
    use crate::proto::Output::{self, GeometryJson, PressPdf, PreviewPng, ProofPdf};

    #[test]
    fn the_form_is_the_preferred_one_of_those_on_offer() {
        let cases: [(&str, &[Output], Option<ResponseForm>); 12] = [
            ("", &[PressPdf], Some(ResponseForm::File(0))),
            ("*/*", &[PressPdf], Some(ResponseForm::File(0))),
            ("", &[PressPdf, PreviewPng], Some(ResponseForm::Multipart)),
            ("application/pdf", &[PressPdf, PreviewPng], Some(ResponseForm::File(0))),
            ("image/*", &[PressPdf, PreviewPng], Some(ResponseForm::File(1))),
            ("application/pdf", &[PressPdf, ProofPdf], None),
            ("application/zip;q=0.5, multipart/*;q=0.4", &[PressPdf], Some(ResponseForm::Zip)),
            ("application/json", &[PressPdf], Some(ResponseForm::Json)),
            ("application/json", &[GeometryJson], Some(ResponseForm::Json)),
            ("text/html, */*;q=0.1", &[PressPdf], Some(ResponseForm::File(0))),
            ("application/pdf;q=0, */*", &[PressPdf], Some(ResponseForm::Multipart)),
            ("text/html", &[PressPdf], None),
        ];
        for (accept, outputs, expected) in cases {
            let outputs: Vec<i32> = outputs.iter().map(|output| (*output).into()).collect();
            assert_eq!(choose_form(accept, &outputs).ok(), expected, "{accept} {outputs:?}");
        }
    }

    #[test]
    fn plain_copy_has_its_options_in_the_query() {
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
