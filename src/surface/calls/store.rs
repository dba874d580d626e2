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
    most: u64,
    used: u64,
    shelves: BTreeMap<Arc<str>, PictureShelf>,
}

#[derive(Debug, Default)]
struct PictureShelf {
    used: u64,
    kept: BTreeMap<String, StoredPicture>,
}

#[derive(Debug)]
struct StoredPicture {
    image: Arc<SourceImage>,
    until: Instant,
}

/// Room for bytes on their way; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct UploadBytes {
    store: PictureStore,
    tenant: Arc<str>,
    most: u64,
    bytes: u64,
}

impl PictureStore {
    /// A store of so many bytes in all.
    pub(crate) fn new(most: u64) -> Self {
        Self(Arc::new(Mutex::new(TenantShelves { most, used: 0, shelves: BTreeMap::new() })))
    }

    fn lock(&self) -> MutexGuard<'_, TenantShelves> {
        // Nobody panics under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Room of a tenant that may have so many bytes in all; empty as yet.
    pub(crate) fn room(&self, tenant: &Arc<str>, most: u64) -> UploadBytes {
        UploadBytes { store: self.clone(), tenant: Arc::clone(tenant), most, bytes: 0 }
    }

    /// Keeps a picture that is there already so much longer, never shorter; `None` if it is not there.
    pub(crate) fn renew(
        &self,
        tenant: &str,
        sum: &str,
        keep: Duration,
    ) -> Option<(Arc<SourceImage>, Instant)> {
        let mut shelves = self.lock();
        shelves.expire(Instant::now());
        let kept = shelves.shelves.get_mut(tenant)?.kept.get_mut(sum)?;
        kept.until = kept.until.max(Instant::now() + keep);
        Some((Arc::clone(&kept.image), kept.until))
    }

    /// Adds those of these pictures that a tenant has; `sums` is told which.
    pub(crate) fn find<'a>(
        &self,
        tenant: &str,
        sums: impl Iterator<Item = &'a str>,
        pictures: &mut PictureSupply,
    ) -> Vec<&'a str> {
        let mut shelves = self.lock();
        shelves.expire(Instant::now());
        let Some(shelf) = shelves.shelves.get(tenant) else { return Vec::new() };
        let mut found = Vec::new();
        for sum in sums {
            if let Some(kept) = shelf.kept.get(sum) {
                pictures.insert_image(Arc::clone(&kept.image));
                found.push(sum);
            }
        }
        found
    }

    /// Bytes that a tenant has in use, those on their way too.
    pub(crate) fn used_by(&self, tenant: &str) -> u64 {
        self.lock().shelves.get(tenant).map_or(0, |shelf| shelf.used)
    }

    /// Forgets what is past its time; gives the bytes and pictures that stay.
    pub(crate) fn sweep(&self) -> (u64, usize) {
        let mut shelves = self.lock();
        shelves.expire(Instant::now());
        (shelves.used, shelves.shelves.values().map(|shelf| shelf.kept.len()).sum())
    }
}

impl TenantShelves {
    fn expire(&mut self, now: Instant) {
        let mut freed = 0;
        for shelf in self.shelves.values_mut() {
            let gone: u64 = shelf
                .kept
                .extract_if(.., |_, kept| kept.until <= now)
                .map(|(_, kept)| kept.image.bytes().len() as u64)
                .sum();
            shelf.used -= gone;
            freed += gone;
        }
        self.used -= freed;
        self.shelves.retain(|_, shelf| shelf.used > 0 || !shelf.kept.is_empty());
    }

    fn give_back(&mut self, tenant: &str, bytes: u64) {
        self.used -= bytes;
        if let Some(shelf) = self.shelves.get_mut(tenant) {
            shelf.used -= bytes;
        }
    }
}

impl UploadBytes {
    /// Whether so many more bytes would find room at the moment.
    ///
    /// # Errors
    /// As [`Room::take`].
    pub(crate) fn would_hold(&self, bytes: u64) -> Result<(), Error> {
        let mut shelves = self.store.lock();
        self.check(&mut shelves, bytes)
    }

