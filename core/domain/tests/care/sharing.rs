//! What of a person's record a partner organisation reads.

use crate::cases::cases;
use alongside_domain::access::channels_read;
use alongside_domain::ids::{AuthorId, Epoch, StaffId};
use alongside_domain::journal::body::Role;
use alongside_domain::journal::{Category, Channel, RecordRef};
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::view::{Candidate, EntryView, FieldView, PlanView};
use alongside_domain::sharing::{Reader, SHAREABLE, Scope, Shared, Sharing, Why, partner, sharing};
use alongside_domain::time::Moment;
use alongside_domain::value::Value;
use chrono::NaiveDate;
use proptest::prelude::*;
use std::collections::BTreeMap;

const NORTHSIDE: &str = "Northside Community Nursing";
const LOG: Category = Category::CONTACT_LOG;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a real day")
}

fn value(text: &str) -> Value {
    match text {
        "yes" => Value::Bool(true),
        "no" => Value::Bool(false),
        _ => Value::text(text),
    }
}

/// A field on whose value people differ where there are several.
fn field(values: &[&str]) -> FieldView {
    let edit =
        RecordRef { author: AuthorId([1; 16]), epoch: Epoch([1; 8]), number: 1, channel: Channel::Care };
    let candidate =
        |text: &&str| Candidate { value: value(text), author: StaffId([1; 16]), at: Moment(0), edit };
    FieldView { candidates: values.iter().map(candidate).collect(), unconfirmed: false }
}

fn agreement(category: &str, fields: &[(&str, &str)]) -> EntryView {
    let own = [("organisation", NORTHSIDE), ("category", category)];
    let fields = own.iter().chain(fields).map(|(code, text)| ((*code).to_owned(), field(&[text])));
    EntryView { order: 0, fields: fields.collect() }
}

fn plan(entries: Vec<EntryView>) -> PlanView {
    let named = entries.into_iter().enumerate();
    let entries: BTreeMap<_, _> =
        named.map(|(at, entry)| (format!("s{at}").parse().expect("a plain name"), entry)).collect();
    PlanView { version: 1, sections: [(Section::Sharing, entries)].into() }
}

fn seen_by(role: Role, entries: &[EntryView]) -> Sharing {
    let reader = Reader { role, partner: Some(NORTHSIDE) };
    sharing(&plan(entries.to_vec()), &reader, day("2026-03-02"))
}

fn why(role: Role, entries: &[EntryView]) -> Why {
    let all = seen_by(role, entries).why;
    all.into_iter().find(|(category, _)| *category == LOG).expect("each category has a reason").1
}

#[test]
fn the_providers_own_staff_read_all_that_their_role_gives_whatever_is_recorded() {
    let objects = agreement("all", &[("objects", "yes")]);
    let reader = Reader { role: Role::Carer, partner: partner("larkfield  homecare", "Larkfield Homecare") };
    assert_eq!(sharing(&plan(vec![objects]), &reader, day("2026-03-02")), Sharing::own());
    assert!(Scope::Whole.reads(Category(99)) && Scope::Whole.reads(Category::OFFICE));
}

#[test]
fn what_nobody_has_recorded_blanks_no_one_who_gives_direct_care_and_everybody_else_of_a_partner() {
    for (role, expected) in [
        (Role::Nurse, Why::DirectCare),
        (Role::Therapist, Why::DirectCare),
        (Role::SocialWorker, Why::DirectCare),
        (Role::Carer, Why::NotRecorded),
        (Role::Supervisor, Why::NotRecorded),
        (Role::Manager, Why::NotRecorded),
    ] {
        assert_eq!(why(role, &[]), expected, "{role:?}");
        let basis_alone = agreement("contact_log", &[("basis", "public_task"), ("ground", "not_recorded")]);
        assert_eq!(why(role, &[basis_alone]), expected, "{role:?}: a basis is no ground");
    }
}

