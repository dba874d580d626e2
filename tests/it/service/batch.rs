//! `RenderBatch`: independent pages over one stream.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use banmian::config::ServiceConfig;
use banmian::proto::render_batch_response::Part as Answer;
use banmian::proto::render_page_response::Part;
use banmian::proto::{self, Output};
use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;

use crate::service::{page, quick, slow};
use crate::support::{Server, messages, request, runtime};

fn batch_request(key: &str, render: proto::RenderPageRequest) -> proto::RenderBatchRequest {
    proto::RenderBatchRequest { key: key.to_owned(), render: Some(render) }
}

fn press(number: usize) -> proto::RenderPageRequest {
    let source = proto::render_page_request::Source::Page(page(number));
    request(source, &[Output::PressPdf, Output::GeometryJson])
}

async fn answers(server: &Server, pages: Vec<proto::RenderBatchRequest>) -> Vec<(String, Answer)> {
    let mut client = server.client().await;
    let stream = client.render_batch(tokio_stream::iter(pages)).await.expect("a stream");
    let answers = stream.into_inner().map(|answer| {
        let proto::RenderBatchResponse { key, part } = answer.expect("the stream goes on");
        (key, part.expect("every message says something"))
    });
    answers.collect().await
}

#[test]
fn a_bad_page_harms_no_other_and_pages_do_not_mix() {
    let server = Server::shared();
    let mut pages: Vec<_> = (0..6).map(|k| batch_request(&format!("p{k}"), press(k))).collect();
    pages.insert(2, batch_request("empty", proto::RenderPageRequest::default()));
    pages.insert(4, batch_request("p1", press(1)));
    pages.insert(5, batch_request("", press(1)));
    let overset = proto::render_page_request::Source::Page(crate::support::overset());
    let over = request(overset, &[Output::PressPdf]);
    let policy = proto::Policy::Strict.into();
    pages.insert(6, batch_request("over", proto::RenderPageRequest { policy, ..over }));
    pages.push(proto::RenderBatchRequest { key: "nothing".to_owned(), render: None });
    let count = pages.len();
    let all = runtime().block_on(answers(server, pages));

    // The messages of a page are consecutive.
    let mut runs: Vec<(String, Vec<Answer>)> = Vec::new();
    for (key, part) in all {
        let last = |part: &Answer| matches!(part, Answer::Done(_) | Answer::Failure(_));
        match runs.last_mut() {
            Some((current_key, parts)) if !last(parts.last().expect("one")) => {
                assert_eq!(*current_key, key, "no page begins before the one before has ended");
                parts.push(part);
            }
            _ => runs.push((key, vec![part])),
        }
    }
    assert_eq!(runs.len(), count, "every page has an end");
    let mut failed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut done = BTreeSet::new();
    for (key, parts) in runs {
        match parts.last().expect("one") {
            Answer::Failure(failure) => {
                let (zh, en) = failure.message.as_ref().map(|m| (&m.zh, &m.en)).expect("words");
                assert!(!zh.is_empty() && !en.is_empty());
                let report = matches!(
                    parts[0],
                    Answer::Response(proto::RenderPageResponse { part: Some(Part::Report(_)) })
                );
                assert_eq!(
                    report,
                    key == "over",
                    "{key}: only copy that does not fit has a report"
                );
                failed.entry(key).or_default().push(failure.code.clone());
            }
            Answer::Done(end) => {
                assert_eq!(end.artifacts, 2);
                assert_eq!(end.layout_hash.len(), 64);
                done.insert(key);
            }
            Answer::Response(_) => panic!("{key}: no end"),
        }
    }
    assert_eq!(done.len(), 6);
    let codes = |key: &str| failed.get(key).cloned().unwrap_or_default();
    assert_eq!(codes("empty"), ["BM-INPUT-002"]);
    assert_eq!(codes("nothing"), ["BM-INPUT-002"]);
    assert_eq!(codes("p1"), ["BM-RECORD-003"], "a key that is used twice");
    assert_eq!(codes(""), ["BM-RECORD-003"], "no key");
    assert_eq!(codes("over"), ["BM-OVERSET-001"]);
}

