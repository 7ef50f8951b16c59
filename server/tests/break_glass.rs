//! Opening a record in an emergency: reading one person, for some hours, told to the office, and nothing else.

mod support;

use alongside_domain::access::break_glass::opened;
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::body::PlanEdit;
use alongside_domain::journal::{Body, Channel, PlanSeen};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::time::HOUR_MS;
use alongside_domain::value::Value;
use alongside_server::care::PersonCare;
use axum::http::StatusCode;
use support::browser::{Browser, PASSWORD, Page, account, field, location};
use support::{Device, MONDAY, Server, bytes, pain};

const REASON: &str = "found on the floor, her own nurse cannot be reached";

/// Grace with her team, and Beth, a nurse, who is not on it.
struct Ward {
    server: Server,
    grace: PersonId,
    beth: StaffId,
    /// Sam's own device.
    desk: Device,
}

impl Ward {
    async fn new() -> Ward {
        let server = Server::start().await;
        let (sam, beth) =
            (account(&server, "Sam", "supervisor").await, account(&server, "Beth", "nurse").await);
        account(&server, "Mary", "manager").await;
        let grace = server.person(&[sam]).await;
        let mut desk = server.device(sam).await;
        let start = Command::AddEntry {
            section: Section::Safety,
            entry: "main".parse().unwrap(),
            fields: [
                ("full_name".to_owned(), Value::text("Mrs Grace Okafor")),
                ("date_of_birth".to_owned(), Value::text("1941-06-14")),
                ("nhs_number".to_owned(), Value::text("999 000 0018")),
                ("preferred_name".to_owned(), Value::text("Gracie")),
            ]
            .into(),
            order: 0,
        };
        let base = PlanSeen { version: 0, own_edit: None };
        let edit = PlanEdit { base, commands: vec![start], reason: "first plan".to_owned() };
        let page = desk.cut(&[(grace, vec![Body::PlanEdit(edit), pain(4)])]);
        desk.exchange(&server, vec![bytes(&page)]).await;
        Ward { server, grace, beth, desk }
    }

    async fn signed_in(&self, name: &str) -> Browser<'_> {
        let mut browser = Browser::of(&self.server);
        assert_eq!(browser.sign_in(name, PASSWORD).await.status, StatusCode::SEE_OTHER);
        browser
    }

    fn path(&self) -> String {
        format!("/people/{}", self.grace)
    }

    async fn opens(&self, browser: &mut Browser<'_>, hours: &str, reason: &str) -> Page {
        let csrf = field(&browser.open("/emergency").await, "csrf");
        let person = self.grace.to_string();
        let fields = [("csrf", csrf.as_str()), ("person", &person), ("hours", hours), ("reason", reason)];
        browser.post("/emergency/open", &fields).await
    }

    async fn told(&self) -> Vec<alongside_domain::access::break_glass::Opened> {
        let office = PersonCare::offices(&self.server.app, &[self.grace]).await.unwrap();
        opened(&office[0], self.server.app.identity.author)
    }
}

