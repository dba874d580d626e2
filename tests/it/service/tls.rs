//! Encryption: who may connect, and certificates that change while the service runs.

use std::io::BufRead as _;

use banmian::config::{ServiceConfig, TlsConfig};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

use crate::ends::Serving;
use crate::service::quick;
use crate::support::{Client, Server, TempDir, messages, program, runtime};

/// A certificate authority.
struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, PEM.
type Signed = (String, String);

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("an authority"))
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    /// Signs a certificate for a name; with `expired` it is valid only in the last century.
    fn sign(&self, name: &str, expired: bool) -> Signed {
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        params.distinguished_name.push(DnType::CommonName, name);
        if expired {
            params.not_before = rcgen::date_time_ymd(1990, 1, 1);
            params.not_after = rcgen::date_time_ymd(1999, 12, 31);
        }
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        (certificate.pem(), key.serialize_pem())
    }
}

fn write(dir: &TempDir, signed: &Signed, client_ca: Option<&Authority>) -> TlsConfig {
    TlsConfig {
        certificate: dir.write("server.pem", signed.0.as_bytes()),
        key: dir.write("server.key", signed.1.as_bytes()),
        client_ca: client_ca.map(|authority| dir.write("clients.pem", authority.pem().as_bytes())),
    }
}

/// Connects and renders. The error describes the failure.
async fn try_render(
    url: &str,
    authority: &Authority,
    client_certificate: Option<&Signed>,
) -> Result<(), String> {
    let mut tls = ClientTlsConfig::new()
        .domain_name("localhost")
        .ca_certificate(Certificate::from_pem(authority.pem()));
    if let Some((certificate, key)) = client_certificate {
        tls = tls.identity(Identity::from_pem(certificate, key));
    }
    let endpoint = Endpoint::from_shared(url.to_owned()).expect("url").tls_config(tls);
    let describe = |error: &dyn std::error::Error| format!("{error}: {:?}", error.source());
    let channel: Channel =
        endpoint.map_err(|e| describe(&e))?.connect().await.map_err(|e| describe(&e))?;
    let mut client = Client::new(channel).max_decoding_message_size(64 << 20);
    messages(&mut client, quick("加密。")).await.1.map_err(|status| format!("{status:?}"))
}

#[test]
fn only_trusting_and_trusted_clients_connect() {
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let dir = TempDir::new();
    let server = ours.sign("localhost", false);
    let plain = Server::start(ServiceConfig {
        tls: Some(write(&dir, &server, None)),
        ..ServiceConfig::default()
    });
    let other = TempDir::new();
    let mutual = ServiceConfig {
        tls: Some(write(&other, &server, Some(&ours))),
        ..ServiceConfig::default()
    };
    let mutual = Server::start(mutual);
    runtime().block_on(async {
        try_render(&plain.url, &ours, None).await.expect("TLS");
        try_render(&plain.url, &theirs, None).await.expect_err("a server that nobody knows");
        let unencrypted = plain.url.replace("https", "http");
        let endpoint = Endpoint::from_shared(unencrypted).expect("url");
        if let Ok(channel) = endpoint.connect().await {
            let mut client = Client::new(channel);
            messages(&mut client, quick("明文。")).await.1.expect_err("plain text at a TLS port");
        }
        try_render(&mutual.url, &ours, Some(&ours.sign("cms", false))).await.expect("mutual TLS");
        try_render(&mutual.url, &ours, None).await.expect_err("no certificate");
        let expired = ours.sign("cms", true);
        try_render(&mutual.url, &ours, Some(&expired)).await.expect_err("an expired certificate");
        let foreign = theirs.sign("cms", false);
        try_render(&mutual.url, &ours, Some(&foreign)).await.expect_err("of another authority");
        try_render(&mutual.url, &ours, Some(&ours.sign("cms", false)))
            .await
            .expect("the server goes on");
    });
}

#[test]
fn certificates_are_reloaded_and_bad_ones_ignored() {
    let (first, second) = (Authority::new("first"), Authority::new("second"));
    let dir = TempDir::new();
    let tls = write(&dir, &first.sign("localhost", false), None);
    let path = |path: &std::path::Path| path.to_str().expect("path").to_owned();
    let (certificate, key) = (path(&tls.certificate), path(&tls.key));
    let args = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--log",
        "off",
        "--tls-certificate",
        &certificate,
        "--tls-key",
        &key,
    ];
    let mut serving = Serving::run(&mut program(&args));
    let reload = |serving: &mut Serving| {
        serving.signal("HUP");
        let mut line = String::new();
        serving.lines.read_line(&mut line).expect("a line");
        line
    };
    runtime().block_on(async {
        try_render(&serving.url, &first, None).await.expect("the first certificate");
        write(&dir, &second.sign("localhost", false), None);
        assert!(reload(&mut serving).contains("reloaded"));
        try_render(&serving.url, &second, None).await.expect("the second certificate");
        try_render(&serving.url, &first, None).await.expect_err("not the first any more");
        // The key of another certificate, then no certificate at all.
        dir.write("server.key", second.sign("localhost", false).1.as_bytes());
        assert!(reload(&mut serving).contains("not reloaded"));
        dir.write(
            "server.pem",
            b"-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n",
        );
        assert!(reload(&mut serving).contains("not reloaded"));
        try_render(&serving.url, &second, None).await.expect("what was in use stays");
    });
}

#[test]
fn bad_certificates_prevent_the_start() {
    let authority = Authority::new("ours");
    let dir = TempDir::new();
    let tls = write(&dir, &authority.sign("localhost", false), None);
    dir.write("server.key", authority.sign("localhost", false).1.as_bytes());
    let empty = dir.write("empty.pem", b"");
    let path = |path: &std::path::Path| path.to_str().expect("path").to_owned();
    for (name, certificate, key) in [
        ("another key", path(&tls.certificate), path(&tls.key)),
        ("no certificate", path(&empty), path(&tls.key)),
        ("no file", path(&dir.path("nowhere.pem")), path(&tls.key)),
    ] {
        let args = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--log",
            "off",
            "--tls-certificate",
            &certificate,
            "--tls-key",
            &key,
        ];
        let ran = crate::support::run(&args);
        assert_eq!(ran.code, Some(2), "{name}: {}", ran.err);
        assert!(ran.err.contains("certificate") && ran.err.contains("证书"), "{name}: {}", ran.err);
        assert!(!ran.out.contains("listening"), "{name}");
    }
}
