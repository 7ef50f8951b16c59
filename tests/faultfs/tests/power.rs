//! What a commit is worth: with every sync done it survives any loss of power, and without it does not. The second
//! half is the control: a disk that never lost anything would prove nothing.

use alongside_faultfs::{Disk, Loss, Mount, install};
use rusqlite::Connection;
use std::sync::Arc;

/// Random choices from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn coin(&mut self) -> bool {
        self.next() & 1 == 1
    }
}

impl Loss for Dice {
    fn keep(&mut self, changes: usize) -> Vec<bool> {
        match self.next() % 3 {
            0 => vec![false; changes],
            1 => {
                let kept = self.next() as usize % (changes + 1);
                (0..changes).map(|change| change < kept).collect()
            }
            _ => (0..changes).map(|_| self.coin()).collect(),
        }
    }

    fn tear(&mut self, sectors: usize) -> Option<Vec<bool>> {
        self.next().is_multiple_of(4).then(|| (0..sectors).map(|_| self.coin()).collect())
    }
}

struct Phone {
    disk: Disk,
    mount: Arc<Mount>,
    path: String,
    pragmas: String,
}

impl Phone {
    fn new(name: &str, synchronous: &str, encrypted: bool) -> Phone {
        install();
        let (disk, folder) = (Disk::new(), format!("/power/{name}"));
        let key = format!(
            "PRAGMA key = \"x'{}'\"; PRAGMA cipher_page_size = 2048; PRAGMA cipher_log_level = NONE;",
            "1b".repeat(32)
        );
        let key = if encrypted { key.as_str() } else { "" };
        let pragmas = format!("{key} PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous};");
        Phone { mount: disk.mount(&folder), path: format!("{folder}/rows.db"), disk, pragmas }
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        self.mount.start_process();
        let connection = Connection::open(&self.path)?;
        connection.execute_batch(&self.pragmas)?;
        connection.execute_batch("CREATE TABLE IF NOT EXISTS row (number INTEGER PRIMARY KEY, text TEXT)")?;
        Ok(connection)
    }
}

/// Writes rows until the machine dies; the last number that was committed before.
fn write_rows(connection: &Connection, after: i64, dice: &mut Dice) -> i64 {
    let mut last = after;
    loop {
        let text = "x".repeat(dice.next() as usize % 3000);
        match connection.execute("INSERT INTO row VALUES (?1, ?2)", (last + 1, text)) {
            Ok(_) => last += 1,
            Err(_) => return last,
        }
    }
}

/// How many committed rows are lost over `runs` losses of power. What is there must always be the first rows,
/// without a gap, whatever else was lost.
fn lost_rows(name: &str, synchronous: &str, encrypted: bool, runs: u64) -> i64 {
    let mut lost = 0;
    for seed in 0..runs {
        let mut dice = Dice(seed);
        let phone = Phone::new(&format!("{name}{seed}"), synchronous, encrypted);
        let mut last = 0;
        for _ in 0..3 {
            let connection = phone.open().expect("it opens after any loss of power");
            let found: Result<(i64, i64), _> =
                connection.query_row("SELECT count(*), coalesce(max(number), 0) FROM row", [], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                });
            let (count, highest) = found.expect("rows can be read after a loss of power");
            assert_eq!(count, highest, "a gap, seed {seed}");
            lost += (last - highest).max(0);
            phone.mount.die_after(dice.next() % 60);
            last = write_rows(&connection, highest, &mut dice);
            phone.disk.lose_power(&mut dice);
        }
    }
    lost
}

#[test]
fn full_loses_no_committed_row() {
    assert_eq!(lost_rows("full", "FULL", false, 400), 0);
    assert_eq!(lost_rows("cipher", "FULL", true, 100), 0);
}

#[test]
fn normal_loses_committed_rows() {
    assert!(lost_rows("normal", "NORMAL", false, 100) > 20);
}

