//! Maker of the pages of a batch.

use crate::batch::failure::PageFailure;
use crate::batch::page::{FinishedPage, PageRequest};

/// Maker of pages: the engine of this process or a server.
pub(crate) trait PageMaker: Sync {
    /// Version of the engine.
    fn version(&self) -> &str;
    /// SHA-256 of everything beside request and version that files depend on: fonts, house styles,
    /// limits.
    fn fingerprint(&self) -> &str;
    /// Makes a page.
    fn make(&self, key: &str, request: PageRequest) -> Result<FinishedPage, PageFailure>;
}
