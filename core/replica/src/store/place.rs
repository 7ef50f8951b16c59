//! Where a database is, and what opens it. A file that was damaged stays, and the one that took its place has the next
//! number.

use super::{DATABASE_FILE, StoreError, engine, salvage, schema};
use crate::keystore::DatabaseKey;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Bytes of a page of the file.
const PAGE_BYTES: u64 = 2048;
/// What the names of a database's own files end in, beside the name of the database.
const ENDS: [&str; 3] = ["", "-wal", "-shm"];

/// A database file and its key.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) folder: PathBuf,
    pub(super) key: DatabaseKey,
    pub(super) number: u32,
}

impl Place {
    /// The newest file that is whole, under the one of `keys` that opens it; the first one where there is no other.
    /// A file that cannot be read is an error: an older one in its place would show an older state as if it were all.
    pub(super) fn newest(folder: &Path, keys: &[DatabaseKey]) -> Result<Place, StoreError> {
        let mut under =
            keys.iter().map(|key| Place { folder: folder.to_owned(), key: key.clone(), number: 1 });
        let first = under.next().expect("a keystore without a key was given one");
        let others: Vec<Place> = under.collect();
        for number in (2..first.beside().number).rev() {
            let (place, is_whole) = opened_by(&first, &others, number, Place::is_whole)?;
            if is_whole {
                return Ok(place);
            }
        }
        if others.is_empty() {
            return Ok(first);
        }
        Ok(opened_by(&first, &others, 1, Place::read)?.0)
    }

    /// Where the next file goes.
    pub(super) fn beside(&self) -> Place {
        let mut place = Place { number: self.number + 1, ..self.clone() };
        while place.is_there() {
            place.number += 1;
        }
        place
    }

    pub(super) fn path(&self) -> PathBuf {
        match self.number {
            1 => self.folder.join(DATABASE_FILE),
            number => self.folder.join(format!("alongside-{number}.db")),
        }
    }

    /// Opens the file and brings it to this version.
    pub(super) fn open(&self) -> Result<Connection, StoreError> {
        self.check_not_cut_short()?;
        let mut connection = self.connect()?;
        schema::migrate(&mut connection)?;
        Ok(connection)
    }

    pub(super) fn connect(&self) -> Result<Connection, StoreError> {
        engine::wait_until_started()?;
        let connection = Connection::open(self.path())?;
        connection.execute_batch(&key_pragma("key", &self.key))?;
        // Page size and HMAC are fixed for the life of the file; they are set at every open.
        connection.execute_batch(&format!(
            "PRAGMA cipher_page_size = {PAGE_BYTES};
             PRAGMA cipher_hmac_algorithm = HMAC_SHA256;
             PRAGMA cipher_memory_security = OFF;"
        ))?;
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

    /// Removes the files of copies that were begun and never became whole: what they hold is in this one.
    pub(super) fn remove_unfinished(&self) {
        for number in self.number + 1..self.beside().number {
            let unfinished = Place { number, ..self.clone() };
            for end in ENDS {
                // What stays is never opened either, and is tried again at the next start.
                let _ = fs::remove_file(unfinished.with(end));
            }
        }
    }

    /// The key of a file can be changed only when no unfinished copy stands under it beside.
    pub(super) fn check_alone(&self) -> Result<(), StoreError> {
        self.remove_unfinished();
        if self.beside().number == self.number + 1 { Ok(()) } else { Err(StoreError::Io) }
    }

    /// SQLite takes a file that is shorter than a page for a new database, and removes its log: what the log holds
    /// would go with it. Short without having been cut: a first start that ended early leaves a journal beside it.
    fn check_not_cut_short(&self) -> Result<(), StoreError> {
        let bytes = |end| fs::metadata(self.with(end)).map_or(0, |file| file.len());
        let is_short = match bytes("") {
            0 => bytes("-wal") > 0,
            left => left < PAGE_BYTES && bytes("-journal") == 0,
        };
        if is_short { Err(StoreError::Damaged) } else { Ok(()) }
    }

    fn with(&self, end: &str) -> PathBuf {
        let mut path = self.path().into_os_string();
        path.push(end);
        PathBuf::from(path)
    }

    fn is_there(&self) -> bool {
        Connection::open_with_flags(self.path(), OpenFlags::SQLITE_OPEN_READ_WRITE).is_ok()
    }

    /// Whether the key opens the file: how many of the tables that each has are there.
    pub(super) fn read(&self) -> Result<i64, StoreError> {
        let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'meta'";
        Ok(self.connect()?.query_row(sql, [], |row| row.get(0))?)
    }

    fn is_whole(&self) -> Result<bool, StoreError> {
        if self.read()? == 0 {
            return Ok(false);
        }
        let sql = "SELECT 1 FROM meta WHERE key = ?1";
        let found = self.connect()?.query_row(sql, [salvage::WHOLE], |_| Ok(())).optional()?;
        Ok(found.is_some())
    }
}

/// What `ask` finds in the file of this number, and the one of the places whose key opens it.
fn opened_by<T>(
    first: &Place,
    others: &[Place],
    number: u32,
    ask: impl Fn(&Place) -> Result<T, StoreError>,
) -> Result<(Place, T), StoreError> {
    for place in std::iter::once(first).chain(others) {
        let place = Place { number, ..place.clone() };
        match ask(&place) {
            Err(StoreError::WrongKey) => {}
            asked => return Ok((place, asked?)),
        }
    }
    Err(StoreError::WrongKey)
}

/// A pragma that gives SQLCipher a key as it is. No key is derived from it: it has all its chance already.
pub(super) fn key_pragma(name: &str, key: &DatabaseKey) -> Zeroizing<String> {
    let mut pragma = Zeroizing::new(String::with_capacity(96));
    let mut add = |part: std::fmt::Arguments<'_>| pragma.write_fmt(part).expect("a string takes all text");
    add(format_args!("PRAGMA {name} = \"x'"));
    key.iter().for_each(|byte| add(format_args!("{byte:02x}")));
    add(format_args!("'\";"));
    pragma
}
