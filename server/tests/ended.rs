//! Devices whose enrolment has ended: what they hand in is taken, nothing comes down, and only a signed order wipes.

mod support;

use alongside_domain::ids::{Epoch, PersonId, StaffId};
use alongside_domain::journal::Body;
use alongside_domain::journal::body::Concern;
use alongside_domain::sync::messages::{Answer, Cursors, Exchanged, PackedExtract};
use alongside_domain::sync::standing::{Ended, Revocation, WipeOrder};
use alongside_server::backup;
use axum::body::Body as HttpBody;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value as Json, json};
use support::concerns::{WORDS, sealed_page};
use support::{Device, Server, bytes, exchanged, pain, proposal};

async fn get(server: &Server, path: &str) -> Json {
    let request = Request::get(format!("/v1/admin/{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {}", server.token))
        .body(HttpBody::empty())
        .unwrap();
    let (status, body) = server.send(request).await;
    assert_eq!(status, StatusCode::OK);
    serde_json::from_slice(&body).unwrap()
}

async fn revoke(server: &Server, phone: &Device, why: &str, by: StaffId) -> StatusCode {
    server.ask_admin("revocations", json!({ "device": phone.id, "why": why, "by": by })).await.0
}

async fn positions(server: &Server, person: PersonId) -> u64 {
    let heads = server.app.store.heads(vec![person]).await.unwrap();
    heads.iter().map(|head| head.position).sum()
}

/// Grace with Amina and Beth, whose phones have each sent one record.
struct Scene {
    server: Server,
    sam: StaffId,
    grace: PersonId,
    phone: Device,
    tablet: Device,
}

impl Scene {
    async fn start() -> Scene {
        let server = Server::start().await;
        let (amina, beth) = (server.staff("Amina", "carer").await, server.staff("Beth", "nurse").await);
        let sam = server.staff("Sam", "supervisor").await;
        let grace = server.person(&[amina, beth]).await;
        let (mut phone, mut tablet) = (server.device(amina).await, server.device(beth).await);
        for device in [&mut phone, &mut tablet] {
            let page = device.cut(&[(grace, vec![pain(1)])]);
            device.exchange(&server, vec![bytes(&page)]).await;
        }
        Scene { server, sam, grace, phone, tablet }
    }

    /// The phone sends one more record.
    async fn hand_in(&mut self) -> Exchanged {
        let page = self.phone.cut(&[(self.grace, vec![pain(9)])]);
        let done = self.phone.exchange(&self.server, vec![bytes(&page)]).await;
        assert_eq!(done.receipts, vec![page.id], "it is taken all the same");
        done
    }
}

#[tokio::test]
async fn what_comes_after_a_carer_has_left_is_shown_and_flagged_and_nothing_comes_down() {
    let mut scene = Scene::start().await;
    assert_eq!(revoke(&scene.server, &scene.phone, "left", scene.sam).await, StatusCode::OK);
    let done = scene.hand_in().await;
    assert!(done.terms.ended && done.terms.wipe.is_none() && done.extracts.is_empty());
    assert!(done.access.unwrap().people.is_empty(), "it may see nobody");
    assert_eq!(positions(&scene.server, scene.grace).await, 3);
    let listed = get(&scene.server, "kept-apart").await;
    let flagged = &listed["flagged"][0];
    assert_eq!(listed["kept_apart"], json!([]));
    assert_eq!((&flagged["why"], &flagged["first"]), (&json!("device_left"), &json!(2)));
}

#[tokio::test]
async fn what_comes_from_a_stolen_phone_is_kept_apart_and_what_was_receipted_before_stays() {
    let mut scene = Scene::start().await;
    assert_eq!(revoke(&scene.server, &scene.phone, "stolen", scene.sam).await, StatusCode::OK);
    scene.hand_in().await;
    assert_eq!(positions(&scene.server, scene.grace).await, 2);
    let listed = get(&scene.server, "kept-apart").await;
    let apart = &listed["kept_apart"][0];
    assert_eq!((&apart["why"], &apart["first"]), (&json!("device_stolen"), &json!(2)));
    let revocations = get(&scene.server, "revocations").await;
    let receipted = &revocations["revocations"][0]["receipted"];
    assert_eq!((receipted.as_array().unwrap().len(), &receipted[0]["number"]), (1, &json!(1)));
    let again = revoke(&scene.server, &scene.phone, "left", scene.sam).await;
    assert_eq!(again, StatusCode::NOT_FOUND, "it has ended");
}

#[tokio::test]
async fn what_others_were_given_before_a_restore_is_not_kept_apart_whoever_hands_it_in_first() {
    for author_first in [true, false] {
        let Scene { server, sam, grace, mut phone, mut tablet } = Scene::start().await;
        let to = server.folder.path().join("backup.sqlite");
        backup::backup(&server.app.data, &to).await.unwrap();
        let given = phone.cut(&[(grace, vec![pain(2), proposal()])]);
        phone.exchange(&server, vec![bytes(&given)]).await;
        let held = tablet.exchange(&server, vec![]).await.extracts;
        let held = held.iter().filter(|extract| extract.id == given.id);
        let held: Vec<PackedExtract> = held.map(PackedExtract::of).collect();
        let alone = phone.cut(&[(grace, vec![pain(3)])]);
        phone.exchange(&server, vec![bytes(&alone)]).await;
        assert_eq!(revoke(&server, &phone, "stolen", sam).await, StatusCode::OK);

        let Server { folder, routes, token, app } = server;
        let data = app.data.clone();
        drop((routes, app));
        backup::restore(&data, &to).await.unwrap();
        let server = Server::open(folder, token);
        if author_first {
            let mut request = phone.request(vec![]);
            request.brought = held.clone();
            exchanged(&mut phone, &server, request).await;
            let apart = get(&server, "kept-apart").await["kept_apart"].as_array().unwrap().len();
            assert_eq!(apart, 1, "what its author brings is no more than what its author hands in");
        }
        for is_author in [author_first, !author_first] {
            let device = if is_author { &mut phone } else { &mut tablet };
            let pages = if is_author { vec![bytes(&given), bytes(&alone)] } else { vec![] };
            let mut request = device.request(pages);
            request.brought = held.clone();
            exchanged(device, &server, request).await;
            let apart = get(&server, "kept-apart").await["kept_apart"].as_array().unwrap().len();
            if is_author && author_first {
                assert_eq!(apart, 2, "the word of its author alone is not enough");
            }
        }
        assert_eq!(positions(&server, grace).await, 4);
        let listed = get(&server, "kept-apart").await;
        let apart = listed["kept_apart"].as_array().unwrap();
        assert_eq!((apart.len(), &apart[0]["first"]), (1, &json!(4)), "what nobody else was given");
    }
}

