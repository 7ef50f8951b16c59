//! A case: one concern, the calls about it, and what was done, as those read it whom it is sealed to.
//!
//! A pure fold: the same records in any order, with repeats, give the same case.

use super::acts::{PROMPTS, STAFF_PROMPTS, code};
use super::due::{self, Report};
use super::records::{CaseAct, Concern, ConcernCall, ConcernCopy};
use super::steps::STEP_MS;
use crate::ids::{PersonId, StaffId};
use crate::journal::{Body, RecordRef};
use crate::time::Moment;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A record of the restricted channel that could be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Its name.
    pub id: RecordRef,
    /// About whom.
    pub person: PersonId,
    /// When it was recorded.
    pub recorded: Moment,
    /// When it was seen or happened.
    pub observed: Moment,
    /// By whom.
    pub by: StaffId,
    /// When the server received it, where that is known.
    pub received: Option<Moment>,
    /// Its times rest on the phone's own clock: it had not heard the server since it was started.
    pub is_unchecked: bool,
    /// What it says.
    pub body: Body,
}

impl Opened {
    /// The concern that it is about, or is.
    pub fn case(&self) -> Option<RecordRef> {
        match &self.body {
            Body::Concern(_) => Some(self.id),
            Body::ConcernCall(ConcernCall { concern: case, .. })
            | Body::CaseAct(CaseAct { case, .. })
            | Body::ConcernCopy(ConcernCopy { case, .. }) => Some(*case),
            _ => None,
        }
    }
}

/// Something that was recorded, with when and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told<T> {
    /// The record.
    pub id: RecordRef,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: StaffId,
    /// What.
    pub what: T,
}

/// A concern with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Case {
    /// The concern's name, and the case's.
    pub id: RecordRef,
    /// About whom.
    pub person: PersonId,
    /// When it was recorded.
    pub recorded: Moment,
    /// When it was seen.
    pub seen: Moment,
    /// When the server received it, where that is known.
    pub received: Option<Moment>,
    /// When it was recorded and seen rests on the phone's own clock, which may have been wrong.
    pub is_unchecked: bool,
    /// Who recorded it.
    pub by: StaffId,
    /// What it says.
    pub concern: Concern,
    /// By when it was to be reported, and whether it was.
    pub report: Report,
    /// The calls about it, oldest first.
    pub calls: Vec<Told<ConcernCall>>,
    /// What was done, oldest first.
    pub acts: Vec<Told<CaseAct>>,
}

/// Something that a case still asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owed {
    /// What: the words of whoever recorded it, or the code of a prompt or of an act.
    pub what: String,
    /// Which act it comes of.
    pub act: &'static str,
    /// Who owns it; empty when nobody was named.
    pub owner: String,
    /// By when, where that was said.
    pub due: Option<Moment>,
}

impl Owed {
    /// Whether its time has passed.
    pub fn is_overdue(&self, now: Moment) -> bool {
        self.due.is_some_and(|due| due < now)
    }
}

/// The cases that records make, oldest first. What belongs to no concern among them is left out.
pub fn cases(records: impl IntoIterator<Item = Opened>) -> Vec<Case> {
    let mut by_case: BTreeMap<RecordRef, BTreeMap<(Moment, RecordRef), Opened>> = BTreeMap::new();
    for record in records {
        let Some(case) = record.case() else { continue };
        let held = by_case.entry(case).or_default();
        let key = (record.recorded, record.id);
        // Of two copies the one that says when it was received.
        if held.get(&key).is_none_or(|held| held.received.is_none()) {
            held.insert(key, record);
        }
    }
    let mut cases: Vec<Case> = by_case.into_values().filter_map(case_of).collect();
    cases.sort_by_key(|case| (case.recorded, case.id));
    cases
}

fn case_of(records: BTreeMap<(Moment, RecordRef), Opened>) -> Option<Case> {
    let first = records.values().find(|record| record.case() == Some(record.id))?.clone();
    let Body::Concern(concern) = first.body else { return None };
    let (mut calls, mut acts) = (Vec::new(), Vec::new());
    for Opened { id, recorded, observed, by, body, .. } in records.into_values() {
        match body {
            Body::ConcernCall(what) => calls.push(Told { id, at: observed, by, what }),
            Body::CaseAct(what) => acts.push(Told { id, at: recorded, by, what }),
            _ => {}
        }
    }
    Some(Case {
        id: first.id,
        person: first.person,
        recorded: first.recorded,
        seen: first.observed,
        received: first.received,
        is_unchecked: first.is_unchecked,
        by: first.by,
        concern,
        report: due::report(first.observed, first.recorded, first.received),
        calls,
        acts,
    })
}

