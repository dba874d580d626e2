//! Number of this run of the program, which makes its request and incident ids unique.

use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// Returns a number that no other run of the program has: its second of start and its process id.
pub(crate) fn run_id() -> u64 {
    static RUN_ID: OnceLock<u64> = OnceLock::new();
    *RUN_ID.get_or_init(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        since << 20 | u64::from(std::process::id()) & 0xf_ffff
    })
}
