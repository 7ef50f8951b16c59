//! Who may do what.

use crate::support::*;
use alongside_domain::access::{Action, Author, Subject, Verdict, may, responsible};
use alongside_domain::journal::Category;
use alongside_domain::journal::body::{Role, VisitKind};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::view::EntryView;
use alongside_domain::sharing::{Scope, Shared};
use alongside_domain::value::{Fields, Value};

const NOTES: Category = Category::CARE_NOTES;

fn author(role: Role) -> Author {
    Author { staff: staff(AMINA), role, scope: Some(Scope::Whole) }
}

fn entry(section: Section, values: Fields) -> EntryView {
    let text = PlanText::default().set(section, "x", values);
    text.view.sections[&section][&entry_id("x")].clone()
}

fn set(section: Section, field: &str) -> Command {
    Command::SetField { section, entry: entry_id("x"), field: field.to_owned(), value: Value::Int(1) }
}

fn verdict(role: Role, command: &Command, entry: Option<&EntryView>) -> Verdict {
    may(&author(role), &Action::Edit(Subject::of_command(command, entry)))
}

use Role::{Carer, Manager, Nurse, SocialWorker, Supervisor, Therapist};
use Verdict::{No, ProposalFor, Yes};

fn check(command: &Command, entry: Option<&EntryView>, expected: [(Role, Verdict); 5]) {
    for (role, verdict_expected) in expected {
        assert_eq!(verdict(role, command, entry), verdict_expected, "{role:?} {command:?}");
    }
}

#[test]
fn an_action_is_changed_by_the_supervisor_and_by_whom_it_names() {
    let action = entry(Section::Actions, fields(&[("text", "turn"), ("may_change", "nurse,supervisor")]));
    check(
        &set(Section::Actions, "interval_min"),
        Some(&action),
        [
            (Nurse, Yes),
            (Supervisor, Yes),
            (Manager, Yes),
            (Therapist, ProposalFor(Supervisor)),
            (Carer, ProposalFor(Supervisor)),
        ],
    );
}

#[test]
fn who_may_change_an_action_is_not_theirs_to_widen() {
    let action = entry(Section::Actions, fields(&[("text", "turn"), ("may_change", "nurse")]));
    assert_eq!(verdict(Nurse, &set(Section::Actions, "may_change"), Some(&action)), ProposalFor(Supervisor));
    assert_eq!(verdict(Supervisor, &set(Section::Actions, "clinical"), Some(&action)), ProposalFor(Nurse));
}

#[test]
fn the_clinical_part_is_the_nurses() {
    let mut clinical = fields(&[("text", "dressing")]);
    clinical.insert("clinical".to_owned(), Value::Bool(true));
    let nurse_only = [
        (Nurse, Yes),
        (Supervisor, ProposalFor(Nurse)),
        (Manager, ProposalFor(Nurse)),
        (Therapist, ProposalFor(Nurse)),
        (Carer, ProposalFor(Nurse)),
    ];
    check(&set(Section::Actions, "text"), Some(&entry(Section::Actions, clinical.clone())), nurse_only);
    check(
        &set(Section::Triggers, "condition"),
        Some(&entry(Section::Triggers, fields(&[("name", "T")]))),
        nurse_only,
    );
    check(&set(Section::Asked, "field"), None, nurse_only);
    check(&set(Section::Safety, "allergies"), None, nurse_only);
    check(&set(Section::Risks, "likelihood_nursing"), None, nurse_only);
    let retire = Command::RetireEntry { section: Section::Actions, entry: entry_id("x") };
    check(&retire, Some(&entry(Section::Actions, clinical.clone())), nurse_only);
    let add =
        Command::AddEntry { section: Section::Actions, entry: entry_id("x"), fields: clinical, order: 0 };
    check(&add, None, nurse_only);
}

#[test]
fn each_organisation_sets_its_own_score_of_a_risk_and_the_rest_stays_with_whoever_keeps_it() {
    let at_once = |field: &str| {
        let command = set(Section::Risks, field);
        let roles = [Nurse, Therapist, SocialWorker, Supervisor];
        roles.into_iter().filter(|role| verdict(*role, &command, None) == Yes).collect::<Vec<_>>()
    };
    for dimension in ["likelihood", "impact"] {
        assert_eq!(at_once(&format!("{dimension}_nursing")), [Nurse]);
        assert_eq!(at_once(&format!("{dimension}_therapy")), [Therapist, Supervisor]);
        assert_eq!(at_once(&format!("{dimension}_council")), [SocialWorker, Supervisor]);
        assert_eq!(at_once(&format!("{dimension}_provider")), [Supervisor]);
        assert_eq!(at_once(&format!("{dimension}_hospital")), [Supervisor]);
    }
    assert_eq!(at_once("approach"), [Supervisor]);
    let scores = Fields::from([("likelihood_council".to_owned(), Value::Int(2))]);
    let add = Command::AddEntry { section: Section::Risks, entry: entry_id("x"), fields: scores, order: 0 };
    assert_eq!(verdict(SocialWorker, &add, None), ProposalFor(Supervisor), "a whole risk is proposed");
    let settled = Subject::of_entry(Section::Risks, Some("impact_council"), None);
    assert!(responsible(&settled).contains(&SocialWorker), "two versions of it are shown to them too");
}

