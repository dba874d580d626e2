//! Settings of the service.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::config::limits::RequestLimits;

/// More threads than any machine of a newsroom has processors.
const WORKERS_MAX: usize = 1024;

/// Ten years, far from any overflow of clocks.
const SECONDS_MAX: u64 = 315_360_000;

/// Settings of the service. Every limit is finite; a request may ask for less, never for more.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceConfig {
    /// Address on which the service listens.
    pub listen: SocketAddr,
    /// Pages in work at a time. Further ones wait in the queue.
    pub workers: usize,
    /// Requests that may wait. Further ones are rejected.
    pub queue: usize,
    /// Calls in flight over all connections, including those being read or sent: each may hold the
    /// bytes of a message.
    pub calls: u32,
    /// Bytes of all requests that are being read, waiting or in work. A request beyond this is
    /// rejected. Batches and uploads have limits of their own.
    pub requests_bytes: u64,
    /// Seconds that a call may take, waiting and sending included. A caller may ask for less.
    pub deadline_seconds: u64,
    /// Seconds that running requests have after SIGTERM.
    pub grace_seconds: u64,
    /// Seconds between SIGTERM, when the service reports that it is not ready, and the end of
    /// listening: the time a load balancer takes to notice.
    pub notice_seconds: u64,
    /// Connections at a time. Further ones wait in the backlog of the system.
    pub connections: usize,
    /// Connections of one address at a time. A load balancer needs all of them.
    pub connections_per_peer: usize,
    /// Streams on one connection.
    pub streams: u32,
    /// Seconds in which a new connection has to send something and, over TLS, to finish the
    /// handshake.
    pub first_byte_seconds: u64,
    /// Seconds for which a peer may read nothing of an answer.
    pub stall_seconds: u64,
    /// Seconds after which a connection is asked to close, so that callers spread over servers
    /// again.
    pub connection_age_seconds: u64,
    /// Bytes of finished answers kept for identical requests; 0 keeps none.
    pub cache_bytes: u64,
    /// Bytes of uploaded pictures of all callers.
    pub pictures_bytes: u64,
    /// Bytes of uploaded pictures of one caller: a tenant, or all callers where there are no
    /// tenants.
    pub pictures_bytes_per_tenant: u64,
    /// Seconds for which an uploaded picture is kept at most.
    pub pictures_keep_seconds: u64,
    /// Format of the log.
    pub log: LogFormat,
    /// Destination of traces, an OTLP endpoint over gRPC. Needs a program built with `otel`.
    /// `None`: no traces are sent.
    pub otlp: Option<String>,
    /// Origins whose pages browsers may let call the service (CORS); `*` stands for all. None by
    /// default.
    pub origins: Vec<String>,
    /// House style files besides the one in the binary.
    pub house_styles: Vec<PathBuf>,
    /// Folder of a newsroom's fonts.
    pub fonts: Option<PathBuf>,
    /// Encryption. `None`: plain text.
    pub tls: Option<TlsConfig>,
    /// Tenants that may call. Empty: anyone may call.
    pub tenants: Vec<TenantConfig>,
    /// Limits on the content of a request.
    pub limits: RequestLimits,
}

/// Encryption of connections. The files are read again on SIGHUP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// Certificate chain of the server, PEM.
    pub certificate: PathBuf,
    /// Private key of the server, PEM.
    pub key: PathBuf,
    /// Certificate authorities of clients, PEM. If set, a client needs a certificate of one of
    /// them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_ca: Option<PathBuf>,
}

/// A newsroom that calls, identified by its token. Tenants do not see each other's data.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TenantConfig {
    /// Name in logs and metrics: letters, digits, `.`, `_`, `-`.
    pub name: String,
    /// SHA-256 of its bearer tokens, in hexadecimal; two during a change of token. Tokens
    /// themselves are never stored.
    pub token_sha256: Vec<String>,
    /// Calls per minute. 0: unlimited.
    #[serde(default)]
    pub calls_per_minute: u32,
    /// Requests that may wait in the queue. 0: the limit of the queue.
    #[serde(default)]
    pub queue: usize,
    /// Bytes of its uploaded pictures. 0: `pictures_bytes_per_tenant`.
    #[serde(default)]
    pub pictures_bytes: u64,
    /// House styles of this tenant, besides the common ones.
    #[serde(default)]
    pub house_styles: Vec<PathBuf>,
    /// Font folder of this tenant, replacing the common one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fonts: Option<PathBuf>,
}

