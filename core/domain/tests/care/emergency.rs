//! Emergency signs: which records are one, with which plan, and whom to ring first.

use crate::support::*;
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::emergency::{self, CallFirst, FirstCall, PlanFact, PlanSays, Sign};
use alongside_domain::care::emergency_plan::PlanTold;
use alongside_domain::care::emergency_told;
use alongside_domain::journal::Body;
use alongside_domain::journal::body::{Communication, Means, Observation, ReasonAbsent, Role};
use alongside_domain::plan::edit::Section;

fn fact(field: &str, is: &str) -> PlanFact {
    PlanFact { section: Section::Safety, field: field.to_owned(), is: is.to_owned() }
}

fn signs(plan: PlanSays<'_>, observation: &Observation) -> Vec<Sign> {
    let catalogue = Catalogue::built_in();
    assert_eq!(catalogue.check(observation), Ok(()), "a sign is seen in what can be recorded");
    emergency::signs(catalogue, emergency::list(), plan, observation)
}

fn check(facts: &[PlanFact], observation: &Observation, expected: &[&str]) {
    let found = signs(PlanSays { facts, call_first: None }, observation);
    let codes: Vec<&str> = found.iter().map(|sign| sign.code.as_str()).collect();
    assert_eq!(codes, expected, "{observation:?}");
    assert!(found.iter().all(|sign| sign.first_call == FirstCall::NineNineNine));
}

fn at_site(site: &str, observation: Observation) -> Observation {
    Observation { site: Some(site.to_owned()), ..observation }
}

/// A kind, its values, and the signs that they are.
type Recorded = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

#[test]
fn what_is_recorded_is_a_sign_without_any_plan() {
    let cases: &[Recorded] = &[
        ("alertness", &[("awake", "not_waking")], &["not_waking"]),
        ("alertness", &[("awake", "hard_to_wake"), ("new_muddle", "yes")], &[]),
        ("vital_signs", &[("acvpu", "unresponsive")], &["not_waking"]),
        ("vital_signs", &[("acvpu", "pain")], &[]),
        ("breathing", &[("breath", "gasping")], &["not_breathing_normally"]),
        ("breathing", &[("breath", "none"), ("lips_skin", "blue")], &["not_breathing_normally", "blue_lips"]),
        ("breathing", &[("breath", "short_talking"), ("lips_skin", "mottled")], &[]),
        ("swallowing", &[("choking", "yes")], &["choking"]),
        ("swallowing", &[("choking", "no"), ("cough_drinking", "yes")], &[]),
        ("swallowing", &[("blue", "yes")], &["blue_lips"]),
        ("breathing", &[("chest_pain", "yes")], &["chest_pain"]),
        ("stroke_signs", &[("face", "left")], &["face_arm_speech"]),
        ("stroke_signs", &[("arm", "right")], &["face_arm_speech"]),
        ("stroke_signs", &[("speech", "wrong_words")], &["face_arm_speech"]),
        ("stroke_signs", &[("face", "usual"), ("arm", "usual"), ("speech", "usual")], &[]),
        ("wound_dressed", &[("bleeding", "heavy")], &["heavy_bleeding"]),
        ("wound_seen", &[("bleeding", "heavy")], &["heavy_bleeding"]),
        ("mark_injury", &[("mark", "cut"), ("bleeding", "heavy")], &["heavy_bleeding"]),
        ("mark_injury", &[("mark", "cut"), ("bleeding", "steady")], &[]),
        ("alertness", &[("jerking", "yes")], &["fit"]),
        ("mood", &[("about_to_end_life", "yes")], &["about_to_end_life"]),
        ("mood", &[("wants_to_die", "yes")], &[]),
    ];
    for (kind, values, expected) in cases {
        check(&[], &observation(kind, values), expected);
    }
}

#[test]
fn pain_is_a_sign_in_the_chest_only() {
    let pain = |values: &[(&str, &str)]| observation("pain", values);
    check(&[], &at_site("chest", pain(&[("score", "1")])), &["chest_pain"]);
    check(&[], &at_site("chest", pain(&[("grimace", "yes")])), &["chest_pain"]);
    check(&[], &at_site("chest", pain(&[("score", "0"), ("grimace", "no")])), &[]);
    check(&[], &at_site("left_heel", pain(&[("score", "10")])), &[]);
    check(&[], &pain(&[("score", "10")]), &[]);
}

