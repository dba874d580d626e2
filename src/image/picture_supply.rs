//! Pictures supplied beside a record.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::image::error::ImageError;
use crate::image::source_image::{SourceImage, sha256_hex};

/// Pictures supplied beside a record, found by the id that the record uses for them or by their
/// SHA-256.
#[derive(Clone, Debug, Default)]
pub struct PictureSupply {
    images_by_id: BTreeMap<String, Result<Arc<SourceImage>, ImageError>>,
    images_by_sha256: BTreeMap<String, Result<Arc<SourceImage>, ImageError>>,
}

impl PictureSupply {
    /// Adds the bytes of a picture, under an id if it has one. For bytes that are no picture the
    /// error is kept, to be reported where the picture is used.
    pub fn insert(&mut self, id: Option<&str>, bytes: Vec<u8>) {
        // One picture under several ids is read and held once.
        let image = self
            .images_by_sha256
            .entry(sha256_hex(&bytes))
            .or_insert_with(|| SourceImage::read(bytes).map(Arc::new));
        if let Some(id) = id {
            self.images_by_id.insert(id.to_owned(), image.clone());
        }
    }

    /// Adds a picture that has been read before.
    pub fn insert_image(&mut self, image: Arc<SourceImage>) {
        self.images_by_sha256.insert(image.sha256().to_owned(), Ok(image));
    }

    /// Returns the picture with an id.
    pub fn by_id(&self, id: &str) -> Option<&Result<Arc<SourceImage>, ImageError>> {
        self.images_by_id.get(id)
    }

    /// Returns the picture with a SHA-256, 64 lowercase hexadecimal digits.
    pub fn by_sha256(&self, sha256: &str) -> Option<&Result<Arc<SourceImage>, ImageError>> {
        self.images_by_sha256.get(sha256)
    }

    /// True if no picture was added.
    pub fn is_empty(&self) -> bool {
        self.images_by_sha256.is_empty()
    }
}
