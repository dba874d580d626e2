//! Uploaded pictures, by SHA-256, for the tenant that sent them, until they expire.
//!
//! Pictures stay in memory, with a limit for each tenant and for all. Bytes of an upload are
//! counted from the first one, so that no number of unfinished uploads takes more than the limit.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::image::{PictureSupply, SourceImage};
use crate::service::load::MemoryUse;

/// Uploaded pictures of all tenants. Clones share one store.
#[derive(Clone, Debug)]
pub(crate) struct PictureStore(Arc<Mutex<TenantShelves>>);

#[derive(Debug)]
struct TenantShelves {
    max_bytes: u64,
    /// Bytes of all shelves.
    used_bytes: u64,
    /// Pictures of each tenant.
    shelves: BTreeMap<Arc<str>, PictureShelf>,
}

#[derive(Debug, Default)]
struct PictureShelf {
    /// Bytes of pictures and of uploads.
    used_bytes: u64,
    /// Pictures by SHA-256.
    pictures: BTreeMap<String, StoredPicture>,
}

#[derive(Debug)]
struct StoredPicture {
    image: Arc<SourceImage>,
    expires: Instant,
}

/// Result of storing a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoredUntil {
    /// Time at which the picture expires.
    pub(crate) expires: Instant,
    /// True if the store had the picture before.
    pub(crate) existed: bool,
}

/// Bytes that an upload has reserved. Dropping it releases them.
#[derive(Debug)]
pub(crate) struct UploadBytes {
    store: PictureStore,
    tenant: Arc<str>,
    /// Bytes that the tenant may use.
    tenant_limit: u64,
    reserved: u64,
}

impl PictureStore {
    /// Store of at most `max_bytes` bytes.
    pub(crate) fn new(max_bytes: u64) -> Self {
        let shelves = TenantShelves { max_bytes, used_bytes: 0, shelves: BTreeMap::new() };
        Self(Arc::new(Mutex::new(shelves)))
    }

    fn lock(&self) -> MutexGuard<'_, TenantShelves> {
        // Nothing panics under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins an upload of a tenant that may use `tenant_limit` bytes. Nothing is reserved yet.
    pub(crate) fn new_upload(&self, tenant: &Arc<str>, tenant_limit: u64) -> UploadBytes {
        UploadBytes { store: self.clone(), tenant: Arc::clone(tenant), tenant_limit, reserved: 0 }
    }

    /// Extends the time of a picture to `keep` from now; it is never shortened. Returns the picture
    /// and its time; `None` if the tenant does not have it.
    pub(crate) fn renew(
        &self,
        tenant: &str,
        sha256: &str,
        keep: Duration,
    ) -> Option<(Arc<SourceImage>, Instant)> {
        let mut shelves = self.lock();
        shelves.remove_expired(Instant::now());
        let stored = shelves.shelves.get_mut(tenant)?.pictures.get_mut(sha256)?;
        // Another page may have requested a longer time.
        stored.expires = stored.expires.max(Instant::now() + keep);
        Some((Arc::clone(&stored.image), stored.expires))
    }

    /// Adds the pictures of a tenant with these SHA-256 to `pictures`. Returns the SHA-256 of those
    /// that were found.
    pub(crate) fn find_pictures<'a>(
        &self,
        tenant: &str,
        hashes: impl Iterator<Item = &'a str>,
        pictures: &mut PictureSupply,
    ) -> Vec<&'a str> {
        // Pointers are copied under the lock, never the bytes.
        let mut shelves = self.lock();
        shelves.remove_expired(Instant::now());
        let Some(shelf) = shelves.shelves.get(tenant) else { return Vec::new() };
        let mut found = Vec::new();
        for sha256 in hashes {
            if let Some(stored) = shelf.pictures.get(sha256) {
                pictures.insert_image(Arc::clone(&stored.image));
                found.push(sha256);
            }
        }
        found
    }

    /// Bytes that a tenant uses, those of its uploads included.
    pub(crate) fn used_bytes_of(&self, tenant: &str) -> u64 {
        self.lock().shelves.get(tenant).map_or(0, |shelf| shelf.used_bytes)
    }

    /// Removes expired pictures. Returns the use of the rest; its bytes include uploads.
    pub(crate) fn remove_expired(&self) -> MemoryUse {
        let mut shelves = self.lock();
        shelves.remove_expired(Instant::now());
        MemoryUse {
            bytes: shelves.used_bytes,
            count: shelves.shelves.values().map(|shelf| shelf.pictures.len()).sum(),
        }
    }
}

