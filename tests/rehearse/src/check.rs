//! What a scenario file must mean beyond its form: names that exist, times in order, one thing expected.

use crate::expand::planned_visits;
use crate::format::{Expectation, Observed, RosterPart, Scenario, Step, Subject, Via, VisitName};
use crate::time::LocalTime;
use std::collections::{BTreeMap, BTreeSet};

/// Faults as (JSON pointer, reason).
type Faults = Vec<(String, String)>;

/// Every fault of meaning, in the order of the file.
pub fn faults(scenario: &Scenario) -> Faults {
    let mut check = Check {
        scenario,
        visits: BTreeMap::new(),
        named: BTreeSet::new(),
        concerns: BTreeSet::new(),
        faults: Vec::new(),
    };
    check.team();
    for name in &scenario.concern_recipients {
        check.staff("/concern_recipients", name);
    }
    check.plan();
    check.roster();
    for (person, observed) in &scenario.usual {
        check.person(&format!("/usual/{person}"), Some(person));
        check.observed(&format!("/usual/{person}"), observed);
    }
    check.steps();
    check.expectations();
    check.faults
}

struct Check<'a> {
    scenario: &'a Scenario,
    visits: BTreeMap<(String, LocalTime), String>,
    /// The names of edits and observations.
    named: BTreeSet<String>,
    concerns: BTreeSet<String>,
    faults: Faults,
}

