//! The settings of the service.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::config::RequestLimits;

/// The service's settings. Every one is finite; a request may ask for less, never for more.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceConfig {
    /// Where the service listens.
    pub listen: SocketAddr,
    /// Pages in work at a time; more waits in the queue.
    pub workers: usize,
    /// Requests that may wait; more is turned away.
    pub queue: usize,
    /// Calls in flight over all connections, those that are being read or sent too: each may hold a message's bytes.
    pub calls: u32,
    /// Bytes of all requests that are being read, wait or are in work; a request beyond is turned away. Batches and
    /// uploads have bounds of their own.
    pub requests_bytes: u64,
    /// Seconds a call may take, waiting and sending included; a caller may ask for less.
    pub deadline_seconds: u64,
    /// Seconds that running requests have after SIGTERM.
    pub grace_seconds: u64,
    /// Seconds between SIGTERM, from which the service says that it is not ready, and the end of listening:
    /// the time that a load balancer takes to notice.
    pub notice_seconds: u64,
    /// Connections at a time; what is beyond waits in the system's backlog.
    pub connections: usize,
    /// Connections of one address at a time; a load balancer needs all of them.
    pub connections_per_peer: usize,
    /// Streams on one connection.
    pub streams: u32,
    /// Seconds in which a new connection has to say something and, over TLS, to shake hands.
    pub first_byte_seconds: u64,
    /// Seconds for which a peer may take nothing of what is sent to it.
    pub stall_seconds: u64,
    /// Seconds after which a connection is asked to go, so that callers spread over servers anew.
    pub connection_age_seconds: u64,
    /// Bytes of finished answers that are kept for the same request again; 0 keeps none.
    pub cache_bytes: u64,
    /// Bytes of uploaded pictures in all.
    pub pictures_bytes: u64,
    /// Bytes of uploaded pictures of one caller: a tenant, or all callers where there are none.
    pub pictures_bytes_per_tenant: u64,
    /// Seconds that an uploaded picture is kept at most.
    pub pictures_keep_seconds: u64,
    /// How the log is written.
    pub log: LogFormat,
    /// Where traces go, an OTLP endpoint over gRPC; needs a program built with `otel`. None by default: nothing calls out.
    pub otlp: Option<String>,
    /// Origins whose pages browsers may let call the service (CORS); `*` stands for all. None by default.
    pub origins: Vec<String>,
    /// House style files beside the one in the binary.
    pub house_styles: Vec<PathBuf>,
    /// The folder of a newsroom's own faces.
    pub fonts: Option<PathBuf>,
    /// Encryption; plain text if not given.
    pub tls: Option<TlsConfig>,
    /// Who may call. None: everyone.
    pub tenants: Vec<TenantConfig>,
    /// How much a request may hold.
    pub limits: RequestLimits,
}

/// Encryption of connections. The files are read again at SIGHUP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// The chain of the server's certificate, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// Authorities of clients, PEM: with it a client needs a certificate of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_ca: Option<PathBuf>,
}

/// A newsroom that calls, known by its token; what is its own no other tenant sees.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TenantConfig {
    /// Its name, in logs and figures: letters, digits, `.`, `_`, `-`.
    pub name: String,
    /// SHA-256 of its bearer tokens, in hexadecimal: two while one takes the place of the other. Tokens themselves are
    /// never written down.
    pub token_sha256: Vec<String>,
    /// Calls a minute. 0: as many as come.
    #[serde(default)]
    pub calls_per_minute: u32,
    /// Its requests that may wait in the queue. 0: the queue's own limit.
    #[serde(default)]
    pub queue: usize,
    /// Bytes of its uploaded pictures. 0: as `pictures_bytes_per_tenant`.
    #[serde(default)]
    pub pictures_bytes: u64,
    /// House styles of its own, beside the common ones.
    #[serde(default)]
    pub house_styles: Vec<PathBuf>,
    /// A folder of faces of its own, instead of the common one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fonts: Option<PathBuf>,
}

/// How the log is written, to standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// A JSON object a line.
    #[default]
    Json,
    /// A line for people.
    Text,
    /// Nothing but defects.
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
    /// What cannot be meant, by the name of the setting.
    ///
    /// # Errors
    /// The first of it.
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
        if let Some((name, _)) = positive.iter().find(|(_, value)| *value == 0) {
            return Err(format!("{name}: 应大于 0 / must be above 0"));
        }
        let free = [("grace_seconds", self.grace_seconds), ("notice_seconds", self.notice_seconds)];
        let all = positive.iter().chain(&free);
        for (name, value) in all.filter(|(name, _)| name.ends_with("_seconds")) {
            // Ten years: far from any overflow of clocks.
            if *value > 315_360_000 {
                return Err(format!("{name}: {value} 过大 / too large"));
            }
        }
        if self.workers > WORKERS_MOST {
            return Err(format!("workers: {} > {WORKERS_MOST}", self.workers));
        }
        self.check_tenants()
    }

    fn check_tenants(&self) -> Result<(), String> {
        let mut sums: Vec<&str> = Vec::new();
        for (at, tenant) in self.tenants.iter().enumerate() {
            let told = |what: &str| format!("tenants[{at}] {}: {what}", tenant.name.escape_debug());
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            if tenant.name.is_empty() || tenant.name.len() > 64 || !tenant.name.chars().all(plain) {
                return Err(told(
                    "名称只能用字母、数字和 . _ - / name: letters, digits and . _ - only",
                ));
            }
            if self.tenants[..at].iter().any(|other| other.name == tenant.name) {
                return Err(told("名称重复 / the name is used twice"));
            }
            if tenant.token_sha256.is_empty() {
                return Err(told("没有 token_sha256 / no token_sha256"));
            }
            for sum in &tenant.token_sha256 {
                if sum.len() != 64 || !sum.bytes().all(|b| b.is_ascii_hexdigit()) {
                    return Err(told(
                        "token_sha256 应为 64 位十六进制数字 / must be 64 hexadecimal digits",
                    ));
                }
                if sums.iter().any(|known| known.eq_ignore_ascii_case(sum)) {
                    return Err(told("口令重复 / the token is used twice"));
                }
                sums.push(sum);
            }
        }
        Ok(())
    }
}

/// More threads than any machine of a newsroom has processors.
const WORKERS_MOST: usize = 1024;
