//! Memo tables for results that several density steps share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Memo table of an item: density steps with equal inputs share one result.
///
/// A clone starts empty.
#[derive(Debug)]
pub(crate) struct StepMemo<K, T>(Mutex<BTreeMap<K, Arc<T>>>);

impl<K: Ord, T> StepMemo<K, T> {
    /// Returns the result for a key; makes it when the key is first used.
    pub(crate) fn get_or_make(&self, key: K, make: impl FnOnce() -> T) -> Arc<T> {
        // Entries are only ever inserted whole, so the map of a thread that panicked is still
        // valid.
        let mut results = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        results.entry(key).or_insert_with(|| Arc::new(make())).clone()
    }
}

impl<K, T> Default for StepMemo<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K, T> Clone for StepMemo<K, T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}
