//! When records came in, through the real routes: noted with a page that comes late, and with no other.

mod support;

use alongside_domain::ids::PersonId;
use alongside_domain::journal::Body;
use alongside_domain::journal::body::{PlanEdit, Received};
use alongside_domain::journal::page::Part;
use alongside_domain::journal::times::Counted;
use alongside_domain::journal::{PageExtract, PlanSeen};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::time::{HOUR_MS, Moment};
use alongside_domain::value::Value;
use alongside_server::care::PersonCare;
use serde_json::json;
use support::{Device, MONDAY, Server, bytes, pain};

const MINUTE_MS: i64 = 60_000;

/// A phone whose holder cares for Grace.
async fn phone(server: &Server) -> (Device, PersonId) {
    let sam = server.staff("Sam", "supervisor").await;
    let grace = server.person(&[sam]).await;
    (server.device(sam).await, grace)
}

/// What is noted about a person: the numbers, and when they came in.
async fn noted(server: &Server, person: PersonId) -> Vec<(u64, u64, Moment)> {
    let care = PersonCare::load_whole(&server.app, person).await.unwrap();
    let entries = care.records.entries().iter();
    let noted = entries.filter_map(|entry| match &entry.body {
        Body::Received(Received { first, last, at, .. }) => Some((*first, *last, *at)),
        _ => None,
    });
    noted.collect()
}

fn now(server: &Server) -> Moment {
    server.app.clock.now()
}

#[tokio::test]
async fn a_run_that_comes_within_a_minute_is_followed_by_nothing() {
    let server = Server::start().await;
    let (mut phone, grace) = phone(&server).await;
    phone.records_at = now(&server).plus_ms(-MINUTE_MS);
    let page = phone.cut(&[(grace, vec![pain(3), pain(4)])]);
    let done = phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!((done.receipts, done.extracts), (vec![page.id], vec![]));
    assert_eq!(noted(&server, grace).await, []);
}

#[tokio::test]
async fn each_run_of_a_page_that_comes_late_is_followed_by_when_it_came_in_once() {
    let server = Server::start().await;
    let (mut phone, grace) = phone(&server).await;
    let harold = server.person(&[phone.staff]).await;
    phone.records_at = now(&server).plus_ms(-MINUTE_MS - 1);
    let page = phone.cut(&[(grace, vec![pain(3), pain(4)]), (harold, vec![pain(5)])]);
    let at = now(&server);
    let done = phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!(done.extracts.len(), 2, "the phone itself is told too, with its receipt");
    server.app.clock.move_to(at.plus_ms(HOUR_MS));
    phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!(noted(&server, grace).await, [(1, 2, at)]);
    assert_eq!(noted(&server, harold).await, [(1, 1, at)]);
}

#[tokio::test]
async fn of_what_is_sent_again_in_another_page_only_what_is_new_is_noted() {
    let server = Server::start().await;
    let (mut phone, grace) = phone(&server).await;
    phone.records_at = now(&server);
    let first = phone.cut(&[(grace, vec![pain(1), pain(2)])]);
    phone.exchange(&server, vec![bytes(&first)]).await;
    // It is set back to before it cut that page.
    phone.page = 0;
    phone.heads.clear();
    let again = phone.cut(&[(grace, vec![pain(1), pain(2), pain(3)])]);
    assert_eq!(again.runs[0].records[..2], first.runs[0].records);
    server.app.clock.move_to(now(&server).plus_ms(HOUR_MS));
    phone.exchange(&server, vec![bytes(&again)]).await;
    assert_eq!(noted(&server, grace).await, [(3, 3, now(&server))]);
}

