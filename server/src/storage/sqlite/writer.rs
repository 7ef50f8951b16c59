//! One thread that writes. Whatever waits is written in one transaction and synced once (group commit); each
//! piece stands or falls alone, in a savepoint of its own.

use super::connection;
use crate::storage::StorageError;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Tells whoever waits; given the error of the common commit, if there was one.
type Tell = Box<dyn FnOnce(Option<StorageError>) + Send>;
/// One piece of writing: whether it stands, and how to tell.
type Job = Box<dyn FnOnce(&Connection) -> (bool, Tell) + Send>;

/// Most pieces in one commit.
const GROUP_MAX: usize = 64;

/// The thread, and the way to it. Dropping it finishes what was asked for.
pub struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread with an open connection to `path`.
    pub fn start(path: PathBuf, connection: Connection) -> Writer {
        let (jobs, waiting) = channel();
        let thread = std::thread::Builder::new()
            .name("storage-writer".to_owned())
            .spawn(move || write_all(&path, connection, &waiting))
            .expect("the operating system starts a thread");
        Writer { jobs: Some(jobs), thread: Some(thread) }
    }

    /// Does `work` in a transaction; answers once it is durable.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let done = work(connection);
            let stands = done.is_ok();
            let tell = move |failed: Option<StorageError>| {
                // Whoever asked may be gone; what was written stands all the same.
                let _ = tell.send(failed.map_or(done, Err));
            };
            (stands, Box::new(tell))
        });
        self.jobs.as_ref().and_then(|jobs| jobs.send(job).ok()).ok_or(StorageError::Closed)?;
        told.await.map_err(|_| StorageError::Closed)?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by its own hook.
            let _ = thread.join();
        }
    }
}

fn write_all(path: &Path, mut connection: Connection, waiting: &Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let jobs: Vec<Job> = std::iter::once(first)
            .chain(std::iter::from_fn(|| waiting.try_recv().ok()))
            .take(GROUP_MAX)
            .collect();
        let failed = write_group(&connection, jobs);
        // After a failed sync nobody knows what the file holds: this connection's cache must not be believed.
        if failed {
            match connection::open(path) {
                Ok(fresh) => connection = fresh,
                Err(error) => {
                    tracing::error!(%error, "the database cannot be opened again; the store closes");
                    return;
                }
            }
        }
    }
}

/// Whether the common commit failed.
fn write_group(connection: &Connection, jobs: Vec<Job>) -> bool {
    let mut tells = Vec::with_capacity(jobs.len());
    let committed = connection.execute_batch("BEGIN IMMEDIATE").map_err(StorageError::from).and_then(|()| {
        for job in jobs {
            tells.push(write_one(connection, job)?);
        }
        Ok(connection.execute_batch("COMMIT")?)
    });
    let failed = committed.err();
    if failed.is_some() {
        // The engine may have rolled back by itself.
        let _ = connection.execute_batch("ROLLBACK");
    }
    let is_failure = failed.is_some();
    tells.into_iter().for_each(|tell| tell(failed.clone()));
    is_failure
}

fn write_one(connection: &Connection, job: Job) -> Result<Tell, StorageError> {
    connection.execute_batch("SAVEPOINT one")?;
    let (stands, tell) = job(connection);
    if stands {
        connection.execute_batch("RELEASE one")?;
    } else {
        connection.execute_batch("ROLLBACK TO one; RELEASE one")?;
    }
    Ok(tell)
}
