//! Bad input at every way into the server: each gets a typed refusal that names the field, or is taken where any words
//! are; nothing fails, and what stood stays as it was. A way in without a row here fails a test.

mod support;

use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::body::PlanEdit;
use alongside_domain::journal::{Body, PlanSeen};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::time::{HOUR_MS, MINUTE_MS};
use alongside_domain::value::Value;
use alongside_server::plan::{Act, act};
use axum::body::Body as HttpBody;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use support::browser::{Browser, PASSWORD, Page, account, field};
use support::concerns::Place;
use support::{Device, MONDAY, Server, bytes, pain};

/// What people, programs and attackers put into a field.
fn bad_texts() -> Vec<String> {
    vec![
        String::new(),
        "   ".to_owned(),
        "x".to_owned(),
        "-1".to_owned(),
        "99999999999999999999".to_owned(),
        "\u{0}\u{1b}[2J\u{7f}".to_owned(),
        "\u{202e}\u{645}\u{631}\u{62d}\u{628}\u{627} abc".to_owned(),
        "<script>alert(1)</script>".to_owned(),
        "../../people".to_owned(),
        "x".repeat(20_000),
    ]
}

/// A form of the console: who may send it, and what is right in each field.
struct Row {
    route: &'static str,
    path: String,
    by: &'static str,
    fields: Vec<Asked>,
}

/// A field: its name in the form, what is right, how a refusal names it, and whether other words are taken too.
struct Asked {
    name: &'static str,
    right: String,
    label: &'static str,
    is_free: bool,
}

fn asked(name: &'static str, right: &str, label: &'static str) -> Asked {
    Asked { name, right: right.to_owned(), label, is_free: false }
}

fn free(name: &'static str, right: &str, label: &'static str) -> Asked {
    Asked { is_free: true, ..asked(name, right, label) }
}

