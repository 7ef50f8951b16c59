//! The messages of the protocol and their bytes: CBOR with integer positions, compressed with zstd.

use super::certificate::Certificate;
use super::standing::Terms;
use crate::cbor::decode_whole;
use crate::ids::{AuthorId, Epoch, PersonId, StaffId, VisitId, opaque_bytes};
use crate::journal::chain::sha256;
use crate::journal::erasure::Erasure;
use crate::journal::page::{PAGE_BYTES_MAX, PAGE_RECORDS_MAX};
use crate::journal::sealed::SealingKey;
use crate::journal::times::Counted;
use crate::journal::{
    Category, Channel, Digest, Link, Page, PageError, PageExtract, PageId, PublicKey, RecordRef, Signature,
};
use crate::safeguarding::routes::Council;
use crate::time::Moment;
use minicbor::{Decode, Encode};

opaque_bytes!(
    /// A single-use number that the next request of a device signs.
    Challenge, 16
);
opaque_bytes!(
    /// Sums up all cursors of a device, in the order of (person, channel).
    CursorDigest, 16
);

/// The longest message after decompression, in bytes.
pub const MESSAGE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The longest message on the wire, in bytes.
pub const WIRE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most bytes of packed pages that one request carries: a lost answer on a slow line repeats no more than this.
pub const REQUEST_PAGE_BYTES_MAX: usize = 3 * 1024 * 1024;
/// Most bytes of an extract: a page, with the leaves and secrets of its runs.
const EXTRACT_BYTES_MAX: usize = 2 * PAGE_BYTES_MAX;
/// Most pages in one request: what a server unpacks at once.
pub const REQUEST_PAGES_MAX: usize = 16;
/// Most pages of sealed records in one request.
pub const REQUEST_SEALED_MAX: usize = 4;
/// Most records that one page acknowledges: a concern, and calls about it.
pub const ACKNOWLEDGES_MAX: usize = 64;
/// Most edits whose fates one request asks for.
pub const REQUEST_EDITS_MAX: usize = 64;

/// A signed request: who, which challenge, and the [`Request`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Envelope {
    /// The device.
    #[n(0)]
    pub device: AuthorId,
    /// The challenge of the last answer; all zero when none is at hand.
    #[n(1)]
    pub challenge: Challenge,
    /// By the device's key over [`envelope_message`].
    #[n(2)]
    pub signature: Signature,
    /// The CBOR of the request, whose pages are packed each by itself.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub body: Vec<u8>,
    /// The device's certificate, for a store that does not know it: it was restored to a backup from before.
    #[n(4)]
    pub certificate: Option<Certificate>,
}

/// What a request's signature covers: "alongside request 1" ‖ device ‖ challenge ‖ SHA-256(body).
pub fn envelope_message(device: &AuthorId, challenge: &Challenge, body: &[u8]) -> Vec<u8> {
    [b"alongside request 1".as_slice(), &device.0, &challenge.0, &sha256(&[body])].concat()
}

