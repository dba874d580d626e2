//! Request to stop a batch.

use std::sync::atomic::{AtomicU8, Ordering};

/// Request to stop a batch. The first request lets pages in hand finish and begins no other; the
/// second drops the pages in hand.
#[derive(Debug, Default)]
pub(crate) struct StopSignal(AtomicU8);

impl StopSignal {
    /// Requests a stop: a first or a second time.
    pub(crate) fn request(&self) {
        // Saturating, so that many signals do not wrap round to none.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |requests| {
            Some(requests.saturating_add(1))
        });
    }

    /// Requests that no more pages are begun, however often it is called.
    pub(crate) fn finish_current(&self) {
        self.0.fetch_max(1, Ordering::Relaxed);
    }

    /// True if no more pages may be begun.
    pub(crate) fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }

    /// True if pages in hand are to be dropped.
    pub(crate) fn is_immediate(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 1
    }
}
