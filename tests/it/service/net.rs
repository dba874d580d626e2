//! Hostile and broken peers, over raw sockets.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use banmian::config::ServiceConfig;
use banmian::proto::Output;

use crate::service::{page, quick};
use crate::support::{Server, messages, request, runtime};

/// Connection preface of HTTP/2.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Returns one frame: its type, flags, stream and payload (RFC 9113, 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("small").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const CONTINUATION: u8 = 9;

/// Returns the headers of a POST to a path, as literals (RFC 7541, 6.2.2).
fn head(path: &str) -> Vec<u8> {
    let literal = |name: &str, value: &str| {
        let size = |text: &str| u8::try_from(text.len()).expect("short");
        [&[0, size(name)], name.as_bytes(), &[size(value)], value.as_bytes()].concat()
    };
    [
        literal(":method", "POST"),
        literal(":scheme", "http"),
        literal(":path", path),
        literal(":authority", "banmian"),
        literal("content-type", "application/grpc"),
        literal("te", "trailers"),
    ]
    .concat()
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address()).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    stream
}

/// True if the server ends a connection within the socket's read timeout.
fn is_ended(stream: &mut TcpStream) -> bool {
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    }
}

/// Checks that the server still answers.
fn assert_still_answers(server: &Server) {
    let end = runtime()
        .block_on(async { messages(&mut server.client().await, quick("照常。")).await.1 });
    end.expect("a page");
}

