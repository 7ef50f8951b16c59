//! What a phone makes of servers that are not the organisation's, or that answer badly. It talks to a real TLS
//! listener on loopback, through the facade alone.

use alongside_replica::clock::ManualClock;
use alongside_replica::domain::journal::PublicKey;
use alongside_replica::domain::sync::machine::NoAnswer;
use alongside_replica::domain::time::Moment;
use alongside_replica::keystore::FileKeystore;
use alongside_replica::random::OsRandom;
use alongside_replica::{EnrolError, EnrolTicket, OpenConfig, Replica, TransportError};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// 2 March 2026, 11:05 UTC.
const NOW: Moment = Moment(1_772_449_500_000);

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::<String>::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
}

fn acceptor(authority: &Authority) -> TlsAcceptor {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, authority).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring offers them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a pair");
    TlsAcceptor::from(Arc::new(config))
}

/// A server that answers the first request of each connection with these bytes and hangs up. Its address.
async fn serve(authority: &Authority, answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let acceptor = acceptor(authority);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer).await;
            let _ = stream.shutdown().await;
        }
    });
    format!("https://{address}")
}

fn ticket(url: String, ca_pem: String) -> EnrolTicket {
    let root_key = PublicKey([1; 32]);
    EnrolTicket { url, ca_pem, root_key, code: "0000-0000".to_owned(), issued_ms: NOW }
}

/// Tries to enrol on a phone whose clock shows `wall`.
async fn enrol(wall: Moment, ticket: &EnrolTicket) -> EnrolError {
    let folder = tempfile::tempdir().expect("a folder");
    let keystore = Arc::new(FileKeystore::new(folder.path().join("key")));
    let clock = Arc::new(ManualClock::new(wall));
    let config =
        OpenConfig { folder: folder.path().join("data"), keystore, clock, random: Arc::new(OsRandom) };
    let replica = Replica::open(config).expect("it opens");
    let refused = replica.enrol(ticket).await.expect_err("no such server enrols");
    assert!(replica.me().is_none());
    refused
}

async fn check(answer: &'static [u8], expected: NoAnswer) {
    let authority = authority();
    let url = serve(&authority, answer).await;
    match enrol(NOW, &ticket(url, authority.pem())).await {
        EnrolError::NoAnswer(found) => assert_eq!(found, expected),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_is_broken_or_busy_is_tried_again_later() {
    check(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n", NoAnswer::Busy).await;
    check(b"HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n", NoAnswer::Busy).await;
}

#[tokio::test]
async fn a_page_of_html_is_not_an_answer() {
    let portal = b"HTTP/1.1 200 OK\r\ncontent-length: 27\r\n\r\n<html>Welcome to WiFi</html>";
    check(portal, NoAnswer::NotUnderstood).await;
    check(
        b"HTTP/1.1 302 Found\r\nlocation: https://x/\r\ncontent-length: 0\r\n\r\n",
        NoAnswer::NotUnderstood,
    )
    .await;
}

#[tokio::test]
async fn half_an_answer_or_none_is_no_answer() {
    check(b"HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\nhalf", NoAnswer::Unreachable).await;
    check(b"", NoAnswer::Unreachable).await;
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_not_read_to_its_end() {
    let endless = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n";
    check(endless, NoAnswer::Unreachable).await;
}

#[tokio::test]
async fn nobody_listening_is_no_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let refused = enrol(NOW, &ticket(url, authority().pem())).await;
    assert!(matches!(refused, EnrolError::NoAnswer(NoAnswer::Unreachable)), "{refused:?}");
}

/// 1970, the right time, and 2096.
const CLOCKS: [Moment; 3] = [Moment(0), NOW, Moment(4_000_000_000_000)];

#[tokio::test]
async fn the_organisation_s_own_server_is_known_whatever_the_clock_shows() {
    let authority = authority();
    let url = serve(&authority, b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n").await;
    for wall in CLOCKS {
        let refused = enrol(wall, &ticket(url.clone(), authority.pem())).await;
        assert!(matches!(refused, EnrolError::NoAnswer(NoAnswer::Busy)), "clock {wall}: {refused:?}");
    }
}

#[tokio::test]
async fn a_server_of_another_authority_is_refused_whatever_the_clock_shows() {
    let url = serve(&authority(), b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n").await;
    for wall in CLOCKS {
        let refused = enrol(wall, &ticket(url.clone(), authority().pem())).await;
        assert!(matches!(refused, EnrolError::NoAnswer(NoAnswer::WrongServer)), "clock {wall}: {refused:?}");
    }
}

#[tokio::test]
async fn a_ticket_that_cannot_be_read_says_so_before_anything_is_sent() {
    let bad_authority = enrol(NOW, &ticket("https://127.0.0.1:1".into(), "no certificate".into())).await;
    assert!(matches!(bad_authority, EnrolError::Ticket(TransportError::Authority)), "{bad_authority:?}");
    let no_tls = enrol(NOW, &ticket("http://127.0.0.1:1".into(), authority().pem())).await;
    assert!(!matches!(no_tls, EnrolError::NoAnswer(NoAnswer::Busy)), "{no_tls:?}");
}
