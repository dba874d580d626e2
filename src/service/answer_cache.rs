//! Answers kept for the same request again, and made once for callers who ask at the same time.
//!
//! The same request to the same engine with the same pictures gives the same bytes, or the same refusal of copy that does
//! not fit: an answer is as good as new. Which pictures were found is part of what tells a request from others.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::service::rendered::RenderedPage;

/// What tells a request from others: everything that its answer depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AnswerKey([u8; 32]);

impl AnswerKey {
    /// The key of a request to the engine of a tenant, of which there were so many before, with the pictures that were
    /// found for it.
    pub(crate) fn new(tenant: &str, set: u64, request: &[u8], found: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in [tenant.as_bytes(), &set.to_be_bytes(), request] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        for sum in found {
            hash.update(sum.as_bytes());
        }
        Self(hash.finalize().into())
    }
}

#[derive(Clone, Debug)]
struct AnswerWeight;

impl Weighter<AnswerKey, Arc<RenderedPage>> for AnswerWeight {
    fn weight(&self, _: &AnswerKey, sheet: &Arc<RenderedPage>) -> u64 {
        sheet.memory_bytes().max(1)
    }
}

/// The answers kept.
#[derive(Debug)]
pub(crate) struct AnswerCache {
    cache: Option<Cache<AnswerKey, Arc<RenderedPage>, AnswerWeight>>,
}

/// About as many answers are expected: a page with its preview has half a million bytes.
const ANSWER_BYTES: u64 = 500_000;

impl AnswerCache {
    /// Room for so many bytes; 0 keeps nothing.
    pub(crate) fn new(bytes: u64) -> Self {
        let items = usize::try_from(bytes / ANSWER_BYTES).unwrap_or(usize::MAX).clamp(16, 1 << 20);
        Self { cache: (bytes > 0).then(|| Cache::with_weighter(items, bytes, AnswerWeight)) }
    }

    /// The answer to a request: kept from before, or made now. Who asks while it is being made waits for it. Says
    /// whether it was there.
    ///
    /// # Errors
    /// Those of `make`.
    pub(crate) async fn get_or_make(
        &self,
        key: AnswerKey,
        make: impl Future<Output = Result<Arc<RenderedPage>, Error>>,
    ) -> Result<(Arc<RenderedPage>, bool), Error> {
        let Some(cache) = &self.cache else { return Ok((make.await?, false)) };
        match cache.get_value_or_guard_async(&key).await {
            Ok(sheet) => Ok((sheet, true)),
            Err(guard) => {
                // Whoever waits for a guard that is dropped makes the answer in its place.
                let sheet = make.await?;
                // A cache that has no room for it does without.
                let _ = guard.insert(Arc::clone(&sheet));
                Ok((sheet, false))
            }
        }
    }

    /// Bytes kept, and the number of answers.
    pub(crate) fn usage(&self) -> (u64, usize) {
        self.cache.as_ref().map_or((0, 0), |cache| (cache.weight(), cache.len()))
    }
}
