//! Ends of calls and servers: deadlines, full queues, signals.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use banmian::config::ServiceConfig;
use banmian::proto::render_page_response::Part;
use banmian::proto::{self, Output};
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_types::StatusExt as _;

use crate::support::{
    Client, HttpReply, Server, channel, http, messages, program, request, runtime, seed,
};

#[test]
fn a_deadline_that_passes_ends_the_call() {
    let request = proto::RenderPageRequest {
        preview_dpi: 300,
        ..request(seed(), &[Output::PressPdf, Output::PreviewPng])
    };
    let mut request = tonic::Request::new(request);
    request.set_timeout(Duration::from_millis(1));
    let (parts, end) =
        runtime().block_on(async { messages(&mut Server::shared().client().await, request).await });
    // Either the client's clock or the server's, which is checked between two stages, comes first.
    let code = end.expect_err("a millisecond is not enough").code();
    assert!([Code::DeadlineExceeded, Code::Cancelled].contains(&code), "{code:?}");
    assert!(parts.is_empty(), "nothing of the page is sent");
}

#[test]
fn a_full_queue_rejects_calls_at_once() {
    // Equal requests would share one page.
    let config = ServiceConfig { workers: 1, queue: 1, cache_bytes: 0, ..ServiceConfig::default() };
    let server = Server::start(config);
    let ends: Vec<Result<(), Status>> = runtime().block_on(async {
        let client = server.client().await;
        let calls: Vec<_> = (0..12)
            .map(|_| {
                let mut client = client.clone();
                let request = request(seed(), &[Output::PressPdf]);
                tokio::spawn(async move { messages(&mut client, request).await.1 })
            })
            .collect();
        let mut ends = Vec::new();
        for call in calls {
            ends.push(call.await.expect("join"));
        }
        ends
    });
    let refused: Vec<&Status> = ends.iter().filter_map(|end| end.as_ref().err()).collect();
    assert!(refused.len() < ends.len(), "those that found room are served");
    assert!(!refused.is_empty(), "twelve calls do not fit one worker and one place");
    for status in refused {
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        let retry = status.get_details_retry_info().expect("RetryInfo");
        assert!(retry.retry_delay.is_some_and(|delay| delay > Duration::ZERO));
    }
}

/// A running server process, with its address.
pub(crate) struct Serving {
    child: Child,
    pub(crate) url: String,
    /// Output of the process after the line with the address.
    pub(crate) lines: BufReader<std::process::ChildStdout>,
}

impl Serving {
    fn start() -> Self {
        Self::run(&mut program(&[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--workers",
            "1",
            "--log",
            "off",
        ]))
    }

    pub(crate) fn run(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut line = String::new();
        let mut lines = BufReader::new(child.stdout.take().expect("piped"));
        lines.read_line(&mut line).expect("a line");
        let url = line.split_whitespace().find(|word| word.starts_with("http"));
        let url = url.unwrap_or_else(|| panic!("it says where it listens: {line}")).to_owned();
        Self { child, url, lines }
    }

    /// One exchange over HTTP.
    pub(crate) fn http(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> HttpReply {
        http(self.url.rsplit('/').next().expect("an address"), method, path, headers, body)
    }

    fn terminate(&self) {
        self.signal("TERM");
    }

    pub(crate) fn signal(&self, name: &str) {
        // Sent by the shell's built-in `kill`: not every machine has the program.
        let kill = format!("kill -{name} {}", self.child.id());
        let kill = Command::new("sh").args(["-c", &kill]).status().expect("a shell");
        assert!(kill.success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Only needed if the test failed before it stopped the process.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn sigterm_while_idle_stops_the_program_cleanly() {
    let mut serving = Serving::start();
    let health = runtime().block_on(async {
        let mut health = HealthClient::new(channel(&serving.url).await);
        health.check(HealthCheckRequest::default()).await.expect("health").into_inner()
    });
    assert_eq!(health.status(), ServingStatus::Serving);
    serving.terminate();
    assert_eq!(serving.child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn sigterm_lets_calls_in_flight_finish() {
    let mut serving = Serving::start();
    let (ended_before, ends) = runtime().block_on(async {
        let client = Client::new(channel(&serving.url).await).max_decoding_message_size(64 << 20);
        // One worker: the last of these calls waits for all others, so it is in flight when the
        // signal comes.
        let calls: Vec<_> = (0..6)
            .map(|_| {
                let mut client = client.clone();
                let request = request(seed(), &[Output::PressPdf, Output::PreviewPng]);
                let request = proto::RenderPageRequest { preview_dpi: 300, ..request };
                tokio::spawn(async move { messages(&mut client, request).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(150)).await;
        let ended_before = calls.iter().filter(|call| call.is_finished()).count();
        serving.terminate();
        let mut ends = Vec::new();
        for call in calls {
            ends.push(call.await.expect("join"));
        }
        (ended_before, ends)
    });
    assert!(ended_before < ends.len(), "something was in flight");
    for (parts, end) in ends {
        end.expect("a call that was accepted is served");
        let files = parts.iter().filter(|part| matches!(part, Part::ArtifactEnd(_))).count();
        assert_eq!(files, 2, "and whole");
    }
    assert_eq!(serving.child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn endless_streams_do_not_delay_a_stop() {
    let mut serving = Serving::start();
    let (watched, batch) = runtime().block_on(async {
        let channel = channel(&serving.url).await;
        let mut health = HealthClient::new(channel.clone());
        let mut watch =
            health.watch(HealthCheckRequest::default()).await.expect("health").into_inner();
        assert!(watch.message().await.expect("goes on").is_some());
        let mut client = Client::new(channel).max_decoding_message_size(64 << 20);
        let (pages, requests) = tokio::sync::mpsc::channel(1);
        let requests = tokio_stream::wrappers::ReceiverStream::new(requests);
        let mut batch = client.render_batch(requests).await.expect("a stream").into_inner();
        let render = Some(request(seed(), &[Output::GeometryJson]));
        let page = proto::RenderBatchRequest { key: "one".to_owned(), render };
        pages.send(page).await.expect("sent");
        assert!(batch.message().await.expect("goes on").is_some());
        serving.terminate();
        let mut ended = false;
        let batch = loop {
            match batch.message().await {
                Ok(Some(message)) => {
                    use proto::render_batch_response::Part;
                    ended |= matches!(message.part, Some(Part::Done(_)));
                }
                end => break end,
            }
        };
        assert!(ended, "a page in hand is finished");
        let watched = loop {
            match watch.message().await {
                Ok(Some(_)) => {}
                end => break end,
            }
        };
        (watched, batch)
    });
    for (name, end) in [("watch", watched.map(drop)), ("batch", batch.map(drop))] {
        assert_eq!(end.expect_err(name).code(), Code::Unavailable, "{name}");
    }
    assert_eq!(serving.child.wait().expect("it ends").code(), Some(0), "within the grace");
}
