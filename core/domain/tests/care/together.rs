//! Working together (D7): gaps, decisions and their rights, reviews that a trigger opens, disagreements, joint
//! assessment, going home, and the one list of what is due.

use crate::support::*;
use alongside_domain::care::CareInputs;
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::escalation::InTime;
use alongside_domain::care::fields::check_field;
use alongside_domain::care::plan::{CarePlan, PlanAt, PlanTimeline};
use alongside_domain::journal::body::{PlanEdit, Role};
use alongside_domain::journal::{Body, Entry, PlanSeen, RecordRef};
use alongside_domain::plan::added::check_added;
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::view::{Candidate, EntryView, FieldView, PlanView};
use alongside_domain::reablement::stalled::reviews_opened;
use alongside_domain::time::Moment;
use alongside_domain::together::consistent::check_together;
use alongside_domain::together::deadline::{Deadline, DeadlineKind, DeadlineState};
use alongside_domain::together::flag::FlagWhy;
use alongside_domain::together::history::PlanHistory;
use alongside_domain::together::needs::Needs;
use alongside_domain::together::view::{Together, TogetherInputs, together};
use alongside_domain::value::{Fields, Value};
use std::collections::BTreeSet;

pub const FALL: &str = r#"{"compare":{"kind":"fall","field":"how_learned","op":"is_one_of","value":["witnessed","found","told"]}}"#;

/// A plan that grows by edits, each a record and a version.
#[derive(Clone)]
pub struct Shared {
    pub world: World,
    pub view: PlanView,
    pub versions: Vec<(Moment, PlanView)>,
    pub waiting: BTreeSet<RecordRef>,
}

/// An entry of an edit: section, name, fields; `yes` and `no` are marks.
pub type Part<'a> = (Section, &'a str, &'a [(&'a str, &'a str)]);

pub fn values(pairs: &[(&str, &str)]) -> Fields {
    let mark = |text: &str| match text {
        "yes" => Value::Bool(true),
        "no" => Value::Bool(false),
        text => value(text),
    };
    pairs.iter().map(|(code, text)| ((*code).to_owned(), mark(text))).collect()
}

impl Shared {
    pub fn new() -> Shared {
        let (world, view) = (World::new(), PlanView::default());
        let mut shared = Shared { world, view, versions: Vec::new(), waiting: BTreeSet::new() };
        let people = [("sam", "Sam", SAM), ("beth", "Beth", BETH), ("joel", "Joel", JOEL)];
        for (entry, name, who) in people {
            let staff = staff(who).to_string();
            let fields: &[(&str, &str)] = &[("role", "other"), ("name", name), ("staff", &staff)];
            shared.edit(SAM, "5-8 08:00", &[(Section::Contacts, entry, fields)]);
        }
        let service = [("role", "other"), ("name", "Equipment service")];
        shared.edit(SAM, "5-8 08:00", &[(Section::Contacts, "equipment", &service)]);
        shared
    }

