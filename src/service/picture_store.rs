//! Uploaded pictures: by what they are, for the tenant that sent them, until they expire.
//!
//! They stay in memory, bounded for each tenant and in all. Bytes on their way are counted from the first one, so that no
//! number of half-sent pictures takes more than the whole.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::image::{PictureSupply, SourceImage};

/// The pictures of all tenants.
#[derive(Clone, Debug)]
pub(crate) struct PictureStore(Arc<Mutex<TenantShelves>>);

#[derive(Debug)]
struct TenantShelves {
    max_bytes: u64,
    used_bytes: u64,
    shelves: BTreeMap<Arc<str>, PictureShelf>,
}

#[derive(Debug, Default)]
struct PictureShelf {
    used_bytes: u64,
    pictures: BTreeMap<String, StoredPicture>,
}

#[derive(Debug)]
struct StoredPicture {
    image: Arc<SourceImage>,
    expires: Instant,
}

/// Room for bytes on their way; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct UploadBytes {
    store: PictureStore,
    tenant: Arc<str>,
    tenant_limit: u64,
    reserved: u64,
}

impl PictureStore {
    /// A store of so many bytes in all.
    pub(crate) fn new(most: u64) -> Self {
        Self(Arc::new(Mutex::new(TenantShelves {
            max_bytes: most,
            used_bytes: 0,
            shelves: BTreeMap::new(),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, TenantShelves> {
        // Nobody panics under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Room of a tenant that may have so many bytes in all; empty as yet.
    pub(crate) fn new_upload(&self, tenant: &Arc<str>, most: u64) -> UploadBytes {
        UploadBytes {
            store: self.clone(),
            tenant: Arc::clone(tenant),
            tenant_limit: most,
            reserved: 0,
        }
    }

    /// Keeps a picture that is there already so much longer, never shorter; `None` if it is not there.
    pub(crate) fn renew(
        &self,
        tenant: &str,
        sum: &str,
        keep: Duration,
    ) -> Option<(Arc<SourceImage>, Instant)> {
        let mut shelves = self.lock();
        shelves.remove_expired(Instant::now());
        let kept = shelves.shelves.get_mut(tenant)?.pictures.get_mut(sum)?;
        kept.expires = kept.expires.max(Instant::now() + keep);
        Some((Arc::clone(&kept.image), kept.expires))
    }

    /// Adds those of these pictures that a tenant has; `sums` is told which.
    pub(crate) fn find_pictures<'a>(
        &self,
        tenant: &str,
        sums: impl Iterator<Item = &'a str>,
        pictures: &mut PictureSupply,
    ) -> Vec<&'a str> {
        let mut shelves = self.lock();
        shelves.remove_expired(Instant::now());
        let Some(shelf) = shelves.shelves.get(tenant) else { return Vec::new() };
        let mut found = Vec::new();
        for sum in sums {
            if let Some(kept) = shelf.pictures.get(sum) {
                pictures.insert_image(Arc::clone(&kept.image));
                found.push(sum);
            }
        }
        found
    }

    /// Bytes that a tenant has in use, those on their way too.
    pub(crate) fn used_bytes_of(&self, tenant: &str) -> u64 {
        self.lock().shelves.get(tenant).map_or(0, |shelf| shelf.used_bytes)
    }

    /// Forgets what is past its time; gives the bytes and pictures that stay.
    pub(crate) fn remove_expired(&self) -> (u64, usize) {
        let mut shelves = self.lock();
        shelves.remove_expired(Instant::now());
        (shelves.used_bytes, shelves.shelves.values().map(|shelf| shelf.pictures.len()).sum())
    }
}

impl TenantShelves {
    fn remove_expired(&mut self, now: Instant) {
        let mut freed = 0;
        for shelf in self.shelves.values_mut() {
            let gone: u64 = shelf
                .pictures
                .extract_if(.., |_, kept| kept.expires <= now)
                .map(|(_, kept)| kept.image.bytes().len() as u64)
                .sum();
            shelf.used_bytes -= gone;
            freed += gone;
        }
        self.used_bytes -= freed;
        self.shelves.retain(|_, shelf| shelf.used_bytes > 0 || !shelf.pictures.is_empty());
    }

    fn release(&mut self, tenant: &str, bytes: u64) {
        self.used_bytes -= bytes;
        if let Some(shelf) = self.shelves.get_mut(tenant) {
            shelf.used_bytes -= bytes;
        }
    }
}

impl UploadBytes {
    /// Whether so many more bytes would find room at the moment.
    ///
    /// # Errors
    /// As [`Room::take`].
    pub(crate) fn check_room(&self, bytes: u64) -> Result<(), Error> {
        let mut shelves = self.store.lock();
        self.check_limits(&mut shelves, bytes)
    }

    /// Takes room for more bytes.
    ///
    /// # Errors
    /// The tenant's quota or the store is used up.
    pub(crate) fn reserve(&mut self, bytes: u64) -> Result<(), Error> {
        let mut shelves = self.store.lock();
        self.check_limits(&mut shelves, bytes)?;
        shelves.used_bytes += bytes;
        shelves.shelves.entry(Arc::clone(&self.tenant)).or_default().used_bytes += bytes;
        drop(shelves);
        self.reserved += bytes;
        Ok(())
    }

    fn check_limits(&self, shelves: &mut TenantShelves, bytes: u64) -> Result<(), Error> {
        shelves.remove_expired(Instant::now());
        let used = shelves.shelves.get(&self.tenant).map_or(0, |shelf| shelf.used_bytes);
        if used.saturating_add(bytes) > self.tenant_limit {
            return Err(Error::QuotaExceeded {
                setting: "pictures_bytes_per_tenant",
                limit: self.tenant_limit,
            });
        }
        let most = shelves.max_bytes;
        if shelves.used_bytes.saturating_add(bytes) > most {
            return Err(Error::QuotaExceeded { setting: "pictures_bytes", limit: most });
        }
        Ok(())
    }

    /// Puts a picture of as many bytes into the store. Says until when it stays, and whether it was there before.
    pub(crate) fn store_picture(
        mut self,
        image: Arc<SourceImage>,
        keep: Duration,
    ) -> (Instant, bool) {
        let bytes = image.bytes().len() as u64;
        debug_assert_eq!(bytes, self.reserved, "room is taken for every byte");
        let mut until = Instant::now() + keep;
        let mut shelves = self.store.lock();
        let shelf = shelves.shelves.entry(Arc::clone(&self.tenant)).or_default();
        let known = shelf
            .pictures
            .insert(image.sha256().to_owned(), StoredPicture { image, expires: until });
        let Some(known) = known else {
            // The room is the picture's now.
            drop(shelves);
            self.reserved = 0;
            return (until, false);
        };
        // Of two uploads at a time the room of one goes back.
        until = until.max(known.expires);
        if let Some(kept) = shelf.pictures.get_mut(known.image.sha256()) {
            kept.expires = until;
        }
        drop(shelves);
        (until, true)
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

    const LONG: Duration = Duration::from_secs(1000);

    /// A PNG of one pixel, with text to tell it from others.
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
        Ok(room.store_picture(Arc::clone(image), keep).1)
    }

    #[test]
    fn pictures_are_their_tenants_own_and_expire() {
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
        assert_eq!(store.remove_expired(), (a.bytes().len() as u64, 1));
    }

    #[test]
    fn bytes_on_their_way_count_and_come_back() {
        let store = PictureStore::new(150);
        let mut first = store.new_upload(&"day".into(), 100);
        assert_eq!(first.reserve(80), Ok(()));
        let quota = |result: Result<(), Error>| match result {
            Err(Error::QuotaExceeded { setting: what, .. }) => what,
            other => panic!("{other:?}"),
        };
        assert_eq!(quota(first.reserve(21)), "pictures_bytes_per_tenant");
        let mut second = store.new_upload(&"night".into(), 100);
        assert_eq!(quota(second.reserve(71)), "pictures_bytes");
        assert_eq!(second.reserve(70), Ok(()));
        drop(first);
        assert_eq!(store.remove_expired(), (70, 0));
        drop(second);
        assert_eq!(store.remove_expired(), (0, 0));
    }
}
