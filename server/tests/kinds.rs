//! An organisation's own kinds of observation: given by the administrator, on every page at once, on every device with
//! its next sync; and what was recorded before they came is neither refused nor lost.

mod support;

use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::{Observation, PlanEdit};
use alongside_domain::journal::{Body, PlanSeen};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::sync::messages::{OwnKinds, Request as Asked};
use alongside_domain::value::Value;
use alongside_server::audit::What;
use alongside_server::care::PersonCare;
use alongside_server::init::database;
use alongside_server::kinds::give;
use alongside_server::plan::{Act, act};
use alongside_server::storage::{SqliteStore, WantedEntries};
use axum::body::Body as HttpBody;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value as Json, json};
use std::fs;
use support::browser::{Browser, PASSWORD, account};
use support::{Device, MONDAY, Server, bytes, exchanged, pain};

const STOMA: &str = r#"{"version":1,"units":[{"code":"x_bag","label":"bags"}],"kinds":[{"code":"x_stoma_check",
    "label":"Stoma check","channel":"care","sites":["belly"],"absent":["declined"],"fields":[
    {"code":"output_ml","label":"Output","type":{"int":{"min":0,"max":5000}},"unit":"ml","required":true},
    {"code":"colour","label":"Colour of the stoma","type":{"codes":[{"code":"pink","label":"Pink and moist"},
    {"code":"dark","label":"Dark or black"}]}}]}]}"#;

