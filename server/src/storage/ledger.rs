//! The ledger of erasures: a file beside the database, in no backup of it, to which each order is added before
//! anything is destroyed. When the store opens, what the ledger holds is carried out again, so a backup that was put
//! back forgets again. Layout: `docs/format.md`.

use super::StorageError;
use alongside_domain::ids::StaffId;
use alongside_domain::journal::erasure::Erasure;
use alongside_domain::time::Moment;
use minicbor::{Decode, Encode};
use ring::digest::{Context, SHA256};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The first bytes of the file.
const MAGIC: &[u8; 20] = b"alongside erasures 1";
/// Longest entry.
const ENTRY_BYTES_MAX: usize = 16 * 1024;
/// Bytes of the check behind each entry.
const CHECK_BYTES: usize = 32;

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
    orders: Vec<Order>,
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
        Ledger::of(FileLedger(path.with_extension("erasures")))
    }

    /// All orders, in the order in which they were given.
    pub fn orders(&self) -> Result<Vec<Order>, StorageError> {
        Ok(self.contents()?.orders)
    }

    /// Adds an order; it is durable when this returns.
    pub fn add(&self, order: &Order) -> Result<(), StorageError> {
        self.add_all(std::slice::from_ref(order))
    }

    /// Adds orders, of which the first ones may be there if this fails; all are durable when it returns.
    pub fn add_all(&self, orders: &[Order]) -> Result<(), StorageError> {
        let Contents { end, mut check, .. } = self.contents()?;
        let mut bytes = if end == 0 { MAGIC.to_vec() } else { Vec::new() };
        for order in orders {
            let entry = minicbor::to_vec(order).expect("a vector takes every byte");
            check = check_of(&check, &entry);
            bytes.extend_from_slice(&(entry.len() as u32).to_be_bytes());
            bytes.extend_from_slice(&entry);
            bytes.extend_from_slice(&check);
        }
        self.0.write_at(end, &bytes).map_err(failed)
    }

    fn contents(&self) -> Result<Contents, StorageError> {
        let bytes = self.0.read().map_err(failed)?;
        read(&bytes).ok_or(StorageError::Unreadable { what: "ledger of erasures" })
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
    [b"alongside erasure 1".as_slice(), before, entry].iter().for_each(|part| context.update(part));
    context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// What the bytes hold; nothing when they are damaged. An entry at the end that was not written to its end never
/// counted: nothing had been destroyed for it.
fn read(bytes: &[u8]) -> Option<Contents> {
    let mut contents = Contents { orders: Vec::new(), end: 0, check: [0; CHECK_BYTES] };
    let Some(mut rest) = bytes.strip_prefix(MAGIC) else {
        return MAGIC.starts_with(bytes).then_some(contents);
    };
    contents.end = MAGIC.len();
    while let Some((entry, check, after)) = next_entry(rest)? {
        if check_of(&contents.check, entry) != *check {
            return after.is_empty().then_some(contents);
        }
        contents.orders.push(minicbor::decode(entry).ok()?);
        contents.end += rest.len() - after.len();
        (contents.check, rest) = (*check, after);
    }
    Some(contents)
}

type Entry<'a> = (&'a [u8], &'a [u8; CHECK_BYTES], &'a [u8]);

/// The next entry, its check, and what is behind them. Within: nothing when it is not all there.
#[expect(clippy::option_option, reason = "the outer one says damaged, the inner one says the end")]
fn next_entry(bytes: &[u8]) -> Option<Option<Entry<'_>>> {
    let Some((length, rest)) = bytes.split_first_chunk::<4>() else { return Some(None) };
    let length = u32::from_be_bytes(*length) as usize;
    if length > ENTRY_BYTES_MAX {
        return None;
    }
    let Some((entry, rest)) = rest.split_at_checked(length) else { return Some(None) };
    let Some((check, after)) = rest.split_first_chunk::<CHECK_BYTES>() else { return Some(None) };
    Some(Some((entry, check, after)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alongside_domain::ids::{AuthorId, Epoch, PersonId};
    use alongside_domain::journal::{Channel, Digest, RecordRef};

    fn order(version: u64) -> Order {
        let record = RecordRef {
            author: AuthorId([1; 16]),
            epoch: Epoch([2; 8]),
            number: version,
            channel: Channel::Care,
        };
        let erasure = Erasure { version, person: PersonId([3; 16]), record, digest: Digest([4; 32]) };
        Order {
            erasure,
            by: StaffId([5; 16]),
            at: Moment(6),
            reason: "written about somebody else".to_owned(),
        }
    }

    /// A ledger of two orders, with its path.
    fn two() -> (tempfile::TempDir, PathBuf, Ledger) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.erasures");
        let ledger = Ledger::of(FileLedger(path.clone()));
        assert_eq!(ledger.orders(), Ok(vec![]));
        ledger.add(&order(1)).unwrap();
        ledger.add(&order(2)).unwrap();
        (folder, path, ledger)
    }

    #[test]
    fn orders_are_there_in_their_order() {
        let (_folder, _, ledger) = two();
        assert_eq!(ledger.orders(), Ok(vec![order(1), order(2)]));
    }

    #[test]
    fn an_entry_that_was_not_written_to_its_end_does_not_count_and_the_next_takes_its_place() {
        let (_folder, path, ledger) = two();
        let whole = std::fs::read(&path).unwrap();
        let one = {
            let (_folder, path, _) = two();
            let length =
                u32::from_be_bytes(std::fs::read(path).unwrap()[20..24].try_into().unwrap()) as usize;
            20 + 4 + length + 32
        };
        for end in 0..whole.len() {
            std::fs::write(&path, &whole[..end]).unwrap();
            let expected = if end < one { vec![] } else { vec![order(1)] };
            assert_eq!(ledger.orders(), Ok(expected.clone()), "cut at {end}");
            ledger.add(&order(9)).unwrap();
            assert_eq!(ledger.orders().unwrap().last(), Some(&order(9)), "cut at {end}");
        }
    }

    #[test]
    fn a_changed_byte_before_the_last_entry_is_damage_and_nothing_is_written_over_it() {
        let (_folder, path, ledger) = two();
        let whole = std::fs::read(&path).unwrap();
        for at in [0, 19, 30, 100] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
            let damaged = StorageError::Unreadable { what: "ledger of erasures" };
            assert_eq!(ledger.orders(), Err(damaged.clone()), "byte {at}");
            assert_eq!(ledger.add(&order(3)), Err(damaged));
            assert_eq!(std::fs::read(&path).unwrap(), bytes);
        }
    }
}
