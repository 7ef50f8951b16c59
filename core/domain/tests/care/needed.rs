//! What a record must say to mean anything is asked where it is made, field by field.

use alongside_domain::care::needed::check;
use alongside_domain::ids::{AuthorId, EntryId, Epoch, VisitId};
use alongside_domain::journal::body::{
    Closing, Communication, EditDecision, HandoverNote, LocatedSafe, Match, MatchRef, Means, NotSafeToday,
    OfficeNote, Response, TaskDone, VisitKind, VisitLeft, VisitPlanned,
};
use alongside_domain::journal::{Body, Channel, RecordRef};
use alongside_domain::time::Moment;

const VISIT: VisitId = VisitId([1; 16]);

fn entry() -> EntryId {
    "t1".parse().expect("a plain name")
}

fn about() -> MatchRef {
    MatchRef { trigger: entry(), matched: Match::Absence(Moment(0)) }
}

fn edit() -> RecordRef {
    RecordRef { author: AuthorId([1; 16]), epoch: Epoch([1; 8]), number: 1, channel: Channel::Care }
}

/// A record of each kind that must say something, with these words where it does.
fn saying(words: &str) -> Vec<(&'static str, Body)> {
    let words = || words.to_owned();
    let said = || "x".to_owned();
    vec![
        (
            "from",
            Body::Response(Response {
                about: about(),
                from: words(),
                said: said(),
                promise: None,
                refused: None,
            }),
        ),
        ("outcome", Body::Closing(Closing { about: about(), outcome: words() })),
        (
            "with",
            Body::Communication(Communication {
                with: words(),
                means: Means::Phone,
                purpose: said(),
                said: said(),
            }),
        ),
        (
            "purpose",
            Body::Communication(Communication {
                with: said(),
                means: Means::Phone,
                purpose: words(),
                said: said(),
            }),
        ),
        ("text", Body::HandoverNote(HandoverNote { visit: None, text: words() })),
        ("located_by", Body::LocatedSafe(LocatedSafe { visit: VISIT, located_by: words(), how: said() })),
        ("how", Body::LocatedSafe(LocatedSafe { visit: VISIT, located_by: said(), how: words() })),
        ("why", Body::NotSafeToday(NotSafeToday { visit: None, action: entry(), why: words(), told: None })),
        ("reason", Body::EditDecision(EditDecision { edit: edit(), accept: false, reason: words() })),
        ("text", Body::OfficeNote(OfficeNote { text: words() })),
        (
            "tasks",
            Body::VisitLeft(VisitLeft {
                visit: VISIT,
                tasks: vec![TaskDone { action: entry(), not_done: Some(words()) }],
            }),
        ),
    ]
}

#[test]
fn a_record_without_the_words_that_it_is_for_is_refused_with_the_field() {
    for (field, body) in saying("Beth") {
        assert_eq!(check(&body), Ok(()), "{field}");
    }
    for nothing in ["", "  \n\t"] {
        for (field, body) in saying(nothing) {
            let refused = check(&body).expect_err(field);
            assert_eq!(refused.field, field);
            assert!(!refused.reason.is_empty());
        }
    }
}

#[test]
fn a_planned_visit_does_not_end_before_it_begins() {
    let planned = |window_end: i64, ends: Option<i64>| {
        let body = Body::VisitPlanned(VisitPlanned {
            visit: VISIT,
            visit_kind: VisitKind::Care,
            start: Moment(100),
            window_end: Moment(window_end),
            staff: vec![],
            cancelled: false,
            ends: ends.map(Moment),
            time_critical: None,
        });
        check(&body).map_err(|error| error.field)
    };
    assert_eq!(planned(100, Some(100)), Ok(()));
    assert_eq!(planned(99, None), Err("window_end"));
    assert_eq!(planned(100, Some(99)), Err("ends"));
}
