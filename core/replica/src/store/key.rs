//! Which key opens the database, and how another takes its place.
//!
//! The new key is in the keystore, as the next one, before the file is written under it; then it becomes the current
//! one. The file changes from the one key to the other in one transaction, so whenever the phone dies, one of the two
//! opens it; and which, the file says at the next start.

use super::place::{Place, key_pragma};
use super::{DATABASE_FILE, Store, StoreError, check_pages};
use crate::keystore::{DatabaseKey, KeyName, Keystore, KeystoreError};
use crate::random::Random;
use minicbor::{Decode, Encode};
use rusqlite::Connection;
use std::path::Path;
use zeroize::Zeroizing;

/// Key of the [`Earlier`] keys.
const EARLIER: &str = "earlier_keys";

/// The keys that a keystore holds.
pub(super) struct Keys {
    keys: Vec<DatabaseKey>,
    /// Only one key is there, and it is the current one.
    is_settled: bool,
}

/// The key of a file that was set aside as damaged: it is not written any more, so it keeps its key.
#[derive(Encode, Decode)]
struct Earlier {
    #[n(0)]
    number: u32,
    #[cbor(n(1), with = "minicbor::bytes")]
    key: [u8; 32],
}

impl Keys {
    /// The keys; a new one where there is neither key nor database.
    pub(super) fn load(
        folder: &Path,
        keystore: &dyn Keystore,
        random: &dyn Random,
    ) -> Result<Keys, StoreError> {
        let current = load(keystore, KeyName::Current)?;
        let next = load(keystore, KeyName::Next)?;
        let is_damaged = current.is_err() || next.is_err();
        let is_settled = matches!((&current, &next), (Ok(Some(_)), Ok(None)));
        let keys: Vec<DatabaseKey> = [current, next].into_iter().flatten().flatten().collect();
        if !keys.is_empty() {
            return Ok(Keys { keys, is_settled });
        }
        if is_damaged {
            return Err(KeystoreError::Damaged.into());
        }
        if folder.join(DATABASE_FILE).exists() {
            return Err(StoreError::KeyMissing);
        }
        let key = Zeroizing::new(random.bytes());
        keystore.store(KeyName::Current, &key)?;
        Ok(Keys { keys: vec![key], is_settled: true })
    }

    /// At least one; the current one first.
    pub(super) fn each(&self) -> &[DatabaseKey] {
        &self.keys
    }

    /// Ends a change of the key that was begun, now that it is known which key opens the database.
    pub(super) fn settle(&self, keystore: &dyn Keystore, key: &DatabaseKey) {
        if !self.is_settled
            && let Err(error) = settle(keystore, key)
        {
            tracing::warn!(%error, "a change of the database's key is not settled yet: the next start tries again");
        }
    }
}

/// The key of this name; the inner error where its entry is no key.
fn load(keystore: &dyn Keystore, name: KeyName) -> Result<Result<Option<DatabaseKey>, ()>, StoreError> {
    match keystore.load(name) {
        Ok(key) => Ok(Ok(key)),
        Err(KeystoreError::Damaged) => Ok(Err(())),
        Err(error) => Err(error.into()),
    }
}

/// Makes `key`, which opens the database, the only one.
fn settle(keystore: &dyn Keystore, key: &DatabaseKey) -> Result<(), KeystoreError> {
    if !matches!(keystore.load(KeyName::Current), Ok(Some(current)) if current == *key) {
        keystore.store(KeyName::Current, key)?;
    }
    keystore.destroy(KeyName::Next)
}

impl Store {
    /// Writes the database anew under another key, and destroys the one that it had. After an error the one or the
    /// other opens it, and the keystore holds that one.
    pub(crate) fn change_key(
        &mut self,
        keystore: &dyn Keystore,
        random: &dyn Random,
    ) -> Result<(), StoreError> {
        // What keeps nothing has no key.
        let Some(old) = self.place.clone() else { return Ok(()) };
        old.check_alone()?;
        // Where an earlier change left it open which key it is, only the next start may destroy one.
        old.read()?;
        settle(keystore, &old.key)?;
        self.keep_earlier_keys(&old)?;
        let new = Place { key: Zeroizing::new(random.bytes()), ..old.clone() };
        keystore.store(KeyName::Next, &new.key)?;
        // Until it is known which key opens the file, nothing may be written to it.
        self.close()?;
        let written = rewrite(&old, &new.key);
        let (place, connection) = open_either(new, old)?;
        self.connection = connection;
        let is_new = self.place.as_ref().is_none_or(|before| before.key != place.key);
        settle(keystore, &place.key)?;
        self.place = Some(place);
        match written {
            // The engine does not tell when its last step failed.
            Ok(()) if !is_new => Err(StoreError::Io),
            written => written,
        }
    }

    /// Files that were set aside can be read as long as there is a key for them.
    fn keep_earlier_keys(&mut self, place: &Place) -> Result<(), StoreError> {
        let mut earlier: Vec<Earlier> = self.meta(EARLIER)?.unwrap_or_default();
        let known = earlier.len();
        for number in 1..place.number {
            if earlier.iter().all(|kept| kept.number != number) {
                earlier.push(Earlier { number, key: *place.key });
            }
        }
        if earlier.len() == known {
            return Ok(());
        }
        self.transact(|store| store.set_meta(EARLIER, &earlier))
    }

    #[cfg(test)]
    pub(crate) fn earlier_keys_for_tests(&self) -> Vec<(u32, [u8; 32])> {
        let earlier: Vec<Earlier> = self.meta(EARLIER).expect("it reads").unwrap_or_default();
        earlier.into_iter().map(|kept| (kept.number, kept.key)).collect()
    }

    /// From now on whatever is asked for fails: there is no table in a database in memory.
    fn close(&mut self) -> Result<(), StoreError> {
        self.cache = super::Cache::default();
        self.connection = Connection::open_in_memory()?;
        Ok(())
    }
}

/// Writes each page of the file under another key, in one transaction, and then empties the log, where pages under the
/// old key stand.
fn rewrite(place: &Place, key: &DatabaseKey) -> Result<(), StoreError> {
    let connection = place.connect()?;
    // The engine does not always tell of a page that it could not read.
    check_pages(&connection)?;
    connection.execute_batch(&key_pragma("rekey", key))?;
    Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
}

fn open_either(new: Place, old: Place) -> Result<(Place, Connection), StoreError> {
    match new.open() {
        Ok(connection) => Ok((new, connection)),
        Err(StoreError::WrongKey) => {
            let connection = old.open()?;
            Ok((old, connection))
        }
        Err(error) => Err(error),
    }
}
