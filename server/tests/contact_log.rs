//! The contact log on the console: who was told of an escalation, what they answered, and how it ended.

mod support;

use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::PlanEdit;
use alongside_domain::journal::{Body, PlanSeen};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::value::Value;
use alongside_server::plan::{Act, act};
use axum::http::StatusCode;
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
