//! A page ready to be searched, for measuring the search alone.

use crate::makeup::plan::choose::LAYOUTS_JUDGED;
use crate::makeup::plan::draft::PageDraft;
use crate::makeup::plan::search::search_layouts;
use crate::makeup::task::{MakeupTask, SearchEffort, Stop};
use crate::model::DensityStep;

/// A page with the forms of all its items, to measure the search alone.
pub struct SearchSurvey<'a> {
    draft: PageDraft,
    task: MakeupTask<'a>,
    step: &'a DensityStep,
}

impl<'a> SearchSurvey<'a> {
    /// Composes every item at a density step.
    ///
    /// # Errors
    /// As for [`make_up`](crate::makeup::make_up).
    pub fn new(task: &MakeupTask<'a>, step: &'a DensityStep) -> Result<Self, Stop> {
        Ok(Self { draft: PageDraft::new(task, step, SearchEffort::Full)?, task: *task, step })
    }

    /// Searches the page as a make-up does and returns the number of pairs of trees looked at.
    ///
    /// # Errors
    /// [`Stop::Halted`].
    pub fn count_pairs(&self) -> Result<u64, Stop> {
        let problem = self.draft.search_problem(&self.task, self.step);
        Ok(search_layouts(&problem, LAYOUTS_JUDGED, SearchEffort::Full)?.pairs_joined)
    }
}
