//! `alongside serve`: listens, says where in one line of JSON, and ends cleanly when told to.

use crate::app::App;
use crate::backup::{self, BackupError};
use crate::clock::Clock;
use crate::config::Config;
use crate::console::DESK_IDLE_MS;
use crate::files::{self, FileError};
use crate::identity::{Identity, IdentityError};
use crate::init::database;
use crate::plan;
use crate::router::router;
use crate::second_copy::{self, SecondCopy};
use crate::secret::OsRandom;
use crate::storage::{SqliteStore, StorageError};
use crate::tls::{self, TlsError};
use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The identity cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The database cannot be used.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A backup is just being put back.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The address is taken, or not one of this machine.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The listener or a signal handler failed.
    #[error("the listener failed: {0}")]
    Io(#[from] std::io::Error),
}

/// How long requests in progress may take after a signal.
const GRACE: Duration = Duration::from_secs(10);

/// Builds the app from a data folder.
pub fn app(config: &Config) -> Result<App, ServeError> {
    let store = SqliteStore::open(&database(&config.data))?;
    let identity = Identity::load(&config.data)?.writing_in(store.epoch());
    let clock = if config.test_clock { Clock::test() } else { Clock::System };
    let app = App::new(store, clock, OsRandom, identity, config.data.clone());
    app.lease_hours.set(config.lease_hours).expect("the lease is set once");
    Ok(app)
}

/// Looks at everything that [`serve`] would use, and listens nowhere.
pub fn check(config: &Config) -> Result<(), ServeError> {
    app(config)?;
    config.second_copy.as_ref().map(|path| SecondCopy::open(path)).transpose()?;
    if config.tls {
        tls::server_config(&files::read(&config.certificate)?, &files::read(&config.key)?)?;
    }
    Ok(())
}

/// Serves until SIGTERM or SIGINT.
pub async fn serve(config: &Config) -> Result<(), ServeError> {
    let _serving = backup::serving(&config.data)?;
    let app = app(config)?;
    if let Some(path) = &config.second_copy {
        let (copy, entries) = SecondCopy::open(path)?;
        second_copy::bring_back(&app, entries).await?;
        app.second_copy.get_or_init(|| copy);
    }
    // Without the kinds that plans name, no plan could be read: that is said before anybody asks.
    app.kinds.now(&app).await?;
    let (listener, address) = listen(config.listen)?;
    let scheme = if config.tls { "https" } else { "http" };
    let listening = format!("{scheme}://{address}");
    let url = config.public_url.clone().unwrap_or_else(|| listening.clone());
    app.url.set(url).expect("the address is set once");
    let handle = Handle::new();
    tokio::spawn(end_on_signal(handle.clone())?);
    tokio::spawn(forget_desks(app.clone()));
    plan::forget_again(&app).await;
    let routes = router(app);
    announce(&listening)?;
    if config.tls {
        serve_tls(config, listener, handle, routes).await
    } else {
        serve_plain(listener, handle, routes).await
    }
}

/// Overwrites what opens the desks of sessions that are over, also when nobody asks for a page.
async fn forget_desks(app: App) {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    loop {
        minute.tick().await;
        app.desks.forget_unused_since(app.clock.now().plus_ms(-DESK_IDLE_MS));
    }
}

fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |cause| ServeError::Listen { address, cause };
    let listener = TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

async fn serve_tls(
    config: &Config,
    listener: TcpListener,
    handle: Handle<SocketAddr>,
    routes: Router,
) -> Result<(), ServeError> {
    let tls = tls::server_config(&files::read(&config.certificate)?, &files::read(&config.key)?)?;
    let server = axum_server::from_tcp_rustls(listener, RustlsConfig::from_config(tls))?;
    Ok(server.handle(handle).serve(routes.into_make_service()).await?)
}

async fn serve_plain(
    listener: TcpListener,
    handle: Handle<SocketAddr>,
    routes: Router,
) -> Result<(), ServeError> {
    let server = axum_server::from_tcp(listener)?;
    Ok(server.handle(handle).serve(routes.into_make_service()).await?)
}

/// The socket listens already: whoever reads this line can connect.
fn announce(listening: &str) -> Result<(), ServeError> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", serde_json::json!({ "listening": listening }))?;
    Ok(out.flush()?)
}

fn end_on_signal(handle: Handle<SocketAddr>) -> Result<impl Future<Output = ()>, ServeError> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("ending: no new requests");
        handle.graceful_shutdown(Some(GRACE));
    })
}
