//! The ledger: a file beside the database, in no backup of it, of what a backup that is put back must not undo. An
//! order to erase is added before anything is destroyed, the end of an enrolment before anybody is told. When the
//! store opens, what the ledger holds is carried out again. Layout: `docs/format.md`.

use super::{Receipted, StorageError};
use alongside_domain::ids::{AuthorId, StaffId};
use alongside_domain::journal::erasure::Erasure;
use alongside_domain::sync::standing::Ended;
use alongside_domain::time::Moment;
use minicbor::{Decode, Encode};
use ring::digest::{Context, SHA256};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The first bytes of the file.
const MAGIC: &[u8; 18] = b"alongside ledger 1";
/// Longest entry: the end of an enrolment lists every stream of the device.
const ENTRY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of the check behind each entry.
const CHECK_BYTES: usize = 32;

/// What is kept.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Entry {
    /// A record is erased.
    #[n(0)]
    Erased(#[n(0)] Order),
    /// A device is no longer enrolled.
    #[n(1)]
    Ended(#[n(0)] EndedEnrolment),
    /// A device that is no longer enrolled is to wipe what it holds.
    #[n(2)]
    Wipe(#[n(0)] WipeOrdered),
}

/// The end of a device's enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct EndedEnrolment {
    /// Which device.
    #[n(0)]
    pub device: AuthorId,
    /// Why.
    #[n(1)]
    pub why: Ended,
    /// Who said so.
    #[n(2)]
    pub by: StaffId,
    /// When.
    #[n(3)]
    pub at: Moment,
    /// The statement, as the store signed it.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub statement: Vec<u8>,
    /// What was receipted before.
    #[n(5)]
    pub receipted: Vec<Receipted>,
}

/// An order to wipe.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct WipeOrdered {
    /// Which device.
    #[n(0)]
    pub device: AuthorId,
    /// Who ordered it.
    #[n(1)]
    pub by: StaffId,
    /// When.
    #[n(2)]
    pub at: Moment,
}

/// An order to erase a record, as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Order {
    /// What is erased.
    #[n(0)]
    pub erasure: Erasure,
    /// The manager who ordered it.
    #[n(1)]
    pub by: StaffId,
    /// When.
    #[n(2)]
    pub at: Moment,
    /// Why.
    #[n(3)]
    pub reason: String,
}

/// Where the bytes of a ledger are.
pub trait LedgerFile: Send + Sync + 'static {
    /// All of them; none while there is no ledger.
    fn read(&self) -> io::Result<Vec<u8>>;
    /// Puts bytes at a place, cuts off what is behind them, and answers once that is durable.
    fn write_at(&self, place: usize, bytes: &[u8]) -> io::Result<()>;
}

/// A ledger in a file of its own.
pub struct FileLedger(pub PathBuf);

impl LedgerFile for FileLedger {
    fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match File::open(&self.0) {
            Ok(mut file) => file.read_to_end(&mut bytes).map(|_| bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(bytes),
            Err(error) => Err(error),
        }
    }

    fn write_at(&self, place: usize, bytes: &[u8]) -> io::Result<()> {
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&self.0)?;
        file.set_len(place as u64)?;
        file.seek(SeekFrom::Start(place as u64))?;
        file.write_all(bytes)?;
        file.sync_all()?;
        // The file's name must be durable too.
        self.0.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }
}

/// A ledger in memory, which outlives whoever writes to it: for copies of a database, and for a simulator.
#[derive(Clone, Default)]
pub struct MemoryLedger(Arc<Mutex<Vec<u8>>>);

impl LedgerFile for MemoryLedger {
    fn read(&self) -> io::Result<Vec<u8>> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn write_at(&self, place: usize, bytes: &[u8]) -> io::Result<()> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.truncate(place);
        kept.extend_from_slice(bytes);
        Ok(())
    }
}

/// The ledger of a store.
#[derive(Clone)]
pub struct Ledger(Arc<dyn LedgerFile>);

