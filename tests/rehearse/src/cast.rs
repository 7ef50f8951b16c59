//! Who is who: the names of the file and the identifiers of the product, both ways.

use crate::time::LocalTime;
use alongside_replica::domain::ids::{AuthorId, PersonId, StaffId, VisitId};
use alongside_replica::domain::journal::RecordRef;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// All names and identifiers of one play.
#[derive(Debug, Default)]
pub struct Cast {
    people: BTreeMap<String, PersonId>,
    staff: BTreeMap<String, StaffId>,
    names: BTreeMap<String, String>,
    devices: BTreeMap<String, String>,
    visits: BTreeMap<(String, LocalTime), VisitId>,
    named: Vec<(String, RecordRef)>,
    concerns: Vec<(String, RecordRef)>,
    next_visit: u128,
}

impl Cast {
    /// The server has given a person their identifier.
    pub fn add_person(&mut self, name: &str, person: PersonId) {
        self.people.insert(name.to_owned(), person);
    }

    /// The server has given a member of staff their identifier.
    pub fn add_staff(&mut self, name: &str, staff: StaffId, shown_name: &str) {
        self.staff.insert(name.to_owned(), staff);
        self.names.insert(shown_name.to_owned(), name.to_owned());
    }

    /// A device has enrolled.
    pub fn add_device(&mut self, name: &str, device: AuthorId) {
        self.devices.insert(device.to_string(), name.to_owned());
    }

    /// A record that the file names has been made.
    pub fn add_record(&mut self, name: &str, record: RecordRef) {
        self.named.push((name.to_owned(), record));
    }

    /// A concern that the file names has been recorded.
    pub fn add_concern(&mut self, name: &str, concern: RecordRef) {
        self.concerns.push((name.to_owned(), concern));
    }

    /// The record of a named concern; nothing if its step was refused.
    pub fn concern(&self, name: &str) -> Option<RecordRef> {
        self.concerns.iter().find(|(known, _)| known == name).map(|(_, concern)| *concern)
    }

    /// The file's name for a concern; else null.
    pub fn concern_name(&self, concern: RecordRef) -> Json {
        self.concerns.iter().find(|(_, known)| *known == concern).map_or(Json::Null, |(name, _)| json!(name))
    }

    /// The identifier of a person of the file; names were checked when it was read.
    pub fn person(&self, name: &str) -> PersonId {
        *self.people.get(name).expect("the reader has checked the names of people")
    }

    /// The identifier of a member of staff of the file.
    pub fn staff(&self, name: &str) -> StaffId {
        *self.staff.get(name).expect("the reader has checked the names of staff")
    }

    /// The record of this name; nothing if its step was refused.
    pub fn record(&self, name: &str) -> Option<RecordRef> {
        self.named.iter().find(|(known, _)| known == name).map(|(_, edit)| *edit)
    }

    /// The planned visit of a person at a time.
    pub fn visit(&mut self, person: &str, at: LocalTime) -> VisitId {
        let key = (person.to_owned(), at);
        if let Some(visit) = self.visits.get(&key) {
            return *visit;
        }
        let visit = self.new_visit();
        self.visits.insert(key, visit);
        visit
    }

    /// A visit on no roster.
    pub fn new_visit(&mut self) -> VisitId {
        self.next_visit += 1;
        VisitId(self.next_visit.to_be_bytes())
    }

    /// The file's name for an identifier in hex of a person, member of staff or device; else the identifier.
    pub fn name(&self, id: &Json) -> Json {
        let Some(text) = id.as_str() else { return id.clone() };
        let staff = self.staff.iter().find(|(_, id)| id.to_string() == text).map(|(name, _)| name.as_str());
        let person =
            || self.people.iter().find(|(_, id)| id.to_string() == text).map(|(name, _)| name.as_str());
        let device = || self.devices.get(text).map(String::as_str);
        json!(staff.or_else(person).or_else(device).unwrap_or(text))
    }

    /// The file's name of whoever the product shows under this name; else the name as shown.
    pub fn by_shown_name(&self, shown: &str) -> Json {
        json!(self.names.get(shown).map_or(shown, String::as_str))
    }

    /// The file's name for an edit; else null.
    pub fn edit_name(&self, edit: &Json) -> Json {
        let same = |known: &RecordRef| serde_json::to_value(known).is_ok_and(|known| &known == edit);
        self.named.iter().find(|(_, known)| same(known)).map_or(Json::Null, |(name, _)| json!(name))
    }

    /// The file's name for an edit that is written as `author.epoch.number`; else null.
    pub fn edit_name_of_text(&self, text: &str) -> Json {
        let same = |edit: &RecordRef| format!("{}.{}.{}", edit.author, edit.epoch, edit.number) == text;
        self.named.iter().find(|(_, known)| same(known)).map_or(Json::Null, |(name, _)| json!(name))
    }

    /// Replaces `{grace}` by the identifier of the person, member of staff or concern of that name.
    pub fn fill(&self, text: &str) -> String {
        let people = self.people.iter().map(|(name, id)| (name, id.to_string()));
        let staff = self.staff.iter().map(|(name, id)| (name, id.to_string()));
        let concerns = self.concerns.iter().map(|(name, id)| (name, id.epoch.to_string()));
        people
            .chain(staff)
            .chain(concerns)
            .fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), &id))
    }
}
