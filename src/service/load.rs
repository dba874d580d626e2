//! Load of a service at the moment.

/// Load of a service at the moment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CurrentLoad {
    /// Jobs of the worker pool.
    pub(crate) jobs: JobLoad,
    /// Cached responses.
    pub(crate) answers: MemoryUse,
    /// Uploaded pictures.
    pub(crate) pictures: MemoryUse,
    /// Resident memory of the process, in bytes; 0 if the system does not report it.
    pub(crate) resident_bytes: u64,
    /// True if the service takes work.
    pub(crate) ready: bool,
}

/// Jobs of a worker pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct JobLoad {
    /// Jobs in the queue.
    pub(crate) waiting: usize,
    /// Jobs in work.
    pub(crate) running: usize,
}

/// Things kept in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MemoryUse {
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Their number.
    pub(crate) count: usize,
}

/// Resident memory of this process, in bytes; 0 where the system does not report it.
pub(crate) fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

#[cfg(test)]
mod tests {
    use super::resident_bytes;

    #[test]
    fn memory_is_reported_where_the_system_reports_it() {
        assert_eq!(std::path::Path::new("/proc/self/status").exists(), resident_bytes() > 0);
    }
}