/// What a device says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Request {
    /// What the device has.
    #[n(0)]
    pub cursors: Cursors,
    /// Pages as they were cut, at most [`REQUEST_PAGES_MAX`].
    #[n(1)]
    pub pages: Vec<PackedPage>,
    /// How much of the directory the device has.
    #[n(2)]
    pub directory: u64,
    /// The device's own clock.
    #[n(3)]
    pub clock: Moment,
    /// The access list that the device has.
    #[n(4)]
    pub access: u64,
    /// What the device has counted since it started; absent without pages.
    #[n(5)]
    pub counted: Option<Counted>,
    /// Records of others, and of the store, that a server which was restored may lack; with the pages at most
    /// [`REQUEST_PAGES_MAX`].
    #[n(6)]
    pub brought: Vec<PackedExtract>,
    /// Certificates of their authors, signed by the store, which may lack them too; at most [`REQUEST_PAGES_MAX`].
    #[n(7)]
    pub certificates: Vec<Certificate>,
    /// How many pages and extracts are to come with the next requests.
    #[n(8)]
    pub to_come: u64,
    /// The device keeps something until a backup holds it.
    #[n(9)]
    pub keeps: bool,
    /// The device was ordered to destroy what it held, and has done so.
    #[n(10)]
    pub wiped: Option<bool>,
    /// The last order to erase that the device has carried out, with all before it.
    #[n(11)]
    pub erased: u64,
    /// The list of recipients that the device has.
    #[n(12)]
    #[cbor(default)]
    pub recipients: u64,
    /// Pages of the restricted channel, each with one sealed record, at most [`REQUEST_SEALED_MAX`]. Apart from the
    /// others, so that none of those waits because of them.
    #[n(13)]
    #[cbor(default)]
    pub sealed: Vec<PackedPage>,
    /// Edits of its holder about people whom the device may not see any more, and whose final fate it does not know; at
    /// most [`REQUEST_EDITS_MAX`].
    #[n(14)]
    pub edits: Option<Vec<AskedEdit>>,
    /// Which pages of `sealed` acknowledge a concern: the server then asks nobody else.
    #[n(15)]
    pub acknowledges: Option<Vec<Acknowledges>>,
    /// The last head of the audit trail that the device was told: a witness of the server's past.
    #[n(16)]
    pub audit: Option<AuditHead>,
    /// For pages of this request of which the server has asked for them: the digests of their records as they were
    /// sealed.
    #[n(17)]
    pub digests: Option<Vec<PageDigests>>,
    /// Which pages of `sealed` are calls about a concern that the device wrote: they go where the concern goes, and to
    /// nobody who lost access to its case.
    #[n(18)]
    pub calls: Option<Vec<CallAbout>>,
    /// The version of the organisation's own kinds that the server has told the device, 0 where there is none; absent of
    /// an app that knows nothing of them.
    #[n(19)]
    pub own_kinds: Option<u32>,
}

/// A page of the restricted channel with a call about a concern of the same device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct CallAbout {
    /// The only record of the page.
    #[n(0)]
    pub call: RecordRef,
    /// The concern.
    #[n(1)]
    pub concern: RecordRef,
}

/// A page of the restricted channel in which a recipient says that they have a concern.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Acknowledges {
    /// The only record of the page.
    #[n(0)]
    pub act: RecordRef,
    /// The concern, and then the calls about it that are known there; at most [`ACKNOWLEDGES_MAX`].
    #[n(1)]
    pub of: Vec<RecordRef>,
}

/// Where the server's audit trail stood at a full hour. Each entry's link covers all entries before it; how many there
/// are it does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct AuditHead {
    /// The epoch in which the store wrote.
    #[n(0)]
    pub epoch: Epoch,
    /// The hour, by the server's clock.
    #[n(1)]
    pub hour: Moment,
    /// The link of the last entry before it.
    #[n(2)]
    pub link: Link,
}

/// The digests of a page's records as they were sealed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct PageDigests {
    /// The page's place among those of the request, from 0.
    #[n(0)]
    pub index: u32,
    /// 32 bytes for each record, in the order of the page.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub digests: Vec<u8>,
}

impl PageDigests {
    /// The digests; nothing when the bytes are none, or more than a page has.
    pub fn read(&self) -> Option<Vec<Digest>> {
        let (digests, rest) = self.digests.as_chunks::<32>();
        let fits = rest.is_empty() && digests.len() <= PAGE_RECORDS_MAX;
        fits.then(|| digests.iter().map(|digest| Digest(*digest)).collect())
    }
}

/// An edit whose fate a device asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct AskedEdit {
    /// Whose plan it is about.
    #[n(0)]
    pub person: PersonId,
    /// The edit.
    #[n(1)]
    pub edit: RecordRef,
    /// The device knows that it is held.
    #[n(2)]
    pub held: bool,
}

/// A page as it was cut and packed: kept so, sent so, and sent again so.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct PackedPage(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub Vec<u8>,
);

impl PackedPage {
    /// Packs a page.
    pub fn of(page: &Page) -> PackedPage {
        PackedPage(pack(page))
    }

    /// Packs a page without the links before its runs, for a receiver who has the records that they are of. The
    /// link before a stream stays: it is of another stream.
    pub fn without_befores(mut page: Page) -> PackedPage {
        page.runs.iter_mut().filter(|run| run.first > 1).for_each(|run| run.before = Link::START);
        PackedPage::of(&page)
    }

