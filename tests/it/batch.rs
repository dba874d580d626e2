//! `batch`: many pages, resumed, split into parts, stopped, and rendered by a server.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use banmian::engine::{Engine, RenderResult};
use banmian::image::{PictureSupply, sha256_hex};
use banmian::proto;
use banmian::proto::catalog_service_server::{CatalogService, CatalogServiceServer};
use banmian::proto::render_batch_response::Part as Sent;
use banmian::proto::render_page_response::Part;
use banmian::proto::typeset_service_server::{TypesetService, TypesetServiceServer};
use serde_json::Value;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Request, Response, Status, Streaming};

use crate::support::{
    KEYED_SEED, PLAIN_SEED, TempDir, engine, names, overset, program, read, run, runtime,
};

fn arg(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// Returns every file under a directory, by its path relative to it.
fn files_under(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    for name in names(dir) {
        let path = dir.join(&name);
        if path.is_dir() {
            let below = files_under(&path);
            out.extend(below.into_iter().map(|(key, bytes)| (format!("{name}/{key}"), bytes)));
        } else {
            out.insert(name, std::fs::read(path).expect("file"));
        }
    }
    out
}

/// Returns a small record with its own headline.
fn small_record(headline: &str) -> Vec<u8> {
    let text = "连日来，各地抢抓农时，检修农机、调运农资，春耕备耕有序展开。";
    let record = serde_json::json!({
        "date": "2026-03-02",
        "articles": [{"id": "a", "headline": headline, "body": [{"paragraph": {"text": text}}]}],
        "layout": {"densityStep": "news"},
    });
    serde_json::to_vec(&record).expect("JSON")
}

/// Creates a directory of inputs: two pages at two depths, and files that are not inputs.
fn input_directory(dir: &TempDir) -> PathBuf {
    let root = dir.path("in");
    std::fs::create_dir_all(root.join("1965/03")).expect("a directory");
    std::fs::create_dir_all(root.join(".trash")).expect("a directory");
    dir.write("in/1965/03/keyed.json", &read(KEYED_SEED));
    dir.write("in/plain.txt", &read(PLAIN_SEED));
    dir.write("in/1965/notes.md", b"no page");
    dir.write("in/.trash/old.json", b"{");
    root
}

/// Reads a log, one value a line.
fn read_log(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("a log");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn status_of(lines: &[Value], key: &str) -> String {
    let line = lines.iter().rfind(|line| line["key"] == key).unwrap_or_else(|| panic!("{key}"));
    line["status"].as_str().expect("a status").to_owned()
}

#[test]
fn a_batch_gives_the_files_of_render_in_a_tree_of_the_same_shape() {
    let dir = TempDir::new();
    let input = input_directory(&dir);
    let mut expected = BTreeMap::new();
    for (folder, key) in [("1965/03/", "1965/03/keyed.json"), ("", "plain.txt")] {
        let out = dir.path("one").join(folder);
        let ran = run(&["render", arg(&input.join(key)), "--step", "news", "-o", arg(&out)]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
    }
    expected.extend(files_under(&dir.path("one")));
    assert_eq!(expected.len(), 6);
    for jobs in ["1", "3"] {
        let out = dir.path(&format!("out-{jobs}"));
        let ran = run(&["batch", arg(&input), "-o", arg(&out), "-j", jobs, "--step", "news"]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
        assert!(ran.out.contains("2 pages: 2 done, 0 skipped, 0 failed, 0 left"), "{}", ran.out);
        let mut made = files_under(&out);
        let tickets = ["1965/03/keyed.banmian.json", "plain.banmian.json"];
        assert!(tickets.iter().all(|ticket| made.remove(*ticket).is_some()), "{:?}", made.keys());
        assert!(made == expected, "{:?}", made.keys());
    }
}

#[test]
fn an_existing_page_is_made_again_only_if_something_changed() {
    let dir = TempDir::new();
    std::fs::create_dir_all(dir.path("in")).expect("a directory");
    for name in ["a", "b", "c"] {
        dir.write(&format!("in/{name}.json"), &small_record(name));
    }
    let (input, out, logged) = (dir.path("in"), dir.path("out"), dir.path("log.jsonl"));
    let batch = |more: &[&str]| -> Vec<String> {
        let _ = std::fs::remove_file(&logged);
        let args = ["batch", arg(&input), "-o", arg(&out), "--log", arg(&logged)];
        let ran = run(&[&args[..], more].concat());
        assert_eq!(ran.code, Some(0), "{more:?}: {}", ran.err);
        let lines = read_log(&logged);
        assert_eq!(lines.len(), 4, "a line each and the summary: {lines:?}");
        assert_eq!(
            (&lines[3]["status"], &lines[3]["pages"]),
            (&Value::from("end"), &Value::from(3))
        );
        ["a.json", "b.json", "c.json"].map(|key| status_of(&lines, key)).to_vec()
    };
    let json = ["--make", "json"];
    assert_eq!(batch(&json), ["done", "done", "done"]);
    let first = files_under(&out);
    assert_eq!(batch(&json), ["skipped", "skipped", "skipped"]);
    dir.write("in/b.json", &small_record("另一题"));
    assert_eq!(batch(&json), ["skipped", "done", "skipped"], "another record");
    dir.write("out/a.json", b"{}");
    std::fs::remove_file(out.join("c.json")).expect("remove");
    assert_eq!(batch(&json), ["done", "skipped", "done"], "files that are not as they were made");
    assert_eq!(batch(&["--make", "json", "--force"]), ["done", "done", "done"]);
    assert_eq!(batch(&["--make", "json,geometry"]), ["done", "done", "done"], "another option");
    assert_eq!(batch(&["--make", "json,geometry", "--jobs", "3"])[0], "skipped");
    let config = dir.write("limits.toml", b"[limits]\narticles = 90\n");
    let limits = ["--make", "json,geometry", "--config", arg(&config)];
    assert_eq!(batch(&limits), ["done", "done", "done"], "other limits");
    assert_eq!(batch(&json), ["done", "done", "done"], "the first limits again");
    let style = String::from_utf8(read("src/model/broadsheet.toml")).expect("UTF-8");
    let titled = style.replacen("\ntitle = \"", "\ntitle = \"另", 1);
    assert_ne!(titled, style);
    let style = dir.write("style.toml", titled.as_bytes());
    let styled = ["--make", "json", "--house-style", arg(&style)];
    assert_eq!(batch(&styled), ["done", "done", "done"], "another house style");
    assert_eq!(batch(&styled), ["skipped", "skipped", "skipped"]);
    assert_eq!(batch(&json), ["done", "done", "done"]);
    for name in ["a.json", "a.banmian.json", "c.json"] {
        assert!(files_under(&out)[name] == first[name], "{name}");
    }
}

#[test]
fn a_changed_picture_is_noticed() {
    let dir = TempDir::new();
    for folder in ["in", "pictures"] {
        std::fs::create_dir_all(dir.path(folder)).expect("a directory");
    }
    let mut record: Value = serde_json::from_slice(&small_record("有图")).expect("JSON");
    record["pictures"] = serde_json::json!([{"id": "bridge", "caption": "大桥"}]);
    dir.write("in/p.json", &serde_json::to_vec(&record).expect("JSON"));
    dir.write("pictures/bridge.jpg", &read("tests/fixtures/pictures/large.jpg"));
    let (input, out, pictures) = (dir.path("in"), dir.path("out"), dir.path("pictures"));
    let batch = || {
        let args = ["batch", arg(&input), "-o", arg(&out), "--policy", "mark"];
        let ran = run(&[&args[..], &["--make", "png", "--pictures", arg(&pictures)]].concat());
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
        let skipped = ran.out.contains("0 done, 1 skipped");
        assert!(skipped || ran.out.contains("1 done, 0 skipped"), "{}", ran.out);
        (skipped, files_under(&out)["p.png"].clone())
    };
    let (_, rgb) = batch();
    assert!(batch().0);
    dir.write("pictures/bridge.jpg", &read("tests/fixtures/pictures/grey.jpg"));
    let (skipped, grey) = batch();
    assert!(!skipped && grey != rgb);
    std::fs::remove_file(dir.path("pictures/bridge.jpg")).expect("remove");
    assert!(!batch().0, "nor is a page without its picture the same");
}

#[test]
fn one_bad_page_harms_no_other_and_sets_the_exit_code() {
    let dir = TempDir::new();
    std::fs::create_dir_all(dir.path("in")).expect("a directory");
    dir.write("in/good.json", &small_record("好"));
    let batch = |name: &str| {
        let (input, out, logged) = (dir.path("in"), dir.path("out"), dir.path("log.jsonl"));
        let args = ["batch", arg(&input), "-o", arg(&out), "--log", arg(&logged), "--make", "json"];
        let ran = run(&args);
        let lines = read_log(&logged);
        assert_eq!(lines.last().map(|line| &line["left"]), Some(&Value::from(0)), "{lines:?}");
        let line = lines.into_iter().rfind(|line| line["key"] == name);
        (ran.code, line.unwrap_or_default(), ran.err)
    };
    assert_eq!(batch("").0, Some(0));
    dir.write("in/over.json", &serde_json::to_vec(&overset()).expect("JSON"));
    let (code, line, err) = batch("over.json");
    assert_eq!(code, Some(1));
    assert_eq!((&line["status"], &line["code"]), (&"failed".into(), &"BM-OVERSET-001".into()));
    assert!(line["message"]["zh"].as_str().is_some_and(|text| text.contains("余稿")), "{line}");
    assert!(
        line["findings"][0]["field"].as_str().is_some_and(|f| f.contains("articles[")),
        "{line}"
    );
    assert!(err.contains("over.json: BM-OVERSET-001"), "{err}");
    // A line separator that would break the log if it were written unescaped.
    dir.write("in/wild.json", "{\"artic\\u2028les\\n\\u0085\": []}".as_bytes());
    let (code, line, err) = batch("wild.json");
    assert_eq!((code, &line["status"]), (Some(2), &"failed".into()), "{err}");
    let text = std::fs::read_to_string(dir.path("log.jsonl")).expect("a log");
    assert!(!text.contains(['\u{2028}', '\u{85}', '\r']), "{text}");
    // A directory in the place of an output file.
    std::fs::create_dir_all(dir.path("out/blocked.json")).expect("a directory");
    dir.write("in/blocked.json", &small_record("无处可写"));
    let (code, line, _) = batch("blocked.json");
    assert_eq!((code, &line["code"]), (Some(74), &"BM-UNWRITABLE".into()));
    let there = files_under(&dir.path("out"));
    let there: Vec<&str> = there.keys().map(String::as_str).collect();
    assert_eq!(there, ["good.banmian.json", "good.json"], "a page is there whole or not at all");
}

#[test]
fn impossible_batches_are_reported_before_any_page_is_made() {
    let dir = TempDir::new();
    let input = input_directory(&dir);
    let (input, out) = (arg(&input), dir.path("out"));
    let out = arg(&out);
    dir.write("in/plain.json", &small_record("同名"));
    let other = dir.write("keyed.json", &small_record("同名"));
    let folder = dir.path("in/1965/03");
    std::fs::create_dir_all(dir.path("empty")).expect("a directory");
    let empty = dir.path("empty");
    for (code, args, message) in [
        (64, &["batch", input, "-o", out][..], "plain.pdf"),
        (64, &["batch", arg(&folder), arg(&other), "-o", out], "keyed.pdf"),
        (64, &["batch", input, "-o", input], "input directory"),
        (64, &["batch", arg(&other), "-o", arg(&dir.path(""))], "keyed.json"),
        (64, &["batch", arg(&empty), "-o", out], "no pages"),
        (64, &["batch", "no-such-directory", "-o", out], "cannot be read"),
        (64, &["batch", arg(&other)], "--output"),
        (64, &["batch", arg(&other), "-o", out, "--shard", "0/4"], "0/4"),
        (64, &["batch", arg(&other), "-o", out, "--jobs", "0"], "--jobs"),
        (69, &["batch", arg(&other), "-o", out, "--remote", "http://127.0.0.1:9"], "reached"),
    ] {
        let ran = run(args);
        assert_eq!(ran.code, Some(code), "{args:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(message), "{args:?}: {}", ran.err);
        assert!(files_under(&dir.path("out")).is_empty(), "{args:?}");
    }
}

#[test]
fn links_in_folders_are_skipped_and_output_is_not_input() {
    let dir = TempDir::new();
    let root = dir.path("in");
    std::fs::create_dir_all(root.join("deep")).expect("a directory");
    dir.write("in/deep/a.json", &small_record("甲"));
    let outside = dir.write("outside.json", &small_record("外"));
    std::os::unix::fs::symlink(&outside, root.join("link.json")).expect("a link");
    std::os::unix::fs::symlink(dir.path(""), root.join("loop")).expect("a link");
    let out = root.join("out");
    for (made, skipped) in [(1, 0), (0, 1)] {
        let ran = run(&["batch", arg(&root), "-o", arg(&out), "--make", "json"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let summary = format!("1 pages: {made} done, {skipped} skipped");
        assert!(ran.out.contains(&summary), "{}", ran.out);
        assert!(ran.err.contains("2 symbolic links"), "{}", ran.err);
    }
    assert_eq!(names(&out.join("deep")), ["a.banmian.json", "a.json"]);
    // A link that is named on the command line is followed.
    let ran = run(&["batch", arg(&root.join("link.json")), "-o", arg(&out), "--make", "json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(names(&out).contains(&"link.json".to_owned()));
}

#[test]
fn the_parts_of_a_batch_add_up_to_the_whole() {
    let dir = TempDir::new();
    let root = dir.path("in");
    std::fs::create_dir_all(&root).expect("a directory");
    let keys: BTreeSet<String> = (0..12).map(|number| format!("{number}.json")).collect();
    for key in &keys {
        dir.write(&format!("in/{key}"), &small_record(key));
    }
    let mut pages_of_parts = Vec::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let out = dir.path(&shard.replace('/', "-"));
        let ran = run(&["batch", arg(&root), "-o", arg(&out), "--make", "json", "--shard", shard]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let is_page = |name: &String| !name.ends_with(".banmian.json");
        pages_of_parts.extend(names(&out).into_iter().filter(is_page));
    }
    assert_eq!(pages_of_parts.len(), keys.len(), "no page is of two parts: {pages_of_parts:?}");
    assert_eq!(pages_of_parts.into_iter().collect::<BTreeSet<_>>(), keys);
}

#[test]
fn a_stopped_batch_resumes_where_it_was() {
    let dir = TempDir::new();
    let root = dir.path("in");
    std::fs::create_dir_all(&root).expect("a directory");
    let record = read(KEYED_SEED);
    let all = 40;
    for number in 0..all {
        dir.write(&format!("in/{number:02}.json"), &record);
    }
    let (out, logged) = (dir.path("out"), dir.path("log.jsonl"));
    let args = ["batch", arg(&root), "-o", arg(&out), "-j", "1", "--log", arg(&logged)];
    let mut command = program(&[&args[..], &["--make", "png", "--dpi", "20"]].concat());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a start");
    let patience = Instant::now() + Duration::from_secs(60);
    while !out.join("01.banmian.json").exists() {
        assert!(Instant::now() < patience, "no page was made");
        std::thread::sleep(Duration::from_millis(5));
    }
    let kill = format!("kill -INT {}", child.id());
    let kill = std::process::Command::new("sh").args(["-c", &kill]).status();
    assert!(kill.expect("a shell").success());
    let ran = child.wait_with_output().expect("an end");
    assert_eq!(ran.status.code(), Some(75), "{}", String::from_utf8_lossy(&ran.stderr));
    let made = names(&out);
    let tickets = made.iter().filter(|name| name.ends_with(".banmian.json")).count();
    assert!((2..all).contains(&tickets), "{tickets} pages were made");
    assert_eq!(made.len(), tickets * 2, "what is there is whole: {made:?}");
    let end = read_log(&logged).pop().expect("a summary");
    assert_eq!((&end["done"], &end["left"]), (&tickets.into(), &(all - tickets).into()));
    let ran = run(&[&args[..], &["--make", "png", "--dpi", "20"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let summary = format!("{all} pages: {} done, {tickets} skipped", all - tickets);
    assert!(ran.out.contains(&summary), "{}", ran.out);
}

/// A server that implements the contract badly: it has no time for the first page that it is sent,
/// breaks the stream once, and keeps the uploaded pictures.
#[derive(Default)]
struct FlakyServer {
    pages: AtomicUsize,
    streams: AtomicUsize,
    ahead: AtomicUsize,
    most_ahead: AtomicUsize,
    uploads: Mutex<BTreeMap<String, Vec<u8>>>,
}

/// Implements the services of a [`FlakyServer`].
#[derive(Clone)]
struct Door(Arc<FlakyServer>);

type PageStream = Pin<Box<dyn Stream<Item = Result<proto::RenderPageResponse, Status>> + Send>>;

impl FlakyServer {
    /// Returns the messages that answer one page.
    fn answer(&self, request: proto::RenderPageRequest, key: &str) -> Vec<Sent> {
        if self.pages.fetch_add(1, Ordering::Relaxed) == 0 {
            return vec![Sent::Failure(proto::BatchPageFailure {
                status: tonic::Code::ResourceExhausted as u32,
                code: "BM-BUSY".to_owned(),
                retry_after_seconds: 1,
                ..proto::BatchPageFailure::default()
            })];
        }
        let mut pictures = PictureSupply::default();
        for bytes in self.uploads.lock().expect("uploads").values() {
            pictures.insert(None, bytes.clone());
        }
        let engine: Engine = engine().clone().with_pictures(pictures);
        let failure = |error: &banmian::error::Error, status: tonic::Code| {
            let message = proto::LocalizedText { zh: error.message().zh, en: error.message().en };
            let code = error.findings().first().map(|finding| finding.code.id());
            Sent::Failure(proto::BatchPageFailure {
                status: status as u32,
                code: code.unwrap_or_default().to_owned(),
                message: Some(message),
                ..proto::BatchPageFailure::default()
            })
        };
        let RenderResult { report, artifacts } = match engine.render(request, &()) {
            Ok(rendered) => rendered,
            Err(error) => return vec![failure(&error, tonic::Code::InvalidArgument)],
        };
        assert!(key.chars().count() <= 128, "{key}");
        let part = |part| Sent::Response(proto::RenderPageResponse { part: Some(part) });
        let layout_hash = report.layout_hash.clone();
        let mut out = vec![part(Part::Report(report))];
        let artifacts = match artifacts {
            Ok(artifacts) => artifacts,
            Err(error) => {
                out.push(failure(&error, tonic::Code::FailedPrecondition));
                return out;
            }
        };
        let count = u32::try_from(artifacts.len()).expect("few");
        for file in artifacts {
            let (output, total_bytes) = (file.output.into(), file.bytes.len() as u64);
            let header = proto::ArtifactHeader {
                output,
                file_name: file.file_name,
                ..proto::ArtifactHeader::default()
            };
            let sha256 = sha256_hex(&file.bytes);
            out.push(part(Part::ArtifactHeader(header)));
            out.push(part(Part::Chunk(file.bytes.into())));
            out.push(part(Part::ArtifactEnd(proto::ArtifactEnd { output, total_bytes, sha256 })));
        }
        out.push(Sent::Done(proto::BatchPageDone { layout_hash, artifacts: count }));
        out
    }
}

#[tonic::async_trait]
impl TypesetService for Door {
    type RenderPageStream = PageStream;
    type RenderBatchStream = ReceiverStream<Result<proto::RenderBatchResponse, Status>>;

    async fn render_page(
        &self,
        _: Request<proto::RenderPageRequest>,
    ) -> Result<Response<PageStream>, Status> {
        Err(Status::unimplemented("pages"))
    }

    async fn plan_page(
        &self,
        request: Request<proto::PlanPageRequest>,
    ) -> Result<Response<proto::PlanPageResponse>, Status> {
        let plan = engine().plan(request.into_inner(), &());
        plan.map(Response::new).map_err(|error| Status::invalid_argument(error.to_string()))
    }

    async fn measure_article(
        &self,
        _: Request<proto::MeasureArticleRequest>,
    ) -> Result<Response<proto::MeasureArticleResponse>, Status> {
        Err(Status::unimplemented("measures"))
    }

    async fn render_batch(
        &self,
        request: Request<Streaming<proto::RenderBatchRequest>>,
    ) -> Result<Response<Self::RenderBatchStream>, Status> {
        let stream = self.0.streams.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = tokio::sync::mpsc::channel(4);
        let mut requests = request.into_inner();
        let flaky = Arc::clone(&self.0);
        tokio::spawn(async move {
            let mut read = 0;
            while let Some(Ok(proto::RenderBatchRequest { key, render })) = requests.next().await {
                read += 1;
                if stream == 0 && read == 3 {
                    let _ = sender.send(Err(Status::unavailable("draining"))).await;
                    return;
                }
                // Pages of a stream that broke are still being rendered when they are sent again.
                let ahead = flaky.ahead.fetch_add(usize::from(stream > 0), Ordering::Relaxed) + 1;
                flaky.most_ahead.fetch_max(ahead, Ordering::Relaxed);
                let (flaky, sender) = (Arc::clone(&flaky), sender.clone());
                tokio::spawn(async move {
                    let work = {
                        let (flaky, key) = (Arc::clone(&flaky), key.clone());
                        move || flaky.answer(render.expect("a page"), &key)
                    };
                    let parts = tokio::task::spawn_blocking(work).await.expect("an answer");
                    flaky.ahead.fetch_sub(usize::from(stream > 0), Ordering::Relaxed);
                    for part in parts {
                        let message =
                            proto::RenderBatchResponse { key: key.clone(), part: Some(part) };
                        let _ = sender.send(Ok(message)).await;
                    }
                });
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }

    async fn upload_picture(
        &self,
        request: Request<Streaming<proto::UploadPictureRequest>>,
    ) -> Result<Response<proto::UploadPictureResponse>, Status> {
        use proto::upload_picture_request::Part;
        let mut parts = request.into_inner();
        let Some(Part::Header(header)) = parts.message().await?.and_then(|first| first.part) else {
            return Err(Status::invalid_argument("no header"));
        };
        let mut bytes = Vec::new();
        while let Some(part) = parts.message().await? {
            let Some(Part::Chunk(chunk)) = part.part else {
                return Err(Status::invalid_argument("no chunk"));
            };
            bytes.extend(chunk);
        }
        if sha256_hex(&bytes) != header.sha256 || bytes.len() as u64 != header.total_bytes {
            return Err(Status::invalid_argument("another picture"));
        }
        self.0.uploads.lock().expect("uploads").insert(header.sha256, bytes);
        Ok(Response::new(proto::UploadPictureResponse::default()))
    }
}

#[tonic::async_trait]
impl CatalogService for Door {
    async fn list_house_styles(
        &self,
        _: Request<proto::ListHouseStylesRequest>,
    ) -> Result<Response<proto::ListHouseStylesResponse>, Status> {
        Ok(Response::new(proto::ListHouseStylesResponse::default()))
    }

    async fn list_fonts(
        &self,
        _: Request<proto::ListFontsRequest>,
    ) -> Result<Response<proto::ListFontsResponse>, Status> {
        Ok(Response::new(proto::ListFontsResponse::default()))
    }
}

/// Starts a server on a free port; it ends with the process.
fn start(flaky: &Arc<FlakyServer>) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("as tokio wants it");
    let url = format!("http://{}", listener.local_addr().expect("address"));
    let service =
        TypesetServiceServer::new(Door(Arc::clone(flaky))).max_decoding_message_size(4 << 20);
    let catalog = CatalogServiceServer::new(Door(Arc::clone(flaky)));
    runtime().spawn(async move {
        let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
        let incoming = tonic::transport::server::TcpIncoming::from(listener);
        let server = tonic::transport::Server::builder().add_service(service).add_service(catalog);
        server.serve_with_incoming(incoming).await.expect("serve");
    });
    url
}

#[test]
fn a_busy_server_with_broken_streams_gives_the_same_files() {
    let dir = TempDir::new();
    let root = dir.path("in");
    let long = "很长的目录名".repeat(10);
    std::fs::create_dir_all(root.join(&long).join(&long)).expect("a directory");
    std::fs::create_dir_all(dir.path("pictures")).expect("a directory");
    for number in 0..6 {
        dir.write(&format!("in/{number}.json"), &small_record(&format!("第{number}题")));
    }
    dir.write(&format!("in/{long}/{long}/deep.json"), &small_record("深"));
    dir.write("in/over.json", &serde_json::to_vec(&overset()).expect("JSON"));
    // Comments make a picture arbitrarily large: larger than a message may be.
    let rgb = read("tests/fixtures/pictures/large.jpg");
    let comment = [&[0xff, 0xfe, 0xff, 0xff][..], &vec![0; 65_533]].concat();
    dir.write("pictures/big.jpg", &[&rgb[..2], &comment.repeat(70), &rgb[2..]].concat());
    let mut record: Value = serde_json::from_slice(&read(KEYED_SEED)).expect("JSON");
    record["pictures"] = serde_json::json!([{"id": "big", "caption": "大桥"}]);
    dir.write("in/picture.json", &serde_json::to_vec(&record).expect("JSON"));
    let flaky = Arc::new(FlakyServer::default());
    let url = start(&flaky);
    let (here, there, pictures) = (dir.path("here"), dir.path("there"), dir.path("pictures"));
    let batch = |out: &Path, more: &[&str]| {
        let args = ["batch", arg(&root), "-o", arg(out), "--make", "pdf,png,geometry"];
        run(&[&args[..], &["-j", "3", "--pictures", arg(&pictures)], more].concat())
    };
    let (local, remote) = (batch(&here, &[]), batch(&there, &["--remote", &url]));
    assert_eq!((local.code, remote.code), (Some(1), Some(1)), "{}\n{}", local.err, remote.err);
    for ran in [&local, &remote] {
        assert!(ran.out.contains("9 pages: 8 done, 0 skipped, 1 failed, 0 left"), "{}", ran.out);
        assert!(ran.err.contains("over.json: BM-OVERSET-001"), "{}", ran.err);
    }
    let record_files = |dir: &Path| {
        let mut files = files_under(dir);
        files.retain(|name, _| !name.ends_with(".banmian.json"));
        files
    };
    assert_eq!(record_files(&here).len(), 8 * 3);
    assert!(record_files(&here) == record_files(&there), "{:?}", record_files(&there).keys());
    assert!(flaky.streams.load(Ordering::Relaxed) >= 2, "the stream was opened again");
    assert!(flaky.most_ahead.load(Ordering::Relaxed) <= 3, "no more ahead than jobs");
    assert_eq!(flaky.uploads.lock().expect("uploads").len(), 1);
    let again = batch(&there, &["--remote", &url]);
    assert!(again.out.contains("0 done, 8 skipped, 1 failed"), "{}", again.out);
}
