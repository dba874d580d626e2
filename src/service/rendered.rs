//! A page as it is handed out: report, files, their sums.

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::engine::{Artifact, RenderResult};
use crate::error::Error;
use crate::proto;
use crate::proto::{Output, StageTime};

/// A finished page.
#[derive(Debug)]
pub(crate) struct RenderedPage {
    /// What happened.
    pub(crate) report: proto::RenderReport,
    /// The files in the order asked for, or why there are none.
    pub(crate) files: Result<Vec<RenderedFile>, Error>,
}

/// A finished file.
#[derive(Clone, Debug)]
pub(crate) struct RenderedFile {
    /// What it is.
    pub(crate) output: Output,
    /// Its media type.
    pub(crate) media_type: &'static str,
    /// The name it suggests.
    pub(crate) file_name: String,
    /// Of its bytes, 64 lowercase hexadecimal digits.
    pub(crate) sha256: String,
    /// Its bytes.
    pub(crate) bytes: Bytes,
}

impl RenderedPage {
    /// What a render gave, and what each stage took.
    pub(crate) fn new(rendered: RenderResult, times: Vec<StageTime>) -> Self {
        let RenderResult { mut report, artifacts } = rendered;
        report.stage_times = times;
        Self {
            report,
            files: artifacts.map(|files| files.into_iter().map(RenderedFile::from).collect()),
        }
    }

    /// Bytes that keeping it takes.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let files: usize = self.files.iter().flatten().map(|file| file.bytes.len()).sum();
        // Decoded, a report takes some three times its bytes.
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
