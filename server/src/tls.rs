//! The organisation's own certificate authority and the server's TLS certificate.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;

/// A new authority and a server certificate that it signed, all PEM.
pub struct NewTls {
    /// The authority's certificate: phones pin it.
    pub ca: String,
    /// The authority's private key: kept with the organisation's root.
    pub ca_key: String,
    /// The server's certificate.
    pub certificate: String,
    /// The server's private key.
    pub key: String,
}

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A host name that no certificate can hold, or a key that could not be made.
    #[error("the TLS certificate could not be made: {0}")]
    Make(#[from] rcgen::Error),
    /// A PEM file that cannot be read.
    #[error("the TLS {what} is not valid PEM")]
    Pem {
        /// Certificate or key.
        what: &'static str,
    },
    /// A certificate and key that do not go together.
    #[error("the TLS certificate and key cannot be used: {0}")]
    Refused(#[from] rustls::Error),
}

fn named(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

/// Makes an authority for `organisation` and a certificate for `hosts` (names or addresses).
pub fn create(organisation: &str, hosts: &[String]) -> Result<NewTls, TlsError> {
    let ca_key = KeyPair::generate()?;
    let mut ca = CertificateParams::new(Vec::new())?;
    ca.distinguished_name = named(&format!("{organisation} Alongside CA"));
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let ca_certificate = ca.self_signed(&ca_key)?;
    let key = KeyPair::generate()?;
    let mut server = CertificateParams::new(hosts.to_vec())?;
    server.distinguished_name = named("Alongside server");
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let certificate = server.signed_by(&key, &Issuer::from_params(&ca, &ca_key))?;
    Ok(NewTls {
        ca: ca_certificate.pem(),
        ca_key: ca_key.serialize_pem(),
        certificate: certificate.pem(),
        key: key.serialize_pem(),
    })
}

/// The listener's configuration. The ring provider must be installed.
pub fn server_config(certificate_pem: &[u8], key_pem: &[u8]) -> Result<Arc<ServerConfig>, TlsError> {
    let chain = CertificateDer::pem_slice_iter(certificate_pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| TlsError::Pem { what: "certificate" })?;
    let key = PrivateKeyDer::from_pem_slice(key_pem).map_err(|_| TlsError::Pem { what: "key" })?;
    let mut config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Makes ring the process's cryptography. Doing it twice is harmless.
pub fn install_provider() {
    // An error means that it is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
