//! The JSON gateway: the same calls as over gRPC, byte for byte.

use banmian::proto::render_page_response::Part;
use banmian::proto::{self, Output};
use serde_json::{Value, json};

use crate::service::page;
use crate::support::{
    HttpReply, KEYED_SEED, PLAIN_SEED, Server, messages, read, record, request, runtime, sheet,
};

const JSON: (&str, &str) = ("content-type", "application/json");

fn post(path: &str, headers: &[(&str, &str)], body: &Value) -> HttpReply {
    let headers = [&[JSON], headers].concat();
    Server::shared().http("POST", path, &headers, body.to_string().as_bytes())
}

/// Returns the report and the files of a page from gRPC.
fn over_grpc(request: proto::RenderPageRequest) -> (proto::RenderReport, Vec<(String, Vec<u8>)>) {
    let (parts, end) =
        runtime().block_on(async { messages(&mut Server::shared().client().await, request).await });
    end.expect("a page");
    let mut report = None;
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for part in parts {
        match part {
            Part::Report(part_report) => report = Some(part_report),
            Part::ArtifactHeader(header) => files.push((header.file_name, Vec::new())),
            Part::Chunk(chunk) => files.last_mut().expect("a file").1.extend_from_slice(&chunk),
            Part::ArtifactEnd(_) => {}
        }
    }
    (report.expect("a report"), files)
}

/// Returns the parts of a multipart answer: media type and bytes.
fn parts(reply: &HttpReply) -> Vec<(String, Vec<u8>)> {
    let kind = &reply.headers["content-type"];
    let boundary = kind.split_once("boundary=").expect("a boundary").1;
    let mark = format!("--{boundary}");
    let mut out = Vec::new();
    let mut rest = &reply.body[..];
    loop {
        rest = rest.strip_prefix(mark.as_bytes()).expect("a boundary");
        if rest == b"--\r\n" {
            return out;
        }
        let part = HttpReply::read(&[b"HTTP/1.1 200", rest].concat());
        let length: usize = part.headers["content-length"].parse().expect("a length");
        let start = rest.len() - part.body.len();
        out.push((part.headers["content-type"].clone(), rest[start..start + length].to_vec()));
        rest = rest[start + length..].strip_prefix(b"\r\n").expect("a line's end");
    }
}

#[test]
fn the_gateway_gives_what_grpc_gives_byte_for_byte() {
    let outputs = [Output::PressPdf, Output::PreviewPng, Output::GeometryJson];
    let source = proto::render_page_request::Source::Page(record(KEYED_SEED));
    let page_request = request(source, &outputs);
    let body = serde_json::to_value(&page_request).expect("JSON");
    let (report, files) = over_grpc(page_request);
    let report = serde_json::to_value(&report).expect("JSON");

    let many = post("/v1/pages:render", &[], &body);
    assert_eq!(many.status, 200, "{}", many.text());
    let parts = parts(&many);
    assert_eq!(serde_json::from_slice::<Value>(&parts[0].1).expect("JSON"), report);
    let kinds: Vec<&str> = parts.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["application/json", "application/pdf", "image/png", "application/json"]);
    for ((_, bytes), (name, expected)) in parts[1..].iter().zip(&files) {
        assert!(bytes == expected, "{name}");
    }

    let pdf = post("/v1/pages:render", &[("accept", "application/pdf")], &body);
    assert_eq!(pdf.headers["content-type"], "application/pdf");
    assert!(pdf.body == files[0].1 && pdf.body == sheet(KEYED_SEED).pdf);
    assert_eq!(pdf.headers["etag"], format!("\"{}\"", banmian::image::sha256_hex(&pdf.body)));
    assert_eq!(pdf.headers["x-banmian-layout"], report["layoutHash"].as_str().expect("a hash"));
    assert!(pdf.headers["content-disposition"].ends_with("page.pdf"), "{:?}", pdf.headers);
    let png = post("/v1/pages:render", &[("accept", "image/png, */*;q=0.1")], &body);
    assert!(png.body == files[1].1);

    let zip = post("/v1/pages:render", &[("accept", "application/zip")], &body);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&zip.body)).expect("an archive");
    for (name, expected) in &files {
        let mut bytes = Vec::new();
        let mut file = archive.by_name(name).expect("a file");
        std::io::Read::read_to_end(&mut file, &mut bytes).expect("bytes");
        assert!(bytes == *expected, "{name}");
    }
    assert_eq!(archive.len(), files.len() + 1, "and the report");

    let list = post("/v1/pages:render", &[("accept", "application/json")], &body).json();
    let list: Vec<proto::RenderPageResponse> = serde_json::from_value(list).expect("messages");
    let bytes: usize = list
        .iter()
        .map(|message| if let Some(Part::Chunk(chunk)) = &message.part { chunk.len() } else { 0 })
        .sum();
    assert_eq!(bytes, files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>());
}

