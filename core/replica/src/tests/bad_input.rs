//! Bad input at every call of the facade that takes words or records: a typed refusal, or taken where any words are;
//! never a panic, and nothing is stored of what is refused. A call without a row here fails a test.

use super::*;
use alongside_domain::ids::{EntryId, VisitId};
use alongside_domain::journal::body::{
    CarerSafe, Closing, Communication, Concern, ConcernCall, HandoverNote, HowKnown, Match, MatchRef, Means,
    Observation, Response,
};

/// What people and faulty shells put into a text.
fn bad_texts() -> Vec<String> {
    vec![
        String::new(),
        " \n\t".to_owned(),
        "\u{0}\u{1b}[2J\u{7f}".to_owned(),
        "\u{202e}\u{645}\u{631}\u{62d}\u{628}\u{627}".to_owned(),
        "../../key".to_owned(),
        "x".repeat(64 * 1024),
    ]
}

fn about() -> MatchRef {
    MatchRef { trigger: entry(), matched: Match::Absence(NOW) }
}

fn entry() -> EntryId {
    "t1".parse().expect("a plain name")
}

fn edit() -> alongside_domain::journal::RecordRef {
    alongside_domain::journal::RecordRef {
        author: alongside_domain::ids::AuthorId([9; 16]),
        epoch: alongside_domain::ids::Epoch([9; 8]),
        number: 1,
        channel: Channel::Care,
    }
}

fn observation(change: impl FnOnce(&mut Observation)) -> Body {
    let Body::Observation(mut seen) = pain(3).body else { unreachable!("pain is an observation") };
    change(&mut seen);
    Body::Observation(seen)
}

/// Records with a bad text in one place each.
fn bodies(bad: &str) -> Vec<Body> {
    let bad = || bad.to_owned();
    let communication = |with: String, said: String| {
        Body::Communication(Communication { with, means: Means::Phone, purpose: "x".to_owned(), said })
    };
    vec![
        observation(|seen| seen.kind = bad()),
        observation(|seen| seen.site = Some(bad())),
        observation(|seen| seen.note = Some(bad())),
        observation(|seen| seen.quoted = Some(bad())),
        observation(|seen| drop(seen.fields.insert(bad(), Value::Int(1)))),
        observation(|seen| drop(seen.fields.insert("score".to_owned(), Value::Text(bad())))),
        observation(|seen| seen.how_known = HowKnown::FromPaper),
        Body::Response(Response { about: about(), from: bad(), said: bad(), promise: None, refused: None }),
        Body::Closing(Closing { about: about(), outcome: bad() }),
        Body::HandoverNote(HandoverNote { visit: Some(VisitId([1; 16])), text: bad() }),
        communication(bad(), "x".to_owned()),
        communication("Sam".to_owned(), bad()),
    ]
}

type Call = Box<dyn Fn(&Replica, &str) -> Result<(), RecordError>>;

/// Each call of the facade, with a text wherever it takes one.
fn calls() -> Vec<(&'static str, Call)> {
    fn call(of: impl Fn(&Replica, &str) -> Result<(), RecordError> + 'static) -> Call {
        Box::new(of)
    }
    let set = |field: &str, value: Value| Command::SetField {
        section: Section::About,
        entry: "main".parse().expect("a plain name"),
        field: field.to_owned(),
        value,
    };
    vec![
        (
            "record",
            call(|replica, bad| {
                let mut first = Ok(());
                for body in bodies(bad) {
                    let done = replica.record(GRACE, Draft { body, observed: None }).map(drop);
                    first = first.and(done);
                }
                first
            }),
        ),
        (
            "edit_plan",
            call(move |replica, bad| {
                replica.edit_plan(GRACE, vec![set(bad, Value::Text(bad.to_owned()))], bad).map(drop)?;
                replica.edit_plan(GRACE, vec![], bad).map(drop)
            }),
        ),
        ("decide_edit", call(|replica, bad| replica.decide_edit(GRACE, edit(), false, bad).map(drop))),
        ("record_office_note", call(|replica, bad| replica.record_office_note(GRACE, bad).map(drop))),
        (
            "record_concern",
            call(|replica, bad| replica.record_concern(GRACE, &Concern::of_text(bad), None, &[]).map(drop)),
        ),
        (
            "record_concern_call",
            call(|replica, bad| {
                let concern = edit();
                let (with, said) = (bad.to_owned(), bad.to_owned());
                let called = ConcernCall { concern, with, means: Means::Phone, answered: true, said };
                replica.record_concern_call(GRACE, &called, None, &[]).map(drop)
            }),
        ),
        (
            "note_carer_safe",
            call(|replica, bad| {
                let staff = alongside_domain::ids::StaffId([1; 16]);
                let safe = CarerSafe { staff, help: None, visit: None, how: bad.to_owned() };
                replica.note_carer_safe(GRACE, safe).map(drop)
            }),
        ),
        ("start_from_template", call(|replica, bad| replica.start_from_template(GRACE, bad).map(drop))),
        ("check_note", call(|replica, bad| replica.check_note(GRACE, bad).map(drop))),
        (
            "labels",
            call(|replica, bad| {
                assert!(!replica.labels(bad).is_empty(), "of a language that is none: English");
                Ok(())
            }),
        ),
        ("holds_key_safe_code", call(|replica, bad| replica.holds_key_safe_code(GRACE, bad).map(drop))),
        (
            "emergency_signs",
            call(|replica, bad| {
                let Body::Observation(seen) = observation(|seen| seen.kind = bad.to_owned()) else {
                    return Ok(());
                };
                replica.emergency_signs(GRACE, &seen).map(drop)
            }),
        ),
    ]
}

