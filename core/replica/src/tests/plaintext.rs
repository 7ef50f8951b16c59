//! Nothing that a phone holds can be read in its files without the key: neither in the database nor in its log, its
//! index or a temporary file; open, in the midst of a transaction, after the app was killed, and once a file was set
//! aside or its key changed.

use super::*;
use crate::keystore::{DatabaseKey, KeyName};
use crate::store::Store;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// Stands in all that the test writes.
const CANARY: &str = "canary";
/// The holder of the phone.
const NAME: &str = "Amina";
/// More than the engine's cache holds.
const BIG_BYTES: usize = 6_000_000;

pub(super) fn holds(bytes: &[u8], word: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == word[0]) {
        if rest[at..].starts_with(word) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

struct Searched {
    phone: Phone,
    replica: Replica,
    key: DatabaseKey,
}

impl Searched {
    fn new() -> Searched {
        let phone = Phone::new();
        let replica = phone.enrolled();
        let key = phone.keystore().load(KeyName::Current).expect("it answers").expect("a key");
        let searched = Searched { phone, replica, key };
        searched.write();
        searched
    }

    /// A note, a saying, an edit of the plan with its reason, and a value of the store.
    fn write(&self) {
        let mut draft = pain(3);
        let Body::Observation(observation) = &mut draft.body else { unreachable!() };
        observation.note = Some(format!("{CANARY} in a note"));
        observation.quoted = Some(format!("{CANARY} in her words"));
        (0..30).for_each(|_| drop(self.replica.record(GRACE, draft.clone()).expect("it records")));
        let command = Command::AddEntry {
            section: Section::Actions,
            entry: "tea".parse().expect("an entry's name"),
            fields: [("text".to_owned(), Value::text(format!("{CANARY} in the plan")))].into(),
            order: 1,
        };
        let reason = format!("{CANARY} in a reason");
        self.replica.edit_plan(GRACE, vec![command], &reason).expect("it records");
    }

    fn words(&self) -> [Vec<u8>; 4] {
        let hex: String = self.key.iter().map(|byte| format!("{byte:02x}")).collect();
        [CANARY.into(), NAME.into(), self.key.to_vec(), hex.into()]
    }

    /// Each file of the folder but the keystore's, and each that this process has open and no folder names.
    fn assert_unreadable(&self, when: &str) {
        let mut searched = 0;
        for file in std::fs::read_dir(self.phone.folder.path()).expect("a folder") {
            let file = file.expect("a file");
            let name = file.file_name().into_string().expect("a plain name");
            if name == "key" {
                continue;
            }
            let bytes = std::fs::read(file.path()).expect("it reads");
            for word in self.words() {
                assert!(!holds(&bytes, &word), "{when}: {name} can be read");
            }
            searched += bytes.len();
        }
        assert!(searched > 20_000, "{when}: {searched} bytes");
        assert!(self.temporary_files().is_empty(), "{when}: {:?}", self.temporary_files());
    }

    /// Files without a name in which something can be read, and those that the engine calls temporary.
    fn temporary_files(&self) -> Vec<String> {
        let open = std::fs::read_dir("/proc/self/fd").expect("the process's own files");
        let mut found = Vec::new();
        for file in open.filter_map(Result::ok) {
            let Ok(target) = std::fs::read_link(file.path()) else { continue };
            let target = target.to_string_lossy().into_owned();
            let is_nameless = target.ends_with(" (deleted)") && target.starts_with('/');
            let is_readable =
                || std::fs::read(file.path()).is_ok_and(|bytes| holds(&bytes, CANARY.as_bytes()));
            if target.contains("etilqs") || (is_nameless && is_readable()) {
                found.push(target);
            }
        }
        found
    }

    fn connect(&self, number: u32) -> Connection {
        Store::connect_for_tests(self.phone.folder.path(), number, &self.key).expect("it opens")
    }
}

/// With the key, all of it is there: the search would find it.
pub(super) fn with_the_key(db: &Connection) -> Vec<u8> {
    let mut tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").expect("it reads");
    let tables =
        tables.query_map([], |row| row.get(0)).expect("it reads").collect::<Result<Vec<String>, _>>();
    let mut all = Vec::new();
    for table in tables.expect("it reads") {
        let mut query = db.prepare(&format!("SELECT * FROM {table}")).expect("it reads");
        let columns = query.column_count();
        let mut rows = query.query([]).expect("it reads");
        while let Some(row) = rows.next().expect("it reads") {
            for column in 0..columns {
                if let ValueRef::Blob(bytes) | ValueRef::Text(bytes) = row.get_ref(column).expect("a value") {
                    all.extend_from_slice(bytes);
                }
            }
        }
    }
    all
}

/// Sorts more than the engine's cache holds, and looks while it does.
fn sort_much(db: &Connection, look: impl FnOnce()) {
    let sql = format!(
        "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {})
         SELECT '{CANARY}' || hex(randomblob(500)) AS text FROM number ORDER BY text",
        BIG_BYTES / 1000
    );
    let mut query = db.prepare(&sql).expect("it sorts");
    let mut rows = query.query([]).expect("it sorts");
    rows.next().expect("it sorts").expect("a row");
    look();
}

#[test]
fn nothing_can_be_read_without_the_key_open_or_closed_killed_mended_or_under_another_key() {
    let mut searched = Searched::new();
    let found = with_the_key(&searched.connect(1));
    assert!(holds(&found, CANARY.as_bytes()) && holds(&found, NAME.as_bytes()));
    searched.assert_unreadable("open");

    let mut state = searched.replica.inner.state();
    let big: Vec<String> = (0..BIG_BYTES / 1000).map(|_| format!("{CANARY} {}", "x".repeat(990))).collect();
    let undone = state.store.transact(|store| -> Result<(), StoreError> {
        store.set_meta("big", &big)?;
        searched.assert_unreadable("in the midst of a transaction");
        Err(StoreError::DiskFull)
    });
    assert!(undone.is_err());
    state.store.transact(|store| store.set_meta("big", &big)).expect("it stores");
    drop(state);
    searched.assert_unreadable("after a big transaction");
    sort_much(&searched.connect(1), || searched.assert_unreadable("in the midst of a big sort"));

    let (killed, _) = restored(&searched.phone);
    let killed = Searched { replica: killed.open(), phone: killed, key: searched.key.clone() };
    killed.assert_unreadable("after it was killed");
    drop(killed);

    let path = searched.phone.database();
    searched.replica = Phone::new().open();
    searched.assert_unreadable("closed");

    let mut bytes = std::fs::read(&path).expect("it reads");
    let place = bytes.len() - 1000;
    bytes[place] ^= 1;
    std::fs::write(&path, &bytes).expect("it writes");
    searched.replica = searched.phone.open();
    searched.replica.mend().expect("it is mended");
    assert!(holds(&with_the_key(&searched.connect(2)), NAME.as_bytes()));
    searched.assert_unreadable("set aside and mended");

    let old = std::mem::replace(&mut searched.key, DatabaseKey::new([0; 32]));
    searched.replica.change_key().expect("it changes");
    searched.key = searched.phone.keystore().load(KeyName::Current).expect("it answers").expect("a key");
    searched.write();
    assert_ne!(searched.key, old);
    assert!(
        holds(&with_the_key(&searched.connect(2)), &old[..]),
        "the file that was set aside keeps its key"
    );
    searched.assert_unreadable("under another key");
    let new = std::mem::replace(&mut searched.key, old);
    searched.assert_unreadable("and the old key is in no file");
    searched.key = new;

    // A file that the engine sorts in would be found, and what can be read in it.
    let db = searched.connect(2);
    db.execute_batch("PRAGMA temp_store = FILE").expect("it sets");
    sort_much(&db, || assert!(!searched.temporary_files().is_empty()));
}