    /// Takes room for more bytes.
    ///
    /// # Errors
    /// The tenant's quota or the store is used up.
    pub(crate) fn take(&mut self, bytes: u64) -> Result<(), Error> {
        let mut shelves = self.store.lock();
        self.check(&mut shelves, bytes)?;
        shelves.used += bytes;
        shelves.shelves.entry(Arc::clone(&self.tenant)).or_default().used += bytes;
        drop(shelves);
        self.bytes += bytes;
        Ok(())
    }

    fn check(&self, shelves: &mut TenantShelves, bytes: u64) -> Result<(), Error> {
        shelves.expire(Instant::now());
        let used = shelves.shelves.get(&self.tenant).map_or(0, |shelf| shelf.used);
        if used.saturating_add(bytes) > self.most {
            return Err(Error::QuotaExceeded {
                setting: "pictures_bytes_per_tenant",
                limit: self.most,
            });
        }
        let most = shelves.most;
        if shelves.used.saturating_add(bytes) > most {
            return Err(Error::QuotaExceeded { setting: "pictures_bytes", limit: most });
        }
        Ok(())
    }

    /// Puts a picture of as many bytes into the store. Says until when it stays, and whether it was there before.
    pub(crate) fn keep(mut self, image: Arc<SourceImage>, keep: Duration) -> (Instant, bool) {
        let bytes = image.bytes().len() as u64;
        debug_assert_eq!(bytes, self.bytes, "room is taken for every byte");
        let mut until = Instant::now() + keep;
        let mut shelves = self.store.lock();
        let shelf = shelves.shelves.entry(Arc::clone(&self.tenant)).or_default();
        let known = shelf.kept.insert(image.sha256().to_owned(), StoredPicture { image, until });
        let Some(known) = known else {
            // The room is the picture's now.
            drop(shelves);
            self.bytes = 0;
            return (until, false);
        };
        // Of two uploads at a time the room of one goes back.
        until = until.max(known.until);
        if let Some(kept) = shelf.kept.get_mut(known.image.sha256()) {
            kept.until = until;
        }
        drop(shelves);
        (until, true)
    }
}

impl Drop for UploadBytes {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.store.lock().give_back(&self.tenant, self.bytes);
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
        let mut room = store.room(&tenant.into(), 1000);
        room.take(image.bytes().len() as u64)?;
        Ok(room.keep(Arc::clone(image), keep).1)
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
            let found = store.find(tenant, [a.sha256(), b.sha256()].into_iter(), &mut pictures);
            (found.len(), pictures.by_sha256(a.sha256()).is_some())
        };
        assert_eq!(find("day"), (1, true), "the second has expired");
        assert_eq!(find("night"), (0, false));
        assert!(store.renew("night", a.sha256(), LONG).is_none());
        assert!(store.renew("day", a.sha256(), LONG).is_some());
        assert_eq!(store.used_by("day"), a.bytes().len() as u64);
        assert_eq!(store.sweep(), (a.bytes().len() as u64, 1));
    }

    #[test]
    fn bytes_on_their_way_count_and_come_back() {
        let store = PictureStore::new(150);
        let mut first = store.room(&"day".into(), 100);
        assert_eq!(first.take(80), Ok(()));
        let quota = |result: Result<(), Error>| match result {
            Err(Error::QuotaExceeded { setting: what, .. }) => what,
            other => panic!("{other:?}"),
        };
        assert_eq!(quota(first.take(21)), "pictures_bytes_per_tenant");
        let mut second = store.room(&"night".into(), 100);
        assert_eq!(quota(second.take(71)), "pictures_bytes");
        assert_eq!(second.take(70), Ok(()));
        drop(first);
        assert_eq!(store.sweep(), (70, 0));
        drop(second);
        assert_eq!(store.sweep(), (0, 0));
    }
}
