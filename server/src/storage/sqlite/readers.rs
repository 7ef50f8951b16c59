//! A few connections that only read, beside the writer.

use super::connection;
use crate::storage::StorageError;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most connections that are kept open.
const KEPT_MAX: usize = 8;

/// The pool.
#[derive(Clone)]
pub struct Readers {
    path: Arc<PathBuf>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    /// A pool for the database at `path`.
    pub fn of(path: PathBuf) -> Readers {
        Readers { path: Arc::new(path), idle: Arc::default() }
    }

    /// Does `work` on a thread where it may wait for the disk.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let pool = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let connection = pool.take()?;
            let done = work(&connection);
            pool.keep(connection);
            done
        });
        done.await.map_err(|_| StorageError::Closed)?
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Result<Connection, StorageError> {
        let idle = self.idle().pop();
        idle.map_or_else(|| connection::open_reader(&self.path), Ok)
    }

    fn keep(&self, connection: Connection) {
        let mut idle = self.idle();
        if idle.len() < KEPT_MAX {
            idle.push(connection);
        }
    }
}
