//! An organisation's own kinds, added by data: recorded and waited for as those that ship, and never in their place.

use crate::support::observation;
use alongside_domain::care::catalogue::{
    ADDITIONS_BYTES_MAX, ADDITIONS_KINDS_MAX, ADDITIONS_LABELS_MAX, CODES_MAX, Catalogue, CatalogueError,
    FIELDS_MAX, LABEL_CHARS_MAX,
};
use alongside_domain::care::condition::Condition;
use alongside_domain::care::emergency;
use alongside_domain::care::labels::{ENGLISH, PSEUDO, labels as labels_that_ship, labels_with};
use alongside_domain::journal::body::Observation;

const OWN: &str = r#"{"version":3,"units":[{"code":"x_steps","label":"steps"}],
    "sites":[{"code":"x_stoma","label":"Stoma"}],"kinds":[{"code":"x_stoma_check","label":"Stoma check",
    "channel":"care","sites":["x_stoma","belly"],"absent":["declined"],"who":{"roles":["nurse","carer"]},
    "fields":[{"code":"output","label":"Output","type":{"int":{"min":0,"max":5000}},"unit":"ml","required":true},
    {"code":"colour","label":"Colour","type":{"codes":[{"code":"pink","label":"Pink"},
    {"code":"dark","label":"Dark"}]}}]}]}"#;

fn added(json: &str) -> Result<Catalogue, CatalogueError> {
    Catalogue::built_in().with_additions(json)
}

fn own() -> Catalogue {
    added(OWN).expect("it is sound")
}

#[test]
fn an_added_kind_is_recorded_as_those_that_ship() {
    let seen = Observation {
        site: Some("x_stoma".to_owned()),
        ..observation("x_stoma_check", &[("output", "250"), ("colour", "pink")])
    };
    assert_eq!(own().check(&seen), Ok(()));
    assert!(Catalogue::built_in().check(&seen).is_err());
    let wrong = own().check(&observation("x_stoma_check", &[("output", "5001")]));
    let reason = "x_stoma_check.output: the value is not allowed: give a whole number from 0 to 5000";
    assert_eq!(wrong.map_err(|error| error.to_string()), Err(reason.to_owned()));
    assert_eq!(own().check(&observation("pain", &[("score", "3")])), Ok(()));
}

#[test]
fn a_trigger_can_wait_for_an_added_kind() {
    let condition = r#"{"compare":{"kind":"x_stoma_check","field":"output","op":"at_least","value":2000}}"#;
    assert!(Condition::parse(condition, &own()).is_ok());
    assert!(Condition::parse(condition, Catalogue::built_in()).is_err());
}

#[test]
fn the_version_of_the_additions_is_kept_beside_that_of_the_catalogue() {
    assert_eq!((own().version, own().additions), (Catalogue::built_in().version, Some(3)));
    let again = serde_json::to_string(&own()).expect("a catalogue has string keys only");
    assert_eq!(Catalogue::load(&again), Ok(own()));
}

