//! Bound on the bytes of all requests that are being read, wait or are in work.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of all requests of a service, with their limit.
#[derive(Clone, Debug)]
pub(crate) struct RequestMemory {
    used: Arc<AtomicU64>,
    limit: u64,
}

impl RequestMemory {
    /// Memory of `limit` bytes, none of them in use.
    pub(crate) fn new(limit: u64) -> Self {
        Self { used: Arc::default(), limit }
    }

    /// Bytes of a new request, none so far.
    pub(crate) fn new_request(&self) -> RequestBytes {
        RequestBytes { memory: self.clone(), reserved: AtomicU64::new(0) }
    }
}

/// Bytes of one request; dropping it releases them.
#[derive(Debug)]
pub(crate) struct RequestBytes {
    memory: RequestMemory,
    reserved: AtomicU64,
}

impl RequestBytes {
    /// Reserves more bytes. Returns false if all requests together are over the limit.
    pub(crate) fn reserve(&self, bytes: u64) -> bool {
        let used = self.memory.used.fetch_add(bytes, Ordering::Relaxed) + bytes;
        // Counted even beyond the limit: the bytes are there until the request is dropped.
        self.reserved.fetch_add(bytes, Ordering::Relaxed);
        used <= self.memory.limit
    }
}

impl Drop for RequestBytes {
    fn drop(&mut self) {
        self.memory.used.fetch_sub(*self.reserved.get_mut(), Ordering::Relaxed);
    }
}
