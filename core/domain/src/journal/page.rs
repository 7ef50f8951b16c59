//! Pages: the unit in which records are sealed, sent, stored and receipted. Whole or not at all.
//!
//! A page holds, per person, a run of one stream; all its streams are of one author, epoch and channel. The
//! author signs the Merkle root (RFC 6962 section 2.1) over the heads of those streams.

use super::chain::{Chain, Digest, Link, PageSecret, RecordBytes, StreamId, StreamSecret, link, sha256};
use super::erasure::{HeldRun, RecordSalt, RunSecrets};
use super::record::{Category, Channel};
use crate::cbor::decode_whole;
use crate::ids::{AuthorId, Epoch, PersonId, opaque_bytes};
use minicbor::{Decode, Encode};
use ring::signature::{ED25519, UnparsedPublicKey};

opaque_bytes!(
    /// An Ed25519 public key (RFC 8032).
    PublicKey, 32
);
opaque_bytes!(
    /// An Ed25519 signature.
    Signature, 64
);

impl PublicKey {
    /// Whether `signature` is by this key over `message`.
    pub fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0).verify(message, &signature.0).is_ok()
    }
}

/// What names a page, and what its seal covers beside the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct PageId {
    /// Who cut it.
    #[n(0)]
    pub author: AuthorId,
    /// Since which installation.
    #[n(1)]
    pub epoch: Epoch,
    /// 1, 2, 3 for that author, epoch and channel: a gap would tell of pages in a channel that the reader may not
    /// see.
    #[n(2)]
    pub number: u64,
    /// The one channel of all its records.
    #[n(3)]
    pub channel: Channel,
}

impl PageId {
    /// The stream of this page about `person`.
    pub fn stream(&self, person: PersonId) -> StreamId {
        StreamId { person, channel: self.channel, author: self.author, epoch: self.epoch }
    }
}

/// A run of records of one stream.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Run {
    /// About whom.
    #[n(0)]
    pub person: PersonId,
    /// The number of its first record.
    #[n(1)]
    pub first: u64,
    /// The link of the record before it. [`Link::START`] for a first record; also where the author has left it out,
    /// since the receiver has that record: a link cannot be guessed, and is most of a small page.
    #[n(2)]
    pub before: Link,
    /// At least one, in order.
    #[n(3)]
    pub records: Vec<RecordBytes>,
}

impl Run {
    /// The number of its last record.
    pub fn last(&self) -> u64 {
        self.first.saturating_sub(1).saturating_add(self.records.len() as u64)
    }

    /// Whether its author left out the link of the record before it.
    pub fn leaves_out_before(&self) -> bool {
        self.first > 1 && self.before == Link::START
    }
}

/// A page as its author sends it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Page {
    /// Its name.
    #[n(0)]
    pub id: PageId,
    /// Where its salts come from.
    #[n(1)]
    pub secret: PageSecret,
    /// Its runs, by person in ascending order.
    #[n(2)]
    pub runs: Vec<Run>,
    /// The author's signature over [`seal_message`].
    #[n(3)]
    pub seal: Signature,
}

/// Most records in a page.
pub const PAGE_RECORDS_MAX: usize = 1_000;
/// Most bytes in a page, encoded, before compression.
pub const PAGE_BYTES_MAX: usize = 256 * 1024;

/// No record or page has this number or a higher one: databases hold numbers as signed 64-bit integers.
pub const NUMBER_MAX: u64 = i64::MAX as u64;

/// Why a page is not taken. Nothing of it is stored; its author keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Encode, Decode)]
#[cbor(index_only)]
pub enum PageError {
    /// More records or bytes than a page may have.
    #[error("the page is larger than {PAGE_RECORDS_MAX} records or {PAGE_BYTES_MAX} bytes")]
    #[n(0)]
    TooLarge,
    /// No runs, an empty run, persons out of order, or a number of 0 or beyond [`NUMBER_MAX`].
    #[error("the page's runs are empty or out of order")]
    #[n(1)]
    RunsOutOfOrder,
    /// A header that cannot be read, or that is longer than one may be.
    #[error("a record of the page has a header that cannot be read")]
    #[n(2)]
    Header,
    /// The seal is not the author's signature over these records.
    #[error("the page's seal does not match its records")]
    #[n(3)]
    Seal,
    /// The page names an author other than the device that sent it.
    #[error("the page is another author's")]
    #[n(4)]
    Author,
    /// Bytes that are no page.
    #[error("the page cannot be read")]
    #[n(5)]
    Malformed,
    /// The sender may not write in this channel or about a person in it.
    #[error("the page is about someone whom its author has no access to")]
    #[n(6)]
    Access,
    /// The author left out a link that is not here: send the page with all its links.
    #[error("a record before the page is not here")]
    #[n(7)]
    BeforeMissing,
    /// Records of this device that were changed after they were sealed fill the room that the server has for them: say
    /// so to the office. Only to a device that has given its digests.
    #[error("the server keeps no more damaged records of this device")]
    #[n(8)]
    EvidenceFull,
}