/// The last second of a day that a field names.
fn end_of(day: &str) -> Option<Moment> {
    let day: NaiveDate = day.parse().ok()?;
    Some(Moment::at_local(day, 12 * 60).end_of_local_day())
}

impl Case {
    /// The acts of one code, oldest first.
    pub fn acts_of<'c>(&'c self, code: &'c str) -> impl DoubleEndedIterator<Item = &'c Told<CaseAct>> {
        self.acts.iter().filter(move |told| told.what.act == code)
    }

    /// Who first said that they have it, and when.
    pub fn acknowledged(&self) -> Option<(Moment, StaffId)> {
        self.acts_of(code::ACKNOWLEDGED).next().map(|told| (told.at, told.by))
    }

    /// Whether its outcome is recorded.
    pub fn is_ended(&self) -> bool {
        self.acts_of(code::OUTCOME).next().is_some()
    }

    /// Whom access was given to, and not taken back from since.
    pub fn given_to(&self) -> BTreeSet<StaffId> {
        self.whose_access_was_last(code::ACCESS)
    }

    /// Whom access was taken back from, and not given again since.
    pub fn taken_from(&self) -> BTreeSet<StaffId> {
        self.whose_access_was_last(code::ACCESS_TAKEN)
    }

    fn whose_access_was_last(&self, code: &str) -> BTreeSet<StaffId> {
        let about =
            |told: &&Told<CaseAct>| [code::ACCESS, code::ACCESS_TAKEN].contains(&told.what.act.as_str());
        let named = self.acts.iter().filter(about);
        let last: BTreeMap<StaffId, &str> = named
            .filter_map(|told| Some((told.what.text("staff").parse().ok()?, told.what.act.as_str())))
            .collect();
        last.into_iter().filter(|(_, act)| *act == code).map(|(staff, _)| staff).collect()
    }

    /// What it still asks for, the earliest first: an acknowledgement, the steps that are not recorded, prompts
    /// without a reference or a reason, measures in force to review, learning to check. An outcome ends none of it.
    pub fn owed(&self) -> Vec<Owed> {
        let mut owed = Vec::new();
        if self.acknowledged().is_none() {
            let due = self.received.map_or(self.report.due, |received| received.plus_ms(STEP_MS));
            owed.push(plain(code::ACKNOWLEDGED, Some(due)));
        }
        let steps =
            [code::CATEGORY, code::CAPACITY, code::WISHES, code::SHARING, code::SECTION_42, code::ENTERS];
        let referred = [code::REFERRAL, code::SHARED].into_iter().filter(|_| self.is_to_be_referred());
        let steps = steps.into_iter().chain(referred).chain([code::OUTCOME]);
        owed.extend(steps.filter(|code| !self.has(code)).map(|code| plain(code, None)));
        owed.extend(self.prompts_owed());
        owed.extend(self.reviews_owed());
        owed.extend(self.checks_owed());
        owed.sort_by_key(|owed| (owed.due.is_none(), owed.due));
        owed
    }

    fn has(&self, code: &str) -> bool {
        self.acts_of(code).next().is_some()
    }

    /// Whether the last view of section 42 says so.
    fn is_to_be_referred(&self) -> bool {
        self.acts_of(code::SECTION_42).next_back().is_some_and(|told| told.what.text("refer") == "yes")
    }

    /// What was last said of each prompt.
    fn prompts(&self) -> BTreeMap<&str, &CaseAct> {
        self.acts_of(code::PROMPT).map(|told| (told.what.text("which"), &told.what)).collect()
    }

    /// Whether staff are accused: the category says so, or something was recorded that only then is thought of.
    fn is_against_staff(&self) -> bool {
        let said = self.acts_of(code::CATEGORY).next_back();
        said.is_some_and(|told| told.what.text("about_staff") == "yes")
            || self.has(code::STAFF_WORK)
            || self.prompts().keys().any(|which| STAFF_PROMPTS.contains(which))
    }

    /// The prompts of every case, and those of an allegation against staff, of which neither a reference nor a reason
    /// not to is recorded; each with its owner and time once somebody has named them.
    fn prompts_owed(&self) -> Vec<Owed> {
        let (last, against_staff) = (self.prompts(), self.is_against_staff());
        let asked = PROMPTS.iter().map(|(code, _)| *code);
        let asked = asked.filter(|code| against_staff || !STAFF_PROMPTS.contains(code));
        let open = asked.filter(|which| *which != code::STAFF_WORK || !self.has(code::STAFF_WORK));
        let owed = |which: &str| match last.get(which) {
            // It is an act of its own, which ends devices too.
            None if which == code::STAFF_WORK => Some(plain(code::STAFF_WORK, None)),
            None => Some(Owed { what: which.to_owned(), ..plain(code::PROMPT, None) }),
            Some(act) if !act.text("reference").is_empty() || !act.text("not_because").is_empty() => None,
            Some(act) => Some(of_act(code::PROMPT, act, "which", act.moment("due"))),
        };
        open.filter_map(owed).collect()
    }

