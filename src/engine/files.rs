//! The files that were asked for.

#[cfg(feature = "pdf")]
use std::borrow::Cow;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::compare::CopyChange;
#[cfg(feature = "pdf")]
use crate::engine::press::wanted;
use crate::engine::{CallObserver, CheckedPage, Engine, RenderStage, bad_value};
use crate::error::Error;
#[cfg(feature = "pdf")]
use crate::finding::{Bilingual, FindingPlace};
use crate::finding::{Finding, FindingCode, Severity};
use crate::makeup::MadeUpPage;
use crate::model::{PageCopy, PressProfile, PressStyle};
#[cfg(feature = "pdf")]
use crate::page::Page;
#[cfg(feature = "pdf")]
use crate::preflight::{self, PressRequirements};
use crate::proto;
use crate::proto::Output;
#[cfg(feature = "pdf")]
use crate::report;
#[cfg(feature = "pdf")]
use crate::unit::{Abs, Rect};

/// A file that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Which output it is.
    pub output: Output,
    /// Its media type.
    pub media_type: &'static str,
    /// A name for it.
    pub file_name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A page made up, on its way to files.
#[cfg_attr(
    not(all(feature = "pdf", feature = "preview")),
    expect(dead_code, reason = "without the writers only the JSON files are made")
)]
pub(crate) struct RenderContext<'a> {
    pub(crate) made: &'a MadeUpPage,
    pub(crate) job: &'a CheckedPage<'a>,
    pub(crate) told: &'a proto::RenderReport,
    pub(crate) stamp: String,
    pub(crate) dpi: u32,
    pub(crate) name: String,
    pub(crate) record_json: Vec<u8>,
    /// The standard of press files.
    pub(crate) profile: PressProfile,
    /// What a proof says of itself.
    pub(crate) proof: Option<proto::ProofSheet>,
    /// What changed since the round before.
    pub(crate) changes: Vec<CopyChange>,
}

impl RenderContext<'_> {
    /// The stem of the file names: as asked, else date and page number.
    fn stem(&self) -> String {
        if !self.name.is_empty() {
            return self.name.clone();
        }
        let copy = &self.job.copy;
        let date = copy.date.map(|date| date.to_string().replace('-', "")).unwrap_or_default();
        let number: String =
            copy.page_number.text.chars().filter(|c| c.is_alphanumeric()).collect();
        match (date.is_empty(), number.is_empty()) {
            (true, true) => "page".to_owned(),
            (false, true) => date,
            (true, false) => number,
            (false, false) => format!("{date}-{number}"),
        }
    }
}

/// The files of a page, with what reading them back gave.
#[derive(Default)]
pub(crate) struct PageFiles {
    pub(crate) artifacts: Vec<Artifact>,
    /// One entry a PDF.
    pub(crate) preflight: Vec<proto::Preflight>,
    /// Why a press file is not to go to press.
    pub(crate) faults: Vec<Finding>,
}

