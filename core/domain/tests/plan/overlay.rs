//! Rules of the overlay: what an author sees is what the store will make of it.

use crate::cases::cases;
use crate::people::*;
use crate::support::{EPOCH, STORE, record};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::journal::Entry;
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::view::PlanView;
use alongside_domain::plan::{EditStates, PlanDocument, overlay};
use proptest::prelude::*;

fn unmarked(mut view: PlanView) -> PlanView {
    view.version = 0;
    let entries = view.sections.values_mut().flat_map(|entries| entries.values_mut());
    entries.flat_map(|entry| entry.fields.values_mut()).for_each(|field| field.unconfirmed = false);
    view
}

#[test]
fn own_edits_show_at_once_and_are_marked() {
    let world = World::new();
    let v1 = world.plan.version();
    let made = [
        edit_of(NURSE, 1, (v1, None), vec![likelihood("R", 2)]),
        edit_of(NURSE, 2, (v1, Some(1)), vec![likelihood("R", 3)]),
    ];
    let seen = overlay(&world.plan, &world.states, &made, Catalogue::built_in(), &who);
    let risk = &seen.view.entries(Section::Risks)[0].1.fields;
    assert_eq!(risk["likelihood_nursing"].value().to_string(), "3");
    assert!(risk["likelihood_nursing"].unconfirmed && !risk["text"].unconfirmed);
    assert_eq!((seen.view.version, seen.own_edit), (v1, Some(own(NURSE, 2))));
    assert_eq!(world.plan.version(), v1);
}

#[test]
fn a_proposal_is_listed_and_not_shown_as_if_it_stood_in_the_plan() {
    let world = World::new();
    let v1 = world.plan.version();
    let made = [
        edit_of(NURSE, 1, (v1, None), vec![likelihood("R", 2)]),
        edit_of(NURSE, 2, (v1, Some(1)), vec![measures("R", "rails")]),
    ];
    let seen = overlay(&world.plan, &world.states, &made, Catalogue::built_in(), &who);
    assert_eq!(seen.held.iter().map(|held| held.edit).collect::<Vec<_>>(), [record(NURSE, 2)]);
    // The next edit stands on what she sees, so the proposal does not hold it back.
    assert_eq!(seen.own_edit, Some(own(NURSE, 1)));
    assert!(!seen.view.entries(Section::Risks)[0].1.fields.contains_key("measures"));
}

#[test]
fn what_the_store_has_decided_is_not_shown_twice() {
    let mut world = World::new();
    let v1 = world.plan.version();
    let own = [edit_of(NURSE, 1, (v1, None), vec![likelihood("R", 2)])];
    world.send(&own);
    world.send(&[edit_of(NURSE, 2, (world.plan.version(), None), vec![likelihood("R", 5)])]);
    let seen = overlay(&world.plan, &world.states, &own, Catalogue::built_in(), &who);
    assert_eq!((seen.view, seen.own_edit), (world.plan.view(), None));
}

/// One step: who, which command, how far back the base is.
pub type Step = (u8, u8, i64, usize);

fn command_of((_, kind, value, _): Step) -> Command {
    let name = ["R", "S"][value as usize % 2];
    match kind {
        0 => measures(name, &format!("words {value}")),
        1 => likelihood(name, value % 5 + 1),
        2 => add_risk(name),
        3 => routine(&format!("words {value}")),
        4 => Command::RetireEntry { section: Section::Risks, entry: crate::support::entry(name) },
        _ => Command::MoveEntry { section: Section::Risks, entry: crate::support::entry(name), order: value },
    }
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = prop::sample::select(vec![CARER, NURSE, SUPERVISOR, MANAGER]);
    prop::collection::vec((who, 0..6_u8, 0..6_i64, 0..6_usize), 1..24)
}

/// A version `back` versions ago.
fn base_of(world: &World, back: usize) -> u64 {
    let versions: Vec<u64> = std::iter::once(0).chain(world.plan.versions()).collect();
    versions[versions.len().saturating_sub(back + 1)]
}

