//! Cached answers, cancelled calls, languages.

use std::time::Duration;

use banmian::config::ServiceConfig;
use banmian::proto::{self, Output};
use tonic::Code;
use tonic::metadata::MetadataValue;
use tonic_types::StatusExt as _;

use crate::service::{page, quick, slow};
use crate::support::{Server, messages, request, runtime};

#[test]
fn equal_requests_are_rendered_once_and_answered_with_equal_bytes() {
    let server = Server::start(ServiceConfig { workers: 1, ..ServiceConfig::default() });
    let source = || proto::render_page_request::Source::Page(page(1));
    let answers = runtime().block_on(async {
        let client = server.client().await;
        let calls: Vec<_> = (0..8)
            .map(|k| {
                let mut client = client.clone();
                // The language of a rejection does not make another page.
                let locale = if k % 2 == 0 { "en" } else { "" }.to_owned();
                let request = request(source(), &[Output::PressPdf]);
                let request = proto::RenderPageRequest { locale, ..request };
                tokio::spawn(async move { messages(&mut client, request).await })
            })
            .collect();
        let mut answers = Vec::new();
        for call in calls {
            let (parts, end) = call.await.expect("join");
            end.expect("a page");
            answers.push(parts);
        }
        answers
    });
    assert!(answers.windows(2).all(|two| two[0] == two[1]), "byte for byte, report and all");
    assert_eq!(server.metric("banmian_pages_total{outcome=\"made\"}"), 1.0);
    assert_eq!(server.metric("banmian_answers_total{outcome=\"hit\"}"), 7.0);
    assert!(server.metric("banmian_answers_kept_bytes") > 100_000.0);
}

#[test]
fn a_rejection_is_computed_once_too() {
    let server = Server::start(ServiceConfig::default());
    let overset = || proto::render_page_request::Source::Page(crate::support::overset());
    runtime().block_on(async {
        let mut client = server.client().await;
        for _ in 0..2 {
            let request = request(overset(), &[Output::PressPdf]);
            let policy = proto::Policy::Strict.into();
            let request = proto::RenderPageRequest { policy, ..request };
            let end = messages(&mut client, request).await.1;
            assert_eq!(end.expect_err("it does not fit").code(), Code::FailedPrecondition);
        }
    });
    assert_eq!(server.metric("banmian_pages_total{outcome=\"unfit\"}"), 1.0);
    assert!(server.metric("banmian_overset_characters_total") > 0.0);
}

#[test]
fn a_cancelled_call_frees_the_worker() {
    let server = Server::start(ServiceConfig { workers: 1, ..ServiceConfig::default() });
    runtime().block_on(async {
        let mut client = server.client().await;
        let call = {
            let mut client = client.clone();
            tokio::spawn(async move { messages(&mut client, slow()).await })
        };
        while server.metric("banmian_jobs_running") == 0.0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        call.abort();
        // The only worker takes the next page; the previous one was cancelled, not finished.
        messages(&mut client, quick("下一版。")).await.1.expect("a page");
    });
    assert_eq!(server.metric("banmian_pages_total{outcome=\"made\"}"), 1.0, "the quick one");
    assert_eq!(
        server.metric("banmian_pages_total{outcome=\"failed\"}"),
        1.0,
        "the one that was left"
    );
    assert_eq!(server.metric("banmian_calls_in_flight"), 1.0, "only the one that asks");
}

#[test]
fn an_expired_deadline_ends_the_work_within_a_stage() {
    let server = Server::start(ServiceConfig { workers: 1, ..ServiceConfig::default() });
    let mut request = tonic::Request::new(slow());
    request.metadata_mut().insert("grpc-timeout", MetadataValue::from_static("200m"));
    runtime().block_on(async {
        let mut client = server.client().await;
        let status = messages(&mut client, request).await.1.expect_err("no time");
        // Either the client's clock or the server's comes first.
        let ends = [Code::DeadlineExceeded, Code::Cancelled];
        assert!(ends.contains(&status.code()), "{status}");
        messages(&mut client, quick("下一版。")).await.1.expect("the worker is free");
    });
    assert_eq!(server.metric("banmian_pages_total{outcome=\"failed\"}"), 1.0);
}

#[test]
fn the_server_caps_requested_deadlines() {
    let server = Server::start(ServiceConfig {
        workers: 1,
        deadline_seconds: 1,
        ..ServiceConfig::default()
    });
    let mut request = tonic::Request::new(slow());
    request.metadata_mut().insert("grpc-timeout", MetadataValue::from_static("1H"));
    let end = runtime().block_on(async { messages(&mut server.client().await, request).await.1 });
    let status = end.expect_err("a second is not enough");
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
    let info = status.get_details_error_info().expect("ErrorInfo");
    assert_eq!(info.reason, "BM-DEADLINE");
}

#[test]
fn rejections_are_in_the_callers_language() {
    for (locale, accepted, word) in [
        ("", None, "没有名为"),
        ("", Some("en-US, zh;q=0.5"), "there is no"),
        ("zh-CN", Some("en"), "没有名为"),
        ("en", None, "there is no"),
        ("", Some("fr"), "没有名为"),
    ] {
        let mut page = quick("正文。");
        page.locale = locale.to_owned();
        if let Some(proto::render_page_request::Source::Page(page)) = &mut page.source {
            page.layout = Some(proto::Layout {
                house_style: "tabloid".to_owned(),
                ..proto::Layout::default()
            });
        }
        let mut request = tonic::Request::new(page);
        if let Some(accepted) = accepted {
            request.metadata_mut().insert("accept-language", accepted.parse().expect("a value"));
        }
        let end = runtime()
            .block_on(async { messages(&mut Server::shared().client().await, request).await.1 });
        let status = end.expect_err("no such style");
        assert!(status.message().contains(word), "{locale:?} {accepted:?}: {}", status.message());
    }
}

#[test]
fn a_rejection_has_its_code_beside_the_details() {
    let end = runtime().block_on(async {
        let request = proto::RenderPageRequest::default();
        messages(&mut Server::shared().client().await, request).await.1
    });
    let status = end.expect_err("no page");
    let reason = status.metadata().get("x-banmian-reason").expect("a reason");
    assert_eq!(reason, "BM-INPUT-002");
}

#[test]
fn calls_over_all_connections_are_bounded() {
    let server = Server::start(ServiceConfig { workers: 1, calls: 2, ..ServiceConfig::default() });
    runtime().block_on(async {
        let held: Vec<_> = (0..2)
            .map(|k| {
                let url = server.url.clone();
                tokio::spawn(async move {
                    let mut client =
                        crate::support::Client::new(crate::support::channel(&url).await);
                    let mut page = slow();
                    page.name = format!("s{k}");
                    messages(&mut client, page).await
                })
            })
            .collect();
        // Reading the metrics is a call too: it is rejected once the others are running.
        while server.http("GET", "/metrics", &[], b"").status == 200 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(server.http("GET", "/healthz", &[], b"").status, 200, "probes are let in");
        let status = messages(&mut server.client().await, quick("一。")).await.1.expect_err("full");
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        held.iter().for_each(tokio::task::JoinHandle::abort);
    });
}
