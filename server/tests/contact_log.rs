//! The contact log on the console: who was told of an escalation, what they answered, and how it ended.

mod support;

use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::PlanEdit;
use alongside_domain::journal::{Body, PlanSeen};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::value::Value;
use alongside_server::plan::{Act, act};
use axum::http::StatusCode;
use serde_json::json;
use support::browser::{Browser, PASSWORD, Page, account, field, location};
use support::{Device, Server, open_records, pain};

const BAD_PAIN: &str = r#"{"compare":{"kind":"pain","field":"score","op":"at_least","value":7}}"#;

fn scored(score: i64) -> Body {
    let Body::Observation(mut observation) = pain(score) else { unreachable!() };
    observation.fields = [("score".to_owned(), Value::Int(score))].into();
    Body::Observation(observation)
}

/// Grace, whose pain is bad, Sam the supervisor and Amina’s phone.
struct Scene {
    server: Server,
    grace: PersonId,
    phone: Device,
}

impl Scene {
    async fn start() -> Scene {
        let server = Server::start().await;
        let (sam, beth) = (account(&server, "Sam", "supervisor").await, server.staff("Beth", "nurse").await);
        let amina = server.staff("Amina", "carer").await;
        let grace = server.person(&[sam, beth, amina]).await;
        let add = |section, entry: &str, fields: &[(&str, Value)]| Command::AddEntry {
            section,
            entry: entry.parse().unwrap(),
            fields: fields.iter().map(|(code, value)| ((*code).to_owned(), value.clone())).collect(),
            order: 0,
        };
        let text = |text: &str| Value::text(text);
        let hub = [("role", text("district_nursing")), ("name", text("Nursing hub"))];
        let trigger = [
            ("name", text("Pain is bad")),
            ("condition", text(BAD_PAIN)),
            ("contact", text("district_nursing")),
            ("urgency", Value::Int(60)),
            ("say", text("Her pain is seven or more.")),
            ("agreed_by", text("Beth")),
        ];
        let edits =
            [(sam, add(Section::Contacts, "hub", &hub)), (beth, add(Section::Triggers, "t1", &trigger))];
        for (version, (by, command)) in (0..).zip(edits) {
            let base = PlanSeen { version, own_edit: None };
            let edit = PlanEdit { base, commands: vec![command], reason: "agreed".to_owned() };
            let written = Act { person: grace, by, body: Body::PlanEdit(edit) };
            assert_eq!(act(&server.app, &written).await.unwrap(), None);
        }
        let written = Act { person: grace, by: amina, body: scored(8) };
        assert_eq!(act(&server.app, &written).await.unwrap(), None);
        let mut phone = server.device(amina).await;
        phone.exchange(&server, vec![]).await;
        Scene { server, grace, phone }
    }

    fn path(&self, rest: &str) -> String {
        format!("/people/{}/contacts{rest}", self.grace)
    }

    async fn desk(&self) -> Browser<'_> {
        let mut desk = Browser::of(&self.server);
        assert_eq!(desk.sign_in("sam", PASSWORD).await.status, StatusCode::SEE_OTHER);
        desk
    }
}

/// Sends a form of the page with these fields.
async fn send(scene: &Scene, desk: &mut Browser<'_>, form: &str, fields: &[(&str, &str)]) -> Page {
    let page = desk.open(&scene.path("")).await;
    let csrf = field(&page, "csrf");
    let about = if form == "/talk" { String::new() } else { field(&page, "about").replace("&#34;", "\"") };
    let own = [("csrf", csrf.as_str()), ("about", about.as_str())];
    desk.post(&scene.path(form), &[&own[..], fields].concat()).await
}

const RANG: [(&str, &str); 2] = [("contact", "hub"), ("means", "phone")];

#[tokio::test]
async fn an_escalation_is_rung_about_answered_and_closed_from_the_office_and_every_phone_gets_it() {
    let mut scene = Scene::start().await;
    let mut desk = scene.desk().await;
    let page = desk.open(&scene.path("")).await.html;
    assert!(page.contains("Nobody has been told") && page.contains("Her pain is seven or more."), "{page}");

    let tried = send(&scene, &mut desk, "/call", &[&RANG[..], &[("answered", "no")]].concat()).await;
    assert_eq!(location(&tried), scene.path("?done=called"));
    let page = desk.open(&scene.path("")).await.html;
    assert!(page.contains("rang Nursing hub: no answer") && page.contains("Nobody has answered"), "{page}");

    let answer =
        [("answered", "yes"), ("from", "Beth"), ("said", "I come at four"), ("promise", "2026-03-02T16:00")];
    let done = send(&scene, &mut desk, "/call", &[&RANG[..], &answer].concat()).await;
    assert_eq!(location(&done), scene.path("?done=called"), "{}", done.html);
    let page = desk.open(&scene.path("")).await.html;
    assert!(page.contains("Beth answered: “I come at four”, by Mon 2 Mar 16:00."), "{page}");

    let done = send(&scene, &mut desk, "/close", &[("outcome", "Her dose was changed")]).await;
    assert_eq!(location(&done), scene.path("?done=closed"));
    let page = desk.open(&scene.path("")).await.html;
    assert!(page.contains("Nothing is open.") && page.contains("closed: Her dose was changed"), "{page}");

    let given = scene.phone.exchange(&scene.server, vec![]).await.extracts;
    assert_eq!(open_records(&given), 4, "two calls, an answer and its end");
}