    /// Reads the page, within its limits.
    pub fn open(&self) -> Result<Page, PageError> {
        match unpacked(&self.0, PAGE_BYTES_MAX) {
            Ok(plain) => Page::decode(&plain),
            Err(MessageError::TooLong) => Err(PageError::TooLarge),
            Err(MessageError::NotCompressed | MessageError::NotCbor) => Err(PageError::Malformed),
        }
    }
}

/// An extract of a page, packed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct PackedExtract(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub Vec<u8>,
);

impl PackedExtract {
    /// Packs an extract.
    pub fn of(extract: &PageExtract) -> PackedExtract {
        PackedExtract(pack(extract))
    }

    /// Reads the extract, within the limits of a page and its proofs.
    pub fn open(&self) -> Result<PageExtract, MessageError> {
        decode(&unpacked(&self.0, EXTRACT_BYTES_MAX)?)
    }
}

/// What a device has, summed up or in full.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Cursors {
    /// The digest of all.
    #[n(0)]
    Digest(#[n(0)] CursorDigest),
    /// All of them, and the epoch of the store whose positions they are: the server did not know the digest.
    #[n(1)]
    All(#[n(0)] Epoch, #[n(1)] Vec<Cursor>),
}

/// How far a device has read one channel of one person's journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Cursor {
    /// Whose.
    #[n(0)]
    pub person: PersonId,
    /// Which.
    #[n(1)]
    pub channel: Channel,
    /// The position up to which it has everything. Positions of a (person, channel) run 1, 2, 3 over the
    /// records in the order in which the server made them visible.
    #[n(2)]
    pub position: u64,
}

impl CursorDigest {
    /// The digest of cursors into what a store wrote in one epoch, whatever their order. Cursors at position 0 do
    /// not count; without any, the epoch does not either.
    pub fn of(epoch: Epoch, cursors: &[Cursor]) -> CursorDigest {
        let mut sorted: Vec<&Cursor> = cursors.iter().filter(|cursor| cursor.position > 0).collect();
        sorted.sort_unstable();
        let mut bytes = Vec::with_capacity(8 + sorted.len() * 25);
        if !sorted.is_empty() {
            bytes.extend_from_slice(&epoch.0);
        }
        for cursor in &sorted {
            bytes.extend_from_slice(&cursor.person.0);
            bytes.push(cursor.channel as u8);
            bytes.extend_from_slice(&cursor.position.to_be_bytes());
        }
        let full = sha256(&[b"alongside cursors 1", &bytes]);
        CursorDigest::from_slice(&full[..16]).expect("sixteen of 32 bytes")
    }
}

