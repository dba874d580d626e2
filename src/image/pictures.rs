//! Pictures at hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::image::{Fault, Image, sha256};

/// Pictures that are given beside a record: by the id that the record has for them, or by their SHA-256.
#[derive(Clone, Debug, Default)]
pub struct Pictures {
    ids: BTreeMap<String, Result<Arc<Image>, Fault>>,
    sums: BTreeMap<String, Result<Arc<Image>, Fault>>,
}

impl Pictures {
    /// Adds the bytes of a picture, under an id if it has one. Bytes that are no picture are kept as their fault, so
    /// that who asks for them is told.
    pub fn insert(&mut self, id: Option<&str>, bytes: Vec<u8>) {
        let sum = sha256(&bytes);
        let read = self.sums.entry(sum).or_insert_with(|| Image::read(bytes).map(Arc::new));
        if let Some(id) = id {
            self.ids.insert(id.to_owned(), read.clone());
        }
    }

    /// Adds a picture that was read before.
    pub fn add(&mut self, image: Arc<Image>) {
        self.sums.insert(image.sha256().to_owned(), Ok(image));
    }

    /// The picture with an id.
    pub fn by_id(&self, id: &str) -> Option<&Result<Arc<Image>, Fault>> {
        self.ids.get(id)
    }

    /// The picture with a SHA-256, 64 lowercase hexadecimal digits.
    pub fn by_sha256(&self, sum: &str) -> Option<&Result<Arc<Image>, Fault>> {
        self.sums.get(sum)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sums.is_empty()
    }
}
