//! Bad input through both surfaces, from one table: the answer is a clear error or a page with a
//! finding, never a panic and never a file.

use banmian::config::RequestLimits;
use banmian::proto::render_batch_response::Part as Answer;
use banmian::proto::render_page_request::Source;
use banmian::proto::render_page_response::Part;
use banmian::proto::{self, Output, PageRecord, Policy};
use tokio_stream::StreamExt as _;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::reader;
use crate::support::{
    HttpReply, ProgramRun, Server, TempDir, messages, names, record, request, run, runtime,
};
use crate::support::{KEYED_SEED, bare_text, check_each, engine};

/// An input, by the surfaces through which it can arrive.
enum Input {
    /// Plain copy: both surfaces.
    Plain(Vec<u8>),
    /// JSON of a record: over the wire it is sent as the message that it encodes.
    Record(String),
    /// Bytes that the JSON reader rejects: command line only.
    Json(Vec<u8>),
}
use Input::{Json, Plain, Record};

/// Returns an article as JSON, from its fields.
fn article(fields: &str) -> String {
    format!(r#"{{"articles":[{{{fields}}}]}}"#)
}

/// Returns a record of one article with one paragraph.
fn paragraph(text: &str) -> String {
    let text = serde_json::to_string(text).expect("JSON");
    article(&format!(r#""headline":"标题","body":[{{"paragraph":{{"text":{text}}}}}]"#))
}

const BODY: &str = r#""body":[{"paragraph":{"text":"正文。"}}]"#;
const TEXT: &str = "articles[0].body[0].paragraph.text";

const SPAN: &str = "articles[0].body[0].paragraph.spans[0]";

/// Name, input, and the code and field of the first finding.
type Row = (&'static str, Input, &'static str, &'static str);

/// Inputs that are not a record.
fn invalid_records() -> Vec<Row> {
    let json = |name, text: String, field| (name, Json(text.into_bytes()), "BM-INPUT-003", field);
    let deep = format!("{{\"date\":{}", "[".repeat(20_000));
    let unknown = article(r#""healdine":"标题""#);
    let kind = r#"{"reserved":[{"kind":"RESERVED_KIND_NONE"}]}"#.to_owned();
    let number = article(r#""body":[{"paragraph":{"text":7}}]"#);
    let surrogate = article(r#""headline":"题\ud800""#);
    vec![
        ("not UTF-8", Plain(b"\xb1\xea\xcc\xe2\n".to_vec()), "BM-INPUT-001", ""),
        ("not UTF-8 in JSON", Json(b"{\"section\":\"\xff\"}".to_vec()), "BM-INPUT-001", ""),
        ("empty", Plain(Vec::new()), "BM-INPUT-002", ""),
        ("blank", Plain("\u{feff} \n\u{3000}\r\n".into()), "BM-INPUT-002", ""),
        json("malformed", "{\"date\":".to_owned(), "date"),
        json("trailing", "{} {}".to_owned(), ""),
        json("deep", deep, "date"),
        json("unknown field", unknown, "articles[0].healdine"),
        json("unknown enum", kind, "reserved[0].kind"),
        json("wrong type", number, TEXT),
        json("half a surrogate pair", surrogate, "articles[0].headline"),
    ]
}

/// Records that are not a page: fields that are missing, wrong or too large.
fn invalid_pages() -> Vec<Row> {
    let whole = format!(r#""headline":"标题",{BODY}"#);
    let many = |count: usize, fields: &str| {
        format!(r#"{{"articles":[{}]}}"#, vec![format!("{{{fields}}}"); count].join(","))
    };
    let dated = |date: &str| format!(r#"{{"date":"{date}","articles":[{{{whole}}}]}}"#);
    let with = |fields: &str| article(&format!("{fields},{whole}"));
    let span = |span: &str| {
        let text = format!(r#"{{"paragraph":{{"text":"正文。","spans":[{span}]}}}}"#);
        article(&format!(r#""headline":"标题","body":[{text}]"#))
    };
    let headline = format!(r#""headline":"{}",{BODY}"#, "长".repeat(401));
    let zalgo = format!("甲e{}乙", "\u{301}".repeat(60));
    let unnamed = with(r#""bylines":[{"role":"记者"}]"#);
    let ended = span(r#"{"start":1,"end":9,"strong":true}"#);
    let furniture = "2023年10月29日\n责任编辑 张三\n";
    vec![
        ("no article", Record("{}".to_owned()), "BM-RECORD-001", "articles"),
        ("furniture only", Plain(furniture.into()), "BM-RECORD-001", "articles"),
        ("no headline", Record(article(BODY)), "BM-RECORD-002", "articles[0].headline"),
        ("no body", Record(article(r#""headline":"标题""#)), "BM-RECORD-002", "articles[0].body"),
        ("blank body", Record(paragraph(" \u{3000}\u{200b}")), "BM-RECORD-002", "articles[0].body"),
        ("many", Record(many(99, BODY)), "BM-RECORD-002", "articles[0].headline"),
        ("date that does not exist", Record(dated("2023-02-30")), "BM-RECORD-003", "date"),
        ("date of another form", Record(dated("29.10.2023")), "BM-RECORD-003", "date"),
        ("a weight of 101", Record(with(r#""weight":101"#)), "BM-RECORD-003", "articles[0].weight"),
        ("a byline without name", Record(unnamed), "BM-RECORD-003", "articles[0].bylines[0].name"),
        ("a span out of range", Record(ended), "BM-RECORD-003", SPAN),
        ("a span without style", Record(span(r#"{"start":0,"end":1}"#)), "BM-RECORD-003", SPAN),
        ("200 articles", Record(many(200, &whole)), "BM-RECORD-004", "articles"),
        ("a long headline", Record(article(&headline)), "BM-RECORD-004", "articles[0].headline"),
        ("a long paragraph", Record(paragraph(&"字".repeat(200_001))), "BM-RECORD-004", TEXT),
        ("zalgo", Record(paragraph(&zalgo)), "BM-RECORD-004", TEXT),
        (
            "an id twice",
            Record(many(2, &format!(r#""id":"x",{whole}"#))),
            "BM-RECORD-005",
            "articles[1].id",
        ),
        (
            "a control in an id",
            Record(with(r#""id":"x\u0007""#)),
            "BM-RECORD-005",
            "articles[0].id",
        ),
    ]
}

/// Requests of the layout desk that cannot be met. `wishes` has them all; here is one of each kind.
fn impossible_requests() -> Vec<Row> {
    let page = |wish: &str| {
        let articles = format!("{{\"headline\":\"标题\",{BODY}}}");
        Record(format!("{{{wish},\"articles\":[{articles},{articles}]}}"))
    };
    let lock = |id: &str, more: &str| {
        let place = r#""column":0,"row":8,"columns":4,"rows":20"#;
        format!(r#"{{"articleId":"{id}","placement":{{{place}}}{more}}}"#)
    };
    let layout = |locks: &[String]| page(&format!(r#""layout":{{"locks":[{}]}}"#, locks.join(",")));
    let over = layout(&[lock("a1", ""), lock("a2", "")]);
    let both = layout(&[lock("a1", r#","slot":"s""#)]);
    let nowhere = page(r#""reserved":[{"label":"广告"}]"#);
    let jump = Record(article(&format!(r#""jumpTo":{{}},"headline":"标题",{BODY}"#)));
    vec![
        ("locks that overlap", over, "BM-RECORD-003", "layout.locks[1].placement"),
        ("a place and a slot", both, "BM-RECORD-003", "layout.locks[0]"),
        ("no such id", layout(&[lock("x", "")]), "BM-RECORD-005", "layout.locks[0].articleId"),
        ("a box without place", nowhere, "BM-RECORD-003", "reserved[0]"),
        ("a jump to nowhere", jump, "BM-RECORD-003", "articles[0].jumpTo.page"),
    ]
}

/// Characters that no face can draw, in every field.
fn undrawable_text() -> Vec<Row> {
    for face in engine().fonts().catalog().faces() {
        let id = engine().fonts().find_role(&face.roles[0]).expect("a role");
        let face_with_glyph =
            ['\u{32000}', '\u{1f600}'].into_iter().find(|c| engine().fonts().face(id).covers(*c));
        assert_eq!(face_with_glyph, None, "{} has it: take another character", face.name);
    }
    let page = |fields: &str| {
        Record(format!("{{{fields},\"articles\":[{{\"headline\":\"标题\",{BODY}}}]}}"))
    };
    let family = "一家\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}。";
    let plain = Plain("标题\n\n张三\n\n名\u{32000}是一个字。\n".into());
    let head = Record(article(&format!("\"headline\":\"名\u{32000}\",{BODY}")));
    let staff = page("\"credits\":{\"editors\":[\"李\u{32000}\"]}");
    vec![
        ("an emoji", Record(paragraph("笑脸\u{1f600}。")), "BM-GLYPH-001", TEXT),
        ("an emoji sequence", Record(paragraph(family)), "BM-GLYPH-001", TEXT),
        ("a rare character", Record(paragraph("名\u{32000}。")), "BM-GLYPH-001", TEXT),
        ("in plain copy", plain, "BM-GLYPH-001", TEXT),
        ("in a headline", head, "BM-GLYPH-001", "articles[0].headline"),
        ("in the banner", page("\"banner\":\"\u{32000}\""), "BM-GLYPH-001", "banner"),
        ("in the section", page("\"section\":\"\u{32000}\""), "BM-GLYPH-001", "section"),
        ("in the staff", staff, "BM-GLYPH-001", "credits.editors[0]"),
    ]
}

/// Runs the program on an input. Returns its output and the names in the output directory.
fn run_program(input: &Input, extra: &[&str]) -> (ProgramRun, Vec<String>) {
    let dir = TempDir::new();
    let file = match input {
        Plain(bytes) => dir.write("in.txt", bytes),
        Record(json) => dir.write("in.json", json.as_bytes()),
        Json(json) => dir.write("in.json", json),
    };
    let out = dir.path("out");
    let mut args = vec!["render", file.to_str().expect("path"), "-o", out.to_str().expect("path")];
    args.extend(extra);
    let ran = run(&args);
    (ran, names(&out))
}

/// Returns an input as a message, `None` if it cannot be sent as one.
fn message_source(input: &Input) -> Option<Source> {
    match input {
        Plain(bytes) => Some(Source::PlainCopy(bytes.clone())),
        Record(json) => Some(Source::Page(serde_json::from_str(json).expect("a record"))),
        Json(_) => None,
    }
}

/// Sends an input to the server. Returns `None` if it cannot be sent.
fn send_over_grpc(input: &Input) -> Option<(Vec<Part>, Result<(), Status>)> {
    let source = message_source(input)?;
    let mut request = request(source, &[Output::PressPdf]);
    // The default policy of the command line: a page that is not as requested is rejected.
    request.policy = Policy::Unspecified.into();
    Some(
        runtime().block_on(async { messages(&mut Server::shared().client().await, request).await }),
    )
}

/// True if a message has text in both languages.
fn in_both(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
        && text
            .split_whitespace()
            .filter(|word| word.bytes().all(|b| b.is_ascii_lowercase()))
            .count()
            > 1
}

fn in_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// Sends an input to the JSON gateway.
fn send_to_gateway(input: &Input) -> HttpReply {
    let (kind, body) = match input {
        Plain(bytes) => ("text/plain", bytes.clone()),
        Record(json) => ("application/json", format!("{{\"page\":{json}}}").into_bytes()),
        Json(bytes) => ("application/json", [b"{\"page\":", &bytes[..], b"}"].concat()),
    };
    let headers = [("content-type", kind), ("accept-language", "en-GB")];
    Server::shared().http("POST", "/v1/pages:render", &headers, &body)
}

/// Sends an input as a browser does, over gRPC-web. Returns `None` if it cannot be sent.
fn send_over_grpc_web(input: &Input) -> Option<HttpReply> {
    let mut request = request(message_source(input)?, &[Output::PressPdf]);
    request.policy = Policy::Unspecified.into();
    let bytes = proto::encode(&request);
    let length = u32::try_from(bytes.len()).expect("it fits a frame").to_be_bytes();
    let frame = [&[0][..], &length, &bytes].concat();
    let headers = [("content-type", "application/grpc-web+proto"), ("x-grpc-web", "1")];
    let path = "/banmian.v1.TypesetService/RenderPage";
    Some(Server::shared().http("POST", path, &headers, &frame))
}

/// Sends an input as a page of a batch and returns its failure.
fn send_in_batch(input: &Input) -> Option<proto::BatchPageFailure> {
    let source = message_source(input)?;
    let mut render = request(source, &[Output::PressPdf]);
    render.policy = Policy::Unspecified.into();
    let page = proto::RenderBatchRequest { key: "one".to_owned(), render: Some(render) };
    let answers = runtime().block_on(async {
        let mut client = Server::shared().client().await;
        let stream = client.render_batch(tokio_stream::iter([page])).await.expect("a stream");
        stream.into_inner().collect::<Result<Vec<_>, _>>().await.expect("it ends well")
    });
    match &answers[..] {
        [proto::RenderBatchResponse { part: Some(Answer::Failure(failure)), .. }] => {
            Some(failure.clone())
        }
        other => panic!("a failure and no more: {other:?}"),
    }
}

/// True if a line names the field in front of a range or a message.
fn names_field(line: &str, code: &str, field: &str) -> bool {
    let Some(rest) = line.trim_start().strip_prefix(code) else { return false };
    let rest = if field.is_empty() { Some(rest) } else { rest.strip_prefix(&format!(" {field}")) };
    rest.is_some_and(|rest| rest.starts_with([':', '[', ' ']))
}

#[test]
fn both_surfaces_reject_bad_input() {
    let refused = invalid_records()
        .into_iter()
        .chain(invalid_pages())
        .chain(impossible_requests())
        .chain(undrawable_text());
    check_each(
        refused,
        |row| row.0.to_owned(),
        |(name, input, code, field)| {
            let (ran, files) = run_program(input, &[]);
            let said = &ran.err;
            assert_eq!(ran.code, Some(2), "{name}: {said}");
            assert!(
                said.lines().any(|line| names_field(line, code, field)),
                "{name}: {code} {field}: {said}"
            );
            assert!(in_both(said.lines().next().unwrap_or("")), "{name}: {said}");
            assert!(said.contains('→'), "{name}: what to do is said: {said}");
            assert!(!said.contains("panicked"), "{name}: {said}");
            assert!(files.is_empty(), "{name}: {files:?}");

            let reply = send_to_gateway(input);
            let error = &reply.json()["error"];
            assert_eq!(reply.status, 400, "{name}: {error}");
            assert_eq!(error["reason"], *code, "{name}: {error}");
            let named = error["details"][0]["field"].as_str().expect("a field");
            assert!(named.ends_with(field), "{name}: {named}");

            let Some((parts, end)) = send_over_grpc(input) else { return };
            let reply = send_over_grpc_web(input).expect("it can be sent");
            let trailers =
                ["grpc-status", "x-banmian-reason"].map(|name| reply.headers[name].as_str());
            assert_eq!(trailers, ["3", *code], "{name}: {:?}", reply.headers);
            let failure = send_in_batch(input).expect("it can be sent");
            assert_eq!((failure.status, failure.code.as_str()), (3, *code), "{name}");
            assert_eq!(failure.findings[0].field, *field, "{name}");
            let status = end.expect_err(name);
            assert!(parts.is_empty(), "{name}: nothing is sent");
            assert_eq!(status.code(), Code::InvalidArgument, "{name}: {status}");
            assert!(in_chinese(status.message()), "{name}: {}", status.message());
            let details =
                status.get_details_bad_request().unwrap_or_else(|| panic!("{name}: BadRequest"));
            let violations = &details.field_violations;
            assert!(
                (1..=10).contains(&violations.len()),
                "{name}: {} violations",
                violations.len()
            );
            assert!(status.details().len() <= 4096, "{name}: {} bytes", status.details().len());
            assert_eq!(violations[0].field, *field, "{name}: {violations:?}");
            assert!(violations[0].description.starts_with(*code), "{name}: {violations:?}");
            assert!(in_both(&violations[0].description), "{name}: {violations:?}");
            let info = status.get_details_error_info().expect("ErrorInfo");
            assert_eq!((info.reason.as_str(), info.domain.as_str()), (*code, "banmian"), "{name}");
        },
    );
}

#[test]
fn copy_that_can_be_set_is_set_with_a_finding() {
    for (name, text, set) in [
        ("U+0000", "甲\0乙丙", "甲乙丙"),
        ("controls", "甲\u{1}\u{7}\u{1b}[2J乙\u{85}\u{9f}丙", "甲[2J乙丙"),
        ("bidi overrides", "甲\u{202e}乙\u{2066}丙\u{202c}", "甲乙丙"),
        ("a lone combining mark", "\u{301}甲乙丙", "甲乙丙"),
        ("joiners and selectors", "甲\u{200d}乙\u{fe0f}丙", "甲乙丙"),
        ("noncharacters", "甲\u{fffe}乙\u{fdd0}丙", "甲乙丙"),
    ] {
        let input = Record(paragraph(&format!("{text}。")));
        let (ran, files) = run_program(&input, &["--make", "pdf,json", "--policy", "mark"]);
        assert_eq!(ran.code, Some(0), "{name}: {}", ran.err);
        assert_eq!(files, ["in.json", "in.pdf"], "{name}");
        assert!(
            ran.out.contains(&format!("BM-COPY-001 警告 warning {TEXT}")),
            "{name}: {}",
            ran.out
        );
        let harmless = |c: char| !c.is_control() || c == '\n';
        assert!(ran.out.chars().all(harmless), "{name}: nothing reaches the terminal raw");

        let (parts, end) = send_over_grpc(&input).expect("a record");
        end.unwrap_or_else(|status| panic!("{name}: {status}"));
        let Part::Report(report) = &parts[0] else { panic!("{name}: a report") };
        let finding = report.findings.iter().find(|d| d.code == "BM-COPY-001");
        let finding = finding.unwrap_or_else(|| panic!("{name}: {:?}", report.findings));
        assert_eq!(finding.field, TEXT, "{name}");
        assert!(finding.range.is_some() && !finding.before.is_empty(), "{name}: {finding:?}");
        let pdf: Vec<u8> = parts
            .iter()
            .filter_map(|part| if let Part::Chunk(chunk) = part { Some(&chunk[..]) } else { None })
            .collect::<Vec<_>>()
            .concat();
        let text = bare_text(&reader::read(&pdf).pages[0].text());
        assert!(text.ends_with(&format!("{set}。")), "{name}: {text}");
    }
}

#[test]
fn unknown_styles_and_steps_are_not_found() {
    for (layout, missing) in [
        (r#"{"houseStyle":"tabloid"}"#, "tabloid"),
        (r#"{"densityStep":"roomy"}"#, "roomy"),
        (r#"{"houseStyle":"broadsheet\u001b[2J"}"#, "broadsheet"),
    ] {
        let json = format!(r#"{{"layout":{layout},"articles":[{{"headline":"标题",{BODY}}}]}}"#);
        let input = Record(json);
        let (ran, files) = run_program(&input, &[]);
        assert_eq!(ran.code, Some(2), "{missing}: {}", ran.err);
        assert!(ran.err.contains(missing) && in_both(&ran.err), "{}", ran.err);
        assert!(!ran.err.contains('\u{1b}'), "{missing}: nothing reaches the terminal raw");
        assert!(files.is_empty(), "{missing}: {files:?}");
        let status = send_over_grpc(&input).expect("a record").1.expect_err(missing);
        assert_eq!(status.code(), Code::NotFound, "{status}");
        assert!(status.message().contains(missing) && in_chinese(status.message()), "{status}");
        let info = status.get_details_resource_info().expect("ResourceInfo");
        assert!(info.resource_name.starts_with(missing), "{info:?}");
    }
}

#[test]
fn five_million_characters_are_too_many() {
    let text = "字".repeat(5_000_000);
    for input in [Record(paragraph(&text)), Plain(format!("标题\n\n张三\n\n{text}。\n").into())]
    {
        let (ran, files) = run_program(&input, &[]);
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(
            ran.err.lines().any(|line| names_field(line, "BM-RECORD-004", TEXT)),
            "{}",
            ran.err
        );
        assert!(ran.err.contains("article_chars") && ran.err.contains("200000"), "{}", ran.err);
        assert!(files.is_empty(), "{files:?}");
        let status =
            send_over_grpc(&input).expect("it can be sent").1.expect_err("too large a message");
        assert_eq!(status.code(), Code::OutOfRange, "{status}");
    }
}

#[test]
fn an_input_above_the_limit_is_rejected_before_it_is_read() {
    let most = RequestLimits::default().message_bytes;
    let status = send_over_grpc(&Plain(vec![b'x'; most + 1]))
        .expect("plain")
        .1
        .expect_err("above the limit");
    assert_eq!(status.code(), Code::OutOfRange, "{status}");
    // Just below the limit of bytes, the number of characters in the copy is checked.
    let status =
        send_over_grpc(&Plain(vec![b'x'; most - 1024])).expect("plain").1.expect_err("no page");
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");

    let dir = TempDir::new();
    let config = dir.write("banmian.toml", b"[limits]\ninput_bytes = 1000\n");
    let input = Plain(vec![b'x'; 1001]);
    let (ran, files) = run_program(&input, &["--config", config.to_str().expect("path")]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("input_bytes") && in_both(&ran.err), "{}", ran.err);
    assert!(files.is_empty(), "{files:?}");
}

#[test]
fn wrong_values_of_a_request_are_named() {
    let page = || Source::Page(record(KEYED_SEED));
    let base = || request(page(), &[Output::PressPdf]);
    for (field, request) in [
        ("page", proto::RenderPageRequest { source: None, ..base() }),
        ("outputs", proto::RenderPageRequest { outputs: vec![1, 99], ..base() }),
        ("outputs", proto::RenderPageRequest { outputs: vec![0], ..base() }),
        ("policy", proto::RenderPageRequest { policy: 99, ..base() }),
        ("previewDpi", proto::RenderPageRequest { preview_dpi: 5000, ..base() }),
        ("stamp", proto::RenderPageRequest { stamp: "yesterday".to_owned(), ..base() }),
        ("name", proto::RenderPageRequest { name: "../page".to_owned(), ..base() }),
        ("layout", proto::RenderPageRequest { layout: Some(proto::Layout::default()), ..base() }),
    ] {
        let (parts, end) = runtime()
            .block_on(async { messages(&mut Server::shared().client().await, request).await });
        let status = end.expect_err(field);
        assert!(parts.is_empty(), "{field}");
        assert_eq!(status.code(), Code::InvalidArgument, "{field}: {status}");
        let details = status.get_details_bad_request().expect("BadRequest");
        assert_eq!(details.field_violations[0].field, field, "{details:?}");
    }
    // A number that no enum value of this version has.
    let mut record: PageRecord = record(KEYED_SEED);
    record.articles[0].head_position = 99;
    let request = request(Source::Page(record), &[Output::PressPdf]);
    let (parts, end) =
        runtime().block_on(async { messages(&mut Server::shared().client().await, request).await });
    let status = end.expect_err("an unknown number");
    assert!(parts.is_empty() && status.code() == Code::InvalidArgument, "{status}");
    let details = status.get_details_bad_request().expect("BadRequest");
    assert_eq!(details.field_violations[0].field, "articles[0].headPosition", "{details:?}");
}

#[test]
fn a_batch_of_bad_pages_reports_each_and_writes_nothing() {
    let rows: Vec<Row> = invalid_records()
        .into_iter()
        .chain(invalid_pages())
        .chain(impossible_requests())
        .chain(undrawable_text())
        .collect();
    let dir = TempDir::new();
    std::fs::create_dir(dir.path("in")).expect("a directory");
    let mut expected = Vec::new();
    for (k, (name, input, code, _)) in rows.iter().enumerate() {
        let (file, bytes) = match input {
            Plain(bytes) => (format!("in/{k:03}.txt"), bytes.clone()),
            Record(json) => (format!("in/{k:03}.json"), json.clone().into_bytes()),
            Json(bytes) => (format!("in/{k:03}.json"), bytes.clone()),
        };
        // Input that starts with a brace is a record, whatever its name; the rest is plain copy.
        dir.write(&file, &bytes);
        expected.push((file.trim_start_matches("in/").to_owned(), *code, *name));
    }
    let path = |name: &str| dir.path(name).to_str().expect("path").to_owned();
    let (input, output, log) = (path("in"), path("out"), path("log.jsonl"));
    let ran = run(&["batch", &input, "-o", &output, "--log", &log]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    let text = std::fs::read_to_string(&log).expect("a log");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    for (key, code, name) in expected {
        let line = lines.iter().find(|line| line["key"] == key.as_str()).expect(name);
        assert_eq!(
            (&line["status"], &line["code"]),
            (&"failed".into(), &code.into()),
            "{name}: {line}"
        );
    }
    let pages = std::fs::read_dir(&output).map_or(0, Iterator::count);
    assert_eq!(pages, 0, "nothing is written");
}
