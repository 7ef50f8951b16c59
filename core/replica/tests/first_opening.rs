//! The first openings of a process, many at once. Alone in its file: the engine starts once a process.

use alongside_replica::clock::ManualClock;
use alongside_replica::domain::time::Moment;
use alongside_replica::keystore::FileKeystore;
use alongside_replica::random::OsRandom;
use alongside_replica::{OpenConfig, Replica};
use std::path::Path;
use std::sync::{Arc, Barrier};
use std::thread;

const THREADS: usize = 16;

fn open(folder: &Path) -> Result<(), String> {
    let keystore = Arc::new(FileKeystore::new(folder.join("key")));
    let clock = Arc::new(ManualClock::new(Moment(1_772_449_500_000)));
    let config = OpenConfig { folder: folder.join("data"), keystore, clock, random: Arc::new(OsRandom) };
    Replica::open(config).map(drop).map_err(|error| error.to_string())
}

#[test]
fn stores_that_are_opened_as_the_engine_starts_all_open() {
    let folders: Vec<_> = (0..THREADS).map(|_| tempfile::tempdir().expect("a folder")).collect();
    let together = Barrier::new(THREADS);
    let opened: Vec<_> = thread::scope(|scope| {
        let begun: Vec<_> = folders
            .iter()
            .map(|folder| {
                scope.spawn(|| {
                    together.wait();
                    open(folder.path())
                })
            })
            .collect();
        begun.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(opened, vec![Ok(()); THREADS]);
}