#[test]
fn a_ground_is_for_its_category_and_its_organisation() {
    let ground = agreement("contact_log", &[("ground", "explicit_consent")]);
    let read = seen_by(Role::Manager, std::slice::from_ref(&ground));
    assert_eq!(read.scope, Scope::Only(Shared::of(&[LOG])));
    assert_eq!(read.withheld().count(), 3);
    let reader = Reader { role: Role::Manager, partner: Some("Northside Council") };
    assert!(sharing(&plan(vec![ground]), &reader, day("2026-03-02")).scope.is_nothing());
    let all = agreement("all", &[("ground", "direct_care")]);
    assert_eq!(seen_by(Role::Manager, &[all]).withheld().count(), 0);
}

#[test]
fn an_objection_counts_for_direct_care_too_until_it_is_overridden_with_how_it_was_handled() {
    let with = |fields: &[(&str, &str)]| {
        let fields = [&[("ground", "direct_care"), ("objects", "yes")], fields].concat();
        why(Role::Nurse, &[agreement("contact_log", &fields)])
    };
    assert_eq!(with(&[]), Why::Objection);
    assert_eq!(with(&[("overridden", "yes")]), Why::Objection, "without a word on how it was handled");
    assert_eq!(with(&[("overridden", "yes"), ("handled", " ")]), Why::Objection);
    assert_eq!(with(&[("handled", "talked it over")]), Why::Objection, "handled, and not overridden");
    assert_eq!(with(&[("overridden", "yes"), ("handled", "others are at risk")]), Why::Ground);
}

#[test]
fn an_objection_counts_wherever_it_stands() {
    let ground = agreement("contact_log", &[("ground", "direct_care")]);
    let to_all = agreement("all", &[("objects", "yes")]);
    let ended = agreement("contact_log", &[("objects", "yes"), ("ends_on", "2026-01-01")]);
    assert_eq!(why(Role::Nurse, &[ground.clone(), to_all]), Why::Objection);
    assert_eq!(why(Role::Nurse, &[ground, ended]), Why::Objection, "an end ends what was agreed, not a no");
}

#[test]
fn sharing_ends_after_its_last_local_day() {
    let entries =
        plan(vec![agreement("contact_log", &[("ground", "direct_care"), ("ends_on", "2026-03-29")])]);
    let reader = Reader { role: Role::Nurse, partner: Some(NORTHSIDE) };
    let on = |moment: i64| sharing(&entries, &reader, Moment(moment).local_day()).scope.reads(LOG);
    // The clocks go forward on that day, which ends at 23:00 UTC.
    let midnight = 1_774_825_200_000;
    assert!(on(midnight - 1));
    assert!(!on(midnight));
}

#[test]
fn a_new_entry_renews_what_has_ended_and_what_is_said_of_a_category_decides_about_it() {
    let ended = agreement("contact_log", &[("ground", "direct_care"), ("ends_on", "2026-03-01")]);
    assert_eq!(why(Role::Nurse, std::slice::from_ref(&ended)), Why::Ended);
    let renewed = agreement("contact_log", &[("ground", "direct_care")]);
    assert_eq!(why(Role::Nurse, &[ended.clone(), renewed]), Why::Ground);
    let all = agreement("all", &[("ground", "direct_care")]);
    assert_eq!(why(Role::Nurse, &[ended, all]), Why::Ended);
}

#[test]
fn while_people_differ_the_strictest_counts() {
    let with = |code: &str, values: &[&str]| {
        let mut entry = agreement("contact_log", &[("ground", "direct_care")]);
        entry.fields.insert(code.to_owned(), field(values));
        why(Role::Manager, &[entry])
    };
    assert_eq!(with("objects", &["no", "yes"]), Why::Objection);
    assert_eq!(with("ground", &["direct_care", "not_recorded"]), Why::NotRecorded);
    assert_eq!(with("ends_on", &["2027-01-01", "2026-01-01"]), Why::Ended);
    assert_eq!(with("organisation", &[NORTHSIDE, "Northside Council"]), Why::NotRecorded);
    assert_eq!(with("retired", &["yes"]), Why::NotRecorded);
}