/// What the server answers.
#[expect(clippy::large_enum_variant, reason = "an answer is made once and read once")]
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Answer {
    /// The exchange took place.
    #[n(0)]
    Exchanged(#[n(0)] Exchanged),
    /// The challenge was used or is unknown: ask again with this one. Nothing was stored.
    #[n(1)]
    ChallengeUnknown(#[n(0)] Challenge),
    /// The server does not know the digest: ask again with all cursors. Nothing was stored.
    #[n(2)]
    CursorsWanted(#[n(0)] Challenge),
    /// The device is not known. It keeps everything, and shows its certificate once.
    #[n(3)]
    NotEnrolled,
}

/// A completed exchange.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Exchanged {
    /// For the next request.
    #[n(0)]
    pub challenge: Challenge,
    /// The server's clock.
    #[n(1)]
    pub server_time: Moment,
    /// Pages that are now durable on the server, those of extracts that the device brought too.
    #[n(2)]
    pub receipts: Vec<PageId>,
    /// Pages that were not taken, and why. The device keeps them and shows it.
    #[n(3)]
    pub refused: Vec<Refused>,
    /// Records that the device lacked, in the order in which they became visible.
    #[n(4)]
    pub extracts: Vec<PageExtract>,
    /// Where the device's cursors stand once it has stored them. Only those that moved.
    #[n(5)]
    pub cursors: Vec<Cursor>,
    /// People whom the device may see, when that changed since the request's `access`.
    #[n(6)]
    pub access: Option<AccessList>,
    /// Certificates that the device lacked.
    #[n(7)]
    pub directory: Vec<Certificate>,
    /// How much of the directory the device now has.
    #[n(8)]
    pub directory_version: u64,
    /// When devices were last heard, where that changed since the last answer to this device.
    #[n(9)]
    pub heard: Vec<Heard>,
    /// There is more: ask again at once.
    #[n(10)]
    pub more: bool,
    /// The epoch in which the store writes, for a device that has no cursors or sent them all. When it is another
    /// than before, the server was restored: `cursors` are then all that count, and the device brings what it keeps.
    #[n(11)]
    pub epoch: Option<Epoch>,
    /// A backup holds all that the device had before this exchange.
    #[n(12)]
    pub backed_up: bool,
    /// On what terms the device holds what it has.
    #[n(13)]
    pub terms: Terms,
    /// What the device is to erase, after it has stored the rest.
    #[n(14)]
    pub erasures: Vec<Erasure>,
    /// The last order to erase that the device then knows.
    #[n(15)]
    pub erasures_version: u64,
    /// Who receives concerns, when that changed since the request's `recipients`.
    #[n(16)]
    pub recipients: Option<Recipients>,
    /// What became of edits that the device asked for: pages of the store, of which nothing but those fates can be read.
    #[n(17)]
    pub fates: Option<Vec<PageExtract>>,
    /// The codes of key safes that the holder may be shown now or soon: all that the device may hold. Absent: none.
    #[n(18)]
    pub key_safes: Option<Vec<KeySafe>>,
    /// Yes when a recipient gave the holder of the device access to a case.
    #[n(19)]
    pub admitted: Option<bool>,
    /// The cases that the holder of the device may not read any more, each by its concern. Absent: none.
    #[n(20)]
    pub shut_cases: Option<Vec<RecordRef>>,
    /// Where the server's audit trail stood at the last full hour, where the request names another hour.
    #[n(21)]
    pub audit: Option<AuditHead>,
    /// The organisation's own kinds of observation, where the request names another version of them.
    #[n(22)]
    pub own_kinds: Option<OwnKinds>,
}

/// What an organisation adds to the catalogue: its own kinds of observation, with their units and places.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct OwnKinds {
    /// Grows with each change.
    #[n(0)]
    pub version: u32,
    /// The JSON as the organisation gave it and the server has checked it.
    #[n(1)]
    pub json: String,
}

/// The code of a person's key safe, for a visit of the device's holder.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct KeySafe {
    /// Whose.
    #[n(0)]
    pub person: PersonId,
    /// The visit.
    #[n(1)]
    pub visit: VisitId,
    /// From when on it may be shown.
    #[n(2)]
    pub from: Moment,
    /// Until when: then it is deleted.
    #[n(3)]
    pub until: Moment,
    /// The code.
    #[n(4)]
    pub code: KeySafeCode,
}

/// A code. It never comes into a log by itself.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct KeySafeCode(#[n(0)] pub String);

impl std::fmt::Debug for KeySafeCode {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("KeySafeCode(..)")
    }
}

/// Who receives concerns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct Recipients {
    /// Grows with each change.
    #[n(0)]
    pub version: u64,
    /// Whom, in the order in which they are asked.
    #[n(1)]
    pub staff: Vec<StaffId>,
    /// The telephone numbers of the council, for whoever reports without the provider; absent where none is set.
    #[n(2)]
    pub council: Option<Council>,
}

/// A page that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Refused {
    /// Its place among the pages of the request, from 0.
    #[n(0)]
    pub index: u32,
    /// Why.
    #[n(1)]
    pub why: PageError,
    /// Yes when the server asks for the digests of its records, to take those that are whole.
    #[n(2)]
    pub wants_digests: Option<bool>,
}

/// People whom a device may see, today's visits first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct AccessList {
    /// Another for another list; never 0, which stands for none. Only compared.
    #[n(0)]
    pub version: u64,
    /// Who.
    #[n(1)]
    pub people: Vec<PersonAccess>,
}

/// One person whom a device may see.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct PersonAccess {
    /// Who.
    #[n(0)]
    pub person: PersonId,
    /// Which channels.
    #[n(1)]
    pub channels: Vec<Channel>,
    /// Which categories of their records, where that is not all of them. What a device holds of a person was sent
    /// under what stood here then: when it changes, the device gets what it may see anew.
    #[n(2)]
    pub categories: Option<Vec<Category>>,
}

/// When the server last heard a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Heard {
    /// Which.
    #[n(0)]
    pub device: AuthorId,
    /// When, by the server's clock.
    #[n(1)]
    pub at: Moment,
}