#[test]
fn adding_to_an_entry_that_is_there_does_not_go_around_its_rule() {
    let mut clinical = fields(&[("text", "dressing")]);
    clinical.insert("clinical".to_owned(), Value::Bool(true));
    let existing = entry(Section::Actions, clinical);
    let mut plain = fields(&[("text", "mine now")]);
    plain.insert("clinical".to_owned(), Value::Bool(false));
    let add = Command::AddEntry { section: Section::Actions, entry: entry_id("x"), fields: plain, order: 0 };
    assert_eq!(verdict(Supervisor, &add, Some(&existing)), ProposalFor(Nurse));
    let unnamed = entry(Section::Actions, fields(&[("text", "turn"), ("may_change", "nurse")]));
    let widen = fields(&[("may_change", "nurse,therapist")]);
    let add = Command::AddEntry { section: Section::Actions, entry: entry_id("x"), fields: widen, order: 0 };
    assert_eq!(verdict(Nurse, &add, Some(&unnamed)), ProposalFor(Supervisor));
}

#[test]
fn goals_are_the_therapists_and_the_supervisors_everything_else_the_supervisors() {
    check(
        &set(Section::Goals, "target"),
        None,
        [
            (Therapist, Yes),
            (Supervisor, Yes),
            (Manager, Yes),
            (Nurse, ProposalFor(Supervisor)),
            (Carer, ProposalFor(Supervisor)),
        ],
    );
    check(
        &set(Section::About, "routines"),
        None,
        [
            (Supervisor, Yes),
            (Manager, Yes),
            (Therapist, ProposalFor(Supervisor)),
            (Nurse, ProposalFor(Supervisor)),
            (Carer, ProposalFor(Supervisor)),
        ],
    );
}

#[test]
fn a_conflict_is_shown_to_each_who_may_settle_it_and_settled_by_them_only() {
    let action = entry(Section::Actions, fields(&[("text", "turn"), ("may_change", "nurse,supervisor")]));
    let command = set(Section::Actions, "interval_min");
    let subject = Subject::of_command(&command, Some(&action));
    assert_eq!(responsible(&subject), [Nurse, Supervisor, Manager].into());
    for (role, expected) in [(Nurse, Yes), (Supervisor, Yes), (Carer, No), (Therapist, No)] {
        assert_eq!(may(&author(role), &Action::Choose(subject.clone())), expected);
        assert_eq!(may(&author(role), &Action::Decide(subject.clone())), expected);
    }
}

#[test]
fn nobody_without_a_relationship_reads_or_writes() {
    for role in [Carer, Nurse, Therapist, Supervisor, Manager, SocialWorker] {
        let stranger = Author { scope: None, ..author(role) };
        let edit = Action::Edit(Subject::of_entry(Section::About, None, None));
        for action in [
            Action::Read(NOTES),
            Action::Record,
            Action::LogContact,
            Action::PlanVisit(VisitKind::Care),
            edit,
        ] {
            assert_eq!(may(&stranger, &action), No, "{role:?}");
        }
    }
}

#[test]
fn auditors_and_administrators_get_no_care() {
    for role in [Role::Auditor, Role::Administrator] {
        assert_eq!(may(&author(role), &Action::Read(NOTES)), No);
    }
}

#[test]
fn the_roster_is_the_supervisors_and_clinical_visits_the_clinicians_too() {
    let plan = |role, kind| may(&author(role), &Action::PlanVisit(kind));
    assert_eq!(
        [Carer, Nurse, Supervisor, Manager].map(|role| plan(role, VisitKind::Care)),
        [No, No, Yes, Yes]
    );
    assert_eq!(
        [Carer, Nurse, Therapist, Supervisor].map(|role| plan(role, VisitKind::Clinical)),
        [No, Yes, Yes, Yes]
    );
}

#[test]
fn a_social_worker_reads_and_logs_contacts_and_records_no_observation() {
    let may = |action| may(&author(SocialWorker), &action);
    assert_eq!([may(Action::Read(NOTES)), may(Action::LogContact), may(Action::Record)], [Yes, Yes, No]);
}

#[test]
fn whoever_does_not_read_the_plan_proposes_and_decides_nothing() {
    let notes_only = Scope::Only(Shared::of(&[NOTES]));
    let nurse = Author { scope: Some(notes_only), ..author(Nurse) };
    let subject = Subject::of_entry(Section::Asked, Some("text"), None);
    assert_eq!(may(&nurse, &Action::Read(NOTES)), Yes);
    assert_eq!(may(&nurse, &Action::Read(Category::PLAN)), No);
    assert_eq!(may(&nurse, &Action::Edit(subject.clone())), Verdict::ProposalFor(Nurse));
    assert_eq!(may(&nurse, &Action::Decide(subject.clone())), No);
    assert_eq!(may(&nurse, &Action::Choose(subject)), No);
    assert_eq!([may(&nurse, &Action::Record), may(&nurse, &Action::LogContact)], [Yes, Yes]);
}

#[test]
fn a_supervisor_or_manager_of_a_partner_proposes_and_keeps_nothing_of_the_plan() {
    for role in [Supervisor, Manager] {
        let partner = Author { scope: Some(Scope::Only(Shared::of(&[Category::PLAN]))), ..author(role) };
        let sharing = Subject::of_entry(Section::Sharing, Some("ground"), None);
        assert_eq!(may(&partner, &Action::Edit(sharing.clone())), ProposalFor(Supervisor));
        assert_eq!(may(&partner, &Action::Decide(sharing.clone())), No);
        assert_eq!(may(&partner, &Action::Choose(sharing)), No);
        assert_eq!(may(&partner, &Action::PlanVisit(VisitKind::Care)), No);
        let widest = Author { scope: Some(Scope::SHAREABLE), ..author(role) };
        let decision = Subject::of_entry(Section::Decisions, None, None);
        assert_eq!(may(&widest, &Action::Edit(decision)), ProposalFor(Supervisor), "whatever is shared");
    }
    let nurse = Author { scope: Some(Scope::SHAREABLE), ..author(Nurse) };
    assert_eq!(may(&nurse, &Action::Edit(Subject::of_entry(Section::Asked, Some("field"), None))), Yes);
}