#[test]
fn silent_peers_are_disconnected_and_delay_nobody() {
    let server = Server::start(ServiceConfig { first_byte_seconds: 1, ..ServiceConfig::default() });
    let mut silent = connect(&server);
    assert!(is_ended(&mut silent));
    // A peer that has just connected does not hold up a stop either.
    let silent = connect(&server);
    assert_still_answers(&server);
    let address = server.address().to_owned();
    drop(server);
    let gone = || TcpStream::connect(&address).is_err();
    for _ in 0..100 {
        if gone() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(gone(), "the port is closed");
    drop(silent);
}

#[test]
fn rapid_resets_end_the_connection_not_the_server() {
    let server = Server::start(ServiceConfig::default());
    let mut stream = connect(&server);
    stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).expect("written");
    let head = head("/banmian.v1.TypesetService/RenderPage");
    for k in 0..20_000_u32 {
        let id = 2 * k + 1;
        let pair = [frame(HEADERS, 4, id, &head), frame(RST_STREAM, 0, id, &[0, 0, 0, 8])].concat();
        if stream.write_all(&pair).is_err() {
            break;
        }
    }
    assert!(is_ended(&mut stream), "the peer is sent away");
    assert_still_answers(&server);
    // A worker becomes free a moment after its answer.
    while server.metric("banmian_jobs_running") > 0.0 {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn headers_without_end_are_cut_off() {
    let server = Server::start(ServiceConfig::default());
    let mut stream = connect(&server);
    stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).expect("written");
    let mut written =
        stream.write_all(&frame(HEADERS, 0, 1, &head("/banmian.v1.TypesetService/PlanPage")));
    let filler: Vec<u8> = (0..800).flat_map(|_| [0, 1, b'x', 1, b'y']).collect();
    for _ in 0..100 {
        written = written.and_then(|()| stream.write_all(&frame(CONTINUATION, 0, 1, &filler)));
    }
    drop(written);
    assert!(is_ended(&mut stream));
    // Over HTTP/1 the head of a request is bounded too.
    let mut stream = connect(&server);
    let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: banmian\r\n");
    for k in 0..100_000 {
        if stream.write_all(format!("x-{k}: y\r\n").as_bytes()).is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    assert_still_answers(&server);
}

#[test]
fn a_peer_that_reads_nothing_holds_neither_worker_nor_page() {
    let config = ServiceConfig {
        workers: 1,
        deadline_seconds: 6,
        cache_bytes: 0,
        ..ServiceConfig::default()
    };
    let server = Server::start(config);
    runtime().block_on(async {
        let mut client = server.client().await;
        let source = banmian::proto::render_page_request::Source::Page(page(1));
        let request = request(source, &[Output::PressPdf, Output::PreviewPng]);
        let request = banmian::proto::RenderPageRequest { preview_dpi: 100, ..request };
        // Its window takes a little; the rest is never read.
        let channel = tonic::transport::Endpoint::from_shared(server.url.clone()).expect("url");
        let channel =
            channel.initial_stream_window_size(1024).connect().await.expect("a connection");
        let mut lazy = crate::support::Client::new(channel).max_decoding_message_size(64 << 20);
        let mut stalled = lazy.render_page(request).await.expect("it begins").into_inner();
        messages(&mut client, quick("照常。")).await.1.expect("the worker is free");
        tokio::time::sleep(Duration::from_millis(6500)).await;
        // A client that reads on after all gets an error, because the answer is incomplete.
        let end = loop {
            match stalled.message().await {
                Ok(Some(_)) => {}
                end => break end,
            }
        };
        assert_eq!(end.expect_err("cut off").code(), tonic::Code::DeadlineExceeded);
    });
    assert_still_answers(&server);
}

#[test]
fn connections_are_bounded_for_each_peer() {
    let server =
        Server::start(ServiceConfig { connections_per_peer: 3, ..ServiceConfig::default() });
    let held: Vec<TcpStream> = (0..3).map(|_| connect(&server)).collect();
    // Connections are counted when they are accepted.
    std::thread::sleep(Duration::from_millis(200));
    let mut fourth = connect(&server);
    assert!(is_ended(&mut fourth), "one too many is closed at once");
    drop(held);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(server.http("GET", "/healthz", &[], b"").status, 200, "and there is room again");
    assert_eq!(server.metric("banmian_connections_refused_total{outcome=\"peer_limit\"}"), 1.0);
}

#[test]
fn nonsense_gets_no_answer() {
    let server = Server::start(ServiceConfig::default());
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"\0\0\0\0\0\0\0\0\0\0",
        b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
    ] {
        let mut stream = connect(&server);
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        assert!(is_ended(&mut stream), "{bytes:?}");
    }
    assert_still_answers(&server);
}

#[test]
fn a_batch_on_an_old_connection_ends_with_a_reason() {
    let server =
        Server::start(ServiceConfig { connection_age_seconds: 1, ..ServiceConfig::default() });
    let end = runtime().block_on(async {
        let (pages, requests) = tokio::sync::mpsc::channel(1);
        let requests = tokio_stream::wrappers::ReceiverStream::new(requests);
        let mut batch =
            server.client().await.render_batch(requests).await.expect("a stream").into_inner();
        let page = banmian::proto::RenderBatchRequest {
            key: "one".to_owned(),
            render: Some(quick("一。")),
        };
        pages.send(page).await.expect("sent");
        loop {
            match batch.message().await {
                Ok(Some(_)) => {}
                end => break end,
            }
        }
    });
    assert_eq!(end.expect_err("the client must reconnect").code(), tonic::Code::Unavailable);
}

#[test]
fn old_connections_are_closed_and_calls_continue() {
    let server =
        Server::start(ServiceConfig { connection_age_seconds: 1, ..ServiceConfig::default() });
    runtime().block_on(async {
        let mut client = server.client().await;
        // Longer than a connection may live: the channel makes new ones, and no call fails.
        for k in 0..30 {
            messages(&mut client, quick(&format!("第{k}次。"))).await.1.expect("a page");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
}

#[test]
fn a_partial_preface_counts_as_silence() {
    let server = Server::start(ServiceConfig { first_byte_seconds: 1, ..ServiceConfig::default() });
    for bytes in [&PREFACE[..1], &PREFACE[..23]] {
        let mut stream = connect(&server);
        stream.write_all(bytes).expect("written");
        assert!(is_ended(&mut stream), "{bytes:?}");
    }
}

#[test]
fn half_sent_requests_are_bounded_in_total() {
    let server =
        Server::start(ServiceConfig { requests_bytes: 3 << 20, ..ServiceConfig::default() });
    let begin = format!(
        "POST /v1/pages:render HTTP/1.1\r\nhost: banmian\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n",
        4 << 20
    );
    let mut held: Vec<TcpStream> = Vec::new();
    for _ in 0..3 {
        let mut stream = connect(&server);
        stream.write_all(begin.as_bytes()).expect("written");
        let _ = stream.write_all(&vec![b'x'; 1_200_000]);
        held.push(stream);
    }
    // One of them found no room, and its own room is free again; the answer says when to retry.
    let refused = held.iter_mut().any(|stream| {
        stream.set_read_timeout(Some(Duration::from_secs(3))).expect("a timeout");
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).is_ok() && &answer == b"HTTP/1.1 429"
    });
    assert!(refused, "three times 1.2 million bytes do not go into three mebibytes");
    assert_still_answers(&server);
}

#[test]
fn a_peer_that_never_takes_an_answer_loses_the_connection() {
    let config =
        ServiceConfig { deadline_seconds: 2, stall_seconds: 1, ..ServiceConfig::default() };
    let server = Server::start(config);
    let mut stream = connect(&server);
    // Windows of size zero, then a whole call: the answer would wait for ever.
    let no_window = [0, 4, 0, 0, 0, 0];
    let message = banmian::proto::encode(&quick("一。"));
    let length = u32::try_from(message.len()).expect("small").to_be_bytes();
    let body = [&[0][..], &length, &message].concat();
    let head = head("/banmian.v1.TypesetService/RenderPage");
    let call = [
        PREFACE.to_vec(),
        frame(SETTINGS, 0, 0, &no_window),
        frame(HEADERS, 4, 1, &head),
        frame(0, 1, 1, &body),
    ];
    stream.write_all(&call.concat()).expect("written");
    assert!(is_ended(&mut stream), "after deadline, patience and leave");
    while server.metric("banmian_calls_in_flight") > 1.0 {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_still_answers(&server);
}
