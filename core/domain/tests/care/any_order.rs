//! Every view that a replica shows, over records with all that the store makes: the same in any order and batches.

use crate::cases::cases;
use crate::lives::{Life, life, steps};
use crate::support::*;
use alongside_domain::care::aligned;
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::escalation::{self, Escalation, Raising, may_meet_beside_absences};
use alongside_domain::care::heard::Known;
use alongside_domain::care::looks::Looks;
use alongside_domain::care::plan::{PlanAt, PlanTimeline};
use alongside_domain::care::records::Records;
use alongside_domain::care::visits::{self, Visit, VisitState};
use alongside_domain::care::{
    CareInputs, emergency, emergency_plan::PlanTold, emergency_told, news2, sbard, today,
};
use alongside_domain::day::PersonDay;
use alongside_domain::journal::body::{Match, Role};
use alongside_domain::journal::{Body, Category, Entry, RecordRef, times};
use alongside_domain::plan::states::{EditState, EditStates};
use alongside_domain::plan::unseen::{FateLooks, fates_of, unseen_fates};
use alongside_domain::plan::view::PlanView;
use alongside_domain::reablement::progress::GoalState;
use alongside_domain::reablement::stalled::reviews_opened;
use alongside_domain::reablement::summary::{WeeklySummary, versions, weekly, weeks};
use alongside_domain::sharing::{Scope, Shared};
use alongside_domain::together::history::PlanHistory;
use alongside_domain::together::needs::Needs;
use alongside_domain::together::view::{Together, TogetherInputs, together};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::fmt::Debug;

const READERS: [Who; 4] = [AMINA, JOEL, BETH, SAM];

/// What a replica holds in memory of the records that came to it.
struct Held {
    records: Records,
    known: Known,
    plan: PlanTimeline,
    history: PlanHistory,
    shown: PlanView,
    edits: EditStates,
    raising: Raising,
}

/// The entries with the times that the store's records give them, as they are read again after each sync.
fn corrected(entries: &[Entry]) -> Vec<Entry> {
    let mut entries = entries.to_vec();
    times::correct(&mut entries, device(STORE));
    entries
}

impl Held {
    fn of(life: &Life, entries: &[Entry]) -> Held {
        let entries = corrected(entries);
        let accepted = entries.iter().filter_map(|entry| match &entry.body {
            Body::PlanChange(change) => Some((change.version, entry.effective)),
            _ => None,
        });
        let accepted: Vec<_> = accepted.collect();
        let plan_at = |(version, accepted): &(u64, _)| {
            let plan = life.plans[version].1.clone();
            PlanAt { version: *version, accepted: *accepted, plan }
        };
        let views = accepted.iter().map(|(version, accepted)| (*accepted, life.plans[version].0.clone()));
        let last = accepted.iter().map(|(version, _)| *version).max();
        Held {
            records: Records::of(&entries),
            known: Known::of(&entries, device(STORE)),
            plan: PlanTimeline::new(accepted.iter().map(plan_at)),
            history: PlanHistory::of(views),
            shown: last.map(|version| life.plans[&version].0.clone()).unwrap_or_default(),
            edits: EditStates::fold(device(STORE), &entries),
            raising: Raising::default(),
        }
    }

    /// Adds a record that was made here, as a phone does.
    fn add(&mut self, entry: Entry) {
        self.edits.add(&entry);
        if !self.records.add(entry) {
            self.raising = Raising::default();
        }
    }

    fn inputs<'h>(&'h self, life: &'h Life, scope: Scope) -> CareInputs<'h> {
        CareInputs {
            records: &self.records,
            plan: &self.plan,
            complete_from: alongside_domain::time::Moment(i64::MIN),
            heard: &life.heard,
            known: &self.known,
            catalogue: Catalogue::built_in(),
            scope,
            now: life.now,
        }
    }

    fn together(&self, life: &Life) -> Together {
        let care = self.inputs(life, Scope::Whole);
        together(&TogetherInputs {
            care,
            plan: &self.shown,
            history: &self.history,
            waiting: &life.waiting,
            reviews: &reviews_opened(&care),
        })
    }

    /// The summaries of all weeks in all their versions, of what the server has.
    fn weeks(&self, life: &Life) -> Vec<(WeeklySummary, usize)> {
        let at_server = self.records.entries().iter().filter(|entry| !life.waiting.contains(&entry.id));
        let records = Records::of(at_server);
        let inputs = CareInputs { records: &records, ..self.inputs(life, Scope::Whole) };
        let mut found = Vec::new();
        for week in weeks(&self.plan, life.now) {
            let all = versions(&inputs, week);
            let summaries = all.iter().filter_map(|known_by| weekly(&inputs, week, *known_by));
            found.extend(summaries.map(|summary| (summary, all.len())));
        }
        found
    }

