//! Pictures as they came: what their bytes say of them.

use sha2::{Digest, Sha256};

/// A picture whose bytes were read as far as its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    sha256: String,
    size: [u32; 2],
    bytes: Vec<u8>,
}

impl Image {
    /// Width and height in pixels as it is seen, turned as its own data asks.
    pub fn size(&self) -> [u32; 2] {
        self.size
    }

    /// The SHA-256 of its bytes, 64 lowercase hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Its bytes as they came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Bytes of which only the size is known.
    pub fn sized(bytes: Vec<u8>, size: [u32; 2]) -> Self {
        let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { sha256, size, bytes }
    }
}
