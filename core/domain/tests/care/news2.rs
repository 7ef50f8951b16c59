//! NEWS2: the points on both sides of every edge of every part, the bands, and when there is no score.

use crate::support::{AMINA, BETH, World, observation};
use alongside_domain::care::catalogue::{Catalogue, FieldType};
use alongside_domain::care::news2::{self, Band, LastSet, News2, NoScore, Part, Points};
use alongside_domain::ids::StaffId;
use alongside_domain::journal::Body;
use alongside_domain::journal::body::{ReasonAbsent, Role};
use alongside_domain::value::{Decimal, Fields, Value};

/// A set that scores 0.
fn well() -> Fields {
    let values = [
        ("resp_rate", "16"),
        ("spo2", "97"),
        ("air_or_oxygen", "air"),
        ("spo2_scale", "scale_1"),
        ("systolic", "120"),
        ("pulse", "70"),
        ("acvpu", "alert"),
    ];
    let mut seen = observation(news2::KIND, &values);
    seen.fields.insert("temperature".to_owned(), tenths(370));
    assert_eq!(Catalogue::built_in().check(&seen), Ok(()));
    seen.fields
}

fn tenths(digits: i64) -> Value {
    Value::Decimal(Decimal { digits, places: 1 })
}

fn with(changes: &[(&str, Value)]) -> Fields {
    let mut fields = well();
    fields.extend(changes.iter().map(|(field, value)| ((*field).to_owned(), value.clone())));
    fields
}

fn score(changes: &[(&str, Value)]) -> News2 {
    news2::score(&with(changes), true).expect("the set is complete")
}

/// The points of one part at each of some values; nothing else has points.
fn edges(field: &str, value: fn(i64) -> Value, of: fn(Points) -> u8, cases: &[(i64, u8)]) {
    for (number, expected) in cases {
        let found = score(&[(field, value(*number))]);
        assert_eq!((of(found.points), found.total), (*expected, *expected), "{field} {number}");
    }
}

#[test]
fn breaths_in_a_minute() {
    let cases = [(0, 3), (8, 3), (9, 1), (11, 1), (12, 0), (20, 0), (21, 2), (24, 2), (25, 3), (80, 3)];
    edges("resp_rate", Value::Int, |points| points.resp_rate, &cases);
}

#[test]
fn systolic_blood_pressure() {
    let cases =
        [(30, 3), (90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0), (219, 0), (220, 3), (300, 3)];
    edges("systolic", Value::Int, |points| points.systolic, &cases);
}

#[test]
fn pulse() {
    let cases = [
        (0, 3),
        (40, 3),
        (41, 1),
        (50, 1),
        (51, 0),
        (90, 0),
        (91, 1),
        (110, 1),
        (111, 2),
        (130, 2),
        (131, 3),
        (300, 3),
    ];
    edges("pulse", Value::Int, |points| points.pulse, &cases);
}

#[test]
fn temperature_in_tenths_of_a_degree() {
    let cases =
        [(250, 3), (350, 3), (351, 1), (360, 1), (361, 0), (380, 0), (381, 1), (390, 1), (391, 2), (450, 2)];
    edges("temperature", tenths, |points| points.temperature, &cases);
}

#[test]
fn a_temperature_is_compared_exactly_however_it_is_written() {
    let points = |value| score(&[("temperature", value)]).points.temperature;
    let hundredths = |digits| Value::Decimal(Decimal { digits, places: 2 });
    assert_eq!([points(Value::Int(38)), points(hundredths(3800)), points(hundredths(3810))], [0, 0, 1]);
}

#[test]
fn consciousness() {
    let cases = [("alert", 0), ("new_confusion", 3), ("voice", 3), ("pain", 3), ("unresponsive", 3)];
    for (code, expected) in cases {
        let found = score(&[("acvpu", Value::text(code))]);
        assert_eq!((found.points.consciousness, found.total), (expected, expected), "{code}");
    }
    let rule = Catalogue::built_in().field(news2::KIND, "acvpu").expect("the catalogue has it");
    let FieldType::Codes(codes) = &rule.holds else { panic!("it has codes") };
    assert!(codes.iter().map(|code| code.code.as_str()).eq(cases.map(|(code, _)| code)));
}

/// The points of saturation, on one scale, on air or oxygen. Oxygen itself has 2 points.
fn saturations(scale: &str, breathes: &str, cases: &[(i64, u8)]) {
    let oxygen = if breathes == "oxygen" { 2 } else { 0 };
    for (spo2, expected) in cases {
        let found = score(&[
            ("spo2_scale", Value::text(scale)),
            ("scale_set_by", Value::text("Dr Rao")),
            ("air_or_oxygen", Value::text(breathes)),
            ("spo2", Value::Int(*spo2)),
        ]);
        let points = (found.points.spo2, found.points.oxygen, found.total);
        assert_eq!(points, (*expected, oxygen, expected + oxygen), "{scale} {breathes} {spo2}");
    }
}

#[test]
fn saturation_on_scale_1_is_the_same_on_air_and_on_oxygen() {
    let cases = [(40, 3), (91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0), (100, 0)];
    saturations("scale_1", "air", &cases);
    saturations("scale_1", "oxygen", &cases);
}

#[test]
fn saturation_on_scale_2_can_be_too_high_on_oxygen_only() {
    let low = [(40, 3), (83, 3), (84, 2), (85, 2), (86, 1), (87, 1), (88, 0), (92, 0)];
    saturations("scale_2", "air", &low);
    saturations("scale_2", "oxygen", &low);
    saturations("scale_2", "air", &[(93, 0), (94, 0), (95, 0), (96, 0), (97, 0), (100, 0)]);
    saturations("scale_2", "oxygen", &[(93, 1), (94, 1), (95, 2), (96, 2), (97, 3), (100, 3)]);
}

