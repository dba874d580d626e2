//! Shared by the tests: the engine, the fixtures, a server, the program, external tools.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, OnceLock};
use std::time::{Duration, Instant};

use banmian::config::{RequestLimits, ServiceConfig};
use banmian::engine::{Engine, RenderResult};
use banmian::image::PictureSupply;
use banmian::intake::{CheckContext, NormaliseSwitches};
use banmian::proto::render_page_request::Source;
use banmian::proto::render_page_response::Part;
use banmian::proto::typeset_service_client::TypesetServiceClient;
use banmian::proto::{self, Output as Kind, Policy};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tonic::Status;
use tonic::transport::Channel;

/// Returns the engine of the process: faces are parsed once, as in a server.
pub(crate) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        Engine::new(RequestLimits::default(), &[]).expect("the embedded faces and style")
    })
}

/// Returns a path from the root of the package.
pub(crate) fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Reads a file of the package.
pub(crate) fn read(path: &str) -> Vec<u8> {
    std::fs::read(root(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Reads a record of the package.
pub(crate) fn record(path: &str) -> proto::PageRecord {
    serde_json::from_slice(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the context with which a record is checked: everything normalised, the built-in house
/// style, no pictures supplied.
pub(crate) fn context() -> CheckContext<'static> {
    static SWITCHES: LazyLock<NormaliseSwitches> =
        LazyLock::new(|| NormaliseSwitches::resolve(None, None));
    static PICTURES: LazyLock<PictureSupply> = LazyLock::new(PictureSupply::default);
    CheckContext {
        fonts: engine().fonts(),
        limits: engine().limits(),
        switches: &SWITCHES,
        staff_roles: &engine().styles()[0].furniture.staff_roles,
        pictures: &PICTURES,
        drops_bad_locks: false,
    }
}

/// Reads plain copy or a record, by the extension of the file.
pub(crate) fn source(path: &str) -> Source {
    if path.ends_with(".txt") { Source::PlainCopy(read(path)) } else { Source::Page(record(path)) }
}

/// Returns a request for some outputs; copy that does not fit is marked, so that there is always a
/// page.
pub(crate) fn request(source: Source, outputs: &[Kind]) -> proto::RenderPageRequest {
    proto::RenderPageRequest {
        source: Some(source),
        outputs: outputs.iter().map(|output| (*output).into()).collect(),
        policy: Policy::Mark.into(),
        preview_dpi: 30,
        name: "page".to_owned(),
        ..proto::RenderPageRequest::default()
    }
}

/// A rendered page: its report and files.
pub(crate) struct RenderedPage {
    pub(crate) report: proto::RenderReport,
    pub(crate) pdf: Vec<u8>,
    pub(crate) png: Vec<u8>,
    pub(crate) json: Vec<u8>,
}

impl RenderedPage {
    /// Renders a source; a page is expected.
    pub(crate) fn render(name: &str, source: Source, layout: Option<proto::Layout>) -> Self {
        let kinds = [Kind::PressPdf, Kind::PreviewPng, Kind::RecordJson];
        let request = proto::RenderPageRequest { layout, ..request(source, &kinds) };
        let RenderResult { report, artifacts } =
            engine().render(request, &()).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let artifacts = artifacts.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let [pdf, png, json] = artifacts.try_into().expect("three artifacts");
        Self { report, pdf: pdf.bytes, png: png.bytes, json: json.bytes }
    }

    /// Returns the record as understood.
    pub(crate) fn record(&self) -> proto::PageRecord {
        serde_json::from_slice(&self.json).expect("the record as understood")
    }

    /// Returns the record with the wordings of headlines that were set.
    pub(crate) fn as_set(&self) -> proto::PageRecord {
        let mut record = self.record();
        for article in &mut record.articles {
            let modules = &self.geometry().modules;
            let module = modules.iter().find(|module| module.article_id == article.id);
            let Some(variant @ 1..) = module.map(|module| module.headline_variant) else {
                continue;
            };
            let chosen = article.alternatives[variant as usize - 1].clone();
            article.headline = chosen.headline;
            if !chosen.kicker.is_empty() {
                article.kicker = chosen.kicker;
            }
            if !chosen.deck.is_empty() {
                article.deck = chosen.deck;
            }
        }
        record
    }

    pub(crate) fn geometry(&self) -> &proto::PageGeometry {
        self.report.geometry.as_ref().expect("a report has its geometry")
    }
}

/// Every page of copy in the repository: the two seeds and the fixtures.
pub(crate) const FIXTURES: [&str; 10] = [
    "seeds/000_a9ba12f2908be50a.txt",
    "seeds/20231029.json",
    "tests/fixtures/plain/news-page.txt",
    "tests/fixtures/plain/supplement-page.txt",
    "tests/fixtures/records/pages-1.json",
    "tests/fixtures/records/pages-2.json",
    "tests/fixtures/records/pages-4.json",
    "tests/fixtures/records/pages-5.json",
    "tests/fixtures/records/pages-6.json",
    "tests/fixtures/records/pages-8.json",
];

/// The seed as plain copy.
pub(crate) const PLAIN_SEED: &str = FIXTURES[0];
/// The seed as an editor typed it.
pub(crate) const KEYED_SEED: &str = FIXTURES[1];

/// Returns a fixture, rendered once per process.
pub(crate) fn sheet(path: &str) -> &'static RenderedPage {
    static SHEETS: [OnceLock<RenderedPage>; FIXTURES.len()] =
        [const { OnceLock::new() }; FIXTURES.len()];
    let at = FIXTURES.iter().position(|fixture| *fixture == path).expect("a fixture");
    SHEETS[at].get_or_init(|| RenderedPage::render(path, source(path), None))
}

/// Returns a text without white space and added hyphens: extracted text has other word breaks than
/// copy.
pub(crate) fn bare_text(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{ad}').collect()
}

/// Compares two long texts and shows where they first differ.
pub(crate) fn assert_same(what: &str, expected: &str, got: &str) {
    if expected == got {
        return;
    }
    let (mine, theirs): (Vec<char>, Vec<char>) =
        (expected.chars().collect(), got.chars().collect());
    let same = mine.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
    let around = |chars: &[char]| -> String {
        chars.iter().skip(same.saturating_sub(12)).take(48).collect()
    };
    panic!(
        "{what}: they part at character {same} of {} and {}\n expected …{}…\n      got …{}…",
        mine.len(),
        theirs.len(),
        around(&mine),
        around(&theirs)
    );
}

/// Runs a check on every row of a table; a failing row does not stop the others from being checked.
pub(crate) fn check_each<T>(
    rows: impl IntoIterator<Item = T>,
    name: impl Fn(&T) -> String,
    check: impl Fn(&T),
) {
    let mut failed = Vec::new();
    for row in rows {
        if catch_unwind(AssertUnwindSafe(|| check(&row))).is_err() {
            failed.push(name(&row));
        }
    }
    assert!(failed.is_empty(), "see above: {failed:?}");
}

/// A directory of this process that is removed when dropped.
pub(crate) struct TempDir(PathBuf);

impl TempDir {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("banmian-it-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a temporary directory");
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        std::fs::write(self.path(name), bytes).expect("write");
        self.path(name)
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Returns the names in a directory, sorted, including hidden ones; none if it does not exist.
pub(crate) fn names(dir: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Result of running the program.
pub(crate) struct ProgramRun {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for ProgramRun {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// Returns the program with arguments, in an environment without settings for it.
pub(crate) fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_banmian"));
    command.args(args);
    for name in ["CONFIG", "REMOTE", "LISTEN", "WORKERS", "QUEUE", "GRACE_SECONDS", "FONTS"] {
        command.env_remove(format!("BANMIAN_{name}"));
    }
    command
}

/// Runs the program until it exits.
pub(crate) fn run(args: &[&str]) -> ProgramRun {
    program(args).stdin(Stdio::null()).output().expect("the program starts").into()
}

/// Runs the program with some bytes on its standard input.
pub(crate) fn run_with(args: &[&str], input: &[u8]) -> ProgramRun {
    let mut command = program(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    child.stdin.take().expect("piped").write_all(input).expect("the program reads");
    child.wait_with_output().expect("the program ends").into()
}

/// Returns an external tool, or `None` and a line on the terminal if it is not installed. Under
/// `BANMIAN_REQUIRE_TOOLS=1`, as in CI, a missing tool is a failure: a check that never runs checks
/// nothing.
pub(crate) fn tool(name: &str) -> Option<Command> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file());
    if found.is_none() {
        missing(&format!("{name} is not installed"));
    }
    found.map(Command::new)
}

/// Prints that a check is skipped; fails where external tools are required.
pub(crate) fn missing(what: &str) {
    let required = std::env::var_os("BANMIAN_REQUIRE_TOOLS").is_some_and(|value| value == "1");
    assert!(!required, "{what}");
    // Straight to the terminal: the harness would hide `eprintln!` of a test that passes.
    let _ = writeln!(std::io::stderr(), "skipped: {what}");
}

/// Returns the runtime of servers and clients.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("runtime")
    })
}

/// A client of the service; it accepts reports of any size.
pub(crate) type Client = TypesetServiceClient<Channel>;

/// A real server on a free port. It stops when this is dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    _stop: oneshot::Sender<()>,
}

impl Server {
    pub(crate) fn start(config: ServiceConfig) -> Self {
        let (stop, stopped) = oneshot::channel();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("as tokio wants it");
        let scheme = if config.tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().expect("address"));
        runtime().spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            let stop = async {
                // A dropped sender also means: stop.
                let _ = stopped.await;
            };
            banmian::server::serve(listener, engine().clone(), &config, stop).await.expect("serve")
        });
        Self { url, _stop: stop }
    }

    /// Returns the address on which it listens.
    pub(crate) fn address(&self) -> &str {
        self.url.rsplit('/').next().expect("an address")
    }

    /// Makes one exchange over HTTP/1.1, without encryption.
    pub(crate) fn http(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> HttpReply {
        http(self.address(), method, path, headers, body)
    }

    /// Returns one value of `/metrics`, 0 if it is not there.
    pub(crate) fn metric(&self, name: &str) -> f64 {
        let text = self.http("GET", "/metrics", &[], b"").text();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned));
        line.map_or(0.0, |number| number.parse().expect("a number"))
    }

    /// Returns the server that most tests share.
    pub(crate) fn shared() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(|| Self::start(ServiceConfig::default()))
    }

    pub(crate) async fn channel(&self) -> Channel {
        channel(&self.url).await
    }

    pub(crate) async fn client(&self) -> Client {
        // Larger than the server's limit, so that it is the server that rejects.
        TypesetServiceClient::new(self.channel().await)
            .max_decoding_message_size(64 << 20)
            .max_encoding_message_size(64 << 20)
    }
}

