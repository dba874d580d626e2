//! Cache of rendered pages. Equal requests at the same time are rendered once.
//!
//! An equal request to the same engine with the same pictures gives the same bytes, or the same
//! rejection of copy that does not fit, so a cached page is as good as a new one. The pictures that
//! were found are part of the key.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::service::load::MemoryUse;
use crate::service::rendered::RenderedPage;

/// Expected bytes of a page with its preview, for the number of entries.
const ANSWER_BYTES: u64 = 500_000;

/// Cache key: SHA-256 of everything that the response depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AnswerKey([u8; 32]);

impl AnswerKey {
    /// Key of an encoded request of a tenant. `generation` is the number of the engines in use,
    /// `pictures` the SHA-256 of the uploaded pictures that were found.
    pub(crate) fn new(tenant: &str, generation: u64, request: &[u8], pictures: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in [tenant.as_bytes(), &generation.to_be_bytes(), request] {
            // The length goes first, so that bytes cannot move from one part to the next.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        for picture in pictures {
            hash.update(picture.as_bytes());
        }
        Self(hash.finalize().into())
    }
}

/// Weighs pages by their bytes in memory.
#[derive(Clone, Debug)]
struct AnswerWeight;

impl Weighter<AnswerKey, Arc<RenderedPage>> for AnswerWeight {
    fn weight(&self, _: &AnswerKey, page: &Arc<RenderedPage>) -> u64 {
        page.memory_bytes().max(1)
    }
}

/// Origin of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnswerSource {
    /// The cache had it, or an equal request at the same time made it.
    Cached,
    /// It was made for this request.
    Made,
}

/// Cache of rendered pages.
#[derive(Debug)]
pub(crate) struct AnswerCache {
    /// `None` if nothing is cached.
    cache: Option<Cache<AnswerKey, Arc<RenderedPage>, AnswerWeight>>,
}

impl AnswerCache {
    /// Cache of at most `bytes` bytes; 0 caches nothing.
    pub(crate) fn new(bytes: u64) -> Self {
        // The cache needs an estimate of its entries; the bound that counts is the one in bytes.
        let items = usize::try_from(bytes / ANSWER_BYTES).unwrap_or(usize::MAX).clamp(16, 1 << 20);
        Self { cache: (bytes > 0).then(|| Cache::with_weighter(items, bytes, AnswerWeight)) }
    }

    /// Returns the cached page of a key, or makes it. A request for a page that is being made waits
    /// for it.
    ///
    /// # Errors
    /// Those of `make`.
    pub(crate) async fn get_or_make(
        &self,
        key: AnswerKey,
        make: impl Future<Output = Result<Arc<RenderedPage>, Error>>,
    ) -> Result<(Arc<RenderedPage>, AnswerSource), Error> {
        // Without a cache equal requests at the same time are rendered each.
        let Some(cache) = &self.cache else { return Ok((make.await?, AnswerSource::Made)) };
        match cache.get_value_or_guard_async(&key).await {
            Ok(page) => Ok((page, AnswerSource::Cached)),
            Err(guard) => {
                // If making fails, the guard is dropped and the next who waits makes the page.
                let page = make.await?;
                // A page that is too large for the cache is not cached.
                let _ = guard.insert(Arc::clone(&page));
                Ok((page, AnswerSource::Made))
            }
        }
    }

    /// Bytes and number of the cached pages.
    pub(crate) fn usage(&self) -> MemoryUse {
        self.cache.as_ref().map_or_else(MemoryUse::default, |cache| MemoryUse {
            bytes: cache.weight(),
            count: cache.len(),
        })
    }
}
