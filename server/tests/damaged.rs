//! Records that were changed on a phone after they were sealed: one bad record never stalls the others.

mod support;

use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::page::{Item, Part};
use alongside_domain::journal::{Body, Chain, Link, Page, PageError, PageExtract};
use alongside_domain::sync::messages::{Answer, Exchanged, PackedExtract, PageDigests, Refused};
use alongside_server::backup;
use alongside_server::storage::EVIDENCE_RECORDS_MAX;
use axum::body::Body as HttpBody;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value as Json, json};
use support::browser::{Browser, PASSWORD, account};
use support::{Device, Server, bytes, exchanged, pain, proposal};

/// The digests of a page as it is.
fn digests(page: &Page) -> Vec<u8> {
    let mut digests = Vec::new();
    for run in &page.runs {
        let mut chain = Chain::at(&page.secret, page.id.stream(run.person), run.first - 1, run.before);
        for record in &run.records {
            let category = record.decode_header().unwrap().category;
            digests.extend(chain.push_for_digest(category, record).0);
        }
    }
    digests
}

/// The page with another bit in one record.
fn changed(page: &Page, run: usize, record: usize) -> Page {
    let mut page = page.clone();
    let body = &mut page.runs[run].records[record].body;
    let last = body.len() - 1;
    body[last] ^= 1;
    page
}

async fn with_digests(phone: &mut Device, server: &Server, page: &Page, digests: Vec<u8>) -> Exchanged {
    let mut request = phone.request(vec![bytes(page)]);
    request.digests = Some(vec![PageDigests { index: 0, digests }]);
    exchanged(phone, server, request).await
}

/// What the extracts hold about a person, in order: a record, or its digest only.
fn items(extracts: &[PageExtract], person: PersonId) -> Vec<bool> {
    let runs = extracts.iter().flat_map(|extract| &extract.parts).filter_map(|part| match part {
        Part::Open(run) if run.person == person => Some(&run.items),
        _ => None,
    });
    runs.flatten().map(|item| matches!(item, Item::Record(_))).collect()
}

async fn listed(server: &Server) -> Vec<Json> {
    let request = Request::get("/v1/admin/kept-apart")
        .header(header::AUTHORIZATION, format!("Bearer {}", server.token))
        .body(HttpBody::empty())
        .unwrap();
    let (status, body) = server.send(request).await;
    assert_eq!(status, StatusCode::OK);
    let answer: Json = serde_json::from_slice(&body).unwrap();
    answer["damaged"].as_array().unwrap().clone()
}

struct Story {
    server: Server,
    phone: Device,
    nurse: Device,
    grace: PersonId,
    harold: PersonId,
    maria: StaffId,
    sam: StaffId,
}

async fn story() -> Story {
    let server = Server::start().await;
    let (amina, beth) = (server.staff("Amina", "carer").await, account(&server, "Beth", "nurse").await);
    let sam = account(&server, "Sam", "supervisor").await;
    let maria = account(&server, "Maria", "manager").await;
    let (grace, harold) =
        (server.person(&[amina, beth, maria]).await, server.person(&[amina, beth, maria]).await);
    let (phone, nurse) = (server.device(amina).await, server.device(beth).await);
    Story { server, phone, nurse, grace, harold, maria, sam }
}

impl Story {
    fn page(&mut self) -> Page {
        self.phone.cut(&[(self.grace, vec![pain(1), pain(2), pain(3)]), (self.harold, vec![pain(4)])])
    }

    /// The place of the run about a person.
    fn run_about(page: &Page, person: PersonId) -> usize {
        page.runs.iter().position(|run| run.person == person).unwrap()
    }
}

