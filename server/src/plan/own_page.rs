//! The store's own records, as sealed pages of its streams.

use crate::app::App;
use crate::storage::{OwnPage, OwnRun};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::page::{head_leaf, merkle_root, seal_message};
use alongside_domain::journal::{
    Body, Chain, Channel, Header, Link, PageId, PageSecret, PlanSeen, RecordBytes, StreamId,
};
use alongside_domain::time::Moment;

/// Most bytes of records in one page of the store: with their places they stay below a page's limit.
const RECORD_BYTES_MAX: usize = 160 * 1024;
/// Most records in one page of the store.
const RECORDS_MAX: usize = 500;

/// A record that the store is to write.
#[derive(Debug, Clone)]
pub struct OwnRecord {
    /// Its header.
    pub header: Header,
    /// Its body.
    pub body: Body,
}

impl OwnRecord {
    /// A record that the store makes itself, or that `by` makes on the console.
    pub fn new(body: Body, by: StaffId, now: Moment, plan_version: u64) -> OwnRecord {
        let header = Header {
            kind: body.kind(),
            category: body.category(),
            recorded: now,
            observed: None,
            by,
            plan_seen: PlanSeen { version: plan_version, own_edit: None },
            clock_off_ms: None,
            counted: None,
        };
        OwnRecord { header, body }
    }
}

/// The store's records about one person, and the end of its stream that they follow.
#[derive(Debug, Clone)]
pub struct OwnRecords {
    /// About whom.
    pub person: PersonId,
    /// For whom.
    pub channel: Channel,
    /// The number of the store's last record about them; 0 for none.
    pub after: u64,
    /// Its link.
    pub before: Link,
    /// At least one.
    pub records: Vec<OwnRecord>,
}

/// Makes pages of records, in their order; a page for each person, more where they are many.
pub fn pages(app: &App, all: Vec<OwnRecords>, made: Moment) -> Vec<OwnPage> {
    all.into_iter().flat_map(|records| pages_of(app, records, made)).collect()
}

fn pages_of(app: &App, own: OwnRecords, made: Moment) -> Vec<OwnPage> {
    let (mut after, mut before) = (own.after, own.before);
    let place = (own.person, own.channel);
    let bytes: Vec<(OwnRecord, RecordBytes)> = own
        .records
        .into_iter()
        .map(|record| {
            let bytes = RecordBytes::of(&record.header, &record.body);
            (record, bytes)
        })
        .collect();
    let mut pages = Vec::new();
    for part in split(&bytes) {
        let page = page(app, place, after, before, part, made);
        let run = &page.runs[0];
        after += run.records.len() as u64;
        before = run.places.last().map_or(before, |(link, _)| *link);
        pages.push(page);
    }
    pages
}

/// Parts that fit a page each, none empty.
fn split(records: &[(OwnRecord, RecordBytes)]) -> Vec<&[(OwnRecord, RecordBytes)]> {
    let mut parts = Vec::new();
    let (mut start, mut taken) = (0, 0);
    for (at, (_, bytes)) in records.iter().enumerate() {
        let size = bytes.header.len() + bytes.body.len();
        if at > start && (taken + size > RECORD_BYTES_MAX || at - start >= RECORDS_MAX) {
            parts.push(&records[start..at]);
            (start, taken) = (at, 0);
        }
        taken += size;
    }
    if start < records.len() {
        parts.push(&records[start..]);
    }
    parts
}

fn page(
    app: &App,
    (person, channel): (PersonId, Channel),
    after: u64,
    before: Link,
    records: &[(OwnRecord, RecordBytes)],
    made: Moment,
) -> OwnPage {
    let (author, epoch) = (app.identity.author, app.identity.epoch);
    let secret = PageSecret(app.random.bytes());
    let stream = StreamId { person, channel, author, epoch };
    let mut chain = Chain::at(&secret, stream, after, before);
    let mut places = Vec::with_capacity(records.len());
    for (record, bytes) in records {
        chain.push(record.header.category, bytes);
        places.push((chain.link, record.header.kind));
    }
    let root = merkle_root(&[head_leaf(&stream, chain.number, &chain.link)]);
    let run = OwnRun {
        person,
        after,
        before,
        records: records.iter().map(|(_, bytes)| bytes.clone()).collect(),
        places,
    };
    let signer = app.clone();
    let seal = Box::new(move |id: PageId| signer.identity.sign(&seal_message(&id, 1, &root)));
    OwnPage { author, epoch, channel, secret, runs: vec![run], seal, made }
}
