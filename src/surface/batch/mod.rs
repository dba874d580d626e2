//! Batches: many pages, each made whole or not at all.
//!
//! In: pages by key, a [`Store`] to read them from and keep their files in, a [`Maker`]. Out: an [`Outcome`] a page, as
//! it comes to its end. Pages are read when their turn comes; a page that was made before of the same is passed over; one
//! that fails, or panics, harms no other. Nothing here knows of a command line.

mod failure;
mod folder;
mod local;
mod log;
mod plan;
mod run;
mod ticket;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};

use crate::image::{PictureSupply, sha256_hex};
use crate::proto::picture::Content;
use crate::proto::render_page_request::Source;
use crate::proto::{self, StageTime};
use crate::surface::pictures::pictures_of;

pub(crate) use crate::surface::batch::failure::{FailureKind, PageFailure};
pub(crate) use crate::surface::batch::folder::FolderStore;
pub(crate) use crate::surface::batch::local::LocalMaker;
pub(crate) use crate::surface::batch::log::BatchLog;
pub(crate) use crate::surface::batch::plan::{BatchShard, FoundPages, OutputClash, clashes, find};
pub(crate) use crate::surface::batch::run::{BatchRun, BatchTally};
pub(crate) use crate::surface::batch::ticket::{PageTicket, TicketFile};

/// A page of a batch, by its key: the path of its input in the batch, with `/` between its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BatchPage {
    pub(crate) key: String,
    /// The file it is read from.
    pub(crate) input: PathBuf,
}

impl BatchPage {
    /// The folder its files go to, under that of the batch.
    pub(crate) fn folder(&self) -> &Path {
        Path::new(&self.key).parent().unwrap_or(Path::new(""))
    }

    /// The stem of its files.
    pub(crate) fn stem(&self) -> &str {
        Path::new(&self.key).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
    }
}

/// What is asked for of a page.
#[derive(Debug)]
pub(crate) struct PageRequest {
    pub(crate) request: proto::RenderPageRequest,
    /// The pictures that its record names without their bytes.
    pub(crate) pictures: PictureSupply,
}

impl PageRequest {
    /// The record, unless it is plain copy.
    pub(crate) fn record(&self) -> Option<&proto::PageRecord> {
        match &self.request.source {
            Some(Source::Page(record)) => Some(record),
            Some(Source::PlainCopy(_)) | None => None,
        }
    }

    /// The SHA-256 of everything that makes the page what it is, beside who makes it: the request and its pictures.
    pub(crate) fn sha256(&self) -> String {
        let mut bytes = proto::encode(&self.request);
        for picture in self.record().into_iter().flat_map(pictures_of) {
            let found = match &picture.content {
                None => self.pictures.by_id(&picture.id),
                Some(Content::Sha256(sum)) => self.pictures.by_sha256(sum),
                Some(Content::Data(_)) => None,
            };
            let told = match found {
                Some(Ok(image)) => image.sha256().to_owned(),
                Some(Err(fault)) => format!("{fault:?}"),
                None => String::new(),
            };
            bytes.extend_from_slice(format!("\n{} {told}", picture.id).as_bytes());
        }
        sha256_hex(&bytes)
    }
}

/// A page that was made.
#[derive(Debug)]
pub(crate) struct FinishedPage {
    pub(crate) layout_hash: String,
    pub(crate) stages: Vec<StageTime>,
    /// Its files by name.
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

/// Where pages come from and their files go.
pub(crate) trait PageStore: Sync {
    /// Reads a page.
    fn read(&self, page: &BatchPage) -> Result<PageRequest, PageFailure>;
    /// A file that is kept of a page; `None` if there is none.
    fn kept(&self, page: &BatchPage, name: &str) -> Option<Vec<u8>>;
    /// Keeps files of a page, all of them or none.
    fn keep(&self, page: &BatchPage, files: &[(String, &[u8])]) -> Result<(), PageFailure>;
}

/// Who makes pages, and what beside the request its files depend on.
pub(crate) trait PageMaker: Sync {
    /// The version of the engine.
    fn version(&self) -> &str;
    /// The fingerprint of its faces, house styles and limits.
    fn fingerprint(&self) -> &str;
    /// Makes a page.
    fn make(&self, key: &str, asked: PageRequest) -> Result<FinishedPage, PageFailure>;
}

/// How a page came to its end.
#[derive(Debug)]
pub(crate) struct PageOutcome {
    pub(crate) key: String,
    pub(crate) seconds: f64,
    pub(crate) result: Result<WrittenPage, PageFailure>,
}

/// A page whose files are there.
#[derive(Debug)]
pub(crate) struct WrittenPage {
    /// They were there before.
    pub(crate) skipped: bool,
    pub(crate) stages: Vec<StageTime>,
    pub(crate) ticket: PageTicket,
}

/// Asks a batch to stop: once, and pages in hand are finished but none is begun; twice, and they are dropped.
#[derive(Debug, Default)]
pub(crate) struct StopSignal(AtomicU8);

impl StopSignal {
    /// Asks once more.
    pub(crate) fn ask(&self) {
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |asked| {
            Some(asked.saturating_add(1))
        });
    }

    /// Asks for no more pages to be begun, however often that is asked.
    pub(crate) fn finish(&self) {
        self.0.fetch_max(1, Ordering::Relaxed);
    }

    /// Whether no more pages are to be begun.
    pub(crate) fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }

    /// Whether pages in hand are to be dropped.
    pub(crate) fn now(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 1
    }
}
