//! Concerns and what is done about them, in one run of six: two managers who receive them, one after the other, with
//! desks at the console, and a social worker who may be given access to a case.

use super::World;
use crate::desk::{At, Desk, PASSWORD};
use crate::dice::Dice;
use crate::people;
use crate::people::{STAFF, Staff};
use crate::states::State;
use alongside_domain::journal::RecordRef;
use alongside_domain::journal::body::{CaseAct, Role};
use alongside_domain::safeguarding::case::Case;
use alongside_replica::RecordError;
use serde_json::json;
use std::collections::BTreeSet;

/// The manager of [`STAFF`], who receives concerns first.
const MARY: usize = 3;
/// Who joins those of [`STAFF`], with a phone each and on nobody's team: who receives concerns second, and who none.
const JOINING: [(&str, Role); 2] = [("Nora", Role::Manager), ("Imran", Role::SocialWorker)];
const IMRAN: usize = STAFF.len() + 1;
/// About how many concerns something is done, so that much is done about each.
const CASES: usize = 2;

/// What a run with cases has beside its world.
pub(super) struct Cases {
    dice: Dice,
    mary: Desk,
    imran: Desk,
}

impl Cases {
    /// In one run of six: a case takes many pages of a desk.
    pub(super) fn of(dice: &Dice) -> Option<Cases> {
        let mut dice = dice.of("cases");
        let is_one = dice.once_in(6);
        is_one.then(|| Cases { dice, mary: Desk::of("mary"), imran: Desk::of("imran") })
    }
}