#[tokio::test]
async fn what_a_wrong_clock_said_is_corrected_before_it_is_called_late() {
    for (made_ago_ms, is_late) in [(0, false), (HOUR_MS, true)] {
        let server = Server::start().await;
        let (mut phone, grace) = phone(&server).await;
        phone.records_at = Moment(MONDAY.0 - 1_000 * 24 * HOUR_MS);
        phone.made_at = Some(Counted { boot: 7, monotonic_ms: 1_000 });
        phone.asks_at = Some(Counted { boot: 7, monotonic_ms: 1_000 + made_ago_ms as u64 });
        let page = phone.cut(&[(grace, vec![pain(3)])]);
        phone.exchange(&server, vec![bytes(&page)]).await;
        let expected: Vec<_> = is_late.then(|| (1, 1, now(&server))).into_iter().collect();
        assert_eq!(noted(&server, grace).await, expected);
    }
}

#[tokio::test]
async fn an_edit_that_comes_late_gets_its_fate_and_its_receipt_together() {
    let server = Server::start().await;
    let (mut phone, grace) = phone(&server).await;
    phone.records_at = now(&server).plus_ms(-HOUR_MS);
    let command = Command::SetField {
        section: Section::About,
        entry: "main".parse().unwrap(),
        field: "routines".to_owned(),
        value: Value::text("tea at four"),
    };
    let edit = PlanEdit { base: PlanSeen::default(), commands: vec![command], reason: "asked".to_owned() };
    let page = phone.cut(&[(grace, vec![Body::PlanEdit(edit)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!(noted(&server, grace).await, [(1, 1, now(&server))]);
    let plan = server.app.plans.current(&server.app, grace).await.unwrap();
    assert_eq!((plan.view.version, plan.position), (1, 4), "the edit, its receipt, its change and its fate");
}

/// How many records of the store an answer holds.
fn of_the_store(server: &Server, extracts: &[PageExtract]) -> usize {
    let own = extracts.iter().filter(|extract| extract.id.author == server.app.identity.author);
    own.flat_map(|extract| &extract.parts).filter(|part| matches!(part, Part::Open(_))).count()
}

#[tokio::test]
async fn nothing_is_said_of_what_is_kept_apart_until_it_is_released_and_then_when_it_came_in() {
    let server = Server::start().await;
    let (amina, beth) = (server.staff("Amina", "carer").await, server.staff("Beth", "nurse").await);
    let maria = server.staff("Maria", "manager").await;
    let harold = server.person(&[beth]).await;
    let (mut phone, mut tablet) = (server.device(amina).await, server.device(beth).await);
    let came_in = now(&server);
    phone.records_at = came_in.plus_ms(-HOUR_MS);
    let page = phone.cut(&[(harold, vec![pain(2), pain(3)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!(noted(&server, harold).await, []);
    assert_eq!(tablet.exchange(&server, vec![]).await.extracts, vec![]);
    server.app.clock.move_to(came_in.plus_ms(24 * HOUR_MS));
    let id = server.app.store.apart().await.unwrap()[0].id;
    let asked = json!({ "id": id, "by": maria, "release": true, "reason": "she stood in" });
    assert_eq!(server.ask_admin("kept-apart", asked).await.0, 200);
    assert_eq!(noted(&server, harold).await, [(1, 2, came_in)]);
    assert_eq!(of_the_store(&server, &tablet.exchange(&server, vec![]).await.extracts), 1);
}

#[tokio::test]
async fn what_a_device_writes_of_receipts_is_kept_and_counts_for_nothing() {
    let server = Server::start().await;
    let (mut phone, grace) = phone(&server).await;
    phone.records_at = now(&server);
    let seen = phone.cut(&[(grace, vec![pain(3)])]);
    let said = Received {
        author: phone.id,
        epoch: phone.epoch,
        first: 1,
        last: 1,
        at: now(&server).plus_ms(HOUR_MS),
    };
    let lie = phone.cut(&[(grace, vec![Body::Received(said)])]);
    phone.exchange(&server, vec![bytes(&seen), bytes(&lie)]).await;
    let care = PersonCare::load_whole(&server.app, grace).await.unwrap();
    let known = alongside_domain::care::heard::Known::of(care.records.entries(), server.app.identity.author);
    assert!(care.records.entries().iter().all(|entry| known.at(entry) == entry.effective));
}
