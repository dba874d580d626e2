//! A page of a batch: its key, its request, its files.

use std::path::{Path, PathBuf};

use crate::files::pictures_of;
use crate::image::{PictureSupply, sha256_hex};
use crate::proto::picture::Content;
use crate::proto::render_page_request::Source;
use crate::proto::{self, StageTime};

/// A page of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BatchPage {
    /// Path of the input within the batch, with `/` between its parts.
    pub(crate) key: String,
    /// File that the page is read from.
    pub(crate) input: PathBuf,
}

impl BatchPage {
    /// Folder of the files of the page, relative to the output folder of the batch.
    pub(crate) fn folder(&self) -> &Path {
        Path::new(&self.key).parent().unwrap_or(Path::new(""))
    }

    /// Stem of the names of the files.
    pub(crate) fn stem(&self) -> &str {
        Path::new(&self.key).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
    }
}

/// Request for a page with the pictures that it needs.
#[derive(Debug)]
pub(crate) struct PageRequest {
    /// The request.
    pub(crate) request: proto::RenderPageRequest,
    /// Pictures that the record names without their bytes.
    pub(crate) pictures: PictureSupply,
}

impl PageRequest {
    /// The record; `None` for plain copy.
    pub(crate) fn record(&self) -> Option<&proto::PageRecord> {
        match &self.request.source {
            Some(Source::Page(record)) => Some(record),
            Some(Source::PlainCopy(_)) | None => None,
        }
    }

    /// SHA-256 of everything that determines the page except its maker: the request and its
    /// pictures.
    pub(crate) fn sha256(&self) -> String {
        let mut bytes = proto::encode(&self.request);
        for picture in self.record().into_iter().flat_map(pictures_of) {
            let found = match &picture.content {
                None => self.pictures.by_id(&picture.id),
                Some(Content::Sha256(hash)) => self.pictures.by_sha256(hash),
                Some(Content::Data(_)) => None,
            };
            // A picture that cannot be read counts as well: once it is repaired, the page is made
            // again.
            let content = match found {
                Some(Ok(image)) => image.sha256().to_owned(),
                Some(Err(fault)) => format!("{fault:?}"),
                None => String::new(),
            };
            bytes.extend_from_slice(format!("\n{} {content}", picture.id).as_bytes());
        }
        sha256_hex(&bytes)
    }
}

/// Result of making a page.
#[derive(Debug)]
pub(crate) struct FinishedPage {
    /// SHA-256 of the display list.
    pub(crate) layout_hash: String,
    /// Duration of each stage.
    pub(crate) stages: Vec<StageTime>,
    /// Files as name and bytes.
    pub(crate) files: Vec<(String, Vec<u8>)>,
}
