//! Tokens, and the separation of tenants.

use banmian::config::ServiceConfig;
use banmian::image::sha256_hex;
use banmian::proto::catalog_service_client::CatalogServiceClient;
use banmian::proto::upload_picture_request::Part;
use banmian::proto::{self, Output};
use tonic::metadata::MetadataValue;
use tonic::{Code, Request};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_types::StatusExt as _;

use crate::service::quick;
use crate::support::{Server, messages, program, runtime};

fn config(extra: &str) -> ServiceConfig {
    let tenant = |name: &str, token: &str, extra: &str| {
        let sum = sha256_hex(token.as_bytes());
        format!("[[tenants]]\nname = \"{name}\"\ntoken_sha256 = [\"{sum}\"]\n{extra}\n")
    };
    ServiceConfig::from_toml(&(tenant("day", "sun", extra) + &tenant("night", "moon", "")))
        .expect("config")
}

fn bearing<T>(message: T, token: &str) -> Request<T> {
    let mut request = Request::new(message);
    let value: MetadataValue<_> = format!("Bearer {token}").parse().expect("a value");
    request.metadata_mut().insert("authorization", value);
    request
}

#[test]
fn without_a_token_nothing_but_health_answers() {
    let server = Server::start(config(""));
    runtime().block_on(async {
        let mut client = server.client().await;
        for request in [Request::new(quick("一。")), bearing(quick("一。"), "stars")] {
            let status = messages(&mut client, request).await.1.expect_err("no valid token");
            assert_eq!(status.code(), Code::Unauthenticated, "{status}");
            assert_eq!(status.get_details_error_info().expect("ErrorInfo").reason, "BM-TOKEN");
        }
        messages(&mut client, bearing(quick("一。"), "sun")).await.1.expect("a page");
        messages(&mut client, bearing(quick("一。"), "moon")).await.1.expect("a page");
        let mut catalog = CatalogServiceClient::new(server.channel().await);
        let listed = catalog.list_house_styles(proto::ListHouseStylesRequest::default()).await;
        assert_eq!(listed.expect_err("no token").code(), Code::Unauthenticated);
        let mut health = HealthClient::new(server.channel().await);
        health.check(HealthCheckRequest::default()).await.expect("health needs none");
    });
    for (path, status) in [
        ("/healthz", 200),
        ("/readyz", 200),
        ("/metrics", 401),
        ("/v1/fonts", 401),
        ("/v1/nothing", 401),
    ] {
        let reply = server.http("GET", path, &[], b"");
        assert_eq!(reply.status, status, "{path}: {}", reply.text());
        if status == 401 {
            assert_eq!(reply.headers["www-authenticate"], "Bearer", "{path}");
            assert_eq!(reply.json()["error"]["reason"], "BM-TOKEN", "{path}");
        }
    }
    let authorised = [("authorization", "bearer moon")];
    let metrics = server.http("GET", "/metrics", &authorised, b"").text();
    // Each tenant had to make its own page: answers are not shared.
    assert!(metrics.contains("banmian_pages_total{outcome=\"made\"} 2"), "{metrics}");
    assert!(!metrics.contains("sun") && !metrics.contains("moon"), "no token is printed");
}

#[test]
fn calls_are_counted_for_each_tenant() {
    let server = Server::start(config("calls_per_minute = 2"));
    runtime().block_on(async {
        let mut client = server.client().await;
        for _ in 0..2 {
            messages(&mut client, bearing(quick("一。"), "sun")).await.1.expect("a page");
        }
        let status =
            messages(&mut client, bearing(quick("一。"), "sun")).await.1.expect_err("the third");
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        assert_eq!(status.get_details_error_info().expect("ErrorInfo").reason, "BM-QUOTA");
        assert!(status.get_details_retry_info().is_some());
        messages(&mut client, bearing(quick("一。"), "moon"))
            .await
            .1
            .expect("another tenant's page");
    });
    let headers = [("authorization", "Bearer sun"), ("accept-language", "en")];
    let reply = server.http("GET", "/v1/houseStyles", &headers, b"");
    assert_eq!(reply.status, 429);
    assert_eq!(reply.headers["retry-after"], "30", "of two calls a minute");
    let message = reply.json()["error"]["message"].as_str().map(str::to_owned).expect("words");
    assert!(message.contains("calls_per_minute") && message.contains("quota"), "{message}");
}