/// What a ledger holds.
struct Contents {
    entries: Vec<Entry>,
    /// Where the next entry goes.
    end: usize,
    /// The check of the last entry.
    check: [u8; CHECK_BYTES],
}

impl Ledger {
    /// The ledger whose bytes are there.
    pub fn of(file: impl LedgerFile) -> Ledger {
        Ledger(Arc::new(file))
    }

    /// The ledger of the database at `path`.
    pub fn beside(path: &Path) -> Ledger {
        Ledger::of(FileLedger(path.with_extension("ledger")))
    }

    /// Everything, in the order in which it was added.
    pub fn entries(&self) -> Result<Vec<Entry>, StorageError> {
        Ok(self.contents()?.entries)
    }

    /// All orders to erase, in the order in which they were given.
    pub fn orders(&self) -> Result<Vec<Order>, StorageError> {
        let order = |entry| match entry {
            Entry::Erased(order) => Some(order),
            Entry::Ended(_) | Entry::Wipe(_) => None,
        };
        Ok(self.entries()?.into_iter().filter_map(order).collect())
    }

    /// Adds orders to erase, as [`Ledger::add_all`].
    pub fn add_orders(&self, orders: &[Order]) -> Result<(), StorageError> {
        let entries: Vec<Entry> = orders.iter().cloned().map(Entry::Erased).collect();
        self.add_all(&entries)
    }

    /// Adds an entry; it is durable when this returns.
    pub fn add(&self, entry: Entry) -> Result<(), StorageError> {
        self.add_all(&[entry])
    }

    /// Adds entries, of which the first ones may be there if this fails; all are durable when it returns.
    fn add_all(&self, entries: &[Entry]) -> Result<(), StorageError> {
        let Contents { end, mut check, .. } = self.contents()?;
        let mut bytes = if end == 0 { MAGIC.to_vec() } else { Vec::new() };
        for entry in entries {
            let entry = minicbor::to_vec(entry).expect("a vector takes every byte");
            check = check_of(&check, &entry);
            let length = entry.len() as u32;
            [length, !length].iter().for_each(|length| bytes.extend_from_slice(&length.to_be_bytes()));
            bytes.extend_from_slice(&entry);
            bytes.extend_from_slice(&check);
        }
        self.0.write_at(end, &bytes).map_err(failed)
    }

    fn contents(&self) -> Result<Contents, StorageError> {
        let bytes = self.0.read().map_err(failed)?;
        read(&bytes).ok_or(StorageError::Unreadable { what: "ledger" })
    }
}

fn failed(error: io::Error) -> StorageError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StorageError::Full,
        _ => StorageError::Ledger,
    }
}

fn check_of(before: &[u8; CHECK_BYTES], entry: &[u8]) -> [u8; CHECK_BYTES] {
    let mut context = Context::new(&SHA256);
    [b"alongside entry 1".as_slice(), before, entry].iter().for_each(|part| context.update(part));
    context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// What the bytes hold; nothing when they are damaged. An entry at the end that was not written to its end never
/// counted: nothing had been done for it.
fn read(bytes: &[u8]) -> Option<Contents> {
    let mut contents = Contents { entries: Vec::new(), end: 0, check: [0; CHECK_BYTES] };
    let Some(mut rest) = bytes.strip_prefix(MAGIC) else {
        return (MAGIC.starts_with(bytes) || is_unwritten(bytes)).then_some(contents);
    };
    contents.end = MAGIC.len();
    while let Some((entry, check, after)) = next_entry(rest)? {
        if check_of(&contents.check, entry) != *check {
            return after.is_empty().then_some(contents);
        }
        contents.entries.push(minicbor::decode(entry).ok()?);
        contents.end += rest.len() - after.len();
        (contents.check, rest) = (*check, after);
    }
    Some(contents)
}

/// A file that grew, but was not written before the power was lost, ends in zeros.
fn is_unwritten(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}

type Bytes<'a> = (&'a [u8], &'a [u8; CHECK_BYTES], &'a [u8]);

