//! Rules of backups: made while the server works, proved record by record, put back only when nobody serves.

mod support;

use alongside_domain::sync::messages::{Answer, Cursors, unpack};
use alongside_server::backup::{self, BackupError};
use alongside_server::init::database;
use axum::http::StatusCode;
use serde_json::json;
use std::path::PathBuf;
use support::{Device, Server, bytes, pain};

struct Story {
    server: Server,
    phone: Device,
    person: alongside_domain::ids::PersonId,
    to: PathBuf,
}

/// A phone has handed in one page.
async fn story() -> Story {
    let server = Server::start().await;
    let amina = server.staff("Amina", "carer").await;
    let person = server.person(&[amina]).await;
    let mut phone = server.device(amina).await;
    phone.exchange(&server, vec![]).await;
    let page = phone.cut(&[(person, vec![pain(2), pain(3)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let to = server.folder.path().join("backup.sqlite");
    Story { server, phone, person, to }
}

#[tokio::test]
async fn a_backup_is_made_while_the_server_works_and_proves_every_record() {
    let Story { server, mut phone, person, to } = story().await;
    let made = backup::backup(&server.app.data, &to).await.unwrap();
    assert_eq!((made.proved.pages, made.proved.records), (1, 2));
    let page = phone.cut(&[(person, vec![pain(4)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let seen = backup::verify(&server.app.data, &to).await.unwrap();
    assert_eq!((seen.holds, seen.proved), (made.holds, made.proved));
    assert!(matches!(backup::backup(&server.app.data, &to).await, Err(BackupError::Exists { .. })));
}

#[tokio::test]
async fn phones_are_told_once_a_backup_holds_all_that_they_have() {
    let Story { server, mut phone, person, to } = story().await;
    let asks = |phone: &Device| {
        let mut request = phone.request(vec![]);
        request.keeps = true;
        request
    };
    let told = async |phone: &mut Device| {
        let request = asks(phone);
        let Answer::Exchanged(done) = phone.ask(&server, &request).await else { panic!("no exchange") };
        done.backed_up
    };
    assert!(!told(&mut phone).await, "there is no backup");
    backup::backup(&server.app.data, &to).await.unwrap();
    assert!(told(&mut phone).await);
    let page = phone.cut(&[(person, vec![pain(4)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    assert!(!told(&mut phone).await, "the new page is in no backup");
}

#[tokio::test]
async fn a_backup_with_another_byte_is_refused() {
    let Story { server, to, .. } = story().await;
    backup::backup(&server.app.data, &to).await.unwrap();
    let whole = std::fs::read(&to).unwrap();
    for place in [100, whole.len() / 2, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        std::fs::write(&to, changed).unwrap();
        let refused = backup::verify(&server.app.data, &to).await.err();
        assert!(matches!(refused, Some(BackupError::Changed { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn a_record_that_was_altered_before_the_backup_does_not_prove_itself() {
    let Story { server, to, .. } = story().await;
    let db = rusqlite::Connection::open(database(&server.app.data)).unwrap();
    let records: Vec<u8> = db.query_row("SELECT records FROM run", [], |row| row.get(0)).unwrap();
    let mut altered = records.clone();
    *altered.last_mut().unwrap() ^= 1;
    db.execute("UPDATE run SET records = ?1", [altered]).unwrap();
    let refused = backup::backup(&server.app.data, &to).await.err();
    assert!(matches!(refused, Some(BackupError::Unproved(_))), "{refused:?}");
    assert!(!to.exists());
}

#[tokio::test]
async fn a_restore_waits_for_the_server_to_end_and_keeps_what_was_there() {
    let Story { server, mut phone, person, to } = story().await;
    let data = server.app.data.clone();
    backup::backup(&data, &to).await.unwrap();
    let page = phone.cut(&[(person, vec![pain(4)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let serving = backup::serving(&data).unwrap();
    assert!(matches!(backup::restore(&data, &to).await, Err(BackupError::Serving { .. })));
    drop(serving);
    let Server { folder, token, .. } = server;
    let restored = backup::restore(&data, &to).await.unwrap();
    assert_eq!(restored.awaited, 1);
    assert!(restored.replaced.unwrap().exists());
    let server = Server::open(folder, token);
    let request = phone.request(vec![]);
    let (status, _) = server.answer(&phone.envelope(&request)).await;
    assert_eq!(status, StatusCode::OK);
    let mut all = phone.request(vec![]);
    all.cursors = Cursors::All(phone.store_epoch, phone.has());
    phone.ask(&server, &all).await;
    let Answer::Exchanged(done) = phone.ask(&server, &all).await else { panic!("no exchange") };
    assert_eq!(done.epoch, Some(restored.epoch), "the phone learns that it has to bring what it keeps");
    assert_eq!(done.cursors.iter().map(|cursor| cursor.position).collect::<Vec<_>>(), [2]);
    let (status, state) = server.ask_admin_state().await;
    assert_eq!((status, state["awaited"].as_array().unwrap().len()), (StatusCode::OK, 1));
    server.ask_admin("end-wait", json!({ "device": phone.id })).await;
    let (_, state) = server.ask_admin_state().await;
    assert_eq!(state["awaited"], json!([]));
}

#[tokio::test]
async fn a_phone_that_has_not_heard_of_a_restore_is_not_told_that_a_later_backup_holds_what_it_has() {
    let Story { server, mut phone, person, to } = story().await;
    let data = server.app.data.clone();
    backup::backup(&data, &to).await.unwrap();
    let page = phone.cut(&[(person, vec![pain(4)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let Server { folder, token, .. } = server;
    backup::restore(&data, &to).await.unwrap();
    let server = Server::open(folder, token);
    let later = server.folder.path().join("later.sqlite");
    backup::backup(&data, &later).await.unwrap();
    let mut all = phone.request(vec![]);
    all.keeps = true;
    all.cursors = Cursors::All(phone.store_epoch, phone.has());
    phone.ask(&server, &all).await;
    let Answer::Exchanged(done) = phone.ask(&server, &all).await else { panic!("no exchange") };
    assert!(!done.backed_up, "the page that was lost is in no backup");
    all.cursors = Cursors::All(done.epoch.unwrap(), done.cursors);
    let mut again = phone.request(vec![bytes(&page)]);
    again.cursors = all.cursors.clone();
    phone.ask(&server, &again).await;
    backup::backup(&data, &server.folder.path().join("last.sqlite")).await.unwrap();
    let Answer::Exchanged(done) = phone.ask(&server, &all).await else { panic!("no exchange") };
    assert!(done.backed_up, "now it is");
}

#[tokio::test]
async fn an_enrolment_that_ended_after_the_backup_stays_ended_with_its_order_to_wipe() {
    let Story { server, phone, to, .. } = story().await;
    let data = server.app.data.clone();
    let maria = server.staff("Maria", "manager").await;
    let beth = server.staff("Beth", "carer").await;
    let other = server.device(beth).await;
    backup::backup(&data, &to).await.unwrap();
    for device in [phone.id, other.id] {
        server.ask_admin("revocations", json!({ "device": device, "why": "stolen", "by": maria })).await;
    }
    server.ask_admin("wipe-orders", json!({ "device": phone.id, "by": maria })).await;
    let ended = server.app.store.ended_devices().await.unwrap();
    let receipted = server.app.store.receipted_before(phone.id).await.unwrap();
    assert_eq!((ended.len(), receipted.len()), (2, 1));
    let Server { folder, token, .. } = server;
    backup::restore(&data, &to).await.unwrap();
    let server = Server::open(folder, token);
    assert_eq!(server.app.store.ended_devices().await.unwrap(), ended);
    assert_eq!(server.app.store.receipted_before(phone.id).await.unwrap(), receipted);
    std::fs::remove_file(data.join("alongside.ledger")).unwrap();
    let Server { folder, token, .. } = server;
    let server = Server::open(folder, token);
    assert_eq!(server.app.store.ended_devices().await.unwrap(), ended);
    assert!(data.join("alongside.ledger").exists(), "a ledger that is lost is written again");
}

#[tokio::test]
async fn a_phone_that_joined_and_was_stolen_after_the_backup_is_not_enrolled_again() {
    let Story { server, to, .. } = story().await;
    let data = server.app.data.clone();
    let (beth, maria) = (server.staff("Beth", "carer").await, server.staff("Maria", "manager").await);
    backup::backup(&data, &to).await.unwrap();
    let (phone, certificate) = server.device_with_certificate(beth).await;
    server.ask_admin("revocations", json!({ "device": phone.id, "why": "stolen", "by": maria })).await;
    let ended = server.app.store.ended_devices().await.unwrap();
    let Server { folder, token, .. } = server;
    backup::restore(&data, &to).await.unwrap();
    let server = Server::open(folder, token);
    assert_eq!(server.app.store.ended_devices().await, Ok(vec![]), "nobody knows it");
    let mut envelope = phone.envelope(&phone.request(vec![]));
    envelope.certificate = Some(certificate);
    server.answer(&envelope).await;
    assert_eq!(server.app.store.ended_devices().await, Ok(ended));
}

#[tokio::test]
async fn a_phone_that_joined_after_the_backup_shows_its_certificate_and_is_known_again() {
    let Story { server, to, .. } = story().await;
    let data = server.app.data.clone();
    let late = server.staff("Beth", "carer").await;
    backup::backup(&data, &to).await.unwrap();
    let (mut phone, certificate) = server.device_with_certificate(late).await;
    let Server { folder, token, .. } = server;
    backup::restore(&data, &to).await.unwrap();
    let server = Server::open(folder, token);
    let request = phone.request(vec![]);
    assert!(matches!(phone.ask(&server, &request).await, Answer::NotEnrolled));
    let mut envelope = phone.envelope(&request);
    envelope.certificate = Some(certificate);
    let (status, answer) = server.answer(&envelope).await;
    assert_eq!(status, StatusCode::OK);
    assert!(matches!(unpack(&answer).unwrap(), Answer::ChallengeUnknown(_)), "it is known, and asks again");
}

#[tokio::test]
async fn a_certificate_that_this_store_did_not_sign_makes_nobody_known() {
    let server = Server::start().await;
    let amina = server.staff("Amina", "carer").await;
    let other = Server::start().await;
    let (phone, certificate) = other.device_with_certificate(other.staff("Amina", "carer").await).await;
    let mut envelope = Device { staff: amina, ..phone }.envelope_of_nothing();
    envelope.certificate = Some(certificate);
    let (_, answer) = server.answer(&envelope).await;
    assert!(matches!(unpack(&answer).unwrap(), Answer::NotEnrolled));
}

#[tokio::test]
async fn a_database_that_was_put_back_without_the_command_is_noticed_and_nothing_is_exchanged() {
    let Story { server, mut phone, .. } = story().await;
    phone.cursors.values_mut().for_each(|position| *position += 5);
    let mut all = phone.request(vec![]);
    all.cursors = Cursors::All(phone.store_epoch, phone.has());
    let (status, body) = server.answer(&phone.envelope(&all)).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(String::from_utf8_lossy(&body).contains("alongside restore"));
}
