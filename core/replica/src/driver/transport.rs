//! One attempt to reach the server: HTTPS with the organisation's own authority pinned, and its time, not the
//! phone's, deciding whether its certificate is valid.

use crate::exchange::{Answered, no_answer_of};
use crate::identity::PinnedServer;
use alongside_domain::sync::machine::NoAnswer;
use alongside_domain::sync::messages::WIRE_BYTES_MAX;
use alongside_domain::time::Moment;
use reqwest::header::CONTENT_TYPE;
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, UnixTime, pem::PemObject};
use rustls::time_provider::TimeProvider;
use std::sync::Arc;
use std::time::Duration;

/// How long an answer may take to begin.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a silent connection is kept.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// Asks for the best-known server time, whatever the phone's clock shows.
pub(crate) type BestTime = Arc<dyn Fn() -> Moment + Send + Sync>;

/// The way to the server.
#[derive(Clone)]
pub(crate) struct Transport {
    client: reqwest::Client,
    url: String,
}

/// Why no way to the server can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The pinned authority is not a certificate.
    #[error("the ticket's certificate authority cannot be read: ask the office for a new ticket")]
    Authority,
    /// The address is not one.
    #[error("the ticket's server address cannot be used: ask the office for a new ticket")]
    Address,
}

struct ServerTime(BestTime);

impl std::fmt::Debug for ServerTime {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("ServerTime")
    }
}

impl TimeProvider for ServerTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = (self.0)().0.max(0) / 1000;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds as u64)))
    }
}

impl Transport {
    /// A way to `server`.
    pub(crate) fn to(server: &PinnedServer, time: BestTime) -> Result<Transport, TransportError> {
        let mut roots = RootCertStore::empty();
        let authority = CertificateDer::from_pem_slice(server.ca_pem.as_bytes())
            .map_err(|_| TransportError::Authority)?;
        roots.add(authority).map_err(|_| TransportError::Authority)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_details(provider, Arc::new(ServerTime(time)))
            .with_safe_default_protocol_versions()
            .expect("ring offers TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .https_only(true)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .build()
            .map_err(|_| TransportError::Address)?;
        Ok(Transport { client, url: server.url.clone() })
    }

    /// Sends a signed request.
    pub(crate) async fn sync(&self, request: Vec<u8>) -> Answered {
        self.post("/v1/sync", request).await
    }

    /// Sends an enrolment.
    pub(crate) async fn enrol(&self, request: Vec<u8>) -> Answered {
        self.post("/v1/enrol", request).await
    }

    async fn post(&self, path: &str, body: Vec<u8>) -> Answered {
        let request = self
            .client
            .post(format!("{}{path}", self.url))
            .header(CONTENT_TYPE, "application/cbor")
            .body(body);
        let answer = request.send().await.map_err(|error| no_answer(&error))?;
        match no_answer_of(answer.status().as_u16()) {
            None => read_bounded(answer).await,
            Some(why) => Err(why),
        }
    }
}

async fn read_bounded(mut answer: reqwest::Response) -> Answered {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| no_answer(&error))? {
        if body.len() + chunk.len() > WIRE_BYTES_MAX {
            return Err(NoAnswer::NotUnderstood);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// A certificate of another authority is told from a broken network by the TLS error in the chain of causes.
fn no_answer(error: &reqwest::Error) -> NoAnswer {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(current) = cause {
        if let Some(rustls::Error::InvalidCertificate(_)) = tls_error(current) {
            return NoAnswer::WrongServer;
        }
        cause = current.source();
    }
    NoAnswer::Unreachable
}

/// An I/O error may hold another, which its `source` passes over.
fn tls_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    let inner = || error.downcast_ref::<std::io::Error>()?.get_ref();
    error.downcast_ref().or_else(|| tls_error(inner()?))
}
