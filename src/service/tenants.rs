//! Tenants: bearer tokens, and the rate of calls.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::config::{ServiceConfig, TenantConfig};
use crate::error::Error;

/// Name of the setting that limits the calls of a tenant. This quota fills again by itself.
pub(crate) const CALLS_PER_MINUTE: &str = "calls_per_minute";

/// Tenants of a service. Without any, everyone may call and callers are not told apart.
#[derive(Debug, Default)]
pub(crate) struct TenantRegistry {
    tokens: Vec<TokenHash>,
    tenants: Vec<KnownTenant>,
}

/// SHA-256 of a token, with the index of its tenant.
#[derive(Debug)]
struct TokenHash {
    sha256: [u8; 32],
    tenant: usize,
}

/// A tenant with its limits.
#[derive(Debug)]
pub(crate) struct KnownTenant {
    /// Name.
    pub(crate) name: Arc<str>,
    /// Jobs that may wait.
    pub(crate) queue_limit: usize,
    /// Bytes of uploaded pictures.
    pub(crate) pictures_bytes: u64,
    /// Calls in a minute; 0 for any number.
    calls_per_minute: u32,
}

impl KnownTenant {
    fn new(tenant: &TenantConfig, config: &ServiceConfig) -> Self {
        Self {
            name: tenant.name.as_str().into(),
            // 0 in the configuration means that the tenant has no separate limit.
            queue_limit: if tenant.queue == 0 { config.queue } else { tenant.queue },
            pictures_bytes: match tenant.pictures_bytes {
                0 => config.pictures_bytes_per_tenant,
                bytes => bytes,
            },
            calls_per_minute: tenant.calls_per_minute,
        }
    }
}

impl TenantRegistry {
    /// Tenants of a configuration, which has been checked.
    pub(crate) fn new(config: &ServiceConfig) -> Self {
        // A hash that does not parse was rejected with the configuration.
        let mut tokens = Vec::new();
        for (index, tenant) in config.tenants.iter().enumerate() {
            tokens.extend(
                tenant.token_sha256.iter().filter_map(|hex| {
                    Some(TokenHash { sha256: parse_sha256(hex)?, tenant: index })
                }),
            );
        }
        let tenants = config.tenants.iter().map(|tenant| KnownTenant::new(tenant, config));
        Self { tokens, tenants: tenants.collect() }
    }

    /// True if callers need a token.
    pub(crate) fn requires_token(&self) -> bool {
        !self.tenants.is_empty()
    }

    /// Number of tenants.
    pub(crate) fn len(&self) -> usize {
        self.tenants.len()
    }

    /// Tenant with a name.
    pub(crate) fn by_name(&self, name: &str) -> Option<&KnownTenant> {
        self.tenants.iter().find(|tenant| &*tenant.name == name)
    }

    /// Tenant of an `authorization` header.
    ///
    /// # Errors
    /// No bearer token, or one that no tenant has.
    pub(crate) fn authenticate(&self, authorization: Option<&str>) -> Result<&KnownTenant, Error> {
        let token = authorization.and_then(bearer_token).ok_or(Error::Unauthenticated)?;
        let sha256: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        // All hashes are compared, each in constant time, so that the duration reveals nothing.
        let mut tenant = None;
        for known in &self.tokens {
            if bool::from(known.sha256.ct_eq(&sha256)) {
                tenant = Some(known.tenant);
            }
        }
        tenant.and_then(|index| self.tenants.get(index)).ok_or(Error::Unauthenticated)
    }
}

/// Token of `Bearer …`; the scheme in any case (RFC 9110, 11.1).
fn bearer_token(header: &str) -> Option<&str> {
    // More than one space may follow the scheme, hence the trim.
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// Parses 64 hexadecimal digits.
fn parse_sha256(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let pairs = hex.as_bytes().as_chunks::<2>().0;
    if pairs.len() != 32 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// Rate of calls of each tenant: a bucket that fills evenly and holds the calls of a minute.
#[derive(Debug, Default)]
pub(crate) struct CallMeter(Mutex<BTreeMap<Arc<str>, CallBucket>>);

/// Calls that a tenant has left, at a time.
#[derive(Debug)]
struct CallBucket {
    calls: f64,
    filled: Instant,
}

impl CallMeter {
    /// Counts a call.
    ///
    /// # Errors
    /// The bucket of the tenant is empty: its next call is due with the next share of a minute.
    pub(crate) fn count_call(&self, tenant: &KnownTenant, now: Instant) -> Result<(), Error> {
        if tenant.calls_per_minute == 0 {
            return Ok(());
        }
        let capacity = f64::from(tenant.calls_per_minute);
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets
            .entry(Arc::clone(&tenant.name))
            .or_insert(CallBucket { calls: capacity, filled: now });
        // The bucket is filled when a call asks for it, so no timer is needed.
        let since = now.saturating_duration_since(bucket.filled).as_secs_f64();
        // Never more than the calls of a minute, so that a quiet night saves up nothing.
        bucket.calls = (bucket.calls + since * capacity / 60.0).min(capacity);
        bucket.filled = now;
        if bucket.calls < 1.0 {
            return Err(Error::QuotaExceeded {
                setting: CALLS_PER_MINUTE,
                limit: tenant.calls_per_minute.into(),
            });
        }
        bucket.calls -= 1.0;
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
    fn a_token_identifies_its_tenant() {
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