    /// What was met by a record that was just made.
    fn met_by(&mut self, life: &Life, id: RecordRef) -> Option<Vec<Escalation>> {
        let mut raising = std::mem::take(&mut self.raising);
        let inputs = self.inputs(life, Scope::Whole);
        let met = (!may_meet_beside_absences(&inputs, id)).then(|| raising.met_by(&inputs, id));
        self.raising = raising;
        met
    }

    /// What the fold of all says that the record has met.
    fn met_by_all(&self, life: &Life, id: RecordRef) -> Vec<Escalation> {
        let matched = self.records.root_of_match(Match::Record(id));
        let mut met = escalation::fold(&self.inputs(life, Scope::Whole)).list;
        met.retain(|one| one.is_open() && one.matches.iter().any(|found| found.matched == matched));
        met
    }
}

fn bytes(name: &str, view: impl Debug) -> String {
    format!("{name}: {view:?}")
}

/// Every view, in bytes that can be compared.
fn views(life: &Life, held: &Held) -> Vec<String> {
    let inputs = held.inputs(life, Scope::Whole);
    let notes_alone = Scope::Only(Shared::of(&[Category::CARE_NOTES, Category::PLAN]));
    let partners = held.inputs(life, notes_alone);
    let (escalations, entries) = (escalation::fold(&inputs), held.records.entries());
    let looks = Looks::of(entries, device(STORE));
    let told = PlanTold::of_view(emergency::list(), &held.shown);
    let signs = emergency_told::untold(&held.records, &told, (inputs.catalogue, emergency::list()), life.now);
    let together = held.together(life);
    let seen: Vec<_> = entries.iter().map(|entry| (held.known.at(entry), looks.seen(&entry.id))).collect();
    let news: Vec<_> =
        READERS.iter().map(|who| looks.news(staff(*who), entries, &held.edits, life.now)).collect();
    let said: Vec<_> = escalations.list.iter().map(|one| sbard::sbard(&inputs, &held.shown, one)).collect();
    let edits: Vec<_> = held.edits.edits().collect();
    let unseen = unseen_fates(&held.edits, &FateLooks::of(entries), |_| true, life.now);
    let of_authors: Vec<_> = READERS.iter().map(|who| fates_of(&held.edits, staff(*who))).collect();
    let needs: Vec<_> =
        READERS.iter().map(|who| Needs::of(&together, staff(*who), Role::Supervisor)).collect();
    let set = news2::last(&held.records).map(|set| news2::LastSet::of(&set, Some(Role::Nurse)));
    vec![
        bytes("history", entries),
        bytes("receipts", seen),
        bytes("news", news),
        bytes("plan", (&held.plan, &held.shown)),
        bytes("edits", edits),
        bytes("fates", (unseen, of_authors)),
        bytes("aligned", aligned::notes(&inputs, &escalations)),
        bytes("escalations", escalations),
        bytes("said", said),
        bytes("signs", signs),
        bytes("vital signs", set),
        bytes("latest", today::latest(&inputs)),
        bytes("visits", visits::fold(&inputs)),
        bytes(
            "today",
            visits::fold(&inputs).into_iter().filter(|visit| visit.is_about(life.now)).collect::<Vec<_>>(),
        ),
        bytes("day", PersonDay::of(&inputs)),
        bytes("weeks", held.weeks(life)),
        bytes("together", together),
        bytes("needs", needs),
        bytes(
            "a partner's",
            (escalation::fold(&partners), escalation::of_records(&partners), PersonDay::of(&partners)),
        ),
    ]
}

/// The records in another order, some of them again.
fn shuffled(entries: &[Entry], order: &[u32], again: &[prop::sample::Index]) -> Vec<Entry> {
    let again = again.iter().filter(|_| !entries.is_empty()).map(|index| index.get(entries).clone());
    let all: Vec<Entry> = entries.iter().cloned().chain(again).collect();
    let mut keyed: Vec<(u32, Entry)> = order.iter().cycle().copied().zip(all).collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, entry)| entry).collect()
}

fn order() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(any::<u32>(), 150)
}

