//! A call: its caller, until when it may run, and the queue it waits in.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

use crate::proto::StageTime;
use crate::service::language::ResponseLanguage;
use crate::service::response_stream::ResponseTerms;
use crate::service::workers::{QueueClass, QueueKey};

/// Headers of a call that concern its caller.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CallHeaders<'a> {
    /// `authorization`.
    pub(crate) authorization: Option<&'a str>,
    /// `accept-language`.
    pub(crate) accept_language: Option<&'a str>,
    /// `grpc-timeout`.
    pub(crate) timeout: Option<&'a str>,
}

/// Facts about a call: its caller, its deadline, its place in the queue and its details for the
/// log.
#[derive(Clone, Debug)]
pub(crate) struct CallContext {
    /// Name of the tenant; empty where the service has no tenants.
    pub(crate) tenant: Arc<str>,
    /// Jobs of the caller that may wait.
    pub(crate) queue_limit: usize,
    /// Name of its queue: the tenant or the address.
    pub(crate) queue_name: Arc<str>,
    /// Languages of the caller, `accept-language`.
    pub(crate) accept_language: Arc<str>,
    /// Time at which the call ends: the earlier of the caller's and the server's.
    pub(crate) deadline: Instant,
    /// Deadline that the caller asked for, however late; `None` if it named none.
    pub(crate) requested_deadline: Option<Instant>,
    /// True once the connection is about to close: a stream without an end of its own ends then.
    pub(crate) connection_closing: watch::Receiver<bool>,
    /// Notified when a response is past its deadline by `stall_limit` and the caller has stopped
    /// reading.
    pub(crate) stalled: Arc<Notify>,
    /// Time for which a caller may stop reading.
    pub(crate) stall_limit: Duration,
    /// Details for the access log.
    pub(crate) details: Arc<Mutex<CallDetails>>,
}

/// Details of a call for the access log: of a batch, those of its last page.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallDetails {
    /// The page: date and number, or the name of its files.
    pub(crate) page: String,
    /// SHA-256 of the display list.
    pub(crate) layout_hash: String,
    /// Duration of each stage.
    pub(crate) stage_times: Vec<StageTime>,
}

impl CallContext {
    /// Queue of the caller for jobs of a class.
    pub(crate) fn queue_key(&self, class: QueueClass) -> QueueKey {
        QueueKey { caller: Arc::clone(&self.queue_name), class, max_waiting: self.queue_limit }
    }

    /// Terms on which the response is delivered.
    pub(crate) fn delivery(&self) -> ResponseTerms {
        ResponseTerms {
            deadline: self.deadline,
            stalled: Arc::clone(&self.stalled),
            stall_limit: self.stall_limit,
        }
    }

    /// Changes the details for the access log.
    pub(crate) fn update_details(&self, update: impl FnOnce(&mut CallDetails)) {
        update(&mut self.details.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Language of a call whose request names no locale.
    pub(crate) fn default_language(&self) -> ResponseLanguage {
        self.language("")
    }

    /// Language of a call whose request names `locale`; empty for none.
    pub(crate) fn language(&self, locale: &str) -> ResponseLanguage {
        ResponseLanguage::choose(locale, &self.accept_language)
    }
}

/// Name of the queue of a caller without a tenant: its address; of IPv6 the network from which a
/// caller can choose its addresses.
pub(crate) fn queue_name_of(peer: Option<IpAddr>) -> Arc<str> {
    match peer {
        None => "local".into(),
        Some(IpAddr::V4(address)) => address.to_string().into(),
        // A socket for both protocols shows IPv4 callers as mapped addresses, all in one /64: taken
        // as a network they would share one queue.
        Some(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string().into(),
            None => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64").into()
            }
        },
    }
}

/// Deadlines of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallDeadline {
    /// Time at which the call ends.
    pub(crate) effective: Instant,
    /// Deadline that the caller asked for.
    pub(crate) requested: Option<Instant>,
}

/// Deadlines of a call that begins now, by its `grpc-timeout` and the longest time that the server
/// allows.
pub(crate) fn call_deadline(timeout: Option<&str>, longest: Duration) -> CallDeadline {
    let now = Instant::now();
    // A timeout that the clock cannot add counts as none; the limit of the server holds anyway.
    let requested = timeout.and_then(parse_timeout).and_then(|timeout| now.checked_add(timeout));
    let latest = now.checked_add(longest).unwrap_or(now);
    let effective = requested.map_or(latest, |requested| requested.min(latest));
    CallDeadline { effective, requested }
}

/// Parses a `grpc-timeout`: digits and a unit.
fn parse_timeout(text: &str) -> Option<Duration> {
    // `split_at_checked`: the last byte may be part of a longer character.
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
            let left = call_deadline(text, MOST).effective - Instant::now();
            let off = Duration::from_millis(millis).abs_diff(left);
            assert!(off < Duration::from_millis(500), "{text:?}");
        }
    }

    #[test]
    fn addresses_of_one_network_share_a_queue() {
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