#[test]
fn a_clinical_safety_lead_signs_off_the_list_of_emergency_signs_as_it_stands_in_one_version() {
    let with = |signed: &str| added(&format!(r#"{{"version":1,"emergency_signs":{{"version":{signed}}}}}"#));
    let rao = r#""signed_off":{"by":"Dr Rao","on":"2026-03-02"}"#;
    let (signed, of_another) = (with(&format!("1,{rao}")).unwrap(), with(&format!("2,{rao}")).unwrap());
    let names = |catalogue: &Catalogue| -> Vec<Option<String>> {
        let signs = emergency::list().signed_off(catalogue).signs;
        signs.into_iter().map(|sign| sign.signed_off.map(|signed| signed.by)).collect()
    };
    assert!(names(&signed).iter().all(|by| by.as_deref() == Some("Dr Rao")));
    assert!(
        names(&of_another).iter().all(Option::is_none),
        "the list has changed since, or has not changed yet"
    );
    assert_eq!(signed.grows_from(Catalogue::built_in()), Ok(()));
    assert_eq!(
        of_another.grows_from(Catalogue::built_in()).map_err(|error| error.to_string()),
        Err("emergency_signs.version: the list that ships has version 1: sign off that one".to_owned())
    );
    for (wrong, why) in [
        (
            r#"1,"signed_off":{"by":" ","on":"2026-03-02"}"#,
            "emergency_signs.signed_off.by: must not be empty",
        ),
        (
            r#"1,"signed_off":{"by":"Dr Rao","on":"2 March"}"#,
            "emergency_signs.signed_off.on: give a day such as 2026-03-02",
        ),
    ] {
        assert_eq!(with(wrong).map_err(|error| error.to_string()), Err(why.to_owned()));
    }
}

#[test]
fn additions_are_made_once_to_the_catalogue_that_ships() {
    assert_eq!(own().with_additions(OWN), Err(CatalogueError::HasAdditions));
}

#[test]
fn what_ships_is_never_replaced_and_faults_name_their_place() {
    let cases = [
        (r#""x_stoma_check""#, r#""pain""#, "kinds.pain: a code of the organisation begins with x_"),
        (r#""code":"x_steps""#, r#""code":"min""#, "units.min: a code of the organisation begins with x_"),
        (
            r#""code":"x_stoma","#,
            r#""code":"belly","#,
            "sites.belly: a code of the organisation begins with x_",
        ),
        (
            r#""unit":"ml""#,
            r#""unit":"x_pints""#,
            "kinds.x_stoma_check.fields.output: x_pints is not declared",
        ),
        (r#""belly""#, r#""toe""#, "kinds.x_stoma_check.sites: toe is not declared"),
        (
            r#""code":"colour""#,
            r#""code":"output""#,
            "kinds.x_stoma_check.fields.output: the code is there twice",
        ),
        (
            r#""max":5000"#,
            r#""max":-1"#,
            "kinds.x_stoma_check.fields.output: the range is empty or has more than 9 places",
        ),
        (r#"{"roles":["nurse","carer"]}"#, r#"{"roles":[]}"#, "kinds.x_stoma_check.who: must not be empty"),
    ];
    for (from, to, reason) in cases {
        let error = added(&OWN.replacen(from, to, 1)).expect_err(to);
        assert_eq!(error.to_string(), reason);
    }
    assert!(matches!(added("{}"), Err(CatalogueError::Unreadable { line: 1, .. })));
    assert!(matches!(
        added(&OWN.replacen(r#""version":3"#, r#""version":3,"extra":1"#, 1)),
        Err(CatalogueError::Unreadable { .. })
    ));
}

/// Whether additions of these words may follow [`OWN`].
fn follows_own(from: &str, to: &str) -> Result<(), String> {
    let (json, was) = (OWN.replacen(r#""version":3"#, r#""version":4"#, 1), own());
    let later = added(&json.replacen(from, to, 1)).expect("sound by itself");
    later.grows_from(&was).map_err(|error| error.to_string())
}

#[test]
fn a_later_version_may_grow_and_be_worded_anew() {
    for (from, to) in [
        ("Stoma check", "Check of the stoma"),
        (r#""max":5000"#, r#""max":6000"#),
        (r#""belly"]"#, r#""belly","left_upper_leg"]"#),
        (r#""absent":["declined"]"#, r#""absent":["declined","asleep"]"#),
        (r#"["nurse","carer"]"#, r#"["nurse"]"#),
        (
            r#"{"code":"dark","label":"Dark"}"#,
            r#"{"code":"dark","label":"Dark"},{"code":"black","label":"Black"}"#,
        ),
        (
            r#""required":true},"#,
            r#""required":true},{"code":"smell","label":"Smell","type":{"text":{"max":80}}},"#,
        ),
    ] {
        assert_eq!(follows_own(from, to), Ok(()), "{to}");
    }
    assert_eq!(own().grows_from(Catalogue::built_in()), Ok(()));
}

#[test]
fn what_records_and_plans_may_name_stays_and_means_the_same() {
    let kind = "kinds.x_stoma_check";
    let left_out = "is in the version before, and records may name it: keep it";
    let narrower = "allows less than the version before: records may hold the rest";
    let another = "is not as in the version before: keep it, or give it a code of its own";
    for (from, to, place, why) in [
        (r#"{"code":"x_steps","label":"steps"}"#, "", "units.x_steps", left_out),
        (r#""code":"x_stoma_check""#, r#""code":"x_stoma_look""#, kind, left_out),
        (r#","belly"]"#, "]", &format!("{kind}.sites.belly"), left_out),
        (r#""absent":["declined"]"#, r#""absent":[]"#, &format!("{kind}.absent"), left_out),
        (r#""code":"colour""#, r#""code":"hue""#, &format!("{kind}.fields.colour"), left_out),
        (r#""code":"dark""#, r#""code":"black""#, &format!("{kind}.fields.colour.codes.dark"), left_out),
        (r#""max":5000"#, r#""max":4999"#, &format!("{kind}.fields.output.type"), narrower),
        (r#""channel":"care""#, r#""channel":"restricted""#, &format!("{kind}.channel"), another),
        (r#""unit":"ml""#, r#""unit":"x_steps""#, &format!("{kind}.fields.output.unit"), another),
        (
            r#"{"int":{"min":0,"max":5000}}"#,
            r#"{"text":{"max":9}}"#,
            &format!("{kind}.fields.output.type"),
            another,
        ),
        (
            r#"{"code":"pink","label":"Pink"},
    {"code":"dark","label":"Dark"}"#,
            r#"{"code":"pink","label":"Pink","rank":1},{"code":"dark","label":"Dark","rank":2}"#,
            &format!("{kind}.fields.colour.codes.pink.rank"),
            another,
        ),
    ] {
        assert_eq!(follows_own(from, to), Err(format!("{place}: {why}")));
    }
}

#[test]
fn a_later_version_has_a_higher_number() {
    assert_eq!(own().grows_from(&own()), Err(CatalogueError::NotNewer { had: 3 }));
    let none = added(&OWN.replacen(r#""version":3"#, r#""version":0"#, 1)).expect("sound by itself");
    assert_eq!(none.grows_from(Catalogue::built_in()), Err(CatalogueError::NotNewer { had: 0 }));
    let error = own().grows_from(&own()).expect_err("the same number");
    assert_eq!(
        (error.place(), error.to_string().as_str()),
        (Some("version"), "version: give a number above 3, which is in use")
    );
}

#[test]
fn the_labels_of_an_added_kind_are_the_words_of_the_organisation() {
    let labels = labels_with(&own(), ENGLISH);
    assert_eq!(labels["kind.x_stoma_check"], "Stoma check");
    assert_eq!(labels["kind.x_stoma_check.field.colour.dark"], "Dark");
    assert_eq!((&labels["unit.x_steps"][..], &labels["site.x_stoma"][..]), ("steps", "Stoma"));
    assert!(labels_with(&own(), PSEUDO)["kind.x_stoma_check"].starts_with('['));
    assert_eq!(labels_with(Catalogue::built_in(), ENGLISH), labels_that_ship(ENGLISH));
}

/// `count` objects with a comma between; `#` stands for the number of each.
fn many(count: usize, one: &str) -> String {
    let all: Vec<String> = (0..count).map(|number| one.replace('#', &number.to_string())).collect();
    all.join(",")
}

#[test]
fn additions_have_room_for_so_much_and_no_more() {
    let label = r##"{"code":"x_#","label":"L"}"##;
    let field = r##"{"code":"f#","label":"F","type":{"date":{}}}"##;
    let bare = r##"{"code":"x_#","label":"K","channel":"care","sites":[],"absent":[],"fields":[]}"##;
    let kind = |fields: &str| {
        format!(
            r#"{{"version":1,"kinds":[{{"code":"x_k","label":"K","channel":"care","sites":[],"absent":[],"fields":[{fields}]}}]}}"#
        )
    };
    let labels = |count| format!(r#"{{"version":1,"units":[{}],"kinds":[]}}"#, many(count, label));
    let kinds = |count| format!(r#"{{"version":1,"kinds":[{}]}}"#, many(count, bare));
    let fields = |count| kind(&many(count, field));
    let of_type = |holds: &str| kind(&format!(r#"{{"code":"f","label":"F","type":{holds}}}"#));
    let codes =
        |count| of_type(&format!(r#"{{"codes":[{}]}}"#, many(count, r##"{"code":"c#","label":"C"}"##)));
    let text = |max: usize| of_type(&format!(r#"{{"text":{{"max":{max}}}}}"#));
    let words = |count: usize| {
        kind(field)
            .replacen(r#""label":"F""#, &format!(r#""label":"{}""#, "é".repeat(count)), 1)
            .replace('#', "1")
    };
    let bytes = |count: usize| {
        let json = kinds(0);
        format!("{json}{}", " ".repeat(count - json.len()))
    };
    let cases: [(&dyn Fn(usize) -> String, usize); 7] = [
        (&labels, ADDITIONS_LABELS_MAX),
        (&kinds, ADDITIONS_KINDS_MAX),
        (&fields, FIELDS_MAX),
        (&codes, CODES_MAX),
        (&text, 2_000),
        (&words, LABEL_CHARS_MAX),
        (&bytes, ADDITIONS_BYTES_MAX),
    ];
    for (json, max) in cases {
        assert!(added(&json(max)).is_ok(), "{:?}", added(&json(max)).err());
        let over = added(&json(max + 1));
        assert!(matches!(over, Err(CatalogueError::TooMuch { max: named, .. }) if named == max), "{max}");
    }
}