fn again() -> impl Strategy<Value = Vec<prop::sample::Index>> {
    prop::collection::vec(any::<prop::sample::Index>(), 0..8)
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn every_view_is_the_same_in_any_order_and_with_any_repeats(
        steps in steps(), last in any::<[bool; 4]>(), order in order(), again in again(),
    ) {
        let life = life(&steps, last);
        let expected = views(&life, &Held::of(&life, &life.entries));
        let arrived = shuffled(&life.entries, &order, &again);
        for (shown, expected) in views(&life, &Held::of(&life, &arrived)).iter().zip(&expected) {
            prop_assert_eq!(shown, expected);
        }
    }

    /// What a sync has brought is read at once; what is made on a phone after that is added to it, one by one.
    #[test]
    fn every_view_is_the_same_with_any_part_brought_at_once_and_the_rest_added_one_by_one(
        steps in steps(), last in any::<[bool; 4]>(), order in order(), again in again(),
        brought in any::<prop::sample::Index>(), in_order in any::<bool>(),
    ) {
        let life = life(&steps, last);
        let arrived = if in_order { life.entries.clone() } else { shuffled(&life.entries, &order, &again) };
        let is_of_store = |entry: &Entry| entry.id.author == device(STORE);
        let (mut here, mut made): (Vec<Entry>, Vec<Entry>) = arrived.into_iter().partition(is_of_store);
        here.extend(made.drain(..brought.index(made.len() + 1)));
        let mut held = Held::of(&life, &here);
        for entry in made {
            let id = entry.id;
            here.push(entry);
            held.add(corrected(&here).pop().expect("it is here"));
            if let Some(met) = held.met_by(&life, id) {
                prop_assert_eq!(met, held.met_by_all(&life, id), "{:?}", id);
            }
        }
        let expected = views(&life, &Held::of(&life, &life.entries));
        for (shown, expected) in views(&life, &held).iter().zip(&expected) {
            prop_assert_eq!(shown, expected);
        }
    }
}

/// How many of the cases have something.
fn share(name: &str, lives: &[(Life, Held)], at_least: usize, has: impl Fn(&Life, &Held) -> bool) {
    let found = lives.iter().filter(|(life, held)| has(life, held)).count() * 100 / lives.len();
    println!("measured: {found}% of the random lives have {name}");
    assert!(found >= at_least, "{found}% of the random lives have {name}: fewer than {at_least}%");
}

/// A property over cases in which nothing happens holds for nothing.
#[test]
fn random_lives_hold_what_can_go_wrong() {
    let (mut runner, cases) = (TestRunner::deterministic(), (steps(), any::<[bool; 4]>()));
    let mut lives = Vec::new();
    for _ in 0..300 {
        let (steps, last) = cases.new_tree(&mut runner).expect("a case").current();
        let life = life(&steps, last);
        let held = Held::of(&life, &life.entries);
        lives.push((life, held));
    }
    let all = |life: &Life, held: &Held| escalation::fold(&held.inputs(life, Scope::Whole)).list;
    for code in ["fate", "looked", "contact_attempt", "response", "closing"] {
        share(code, &lives, 35, |life, _| life.entries.iter().any(|entry| entry.body.code() == code));
    }
    share("a corrected time", &lives, 25, |_, held| {
        held.records.entries().iter().any(|entry| entry.effective != entry.header.recorded)
    });
    share("a wrong time that stands", &lives, 8, |life, held| {
        held.records
            .entries()
            .iter()
            .any(|entry| entry.effective < at("3-19 00:00") || entry.effective > life.now)
    });
    share("a time that came after what it is about", &lives, 25, |_, held| {
        held.records.entries().iter().any(|entry| held.known.at(entry) > entry.effective)
    });
    share("what the server does not have", &lives, 25, |life, _| !life.waiting.is_empty());
    share("an escalation", &lives, 50, |life, held| !all(life, held).is_empty());
    share("one of a record", &lives, 50, |life, held| {
        all(life, held).iter().any(|one| matches!(one.raised_by, Match::Record(_)))
    });
    share("one that was answered", &lives, 30, |life, held| {
        all(life, held).iter().any(|one| one.response_minutes.is_some())
    });
    share("one that was closed", &lives, 30, |life, held| {
        all(life, held).iter().any(|one| one.closed.is_some())
    });
    share("one by an earlier plan", &lives, 1, |life, held| {
        all(life, held).iter().any(Escalation::had_earlier_plan)
    });
    share("a promise", &lives, 20, |life, held| all(life, held).iter().any(|one| one.promise.is_some()));
    share("a visit that somebody came to", &lives, 50, |life, held| {
        visits::fold(&held.inputs(life, Scope::Whole)).iter().any(Visit::happened)
    });
    share("a visit that was missed", &lives, 25, |life, held| {
        let visits = visits::fold(&held.inputs(life, Scope::Whole));
        visits.iter().any(|visit| matches!(visit.state, VisitState::Missed { .. }))
    });
    share("a week with versions", &lives, 25, |life, held| held.weeks(life).iter().any(|(_, of)| *of > 1));
    share("a week that proposes more care", &lives, 10, |life, held| {
        held.weeks(life).iter().any(|(week, _)| week.proposal.rule.is_some())
    });
    share("a goal with a level", &lives, 10, |life, held| {
        let weeks = held.weeks(life);
        let mut goals = weeks.iter().flat_map(|(week, _)| &week.goals);
        goals.any(|goal| goal.state != GoalState::TooFew)
    });
    share("a deadline", &lives, 25, |life, held| !held.together(life).deadlines.is_empty());
    share("an edit that waits", &lives, 25, |_, held| {
        held.edits.edits().any(|(_, edit)| matches!(edit.state(), EditState::Held { .. }))
    });
}