/// A record of a checked page, with its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// Its number.
    pub number: u64,
    /// Its link.
    pub link: Link,
    /// Its header, decoded.
    pub header: super::Header,
}

/// The links of every record of a page, run by run, and the root over their heads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedPage {
    /// For each run, each record's number, link and header.
    pub runs: Vec<Vec<Linked>>,
}

/// The leaf of a stream's head in the Merkle tree.
pub fn head_leaf(stream: &StreamId, last: u64, head: &Link) -> [u8; 32] {
    sha256(&[&[0], &stream.hashed_bytes(), &last.to_be_bytes(), &head.0])
}

/// The Merkle root of RFC 6962 over leaves that are hashed already.
pub fn merkle_root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => sha256(&[]),
        [one] => *one,
        _ => {
            let left = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(left);
            sha256(&[&[1], &merkle_root(left), &merkle_root(right)])
        }
    }
}

/// What a seal signs: "alongside seal 1" ‖ author ‖ epoch ‖ page number ‖ channel ‖ count of heads as u32 ‖ root.
pub fn seal_message(id: &PageId, heads: usize, root: &[u8; 32]) -> Vec<u8> {
    let mut message = Vec::with_capacity(96);
    message.extend_from_slice(b"alongside seal 1");
    message.extend_from_slice(&id.author.0);
    message.extend_from_slice(&id.epoch.0);
    message.extend_from_slice(&id.number.to_be_bytes());
    message.push(id.channel as u8);
    message.extend_from_slice(&(heads as u32).to_be_bytes());
    message.extend_from_slice(root);
    message
}

impl Page {
    /// Seals runs whose links the author has already computed: `heads` are the links of their last records.
    pub fn seal(
        id: PageId,
        secret: PageSecret,
        runs: Vec<Run>,
        heads: &[Link],
        sign: impl FnOnce(&[u8]) -> Signature,
    ) -> Page {
        let leaves: Vec<_> = runs
            .iter()
            .zip(heads)
            .map(|(run, head)| head_leaf(&id.stream(run.person), run.last(), head))
            .collect();
        let seal = sign(&seal_message(&id, leaves.len(), &merkle_root(&leaves)));
        Page { id, secret, runs, seal }
    }

    /// Reads a page, within its limits.
    pub fn decode(bytes: &[u8]) -> Result<Page, PageError> {
        if bytes.len() > PAGE_BYTES_MAX {
            return Err(PageError::TooLarge);
        }
        decode_whole(bytes).map_err(|_| PageError::Malformed)
    }

    /// Puts in the links that its author left out; `known` gives the link of a record by its stream and number.
    pub fn put_befores_in(
        &mut self,
        known: impl Fn(&StreamId, u64) -> Option<Link>,
    ) -> Result<(), PageError> {
        for run in self.runs.iter_mut().filter(|run| run.leaves_out_before()) {
            let before = known(&self.id.stream(run.person), run.first - 1);
            run.before = before.ok_or(PageError::BeforeMissing)?;
        }
        Ok(())
    }

    /// How many records it holds.
    pub fn record_count(&self) -> usize {
        self.runs.iter().map(|run| run.records.len()).sum()
    }

    /// Checks shape, every link, and the seal.
    pub fn check(&self, key: &PublicKey) -> Result<CheckedPage, PageError> {
        self.check_shape()?;
        let runs = self.runs.iter().map(|run| self.link_run(run)).collect::<Result<Vec<_>, _>>()?;
        let leaves: Vec<_> = self
            .runs
            .iter()
            .zip(&runs)
            .map(|(run, linked)| {
                let head = linked.last().expect("check_shape refuses empty runs");
                head_leaf(&self.id.stream(run.person), head.number, &head.link)
            })
            .collect();
        let message = seal_message(&self.id, leaves.len(), &merkle_root(&leaves));
        if key.verifies(&message, &self.seal) { Ok(CheckedPage { runs }) } else { Err(PageError::Seal) }
    }

    pub(super) fn check_shape(&self) -> Result<(), PageError> {
        if self.record_count() > PAGE_RECORDS_MAX {
            return Err(PageError::TooLarge);
        }
        let in_order = self.runs.windows(2).all(|pair| pair[0].person < pair[1].person);
        let filled = self.runs.iter().all(|run| numbers_fit(run.first, run.records.len()));
        let named = (1..NUMBER_MAX).contains(&self.id.number);
        if self.runs.is_empty() || !in_order || !filled || !named {
            Err(PageError::RunsOutOfOrder)
        } else {
            Ok(())
        }
    }