impl Check<'_> {
    fn fault(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        self.faults.push((place.into(), reason.into()));
    }

    fn staff(&mut self, place: &str, name: &str) {
        if !self.scenario.staff.contains_key(name) {
            self.fault(place, format!("no member of staff is called {name:?}"));
        }
    }

    /// The person meant, where there is one.
    fn person(&mut self, place: &str, name: Option<&str>) -> Option<String> {
        match (name, self.scenario.people.len()) {
            (Some(name), _) if self.scenario.people.contains_key(name) => Some(name.to_owned()),
            (Some(name), _) => {
                self.fault(place, format!("no person is called {name:?}"));
                None
            }
            (None, 1) => self.scenario.people.keys().next().cloned(),
            (None, _) => {
                self.fault(place, "say which person");
                None
            }
        }
    }

    fn team(&mut self) {
        for reserved in ["server", "console", "unplanned"] {
            if self.scenario.staff.contains_key(reserved) || self.scenario.people.contains_key(reserved) {
                self.fault(format!("/staff/{reserved}"), "this name has a meaning of its own");
            }
        }
        for name in self.scenario.people.keys().filter(|name| self.scenario.staff.contains_key(*name)) {
            self.faults.push((format!("/people/{name}"), "a member of staff has the same name".to_owned()));
        }
        for (person, staff) in self.scenario.care_team.iter().flatten() {
            let place = format!("/care_team/{person}");
            self.person(&place, Some(person));
            for name in staff {
                self.staff(&place, name);
            }
        }
    }

    fn plan(&mut self) {
        for (index, part) in self.scenario.plan.iter().enumerate() {
            let place = format!("/plan/{index}");
            self.staff(&format!("{place}/by"), &part.by);
            self.person(&place, part.person.as_deref());
            self.named.extend(part.edit.name.clone());
        }
    }

    fn roster(&mut self) {
        for (index, part) in self.scenario.roster.iter().enumerate() {
            let place = format!("/roster/{index}");
            self.staff(&format!("{place}/by"), &part.by);
            for name in part.staff.iter().chain(part.except.iter().flat_map(|other| &other.staff)) {
                self.staff(&place, name);
            }
            if let Some(person) = self.person(&place, part.person.as_deref()) {
                self.visits_of(&place, &person, part);
            }
        }
    }

    fn visits_of(&mut self, place: &str, person: &str, part: &RosterPart) {
        if !part.at.is_empty() && (part.from.is_none() || part.to.is_none()) {
            self.fault(format!("{place}/at"), "needs from and to");
        }
        let planned: BTreeSet<LocalTime> = planned_visits(part).into_iter().map(|visit| visit.at).collect();
        for time in &planned {
            if let Some(other) = self.visits.insert((person.to_owned(), *time), place.to_owned()) {
                self.fault(
                    place,
                    format!("a visit at {time} is planned in {other} too: visits are named by their time"),
                );
            }
        }
        let named = part.except.iter().flat_map(|other| &other.visits).chain(&part.missed);
        for time in named.filter(|time| !planned.contains(*time)) {
            self.faults.push((place.to_owned(), format!("plans no visit at {time}")));
        }
    }

    fn steps(&mut self) {
        let mut before = self.scenario.begins;
        for (index, step) in self.scenario.steps.iter().enumerate() {
            let place = format!("/steps/{index}");
            if step.at < before {
                let what = if index == 0 { "the scenario begins" } else { "the step above it" };
                self.fault(format!("{place}/at"), format!("is before {what}"));
            }
            before = before.max(step.at);
            self.step(&place, step);
        }
    }

    fn step(&mut self, place: &str, step: &Step) {
        self.staff(&format!("{place}/by"), &step.by);
        let person = self.person(place, step.person.as_deref());
        if let (Some(VisitName::Planned(time)), Some(person)) = (step.visit, &person)
            && !self.visits.contains_key(&(person.clone(), time))
        {
            self.fault(format!("{place}/visit"), format!("no visit is planned at {time}"));
        }
        self.observed(&format!("{place}/record"), &step.record);
        self.corrections(place, step);
        for (index, observed) in step.record.iter().enumerate() {
            if observed.observed.is_some_and(|time| time > step.at) {
                self.fault(format!("{place}/record/{index}/observed"), "is after the step's own time");
            }
        }
        if step.usual && person.as_ref().is_some_and(|person| !self.scenario.usual.contains_key(person)) {
            self.fault(format!("{place}/usual"), "the file does not say what is usual for this person");
        }
        let about = step.day.as_ref().and_then(|day| day.visit).zip(person.clone());
        if let Some((time, person)) = about
            && !self.visits.contains_key(&(person, time))
        {
            self.fault(format!("{place}/day/visit"), format!("no visit is planned at {time}"));
        }
        if let Some(staff) = step.answer.as_ref().and_then(|answer| answer.promise.as_ref()?.staff.as_ref()) {
            self.staff(&format!("{place}/answer/promise/staff"), staff);
        }
        self.decisions(place, step);
        self.concerns(place, step);
        if !does_something(step) {
            self.fault(place, "does nothing");
        }
    }

    fn corrections(&mut self, place: &str, step: &Step) {
        for (index, observed) in step.record.iter().enumerate() {
            let place = format!("{place}/record/{index}");
            if let Some(corrects) = &observed.corrects
                && !self.named.contains(&corrects.record)
            {
                self.fault(
                    format!("{place}/corrects"),
                    format!("nothing before this is called {:?}", corrects.record),
                );
            }
            if let Some(name) = &observed.name
                && !self.named.insert(name.clone())
            {
                self.fault(format!("{place}/name"), "another record has this name");
            }
        }
    }

    fn decisions(&mut self, place: &str, step: &Step) {
        if let Some(edit) = &step.edit {
            if edit.add.len() + edit.set.len() + edit.retire.len() == 0 {
                self.fault(format!("{place}/edit"), "changes nothing: give add, set or retire");
            }
            if let Some(name) = &edit.name
                && !self.named.insert(name.clone())
            {
                self.fault(format!("{place}/edit/name"), "another record has this name");
            }
        }
        self.named.extend(step.template.clone());
        let decided = step.decide.as_ref().map(|decide| &decide.edit);
        for name in decided.into_iter().chain(&step.withdraw) {
            if !self.named.contains(name) {
                self.fault(place, format!("no edit before this is called {name:?}"));
            }
        }
        let on_console = step.choose.as_ref().is_some_and(|choose| choose.via == Via::Console)
            || step.decide.as_ref().is_some_and(|decide| decide.via == Via::Console);
        if on_console && self.scenario.staff.get(&step.by).is_some_and(|staff| !staff.console) {
            self.fault(format!("{place}/by"), "cannot sign in to the console: say so under staff");
        }
    }

    fn concerns(&mut self, place: &str, step: &Step) {
        if let Some(given) = &step.concern {
            for name in &given.leave_out {
                self.staff(&format!("{place}/concern/leave_out"), name);
            }
            if given.seen.is_some_and(|seen| seen > step.at) {
                self.fault(format!("{place}/concern/seen"), "is after the step's own time");
            }
            if !self.concerns.insert(given.name.clone()) {
                self.fault(format!("{place}/concern/name"), "another concern has this name");
            }
        }
        for name in step.concern_call.iter().flat_map(|call| &call.leave_out) {
            self.staff(&format!("{place}/concern_call/leave_out"), name);
        }
        if step.case_act.as_ref().is_some_and(|act| act.on_phone && act.act != "acknowledged") {
            self.fault(format!("{place}/case_act/act"), "is acknowledged, on a phone");
        }
        let call = step.concern_call.as_ref().map(|call| &call.concern);
        for name in call.into_iter().chain(step.case_act.as_ref().map(|act| &act.concern)) {
            if !self.concerns.contains(name) {
                self.fault(place, format!("no concern before this is called {name:?}"));
            }
        }
        let at_console = step.case_act.is_some() || step.emergency.is_some() || step.given_time.is_some();
        if at_console && self.scenario.staff.get(&step.by).is_some_and(|staff| !staff.console) {
            self.fault(format!("{place}/by"), "cannot sign in to the console: say so under staff");
        }
    }

    fn observed(&mut self, place: &str, observed: &[Observed]) {
        for (index, one) in observed.iter().enumerate() {
            let values = one.fields.len() + one.as_last_known.len();
            if (values > 0) == one.absent.is_some() {
                self.fault(format!("{place}/{index}"), "give values, or the reason for their absence");
            }
        }
    }

    fn expectations(&mut self) {
        let mut seen = BTreeSet::new();
        for (index, expectation) in self.scenario.expect.iter().enumerate() {
            let place = format!("/expect/{index}");
            if !seen.insert(&expectation.id) {
                self.fault(format!("{place}/id"), "another expectation has this id");
            }
            if expectation.at < self.scenario.begins {
                self.fault(format!("{place}/at"), "is before the scenario begins");
            }
            self.person(&place, expectation.person.as_deref());
            self.places(&place, expectation);
            self.subject(&place, expectation);
            self.expected(&place, expectation);
        }
    }

    fn places(&mut self, place: &str, expectation: &Expectation) {
        for on in &expectation.on.0 {
            if on != "server" && on != "console" && !self.scenario.staff.contains_key(on) {
                self.fault(
                    format!("{place}/on"),
                    format!("write a member of staff, server or console, not {on:?}"),
                );
            }
        }
        let console = expectation.on.0.iter().any(|on| on == "console");
        match &expectation.signed_in {
            Some(name) => match self.scenario.staff.get(name) {
                None => self.staff(&format!("{place}/as"), name),
                Some(staff) if !staff.console => {
                    self.fault(format!("{place}/as"), "cannot sign in to the console: say so under staff");
                }
                Some(_) => {}
            },
            None if console => self.fault(place, "say with \"as\" who is signed in to the console"),
            None => {}
        }
    }

    fn subject(&mut self, place: &str, expectation: &Expectation) {
        let is_page = expectation.look_at == Subject::Page;
        if is_page != expectation.path.is_some() {
            self.fault(place, if is_page { "a page needs its path" } else { "a path is for pages" });
        }
        let named = [&expectation.section, &expectation.entry, &expectation.field];
        let is_field = expectation.look_at == Subject::Field;
        if named.iter().any(|name| name.is_some() != is_field) {
            self.fault(place, "section, entry and field belong to \"look_at\": \"field\", all three");
        }
        if expectation.text.is_some() != (expectation.look_at == Subject::NoteWords) {
            self.fault(place, "text belongs to \"look_at\": \"note_words\"");
        }
        if expectation.look_at == Subject::Files && expectation.shows_not.is_empty() {
            self.fault(place, "say with shows_not which words stand in no file");
        }
        let only_server = expectation.look_at == Subject::Journal;
        for on in &expectation.on.0 {
            let wrong = match on.as_str() {
                "console" => {
                    !matches!(expectation.look_at, Subject::Page | Subject::Conflicts | Subject::Held)
                }
                "server" => matches!(
                    expectation.look_at,
                    Subject::Page
                        | Subject::MyEdits
                        | Subject::NotShared
                        | Subject::Untold
                        | Subject::News
                        | Subject::NeedsYou
                        | Subject::KeySafe
                        | Subject::Concerns
                        | Subject::WaitingConcerns
                        | Subject::NoteWords
                        | Subject::RingTheOffice
                ),
                _ => is_page || only_server,
            };
            if wrong {
                self.fault(format!("{place}/look_at"), format!("cannot be looked at on {on}"));
            }
        }
    }

    fn expected(&mut self, place: &str, expectation: &Expectation) {
        let texts = !expectation.shows.is_empty() || !expectation.shows_not.is_empty();
        if expectation.look_at == Subject::Page {
            if expectation.is.is_some() || expectation.includes.is_some() || expectation.only.is_some() {
                self.fault(place, "of a page, say what it shows or shows not");
            }
        } else if texts && expectation.look_at != Subject::Files {
            self.fault(format!("{place}/shows"), "is for pages");
        }
        if !texts && expectation.is.is_none() && expectation.includes.as_ref().is_none_or(Vec::is_empty) {
            self.fault(place, "expects nothing: give is, includes, shows or shows_not");
        }
    }
}

fn does_something(step: &Step) -> bool {
    step.network.is_some()
        || step.clock_off_hours.is_some()
        || step.visit.is_some()
        || step.usual
        || !step.record.is_empty()
        || step.attempt.is_some()
        || step.answer.is_some()
        || step.communication.is_some()
        || step.close.is_some()
        || step.day.is_some()
        || step.edit.is_some()
        || step.choose.is_some()
        || step.decide.is_some()
        || step.withdraw.is_some()
        || step.template.is_some()
        || step.look
        || step.concern.is_some()
        || step.concern_call.is_some()
        || step.case_act.is_some()
        || step.emergency.is_some()
        || step.given_time.is_some()
}
