//! The tables of the phone's database, and how each earlier version becomes this one.
//!
//! Making a record touches one page: the last leaf of `journal`. What else is known of the records at its end is
//! read from them: where their streams stand until their page is cut (`stream`), and whom they are about
//! (`placed`). The own records that are in no page are among those after the last one in `placed`: all pages are cut
//! before records of others are stored. Views are folds over `journal`, so they hold a record from the
//! same commit on.

use super::error::StoreError;
use rusqlite::Connection;

/// Each step makes version N + 1 of version N.
const STEPS: &[&str] = &["
-- One value each: the identity, the challenge, clocks.
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- People whom this device has or had access to, in the order of the access list.
CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    person BLOB NOT NULL UNIQUE,
    access INTEGER NOT NULL,
    place INTEGER NOT NULL,
    edited INTEGER NOT NULL DEFAULT 0   -- this device has ever recorded something about their plan
) STRICT;

-- Every stream of which this device holds a record.
CREATE TABLE stream (
    id INTEGER PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES person,
    channel INTEGER NOT NULL,
    author BLOB NOT NULL,
    epoch BLOB NOT NULL,
    number INTEGER NOT NULL,       -- of the last record; own streams: of the last one that is in a page
    link BLOB NOT NULL,            -- of that record
    receipted INTEGER NOT NULL,    -- own streams: the last number of an unbroken run of receipts
    UNIQUE (person, channel, author, epoch)
) STRICT;

-- All records, as their authors wrote them.
CREATE TABLE journal (
    id INTEGER PRIMARY KEY,        -- in the order in which they came
    person INTEGER NOT NULL,
    day INTEGER NOT NULL,          -- of its recorded time: days since 1970-01-01 UTC
    stream INTEGER NOT NULL,
    number INTEGER NOT NULL,
    header BLOB,                   -- absent: only the digest may be seen here
    body BLOB NOT NULL             -- the digest, where the header is absent
) STRICT;

-- Where the records about a person stand in the journal, up to the id in `meta`: stretches of ids without another
-- person or day between.
CREATE TABLE placed (
    person INTEGER NOT NULL,
    day INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (person, day, first)
) STRICT, WITHOUT ROWID;

