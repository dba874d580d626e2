//! Preflight (印前检查): reads a finished PDF and checks it as a plant would.
//!
//! Preflight takes the bytes of any PDF and the requirements on it, and returns facts and findings.
//! It shares no code with the PDF writer, so that a mistake of the writer is not repeated in its
//! check. Only the syntax of PDF is left to lopdf. Whatever the bytes are, the answer is a report:
//! streams, objects, operators and nesting have limits, and exceeding one is a finding.
//!
//! The steps: `file` parses the objects, `metadata` and `scan` check them, `walk` interprets the
//! content of each page and collects what is painted, and `ink` measures it.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the objects of a foreign file may be anything: each reader names what it takes"
)]

mod area;
mod check;
mod colour_space;
mod file;
mod filters;
mod finding;
mod font;
mod ink;
mod lexer;
mod matrix;
mod metadata;
mod paint_path;
mod painted;
mod path_operators;
mod pdf_page;
mod picture;
mod report;
mod requirements;
mod scan;
mod state;
mod text_operators;
mod totals;
mod walk;

use crate::config::PREFLIGHT_PAGES_MAX;
use crate::finding::{Bilingual, Severity};
use crate::preflight::file::{PdfFile, UnreadableFile};
use crate::preflight::finding::{FindingCollector, FindingSite};
use crate::preflight::ink::measure_ink;
use crate::preflight::metadata::{check_metadata, pdf_version};
use crate::preflight::pdf_page::PdfPage;
use crate::preflight::scan::{check_objects, check_page_objects};
use crate::preflight::totals::FileTotals;
use crate::preflight::walk::PageWalk;

pub use crate::preflight::check::PressCheck;
pub use crate::preflight::finding::PressFinding;
pub use crate::preflight::report::{FileFacts, FontFacts, PageFacts, PreflightReport};
pub use crate::preflight::requirements::PressRequirements;

/// Area above the ink limit, in mm², up to which the ink sets off nothing: a warning, no error.
const INK_SPECK_MM2: f64 = 1.0;

/// Checks a finished PDF. Never fails: bytes that are no PDF are a finding.
pub fn check(bytes: &[u8], requirements: &PressRequirements) -> PreflightReport {
    let mut findings = FindingCollector::default();
    let file = match PdfFile::open(bytes) {
        Ok(file) => file,
        Err(unreadable) => {
            report_unreadable(unreadable, &mut findings);
            let facts = FileFacts::default();
            return PreflightReport { facts, findings: findings.into_sorted(&[]) };
        }
    };
    check_metadata(&file, requirements.profile, &mut findings);
    if let Some(profile) = requirements.profile {
        check_objects(&file, profile, &mut findings);
    }
    let mut totals = FileTotals::default();
    let mut pages = Vec::new();
    for (index, id) in file.document.page_iter().enumerate() {
        if index >= PREFLIGHT_PAGES_MAX {
            findings.add_for_file(PressCheck::TooMuch, "Pages", "页数过多", "too many pages");
            break;
        }
        // A page that is no dictionary was counted by the tree but cannot be drawn.
        let Ok(dict) = file.document.get_dictionary(id) else { continue };
        let page = PdfPage::read(&file, dict, index + 1, &mut findings);
        if let Some(page) = page {
            pages.push(check_page(&file, requirements, &page, &mut findings, &mut totals));
        }
    }
    if let Some(expected) = &requirements.expected_text {
        compare_text(expected, &totals.text, &mut findings);
    }
    let facts = file_facts(&file, pages, &totals);
    PreflightReport { facts, findings: findings.into_sorted(&requirements.severities) }
}

/// Adds the finding of a file that cannot be checked.
fn report_unreadable(unreadable: UnreadableFile, findings: &mut FindingCollector) {
    match unreadable {
        UnreadableFile::NotPdf => {
            findings.add_for_file(PressCheck::NotPdf, "", "不是 PDF 文件", "not a PDF file");
        }
        UnreadableFile::Encrypted => {
            findings.add_for_file(PressCheck::Encrypted, "", "文件已加密", "the file is encrypted");
        }
        UnreadableFile::Damaged(fault) => findings.add_for_file(
            PressCheck::Damaged,
            "",
            &format!("文件损坏：{fault}"),
            &format!("the file is damaged: {fault}"),
        ),
    }
}