/// The next entry, its check, and what is behind them. Within: nothing when it is not all there.
#[expect(clippy::option_option, reason = "the outer one says damaged, the inner one says the end")]
fn next_entry(bytes: &[u8]) -> Option<Option<Bytes<'_>>> {
    let Some((lengths, rest)) = bytes.split_first_chunk::<8>() else { return Some(None) };
    let [length, inverted] = [&lengths[..4], &lengths[4..]]
        .map(|part| u32::from_be_bytes(part.try_into().expect("both halves have four bytes")));
    if length != !inverted || length as usize > ENTRY_BYTES_MAX {
        return is_unwritten(bytes).then_some(None);
    }
    let length = length as usize;
    let Some((entry, rest)) = rest.split_at_checked(length) else { return Some(None) };
    let Some((check, after)) = rest.split_first_chunk::<CHECK_BYTES>() else { return Some(None) };
    Some(Some((entry, check, after)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alongside_domain::ids::{AuthorId, Epoch, PersonId};
    use alongside_domain::journal::{Channel, Digest, RecordRef};

    fn order(version: u64) -> Entry {
        let record = RecordRef {
            author: AuthorId([1; 16]),
            epoch: Epoch([2; 8]),
            number: version,
            channel: Channel::Care,
        };
        let erasure = Erasure { version, person: PersonId([3; 16]), record, digest: Digest([4; 32]) };
        Entry::Erased(Order {
            erasure,
            by: StaffId([5; 16]),
            at: Moment(6),
            reason: "written about somebody else".to_owned(),
        })
    }

    /// A ledger of two orders, with its path.
    fn two() -> (tempfile::TempDir, PathBuf, Ledger) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ledger");
        let ledger = Ledger::of(FileLedger(path.clone()));
        assert_eq!(ledger.entries(), Ok(vec![]));
        ledger.add(order(1)).unwrap();
        ledger.add(order(2)).unwrap();
        (folder, path, ledger)
    }

    #[test]
    fn orders_are_there_in_their_order() {
        let (_folder, _, ledger) = two();
        assert_eq!(ledger.entries(), Ok(vec![order(1), order(2)]));
    }

    #[test]
    fn an_entry_that_was_not_written_to_its_end_does_not_count_and_the_next_takes_its_place() {
        let (_folder, path, ledger) = two();
        let whole = std::fs::read(&path).unwrap();
        let one = {
            let (_folder, path, _) = two();
            let length =
                u32::from_be_bytes(std::fs::read(path).unwrap()[18..22].try_into().unwrap()) as usize;
            18 + 8 + length + 32
        };
        for end in 0..whole.len() {
            std::fs::write(&path, &whole[..end]).unwrap();
            let expected = if end < one { vec![] } else { vec![order(1)] };
            assert_eq!(ledger.entries(), Ok(expected.clone()), "cut at {end}");
            ledger.add(order(9)).unwrap();
            assert_eq!(ledger.entries().unwrap().last(), Some(&order(9)), "cut at {end}");
        }
    }

    #[test]
    fn a_file_that_grew_and_was_not_written_holds_what_it_held_before() {
        let (_folder, path, ledger) = two();
        let whole = std::fs::read(&path).unwrap();
        for (kept, expected) in [(0, vec![]), (18, vec![]), (whole.len(), vec![order(1), order(2)])] {
            std::fs::write(&path, [&whole[..kept], &[0; 99]].concat()).unwrap();
            assert_eq!(ledger.entries(), Ok(expected));
            ledger.add(order(9)).unwrap();
            assert_eq!(ledger.entries().unwrap().last(), Some(&order(9)));
        }
    }

    #[test]
    fn a_changed_byte_before_the_last_entry_is_damage_and_nothing_is_written_over_it() {
        let (_folder, path, ledger) = two();
        let whole = std::fs::read(&path).unwrap();
        for at in [0, 19, 21, 24, 30, 100] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
            let damaged = StorageError::Unreadable { what: "ledger" };
            assert_eq!(ledger.entries(), Err(damaged.clone()), "byte {at}");
            assert_eq!(ledger.add(order(3)), Err(damaged));
            assert_eq!(std::fs::read(&path).unwrap(), bytes);
        }
    }
}