impl World<'_> {
    /// What is said of a new member of staff: in a run with cases whoever answers for concerns has an account.
    pub(super) fn new_staff(&self, name: &str, role: Role) -> serde_json::Value {
        let mut asked = json!({ "name": name, "role": role, "organisation": people::organisation(role) });
        if self.cases.is_some() && matches!(role, Role::Manager | Role::SocialWorker) {
            asked["username"] = json!(name.to_lowercase());
            asked["password"] = json!(PASSWORD);
        }
        asked
    }

    /// The others join, and everybody with a desk gets it.
    pub(super) fn begin_cases(&mut self) {
        if self.cases.is_none() {
            return;
        }
        for (name, role) in JOINING {
            let answer = self.administer("staff", &self.new_staff(name, role));
            let id = answer["staff"].as_str().and_then(|id| id.parse().ok()).expect("staff have an id");
            self.staff.push(Staff { id, role });
            self.checker.works(&id.to_string(), json!(role).as_str().expect("a role is a word"));
        }
        for username in ["mary", "nora", "imran"] {
            let page = Desk::of(username).sign_in(self.at_server());
            assert_eq!(page.map(|page| page.status), Some(303));
        }
    }

    fn at_server(&self) -> At<'_> {
        At { server: &self.servers[0], runtime: &self.place.runtime, now: self.now }
    }

    /// Whether the holder of a phone does nothing but answer for concerns; and now and then others do that too.
    pub(super) fn answers_now(&mut self, at: usize) -> bool {
        let is_time = self.cases.as_mut().is_some_and(|cases| cases.dice.once_in(3));
        is_time || self.phones[at].staff >= STAFF.len()
    }

    /// Somebody does something about a concern: at a desk, or on a phone.
    pub(super) fn somebody_answers(&mut self) {
        let Some(cases) = &mut self.cases else { return };
        let mut dice = cases.dice.clone();
        let choice = dice.below(8);
        let concerns: Vec<(RecordRef, String)> =
            self.concerns.iter().take(CASES).map(|(id, text)| (*id, text.clone())).collect();
        let chosen = (!concerns.is_empty()).then(|| dice.pick(&concerns).clone());
        cases.dice = dice;
        match (choice, chosen) {
            (0 | 1, _) => self.acknowledge_on_phone(),
            (2, Some((id, text))) => self.imran_looks(id, &text),
            (_, Some((id, text))) => self.mary_acts(id, &text, choice),
            (_, None) => {}
        }
    }

    /// A manager acknowledges what her phone shows.
    fn acknowledge_on_phone(&mut self) {
        for at in 0..self.phones.len() {
            if self.staff[self.phones[at].staff].role != Role::Manager {
                continue;
            }
            let Some(replica) = self.phones[at].replica.clone() else { continue };
            let waiting = replica.concerns().unwrap_or_default();
            let Some(item) = waiting.into_iter().find(|item| item.acknowledged.is_none()) else { continue };
            let done = replica.acknowledge_concern(item.id);
            drop(replica);
            if self.has_died(at) {
                return;
            }
            self.trace.add(&format!("phone{at} acknowledges {:?}", done.is_ok()));
            if !matches!(done, Err(RecordError::Store(_) | RecordError::NotForYou)) {
                self.states.reach(State::AcknowledgedOnPhone);
            }
            return;
        }
    }

    /// The first manager opens a case at her desk, and records what there is to record.
    fn mary_acts(&mut self, id: RecordRef, concern: &str, choice: usize) {
        if !self.servers[0].is_up() {
            return;
        }
        let path = format!("/safeguarding/{}", id.epoch);
        let Some(page) = self.mary_opens(&path).filter(|(status, _)| *status == 200) else { return };
        self.words += 1;
        let word = format!("act {}.", self.words);
        let imran = self.staff[IMRAN].id.to_string();
        let act: Vec<(&str, &str)> = match choice {
            _ if page.1.contains("I have it") => vec![("act", "acknowledged"), ("note", &word)],
            3 | 4 if may_be_taken_from(&page.1, &imran) => {
                vec![("act", "access_taken"), ("staff", &imran), ("why", &word)]
            }
            3 | 4 => vec![("act", "access"), ("staff", &imran), ("why", &word)],
            _ => vec![("act", "note"), ("text", &word)],
        };
        let code = act[0].1;
        self.checker.act_tried(concern, &word);
        if code == "access" {
            self.checker.access_given(concern, &imran);
        }
        let mut desk = self.desk();
        let done = desk.act(self.at_server(), &path, &act).map(|page| page.status);
        self.keep_desk(desk);
        self.trace.add(&format!("the manager records {code} {done:?}"));
        if self.servers[0].mount.is_dead() {
            return self.server_died(0);
        }
        if done == Some(303) {
            self.checker.act_kept(&word);
            self.states.reach(State::ActRecorded);
            if code == "access_taken" {
                self.checker.access_taken(concern, &imran);
                self.states.reach(State::AccessTakenBack);
            }
        }
    }

    fn desk(&self) -> Desk {
        self.cases.as_ref().map(|cases| cases.mary.clone()).unwrap_or_default()
    }

    fn keep_desk(&mut self, desk: Desk) {
        if let Some(cases) = &mut self.cases {
            cases.mary = desk;
        }
    }

    /// What a page of the first manager's desk answers and says.
    fn mary_opens(&mut self, path: &str) -> Option<(u16, String)> {
        let mut desk = self.desk();
        let page = desk.open(self.at_server(), path);
        self.keep_desk(desk);
        if self.servers[0].mount.is_dead() {
            self.server_died(0);
            return None;
        }
        page.map(|page| (page.status, page.html))
    }

    /// Whom access is not given to finds no page.
    fn imran_looks(&mut self, id: RecordRef, concern: &str) {
        if !self.servers[0].is_up() {
            return;
        }
        let Some(mut desk) = self.cases.as_ref().map(|cases| cases.imran.clone()) else { return };
        let page = desk.open(self.at_server(), &format!("/safeguarding/{}", id.epoch));
        if let Some(cases) = &mut self.cases {
            cases.imran = desk;
        }
        if self.servers[0].mount.is_dead() {
            return self.server_died(0);
        }
        let imran = self.staff[IMRAN].id.to_string();
        let shown = page.is_some_and(|page| page.status == 200);
        self.trace.add(&format!("the social worker is shown {shown}"));
        if shown && !self.checker.may_have_access(concern, &imran) {
            self.checker.concerns_shown("the social worker's desk", "nobody", &[Some(concern.to_owned())]);
        }
    }

    /// Tells the checker which acts the holder of a phone reads.
    pub(super) fn look_at_acts(&mut self, at: usize) {
        let Some(replica) = self.phones[at].replica.clone().filter(|_| self.cases.is_some()) else { return };
        let read = replica.concern_cases();
        drop(replica);
        let Ok(read) = read else { return };
        let acts = acts_in(&read);
        self.trace.add(&format!("phone{at} reads {} acts", acts.len()));
        let (name, staff) = (self.phones[at].name.clone(), self.staff[self.phones[at].staff].id.to_string());
        if self.phones[at].ended {
            self.checker.acts_of_device_in_doubt(&name);
        } else {
            self.checker.acts_shown(&name, &staff, &acts);
        }
    }

    /// After all is over: what was recorded is on the first manager's phone and at her desk, and what her phone takes for
    /// acknowledged is so there too. The social worker is shown no case that is not open to him.
    pub(crate) fn judge_cases(&mut self) {
        if self.cases.is_none() {
            return;
        }
        let phone = &self.phones[MARY];
        let is_well = !phone.flipped && !phone.ended && !phone.wiped;
        let on_phone =
            phone.replica.clone().filter(|_| is_well).and_then(|replica| replica.concern_cases().ok());
        if let Some(cases) = &on_phone {
            let name = self.phones[MARY].name.clone();
            self.checker.acts_complete(&name, &acts_in(cases));
        }
        let mut at_desk = BTreeSet::new();
        for (id, text) in self.concerns.clone() {
            let path = format!("/safeguarding/{}", id.epoch);
            let Some((200, page)) = self.mary_opens(&path) else { continue };
            at_desk.extend(acts_on(&page));
            let on_phone = on_phone.iter().flatten().find(|case| case.id == id);
            let is_acknowledged = on_phone.is_some_and(|case| case.acknowledged().is_some());
            if is_acknowledged && page.contains("Waiting for an acknowledgement") {
                self.checker.concern_waits_again(&text);
            }
        }
        self.trace.add(&format!("the manager's desk shows {} acts", at_desk.len()));
        self.checker.acts_complete("the manager's desk", &at_desk);
        self.concerns.clone().iter().for_each(|(id, text)| self.imran_looks(*id, text));
    }
}

/// Whether the page of a case offers to take access back from this member of staff.
fn may_be_taken_from(page: &str, staff: &str) -> bool {
    let form = page.split("id=\"form-access_taken\"").nth(1).and_then(|form| form.split("</form>").next());
    form.is_some_and(|form| form.contains(staff))
}

/// The words of each act that was recorded at a desk.
fn acts_in(cases: &[Case]) -> BTreeSet<String> {
    let words = |act: &CaseAct| ["text", "why", "note"].map(|field| act.text(field).to_owned());
    let all = cases.iter().flat_map(|case| &case.acts).flat_map(|told| words(&told.what));
    all.filter(|words| !words.is_empty()).collect()
}

/// The words of each act that stands on a page.
fn acts_on(page: &str) -> Vec<String> {
    let parts = page.split("act ").skip(1);
    let numbers = parts.filter_map(|part| part.split_once('.').map(|(number, _)| number));
    let is_number = |number: &&str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    numbers.filter(is_number).map(|number| format!("act {number}.")).collect()
}