#[tokio::test]
async fn of_a_page_with_one_bad_record_all_others_are_taken_and_reach_everyone() {
    let mut story = story().await;
    let page = story.page();
    let sealed = digests(&page);
    let bad = changed(&page, Story::run_about(&page, story.grace), 1);
    let Story { server, mut phone, mut nurse, grace, harold, .. } = story;
    let first = phone.exchange(&server, vec![bytes(&bad)]).await;
    let asks = Refused { index: 0, why: PageError::Seal, wants_digests: Some(true) };
    assert_eq!((first.receipts, first.refused), (vec![], vec![asks]));

    let done = with_digests(&mut phone, &server, &bad, sealed.clone()).await;
    assert_eq!((done.receipts, done.refused), (vec![page.id], vec![]));
    let down = nurse.exchange(&server, vec![]).await;
    assert_eq!(items(&down.extracts, grace), [true, false, true]);
    assert_eq!(items(&down.extracts, harold), [true]);
    let key = phone.public_key();
    let own = down.extracts.iter().filter(|extract| extract.id.author == phone.id);
    own.for_each(|extract| assert!(extract.check(&key).is_ok()));

    let damaged = listed(&server).await;
    assert_eq!(damaged.len(), 1);
    assert_eq!((&damaged[0]["person"], &damaged[0]["record"]["number"]), (&json!(grace), &json!(2)));
    assert_eq!(damaged[0]["staff"], json!(phone.staff));

    // The same stream goes on, and what was sent twice is there once.
    let again = with_digests(&mut phone, &server, &bad, sealed).await;
    assert_eq!((again.receipts, listed(&server).await.len()), (vec![page.id], 1));
    let next = phone.cut(&[(grace, vec![pain(5)])]);
    let mut short = next.clone();
    short.runs[0].before = Link::START;
    let done = phone.exchange(&server, vec![bytes(&short)]).await;
    assert_eq!(
        done.receipts,
        vec![next.id],
        "the link before it is known, though that record came damaged or not"
    );
    let to = server.folder.path().join("backup.sqlite");
    let made = backup::backup(&server.app.data, &to).await.unwrap();
    assert!(made.proved.records >= 5, "{:?}", made.proved);
}

#[tokio::test]
async fn digests_that_do_not_lead_to_the_seal_refuse_the_page_and_hold_up_no_other() {
    let mut story = story().await;
    let (first, second) = (story.page(), story.page());
    let third = story.phone.cut(&[(story.harold, vec![pain(6)])]);
    let Story { server, mut phone, .. } = story;
    let bad = changed(&first, 0, 0);
    let mut digests = digests(&bad);
    for wrong in [digests.clone(), digests[32..].to_vec(), vec![1, 2, 3], digests.split_off(0)] {
        let mut request = phone.request(vec![bytes(&bad), bytes(&second), bytes(&third)]);
        request.digests = Some(vec![PageDigests { index: 0, digests: wrong }]);
        let Answer::Exchanged(done) = phone.ask(&server, &request).await else { panic!("no exchange") };
        let refused = Refused { index: 0, why: PageError::Seal, wants_digests: None };
        assert_eq!((done.receipts, done.refused), (vec![second.id, third.id], vec![refused]));
    }
    assert_eq!(listed(&server).await, [] as [Json; 0]);
}

#[tokio::test]
async fn bytes_that_are_no_page_are_asked_for_by_their_digests_too() {
    let mut story = story().await;
    let page = story.page();
    let mut broken = bytes(&page);
    broken[0] ^= 1;
    let done = story.phone.exchange(&story.server, vec![broken]).await;
    assert_eq!(done.refused, [Refused { index: 0, why: PageError::Malformed, wants_digests: Some(true) }]);
}

#[tokio::test]
async fn a_device_that_sends_nothing_but_damage_is_told_that_its_room_is_full() {
    let Story { server, mut phone, grace, .. } = story().await;
    let mut full = None;
    for _ in 0..EVIDENCE_RECORDS_MAX / 50 + 1 {
        let page = phone.cut(&[(grace, (0..50).map(pain).collect())]);
        let sealed = digests(&page);
        let bad = (0..50).fold(page, |page, at| changed(&page, 0, at));
        let done = with_digests(&mut phone, &server, &bad, sealed).await;
        if let Some(refused) = done.refused.first() {
            full = Some(refused.why);
        }
    }
    assert_eq!(full, Some(PageError::EvidenceFull));
    assert!(listed(&server).await.len() as u64 <= EVIDENCE_RECORDS_MAX);
    let other = phone.cut_in(alongside_domain::journal::Channel::Care, &[(grace, vec![pain(1)])]);
    assert_eq!(phone.exchange(&server, vec![bytes(&other)]).await.receipts, [other.id], "good ones go on");
}

