//! An organisation's own kinds, added by data: recorded and waited for as those that ship, and never in their place.

use crate::support::observation;
use alongside_domain::care::catalogue::{
    ADDITIONS_BYTES_MAX, ADDITIONS_KINDS_MAX, ADDITIONS_LABELS_MAX, CODES_MAX, Catalogue, CatalogueError,
    FIELDS_MAX, LABEL_CHARS_MAX,
};
use alongside_domain::care::condition::Condition;
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
