//! Records by somebody without access: taken and receipted, kept apart from every view, and released by a manager.

mod support;

use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::PageExtract;
use alongside_domain::journal::page::Part;
use axum::body::Body as HttpBody;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value as Json, json};
use support::{Server, bytes, pain, proposal};

async fn listed(server: &Server) -> Vec<Json> {
    let request = Request::get("/v1/admin/kept-apart")
        .header(header::AUTHORIZATION, format!("Bearer {}", server.token))
        .body(HttpBody::empty())
        .unwrap();
    let (status, body) = server.send(request).await;
    assert_eq!(status, StatusCode::OK);
    let answer: Json = serde_json::from_slice(&body).unwrap();
    answer["kept_apart"].as_array().unwrap().clone()
}

async fn decide(server: &Server, id: &Json, by: StaffId, release: bool, reason: &str) -> StatusCode {
    let asked = json!({ "id": id, "by": by, "release": release, "reason": reason });
    server.ask_admin("kept-apart", asked).await.0
}

/// How many records about a person extracts open.
fn opened(extracts: &[PageExtract], person: PersonId) -> usize {
    let runs = extracts.iter().flat_map(|extract| &extract.parts).filter_map(|part| match part {
        Part::Open(run) if run.person == person => Some(run.items.len()),
        _ => None,
    });
    runs.sum()
}

async fn position(server: &Server, person: PersonId) -> u64 {
    let heads = server.app.store.heads(vec![person]).await.unwrap();
    heads.iter().map(|head| head.position).sum()
}

#[tokio::test]
async fn of_a_page_only_the_runs_about_strangers_are_kept_apart_and_all_are_receipted() {
    let server = Server::start().await;
    let (amina, beth) = (server.staff("Amina", "carer").await, server.staff("Beth", "nurse").await);
    let (grace, harold) = (server.person(&[amina, beth]).await, server.person(&[beth]).await);
    let (mut phone, mut tablet) = (server.device(amina).await, server.device(beth).await);
    let page = phone.cut(&[(grace, vec![pain(1)]), (harold, vec![pain(2), pain(3)])]);
    let done = phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!((done.receipts, done.refused), (vec![page.id], vec![]));
    assert_eq!((position(&server, grace).await, position(&server, harold).await), (1, 0));
    let seen = tablet.exchange(&server, vec![]).await;
    assert_eq!((opened(&seen.extracts, grace), opened(&seen.extracts, harold)), (1, 0));
    let apart = listed(&server).await;
    assert_eq!(apart.len(), 1);
    assert_eq!((&apart[0]["person"], &apart[0]["records"]), (&json!(harold), &json!(2)));
    assert_eq!((&apart[0]["why"], &apart[0]["staff"]), (&json!("never_on_team"), &json!(amina)));
    phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!(listed(&server).await.len(), 1, "sent twice, kept once");
    let next = phone.cut(&[(harold, vec![pain(4)])]);
    let mut short = next.clone();
    short.runs[0].before = alongside_domain::journal::Link::START;
    let done = phone.exchange(&server, vec![bytes(&short)]).await;
    assert_eq!(done.receipts, vec![next.id], "the link before is known, though it is kept apart");
}

#[tokio::test]
async fn what_a_manager_releases_gets_its_positions_then_and_reaches_everyone_who_may_see_it() {
    let server = Server::start().await;
    let (amina, beth) = (server.staff("Amina", "carer").await, server.staff("Beth", "nurse").await);
    let maria = server.staff("Maria", "manager").await;
    let harold = server.person(&[beth]).await;
    let (mut phone, mut tablet) = (server.device(amina).await, server.device(beth).await);
    let page = phone.cut(&[(harold, vec![pain(2), pain(3)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let own = tablet.cut(&[(harold, vec![pain(1)])]);
    tablet.exchange(&server, vec![bytes(&own)]).await;
    let id = listed(&server).await[0]["id"].clone();
    assert_eq!(decide(&server, &id, beth, true, "").await, StatusCode::FORBIDDEN, "a nurse is no manager");
    assert_eq!(decide(&server, &id, maria, true, "she stood in").await, StatusCode::OK);
    assert_eq!(decide(&server, &id, maria, true, "again").await, StatusCode::NOT_FOUND);
    assert_eq!(position(&server, harold).await, 3);
    let seen = tablet.exchange(&server, vec![]).await;
    let key = phone.public_key();
    seen.extracts.iter().filter(|extract| extract.id.author == phone.id).for_each(|extract| {
        extract.check(&key).unwrap();
    });
    assert_eq!(opened(&seen.extracts, harold), 2);
    assert!(listed(&server).await.is_empty());
}

#[tokio::test]
async fn an_edit_that_is_kept_apart_has_no_fate_until_it_is_released_and_then_has_one() {
    let server = Server::start().await;
    let (amina, maria) = (server.staff("Amina", "carer").await, server.staff("Maria", "manager").await);
    let harold = server.person(&[]).await;
    let mut phone = server.device(amina).await;
    let page = phone.cut(&[(harold, vec![proposal()])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let plan = server.app.plans.current(&server.app, harold).await.unwrap();
    assert_eq!((plan.position, plan.states.edits().count()), (0, 0));
    let id = listed(&server).await[0]["id"].clone();
    assert_eq!(decide(&server, &id, maria, true, "").await, StatusCode::OK);
    let plan = server.app.plans.current(&server.app, harold).await.unwrap();
    assert_eq!(plan.states.edits().filter(|(_, edit)| edit.held.is_some()).count(), 1);
    assert_eq!(plan.position, 2, "the edit, then its fate");
}

#[tokio::test]
async fn what_stays_apart_needs_a_reason_and_can_still_be_released() {
    let server = Server::start().await;
    let (amina, maria) = (server.staff("Amina", "carer").await, server.staff("Maria", "manager").await);
    let harold = server.person(&[]).await;
    let mut phone = server.device(amina).await;
    let page = phone.cut(&[(harold, vec![pain(2)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let id = listed(&server).await[0]["id"].clone();
    assert_eq!(decide(&server, &id, maria, false, " ").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(decide(&server, &id, maria, false, "about somebody else").await, StatusCode::OK);
    assert_eq!(listed(&server).await[0]["stays_apart"]["reason"], "about somebody else");
    assert_eq!(decide(&server, &id, maria, true, "it was right after all").await, StatusCode::OK);
    assert_eq!(position(&server, harold).await, 1);
}
