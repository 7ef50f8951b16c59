//! A database of each earlier version is brought to this one while the power fails.
//!
//! An earlier version is made of this one by taking away what later steps added, newest first; so the rows are those of
//! a phone and a server that have worked.

use super::{at_each_change, at_work};
use crate::faults::Class;
use crate::phone::Phone;
use crate::place::Place;
use crate::world::World;
use alongside_faultfs::{Image, Mount};
use alongside_replica::DATABASE_FILE;
use alongside_replica::keystore::{KeyName, Keystore};
use alongside_server::init::database;
use alongside_server::storage::SqliteStore;
use alongside_server::storage::ledger::{Ledger, MemoryLedger};
use rusqlite::Connection;
use rusqlite::types::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What takes away what each step of the phone's schema added, from the second on.
const PHONE: &[&str] = &[
    "ALTER TABLE person DROP COLUMN office",
    "DROP TABLE retimed",
    // The bytes of a page went with its receipt.
    "UPDATE page SET bytes = NULL WHERE receipted = 1;
     ALTER TABLE plan DROP COLUMN read_to; DROP INDEX page_waiting; ALTER TABLE page DROP COLUMN receipted;
     DROP TABLE proof",
    "DROP TABLE revoked",
    "DROP TABLE erased",
    "DROP TABLE concern; DROP TABLE concern_received",
    "DROP TABLE own_edit; DROP TABLE leaving; DROP TABLE key_safe",
    "ALTER TABLE person DROP COLUMN categories; ALTER TABLE person DROP COLUMN reads_plan;
     ALTER TABLE person DROP COLUMN rescoped",
    "DROP TABLE sealed; DROP TABLE damaged",
    "ALTER TABLE person DROP COLUMN coming",
    "DROP TABLE begun_visit",
];

/// The same for the server's.
const SERVER: &[&str] = &[
    "DROP TABLE apart; DROP TABLE flagged",
    "ALTER TABLE page DROP COLUMN brought; DROP TABLE epoch_head; DROP TABLE awaited; DROP TABLE undecided",
    "DROP TABLE revocation_stream; DROP TABLE revocation",
    "DROP TABLE erased; ALTER TABLE page DROP COLUMN secrets; ALTER TABLE device DROP COLUMN erased",
    "DROP TABLE backup; DROP TABLE backup_head",
    "DROP TABLE addressed; DROP TABLE recipient",
    "DROP TABLE key_safe_given; DROP TABLE key_safe; ALTER TABLE staff DROP COLUMN agency;
      DROP TABLE desk; DROP TABLE letter; DROP TABLE acknowledged; DROP TABLE admitted; DROP TABLE concern_seen;
      ALTER TABLE device DROP COLUMN desk",
    "DROP TABLE audit_about; DROP TABLE audit; DROP TABLE audit_head; DROP TABLE audit_claim; DROP TABLE break_glass",
    "DROP TABLE case_access; DROP TABLE case_page",
    "DROP TABLE evidence",
    "DROP TABLE timed_access; ALTER TABLE care_team DROP COLUMN timed",
    "ALTER TABLE staff ADD COLUMN access_version INTEGER NOT NULL DEFAULT 0",
    "DROP TABLE own_kinds",
];

/// Takes a database back to this version.
fn take_back(db: &Connection, steps: &[&str], version: usize) {
    let found: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).expect("it reads");
    assert_eq!(
        found,
        steps.len() as i64 + 1,
        "say here how to take back what the newest step of the schema added"
    );
    db.execute_batch("PRAGMA foreign_keys = OFF").expect("it sets");
    for step in steps[version - 1..].iter().rev() {
        db.execute_batch(step).expect("what a step added can be taken away");
    }
    db.pragma_update(None, "user_version", version as i64).expect("it writes");
}

/// The columns of each table.
type Columns = BTreeMap<String, BTreeSet<String>>;
/// The rows of each table, in order.
type Rows = BTreeMap<String, Vec<String>>;

fn strings(db: &Connection, sql: &str) -> BTreeSet<String> {
    let mut query = db.prepare(sql).expect("it reads");
    let rows = query.query_map([], |row| row.get(0)).expect("it reads");
    rows.collect::<Result<_, _>>().expect("it reads")
}