    /// The last that was said of each measure, where it is in force: a review is a measure of the same words.
    fn reviews_owed(&self) -> Vec<Owed> {
        let last: BTreeMap<&str, &CaseAct> =
            self.acts_of(code::MEASURE).map(|told| (told.what.text("what"), &told.what)).collect();
        let in_force = |act: &&CaseAct| act.text("declined").is_empty() && act.text("ended").is_empty();
        last.into_values()
            .filter(in_force)
            .map(|act| of_act(code::MEASURE, act, "what", end_of(act.text("review_on"))))
            .collect()
    }

    /// The last that was said of each action that was learned, where nobody has checked it.
    fn checks_owed(&self) -> Vec<Owed> {
        let last: BTreeMap<&str, &CaseAct> =
            self.acts_of(code::LEARNING).map(|told| (told.what.text("action"), &told.what)).collect();
        let open = last.into_values().filter(|act| act.text("checked").is_empty());
        open.map(|act| of_act(code::LEARNING, act, "action", end_of(act.text("check_on")))).collect()
    }
}

fn plain(act: &'static str, due: Option<Moment>) -> Owed {
    Owed { what: act.to_owned(), act, owner: String::new(), due }
}

fn of_act(code: &'static str, act: &CaseAct, what: &str, due: Option<Moment>) -> Owed {
    Owed { what: act.text(what).to_owned(), act: code, owner: act.text("owner").to_owned(), due }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AuthorId, Epoch};
    use crate::journal::Channel;
    use crate::value::Value;

    const ALAN: PersonId = PersonId([9; 16]);
    const DEE: StaffId = StaffId([1; 16]);

    fn name(epoch: u8) -> RecordRef {
        RecordRef {
            author: AuthorId([1; 16]),
            epoch: Epoch([epoch; 8]),
            number: 1,
            channel: Channel::Restricted,
        }
    }

    fn opened(epoch: u8, minute: i64, body: Body) -> Opened {
        let at = Moment(1_776_160_000_000 + minute * 60_000);
        let (id, person) = (name(epoch), ALAN);
        Opened { id, person, recorded: at, observed: at, by: DEE, received: None, is_unchecked: false, body }
    }

    fn concern() -> Opened {
        opened(1, 0, Body::Concern(Concern::of_text("two strangers at the table")))
    }

    fn act(epoch: u8, act: &str, fields: &[(&str, &str)]) -> Opened {
        let fields = fields.iter().map(|(code, text)| ((*code).to_owned(), Value::text(*text))).collect();
        opened(epoch, epoch.into(), Body::CaseAct(CaseAct { case: name(1), act: act.to_owned(), fields }))
    }

    fn owed(acts: &[Opened], code: &str) -> Vec<String> {
        let case = cases([[concern()].as_slice(), acts].concat()).pop().expect("a case");
        case.owed().into_iter().filter(|owed| owed.act == code).map(|owed| owed.what).collect()
    }

    #[test]
    fn the_same_records_in_any_order_with_repeats_are_the_same_case() {
        let acts = [act(3, "acknowledged", &[]), act(4, "note", &[("text", "rang")]), concern()];
        let mut turned = [acts.as_slice(), &acts].concat();
        turned.reverse();
        assert_eq!(cases(acts), cases(turned));
    }

    #[test]
    fn what_belongs_to_no_concern_that_is_here_is_left_out() {
        assert_eq!(cases([act(3, "acknowledged", &[])]), []);
    }

    #[test]
    fn a_prompt_is_owed_until_it_has_a_reference_or_a_reason_not_to() {
        let others = ["candour", "police", "riddor", "commissioner"];
        assert_eq!(owed(&[], "prompt"), [["cqc"].as_slice(), &others].concat());
        let asked = ("which", "cqc");
        let open = act(3, "prompt", &[asked, ("owner", "Dee"), ("due", "2026-04-15T12:00")]);
        let case = cases([concern(), open.clone()]).pop().expect("a case");
        let first = case.owed().into_iter().find(|owed| owed.act == "prompt").expect("it is owed");
        assert_eq!((first.what.as_str(), first.owner.as_str(), first.due.is_some()), ("cqc", "Dee", true));
        let done = act(4, "prompt", &[asked, ("reference", "N-12")]);
        assert_eq!(owed(&[open.clone(), done], "prompt"), others);
        let not = act(4, "prompt", &[asked, ("not_because", "no regulated activity")]);
        assert_eq!(owed(&[open, not], "prompt"), others);
    }

    #[test]
    fn an_allegation_against_staff_asks_for_their_work_the_position_of_trust_and_the_dbs() {
        let of_staff = |acts: &[Opened]| -> Vec<String> {
            let all = [owed(acts, "staff_work"), owed(acts, "prompt")].concat().into_iter();
            all.filter(|which| STAFF_PROMPTS.contains(&which.as_str())).collect()
        };
        let category = |about: &str| act(3, "category", &[("category", "financial"), ("about_staff", about)]);
        assert!(of_staff(&[category("no")]).is_empty());
        assert_eq!(of_staff(&[category("yes")]), STAFF_PROMPTS);
        let decided = act(4, "staff_work", &[("work", "none")]);
        assert_eq!(of_staff(&[category("yes"), decided.clone()]), STAFF_PROMPTS[1..]);
        // Whoever decides on somebody's work has an allegation against staff, whatever the category said.
        assert_eq!(of_staff(&[decided]), STAFF_PROMPTS[1..]);
    }

    #[test]
    fn what_is_to_be_referred_asks_for_the_referral_and_for_what_was_shared() {
        let steps = |acts: &[Opened]| [owed(acts, "referral"), owed(acts, "shared")].concat();
        assert_eq!(owed(&[], "category"), ["category"]);
        assert!(steps(&[act(3, "section_42", &[("refer", "no")])]).is_empty());
        let refer = act(3, "section_42", &[("refer", "yes")]);
        assert_eq!(steps(std::slice::from_ref(&refer)), ["referral", "shared"]);
        let (sent, told) =
            (act(4, "referral", &[("to", "council")]), act(5, "shared", &[("what", "his words")]));
        assert_eq!(steps(&[refer.clone(), sent.clone()]), ["shared"]);
        assert!(steps(&[refer, sent, told]).is_empty());
    }

    #[test]
    fn a_measure_is_reviewed_until_it_has_ended_also_after_the_outcome_and_a_declined_one_is_not() {
        let taken = act(3, "measure", &[("what", "check-in"), ("review_on", "2026-04-21")]);
        let declined = act(4, "measure", &[("what", "no visitors"), ("declined", "blanket")]);
        assert_eq!(owed(&[taken.clone(), declined], "measure"), ["check-in"]);
        let outcome = act(5, "outcome", &[("text", "proved")]);
        assert_eq!(owed(&[taken.clone(), outcome.clone()], "measure"), ["check-in"]);
        let ended = act(6, "measure", &[("what", "check-in"), ("ended", "2026-05-01")]);
        assert!(owed(&[taken, outcome, ended], "measure").is_empty());
    }

    #[test]
    fn what_is_due_comes_first_and_an_acknowledgement_is_due_before_the_next_recipient_is_given_it() {
        let received = Moment(1_776_170_000_000);
        let case = cases([Opened { received: Some(received), ..concern() }]).pop().expect("a case");
        let owed = case.owed();
        let due = received.plus_ms(STEP_MS);
        assert_eq!((owed[0].act, owed[0].due), (code::ACKNOWLEDGED, Some(due)));
        assert!(!owed[0].is_overdue(due) && owed[0].is_overdue(due.plus_ms(1)));
    }

    #[test]
    fn access_is_with_whom_it_was_given_last_and_not_taken_back_from() {
        let [imran, nora] = [StaffId([5; 16]), StaffId([6; 16])];
        let of = |epoch, code, staff: StaffId| act(epoch, code, &[("staff", &staff.to_string())]);
        let given = [of(3, "access", imran), of(4, "access", nora)];
        let case = |acts: &[Opened]| cases([[concern()].as_slice(), acts].concat()).pop().expect("a case");
        let taken = [given.as_slice(), &[of(5, "access_taken", imran)]].concat();
        assert_eq!((case(&taken).given_to(), case(&taken).taken_from()), ([nora].into(), [imran].into()));
        let again = [taken.as_slice(), &[of(6, "access", imran)]].concat();
        assert_eq!((case(&again).given_to(), case(&again).taken_from()), ([imran, nora].into(), [].into()));
        // Somebody who was asked, and to whom access was never given.
        let asked = case(&[of(3, "access_taken", DEE)]);
        assert_eq!((asked.given_to(), asked.taken_from()), ([].into(), [DEE].into()));
    }

    #[test]
    fn learning_is_owed_until_somebody_has_checked_it() {
        let told = [("action", "team briefing"), ("owner", "Dee"), ("text", "ask earlier")];
        let first = act(3, "learning", &told);
        assert_eq!(owed(std::slice::from_ref(&first), "learning"), ["team briefing"]);
        let checked = act(4, "learning", &[told.as_slice(), &[("checked", "2026-05-14")]].concat());
        assert!(owed(&[first, checked], "learning").is_empty());
    }
}