#[tokio::test]
async fn what_does_not_fit_is_said_and_stays_in_the_form() {
    let scene = Scene::start().await;
    let mut desk = scene.desk().await;
    let nameless = [("answered", "yes"), ("from", " "), ("said", "we will see")];
    let past = [("answered", "yes"), ("from", "Beth"), ("promise", "2026-03-01T10:00")];
    let contradicts = [("answered", "no"), ("said", "we will see")];
    for (form, fields, why, kept) in [
        ("/call", &[&RANG[..], &nameless].concat()[..], "name who answered", "we will see"),
        ("/call", &[&RANG[..], &past].concat(), "still to come", "2026-03-01T10:00"),
        ("/call", &[&RANG[..], &contradicts].concat(), "then somebody answered", "we will see"),
        ("/call", &[("contact", "nobody"), ("answered", "no"), ("said", "hello")], "whom you tried", "hello"),
        ("/close", &[("outcome", "  ")], "what came of it", "Close it"),
        (
            "/talk",
            &[("with", "her son"), ("means", "phone"), ("said", "he comes")],
            "what it was about",
            "he comes",
        ),
    ] {
        let page = send(&scene, &mut desk, form, fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(page.html.contains(why) && page.html.contains(kept), "{form}: {}", page.html);
    }
    assert!(desk.open(&scene.path("")).await.html.contains("Nobody was contacted."), "nothing was written");
}

#[tokio::test]
async fn a_conversation_about_nothing_that_is_open_is_in_the_log() {
    let scene = Scene::start().await;
    let mut desk = scene.desk().await;
    assert!(desk.open(&format!("/people/{}", scene.grace)).await.html.contains("Contact log"));
    let talk = [("with", "her son"), ("means", "in_person"), ("purpose", "the key"), ("said", "he has it")];
    let done = send(&scene, &mut desk, "/talk", &talk).await;
    assert_eq!(location(&done), scene.path("?done=talked"));
    let page = desk.open(&scene.path("")).await.html;
    assert!(
        page.contains("spoke with her son (the key): “he has it”") && page.contains("Nobody has been told")
    );
}

#[tokio::test]
async fn an_emergency_sign_stands_before_the_office_until_somebody_has_noted_whom_they_told() {
    let scene = Scene::start().await;
    let mut desk = scene.desk().await;
    let person = format!("/people/{}", scene.grace);
    assert!(!desk.open("/today").await.html.contains("Chest pain"));
    let Body::Observation(mut seen) = pain(1) else { unreachable!() };
    seen.kind = "breathing".to_owned();
    seen.fields = [("chest_pain".to_owned(), Value::text("yes"))].into();
    let amina = scene.server.staff("Amina the second", "carer").await;
    scene.server.ask_admin("care-team", json!({ "person": scene.grace, "staff": amina })).await;
    let written = Act { person: scene.grace, by: amina, body: Body::Observation(seen) };
    assert_eq!(act(&scene.server.app, &written).await.unwrap(), None);

    for (path, told) in [
        ("/", "Chest pain (no call is noted)"),
        ("/today", "Emergency signs of which no call is noted"),
        (&person, "by Amina the second, and no call is noted."),
        (&scene.path(""), "If nobody has rung 999, ring now."),
    ] {
        let page = desk.open(path).await.html;
        assert!(page.contains("Chest pain") && page.contains(told), "{path}: {page}");
    }
    let page = desk.open(&scene.path("")).await;
    let own = [
        ("csrf", field(&page, "csrf")),
        ("about", field(&page, "about")),
        ("purpose", field(&page, "purpose")),
    ];
    let own = own.each_ref().map(|(name, value)| (*name, value.as_str()));
    let form = scene.path("/talk");
    let unnamed = [("means", "phone"), ("with", " "), ("said", "on their way")];
    let nobody = desk.post(&form, &[&own[..], &unnamed].concat()).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody.html.contains(">on their way</textarea>"), "{}", nobody.html);
    let told = [("means", "phone"), ("with", "999"), ("said", "on their way")];
    let done = desk.post(&form, &[&own[..], &told].concat()).await;
    assert_eq!(location(&done), scene.path("?done=talked"));
    for path in ["/", "/today", &person] {
        assert!(!desk.open(path).await.html.contains("no call is noted"), "{path}");
    }
    assert!(desk.open(&scene.path("")).await.html.contains("spoke with 999 (Chest pain): “on their way”"));
}
