//! The same records give the same answer, whatever order, batches and repeats they came in.

use crate::support::*;
use alongside_domain::care::aligned::AlignedNotes;
use alongside_domain::care::escalation::Escalations;
use alongside_domain::care::records::Records;
use alongside_domain::care::screen::may_have_met;
use alongside_domain::care::visits::Visit;
use alongside_domain::journal::body::{Match, ReasonAbsent, VisitKind};
use alongside_domain::journal::{Entry, RecordRef};
use proptest::prelude::*;

/// One thing that happens: (what, day, hour, a number).
type Step = (u8, u8, u8, u8);

fn step() -> impl Strategy<Value = Step> {
    (0..10_u8, 2..7_u8, 0..24_u8, 0..11_u8)
}

fn world(steps: &[Step]) -> World {
    let mut world = World::new();
    let text = |pain| {
        PlanText::default()
            .trigger("PAIN", pain, "district_nursing", "same_day")
            .trigger("MEALS", MEALS, "gp", "60")
            .trigger("TURN", TURN_6H, "gp", "next_visit")
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
            world.close(SAM, when, about("PAIN", last), "done");
            None
        }
        (8, Some(last)) => {
            world.attempt(who, when, about("PAIN", last), "gp", number.is_multiple_of(2));
            None
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
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

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
        for trigger in ["PAIN", "MEALS", "TURN"] {
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
    fn a_record_that_the_screen_lets_pass_has_met_no_trigger(steps in prop::collection::vec(step(), 1..40)) {
        let world = world(&steps);
        let all = world.entries.clone();
        for count in 1..=all.len() {
            let mut then = world.clone();
            then.entries.truncate(count);
            let id = all[count - 1].id;
            let may = then.at("7 12:00", |inputs| may_have_met(inputs, id));
            let found = then.escalations("7 12:00");
            let met = found.list.iter().flat_map(|one| &one.matches).any(|one| one.matched == Match::Record(id));
            prop_assert!(may || !met, "{:?}", all[count - 1]);
        }
    }
}
