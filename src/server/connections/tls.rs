//! TLS: certificates read at the start and at every reload.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::config::TlsConfig;

/// Protocols on offer, the preferred one first.
const ALPN: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Certificates in use; new connections take the newest. Clones share one state.
#[derive(Clone, Debug)]
pub(crate) struct TlsCertificates(Arc<RwLock<Arc<ServerConfig>>>);

impl TlsCertificates {
    /// Reads the files of a configuration.
    ///
    /// # Errors
    /// A file that cannot be read or has no certificate or key, or a key of another certificate; as
    /// text with the name of the file.
    pub(crate) fn read(tls: &TlsConfig) -> Result<Self, String> {
        Ok(Self(Arc::new(RwLock::new(Arc::new(server_config(tls)?)))))
    }

    /// Replaces the certificates by newly read ones.
    pub(crate) fn replace(&self, new: &Self) {
        // Read before the write lock is taken: both locks may be the same.
        let new = new.current();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = new;
    }

    fn current(&self) -> Arc<ServerConfig> {
        // The lock is held while a pointer is copied; nothing panics under it.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Acceptor for the next connection.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.current())
    }
}

fn file_error(path: &Path, what: &dyn std::fmt::Display) -> String {
    format!("{}：证书或密钥有误 / bad certificate or key: {what}", path.display())
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let read = CertificateDer::pem_file_iter(path).map_err(|error| file_error(path, &error))?;
    let certificates: Vec<_> =
        read.collect::<Result<_, _>>().map_err(|error| file_error(path, &error))?;
    if certificates.is_empty() {
        Err(file_error(path, &"no certificate in it"))
    } else {
        Ok(certificates)
    }
}

fn server_config(tls: &TlsConfig) -> Result<ServerConfig, String> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let chain = read_certificates(&tls.certificate)?;
    let key =
        PrivateKeyDer::from_pem_file(&tls.key).map_err(|error| file_error(&tls.key, &error))?;
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let builder = match &tls.client_ca {
        // Without authorities any client may connect; tokens tell callers apart.
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for certificate in read_certificates(path)? {
                roots.add(certificate).map_err(|error| file_error(path, &error))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            let verifier = verifier.build().map_err(|error| file_error(path, &error))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder
        .with_single_cert(chain, key)
        .map_err(|error| file_error(&tls.certificate, &error))?;
    config.alpn_protocols = ALPN.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(config)
}
