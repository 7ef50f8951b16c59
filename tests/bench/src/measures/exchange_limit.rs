//! The least work of an exchange: one seal a page, each digest and link, one insert a record, one commit a page.

use super::MeasureError;
use crate::cpu;
use crate::limit::Limit;
use crate::workload::Made;
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::page::{OpenRun, Part};
use alongside_domain::journal::{
    Body, Chain, Channel, Header, Link, Page, PageExtract, PageId, PageSecret, PlanSeen, PublicKey,
    RecordBytes, Run, Signature, StreamId,
};
use ring::signature::{Ed25519KeyPair, KeyPair};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::time::Duration;

/// Records in a page, as many as the product's pages hold of this workload.
const PAGE_RECORDS: usize = 800;

/// What it takes.
pub struct ExchangeLimit {
    /// Signing on the phone; checking and inserting on the server, whose database is not encrypted.
    pub up: Duration,
    /// Checking and inserting on the phone.
    pub down: Duration,
}

/// Runs of a page that are not sealed yet, with the links of their last records.
struct Unsealed {
    id: PageId,
    secret: PageSecret,
    runs: Vec<Run>,
    heads: Vec<Link>,
}

impl ExchangeLimit {
    /// The least of both, each way.
    pub fn least(self, other: ExchangeLimit) -> ExchangeLimit {
        ExchangeLimit { up: self.up.min(other.up), down: self.down.min(other.down) }
    }
}

/// Does it.
pub fn measure(records: &[Made]) -> Result<ExchangeLimit, MeasureError> {
    let (up, pages) = up(records)?;
    Ok(ExchangeLimit { up, down: down(&pages)? })
}

fn key() -> (Ed25519KeyPair, PublicKey) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).expect("a seed has 32 bytes");
    let public = PublicKey::from_slice(pair.public_key().as_ref()).expect("an Ed25519 key has 32 bytes");
    (pair, public)
}

fn up(records: &[Made]) -> Result<(Duration, Vec<Page>), MeasureError> {
    let folder = tempfile::tempdir()?;
    let server = Connection::open(folder.path().join("limit.db"))?;
    server.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE record (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;",
    )?;
    let unsealed = unsealed(records);
    let (pair, public) = key();
    let mut pages = Vec::new();
    let begun = cpu::thread();
    for page in unsealed {
        let sign =
            |message: &[u8]| Signature::from_slice(pair.sign(message).as_ref()).expect("it has 64 bytes");
        let page = Page::seal(page.id, page.secret, page.runs, &page.heads, sign);
        page.check(&public).map_err(|error| MeasureError::Unexpected(error.to_string()))?;
        server.execute_batch("BEGIN IMMEDIATE")?;
        for record in page.runs.iter().flat_map(|run| &run.records) {
            let mut insert = server.prepare_cached("INSERT INTO record (bytes) VALUES (?1)")?;
            insert.execute([[record.header.as_slice(), record.body.as_slice()].concat()])?;
        }
        server.execute_batch("COMMIT")?;
        pages.push(page);
    }
    Ok((cpu::thread() - begun, pages))
}

fn down(pages: &[Page]) -> Result<Duration, MeasureError> {
    let folder = tempfile::tempdir()?;
    let phone = Limit::make(folder.path())?;
    let (_, public) = key();
    let extracts: Vec<PageExtract> = pages.iter().map(extract).collect();
    let begun = cpu::thread();
    for extract in &extracts {
        extract.check(&public).map_err(|error| MeasureError::Unexpected(error.to_string()))?;
    }
    for page in pages {
        let bytes: Vec<Vec<u8>> = page
            .runs
            .iter()
            .flat_map(|run| &run.records)
            .map(|record| [record.header.as_slice(), record.body.as_slice()].concat())
            .collect();
        phone.insert_all(bytes.iter().map(Vec::as_slice))?;
    }
    Ok(cpu::thread() - begun)
}

fn extract(page: &Page) -> PageExtract {
    let open = |run: &Run| {
        OpenRun::for_reader(&page.id, &page.secret, run.clone(), |_| true).expect("a page that was just made")
    };
    PageExtract { id: page.id, seal: page.seal, parts: page.runs.iter().map(open).map(Part::Open).collect() }
}

fn unsealed(records: &[Made]) -> Vec<Unsealed> {
    let (author, epoch) = (AuthorId([9; 16]), Epoch([9; 8]));
    let mut before: BTreeMap<PersonId, (u64, Link)> = BTreeMap::new();
    let chunks = records.chunks(PAGE_RECORDS).zip(1..);
    let page = |(records, number): (&[Made], u64)| {
        let id = PageId { author, epoch, number, channel: Channel::Care };
        let secret = PageSecret([number as u8; 32]);
        let mut by_person: BTreeMap<PersonId, Vec<(Header, RecordBytes)>> = BTreeMap::new();
        for made in records {
            by_person.entry(crate::organisation::person(made.person)).or_default().push(record(made));
        }
        let (mut runs, mut heads) = (Vec::new(), Vec::new());
        for (person, records) in by_person {
            let (last, link) = before.get(&person).copied().unwrap_or((0, Link::START));
            let stream = StreamId { person, channel: Channel::Care, author, epoch };
            let mut chain = Chain::at(&secret, stream, last, link);
            records.iter().for_each(|(header, bytes)| chain.push(header.category, bytes));
            before.insert(person, (chain.number, chain.link));
            heads.push(chain.link);
            let records = records.into_iter().map(|(_, bytes)| bytes).collect();
            runs.push(Run { person, first: last + 1, before: link, records });
        }
        Unsealed { id, secret, runs, heads }
    };
    chunks.map(page).collect()
}

fn record(made: &Made) -> (Header, RecordBytes) {
    let body = Body::Observation(made.observation());
    let header = Header {
        kind: body.kind(),
        category: body.category(),
        recorded: made.at,
        observed: None,
        by: StaffId([0x40; 16]),
        plan_seen: PlanSeen { version: 1, own_edit: None },
        clock_off_ms: None,
        counted: None,
    };
    let bytes = RecordBytes::of(&header, &body);
    (header, bytes)
}