    fn link_run(&self, run: &Run) -> Result<Vec<Linked>, PageError> {
        let mut chain = Chain::at(&self.secret, self.id.stream(run.person), run.first - 1, run.before);
        run.records
            .iter()
            .map(|record| {
                let header = readable_header(record)?;
                chain.push(header.category, record);
                Ok(Linked { number: chain.number, link: chain.link, header })
            })
            .collect()
    }
}

/// Whether a run of `count` records from `first` is not empty and all its numbers are ones that a record may have.
fn numbers_fit(first: u64, count: usize) -> bool {
    let end = first.checked_add(count as u64);
    first > 0 && count > 0 && end.is_some_and(|end| end <= NUMBER_MAX)
}

pub(super) fn readable_header(record: &RecordBytes) -> Result<super::Header, PageError> {
    if record.header.len() > RecordBytes::HEADER_BYTES_MAX || record.body.len() > RecordBytes::BODY_BYTES_MAX
    {
        return Err(PageError::Header);
    }
    record.decode_header().map_err(|_| PageError::Header)
}

/// What a reader gets of a page: the runs about people whom they may see. One seal still proves each record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct PageExtract {
    /// The page's name.
    #[n(0)]
    pub id: PageId,
    /// The author's seal over the whole page.
    #[n(1)]
    pub seal: Signature,
    /// For each run of the page, in its order: the run, or only its leaf.
    #[n(2)]
    pub parts: Vec<Part>,
}

/// A run of an extract.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Part {
    /// A stream that the reader may not see: its leaf in the Merkle tree, which names nobody.
    #[n(0)]
    Hidden(#[n(0)] Digest),
    /// A stream that the reader may see.
    #[n(1)]
    Open(#[n(0)] OpenRun),
}

/// A run that the reader may see, though perhaps not each record of it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct OpenRun {
    /// About whom.
    #[n(0)]
    pub person: PersonId,
    /// The number of its first record.
    #[n(1)]
    pub first: u64,
    /// The link of the record before it.
    #[n(2)]
    pub before: Link,
    /// Its records in order, or the digests of those that the reader may not see.
    #[n(3)]
    pub items: Vec<Item>,
    /// The secrets of the categories that the reader may see.
    #[n(4)]
    pub secrets: Vec<CategorySecret>,
    /// Where a record of the run was erased: the salts of those that the reader may see instead, ascending by number.
    #[n(5)]
    pub salts: Option<Vec<RecordSalt>>,
}

/// A record, or its digest.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Item {
    /// A record that the reader may see.
    #[n(0)]
    Record(#[n(0)] RecordBytes),
    /// One that they may not.
    #[n(1)]
    Digest(#[n(0)] Digest),
}

impl Item {
    /// The record, where it may be seen.
    pub fn record(&self) -> Option<&RecordBytes> {
        match self {
            Item::Record(record) => Some(record),
            Item::Digest(_) => None,
        }
    }
}

/// Opens the salts of one category in a run.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct CategorySecret {
    /// Which category.
    #[n(0)]
    pub category: Category,
    /// Its secret.
    #[n(1)]
    pub secret: StreamSecret,
}

impl OpenRun {
    /// The run of a page as its reader gets it: records whose category `may_see` allows, digests of the others.
    pub fn for_reader(
        id: &PageId,
        secret: &PageSecret,
        run: Run,
        may_see: impl Fn(Category) -> bool,
    ) -> Result<OpenRun, PageError> {
        let before = run.before;
        let held = HeldRun::of(run);
        let secrets = RunSecrets::of_whole(id, secret, &held)?;
        OpenRun::of_held(held, before, secrets, may_see)
    }

    /// The same of a run whose records may be erased, with what opens the others. `before` is the link before it.
    pub fn of_held(
        held: HeldRun,
        before: Link,
        mut secrets: RunSecrets,
        may_see: impl Fn(Category) -> bool,
    ) -> Result<OpenRun, PageError> {
        let HeldRun { person, first, items: held } = held;
        if !numbers_fit(first, held.len()) {
            return Err(PageError::RunsOutOfOrder);
        }
        let mut items = Vec::with_capacity(held.len());
        for (number, item) in (first..).zip(held) {
            let Item::Record(record) = item else {
                items.push(item);
                continue;
            };
            let category = readable_header(&record)?.category;
            if may_see(category) {
                items.push(Item::Record(record));
                continue;
            }
            let digest = secrets.digest(number, category, &record).ok_or(PageError::Seal)?;
            secrets.salts.retain(|known| known.number != number);
            items.push(Item::Digest(digest));
        }
        let RunSecrets { secrets, salts, .. } = secrets;
        let secrets = secrets.into_iter().filter(|known| may_see(known.category)).collect();
        Ok(OpenRun { person, first, before, items, secrets, salts: (!salts.is_empty()).then_some(salts) })
    }

