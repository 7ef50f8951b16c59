//! The views of a carer's day do not depend on the order or the repeats in which records arrive.

use crate::cases::cases;
use crate::day::*;
use crate::support::*;
use alongside_domain::care::records::Records;
use alongside_domain::day::{handover, help, lone_worker, not_safe};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::*;
use alongside_domain::journal::{Body, Entry, RecordRef};
use proptest::prelude::*;

/// One thing that happens: (what, who, minute of the day, a number).
type Step = (u8, u8, u16, u8);

fn step() -> impl Strategy<Value = Step> {
    (0..12_u8, 1..4_u8, 480..1000_u16, 0..12_u8)
}

const STEPS: [NoReplyStep; 6] = [
    NoReplyStep::Knock,
    NoReplyStep::Ring,
    NoReplyStep::Look,
    NoReplyStep::KeySafe,
    NoReplyStep::Family,
    NoReplyStep::Office,
];

fn world(steps: &[Step]) -> World {
    let mut world = World::with(TURN_6H, "same_day");
    rostered(&mut world, 1, "2 09:00", AMINA, true);
    let mut notes: Vec<RecordRef> = Vec::new();
    for (what, who, minute, number) in steps {
        let when = |minute: u16| format!("2 {:02}:{:02}", minute / 60, minute % 60);
        let (who, now) = (*who, when(*minute));
        match what {
            0 => notes.push(write(&mut world, who, &now, "a note")),
            1 | 2 if !notes.is_empty() => {
                let note = notes[usize::from(*number) % notes.len()];
                read(&mut world, who, &now, note);
            }
            3 | 4 => drop(tried(&mut world, who, &now, STEPS[usize::from(number % 6)], StepResult::NoReply)),
            5 => drop(located(&mut world, who, &now)),
            6 => drop(runs_late(&mut world, who, &now, &when(minute + 30))),
            7 => drop(leaves(&mut world, who, &now, &when(minute + 20))),
            8 => drop(world.arrive(who, &now, 1, VisitKind::Care)),
            9 => {
                let not_done = (!number.is_multiple_of(2)).then(|| "no time".to_owned());
                let tasks = vec![TaskDone { action: entry_id("wash"), not_done }];
                world.add(who, &now, &now, Body::VisitLeft(VisitLeft { visit: visit_id(1), tasks }));
            }
            10 => {
                let (action, why) = (entry_id("shower"), "loose".to_owned());
                let flag = NotSafeToday { visit: None, action, why, told: None };
                world.add(who, &now, &now, Body::NotSafeToday(flag));
            }
            _ => world.heard(who, &now),
        }
    }
    world
}

/// Every view, in words that can be compared.
fn all(world: &World) -> String {
    let now = "2 16:00";
    let notes = world.at(now, |inputs| handover::fold(inputs.records));
    let flags = world.at(now, |inputs| not_safe::of_day(inputs.records, at(now).local_day()));
    let mut there: Vec<_> = at_visits(world, now).into_iter().map(|one| (PersonId([7; 16]), one)).collect();
    lone_worker::settle(&mut there, &[]);
    format!(
        "{notes:?} {flags:?} {there:?} {:?} {:?} {:?}",
        searches(world, now),
        lates(world, now),
        shared(world, now)
    )
}

/// The entries in another order, with some of them again.
fn shuffled(entries: &[Entry], order: &[u32], repeated: &[prop::sample::Index]) -> Vec<Entry> {
    let mut keyed: Vec<(u32, Entry)> = order.iter().cycle().copied().zip(entries.to_vec()).collect();
    keyed.sort_by_key(|(key, _)| *key);
    let mut arrived: Vec<Entry> = keyed.into_iter().map(|(_, entry)| entry).collect();
    arrived.extend(repeated.iter().map(|index| index.get(entries).clone()));
    arrived
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn views_of_the_day_do_not_depend_on_the_order_or_the_repeats_of_arrival(
        steps in prop::collection::vec(step(), 1..24),
        order in prop::collection::vec(any::<u32>(), 40),
        repeated in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let told = world(&steps);
        let mut arrived = told.clone();
        arrived.entries = shuffled(&told.entries, &order, &repeated);
        prop_assert_eq!(all(&arrived), all(&told));
    }

    #[test]
    fn handover_and_search_are_the_same_record_by_record_as_all_at_once(
        steps in prop::collection::vec(step(), 1..16),
        order in prop::collection::vec(any::<u32>(), 40),
    ) {
        let told = world(&steps);
        let mut grown = Records::default();
        for entry in shuffled(&told.entries, &order, &[]) {
            grown.add(entry);
        }
        let whole = Records::of(&told.entries);
        prop_assert_eq!(handover::fold(&grown), handover::fold(&whole));
        prop_assert_eq!(
            alongside_domain::day::no_reply::fold(&grown),
            alongside_domain::day::no_reply::fold(&whole)
        );
    }

    #[test]
    fn every_step_and_every_note_is_in_one_place(steps in prop::collection::vec(step(), 1..24)) {
        let world = world(&steps);
        let made = |code: &str| world.entries.iter().filter(|entry| entry.body.code() == code).count();
        let searches = searches(&world, "2 16:00");
        let shown: usize = searches.iter().map(|search| search.steps.len()).sum();
        prop_assert_eq!(shown, made("no_reply_tried"), "no step is lost, none is shown twice");
        prop_assert!(searches.iter().filter(|search| search.is_open()).count() <= 1, "one visit, one open search");
        let notes = world.at("2 16:00", |inputs| handover::fold(inputs.records));
        prop_assert_eq!(notes.len(), made("handover_note"));
    }

    #[test]
    fn calls_for_help_are_the_same_in_any_order(
        said in prop::collection::vec((0..3_u8, 1..4_u8, 480..900_u16), 1..16),
        order in prop::collection::vec(any::<u32>(), 20),
        repeated in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let mut world = World::new();
        let mut calls = Vec::new();
        for (what, who, minute) in said {
            let now = format!("2 {:02}:{:02}", minute / 60, minute % 60);
            if what == 0 || calls.is_empty() {
                calls.push((who, world.add(who, &now, &now, Body::HelpAsked(HelpAsked { visit: None }))));
            } else {
                let (by, help) = calls[usize::from(minute) % calls.len()];
                let safe = CarerSafe { staff: staff(by), help: Some(help), visit: None, how: "rang".into() };
                world.add(SAM, &now, &now, Body::CarerSafe(safe));
            }
        }
        let arrived = shuffled(&world.entries, &order, &repeated);
        prop_assert_eq!(help::calls(&arrived), help::calls(&world.entries));
    }
}
