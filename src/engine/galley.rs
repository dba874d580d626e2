//! The galley of one article as files.

use crate::engine::article::find;
use crate::engine::failed::failed;
use crate::engine::files::{Artifact, stamp_of};
use crate::engine::{CallObserver, Engine, PageInput, PageSource, RenderStage, default_step};
use crate::error::Error;
use crate::makeup::galley;
use crate::model::{Article, PageCopy};
use crate::output::pdf::{PdfKind, PdfMetadata, PdfOrder};
use crate::output::{WriteError, pdf, preview};
use crate::page::{Page, layout_hash};
use crate::proto;
use crate::proto::Output;
use crate::report::VERSION;

/// What the file of a galley says of itself.
struct GalleyContext<'a> {
    copy: &'a PageCopy,
    article: &'a Article,
    stamp: String,
    hash: String,
}

impl Engine {
    /// Sets the galley of an article, one column of `chars` 字, that of the step unless it is given, and
    /// makes the files: `PRESS_PDF` and `PREVIEW_PNG` are served.
    ///
    /// # Errors
    /// As [`Engine::explain`].
    pub fn galley(
        &self,
        record: proto::PageRecord,
        article: &str,
        chars: Option<i64>,
        (outputs, dpi): (&[Output], u32),
        observer: &dyn CallObserver,
    ) -> Result<Vec<Artifact>, Error> {
        let source = Some(PageSource::Record(Box::new(record)));
        let job = self.job(PageInput { source, ..PageInput::default() }, observer)?;
        let at = find(&job, article)?;
        let step = match self.step_of(&job)? {
            Some(step) => step,
            None => default_step(job.style),
        };
        let dpi = self.dpi(dpi)?;
        let chars = self.column(&job, chars.unwrap_or(step.chars))?.chars;
        let task = self.task(&job, step);
        observer.enter(RenderStage::MakeUp)?;
        let pages = [galley(&task, step, at, chars).map_err(Error::Rejected)?];
        let stamp = stamp_of("", &job.copy)?;
        let hash = layout_hash(&pages);
        let sheet = GalleyContext { copy: &job.copy, article: &job.copy.articles[at], stamp, hash };
        self.sheets(&pages, outputs, dpi, &sheet)
    }

    /// The files of a galley.
    fn sheets(
        &self,
        pages: &[Page],
        outputs: &[Output],
        dpi: u32,
        sheet: &GalleyContext<'_>,
    ) -> Result<Vec<Artifact>, Error> {
        let mut artifacts = Vec::with_capacity(outputs.len());
        // An id may hold what no file name can.
        let id = &sheet.article.id;
        let stem: String = id.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        for output in outputs {
            let (media_type, ending, bytes): (_, _, Result<Vec<u8>, WriteError>) = match output {
                Output::PressPdf => {
                    let meta = PdfMetadata {
                        title: format!("小样 {} {}", id, sheet.article.headline.text),
                        timestamp: sheet.stamp.clone(),
                        layout_hash: sheet.hash.clone(),
                        producer: VERSION.to_owned(),
                        ..PdfMetadata::default()
                    };
                    let order = PdfOrder::new(PdfKind::X1a, meta);
                    ("application/pdf", "pdf", pdf::write(pages, &self.fonts, &order))
                }
                Output::PreviewPng => {
                    ("image/png", "png", preview::png(&pages[0], &self.fonts, dpi))
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
            let bytes = bytes.map_err(|failure| failed(failure, sheet.copy))?;
            let file_name = format!("galley-{stem}.{ending}");
            artifacts.push(Artifact { output: *output, media_type, file_name, bytes });
        }
        Ok(artifacts)
    }
}
