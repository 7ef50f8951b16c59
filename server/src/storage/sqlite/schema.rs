//! The tables, by version. A released step is never edited: a change is a new step.
//!
//! Identifiers, keys, links and seals are blobs of their exact bytes. Moments are milliseconds since 1970 in
//! columns that end in `_ms`. Channels, roles and kinds are the numbers of `docs/format.md`.

/// Step n brings a database of version n - 1 to version n.
pub const STEPS: &[&str] = &[
    STEP_1, STEP_2, STEP_3, STEP_4, STEP_5, STEP_6, STEP_7, STEP_8, STEP_9, STEP_10, STEP_11, STEP_12,
    STEP_13, STEP_14,
];

const STEP_1: &str = "
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
-- Each only grows.
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
  staff BLOB PRIMARY KEY, name TEXT NOT NULL, role INTEGER NOT NULL, organisation TEXT NOT NULL,
  access_version INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE account (
  username TEXT PRIMARY KEY, staff BLOB NOT NULL UNIQUE REFERENCES staff, password_hash TEXT NOT NULL,
  failed INTEGER NOT NULL DEFAULT 0, failed_at_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE session (
  token_hash BLOB PRIMARY KEY, staff BLOB NOT NULL REFERENCES staff, csrf TEXT NOT NULL,
  began_ms INTEGER NOT NULL, used_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE person (person BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
-- on_team 0: was on it earlier.
CREATE TABLE care_team (
  person BLOB NOT NULL REFERENCES person, staff BLOB NOT NULL REFERENCES staff, on_team INTEGER NOT NULL,
  PRIMARY KEY (person, staff)
) STRICT, WITHOUT ROWID;
CREATE INDEX care_team_staff ON care_team (staff, person, on_team);

CREATE TABLE code (
  lookup TEXT PRIMARY KEY, hash BLOB NOT NULL, staff BLOB NOT NULL REFERENCES staff,
  expires_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, used_by BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE device (
  device BLOB PRIMARY KEY, staff BLOB NOT NULL REFERENCES staff, key BLOB NOT NULL, certificate BLOB NOT NULL,
  directory_version INTEGER NOT NULL UNIQUE, last_heard_ms INTEGER NOT NULL,
  -- Grows whenever last_heard_ms changes; heard_told is the highest of others that the device was told.
  heard_version INTEGER NOT NULL UNIQUE, heard_told INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
-- At most two a device. heard_told is what the device was told in the answer that carried the challenge.
CREATE TABLE challenge (
  device BLOB NOT NULL REFERENCES device, value BLOB NOT NULL, sequence INTEGER NOT NULL,
  made_ms INTEGER NOT NULL, heard_told INTEGER NOT NULL, PRIMARY KEY (device, value)
) STRICT, WITHOUT ROWID;
CREATE TABLE device_cursor (
  device BLOB NOT NULL REFERENCES device, person BLOB NOT NULL, channel INTEGER NOT NULL,
  acked INTEGER NOT NULL, offered INTEGER NOT NULL,
  PRIMARY KEY (device, person, channel)
) STRICT, WITHOUT ROWID;

-- Rows rise in the order of commits. runs: CBOR array of [person, first, last, before link, head link].
-- Numbers run 1, 2, 3 for each (author, epoch, channel): a gap tells nothing of another channel.
-- Two pages of one number are a branch: a device was set back and cut another page.
CREATE TABLE page (
  id INTEGER PRIMARY KEY, author BLOB NOT NULL, epoch BLOB NOT NULL, number INTEGER NOT NULL,
  channel INTEGER NOT NULL, secret BLOB NOT NULL, seal BLOB NOT NULL, runs BLOB NOT NULL,
  received_ms INTEGER NOT NULL, UNIQUE (author, epoch, channel, number, seal)
) STRICT;
-- What a page holds about one person. position: that of its first record; positions are 1, 2, 3 in the order in
-- which records became visible. links: 32 bytes a record. records: CBOR array of [header, body]. plan: 1 where a
-- record is about the plan.
CREATE TABLE run (
  person BLOB NOT NULL, channel INTEGER NOT NULL, position INTEGER NOT NULL, author BLOB NOT NULL,
  epoch BLOB NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, page INTEGER NOT NULL REFERENCES page,
  plan INTEGER NOT NULL, links BLOB NOT NULL, records BLOB NOT NULL,
  PRIMARY KEY (person, channel, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_stream ON run (person, channel, author, epoch, last);
CREATE INDEX run_plan ON run (person, channel, position) WHERE plan = 1;
CREATE TABLE journal_head (
  person BLOB NOT NULL, channel INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (person, channel)
) STRICT, WITHOUT ROWID;
";

const STEP_2: &str = "
-- Runs that no view reads until a manager releases them: what they were is then in run, and not here any more.
-- links and records: as in run. why: 0 never on the team, 2 the device was stolen. Decided and not released: it
-- stays apart.
CREATE TABLE apart (
  id INTEGER PRIMARY KEY, page INTEGER NOT NULL REFERENCES page, person BLOB NOT NULL, channel INTEGER NOT NULL,
  author BLOB NOT NULL, epoch BLOB NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, why INTEGER NOT NULL,
  received_ms INTEGER NOT NULL, links BLOB NOT NULL, records BLOB NOT NULL,
  released INTEGER NOT NULL DEFAULT 0, decided_by BLOB, decided_ms INTEGER, reason TEXT
) STRICT;
CREATE INDEX apart_stream ON apart (person, channel, author, epoch, last) WHERE released = 0;
-- Runs that views read, and that a manager should look at. why: 1 their author had left.
CREATE TABLE flagged (
  page INTEGER NOT NULL REFERENCES page, person BLOB NOT NULL, why INTEGER NOT NULL, PRIMARY KEY (page, person)
) STRICT, WITHOUT ROWID;
";

const STEP_3: &str = "
-- CBOR of an extract: a page that devices brought back after a restore, as far as they may see it. Its secret is
-- empty until its author brings it whole, and runs lists what the extract shows.
ALTER TABLE page ADD COLUMN brought BLOB;
-- Positions that were given in an epoch before a restore hold up to these: there the backup ended.
CREATE TABLE epoch_head (
  epoch BLOB NOT NULL, person BLOB NOT NULL, channel INTEGER NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (epoch, person, channel)
) STRICT, WITHOUT ROWID;
-- People about whose plan nothing is decided, since devices are awaited that may know what a restored store has lost;
-- then what came after this position of their care channel is.
CREATE TABLE undecided (person BLOB PRIMARY KEY, after INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE awaited (
  person BLOB NOT NULL REFERENCES undecided, device BLOB NOT NULL, PRIMARY KEY (person, device)
) STRICT, WITHOUT ROWID;
";

const STEP_4: &str = "
-- Devices that are no longer enrolled. why: 0 their holder left, 1 stolen. statement: CBOR, as the store signed it.
CREATE TABLE revocation (
  device BLOB PRIMARY KEY REFERENCES device, why INTEGER NOT NULL, by BLOB NOT NULL, at_ms INTEGER NOT NULL,
  statement BLOB NOT NULL, directory_version INTEGER NOT NULL UNIQUE,
  wipe_by BLOB, wipe_ordered_ms INTEGER, wiped_ms INTEGER
) STRICT, WITHOUT ROWID;
-- The last record of each of their streams that was receipted before.
CREATE TABLE revocation_stream (
  device BLOB NOT NULL REFERENCES revocation, person BLOB NOT NULL, channel INTEGER NOT NULL, epoch BLOB NOT NULL,
  number INTEGER NOT NULL, PRIMARY KEY (device, person, channel, epoch)
) STRICT, WITHOUT ROWID;
";

const STEP_5: &str = "
-- What was erased, as the ledger beside the database has it too.
CREATE TABLE erased (
  version INTEGER PRIMARY KEY, person BLOB NOT NULL, channel INTEGER NOT NULL, author BLOB NOT NULL,
  epoch BLOB NOT NULL, number INTEGER NOT NULL, digest BLOB NOT NULL, ordered_by BLOB NOT NULL,
  ordered_ms INTEGER NOT NULL, reason TEXT NOT NULL, UNIQUE (person, channel, author, epoch, number)
) STRICT;
CREATE INDEX erased_author ON erased (author, epoch);
-- CBOR list of what opens the records of each run, where one was erased: secret is then empty.
ALTER TABLE page ADD COLUMN secrets BLOB;
-- The last order to erase that the device has carried out, with all before it.
ALTER TABLE device ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
";

const STEP_6: &str = "
-- What the last backup holds: all pages up to a row, what had been brought so often, all positions up to these.
CREATE TABLE backup (
  one INTEGER PRIMARY KEY CHECK (one = 1), last_page INTEGER NOT NULL, brought INTEGER NOT NULL
) STRICT;
CREATE TABLE backup_head (
  person BLOB NOT NULL, channel INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (person, channel)
) STRICT, WITHOUT ROWID;
";

const STEP_7: &str = "
-- Who receives concerns, in the order of place.
CREATE TABLE recipient (staff BLOB PRIMARY KEY REFERENCES staff, place INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- The devices that sealed records are for. position: 1, 2, 3 for each (device, person), so that a device learns
-- nothing of those that are not for it. run: the run's position in the restricted channel, which no device is told.
CREATE TABLE addressed (
  device BLOB NOT NULL, person BLOB NOT NULL, position INTEGER NOT NULL,
  page INTEGER NOT NULL REFERENCES page, run INTEGER NOT NULL, PRIMARY KEY (device, person, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX addressed_page ON addressed (page);
";

const STEP_8: &str = "
-- The codes of key safes: nowhere else. given: to whom the code that is set now was given, and when last.
CREATE TABLE key_safe (
  person BLOB PRIMARY KEY REFERENCES person, code TEXT NOT NULL, set_by BLOB NOT NULL, set_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE key_safe_given (
  person BLOB NOT NULL, staff BLOB NOT NULL, given_ms INTEGER NOT NULL, PRIMARY KEY (person, staff)
) STRICT, WITHOUT ROWID;
-- 1: of an agency, and sees people around their shifts only.
ALTER TABLE staff ADD COLUMN agency INTEGER NOT NULL DEFAULT 0;
-- 1: a desk, its holder's place at the console, and no device.
ALTER TABLE device ADD COLUMN desk INTEGER NOT NULL DEFAULT 0;
-- wrapped: the secret of a desk's keys, encrypted under a key that follows from its holder's password and the salt.
CREATE TABLE desk (
  staff BLOB PRIMARY KEY REFERENCES staff, author BLOB NOT NULL REFERENCES device, salt BLOB NOT NULL,
  wrapped BLOB NOT NULL
) STRICT, WITHOUT ROWID;
-- Letters of concerns whose step has not come; then they are in addressed, with the next position of their device.
CREATE TABLE letter (
  page INTEGER NOT NULL REFERENCES page, device BLOB NOT NULL, person BLOB NOT NULL, run INTEGER NOT NULL,
  PRIMARY KEY (page, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX letter_device ON letter (device);
-- When a concern was first acknowledged.
CREATE TABLE acknowledged (
  author BLOB NOT NULL, epoch BLOB NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (author, epoch)
) STRICT, WITHOUT ROWID;
-- Who is no recipient and was given access to a case.
CREATE TABLE admitted (
  staff BLOB PRIMARY KEY REFERENCES staff, by BLOB NOT NULL, at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Who was given a concern, and who read it on the console. For those alone whom it is sealed to.
CREATE TABLE concern_seen (
  id INTEGER PRIMARY KEY, author BLOB NOT NULL, epoch BLOB NOT NULL, staff BLOB NOT NULL, at_ms INTEGER NOT NULL,
  is_read INTEGER NOT NULL
) STRICT;
CREATE INDEX concern_seen_concern ON concern_seen (author, epoch);
";

const STEP_9: &str = "
-- The audit trail. entry: the CBOR of one entry, as it was written. link: SHA-256 over the link before and the entry.
-- former: of a restore, the epoch before it. What is here is never changed and never deleted.
CREATE TABLE audit (
  number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, former BLOB, entry BLOB NOT NULL, link BLOB NOT NULL
) STRICT;
CREATE INDEX audit_former ON audit (former) WHERE former IS NOT NULL;
CREATE INDEX audit_link ON audit (link);
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;
CREATE TRIGGER audit_stands BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;
-- Under which person and which member of staff an entry is found.
CREATE TABLE audit_about (
  about BLOB NOT NULL, number INTEGER NOT NULL REFERENCES audit, PRIMARY KEY (about, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_about_number ON audit_about (number);
CREATE TRIGGER audit_about_stays BEFORE DELETE ON audit_about
  BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;
CREATE TRIGGER audit_about_stands BEFORE UPDATE ON audit_about
  BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;
-- Heads of the trail that the store has signed.
CREATE TABLE audit_head (
  number INTEGER PRIMARY KEY, epoch BLOB NOT NULL, link BLOB NOT NULL, at_ms INTEGER NOT NULL,
  signature BLOB NOT NULL
) STRICT;
-- Heads that devices were told and that are not in the trail. is_lost 1: a restore of the store explains it.
CREATE TABLE audit_claim (
  device BLOB NOT NULL, epoch BLOB NOT NULL, hour_ms INTEGER NOT NULL, link BLOB NOT NULL, at_ms INTEGER NOT NULL,
  is_lost INTEGER NOT NULL, PRIMARY KEY (device, epoch, hour_ms, link)
) STRICT, WITHOUT ROWID;
-- Who has opened whose record in an emergency.
CREATE TABLE break_glass (
  id INTEGER PRIMARY KEY, staff BLOB NOT NULL REFERENCES staff, person BLOB NOT NULL REFERENCES person,
  opened_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, ended_ms INTEGER
) STRICT;
CREATE INDEX break_glass_staff ON break_glass (staff, until_ms);
";

const STEP_10: &str = "
-- Access to a case, by its concern: given to somebody who was not asked, or taken back, from whomever. admitted, which
-- does not say to which case, is not written any more.
CREATE TABLE case_access (
  author BLOB NOT NULL, epoch BLOB NOT NULL, staff BLOB NOT NULL, is_on INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY (author, epoch, staff)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_access_staff ON case_access (staff, is_on);
-- Which case a page belongs to, where the server was told: a page that is not here stands for itself.
CREATE TABLE case_page (
  page INTEGER PRIMARY KEY REFERENCES page, author BLOB NOT NULL, epoch BLOB NOT NULL
) STRICT;
";

const STEP_11: &str = "
-- Records that were changed on their author's device after they were sealed: their digests stand in run. header and
-- body: what came in their places, if it did. No view reads them.
CREATE TABLE evidence (
  person BLOB NOT NULL, channel INTEGER NOT NULL, author BLOB NOT NULL, epoch BLOB NOT NULL, number INTEGER NOT NULL,
  digest BLOB NOT NULL, received_ms INTEGER NOT NULL, header BLOB, body BLOB,
  PRIMARY KEY (person, channel, author, epoch, number, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_author ON evidence (author, epoch, channel);
";

const STEP_12: &str = "
-- 1: sees the person within the times of timed_access only.
ALTER TABLE care_team ADD COLUMN timed INTEGER NOT NULL DEFAULT 0;
-- Access for a time, without a visit. ended_ms: it ended before its time; ended_by is empty where the care team changed.
CREATE TABLE timed_access (
  id INTEGER PRIMARY KEY, person BLOB NOT NULL REFERENCES person, staff BLOB NOT NULL REFERENCES staff,
  from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, given_by BLOB NOT NULL, given_ms INTEGER NOT NULL,
  ended_by BLOB, ended_ms INTEGER
) STRICT;
CREATE INDEX timed_access_staff ON timed_access (staff);
CREATE INDEX timed_access_person ON timed_access (person);
";

const STEP_13: &str = "
-- The version of an access list is made of the list.
ALTER TABLE staff DROP COLUMN access_version;
DELETE FROM counter WHERE name = 'access';
";

const STEP_14: &str = "
-- The organisation's own kinds of observation, as they were given: the highest version stands.
CREATE TABLE own_kinds (version INTEGER PRIMARY KEY, json TEXT NOT NULL, given_ms INTEGER NOT NULL) STRICT;
";