/// Reads a finished press file back and holds it against the page, its profile and its house style.
#[cfg(feature = "pdf")]
fn read_back(
    draft: &RenderContext<'_>,
    slug: Option<&Page>,
    file_name: &str,
    bytes: &[u8],
) -> (proto::Preflight, Vec<Finding>) {
    let (style, made) = (draft.job.style, draft.made);
    // Marks stand around the trim.
    let (wide, high) = style.trim;
    let far = Abs::mm(100);
    let around = [
        Rect::new(-far, -far, wide + far * 2, far),
        Rect::new(-far, high, wide + far * 2, far),
        Rect::new(-far, -far, far, high + far * 2),
        Rect::new(wide, -far, far, high + far * 2),
    ];
    let around = if style.press.has_marks { &around[..] } else { &[] };
    let furniture = made.furniture.iter().map(|piece| piece.rect).chain(around.iter().copied());
    // The slug is drawn on every page.
    let pages = made.pages.iter().flat_map(|page| [Some(page), slug].into_iter().flatten());
    let wanted = PressRequirements {
        type_area: Some(style.type_area),
        furniture: furniture.collect(),
        expected_text: Some(pages.flat_map(Page::runs).map(|run| &*run.text).collect()),
        ..wanted(style, draft.profile)
    };
    let checked = preflight::check(bytes, &wanted);
    let fault = |finding: &preflight::PressFinding| {
        let message = Bilingual::new(
            format!("{}：{}", finding.check.id(), finding.message.zh),
            format!("{}: {}", finding.check.id(), finding.message.en),
        );
        let place = FindingPlace::of_field("outputs").on_page(finding.rect);
        Finding::new(FindingCode::PreflightFailed, place, message).with_rule(finding.check.rule())
    };
    // Pictures of too few pixels are refused by policy before, with their field. Of pictures that came as inks who
    // marks is told, who is strict has no file.
    let inked = FindingCode::TooMuchInk.id();
    let marks = draft.job.policy == proto::Policy::Mark
        && draft.told.findings.iter().any(|finding| finding.code == inked);
    let ours = |finding: &&preflight::PressFinding| {
        finding.check != preflight::PressCheck::CoarsePicture
            && !(marks && finding.check == preflight::PressCheck::TotalInk)
    };
    let faults = checked.errors().filter(ours).map(fault).collect();
    (report::preflight(&checked, file_name, Some(draft.profile)), faults)
}

impl Engine {
    /// Makes the files, in the order asked for.
    pub(crate) fn artifacts(
        &self,
        outputs: &[Output],
        draft: &RenderContext<'_>,
        observer: &dyn CallObserver,
    ) -> Result<PageFiles, Error> {
        let stem = draft.stem();
        #[cfg(any(feature = "pdf", feature = "preview"))]
        let failed = |failure| crate::engine::failed::failed(failure, &draft.job.copy);
        let mut files = PageFiles::default();
        for output in outputs {
            let file_name = format!("{stem}.{}", file_ending(*output));
            let (media_type, bytes) = match output {
                #[cfg(feature = "pdf")]
                Output::PressPdf | Output::ProofPdf | Output::WebPdf => {
                    observer.enter(RenderStage::Pdf)?;
                    let order = self.order(*output, draft)?;
                    let mut pages = Cow::from(&draft.made.pages);
                    if *output == Output::ProofPdf && !draft.changes.is_empty() {
                        pages.to_mut().extend(self.list_of_changes(draft)?);
                    }
                    let bytes = crate::output::pdf::write(&pages, &self.fonts, &order);
                    let bytes = bytes.map_err(failed)?;
                    if *output == Output::PressPdf {
                        let told = read_back(draft, order.margin.slug.as_ref(), &file_name, &bytes);
                        files.preflight.push(told.0);
                        files.faults.extend(told.1);
                    }
                    ("application/pdf", bytes)
                }
                #[cfg(feature = "preview")]
                Output::PreviewPng => {
                    observer.enter(RenderStage::Preview)?;
                    let pages = &draft.made.pages;
                    let bytes = crate::output::preview::png(&pages[0], &self.fonts, draft.dpi);
                    ("image/png", bytes.map_err(failed)?)
                }
                #[cfg(feature = "preview")]
                Output::PreviewSvg => {
                    observer.enter(RenderStage::Preview)?;
                    let bytes = crate::output::svg::write(&draft.made.pages[0], &self.fonts);
                    ("image/svg+xml", bytes.map_err(failed)?)
                }
                Output::GeometryJson => {
                    observer.enter(RenderStage::Json)?;
                    let bytes = serde_json::to_vec_pretty(&draft.told.geometry);
                    let bytes = bytes.map_err(|error| Error::Internal(error.to_string()))?;
                    ("application/json", bytes)
                }
                Output::RecordJson => ("application/json", draft.record_json.clone()),
                other => {
                    return Err(Error::Unsupported { feature: other.as_str_name().to_owned() });
                }
            };
            files.artifacts.push(Artifact { output: *output, media_type, file_name, bytes });
        }
        Ok(files)
    }
}

