//! Preflight: clean files pass, and each fault is found under its own check.

mod file;
mod page;
mod sample;

use banmian::preflight::{PressCheck, PressRequirements, check};
use banmian::proto::{self, Output, Policy};

use crate::support::{
    FIXTURES, KEYED_SEED, TempDir, check_each, engine, overset, request, root, run, sheet, source,
};

#[test]
fn our_own_pages_pass() {
    check_each(
        FIXTURES,
        |path| (*path).to_owned(),
        |path| {
            let [entry] = &sheet(path).report.preflight[..] else { panic!("one file, one entry") };
            assert!(entry.passed && entry.findings.is_empty(), "{path}: {:#?}", entry.findings);
            assert_eq!(entry.file_name, "page.pdf");
        },
    );
}

#[test]
fn facts_are_those_of_the_file() {
    let facts = check(&sheet(KEYED_SEED).pdf, &PressRequirements::default()).facts;
    assert_eq!(facts.colour_spaces, ["DeviceCMYK"]);
    assert!(facts.fonts.len() > 3 && facts.fonts.iter().all(|font| font.embedded));
    assert_eq!((facts.ink_most_percent.round(), facts.least_ppi), (100.0, None));
    assert_eq!(facts.pages.len(), 1);
    let [left, bottom, right, top] = facts.pages[0].trim_box.map(|side| side * 25.4 / 72.0);
    assert!((right - left - 390.0).abs() < 0.1 && (top - bottom - 540.0).abs() < 0.1);
    assert!(facts.characters > 6_000, "{}", facts.characters);
}

#[test]
fn wrong_text_in_our_own_page_is_found() {
    let requirements = PressRequirements {
        expected_text: Some("另一版".to_owned()),
        ..PressRequirements::default()
    };
    let preflight = check(&sheet(KEYED_SEED).pdf, &requirements);
    assert_eq!(sample::found(&preflight), [PressCheck::TextMismatch]);
    assert!(preflight.findings[0].message.zh.starts_with("第 1 字起"), "{preflight:?}");
}

#[test]
fn a_file_with_an_error_is_reported_and_withheld() {
    // A house that allows no more than 50 % of ink has no page without an error.
    let style = include_str!("../../../src/model/broadsheet.toml");
    let style = style.replace("name = \"broadsheet\"", "name = \"pale\"");
    let style = style.replace(
        "text_cmyk_percent = [0.0, 0.0, 0.0, 100.0]",
        "text_cmyk_percent = [60.0, 60.0, 60.0, 100.0]",
    );
    let engine =
        banmian::engine::Engine::new(engine().limits().to_owned(), &[style]).expect("style");
    for policy in [Policy::Mark, Policy::Strict] {
        let layout = proto::Layout { house_style: "pale".to_owned(), ..proto::Layout::default() };
        let source = match source(KEYED_SEED) {
            proto::render_page_request::Source::Page(mut record) => {
                record.layout = Some(layout);
                proto::render_page_request::Source::Page(record)
            }
            other => other,
        };
        let press_request = request(source, &[Output::PressPdf]);
        let press_request = proto::RenderPageRequest { policy: policy.into(), ..press_request };
        let rendered = engine.render(press_request, &()).expect("a report");
        let error = rendered.artifacts.expect_err("no press file");
        assert!(error.findings().iter().all(|finding| finding.code.id() == "BM-PRESS-001"));
        assert!(!rendered.report.preflight[0].passed);
        let codes: Vec<&str> =
            rendered.report.preflight[0].findings.iter().map(|f| f.code.as_str()).collect();
        assert!(codes.contains(&"BM-PREFLIGHT-050"), "{codes:?}");
    }
}

#[test]
fn the_command_checks_a_file() {
    let dir = TempDir::new();
    let mut clean = sample::Sample::new();
    clean.dict(clean.page).set("TrimBox", vec![0.into(), 0.into(), 500.into(), 500.into()]);
    let file = dir.write("odd.pdf", &clean.bytes());
    let file = file.to_str().expect("UTF-8");
    let ran = run(&["preflight", file]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("BM-PREFLIGHT-023") && ran.out.contains("成品尺寸"), "{}", ran.out);
    let ran = run(&["preflight", file, "--json", "--profile", "pdfx-1a"]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(json["preflight"]["findings"][0]["code"], "BM-PREFLIGHT-023");
    assert_eq!(json["facts"]["version"], "1.4");
    let ran = run(&["preflight", file, "--profile", "pdfx-9"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    let seed = root(KEYED_SEED);
    let ran = run(&["preflight", seed.to_str().expect("UTF-8")]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.out.contains("BM-PREFLIGHT-001"), "{}", ran.out);
}

#[test]
fn a_page_that_does_not_fit_is_read_back_too() {
    let source = proto::render_page_request::Source::Page(overset());
    let rendered = engine().render(request(source, &[Output::PressPdf]), &()).expect("a page");
    // The appendix has its own pages; their text is compared as well.
    assert!(rendered.report.preflight[0].passed, "{:#?}", rendered.report.preflight);
    rendered.artifacts.expect("marked and written");
}