-- Which records plan a visit, and for which day: today's visits are found without reading weeks of records.
CREATE TABLE roster (
    person INTEGER NOT NULL,
    visit BLOB NOT NULL,
    id INTEGER NOT NULL,           -- in journal
    start_day INTEGER NOT NULL,    -- of the planned start
    PRIMARY KEY (person, visit, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX roster_start_day ON roster (person, start_day);

-- Own pages. The bytes go when the receipt has come; the records stay in the journal.
CREATE TABLE page (
    id INTEGER PRIMARY KEY,        -- in the order in which they were cut
    number INTEGER NOT NULL,
    epoch BLOB NOT NULL,
    channel INTEGER NOT NULL,
    secret BLOB NOT NULL,
    runs BLOB NOT NULL,
    bytes BLOB,
    refused INTEGER,
    UNIQUE (epoch, channel, number)
) STRICT;

CREATE TABLE cursor (
    person INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (person, channel)
) STRICT, WITHOUT ROWID;

-- Which records are about the plan: its edits and what was done about them, and its changes.
CREATE TABLE plan_record (
    person INTEGER NOT NULL,
    is_change INTEGER NOT NULL,
    number INTEGER NOT NULL,
    id INTEGER NOT NULL,           -- in journal
    PRIMARY KEY (person, is_change, number, id)
) STRICT, WITHOUT ROWID;

-- The canonical plan: its view, the epoch of the store that wrote it, and the steps that care rules look at.
CREATE TABLE plan (
    person INTEGER PRIMARY KEY,
    view BLOB NOT NULL,
    epoch BLOB NOT NULL,
    care BLOB NOT NULL
) STRICT;

-- The steps of the plan that a list of the day looks at, apart: it is read for everyone at once.
CREATE TABLE plan_day (
    person INTEGER PRIMARY KEY,
    day BLOB NOT NULL
) STRICT;

CREATE TABLE plan_document (
    person INTEGER PRIMARY KEY,
    document BLOB NOT NULL
) STRICT;

-- Certificates of devices, by author, as the store signed them.
CREATE TABLE directory (
    author BLOB PRIMARY KEY,
    certificate BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- When the server last heard each device.
CREATE TABLE heard (
    device BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
", "
-- Whether the access list gives the office channel of this person too.
ALTER TABLE person ADD COLUMN office INTEGER NOT NULL DEFAULT 0;
", "
-- Records whose times the server has corrected, and the records that say so: they are read whatever day they are
-- filed under.
CREATE TABLE retimed (
    person INTEGER NOT NULL,
    id INTEGER NOT NULL,           -- in journal
    PRIMARY KEY (person, id)
) STRICT, WITHOUT ROWID;
", "
-- The last id of the journal whose changes are in the plan. A plan of before is made anew when the next one comes.
ALTER TABLE plan ADD COLUMN read_to INTEGER NOT NULL DEFAULT 0;

-- Own pages keep their bytes until a backup of the server holds them; 1 where the receipt has come.
ALTER TABLE page ADD COLUMN receipted INTEGER NOT NULL DEFAULT 0;
UPDATE page SET receipted = 1 WHERE bytes IS NULL;
CREATE INDEX page_waiting ON page (id) WHERE receipted = 0;

-- What proves records that came from the server, until a backup of it holds them: a server that was put back to an
-- older state gets them again. Whoever wrote them, the seal proves it. frame: the extract without its records,
-- which stand in the journal.
CREATE TABLE proof (
    id INTEGER PRIMARY KEY,
    author BLOB NOT NULL,
    epoch BLOB NOT NULL,
    channel INTEGER NOT NULL,
    number INTEGER NOT NULL,       -- of the page
    frame BLOB NOT NULL,
    given INTEGER NOT NULL DEFAULT 1   -- 0: the server was restored and has not taken it again yet
) STRICT;
CREATE INDEX proof_to_give ON proof (id) WHERE given = 0;
", "
-- Devices that are no longer enrolled, as the store said it under its key.
CREATE TABLE revoked (
    device BLOB PRIMARY KEY,
    statement BLOB NOT NULL
) STRICT, WITHOUT ROWID;
", "
-- Orders to erase records of this device.
CREATE TABLE erased (
    version INTEGER PRIMARY KEY,
    person INTEGER NOT NULL,
    epoch BLOB NOT NULL,
    channel INTEGER NOT NULL,
    number INTEGER NOT NULL
) STRICT;
", "
-- Concerns that the server has not receipted: pages that hold one sealed record each. Nothing else here is about
-- them, and a row goes with its receipt.
CREATE TABLE concern (
    epoch BLOB PRIMARY KEY,
    recorded INTEGER NOT NULL,
    page BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Concerns that were sealed to this device, each as it came: to be read, and to be given to a server that was restored.
-- Apart from the journal: they are about anyone, and stay while access to people comes and goes.
CREATE TABLE concern_received (
    author BLOB NOT NULL,
    epoch BLOB NOT NULL,
    extract BLOB NOT NULL,
    given INTEGER NOT NULL DEFAULT 1,      -- 0: the server was restored and has not taken it again yet
    backed_up INTEGER NOT NULL DEFAULT 0,  -- 1: a backup of the server holds it
    PRIMARY KEY (author, epoch)
) STRICT, WITHOUT ROWID;
", "
-- Edits of the device's holder about people whom it has forgotten, and what became of each: nothing of what they say.
CREATE TABLE own_edit (
    id INTEGER PRIMARY KEY,
    person INTEGER NOT NULL,
    author BLOB NOT NULL,          -- of the edit's record
    epoch BLOB NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,           -- when it was made
    held BLOB,
    settled BLOB,                  -- its final fate
    sure INTEGER NOT NULL DEFAULT 1,   -- 0: the server was restored, and has not said it again yet
    UNIQUE (person, author, epoch, number)
) STRICT;

-- What is kept until a backup of the server holds it, of people whom the device has forgotten, goes some days after that
-- in any case: up to this page and this proof.
CREATE TABLE leaving (
    id INTEGER PRIMARY KEY,
    person INTEGER NOT NULL,
    since INTEGER NOT NULL,        -- the server's time
    page INTEGER NOT NULL,
    proof INTEGER NOT NULL
) STRICT;
-- The codes of key safes that the holder may be shown near a visit: nowhere else here. A row goes when its window ends.
CREATE TABLE key_safe (
    person BLOB PRIMARY KEY,
    visit BLOB NOT NULL,
    from_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    code TEXT NOT NULL
) STRICT, WITHOUT ROWID;
", "
-- The categories that the access list gives of this person (CBOR), where that is not all of them; whether the plan is
-- among them; and 1 where what others wrote was sent under another list: it is to go, and comes again.
ALTER TABLE person ADD COLUMN categories BLOB;
ALTER TABLE person ADD COLUMN reads_plan INTEGER NOT NULL DEFAULT 1;
ALTER TABLE person ADD COLUMN rescoped INTEGER NOT NULL DEFAULT 0;
", "
-- The digests of an own page's records as they were sealed, 32 bytes each in the order of the page. They go with its
-- bytes. asked: the server could not prove the page, and gets them with it.
CREATE TABLE sealed (
    page INTEGER PRIMARY KEY,
    digests BLOB NOT NULL,
    asked INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Own records that changed here after they were sealed: their digests stand in the journal.
CREATE TABLE damaged (
    person INTEGER NOT NULL,
    epoch BLOB NOT NULL,
    channel INTEGER NOT NULL,
    number INTEGER NOT NULL,
    recorded INTEGER,              -- as far as it can be read
    PRIMARY KEY (person, epoch, channel, number)
) STRICT, WITHOUT ROWID;
", "
-- Whether more of what others wrote is still to come: since the person came on the list, or what is shared changed, no
-- answer of the server has said that it was the last.
ALTER TABLE person ADD COLUMN coming INTEGER NOT NULL DEFAULT 0;
", "
-- What the holder has answered to the tasks of a visit that they have not left (CBOR). A row goes with their leaving.
CREATE TABLE begun_visit (
    person INTEGER NOT NULL,
    visit BLOB NOT NULL,
    at INTEGER NOT NULL,           -- when it was kept
    tasks BLOB NOT NULL,
    PRIMARY KEY (person, visit)
) STRICT, WITHOUT ROWID;
"];

/// The newest schema version that this code knows.
pub(crate) const VERSION: i64 = STEPS.len() as i64;

/// Brings the database to [`VERSION`], one step a transaction.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > VERSION {
        return Err(StoreError::NewerVersion { found, known: VERSION });
    }
    for (step, version) in STEPS.iter().zip(1..).skip(found as usize) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}
