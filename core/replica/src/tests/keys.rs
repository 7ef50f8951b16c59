//! The key of the database, the file, and what befalls them: nothing is made anew over what is there, each error names
//! what to do, and what was recorded is there when the key is.

use super::*;
use crate::keystore::{DatabaseKey, KeyName, KeystoreError};
use crate::store::Store;
use std::sync::{Mutex, PoisonError};

/// A platform's keystore, which can fail. Clones are the same one.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<KeptKeys>>);

#[derive(Default)]
struct KeptKeys {
    keys: [Option<DatabaseKey>; 2],
    /// Calls until the phone is locked, and for how many calls it is.
    locked: Option<(usize, usize)>,
    calls: usize,
}

impl Kept {
    fn keys(&self) -> std::sync::MutexGuard<'_, KeptKeys> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locked for `calls` calls, after as many as `first`.
    fn lock_after(&self, first: usize, calls: usize) {
        let mut kept = self.keys();
        (kept.locked, kept.calls) = (Some((first, calls)), 0);
    }

    fn unlock(&self) {
        self.keys().locked = None;
    }

    /// With this key alone.
    fn of(key: DatabaseKey) -> Kept {
        let kept = Kept::default();
        kept.keys().keys[0] = Some(key);
        kept
    }

    fn current(&self) -> DatabaseKey {
        self.keys().keys[0].clone().expect("a key")
    }

    fn ask<T>(&self, ask: impl FnOnce(&mut [Option<DatabaseKey>; 2]) -> T) -> Result<T, KeystoreError> {
        let mut kept = self.keys();
        kept.calls += 1;
        let call = kept.calls - 1;
        match kept.locked {
            Some((first, calls)) if (first..first.saturating_add(calls)).contains(&call) => {
                Err(KeystoreError::Unavailable)
            }
            _ => Ok(ask(&mut kept.keys)),
        }
    }
}

impl Keystore for Kept {
    fn load(&self, name: KeyName) -> Result<Option<DatabaseKey>, KeystoreError> {
        self.ask(|keys| keys[name as usize].clone())
    }

    fn store(&self, name: KeyName, key: &DatabaseKey) -> Result<(), KeystoreError> {
        self.ask(|keys| keys[name as usize] = Some(key.clone()))
    }

    fn destroy(&self, name: KeyName) -> Result<(), KeystoreError> {
        self.ask(|keys| keys[name as usize] = None)
    }
}

/// A phone whose app was killed after it had recorded `records` times, and its keystore.
fn killed(records: i64) -> (Phone, Kept) {
    let (phone, keystore) = (Phone::new(), Kept::default());
    let replica = phone.open_with(keystore.clone()).expect("it opens");
    replica.inner.join_for_tests(NOW, Role::Carer);
    replica.inner.absorb(&exchanged(Vec::new())).expect("it stores");
    (0..records).for_each(|number| drop(replica.record(GRACE, pain(number % 10)).expect("it records")));
    let (copy, files) = (Phone::new(), files(&phone));
    // The log is beside the file, as a killed app leaves it.
    files
        .iter()
        .for_each(|(name, bytes)| std::fs::write(copy.folder.path().join(name), bytes).expect("it writes"));
    (copy, keystore)
}

fn files(phone: &Phone) -> BTreeMap<String, Vec<u8>> {
    let read = |file: std::io::Result<std::fs::DirEntry>| {
        let file = file.expect("a file");
        (file.file_name().into_string().expect("a plain name"), std::fs::read(file.path()).expect("it reads"))
    };
    std::fs::read_dir(phone.folder.path()).expect("a folder").map(read).collect()
}

fn count(replica: &Replica) -> usize {
    replica.history(GRACE).expect("it reads").len()
}

fn refused(phone: &Phone, keystore: &Kept) -> StoreError {
    phone.open_with(keystore.clone()).err().expect("it does not open")
}

