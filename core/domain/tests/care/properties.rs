//! The same records give the same answer, whatever order, batches and repeats they came in.

use crate::cases::cases;
use crate::support::*;
use alongside_domain::care::CareInputs;
use alongside_domain::care::aligned::AlignedNotes;
use alongside_domain::care::escalation::{self, Escalation, Escalations, Raising, may_meet_beside_absences};
use alongside_domain::care::records::Records;
use alongside_domain::care::visits::Visit;
use alongside_domain::journal::body::{Match, ReasonAbsent, VisitKind};
use alongside_domain::journal::{Body, Entry, RecordRef};
use proptest::prelude::*;

/// One thing that happens: (what, day, hour, a number).
pub type Step = (u8, u8, u8, u8);

pub fn step() -> impl Strategy<Value = Step> {
    (0..11_u8, 2..7_u8, 0..24_u8, 0..11_u8)
}

pub fn world(steps: &[Step]) -> World {
    let mut world = World::new();
    let text = |pain| {
        PlanText::default()
            .trigger("PAIN", pain, "district_nursing", "same_day")
            .trigger("MEALS", MEALS, "gp", "60")
            .trigger("TURN", TURN_6H, "gp", "next_visit")
            .trigger("EITHER", WORSE_OR_SILENT, "gp", "next_visit")
    };
    world.plan(1, "1 00:00", text(PAIN_UP_2));
    world.plan(2, "4 12:00", text(PAIN_UP_1));
    let mut last: Option<RecordRef> = None;
    for (index, (what, day, hour, number)) in steps.iter().enumerate() {
        let when = format!("{day} {hour:02}:{:02}", index % 60);
        let who = 1 + number % 3;
        world.seen.version = u64::from(number % 3);
        let made = add(&mut world, *what, who, &when, *number, last);
        last = made.or(last);
    }
    world.heard(AMINA, "4 09:00");
    world
}

fn add(
    world: &mut World,
    what: u8,
    who: Who,
    when: &str,
    number: u8,
    last: Option<RecordRef>,
) -> Option<RecordRef> {
    let eaten = ["none", "quarter", "half"][usize::from(number % 3)];
    match (what, last) {
        (0..=2, _) => Some(world.pain(who, when, &number.min(10).to_string())),
        (3, _) => Some(world.see(who, when, "meal", &[("eaten", eaten)])),
        (4, _) => Some(world.declined(who, when, "meal", ReasonAbsent::Declined)),
        (5, _) => Some(world.see(who, when, "position", &[("to", "back")])),
        (6, Some(last)) => {
            let new = observation("wound_dressed", &[("pain_rest", &number.min(10).to_string())]);
            Some(world.correct(who, when, when, last, new))
        }
        (7, Some(last)) => {
            let trigger = if number.is_multiple_of(2) { "PAIN" } else { "EITHER" };
            world.close(SAM, when, about(trigger, last), "done");
            None
        }
        (8, Some(last)) => {
            world.attempt(who, when, about("PAIN", last), "gp", number.is_multiple_of(2));
            None
        }
        (10, _) => {
            let pain = observation("wound_dressed", &[("pain_rest", &number.min(10).to_string())]);
            let seen = format!("{} 00:30", when.split_once(' ').expect("day and time").0);
            Some(world.add(who, &seen, &format!("{when}:30"), Body::Observation(pain)))
        }
        (9, _) => {
            world.visit(number, VisitKind::Care, when, who);
            world.arrive(
                who,
                when,
                number,
                if number.is_multiple_of(4) { VisitKind::Clinical } else { VisitKind::Care },
            );
            None
        }
        _ => None,
    }
}

fn all(world: &World) -> (Escalations, Vec<Visit>, AlignedNotes) {
    (world.escalations("7 12:00"), world.visits("7 12:00"), world.aligned("7 12:00"))
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn views_do_not_depend_on_the_order_or_the_repeats_of_arrival(
        steps in prop::collection::vec(step(), 1..40),
        order in prop::collection::vec(any::<u32>(), 120),
        repeated in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
    ) {
        let told = world(&steps);
        let mut arrived = told.clone();
        let mut keyed: Vec<(u32, Entry)> = order.iter().cycle().copied().zip(told.entries.clone()).collect();
        keyed.sort_by_key(|(key, _)| *key);
        arrived.entries = keyed.into_iter().map(|(_, entry)| entry).collect();
        // A world in which nothing could happen has nothing to repeat.
        for index in repeated.into_iter().filter(|_| !told.entries.is_empty()) {
            let again = index.get(&told.entries).clone();
            arrived.entries.push(again);
        }
        prop_assert_eq!(all(&arrived), all(&told));
    }

    #[test]
    fn escalations_keep_their_shape(steps in prop::collection::vec(step(), 1..60)) {
        let world = world(&steps);
        let found = world.escalations("7 12:00");
        for trigger in ["PAIN", "MEALS", "TURN", "EITHER"] {
            let of: Vec<_> = found.of_trigger(trigger).filter(|e| !e.matches.is_empty()).collect();
            prop_assert!(of.iter().filter(|e| e.is_open()).count() <= 1, "at most one is open");
            for e in &of {
                prop_assert_eq!(e.raised, e.matches[0].raised);
                prop_assert!(e.matches.iter().all(|found| found.raised >= e.raised));
            }
        }
        let attempts: usize = found.list.iter().map(|e| e.attempts.len()).sum();
        let made = world.entries.iter().filter(|entry| entry.body.code() == "contact_attempt").count();
        prop_assert_eq!(attempts, made, "no attempt is lost");
        let closings: usize = found.list.iter().map(|e| usize::from(e.closed.is_some()) + e.closed_again.len()).sum();
        let made = world.entries.iter().filter(|entry| entry.body.code() == "closing").count();
        prop_assert_eq!(closings, made, "no closing is lost");
    }

    #[test]
    fn records_added_one_by_one_are_indexed_as_all_at_once(
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let world = world(&steps);
        let mut grown = Records::default();
        for (count, entry) in world.entries.iter().enumerate() {
            grown.add(entry.clone());
            let whole = Records::of(&world.entries[..=count]);
            prop_assert_eq!(format!("{grown:?}"), format!("{whole:?}"));
        }
    }

    #[test]
    fn what_a_record_meets_is_told_as_it_comes_as_by_the_fold_of_all(
        steps in prop::collection::vec(step(), 1..40),
        in_order in any::<bool>(),
    ) {
        let mut told = world(&steps);
        let mut entries = std::mem::take(&mut told.entries);
        if in_order {
            entries.sort_by_key(|entry| (entry.effective, entry.id));
        }
        let (mut records, mut raising) = (Records::default(), Raising::default());
        for entry in entries {
            let id = entry.id;
            told.entries.push(entry.clone());
            if !records.add(entry) {
                raising = Raising::default();
            }
            let (met, expected) = told.at("7 12:00", |inputs| {
                let met = CareInputs { records: &records, ..*inputs };
                let met = (!may_meet_beside_absences(&met, id)).then(|| raising.met_by(&met, id));
                (met, escalation::fold(inputs).list)
            });
            let Some(met) = met else { continue };
            let matched = records.root_of_match(Match::Record(id));
            let has = |one: &Escalation| one.is_open() && one.matches.iter().any(|of| of.matched == matched);
            let expected: Vec<Escalation> = expected.into_iter().filter(has).collect();
            prop_assert_eq!(met, expected, "{:?}", told.entries.last());
        }
    }
}
