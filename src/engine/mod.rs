//! Pipeline of a call: intake, shaping, make-up, files.
//!
//! Synchronous and deterministic. Nothing here reads a clock, a file or the environment. An
//! observer may follow the stages and stop the work.
//!
//! Each stage makes its own value and leaves those of the stages before unchanged:
//!
//! ```text
//! request ─▶ CheckedPage ─▶ ShapedItems ─▶ LaidOutPage ─▶ RenderReport and files
//!            intake         fit            makeup         report, output
//! ```

mod artifacts;
mod checked;
mod copy_changes;
mod explain;
#[cfg(all(feature = "pdf", feature = "preview"))]
mod galley;
mod makeup_input;
mod measure;
mod observer;
#[cfg(feature = "pdf")]
mod page_links;
#[cfg(feature = "pdf")]
mod pdf_order;
mod picture_findings;
mod plan;
#[cfg(feature = "pdf")]
mod preflight;
#[cfg(feature = "pdf")]
mod press_file;
#[cfg(feature = "pdf")]
mod press_requirements;
mod previous;
mod render_context;
mod request;
mod setup;
mod shaped;
mod step_choice;
#[cfg(any(feature = "pdf", feature = "preview"))]
mod write_error;

use sha2::{Digest, Sha256};

use crate::engine::makeup_input::MakeupInput;
use crate::engine::picture_findings::{InkCheck, picture_findings};
use crate::engine::previous::PreviousPage;
use crate::engine::render_context::RenderContext;
use crate::engine::request::RenderRequest;
use crate::engine::shaped::ShapedItems;
use crate::engine::step_choice::make_up_best_step;
use crate::error::Error;
use crate::intake::write_record;
use crate::makeup::{HaltSignal, change_findings};
use crate::page::layout_hash;
use crate::proto;
use crate::report::{self, ReportInput};

pub use crate::engine::artifacts::{Artifact, file_ending};
pub use crate::engine::explain::{BlockExplanation, BodyExplanation, LineExplanation};
#[cfg(all(feature = "pdf", feature = "preview"))]
pub use crate::engine::galley::GalleyRequest;
pub use crate::engine::observer::{CallObserver, RenderStage};
pub use crate::engine::setup::Engine;
#[cfg(feature = "pdf")]
pub use crate::preflight::FileFacts;

/// Result of rendering a page: always a report, and files unless the copy does not fit.
#[derive(Clone, Debug)]
pub struct RenderResult {
    /// Report on the page.
    pub report: proto::RenderReport,
    /// Files in the order requested, or the reason why there are none.
    pub artifacts: Result<Vec<Artifact>, Error>,
}

impl Engine {
    /// Typesets a page.
    ///
    /// # Errors
    /// The reason why there is no report: input that is not a page, or a request for something
    /// unknown or not implemented.
    pub fn render(
        &self,
        request: proto::RenderPageRequest,
        observer: &dyn CallObserver,
    ) -> Result<RenderResult, Error> {
        observer.enter(RenderStage::Intake)?;
        let request = RenderRequest::read(request, self.limits())?;
        let checked = self.check_page(request.input)?;

        observer.enter(RenderStage::Shape)?;
        let items = ShapedItems::shape(self.fonts(), checked.style, &checked.copy)?;
        // Before the make-up: a wrong option must not cost the time of a page.
        let settings = request.files.resolve(&checked.copy, &checked.style.press)?;
        let previous = PreviousPage::read(request.previous.geometry, checked.style, &items.open);
        let changes = self.copy_changes(request.previous.record, &checked)?;

        observer.enter(RenderStage::MakeUp)?;
        let is_stopped = || observer.check_continue().is_err();
        let halt = HaltSignal(&is_stopped);
        let input = MakeupInput::new(&checked, self.fonts(), &items, &previous, halt);
        let laid_out = make_up_best_step(input, checked.policy, observer)?;
        let (page, copy, style) = (&laid_out.page, &*laid_out.copy, checked.style);

        let mut findings = checked.findings.clone();
        // After the findings of intake, in the order of the stages.
        findings.extend(laid_out.dropped_locks);
        findings.extend(change_findings(page, copy, &changes));
        let ink_check =
            if settings.makes_press_file() { InkCheck::Measure } else { InkCheck::Skip };
        findings.extend(picture_findings(&page.pages, copy, style, ink_check)?);
        let layout_hash = layout_hash(&page.pages);
        let geometry = report::geometry(page, copy, style, &layout_hash)?;
        // Written once: it is a file, and its hash is in the report.
        let record_json = write_record(&checked.record);

        let context = RenderContext {
            page,
            copy,
            record: &checked.record,
            record_json: &record_json,
            style,
            task: MakeupInput { copy, ..input }.at(&page.step),
            findings: &findings,
            geometry: &geometry,
            layout_hash: &layout_hash,
            changes: &changes,
            policy: checked.policy,
            settings: &settings,
        };
        let files = self.write_files(&context, observer)?;
        let report = report::render_report(ReportInput {
            page,
            copy,
            record: &checked.record,
            style,
            findings: &findings,
            findings_max: self.limits().findings,
            geometry,
            record_sha256: hex(&Sha256::digest(&record_json)),
            preflight: files.preflight,
            // Last, so that the writing of the files is in it.
            stage_times: observer.stage_times(),
        })?;
        Ok(RenderResult { report, artifacts: files.artifacts })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
