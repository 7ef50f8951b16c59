//! What each reader has looked at.

use crate::cases::cases;
use crate::support::*;
use alongside_domain::care::looks::{Looks, SITTING_MS};
use alongside_domain::ids::{AuthorId, Epoch};
use alongside_domain::journal::body::{Fate, FateOutcome, Looked, PlanEdit, Role, ShownRun};
use alongside_domain::journal::{Body, Channel, Entry, PlanSeen, RecordRef};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::states::EditStates;
use alongside_domain::value::Value;
use proptest::prelude::*;

fn look_at(world: &mut World, who: Who, when: &str) {
    let looks = Looks::of(&world.entries, device(STORE));
    let shown = looks.to_show(staff(who), &world.entries);
    world.add(who, when, when, Body::Looked(Looked { role: None, shown, fates: None, told: None }));
}

fn news(world: &World, who: Who, now: &str) -> Vec<RecordRef> {
    let states = EditStates::fold(device(STORE), &world.entries);
    Looks::of(&world.entries, device(STORE)).news(staff(who), &world.entries, &states, at(now)).records
}

fn names(entries: &[Entry]) -> Vec<RecordRef> {
    entries.iter().map(|entry| entry.id).collect()
}

#[test]
fn what_others_recorded_is_new_until_a_later_reading() {
    let mut world = World::new();
    world.pain(AMINA, "2 10:00", "3");
    look_at(&mut world, BETH, "2 12:00");
    let early = world.entries.len();
    world.pain(AMINA, "2 18:00", "4");
    world.pain(BETH, "2 19:00", "4");
    assert_eq!(news(&world, BETH, "3 09:00"), names(&world.entries[early..=early]));

    look_at(&mut world, BETH, "3 09:00");
    assert_eq!(news(&world, BETH, "3 09:20").len(), 1, "still at the same reading");
    let later = at("3 09:00").plus_ms(SITTING_MS + 1);
    assert_eq!(news(&world, BETH, &format!("{}:01", shown(later))), vec![]);
}

#[test]
fn a_late_record_is_new_although_it_was_made_before_the_look() {
    let mut world = World::new();
    world.pain(AMINA, "2 10:00", "3");
    let late = world.entries.clone();
    look_at(&mut world, BETH, "2 12:00");
    let look = world.entries.pop().expect("she looked");
    world.pain(JOEL, "2 09:00", "8");
    world.entries.push(look);
    assert_eq!(news(&world, BETH, "3 09:00").len(), 1);
    assert!(!news(&world, BETH, "3 09:00").contains(&late[0].id));
}

#[test]
fn only_whoever_was_shown_a_record_has_seen_it_and_a_look_is_no_news() {
    let mut world = World::new();
    world.pain(AMINA, "2 10:00", "3");
    look_at(&mut world, BETH, "2 12:00");
    let looks = Looks::of(&world.entries, device(STORE));
    let seen: Vec<_> = looks.seen(&world.entries[0].id).iter().map(|seen| (seen.by, seen.at)).collect();
    assert_eq!(seen, [(staff(BETH), at("2 12:00"))]);

    assert_eq!(looks.to_show(staff(BETH), &world.entries), vec![], "her own look shows her nothing");
    look_at(&mut world, SAM, "2 13:00");
    let looks = Looks::of(&world.entries, device(STORE));
    assert_eq!(looks.to_show(staff(BETH), &world.entries), vec![], "nor does another's");
}

#[test]
fn only_the_store_says_what_a_reader_does() {
    let mut world = World::new();
    world.pain(AMINA, "2 10:00", "3");
    let id = world.entries[0].id;
    let shown = vec![ShownRun { author: id.author, epoch: id.epoch, first: 1, last: 1 }];
    let claims = Body::Looked(Looked { role: Some(Role::Nurse), shown, fates: None, told: None });
    world.add(JOEL, "2 12:00", "2 12:00", claims.clone());
    let role = |world: &World| Looks::of(&world.entries, device(STORE)).seen(&id)[0].role;
    assert_eq!(role(&world), None);
    let mut of_the_store = world.entries.pop().expect("the claim");
    of_the_store.id.author = device(STORE);
    world.entries.push(of_the_store);
    assert_eq!(role(&world), Some(Role::Nurse));
}

#[test]
fn an_accepted_edit_of_somebody_else_is_news_with_its_reason() {
    let mut world = World::new();
    look_at(&mut world, AMINA, "2 08:00");
    let command = Command::SetField {
        section: Section::About,
        entry: entry_id("main"),
        field: "routines".to_owned(),
        value: Value::text("tea at seven"),
    };
    let edit = PlanEdit { base: PlanSeen::default(), commands: vec![command], reason: "she said so".into() };
    world.add(SAM, "2 10:00", "2 10:00", Body::PlanEdit(edit));
    let id = world.entries.last().expect("the edit").id;
    let outcome = FateOutcome::Accepted { version: 4 };
    world.add(STORE, "2 10:01", "2 10:01", Body::Fate(Fate { edit: id, outcome, by: None }));
    let states = EditStates::fold(device(STORE), &world.entries);
    let looks = Looks::of(&world.entries, device(STORE));
    let news = |who, now| looks.news(staff(who), &world.entries, &states, at(now));
    let found = news(AMINA, "3 08:00");
    assert_eq!(found.since, Some(at("2 08:00")));
    let told: Vec<_> = found.plan.iter().map(|one| (one.version, one.by, one.reason.as_str())).collect();
    assert_eq!(told, [(4, staff(SAM), "she said so")]);
    assert_eq!(found.plan[0].touched[0].field.as_deref(), Some("routines"));
    assert_eq!(news(JOEL, "3 08:00").since, None, "who never looked is told nothing apart");
}

#[test]
fn a_look_names_a_bounded_number_of_runs() {
    let entries: Vec<Entry> = (0..300_u64)
        .map(|number| {
            let mut world = World::new();
            world.pain(AMINA, "2 10:00", "3");
            let mut entry = world.entries.remove(0);
            let epoch = Epoch(number.to_be_bytes());
            entry.id = RecordRef { author: AuthorId([7; 16]), epoch, number: 1, channel: Channel::Care };
            entry
        })
        .collect();
    let shown = Looks::default().to_show(staff(BETH), &entries);
    assert_eq!(shown.len(), Looked::SHOWN_MAX);
}

proptest! {
    #![proptest_config(cases(1_000))]

    /// Runs as they are written name exactly the records that are here, and a look at them leaves nothing to show.
    #[test]
    fn a_look_covers_what_is_here_and_nothing_else(numbers in prop::collection::btree_set(1_u64..40, 1..20)) {
        let mut world = World::new();
        world.pain(AMINA, "2 10:00", "3");
        let one = world.entries.remove(0);
        let entries: Vec<Entry> = numbers.iter().map(|number| {
            let mut entry = one.clone();
            entry.id.number = *number;
            entry
        }).collect();
        let shown = Looks::default().to_show(staff(BETH), &entries);
        let named: Vec<u64> = shown.iter().flat_map(|run| run.first..=run.last).collect();
        prop_assert_eq!(named, numbers.into_iter().collect::<Vec<_>>());
        world.entries = entries;
        world.add(BETH, "2 12:00", "2 12:00", Body::Looked(Looked { role: None, shown, fates: None, told: None }));
        let looks = Looks::of(&world.entries, device(STORE));
        prop_assert_eq!(looks.to_show(staff(BETH), &world.entries), vec![]);
    }
}