#[test]
fn plain_copy_is_sent_as_it_is() {
    let path = "/v1/pages:render?densityStep=theory&output=press-pdf&output=record-json";
    let reply = Server::shared().http(
        "POST",
        path,
        &[("content-type", "text/plain; charset=utf-8")],
        &read(PLAIN_SEED),
    );
    assert_eq!(reply.status, 200, "{}", reply.text());
    let parts = parts(&reply);
    let report: Value = serde_json::from_slice(&parts[0].1).expect("JSON");
    assert_eq!(report["densityStep"], "theory");
    assert!(parts[1].1.starts_with(b"%PDF-"));
    let record: proto::PageRecord = serde_json::from_slice(&parts[2].1).expect("a record");
    assert_eq!(record.articles.len(), sheet(PLAIN_SEED).report.articles.len());
}

#[test]
fn plans_and_measures_are_those_of_grpc() {
    let plan = proto::PlanPageRequest {
        source: Some(proto::plan_page_request::Source::Page(page(5))),
        candidates: 2,
        ..proto::PlanPageRequest::default()
    };
    let measure = proto::MeasureArticleRequest {
        article: page(5).articles.into_iter().next(),
        ..proto::MeasureArticleRequest::default()
    };
    let bodies = [serde_json::to_value(&plan), serde_json::to_value(&measure)]
        .map(|body| body.expect("JSON"));
    let (plan, measure) = runtime().block_on(async {
        let mut client = Server::shared().client().await;
        let plan = client.plan_page(plan).await.expect("a plan").into_inner();
        (plan, client.measure_article(measure).await.expect("measures").into_inner())
    });
    let got = post("/v1/pages:plan", &[], &bodies[0]).json();
    assert_eq!(got, serde_json::to_value(&plan).expect("JSON"));
    let got = post("/v1/articles:measure", &[], &bodies[1]).json();
    assert_eq!(got, serde_json::to_value(&measure).expect("JSON"));
}