#[test]
fn every_call_of_the_facade_refuses_what_it_cannot_take_with_a_type_and_remedy_and_stores_nothing_of_it() {
    for (name, call) in calls() {
        for bad in bad_texts() {
            let phone = Phone::new();
            let replica = phone.enrolled();
            let waiting = || replica.sync_state().expect("it reads").waiting;
            let taken = waiting();
            let done = call(&replica, &bad);
            let given: String = bad.chars().take(12).collect();
            match done {
                Ok(()) => {}
                Err(RecordError::Store(error)) => panic!("{name} {given:?} broke the store: {error}"),
                Err(error) => {
                    let words = error.to_string();
                    assert!(!words.is_empty() && words.len() < 2_000, "{name} {given:?}: {words}");
                    assert!(!words.contains("xxxxxxxx"), "{name} gives back what was given");
                }
            }
            if name != "record" && done_nothing(name, &bad) {
                assert_eq!(waiting(), taken, "{name} {given:?}");
            }
            drop(replica);
            let again = phone.open();
            assert!(again.history(GRACE).is_ok(), "{name} {given:?}: it opens no more");
        }
    }
}

/// Whether a call with this text stores nothing: it reads only, or words that say nothing are refused.
fn done_nothing(name: &str, bad: &str) -> bool {
    let reads = ["check_note", "labels", "holds_key_safe_code", "emergency_signs", "start_from_template"]
        .contains(&name);
    reads || bad.trim().is_empty()
}

#[test]
fn a_record_that_says_nothing_of_what_it_is_for_is_refused_by_its_field() {
    let replica = Phone::new().enrolled();
    let refused = |body: Body| match replica.record(GRACE, Draft { body, observed: None }) {
        Err(RecordError::NotSaid(error)) => error.field,
        other => panic!("{other:?}"),
    };
    let answer = Response {
        about: about(),
        from: " ".to_owned(),
        said: "soon".to_owned(),
        promise: None,
        refused: None,
    };
    assert_eq!(refused(Body::Response(answer)), "from");
    assert_eq!(refused(Body::Closing(Closing { about: about(), outcome: String::new() })), "outcome");
    assert_eq!(refused(Body::HandoverNote(HandoverNote { visit: None, text: "\n".to_owned() })), "text");
    assert_eq!(replica.sync_state().expect("it reads").waiting, 0);
}

/// The calls of a source of the bindings that take words, records or commands.
fn calls_that_take(source: &str) -> BTreeSet<String> {
    let taken = ["String", "Body", "Command", "Concern", "ConcernCall", "CarerSafe", "Observation"];
    let calls = source.split("pub fn ").skip(1);
    let taking = calls.filter_map(|call| {
        let (name, rest) = call.split_once('(')?;
        let arguments = rest.split_once(") ->").or(rest.split_once(") {"))?.0;
        let of_replica = arguments.trim_start().starts_with("&self");
        let takes = arguments.split([' ', '<', '>', ',', '\n', ')']).any(|word| taken.contains(&word));
        (of_replica && takes).then(|| name.to_owned())
    });
    taking.collect()
}

#[test]
fn every_call_of_the_bindings_that_takes_words_has_a_row_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bindings/src");
    let read =
        |name: &str| std::fs::read_to_string(folder.join(name)).expect("the bindings have that source");
    let mut found = calls_that_take(&read("replica.rs"));
    found.extend(calls_that_take(&read("day.rs")));
    let rows: BTreeSet<String> = calls().iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(found, rows);
}
