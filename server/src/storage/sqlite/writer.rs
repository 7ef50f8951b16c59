//! One thread that writes. Whatever waits is written in one transaction and synced once (group commit); each
//! piece stands or falls alone, in a savepoint of its own.

use super::connection;
use crate::storage::StorageError;
use crate::storage::ledger::Ledger;
use rusqlite::Connection;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Tells whoever waits; given the error of the common commit, if there was one.
type Tell = Box<dyn FnOnce(Option<StorageError>) + Send>;
/// One piece of writing: why it does not stand, if so, and how to tell.
type Job = Box<dyn FnOnce(&Connection) -> (Option<StorageError>, Tell) + Send>;

/// Most pieces in one commit.
const GROUP_MAX: usize = 64;
/// Most commits between two tries to write the file anew on a full disk.
const PAUSE_MAX: u64 = 64;

/// The thread, and the way to it. Dropping it finishes what was asked for.
pub struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread with an open connection to `path`.
    pub fn start(path: PathBuf, ledger: Ledger, connection: Connection) -> Writer {
        let (jobs, waiting) = channel();
        let place = Place { path, ledger };
        let thread = std::thread::Builder::new()
            .name("storage-writer".to_owned())
            .spawn(move || write_all(&place, connection, &waiting))
            .expect("the operating system starts a thread");
        Writer { jobs: Some(jobs), thread: Some(thread) }
    }

    /// Does `work` in a transaction; answers once it is durable. It is asked for at once, not when the answer is
    /// awaited: what is asked for first is done first, and may share a transaction with what follows.
    pub fn write<T, W>(&self, work: W) -> impl Future<Output = Result<T, StorageError>> + Send + use<T, W>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let done = work(connection);
            let error = done.as_ref().err().cloned();
            let tell = move |failed: Option<StorageError>| {
                let told = done.and_then(|done| failed.map_or(Ok(done), Err));
                // Whoever asked may be gone; what was written stands all the same.
                let _ = tell.send(told);
            };
            (error, Box::new(tell))
        });
        // A writer that has ended drops the job, and with it the way to tell.
        let _ = self.jobs.as_ref().map(|jobs| jobs.send(job));
        async move { told.await.map_err(|_| StorageError::Closed)? }
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

/// What the thread writes to.
struct Place {
    path: PathBuf,
    ledger: Ledger,
}

impl Place {
    fn open_again(&self) -> Option<Opened> {
        let opened = connection::open(&self.path, &self.ledger).map(Opened::new);
        opened
            .inspect_err(|error| tracing::error!(%error, "the database cannot be opened again for now"))
            .ok()
    }
}

/// A connection, and what is known of its log.
struct Opened {
    connection: Connection,
    log_is_sound: bool,
    /// The last order to erase of whose carrying out the log was emptied since.
    emptied_after: u64,
    /// Commits that pass before the file is written anew, after the disk had no room for it; and how many the next time.
    commits_to_pass: u64,
    pause: u64,
}

impl Opened {
    fn new(connection: Connection) -> Opened {
        Opened { connection, log_is_sound: false, emptied_after: 0, commits_to_pass: 0, pause: 0 }
    }

    /// What a sync that failed did not bring to the disk is read from the cache, and the log goes on behind it: a
    /// loss of power would then end the log there. So the first to write moves what is in the log into the database.
    fn with_sound_log(&mut self) -> Result<&Connection, StorageError> {
        if !self.log_is_sound {
            self.log_is_sound = connection::empty_log(&self.connection)?;
        }
        if self.log_is_sound { Ok(&self.connection) } else { Err(StorageError::Closed) }
    }

    /// Writes the file anew and empties the log if something was erased since, by this process or by another one on
    /// the same file. What stands in the way now is tried again with later commits of any of them. Fails when nobody
    /// knows what the log holds now.
    fn forget_erased(&mut self) -> Result<(), StorageError> {
        let Ok(last) = connection::last_erased(&self.connection) else { return Ok(()) };
        if last <= self.emptied_after {
            return Ok(());
        }
        let is_anew = self.write_anew(last)?;
        let is_emptied = connection::empty_log_soon(&self.connection).unwrap_or(false);
        if is_anew && is_emptied {
            self.emptied_after = last;
        } else {
            tracing::warn!("the file or its log still holds what was erased; it is tried again");
        }
        Ok(())
    }

    /// `false` when the disk has no room for it, or had none a few commits ago: it takes long, and others wait.
    fn write_anew(&mut self, erased: u64) -> Result<bool, StorageError> {
        if self.commits_to_pass > 0 {
            self.commits_to_pass -= 1;
            return Ok(false);
        }
        match connection::write_anew(&self.connection, erased) {
            Err(StorageError::Full) => {
                self.pause = (self.pause * 2).clamp(1, PAUSE_MAX);
                self.commits_to_pass = self.pause;
                Ok(false)
            }
            written => written.map(|()| true),
        }
    }
}

fn write_all(place: &Place, connection: Connection, waiting: &Receiver<Job>) {
    let mut jobs = VecDeque::new();
    let mut connection = Some(Opened::new(connection));
    while let Some(first) = jobs.pop_front().or_else(|| waiting.recv().ok()) {
        jobs.push_front(first);
        while jobs.len() < GROUP_MAX
            && let Ok(next) = waiting.try_recv()
        {
            jobs.push_back(next);
        }
        let Some(mut open) = connection.take().or_else(|| place.open_again()) else {
            // All are told that the store is closed; whoever asks next finds out whether it still is.
            jobs.clear();
            continue;
        };
        let mut tells = Vec::with_capacity(jobs.len());
        let failed = write_jobs(&mut open, &mut jobs, &mut tells).err();
        let is_stuck = failed.is_some() && tells.is_empty();
        // After a failed sync nobody knows what the file holds: a connection's cache must not be believed. Whoever
        // is told of the failure finds the store ready for the next try.
        let is_good = failed.is_none() && open.forget_erased().is_ok();
        connection = if is_good { Some(open) } else { replace(open, place) };
        if is_stuck {
            // Not even the first could begin: all are told that the store is closed, instead of trying for ever.
            jobs.clear();
        }
        tells.into_iter().for_each(|tell| tell(failed.clone()));
    }
}

/// A new connection in place of one that failed.
fn replace(failed: Opened, place: &Place) -> Option<Opened> {
    // The engine may have rolled back by itself.
    let _ = failed.connection.execute_batch("ROLLBACK");
    place.open_again()
}

/// Does the jobs in one transaction. Those that were not begun when it failed stay.
fn write_jobs(
    open: &mut Opened,
    jobs: &mut VecDeque<Job>,
    tells: &mut Vec<Tell>,
) -> Result<(), StorageError> {
    let connection = open.with_sound_log()?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    while let Some(job) = jobs.pop_front() {
        connection.execute_batch("SAVEPOINT one")?;
        let (error, tell) = job(connection);
        tells.push(tell);
        let settled = match error {
            None => connection.execute_batch("RELEASE one"),
            Some(_) => connection.execute_batch("ROLLBACK TO one; RELEASE one"),
        };
        // On a full disk the engine drops the whole transaction: then the job's own error is why.
        settled.map_err(|engine| error.unwrap_or_else(|| engine.into()))?;
    }
    Ok(connection.execute_batch("COMMIT")?)
}