/// Format of the log, which goes to standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    #[default]
    Json,
    /// One readable line for each event.
    Text,
    /// Internal errors only.
    Off,
}

impl Default for ServiceConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 50051)),
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            queue: 64,
            calls: 512,
            requests_bytes: 256 << 20,
            deadline_seconds: 120,
            grace_seconds: 20,
            notice_seconds: 0,
            connections: 1024,
            connections_per_peer: 1024,
            streams: 64,
            first_byte_seconds: 10,
            stall_seconds: 60,
            connection_age_seconds: 3600,
            cache_bytes: 64 << 20,
            pictures_bytes: 1 << 30,
            pictures_bytes_per_tenant: 512 << 20,
            pictures_keep_seconds: 24 * 3600,
            log: LogFormat::default(),
            otlp: None,
            origins: Vec::new(),
            house_styles: Vec::new(),
            fonts: None,
            tls: None,
            tenants: Vec::new(),
            limits: RequestLimits::default(),
        }
    }
}

impl ServiceConfig {
    /// Checks the values of the settings.
    ///
    /// # Errors
    /// The first value that is out of range or contradictory, with the name of its setting.
    pub fn check(&self) -> Result<(), String> {
        let positive = [
            ("workers", self.workers as u64),
            ("queue", self.queue as u64),
            ("calls", u64::from(self.calls)),
            ("requests_bytes", self.requests_bytes),
            ("deadline_seconds", self.deadline_seconds),
            ("connections", self.connections as u64),
            ("connections_per_peer", self.connections_per_peer as u64),
            ("streams", u64::from(self.streams)),
            ("first_byte_seconds", self.first_byte_seconds),
            ("stall_seconds", self.stall_seconds),
            ("connection_age_seconds", self.connection_age_seconds),
            ("pictures_keep_seconds", self.pictures_keep_seconds),
        ];
        // Zero would reject every call or end every connection at once.
        if let Some((name, _)) = positive.iter().find(|(_, value)| *value == 0) {
            return Err(format!("{name}: 应大于 0 / must be greater than 0"));
        }
        let may_be_zero =
            [("grace_seconds", self.grace_seconds), ("notice_seconds", self.notice_seconds)];
        // Picked by name, so that a setting added later is not forgotten here.
        let durations = positive.iter().chain(&may_be_zero);
        for (name, value) in durations.filter(|(name, _)| name.ends_with("_seconds")) {
            if *value > SECONDS_MAX {
                return Err(format!("{name}: 至多 {SECONDS_MAX} / must be at most {SECONDS_MAX}"));
            }
        }
        if self.workers > WORKERS_MAX {
            return Err(format!("workers: 至多 {WORKERS_MAX} / must be at most {WORKERS_MAX}"));
        }
        self.check_tenants()
    }

    /// Checks that names and tokens of tenants are well formed and not used twice.
    fn check_tenants(&self) -> Result<(), String> {
        let mut seen_sums: Vec<&str> = Vec::new();
        for (k, tenant) in self.tenants.iter().enumerate() {
            let error =
                |what: &str| Err(format!("tenants[{k}] {}: {what}", tenant.name.escape_debug()));
            // Names become labels of metrics and fields of the log, where other characters need
            // escaping.
            let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            if tenant.name.is_empty()
                || tenant.name.len() > 64
                || !tenant.name.chars().all(is_plain)
            {
                return error(
                    "名称只能用 1 至 64 个字母、数字和 . _ - / name: only letters, digits and . _ - are allowed, 1 to 64 of them",
                );
            }
            if self.tenants[..k].iter().any(|other| other.name == tenant.name) {
                return error("名称重复 / duplicate name");
            }
            if tenant.token_sha256.is_empty() {
                return error("没有 token_sha256 / no token_sha256");
            }
            for sum in &tenant.token_sha256 {
                if sum.len() != 64 || !sum.bytes().all(|b| b.is_ascii_hexdigit()) {
                    return error(
                        "token_sha256 应为 64 位十六进制数字 / token_sha256 must be 64 hexadecimal digits",
                    );
                }
                // The token alone names the tenant, so it must not belong to two.
                if seen_sums.iter().any(|seen| seen.eq_ignore_ascii_case(sum)) {
                    return error("令牌重复 / duplicate token");
                }
                seen_sums.push(sum);
            }
        }
        Ok(())
    }
}
