//! Opens the database file: pragmas, version, migration; and says what went wrong in the store's own words.

use super::column::integer;
use super::schema::STEPS;
use super::{ended, erasures};
use crate::storage::StorageError;
use crate::storage::ledger::Ledger;
use rusqlite::backup::Backup;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, params};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

/// How long to wait for others who use the file.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait for readers when what is waited for can be tried again soon.
const SHORT_PATIENCE: Duration = Duration::from_secs(1);

/// Opens the database for writing; makes or migrates it first, and does again what the ledger says.
pub fn open(path: &Path, ledger: &Ledger) -> Result<Connection, StorageError> {
    make_private(path)?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    migrate(&mut connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // What is deleted is overwritten, and no copy of it goes to a file of its own.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(64);
    catch_up(&mut connection, ledger)?;
    Ok(connection)
}

/// Carries out what the ledger has and the database has not.
fn catch_up(connection: &mut Connection, ledger: &Ledger) -> Result<(), StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    erasures::catch_up(&transaction, ledger)?;
    ended::catch_up(&transaction, ledger)?;
    let erased = last_erased(&transaction)?;
    transaction.commit()?;
    if erased == 0 {
        return Ok(());
    }
    // A full disk must not keep the store from opening.
    if let Err(error) = write_anew(connection, erased) {
        tracing::warn!(%error, "the database could not be written anew yet after an erasure");
    }
    // A process that ended between erasing and emptying the log has left it so.
    if !empty_log(connection)? {
        tracing::warn!("the log of the database still holds what was erased: somebody else reads it");
    }
    Ok(())
}

/// The last order to erase that was carried out here, by whichever process; 0 when there was none.
pub fn last_erased(connection: &Connection) -> Result<u64, StorageError> {
    let mut last = connection.prepare_cached("SELECT MAX(version) FROM erased")?;
    let last: Option<i64> = last.query_row([], |row| row.get(0))?;
    Ok(last.map_or(0, i64::unsigned_abs))
}

/// The counter of the last order to erase after which the file was written anew.
const WRITTEN_ANEW: &str = "written_anew_after_erasure";

/// Writes the file anew, unless that was done since the order `erased` was carried out. The engine overwrites what it
/// deletes, but not what it leaves behind where it moves a row to another page of its tree: of a row that was moved
/// before it was erased, a copy stands in the unused part of a page.
pub fn write_anew(connection: &Connection, erased: u64) -> Result<(), StorageError> {
    let sql = "SELECT COALESCE(MAX(value), 0) FROM counter WHERE name = ?1";
    let last: i64 = connection.query_row(sql, [WRITTEN_ANEW], |row| row.get(0))?;
    if last.unsigned_abs() >= erased {
        return Ok(());
    }
    connection.execute_batch("VACUUM")?;
    let sql = "INSERT INTO counter (name, value) VALUES (?1, ?2)
               ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)";
    connection.execute(sql, params![WRITTEN_ANEW, integer(erased)])?;
    Ok(())
}

/// Moves the log into the database and empties it: nothing of what was deleted is left in it. `false` when a reader
/// stood in the way.
pub fn empty_log(connection: &Connection) -> Result<bool, StorageError> {
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(busy == 0)
}

/// As [`empty_log`], but does not hold up who writes: a reader who takes long stands in the way.
pub fn empty_log_soon(connection: &Connection) -> Result<bool, StorageError> {
    connection.busy_timeout(SHORT_PATIENCE)?;
    let emptied = empty_log(connection);
    connection.busy_timeout(PATIENCE)?;
    emptied
}

/// Opens an existing database for reading only.
pub fn open_reader(path: &Path) -> Result<Connection, StorageError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Copies a database to a new file, in one snapshot, without holding up who writes.
pub fn copy(from: &Path, to: &Path) -> Result<(), StorageError> {
    make_private(to)?;
    let (source, mut copy) = (open_reader(from)?, Connection::open(to)?);
    Backup::new(&source, &mut copy)?.step(-1)?;
    Ok(())
}

/// Reads the whole file.
pub fn check_file(db: &Connection) -> Result<(), StorageError> {
    let found: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(StorageError::Damaged) }
}

/// Makes the file readable by its owner only; the engine gives its WAL the same permissions.
fn make_private(path: &Path) -> Result<(), StorageError> {
    let made = OpenOptions::new().append(true).create(true).mode(0o600).open(path);
    made.map(drop).map_err(|_| StorageError::Engine { code: rusqlite::ffi::SQLITE_CANTOPEN })
}

fn migrate(connection: &mut Connection) -> Result<(), StorageError> {
    let known = STEPS.len() as i64;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(found).map_err(|_| StorageError::Damaged)?;
    let steps = STEPS.get(done..).ok_or(StorageError::NewerSchema { found, known })?;
    if steps.is_empty() {
        // Nothing is written: a full disk must not keep the store from opening.
        return Ok(());
    }
    steps.iter().try_for_each(|step| transaction.execute_batch(step))?;
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> StorageError {
        use rusqlite::Error as E;
        match error {
            E::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DiskFull => StorageError::Full,
                ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => StorageError::Damaged,
                ErrorCode::ConstraintViolation => StorageError::Exists,
                _ => StorageError::Engine { code: failure.extended_code },
            },
            E::FromSqlConversionFailure(..) | E::InvalidColumnType(..) | E::IntegralValueOutOfRange(..) => {
                StorageError::Unreadable { what: "column" }
            }
            _ => StorageError::Engine { code: rusqlite::ffi::SQLITE_ERROR },
        }
    }
}
