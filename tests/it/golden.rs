//! Goldens: a folder is a case. The output for its input is compared with the files in it.
//!
//! `case.json` names the input and the density step; beside it are the lines (`lines.txt`), the
//! geometry and report (`page.txt`), the preview (`page.png`) and the structure of the PDF
//! (`pdf.txt`). A case with `measures` is about lines alone: the first paragraph of its input at
//! each of them. Files that differ are written to the target directory; `GOLDEN=accept` makes them
//! the goldens.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use banmian::intake::normalise_and_check;
use banmian::line::{ParagraphText, PreparedParagraph, break_into_lines, dump_lines, prepare};
use banmian::model::{BodyBlock, CopyText, DensityStep};
use banmian::proto;
use banmian::unit::Em;
use serde::Deserialize;

use crate::canon;
use crate::reader;
use crate::support::{KEYED_SEED, RenderedPage, context, engine, names, record, root, source};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Relative to the folder of the case.
    input: String,
    /// Density step; that of the record if empty.
    #[serde(default)]
    step: String,
    /// Ids of the articles whose lines are kept.
    #[serde(default)]
    lines: Vec<String>,
    /// Measures in 字 for a case about lines alone.
    #[serde(default)]
    measures: Vec<i64>,
}

/// Output of a case: file name and contents.
type CaseOutput = Vec<(&'static str, Vec<u8>)>;

fn cases() -> Vec<(String, Case)> {
    let folder = root("tests/golden");
    let read = |name: String| {
        let file = folder.join(&name).join("case.json");
        let text =
            std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let case =
            serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        (name, case)
    };
    names(&folder).into_iter().map(read).collect()
}

fn make(name: &str, case: &Case) -> CaseOutput {
    let input = format!("tests/golden/{name}/{}", case.input);
    if !case.measures.is_empty() {
        let paragraph = first_paragraph(&input);
        let at = |measure: &i64| {
            let (text, lines) = set_at(&paragraph, *measure);
            format!("measure {measure}\n{}", dump_lines(&text, &lines, Em::zi(*measure)))
        };
        let text: String = case.measures.iter().map(at).collect();
        return vec![("lines.txt", text.into_bytes())];
    }
    let case_layout = proto::Layout { density_step: case.step.clone(), ..proto::Layout::default() };
    let (source, layout) = match source(&input) {
        proto::render_page_request::Source::Page(mut record) => {
            let layout = record.layout.get_or_insert_default();
            if !case.step.is_empty() {
                layout.density_step.clone_from(&case.step);
            }
            (proto::render_page_request::Source::Page(record), None)
        }
        plain => (plain, Some(case_layout)),
    };
    let sheet = RenderedPage::render(name, source, layout);
    vec![
        ("lines.txt", lines(&sheet, &case.lines).into_bytes()),
        ("page.txt", canon::page(&sheet.report).into_bytes()),
        ("page.png", sheet.png.clone()),
        ("pdf.txt", canon::pdf(&reader::read(&sheet.pdf)).into_bytes()),
    ]
}

#[test]
fn goldens_match() {
    let accept = std::env::var_os("GOLDEN").is_some_and(|value| value == "accept");
    let mut faults = Vec::new();
    for (name, case) in cases() {
        let folder = root("tests/golden").join(&name);
        for (file, got) in make(&name, &case) {
            let golden = folder.join(file);
            if accept {
                std::fs::write(&golden, &got).expect("write");
                continue;
            }
            let committed = std::fs::read(&golden).unwrap_or_default();
            let fault = if file.ends_with(".png") {
                pixels(&committed, &got)
            } else {
                texts(&committed, &got)
            };
            if let Some(fault) = fault {
                let path = keep(&name, file, &got);
                faults.push(format!("{name}/{file}: {fault}\n  now at {}", path.display()));
            }
        }
    }
    let hint = "look at what changed; GOLDEN=accept takes it over";
    assert!(faults.is_empty(), "{}\n{hint}", faults.join("\n"));
}

/// Writes output that differs to the target directory, for inspection.
fn keep(name: &str, file: &str, got: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden").join(name);
    std::fs::create_dir_all(&folder).expect("target directory");
    std::fs::write(folder.join(file), got).expect("write");
    folder.join(file)
}

/// Returns the first line that differs.
pub(crate) fn texts(committed: &[u8], got: &[u8]) -> Option<String> {
    let (committed, got) = (String::from_utf8_lossy(committed), String::from_utf8_lossy(got));
    let (mine, theirs): (Vec<&str>, Vec<&str>) =
        (committed.lines().collect(), got.lines().collect());
    let longest = mine.len().max(theirs.len());
    let at = (0..longest).find(|k| mine.get(*k) != theirs.get(*k))?;
    let line = |lines: &[&str]| (*lines.get(at).unwrap_or(&"(nothing)")).to_owned();
    Some(format!("line {}\n  golden {}\n     now {}", at + 1, line(&mine), line(&theirs)))
}

/// Largest difference of a colour value that is not counted: edges change by a shade when the
/// rasteriser changes, letters do not.
const SHADE: u8 = 24;
/// Share of colour values that may differ by more than [`SHADE`], in thousandths.
const PIXELS: usize = 5;

pub(crate) fn pixels(committed: &[u8], got: &[u8]) -> Option<String> {
    if committed.is_empty() {
        return Some("there is no golden".to_owned());
    }
    let ((size, committed), (now, got)) = (bitmap(committed), bitmap(got));
    if size != now {
        return Some(format!("{size:?} became {now:?}"));
    }
    let off = committed.iter().zip(&got).filter(|(a, b)| a.abs_diff(**b) > SHADE).count();
    (off * 1000 > committed.len() * PIXELS)
        .then(|| format!("{off} of {} samples differ", committed.len()))
}

fn bitmap(png: &[u8]) -> ((u32, u32), Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("pixels");
    ((info.width, info.height), pixels)
}

/// A golden that no test reads would become outdated unnoticed.
#[test]
fn every_golden_is_read() {
    for (name, case) in cases() {
        let page = case.measures.is_empty();
        let expected_files: &[&str] =
            if page { &["page.txt", "page.png", "pdf.txt", "lines.txt"] } else { &["lines.txt"] };
        for file in names(&root("tests/golden").join(&name)) {
            assert!(
                file == "case.json" || expected_files.contains(&file.as_str()),
                "{name}/{file} is read by nobody"
            );
        }
        assert!(!page || !case.lines.is_empty(), "{name} names the articles whose lines it keeps");
        assert!(
            page || case.lines.is_empty() && case.step.is_empty(),
            "{name} is about lines alone"
        );
    }
}

/// Returns the lines of some articles, in the faces and at the measure in which they are set.
fn lines(sheet: &RenderedPage, ids: &[String]) -> String {
    let style = &engine().styles()[0];
    let step = style.step(&sheet.report.density_step).expect("the step of the page");
    let mut record = sheet.record();
    let copy = normalise_and_check(&mut record, &context())
        .expect("the record as understood is a page")
        .value;
    let mut out = String::new();
    for id in ids {
        let article = copy.articles.iter().find(|article| article.id == *id).expect("an article");
        let _ = writeln!(out, "{id} {}", article.headline.text);
        for block in &article.body {
            match block {
                BodyBlock::Paragraph(text) => out += &block_lines(text, style.body.face, step),
                BodyBlock::Note(text) | BodyBlock::Aside(text) => {
                    out += &block_lines(text, style.aside.face, step);
                }
                BodyBlock::Crosshead(text) => {
                    let _ = writeln!(out, "    [{}]", text.text);
                }
                BodyBlock::Lines(_)
                | BodyBlock::PullQuote(_)
                | BodyBlock::Picture(_)
                | BodyBlock::JumpFrom(_)
                | BodyBlock::JumpTo(_) => panic!("no golden has {block:?}"),
            }
        }
    }
    out
}

fn block_lines(text: &CopyText, face: banmian::font::FontId, step: &DensityStep) -> String {
    let style = &engine().styles()[0];
    let copy = ParagraphText { text: &text.text, face, spans: &text.spans };
    let text = prepare(engine().fonts(), copy, &style.profile).expect("glyphs for all");
    dump_lines(
        &text,
        &break_into_lines(&text, step.measure(), style.profile.indent),
        step.measure(),
    )
}

fn first_paragraph(input: &str) -> String {
    let record = record(input);
    match record.articles[0].body[0].content.clone() {
        Some(proto::block::Content::Paragraph(paragraph)) => paragraph.text,
        other => panic!("{other:?} is no paragraph"),
    }
}

fn set_at(text: &str, measure: i64) -> (PreparedParagraph, Vec<banmian::line::TextLine>) {
    let style = &engine().styles()[0];
    let copy = ParagraphText { text, face: style.body.face, spans: &[] };
    let text = prepare(engine().fonts(), copy, &style.profile).expect("glyphs for all");
    let lines = break_into_lines(&text, Em::zi(measure), style.profile.indent);
    (text, lines)
}

/// Golden paragraph of the reference, line by line as printed there.
#[test]
fn the_paragraph_of_the_reference_is_set_as_printed() {
    let paragraph = first_paragraph(KEYED_SEED);
    let (text, lines) = set_at(&paragraph, 13);
    // Text, natural width with the indent, space restored to marks, space over the Han gaps, in
    // thousandths of an em.
    let printed = [
        ("党的二十大举旗定向、凝", 12_500, 500, 0),
        ("聚力量，为新时代新征程党和", 12_500, 500, 0),
        ("国家事业发展、实现第二个百", 12_500, 500, 0),
        ("年奋斗目标指明了前进方向、", 12_500, 0, 500),
        ("提供了根本遵循。察右后旗将", 13_000, 0, 0),
    ];
    for (k, (line, expected)) in lines.iter().zip(printed).enumerate() {
        let natural = line.start_x + text.natural_width(line.units.clone());
        let marks: Em = line.justification.stretched.iter().copied().sum();
        let got =
            (natural.to_milli(), marks.to_milli(), line.justification.even_stretch.to_milli());
        let shown = &paragraph[line.text_range(&text)];
        assert_eq!(
            (shown, got),
            (expected.0, (expected.1, expected.2, expected.3)),
            "line {}",
            k + 1
        );
    }
    assert_eq!(
        (lines[3].justification.even_gaps, lines[3].justification.even_gap().to_milli()),
        (11, 45),
        "line 4"
    );
    assert_eq!(lines.len(), 19, "lines at 13 字");
    assert_eq!(set_at(&paragraph, 21).1.len(), 12, "lines at 21 字");
}