pub fn canonical(steps: &[Step]) -> World {
    let mut world = World::new();
    for (number, step) in steps.iter().enumerate() {
        let base = base_of(&world, step.3);
        let number = number as u64 + 10;
        world.send(&[edit_of(step.0, number, (base, None), vec![command_of(*step)])]);
    }
    world
}

/// Edits that one author makes on a phone, each on what the overlay shows.
fn own_edits(world: &World, author: u8, steps: &[Step]) -> Vec<Entry> {
    let version = base_of(world, steps[0].3);
    let mut own: Vec<Entry> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let own_edit = overlay(&world.plan, &world.states, &own, Catalogue::built_in(), &who)
            .own_edit
            .map(|own| own.number);
        own.push(edit_of(author, 100 + index as u64, (version, own_edit), vec![command_of(*step)]));
    }
    own
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn an_author_sees_what_the_store_makes_of_her_edits(before in steps(), own in steps()) {
        let mut world = canonical(&before);
        let author = own[0].0;
        let own = own_edits(&world, author, &own);
        let seen = overlay(&world.plan, &world.states, &own, Catalogue::built_in(), &who);
        let mut cut = world.clone();
        world.send(&own);
        prop_assert_eq!(unmarked(seen.view.clone()), unmarked(world.plan.view()));
        // Page by page, or with one page confirmed and the rest still waiting: the same.
        let (first, rest) = own.split_at(own.len() / 2);
        cut.send(first);
        let half = overlay(&cut.plan, &cut.states, rest, Catalogue::built_in(), &who);
        prop_assert_eq!(unmarked(half.view), unmarked(seen.view));
    }

    #[test]
    fn any_edits_make_a_document_that_every_replica_loads_and_shows_alike(before in steps(), late in steps()) {
        let mut world = canonical(&before);
        for step in late {
            let page = [edit_of(step.0, 500 + world.next_number, (base_of(&world, step.3), None), vec![command_of(step)])];
            world.send(&page);
        }
        let saved = world.plan.save();
        let replica = world.replica();
        prop_assert!(replica.save() == saved);
        let loaded = PlanDocument::load(&saved, STORE, EPOCH);
        let loaded = loaded.expect("what the store saved");
        for version in world.plan.versions() {
            prop_assert_eq!(loaded.view_at(version), replica.view_at(version));
        }
        prop_assert!(loaded.save() == saved);
    }

    #[test]
    fn what_a_replay_does_not_name_is_as_it_was(before in steps()) {
        let world = canonical(&before);
        let mut replica = PlanDocument::new(STORE, EPOCH);
        let taken = replica.replay(world.changes()).expect("the store's own records");
        prop_assert!(taken.iter().map(|one| one.version).eq(world.plan.versions()));
        let mut last = PlanView::default();
        for one in taken {
            let view = replica.view_at(one.version);
            for section in Section::ALL {
                let mut of_section = view.clone();
                of_section.sections.retain(|other, _| *other == section);
                prop_assert_eq!(&replica.view_of(&[section], one.version), &of_section);
                let is_as_it_was = last.sections.get(&section) == view.sections.get(&section);
                prop_assert!(is_as_it_was || one.sections.contains(&section));
            }
            last = view;
        }
    }

    #[test]
    fn states_do_not_depend_on_the_order_of_entries(before in steps(), seed in any::<u64>()) {
        let world = canonical(&before);
        let mut shuffled = world.entries.clone();
        shuffled.sort_by_key(|entry| (entry.id.number.wrapping_mul(seed | 1), entry.id));
        shuffled.extend(world.entries.iter().take(3).cloned());
        let folded = EditStates::fold(STORE, &shuffled);
        let straight = EditStates::fold(STORE, &world.entries);
        prop_assert!(folded.edits().eq(straight.edits()));
    }
}
