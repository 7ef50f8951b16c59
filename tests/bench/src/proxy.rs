//! Counts what goes between a phone and the server: as it is on the wire, or inside TLS as it is in HTTP.

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// What begins each request of a phone.
const REQUEST: &[u8] = b"POST /v1/";

/// Bytes and requests so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes from the phone.
    pub up: u64,
    /// Bytes to the phone.
    pub down: u64,
    /// Requests; 0 where they are inside TLS.
    pub requests: u64,
}

#[derive(Default)]
struct Counts {
    up: AtomicU64,
    down: AtomicU64,
    requests: AtomicU64,
}

/// A proxy on loopback. It ends with this value.
pub struct Proxy {
    /// Where phones connect to.
    pub address: SocketAddr,
    counts: Arc<Counts>,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// Passes bytes on as they are.
    pub async fn of_wire(server: SocketAddr) -> io::Result<Proxy> {
        Proxy::start(server, None).await
    }

    /// Ends TLS with the server's own certificate, and speaks plain HTTP with the server.
    pub async fn of_http(server: SocketAddr, certificate: &Path, key: &Path) -> io::Result<Proxy> {
        let chain = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect)
            .map_err(io::Error::other)?;
        let key = PrivateKeyDer::from_pem_file(key).map_err(io::Error::other)?;
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(io::Error::other)?;
        Proxy::start(server, Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn start(server: SocketAddr, tls: Option<TlsAcceptor>) -> io::Result<Proxy> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let counts = Arc::new(Counts::default());
        let listening = tokio::spawn(listen(listener, server, tls, Arc::clone(&counts)));
        Ok(Proxy { address, counts, listening })
    }

    /// What has passed so far.
    pub fn traffic(&self) -> Traffic {
        let read = |count: &AtomicU64| count.load(Ordering::SeqCst);
        Traffic {
            up: read(&self.counts.up),
            down: read(&self.counts.down),
            requests: read(&self.counts.requests),
        }
    }
}

impl Traffic {
    /// What has passed since an earlier moment.
    pub fn since(self, earlier: Traffic) -> Traffic {
        Traffic {
            up: self.up - earlier.up,
            down: self.down - earlier.down,
            requests: self.requests - earlier.requests,
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, server: SocketAddr, tls: Option<TlsAcceptor>, counts: Arc<Counts>) {
    while let Ok((phone, _)) = listener.accept().await {
        let (tls, counts) = (tls.clone(), Arc::clone(&counts));
        // A connection that breaks is the phone's to notice.
        tokio::spawn(async move {
            let server = TcpStream::connect(server).await?;
            server.set_nodelay(true)?;
            phone.set_nodelay(true)?;
            match tls {
                None => pass(phone, server, &counts).await,
                Some(tls) => pass(tls.accept(phone).await?, server, &counts).await,
            }
        });
    }
}

async fn pass<P: AsyncRead + AsyncWrite>(phone: P, server: TcpStream, counts: &Counts) -> io::Result<()> {
    let (from_phone, to_phone) = tokio::io::split(phone);
    let (from_server, to_server) = server.into_split();
    let up = copy(from_phone, to_server, &counts.up, Some(&counts.requests));
    let down = copy(from_server, to_phone, &counts.down, None);
    tokio::try_join!(up, down).map(drop)
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    count: &AtomicU64,
    requests: Option<&AtomicU64>,
) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let read = from.read(&mut bytes).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        count.fetch_add(read as u64, Ordering::SeqCst);
        // A phone's client writes the head of a request at once, at the start of a write.
        if let Some(requests) = requests.filter(|_| bytes[..read].starts_with(REQUEST)) {
            requests.fetch_add(1, Ordering::SeqCst);
        }
        to.write_all(&bytes[..read]).await?;
        to.flush().await?;
    }
}
