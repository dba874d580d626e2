//! Spans, verse and notes as they are set: faces, note marks, dots and readings, and their
//! substitutes where lines are too close.

use banmian::config::RequestLimits;
use banmian::engine::Engine;
use banmian::proto::block::Content;
use banmian::proto::render_page_request::Source;
use banmian::proto::span::Style;
use banmian::proto::{self, Output};

use crate::reader;
use crate::support::{bare_text, engine, read, request};

fn block(content: Content) -> proto::Block {
    proto::Block { content: Some(content) }
}

fn span(start: u32, end: u32, style: Style) -> proto::Span {
    proto::Span { start, end, style: Some(style) }
}

fn ruby(text: &str) -> Style {
    Style::Ruby(proto::Ruby { text: text.to_owned() })
}

/// Renders a page of one article at a step.
fn page(step: &str, body: Vec<proto::Block>) -> (proto::RenderReport, reader::Pdf) {
    let article =
        proto::Article { headline: "标题".to_owned(), body, ..proto::Article::default() };
    let layout = proto::Layout { density_step: step.to_owned(), ..proto::Layout::default() };
    let record = proto::PageRecord {
        articles: vec![article],
        layout: Some(layout),
        ..proto::PageRecord::default()
    };
    let rendered =
        engine().render(request(Source::Page(record), &[Output::PressPdf]), &()).expect("a page");
    let artifacts = rendered.artifacts.expect("files");
    (rendered.report, reader::read(&artifacts[0].bytes))
}

fn codes(report: &proto::RenderReport) -> Vec<&str> {
    let findings = report.findings.iter().map(|finding| finding.code.as_str());
    findings.filter(|code| code.starts_with("BM-LINE")).collect()
}

const TEXT: &str = "务必记住这四个字的读音，罕见的㛃字旁有注，角标在句末。";

fn dressed() -> Vec<proto::Block> {
    let spans = vec![
        span(0, 4, Style::EmphasisDot(true)),
        span(15, 16, ruby("jié")),
        span(24, 26, Style::Strong(true)),
        span(26, 27, Style::Superscript(true)),
    ];
    let text = TEXT.replace("角标在句末", "角标在句末①后");
    // The note mark follows 末.
    let spans = spans
        .into_iter()
        .map(|mut span| {
            if matches!(span.style, Some(Style::Superscript(_))) {
                let at = text.chars().position(|c| c == '①').expect("the mark");
                span.start = u32::try_from(at).expect("short");
                span.end = span.start + 1;
            }
            span
        })
        .collect();
    vec![block(Content::Paragraph(proto::Paragraph { text, spans }))]
}

#[test]
fn open_lines_hold_dots_and_readings() {
    let (report, pdf) = page("theory", dressed());
    assert!(codes(&report).is_empty(), "{:?}", report.findings);
    let page = pdf.only();
    assert_eq!(page.discs, 4, "a dot for each Han character of the span");
    let of = |text: &str| {
        page.glyphs.iter().find(|glyph| glyph.text.as_deref() == Some(text)).expect("a glyph")
    };
    let (base, reading) = (of("㛃"), of("j"));
    assert!((reading.size - base.size / 2.0).abs() < 0.01, "a reading is half as large");
    assert!(reading.y < base.y - 0.88 * base.size, "it stands above the em box");
    // The reading is centred on its character, wherever that was moved.
    let last = of("é");
    let middle = f64::midpoint(reading.x, last.x + last.advance);
    assert!((middle - (base.x + base.size / 2.0)).abs() < 0.6, "{middle} over {}", base.x);
    let (mark, before) = (of("①"), of("末"));
    assert!((mark.size - before.size * 0.6).abs() < 0.01, "a note mark is small");
    assert!(mark.y < before.y - 0.3 * before.size, "and raised");
    assert!((mark.x - before.x - before.size).abs() < 0.1, "and tight to what it marks");
    assert!(bare_text(&page.text()).contains("jié"), "the reading is text");
}

#[test]
fn close_lines_set_dots_bold_and_readings_in_brackets() {
    let (report, pdf) = page("news", dressed());
    assert_eq!(codes(&report), ["BM-LINE-003", "BM-LINE-003"], "{:?}", report.findings);
    let page = pdf.only();
    assert_eq!(page.discs, 0);
    assert!(bare_text(&page.text()).contains("㛃（jié）字旁有注"), "{}", bare_text(&page.text()));
    let bold = |text: &str| {
        let glyph = page.glyphs.iter().find(|glyph| glyph.text.as_deref() == Some(text));
        page.fonts[&glyph.expect("a glyph").font].base.contains("Sans")
    };
    assert!(["务", "必", "记", "住"].into_iter().all(bold), "the dotted characters are bold sans");
    assert!(!bold("这"), "and no other is");
}