#[tokio::test]
async fn what_comes_whole_later_takes_the_place_of_its_digest() {
    let mut story = story().await;
    let page = story.page();
    let bad = changed(&page, Story::run_about(&page, story.grace), 1);
    let Story { server, mut phone, mut nurse, grace, .. } = story;
    with_digests(&mut phone, &server, &bad, digests(&page)).await;
    assert_eq!(listed(&server).await.len(), 1);
    let done = phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!(done.receipts, [page.id]);
    assert_eq!(listed(&server).await, [] as [Json; 0]);
    let down = nurse.exchange(&server, vec![]).await;
    assert_eq!(items(&down.extracts, grace), [true, true, true]);
}

#[tokio::test]
async fn an_edit_that_comes_whole_later_gets_its_fate_and_reaches_those_who_have_passed_its_place() {
    let Story { server, mut phone, mut nurse, grace, .. } = story().await;
    let page = phone.cut(&[(grace, vec![pain(1), proposal()])]);
    let bad = changed(&page, 0, 1);
    with_digests(&mut phone, &server, &bad, digests(&page)).await;
    let before = nurse.exchange(&server, vec![]).await;
    assert_eq!(items(&before.extracts, grace)[..2], [true, false]);
    let plan = server.app.plans.current(&server.app, grace).await.unwrap();
    assert_eq!(plan.states.edits().count(), 0);

    phone.exchange(&server, vec![bytes(&page)]).await;
    let plan = server.app.plans.current(&server.app, grace).await.unwrap();
    let held = plan.states.edits().filter(|(_, edit)| edit.made.is_some() && edit.held.is_some());
    assert_eq!(held.count(), 1, "somebody can decide it");
    let down = nurse.exchange(&server, vec![]).await;
    assert_eq!(items(&down.extracts, grace)[..2], [true, true]);
    let again = phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!(again.receipts, [page.id]);
    let same = server.app.plans.current(&server.app, grace).await.unwrap();
    assert_eq!(same.position, plan.position, "sent once more it changes nothing");
}

#[tokio::test]
async fn what_is_put_back_into_a_page_that_others_brought_proves_itself_to_its_readers() {
    let mut story = story().await;
    let page = story.page();
    let bad = changed(&page, Story::run_about(&page, story.harold), 0);
    let Story { server, mut phone, mut nurse, harold, maria, .. } = story;
    let mo = server.staff("Mo", "nurse").await;
    server.ask_admin("care-team", json!({ "person": harold, "staff": mo })).await;
    let (mut office, mut other) = (server.device(maria).await, server.device(mo).await);
    let to = server.folder.path().join("backup.sqlite");
    backup::backup(&server.app.data, &to).await.unwrap();
    let author = phone.id;
    let kept = |extracts: Vec<PageExtract>| -> Vec<PackedExtract> {
        extracts.iter().filter(|extract| extract.id.author == author).map(PackedExtract::of).collect()
    };
    with_digests(&mut phone, &server, &bad, digests(&page)).await;
    let with_digest = kept(nurse.exchange(&server, vec![]).await.extracts);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let whole = kept(office.exchange(&server, vec![]).await.extracts);

    let Server { folder, routes, token, app } = server;
    let data = app.data.clone();
    drop((routes, app));
    backup::restore(&data, &to).await.unwrap();
    let empty = Server::open(folder, token);
    for (device, brought) in [(&mut nurse, with_digest), (&mut office, whole)] {
        let mut request = device.request(vec![]);
        request.brought = brought;
        assert_eq!(exchanged(device, &empty, request).await.receipts, [page.id]);
    }
    assert_eq!(listed(&empty).await, [] as [Json; 0]);
    let request = other.request(vec![]);
    let down = exchanged(&mut other, &empty, request).await;
    let key = phone.public_key();
    let own = down.extracts.iter().filter(|extract| extract.id.author == author);
    own.for_each(|extract| assert!(extract.check(&key).is_ok()));
    assert_eq!(items(&down.extracts, harold), [true]);
}

