//! The limit of storing: SQLCipher with the product's pragmas, one rowid table, one column of bytes.

use alongside_domain::journal::{Header, RecordBytes};
use rusqlite::Connection;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// A database that holds bytes and nothing else.
pub struct Limit {
    connection: Connection,
}

impl Limit {
    /// A new database in this folder.
    pub fn make(folder: &Path) -> Result<Limit, rusqlite::Error> {
        let connection = Connection::open(Self::file(folder))?;
        connection.execute_batch(&format!("PRAGMA key = \"x'{}'\";", "17".repeat(32)))?;
        connection.execute_batch(
            "PRAGMA cipher_page_size = 2048;
             PRAGMA cipher_hmac_algorithm = HMAC_SHA256;
             PRAGMA cipher_memory_security = OFF;
             PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA secure_delete = ON;
             PRAGMA temp_store = MEMORY;
             CREATE TABLE record (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;",
        )?;
        Ok(Limit { connection })
    }

    /// Where its file is.
    pub fn file(folder: &Path) -> PathBuf {
        folder.join("limit.db")
    }

    /// Inserts bytes in a transaction of their own.
    pub fn insert(&self, bytes: &[u8]) -> Result<(), rusqlite::Error> {
        self.connection.prepare_cached("INSERT INTO record (bytes) VALUES (?1)")?.execute([bytes]).map(drop)
    }

    /// Inserts many in one transaction.
    pub fn insert_all<'b>(&self, all: impl IntoIterator<Item = &'b [u8]>) -> Result<(), rusqlite::Error> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        for bytes in all {
            self.insert(bytes)?;
        }
        self.connection.execute_batch("COMMIT")
    }
}

/// Bytes as long as a record with this body has.
pub fn record_bytes(header: &Header, body: &alongside_domain::journal::Body) -> Vec<u8> {
    let record = RecordBytes::of(header, body);
    [record.header, record.body].concat()
}

/// Counts the pages that commits write to a database's write-ahead log.
pub struct PagesWritten {
    index: File,
    last: u32,
}

impl PagesWritten {
    /// Watches the database in this file, which is open.
    pub fn of(database: &Path) -> std::io::Result<PagesWritten> {
        let mut name = database.as_os_str().to_owned();
        name.push("-shm");
        let mut pages = PagesWritten { index: File::open(name)?, last: 0 };
        pages.last = pages.frames()?;
        Ok(pages)
    }

    /// Pages written since the last call, by at most one commit: a commit after a full checkpoint begins the log
    /// anew.
    pub fn since_last(&mut self) -> std::io::Result<u32> {
        let frames = self.frames()?;
        let written = if frames > self.last { frames - self.last } else { frames };
        self.last = frames;
        Ok(written)
    }

    /// Valid frames in the log: `mxFrame` of the index header, in the machine's byte order
    /// (<https://www.sqlite.org/walformat.html>, section 2.1).
    fn frames(&self) -> std::io::Result<u32> {
        let mut bytes = [0; 4];
        self.index.read_exact_at(&mut bytes, 16)?;
        Ok(u32::from_ne_bytes(bytes))
    }
}