#[test]
fn a_keystore_that_fails_makes_nothing_and_when_it_answers_all_is_there() {
    let fresh = Phone::new();
    let locked = Kept::default();
    locked.lock_after(0, usize::MAX);
    let error = refused(&fresh, &locked);
    assert!(matches!(error, StoreError::Keystore(KeystoreError::Unavailable)), "{error}");
    assert!(error.to_string().contains("unlock the phone and try again"));
    assert!(files(&fresh).is_empty(), "neither key nor file is made");
    for failing_call in 0..2 {
        let (phone, keystore) = killed(5);
        let before = files(&phone);
        keystore.lock_after(failing_call, 1);
        assert!(matches!(refused(&phone, &keystore), StoreError::Keystore(KeystoreError::Unavailable)));
        assert_eq!(files(&phone), before);
        assert_eq!(count(&phone.open_with(keystore).expect("it is asked again")), 5);
    }
}

#[test]
fn another_key_leaves_the_file_as_it_was_and_with_the_right_one_all_is_there() {
    let (phone, keystore) = killed(5);
    let other = Kept::of(DatabaseKey::new([1; 32]));
    for _ in 0..3 {
        let error = refused(&phone, &other);
        assert!(matches!(error, StoreError::WrongKey), "{error}");
    }
    assert_eq!(*other.current(), [1; 32], "the keystore keeps what it has, too");
    assert_eq!(count(&phone.open_with(keystore).expect("it opens")), 5);
    let before = files(&phone);
    assert!(matches!(refused(&phone, &other), StoreError::WrongKey));
    assert_eq!(files(&phone), before);
}

#[test]
fn a_lost_key_makes_no_new_database_over_the_old_and_when_it_comes_back_all_is_there() {
    let (phone, keystore) = killed(5);
    let before = files(&phone);
    let empty = Kept::default();
    let error = refused(&phone, &empty);
    assert!(matches!(error, StoreError::KeyMissing), "{error}");
    assert!(empty.keys().keys[0].is_none(), "no new key is made");
    assert_eq!(files(&phone), before);
    assert_eq!(count(&phone.open_with(keystore).expect("it opens")), 5);
}

#[test]
fn a_key_file_that_was_not_written_whole_is_no_key_and_is_kept() {
    let phone = Phone::new();
    drop(phone.enrolled());
    let key = phone.folder.path().join("key");
    std::fs::write(&key, [7; 31]).expect("it writes");
    let error = phone.open_with(phone.keystore()).err();
    assert!(matches!(error, Some(StoreError::Keystore(KeystoreError::Damaged))), "{error:?}");
    assert_eq!(std::fs::read(&key).expect("it reads"), [7; 31]);
}