/// Everything that forms are about, in one place.
struct World {
    place: Place,
    case: String,
    sam: StaffId,
    ruth: StaffId,
    apart: i64,
    held: String,
    csrf: Vec<(&'static str, String, String)>,
}

/// When the week of the tests was over.
const WEEK_ENDS: i64 = 1_773_014_400_000;

const WHO: [&str; 2] = ["sam", "dee"];

impl World {
    async fn new() -> World {
        let mut place = Place::new().await;
        place.signed_in("dee").await;
        let case = place.concern(&[place.dee]).await;
        let server = &place.server;
        let sam =
            server.app.store.all_staff().await.unwrap().iter().find(|one| one.name == "Sam").unwrap().staff;
        let (joel, beth) = (server.staff("Joel", "carer").await, server.staff("Beth", "nurse").await);
        for staff in [sam, joel, beth] {
            server.ask_admin("care-team", json!({ "person": place.alan, "staff": staff })).await;
        }
        plan(&place, sam, joel).await;
        let ruth = server.staff("Ruth", "carer").await;
        let mut phone = server.device(ruth).await;
        let page = phone.cut(&[(place.alan, vec![pain(3)])]);
        phone.exchange(server, vec![bytes(&page)]).await;
        let apart = server.app.store.apart().await.unwrap()[0].id;
        server.app.clock.move_to(MONDAY.plus_ms(8 * 24 * HOUR_MS));
        let mut world = World { place, case, sam, ruth, apart, held: String::new(), csrf: Vec::new() };
        for who in WHO {
            let mut browser = world.place.signed_in(who).await;
            let csrf = field(&browser.open("/").await, "csrf");
            if who == "sam" {
                world.held = field(&browser.open("/inbox").await, "edit");
            }
            let cookie = browser.cookie.clone();
            world.csrf.push((who, csrf, cookie));
        }
        // Whoever is given a concern acknowledges it before anything else.
        let (_, csrf, cookie) = world.csrf[1].clone();
        let mut dee = Browser { server: &world.place.server, cookie };
        let done = dee.post(&world.case, &[("csrf", &csrf), ("act", "acknowledged")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
        world
    }

    fn person(&self) -> PersonId {
        self.place.alan
    }

    async fn version(&self) -> u64 {
        let app = &self.place.server.app;
        app.plans.current(app, self.person()).await.unwrap().view.version
    }

    /// Everything that a form could have changed.
    async fn state(&self) -> String {
        let store = &self.place.server.app.store;
        let heads = store.heads(vec![self.person()]).await.unwrap();
        let (safes, apart) =
            (store.key_safes(vec![self.person()]).await.unwrap(), store.apart().await.unwrap());
        let desk = store.desk(self.place.dee).await.unwrap().unwrap();
        let sealed = store.sealed_for(desk.author, vec![], usize::MAX).await.unwrap();
        let safes: Vec<&String> = safes.iter().map(|safe| &safe.code).collect();
        let kept: Vec<bool> = apart.iter().map(|run| run.kept.is_some()).collect();
        let times = store.times_about(self.person()).await.unwrap();
        format!("{heads:?} {safes:?} {kept:?} {} {times:?}", sealed.runs.len())
    }

    async fn rows(&self) -> Vec<Row> {
        let (person, version) = (self.person().to_string(), self.version().await.to_string());
        let at = |rest: &str| format!("/people/{person}{rest}");
        let row = |route, path: String, by, fields| Row { route, path, by, fields };
        vec![
            row(
                "/people/{person}/templates",
                at("/templates"),
                "sam",
                vec![asked("template", "falls", "template")],
            ),
            row(
                "/people/{person}/weeks/{monday}/decide",
                at("/weeks/2026-03-02/decide"),
                "sam",
                vec![
                    asked("version", &version, "version"),
                    asked("known_by", &WEEK_ENDS.to_string(), "known_by"),
                    asked("outcome", "maintain", "Outcome"),
                    asked("whose", "services", "Whose decision is it"),
                    free("capacity", "", "Capacity"),
                    free("decision", "As it is", "What is decided"),
                    free("rationale", "It goes well", "Why"),
                    free("own_words", "", "What the person said"),
                    free("took_part", "", "Who was asked"),
                    free("funder", "", "funder"),
                    free("visit", "", "Visit"),
                    free("ends_before", "", "First day"),
                ],
            ),
            row(
                "/people/{person}/deadlines/told",
                at("/deadlines/told"),
                "sam",
                vec![asked("version", &version, "version"), asked("item", "none", "checklist item")],
            ),
            row(
                "/people/{person}/forms/{form}",
                at("/forms/decision"),
                "sam",
                vec![
                    asked("version", &version, "The plan was changed"),
                    free("entry", "d1", "entry"),
                    free("text", "A question", "What is to be decided"),
                    free("whose", "services", "Whose decision is it?"),
                    free("capacity", "", "Capacity for this decision"),
                    free("capacity_by", "", "Who looked at capacity"),
                    free("capacity_on", "", "On"),
                    free("because", "", "What it is about"),
                    free("options", "", "The options"),
                    free("own_words", "", "What the person said"),
                    free("attended", "", "The person was there"),
                    free("decision", "Yes", "The decision"),
                    free("rationale", "Because", "Why"),
                    free("decide_by", "", "decide by"),
                    free("took_part", "", "Who took part"),
                    free("agreed", "", "Who agreed"),
                    free("dissented", "", "Who did not agree"),
                    free("right", "", "The decision right"),
                    free("final_by", "Sam", "Who held the final decision"),
                    free("final_role", "", "As"),
                    free("decided_on", "", "Decided on"),
                    free("review_when", "", "Review at once when"),
                    free("review_within_days", "", "hold the review"),
                    free("review_on", "", "Review in any case"),
                    free("reason", "", "Why this is written now"),
                ],
            ),
            row(
                "/people/{person}/forms/{form}/{entry}",
                at("/forms/risk/fall"),
                "sam",
                vec![
                    asked("version", &version, "The plan was changed"),
                    free("text", "Falls", "What may go wrong"),
                    free("owner", "", "Who owns it"),
                    free("likelihood_provider", "", "How likely"),
                    free("impact_provider", "", "How bad"),
                    free("approach", "", "Agreed approach"),
                    free("review_on", "", "Review in any case"),
                ],
            ),
            row(
                "/emergency/open",
                "/emergency/open".to_owned(),
                "sam",
                vec![
                    asked("person", &person, "person"),
                    asked("hours", "2", "hours"),
                    free("reason", "She fell", "reason"),
                ],
            ),
            row("/emergency/end", "/emergency/end".to_owned(), "sam", vec![asked("id", "99", "id")]),
            row(
                "/emergency/looked",
                "/emergency/looked".to_owned(),
                "dee",
                vec![asked("person", &person, "person"), asked("record", "none", "record")],
            ),
            row(
                "/needs-you/told",
                "/needs-you/told".to_owned(),
                "sam",
                vec![
                    asked("person", &person, "person"),
                    asked("fate", "none", "fate"),
                    free("how", "I rang", "how"),
                ],
            ),
            row("/people/{person}/copy", at("/copy"), "dee", vec![free("words", "Pat", "words")]),
            row("/people/{person}/key-safe", at("/key-safe"), "sam", vec![free("code", "C12", "code")]),
            row(
                "/people/{person}/contacts/call",
                at("/contacts/call"),
                "sam",
                vec![
                    asked("about", "none", "about"),
                    free("contact", "hub", "contact"),
                    free("means", "phone", "means"),
                    free("answered", "yes", "answered"),
                    free("from", "Beth", "from"),
                    free("said", "I come", "said"),
                    free("promise", "2026-03-12T09:00", "promise"),
                    free("refused", "", "refused"),
                ],
            ),
            row(
                "/people/{person}/contacts/close",
                at("/contacts/close"),
                "sam",
                vec![asked("about", "none", "about"), free("outcome", "It went well", "outcome")],
            ),
            row(
                "/people/{person}/contacts/talk",
                at("/contacts/talk"),
                "sam",
                vec![
                    asked("with", "", "whom you spoke with"),
                    free("means", "phone", "means"),
                    asked("purpose", "", "what it was about"),
                    free("said", "He has the key", "said"),
                ],
            ),
            row(
                "/people/{person}/team",
                at("/team"),
                "sam",
                vec![
                    asked("staff", &self.ruth.to_string(), "staff"),
                    asked("from", "2026-03-12T09:00", "from"),
                    asked("until", "2026-03-12T10:00", "until"),
                ],
            ),
            row("/people/{person}/team/end", at("/team/end"), "sam", vec![asked("id", "77", "id")]),
            row(
                "/today/safe",
                "/today/safe".to_owned(),
                "sam",
                vec![
                    asked("person", &person, "person"),
                    asked("staff", &self.sam.to_string(), "staff"),
                    free("help", "", "help"),
                    free("visit", "", "visit"),
                    free("how", "I rang", "how"),
                ],
            ),
            row(
                "/inbox/choose",
                "/inbox/choose".to_owned(),
                "sam",
                vec![
                    asked("person", &person, "person"),
                    asked("section", "actions", "section"),
                    asked("entry", "turning", "entry"),
                    asked("field", "interval_min", "field"),
                    asked("value", "none", "value"),
                    asked("version", &version, "version"),
                ],
            ),
            row(
                "/inbox/decide",
                "/inbox/decide".to_owned(),
                "sam",
                vec![
                    asked("person", &person, "person"),
                    asked("edit", &self.held, "edit"),
                    asked("accept", "maybe", "accept"),
                    free("reason", "", "reason"),
                ],
            ),
            row(
                "/safeguarding/{case}",
                self.case.clone(),
                "dee",
                vec![
                    asked("act", "outcome", "act"),
                    free("outcome", "Safe now", "outcome"),
                    free("told", "", "told"),
                ],
            ),
            row(
                "/kept-apart",
                "/kept-apart".to_owned(),
                "dee",
                vec![
                    asked("id", &self.apart.to_string(), "id"),
                    asked("release", "maybe", "release"),
                    free("reason", "", "reason"),
                ],
            ),
        ]
    }

    async fn post(&self, row: &Row, fields: &[(&str, &str)]) -> Page {
        let (_, csrf, cookie) = self.csrf.iter().find(|(who, ..)| *who == row.by).unwrap();
        let all = [&[("csrf", csrf.as_str())], fields].concat();
        let mut browser = Browser { server: &self.place.server, cookie: cookie.clone() };
        browser.send(form(&row.path, &browser.cookie.clone(), &encoded(&all))).await
    }
}

/// An action with two versions of one field, a proposal, and a risk.
async fn plan(place: &Place, sam: StaffId, joel: StaffId) {
    let add = |section, id: &str, fields: &[(&str, &str)]| {
        let fields = fields.iter().map(|(code, text)| ((*code).to_owned(), Value::text(*text))).collect();
        Command::AddEntry { section, entry: id.parse().unwrap(), fields, order: 0 }
    };
    let interval = |minutes| Command::SetField {
        section: Section::Actions,
        entry: "turning".parse().unwrap(),
        field: "interval_min".to_owned(),
        value: Value::Int(minutes),
    };
    let first = vec![
        add(Section::Safety, "main", &[("full_name", "Alan")]),
        add(Section::Actions, "turning", &[("text", "Change position")]),
        add(Section::Risks, "fall", &[("text", "Falls")]),
    ];
    let app = &place.server.app;
    let edits = [
        (sam, 0, first),
        (sam, 1, vec![interval(150)]),
        (place.dee, 1, vec![interval(120)]),
        (joel, 1, vec![interval(90)]),
    ];
    let mut base = 0;
    for (by, on_first, commands) in edits {
        let version = if on_first == 0 { 0 } else { base };
        let edit = PlanEdit {
            base: PlanSeen { version, own_edit: None },
            commands,
            reason: "first plan".to_owned(),
        };
        act(app, &Act { person: place.alan, by, body: Body::PlanEdit(edit) }).await.unwrap();
        if base == 0 {
            base = app.plans.current(app, place.alan).await.unwrap().view.version;
        }
    }
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        text.bytes()
            .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") })
            .collect()
    };
    let pairs: Vec<String> = fields.iter().map(|(name, text)| format!("{name}={}", escape(text))).collect();
    pairs.join("&")
}

fn form(path: &str, cookie: &str, body: &str) -> Request<HttpBody> {
    Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(HttpBody::from(body.to_owned()))
        .unwrap()
}

#[tokio::test]
async fn every_field_of_every_form_of_the_console_refuses_what_it_cannot_take_and_changes_nothing() {
    let world = World::new().await;
    for row in world.rows().await {
        for (at, one) in row.fields.iter().enumerate() {
            for bad in bad_texts().into_iter().map(Some).chain([None]) {
                let fields: Vec<(&str, &str)> = row
                    .fields
                    .iter()
                    .enumerate()
                    .filter_map(|(other, field)| match (other == at, &bad) {
                        (true, None) => None,
                        (true, Some(bad)) => Some((field.name, bad.as_str())),
                        (false, _) => Some((field.name, field.right.as_str())),
                    })
                    .collect();
                let before = world.state().await;
                let page = world.post(&row, &fields).await;
                let given: String = bad.unwrap_or_else(|| "(missing)".to_owned()).chars().take(20).collect();
                let what = format!("{} {} {given:?}: {}", row.path, one.name, page.status);
                if page.status == StatusCode::SEE_OTHER {
                    assert!(one.is_free || unchanged(&page), "{what} was taken");
                    continue;
                }
                if one.is_free && page.status == StatusCode::OK {
                    assert_eq!(world.state().await, before, "{what} changed something");
                    continue;
                }
                assert!(page.status.is_client_error(), "{what} {}", page.html);
                let named = [one.label, one.name].iter().any(|name| page.html.contains(name));
                let on_another = one.is_free && page.status == StatusCode::UNPROCESSABLE_ENTITY;
                assert!(
                    named || on_another || page.status == StatusCode::NOT_FOUND,
                    "{what} names nothing: {}",
                    page.html
                );
                assert!(!page.html.contains("<script>alert"), "{what}");
                assert_eq!(world.state().await, before, "{what} changed something");
            }
        }
    }
}

fn unchanged(page: &Page) -> bool {
    let location = page.headers.get(header::LOCATION).and_then(|at| at.to_str().ok()).unwrap_or_default();
    ["done=unchanged", "done=same"].iter().any(|done| location.ends_with(done))
}

#[tokio::test]
async fn a_form_that_is_no_form_is_too_long_or_is_of_another_session_is_refused_in_words() {
    let world = World::new().await;
    for row in world.rows().await {
        let cookie = world.csrf.iter().find(|(who, ..)| *who == row.by).unwrap().2.clone();
        let before = world.state().await;
        let right: Vec<(&str, &str)> = row.fields.iter().map(|one| (one.name, one.right.as_str())).collect();
        let right = encoded(&right);
        let long = "x".repeat(70_000);
        for body in [
            "".to_owned(),
            "csrf".to_owned(),
            "%ff=%&&==".to_owned(),
            format!("csrf=0&{right}"),
            format!("csrf={long}"),
        ] {
            let mut browser = Browser { server: &world.place.server, cookie: cookie.clone() };
            let page = browser.send(form(&row.path, &cookie, &body)).await;
            let shown: String = body.chars().take(30).collect();
            assert!(page.status.is_client_error(), "{} {shown}: {}", row.path, page.status);
            let is_page = page.html.contains("</main>");
            assert!(is_page || row.route == "/safeguarding/{case}", "{} {shown}: {}", row.path, page.html);
        }
        let mut browser = Browser { server: &world.place.server, cookie: cookie.clone() };
        let json = Request::post(&row.path)
            .header(header::COOKIE, &cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .body(HttpBody::from("{}"))
            .unwrap();
        assert_eq!(browser.send(json).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", row.path);
        assert_eq!(world.state().await, before, "{}", row.path);
    }
}

#[tokio::test]
async fn signing_in_and_out_refuses_what_it_cannot_take() {
    let server = Server::start().await;
    account(&server, "Sam", "supervisor").await;
    let mut browser = Browser::of(&server);
    for bad in bad_texts() {
        for fields in [
            vec![("username", bad.as_str()), ("password", PASSWORD)],
            vec![("username", "x"), ("password", &bad)],
            vec![("username", &bad)],
            vec![],
        ] {
            let page = browser.send(form("/sign-in", "", &encoded(&fields))).await;
            assert!(
                page.status.is_client_error() && page.html.contains("</main>"),
                "{fields:?}: {}",
                page.status
            );
        }
    }
    let page = browser.send(form("/sign-in", "", "username=sam")).await;
    assert!(page.html.contains("The field &#39;password&#39; is missing"), "{}", page.html);
    browser.sign_in("sam", PASSWORD).await;
    for csrf in ["", "x", "csrf="] {
        let page = browser.send(form("/sign-out", &browser.cookie.clone(), csrf)).await;
        assert!(page.status.is_client_error(), "{csrf}");
    }
    assert_eq!(browser.open("/").await.status, StatusCode::OK, "still signed in");
}

#[tokio::test]
async fn a_page_whose_path_or_query_is_wrong_is_not_found_or_says_what_it_takes() {
    let world = World::new().await;
    let (_, _, cookie) = world.csrf[0].clone();
    let mut sam = Browser { server: &world.place.server, cookie };
    let person = world.person();
    for path in [
        format!("/people/{person}/weeks/soon"),
        format!("/people/{person}/weeks/99999-99-99"),
        format!("/people/{person}/weeks/-262143-01-01"),
        format!("/people/{person}/weeks/2026-03-02?known_by=soon"),
        format!("/people/{person}/weeks/%ff"),
        format!("/people/{person}/forms/decision/%00"),
        "/people/%ff".to_owned(),
        format!("/people/{person}0"),
        "/people/%E2%80%AE/deadlines".to_owned(),
        "/safeguarding/zz".to_owned(),
    ] {
        let page = sam.open(&path).await;
        assert!(page.status.is_client_error(), "{path}: {}", page.status);
    }
    for path in [
        format!("/people/{person}/weeks/2026-03-02?known_by=-9223372036854775808"),
        format!("/people/{person}/forms/decision?about=%00%1b"),
        format!("/people/{person}/deadlines?done=<b>"),
    ] {
        let page = sam.open(&path.replace('<', "%3c").replace('>', "%3e")).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.html);
    }
}

/// The ways into the administration, each with what is right, and which fields take any words.
fn administration(world: &World, device: &Device) -> Vec<(&'static str, Json, &'static [&'static str])> {
    let (person, sam, dee, device) = (world.person(), world.sam, world.place.dee, device.id);
    let record = json!({ "author": device, "epoch": "0000000000000000", "number": 1, "channel": "care" });
    vec![
        (
            "staff",
            json!({ "name": "Ann", "role": "carer", "organisation": "L", "username": "ann", "password": PASSWORD }),
            &["name", "organisation", "username", "password"],
        ),
        (
            "employers",
            json!({ "staff": world.ruth, "organisation": "L", "agency": false }),
            &["organisation", "agency"],
        ),
        ("people", json!({}), &[]),
        ("key-safes", json!({ "person": person, "code": "C1", "by": sam }), &["code"]),
        ("care-team", json!({ "person": person, "staff": sam, "on": true }), &["on"]),
        ("restricted-recipients", json!({ "staff": [dee] }), &["staff"]),
        (
            "council-numbers",
            json!({ "day": "01632 960 001", "out_of_hours": "01632 960 002" }),
            &["day", "out_of_hours"],
        ),
        ("device-codes", json!({ "staff": sam }), &[]),
        (
            "erasures",
            json!({ "person": person, "record": record, "by": dee, "reason": "asked" }),
            &["reason"],
        ),
        ("kept-apart", json!({ "id": 999, "by": dee, "release": false, "reason": "r" }), &["reason"]),
        ("end-wait", json!({ "device": device }), &[]),
        ("revocations", json!({ "device": device, "why": "left", "by": dee }), &[]),
        ("wipe-orders", json!({ "device": device, "by": dee }), &[]),
    ]
}

fn bad_values() -> Vec<Json> {
    let texts = bad_texts().into_iter().map(Json::from);
    let others = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!([]),
        json!({}),
        json!([[[]]]),
        json!(u64::MAX),
    ];
    texts.chain(others).collect()
}

#[tokio::test]
async fn every_field_of_the_administration_refuses_what_it_cannot_take_and_changes_nothing() {
    let world = World::new().await;
    let server = &world.place.server;
    let device = server.device(world.sam).await;
    for (path, right, free) in administration(&world, &device) {
        let before = world.state().await;
        let names: Vec<String> = right.as_object().unwrap().keys().cloned().collect();
        let mut bodies: Vec<(String, Json)> = Vec::new();
        for name in &names {
            for bad in bad_values() {
                let mut body = right.clone();
                body[name] = bad;
                bodies.push((name.clone(), body));
            }
            let mut without = right.clone();
            without.as_object_mut().unwrap().remove(name);
            bodies.push((name.clone(), without));
        }
        let mut more = right.clone();
        more["shift"] = json!(1);
        bodies.push(("shift".to_owned(), more));
        for (name, body) in bodies {
            if body == right {
                continue;
            }
            let given: String = body[&name].to_string().chars().take(30).collect();
            let (status, answer) = server.ask_admin(path, body).await;
            let what = format!("{path} {name} {given}: {status} {answer}");
            if status == StatusCode::OK {
                assert!(free.contains(&name.as_str()), "{what} was taken");
                continue;
            }
            assert!(status.is_client_error(), "{what}");
            let error = &answer["error"];
            let code = error["code"].as_str().unwrap();
            assert!(["field", "not_found", "taken", "may_not"].contains(&code), "{what}");
            if code == "field" {
                let field = error["field"].as_str().unwrap();
                assert!(field.starts_with(&name) || name == "username" || name == "password", "{what}");
            }
            let gives_back = error["message"].as_str().unwrap().contains("xxxxxxxxxx");
            assert!(!gives_back, "{path} {name} gives back what was given");
        }
        if path != "key-safes" {
            assert_eq!(world.state().await, before, "{path} changed something");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_or_too_long_is_refused_by_the_administration() {
    let world = World::new().await;
    let server = &world.place.server;
    let device = server.device(world.sam).await;
    for (path, ..) in administration(&world, &device) {
        for (body, expected) in [
            (String::new(), StatusCode::BAD_REQUEST),
            ("{".to_owned(), StatusCode::BAD_REQUEST),
            ("\u{0}".to_owned(), StatusCode::BAD_REQUEST),
            ("[".repeat(10_000), StatusCode::BAD_REQUEST),
            ("[]".to_owned(), StatusCode::UNPROCESSABLE_ENTITY),
            (format!("\"{}\"", "x".repeat(70_000)), StatusCode::PAYLOAD_TOO_LARGE),
        ] {
            let request = Request::post(format!("/v1/admin/{path}"))
                .header(header::AUTHORIZATION, format!("Bearer {}", server.token))
                .header(header::CONTENT_TYPE, "application/json")
                .body(HttpBody::from(body.clone()))
                .unwrap();
            let (status, answer) = server.send(request).await;
            let shown: String = body.chars().take(10).collect();
            // A list for what has no fields says as little as they do.
            let is_array = body == "[]" && (status.is_client_error() || path == "people");
            assert!(
                status == expected || is_array,
                "{path} {shown:?}: {status} {}",
                String::from_utf8_lossy(&answer)
            );
            let answer: Json = serde_json::from_slice(&answer).unwrap();
            assert!(answer["error"]["message"].is_string() || status == StatusCode::OK, "{path} {shown:?}");
        }
    }
}

#[tokio::test]
async fn devices_that_send_other_bytes_get_a_typed_answer_and_the_clock_takes_a_time_only() {
    let server = Server::start().await;
    let amina = server.staff("Amina", "carer").await;
    let phone = server.device(amina).await;
    let words = minicbor::to_vec("\u{202e}\u{645}\u{0}").unwrap();
    for path in ["/v1/enrol", "/v1/sync"] {
        for body in
            [vec![], vec![0], vec![0xff; 64], vec![0xa0], vec![0x80], words.clone(), vec![b'x'; 4_000]]
        {
            let (status, answer) = server.post(path, body.clone()).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{path} {:?}", &body[..body.len().min(8)]);
            let answer: Json = serde_json::from_slice(&answer).unwrap();
            assert_eq!(answer["error"]["code"], "body", "{path}");
        }
    }
    for code in bad_texts().into_iter().filter(|text| text.len() < 3_000) {
        let mut other = Device::new(amina);
        other.id.0[0] ^= 0x55;
        assert!(
            matches!(
                server.enrol(&other.enrol(&code)).await,
                alongside_domain::sync::messages::Enrolled::Refused(_)
            ),
            "{code:?}"
        );
    }
    for now in [json!({}), json!({ "now_ms": "soon" }), json!({ "now_ms": null }), json!({ "now_ms": 1.5 })] {
        let request = Request::put("/test/clock")
            .header(header::CONTENT_TYPE, "application/json")
            .body(HttpBody::from(now.to_string()))
            .unwrap();
        let (status, answer) = server.send(request).await;
        let answer: Json = serde_json::from_slice(&answer).unwrap();
        assert_eq!((status, &answer["error"]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("now_ms")));
    }
    assert_eq!(server.app.clock.now(), MONDAY);
    let envelope = phone.envelope_of_nothing();
    assert_eq!(server.answer(&envelope).await.0, StatusCode::OK, "it goes on");
}

#[tokio::test]
async fn a_search_in_an_emergency_finds_nobody_by_what_it_cannot_take() {
    let world = World::new().await;
    let right = [("nhs_number", ""), ("name", "Alan"), ("born", "1940-02-29")];
    for name in right.map(|(name, _)| name) {
        for bad in bad_texts() {
            // So many searches wait for one another.
            let clock = &world.place.server.app.clock;
            clock.move_to(clock.now().plus_ms(2 * MINUTE_MS));
            let mut fields = right;
            fields.iter_mut().filter(|(field, _)| *field == name).for_each(|field| field.1 = &bad);
            let row = Row { route: "", path: "/emergency/find".to_owned(), by: "sam", fields: vec![] };
            let page = world.post(&row, &fields).await;
            let shown: String = bad.chars().take(20).collect();
            assert!(page.status.is_client_error(), "{name} {shown:?}: {} {}", page.status, page.html);
            assert!(
                page.html.contains("NHS number") && !page.html.contains("<script>alert"),
                "{}",
                page.html
            );
        }
    }
}

/// The routes of a source file that take something: each with `post(` or `put(`.
fn routes_that_take(source: &str) -> BTreeSet<String> {
    let routes = source.split(".route(").skip(1);
    let taking = routes.filter(|route| {
        let route = route.split(".route(").next().unwrap_or_default();
        let ends = route.find("))").map_or(route, |at| &route[..at]);
        ends.contains("post(") || ends.contains("put(")
    });
    taking.filter_map(|route| route.split('"').nth(1).map(str::to_owned)).collect()
}

#[tokio::test]
async fn every_way_in_has_a_row_here() {
    let world = World::new().await;
    let device = world.place.server.device(world.sam).await;
    let mut rows: BTreeSet<String> = world.rows().await.iter().map(|row| row.route.to_owned()).collect();
    rows.extend(
        [
            "/emergency/find",
            "/sign-in",
            "/sign-out",
            "/v1/admin/kinds",
            "/v1/enrol",
            "/v1/sync",
            "/test/clock",
        ]
        .map(str::to_owned),
    );
    rows.extend(administration(&world, &device).iter().map(|(path, ..)| format!("/v1/admin/{path}")));
    let mut routes = routes_that_take(include_str!("../src/router.rs"));
    routes.extend(routes_that_take(include_str!("../src/console/mod.rs")));
    assert!(routes.len() > 20, "the routes are not found in the sources any more");
    assert_eq!(routes, rows);
}
