//! Source of the pages of a batch and place of their files.

use crate::batch::failure::PageFailure;
use crate::batch::page::{BatchPage, PageRequest};

/// Source of the pages of a batch and place of their files.
pub(crate) trait PageStore: Sync {
    /// Reads a page.
    fn read(&self, page: &BatchPage) -> Result<PageRequest, PageFailure>;
    /// Reads a file that was written for a page; `None` if there is none.
    fn read_output(&self, page: &BatchPage, name: &str) -> Option<Vec<u8>>;
    /// Writes the files of a page, all of them or none.
    fn write_outputs(&self, page: &BatchPage, files: &[(String, &[u8])])
    -> Result<(), PageFailure>;
}
