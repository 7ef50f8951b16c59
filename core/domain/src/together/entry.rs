//! Reading an entry of the plan: its fields, who set them when, and what they hang on.

use super::flag::{Flag, FlagWhy};
use super::history::{At, PlanHistory};
use super::owner::{Everyone, Owner};
use crate::care::CareInputs;
use crate::care::due::{Due, GoingHome};
use crate::care::link::Link;
use crate::ids::{EntryId, StaffId};
use crate::journal::RecordRef;
use crate::plan::edit::Section;
use crate::plan::view::{Candidate, EntryView, PlanView};
use crate::reablement::stalled::ReviewOfWeek;
use crate::time::{Moment, parse_local};
use crate::value::Value;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeSet;

/// What the views of shared work are made from. Equal inputs give equal views, on every replica.
#[derive(Debug, Clone, Copy)]
pub struct TogetherInputs<'a> {
    /// The records, when the server knew them, and the moment that the view is for. Its plan is not read.
    pub care: CareInputs<'a>,
    /// The plan as it is shown.
    pub plan: &'a PlanView,
    /// How it came to be so; its last version is that plan.
    pub history: &'a PlanHistory,
    /// The records that only this phone has; on the server none.
    pub waiting: &'a BTreeSet<RecordRef>,
    /// The problem-solving reviews that goals have opened: [`crate::reablement::stalled::reviews_opened`].
    pub reviews: &'a [ReviewOfWeek],
}

/// That somebody put something into the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Made {
    /// When it was made: by this, what was made without signal counts.
    pub at: Moment,
    /// By whom.
    pub by: StaffId,
    /// When the server knew of it; absent while only this phone has it.
    pub known: Option<Moment>,
}

/// What every part of the view reads with.
pub(super) struct Reading<'a> {
    pub(super) inputs: &'a TogetherInputs<'a>,
    pub(super) everyone: Everyone,
}

/// An entry of the plan as it is shown.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) reading: &'a Reading<'a>,
    pub(super) section: Section,
    pub(super) id: &'a EntryId,
    view: &'a EntryView,
}

