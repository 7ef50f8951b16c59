//! The audit trail: what is in it, what is not, and that a change of it shows.

mod support;

use alongside_domain::ids::{EntryId, PersonId, StaffId};
use alongside_domain::journal::body::PlanEdit;
use alongside_domain::journal::{Body, PlanSeen};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::time::{HOUR_MS, MINUTE_MS};
use alongside_domain::value::Value;
use alongside_server::audit::{Entry, Outcome, What, Who};
use alongside_server::backup::{self, BackupError};
use alongside_server::init::database;
use alongside_server::plan::{Act, act};
use alongside_server::storage::{Fault, TrailFault, WantedEntries};
use axum::http::StatusCode;
use rusqlite::Connection;
use serde_json::json;
use std::path::Path;
use support::browser::{Browser, PASSWORD, account, field, location};
use support::{Device, MONDAY, Server, bytes, pain};

async fn trail(server: &Server) -> Vec<Entry> {
    let wanted = WantedEntries { count: 1000, ..WantedEntries::default() };
    let mut entries: Vec<Entry> =
        server.app.store.audit_entries(wanted).await.unwrap().into_iter().map(|one| one.entry).collect();
    entries.reverse();
    entries
}

/// What was noted since, as (what, outcome, how many people).
async fn since(server: &Server, before: usize) -> Vec<(What, Outcome, usize)> {
    let told = |entry: &Entry| (entry.what, entry.outcome, entry.people.len());
    trail(server).await[before..].iter().map(told).collect()
}

async fn signed_in<'s>(server: &'s Server, name: &str) -> Browser<'s> {
    let mut browser = Browser::of(server);
    browser.sign_in(name, PASSWORD).await;
    browser
}

async fn with_beth() -> (Server, StaffId, PersonId) {
    let server = Server::start().await;
    let beth = account(&server, "Beth", "nurse").await;
    let grace = server.person(&[beth]).await;
    (server, beth, grace)
}

#[tokio::test]
async fn every_page_that_is_read_and_every_refusal_is_in_it_with_who_and_about_whom() {
    let (server, beth, grace) = with_beth().await;
    let harold = server.person(&[]).await;
    let mut browser = signed_in(&server, "beth").await;
    let before = trail(&server).await.len();
    browser.open(&format!("/people/{grace}")).await;
    browser.open(&format!("/people/{grace}/folder")).await;
    browser.open(&format!("/people/{harold}")).await;
    browser.open("/").await;
    browser.open("/today").await;
    browser.open("/audit").await;
    browser
        .post(&format!("/people/{grace}/deadlines/told"), &[("csrf", "x"), ("version", "1"), ("item", "x")])
        .await;
    let expected = [
        (What::Read, Outcome::Done, 1),
        (What::Printed, Outcome::Done, 1),
        (What::Read, Outcome::NotFound, 1),
        (What::Read, Outcome::Done, 1),
        (What::Read, Outcome::Refused, 0),
        (What::ReadTrail, Outcome::Refused, 0),
        (What::Wrote, Outcome::Refused, 1),
    ];
    assert_eq!(since(&server, before).await, expected);
    let noted = trail(&server).await;
    assert!(
        noted[before..]
            .iter()
            .all(|entry| matches!(entry.who, Who::AtConsole { staff, session: Some(_) } if staff == beth))
    );
    assert_eq!(noted[before + 2].people, [harold].into(), "about whom, also where it was refused");
    assert_eq!(noted[before].place.as_deref(), Some("/people/{person}"), "the route, and not what was typed");
}

