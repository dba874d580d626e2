//! Requests, split into the page to read, the previous round and the options for the files.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::config::{PREVIEW_DPI, RequestLimits};
use crate::error::Error;
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::model::{PageCopy, PressProfile, PressStyle};
use crate::proto::{self, Output, Policy};

/// Page to read, and how to read it.
#[derive(Default)]
pub(crate) struct PageInput {
    pub(crate) source: Option<PageSource>,
    /// Layout requests for plain copy. A record has its own.
    pub(crate) layout: Option<proto::Layout>,
    pub(crate) normalise: Option<proto::Normalise>,
    pub(crate) policy: Policy,
}

/// Input of a page.
pub(crate) enum PageSource {
    Record(Box<proto::PageRecord>),
    Plain(Vec<u8>),
}

impl PageInput {
    /// Input that is a record alone.
    pub(crate) fn of_record(record: proto::PageRecord) -> Self {
        Self { source: Some(PageSource::Record(Box::new(record))), ..Self::default() }
    }
}

/// Page of the previous round.
pub(crate) struct PreviousRound {
    /// Its record, against which a proof marks changes. `None` if no proof is requested.
    pub(crate) record: Option<proto::PageRecord>,
    /// Its geometry, which the make-up tries to keep.
    pub(crate) geometry: Option<proto::PageGeometry>,
}

/// Options for the files, of which stamp and profile are not yet checked: they depend on the page.
pub(crate) struct FileOptions {
    outputs: Vec<Output>,
    preview_dpi: u32,
    name: String,
    stamp: String,
    profile: String,
    proof_sheet: proto::ProofSheet,
}

/// Request to render a page, taken apart.
pub(crate) struct RenderRequest {
    pub(crate) input: PageInput,
    pub(crate) previous: PreviousRound,
    pub(crate) files: FileOptions,
}

impl RenderRequest {
    /// Takes a request apart and checks everything that does not depend on the page.
    pub(crate) fn read(
        request: proto::RenderPageRequest,
        limits: &RequestLimits,
    ) -> Result<Self, Error> {
        let proto::RenderPageRequest {
            source,
            outputs,
            policy,
            pdf_profile,
            normalise,
            previous_geometry,
            proof,
            stamp,
            locale: _,
            preview_dpi,
            layout,
            name,
        } = request;
        let outputs = requested_outputs(&outputs)?;
        let policy = resolve_policy(policy, &outputs)?;
        let preview_dpi = resolve_dpi(preview_dpi, limits)?;
        check_file_name(&name)?;
        let source = source.map(|source| match source {
            proto::render_page_request::Source::Page(record) => {
                PageSource::Record(Box::new(record))
            }
            proto::render_page_request::Source::PlainCopy(bytes) => PageSource::Plain(bytes),
        });
        let mut proof_sheet = proof.unwrap_or_default();
        let record = proof_sheet.previous_page.take();
        // Without a proof nothing marks the changes, so they are not looked for.
        let record = record.filter(|_| outputs.contains(&Output::ProofPdf));
        Ok(Self {
            input: PageInput { source, layout, normalise, policy },
            previous: PreviousRound { record, geometry: previous_geometry },
            files: FileOptions {
                outputs,
                preview_dpi,
                name,
                stamp,
                profile: pdf_profile,
                proof_sheet,
            },
        })
    }
}

/// Checked options for the files.
#[cfg_attr(
    not(all(feature = "pdf", feature = "preview")),
    expect(dead_code, reason = "without the writers only the JSON files are made")
)]
pub(crate) struct FileSettings {
    /// Files to write, in the order requested, each once.
    pub(crate) outputs: Vec<Output>,
    /// Stem of the file names.
    pub(crate) stem: String,
    /// Creation time as RFC 3339.
    pub(crate) stamp: String,
    pub(crate) preview_dpi: u32,
    /// Standard of the press file.
    pub(crate) profile: PressProfile,
    /// Text and signatures of the proof's slip.
    pub(crate) proof_sheet: proto::ProofSheet,
}

impl FileOptions {
    /// Checks the options that depend on the page.
    pub(crate) fn resolve(
        self,
        copy: &PageCopy,
        press: &PressStyle,
    ) -> Result<FileSettings, Error> {
        let stamp = resolve_stamp(&self.stamp, copy)?;
        let profile = resolve_profile("pdfProfile", &self.profile, press)?;
        let stem = if self.name.is_empty() { default_stem(copy) } else { self.name };
        Ok(FileSettings {
            outputs: self.outputs,
            stem,
            stamp,
            preview_dpi: self.preview_dpi,
            profile,
            proof_sheet: self.proof_sheet,
        })
    }
}