#[test]
fn a_head_injury_is_a_sign_on_a_blood_thinner() {
    let thinner = [fact("blood_thinner", "yes")];
    let fall = |more: &[(&str, &str)]| {
        observation("fall", &[&[("how_learned", "found"), ("head_hit", "yes")], more].concat())
    };
    check(&thinner, &fall(&[]), &["head_injury_blood_thinner"]);
    check(&[], &fall(&[("blood_thinner_in_plan", "yes")]), &["head_injury_blood_thinner"]);
    check(&[fact("blood_thinner", "no")], &fall(&[("blood_thinner_in_plan", "no")]), &[]);
    let both = [fact("blood_thinner", "no"), fact("blood_thinner", "yes")];
    check(&both, &fall(&[]), &["head_injury_blood_thinner"]);
    let not_hit = observation("fall", &[("how_learned", "found"), ("head_hit", "no")]);
    check(&thinner, &not_hit, &[]);
    let bruise = observation("mark_injury", &[("mark", "bruise")]);
    check(&thinner, &at_site("back_of_head", bruise.clone()), &["head_injury_blood_thinner"]);
    check(&thinner, &at_site("left_arm", bruise.clone()), &[]);
    check(&[], &at_site("head", bruise), &[]);
}

#[test]
fn a_blocked_catheter_is_a_sign_with_a_spinal_injury_and_a_pounding_headache() {
    let blocked = observation("bladder", &[("catheter_draining", "no"), ("pounding_headache", "yes")]);
    let spinal = [fact("spinal_injury", "yes")];
    check(&spinal, &blocked, &["blocked_catheter_spinal_injury"]);
    check(&[], &blocked, &[]);
    check(&spinal, &observation("bladder", &[("catheter_draining", "no")]), &[]);
    check(&spinal, &observation("bladder", &[("pounding_headache", "yes")]), &[]);
}

#[test]
fn a_fit_is_no_sign_where_the_plan_says_what_to_do() {
    let fit = observation("alertness", &[("jerking", "yes")]);
    check(&[fact("fit_plan", "yes")], &fit, &[]);
    check(&[fact("fit_plan", "no")], &fit, &["fit"]);
    let not_waking = observation("alertness", &[("jerking", "yes"), ("awake", "not_waking")]);
    check(&[fact("fit_plan", "yes")], &not_waking, &["not_waking"]);
}

#[test]
fn nothing_seen_is_no_sign() {
    for reason in [ReasonAbsent::Asleep, ReasonAbsent::NoAccess] {
        let seen = Observation { absent: Some(reason), ..observation("alertness", &[]) };
        check(&[], &seen, &[]);
    }
}

#[test]
fn another_call_comes_first_only_where_a_clinician_wrote_it_and_the_answer_says_so() {
    let hospice = CallFirst::new(entry_id("hospice"), "Dr Rao", Role::Nurse).expect("a nurse wrote it");
    let seen = observation("breathing", &[("chest_pain", "yes")]);
    let found = signs(PlanSays { facts: &[], call_first: Some(&hospice) }, &seen);
    let [sign] = &found[..] else { panic!("one sign: {found:?}") };
    assert_eq!(sign.first_call, FirstCall::PlanSays(hospice));
    assert_eq!(sign.signed_off, None, "as shipped nobody has signed it off");
    assert!(CallFirst::new(entry_id("hospice"), "Sam", Role::Supervisor).is_err());
}

#[test]
fn every_way_of_every_sign_is_met_by_something_that_can_be_recorded() {
    for sign in &emergency::list().signs {
        for way in &sign.matches {
            let mut seen = observation(way.when.leaves()[0].kind(), &[]);
            for leaf in way.when.leaves() {
                let alongside_domain::care::condition::Leaf::Compare(compare) = leaf else {
                    panic!("{}: compares only", sign.code)
                };
                seen.fields.insert(compare.field.clone(), compare.value.values()[0].clone());
            }
            if seen.kind == "fall" {
                seen.fields.extend(observation("fall", &[("how_learned", "told")]).fields);
            }
            if seen.kind == "mark_injury" {
                seen.fields.extend(observation("mark_injury", &[("mark", "cut")]).fields);
            }
            seen.site = way.sites.first().cloned();
            let found = signs(PlanSays { facts: &way.plan, call_first: None }, &seen);
            assert!(found.iter().any(|found| found.code == sign.code), "{} {way:?}", sign.code);
        }
    }
}

fn told(safety: &[(&str, &[&str])], observation: &Observation) -> Vec<(String, FirstCall)> {
    let view = view_of(Section::Safety, "main", safety);
    let told = PlanTold::of_view(emergency::list(), &view);
    let signs = told.signs(Catalogue::built_in(), emergency::list(), observation);
    signs.into_iter().map(|sign| (sign.code, sign.first_call)).collect()
}

