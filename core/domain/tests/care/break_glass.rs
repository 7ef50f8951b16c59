//! Break-glass: what it gives, for how long, and what it never gives.

use crate::cases::cases;
use crate::support::*;
use alongside_domain::access::break_glass::{BreakGlass, HOURS_MAX, NotOpened, may_open, opened};
use alongside_domain::access::{Action, Author, Subject, Verdict};
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::body::{
    AccessNoted, BreakGlass as OpenedBody, BreakGlassNoted, Role, VisitKind,
};
use alongside_domain::journal::{Body, Category, Channel, Entry, Header, PlanSeen, RecordRef};
use alongside_domain::plan::edit::Section;
use alongside_domain::sharing::Scope;
use alongside_domain::time::{HOUR_MS, Moment};
use proptest::prelude::*;

const GRACE: PersonId = PersonId([1; 16]);
const HAROLD: PersonId = PersonId([2; 16]);
const STORE: AuthorId = AuthorId([7; 16]);

fn reader(role: Role) -> Author {
    Author { staff: staff(BETH), role, scope: None }
}

fn hours(hours: u32) -> BreakGlass {
    BreakGlass::open(&reader(Role::Nurse), GRACE, hours, "she fell", Moment(0)).expect("the rule allows it")
}

#[test]
fn it_is_opened_with_a_reason_for_1_to_12_hours_by_whoever_reads_care_at_a_desk() {
    let open = |role, hours, reason| BreakGlass::open(&reader(role), GRACE, hours, reason, Moment(0)).err();
    for role in Role::ALL {
        let expected = if may_open(role) { None } else { Some(NotOpened::Role) };
        assert_eq!(open(role, 1, "she fell"), expected, "{role:?}");
    }
    assert!(!may_open(Role::Carer) && !may_open(Role::Auditor) && !may_open(Role::Administrator));
    assert_eq!(open(Role::Nurse, 12, "she fell"), None);
    assert_eq!(open(Role::Nurse, 0, "she fell"), Some(NotOpened::Hours));
    assert_eq!(open(Role::Nurse, 13, "she fell"), Some(NotOpened::Hours));
    assert_eq!(open(Role::Nurse, 1, " \n"), Some(NotOpened::NoReason));
    assert_eq!(open(Role::Nurse, 1, &"a".repeat(1001)), Some(NotOpened::LongReason));
    let related = Author { scope: Some(Scope::Whole), ..reader(Role::Nurse) };
    let of_own = BreakGlass::open(&related, GRACE, 1, "she fell", Moment(0));
    assert_eq!(of_own, Err(NotOpened::InTheirCare));
}

#[test]
fn it_ends_by_itself_and_at_once_when_it_is_ended() {
    let grant = hours(2);
    assert!(grant.is_open(Moment(0)) && grant.is_open(Moment(2 * HOUR_MS - 1)));
    assert!(!grant.is_open(Moment(2 * HOUR_MS)));
    assert!(!grant.is_open(Moment(-1)), "a clock that was set back opens nothing");
    let ended = BreakGlass { ended: Some(Moment(5)), ..grant };
    assert!(!ended.is_open(Moment(5)));
}

fn reads_care(action: &Action<'_>) -> bool {
    [Category::CARE_NOTES, Category::PLAN].map(Action::Read).contains(action)
}

fn actions() -> Vec<Action<'static>> {
    let subjects = Section::ALL.iter().map(|section| Subject::of_entry(*section, None, None));
    let about = subjects.flat_map(|subject| {
        [Action::Edit(subject.clone()), Action::Decide(subject.clone()), Action::Choose(subject)]
    });
    let others = [
        Action::Read(Category::CARE_NOTES),
        Action::Read(Category::PLAN),
        Action::Read(Category::OFFICE),
        Action::Read(Category::RESTRICTED),
        Action::Record,
        Action::LogContact,
        Action::PlanVisit(VisitKind::Care),
        Action::PlanVisit(VisitKind::Clinical),
    ];
    others.into_iter().chain(about).collect()
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn it_gives_reading_of_one_person_to_one_reader_while_it_is_open_and_nothing_else(
        asked in 1..=HOURS_MAX,
        until_ms in proptest::option::of(-HOUR_MS..100 * HOUR_MS),
        ended_ms in proptest::option::of(0..13 * HOUR_MS),
        now_ms in -HOUR_MS..30 * HOUR_MS,
        same_reader in any::<bool>(),
        same_person in any::<bool>(),
        action in proptest::sample::select(actions()),
    ) {
        let mut grant = hours(asked);
        grant.until = until_ms.map_or(grant.until, Moment);
        grant.ended = ended_ms.map(Moment);
        let (by, person) = (if same_reader { BETH } else { AMINA }, if same_person { GRACE } else { HAROLD });
        let verdict = grant.may(staff(by), person, &action, Moment(now_ms));
        let allowed = same_reader && same_person && reads_care(&action) && ended_ms.is_none()
            && (0..grant.until.0.min(12 * HOUR_MS)).contains(&now_ms);
        prop_assert_eq!(verdict, if allowed { Verdict::Yes } else { Verdict::No });
    }
}

fn entry(author: AuthorId, by: Who, number: u64, body: Body) -> Entry {
    let at = Moment(number as i64 * 1000);
    let id =
        RecordRef { author, epoch: alongside_domain::ids::Epoch([1; 8]), number, channel: Channel::Office };
    let header = Header {
        kind: body.kind(),
        category: body.category(),
        recorded: at,
        observed: None,
        by: staff(by),
        plan_seen: PlanSeen::default(),
        clock_off_ms: None,
        counted: None,
    };
    Entry { id, effective: at, observed: at, header, body }
}

#[test]
fn it_waits_until_another_manager_has_looked_at_it_and_only_the_stores_word_counts() {
    let opens = Body::BreakGlass(OpenedBody { reason: "she fell".to_owned(), until: Moment(HOUR_MS) });
    let first = entry(STORE, BETH, 1, opens.clone());
    let noted = |noted| Body::BreakGlassNoted(BreakGlassNoted { opened: first.id, noted });
    let mut office = vec![first.clone(), entry(device(SAM), SAM, 2, opens)];
    let told = opened(&office, STORE);
    assert_eq!(told.len(), 1, "a phone opens nothing");
    assert!(told[0].waits());
    office.push(entry(STORE, BETH, 3, noted(AccessNoted::LookedAt)));
    office.push(entry(device(SAM), SAM, 4, noted(AccessNoted::LookedAt)));
    assert!(opened(&office, STORE)[0].waits(), "nobody looks at what they opened themself");
    office.push(entry(STORE, BETH, 5, noted(AccessNoted::Ended)));
    office.push(entry(STORE, SAM, 6, noted(AccessNoted::LookedAt)));
    let told = opened(&office, STORE);
    assert_eq!((told[0].ended, told[0].looked_at), (Some(Moment(5000)), Some((staff(SAM), Moment(6000)))));
}
