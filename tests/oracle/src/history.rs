//! A history as data, and the entries, plans and devices that it stands for.

use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::heard::Heard;
use alongside_domain::care::plan::{CarePlan, PlanAt, PlanTimeline};
use alongside_domain::ids::{AuthorId, EntryId, Epoch, StaffId};
use alongside_domain::journal::body::{
    Closing, ContactAttempt, Observation, Received, Response, Times, VisitArrived, VisitLeft, VisitPlanned,
};
use alongside_domain::journal::record::Header;
use alongside_domain::journal::{Body, Channel, Entry, PlanSeen, RecordRef, times};
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::view::{Candidate, EntryView, FieldView, PlanView};
use alongside_domain::time::Moment;
use alongside_domain::value::{Fields, Value};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Why a history means nothing to the product.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// A record's body is not of its kind.
    #[error("record {number} is no {kind}: {cause}")]
    Body { number: u64, kind: String, cause: serde_json::Error },
    /// A kind that no history has.
    #[error("record {number} has the unknown kind {kind}")]
    Kind { number: u64, kind: String },
    /// A part of a plan cannot be acted on, so that the two sides would not read one plan.
    #[error("plan version {version}: {problem}")]
    Plan { version: u64, problem: String },
}

/// One person's history.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// What it was made from.
    pub seed: u64,
    /// Who writes times, receipts and the roster.
    store: AuthorId,
    /// The moment that the answers are for.
    pub now: Moment,
    heard: Vec<HeardAt>,
    plans: Vec<PlanVersion>,
    records: Vec<Record>,
    /// The weeks to summarise.
    pub weeks: Vec<WeekAsked>,
}

/// A week, by any moment of it, and by when its records must have been known.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeekAsked {
    pub at: Moment,
    pub known_by: Moment,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeardAt {
    device: AuthorId,
    staff: StaffId,
    at: Moment,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanVersion {
    version: u64,
    accepted: Moment,
    sections: BTreeMap<Section, BTreeMap<EntryId, PlanEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanEntry {
    order: i64,
    fields: Fields,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    author: AuthorId,
    epoch: Epoch,
    number: u64,
    recorded: Moment,
    observed: Option<Moment>,
    by: StaffId,
    plan_seen: u64,
    kind: String,
    body: serde_json::Value,
}

impl History {
    /// The records as folds read them, with the times that the store has corrected, and the store.
    pub fn entries(&self) -> Result<(Vec<Entry>, AuthorId), Unreadable> {
        let mut entries = self.records.iter().map(Record::entry).collect::<Result<Vec<_>, _>>()?;
        times::correct(&mut entries, self.store);
        Ok((entries, self.store))
    }

    /// When each device was last heard.
    pub fn heard(&self) -> Heard {
        let mut heard = Heard::default();
        self.heard.iter().for_each(|one| heard.note(one.device, one.staff, one.at));
        heard
    }

    /// The plan's versions.
    pub fn plan(&self) -> Result<PlanTimeline, Unreadable> {
        let versions = self.plans.iter().map(PlanVersion::at).collect::<Result<Vec<_>, _>>()?;
        Ok(PlanTimeline::new(versions))
    }
}

impl Record {
    fn entry(&self) -> Result<Entry, Unreadable> {
        let id =
            RecordRef { author: self.author, epoch: self.epoch, number: self.number, channel: Channel::Care };
        let body = self.body()?;
        let header = Header {
            kind: body.kind(),
            category: body.category(),
            recorded: self.recorded,
            observed: self.observed,
            by: self.by,
            plan_seen: PlanSeen { version: self.plan_seen, own_edit: None },
            clock_off_ms: None,
            counted: None,
        };
        let observed = self.observed.unwrap_or(self.recorded).min(self.recorded);
        Ok(Entry { id, effective: self.recorded, observed, header, body })
    }

    fn body(&self) -> Result<Body, Unreadable> {
        match self.kind.as_str() {
            "observation" => self.read::<Observation>().map(Body::Observation),
            "visit_planned" => self.read::<VisitPlanned>().map(Body::VisitPlanned),
            "visit_arrived" => self.read::<VisitArrived>().map(Body::VisitArrived),
            "visit_left" => self.read::<VisitLeft>().map(Body::VisitLeft),
            "contact_attempt" => self.read::<ContactAttempt>().map(Body::ContactAttempt),
            "response" => self.read::<Response>().map(Body::Response),
            "closing" => self.read::<Closing>().map(Body::Closing),
            "times" => self.read::<Times>().map(Body::Times),
            "received" => self.read::<Received>().map(Body::Received),
            _ => Err(Unreadable::Kind { number: self.number, kind: self.kind.clone() }),
        }
    }

    fn read<'de, T: Deserialize<'de>>(&'de self) -> Result<T, Unreadable> {
        T::deserialize(&self.body).map_err(|cause| Unreadable::Body {
            number: self.number,
            kind: self.kind.clone(),
            cause,
        })
    }
}

impl PlanVersion {
    fn at(&self) -> Result<PlanAt, Unreadable> {
        let plan = CarePlan::from_view(&self.view(), Catalogue::built_in());
        if let Some(problem) = plan.problems.first() {
            return Err(Unreadable::Plan { version: self.version, problem: problem.error.to_string() });
        }
        Ok(PlanAt { version: self.version, accepted: self.accepted, plan })
    }

    fn view(&self) -> PlanView {
        let entry = |(id, entry): (&EntryId, &PlanEntry)| (id.clone(), self.entry(entry));
        let sections = self.sections.iter();
        let sections = sections.map(|(section, entries)| (*section, entries.iter().map(entry).collect()));
        PlanView { version: self.version, sections: sections.collect() }
    }

    fn entry(&self, entry: &PlanEntry) -> EntryView {
        let fields = entry.fields.iter().map(|(code, value)| (code.clone(), self.field(value)));
        EntryView { order: entry.order, fields: fields.collect() }
    }

    fn field(&self, value: &Value) -> FieldView {
        let edit = RecordRef {
            author: AuthorId([0; 16]),
            epoch: Epoch([0; 8]),
            number: self.version,
            channel: Channel::Care,
        };
        let candidate = Candidate { value: value.clone(), author: StaffId([0; 16]), at: self.accepted, edit };
        FieldView { candidates: vec![candidate], unconfirmed: false }
    }
}
