//! A rendered page: report, files, their hashes.

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::engine::{Artifact, RenderResult};
use crate::error::Error;
use crate::proto;
use crate::proto::Output;

/// A rendered page.
#[derive(Debug)]
pub(crate) struct RenderedPage {
    /// The report.
    pub(crate) report: proto::RenderReport,
    /// Files in the order of the request, or the reason why there are none.
    pub(crate) files: Result<Vec<RenderedFile>, Error>,
}

/// A rendered file.
#[derive(Clone, Debug)]
pub(crate) struct RenderedFile {
    /// Kind of the file.
    pub(crate) output: Output,
    /// Media type.
    pub(crate) media_type: &'static str,
    /// Suggested name.
    pub(crate) file_name: String,
    /// SHA-256 of the bytes, 64 lowercase hexadecimal digits.
    pub(crate) sha256: String,
    /// Content.
    pub(crate) bytes: Bytes,
}

impl From<RenderResult> for RenderedPage {
    fn from(rendered: RenderResult) -> Self {
        let RenderResult { report, artifacts } = rendered;
        let files = artifacts.map(|files| files.into_iter().map(RenderedFile::from).collect());
        Self { report, files }
    }
}

impl RenderedPage {
    /// Estimate of the bytes that the page takes in memory.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let files: usize = self.files.iter().flatten().map(|file| file.bytes.len()).sum();
        // A decoded report takes about three times its encoded bytes.
        (files + 3 * proto::encoded_len(&self.report)) as u64
    }
}

impl From<Artifact> for RenderedFile {
    fn from(artifact: Artifact) -> Self {
        let Artifact { output, media_type, file_name, bytes } = artifact;
        let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { output, media_type, file_name, sha256, bytes: bytes.into() }
    }
}