#[test]
fn a_page_of_a_batch_is_the_page_of_a_call() {
    let server = Server::shared();
    let (single, batch) = runtime().block_on(async {
        let single = messages(&mut server.client().await, press(3)).await;
        (single.0, answers(server, vec![batch_request("k", press(3))]).await)
    });
    let batch: Vec<Part> = batch
        .into_iter()
        .filter_map(|(_, answer)| match answer {
            Answer::Response(response) => response.part,
            Answer::Done(_) | Answer::Failure(_) => None,
        })
        .collect();
    assert_eq!(batch, single);
}

#[test]
fn no_more_pages_are_read_than_are_rendered() {
    let server = Server::start(ServiceConfig { workers: 1, ..ServiceConfig::default() });
    runtime().block_on(async {
        // Narrow windows and large pages: little is on its way at a time.
        let endpoint = tonic::transport::Endpoint::from_shared(server.url.clone()).expect("url");
        let channel = endpoint.connect().await.expect("a connection");
        let mut client = crate::support::Client::new(channel).max_decoding_message_size(64 << 20);
        let text = "字".repeat(10_000);
        let (sender, receiver) = mpsc::channel(1);
        let mut stream = client
            .render_batch(ReceiverStream::new(receiver))
            .await
            .expect("a stream")
            .into_inner();
        let mut sent = 0;
        for k in 0..400 {
            let page = batch_request(&format!("k{k}"), quick(&format!("{k}{text}")));
            // The answers are not read, so in the end the server stops reading the requests.
            match tokio::time::timeout(Duration::from_millis(1500), sender.send(page)).await {
                Ok(Ok(())) => sent += 1,
                Ok(Err(error)) => panic!("{error}"),
                Err(_) => break,
            }
        }
        assert!(sent < 400, "twelve megabytes would lie in the server");
        let queue = server.metric("banmian_queue_depth");
        assert!(queue <= 2.0, "{queue} wait");
        drop(sender);
        let mut ended = 0;
        while let Some(answer) = stream.message().await.expect("the stream goes on") {
            ended += usize::from(!matches!(answer.part, Some(Answer::Response(_))));
        }
        assert_eq!(ended, sent, "every page that was sent has its answer");
    });
}

#[test]
fn a_cancelled_batch_frees_the_workers() {
    let server = Server::start(ServiceConfig { workers: 2, ..ServiceConfig::default() });
    runtime().block_on(async {
        let mut client = server.client().await;
        let pages = (0..4).map(|k| {
            let mut page = slow();
            page.name = format!("s{k}");
            batch_request(&format!("k{k}"), page)
        });
        let stream = client.render_batch(tokio_stream::iter(pages.collect::<Vec<_>>())).await;
        while server.metric("banmian_jobs_running") < 2.0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        drop(stream);
        drop(client);
        messages(&mut server.client().await, quick("下一版。")).await.1.expect("a page");
        while server.metric("banmian_jobs_running") + server.metric("banmian_queue_depth") > 0.0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert_eq!(server.metric("banmian_pages_total{outcome=\"made\"}"), 1.0, "the quick one");
}

#[test]
fn an_interactive_call_goes_before_pages_of_a_batch() {
    let server =
        Server::start(ServiceConfig { workers: 1, cache_bytes: 0, ..ServiceConfig::default() });
    let order = runtime().block_on(async {
        let mut client = server.client().await;
        let pages: Vec<_> = (0..20).map(|k| batch_request(&format!("k{k}"), press(k))).collect();
        let mut batch =
            client.render_batch(tokio_stream::iter(pages)).await.expect("a stream").into_inner();
        let first = batch.message().await.expect("goes on");
        assert!(first.is_some());
        messages(&mut client, quick("插进来。")).await.1.expect("a page");
        let done = server.metric("banmian_pages_total{outcome=\"made\"}");
        while batch.message().await.expect("goes on").is_some() {}
        done
    });
    assert!(order < 18.0, "{order} pages were made before the call that somebody waits for");
}
