//! Pictures at hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::image::{ImageError, SourceImage, sha256_hex};

/// Pictures that are given beside a record: by the id that the record has for them, or by their SHA-256.
#[derive(Clone, Debug, Default)]
pub struct PictureSupply {
    ids: BTreeMap<String, Result<Arc<SourceImage>, ImageError>>,
    sums: BTreeMap<String, Result<Arc<SourceImage>, ImageError>>,
}

impl PictureSupply {
    /// Adds the bytes of a picture, under an id if it has one. Bytes that are no picture are kept as their fault, so
    /// that who asks for them is told.
    pub fn insert(&mut self, id: Option<&str>, bytes: Vec<u8>) {
        let sum = sha256_hex(&bytes);
        let read = self.sums.entry(sum).or_insert_with(|| SourceImage::read(bytes).map(Arc::new));
        if let Some(id) = id {
            self.ids.insert(id.to_owned(), read.clone());
        }
    }

    /// Adds a picture that was read before.
    pub fn insert_image(&mut self, image: Arc<SourceImage>) {
        self.sums.insert(image.sha256().to_owned(), Ok(image));
    }

    /// The picture with an id.
    pub fn by_id(&self, id: &str) -> Option<&Result<Arc<SourceImage>, ImageError>> {
        self.ids.get(id)
    }

    /// The picture with a SHA-256, 64 lowercase hexadecimal digits.
    pub fn by_sha256(&self, sum: &str) -> Option<&Result<Arc<SourceImage>, ImageError>> {
        self.sums.get(sum)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sums.is_empty()
    }
}