async fn finds(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> Page {
    let csrf = field(&browser.open("/emergency").await, "csrf");
    let fields: Vec<(&str, &str)> =
        [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
    browser.post("/emergency/find", &fields).await
}

#[tokio::test]
async fn a_person_is_found_by_exact_number_or_by_name_and_birth_and_nobody_is_listed() {
    let ward = Ward::new().await;
    let mut beth = ward.signed_in("beth").await;
    let id = ward.grace.to_string();
    for fits in
        [vec![("nhs_number", "9990000018")], vec![("name", " grace  OKAFOR "), ("born", "1941-06-14")]]
    {
        let page = finds(&mut beth, &fits).await;
        assert_eq!(page.status, StatusCode::OK, "{fits:?}");
        assert!(page.html.contains("Mrs Grace Okafor") && page.html.contains(&id));
        assert!(!page.html.contains("Gracie"), "nothing of her care");
    }
    for fits_not in [
        vec![("nhs_number", "9990000019")],
        vec![("nhs_number", "999000001")],
        vec![("name", "Grace Okafo"), ("born", "1941-06-14")],
        vec![("name", "Mrs Grace Okafor"), ("born", "1941-06-15")],
    ] {
        let page = finds(&mut beth, &fits_not).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{fits_not:?}");
        assert!(!page.html.contains(&id) && !page.html.contains("Okafor"));
    }
    assert_eq!(
        finds(&mut beth, &[("name", "Mrs Grace Okafor")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    for _ in 0..4 {
        finds(&mut beth, &[("nhs_number", "9990000018")]).await;
    }
    assert_eq!(finds(&mut beth, &[("nhs_number", "9990000018")]).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn it_is_for_reading_ends_by_itself_and_the_office_is_told_at_once() {
    let ward = Ward::new().await;
    let mut beth = ward.signed_in("beth").await;
    assert_eq!(beth.open(&ward.path()).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ward.opens(&mut beth, "13", REASON).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ward.opens(&mut beth, "2", "  ").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(ward.told().await.is_empty());
    let page = ward.opens(&mut beth, "12", REASON).await;
    assert_eq!((page.status, location(&page)), (StatusCode::SEE_OTHER, ward.path().as_str()));
    let told = ward.told().await;
    assert_eq!((told[0].by, told[0].reason.as_str()), (ward.beth, REASON));
    assert_eq!(told[0].until, MONDAY.plus_ms(12 * HOUR_MS));
    assert_eq!(
        ward.opens(&mut beth, "12", REASON).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "it is open"
    );

    let page = beth.open(&ward.path()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.html.contains("Gracie"));
    assert!(page.html.contains("You opened this record in an emergency."));
    assert!(page.html.contains("It ends at") && page.html.contains("The manager was told."));
    assert!(beth.open("/inbox").await.html.contains("You opened the record of"), "a banner on every page");
    for open in ["", "/deadlines", "/folder"] {
        assert_eq!(beth.open(&format!("{}{open}", ward.path())).await.status, StatusCode::OK, "{open}");
    }
    for shut in ["/key-safe", "/templates"] {
        assert_eq!(
            beth.open(&format!("{}{shut}", ward.path())).await.status,
            StatusCode::FORBIDDEN,
            "{shut}"
        );
    }
    assert_eq!(beth.open("/safeguarding").await.status, StatusCode::NOT_FOUND);

    ward.server.app.clock.move_to(MONDAY.plus_ms(12 * HOUR_MS - 1));
    let mut later = ward.signed_in("beth").await;
    assert_eq!(later.open(&ward.path()).await.status, StatusCode::OK);
    ward.server.app.clock.move_to(MONDAY.plus_ms(12 * HOUR_MS));
    assert_eq!(later.open(&ward.path()).await.status, StatusCode::NOT_FOUND);
    assert!(!later.open("/").await.html.contains("in an emergency"));
}

#[tokio::test]
async fn whatever_would_change_something_is_refused_with_the_reason_and_nothing_is_written() {
    let ward = Ward::new().await;
    let mut beth = ward.signed_in("beth").await;
    ward.opens(&mut beth, "1", REASON).await;
    let csrf = field(&beth.open(&ward.path()).await, "csrf");
    let care = async || {
        let heads = ward.server.app.store.heads(vec![ward.grace]).await.unwrap();
        heads.iter().find(|head| head.channel == Channel::Care).map(|head| head.position)
    };
    let before = care().await;
    let (person, path) = (ward.grace.to_string(), ward.path());
    let forms: Vec<(String, Vec<(&str, &str)>)> = vec![
        (format!("{path}/templates"), vec![("template", "falls_prevention")]),
        (format!("{path}/key-safe"), vec![("code", "1234")]),
        (format!("{path}/deadlines/told"), vec![("version", "1"), ("item", "bed")]),
        (
            "/inbox/choose".to_owned(),
            vec![
                ("person", &person),
                ("section", "safety"),
                ("entry", "main"),
                ("field", "preferred_name"),
                ("value", "\"x\""),
                ("version", "1"),
            ],
        ),
        ("/inbox/decide".to_owned(), vec![("person", &person), ("edit", "a"), ("accept", "yes")]),
        (
            format!("{path}/weeks/2026-03-02/decide"),
            vec![
                ("version", "1"),
                ("known_by", "1"),
                ("outcome", "maintain"),
                ("decision", "x"),
                ("rationale", "x"),
                ("own_words", ""),
                ("took_part", ""),
                ("funder", ""),
            ],
        ),
    ];
    for (to, fields) in forms {
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend(fields);
        let page = beth.post(&to, &all).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{to}");
        assert!(page.html.contains("for reading: nothing can be changed"), "{to}: {}", page.html);
    }
    beth.open(&ward.path()).await;
    assert_eq!(care().await, before, "not even that she has looked stands in the record");
}

#[tokio::test]
async fn whoever_opened_it_ends_it_at_once_and_for_themself_only() {
    let ward = Ward::new().await;
    let (mut beth, mut mary) = (ward.signed_in("beth").await, ward.signed_in("mary").await);
    ward.opens(&mut beth, "8", REASON).await;
    let page = beth.open(&ward.path()).await;
    let (csrf, id) = (field(&page, "csrf"), field(&page, "id"));
    assert_eq!(mary.open(&ward.path()).await.status, StatusCode::NOT_FOUND, "it opens nothing to others");
    let other = field(&mary.open("/emergency").await, "csrf");
    mary.post("/emergency/end", &[("csrf", &other), ("id", &id)]).await;
    assert_eq!(beth.open(&ward.path()).await.status, StatusCode::OK);
    let page = beth.post("/emergency/end", &[("csrf", &csrf), ("id", &id)]).await;
    assert_eq!(location(&page), "/emergency?done=ended");
    assert_eq!(beth.open(&ward.path()).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ward.told().await[0].ended, Some(MONDAY));
}

#[tokio::test]
async fn it_stands_on_top_for_every_manager_until_another_than_the_reader_has_looked() {
    let ward = Ward::new().await;
    let (mut mary, mut sam) = (ward.signed_in("mary").await, ward.signed_in("sam").await);
    ward.opens(&mut mary, "1", REASON).await;
    let page = mary.open("/needs-you").await;
    assert!(page.html.contains("another manager has to look at it"), "{}", page.html);
    let csrf = field(&page, "csrf");
    let record = {
        let told = &ward.told().await[0];
        format!("{}.{}.{}", told.record.author, told.record.epoch, told.record.number)
    };
    let person = ward.grace.to_string();
    let own = [("csrf", csrf.as_str()), ("person", &person), ("record", &record)];
    let page = mary.post("/emergency/looked", &own).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let today = sam.open("/today").await;
    assert!(
        today.html.contains("Mary, manager, Larkfield opened the record of Mrs Grace Okafor"),
        "{}",
        today.html
    );
    assert!(today.html.contains(REASON) && !today.html.contains("I have looked at this"));

    account(&ward.server, "Dee", "manager").await;
    let mut dee = ward.signed_in("dee").await;
    let page = dee.open("/needs-you").await;
    assert!(page.html.contains("opened the record of Mrs Grace Okafor"), "a manager who is not on the team");
    let csrf = field(&page, "csrf");
    let look = [("csrf", csrf.as_str()), ("person", &person), ("record", &record)];
    let page = dee.post("/emergency/looked", &look).await;
    assert_eq!(location(&page), "/needs-you?done=looked");
    for (browser, path) in [(&mut dee, "/needs-you"), (&mut sam, "/today")] {
        assert!(!browser.open(path).await.html.contains("opened the record of Mrs Grace"), "{path}");
    }
}

#[tokio::test]
async fn nothing_of_it_reaches_the_phone_of_whoever_opened_it_and_the_teams_supervisor_gets_the_word_of_it() {
    let mut ward = Ward::new().await;
    let mut phone = ward.server.device(ward.beth).await;
    let before = phone.exchange(&ward.server, vec![]).await;
    assert!(before.extracts.is_empty() && before.cursors.is_empty());
    ward.desk.exchange(&ward.server, vec![]).await;
    let mut beth = ward.signed_in("beth").await;
    ward.opens(&mut beth, "12", REASON).await;
    beth.open(&ward.path()).await;
    let after = phone.exchange(&ward.server, vec![]).await;
    assert!(after.extracts.is_empty() && after.cursors.is_empty() && after.access.is_none());
    assert!(after.key_safes.is_none() && !after.more);
    let page = phone.cut(&[(ward.grace, vec![pain(9)])]);
    phone.exchange(&ward.server, vec![bytes(&page)]).await;
    assert_eq!(ward.server.app.store.apart().await.unwrap().len(), 1, "what her phone writes is kept apart");
    let told = ward.desk.exchange(&ward.server, vec![]).await;
    assert_eq!(told.extracts.iter().filter(|extract| extract.id.channel == Channel::Office).count(), 1);
}

#[tokio::test]
async fn a_carer_or_a_stranger_opens_nothing() {
    let ward = Ward::new().await;
    let mut nobody = Browser::of(&ward.server);
    let page = nobody.post("/emergency/open", &[("person", &ward.grace.to_string())]).await;
    assert_eq!(location(&page), "/sign-in");
    let mut sam = ward.signed_in("sam").await;
    let page = ward.opens(&mut sam, "1", REASON).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("in your care already"));
}
