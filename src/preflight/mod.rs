//! Preflight (印前检查): a finished PDF is read back and looked at as a plant would.
//!
//! In: the bytes of a PDF, ours or anybody's, and what is wanted of it. Out: facts and findings. Nothing here knows
//! how our own files are made, so that a mistake of the writer does not pass because the check makes it too; only the
//! syntax of PDF is left to lopdf. Whatever the bytes are, the answer is findings: streams, objects, operators and
//! nesting are bounded, and what is beyond is told.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the objects of a foreign file may be anything: each reader names what it takes"
)]

mod file;
mod finding;
mod font;
mod ink;
mod lex;
mod meta;
mod path;
mod picture;
mod scan;
mod sheet;
mod show;
mod space;
mod walk;

use serde::Serialize;

use crate::config::PREFLIGHT_PAGES;
use crate::finding::{Bilingual, Severity};
use crate::model::{PictureResolution, PressProfile};
use crate::preflight::file::{PdfFile, UnreadableFile};
use crate::preflight::finding::FindingCollector;
use crate::preflight::ink::measure;
use crate::preflight::sheet::{PdfPage, common};
use crate::preflight::walk::{PageWalk, WalkContext};
use crate::unit::{Abs, Rect};

pub use crate::preflight::finding::{PressCheck, PressFinding};

/// What is wanted of a file. What is not given is not asked for.
#[derive(Clone, Debug, Default)]
pub struct PressRequirements {
    /// The standard; without one what only PDF/X asks for is passed over.
    pub profile: Option<PressProfile>,
    /// The most ink on one place, in thousandths of one full ink (R91).
    pub ink_limit: Option<i64>,
    /// Effective resolution of pictures (R92).
    pub picture_resolution: Option<PictureResolution>,
    /// Width and height of the trim.
    pub trim_size: Option<(Abs, Abs)>,
    /// The type area of the first page, from the top left of its trim.
    pub type_area: Option<Rect>,
    /// What may hold things outside the type area: the furniture of the first page.
    pub furniture: Vec<Rect>,
    /// Inks that text may have beside black and white, as CMYK in thousandths.
    pub text_colours: Vec<[u16; 4]>,
    /// Findings that are taken more or less seriously than usual; what is usually an error stays one.
    pub severities: Vec<(PressCheck, Severity)>,
    /// The text of the file; white space and soft hyphens do not count (R88).
    pub expected_text: Option<String>,
}

/// What a file is, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct PreflightReport {
    /// What it is.
    pub facts: FileFacts,
    /// What is wrong with it, gravest first.
    pub findings: Vec<PressFinding>,
}

impl PreflightReport {
    /// Whether no finding is an error.
    pub fn passed(&self) -> bool {
        self.errors().next().is_none()
    }

    /// The findings that are errors.
    pub fn errors(&self) -> impl Iterator<Item = &PressFinding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }
}

/// What a file is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileFacts {
    /// Version of PDF.
    pub version: String,
    /// Its pages.
    pub pages: Vec<PageFacts>,
    /// The fonts that it shows text in.
    pub fonts: Vec<FontFacts>,
    /// The colour spaces that it paints in.
    pub colour_spaces: Vec<String>,
    /// The most ink on one place, in per cent: 400 is four full inks.
    pub ink_most_percent: f64,
    /// The least effective resolution of a picture, in pixels per inch; none without pictures.
    pub least_ppi: Option<f64>,
    /// Characters of its text.
    pub characters: usize,
}

/// A page of a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageFacts {
    /// Media box: left, bottom, right, top in pt.
    pub media_box: [f64; 4],
    /// Bleed box, or the trim where there is none.
    pub bleed_box: [f64; 4],
    /// Trim or art box, or the media where there is neither.
    pub trim_box: [f64; 4],
    /// The most ink on one place, in per cent.
    pub ink_most_percent: f64,
}

/// A font of a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FontFacts {
    /// Its name, with the tag of its subset.
    pub name: String,
    /// Its kind, e.g. `Type0`.
    pub kind: String,
    /// Whether it is in the file.
    pub embedded: bool,
}

/// Ink above the limit on less than this, in mm², is a speck that sets off nothing: told, but no error.
const INK_SPECK: f64 = 1.0;