/// The second version: it may change words, and grow.
fn reworded() -> String {
    STOMA.replacen(r#""version":1"#, r#""version":2"#, 1).replacen("Stoma check", "Check of the stoma", 1)
}

async fn set(server: &Server, json: &str) -> (StatusCode, Json) {
    let request = Request::post("/v1/admin/kinds")
        .header(header::AUTHORIZATION, format!("Bearer {}", server.token))
        .body(HttpBody::from(json.to_owned()))
        .unwrap();
    let (status, body) = server.send(request).await;
    (status, serde_json::from_slice(&body).unwrap())
}

/// What the server gives of them to a device that says that it was told this version.
async fn given(device: &mut Device, server: &Server, told: Option<u32>) -> Option<OwnKinds> {
    let request = Asked { own_kinds: told, ..device.request(vec![]) };
    exchanged(device, server, request).await.own_kinds
}

fn stoma(output: i64) -> Body {
    let Body::Observation(other) = pain(0) else { panic!("an observation") };
    let fields = [("output_ml".to_owned(), Value::Int(output)), ("colour".to_owned(), Value::text("dark"))];
    let kind = "x_stoma_check".to_owned();
    Body::Observation(Observation { kind, fields: fields.into(), ..other })
}

fn trigger() -> Body {
    let text = |code: &str, value: &str| (code.to_owned(), Value::text(value));
    let condition =
        r#"{"compare":{"kind":"x_stoma_check","field":"output_ml","op":"at_least","value":2000}}"#;
    let trigger = Command::AddEntry {
        section: Section::Triggers,
        entry: "T1".parse().unwrap(),
        fields: [
            text("name", "Much stoma output"),
            text("condition", condition),
            text("contact", "gp"),
            text("urgency", "same_day"),
            text("say", "Say how much"),
            text("meanwhile", "Offer drinks"),
            text("agreed_by", "Beth"),
        ]
        .into(),
        order: 1,
    };
    let base = PlanSeen { version: 0, own_edit: None };
    Body::PlanEdit(PlanEdit { base, commands: vec![trigger], reason: "agreed".to_owned() })
}

/// What the server has raised about a person.
async fn raised(server: &Server, person: PersonId) -> usize {
    PersonCare::load_whole(&server.app, person).await.unwrap().views().escalations.list.len()
}

#[tokio::test]
async fn what_does_not_fit_names_the_field_and_nothing_of_it_counts() {
    let server = Server::start().await;
    for (json, field, why) in [
        (STOMA.replacen(r#""x_stoma_check""#, r#""pain""#, 1), "kinds.pain", "begins with x_"),
        (STOMA.replacen(r#""belly""#, r#""toe""#, 1), "kinds.x_stoma_check.sites", "toe is not declared"),
        (
            STOMA.replacen(r#""max":5000"#, r#""max":-1"#, 1),
            "kinds.x_stoma_check.fields.output_ml",
            "the range is empty",
        ),
        (STOMA.replacen(r#""version":1"#, r#""version":0"#, 1), "version", "give a number above 0"),
    ] {
        let (status, refused) = set(&server, &json).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
        assert_eq!(refused["error"]["field"], field);
        assert!(refused["error"]["message"].as_str().unwrap().contains(why), "{refused}");
    }
    let (status, refused) = set(&server, &STOMA.replacen(r#""label":"Output","#, "", 1)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(refused["error"]["message"].as_str().unwrap().contains("line 3"), "{refused}");
    assert!(refused["error"]["message"].as_str().unwrap().contains("label"), "{refused}");
    let (status, refused) = set(&server, &" ".repeat(256 * 1024 + 1)).await;
    assert_eq!((status, &refused["error"]["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &"too_large".into()));
    assert_eq!(server.app.store.own_kinds().await, Ok(None));
}

#[tokio::test]
async fn a_later_version_keeps_what_records_may_name_and_the_trail_says_that_it_was_given() {
    let server = Server::start().await;
    assert_eq!(set(&server, STOMA).await, (StatusCode::OK, serde_json::json!({ "version": 1 })));
    let without = reworded().replacen(r#"{"code":"pink","label":"Pink and moist"},"#, "", 1);
    let (status, refused) = set(&server, &without).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused["error"]["field"], "kinds.x_stoma_check.fields.colour.codes.pink");
    let (status, refused) = set(&server, STOMA).await;
    assert_eq!((status, &refused["error"]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &"version".into()));
    assert_eq!(set(&server, &reworded()).await.0, StatusCode::OK);
    let stands = Some(OwnKinds { version: 2, json: reworded() });
    assert_eq!(server.app.store.own_kinds().await, Ok(stands));
    let wanted = WantedEntries { about: None, before: None, count: 9 };
    let trail = server.app.store.audit_entries(wanted).await.unwrap();
    let places = trail.iter().filter(|one| one.entry.what == What::Administered).map(|one| &one.entry.place);
    assert_eq!(
        places.filter(|place| place.as_deref() == Some("/v1/admin/kinds")).count(),
        4,
        "with those refused"
    );
}

#[tokio::test]
async fn they_go_to_each_device_once_and_to_no_app_that_knows_nothing_of_them() {
    let server = Server::start().await;
    let (amina, joan) =
        (server.staff("Amina", "carer").await, server.staff_of("Joan", "nurse", "Northside").await);
    let (mut phone, mut partner) = (server.device(amina).await, server.device(joan).await);
    server.person(&[amina, joan]).await;
    assert_eq!(given(&mut phone, &server, Some(0)).await, None, "there are none");
    set(&server, STOMA).await;
    let first = Some(OwnKinds { version: 1, json: STOMA.to_owned() });
    assert_eq!(given(&mut phone, &server, Some(0)).await, first);
    assert_eq!(given(&mut phone, &server, Some(1)).await, None, "it has them");
    assert_eq!(given(&mut phone, &server, None).await, None, "an earlier version of the app");
    assert_eq!(given(&mut partner, &server, Some(0)).await, first, "who shares the person reads them too");
    set(&server, &reworded()).await;
    assert_eq!(given(&mut phone, &server, Some(1)).await, Some(OwnKinds { version: 2, json: reworded() }));
}

#[tokio::test]
async fn a_record_that_came_before_its_kind_stays_and_reads_in_words_once_the_kind_is_there() {
    let server = Server::start().await;
    let manager = account(&server, "Mona", "manager").await;
    let stranger = server.staff("Amina", "carer").await;
    let grace = server.person(&[manager]).await;
    let mut phone = server.device(stranger).await;
    let page = phone.cut(&[(grace, vec![stoma(2500)])]);
    let done = phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!((done.receipts.len(), done.refused.len()), (1, 0));
    let mut browser = Browser::of(&server);
    browser.sign_in("mona", PASSWORD).await;
    let told = browser.open("/kept-apart").await.html;
    assert!(told.contains("x_stoma_check: colour dark, output_ml 2500"), "{told}");
    set(&server, STOMA).await;
    let told = browser.open("/kept-apart").await.html;
    assert!(told.contains("Stoma check: colour of the stoma Dark or black, output 2500"), "{told}");
}

#[tokio::test]
async fn a_trigger_may_wait_for_an_own_kind_once_it_is_given_and_is_met_by_what_was_recorded_since() {
    let server = Server::start().await;
    let (amina, beth) = (server.staff("Amina", "carer").await, server.staff("Beth", "nurse").await);
    let grace = server.person(&[amina, beth]).await;
    let edit = || Act { person: grace, by: beth, body: trigger() };
    act(&server.app, &edit()).await.unwrap();
    let version = async || server.app.plans.current(&server.app, grace).await.unwrap().view.version;
    assert_eq!(version().await, 0, "nobody knows that kind: the edit is held");
    set(&server, STOMA).await;
    act(&server.app, &edit()).await.unwrap();
    assert_eq!(version().await, 1);
    let mut phone = server.device(amina).await;
    phone.exchange(&server, vec![]).await;
    let an_hour_later = MONDAY.plus_ms(3_600_000);
    server.app.clock.move_to(an_hour_later);
    phone.records_at = an_hour_later;
    let page = phone.cut(&[(grace, vec![stoma(1999), stoma(2500)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!(raised(&server, grace).await, 1);
    // With a later version of the kinds everything is folded anew, to the same.
    set(&server, &reworded()).await;
    assert_eq!(raised(&server, grace).await, 1);
}

#[tokio::test]
async fn the_command_gives_them_while_the_server_runs_and_checks_them_without_a_change() {
    let server = Server::start().await;
    let (data, file) = (server.folder.path().join("data"), server.folder.path().join("kinds.json"));
    fs::write(&file, STOMA).unwrap();
    let told = give(&data, &file, true).await.unwrap();
    assert_eq!(serde_json::to_string(&told).unwrap(), r#"{"version":1,"kinds":1,"given":false}"#);
    assert_eq!(server.app.store.own_kinds().await, Ok(None));
    assert!(server.app.kinds.now(&server.app).await.unwrap().kind("x_stoma_check").is_none());
    let told = give(&data, &file, false).await.unwrap();
    assert_eq!(serde_json::to_string(&told).unwrap(), r#"{"version":1,"kinds":1,"given":true}"#);
    assert!(server.app.kinds.now(&server.app).await.unwrap().kind("x_stoma_check").is_some());
    let again = give(&data, &file, false).await.map(drop).map_err(|error| error.to_string());
    assert_eq!(again, Err("version: give a number above 1, which is in use".to_owned()));
    let wanted = WantedEntries { about: None, before: None, count: 1 };
    let trail = server.app.store.audit_entries(wanted).await.unwrap();
    assert_eq!((trail[0].entry.what, trail[0].entry.place.as_deref()), (What::Administered, Some("kinds")));
    let copy = SqliteStore::open(&database(&data)).unwrap();
    assert!(copy.check_audit(server.app.identity.public_key()).await.unwrap().is_ok());
}

/// Values that no field of the document takes.
fn bad_values() -> Vec<Json> {
    let texts =
        ["", " ", "x".repeat(70_000).as_str(), "\u{0}\u{1b}[2J", "<script>alert(1)</script>"].map(Json::from);
    let others = [json!(null), json!(true), json!(-1), json!(1.5), json!({}), json!([[[]]]), json!(u64::MAX)];
    texts.into_iter().chain(others).collect()
}

/// What an organisation adds to the catalogue is one document: whatever is wrong in it, nothing of it counts.
#[tokio::test]
async fn kinds_of_an_organisation_that_do_not_fit_are_refused_whole_and_the_place_is_said() {
    let server = Server::start().await;
    let kind = json!({ "code": "x_stoma", "label": "Stoma", "channel": "care", "sites": [], "absent": [],
        "fields": [{ "code": "output", "label": "Output", "type": { "int": { "min": 0, "max": 9 } } }] });
    let signed = json!({ "version": 1, "signed_off": { "by": "Dr Rao", "on": "2026-03-02" } });
    let right = json!({ "version": 7, "kinds": [kind], "units": [], "sites": [], "emergency_signs": signed });
    let wrong = |path: &str, bad: Json| {
        let mut body = right.clone();
        *body.pointer_mut(path).unwrap() = bad;
        body
    };
    let paths =
        ["/version", "/kinds", "/kinds/0", "/kinds/0/code", "/kinds/0/fields/0/type", "/units", "/sites"];
    let paths = paths.into_iter().chain(["/emergency_signs/signed_off/on", "/emergency_signs/version"]);
    for (path, bad) in paths.flat_map(|path| bad_values().into_iter().map(move |bad| (path, bad))) {
        let shown: String = bad.to_string().chars().take(30).collect();
        let (status, answer) = server.ask_admin("kinds", wrong(path, bad)).await;
        assert!(status.is_client_error(), "{path} {shown}: {status} {answer}");
        let error = &answer["error"];
        let says_where = error["field"].is_string() || error["message"].as_str().unwrap().contains("line");
        assert!(says_where, "{path} {shown}: {answer}");
    }
    assert_eq!(server.app.store.own_kinds().await.unwrap(), None, "nothing of them counts");
    assert_eq!(server.ask_admin("kinds", right.clone()).await.0, StatusCode::OK);
}
