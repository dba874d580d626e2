//! Finished layout on its way to the files.

use crate::compare::CopyChange;
use crate::engine::request::FileSettings;
use crate::finding::Finding;
use crate::makeup::{MadeUpPage, MakeupTask};
use crate::model::{HouseStyle, PageCopy};
use crate::proto::{self, Policy};

/// Values that the files of a page are made from. All of them are finished.
#[cfg_attr(
    not(all(feature = "pdf", feature = "preview")),
    expect(dead_code, reason = "without the writers only the JSON files are made")
)]
pub(crate) struct RenderContext<'a> {
    pub(crate) page: &'a MadeUpPage,
    pub(crate) copy: &'a PageCopy,
    pub(crate) record: &'a proto::PageRecord,
    pub(crate) record_json: &'a [u8],
    pub(crate) style: &'a HouseStyle,
    /// Task of the make-up, from which marks and change sheets are drawn.
    pub(crate) task: MakeupTask<'a>,
    /// Findings outside of the layout: of copy, pictures, locks and changes.
    pub(crate) findings: &'a [Finding],
    pub(crate) geometry: &'a proto::PageGeometry,
    /// SHA-256 over the display list of the page.
    pub(crate) layout_hash: &'a str,
    /// Changes in the copy since the previous round, for a proof.
    pub(crate) changes: &'a [CopyChange],
    pub(crate) policy: Policy,
    pub(crate) settings: &'a FileSettings,
}

#[cfg(feature = "pdf")]
impl RenderContext<'_> {
    /// All findings: those of the copy, then those of the layout.
    pub(crate) fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().chain(&self.page.findings)
    }
}
