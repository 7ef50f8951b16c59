//! The pages that are not cut yet: the own records at the end of the journal, one page a channel.
//!
//! Each channel has an epoch, a secret and pages of its own, and is cut by itself: nothing that its readers see tells
//! of another channel.
//!
//! Whenever the app starts and records, it begins a new epoch. A database that was put back to an older state, or
//! copied to another phone, is always opened by an app that starts: so no two records ever get the same name, and
//! nothing that such a phone records is lost. The first record of each stream links to the author's stream before.

use crate::identity::Identity;
use crate::random::Random;
use crate::store::{Store, StoreError};
use alongside_domain::ids::{Epoch, PersonId};
use alongside_domain::journal::page::{PAGE_BYTES_MAX, PAGE_RECORDS_MAX};
use alongside_domain::journal::{
    Category, Chain, Channel, Digest, Link, Page, PageId, PageSecret, RecordBytes, Run, StreamId,
};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What leaves room in a page for its name, secret, seal and lists.
const PAGE_FRAME_BYTES: usize = 1024;
/// What a record adds to a page beside its header and body, and a new run beside its records: at most this.
const RECORD_OVERHEAD: usize = 8 + 80;

/// The category of a record whose header changed before its page was cut, so that nobody can read it.
const UNREADABLE: Category = Category(0);

/// The open pages.
pub(crate) struct OpenPages {
    random: Arc<dyn Random>,
    /// The epochs of what is recorded while this app runs; none for a channel before its first record.
    epochs: BTreeMap<Channel, Epoch>,
    /// Read from the store when they are first needed.
    open: Option<BTreeMap<Channel, OpenPage>>,
}

/// A page that grows until it is cut.
pub(crate) struct OpenPage {
    secret: PageSecret,
    records: usize,
    /// The bytes of its records in a page, at most.
    bytes: usize,
    /// Where each stream in it stands.
    heads: BTreeMap<StreamId, OpenStream>,
}

/// What an open page holds of a stream.
struct OpenStream {
    /// The number of its last record.
    number: u64,
    /// Its link.
    link: Link,
    /// The digests of all of it: what is in the database when the page is cut may be something else by then.
    digests: Vec<Digest>,
}

/// Under which key of the database the secret of a channel's open page is.
pub(crate) fn meta_key(channel: Channel) -> &'static str {
    match channel {
        Channel::Care => "page secret care",
        Channel::Restricted => "page secret restricted",
        Channel::Office => "page secret office",
    }
}

impl OpenPages {
    /// The open pages of a store; their secrets come from `random`.
    pub(crate) fn new(random: Arc<dyn Random>) -> OpenPages {
        OpenPages { random, epochs: BTreeMap::new(), open: None }
    }

    /// Counts and links a record that is about to be stored, in the page that is open. The stream that it is in,
    /// and its number there.
    pub(crate) fn push(
        &mut self,
        store: &mut Store,
        identity: &Identity,
        (person, channel): (PersonId, Channel),
        category: Category,
        record: &RecordBytes,
    ) -> Result<(StreamId, u64), StoreError> {
        let epoch = self.epoch(store, identity, channel)?;
        if !self.have_room(store, channel, record)? {
            self.cut_channel(store, identity, channel)?;
        }
        let stream = StreamId { person, channel, author: identity.device, epoch };
        let number = self.page(store, channel)?.push(store, stream, category, record)?;
        Ok((stream, number))
    }

    /// The server has sent all that it has. The strays that were not among it go on under new names, in the order in
    /// which they were made. About whom.
    pub(crate) fn send_strays(
        &mut self,
        store: &mut Store,
        identity: &Identity,
    ) -> Result<BTreeSet<PersonId>, StoreError> {
        let mut strays = Vec::new();
        for (stream, number) in store.take_strays()? {
            // One that is not here any more was erased meanwhile.
            strays.extend(store.own_record(stream, number)?.map(|(id, record)| (id, stream, record)));
        }
        if strays.is_empty() {
            return Ok(BTreeSet::new());
        }
        store.place_records()?;
        strays.sort_by_key(|(id, ..)| *id);
        for (id, stream, record) in &strays {
            let about = (stream.person, stream.channel);
            let name = self.push(store, identity, about, category_of(record), record)?;
            store.move_own(*id, name, record)?;
        }
        self.cut(store, identity)?;
        Ok(strays.into_iter().map(|(_, stream, _)| stream.person).collect())
    }

    /// The epoch of this app's records in a channel. What an earlier app recorded there goes into a page of its own
    /// first.
    fn epoch(
        &mut self,
        store: &mut Store,
        identity: &Identity,
        channel: Channel,
    ) -> Result<Epoch, StoreError> {
        if let Some(epoch) = self.epochs.get(&channel) {
            return Ok(*epoch);
        }
        self.cut_channel(store, identity, channel)?;
        let epoch = Epoch(self.random.bytes());
        self.epochs.insert(channel, epoch);
        Ok(epoch)
    }

    /// The open page of a channel; a new one with a new secret if there is none.
    fn page(&mut self, store: &mut Store, channel: Channel) -> Result<&mut OpenPage, StoreError> {
        if !self.loaded(store)?.contains_key(&channel) {
            let secret = PageSecret(self.random.bytes());
            store.set_meta(meta_key(channel), &secret)?;
            self.loaded(store)?.insert(channel, OpenPage::new(secret));
        }
        Ok(self.loaded(store)?.get_mut(&channel).expect("it was just made"))
    }