    /// An edit that the server accepts at once.
    pub fn edit(&mut self, who: Who, when: &str, parts: &[Part<'_>]) -> RecordRef {
        self.edit_known(who, when, when, parts)
    }

    /// An edit that comes in later than it was made.
    pub fn edit_known(&mut self, who: Who, made: &str, known: &str, parts: &[Part<'_>]) -> RecordRef {
        let commands = parts.iter().map(|part| command(*part)).collect();
        let edit = PlanEdit { base: PlanSeen::default(), commands, reason: "a reason".to_owned() };
        let id = self.world.add(who, made, made, Body::PlanEdit(edit));
        if known != made {
            self.world.received(id, known);
        }
        for (section, entry, fields) in parts {
            let entries = self.view.sections.entry(*section).or_default();
            let order = entries.len() as i64;
            let shown = entries.entry(entry_id(entry)).or_insert(EntryView { order, ..EntryView::default() });
            for (code, value) in values(fields) {
                let candidate = Candidate { value, author: staff(who), at: at(made), edit: id };
                shown.fields.insert(code, FieldView { candidates: vec![candidate], unconfirmed: false });
            }
        }
        self.view.version += 1;
        self.world.seen.version = self.view.version;
        self.versions.push((at(known), self.view.clone()));
        id
    }

    pub fn at(&self, now: &str) -> Together {
        self.seen_from(now, at(now))
    }

    /// At a moment of another year.
    pub fn at_moment(&self, now: Moment) -> Together {
        self.seen_from("12-31 23:59", now)
    }

    /// What is known by one moment, as it stands at another.
    fn seen_from(&self, known: &str, now: Moment) -> Together {
        let history = PlanHistory::of(self.versions.clone());
        let version = |(accepted, view): &(Moment, PlanView)| {
            let plan = CarePlan::from_view(view, Catalogue::built_in());
            PlanAt { version: view.version, accepted: *accepted, plan }
        };
        let timeline = PlanTimeline::new(self.versions.iter().map(version));
        self.world.at(known, |care| {
            let care = CareInputs { now, ..*care };
            together(&TogetherInputs {
                care,
                plan: &self.view,
                history: &history,
                waiting: &self.waiting,
                reviews: &reviews_opened(&CareInputs { plan: &timeline, ..care }),
            })
        })
    }

    pub fn fall(&mut self, when: &str, known: &str) -> RecordRef {
        let id = self.world.see(JOEL, when, "fall", &[("how_learned", "found"), ("head_hit", "no")]);
        if known != when {
            self.world.received(id, known);
        }
        id
    }
}

fn command((section, entry, fields): Part<'_>) -> Command {
    Command::AddEntry { section, entry: entry_id(entry), fields: values(fields), order: 0 }
}

fn told(deadline: &Deadline) -> String {
    let due = deadline.due.map_or("-".to_owned(), shown);
    format!("{:?} {} by {}: {due} {:?}", deadline.kind, deadline.entry, deadline.owner.words, deadline.state)
}

pub fn due(view: &Together, kind: DeadlineKind) -> Vec<String> {
    view.due(kind).map(told).collect()
}

pub fn flags(view: &Together) -> Vec<String> {
    view.flags.iter().map(|flag| format!("{}.{}: {:?}", flag.entry, flag.field, flag.why)).collect()
}

pub fn risk(nursing: (&str, &str), provider: (&str, &str)) -> Shared {
    let mut shared = Shared::new();
    let scores = [
        ("text", "Walks to the garden alone"),
        ("owner", "Sam"),
        ("likelihood_nursing", nursing.0),
        ("impact_nursing", nursing.1),
        ("likelihood_provider", provider.0),
        ("impact_provider", provider.1),
    ];
    shared.edit(SAM, "5-14 09:00", &[(Section::Risks, "garden", &scores)]);
    shared
}

#[test]
fn a_gap_of_two_on_either_dimension_asks_for_a_decision() {
    for (nursing, provider, asks) in [
        (("4", "4"), ("2", "4"), true),
        (("4", "4"), ("4", "2"), true),
        (("4", "4"), ("3", "5"), false),
        (("1", "5"), ("1", "5"), false),
    ] {
        let view = risk(nursing, provider).at("5-14 10:00");
        assert_eq!(view.risks[0].asks_for_decision, asks, "{nursing:?} {provider:?}");
        assert_eq!(view.due(DeadlineKind::RiskGap).count(), usize::from(asks));
    }
}

#[test]
fn one_organisation_alone_has_no_gap() {
    let mut shared = Shared::new();
    let scores = [("text", "a risk"), ("likelihood_nursing", "5"), ("impact_council", "1")];
    shared.edit(SAM, "5-14 09:00", &[(Section::Risks, "garden", &scores)]);
    let view = shared.at("5-14 10:00");
    assert_eq!((view.risks[0].likelihood_gap, view.risks[0].impact_gap), (None, None));
}

#[test]
fn a_gap_is_open_until_services_have_decided_on_the_risk_that_the_person_takes() {
    let mut shared = risk(("4", "4"), ("2", "4"));
    assert_eq!(due(&shared.at("5-14 10:00"), DeadlineKind::RiskGap), ["RiskGap garden by Sam: - Open"]);
    let own = [
        ("text", "May I walk there alone?"),
        ("whose", "person"),
        ("capacity", "has"),
        ("decision", "I walk"),
        ("because", "risks/garden"),
    ];
    shared.edit(BETH, "5-14 11:00", &[(Section::Decisions, "walk", &own)]);
    let question = [("text", "Which support?"), ("whose", "services"), ("because", "risks/garden")];
    shared.edit(BETH, "5-14 12:00", &[(Section::Decisions, "support", &question)]);
    assert_eq!(due(&shared.at("5-14 13:00"), DeadlineKind::RiskGap), ["RiskGap garden by Sam: - Open"]);
    shared.edit(BETH, "5-15 12:00", &[(Section::Decisions, "support", &[("decision", "A rail")])]);
    let view = shared.at("5-15 13:00");
    assert_eq!(due(&view, DeadlineKind::RiskGap), ["RiskGap garden by Sam: - DoneInTime"]);
    assert_eq!(view.risks[0].decisions, [entry_id("support")]);
}

/// A decision of services by Beth as nurse, on a right of nurses and therapists.
fn decision(right: &[(&str, &str)], decided: &[(&str, &str)]) -> Vec<String> {
    let mut shared = Shared::new();
    if !right.is_empty() {
        shared.edit(SAM, "5-14 08:00", &[(Section::Rights, "support", right)]);
    }
    let question = [("text", "Which support?"), ("decision", "A rail")];
    shared.edit(BETH, "5-15 12:00", &[(Section::Decisions, "d", &[&question, decided].concat())]);
    flags(&shared.at("5-15 13:00"))
}

const RIGHT: &[(&str, &str)] = &[("about", "support"), ("decides", "nurse,therapist")];

#[test]
fn a_final_decider_with_the_right_to_it_is_not_flagged() {
    let by = [("whose", "services"), ("right", "support"), ("final_by", "Beth"), ("final_role", "nurse")];
    assert_eq!(decision(RIGHT, &by), Vec::<String>::new());
    let named: Vec<(&str, &str)> = [RIGHT, &[("by", "beth")]].concat();
    assert_eq!(decision(&named, &by), Vec::<String>::new());
}

#[test]
fn a_final_decider_without_the_right_is_flagged_with_the_place_and_the_reason() {
    let of = |by: &str, role: &str, right: &str| {
        let fields = [("whose", "services"), ("right", right), ("final_by", by), ("final_role", role)];
        let given: Vec<(&str, &str)> = fields.into_iter().filter(|(_, text)| !text.is_empty()).collect();
        decision(RIGHT, &given)
    };
    assert_eq!(of("Sam", "supervisor", "support"), ["d.final_role: RoleHasNoRight"]);
    assert_eq!(of("Sam", "supervisor", ""), ["d.right: NoRight"]);
    assert_eq!(of("Beth", "nurse", "other"), ["d.right: RightNotThere"]);
    assert_eq!(of("", "nurse", "support"), ["d.final_by: NoDecider"]);
    let named: Vec<(&str, &str)> = [RIGHT, &[("by", "Sam")]].concat();
    let by = [("whose", "services"), ("right", "support"), ("final_by", "Beth"), ("final_role", "nurse")];
    assert_eq!(decision(&named, &by), ["d.final_by: NotTheHolder"]);
}

#[test]
fn whose_decision_it_is_is_asked_first() {
    assert_eq!(decision(&[], &[]), ["d.final_by: NoDecider", "d.whose: WhoseNotAsked"]);
    assert_eq!(decision(&[], &[("whose", "person"), ("capacity", "has")]), Vec::<String>::new());
    assert_eq!(decision(&[], &[("whose", "person")]), ["d.capacity: CapacityNotAsked"]);
    assert_eq!(decision(&[], &[("whose", "person"), ("capacity", "lacks")]), ["d.whose: BestInterests"]);
    let best = [("whose", "best_interests"), ("capacity", "has"), ("final_by", "Beth")];
    assert_eq!(decision(&[], &best), ["d.whose: PersonDecides"]);
    let role = [("whose", "person"), ("capacity", "has"), ("final_by", "Sam"), ("final_role", "supervisor")];
    assert_eq!(decision(&[], &role), ["d.final_role: NoRoleDecides"]);
}

#[test]
fn a_right_that_changes_later_does_not_touch_a_decision_made_on_it() {
    let mut shared = Shared::new();
    shared.edit(SAM, "5-14 08:00", &[(Section::Rights, "support", RIGHT)]);
    let by = [
        ("text", "Which support?"),
        ("decision", "A rail"),
        ("whose", "services"),
        ("right", "support"),
        ("final_by", "Beth"),
        ("final_role", "nurse"),
    ];
    shared.edit(BETH, "5-15 12:00", &[(Section::Decisions, "d", &by)]);
    shared.edit(SAM, "5-16 08:00", &[(Section::Rights, "support", &[("decides", "manager")])]);
    assert_eq!(flags(&shared.at("5-16 13:00")), Vec::<String>::new());
}

/// A decision of the 15th at 12:00 that any fall is to open the review of, within a day.
fn watched() -> Shared {
    let mut shared = Shared::new();
    let fields = [
        ("text", "Which support?"),
        ("whose", "person"),
        ("capacity", "has"),
        ("decision", "A rail"),
        ("final_by", "Beth"),
        ("review_when", FALL),
        ("review_within_days", "1"),
        ("review_on", "2026-05-29"),
    ];
    shared.edit(BETH, "5-15 12:00", &[(Section::Decisions, "d", &fields)]);
    shared
}

const REVIEW: &[(&str, &str)] = &[("text", "Review"), ("because", "decisions/d"), ("held_by", "Beth")];

#[test]
fn a_met_review_trigger_opens_the_decisions_review_by_itself() {
    let mut shared = watched();
    shared.fall("5-15 11:00", "5-15 13:00");
    assert_eq!(due(&shared.at("5-20 08:00"), DeadlineKind::ReviewOpened), Vec::<String>::new());
    shared.fall("5-20 08:15", "5-20 09:02");
    shared.fall("5-20 21:00", "5-20 21:00");
    let view = shared.at("5-20 22:00");
    assert_eq!(due(&view, DeadlineKind::ReviewOpened), ["ReviewOpened d by Beth: 21 23:59 Open"]);
    let [opened] = view.decisions[0].opened.as_slice() else { panic!("one review is open") };
    assert_eq!((shown(opened.opened), opened.matches.len()), ("20 08:15".to_owned(), 2));
}

#[test]
fn the_review_trigger_of_a_risk_opens_the_risks_review() {
    let mut shared = Shared::new();
    let fields = [("text", "Walks alone"), ("owner", "Sam"), ("review_when", FALL)];
    shared.edit(SAM, "5-15 12:00", &[(Section::Risks, "d", &fields)]);
    shared.fall("5-20 08:15", "5-20 08:15");
    let view = shared.at("5-20 22:00");
    assert_eq!(due(&view, DeadlineKind::ReviewOpened), ["ReviewOpened d by Sam: - Open"]);
    let held = [("text", "Review"), ("because", "risks/d"), ("last_held", "2026-05-21")];
    shared.edit(SAM, "5-21 09:00", &[(Section::Reviews, "r", &held)]);
    let view = shared.at("5-21 10:00");
    assert_eq!(due(&view, DeadlineKind::ReviewOpened), ["ReviewOpened d by Sam: - DoneInTime"]);
}

#[test]
fn a_review_trigger_is_not_applied_to_what_was_seen_before_it_was_agreed_nor_after_it_was_taken_out() {
    let mut shared = watched();
    shared.fall("5-15 11:59", "5-15 11:59");
    let harmless = FALL.replace("\"witnessed\",\"found\",\"told\"", "\"witnessed\"");
    shared.edit(BETH, "5-16 12:00", &[(Section::Decisions, "d", &[("review_when", &harmless)])]);
    shared.fall("5-20 08:15", "5-20 08:15");
    assert_eq!(shared.at("5-20 22:00").due(DeadlineKind::ReviewOpened).count(), 0);
}

#[test]
fn a_review_closes_what_was_known_when_it_was_held_and_what_is_known_later_opens_another() {
    let mut shared = watched();
    shared.fall("5-20 08:15", "5-20 08:15");
    shared.fall("5-20 08:20", "5-20 12:00");
    let held = [REVIEW, &[("last_held", "2026-05-20")]].concat();
    shared.edit(BETH, "5-20 10:00", &[(Section::Reviews, "r1", &held)]);
    let view = shared.at("5-20 13:00");
    let expected = ["ReviewOpened d by Beth: 21 23:59 Open", "ReviewOpened d by Beth: 21 23:59 DoneInTime"];
    assert_eq!(due(&view, DeadlineKind::ReviewOpened), expected);
    let held = [REVIEW, &[("last_held", "2026-05-22")]].concat();
    shared.edit(BETH, "5-22 10:00", &[(Section::Reviews, "r2", &held)]);
    let view = shared.at("5-22 13:00");
    let expected =
        ["ReviewOpened d by Beth: 21 23:59 DoneInTime", "ReviewOpened d by Beth: 21 23:59 DoneLate"];
    assert_eq!(due(&view, DeadlineKind::ReviewOpened), expected);
}

#[test]
fn a_review_of_another_decision_closes_nothing() {
    let mut shared = watched();
    shared.fall("5-20 08:15", "5-20 08:15");
    let other = [("text", "Review"), ("because", "decisions/other"), ("last_held", "2026-05-20")];
    shared.edit(BETH, "5-20 10:00", &[(Section::Reviews, "r1", &other)]);
    let view = shared.at("5-20 13:00");
    assert_eq!(view.due(DeadlineKind::ReviewOpened).filter(|one| one.state.is_to_do()).count(), 1);
}

#[test]
fn the_review_of_an_agreed_day_is_done_by_the_first_that_is_held_since_it_was_agreed() {
    let mut shared = watched();
    assert_eq!(due(&shared.at("5-29 23:00"), DeadlineKind::Review), ["Review d by Beth: 29 23:59 Open"]);
    assert_eq!(due(&shared.at("5-30 00:00"), DeadlineKind::Review), ["Review d by Beth: 29 23:59 Overdue"]);
    let held = [REVIEW, &[("last_held", "2026-05-30")]].concat();
    shared.edit(BETH, "5-30 10:00", &[(Section::Reviews, "r1", &held)]);
    assert_eq!(due(&shared.at("5-30 11:00"), DeadlineKind::Review), ["Review d by Beth: 29 23:59 DoneLate"]);
}

#[test]
fn the_check_of_a_dispute_on_a_bank_holiday_keeps_its_date_and_is_flagged() {
    let mut shared = Shared::new();
    let fields = [
        ("text", "Is a pendant enough?"),
        ("by", "Beth"),
        ("decides", "Sam"),
        ("oversight_asked_on", "2026-05-15"),
    ];
    shared.edit(BETH, "5-15 15:00", &[(Section::Disputes, "x", &fields)]);
    assert_eq!(due(&shared.at("5-16 09:00"), DeadlineKind::Oversight), ["Oversight x by Sam: - Open"]);
    let reached = [("oversight_on", "2026-05-18"), ("result", "Keep it"), ("check_on", "2026-05-25")];
    shared.edit(SAM, "5-18 12:00", &[(Section::Disputes, "x", &reached)]);
    let view = shared.at("5-25 09:00");
    assert_eq!(due(&view, DeadlineKind::Oversight), ["Oversight x by Sam: - DoneInTime"]);
    assert_eq!(due(&view, DeadlineKind::DisputeCheck), ["DisputeCheck x by Sam: 25 23:59 Open"]);
    assert!(view.due(DeadlineKind::DisputeCheck).all(|one| one.bank_holiday));
    assert_eq!(flags(&view), ["x.check_on: BankHoliday"]);
    shared.edit(SAM, "5-25 12:00", &[(Section::Disputes, "x", &[("checked_on", "2026-05-25")])]);
    let view = shared.at("5-26 09:00");
    assert_eq!(due(&view, DeadlineKind::DisputeCheck), ["DisputeCheck x by Sam: 25 23:59 DoneInTime"]);
    assert_eq!(flags(&view), Vec::<String>::new());
}

fn assessment() -> Shared {
    let mut shared = Shared::new();
    let referral = [
        ("text", "Joint assessment"),
        ("way", "in"),
        ("service", "Equipment service"),
        ("made_at", "2026-05-08T09:30"),
    ];
    let part = [
        ("text", "Ward part"),
        ("due", "referral+24h"),
        ("from", "both"),
        ("referral", "ref"),
        ("health_by", "Beth"),
        ("social_care_by", "Sam"),
    ];
    let parts = [(Section::Referrals, "ref", &referral[..]), (Section::Assessments, "ward", &part[..])];
    shared.edit(SAM, "5-8 09:30", &parts);
    shared
}

#[test]
fn a_joint_assessment_is_due_so_long_after_the_referral_from_each_side() {
    let view = assessment().at("5-9 09:31");
    let both = [
        "AssessmentHealth ward by Beth: 9 09:30 Overdue",
        "AssessmentSocialCare ward by Sam: 9 09:30 Overdue",
    ];
    let found: Vec<String> =
        view.deadlines.iter().filter(|one| one.section == Section::Assessments).map(told).collect();
    assert_eq!(found, both);
    assert_eq!(flags(&view), ["ref.triage: TriageNotAsked"]);
}

#[test]
fn a_contribution_counts_by_when_it_was_made_and_shows_when_it_was_known() {
    let mut shared = assessment();
    shared.edit(BETH, "5-8 14:00", &[(Section::Assessments, "ward", &[("health", "Ulcer healing")])]);
    let social = [("social_care", "Daughter visits")];
    let edit = shared.edit_known(SAM, "5-8 18:30", "5-9 10:00", &[(Section::Assessments, "ward", &social)]);
    let part = |shared: &Shared, now: &str| shared.at(now).assessments[0].clone();
    let found = part(&shared, "5-9 11:00");
    let complete = found.complete.expect("both sides gave theirs");
    assert_eq!(
        (shown(complete.at), complete.known.map(shown)),
        ("8 18:30".to_owned(), Some("9 10:00".to_owned()))
    );
    assert_eq!((found.state, found.known_in_time), (DeadlineState::DoneInTime, InTime::No));
    // What is mended later was there since then.
    shared.edit(BETH, "5-10 14:00", &[(Section::Assessments, "ward", &[("health", "Ulcer healing well")])]);
    assert_eq!(part(&shared, "5-10 15:00").state, DeadlineState::DoneInTime);
    // On the phone that made it, nobody else knows of it yet.
    shared.waiting.insert(edit);
    assert_eq!(part(&shared, "5-9 11:00").known_in_time, InTime::Unknown);
}

fn going_home() -> Shared {
    let mut shared = Shared::new();
    let case = [
        ("text", "Home from Ward 7"),
        ("from", "Ward 7"),
        ("owner", "Sam"),
        ("handover_to", "Sam"),
        ("pathway", "1"),
        ("home_on", "2026-05-12"),
    ];
    let fixed = [("text", "Bed downstairs"), ("owner", "Joel"), ("due", "2026-05-11T18:00")];
    let hangs = [("text", "Commode"), ("owner", "Equipment service"), ("due", "home-1d@12:00")];
    let visit = [("text", "First nurse visit"), ("owner", "Beth"), ("due", "home+1d@11:00")];
    let parts = [
        (Section::Discharge, "main", &case[..]),
        (Section::Discharge, "bed", &fixed[..]),
        (Section::Discharge, "commode", &hangs[..]),
        (Section::Discharge, "nurse", &visit[..]),
    ];
    shared.edit(SAM, "5-8 10:00", &parts);
    shared
}

fn moved(view: &Together) -> Vec<String> {
    let items = view.discharge.iter().flat_map(|home| &home.items);
    let moved = items.filter_map(|item| item.moved.as_ref());
    moved.map(|one| format!("{} {} to {}", one.owner.words, shown(one.from), shown(one.to))).collect()
}

#[test]
fn going_home_moves_what_hangs_on_it_and_its_owners_are_told_once() {
    let mut shared = going_home();
    let checklist = |shared: &Shared| due(&shared.at("5-11 10:00"), DeadlineKind::Checklist);
    let before = [
        "Checklist commode by Equipment service: 11 12:00 Open",
        "Checklist bed by Joel: 11 18:00 Open",
        "Checklist nurse by Beth: 13 11:00 Open",
    ];
    assert_eq!(checklist(&shared), before);
    let delay = [("home_on", "2026-05-13"), ("delay", "the frame is not there")];
    shared.edit(SAM, "5-11 09:30", &[(Section::Discharge, "main", &delay)]);
    let after = [
        "Checklist bed by Joel: 11 18:00 Open",
        "Checklist commode by Equipment service: 12 12:00 Open",
        "Checklist nurse by Beth: 14 11:00 Open",
    ];
    assert_eq!(checklist(&shared), after);
    let view = shared.at("5-11 10:00");
    assert_eq!(moved(&view), ["Equipment service 11 12:00 to 12 12:00", "Beth 13 11:00 to 14 11:00"]);
    let home = view.discharge.as_ref().expect("there is a way home");
    let [postponed] = home.postponed.as_slice() else { panic!("it moved once") };
    assert_eq!(
        (postponed.from.to_string(), postponed.to.to_string()),
        ("2026-05-12".to_owned(), "2026-05-13".to_owned())
    );
    assert_eq!(postponed.delay, "the frame is not there");
    let beth = Needs::of(&view, staff(BETH), Role::Nurse);
    assert_eq!(beth.moved.iter().map(|one| one.item.as_str()).collect::<Vec<_>>(), ["nurse"]);
    let Command::SetField { section, entry, field, value } = beth.moved[0].told() else {
        panic!("it sets a field")
    };
    let told = value.as_text().expect("a time").to_owned();
    shared.edit(BETH, "5-11 10:30", &[(section, entry.as_str(), &[(field.as_str(), &told)])]);
    assert_eq!(moved(&shared.at("5-11 11:00")), ["Equipment service 11 12:00 to 12 12:00"]);
    // Back again: the service was told of nothing, Beth of another time.
    shared.edit(SAM, "5-11 12:00", &[(Section::Discharge, "main", &[("home_on", "2026-05-12")])]);
    assert_eq!(moved(&shared.at("5-11 13:00")), ["Beth 14 11:00 to 13 11:00"]);
}

#[test]
fn what_is_done_has_not_moved_and_counts_by_when_it_was_done() {
    let mut shared = going_home();
    let done = [("state", "done"), ("done_at", "2026-05-11T11:00")];
    shared.edit_known(SAM, "5-11 12:30", "5-11 14:00", &[(Section::Discharge, "commode", &done)]);
    shared.edit(SAM, "5-11 15:00", &[(Section::Discharge, "main", &[("home_on", "2026-05-13")])]);
    let view = shared.at("5-11 16:00");
    assert_eq!(moved(&view), ["Beth 13 11:00 to 14 11:00"]);
    let home = view.discharge.expect("there is a way home");
    let commode = home.items.iter().find(|item| item.id.as_str() == "commode").expect("it is there");
    assert_eq!(
        (commode.state, commode.done.map(|done| shown(done.at))),
        (DeadlineState::DoneInTime, Some("11 11:00".to_owned()))
    );
}

#[test]
fn a_joint_review_is_expected_on_each_day_up_to_coming_home_and_the_handover_then() {
    let mut shared = going_home();
    let review = |day: &'static str| [("text", "Joint review"), ("review_on", day)];
    shared.edit(SAM, "5-9 10:00", &[(Section::Discharge, "r9", &review("2026-05-09"))]);
    let view = shared.at("5-11 10:00");
    let expected = ["DailyReview main by Sam: 10 23:59 Overdue", "DailyReview main by Sam: 11 23:59 Open"];
    let to_do: Vec<String> =
        view.due(DeadlineKind::DailyReview).filter(|one| one.state.is_to_do()).map(told).collect();
    assert_eq!(to_do, expected);
    assert_eq!(due(&view, DeadlineKind::Handover), Vec::<String>::new());
    shared.edit(SAM, "5-12 10:00", &[(Section::Discharge, "r12", &review("2026-05-12"))]);
    shared.edit(SAM, "5-12 15:30", &[(Section::Discharge, "main", &[("home_at", "2026-05-12T15:20")])]);
    let view = shared.at("5-20 10:00");
    let home = view.discharge.as_ref().expect("there is a way home");
    let held: Vec<(String, bool)> =
        home.reviews.iter().map(|one| (one.day.format("%-d").to_string(), one.held.is_some())).collect();
    let expected = [("9", true), ("10", false), ("11", false), ("12", true)];
    assert_eq!(held, expected.map(|(day, held)| (day.to_owned(), held)));
    assert_eq!(due(&view, DeadlineKind::Handover), ["Handover main by Sam: - Open"]);
    shared.edit(SAM, "5-20 11:00", &[(Section::Discharge, "main", &[("accepted_by", "Sam")])]);
    assert_eq!(due(&shared.at("5-20 12:00"), DeadlineKind::Handover), ["Handover main by Sam: - DoneInTime"]);
}

#[test]
fn what_is_due_after_coming_home_has_no_time_before() {
    let mut shared = going_home();
    let part = [("text", "Home part"), ("due", "home+24h"), ("from", "health")];
    shared.edit(SAM, "5-8 10:00", &[(Section::Assessments, "home", &part)]);
    assert_eq!(
        due(&shared.at("5-9 10:00"), DeadlineKind::AssessmentHealth),
        ["AssessmentHealth home by : - Open"]
    );
    shared.edit(SAM, "5-13 15:30", &[(Section::Discharge, "main", &[("home_at", "2026-05-13T15:20")])]);
    assert_eq!(
        due(&shared.at("5-13 16:00"), DeadlineKind::AssessmentHealth),
        ["AssessmentHealth home by : 14 15:20 Open"]
    );
}

#[test]
fn the_plan_of_reablement_is_reviewed_weekly_and_of_long_term_monthly_or_sooner() {
    let next = |fields: &[(&str, &str)], now: &str| {
        let mut shared = Shared::new();
        let review =
            [&[("text", "Plan review"), ("owner", "Sam"), ("last_held", "2026-05-08")], fields].concat();
        shared.edit(SAM, "5-8 10:00", &[(Section::Reviews, "plan", &review)]);
        due(&shared.at(now), DeadlineKind::PlanReview).concat()
    };
    assert_eq!(next(&[("package", "reablement")], "5-9 10:00"), "PlanReview plan by Sam: 15 23:59 Open");
    assert_eq!(next(&[("package", "step_down")], "5-16 00:00"), "PlanReview plan by Sam: 15 23:59 Overdue");
    assert_eq!(next(&[("package", "long_term")], "5-9 10:00"), "PlanReview plan by Sam: 8 23:59 Open");
    let sooner = [("package", "long_term"), ("every_days", "14")];
    assert_eq!(next(&sooner, "5-9 10:00"), "PlanReview plan by Sam: 22 23:59 Open");
    assert_eq!(next(&[("every_days", "3")], "5-9 10:00"), "PlanReview plan by Sam: 11 23:59 Open");
    assert_eq!(next(&[], "5-9 10:00"), "");
}

#[test]
fn actions_with_a_day_are_deadlines_of_whoever_is_responsible() {
    let mut shared = Shared::new();
    let action = [("text", "Fit the rail"), ("who", "Sam"), ("by_when", "2026-05-19")];
    let always = [("text", "Change position"), ("who", "Carers"), ("interval_min", "180")];
    shared.edit(
        SAM,
        "5-15 09:00",
        &[(Section::Actions, "rail", &action), (Section::Actions, "turn", &always)],
    );
    assert_eq!(due(&shared.at("5-20 00:00"), DeadlineKind::Action), ["Action rail by Sam: 19 23:59 Overdue"]);
    shared.edit(SAM, "5-20 09:00", &[(Section::Actions, "rail", &[("state", "done")])]);
    assert_eq!(
        due(&shared.at("5-20 10:00"), DeadlineKind::Action),
        ["Action rail by Sam: 19 23:59 DoneLate"]
    );
}

#[test]
fn what_is_to_be_done_more_often_than_visits_come_asks_who_does_it_between_them() {
    let asked = |every: &str, between: &[(&str, &str)]| {
        let mut shared = Shared::new();
        let visit = [("text", "Morning"), ("visit_kind", "care"), ("starts", "2026-05-10T08:00")];
        let daily = [visit.as_slice(), &[("rule", "FREQ=DAILY")]].concat();
        let action = [&[("text", "Change position"), ("interval_min", every)], between].concat();
        shared.edit(
            SAM,
            "5-15 09:00",
            &[(Section::Schedule, "morning", &daily), (Section::Actions, "turn", &action)],
        );
        flags(&shared.at("5-15 10:00")).contains(&"turn.who_between: NobodyBetween".to_owned())
    };
    assert!(asked("180", &[]), "every three hours, and a visit a day");
    assert!(!asked("180", &[("who_between", "Grace, with her bed")]));
    assert!(!asked("1440", &[]), "once a day");
    assert!(!asked("180", &[("state", "stopped")]));
}

#[test]
fn a_plan_has_one_care_coordinator() {
    let mut shared = Shared::new();
    let coordinator = |name| [("role", "coordinator"), ("name", name)];
    shared.edit(SAM, "5-15 09:00", &[(Section::Contacts, "one", &coordinator("Ada"))]);
    assert_eq!(flags(&shared.at("5-15 10:00")), [] as [String; 0]);
    shared.edit(SAM, "5-15 11:00", &[(Section::Contacts, "two", &coordinator("Bo"))]);
    assert_eq!(flags(&shared.at("5-15 12:00")), ["two.role: SeveralCoordinators"]);
}

#[test]
fn after_a_death_nobody_is_asked_for_anything_and_what_was_done_can_be_read() {
    let mut shared = Shared::new();
    let action = |day| [("text", "Fit the rail"), ("who", "Nobody's name"), ("by_when", day)];
    let parts: [Part<'_>; 2] = [
        (Section::Actions, "rail", &action("2026-05-19")),
        (Section::Actions, "step", &[action("2026-05-19").as_slice(), &[("state", "done")]].concat()),
    ];
    shared.edit(SAM, "5-15 09:00", &parts);
    assert_eq!(shared.at("5-15 10:00").deadlines.len(), 2);
    shared.edit(SAM, "5-16 09:00", &[(Section::Safety, "main", &[("status", "died")])]);
    let view = shared.at("5-20 10:00");
    let left: Vec<_> = view.deadlines.iter().map(|one| one.entry.to_string()).collect();
    assert_eq!(left, ["step"]);
    assert!(Needs::of(&view, staff(SAM), Role::Supervisor).is_empty());
}

#[test]
fn each_sees_what_is_theirs_and_a_supervisor_what_is_everyones() {
    let view = going_home().at("5-11 10:00");
    let of = |who, role| -> Vec<String> {
        let checklist = |one: &&Deadline| one.kind == DeadlineKind::Checklist;
        Needs::of(&view, staff(who), role)
            .deadlines
            .iter()
            .filter(checklist)
            .map(|one| one.entry.to_string())
            .collect()
    };
    assert_eq!(of(BETH, Role::Nurse), ["nurse"]);
    assert_eq!(of(AMINA, Role::Carer), Vec::<String>::new());
    assert_eq!(of(SAM, Role::Supervisor), ["commode", "bed", "nurse"]);
    assert!(Needs::of(&view, staff(AMINA), Role::Carer).is_empty());
}

#[test]
fn an_edit_that_makes_a_section_inconsistent_is_refused_with_field_and_reason() {
    let shared = going_home();
    let check =
        |part: Part<'_>| check_together(&shared.view, &[command(part)]).map_err(|error| error.to_string());
    let refused = |part: Part<'_>, field: &str| {
        let error = check(part).expect_err("it is refused");
        assert!(error.starts_with(field), "{error}");
    };
    refused(
        (Section::Risks, "r", &[("text", "a risk"), ("owner", "Nobody")]),
        "risks.owner: nobody of this name",
    );
    assert_eq!(check((Section::Risks, "r", &[("text", "a risk"), ("owner", "sam")])), Ok(()));
    assert_eq!(
        check((Section::Risks, "r", &[("text", "a risk"), ("owner", &staff(AMINA).to_string())])),
        Ok(())
    );
    refused((Section::Decisions, "d", &[("text", "?"), ("right", "none")]), "decisions.right");
    refused((Section::Disputes, "d", &[("text", "?"), ("about", "decisions/none")]), "disputes.about");
    refused((Section::Assessments, "a", &[("referral", "none")]), "assessments.referral");
    refused(
        (Section::Reviews, "r", &[("package", "reablement"), ("every_days", "8")]),
        "reviews.every_days: give at most 7",
    );
    // What one edit adds, its other commands may name.
    let right = command((Section::Rights, "new", RIGHT));
    let names = command((Section::Decisions, "d", &[("text", "?"), ("right", "new")]));
    assert!(check_together(&shared.view, &[names, right]).is_ok());
}

#[test]
fn a_review_trigger_with_an_error_and_a_score_of_seven_are_refused_with_field_and_reason() {
    let refused = |section, field: &str, value: Value| {
        check_field(section, field, &value).expect_err("it is refused").to_string()
    };
    let condition = FALL.replace("how_learned", "nowhere");
    let found = refused(Section::Decisions, "review_when", Value::text(condition));
    assert!(found.starts_with("decisions.review_when at compare.field: "), "{found}");
    assert_eq!(
        refused(Section::Risks, "impact_hospital", Value::Int(7)),
        "risks.impact_hospital: give a whole number from 1 to 5"
    );
}

#[test]
fn a_name_that_nobody_has_is_flagged_where_it_came_about_all_the_same() {
    let mut shared = Shared::new();
    shared.edit(SAM, "5-8 10:00", &[(Section::Risks, "r", &[("text", "a risk"), ("owner", "Somebody")])]);
    let view = shared.at("5-8 11:00");
    assert_eq!(view.flags.iter().map(|flag| &flag.why).collect::<Vec<_>>(), [&FlagWhy::UnknownOwner]);
}

#[test]
fn an_entry_that_lacks_what_it_needs_is_refused_and_one_that_stands_is_flagged() {
    let mut shared = Shared::new();
    let whole: &[(&str, &str)] =
        &[("name", "Falls"), ("condition", FALL), ("contact", "gp"), ("urgency", "same_day")];
    for (lacking, _) in whole {
        let some: Vec<(&str, &str)> = whole.iter().filter(|(code, _)| code != lacking).copied().collect();
        let add = command((Section::Triggers, "falls", &some));
        let refused = check_added(Catalogue::built_in(), &shared.view, std::slice::from_ref(&add))
            .map_err(|error| error.to_string());
        assert_eq!(refused, Err(format!("triggers.{lacking}: is required")));
        let (_, value) = whole.iter().find(|(code, _)| code == lacking).expect("it is one of them");
        let set = Command::SetField {
            section: Section::Triggers,
            entry: entry_id("falls"),
            field: (*lacking).to_owned(),
            value: Value::text(*value),
        };
        assert_eq!(
            check_added(Catalogue::built_in(), &shared.view, &[add, set]),
            Ok(()),
            "what the same edit sets counts"
        );
    }
    // What an earlier version took still stands: it is said, with the place and the reason.
    shared.edit(SAM, "5-8 10:00", &[(Section::Triggers, "falls", &[("name", "Falls")])]);
    let more = command((Section::Triggers, "falls", &[("say", "She fell")]));
    assert_eq!(
        check_added(Catalogue::built_in(), &shared.view, &[more]),
        Ok(()),
        "what stands can be mended step by step"
    );
    let view = shared.at("5-8 11:00");
    let (place, reason) = (String::new(), "is required".to_owned());
    assert_eq!(flags(&view), [format!("falls.condition: {:?}", FlagWhy::CannotBeRead { place, reason })]);
    assert_eq!(view.flags[0].why.words(), "it does nothing as it stands: is required");
}

/// The records in another order, for the properties.
pub fn reordered(shared: &Shared, keys: &[u32]) -> Shared {
    let mut other = shared.clone();
    let mut entries: Vec<(u32, Entry)> =
        keys.iter().cycle().copied().zip(shared.world.entries.clone()).collect();
    entries.sort_by_key(|(key, _)| *key);
    other.world.entries = entries.into_iter().map(|(_, entry)| entry).collect();
    let mut versions: Vec<(u32, (Moment, PlanView))> =
        keys.iter().rev().cycle().copied().zip(shared.versions.clone()).collect();
    versions.sort_by_key(|(key, _)| *key);
    other.versions = versions.into_iter().map(|(_, version)| version).collect();
    other
}