/// What differs from a set that scores 0; the total, whether a part has 3 points, the band.
type Scored<'a> = (&'a [(&'static str, Value)], u8, bool, Band);

#[test]
fn the_total_and_a_single_three_give_the_band() {
    let int = |field: &'static str, number| (field, Value::Int(number));
    let cases: &[Scored<'_>] = &[
        (&[], 0, false, Band::Zero),
        (&[int("pulse", 91)], 1, false, Band::Low),
        (&[int("resp_rate", 21), int("systolic", 100)], 4, false, Band::Low),
        (&[int("resp_rate", 25)], 3, true, Band::LowMedium),
        (&[int("resp_rate", 25), int("pulse", 91)], 4, true, Band::LowMedium),
        (&[int("resp_rate", 21), int("systolic", 100), int("pulse", 91)], 5, false, Band::Medium),
        (&[int("resp_rate", 25), int("pulse", 111)], 5, true, Band::Medium),
        (&[int("resp_rate", 21), int("systolic", 100), int("pulse", 111)], 6, false, Band::Medium),
        (&[int("resp_rate", 25), int("systolic", 90)], 6, true, Band::Medium),
        (&[int("resp_rate", 25), int("systolic", 90), int("pulse", 91)], 7, true, Band::High),
        (
            &[int("resp_rate", 21), int("systolic", 100), int("pulse", 111), int("spo2", 95)],
            7,
            false,
            Band::High,
        ),
    ];
    for (changes, total, single_three, band) in cases {
        let found = score(changes);
        assert_eq!(
            (found.total, found.single_three, found.band),
            (*total, *single_three, *band),
            "{changes:?}"
        );
    }
    let worst = [
        int("resp_rate", 30),
        int("spo2", 80),
        ("air_or_oxygen", Value::text("oxygen")),
        int("systolic", 80),
        int("pulse", 140),
        ("acvpu", Value::text("unresponsive")),
        ("temperature", tenths(340)),
    ];
    assert_eq!(score(&worst).total, 20);
}

#[test]
fn each_part_that_is_missing_is_named_and_gives_no_score() {
    let parts = [
        Part::RespRate,
        Part::Spo2,
        Part::AirOrOxygen,
        Part::Spo2Scale,
        Part::Systolic,
        Part::Pulse,
        Part::Acvpu,
        Part::Temperature,
    ];
    for part in parts {
        let mut fields = well();
        fields.remove(part.field()).expect("the whole set has it");
        assert_eq!(news2::score(&fields, true), Err(NoScore::Missing(vec![part])));
        assert!(Catalogue::built_in().field(news2::KIND, part.field()).is_some());
    }
    assert_eq!(news2::score(&Fields::new(), true), Err(NoScore::Missing(parts.to_vec())));
}

#[test]
fn a_value_that_cannot_be_read_is_missing() {
    let fields = with(&[("pulse", Value::text("70")), ("acvpu", Value::text("drowsy"))]);
    let error = news2::score(&fields, true).expect_err("two parts cannot be read");
    assert_eq!(error, NoScore::Missing(vec![Part::Pulse, Part::Acvpu]));
    assert_eq!(error.to_string(), "parts are missing: pulse, acvpu");
}

#[test]
fn scale_2_needs_the_name_of_the_clinician_who_set_it() {
    let scale_2 = ("spo2_scale", Value::text("scale_2"));
    let by = |name: &str| news2::score(&with(&[scale_2.clone(), ("scale_set_by", Value::text(name))]), true);
    let missing = Err(NoScore::Missing(vec![Part::ScaleSetBy]));
    assert_eq!(news2::score(&with(std::slice::from_ref(&scale_2)), true), missing);
    assert_eq!(by(" "), missing);
    assert!(by("Dr Rao").is_ok());
}

#[test]
fn who_is_not_trained_for_vital_signs_gets_no_score() {
    assert_eq!(news2::score(&well(), false), Err(NoScore::NotTrained));
    assert_eq!(news2::score(&Fields::new(), false), Err(NoScore::NotTrained));
}

#[test]
fn the_last_set_is_scored_for_a_nurse_and_of_a_carer_it_is_said_why_not() {
    let mut world = World::new();
    assert_eq!(last_of(&world), None);
    let set = |changes: &[(&str, Value)]| {
        let mut seen = observation(news2::KIND, &[]);
        seen.fields = with(changes);
        Body::Observation(seen)
    };
    let of_nurse = world.add(BETH, "3 09:00", "3 09:00", set(&[("pulse", Value::Int(95))]));
    let last = |world: &World| last_of(world).expect("a set");
    assert_eq!((last(&world).record, last(&world).score.expect("a score").total), (of_nurse, 1));
    let of_carer = world.add(AMINA, "3 10:00", "3 10:00", set(&[]));
    let (record, no_score) = (last(&world).record, last(&world).no_score);
    assert_eq!(
        (record, no_score.as_deref()),
        (of_carer, Some("whoever recorded it is not trained for vital signs"))
    );
    world.declined(BETH, "3 11:00", news2::KIND, ReasonAbsent::Declined);
    assert_eq!(last(&world).record, of_carer, "what was declined is no set");
}

/// Beth is a nurse, and anybody else a carer.
fn last_of(world: &World) -> Option<LastSet> {
    world.at("3 12:00", |inputs| {
        let set = news2::last(inputs.records)?;
        let is_nurse = set.entry.header.by == StaffId([BETH; 16]);
        Some(LastSet::of(&set, Some(if is_nurse { Role::Nurse } else { Role::Carer })))
    })
}
