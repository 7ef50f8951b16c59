//! Opens what was sealed to a device or a desk: concerns, calls, acts, and copies of what was sealed to others.

use super::acts::code;
use super::answers_for_concerns;
use super::case::Opened;
use super::records::CaseAct;
use crate::cbor::decode_whole;
use crate::ids::{AuthorId, PersonId};
use crate::journal::page::{Item, Part};
use crate::journal::sealed::{OpeningKey, Sealed};
use crate::journal::{Body, Header, PageExtract, PublicKey, RecordBytes, RecordRef, StreamId};
use crate::sync::certificate::Subject;
use crate::time::Moment;

/// Somebody who writes in the restricted channel, as the store's certificates say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writer {
    /// What their seals are checked with.
    pub key: PublicKey,
    /// Whether it is a desk: only those record what is done about a concern.
    pub is_desk: bool,
    /// Whether its holder may answer for concerns: then a device of theirs may say that they have one.
    pub answers: bool,
}

impl Writer {
    /// The writer that a certificate is about.
    pub fn of(subject: &Subject) -> Writer {
        let answers = subject.holder.as_ref().is_some_and(|holder| answers_for_concerns(holder.role));
        Writer { key: subject.key, is_desk: subject.is_desk(), answers }
    }

    /// Whether an act of theirs counts.
    fn may_record(self, act: &CaseAct) -> bool {
        self.is_desk || self.answers && act.act == code::ACKNOWLEDGED
    }
}

/// Whoever reads: a device or a desk, with the key that opens what was sealed to it.
pub struct Reader<'r> {
    /// Which.
    pub author: AuthorId,
    /// Its key.
    pub key: &'r OpeningKey,
    /// The writers that are known here.
    pub writers: &'r (dyn Fn(AuthorId) -> Option<Writer> + Sync),
}

/// The devices and desks that a record is sealed to; none where it is not sealed.
pub fn sealed_to(record: &RecordBytes) -> Vec<AuthorId> {
    let body = record.decode_header().ok().map(|header| Body::decode(header.kind, &record.body));
    match body {
        Some(Ok(Body::Sealed(sealed))) => sealed.letters.iter().map(|letter| letter.device).collect(),
        _ => Vec::new(),
    }
}

/// What stands in a page of the restricted channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// A record that could be opened.
    Opened(Box<Opened>),
    /// One that could not: what is outside of the seal.
    Closed {
        /// Its name.
        id: RecordRef,
        /// About whom.
        person: PersonId,
        /// Its header.
        header: Header,
    },
}

/// The sealed record of a page, with what stands outside of it.
struct Envelope {
    id: RecordRef,
    stream: StreamId,
    header: Header,
    sealed: Option<Sealed>,
}

impl Envelope {
    fn of(extract: &PageExtract) -> Option<Envelope> {
        let [Part::Open(run)] = extract.parts.as_slice() else { return None };
        let [Item::Record(record)] = run.items.as_slice() else { return None };
        let header = record.decode_header().ok()?;
        let sealed = match Body::decode(header.kind, &record.body) {
            Ok(Body::Sealed(sealed)) => Some(sealed),
            _ => None,
        };
        let (author, epoch, channel) = (extract.id.author, extract.id.epoch, extract.id.channel);
        let id = RecordRef { author, epoch, number: run.first, channel };
        Some(Envelope { id, stream: extract.id.stream(run.person), header, sealed })
    }

    /// The record within, as one of this page.
    fn opened(&self, within: &RecordBytes, received: Option<Moment>) -> Option<Opened> {
        let header = within.decode_header().ok()?;
        Some(Opened {
            id: self.id,
            person: self.stream.person,
            recorded: header.recorded,
            observed: header.observed.unwrap_or(header.recorded).min(header.recorded),
            by: header.by,
            received,
            is_unchecked: header.counted.is_some(),
            body: Body::decode(header.kind, &within.body).ok()?,
        })
    }
}

impl Reader<'_> {
    /// Reads a page whose seal was checked. Nothing where it is no page of this channel, or an act that no desk wrote.
    pub fn read(&self, extract: &PageExtract, received: Option<Moment>) -> Option<Read> {
        let envelope = Envelope::of(extract)?;
        let key = |sealed: &Sealed| sealed.open(&envelope.stream, self.author, self.key).ok();
        let within = envelope.sealed.as_ref().and_then(key);
        let opened = within.and_then(|within| envelope.opened(&within, received));
        match opened {
            None => Some(Read::Closed {
                id: envelope.id,
                person: envelope.stream.person,
                header: envelope.header,
            }),
            Some(opened) => self.believed(opened).map(|opened| Read::Opened(Box::new(opened))),
        }
    }

    /// What a record says, and in place of a copy what it is a copy of.
    fn believed(&self, opened: Opened) -> Option<Opened> {
        let writer = (self.writers)(opened.id.author);
        match &opened.body {
            Body::CaseAct(act) if !writer.is_some_and(|writer| writer.may_record(act)) => None,
            Body::ConcernCopy(copy) if writer.is_some_and(|writer| writer.is_desk) => {
                let original = decode_whole::<PageExtract>(&copy.extract).ok()?;
                self.copied(&original, &copy.key, copy.received)
            }
            Body::ConcernCopy(_) => None,
            _ => Some(opened),
        }
    }

    /// The record of a page that was sealed to others, proved by its author's seal.
    fn copied(&self, original: &PageExtract, key: &[u8], received: Moment) -> Option<Opened> {
        let writer = (self.writers)(original.id.author)?;
        original.check(&writer.key).ok()?;
        let envelope = Envelope::of(original)?;
        let within = envelope.sealed.as_ref()?.open_with(&envelope.stream, key).ok()?;
        let opened = envelope.opened(&within, Some(received))?;
        let counts = match &opened.body {
            Body::CaseAct(act) => writer.may_record(act),
            Body::ConcernCopy(_) => false,
            _ => true,
        };
        counts.then_some(opened)
    }

    /// The case that a page belongs to, where it can be opened here.
    pub fn case_of(&self, extract: &PageExtract) -> Option<RecordRef> {
        match self.read(extract, None)? {
            Read::Opened(opened) => opened.case(),
            Read::Closed { .. } => None,
        }
    }

    /// What a copy of this page for somebody else holds: the page and the key of its content. Of a copy, what it is a
    /// copy of.
    pub fn to_copy(&self, extract: &PageExtract, received: Moment) -> Option<(PageExtract, Vec<u8>, Moment)> {
        let envelope = Envelope::of(extract)?;
        let key = envelope.sealed.as_ref()?.content_key(&envelope.stream, self.author, self.key).ok()?;
        let within = envelope.sealed.as_ref()?.open_with(&envelope.stream, &key).ok()?;
        match envelope.opened(&within, None)?.body {
            Body::ConcernCopy(copy) => Some((decode_whole(&copy.extract).ok()?, copy.key, copy.received)),
            _ => Some((extract.clone(), key.to_vec(), received)),
        }
    }
}