#[test]
fn while_people_differ_the_plan_raises_alarms_and_silences_none() {
    let head = observation("fall", &[("head_hit", "yes")]);
    let fit = observation("alertness", &[("jerking", "yes")]);
    let codes = |safety: &[(&str, &[&str])], seen: &Observation| -> Vec<String> {
        told(safety, seen).into_iter().map(|(code, _)| code).collect()
    };
    assert_eq!(codes(&[("blood_thinner", &["no"])], &head), Vec::<String>::new());
    assert_eq!(codes(&[("blood_thinner", &["no", "yes"])], &head), ["head_injury_blood_thinner"]);
    assert_eq!(codes(&[("fit_plan", &["yes"])], &fit), Vec::<String>::new());
    assert_eq!(codes(&[("fit_plan", &["yes", "no"])], &fit), ["fit"]);
}

#[test]
fn the_plan_puts_another_call_first_only_where_nobody_differs_about_it() {
    let grey = observation("breathing", &[("chest_pain", "yes")]);
    let first = |contact: &[&str]| {
        let safety: [(&str, &[&str]); 2] = [("call_first", contact), ("call_first_agreed_by", &["Dr Rao"])];
        told(&safety, &grey).remove(0).1
    };
    let hospice = CallFirst::new(entry_id("hospice"), "Dr Rao", Role::Nurse).expect("a clinician");
    assert_eq!(first(&["hospice"]), FirstCall::PlanSays(hospice));
    assert_eq!(first(&["hospice", "gp"]), FirstCall::NineNineNine);
}

/// When the signs were seen of which no call is noted.
fn untold(world: &World) -> Vec<String> {
    let plan = PlanTold::of_unread(emergency::list());
    let found = world.at("1 23:59", |inputs| {
        emergency_told::untold(inputs.records, &plan, (Catalogue::built_in(), emergency::list()), inputs.now)
    });
    found.iter().map(|one| format!("{} {}", one.sign.code, shown(one.seen))).collect()
}

fn call(world: &mut World, when: &str, purpose: &str) {
    let (with, purpose, said) = ("999".to_owned(), purpose.to_owned(), "on their way".to_owned());
    let call = Communication { with, means: Means::Phone, purpose, said };
    world.add(JOEL, when, when, Body::Communication(call));
}

fn chest_pain() -> World {
    let mut world = World::new();
    world.see(AMINA, "1 10:00", "breathing", &[("chest_pain", "yes")]);
    world
}

#[test]
fn a_sign_is_untold_until_anybody_has_noted_a_call_about_it() {
    let mut world = chest_pain();
    world.see(AMINA, "1 10:05", "breathing", &[("chest_pain", "no")]);
    assert_eq!(untold(&world), ["chest_pain 1 10:00"], "that it is over tells nobody");
    call(&mut world, "1 10:06", "about her tablets");
    call(&mut world, "1 10:07", "Chest pain (no answer)");
    assert_eq!(untold(&world), ["chest_pain 1 10:00"], "another call, and one that nobody answered");
    call(&mut world, "1 10:10", "Chest pain");
    assert_eq!(untold(&world), [""; 0]);
    world.see(AMINA, "1 12:00", "breathing", &[("chest_pain", "yes")]);
    assert_eq!(untold(&world), ["chest_pain 1 12:00"], "it came again");
}

#[test]
fn who_rings_first_and_records_after_has_told_it() {
    let mut world = chest_pain();
    call(&mut world, "1 09:30", "Chest pain");
    assert_eq!(untold(&world), [""; 0]);
    let mut world = chest_pain();
    call(&mut world, "1 09:29", "Chest pain");
    assert_eq!(untold(&world), ["chest_pain 1 10:00"], "that call was about an earlier one");
}

#[test]
fn a_correction_takes_a_sign_back_and_an_answer_about_what_it_met_tells_it() {
    let mut world = World::new();
    let seen = world.see(AMINA, "1 10:00", "breathing", &[("chest_pain", "yes")]);
    world.correct(AMINA, "1 10:00", "1 10:02", seen, observation("breathing", &[("chest_pain", "no")]));
    assert_eq!(untold(&world), [""; 0]);
    let mut world = World::new();
    let seen = world.see(AMINA, "1 10:00", "breathing", &[("chest_pain", "yes")]);
    world.answer(AMINA, "1 10:05", about("T", seen), None);
    assert_eq!(untold(&world), [""; 0]);
}
