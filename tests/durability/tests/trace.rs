//! Between the call that records and its return, what was written to the database is forced to the disk.
//!
//! Ending the program by force would prove nothing: what it wrote would still be in the kernel's memory.

use std::path::Path;
use std::process::Command;

const RECORDS: usize = 100;
const PROGRAM: &str = env!("CARGO_BIN_EXE_alongside-durability");

/// What a trace says of one record.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Between {
    /// Writes to the database or its log.
    writes: usize,
    /// Whether the last of them was followed by a sync that succeeded.
    synced: bool,
}

#[test]
fn every_record_is_on_the_disk_before_its_call_returns() {
    let folder = tempfile::tempdir().expect("a folder");
    let phone = folder.path().join("phone");
    let prepared = Command::new(PROGRAM).arg("prepare").arg(&phone).status().expect("it starts");
    assert!(prepared.success());
    let trace = trace(folder.path(), &phone);
    let records = records(&trace);
    assert_eq!(records.len(), RECORDS, "every record has its before and after in the trace");
    let silent = records.iter().filter(|between| between.writes == 0).count();
    assert_eq!(silent, 0, "each record is written to the database");
    let volatile = records.iter().filter(|between| !between.synced).count();
    assert_eq!(volatile, 0, "records that were not forced to the disk before the call returned");
}

fn trace(folder: &Path, phone: &Path) -> String {
    let file = folder.join("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-e", "trace=write,pwrite64,pwritev,fsync,fdatasync", "-o"]).arg(&file);
    let status = strace.arg(PROGRAM).arg("record").arg(phone).arg(RECORDS.to_string()).status();
    let status = status.expect("strace is missing: on Debian, apt-get install strace");
    assert!(status.success(), "the traced program ended well");
    std::fs::read_to_string(file).expect("strace writes its trace")
}

/// What lies between each "before" and "after".
fn records(trace: &str) -> Vec<Between> {
    let mut found = Vec::new();
    let mut current: Option<Between> = None;
    for line in trace.lines() {
        if line.contains("\"before ") {
            current = Some(Between::default());
        } else if line.contains("\"after ") {
            found.extend(current.take());
        } else if let Some(between) = current.as_mut().filter(|_| is_of_database(line)) {
            if line.contains("sync(") {
                between.synced |= line.trim_end().ends_with("= 0");
            } else {
                *between = Between { writes: between.writes + 1, synced: false };
            }
        }
    }
    found
}

/// The database or its write-ahead log; the log's index is rebuilt after a crash.
fn is_of_database(line: &str) -> bool {
    let mut paths = line.split(['<', '>']);
    paths.any(|path| path.ends_with("alongside.db") || path.ends_with("alongside.db-wal"))
}

#[test]
fn a_trace_without_a_sync_after_the_last_write_is_noticed() {
    let record = |middle: &str| {
        records(&format!(
            "7 write(1</dev/null>, \"before 1\\n\", 9) = 9\n{middle}7 write(1</dev/null>, \"after 1\\n\", 8) = 8\n"
        ))
    };
    let write = "7 pwrite64(5</d/alongside.db-wal>, \"x\"..., 24, 32) = 24\n";
    let sync = "7 fdatasync(5</d/alongside.db-wal>) = 0\n";
    let failed = "7 fdatasync(5</d/alongside.db-wal>) = -1 EIO (Input/output error)\n";
    let elsewhere = "7 fdatasync(5</d/other.db-wal>) = 0\n";
    let synced = |middle: String| record(&middle)[0].synced;
    assert!(synced(format!("{write}{sync}")));
    assert!(!synced(format!("{sync}{write}")));
    assert!(!synced(format!("{write}{failed}")));
    assert!(!synced(format!("{write}{elsewhere}")));
    assert_eq!(record("")[0].writes, 0);
}
