//! Changes in the copy since the previous round, for the marks of a proof.

use crate::compare::{CopyChange, compare};
use crate::engine::checked::CheckedPage;
use crate::engine::setup::Engine;
use crate::error::Error;
use crate::finding::Finding;
use crate::intake::{CheckContext, normalise_and_check};
use crate::proto::PageRecord;

/// Field of a request that holds the record of the previous round.
const PREVIOUS_PAGE_FIELD: &str = "proof.previousPage";

impl Engine {
    /// Compares the copy with the record of the previous round, which is checked and normalised in
    /// the same way. No changes without a record.
    ///
    /// # Errors
    /// A record that is not a page. Each fault is named by its field in the request.
    pub(crate) fn copy_changes(
        &self,
        previous: Option<PageRecord>,
        checked: &CheckedPage<'_>,
    ) -> Result<Vec<CopyChange>, Error> {
        let Some(previous) = previous else { return Ok(Vec::new()) };
        // Only copy is compared. Requests of the desk are left out: they may name articles or
        // places that are not there any more.
        let mut previous = PageRecord { layout: None, reserved: Vec::new(), ..previous };
        let context = CheckContext {
            fonts: self.fonts(),
            limits: self.limits(),
            switches: &checked.switches,
            staff_roles: &checked.style.furniture.staff_roles,
            pictures: self.pictures(),
            drops_bad_locks: true,
        };
        // With the switches of this page: other corrections would show up as changes.
        let before = normalise_and_check(&mut previous, &context).map_err(prefix_fields)?;
        Ok(compare(&before.value, &checked.copy))
    }
}

/// Returns the error with the fields of the record named as in the request.
fn prefix_fields(error: Error) -> Error {
    let prefixed = |mut finding: Finding| {
        finding.place.field = format!("{PREVIOUS_PAGE_FIELD}.{}", finding.place.field);
        finding
    };
    if let Error::Rejected(findings) = error {
        Error::Rejected(findings.into_iter().map(prefixed).collect())
    } else {
        error
    }
}