    /// The same for whoever may see no more of it than these categories.
    pub fn narrowed(self, may_see: impl Fn(Category) -> bool) -> Result<OpenRun, PageError> {
        let OpenRun { person, first, before, items, secrets, salts } = self;
        let secrets = RunSecrets { person, secrets, salts: salts.unwrap_or_default() };
        OpenRun::of_held(HeldRun { person, first, items }, before, secrets, may_see)
    }

    /// The same for whoever may read no more of it than these records: a salt opens each of them alone, and digests
    /// stand for the others.
    pub fn with_only(self, shows: impl Fn(u64) -> bool) -> Result<OpenRun, PageError> {
        let OpenRun { person, first, before, items, secrets, salts } = self;
        let secrets = RunSecrets { person, secrets, salts: salts.unwrap_or_default() };
        let (mut kept, mut salts) = (Vec::with_capacity(items.len()), Vec::new());
        for (number, item) in (first..).zip(items) {
            let Item::Record(record) = item else {
                kept.push(item);
                continue;
            };
            let category = readable_header(&record)?.category;
            let salt = secrets.salt(number, category).ok_or(PageError::Seal)?;
            if shows(number) {
                salts.push(RecordSalt { number, salt });
                kept.push(Item::Record(record));
            } else {
                kept.push(Item::Digest(salt.digest(&record.header, &record.body)));
            }
        }
        let salts = (!salts.is_empty()).then_some(salts);
        Ok(OpenRun { person, first, before, items: kept, secrets: Vec::new(), salts })
    }

    /// The digest of one of its records.
    fn digest_of(&self, number: u64, category: Category, record: &RecordBytes) -> Result<Digest, PageError> {
        let salts = self.salts.as_deref().unwrap_or_default();
        if let Ok(place) = salts.binary_search_by_key(&number, |known| known.number) {
            return Ok(salts[place].salt.digest(&record.header, &record.body));
        }
        let secret = self.secrets.iter().find(|known| known.category == category).ok_or(PageError::Seal)?;
        Ok(secret.secret.digest(number, &record.header, &record.body))
    }

    /// Its leaf in the Merkle tree of its page.
    pub fn leaf(&self, stream: &StreamId) -> Result<[u8; 32], PageError> {
        let (last, head) = self.head(stream)?;
        Ok(head_leaf(stream, last, &head))
    }

    /// The number and the link of its last item.
    pub fn head(&self, stream: &StreamId) -> Result<(u64, Link), PageError> {
        let linked = self.links(stream)?;
        let head = linked.last().expect("links refuses empty runs");
        Ok((head.number, head.link))
    }

    fn links(&self, stream: &StreamId) -> Result<Vec<PlacedItem>, PageError> {
        if !numbers_fit(self.first, self.items.len()) {
            return Err(PageError::RunsOutOfOrder);
        }
        let mut before = self.before;
        let mut linked = Vec::with_capacity(self.items.len());
        for (number, item) in (self.first..).zip(&self.items) {
            let (digest, header) = match item {
                Item::Digest(digest) => (*digest, None),
                Item::Record(record) => {
                    let header = readable_header(record)?;
                    (self.digest_of(number, header.category, record)?, Some(header))
                }
            };
            before = link(stream, number, &before, &digest);
            linked.push(PlacedItem { number, link: before, header });
        }
        Ok(linked)
    }
}

/// An item of a checked extract: its place, and its header where it could be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedItem {
    /// Its number.
    pub number: u64,
    /// Its link.
    pub link: Link,
    /// Its header; absent for a digest, and for a record that is not the one of its digest.
    pub header: Option<super::Header>,
}

impl PageExtract {
    /// Checks every link and the seal. For each open part, in order: its items' places and headers.
    pub fn check(&self, key: &PublicKey) -> Result<Vec<Vec<PlacedItem>>, PageError> {
        let mut leaves = Vec::with_capacity(self.parts.len());
        let mut opened = Vec::new();
        for part in &self.parts {
            match part {
                Part::Hidden(leaf) => leaves.push(leaf.0),
                Part::Open(run) => {
                    let stream = self.id.stream(run.person);
                    let linked = run.links(&stream)?;
                    let head = linked.last().expect("links refuses empty runs");
                    leaves.push(head_leaf(&stream, head.number, &head.link));
                    opened.push(linked);
                }
            }
        }
        let message = seal_message(&self.id, leaves.len(), &merkle_root(&leaves));
        if key.verifies(&message, &self.seal) { Ok(opened) } else { Err(PageError::Seal) }
    }
}
