//! What a carer reads out: true, short, and without a word that is not an observation.

use crate::support::*;
use alongside_domain::care::escalation;
use alongside_domain::care::sbard::{Sbard, sbard};
use alongside_domain::journal::Body;
use alongside_domain::journal::body::Observation;
use alongside_domain::plan::edit::Section;

fn plan() -> PlanText {
    let says = fields(&[
        ("name", "Pain at rest up by 2 or more within 48 hours"),
        ("condition", PAIN_UP_2),
        ("contact", "district_nursing"),
        ("urgency", "same_day"),
        ("say", "Pain at rest has gone up."),
        ("meanwhile", "Leave the dressing."),
        ("agreed_by", "Beth"),
    ]);
    let safety =
        fields(&[("full_name", "Mrs Grace Okafor"), ("blood_thinner", "yes"), ("insulin", "not_recorded")]);
    PlanText::default().set(Section::Triggers, "T2", says).set(Section::Safety, "main", safety)
}

/// The text for the only escalation of the world.
fn text_of(world: &World, now: &str) -> Sbard {
    world.at(now, |inputs| {
        let escalations = escalation::fold(inputs);
        assert_eq!(escalations.list.len(), 1);
        sbard(inputs, &plan().view, &escalations.list[0])
    })
}

fn world() -> World {
    let mut world = World::new();
    world.plan(1, "2 09:00", plan());
    world.seen.version = 1;
    world.pain(BETH, "2 11:05", "2");
    let body = Observation {
        note: Some("looks infected".to_owned()),
        quoted: Some("it burns".to_owned()),
        ..observation("wound_dressed", &[("pain_rest", "4")])
    };
    world.add(AMINA, "3 12:40", "3 12:41", Body::Observation(body));
    world
}

#[test]
fn the_text_says_who_what_was_seen_and_what_the_plan_asks_for() {
    let text = text_of(&world(), "3 12:45");
    assert_eq!(
        text.situation,
        [
            "I am ringing about Mrs Grace Okafor.",
            "Pain at rest up by 2 or more within 48 hours. This was met on Tue 3 Mar 12:41."
        ]
    );
    assert_eq!(text.background, ["Blood-thinner: yes.", "This was agreed in advance by Beth."]);
    assert_eq!(
        text.assessment,
        [
            "Tue 3 Mar 12:40: Wound, dressing on, pain at rest: 4, where it was 2 on Mon 2 Mar 11:05.",
            "In their own words: “it burns”."
        ]
    );
    assert_eq!(
        text.recommendation,
        [
            "Pain at rest has gone up.",
            "Please tell us what to do by Tue 3 Mar 23:59.",
            "Until then: Leave the dressing."
        ]
    );
}

#[test]
fn a_note_of_the_carer_is_never_read_out() {
    let text = format!("{:?}", text_of(&world(), "3 12:45"));
    assert!(!text.contains("infected"), "{text}");
}

#[test]
fn what_was_answered_stands_with_what_is_to_be_read_back() {
    let mut world = world();
    let record = world.entries[1].id;
    world.answer(AMINA, "3 12:55", about("T2", record), None);
    let text = text_of(&world, "3 13:00");
    assert_eq!(text.decision[0], "Tue 3 Mar 12:55, Beth: “I will come”");
    assert_eq!(text.decision.len(), 2);
}

#[test]
fn of_two_versions_both_are_said() {
    let values: &[(&str, &[&str])] = &[
        ("full_name", &["Mrs Grace Okafor", "Grace Okafor"]),
        ("allergies", &["penicillin", "latex"]),
        ("blood_thinner", &["not_recorded", "yes"]),
        ("cpr_form", &["held", "not_recorded", "none"]),
    ];
    let view = view_of(Section::Safety, "main", values);
    let text = world().at("3 12:45", |inputs| sbard(inputs, &view, &escalation::fold(inputs).list[0]));
    assert_eq!(text.situation[0], "I am ringing about Mrs Grace Okafor.");
    assert_eq!(
        text.background[..3],
        [
            "Allergies: two versions: penicillin / latex.",
            "CPR or ReSPECT form: 3 versions: held / not recorded / none.",
            "Blood-thinner: two versions: not recorded / yes."
        ]
    );
}