    /// Whether a record fits into the open page of its channel.
    fn have_room(
        &mut self,
        store: &mut Store,
        channel: Channel,
        record: &RecordBytes,
    ) -> Result<bool, StoreError> {
        let page = self.loaded(store)?.get(&channel);
        Ok(page.is_none_or(|page| {
            page.records < PAGE_RECORDS_MAX
                && page.bytes + bytes_in_page(record) <= PAGE_BYTES_MAX - PAGE_FRAME_BYTES
        }))
    }

    /// Cuts the open pages of all channels; afterwards each record is in a page.
    pub(crate) fn cut(&mut self, store: &mut Store, identity: &Identity) -> Result<(), StoreError> {
        let channels: Vec<Channel> = self.loaded(store)?.keys().copied().collect();
        channels.into_iter().try_for_each(|channel| self.cut_channel(store, identity, channel))
    }

    /// Cuts the open page of a channel, if there is one.
    fn cut_channel(
        &mut self,
        store: &mut Store,
        identity: &Identity,
        channel: Channel,
    ) -> Result<(), StoreError> {
        let Some(page) = self.loaded(store)?.remove(&channel) else { return Ok(()) };
        let mut records: BTreeMap<StreamId, Vec<RecordBytes>> = BTreeMap::new();
        for (stream, record) in store.unpaged()?.into_iter().filter(|(stream, _)| stream.channel == channel) {
            records.entry(stream).or_default().push(record);
        }
        cut_page(store, identity, channel, page, &mut records)?;
        store.forget_meta(meta_key(channel))?;
        // Until the last channel is cut, the records of the others are among those that are not placed.
        if self.loaded(store)?.is_empty() { store.place_records() } else { Ok(()) }
    }

    /// After a transaction that failed, what is in the database counts, as when the app starts.
    pub(crate) fn forget(&mut self) {
        self.epochs.clear();
        self.open = None;
    }

    fn loaded(&mut self, store: &mut Store) -> Result<&mut BTreeMap<Channel, OpenPage>, StoreError> {
        if self.open.is_none() {
            self.open = Some(load(store)?);
        }
        Ok(self.open.as_mut().expect("they were just read"))
    }
}

/// Each record at the end of the journal was made under the secret in the database.
fn load(store: &mut Store) -> Result<BTreeMap<Channel, OpenPage>, StoreError> {
    let mut pages: BTreeMap<Channel, OpenPage> = BTreeMap::new();
    for (stream, record) in store.unpaged()? {
        let page = match pages.entry(stream.channel) {
            Entry::Occupied(page) => page.into_mut(),
            Entry::Vacant(vacant) => {
                let secret = store.meta(meta_key(stream.channel))?;
                vacant.insert(OpenPage::new(secret.ok_or(StoreError::Unreadable { what: "page secret" })?))
            }
        };
        page.push(store, stream, category_of(&record), &record)?;
    }
    Ok(pages)
}

/// One that cannot be read any more goes under a category of its own, and the server finds it damaged.
fn category_of(record: &RecordBytes) -> Category {
    record.decode_header().map_or(UNREADABLE, |header| header.category)
}

fn bytes_in_page(record: &RecordBytes) -> usize {
    record.header.len() + record.body.len() + RECORD_OVERHEAD
}

impl OpenPage {
    fn new(secret: PageSecret) -> OpenPage {
        OpenPage { secret, records: 0, bytes: 0, heads: BTreeMap::new() }
    }

    /// Counts and links the next record of a stream. Its number.
    fn push(
        &mut self,
        store: &mut Store,
        stream: StreamId,
        category: Category,
        record: &RecordBytes,
    ) -> Result<u64, StoreError> {
        let open = match self.heads.entry(stream) {
            Entry::Occupied(open) => open.into_mut(),
            Entry::Vacant(vacant) => {
                let head = store.head(stream)?;
                vacant.insert(OpenStream { number: head.number, link: head.link, digests: Vec::new() })
            }
        };
        let mut chain = Chain::at(&self.secret, stream, open.number, open.link);
        open.digests.push(chain.push_for_digest(category, record));
        (open.number, open.link) = (chain.number, chain.link);
        self.records += 1;
        self.bytes += bytes_in_page(record);
        Ok(chain.number)
    }
}

fn cut_page(
    store: &mut Store,
    identity: &Identity,
    channel: Channel,
    page: OpenPage,
    records: &mut BTreeMap<StreamId, Vec<RecordBytes>>,
) -> Result<(), StoreError> {
    // An open page holds records of one epoch.
    let Some(epoch) = page.heads.keys().next().map(|stream| stream.epoch) else { return Ok(()) };
    let (mut runs, mut heads, mut digests) = (Vec::new(), Vec::new(), Vec::new());
    for (stream, open) in page.heads {
        let before = store.head(stream)?;
        let records = records.remove(&stream).unwrap_or_default();
        runs.push(Run { person: stream.person, first: before.number + 1, before: before.link, records });
        heads.push(open.link);
        digests.extend(open.digests);
    }
    let number = store.next_page_number(epoch, channel)?;
    let id = PageId { author: identity.device, epoch, number, channel };
    let page = Page::seal(id, page.secret, runs, &heads, |message| identity.sign(message));
    store.keep_page(page, &heads, &digests)
}