#[test]
fn a_key_file_takes_the_place_of_another_whole_and_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let keystore = FileKeystore::new(folder.path().join("key"));
    // A phone that died while it wrote left this.
    std::fs::write(folder.path().join("key.new"), [3; 5]).expect("it writes");
    for (name, number) in [(KeyName::Current, 1), (KeyName::Next, 2), (KeyName::Current, 3)] {
        keystore.store(name, &DatabaseKey::new([number; 32])).expect("it stores");
    }
    let load = |name| keystore.load(name).expect("it reads").map(|key| *key);
    assert_eq!((load(KeyName::Current), load(KeyName::Next)), (Some([3; 32]), Some([2; 32])));
    for file in ["key", "key.next"] {
        let mode = std::fs::metadata(folder.path().join(file)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    [KeyName::Next, KeyName::Current].iter().for_each(|name| keystore.destroy(*name).expect("it destroys"));
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    keystore.destroy(KeyName::Next).expect("what is not there is destroyed");
}

#[test]
fn a_damaged_file_is_said_to_be_damaged_and_kept() {
    let phone = Phone::new();
    drop(phone.enrolled());
    let mut bytes = std::fs::read(phone.database()).expect("it reads");
    let place = bytes.len() / 2;
    bytes[place] ^= 1;
    std::fs::write(phone.database(), &bytes).expect("it writes");
    let found = phone.open_with(phone.keystore()).and_then(|replica| replica.check_file());
    assert!(matches!(found, Err(StoreError::Damaged)), "{found:?}");
    assert_eq!(std::fs::read(phone.database()).expect("it reads").len(), bytes.len());
}

/// Damages the file of a phone whose log is in it, and the error with which it then stays closed.
fn damaged(what: &str, change: impl Fn(&mut Vec<u8>)) -> StoreError {
    let (phone, keystore) = killed(30);
    drop(phone.open_with(keystore.clone()).expect("it opens"));
    let whole = std::fs::read(phone.database()).expect("it reads");
    let mut bytes = whole.clone();
    change(&mut bytes);
    std::fs::write(phone.database(), &bytes).expect("it writes");
    let before = files(&phone);
    let opened = phone.open_with(keystore.clone()).map(drop);
    let error = opened.err().unwrap_or_else(|| panic!("{what}: it opens"));
    let after = files(&phone);
    assert_eq!(after[DATABASE_FILE], before[DATABASE_FILE], "the file is kept as it is");
    assert_eq!(after.keys().filter(|name| name.ends_with(".db")).count(), 1, "and no other takes its place");
    std::fs::write(phone.database(), &whole).expect("it writes");
    assert_eq!(count(&phone.open_with(keystore).expect("it opens")), 30, "from a copy all is there");
    error
}

#[test]
fn a_file_that_was_cut_short_or_begins_otherwise_is_kept_and_the_error_says_so() {
    for left in [1, 15, 512, 2047, 2048, 3000, 10_240] {
        let error = damaged(&format!("{left} bytes"), |bytes| bytes.truncate(left));
        assert!(matches!(error, StoreError::Damaged | StoreError::WrongKey), "{left} bytes: {error}");
        assert!(error.to_string().contains("it was left as it is"), "{error}");
    }
    for change in [b"SQLite format 3\0".as_slice(), &[0; 16], &[0xff; 2048]] {
        let error = damaged("begins otherwise", |bytes| bytes[..change.len()].copy_from_slice(change));
        assert!(matches!(error, StoreError::Damaged | StoreError::WrongKey), "{error}");
    }
}

#[test]
fn a_file_that_was_emptied_keeps_its_log() {
    let (phone, keystore) = killed(5);
    let whole = std::fs::read(phone.database()).expect("it reads");
    std::fs::write(phone.database(), []).expect("it writes");
    let before = files(&phone);
    assert!(before["alongside.db-wal"].len() > 4096);
    let error = refused(&phone, &keystore);
    assert!(matches!(error, StoreError::Damaged), "{error}");
    assert_eq!(files(&phone), before);
    std::fs::remove_file(phone.database()).expect("it removes");
    assert!(matches!(refused(&phone, &keystore), StoreError::Damaged), "nor is one that is gone made anew");
    std::fs::write(phone.database(), whole).expect("it writes");
    assert_eq!(count(&phone.open_with(keystore).expect("it opens")), 5);
}

#[test]
fn a_damaged_log_costs_what_came_after_the_damage_and_nothing_is_made_anew() {
    let wal = |phone: &Phone| phone.folder.path().join("alongside.db-wal");
    let length = std::fs::metadata(wal(&killed(20).0)).expect("a log").len() as usize;
    let mut counts = Vec::new();
    for place in [length - 100, length / 2, length * 9 / 10] {
        let (phone, keystore) = killed(20);
        let mut bytes = std::fs::read(wal(&phone)).expect("it reads");
        let place = place.min(bytes.len() - 100);
        bytes[place] ^= 1;
        std::fs::write(wal(&phone), bytes).expect("it writes");
        let replica = phone.open_with(keystore).expect("it opens");
        assert!(replica.me().is_some(), "it is the phone that it was");
        replica.check_file().expect("what is left is whole");
        counts.push(count(&replica));
        replica.record(GRACE, pain(1)).expect("it goes on");
    }
    assert!(counts[0] >= 19 && counts[1] < counts[2], "{counts:?}");
}

#[test]
fn a_file_of_a_newer_version_is_refused_and_kept() {
    let (phone, keystore) = killed(5);
    drop(phone.open_with(keystore.clone()).expect("it opens"));
    let version = |version: Option<i64>| {
        let file = connect(&phone, 1, &keystore.current()).expect("it opens");
        let found: i64 = file.pragma_query_value(None, "user_version", |row| row.get(0)).expect("it reads");
        version.inspect(|version| file.pragma_update(None, "user_version", version).expect("it writes"));
        found
    };
    let known = version(Some(99));
    let before = files(&phone);
    let error = refused(&phone, &keystore);
    assert!(matches!(error, StoreError::NewerVersion { found: 99, .. }), "{error}");
    assert!(error.to_string().contains("update the app"));
    assert_eq!(files(&phone), before);
    version(Some(known));
    assert_eq!(count(&phone.open_with(keystore).expect("the newer app opens it")), 5);
}

fn connect(phone: &Phone, number: u32, key: &DatabaseKey) -> Result<rusqlite::Connection, StoreError> {
    let connection = Store::connect_for_tests(phone.folder.path(), number, key)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// A page of the file stands in none of the others.
fn no_page_is_of(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> bool {
    // What is beside in memory holds numbers of pages only.
    let of = |files: &BTreeMap<String, Vec<u8>>| -> Vec<Vec<u8>> {
        files.iter().filter(|(name, _)| !name.ends_with("-shm")).map(|(_, bytes)| bytes.clone()).collect()
    };
    let (before, after) = (of(before), of(after));
    let pages: BTreeSet<&[u8]> = before.iter().flat_map(|bytes| bytes.chunks_exact(2048)).collect();
    after.iter().all(|bytes| bytes.windows(2048).step_by(8).all(|window| !pages.contains(window)))
}

#[test]
fn a_changed_key_opens_all_that_was_recorded_and_the_old_one_opens_nothing() {
    let (phone, keystore) = killed(30);
    let replica = phone.open_with(keystore.clone()).expect("it opens");
    // Larger than the engine's cache, so that pages are written before the commit.
    let mut long = pain(2);
    let Body::Observation(observation) = &mut long.body else { unreachable!() };
    observation.note = Some("x".repeat(1_900));
    (0..1600).for_each(|_| drop(replica.record(GRACE, long.clone()).expect("it records")));
    let (old, before) = (keystore.current(), files(&phone));
    assert!(before.values().map(Vec::len).sum::<usize>() > 3_000_000);
    replica.change_key().expect("it changes");
    assert_eq!(count(&replica), 1630);
    replica.record(GRACE, pain(1)).expect("it goes on");
    replica.check_file().expect("each page is whole");
    assert!(no_page_is_of(&before, &files(&phone)), "a page is there as it was under the old key");
    drop(replica);
    assert_ne!(keystore.current(), old);
    assert!(keystore.keys().keys[1].is_none());
    assert!(matches!(refused(&phone, &Kept::of(old)), StoreError::WrongKey));
    assert_eq!(count(&phone.open_with(keystore).expect("it opens")), 1631);
}

#[test]
fn wherever_the_keystore_fails_while_the_key_changes_nothing_is_lost_and_the_next_start_ends_it() {
    let mut failed = 0;
    for failing_call in 0.. {
        let (phone, keystore) = killed(10);
        let replica = phone.open_with(keystore.clone()).expect("it opens");
        keystore.lock_after(failing_call, usize::MAX);
        let changed = replica.change_key();
        assert_eq!(count(&replica), 10, "call {failing_call}");
        replica.record(GRACE, pain(3)).expect("it goes on");
        drop(replica);
        keystore.unlock();
        let replica = phone.open_with(keystore.clone()).expect("it opens");
        assert_eq!(count(&replica), 11, "call {failing_call}");
        assert!(keystore.keys().keys[1].is_none(), "call {failing_call}");
        drop(replica);
        assert!(connect(&phone, 1, &keystore.current()).is_ok());
        match changed {
            Err(StoreError::Keystore(KeystoreError::Unavailable)) => failed += 1,
            changed => {
                changed.expect("no call failed");
                break;
            }
        }
    }
    assert_eq!(failed, 6, "each call was the one that failed");
}

#[test]
fn a_key_that_does_not_open_the_file_any_more_never_takes_the_place_of_the_one_that_does() {
    let (phone, keystore) = killed(10);
    let [one, other] = [(), ()].map(|()| phone.open_with(keystore.clone()).expect("it opens"));
    one.change_key().expect("it changes");
    let key = keystore.current();
    assert!(matches!(other.change_key(), Err(StoreError::WrongKey)));
    assert_eq!((keystore.current(), keystore.keys().keys[1].is_none()), (key, true));
    drop((one, other));
    assert_eq!(count(&phone.open_with(keystore).expect("it opens")), 10);
}

#[test]
fn a_damaged_page_keeps_its_key_and_after_it_was_mended_the_key_changes() {
    let phone = Phone::new();
    let keystore = Kept::default();
    let replica = phone.open_with(keystore.clone()).expect("it opens");
    replica.inner.join_for_tests(NOW, Role::Carer);
    replica.inner.absorb(&exchanged(Vec::new())).expect("it stores");
    (0..60).for_each(|number| drop(replica.record(GRACE, pain(number % 10)).expect("it records")));
    drop(replica);
    let mut bytes = std::fs::read(phone.database()).expect("it reads");
    // The last pages are of the journal.
    let place = bytes.len() - 1000;
    bytes[place] ^= 1;
    std::fs::write(phone.database(), &bytes).expect("it writes");
    let replica = phone.open_with(keystore.clone()).expect("it opens");
    let old = keystore.current();
    let changed = replica.change_key();
    assert!(matches!(changed, Err(StoreError::Damaged)), "{changed:?}");
    assert_eq!((keystore.current(), keystore.keys().keys[1].is_none()), (old.clone(), true));
    replica.mend().expect("it is mended");
    let left = count(&replica);
    replica.change_key().expect("it changes");
    drop(replica);
    let replica = phone.open_with(keystore.clone()).expect("it opens");
    assert_eq!((count(&replica), replica.sync_state().expect("it reads").set_aside), (left, 1));
    assert_eq!(std::fs::read(phone.database()).expect("it reads"), bytes, "the damaged file stays");
    let earlier = replica.inner.state().store.earlier_keys_for_tests();
    assert_eq!(earlier, [(1, *old)], "and can be read still");
    assert!(connect(&phone, 2, &keystore.current()).is_ok() && connect(&phone, 2, &old).is_err());
}

#[test]
fn an_unfinished_copy_is_removed_and_a_file_that_cannot_be_read_is_never_passed_over() {
    let (phone, keystore) = killed(10);
    let key = keystore.current();
    drop(connect(&phone, 2, &key).expect("a copy is begun"));
    drop(phone.open_with(keystore.clone()).expect("it opens"));
    assert!(!files(&phone).contains_key("alongside-2.db"), "it held nothing of its own");
    let whole = std::fs::read(phone.database()).expect("it reads");
    std::fs::write(phone.folder.path().join("alongside-2.db"), &whole[2048..]).expect("it writes");
    assert!(matches!(refused(&phone, &keystore), StoreError::WrongKey), "not the older one in its place");
    assert_eq!(std::fs::read(phone.database()).expect("it reads"), whole);
}