impl FileSettings {
    /// Returns true if a press file is requested.
    pub(crate) fn makes_press_file(&self) -> bool {
        self.outputs.contains(&Output::PressPdf)
    }
}

/// Error for a value of a request that is not valid.
pub(crate) fn bad_value(field: &str, zh: impl Into<String>, en: impl Into<String>) -> Error {
    let place = FindingPlace::of_field(field);
    Error::rejected(Finding::new(FindingCode::BadValue, place, Bilingual::new(zh, en)))
}

/// Requested outputs without repetitions; the press file if none is named.
fn requested_outputs(outputs: &[i32]) -> Result<Vec<Output>, Error> {
    if outputs.is_empty() {
        return Ok(vec![Output::PressPdf]);
    }
    let mut requested: Vec<Output> = Vec::new();
    for output in outputs {
        // A number that only a later contract has is rejected like the unspecified one.
        let output = Output::try_from(*output).unwrap_or(Output::Unspecified);
        match output {
            Output::Unspecified => {
                return Err(bad_value("outputs", "没有这种输出", "no such output"));
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
        if !requested.contains(&output) {
            requested.push(output);
        }
    }
    Ok(requested)
}

/// Policy of a request. Without one, a press file is strict and everything else is marked.
fn resolve_policy(policy: i32, outputs: &[Output]) -> Result<Policy, Error> {
    match Policy::try_from(policy) {
        Ok(Policy::Unspecified) => {
            let press = outputs.contains(&Output::PressPdf);
            Ok(if press { Policy::Strict } else { Policy::Mark })
        }
        Ok(Policy::Jump) => Err(Error::Unsupported { feature: "POLICY_JUMP".to_owned() }),
        Ok(policy) => Ok(policy),
        Err(_) => Err(bad_value(
            "policy",
            format!("没有这种策略：{policy}"),
            format!("no such policy: {policy}"),
        )),
    }
}

/// Resolution of previews in dots per inch; 0 stands for the default.
pub(crate) fn resolve_dpi(dpi: u32, limits: &RequestLimits) -> Result<u32, Error> {
    let [least, most] = limits.preview_dpi;
    match dpi {
        0 => Ok(PREVIEW_DPI),
        dpi if (least..=most).contains(&dpi) => Ok(dpi),
        dpi => Err(bad_value(
            "previewDpi",
            format!("{dpi} dpi 不在 {least}–{most} 之间"),
            format!("{dpi} dpi is not between {least} and {most}"),
        )),
    }
}

/// Profile of press files: the one named, else that of the house style.
pub(crate) fn resolve_profile(
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
            format!("没有规格 {name:?}，可用的有 {known}"),
            format!("no such profile: {name:?}; available: {known}"),
        )
    })
}

fn check_file_name(name: &str) -> Result<(), Error> {
    // Windows splits paths at `\` and `:`; with them a name could leave its folder there.
    let bad = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '\0');
    if name.chars().count() > 128 || name.contains(bad) || matches!(name, "." | "..") {
        return Err(bad_value("name", "不能用作文件名", "not a valid file name"));
    }
    Ok(())
}

/// Creation time as RFC 3339: the one requested, else midnight of the page's date.
pub(crate) fn resolve_stamp(stamp: &str, copy: &PageCopy) -> Result<String, Error> {
    if stamp.is_empty() {
        // Never the clock: equal requests give equal bytes.
        let date = copy.date.map_or_else(|| "2000-01-01".to_owned(), |date| date.to_string());
        return Ok(format!("{date}T00:00:00+08:00"));
    }
    // Without fractions of a second, which a date in a PDF cannot hold.
    let read = OffsetDateTime::parse(stamp, &Rfc3339).ok();
    let written = read.and_then(|time| time.replace_nanosecond(0).ok()?.format(&Rfc3339).ok());
    written.ok_or_else(|| {
        bad_value("stamp", "时间应按 RFC 3339 书写", "the time is not in RFC 3339 format")
    })
}

/// Stem of the file names if none is requested: date and page number.
fn default_stem(copy: &PageCopy) -> String {
    let date = copy.date.map(|date| date.to_string().replace('-', "")).unwrap_or_default();
    let number: String = copy.page_number.text.chars().filter(|c| c.is_alphanumeric()).collect();
    match (date.is_empty(), number.is_empty()) {
        (true, true) => "page".to_owned(),
        (false, true) => date,
        (true, false) => number,
        (false, false) => format!("{date}-{number}"),
    }
}
