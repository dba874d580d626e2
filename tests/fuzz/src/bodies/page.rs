//! Renders pages within small limits and checks the properties of every page.

use std::sync::OnceLock;

use banmian::config::RequestLimits;
use banmian::engine::{Artifact, Engine, RenderResult};
use banmian::error::Error;
use banmian::finding::FindingCode;
use banmian::intake::read_record;
use banmian::proto::render_page_request::Source;
use banmian::proto::{Finding, FurnitureKind, Output, Policy, RenderPageRequest, RenderReport};

/// Every output of a page.
pub(crate) const OUTPUTS: [Output; 7] = [
    Output::PressPdf,
    Output::ProofPdf,
    Output::WebPdf,
    Output::PreviewPng,
    Output::PreviewSvg,
    Output::GeometryJson,
    Output::RecordJson,
];

/// Name of the newsroom's font file.
pub(crate) const FACE: &str = "face";

/// Resolution of previews, in dots per inch.
pub(crate) const DPI: u32 = 20;

/// Returns limits that keep an input within a fraction of a second and that short inputs can reach.
pub(crate) fn limits() -> RequestLimits {
    RequestLimits {
        articles: 8,
        reserved: 6,
        article_chars: 600,
        page_chars: 1_500,
        headline_chars: 60,
        line_chars: 100,
        id_chars: 16,
        blocks: 24,
        spans: 16,
        combining_marks: 4,
        pictures: 4,
        picture_bytes: 16 << 10,
        picture_pixels: 1 << 12,
        font_bytes: 64 << 10,
        findings: 200,
        preview_dpi: [DPI, 30],
        ..RequestLimits::default()
    }
}

/// Returns the engine shared by the whole process.
pub(crate) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(limits(), &[]).expect("the faces and style of the binary"))
}

/// Renders a request and checks the answer; renders it again and compares if `twice`.
pub(crate) fn check_render(engine: &Engine, mut request: RenderPageRequest, twice: bool) {
    if request.preview_dpi == 0 {
        request.preview_dpi = DPI;
    }
    if request.outputs.is_empty() {
        request.outputs = OUTPUTS.map(i32::from).to_vec();
    }
    let again = twice.then(|| request.clone());
    let answer = engine.render(request, &());
    if let Some(again) = again {
        match (&answer, engine.render(again.clone(), &())) {
            (Ok(first), Ok(second)) => {
                assert_eq!(first.report, second.report, "the same request, another report");
                assert_eq!(first.artifacts, second.artifacts, "the same request, other files");
            }
            (first, second) => assert_eq!(first.as_ref().err(), second.as_ref().err()),
        }
        if let Ok(RenderResult { report, artifacts: Ok(files) }) = &answer {
            check_round_trip(engine, &again, report, files);
        }
    }
    let RenderResult { report, artifacts } = match answer {
        Ok(rendered) => rendered,
        Err(error) => return check_error(&error),
    };
    check_report(&report);
    match artifacts {
        Ok(files) => files.iter().for_each(check_file),
        Err(error) => {
            check_error(&error);
            let press =
                error.findings().iter().any(|finding| finding.code == FindingCode::PreflightFailed);
            assert!(!press || has_pictures(&report), "a press file of ours: {error:?}");
        }
    }
}

/// Checks that an error is the caller's fault and not an internal error.
fn check_error(error: &Error) {
    match error {
        Error::Rejected(findings) => assert!(!findings.is_empty(), "rejected for no reason"),
        Error::Unfit(findings) => assert!(!findings.is_empty(), "unfit for no reason"),
        Error::NotFound { .. } | Error::Unsupported { .. } => {}
        // Glyphs are read when they are used, so a face with glyphs that cannot be drawn is
        // reported as an internal error that begins with the name of the face.
        Error::Internal(what) if what.starts_with(FACE) => {}
        Error::Internal(_)
        | Error::Unauthenticated
        | Error::QuotaExceeded { .. }
        | Error::TooLarge { .. }
        | Error::Busy
        | Error::Draining
        | Error::DeadlineExceeded
        | Error::Cancelled => panic!("{error:?}"),
    }
    let words = error.message();
    assert!(!words.zh.is_empty() && !words.en.is_empty(), "{error:?}");
}

/// True if a page shows pictures: a bad picture may make the press file bad.
fn has_pictures(report: &RenderReport) -> bool {
    let geometry = report.geometry.iter();
    let mut modules = geometry.clone().flat_map(|geometry| &geometry.modules);
    let mut furniture = geometry.flat_map(|geometry| &geometry.furniture);
    modules.any(|module| !module.picture_id.is_empty() || !module.picture_ids.is_empty())
        || furniture.any(|piece| piece.kind() == FurnitureKind::Reserved)
}

/// Checks that a report is complete: every character is set or counted as overset, and every
/// finding has a message.
fn check_report(report: &RenderReport) {
    let geometry = report.geometry.as_ref().expect("a report has its geometry");
    assert_eq!(geometry.layout_hash, report.layout_hash);
    assert_eq!(report.layout_hash.len(), 64);
    assert_eq!(geometry.fit.len(), report.articles.len(), "a fit for each article");
    let all: u32 = report.articles.iter().map(|article| article.characters).sum();
    let over: u32 = geometry.fit.iter().map(|fit| fit.over_chars).sum();
    // The sum is larger where readings stand in brackets, or where a word is split between the text
    // that is set and the text that is overset.
    assert!(report.characters + over >= all, "characters are lost: {:?}", geometry.fit);
    for fit in &geometry.fit {
        assert_eq!(fit.over_chars == 0, fit.over_lines == 0, "{fit:?}");
    }
    let mute = |note: &&Finding| {
        note.code.is_empty()
            || note.message.as_ref().is_none_or(|words| words.zh.is_empty() || words.en.is_empty())
    };
    assert_eq!(report.findings.iter().find(mute), None, "a finding without words");
}

/// Checks that the contents of a file match its media type.
fn check_file(file: &Artifact) {
    let (start, end): (&[u8], &[u8]) = match file.media_type {
        "application/pdf" => (b"%PDF-1.", b"%%EOF"),
        "image/png" => (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB\x60\x82"),
        "image/svg+xml" => (b"<svg ", b"</svg>"),
        "application/json" => (b"{", b"}"),
        other => panic!("a file of type {other}"),
    };
    let bytes = file.bytes.trim_ascii_end();
    assert!(bytes.starts_with(start) && bytes.ends_with(end), "{} is not whole", file.file_name);
}

/// Checks that the record as understood gives the same page again.
fn check_round_trip(
    engine: &Engine,
    request: &RenderPageRequest,
    report: &RenderReport,
    files: &[Artifact],
) {
    let Some(file) = files.iter().find(|file| file.output == Output::RecordJson) else { return };
    let record = read_record(&file.bytes).expect("a record that we wrote");
    let again = RenderPageRequest {
        source: Some(Source::Page(record)),
        outputs: vec![Output::RecordJson.into()],
        policy: Policy::Mark.into(),
        layout: None,
        ..request.clone()
    };
    let again = engine.render(again, &()).expect("a page from the record as understood");
    assert_eq!(again.report.layout_hash, report.layout_hash, "the record gives another page");
    let bytes = again.artifacts.expect("a file").remove(0).bytes;
    assert_eq!(bytes, file.bytes, "the record as understood changes when it is read");
}