/// Checks a page: its size, its objects, what it paints, and its ink.
fn check_page(
    file: &PdfFile,
    requirements: &PressRequirements,
    page: &PdfPage<'_>,
    findings: &mut FindingCollector,
    totals: &mut FileTotals,
) -> PageFacts {
    if let Some(trim_size) = requirements.trim_size {
        page.check_size(trim_size, findings);
    }
    if requirements.profile.is_some() {
        check_page_objects(file, page, findings);
    }
    let marks = PageWalk::interpret(file, requirements, page, findings, totals);
    // Ink beyond the bleed is cut off; marks of the plant stand there.
    let ink = measure_ink(&marks, page.bleed.intersection(page.media), requirements.ink_limit);
    if ink.over_limit_mm2 > 0.0 {
        let (percent, over) = (ink.max_percent, ink.over_limit_mm2);
        let limit = requirements.ink_limit.unwrap_or(0) / 10;
        let message = Bilingual::new(
            format!("总墨量 {percent:.0}%，上限 {limit}%，超过处共 {over:.1} mm²"),
            format!("total ink {percent:.0} %, above the limit of {limit} % on {over:.1} mm²"),
        );
        let severity = if over < INK_SPECK_MM2 { Severity::Warning } else { Severity::Error };
        let rect = ink.max_place.and_then(|place| page.rect_of(place));
        findings.add_graded(PressCheck::TotalInk, severity, page.number, rect, message);
    }
    if !ink.is_complete {
        findings.add(PressCheck::InkNotMeasured, FindingSite::object(page.number, ""), || {
            Bilingual::new(
                "图形过于复杂，墨量未能全部测量",
                "outlines too complex; the ink was only partly measured",
            )
        });
    }
    PageFacts {
        media_box: page.media.edges(),
        bleed_box: page.bleed.edges(),
        trim_box: page.trim.edges(),
        ink_most_percent: ink.max_percent,
    }
}

/// Compares the text of the file with the required one. White space and soft hyphens do not count.
fn compare_text(expected: &str, found: &str, findings: &mut FindingCollector) {
    let significant = |text: &str| -> Vec<char> {
        text.chars().filter(|c| !c.is_whitespace() && *c != '\u{ad}').collect()
    };
    let (expected, found) = (significant(expected), significant(found));
    if expected == found {
        return;
    }
    // The excerpts begin a little before the first difference, so that it can be found on the page.
    let equal_count = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
    let excerpt = |text: &[char]| -> String {
        text.iter().skip(equal_count.saturating_sub(6)).take(16).collect()
    };
    let (expected, found) = (excerpt(&expected), excerpt(&found));
    let first = equal_count + 1;
    findings.add_for_file(
        PressCheck::TextMismatch,
        "",
        &format!("第 {first} 字起文字不符：应为“{expected}”，文件中为“{found}”"),
        &format!("text differs from character {first} on: expected “{expected}”, found “{found}”"),
    );
}

/// Builds the facts of a file from those of its pages and the totals.
fn file_facts(file: &PdfFile, pages: Vec<PageFacts>, totals: &FileTotals) -> FileFacts {
    let mut fonts: Vec<FontFacts> = totals
        .fonts
        .values()
        .map(|font| FontFacts {
            name: font.name.clone(),
            kind: font.kind.clone(),
            embedded: font.is_embedded,
        })
        .collect();
    // Sorted by name: the map has them by address, which differs from run to run.
    fonts.sort_by(|a, b| a.name.cmp(&b.name));
    FileFacts {
        version: pdf_version(file),
        ink_most_percent: pages.iter().map(|page| page.ink_most_percent).fold(0.0, f64::max),
        pages,
        fonts,
        colour_spaces: totals.colour_spaces.iter().cloned().collect(),
        least_ppi: totals.least_ppi.values().copied().min_by(f64::total_cmp),
        characters: totals.text.chars().count(),
    }
}
