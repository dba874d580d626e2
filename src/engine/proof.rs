//! The round before, for the marks of a proof.

use crate::compare::{CopyChange, compare};
use crate::engine::{CheckedPage, Engine};
use crate::error::Error;
use crate::finding::Finding;
use crate::intake::{CheckContext, NormaliseSwitches, normalise_and_check};
use crate::proto::{Normalise, Output, ProofSheet};

/// Where a request has the record of the round before.
const FIELD: &str = "proof.previousPage";

impl Engine {
    /// What changed in the copy since the round before, whose record is checked and normalised as this one is; nothing
    /// where no proof is made or it names no round.
    ///
    /// # Errors
    /// A record that is no page, each fault named by its field in the request.
    pub(crate) fn changes(
        &self,
        proof: &mut Option<ProofSheet>,
        outputs: &[Output],
        normalise: Option<&Normalise>,
        job: &CheckedPage<'_>,
    ) -> Result<Vec<CopyChange>, Error> {
        let previous = proof.as_mut().and_then(|proof| proof.previous_page.take());
        let Some(mut previous) = previous.filter(|_| outputs.contains(&Output::ProofPdf)) else {
            return Ok(Vec::new());
        };
        // Copy is compared, not places: what the desk wished then may name what is no longer there.
        previous.layout = None;
        previous.reserved.clear();
        let switches = NormaliseSwitches::resolve(normalise, job.record.normalise.as_ref());
        let context = CheckContext {
            fonts: &self.fonts,
            limits: &self.limits,
            switches: &switches,
            staff_roles: &job.style.furniture.staff_roles,
            pictures: &self.pictures,
            drops_bad_locks: true,
        };
        let before = normalise_and_check(&mut previous, &context).map_err(in_request)?;
        Ok(compare(&before.value, &job.copy))
    }
}

/// The same error with the fields of the record named as the request has them.
fn in_request(error: Error) -> Error {
    let named = |mut finding: Finding| {
        finding.place.field = format!("{FIELD}.{}", finding.place.field);
        finding
    };
    if let Error::Rejected(findings) = error {
        Error::Rejected(findings.into_iter().map(named).collect())
    } else {
        error
    }
}