impl TenantShelves {
    fn remove_expired(&mut self, now: Instant) {
        let mut freed = 0;
        for shelf in self.shelves.values_mut() {
            let expired_bytes: u64 = shelf
                .pictures
                .extract_if(.., |_, stored| stored.expires <= now)
                .map(|(_, stored)| stored.image.bytes().len() as u64)
                .sum();
            shelf.used_bytes -= expired_bytes;
            freed += expired_bytes;
        }
        self.used_bytes -= freed;
        self.shelves.retain(|_, shelf| shelf.used_bytes > 0 || !shelf.pictures.is_empty());
    }

    fn release(&mut self, tenant: &str, bytes: u64) {
        self.used_bytes -= bytes;
        // The shelf of an upload is not removed, because its bytes are counted in it.
        if let Some(shelf) = self.shelves.get_mut(tenant) {
            shelf.used_bytes -= bytes;
        }
    }
}

impl UploadBytes {
    /// Checks that `bytes` more bytes could be reserved at the moment.
    ///
    /// # Errors
    /// As [`UploadBytes::reserve`].
    pub(crate) fn check_room(&self, bytes: u64) -> Result<(), Error> {
        let mut shelves = self.store.lock();
        // A look only: nothing is reserved, so a later `reserve` may still fail.
        self.check_limits(&mut shelves, bytes)
    }

    /// Reserves more bytes.
    ///
    /// # Errors
    /// The limit of the tenant or of the store is reached.
    pub(crate) fn reserve(&mut self, bytes: u64) -> Result<(), Error> {
        let mut shelves = self.store.lock();
        // Check and reservation under one lock: two uploads cannot take the same room.
        self.check_limits(&mut shelves, bytes)?;
        shelves.used_bytes += bytes;
        shelves.shelves.entry(Arc::clone(&self.tenant)).or_default().used_bytes += bytes;
        drop(shelves);
        self.reserved += bytes;
        Ok(())
    }

    fn check_limits(&self, shelves: &mut TenantShelves, bytes: u64) -> Result<(), Error> {
        // First, so that an upload is not rejected for bytes that nobody may use any more.
        shelves.remove_expired(Instant::now());
        let used = shelves.shelves.get(&self.tenant).map_or(0, |shelf| shelf.used_bytes);
        // The limit of the tenant first: it tells the caller something that it can change.
        if used.saturating_add(bytes) > self.tenant_limit {
            return Err(Error::QuotaExceeded {
                setting: "pictures_bytes_per_tenant",
                limit: self.tenant_limit,
            });
        }
        let limit = shelves.max_bytes;
        if shelves.used_bytes.saturating_add(bytes) > limit {
            return Err(Error::QuotaExceeded { setting: "pictures_bytes", limit });
        }
        Ok(())
    }

