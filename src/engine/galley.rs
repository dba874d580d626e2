//! Galley (小样): one article in a single column, as files.

use crate::engine::artifacts::Artifact;
use crate::engine::explain::single_column_step;
use crate::engine::makeup_input::MakeupInput;
use crate::engine::observer::{CallObserver, RenderStage};
use crate::engine::previous::PreviousPage;
use crate::engine::request::{PageInput, resolve_dpi, resolve_stamp};
use crate::engine::setup::Engine;
use crate::engine::step_choice::{default_step, requested_step};
use crate::engine::write_error::error_of_failed_write;
use crate::error::Error;
use crate::makeup::{HaltSignal, galley};
use crate::output::pdf::{PdfKind, PdfMetadata, PdfOrder};
use crate::output::{WriteError, pdf, preview};
use crate::page::layout_hash;
use crate::proto::{self, Output};
use crate::report::VERSION;

/// Galley to set.
#[derive(Clone, Copy, Debug)]
pub struct GalleyRequest<'a> {
    /// Id of the article; empty for the first one.
    pub article: &'a str,
    /// Width of the column in 字; `None` for that of the density step.
    pub column_chars: Option<i64>,
    /// Files to write: `PRESS_PDF` and `PREVIEW_PNG` are implemented.
    pub outputs: &'a [Output],
    /// Resolution of the preview; 0 for the default.
    pub preview_dpi: u32,
}

impl Engine {
    /// Sets the galley of an article and writes its files.
    ///
    /// # Errors
    /// As [`Engine::explain`].
    pub fn galley(
        &self,
        record: proto::PageRecord,
        request: &GalleyRequest<'_>,
        observer: &dyn CallObserver,
    ) -> Result<Vec<Artifact>, Error> {
        let (checked, items) = self.check_and_shape(PageInput::of_record(record), observer)?;
        let (copy, style) = (&checked.copy, checked.style);
        let article_index = checked.find_article(request.article)?;
        let step = requested_step(copy, style)?.unwrap_or_else(|| default_step(style));
        let dpi = resolve_dpi(request.preview_dpi, self.limits())?;
        let chars = request.column_chars.unwrap_or(step.chars);
        let column = single_column_step(copy, style, chars)?;

        observer.enter(RenderStage::MakeUp)?;
        let previous = PreviousPage::default();
        let is_stopped = || observer.check_continue().is_err();
        let halt = HaltSignal(&is_stopped);
        let task = MakeupInput::new(&checked, self.fonts(), &items, &previous, halt).at(step);
        let page = galley(&task, step, article_index, column.chars).map_err(Error::Rejected)?;
        let pages = [page];

        let article = &copy.articles[article_index];
        let metadata = PdfMetadata {
            title: format!("小样 {} {}", article.id, article.headline.text),
            timestamp: resolve_stamp("", copy)?,
            layout_hash: layout_hash(&pages),
            producer: VERSION.to_owned(),
            ..PdfMetadata::default()
        };
        let order = PdfOrder::new(PdfKind::X1a, metadata);
        let stem = file_stem(&article.id);
        let artifact = |output: &Output| {
            let (media_type, ending, bytes): (_, _, Result<Vec<u8>, WriteError>) = match output {
                Output::PressPdf => {
                    ("application/pdf", "pdf", pdf::write(&pages, self.fonts(), &order))
                }
                Output::PreviewPng => {
                    ("image/png", "png", preview::png(&pages[0], self.fonts(), dpi))
                }
                Output::Unspecified
                | Output::ProofPdf
                | Output::WebPdf
                | Output::PreviewSvg
                | Output::GeometryJson
                | Output::RecordJson
                | Output::AltoXml => {
                    return Err(Error::Unsupported { feature: output.as_str_name().to_owned() });
                }
            };
            let bytes = bytes.map_err(|failure| error_of_failed_write(failure, copy))?;
            let file_name = format!("{stem}.{ending}");
            Ok(Artifact { output: *output, media_type, file_name, bytes })
        };
        request.outputs.iter().map(artifact).collect()
    }
}

/// Stem of the file names. Characters of the id that a file name may not have become hyphens.
fn file_stem(article_id: &str) -> String {
    let allowed = |c: char| if c.is_alphanumeric() { c } else { '-' };
    format!("galley-{}", article_id.chars().map(allowed).collect::<String>())
}