#[tokio::test]
async fn what_others_have_of_it_comes_back_to_a_server_that_lost_it() {
    let mut story = story().await;
    let page = story.page();
    let bad = changed(&page, Story::run_about(&page, story.grace), 1);
    let Story { server, mut phone, mut nurse, grace, harold, maria, .. } = story;
    let to = server.folder.path().join("backup.sqlite");
    backup::backup(&server.app.data, &to).await.unwrap();
    with_digests(&mut phone, &server, &bad, digests(&page)).await;
    let down = nurse.exchange(&server, vec![]).await;
    let kept: Vec<PageExtract> =
        down.extracts.into_iter().filter(|extract| extract.id.author == phone.id).collect();

    let Server { folder, routes, token, app } = server;
    let data = app.data.clone();
    drop((routes, app));
    backup::restore(&data, &to).await.unwrap();
    let empty = Server::open(folder, token);
    let mut request = nurse.request(vec![]);
    request.brought = kept.iter().map(PackedExtract::of).collect();
    let done = exchanged(&mut nurse, &empty, request).await;
    assert_eq!(done.receipts, [page.id]);
    assert_eq!(listed(&empty).await.len(), 1, "a digest without what came in its place");
    let whole = with_digests(&mut phone, &empty, &bad, digests(&page)).await;
    assert_eq!(whole.receipts, [page.id]);
    assert!(listed(&empty).await[0]["bytes"].is_number(), "its author has what is left");
    let mut other = empty.device(maria).await;
    let request = other.request(vec![]);
    let down = exchanged(&mut other, &empty, request).await;
    assert_eq!(
        (items(&down.extracts, grace), items(&down.extracts, harold)),
        (vec![true, false, true], vec![true])
    );
}

#[tokio::test]
async fn what_is_left_of_an_erased_record_goes_too() {
    let mut story = story().await;
    let grace = story.grace;
    let page = story.phone.cut(&[(grace, vec![pain(1), note("on and on and on and on")])]);
    let bad = changed(&page, 0, 1);
    let Story { server, mut phone, .. } = story;
    with_digests(&mut phone, &server, &bad, digests(&page)).await;
    let manager = server.staff("Mo", "manager").await;
    let record = listed(&server).await[0]["record"].clone();
    let asked = json!({ "person": grace, "record": record, "by": manager, "reason": "about somebody else" });
    let (status, answer) = server.ask_admin("erasures", asked).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(listed(&server).await, [] as [Json; 0]);
    with_digests(&mut phone, &server, &bad, digests(&page)).await;
    assert_eq!(listed(&server).await, [] as [Json; 0], "nor does it come back");
}

fn note(text: &str) -> Body {
    let Body::Observation(observation) = pain(2) else { panic!("an observation") };
    Body::Observation(alongside_domain::journal::body::Observation {
        note: Some(text.to_owned()),
        ..observation
    })
}

#[tokio::test]
async fn the_manager_and_the_supervisor_see_what_came_damaged_and_nobody_else_does() {
    let mut story = story().await;
    let page = story.page();
    let bad = changed(&page, Story::run_about(&page, story.grace), 1);
    let Story { server, mut phone, sam, .. } = story;
    with_digests(&mut phone, &server, &bad, digests(&page)).await;
    // Amina was never on Ida's care team: what she wrote about her is kept apart, damaged or not.
    let ida = server.person(&[sam]).await;
    let apart = phone.cut(&[(ida, vec![pain(8)])]);
    with_digests(&mut phone, &server, &changed(&apart, 0, 0), digests(&apart)).await;
    let seen = async |name: &str| {
        let mut browser = Browser::of(&server);
        browser.sign_in(name, PASSWORD).await;
        browser.open("/kept-apart").await
    };
    let manager = seen("maria").await;
    assert_eq!(manager.status, StatusCode::OK);
    assert!(manager.html.contains("data-damaged=\"2\"") && manager.html.contains("Amina"));
    let supervisor = seen("sam").await;
    assert_eq!(supervisor.status, StatusCode::OK);
    assert!(!supervisor.html.contains("data-damaged"), "he is not on Grace's care team");
    assert_eq!(manager.html.matches("data-damaged").count(), 2, "what is kept apart is hers too");
    assert_eq!(seen("beth").await.status, StatusCode::FORBIDDEN);
}
