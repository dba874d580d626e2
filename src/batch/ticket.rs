//! Ticket of a page: the origin of its files, stored beside them, so that they need not be made
//! again.

use serde::{Deserialize, Serialize};

use crate::batch::failure::PageFailure;
use crate::batch::maker::PageMaker;
use crate::batch::page::{BatchPage, FinishedPage};
use crate::batch::store::PageStore;
use crate::image::sha256_hex;

/// Ending of the file of a ticket, after the stem of the page.
const TICKET_ENDING: &str = ".banmian.json";

/// Origin of a page and its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageTicket {
    /// Key of the page.
    key: String,
    /// Version of the program.
    engine: String,
    /// SHA-256 over fonts and house styles.
    fingerprint: String,
    /// SHA-256 of the request.
    #[serde(rename = "request")]
    request_sha256: String,
    /// SHA-256 of the display list.
    pub(crate) layout_hash: String,
    /// Files of the page.
    pub(crate) files: Vec<TicketFile>,
}

/// A file of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TicketFile {
    /// Name in the folder of the page.
    name: String,
    /// Size in bytes.
    bytes: u64,
    /// SHA-256 of the content.
    sha256: String,
}

impl PageTicket {
    /// Ticket of a finished page, with the SHA-256 of the request that it was made from.
    pub(crate) fn for_page(
        page: &BatchPage,
        maker: &dyn PageMaker,
        request_sha256: String,
        finished: &FinishedPage,
    ) -> Self {
        let file = |(name, bytes): &(String, Vec<u8>)| TicketFile {
            name: name.clone(),
            bytes: bytes.len() as u64,
            sha256: sha256_hex(bytes),
        };
        Self {
            key: page.key.clone(),
            engine: maker.version().to_owned(),
            // Different fonts or house styles give a different page for the same request.
            fingerprint: maker.fingerprint().to_owned(),
            request_sha256,
            layout_hash: finished.layout_hash.clone(),
            files: finished.files.iter().map(file).collect(),
        }
    }

    /// Name of the ticket beside the files of a stem.
    pub(crate) fn file_name(stem: &str) -> String {
        format!("{stem}{TICKET_ENDING}")
    }

    /// True if a file name is that of a ticket.
    pub(crate) fn is_file_name(name: &str) -> bool {
        name.ends_with(TICKET_ENDING)
    }

    /// Reads the ticket of a page. `None` if the page was made from another request or by another
    /// maker, or if a file is missing or was changed.
    pub(crate) fn find_valid(
        store: &dyn PageStore,
        page: &BatchPage,
        maker: &dyn PageMaker,
        request_sha256: &str,
    ) -> Option<Self> {
        let bytes = store.read_output(page, &Self::file_name(page.stem()))?;
        let ticket: Self = serde_json::from_slice(&bytes).ok()?;
        // On any difference the page is made again.
        let has_same_origin = ticket.key == page.key
            && ticket.engine == maker.version()
            && ticket.fingerprint == maker.fingerprint()
            && ticket.request_sha256 == request_sha256
            && !ticket.files.is_empty();
        // A ticket that was tampered with must not lead to another folder.
        // Every file is read and hashed: a file edited by hand is replaced.
        let is_intact = |file: &TicketFile| {
            !file.name.contains(['/', '\\'])
                && store.read_output(page, &file.name).is_some_and(|bytes| {
                    bytes.len() as u64 == file.bytes && sha256_hex(&bytes) == file.sha256
                })
        };
        (has_same_origin && ticket.files.iter().all(is_intact)).then_some(ticket)
    }

    /// The ticket as JSON with a final newline.
    ///
    /// # Errors
    /// An internal error if it cannot be written as JSON.
    pub(crate) fn to_json(&self) -> Result<Vec<u8>, PageFailure> {
        let mut json = serde_json::to_vec_pretty(self)
            .map_err(|error| PageFailure::internal(error.to_string()))?;
        json.push(b'\n');
        Ok(json)
    }
}
