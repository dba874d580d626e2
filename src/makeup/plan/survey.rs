//! A page ready to be searched, for measuring the search alone.

use crate::finding::Finding;
use crate::makeup::plan::choose::LAYOUTS_JUDGED;
use crate::makeup::plan::draft::PageDraft;
use crate::makeup::plan::search::search;
use crate::makeup::task::{MakeupTask, SearchEffort};
use crate::model::DensityStep;

/// A page ready to be searched: for measuring the search alone.
pub struct SearchSurvey<'a> {
    draft: PageDraft,
    task: MakeupTask<'a>,
    step: &'a DensityStep,
}

impl<'a> SearchSurvey<'a> {
    /// Composes every item at a step.
    ///
    /// # Errors
    /// As [`make_up`].
    pub fn new(task: &MakeupTask<'a>, step: &'a DensityStep) -> Result<Self, Vec<Finding>> {
        Ok(Self { draft: PageDraft::new(task, step, SearchEffort::Full)?, task: *task, step })
    }

    /// Searches the page as the make-up does, and gives the pairs of trees that it looked at.
    pub fn count_pairs(&self) -> u64 {
        search(
            &self.draft.search_problem(&self.task, self.step),
            LAYOUTS_JUDGED,
            SearchEffort::Full,
        )
        .pairs_joined
    }
}
