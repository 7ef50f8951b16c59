//! Corrected times through the real routes: what a phone with a wrong clock brings gets the time that it counted.

mod support;

use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::{PlanEdit, Times};
use alongside_domain::journal::times::Counted;
use alongside_domain::journal::{Body, PlanSeen};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::time::{HOUR_MS, Moment};
use alongside_domain::value::Value;
use alongside_server::care::PersonCare;
use support::{Device, MONDAY, Server, bytes, pain};

const TEN_YEARS_MS: i64 = 10 * 365 * 24 * HOUR_MS;

/// A phone that says that it is ten years ago. It made its records an hour before it asks.
async fn behind(server: &Server) -> (Device, PersonId) {
    let sam = server.staff("Sam", "supervisor").await;
    let grace = server.person(&[sam]).await;
    let mut phone = server.device(sam).await;
    phone.records_at = Moment(MONDAY.0 - TEN_YEARS_MS);
    phone.made_at = Some(Counted { boot: 7, monotonic_ms: 1_000 });
    phone.asks_at = Some(Counted { boot: 7, monotonic_ms: 1_000 + HOUR_MS as u64 });
    (phone, grace)
}

/// When each record of a device about a person was recorded, as views see it, and the store's corrections.
async fn recorded(server: &Server, person: PersonId) -> (Vec<Moment>, Vec<Times>) {
    let care = PersonCare::load_whole(&server.app, person).await.unwrap();
    let others = care.records.entries().iter().filter(|entry| entry.id.author != server.app.identity.author);
    let times = care.records.entries().iter().filter_map(|entry| match &entry.body {
        Body::Times(times) => Some(times.clone()),
        _ => None,
    });
    (others.map(|entry| entry.effective).collect(), times.collect())
}

#[tokio::test]
async fn a_page_of_a_phone_with_a_wrong_clock_gets_its_times_with_it() {
    let server = Server::start().await;
    let (mut phone, grace) = behind(&server).await;
    let page = phone.cut(&[(grace, vec![pain(3), pain(4)])]);
    let done = phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!(done.receipts, [page.id]);
    let an_hour_ago = server.app.clock.now().plus_ms(-HOUR_MS);
    let (found, times) = recorded(&server, grace).await;
    assert_eq!(found, [an_hour_ago, an_hour_ago]);
    assert_eq!(times.iter().map(|times| (times.first, times.last)).collect::<Vec<_>>(), [(1, 2)]);
}

#[tokio::test]
async fn what_is_sent_twice_is_corrected_once() {
    let server = Server::start().await;
    let (mut phone, grace) = behind(&server).await;
    let page = phone.cut(&[(grace, vec![pain(3)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let before = recorded(&server, grace).await;
    phone.asks_at = Some(Counted { boot: 7, monotonic_ms: 9 * HOUR_MS as u64 });
    phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!(recorded(&server, grace).await, before);
}

#[tokio::test]
async fn after_another_start_nothing_can_be_shown_and_the_phones_word_stands() {
    let server = Server::start().await;
    let (mut phone, grace) = behind(&server).await;
    phone.asks_at = Some(Counted { boot: 8, monotonic_ms: HOUR_MS as u64 });
    let page = phone.cut(&[(grace, vec![pain(3)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!(recorded(&server, grace).await, (vec![phone.records_at], vec![]));
}

#[tokio::test]
async fn an_edit_is_in_the_plan_with_its_corrected_time() {
    let server = Server::start().await;
    let (mut phone, grace) = behind(&server).await;
    let command = Command::SetField {
        section: Section::About,
        entry: "main".parse().unwrap(),
        field: "routines".to_owned(),
        value: Value::text("tea at four"),
    };
    let edit = PlanEdit { base: PlanSeen::default(), commands: vec![command], reason: "asked".to_owned() };
    let page = phone.cut(&[(grace, vec![Body::PlanEdit(edit)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let plan = server.app.plans.current(&server.app, grace).await.unwrap();
    let (_, about) = plan.view.entries(Section::About)[0];
    assert_eq!(about.fields["routines"].candidates[0].at, server.app.clock.now().plus_ms(-HOUR_MS));
}
