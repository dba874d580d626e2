//! Who calls, and what the call brings along beside its message.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

use crate::proto::StageTime;
use crate::service::language::ReplyLanguage;
use crate::service::workers::QueueKey;

/// Who calls. Made once at the door, for gRPC and HTTP alike.
#[derive(Clone, Debug)]
pub(crate) struct CallerIdentity {
    /// The tenant; empty where the service knows none.
    pub(crate) tenant: Arc<str>,
    /// Jobs of the caller that may wait.
    pub(crate) queue_limit: usize,
    /// The line it waits in: its tenant, or its address.
    pub(crate) queue_name: Arc<str>,
    /// What the caller likes to read, `accept-language`.
    pub(crate) accept_language: Arc<str>,
    /// When the call has to be over.
    pub(crate) deadline: Instant,
    /// When the caller itself wants it to be over, however long that is.
    pub(crate) requested_deadline: Option<Instant>,
    /// True once the connection is to end: a stream without an end of its own ends then.
    pub(crate) connection_closing: watch::Receiver<bool>,
    /// Told when an answer is over for `patience` and still not taken.
    pub(crate) stalled: Arc<Notify>,
    /// How long a peer may take nothing.
    pub(crate) stall_limit: Duration,
    /// What the log tells of it.
    pub(crate) details: Arc<Mutex<CallDetails>>,
}

/// What the log tells of a call: of a batch, its last page.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallDetails {
    /// The page: date and number, or the name that its files are to have.
    pub(crate) page: String,
    /// The hash of its layout.
    pub(crate) layout_hash: String,
    /// What each stage took.
    pub(crate) stage_times: Vec<StageTime>,
}

impl CallerIdentity {
    /// The line of an interactive call, or of pages of a batch.
    pub(crate) fn queue_key(&self, batch: bool) -> QueueKey {
        QueueKey { caller: Arc::clone(&self.queue_name), batch, max_waiting: self.queue_limit }
    }

    /// When its answer has to be taken, and what becomes of a connection on which it is not.
    pub(crate) fn delivery(&self) -> (Instant, Arc<Notify>, Duration) {
        (self.deadline, Arc::clone(&self.stalled), self.stall_limit)
    }

    /// Tells the log what the call is about.
    pub(crate) fn update_details(&self, about: impl FnOnce(&mut CallDetails)) {
        about(&mut self.details.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The language of a call that names `locale`.
    pub(crate) fn language(&self, locale: &str) -> ReplyLanguage {
        ReplyLanguage::choose(locale, &self.accept_language)
    }
}

/// The line of a caller without a tenant: its address, of IPv6 the network it can choose addresses from.
pub(crate) fn queue_name_of(peer: Option<IpAddr>) -> Arc<str> {
    match peer {
        None => "local".into(),
        Some(IpAddr::V4(address)) => address.to_string().into(),
        Some(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string().into(),
            None => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64").into()
            }
        },
    }
}

/// When a call has to be over: its `grpc-timeout`, digits and a unit, but never later than the server allows.
/// The second is what the caller asks for by itself.
pub(crate) fn call_deadline(timeout: Option<&str>, most: Duration) -> (Instant, Option<Instant>) {
    let now = Instant::now();
    let asked = timeout.and_then(parse_timeout).and_then(|asked| now.checked_add(asked));
    let latest = now.checked_add(most).unwrap_or(now);
    (asked.map_or(latest, |asked| asked.min(latest)), asked)
}

fn parse_timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count.checked_mul(3600)?)),
        "M" => Some(Duration::from_secs(count.checked_mul(60)?)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{call_deadline, queue_name_of};

    #[test]
    fn deadlines_are_read_in_every_unit_and_capped() {
        const MOST: Duration = Duration::from_secs(100);
        for (text, millis) in [
            (Some("2S"), 2_000),
            (Some("1500m"), 1_500),
            (Some("1M"), 60_000),
            (Some("3000000u"), 3_000),
            (Some("1H"), 100_000),
            (Some("99999999999999999999H"), 100_000),
            (Some(""), 100_000),
            (Some("S"), 100_000),
            (Some("5x"), 100_000),
            (Some("五S"), 100_000),
            (None, 100_000),
        ] {
            let left = call_deadline(text, MOST).0 - Instant::now();
            let off = Duration::from_millis(millis).abs_diff(left);
            assert!(off < Duration::from_millis(500), "{text:?}");
        }
    }

    #[test]
    fn addresses_of_one_network_share_a_line() {
        for (address, line) in [
            ("10.0.0.7", "10.0.0.7"),
            ("::ffff:10.0.0.7", "10.0.0.7"),
            ("2001:db8:1:2:3::9", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(&*queue_name_of(address.parse().ok()), line);
        }
        assert_eq!(&*queue_name_of(None), "local");
    }
}