#[tokio::test]
async fn signing_in_and_out_and_failing_to_are_in_it_and_nobody_fills_it() {
    let (server, beth, _) = with_beth().await;
    let before = trail(&server).await.len();
    let mut browser = Browser::of(&server);
    browser.sign_in("beth", "wrong").await;
    for _ in 0..20 {
        browser.sign_in("nobody", "wrong").await;
    }
    browser.sign_in("beth", PASSWORD).await;
    let csrf = field(&browser.open("/emergency").await, "csrf");
    browser.post("/sign-out", &[("csrf", &csrf)]).await;
    let noted = &trail(&server).await[before..];
    let told: Vec<_> = noted.iter().map(|entry| (entry.what, entry.outcome)).collect();
    let expected = [
        (What::SignedIn, Outcome::Refused),
        (What::SignedIn, Outcome::Refused),
        (What::SignedIn, Outcome::Done),
        (What::Read, Outcome::Done),
        (What::SignedOut, Outcome::Done),
    ];
    assert_eq!(told, expected);
    assert_eq!((noted[0].who, noted[0].staff), (Who::Nobody, Some(beth)), "whose account was tried");
    assert_eq!((noted[1].who, noted[1].staff), (Who::Nobody, None), "what was typed is kept nowhere");
}

#[tokio::test]
async fn an_exchange_that_carried_records_is_in_it_and_an_empty_one_is_not() {
    let (server, beth, grace) = with_beth().await;
    let amina = server.staff("Amina", "carer").await;
    server.ask_admin("care-team", json!({ "person": grace, "staff": amina })).await;
    let (mut phone, mut tablet) = (server.device(amina).await, server.device(beth).await);
    phone.exchange(&server, vec![]).await;
    let before = trail(&server).await.len();
    phone.exchange(&server, vec![]).await;
    tablet.exchange(&server, vec![]).await;
    assert_eq!(since(&server, before).await, []);
    let page = phone.cut(&[(grace, vec![pain(4)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    tablet.exchange(&server, vec![]).await;
    phone.exchange(&server, vec![vec![1, 2, 3]]).await;
    let expected = [
        (What::HandedIn, Outcome::Done, 1),
        (What::Given, Outcome::Done, 1),
        (What::HandedIn, Outcome::Refused, 0),
    ];
    assert_eq!(since(&server, before).await, expected);
    let by = Who::Device { device: tablet.id, staff: beth };
    assert_eq!(trail(&server).await[before + 1].who, by);
}

#[tokio::test]
async fn administration_is_in_it_with_whom_it_was_about_and_without_what_it_said() {
    let (server, beth, grace) = with_beth().await;
    let before = trail(&server).await.len();
    server.ask_admin("care-team", json!({ "person": grace, "staff": beth, "on": false })).await;
    server.ask_admin("key-safes", json!({ "person": grace, "code": "C4471Z", "by": beth })).await;
    let noted = &trail(&server).await[before..];
    let told: Vec<_> =
        noted.iter().map(|entry| (entry.who, entry.what, entry.outcome, entry.staff)).collect();
    let administered = |outcome| (Who::Administrator, What::Administered, outcome, Some(beth));
    assert_eq!(told, [administered(Outcome::Done), administered(Outcome::Refused)]);
    assert!(noted.iter().all(|entry| entry.people == [grace].into()));
    assert!(noted.iter().all(|entry| !String::from_utf8_lossy(&entry.encode()).contains("C4471Z")));
}

#[tokio::test]
async fn managers_read_it_by_person_and_by_staff_page_by_page_and_that_is_in_it_too() {
    let (server, beth, grace) = with_beth().await;
    account(&server, "Mary", "manager").await;
    let harold = server.person(&[beth]).await;
    let mut nurse = signed_in(&server, "beth").await;
    for _ in 0..60 {
        nurse.open(&format!("/people/{grace}")).await;
    }
    nurse.open(&format!("/people/{harold}/deadlines")).await;
    let mut mary = signed_in(&server, "mary").await;
    let page = mary.open(&format!("/audit?person={grace}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.html.matches("Read the notes between visits").count(), 50);
    assert!(!page.html.contains("Read deadlines"), "only of this person");
    let older = page.html.split("href=\"").find(|part| part.contains("before=")).unwrap();
    let older = older.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    let page = mary.open(&older).await;
    assert_eq!(page.html.matches("Read the notes between visits").count(), 10);
    let page = mary.open(&format!("/audit?staff={beth}")).await;
    assert!(page.html.contains("Read deadlines and decisions"));
    assert!(mary.open("/audit").await.html.contains("Read the audit trail"));
    assert_eq!(mary.open("/audit?person=x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let noted = trail(&server).await;
    let read: Vec<_> = noted.iter().filter(|entry| entry.what == What::ReadTrail).collect();
    assert_eq!(read.len(), 5);
    assert_eq!(read[0].people, [grace].into());
}

fn change(data: &Path, sql: &str) {
    let db = Connection::open(database(data)).unwrap();
    db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    for trigger in ["audit_stays", "audit_stands", "audit_about_stays", "audit_about_stands"] {
        db.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    assert!(db.execute(sql, []).unwrap() > 0, "{sql}");
}

async fn fault_of(sql: &str) -> TrailFault {
    let (server, _, grace) = with_beth().await;
    let mut browser = signed_in(&server, "beth").await;
    for minute in 0..5 {
        server.app.clock.move_to(MONDAY.plus_ms(minute * MINUTE_MS));
        browser.open(&format!("/people/{grace}")).await;
    }
    server.app.clock.move_to(MONDAY.plus_ms(HOUR_MS));
    server.app.heads.at_full_hour(&server.app, server.app.clock.now()).await.unwrap();
    let checked = backup::verify_audit(&server.app.data).await.unwrap();
    assert_eq!((checked.entries, checked.signed_heads), (trail(&server).await.len() as u64, 1));
    change(&server.app.data, sql);
    match backup::verify_audit(&server.app.data).await {
        Err(BackupError::Trail(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_byte_that_was_changed_is_found_and_its_entry_named() {
    let changed = "UPDATE audit SET entry = CAST(substr(entry, 1, length(entry) - 1) || x'00' AS BLOB) WHERE number = 6";
    assert_eq!(fault_of(changed).await, TrailFault { number: 6, fault: Fault::Link });
    let gone = fault_of("DELETE FROM audit_about WHERE number = 7").await;
    assert_eq!(gone, TrailFault { number: 7, fault: Fault::Listed });
    let moved = fault_of("UPDATE audit SET at_ms = at_ms - 1 WHERE number = 5").await;
    assert_eq!(moved, TrailFault { number: 5, fault: Fault::Listed });
    let signed = fault_of("UPDATE audit_head SET link = zeroblob(32)").await;
    assert_eq!(signed.fault, Fault::Signature);
}

#[tokio::test]
async fn an_entry_that_was_taken_away_is_found_also_the_last() {
    let middle = "DELETE FROM audit WHERE number = 6";
    assert_eq!(fault_of(middle).await, TrailFault { number: 6, fault: Fault::Missing });
    let last = fault_of("DELETE FROM audit WHERE number = (SELECT MAX(number) FROM audit)").await;
    assert_eq!(last.fault, Fault::Missing);
}

#[tokio::test]
async fn no_statement_changes_or_deletes_an_entry() {
    let (server, ..) = with_beth().await;
    let db = Connection::open(database(&server.app.data)).unwrap();
    for sql in [
        "UPDATE audit SET at_ms = 0",
        "DELETE FROM audit",
        "UPDATE audit_about SET number = 1",
        "DELETE FROM audit_about",
    ] {
        assert!(db.execute(sql, []).unwrap_err().to_string().contains("only grows"), "{sql}");
    }
}

/// A phone that was told where the trail stood at ten.
async fn witness() -> (Server, Device, PersonId) {
    let (server, beth, grace) = with_beth().await;
    let mut phone = server.device(beth).await;
    server.app.clock.move_to(MONDAY.plus_ms(HOUR_MS));
    assert_eq!(phone.exchange(&server, vec![]).await.audit, phone.audit);
    assert!(phone.audit.is_some());
    (server, phone, grace)
}

async fn state_of(server: &Server) -> (u64, u64) {
    let (_, state) = server.ask_admin_state().await;
    let of = |name: &str| state["audit"][name].as_u64().unwrap();
    (of("contradicted"), of("lost"))
}

#[tokio::test]
async fn a_head_is_told_once_an_hour_whatever_was_done_meanwhile() {
    let (server, mut phone, grace) = witness().await;
    let mut browser = signed_in(&server, "beth").await;
    browser.open(&format!("/people/{grace}")).await;
    assert_eq!(phone.exchange(&server, vec![]).await.audit, None, "nothing new in this hour");
    let first = phone.audit.unwrap();
    server.app.clock.move_to(MONDAY.plus_ms(2 * HOUR_MS));
    let second = phone.exchange(&server, vec![]).await.audit.unwrap();
    assert!(second.link != first.link && second.hour > first.hour && second.epoch == first.epoch);
    server.app.clock.move_to(MONDAY.plus_ms(3 * HOUR_MS));
    let third = phone.exchange(&server, vec![]).await.audit.unwrap();
    assert_eq!(
        (third.link, third.hour.since_ms(second.hour)),
        (second.link, HOUR_MS),
        "also when nothing was done"
    );
    assert_eq!(state_of(&server).await, (0, 0));
}

#[tokio::test]
async fn a_phone_finds_a_past_that_was_written_anew() {
    let (server, mut phone, grace) = witness().await;
    let told = phone.audit.unwrap();
    let mut browser = signed_in(&server, "beth").await;
    browser.open(&format!("/people/{grace}")).await;
    // Somebody with the disk in their hands: the trail anew from its first entry on, each link right.
    let data = server.app.data.clone();
    let Server { folder, token, .. } = server;
    change(&data, "DELETE FROM audit_about");
    let db = Connection::open(database(&data)).unwrap();
    db.execute_batch("DELETE FROM audit_head; DELETE FROM audit").unwrap();
    drop(db);
    let server = Server::open(folder, token);
    server.app.clock.move_to(MONDAY.plus_ms(HOUR_MS + MINUTE_MS));
    let mut browser = signed_in(&server, "beth").await;
    for _ in 0..10 {
        browser.open(&format!("/people/{grace}")).await;
    }
    assert!(backup::verify_audit(&data).await.is_ok(), "alone, it looks whole");
    phone.exchange(&server, vec![]).await;
    assert_eq!(state_of(&server).await, (1, 0));
    let claims = server.app.store.audit_claims().await.unwrap();
    assert_eq!((claims[0].device, claims[0].head), (phone.id, told), "what the phone says is kept");
    phone.exchange(&server, vec![]).await;
    assert_eq!(state_of(&server).await, (1, 0), "once");
    assert!(trail(&server).await.iter().any(|entry| entry.what == What::WitnessDisagreed));
    assert_eq!(backup::verify_audit(&data).await.unwrap().contradicted, 1);
}

#[tokio::test]
async fn after_a_restore_the_trail_names_where_it_stood_and_what_is_lost_is_no_fault() {
    let (server, mut phone, grace) = witness().await;
    let (data, to) = (server.app.data.clone(), server.folder.path().join("backup.sqlite"));
    let mut browser = signed_in(&server, "beth").await;
    backup::backup(&data, &to).await.unwrap();
    let kept = phone.audit.unwrap();
    browser.open(&format!("/people/{grace}")).await;
    server.app.clock.move_to(MONDAY.plus_ms(2 * HOUR_MS));
    phone.exchange(&server, vec![]).await;
    let lost = phone.audit.unwrap();
    assert_ne!(lost.link, kept.link);
    let Server { folder, token, .. } = server;
    let restored = backup::restore(&data, &to).await.unwrap();
    let server = Server::open(folder, token);
    server.app.clock.move_to(MONDAY.plus_ms(3 * HOUR_MS));
    let noted = trail(&server).await;
    let former = noted.iter().find(|entry| entry.what == What::Restored).unwrap().former.unwrap();
    assert_eq!(former.epoch, kept.epoch);
    let here = server.app.store.audit_number(former.link).await.unwrap();
    assert_eq!(here, Some(former.number));
    assert_eq!(server.app.store.audit_number(lost.link).await.unwrap(), None);
    let say = async |phone: &mut Device, head| {
        phone.audit = Some(head);
        let request = phone.request(vec![]);
        phone.ask(&server, &request).await;
        let mut all = phone.request(vec![]);
        all.cursors = alongside_domain::sync::messages::Cursors::All(phone.store_epoch, phone.has());
        phone.ask(&server, &all).await;
    };
    say(&mut phone, kept).await;
    assert_eq!(state_of(&server).await, (0, 0), "it is in what was restored");
    say(&mut phone, lost).await;
    assert_eq!(state_of(&server).await, (0, 1), "a restore explains it");
    let mut forged = kept;
    forged.link.0[0] ^= 1;
    say(&mut phone, forged).await;
    assert_eq!(state_of(&server).await, (1, 1), "what was restored is as it was, or it shows");
    let checked = backup::verify_audit(&data).await.unwrap();
    assert_eq!((checked.restores, checked.lost, checked.contradicted), (1, 1, 1));
    assert_ne!(restored.epoch, kept.epoch);
}

#[tokio::test]
async fn concerns_leave_nothing_in_it() {
    let server = Server::start().await;
    let mary = account(&server, "Mary", "manager").await;
    account(&server, "Beth", "nurse").await;
    server.ask_admin("restricted-recipients", json!({ "staff": [mary] })).await;
    let (mut mary, mut beth) = (signed_in(&server, "mary").await, signed_in(&server, "beth").await);
    let before = trail(&server).await.len();
    assert_eq!(mary.open("/safeguarding").await.status, StatusCode::OK);
    assert_eq!(beth.open("/safeguarding").await.status, StatusCode::NOT_FOUND);
    mary.open("/safeguarding/0000000000000000").await;
    beth.post("/safeguarding/0000000000000000", &[("csrf", "x"), ("act", "x")]).await;
    assert_eq!(trail(&server).await.len(), before);
    let page = Browser::of(&server).open("/audit").await;
    assert_eq!(location(&page), "/sign-in");
}

#[tokio::test]
async fn a_copy_of_the_record_is_for_managers_and_noted_and_says_nothing_of_what_is_withheld() {
    let (server, beth, grace) = with_beth().await;
    let mary = account(&server, "Mary", "manager").await;
    server.ask_admin("care-team", json!({ "person": grace, "staff": mary })).await;
    let mut phone = server.device(beth).await;
    let page = phone.cut(&[(grace, vec![pain(4)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let path = format!("/people/{grace}/copy");
    let (mut nurse, mut manager) = (signed_in(&server, "beth").await, signed_in(&server, "mary").await);
    assert_eq!(nurse.open(&path).await.status, StatusCode::FORBIDDEN);
    let before = trail(&server).await.len();
    let plain = manager.open(&path).await;
    assert_eq!(plain.status, StatusCode::OK);
    assert!(plain.html.contains("level 4"), "{}", plain.html);
    assert_eq!(since(&server, before).await, [(What::Exported, Outcome::Done, 1)]);
    // With something in the office channel the copy is the same to the byte.
    let desk = &mut server.device(mary).await;
    let note = alongside_domain::journal::body::OfficeNote { text: "owes money".to_owned() };
    let note = Body::OfficeNote(note);
    let page = desk.cut_in(alongside_domain::journal::Channel::Office, &[(grace, vec![note])]);
    assert_eq!(desk.exchange(&server, vec![bytes(&page)]).await.receipts.len(), 1);
    assert_eq!(manager.open(&path).await.html, plain.html);
}

#[tokio::test]
async fn what_is_about_somebody_else_is_left_out_of_a_copy_as_the_manager_marks_it() {
    let (server, beth, grace) = with_beth().await;
    let mary = account(&server, "Mary", "manager").await;
    server.ask_admin("care-team", json!({ "person": grace, "staff": mary })).await;
    let mut phone = server.device(beth).await;
    let page = phone.cut(&[(grace, vec![pain(4), pain(5)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let path = format!("/people/{grace}/copy");
    let mut manager = signed_in(&server, "mary").await;
    let asked = manager.open(&path).await;
    let line = asked.html.lines().find(|line| line.contains("level 4")).expect("it is in the copy");
    let (_, id) = line.split_once("name=\"line\" value=\"").expect("it can be marked");
    let id = id.split('"').next().expect("it ends");
    let before = trail(&server).await.len();
    let csrf = field(&asked, "csrf");
    let without = [("csrf", csrf.as_str()), ("line", id), ("words", "Nobody here\nLEVEL 5")];
    let made = manager.post(&path, &without).await;
    assert_eq!(made.status, StatusCode::OK);
    assert!(!made.html.contains("level 4") && !made.html.contains("level 5"), "{}", made.html);
    assert!(made.html.contains("(left out: it is about somebody else)") && made.html.contains("(left out)"));
    assert!(!made.html.contains("checkbox"), "it is to be printed");
    assert_eq!(since(&server, before).await, [(What::Exported, Outcome::Done, 1)]);
    assert!(manager.open(&path).await.html.contains("level 4"), "the record stays as it is");
    let mut nurse = signed_in(&server, "beth").await;
    let own = nurse.open(&format!("/people/{grace}")).await;
    let refused = nurse.post(&path, &[("csrf", field(&own, "csrf").as_str()), ("words", "x")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

/// What is to be done about turning, on two days: first hourly, then at each visit. Mary the manager has written it.
async fn turned() -> (Server, PersonId) {
    let (server, _, grace) = with_beth().await;
    let mary = account(&server, "Mary", "manager").await;
    server.ask_admin("care-team", json!({ "person": grace, "staff": mary })).await;
    let app = &server.app;
    let (section, entry) = (Section::Actions, "turn".parse::<EntryId>().unwrap());
    let said = |text: &str| [("text".to_owned(), Value::text(text))].into();
    let first =
        Command::AddEntry { section, entry: entry.clone(), fields: said("Turn her hourly"), order: 1 };
    let then = Command::SetField {
        section,
        entry,
        field: "text".to_owned(),
        value: Value::text("Turn her at each visit"),
    };
    for (hour, command) in [(1, first), (26, then)] {
        app.clock.move_to(MONDAY.plus_ms(hour * HOUR_MS));
        let version = app.plans.current(app, grace).await.unwrap().view.version;
        let base = PlanSeen { version, own_edit: None };
        let edit = PlanEdit { base, commands: vec![command], reason: "as agreed".to_owned() };
        act(app, &Act { person: grace, by: mary, body: Body::PlanEdit(edit) }).await.unwrap();
    }
    (server, grace)
}

#[tokio::test]
async fn a_copy_of_the_record_says_what_the_plan_said_earlier_and_until_when() {
    let (server, grace) = turned().await;
    let html = signed_in(&server, "mary").await.open(&format!("/people/{grace}/copy")).await.html;
    let (before, after) = html.split_once("What the plan said earlier").unwrap();
    let earlier = after.split("What was recorded").next().unwrap();
    assert!(before.contains("Turn her at each visit") && !before.contains("Turn her hourly"), "{before}");
    assert!(earlier.contains("Turn her hourly. Until Tue 3 Mar 2026 11:00."), "{earlier}");
    assert!(!earlier.contains("Turn her at each visit"), "{earlier}");
}

#[tokio::test]
async fn what_the_plan_said_at_the_end_of_a_day_can_be_read() {
    let (server, grace) = turned().await;
    let mut mary = signed_in(&server, "mary").await;
    let path = format!("/people/{grace}/plan");
    let (hourly, at_each_visit) = ("Turn her hourly", "Turn her at each visit");
    for (on, is_said, is_not) in [
        ("", at_each_visit, hourly),
        ("?on=2026-03-03", at_each_visit, hourly),
        ("?on=2026-03-02", hourly, at_each_visit),
        ("?on=2026-03-01", "There was no plan yet", hourly),
    ] {
        let page = mary.open(&format!("{path}{on}")).await.html;
        assert!(page.contains(is_said) && !page.contains(is_not), "{on}: {page}");
    }
    let page = mary.open(&format!("{path}?on=2026-03-02")).await.html;
    assert!(page.contains("(Mary, Mon 2 Mar 2026 10:00)"), "who wrote it, and when: {page}");
    let wrong = mary.open(&format!("{path}?on=yesterday")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("is a day such as 2026-03-02"), "{}", wrong.html);
}
