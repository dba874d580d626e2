//! Stages of a call, and the observer that may follow and stop it.

use crate::error::Error;
use crate::proto::StageTime;

/// Stage of a call, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RenderStage {
    /// Reading and checking the record.
    Intake,
    /// Shaping every text.
    Shape,
    /// Lines, copyfitting, make-up.
    MakeUp,
    /// Writing PDF files.
    Pdf,
    /// Drawing previews.
    Preview,
    /// Writing geometry and record as JSON.
    Json,
}

impl RenderStage {
    /// Name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Shape => "shape",
            Self::MakeUp => "makeup",
            Self::Pdf => "pdf",
            Self::Preview => "preview",
            Self::Json => "json",
        }
    }
}

/// Observer of a call. It is notified when a stage begins and can stop the work.
pub trait CallObserver: Sync {
    /// Called when a stage begins.
    ///
    /// # Errors
    /// The reason to stop: the deadline has passed, or the caller has gone.
    fn enter(&self, stage: RenderStage) -> Result<(), Error>;

    /// Called often within a stage. Returns an error if the work has to stop.
    ///
    /// # Errors
    /// As [`CallObserver::enter`].
    fn check_continue(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Time spent in each stage so far, for the report. Empty if it is not measured.
    fn stage_times(&self) -> Vec<StageTime> {
        Vec::new()
    }
}

/// Observer that never stops the work.
impl CallObserver for () {
    fn enter(&self, _: RenderStage) -> Result<(), Error> {
        Ok(())
    }
}