#[test]
fn nothing_shares_what_cannot_be_shared() {
    let read = seen_by(Role::Manager, &[agreement("all", &[("ground", "statute")])]).scope;
    for category in [Category(0), Category(99), Category::OFFICE, Category::RESTRICTED] {
        assert!(!read.reads(category), "{category:?}");
    }
    assert_eq!(channels_read(Role::Manager, read), [Channel::Care]);
    assert_eq!(channels_read(Role::Manager, Scope::Whole), [Channel::Care, Channel::Office]);
    assert!(read.reads(Category::ADMINISTRATION), "the times of what is read");
    assert!(!Scope::Only(Shared::default()).reads(Category::ADMINISTRATION));
}

#[test]
fn an_access_list_says_the_scope_and_what_it_cannot_know_is_left_out() {
    for scope in [Scope::Whole, Scope::Only(Shared::of(&[LOG])), Scope::Only(Shared::default())] {
        assert_eq!(Scope::of_list(scope.to_list().as_deref()), scope);
    }
    assert_eq!(Scope::of_list(Some(&[Category(99), LOG])), Scope::Only(Shared::of(&[LOG])));
}

fn entries() -> impl Strategy<Value = Vec<EntryView>> {
    let words = |choices: &'static [&'static str]| {
        prop_oneof![Just(None), proptest::sample::subsequence(choices, 1..=choices.len()).prop_map(Some)]
    };
    let organisation = words(&["Northside Community Nursing", "Northside Council"]);
    let category = words(&["care_notes", "visits", "contact_log", "plan", "all"]);
    let ground = words(&["direct_care", "statute", "not_recorded"]);
    let flags = (words(&["yes", "no"]), words(&["yes", "no"]), words(&["talked it over", ""]));
    let ends = words(&["2026-03-01", "2026-03-02", "2027-01-01", "soon"]);
    let entry = (organisation, category, ground, flags, ends).prop_map(
        |(organisation, category, ground, (objects, overridden, handled), ends)| {
            let named = [
                ("organisation", organisation),
                ("category", category),
                ("ground", ground),
                ("objects", objects),
                ("overridden", overridden),
                ("handled", handled),
                ("ends_on", ends),
            ];
            let fields = named.into_iter().filter_map(|(code, of)| Some((code.to_owned(), field(&of?))));
            EntryView { order: 0, fields: fields.collect() }
        },
    );
    proptest::collection::vec(entry, 0..4)
}

fn roles() -> impl Strategy<Value = Role> {
    proptest::sample::select(Role::ALL.to_vec())
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn an_objection_or_an_end_never_widens_what_is_read(
        before in entries(), role in roles(), place in 0_usize..4, end in "2026-0[1-4]-0[1-9]",
    ) {
        let (mut objected, mut ended) = (before.clone(), before.clone());
        if before.is_empty() {
            objected.push(agreement("all", &[("objects", "yes")]));
        } else {
            let at = place % before.len();
            objected[at].fields.insert("objects".to_owned(), field(&["yes"]));
            // An end beside none, or earlier than there was.
            ended[at].fields.entry("ends_on".to_owned()).or_insert_with(|| field(&[&end]));
        }
        let read = seen_by(role, &before).scope;
        for narrowed in [seen_by(role, &objected).scope, seen_by(role, &ended).scope] {
            for (category, _) in SHAREABLE {
                prop_assert!(read.reads(category) || !narrowed.reads(category), "{category:?}");
            }
        }
    }

    #[test]
    fn a_later_day_never_widens_what_is_read(before in entries(), role in roles(), days in 0_u64..500) {
        let on = |days| {
            let reader = Reader { role, partner: Some(NORTHSIDE) };
            sharing(&plan(before.clone()), &reader, day("2026-02-20") + chrono::Days::new(days)).scope
        };
        for (category, _) in SHAREABLE {
            prop_assert!(on(0).reads(category) || !on(days).reads(category));
        }
    }

    #[test]
    fn the_providers_own_staff_are_never_narrowed(before in entries(), role in roles()) {
        let reader = Reader { role, partner: None };
        prop_assert_eq!(sharing(&plan(before), &reader, day("2026-03-02")), Sharing::own());
    }
}
