//! Liveness and readiness. Ready means that the database can be read and its disk has room.

use crate::app::App;
use axum::extract::State;
use axum::http::StatusCode;

/// Least free bytes on the data folder's disk for the server to count as ready.
const FREE_BYTES_MIN: u64 = 64 * 1024 * 1024;

/// The process answers.
pub async fn livez() -> &'static str {
    "ok\n"
}

/// The database can be read, and there is room to write.
pub async fn readyz(State(app): State<App>) -> (StatusCode, &'static str) {
    if let Err(error) = app.store.probe().await {
        tracing::error!(%error, "not ready");
        return (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be read\n");
    }
    match free_bytes(&app).await {
        Some(free) if free < FREE_BYTES_MIN => (StatusCode::SERVICE_UNAVAILABLE, "the disk is nearly full\n"),
        None => (StatusCode::SERVICE_UNAVAILABLE, "the disk cannot be looked at\n"),
        Some(_) => (StatusCode::OK, "ready\n"),
    }
}

async fn free_bytes(app: &App) -> Option<u64> {
    let data = app.data.clone();
    tokio::task::spawn_blocking(move || {
        let found = rustix::fs::statvfs(&data).ok()?;
        Some(found.f_bavail.saturating_mul(found.f_frsize))
    })
    .await
    .ok()?
}