impl<'a> Reading<'a> {
    pub(super) fn new(inputs: &'a TogetherInputs<'a>) -> Reading<'a> {
        Reading { inputs, everyone: Everyone::of(inputs.plan) }
    }

    pub(super) fn now(&self) -> Moment {
        self.inputs.care.now
    }

    /// The last version of the history.
    pub(super) fn last(&self) -> At {
        self.inputs.history.versions().len().saturating_sub(1)
    }

    /// The entries of a section, in the order of the plan.
    pub(super) fn entries(&'a self, section: Section) -> impl Iterator<Item = Shown<'a>> {
        let entries = self.inputs.plan.entries(section).into_iter();
        entries.map(move |(id, view)| Shown { reading: self, section, id, view })
    }

    pub(super) fn entry(&'a self, section: Section, id: &EntryId) -> Option<Shown<'a>> {
        let (id, view) = self.inputs.plan.sections.get(&section)?.get_key_value(id)?;
        Some(Shown { reading: self, section, id, view })
    }

    /// When a candidate was made, by its record where that is here: its time may have been corrected since.
    pub(super) fn made(&self, candidate: &Candidate) -> Made {
        let entry = self.inputs.care.records.entry(candidate.edit);
        let at = entry.map_or(candidate.at, |entry| entry.effective);
        Made { at, by: candidate.author, known: self.known(candidate.edit, at) }
    }

    /// When the server knew of a record; nothing while only this phone has it.
    pub(super) fn known(&self, record: RecordRef, at: Moment) -> Option<Moment> {
        if self.inputs.waiting.contains(&record) {
            return None;
        }
        let entry = self.inputs.care.records.entry(record);
        Some(entry.map_or(at, |entry| self.inputs.care.known.at(entry)))
    }

    /// Going home as a version of the plan had it.
    pub(super) fn going_home(&self, at: At) -> GoingHome {
        let history = self.inputs.history;
        let text = |code: &str| {
            let mut entries = history.entries_at(at, Section::Discharge);
            entries.find_map(|id| history.value_at(at, Section::Discharge, id, code)?.as_text())
        };
        GoingHome {
            planned: text("home_on").and_then(|day| day.parse().ok()),
            came: text("home_at").and_then(local_moment),
            referred: None,
        }
    }

    /// Going home, and the referral that an entry names, as a version of the plan had them.
    fn anchors(&self, at: At, section: Section, id: &EntryId) -> GoingHome {
        let history = self.inputs.history;
        let referral = history.value_at(at, section, id, "referral").and_then(Value::as_text);
        let made_at = referral.and_then(|referral| {
            let referral: EntryId = referral.parse().ok()?;
            history.value_at(at, Section::Referrals, &referral, "made_at")?.as_text().and_then(local_moment)
        });
        GoingHome { referred: made_at, ..self.going_home(at) }
    }

    /// When an entry was due by its field `code`, as a version of the plan had it.
    pub(super) fn due_at(&self, at: At, section: Section, id: &EntryId, code: &str) -> Option<Moment> {
        let due: Due = self.inputs.history.value_at(at, section, id, code)?.as_text()?.parse().ok()?;
        due.moment(self.anchors(at, section, id))
    }
}

impl<'a> Shown<'a> {
    pub(super) fn text(&self, code: &str) -> &'a str {
        self.candidate(code).and_then(|one| one.value.as_text()).unwrap_or_default()
    }

    pub(super) fn words(&self, code: &str) -> String {
        self.text(code).to_owned()
    }

    pub(super) fn int(&self, code: &str) -> Option<i64> {
        self.candidate(code)?.value.as_int()
    }

    pub(super) fn says(&self, code: &str) -> Option<bool> {
        match self.candidate(code)?.value {
            Value::Bool(says) => Some(says),
            _ => None,
        }
    }

    pub(super) fn day(&self, code: &str) -> Option<NaiveDate> {
        self.text(code).parse().ok()
    }

    pub(super) fn moment(&self, code: &str) -> Option<Moment> {
        local_moment(self.text(code))
    }

    pub(super) fn link(&self, code: &str) -> Option<Link> {
        self.text(code).parse().ok()
    }

    pub(super) fn has(&self, code: &str) -> bool {
        self.candidate(code).is_some_and(|one| !is_empty(&one.value))
    }

    /// The value that stands.
    pub(super) fn candidate(&self, code: &str) -> Option<&'a Candidate> {
        self.view.fields.get(code).and_then(|field| field.candidates.first())
    }

    /// Who set the value that stands.
    pub(super) fn made(&self, code: &str) -> Option<Made> {
        self.candidate(code).filter(|one| !is_empty(&one.value)).map(|one| self.reading.made(one))
    }

    /// Who first gave the field a value: what is mended later was there since then.
    pub(super) fn first_made(&self, code: &str) -> Option<Made> {
        let settings = self.reading.inputs.history.settings(self.section, self.id, code);
        let given = settings.into_iter().filter(|one| !is_empty(&one.value));
        given.map(|one| self.reading.made(one)).min().filter(|_| self.has(code))
    }

    pub(super) fn owner(&self, code: &str) -> Owner {
        self.reading.everyone.find(self.text(code))
    }

    /// When it is due by its field `code`, as the plan stands.
    pub(super) fn due(&self, code: &str) -> Option<Moment> {
        self.reading.due_at(self.reading.last(), self.section, self.id, code)
    }

    /// A day in `code` as a deadline: the last second of that day.
    pub(super) fn due_on(&self, code: &str) -> Option<Moment> {
        self.day(code).map(end_of)
    }

    pub(super) fn flag(&self, field: &str, why: FlagWhy) -> Flag {
        Flag { section: self.section, entry: self.id.clone(), field: field.to_owned(), why }
    }

    /// A flag where a name in this field stands for nobody.
    pub(super) fn flag_unknown(&self, field: &str) -> Option<Flag> {
        let owner = self.owner(field);
        (!owner.words.is_empty() && !owner.known).then(|| self.flag(field, FlagWhy::UnknownOwner))
    }

    /// The link to it.
    pub(super) fn own_link(&self) -> Link {
        Link { section: self.section, entry: self.id.clone() }
    }
}

pub(super) fn is_empty(value: &Value) -> bool {
    value.as_text().is_some_and(|text| text.trim().is_empty())
}

/// The last second of a local day.
pub(super) fn end_of(day: NaiveDate) -> Moment {
    Moment::at_local(day, 0).end_of_local_day()
}

pub(super) fn local_moment(text: &str) -> Option<Moment> {
    parse_local(text).map(|(day, minute)| Moment::at_local(day, minute))
}
