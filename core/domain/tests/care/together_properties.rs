//! The view of shared work is the same bytes for the same plan and records, in whatever order and batches they came.

use crate::cases::cases;
use crate::support::*;
use crate::together::{FALL, Part, Shared, reordered};
use alongside_domain::care::CareInputs;
use alongside_domain::care::records::Records;
use alongside_domain::plan::edit::Section;
use alongside_domain::together::deadline::{DeadlineKind, DeadlineState};
use alongside_domain::together::history::PlanHistory;
use alongside_domain::together::view::{Together, TogetherInputs, together};
use proptest::prelude::*;

/// One thing that happens: (what, day of May, hour, a number).
type Step = (u8, u8, u8, u8);

fn step() -> impl Strategy<Value = Step> {
    (0..13_u8, 8..27_u8, 0..24_u8, 0..6_u8)
}

/// What each step does to the plan. Its number varies names, scores and days.
fn shared(steps: &[Step]) -> Shared {
    let mut shared = Shared::new();
    for (index, (what, day, hour, number)) in steps.iter().enumerate() {
        let when = format!("5-{day} {hour:02}:{:02}", index % 60);
        let later = format!("5-{} 12:00", day + number % 3 + 1);
        let known = if number % 2 == 0 { &when } else { &later };
        do_one(&mut shared, *what, *number, (&when, known));
    }
    shared
}

fn do_one(shared: &mut Shared, what: u8, number: u8, (when, known): (&str, &str)) {
    let who = [SAM, BETH, JOEL][usize::from(number % 3)];
    let name = ["a", "b"][usize::from(number % 2)];
    let score = (number % 5 + 1).to_string();
    let date = format!("2026-05-{:02}", 10 + number * 3);
    let mut edit = |section: Section, entry: &str, fields: &[(&str, &str)]| {
        let part: Part<'_> = (section, entry, fields);
        shared.edit_known(who, when, known, &[part]);
    };
    match what {
        0 => edit(
            Section::Risks,
            name,
            &[("text", "a risk"), ("likelihood_nursing", &score), ("owner", "Sam")],
        ),
        1 => edit(
            Section::Risks,
            name,
            &[("text", "a risk"), ("likelihood_provider", &score), ("review_when", FALL)],
        ),
        2 => edit(Section::Decisions, name, &[("text", "?"), ("whose", "services"), ("because", "risks/a")]),
        3 => edit(
            Section::Decisions,
            name,
            &[
                ("text", "?"),
                ("decision", &score),
                ("review_when", FALL),
                ("review_on", &date),
                ("right", "right"),
            ],
        ),
        4 => edit(
            Section::Rights,
            "right",
            &[("about", "x"), ("decides", ["nurse", "manager"][usize::from(number % 2)])],
        ),
        5 => edit(Section::Reviews, name, &[("text", "r"), ("because", "decisions/a"), ("last_held", &date)]),
        6 => edit(
            Section::Disputes,
            name,
            &[("text", "x"), ("check_on", &date), ("oversight_asked_on", &date)],
        ),
        7 => edit(Section::Referrals, "ref", &[("text", "x"), ("made_at", &format!("{date}T09:30"))]),
        8 => edit(
            Section::Assessments,
            name,
            &[
                ("text", "x"),
                ("due", "referral+24h"),
                ("from", "both"),
                ("referral", "ref"),
                ("health", &score),
            ],
        ),
        9 => edit(Section::Discharge, "main", &[("text", "x"), ("home_on", &date)]),
        10 => edit(
            Section::Discharge,
            name,
            &[
                ("text", "x"),
                ("owner", "Beth"),
                ("due", ["home-1d@12:00", "home@16:00"][usize::from(number % 2)]),
            ],
        ),
        11 => edit(Section::Discharge, name, &[("state", ["open", "done"][usize::from(number % 2)])]),
        _ => drop(shared.fall(when, known)),
    }
}

fn bytes(view: &Together) -> String {
    serde_json::to_string(view).expect("views have string keys only")
}

/// The view of records that were added one by one, and of versions that were pushed one by one.
fn grown(shared: &Shared, now: &str) -> Together {
    let (mut records, mut history) = (Records::default(), PlanHistory::default());
    for entry in &shared.world.entries {
        records.add(entry.clone());
    }
    for (accepted, view) in &shared.versions {
        history.push(*accepted, view);
    }
    shared.world.at(now, |care| {
        let care = CareInputs { records: &records, ..*care };
        together(&TogetherInputs {
            care,
            plan: &shared.view,
            history: &history,
            waiting: &shared.waiting,
            reviews: &[],
        })
    })
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn the_view_is_the_same_bytes_in_any_order_and_batching(
        steps in prop::collection::vec(step(), 1..14),
        order in prop::collection::vec(any::<u32>(), 60),
        repeated in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let told = shared(&steps);
        let mut arrived = reordered(&told, &order);
        for index in repeated {
            let entry = index.get(&told.world.entries).clone();
            arrived.world.entries.push(entry);
            let version = index.get(&told.versions).clone();
            arrived.versions.push(version);
        }
        let now = "5-28 12:00";
        let expected = bytes(&told.at(now));
        prop_assert_eq!(&bytes(&arrived.at(now)), &expected);
        prop_assert_eq!(&bytes(&grown(&told, now)), &expected);
    }

    #[test]
    fn deadlines_keep_their_shape(steps in prop::collection::vec(step(), 1..14)) {
        let (told, now) = (shared(&steps), "5-20 12:00");
        let view = told.at(now);
        for one in &view.deadlines {
            let late = |done| one.due.is_some_and(|due| done > due);
            let expected = match one.done {
                Some(done) if late(done.at) => DeadlineState::DoneLate,
                Some(_) => DeadlineState::DoneInTime,
                None if late(at(now)) => DeadlineState::Overdue,
                None => DeadlineState::Open,
            };
            prop_assert_eq!(one.state, expected);
        }
        for risk in &view.risks {
            let gaps = view.due(DeadlineKind::RiskGap).filter(|one| one.entry == risk.id).count();
            prop_assert_eq!(gaps, usize::from(risk.asks_for_decision), "a gap is one item");
        }
        for decision in &view.decisions {
            let of = decision.opened.iter().filter(|opened| opened.held.is_none()).count();
            prop_assert!(of <= 1, "at most one review of a decision is open");
        }
        let moved = view.discharge.iter().flat_map(|home| &home.items).filter_map(|item| item.moved.as_ref());
        prop_assert!(moved.into_iter().all(|moved| moved.from != moved.to));
    }
}
