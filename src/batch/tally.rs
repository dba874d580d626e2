//! Counts of the pages of a batch.

use crate::batch::failure::FailureKind;
use crate::batch::outcome::{PageOutcome, WrittenPage};

/// Counts of the pages of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BatchTally {
    /// Pages of the batch.
    pub(crate) pages: usize,
    /// Pages that were made.
    pub(crate) done: usize,
    /// Pages whose files were there before.
    pub(crate) skipped: usize,
    /// Pages without files.
    pub(crate) failed: usize,
    /// Worst failure; `None` if no page failed.
    pub(crate) worst: Option<FailureKind>,
}

impl BatchTally {
    /// Tally of a batch of `pages` pages that has not begun.
    pub(crate) fn new(pages: usize) -> Self {
        Self { pages, ..Self::default() }
    }

    /// Counts a page.
    pub(crate) fn add(&mut self, outcome: &PageOutcome) {
        match &outcome.result {
            Ok(WrittenPage { skipped: true, .. }) => self.skipped += 1,
            Ok(_) => self.done += 1,
            Err(failure) => {
                self.failed += 1;
                self.worst = self.worst.max(Some(failure.kind));
            }
        }
    }

    /// Number of pages that were counted.
    pub(crate) fn reported(&self) -> usize {
        self.done + self.skipped + self.failed
    }

    /// Number of pages that the batch did not come to.
    pub(crate) fn remaining(&self) -> usize {
        self.pages - self.reported()
    }
}