#[test]
fn lists_come_page_by_page() {
    let server = Server::shared();
    let mut names = Vec::new();
    let mut token = String::new();
    loop {
        let page =
            server.http("GET", &format!("/v1/fonts?pageSize=4&pageToken={token}"), &[], b"").json();
        let fonts = page["fonts"].as_array().expect("fonts");
        names.extend(fonts.iter().map(|font| font["name"].as_str().expect("a name").to_owned()));
        match page["nextPageToken"].as_str() {
            Some(next) if !next.is_empty() => token = next.to_owned(),
            _ => break,
        }
    }
    assert_eq!(names.len(), 10);
    let styles = server.http("GET", "/v1/houseStyles", &[], b"").json();
    let style = &styles["houseStyles"][0];
    assert_eq!(
        (style["name"].as_str(), style["pdfProfile"].as_str()),
        (Some("broadsheet"), Some("pdfx-1a"))
    );
    assert_eq!(style["totalInkPercent"], 240);
    assert_eq!(style["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(server.http("GET", "/v1/fonts?pageToken=x", &[], b"").status, 400);
    assert_eq!(server.http("GET", "/v1/fonts?size=4", &[], b"").status, 400);
}

/// Returns a request for a small page, with more fields.
fn page_with(extra: Value) -> Value {
    let article = json!({"headline": "标题", "body": [{"paragraph": {"text": "正文。"}}]});
    let mut body = json!({"page": {"articles": [article]}});
    let extra = extra.as_object().cloned().expect("an object");
    body.as_object_mut().expect("an object").extend(extra);
    body
}

#[test]
fn rejections_have_their_status_and_reason() {
    let page = page_with;
    let overset = json!({"page": crate::support::overset(), "policy": "POLICY_STRICT"});
    let render = "/v1/pages:render";
    let rows: Vec<(&str, HttpReply, u16, &str)> = vec![
        (
            "unknown output",
            post(render, &[], &page(json!({"outputs": ["OUTPUT_ALTO_XML"]}))),
            501,
            "BM-UNSERVED",
        ),
        (
            "no such enum",
            post(render, &[], &page(json!({"outputs": ["PDF"]}))),
            400,
            "BM-INPUT-003",
        ),
        (
            "no such style",
            post(
                render,
                &[],
                &json!({"page": {"layout": {"houseStyle": "x"}, "articles": [{"headline": "标题", "body": [{"paragraph": {"text": "正文。"}}]}]}}),
            ),
            404,
            "BM-UNKNOWN",
        ),
        (
            "nothing accepted",
            post(render, &[("accept", "text/html")], &page(json!({}))),
            406,
            "BM-HTTP",
        ),
        (
            "two of a type",
            post(
                render,
                &[("accept", "application/pdf")],
                &page(json!({"outputs": ["OUTPUT_PRESS_PDF", "OUTPUT_WEB_PDF"]})),
            ),
            406,
            "BM-HTTP",
        ),
        ("copy that is over", post(render, &[], &overset), 422, "BM-OVERSET-001"),
        (
            "too many candidates",
            post(
                "/v1/pages:plan",
                &[],
                &json!({"page": page(json!({}))["page"], "candidates": 17}),
            ),
            400,
            "BM-RECORD-003",
        ),
    ];
    for (name, reply, status, reason) in rows {
        let answer = reply.json();
        assert_eq!(
            (reply.status, answer["error"]["reason"].as_str()),
            (status, Some(reason)),
            "{name}: {answer}"
        );
        assert_eq!(
            answer["report"].is_object(),
            status == 422,
            "{name}: a page that was made up has its report"
        );
        assert!(!answer["error"]["message"].as_str().unwrap_or("").is_empty(), "{name}");
    }
    let english = post(render, &[("accept-language", "en")], &page(json!({"previewDpi": 5000})));
    assert!(english.json()["error"]["message"].as_str().expect("words").contains("is not between"));
}

#[test]
fn requests_that_are_no_call_get_plain_http_errors() {
    let render = "/v1/pages:render";
    let server = Server::shared();
    for (name, reply, status) in [
        ("no such path", server.http("GET", "/v2/pages", &[], b""), 404),
        ("wrong method", server.http("GET", render, &[], b""), 405),
        ("no type", server.http("POST", render, &[], b"{}"), 415),
        (
            "a form",
            server.http("POST", render, &[("content-type", "multipart/form-data")], b"x"),
            415,
        ),
        (
            "a bad query",
            server.http(
                "POST",
                "/v1/pages:render?step=theory",
                &[("content-type", "text/plain")],
                b"x",
            ),
            400,
        ),
    ] {
        assert_eq!(reply.status, status, "{name}: {}", reply.text());
        assert_eq!(reply.json()["error"]["reason"], "BM-HTTP", "{name}");
    }
}

#[test]
fn a_body_above_the_limit_is_rejected_however_it_is_sent() {
    let large = vec![b' '; (8 << 20) + 1];
    let reply = Server::shared().http("POST", "/v1/pages:render", &[JSON], &large);
    assert_eq!((reply.status, reply.json()["error"]["reason"].as_str()), (413, Some("BM-SIZE")));
}

#[test]
fn operators_can_read_health_and_metrics() {
    let server = Server::start(banmian::config::ServiceConfig::default());
    assert_eq!(server.http("GET", "/healthz", &[], b"").text(), "ok\n");
    let ready = server.http("GET", "/readyz", &[], b"");
    assert_eq!(ready.status, 200);
    assert!(ready.text().contains("faces 10"), "{}", ready.text());
    let before = server.metric("banmian_calls_total{method=\"http RenderPage\",code=\"OK\"}");
    let body = json!({"page": record(KEYED_SEED)}).to_string();
    let reply = server.http(
        "POST",
        "/v1/pages:render",
        &[JSON, ("x-request-id", "ticket-7")],
        body.as_bytes(),
    );
    assert_eq!((reply.status, reply.headers["x-request-id"].as_str()), (200, "ticket-7"));
    let replaced = server.http("GET", "/healthz", &[("x-request-id", "no good")], b"");
    assert!(
        replaced.headers["x-request-id"].contains('-')
            && replaced.headers["x-request-id"] != "no good"
    );
    let after = server.metric("banmian_calls_total{method=\"http RenderPage\",code=\"OK\"}");
    assert_eq!(after - before, 1.0);
    for stage in ["intake", "shape", "makeup", "pdf"] {
        assert_eq!(
            server.metric(&format!("banmian_stage_seconds_count{{stage=\"{stage}\"}}")),
            1.0,
            "{stage}"
        );
    }
    assert!(server.metric("banmian_resident_memory_bytes") > 1e7);
    assert_eq!(server.metric("banmian_ready"), 1.0);
}

/// A call as a browser sends it: one frame in, frames and trailers out.
#[test]
fn browsers_can_use_grpc_web() {
    let request = proto::MeasureArticleRequest {
        article: page(5).articles.into_iter().next(),
        ..proto::MeasureArticleRequest::default()
    };
    let bytes = proto::encode(&request);
    let length = u32::try_from(bytes.len()).expect("small").to_be_bytes();
    let frame = [&[0][..], &length, &bytes].concat();
    let headers = [("content-type", "application/grpc-web+proto"), ("x-grpc-web", "1")];
    let path = "/banmian.v1.TypesetService/MeasureArticle";
    let reply = Server::shared().http("POST", path, &headers, &frame);
    assert_eq!(
        (reply.status, reply.headers["content-type"].as_str()),
        (200, "application/grpc-web+proto")
    );
    let expected = runtime().block_on(async {
        Server::shared()
            .client()
            .await
            .measure_article(request)
            .await
            .expect("measures")
            .into_inner()
    });
    let expected = proto::encode(&expected);
    let size = u32::from_be_bytes(reply.body[1..5].try_into().expect("four")) as usize;
    assert_eq!(
        (reply.body[0], &reply.body[5..5 + size]),
        (0, &expected[..]),
        "the message of gRPC"
    );
    let trailers = &reply.body[5 + size..];
    assert_eq!(trailers[0], 0x80);
    assert!(String::from_utf8_lossy(trailers).contains("grpc-status:0"), "{trailers:?}");

    // A rejection arrives as one.
    let reply = Server::shared().http("POST", path, &headers, &[0, 0, 0, 0, 0]);
    assert_eq!(reply.headers.get("grpc-status").map(String::as_str), Some("3"), "{reply:?}");
}

/// The preflight request of a browser before a page of another origin may call, and the headers of
/// the answers.
#[test]
fn pages_of_known_origins_may_call() {
    let origins = vec!["https://desk.example".to_owned()];
    let server = Server::start(banmian::config::ServiceConfig {
        origins,
        ..banmian::config::ServiceConfig::default()
    });
    let path = "/banmian.v1.TypesetService/PlanPage";
    let ask = |origin: &str| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type,x-grpc-web,authorization"),
        ];
        server.http("OPTIONS", path, &headers, b"")
    };
    let allowed = ask("https://desk.example");
    assert_eq!(allowed.status, 204);
    assert_eq!(allowed.headers["access-control-allow-origin"], "https://desk.example");
    assert_eq!(
        allowed.headers["access-control-allow-headers"],
        "content-type,x-grpc-web,authorization"
    );
    assert!(allowed.headers["access-control-allow-methods"].contains("POST"));
    assert!(!ask("https://other.example").headers.contains_key("access-control-allow-origin"));
    let answer = server.http("GET", "/v1/fonts", &[("origin", "https://desk.example")], b"");
    assert_eq!(
        (answer.status, answer.headers["access-control-allow-origin"].as_str()),
        (200, "https://desk.example")
    );
    assert!(answer.headers["access-control-expose-headers"].contains("grpc-status"));
    // A service without configured origins sends none of these headers.
    let plain =
        Server::shared().http("GET", "/healthz", &[("origin", "https://desk.example")], b"");
    assert!(!plain.headers.contains_key("access-control-allow-origin"));
}

#[test]
fn the_openapi_document_is_available() {
    let document = Server::shared().http("GET", "/openapi.json", &[], b"");
    assert_eq!(
        (document.status, document.headers["content-type"].as_str()),
        (200, "application/json")
    );
    let document = document.json();
    assert_eq!(document["openapi"], "3.1.0");
    for path in ["/v1/pages:render", "/v1/pages:plan", "/v1/articles:measure", "/v1/pictures"] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
}