#[test]
fn tenants_do_not_share_pictures() {
    let server = Server::start(config(""));
    let mut bytes = Vec::new();
    let encoder = png::Encoder::new(&mut bytes, 1, 1);
    encoder.write_header().expect("header").write_image_data(&[9]).expect("pixel");
    let sum = sha256_hex(&bytes);
    let header =
        proto::UploadPictureHeader { sha256: sum.clone(), ..proto::UploadPictureHeader::default() };
    runtime().block_on(async {
        let mut client = server.client().await;
        let mut send = async |parts: Vec<Part>, token: &str| {
            let messages: Vec<_> = parts
                .into_iter()
                .map(|part| proto::UploadPictureRequest { part: Some(part) })
                .collect();
            client.upload_picture(bearing(tokio_stream::iter(messages), token)).await
        };
        let parts = vec![Part::Header(header.clone()), Part::Chunk(bytes)];
        let first = send(parts, "sun").await.expect("taken").into_inner();
        assert!(!first.existed);
        let mine =
            send(vec![Part::Header(header.clone())], "sun").await.expect("there").into_inner();
        assert!(mine.existed);
        let theirs = send(vec![Part::Header(header.clone())], "moon").await;
        assert_eq!(theirs.expect_err("not theirs").code(), Code::InvalidArgument);
        let page = |token: &str| {
            let mut page = quick("正文。");
            if let Some(proto::render_page_request::Source::Page(page)) = &mut page.source {
                page.articles[0].pictures.push(proto::Picture {
                    id: "p1".to_owned(),
                    content: Some(proto::picture::Content::Sha256(sum.clone())),
                    ..proto::Picture::default()
                });
            }
            page.outputs = vec![Output::GeometryJson.into()];
            bearing(page, token)
        };
        let mut client = server.client().await;
        for (token, missing) in [("sun", false), ("moon", true)] {
            let (parts, end) = messages(&mut client, page(token)).await;
            end.expect("a page");
            let reported = parts.iter().any(|part| match part {
                proto::render_page_response::Part::Report(report) => {
                    report.findings.iter().any(|finding| finding.code == "BM-PICTURE-001")
                }
                proto::render_page_response::Part::ArtifactHeader(_)
                | proto::render_page_response::Part::Chunk(_)
                | proto::render_page_response::Part::ArtifactEnd(_) => false,
            });
            assert_eq!(reported, missing, "{token}: the picture is missing");
        }
    });
}

#[test]
fn a_tenant_has_house_styles_of_its_own() {
    let dir = crate::support::TempDir::new();
    let style = std::fs::read_to_string(crate::support::root("src/model/broadsheet.toml"));
    let style = style.expect("the style of the binary").replacen(
        "name = \"broadsheet\"",
        "name = \"evening\"",
        1,
    );
    let path = dir.write("evening.toml", style.as_bytes());
    let text = format!(
        "[[tenants]]\nname = \"day\"\ntoken_sha256 = [\"{}\"]\nhouse_styles = [{:?}]\n\
         [[tenants]]\nname = \"night\"\ntoken_sha256 = [\"{}\"]\n",
        sha256_hex(b"sun"),
        path.to_str().expect("path"),
        sha256_hex(b"moon")
    );
    let config = dir.write("banmian.toml", text.as_bytes());
    let args = ["serve", "--listen", "127.0.0.1:0", "--log", "off", "--config"];
    let mut command = program(&[&args[..], &[config.to_str().expect("path")]].concat());
    let serving = crate::ends::Serving::run(&mut command);
    let styles = |token: &str| {
        let headers = [("authorization", format!("Bearer {token}"))];
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let reply = serving.http("GET", "/v1/houseStyles", &headers, b"").json();
        let list = reply["houseStyles"].as_array().cloned().unwrap_or_default();
        list.iter().map(|style| style["name"].as_str().unwrap_or("").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(styles("sun"), ["broadsheet", "evening"]);
    assert_eq!(styles("moon"), ["broadsheet"]);
}