#[test]
fn verse_keeps_its_lines_indents_and_stanzas() {
    let lines = ["锄禾日当午，", "　汗滴禾下土。", "", "谁知盘中餐，", "粒粒皆辛苦。"];
    let lines = lines.map(str::to_owned).to_vec();
    let (report, pdf) = page("theory", vec![block(Content::Verse(proto::Verse { lines }))]);
    let unserved = report.findings.iter().filter(|d| d.code.starts_with("BM-UNSERVED"));
    assert_eq!(unserved.count(), 0, "{:?}", report.findings);
    let geometry = report.geometry.expect("geometry");
    let grid = geometry.grid.expect("grid");
    let page = pdf.only();
    let of = |text: &str| {
        page.glyphs.iter().find(|glyph| glyph.text.as_deref() == Some(text)).expect("a glyph")
    };
    let [first, second, third, fourth] = ["锄", "汗", "谁", "粒"].map(of);
    assert!((second.x - first.x - grid.body_pt).abs() < 0.01, "one 字 in");
    assert!((third.x - first.x).abs() < 0.01 && (fourth.x - first.x).abs() < 0.01);
    assert!((second.y - first.y - grid.pitch_pt).abs() < 0.01);
    assert!((third.y - second.y - 2.0 * grid.pitch_pt).abs() < 0.01, "a white row between stanzas");
    // The block is in the middle of its column, by whole 字.
    let left = geometry.type_area.expect("area").x;
    let inset = (first.x - left) / grid.body_pt;
    assert!((inset - inset.round()).abs() < 0.001 && inset > 4.9, "{inset}");
}

#[test]
fn bad_spans_are_rejected_and_readings_are_never_lost() {
    for (spans, code) in [
        (vec![span(3, 3, Style::Strong(true))], "BM-RECORD-003"),
        (vec![span(0, 99, Style::EmphasisDot(true))], "BM-RECORD-003"),
        (vec![span(0, 2, Style::EmphasisDot(false))], "BM-RECORD-003"),
        (vec![span(0, 2, ruby(" \u{200b}"))], "BM-RECORD-003"),
        (vec![span(0, 2, ruby("\u{e123}"))], "BM-GLYPH-001"),
        (vec![span(0, 1, Style::Strong(true)); 1001], "BM-RECORD-004"),
    ] {
        let text = "一段正文。".to_owned();
        let body = vec![block(Content::Paragraph(proto::Paragraph { text, spans }))];
        let article =
            proto::Article { headline: "题".to_owned(), body, ..proto::Article::default() };
        let record = proto::PageRecord { articles: vec![article], ..proto::PageRecord::default() };
        let request = request(Source::Page(record), &[Output::PressPdf]);
        let error = engine().render(request, &()).expect_err(code);
        let codes: Vec<&str> = error.findings().iter().map(|f| f.code.id()).collect();
        assert_eq!(codes, [code]);
    }
}

#[test]
fn a_line_break_in_a_head_starts_a_new_line() {
    let article = proto::Article {
        headline: "这一行很短\n这一行要长得多也不许并到上一行".to_owned(),
        r#abstract: "第一点在题下。\n第二点另起一行。".to_owned(),
        body: vec![block(Content::Paragraph(proto::Paragraph {
            text: "正文一段，字数不多。".repeat(12),
            spans: Vec::new(),
        }))],
        ..proto::Article::default()
    };
    let measure_request = proto::MeasureArticleRequest {
        article: Some(article.clone()),
        density_step: "theory".to_owned(),
        ..proto::MeasureArticleRequest::default()
    };
    let measured = engine().measure(measure_request, &()).expect("measures");
    for measure in measured.measures.iter().filter(|measure| measure.columns >= 3) {
        let expected = ["这一行很短", "这一行要长得多也不许并到上一行"];
        assert_eq!(measure.headline_lines, expected, "{} columns", measure.columns);
    }
    // The abstract is between headline and body; each point begins with its mark.
    let record = proto::PageRecord { articles: vec![article], ..proto::PageRecord::default() };
    let request = request(Source::Page(record), &[Output::PressPdf]);
    let rendered = engine().render(request, &()).expect("a page");
    let text = bare_text(&reader::read(&rendered.artifacts.expect("files")[0].bytes).only().text());
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} in {text}"));
    assert!(at("上一行") < at("■第一点") && at("■第二点") < at("正文一段"));
}

#[test]
fn the_house_style_sets_the_shape_of_a_headline() {
    let lines = |shape: &str| {
        let style = String::from_utf8(read("src/model/broadsheet.toml")).expect("UTF-8");
        let style = style.replace("shape = \"equal\"", &format!("shape = \"{shape}\""));
        let engine = Engine::new(RequestLimits::default(), &[style]).expect("a house style");
        let article = proto::Article {
            headline: "各地各部门扎实推进春耕春播工作".to_owned(),
            body: vec![block(Content::Paragraph(proto::Paragraph {
                text: "正文一段，字数不多。".repeat(12),
                spans: Vec::new(),
            }))],
            ..proto::Article::default()
        };
        let measure_request = proto::MeasureArticleRequest {
            article: Some(article),
            density_step: "news".to_owned(),
            column_counts: vec![2],
            ..proto::MeasureArticleRequest::default()
        };
        let measured = engine.measure(measure_request, &()).expect("measures");
        let lines = measured.measures[0].headline_lines.iter();
        lines.map(|line| line.chars().count()).collect::<Vec<_>>()
    };
    let (equal, longer) = (lines("equal"), lines("upper-longer"));
    assert_eq!(equal.len(), 2, "{equal:?}");
    assert!(equal[0].abs_diff(equal[1]) <= 1, "{equal:?}");
    assert!(longer[0] > longer[1], "{longer:?}");
}
