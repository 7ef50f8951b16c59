//! Keys, records and pages that the tests of the journal share. Every byte follows from the arguments.

use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId, VisitId};
use alongside_domain::journal::body::{FromUsual, HowKnown, Observation, VisitArrived, VisitKind, VisitLeft};
use alongside_domain::journal::{
    Body, Category, Chain, Channel, Header, Kind, Link, Page, PageId, PageSecret, PlanSeen, PublicKey,
    RecordBytes, Run, Signature,
};
use alongside_domain::time::Moment;
use alongside_domain::value::{Decimal, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use ring::signature::{Ed25519KeyPair, KeyPair};

/// An author's key pair.
pub struct Signer(Ed25519KeyPair);

impl Signer {
    pub fn new(seed: u8) -> Signer {
        Signer(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("any 32 bytes are a seed"))
    }

    pub fn public(&self) -> PublicKey {
        PublicKey::from_slice(self.0.public_key().as_ref()).expect("an Ed25519 key has 32 bytes")
    }

    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature::from_slice(self.0.sign(message).as_ref()).expect("an Ed25519 signature has 64 bytes")
    }
}

pub fn person(number: u8) -> PersonId {
    PersonId([number; 16])
}

pub fn page_id(number: u64) -> PageId {
    PageId { author: AuthorId([0xa1; 16]), epoch: Epoch([0xe1; 8]), number, channel: Channel::Care }
}

/// A record as it is written: its bytes and its category.
#[derive(Debug, Clone)]
pub struct Written {
    pub category: Category,
    pub bytes: RecordBytes,
}

pub fn header(kind: u16, category: Category, at: i64) -> Header {
    Header {
        kind: Kind(kind),
        category,
        recorded: Moment(at),
        observed: None,
        by: StaffId([0x57; 16]),
        plan_seen: PlanSeen { version: 3, own_edit: None },
        clock_off_ms: None,
        counted: None,
    }
}

pub fn record(body: &Body, at: i64) -> Written {
    let kind = body.kind();
    let header = header(kind.0, body.category(), at);
    Written { category: body.category(), bytes: RecordBytes::of(&header, body) }
}

pub fn observation(note: &str) -> Body {
    Body::Observation(Observation {
        visit: Some(VisitId([0x71; 16])),
        kind: "wound_dressed".to_owned(),
        catalogue_version: 1,
        site: Some("left_leg".to_owned()),
        fields: [
            ("pain".to_owned(), Value::Int(6)),
            ("warm".to_owned(), Value::Bool(true)),
            ("weight_kg".to_owned(), Value::Decimal(Decimal { digits: 7250, places: 2 })),
            ("strike_through".to_owned(), Value::text("25_to_75")),
        ]
        .into(),
        absent: None,
        how_known: HowKnown::SeenNow,
        note: Some(note.to_owned()),
        quoted: None,
        corrects: None,
        changed: None,
        present: None,
        done: None,
        first_note: None,
    })
}

/// With everything that an author may say beside what they saw.
pub fn observation_in_full() -> Body {
    let Body::Observation(plain) = observation("fluid cloudy cream") else { unreachable!("it is one") };
    Body::Observation(Observation {
        quoted: Some("it stings".to_owned()),
        changed: Some(FromUsual::Yes),
        present: Some("her daughter".to_owned()),
        done: Some("rang the nurse".to_owned()),
        first_note: Some("looks infected".to_owned()),
        ..plain
    })
}

pub fn arrival() -> Body {
    Body::VisitArrived(VisitArrived { visit: VisitId([0x71; 16]), visit_kind: VisitKind::Care })
}

pub fn departure() -> Body {
    Body::VisitLeft(VisitLeft { visit: VisitId([0x71; 16]), tasks: vec![] })
}

/// What one run of a page is made from.
#[derive(Debug, Clone)]
pub struct Told {
    pub person: PersonId,
    pub first: u64,
    pub before: Link,
    pub records: Vec<Written>,
}

/// Chains the records and seals the page.
pub fn page(id: PageId, secret: [u8; 32], told: Vec<Told>, signer: &Signer) -> Page {
    let secret = PageSecret(secret);
    let heads: Vec<Link> = told.iter().map(|told| head(&id, &secret, told)).collect();
    let runs = told
        .into_iter()
        .map(|told| Run {
            person: told.person,
            first: told.first,
            before: told.before,
            records: told.records.into_iter().map(|written| written.bytes).collect(),
        })
        .collect();
    Page::seal(id, secret, runs, &heads, |message| signer.sign(message))
}

fn head(id: &PageId, secret: &PageSecret, told: &Told) -> Link {
    let mut chain = Chain::at(secret, id.stream(told.person), told.first - 1, told.before);
    told.records.iter().for_each(|written| chain.push(written.category, &written.bytes));
    chain.link
}

/// Three people, several kinds, runs at the start of a stream and in its middle.
pub fn usual_page(signer: &Signer) -> Page {
    let told = vec![
        Told {
            person: person(1),
            first: 1,
            before: Link::START,
            records: vec![
                record(&arrival(), 1_000),
                record(&observation("dressing lifted at one edge"), 2_000),
                record(&departure(), 3_000),
            ],
        },
        Told {
            person: person(2),
            first: 40,
            before: Link([0x3c; 32]),
            records: vec![record(&observation("ate all of it"), 4_000), record(&departure(), 5_000)],
        },
        Told { person: person(3), first: 7, before: Link([9; 32]), records: vec![record(&arrival(), 6_000)] },
    ];
    page(page_id(12), [0x5e; 32], told, signer)
}

fn any_record() -> impl Strategy<Value = Written> {
    let body = prop_oneof![
        "[ -~]{0,40}".prop_map(|note| record(&observation(&note), 2_000)),
        any::<i64>().prop_map(|at| record(&arrival(), at)),
        any::<i64>().prop_map(|at| record(&departure(), at)),
        // A kind and a body of a newer version.
        (100u16.., any::<u8>(), vec(any::<u8>(), 0..60)).prop_map(|(kind, category, body)| {
            let category = Category(category);
            let header = header(kind, category, 9);
            let header = minicbor::to_vec(header).expect("a vector takes every byte");
            Written { category, bytes: RecordBytes { header, body } }
        }),
    ];
    body.boxed()
}

prop_compose! {
    fn any_told()(
        number in any::<u8>(),
        first in 1u64..1_000_000,
        before in any::<[u8; 32]>(),
        records in vec(any_record(), 1..8),
    ) -> Told {
        Told { person: person(number), first, before: Link(before), records }
    }
}

prop_compose! {
    /// Any page that an honest author may cut.
    pub fn any_page()(
        mut told in vec(any_told(), 1..6),
        secret in any::<[u8; 32]>(),
        number in 1u64..1_000_000,
    ) -> Page {
        told.sort_by_key(|told| told.person);
        told.dedup_by_key(|told| told.person);
        page(page_id(number), secret, told, &Signer::new(1))
    }
}
