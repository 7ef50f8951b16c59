//! The phone's encrypted database (SQLCipher). All SQL of the replica is in this folder.

mod as_sealed;
mod begun;
mod concerns;
mod engine;
mod erasures;
mod error;
mod forget;
mod journal;
mod key;
mod key_safe;
mod leaving;
mod made_again;
mod meta;
mod own_edits;
mod own_kinds;
mod pages;
mod people;
mod place;
mod plan;
mod proofs;
mod rescope;
mod retimed;
mod roster;
mod salvage;
mod schema;
mod strays;
mod vocabulary;

pub(crate) use as_sealed::DamagedHere;
pub(crate) use concerns::SealedToSend;
pub(crate) use erasures::ERASED;
pub use error::StoreError;
pub(crate) use error::{read, write};
pub(crate) use journal::{Head, Stored};
pub(crate) use own_edits::{KeptEdit, KeptFate};
pub(crate) use pages::WaitingPage;
pub(crate) use people::PersonRow;
pub(crate) use plan::StoredPlan;
pub(crate) use rescope::Held;
pub(crate) use salvage::Drawn;
pub(crate) use vocabulary::Vocabulary;

use crate::keystore::Keystore;
use crate::random::Random;
use alongside_domain::care::catalogue::Catalogue;
use key::Keys;
use place::Place;
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// The name of the database file in its folder.
pub const DATABASE_FILE: &str = "alongside.db";

/// An open database.
pub(crate) struct Store {
    connection: Connection,
    /// What is asked for with each record, as it is in the database; emptied when a transaction fails.
    cache: Cache,
    /// Where it is; nothing for a store that keeps nothing.
    place: Option<Place>,
    /// What of the journal this version of the app reads.
    vocabulary: Vocabulary,
    /// All kinds of observation that this phone knows: those that ship, and the organisation's own.
    catalogue: Arc<Catalogue>,
}

#[derive(Default)]
struct Cache {
    /// What is in the log is on the disk: nothing is written behind a hole.
    log_is_sound: bool,
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
        vocabulary: Vocabulary,
    ) -> Result<Store, StoreError> {
        fs::create_dir_all(folder).map_err(|_| StoreError::Io)?;
        let keys = Keys::load(folder, keystore, random)?;
        let place = Place::newest(folder, keys.each())?;
        let connection = place.open()?;
        keys.settle(keystore, &place.key);
        place.remove_unfinished();
        let (cache, catalogue) = (Cache::default(), Catalogue::shipped());
        let mut store = Store { connection, cache, place: Some(place), vocabulary, catalogue };
        match store.settle_log() {
            // There is no room to move the log: what is here is shown, and the first to write tries again.
            Ok(()) | Err(StoreError::DiskFull) => {}
            Err(error) => return Err(error),
        }
        if let Err(error) = store.empty_log_if_owed() {
            tracing::warn!(%error, "the database's log could not be emptied");
        }
        store.read_catalogue();
        Ok(store)
    }

    /// A store that holds nothing and keeps nothing: what stands in for one that was destroyed.
    pub(crate) fn nothing() -> Result<Store, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        schema::migrate(&mut connection)?;
        let (cache, vocabulary, catalogue) = (Cache::default(), Vocabulary::whole(), Catalogue::shipped());
        Ok(Store { connection, cache, place: None, vocabulary, catalogue })
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
        check_pages(&self.connection)
    }

    /// The file of this number, without a look at what is in it.
    #[cfg(test)]
    pub(crate) fn connect_for_tests(
        folder: &Path,
        number: u32,
        key: &crate::keystore::DatabaseKey,
    ) -> Result<Connection, StoreError> {
        Place { folder: folder.to_owned(), key: key.clone(), number }.connect()
    }

    /// All texts and bytes in all tables.
    #[cfg(test)]
    pub(crate) fn cells_for_tests(&self) -> Vec<Vec<u8>> {
        use rusqlite::types::ValueRef;
        let mut tables =
            self.connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").expect("it reads");
        let tables = tables.query_map([], |row| row.get(0)).expect("it reads");
        let tables: Vec<String> = tables.collect::<Result<_, _>>().expect("it reads");
        let mut cells = Vec::new();
        for table in tables {
            let mut query = self.connection.prepare(&format!("SELECT * FROM {table}")).expect("it reads");
            let columns = query.column_count();
            let mut rows = query.query([]).expect("it reads");
            while let Some(row) = rows.next().expect("it reads") {
                cells.extend((0..columns).filter_map(|column| match row.get_ref(column) {
                    Ok(ValueRef::Blob(bytes) | ValueRef::Text(bytes)) => Some(bytes.to_vec()),
                    _ => None,
                }));
            }
        }
        cells
    }

    /// Another body in place of the first record's.
    #[cfg(test)]
    pub(crate) fn change_first_record_for_tests(&self) {
        let sql =
            "UPDATE journal SET body = CAST(body || x'00' AS BLOB) WHERE id = (SELECT min(id) FROM journal)";
        assert_eq!(self.connection.execute(sql, []).expect("it writes"), 1);
    }

    /// Other bytes of the first page.
    #[cfg(test)]
    pub(crate) fn put_bytes_of_first_page_for_tests(
        &self,
        page: &alongside_domain::sync::messages::PackedPage,
    ) {
        let sql = "UPDATE page SET bytes = ?1 WHERE id = (SELECT min(id) FROM page)";
        assert_eq!(self.connection.execute(sql, [&page.0]).expect("it writes"), 1);
    }

    /// Bytes that are no header in place of the first record's.
    #[cfg(test)]
    pub(crate) fn break_first_header_for_tests(&self) {
        let sql = "UPDATE journal SET header = x'ff' WHERE id = (SELECT min(id) FROM journal)";
        assert_eq!(self.connection.execute(sql, []).expect("it writes"), 1);
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

    /// What a failed sync did not bring to the disk may be read from the cache all the same, and the log would go on
    /// behind it: a loss of power would then end the log there. So what is in the log is moved into the database.
    fn settle_log(&mut self) -> Result<(), StoreError> {
        if !self.cache.log_is_sound {
            self.cache.log_is_sound = self.empty_log()?;
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.settle_log()?;
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

/// The check reads the file alone: what its log holds goes into it first, since a phone that died meanwhile leaves pages
/// half written there.
fn check_pages(connection: &Connection) -> Result<(), StoreError> {
    connection.query_row("PRAGMA wal_checkpoint(FULL)", [], |_| Ok(()))?;
    let mut check = connection.prepare("PRAGMA cipher_integrity_check")?;
    let damaged = check.query_map([], |row| row.get::<_, String>(0))?.count();
    if damaged == 0 { Ok(()) } else { Err(StoreError::Damaged) }
}
