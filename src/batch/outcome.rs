//! End of a page of a batch.

use crate::batch::failure::PageFailure;
use crate::batch::ticket::PageTicket;
use crate::proto::StageTime;

/// End of a page of a batch.
#[derive(Debug)]
pub(crate) struct PageOutcome {
    /// Key of the page.
    pub(crate) key: String,
    /// Time from reading the page to writing its files.
    pub(crate) seconds: f64,
    /// The files, or the reason why there are none.
    pub(crate) result: Result<WrittenPage, PageFailure>,
}

/// A page whose files are written.
#[derive(Debug)]
pub(crate) struct WrittenPage {
    /// True if the files were there before.
    pub(crate) skipped: bool,
    /// Duration of each stage; empty for a skipped page.
    pub(crate) stages: Vec<StageTime>,
    /// Ticket of the files.
    pub(crate) ticket: PageTicket,
}