/// What a new device sends to join.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Enrol {
    /// The one-time code, as typed or scanned.
    #[n(0)]
    pub code: String,
    /// The device's new name.
    #[n(1)]
    pub device: AuthorId,
    /// Its new key.
    #[n(2)]
    pub key: PublicKey,
    /// By that key over [`enrol_message`]: shows that the device holds it.
    #[n(3)]
    pub proof: Signature,
    /// What others seal to it with.
    #[n(4)]
    pub sealing: SealingKey,
}

/// What an enrolment's proof covers: "alongside enrol 1" ‖ device ‖ sealing key ‖ code.
pub fn enrol_message(device: &AuthorId, sealing: &SealingKey, code: &str) -> Vec<u8> {
    [b"alongside enrol 1".as_slice(), &device.0, &sealing.0, code.as_bytes()].concat()
}

/// The answer to an enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Enrolled {
    /// Welcome.
    #[n(0)]
    Welcome(#[n(0)] Welcome),
    /// The code does not enrol this device.
    #[n(1)]
    Refused(#[n(0)] EnrolRefusal),
}

/// What a new device needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Welcome {
    /// The store's certificate, signed by the root.
    #[n(0)]
    pub store: Certificate,
    /// The device's own, signed by the store.
    #[n(1)]
    pub device: Certificate,
    /// For the first request.
    #[n(2)]
    pub challenge: Challenge,
    /// The server's clock.
    #[n(3)]
    pub server_time: Moment,
}

/// Why a code does not enrol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Encode, Decode)]
#[cbor(index_only)]
pub enum EnrolRefusal {
    /// No such code.
    #[error("the code is not known: check it, or ask the office for a new one")]
    #[n(0)]
    Unknown,
    /// Someone used it.
    #[error("the code was used already: ask the office for a new one")]
    #[n(1)]
    Used,
    /// Too late.
    #[error("the code has expired: ask the office for a new one")]
    #[n(2)]
    Expired,
    /// The proof does not match the key.
    #[error("the device could not show that it holds its key")]
    #[n(3)]
    Proof,
    /// Too many wrong codes lately.
    #[error("too many wrong codes: wait, then ask the office for a new one")]
    #[n(4)]
    TooManyTries,
}

/// Bytes that are no message of this protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Longer than a message may be, packed or unpacked.
    #[error("the message is longer than {MESSAGE_BYTES_MAX} bytes, or {WIRE_BYTES_MAX} on the wire")]
    TooLong,
    /// Not zstd.
    #[error("the message is not compressed as expected")]
    NotCompressed,
    /// Not the CBOR of this message.
    #[error("the message is not the expected CBOR")]
    NotCbor,
}

/// How hard zstd tries.
const LEVEL: i32 = 3;

/// Encodes and compresses (zstd): one frame, which says how long it is unpacked.
pub fn pack(message: &impl Encode<()>) -> Vec<u8> {
    let plain = minicbor::to_vec(message).expect("a vector takes every byte");
    zstd::bulk::compress(&plain, LEVEL).expect("a vector takes every byte")
}

/// Decompresses, within [`MESSAGE_BYTES_MAX`], and decodes.
pub fn unpack<T: for<'b> Decode<'b, ()>>(packed: &[u8]) -> Result<T, MessageError> {
    if packed.len() > WIRE_BYTES_MAX {
        return Err(MessageError::TooLong);
    }
    decode(&unpacked(packed, MESSAGE_BYTES_MAX)?)
}

/// Decompresses a frame that says how long it is unpacked: no more memory than that is taken.
fn unpacked(packed: &[u8], bytes_max: usize) -> Result<Vec<u8>, MessageError> {
    let said = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten();
    let length = said.ok_or(MessageError::NotCompressed)?;
    let length = usize::try_from(length).map_err(|_| MessageError::TooLong)?;
    if length > bytes_max {
        return Err(MessageError::TooLong);
    }
    let plain = zstd::bulk::decompress(packed, length).map_err(|_| MessageError::NotCompressed)?;
    if plain.len() == length { Ok(plain) } else { Err(MessageError::NotCompressed) }
}

/// Decodes plain CBOR.
pub fn decode<T: for<'b> Decode<'b, ()>>(plain: &[u8]) -> Result<T, MessageError> {
    decode_whole(plain).map_err(|_| MessageError::NotCbor)
}
