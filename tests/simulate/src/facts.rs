//! The product's records as the plain facts that the checker is told.

use alongside_checker::{Checker, Fate, Outcome, Part, Record, Tried};
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::body::FateOutcome;
use alongside_domain::journal::{Body, Channel, RecordBytes, RecordRef};
use alongside_domain::plan::edit::{Command, Section};
use alongside_server::storage::{ApartRun, StorageError, StoredRun};

/// Turns ids into the checker's names.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// The server's store: the checker calls it "store".
    pub store: AuthorId,
}

impl Facts {
    fn author(&self, author: AuthorId) -> String {
        if author == self.store { "store".to_owned() } else { author.to_string() }
    }

    /// A record.
    pub fn record(&self, person: PersonId, id: &RecordRef, body: &Body) -> Record {
        Record {
            person: scope(person, id.channel),
            author: self.author(id.author),
            stream: stream(id),
            number: id.number,
            content: content(body),
        }
    }

    /// A record's name.
    pub fn name(&self, person: PersonId, id: &RecordRef) -> String {
        Checker::name_of(&scope(person, id.channel), &self.author(id.author), &stream(id), id.number)
    }

    /// The records of a stored run, each with what became of an edit if it is the server's word on that.
    pub fn stored(
        &self,
        person: PersonId,
        channel: Channel,
        run: &StoredRun,
    ) -> Result<Vec<(Record, Option<Fate>)>, StorageError> {
        let id = |number| RecordRef { author: run.author, epoch: run.epoch, number, channel };
        run.records().map(|(number, bytes)| self.stored_record(person, &id(number), bytes)).collect()
    }

    /// The records of a run that is kept apart.
    pub fn apart(&self, run: &ApartRun) -> Result<Vec<Record>, StorageError> {
        let id = |number| RecordRef { author: run.author, epoch: run.epoch, number, channel: run.channel };
        let records = run.records().map(|(number, bytes)| self.stored_record(run.person, &id(number), bytes));
        records.map(|read| read.map(|(record, _)| record)).collect()
    }

    fn stored_record(
        &self,
        person: PersonId,
        id: &RecordRef,
        bytes: &RecordBytes,
    ) -> Result<(Record, Option<Fate>), StorageError> {
        let unreadable = StorageError::Unreadable { what: "record" };
        let header = bytes.decode_header().map_err(|_| unreadable.clone())?;
        let body = Body::decode(header.kind, &bytes.body).map_err(|_| unreadable)?;
        let fate = match &body {
            Body::Fate(fate) if id.author == self.store => Some(Fate {
                edit: self.name(person, &fate.edit),
                outcome: outcome(&fate.outcome),
                by: fate.by.map(|by| by.to_string()),
            }),
            _ => None,
        };
        Ok((self.record(person, id, &body), fate))
    }

    /// What someone sets out to do with this body.
    pub fn tried(&self, person: PersonId, body: &Body) -> Tried {
        match body {
            Body::PlanEdit(edit) => Tried::Edit(edit.commands.first().map_or(Part::Other, part)),
            Body::EditDecision(decision) => {
                Tried::Decision { edit: self.name(person, &decision.edit), accept: decision.accept }
            }
            Body::EditWithdrawal(withdrawal) => {
                Tried::Withdrawal { edit: self.name(person, &withdrawal.edit) }
            }
            _ => Tried::Note,
        }
    }
}

/// What the checker calls the part of a person's journal that has an audience of its own.
pub fn scope(person: PersonId, channel: Channel) -> String {
    match channel {
        Channel::Care => person.to_string(),
        _ => format!("{person} {channel:?}"),
    }
}

fn stream(id: &RecordRef) -> String {
    format!("{}-{:?}", id.epoch, id.channel)
}

/// What a record says. An edit's base is left out: the phone chooses it as it saves.
pub fn content(body: &Body) -> String {
    match body {
        Body::PlanEdit(edit) => format!("edit {:?} {}", edit.commands, edit.reason),
        // An earlier version of the app shows what it keeps: these bytes say it to one that can read them.
        Body::Unread(kept) => match Body::read(kept.kind, &kept.bytes) {
            Body::Unread(_) => "unreadable".to_owned(),
            body => content(&body),
        },
        _ => serde_json::to_string(body).expect("a body is JSON"),
    }
}

/// What became of an edit.
pub fn outcome(outcome: &FateOutcome) -> Outcome {
    match outcome {
        FateOutcome::Held { .. } => Outcome::Held,
        FateOutcome::Accepted { .. } => Outcome::Accepted,
        FateOutcome::Declined { .. } => Outcome::Declined,
        FateOutcome::Withdrawn => Outcome::Withdrawn,
    }
}

/// The part of the plan that a command of a simulated person changes.
fn part(command: &Command) -> Part {
    let (section, field) = match command {
        Command::SetField { section, field, .. } => (section, field.as_str()),
        Command::AddEntry { section, .. }
        | Command::RetireEntry { section, .. }
        | Command::MoveEntry { section, .. } => (section, ""),
    };
    match section {
        Section::Asked | Section::Triggers => Part::Clinical,
        Section::Safety if field == "allergies" => Part::Clinical,
        Section::Goals => Part::Goals,
        _ => Part::Other,
    }
}
