//! What was declined, or waits, and its author has not seen: it stands before the supervisor until somebody tells them.

mod support;

use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::{EditDecision, Looked, PlanEdit, ShownRun};
use alongside_domain::journal::{Body, Channel, PlanSeen, RecordRef};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::unseen::UNSEEN_AFTER_MS;
use alongside_domain::time::HOUR_MS;
use alongside_domain::value::Value;
use alongside_server::plan::{Act, act};
use axum::http::StatusCode;
use serde_json::json;
use support::browser::{Browser, PASSWORD, Page, account, field, location};
use support::{Device, MONDAY, Server, bytes};

struct Told {
    server: Server,
    grace: PersonId,
    joel: alongside_domain::ids::StaffId,
    phone: Device,
    edit: RecordRef,
}

/// A carer's proposal about Grace, which the supervisor has declined.
async fn declined() -> Told {
    declined_of("carer").await
}

async fn declined_of(role: &str) -> Told {
    let server = Server::start().await;
    let (sam, joel) = (account(&server, "Sam", "supervisor").await, account(&server, "Joel", role).await);
    let nurse = account(&server, "Beth", "nurse").await;
    let grace = server.person(&[sam, joel, nurse]).await;
    let mut phone = server.device(joel).await;
    let command = Command::AddEntry {
        section: Section::Actions,
        entry: "turning".parse().unwrap(),
        fields: [("text".to_owned(), Value::text("change position"))].into(),
        order: 1,
    };
    let base = PlanSeen { version: 0, own_edit: None };
    let edit = Body::PlanEdit(PlanEdit { base, commands: vec![command], reason: "sore heels".to_owned() });
    let page = phone.cut(&[(grace, vec![edit])]);
    assert_eq!(phone.exchange(&server, vec![bytes(&page)]).await.receipts, vec![page.id]);
    let edit = RecordRef { author: phone.id, epoch: phone.epoch, number: 1, channel: Channel::Care };
    let decision = EditDecision { edit, accept: false, reason: "a mattress is on its way".to_owned() };
    act(&server.app, &Act { person: grace, by: sam, body: Body::EditDecision(decision) }).await.unwrap();
    Told { server, grace, joel, phone, edit }
}

impl Told {
    async fn opened_by(&self, name: &str) -> (Browser<'_>, Page) {
        let mut browser = Browser::of(&self.server);
        browser.sign_in(name, PASSWORD).await;
        let page = browser.open("/needs-you").await;
        assert_eq!(page.status, StatusCode::OK);
        (browser, page)
    }

    fn after(&self, ms: i64) {
        self.server.app.clock.move_to(MONDAY.plus_ms(ms));
    }

    /// The record that tells what became of the edit.
    async fn fate(&self) -> RecordRef {
        let plan = self.server.app.plans.current(&self.server.app, self.grace).await.unwrap();
        plan.states.edit(&self.edit).unwrap().settled.as_ref().unwrap().record.unwrap()
    }
}

fn names_it(page: &Page) -> bool {
    page.html.contains("data-unseen-fate") && page.html.contains("a mattress is on its way")
}

#[tokio::test]
async fn after_fourteen_days_it_stands_before_the_supervisor_until_they_have_told_the_author() {
    let told = declined().await;
    told.after(UNSEEN_AFTER_MS - HOUR_MS);
    assert!(!names_it(&told.opened_by("sam").await.1));
    told.after(UNSEEN_AFTER_MS);
    assert!(!names_it(&told.opened_by("beth").await.1), "a nurse is not asked");
    let (mut sam, page) = told.opened_by("sam").await;
    assert!(names_it(&page) && page.html.contains("Joel") && page.html.contains("sore heels"));
    let (csrf, fate) = (field(&page, "csrf"), field(&page, "fate"));
    let person = told.grace.to_string();
    let form = |how: &'static str| {
        [("csrf", csrf.clone()), ("person", person.clone()), ("fate", fate.clone()), ("how", how.to_owned())]
    };
    let post = async |browser: &mut Browser<'_>, fields: &[(&str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/needs-you/told", &fields).await
    };
    assert_eq!(post(&mut sam, &form(" ")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(location(&post(&mut sam, &form("rang him at home")).await), "/needs-you?done=told");
    assert!(!names_it(&sam.open("/needs-you").await));
    assert_eq!(location(&post(&mut sam, &form("rang him again")).await), "/needs-you?done=seen");
}

#[tokio::test]
async fn once_its_author_has_seen_it_on_their_phone_it_asks_nobody() {
    let mut told = declined().await;
    let fate = told.fate().await;
    told.phone.exchange(&told.server, vec![]).await;
    let run = ShownRun { author: fate.author, epoch: fate.epoch, first: fate.number, last: fate.number };
    let looked = Looked { role: None, shown: vec![], fates: Some(vec![run]), told: None };
    let page = told.phone.cut(&[(told.grace, vec![Body::Looked(looked)])]);
    let done = told.phone.exchange(&told.server, vec![bytes(&page)]).await;
    assert_eq!(done.receipts, vec![page.id]);
    told.after(UNSEEN_AFTER_MS);
    assert!(!names_it(&told.opened_by("sam").await.1));
}

#[tokio::test]
async fn its_author_sees_it_on_the_console_and_it_stays_while_they_read() {
    let told = declined_of("nurse").await;
    told.after(HOUR_MS);
    let (mut joel, page) = told.opened_by("joel").await;
    assert!(page.html.contains("data-own-fate") && page.html.contains("a mattress is on its way"));
    assert!(joel.open("/needs-you").await.html.contains("data-own-fate"), "still at the same reading");
    told.after(2 * HOUR_MS);
    assert!(!told.opened_by("joel").await.1.html.contains("data-own-fate"));
    told.after(UNSEEN_AFTER_MS);
    assert!(!names_it(&told.opened_by("sam").await.1));
}

#[tokio::test]
async fn of_an_author_without_access_the_supervisor_is_told_at_once() {
    let told = declined().await;
    let asked = json!({ "person": told.grace, "staff": told.joel, "on": false });
    told.server.ask_admin("care-team", asked).await;
    let (_, page) = told.opened_by("sam").await;
    assert!(names_it(&page) && page.html.contains("does not look after"));
}
