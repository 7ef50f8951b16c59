//! The phone's encrypted database (SQLCipher). All SQL of the replica is in this folder.

mod erasures;
mod error;
mod forget;
mod journal;
mod meta;
mod pages;
mod people;
mod plan;
mod proofs;
mod retimed;
mod roster;
mod salvage;
mod schema;

pub(crate) use erasures::ERASED;
pub use error::StoreError;
pub(crate) use error::{read, write};
pub(crate) use journal::{Head, Stored};
pub(crate) use pages::WaitingPage;
pub(crate) use people::PersonRow;
pub(crate) use plan::StoredPlan;
pub(crate) use salvage::Drawn;

use crate::keystore::{DatabaseKey, Keystore};
use crate::random::Random;
use rusqlite::{Connection, OpenFlags};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The name of the database file in its folder.
pub const DATABASE_FILE: &str = "alongside.db";
/// How often a file is asked to open before its error is told.
const OPEN_TRIES: u32 = 3;

/// An open database.
pub(crate) struct Store {
    connection: Connection,
    /// What is asked for with each record, as it is in the database; emptied when a transaction fails.
    cache: Cache,
    /// Where it is; nothing for a store that keeps nothing.
    place: Option<Place>,
}

#[derive(Default)]
struct Cache {
    /// Those whom the device may see now.
    visible: Option<HashSet<alongside_domain::ids::PersonId>>,
    people: HashMap<alongside_domain::ids::PersonId, i64>,
    heads: HashMap<alongside_domain::journal::StreamId, Head>,
}

impl Store {
    /// Opens the database in `folder`, or makes one. Never makes a new one over a file that cannot be opened.
    pub(crate) fn open(
        folder: &Path,
        keystore: &dyn Keystore,
        random: &dyn Random,
    ) -> Result<Store, StoreError> {
        fs::create_dir_all(folder).map_err(|_| StoreError::Io)?;
        let key = database_key(&folder.join(DATABASE_FILE), keystore, random)?;
        let place = Place::newest(folder, &key);
        let connection = open_file(&place, &key)?;
        Ok(Store { connection, cache: Cache::default(), place: Some(place) })
    }

    /// A store that holds nothing and keeps nothing: what stands in for one that was destroyed.
    pub(crate) fn nothing() -> Result<Store, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        schema::migrate(&mut connection)?;
        Ok(Store { connection, cache: Cache::default(), place: None })
    }

    /// Does `act` in one transaction, durable when this returns.
    pub(crate) fn transact<T, E: From<StoreError>>(
        &mut self,
        act: impl FnOnce(&mut Store) -> Result<T, E>,
    ) -> Result<T, E> {
        self.begin()?;
        let done = act(self).and_then(|value| self.commit().map(|()| value).map_err(E::from));
        if done.is_err() {
            self.roll_back();
        }
        done
    }

    /// How many damaged files were set aside.
    pub(crate) fn set_aside(&self) -> u64 {
        self.place.as_ref().map_or(0, |place| u64::from(place.number) - 1)
    }

    /// Reads every page of the file; an error if any has changed.
    pub(crate) fn check_integrity(&self) -> Result<(), StoreError> {
        let mut check = self.connection.prepare("PRAGMA cipher_integrity_check")?;
        let damaged = check.query_map([], |row| row.get::<_, String>(0))?.count();
        if damaged == 0 { Ok(()) } else { Err(StoreError::Damaged) }
    }

    #[cfg(test)]
    pub(crate) fn set_version_for_tests(&self, version: i64) {
        self.connection.pragma_update(None, "user_version", version).expect("it writes");
    }

    #[cfg(test)]
    pub(crate) fn allow_no_growth_for_tests(&self) {
        let pages: i64 =
            self.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("it reads");
        self.connection
            .query_row("PRAGMA max_page_count = 1", [], |row| row.get::<_, i64>(0))
            .expect("it sets");
        assert!(pages > 1);
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        Ok(self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([]).map(drop)?)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(self.connection.prepare_cached("COMMIT")?.execute([]).map(drop)?)
    }

    fn roll_back(&mut self) {
        self.cache = Cache::default();
        // A failed commit has rolled back already; SQLite then says that there is nothing to roll back.
        let _ = self.connection.execute_batch("ROLLBACK");
    }
}

/// Where a database is, and what opens it. A file that was damaged stays, and the next one has the next number.
#[derive(Clone)]
struct Place {
    folder: PathBuf,
    key: DatabaseKey,
    number: u32,
}

impl Place {
    /// The newest file that is whole; the first one where there is no other.
    fn newest(folder: &Path, key: &DatabaseKey) -> Place {
        let mut newest = Place { folder: folder.to_owned(), key: key.clone(), number: 1 };
        for number in 2.. {
            let place = Place { number, ..newest.clone() };
            if !place.is_there() {
                break;
            }
            if place.is_whole() {
                newest = place;
            }
        }
        newest
    }

    /// Where the next file goes.
    fn beside(&self) -> Place {
        let mut place = Place { number: self.number + 1, ..self.clone() };
        while place.is_there() {
            place.number += 1;
        }
        place
    }

    fn path(&self) -> PathBuf {
        match self.number {
            1 => self.folder.join(DATABASE_FILE),
            number => self.folder.join(format!("alongside-{number}.db")),
        }
    }

    fn is_there(&self) -> bool {
        Connection::open_with_flags(self.path(), OpenFlags::SQLITE_OPEN_READ_WRITE).is_ok()
    }

    fn is_whole(&self) -> bool {
        let is_whole = |connection: Connection| {
            let sql = "SELECT 1 FROM meta WHERE key = ?1";
            connection.query_row(sql, [salvage::WHOLE], |_| Ok(())).is_ok()
        };
        connect(&self.path(), &self.key).is_ok_and(is_whole)
    }
}

fn database_key(
    path: &Path,
    keystore: &dyn Keystore,
    random: &dyn Random,
) -> Result<DatabaseKey, StoreError> {
    if let Some(key) = keystore.load()? {
        return Ok(key);
    }
    if path.exists() {
        return Err(StoreError::KeyMissing);
    }
    let key = Zeroizing::new(random.bytes());
    keystore.store(&key)?;
    Ok(key)
}

/// Opens the file and brings it to this version. What the engine refuses now it may do the next time: it is asked
/// again before anyone is told.
fn open_file(place: &Place, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let open = || {
        let mut connection = connect(&place.path(), key)?;
        schema::migrate(&mut connection)?;
        Ok(connection)
    };
    let mut opened = open();
    for _ in 1..OPEN_TRIES {
        match opened {
            Err(StoreError::Refused(_)) => opened = open(),
            done => return done,
        }
    }
    opened
}

fn connect(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    let mut pragma = Zeroizing::new(String::with_capacity(96));
    pragma.push_str("PRAGMA key = \"x'");
    key.iter().for_each(|byte| pragma.push_str(&format!("{byte:02x}")));
    pragma.push_str("'\";");
    connection.execute_batch(&pragma)?;
    // Page size and HMAC are fixed for the life of the file; they are set at every open.
    connection.execute_batch(
        "PRAGMA cipher_page_size = 2048;
         PRAGMA cipher_hmac_algorithm = HMAC_SHA256;
         PRAGMA cipher_memory_security = OFF;",
    )?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA foreign_keys = ON;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}
