//! Files of a page.

#[cfg(feature = "pdf")]
use std::borrow::Cow;

use crate::engine::observer::{CallObserver, RenderStage};
#[cfg(feature = "pdf")]
use crate::engine::press_file::preflight_press_file;
use crate::engine::render_context::RenderContext;
use crate::engine::setup::Engine;
#[cfg(any(feature = "pdf", feature = "preview"))]
use crate::engine::write_error::error_of_failed_write;
use crate::error::Error;
use crate::finding::{Finding, FindingCode, Severity};
use crate::proto::{self, Output, Policy};

/// A finished file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Kind of file.
    pub output: Output,
    /// Media type.
    pub media_type: &'static str,
    /// Suggested name.
    pub file_name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Files of a page, and the preflight of its press files.
pub(crate) struct PageFiles {
    /// Files in the order requested, or the findings because of which there are none.
    pub(crate) artifacts: Result<Vec<Artifact>, Error>,
    /// One entry for each press file.
    pub(crate) preflight: Vec<proto::Preflight>,
}

/// File extension of an output, so that all files of a page can share a folder and a stem.
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

impl Engine {
    /// Writes the files in the order requested, unless the policy forbids it. A press file in which
    /// preflight finds an error is never handed out, whatever the policy.
    pub(crate) fn write_files(
        &self,
        context: &RenderContext<'_>,
        observer: &dyn CallObserver,
    ) -> Result<PageFiles, Error> {
        // Before anything is drawn: a strict page that does not fit costs no more time.
        let blocking = blocking_findings(context);
        if context.policy == Policy::Strict && !blocking.is_empty() {
            let artifacts = Err(Error::Unfit(blocking));
            return Ok(PageFiles { artifacts, preflight: Vec::new() });
        }
        let mut artifacts = Vec::with_capacity(context.settings.outputs.len());
        #[cfg_attr(not(feature = "pdf"), expect(unused_mut, reason = "filled by press files"))]
        let (mut preflight, mut press_errors) = (Vec::new(), Vec::<Finding>::new());
        for output in &context.settings.outputs {
            let file_name = format!("{}.{}", context.settings.stem, file_ending(*output));
            let (media_type, bytes) = match output {
                #[cfg(feature = "pdf")]
                Output::PressPdf | Output::ProofPdf | Output::WebPdf => {
                    observer.enter(RenderStage::Pdf)?;
                    let order = self.pdf_order(*output, context)?;
                    // Change sheets are part of the proof only; the other files share the pages as
                    // they are.
                    let mut pages = Cow::from(&context.page.pages);
                    if *output == Output::ProofPdf && !context.changes.is_empty() {
                        pages.to_mut().extend(context.change_sheets()?);
                    }
                    let bytes = crate::output::pdf::write(&pages, self.fonts(), &order)
                        .map_err(|failure| error_of_failed_write(failure, context.copy))?;
                    // Only the press file is checked: proof and reader's file are not printed.
                    if *output == Output::PressPdf {
                        let slug = order.margin.slug.as_ref();
                        let checked = preflight_press_file(context, slug, &file_name, &bytes);
                        preflight.push(checked.report);
                        press_errors.extend(checked.errors);
                    }
                    ("application/pdf", bytes)
                }
                #[cfg(feature = "preview")]
                Output::PreviewPng => {
                    observer.enter(RenderStage::Preview)?;
                    let page = &context.page.pages[0];
                    let dpi = context.settings.preview_dpi;
                    let bytes = crate::output::preview::png(page, self.fonts(), dpi)
                        .map_err(|failure| error_of_failed_write(failure, context.copy))?;
                    ("image/png", bytes)
                }
                #[cfg(feature = "preview")]
                Output::PreviewSvg => {
                    observer.enter(RenderStage::Preview)?;
                    let bytes = crate::output::svg::write(&context.page.pages[0], self.fonts())
                        .map_err(|failure| error_of_failed_write(failure, context.copy))?;
                    ("image/svg+xml", bytes)
                }
                Output::GeometryJson => {
                    observer.enter(RenderStage::Json)?;
                    let bytes = serde_json::to_vec_pretty(context.geometry)
                        .map_err(|error| Error::Internal(error.to_string()))?;
                    ("application/json", bytes)
                }
                Output::RecordJson => ("application/json", context.record_json.to_owned()),
                other => {
                    return Err(Error::Unsupported { feature: other.as_str_name().to_owned() });
                }
            };
            artifacts.push(Artifact { output: *output, media_type, file_name, bytes });
        }
        // All files or none: a preview beside a rejected press file would look like a finished
        // page.
        let is_printable = press_errors.is_empty();
        let artifacts = if is_printable { Ok(artifacts) } else { Err(Error::Unfit(press_errors)) };
        Ok(PageFiles { artifacts, preflight })
    }
}

/// Findings that keep a page from its files under a strict policy: errors in the eyes of the house
/// style, copy that is overset or left off and, for a press file, pictures that are missing or have
/// too few pixels.
fn blocking_findings(context: &RenderContext<'_>) -> Vec<Finding> {
    let for_press = context.settings.makes_press_file();
    let is_blocking = |finding: &&Finding| {
        let is_missing =
            matches!(finding.code, FindingCode::MissingPicture | FindingCode::BadPicture);
        // A file for the screen may show a picture that is too coarse for the press.
        let is_of_picture = is_missing || finding.code == FindingCode::ResolutionTooLow;
        matches!(finding.code, FindingCode::Overset | FindingCode::LeftOff)
            || is_missing && for_press
            || (for_press || !is_of_picture) && finding.severity == Severity::Error
    };
    let of_layout = context.page.findings.iter();
    of_layout.chain(context.findings).filter(is_blocking).cloned().collect()
}