fn columns(db: &Connection) -> Columns {
    let tables =
        strings(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
    let of = |table: String| {
        let columns = strings(db, &format!("SELECT name FROM pragma_table_info('{table}')"));
        (table, columns)
    };
    tables.into_iter().map(of).collect()
}

/// Tables with their columns, and indices.
fn shape(db: &Connection) -> (Columns, BTreeSet<String>) {
    (columns(db), strings(db, "SELECT name FROM sqlite_schema WHERE type = 'index'"))
}

fn rows(db: &Connection, columns: &Columns) -> Rows {
    let of = |(table, columns): (&String, &BTreeSet<String>)| {
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut query = db.prepare(&format!("SELECT {} FROM {table}", names.join(", "))).expect("it reads");
        let read = query.query_map([], |row| (0..names.len()).map(|at| row.get::<_, Value>(at)).collect());
        let rows = read.expect("it reads").collect::<Result<Vec<Vec<Value>>, _>>().expect("it reads");
        let mut rows: Vec<String> = rows.into_iter().map(|row| format!("{row:?}")).collect();
        rows.sort();
        (table.clone(), rows)
    };
    columns.iter().map(of).collect()
}

/// A row for each table that a run leaves empty.
fn fill(db: &Connection) {
    let columns = columns(db);
    let held = rows(db, &columns);
    for (table, columns) in columns.iter().filter(|(table, _)| held[*table].is_empty()) {
        let value = |column: &String| {
            let sql = format!("SELECT type FROM pragma_table_info('{table}') WHERE name = '{column}'");
            match db.query_row(&sql, [], |row| row.get::<_, String>(0)).expect("it reads").as_str() {
                "INTEGER" => "1",
                "TEXT" => "'one'",
                _ if column == "epoch" => "zeroblob(8)",
                _ if column == "digest" => "zeroblob(32)",
                _ => "zeroblob(16)",
            }
        };
        let values: Vec<&str> = columns.iter().map(value).collect();
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        let sql = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "));
        db.execute(&sql, []).expect("a row of the right types");
    }
}

/// A database on a disk, and how it is opened.
struct Old<'d> {
    mount: &'d Mount,
    steps: &'d [&'d str],
    /// As this version left it.
    image: Image,
    /// Opens it without a look at what is in it.
    connect: &'d dyn Fn() -> Connection,
    /// Lets the product open it.
    open: &'d dyn Fn() -> Result<(), String>,
}

impl Old<'_> {
    /// Brings it from each earlier version to this one, wherever the power fails.
    fn migrates(&self) {
        self.mount.disk().put_back(&self.image);
        self.mount.start_process();
        let shape_now = shape(&(self.connect)());
        for version in 1..=self.steps.len() {
            self.mount.disk().put_back(&self.image);
            self.mount.start_process();
            let old = (self.connect)();
            take_back(&old, self.steps, version);
            fill(&old);
            let mut columns = columns(&old);
            // What a later step takes out is not kept.
            columns
                .iter_mut()
                .for_each(|(table, columns)| columns.retain(|of| shape_now.0[table].contains(of)));
            let held = rows(&old, &columns);
            assert!(held.values().all(|rows| !rows.is_empty()));
            drop(old);
            let image = self.mount.disk().copy();
            let migrate = || drop((self.open)());
            let changes = at_each_change(self.mount, &image, migrate, |when| {
                (self.open)().unwrap_or_else(|error| panic!("version {version}, {when}: {error}"));
                let now = (self.connect)();
                assert_eq!(shape(&now), shape_now, "version {version}, {when}");
                let now = rows(&now, &columns);
                let is_kept =
                    |(table, rows): (&String, &Vec<String>)| rows.iter().all(|row| now[table].contains(row));
                assert!(held.iter().all(is_kept), "version {version}, {when}: a row is lost");
            });
            assert!(changes > 5, "version {version}: {changes} changes");
        }
    }
}

/// Faults that leave something in tables that are empty without them.
const WITH: &[Class] =
    &[Class::Erased, Class::Stranger, Class::ClockOff, Class::DeviceRevoked, Class::ServerRestored];

fn connect_phone(phone: &Phone) -> Connection {
    let db = Connection::open(phone.folder.join(DATABASE_FILE)).expect("it opens");
    let key = phone.keystore.load(KeyName::Current).expect("it answers").expect("a key");
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let set = format!(
        "PRAGMA key = \"x'{hex}'\"; PRAGMA cipher_page_size = 2048; PRAGMA cipher_hmac_algorithm = HMAC_SHA256;"
    );
    db.execute_batch(&set).expect("it takes the key");
    db
}

fn phone_migrates(phone: &Phone) {
    let open = || phone.open().map(drop).map_err(|error| error.to_string());
    let connect = || connect_phone(phone);
    let old =
        Old { mount: &phone.mount, steps: PHONE, image: phone.disk.copy(), connect: &connect, open: &open };
    old.migrates();
}

fn server_migrates(world: &World<'_>) {
    let path = database(&world.servers[0].folder);
    let open = || {
        let opened = SqliteStore::open_with(&path, Ledger::of(MemoryLedger::default()));
        opened.map(drop).map_err(|error| error.to_string())
    };
    let connect = || Connection::open(&path).expect("it opens");
    let (mount, image) = (&world.servers[0].mount, world.disk.copy());
    Old { mount, steps: SERVER, image, connect: &connect, open: &open }.migrates();
}

#[test]
fn wherever_the_power_fails_a_phone_of_any_version_comes_to_this_one_with_every_row() {
    let place = Place::new().expect("a folder");
    let world = at_work(&place, 1, WITH);
    phone_migrates(&world.phones[0]);
}

#[test]
fn wherever_the_power_fails_a_server_of_any_version_comes_to_this_one_with_every_row() {
    let place = Place::new().expect("a folder");
    server_migrates(&at_work(&place, 1, WITH));
}
