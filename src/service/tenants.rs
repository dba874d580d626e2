//! Who may call: bearer tokens, and how often.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::config::{ServiceConfig, TenantConfig};
use crate::error::Error;

/// Name of the setting that limits the calls of a tenant. This quota fills again by itself.
pub(crate) const CALLS_PER_MINUTE: &str = "calls_per_minute";

/// The tenants of a service. Without any, everyone may call and nobody is told apart.
#[derive(Debug, Default)]
pub(crate) struct TenantRegistry {
    /// By token: its hash, and the place of its tenant.
    tokens: Vec<([u8; 32], usize)>,
    tenants: Vec<KnownTenant>,
}

/// A tenant as calls know it.
#[derive(Debug)]
pub(crate) struct KnownTenant {
    /// Its name.
    pub(crate) name: Arc<str>,
    /// Its jobs that may wait.
    pub(crate) queue_limit: usize,
    /// Bytes of its uploaded pictures.
    pub(crate) pictures_bytes: u64,
    calls_per_minute: u32,
}

impl TenantRegistry {
    /// The tenants of a configuration that was checked.
    pub(crate) fn new(config: &ServiceConfig) -> Self {
        let mut tokens = Vec::new();
        for (at, tenant) in config.tenants.iter().enumerate() {
            tokens.extend(
                tenant.token_sha256.iter().filter_map(|sum| Some((parse_sha256(sum)?, at))),
            );
        }
        let known = |tenant: &TenantConfig| KnownTenant {
            name: tenant.name.as_str().into(),
            queue_limit: if tenant.queue == 0 { config.queue } else { tenant.queue },
            pictures_bytes: match tenant.pictures_bytes {
                0 => config.pictures_bytes_per_tenant,
                bytes => bytes,
            },
            calls_per_minute: tenant.calls_per_minute,
        };
        Self { tokens, tenants: config.tenants.iter().map(known).collect() }
    }

    /// Whether callers have to show who they are.
    pub(crate) fn requires_token(&self) -> bool {
        !self.tenants.is_empty()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.tenants.len()
    }

    /// The tenant of a name.
    pub(crate) fn by_name(&self, name: &str) -> Option<&KnownTenant> {
        self.tenants.iter().find(|tenant| &*tenant.name == name)
    }

    /// The tenant of an `authorization` header.
    ///
    /// # Errors
    /// No bearer token, or one that nobody has.
    pub(crate) fn authenticate(&self, authorization: Option<&str>) -> Result<&KnownTenant, Error> {
        let token = authorization.and_then(bearer_token).ok_or(Error::Unauthenticated)?;
        let sum: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        // All are compared, each in constant time: how long it takes tells nothing of any.
        let mut found = None;
        for (known, at) in &self.tokens {
            if bool::from(known.ct_eq(&sum)) {
                found = Some(*at);
            }
        }
        found.and_then(|at| self.tenants.get(at)).ok_or(Error::Unauthenticated)
    }
}

/// The token of `Bearer …`; the scheme in any case (RFC 9110, 11.1).
fn bearer_token(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn parse_sha256(hex: &str) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    let pairs = hex.as_bytes().as_chunks::<2>().0;
    if pairs.len() != 32 {
        return None;
    }
    for (byte, pair) in out.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(out)
}

/// Calls of each tenant: a bucket that fills evenly and holds a minute's worth.
#[derive(Debug, Default)]
pub(crate) struct CallMeter(Mutex<BTreeMap<Arc<str>, (f64, Instant)>>);

impl CallMeter {
    /// Counts a call.
    ///
    /// # Errors
    /// The tenant has used up its calls: the next one comes with its share of a minute.
    pub(crate) fn count_call(&self, tenant: &KnownTenant, now: Instant) -> Result<(), Error> {
        let most = f64::from(tenant.calls_per_minute);
        if tenant.calls_per_minute == 0 {
            return Ok(());
        }
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, at) = buckets.entry(Arc::clone(&tenant.name)).or_insert((most, now));
        let since = now.saturating_duration_since(*at).as_secs_f64();
        *left = (*left + since * most / 60.0).min(most);
        *at = now;
        if *left < 1.0 {
            return Err(Error::QuotaExceeded {
                setting: CALLS_PER_MINUTE,
                limit: tenant.calls_per_minute.into(),
            });
        }
        *left -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use sha2::{Digest as _, Sha256};

    use super::{CallMeter, TenantRegistry};
    use crate::config::ServiceConfig;
    use crate::error::Error;

    fn sum(token: &str) -> String {
        Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02X}")).collect()
    }

    fn tenants() -> TenantRegistry {
        let text = format!(
            "[[tenants]]\nname = \"day\"\ntoken_sha256 = [\"{}\", \"{}\"]\ncalls_per_minute = 2\n\
             [[tenants]]\nname = \"night\"\ntoken_sha256 = [\"{}\"]\nqueue = 3\n",
            sum("one"),
            sum("two"),
            sum("three")
        );
        TenantRegistry::new(&ServiceConfig::from_toml(&text).expect("config"))
    }

    #[test]
    fn tokens_open_their_own_door() {
        let tenants = tenants();
        for (header, name) in [
            (Some("Bearer one"), Ok("day")),
            (Some("bearer two"), Ok("day")),
            (Some("BEARER  three"), Ok("night")),
            (Some("Bearer four"), Err(Error::Unauthenticated)),
            (Some("Bearer "), Err(Error::Unauthenticated)),
            (Some("Basic one"), Err(Error::Unauthenticated)),
            (Some("one"), Err(Error::Unauthenticated)),
            (None, Err(Error::Unauthenticated)),
        ] {
            let found = tenants.authenticate(header).map(|tenant| &*tenant.name);
            assert_eq!(found, name, "{header:?}");
        }
        assert_eq!(tenants.by_name("night").map(|tenant| tenant.queue_limit), Some(3));
    }

    #[test]
    fn calls_are_counted_by_the_minute() {
        let (tenants, meter, start) = (tenants(), CallMeter::default(), Instant::now());
        let day = tenants.by_name("day").expect("day");
        let at = |seconds| meter.count_call(day, start + Duration::from_secs(seconds)).is_ok();
        assert_eq!(
            [at(0), at(0), at(1), at(30), at(31), at(61)],
            [true, true, false, true, false, true]
        );
        let night = tenants.by_name("night").expect("night");
        assert!((0..1000).all(|_| meter.count_call(night, start).is_ok()), "no limit");
    }
}