#[test]
fn a_killed_process_loses_nothing_whatever_was_synced() {
    let mut dice = Dice(7);
    let phone = Phone::new("killed", "OFF", true);
    let mut last = 0;
    for _ in 0..50 {
        let connection = phone.open().expect("it opens");
        let count: i64 =
            connection.query_row("SELECT count(*) FROM row", [], |row| row.get(0)).expect("it reads");
        assert!(count >= last, "{count} of {last}");
        phone.mount.die_after(dice.next() % 40);
        last = write_rows(&connection, count, &mut dice);
        phone.mount.kill();
    }
    assert!(last > 20);
}

#[test]
fn after_a_failed_sync_what_was_committed_before_survives() {
    for seed in 0..100 {
        let mut dice = Dice(seed);
        let phone = Phone::new(&format!("sync{seed}"), "FULL", false);
        let connection = phone.open().expect("it opens");
        phone.disk.fail_sync_after(dice.next() % 20);
        let mut committed = write_rows(&connection, 0, &mut dice);
        assert_eq!(phone.disk.counts().failed_syncs, 1);
        phone.mount.die_after(dice.next() % 40);
        let found = |connection: &Connection| -> i64 {
            connection.query_row("SELECT count(*) FROM row", [], |row| row.get(0)).expect("it reads")
        };
        committed = write_rows(&connection, committed, &mut dice);
        phone.disk.lose_power(&mut dice);
        assert!(found(&phone.open().expect("it opens")) >= committed, "seed {seed}");
    }
}

#[test]
fn a_full_disk_refuses_and_takes_again_when_there_is_room() {
    let phone = Phone::new("room", "FULL", true);
    let connection = phone.open().expect("it opens");
    phone.disk.set_room(Some(phone.disk.used_bytes() + 20_000));
    let count = write_rows(&connection, 0, &mut Dice(3));
    assert!(phone.disk.counts().refused_writes > 0);
    phone.disk.set_room(None);
    connection.execute("INSERT INTO row VALUES (?1, 'y')", [count + 1]).expect("there is room");
}

#[test]
fn a_changed_bit_is_noticed_in_an_encrypted_file() {
    let phone = Phone::new("bit", "FULL", true);
    let connection = phone.open().expect("it opens");
    connection.execute("INSERT INTO row VALUES (1, 'z')", []).expect("it writes");
    drop(connection);
    let (name, length) = phone.disk.files().remove(0);
    assert!(phone.disk.flip_bit(&name, length - 700, 3));
    let read = phone.open().and_then(|connection| {
        connection.query_row("SELECT text FROM row", [], |row| row.get::<_, String>(0))
    });
    assert!(read.is_err(), "{read:?}");
}

#[test]
fn a_disk_that_is_put_back_shows_what_it_held_then() {
    let phone = Phone::new("copy", "FULL", false);
    let connection = phone.open().expect("it opens");
    connection.execute("INSERT INTO row VALUES (1, 'then')", []).expect("it writes");
    let copy = phone.disk.copy();
    connection.execute("INSERT INTO row VALUES (2, 'later')", []).expect("it writes");
    drop(connection);
    phone.disk.put_back(&copy);
    let connection = phone.open().expect("it opens");
    let count: i64 =
        connection.query_row("SELECT count(*) FROM row", [], |row| row.get(0)).expect("it reads");
    assert_eq!(count, 1);
}

#[test]
fn two_processes_on_one_disk_exclude_each_other_and_a_dead_one_holds_no_lock() {
    let one = Phone::new("shared", "FULL", false);
    let two = Phone {
        mount: one.disk.mount("/power/other"),
        path: "/power/other/rows.db".into(),
        ..Phone::new("unused", "FULL", false)
    };
    let (first, second) = (one.open().expect("it opens"), two.open().expect("it opens"));
    second.busy_timeout(std::time::Duration::ZERO).expect("it takes a time");
    first.execute_batch("BEGIN IMMEDIATE; INSERT INTO row VALUES (1, 'first')").expect("it begins");
    assert!(second.execute("INSERT INTO row VALUES (2, 'second')", []).is_err(), "the first one writes");
    one.mount.kill();
    second.execute("INSERT INTO row VALUES (2, 'second')", []).expect("nobody writes");
    let count: i64 = second.query_row("SELECT count(*) FROM row", [], |row| row.get(0)).expect("it reads");
    assert_eq!(count, 1, "what the dead one had not committed is gone");
}