    /// Stores the picture whose bytes were reserved, for the time `keep`.
    pub(crate) fn store_picture(mut self, image: Arc<SourceImage>, keep: Duration) -> StoredUntil {
        let bytes = image.bytes().len() as u64;
        debug_assert_eq!(bytes, self.reserved, "every byte is reserved");
        let mut expires = Instant::now() + keep;
        let mut shelves = self.store.lock();
        let shelf = shelves.shelves.entry(Arc::clone(&self.tenant)).or_default();
        let stored = StoredPicture { image, expires };
        let Some(previous) = shelf.pictures.insert(stored.image.sha256().to_owned(), stored) else {
            // The reserved bytes belong to the picture now.
            drop(shelves);
            // `drop` must not release them.
            self.reserved = 0;
            return StoredUntil { expires, existed: false };
        };
        // Two uploads of one picture at a time: the bytes of this one are released on drop.
        expires = expires.max(previous.expires);
        // Inserting replaced the old entry and its time: the later of both holds.
        if let Some(stored) = shelf.pictures.get_mut(previous.image.sha256()) {
            stored.expires = expires;
        }
        // The lock is released before `self` is dropped, which takes it again.
        drop(shelves);
        StoredUntil { expires, existed: true }
    }
}

impl Drop for UploadBytes {
    fn drop(&mut self) {
        if self.reserved > 0 {
            self.store.lock().release(&self.tenant, self.reserved);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::PictureStore;
    use crate::error::Error;
    use crate::image::{PictureSupply, SourceImage};
    use crate::service::load::MemoryUse;

    const LONG: Duration = Duration::from_secs(1000);

    /// PNG of one pixel, with a text that makes it unique.
    fn image(text: &str) -> Arc<SourceImage> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 1, 1);
        encoder.add_text_chunk("Title".to_owned(), text.to_owned()).expect("text");
        encoder.write_header().expect("header").write_image_data(&[0]).expect("pixel");
        Arc::new(SourceImage::read(bytes).expect("picture"))
    }

    fn put(
        store: &PictureStore,
        tenant: &str,
        image: &Arc<SourceImage>,
        keep: Duration,
    ) -> Result<bool, Error> {
        let mut room = store.new_upload(&tenant.into(), 1000);
        room.reserve(image.bytes().len() as u64)?;
        Ok(room.store_picture(Arc::clone(image), keep).existed)
    }

    #[test]
    fn pictures_belong_to_their_tenant_and_expire() {
        let store = PictureStore::new(10_000);
        let (a, b) = (image("a"), image("b"));
        assert_eq!(put(&store, "day", &a, LONG), Ok(false));
        assert_eq!(put(&store, "day", &a, LONG), Ok(true), "the same again");
        assert_eq!(put(&store, "day", &b, Duration::ZERO), Ok(false));
        let find = |tenant: &str| {
            let mut pictures = PictureSupply::default();
            let found =
                store.find_pictures(tenant, [a.sha256(), b.sha256()].into_iter(), &mut pictures);
            (found.len(), pictures.by_sha256(a.sha256()).is_some())
        };
        assert_eq!(find("day"), (1, true), "the second has expired");
        assert_eq!(find("night"), (0, false));
        assert!(store.renew("night", a.sha256(), LONG).is_none());
        assert!(store.renew("day", a.sha256(), LONG).is_some());
        assert_eq!(store.used_bytes_of("day"), a.bytes().len() as u64);
        assert_eq!(store.remove_expired(), MemoryUse { bytes: a.bytes().len() as u64, count: 1 });
    }

    #[test]
    fn bytes_of_uploads_count_and_are_released() {
        let store = PictureStore::new(150);
        let mut first = store.new_upload(&"day".into(), 100);
        assert_eq!(first.reserve(80), Ok(()));
        let quota = |result: Result<(), Error>| match result {
            Err(Error::QuotaExceeded { setting, .. }) => setting,
            other => panic!("{other:?}"),
        };
        assert_eq!(quota(first.reserve(21)), "pictures_bytes_per_tenant");
        let mut second = store.new_upload(&"night".into(), 100);
        assert_eq!(quota(second.reserve(71)), "pictures_bytes");
        assert_eq!(second.reserve(70), Ok(()));
        drop(first);
        assert_eq!(store.remove_expired(), MemoryUse { bytes: 70, count: 0 });
        drop(second);
        assert_eq!(store.remove_expired(), MemoryUse { bytes: 0, count: 0 });
    }
}