/// Makes one exchange over HTTP/1.1, without encryption.
pub(crate) fn http(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> HttpReply {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: banmian\r\nconnection: close\r\n");
    head += &format!("content-length: {}\r\n", body.len());
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    // A server that rejects early closes early: its answer is read anyway.
    let _ = stream.write_all(&[head.as_bytes(), b"\r\n", body].concat());
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    HttpReply::read(&bytes)
}

/// An answer over HTTP.
#[derive(Debug)]
pub(crate) struct HttpReply {
    pub(crate) status: u16,
    /// Values by name in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl HttpReply {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a whole head");
        let head = std::str::from_utf8(&bytes[..end]).expect("text");
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
        let headers: BTreeMap<String, String> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut body = bytes[end + 4..].to_vec();
        if headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked") {
            body = unchunked(&body);
        }
        Self { status: status.parse().expect("a number"), headers, body }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(at) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&rest[..at]).expect("a size");
        let size = usize::from_str_radix(size, 16).expect("a size");
        let start = at + 2;
        out.extend_from_slice(&rest[start..start + size]);
        rest = &rest[start + size + 2..];
        if size == 0 {
            break;
        }
    }
    out
}

/// Connects to a server; one that was just started may need a moment.
pub(crate) async fn channel(url: &str) -> Channel {
    // Windows wide enough for every file of a test: a client that still requests more while a
    // draining server closes the connection loses the bytes that were on their way.
    let endpoint = tonic::transport::Endpoint::from_shared(url.to_owned())
        .expect("url")
        .initial_stream_window_size(64 << 20)
        .initial_connection_window_size(256 << 20);
    let patience = Instant::now() + Duration::from_secs(10);
    loop {
        match endpoint.connect().await {
            Ok(channel) => return channel,
            Err(error) if Instant::now() > patience => panic!("{url}: {error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// Sends a render request. Returns its messages and its status.
pub(crate) async fn messages(
    client: &mut Client,
    request: impl tonic::IntoRequest<proto::RenderPageRequest>,
) -> (Vec<Part>, Result<(), Status>) {
    let mut parts = Vec::new();
    let mut stream = match client.render_page(request).await {
        Ok(response) => response.into_inner(),
        Err(status) => return (parts, Err(status)),
    };
    loop {
        match stream.message().await {
            Ok(Some(message)) => parts.push(message.part.expect("every message says something")),
            Ok(None) => return (parts, Ok(())),
            Err(status) => return (parts, Err(status)),
        }
    }
}

/// Returns the seed as a source.
pub(crate) fn seed() -> Source {
    Source::Page(record(KEYED_SEED))
}

/// Returns a page that cannot fit: the seed's articles with their bodies three times over.
pub(crate) fn overset() -> proto::PageRecord {
    let mut record = record(KEYED_SEED);
    for article in &mut record.articles {
        article.body = vec![article.body.clone(); 3].concat();
    }
    record
}