/// The findings that keep a page from its files: what the house style calls errors, what is over or left off and, for
/// a press, pictures that are not there or have too few pixels.
pub(crate) fn unfit<'a>(
    findings: impl Iterator<Item = &'a Finding>,
    outputs: &[Output],
) -> Vec<Finding> {
    let press = outputs.contains(&Output::PressPdf);
    let blocks = |finding: &&Finding| {
        let missing = matches!(finding.code, FindingCode::MissingPicture | FindingCode::BadPicture);
        let picture = missing || finding.code == FindingCode::ResolutionTooLow;
        matches!(finding.code, FindingCode::Overset | FindingCode::LeftOff)
            || missing && press
            || (press || !picture) && finding.severity == Severity::Error
    };
    findings.filter(blocks).cloned().collect()
}

/// The outputs asked for, each once, all of them served; the press file where none is named.
pub(crate) fn served(outputs: &[i32]) -> Result<Vec<Output>, Error> {
    if outputs.is_empty() {
        return Ok(vec![Output::PressPdf]);
    }
    let mut out: Vec<Output> = Vec::new();
    for output in outputs {
        let output = Output::try_from(*output).unwrap_or(Output::Unspecified);
        match output {
            Output::Unspecified => {
                return Err(bad_value("outputs", "没有这种输出", "there is no such output"));
            }
            Output::PressPdf
            | Output::ProofPdf
            | Output::WebPdf
            | Output::PreviewPng
            | Output::PreviewSvg
            | Output::GeometryJson
            | Output::RecordJson => {}
            Output::AltoXml => {
                return Err(Error::Unsupported { feature: output.as_str_name().to_owned() });
            }
        }
        if !out.contains(&output) {
            out.push(output);
        }
    }
    Ok(out)
}

/// How the name of a file ends, after its stem and a full stop, so that all kinds can lie side by side.
pub fn file_ending(output: Output) -> &'static str {
    match output {
        Output::PressPdf => "pdf",
        Output::ProofPdf => "proof.pdf",
        Output::WebPdf => "web.pdf",
        Output::PreviewPng => "png",
        Output::PreviewSvg => "svg",
        Output::GeometryJson => "geometry.json",
        Output::RecordJson => "json",
        Output::AltoXml => "alto.xml",
        Output::Unspecified => "",
    }
}

/// The profile of press files: as asked, else the house style's.
pub(crate) fn profile_of(
    field: &str,
    name: &str,
    style: &PressStyle,
) -> Result<PressProfile, Error> {
    if name.is_empty() {
        return Ok(style.profile);
    }
    PressProfile::from_name(name).ok_or_else(|| {
        let known = PressProfile::ALL.map(PressProfile::name).join("、");
        bad_value(
            field,
            format!("没有规格 {name:?}，只有 {known}"),
            format!("there is no profile {name:?}, only {known}"),
        )
    })
}

pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    let bad = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '\0');
    if name.chars().count() > 128 || name.contains(bad) || matches!(name, "." | "..") {
        return Err(bad_value("name", "不能用作文件名", "it cannot be a file name"));
    }
    Ok(())
}

/// The creation time as RFC 3339: as asked, else the page's date.
pub(crate) fn stamp_of(stamp: &str, copy: &PageCopy) -> Result<String, Error> {
    if stamp.is_empty() {
        let date = copy.date.map_or_else(|| "2000-01-01".to_owned(), |date| date.to_string());
        return Ok(format!("{date}T00:00:00+08:00"));
    }
    let read = OffsetDateTime::parse(stamp, &Rfc3339).ok();
    let written = read.and_then(|time| time.replace_nanosecond(0).ok()?.format(&Rfc3339).ok());
    written.ok_or_else(|| bad_value("stamp", "时间应为 RFC 3339", "the time is not RFC 3339"))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
