//! The ticket of a page: what its files were made of, kept beside them, so that they need not be made again.

use serde::{Deserialize, Serialize};

use crate::image::sha256_hex;
use crate::surface::batch::{BatchPage, FinishedPage, PageMaker, PageStore};

/// What a page was made of, and its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageTicket {
    key: String,
    engine: String,
    fingerprint: String,
    request: String,
    pub(crate) layout_hash: String,
    pub(crate) files: Vec<TicketFile>,
}

/// A file of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TicketFile {
    name: String,
    bytes: u64,
    sha256: String,
}

impl PageTicket {
    /// The ticket of a page that was made of a request, given as its SHA-256.
    pub(crate) fn of(
        page: &BatchPage,
        maker: &dyn PageMaker,
        request: String,
        made: &FinishedPage,
    ) -> Self {
        let kept = |(name, bytes): &(String, Vec<u8>)| TicketFile {
            name: name.clone(),
            bytes: bytes.len() as u64,
            sha256: sha256_hex(bytes),
        };
        Self {
            key: page.key.clone(),
            engine: maker.version().to_owned(),
            fingerprint: maker.fingerprint().to_owned(),
            request,
            layout_hash: made.layout_hash.clone(),
            files: made.files.iter().map(kept).collect(),
        }
    }

    /// The name of the ticket beside files of a stem.
    pub(crate) fn name(stem: &str) -> String {
        format!("{stem}{ENDING}")
    }

    /// Whether a file is a ticket.
    pub(crate) fn is_name(name: &str) -> bool {
        name.ends_with(ENDING)
    }

    /// The ticket of a page if it was made of the same request by the same maker, and every file is as it was made.
    pub(crate) fn valid(
        store: &dyn PageStore,
        page: &BatchPage,
        maker: &dyn PageMaker,
        request: &str,
    ) -> Option<Self> {
        let bytes = store.kept(page, &Self::name(page.stem()))?;
        let ticket: Self = serde_json::from_slice(&bytes).ok()?;
        let same = ticket.key == page.key
            && ticket.engine == maker.version()
            && ticket.fingerprint == maker.fingerprint()
            && ticket.request == request
            && !ticket.files.is_empty();
        // A ticket that was tampered with leads to no other folder.
        let there = |kept: &TicketFile| {
            !kept.name.contains(['/', '\\'])
                && store
                    .kept(page, &kept.name)
                    .is_some_and(|bytes| sha256_hex(&bytes) == kept.sha256)
        };
        (same && ticket.files.iter().all(there)).then_some(ticket)
    }

    /// Its JSON.
    pub(crate) fn json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }
}

const ENDING: &str = ".banmian.json";