/// Looks a finished PDF over. Never fails: bytes that are no PDF are a finding.
pub fn check(bytes: &[u8], wanted: &PressRequirements) -> PreflightReport {
    let mut findings = FindingCollector::default();
    let file = match PdfFile::open(bytes) {
        Ok(file) => file,
        Err(closed) => {
            refused(closed, &mut findings);
            return PreflightReport { facts: FileFacts::default(), findings: findings.done(&[]) };
        }
    };
    meta::check(&file, wanted.profile, &mut findings);
    if let Some(profile) = wanted.profile {
        scan::check(&file, profile, &mut findings);
    }
    let mut gathered = WalkContext::default();
    let mut pages = Vec::new();
    for (index, id) in file.document.page_iter().enumerate() {
        if index >= PREFLIGHT_PAGES {
            findings.file(PressCheck::TooMuch, "Pages", "页数过多", "too many pages");
            break;
        }
        let Ok(dict) = file.document.get_dictionary(id) else { continue };
        let sheet = PdfPage::read(&file, dict, index + 1, &mut findings);
        if let Some(sheet) = sheet {
            pages.push(page(&file, wanted, &sheet, &mut findings, &mut gathered));
        }
    }
    if let Some(text) = &wanted.expected_text {
        compare(text, &gathered.text, &mut findings);
    }
    let facts = facts(&file, pages, &gathered);
    PreflightReport { facts, findings: findings.done(&wanted.severities) }
}

/// Why a file is not looked into, as a finding.
fn refused(closed: UnreadableFile, findings: &mut FindingCollector) {
    match closed {
        UnreadableFile::NotPdf => {
            findings.file(PressCheck::NotPdf, "", "不是 PDF 文件", "it is no PDF")
        }
        UnreadableFile::Encrypted => {
            findings.file(PressCheck::Encrypted, "", "文件已加密", "it is encrypted")
        }
        UnreadableFile::Damaged(why) => findings.file(
            PressCheck::Damaged,
            "",
            &format!("文件损坏：{why}"),
            &format!("the file is damaged: {why}"),
        ),
    }
}

/// Looks a page over.
fn page(
    file: &PdfFile,
    wanted: &PressRequirements,
    sheet: &PdfPage<'_>,
    findings: &mut FindingCollector,
    gathered: &mut WalkContext,
) -> PageFacts {
    if let Some(trim) = wanted.trim_size {
        sheet.check_size(trim, findings);
    }
    if wanted.profile.is_some() {
        scan::page(file, sheet, findings);
    }
    let marks = PageWalk::page(file, wanted, sheet, findings, gathered).marks;
    let ink = measure(&marks, common(sheet.bleed, sheet.media), wanted.ink_limit);
    let place = ink.place.and_then(|place| sheet.rect(place));
    if ink.over > 0.0 {
        let (most, over, limit) = (ink.most, ink.over, wanted.ink_limit.unwrap_or(0) / 10);
        let words = Bilingual::new(
            format!("总墨量 {most:.0}%，上限 {limit}%，超过处共 {over:.1} mm²"),
            format!("{most:.0} % of ink, over the limit of {limit} % on {over:.1} mm²"),
        );
        let severity = if over < INK_SPECK { Severity::Warning } else { Severity::Error };
        findings.graded(PressCheck::TotalInk, severity, sheet.number, place, words);
    }
    if !ink.whole {
        findings.add(PressCheck::InkNotMeasured, sheet.number, "", None, || {
            Bilingual::new("图形过于复杂，墨量未全测", "outlines too complex to be measured whole")
        });
    }
    PageFacts {
        media_box: sheet.media,
        bleed_box: sheet.bleed,
        trim_box: sheet.trim,
        ink_most_percent: ink.most,
    }
}

/// Compares the text of the file with what is wanted.
fn compare(wanted: &str, found: &str, findings: &mut FindingCollector) {
    let bare = |text: &str| -> Vec<char> {
        text.chars().filter(|c| !c.is_whitespace() && *c != '\u{ad}').collect()
    };
    let (wanted, found) = (bare(wanted), bare(found));
    if wanted == found {
        return;
    }
    let same = wanted.iter().zip(&found).take_while(|(a, b)| a == b).count();
    let around =
        |text: &[char]| -> String { text.iter().skip(same.saturating_sub(6)).take(16).collect() };
    let (should, is) = (around(&wanted), around(&found));
    findings.file(
        PressCheck::TextMismatch,
        "",
        &format!("第 {} 字起文字不符：应为“{should}”，文件中为“{is}”", same + 1),
        &format!("text differs from character {} on: “{should}” is “{is}”", same + 1),
    );
}

fn facts(file: &PdfFile, pages: Vec<PageFacts>, gathered: &WalkContext) -> FileFacts {
    let mut fonts: Vec<FontFacts> = gathered
        .fonts()
        .map(|font| FontFacts {
            name: font.name.clone(),
            kind: font.kind.clone(),
            embedded: font.embedded,
        })
        .collect();
    fonts.sort_by(|a, b| a.name.cmp(&b.name));
    FileFacts {
        version: meta::version_of(file),
        ink_most_percent: pages.iter().map(|page| page.ink_most_percent).fold(0.0, f64::max),
        pages,
        fonts,
        colour_spaces: gathered.spaces.iter().cloned().collect(),
        least_ppi: gathered.ppi.values().copied().min_by(f64::total_cmp),
        characters: gathered.text.chars().count(),
    }
}