#[tokio::test]
async fn a_recipient_brings_her_own_concern_back_to_a_restored_server_also_from_a_stolen_phone() {
    for is_stolen in [false, true] {
        let Scene { server, sam, grace, .. } = Scene::start().await;
        let dee = server.staff("Dee", "manager").await;
        let recipients = server.ask_admin("restricted-recipients", json!({ "staff": [dee] })).await;
        assert_eq!(recipients.0, StatusCode::OK);
        let mut phone = server.device(dee).await;
        phone.exchange(&server, vec![]).await;
        let to = server.folder.path().join("backup.sqlite");
        backup::backup(&server.app.data, &to).await.unwrap();
        let (epoch, concern) = (Epoch([7; 8]), Body::Concern(Concern::of_text(WORDS)));
        let mut request = phone.request(vec![]);
        request.sealed = vec![sealed_page(&phone, grace, epoch, &concern, &[(phone.id, phone.sealing)])];
        let given = exchanged(&mut phone, &server, request).await.extracts;
        let given = given.iter().filter(|extract| extract.id.epoch == epoch);
        let given: Vec<PackedExtract> = given.map(PackedExtract::of).collect();
        assert_eq!(given.len(), 1, "what she wrote is sealed to her too");
        if is_stolen {
            assert_eq!(revoke(&server, &phone, "stolen", sam).await, StatusCode::OK);
        }

        let Server { folder, routes, token, app } = server;
        let data = app.data.clone();
        drop((routes, app));
        backup::restore(&data, &to).await.unwrap();
        let server = Server::open(folder, token);
        let mut request = phone.request(vec![]);
        request.brought = given;
        let done = exchanged(&mut phone, &server, request).await;
        let taken: Vec<Epoch> = done.receipts.iter().map(|page| page.epoch).collect();
        assert_eq!((taken, done.refused), (vec![epoch], vec![]), "stolen: {is_stolen}");
    }
}

#[tokio::test]
async fn the_directory_tells_other_devices_once_under_the_stores_key() {
    let mut scene = Scene::start().await;
    revoke(&scene.server, &scene.phone, "stolen", scene.sam).await;
    let told = scene.tablet.exchange(&scene.server, vec![]).await;
    let [statement] = &told.terms.revoked[..] else { panic!("one is told") };
    let revocation: Revocation = statement.verify(&scene.server.app.identity.public_key()).unwrap();
    assert_eq!((revocation.device, revocation.why), (scene.phone.id, Ended::Stolen));
    assert!(!told.terms.ended);
    assert!(scene.tablet.exchange(&scene.server, vec![]).await.terms.revoked.is_empty());
}

#[tokio::test]
async fn only_supervisors_and_managers_end_an_enrolment() {
    let scene = Scene::start().await;
    let status = revoke(&scene.server, &scene.phone, "left", scene.tablet.staff).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let order = json!({ "device": scene.phone.id, "by": scene.tablet.staff });
    assert_eq!(scene.server.ask_admin("wipe-orders", order).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_order_to_wipe_needs_a_revocation_and_answers_the_request_that_it_is_given_to() {
    let mut scene = Scene::start().await;
    let order = json!({ "device": scene.phone.id, "by": scene.sam });
    let early = scene.server.ask_admin("wipe-orders", order.clone()).await;
    assert_eq!(early.0, StatusCode::NOT_FOUND, "its enrolment has not ended");
    revoke(&scene.server, &scene.phone, "stolen", scene.sam).await;
    assert_eq!(scene.server.ask_admin("wipe-orders", order).await.0, StatusCode::OK);
    let key = scene.server.app.identity.public_key();
    let asked = scene.phone.challenge;
    let first = scene.hand_in().await.terms.wipe.expect("it is ordered");
    let (phone, tablet) = (scene.phone.id, scene.tablet.id);
    assert!(WipeOrder::is_given(&first, &key, phone, &asked));
    assert!(!WipeOrder::is_given(&first, &key, tablet, &asked));
    assert!(!WipeOrder::is_given(&first, &key, phone, &scene.phone.challenge), "that of another answer");
    let mut last = scene.phone.request(vec![]);
    (last.cursors, last.wiped) = (Cursors::All(scene.server.app.identity.epoch, vec![]), Some(true));
    let Answer::Exchanged(done) = scene.phone.ask(&scene.server, &last).await else { panic!() };
    assert_eq!(done.terms.wipe, None);
    let revocations = get(&scene.server, "revocations").await;
    assert!(revocations["revocations"][0]["wiped"].is_number(), "{revocations}");
}
