//! The console as browsers use it: sign-in, pages, and forms that only count from their own session.

mod support;

use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::body::{PlanEdit, Role};
use alongside_domain::journal::page::{Item, Part};
use alongside_domain::journal::{Body, PlanSeen};
use alongside_domain::plan::conflicts;
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::sync::messages::Exchanged;
use alongside_domain::time::HOUR_MS;
use alongside_domain::value::Value;
use axum::body::Body as HttpBody;
use axum::http::{Request, StatusCode, header};
use serde_json::json;
use support::browser::{Browser, PASSWORD, account, field, location};
use support::{MONDAY, Server, bytes, pain};

fn edit(version: u64, commands: Vec<Command>) -> Body {
    let base = PlanSeen { version, own_edit: None };
    Body::PlanEdit(PlanEdit { base, commands, reason: "heels are red".to_owned() })
}

fn interval(minutes: i64) -> Command {
    let (section, entry) = (Section::Actions, "turning".parse().unwrap());
    Command::SetField { section, entry, field: "interval_min".to_owned(), value: Value::Int(minutes) }
}

/// A person with two versions of one field and a carer's proposal.
async fn with_inbox(server: &Server, supervisor: StaffId) -> PersonId {
    let (max, joel) = (server.staff("Max", "manager").await, server.staff("Joel", "carer").await);
    let grace = server.person(&[supervisor, max, joel]).await;
    let (mut one, mut two, mut three) =
        (server.device(supervisor).await, server.device(max).await, server.device(joel).await);
    let start = vec![
        Command::AddEntry {
            section: Section::Safety,
            entry: "main".parse().unwrap(),
            fields: [("full_name".to_owned(), Value::text("Grace <b>Okafor"))].into(),
            order: 0,
        },
        Command::AddEntry {
            section: Section::Actions,
            entry: "turning".parse().unwrap(),
            fields: [("text".to_owned(), Value::text("Change position"))].into(),
            order: 1,
        },
    ];
    let page = one.cut(&[(grace, vec![edit(0, start), edit(1, vec![interval(150)])])]);
    one.exchange(server, vec![bytes(&page)]).await;
    let page = two.cut(&[(grace, vec![edit(1, vec![interval(120)])])]);
    two.exchange(server, vec![bytes(&page)]).await;
    let page = three.cut(&[(grace, vec![edit(1, vec![interval(90)])])]);
    three.exchange(server, vec![bytes(&page)]).await;
    grace
}

#[tokio::test]
async fn without_a_session_every_page_leads_to_the_sign_in() {
    let server = Server::start().await;
    let mut browser = Browser::of(&server);
    for path in ["/", "/inbox", "/people/00000000000000000000000000000000"] {
        let page = browser.open(path).await;
        assert_eq!((page.status, location(&page)), (StatusCode::SEE_OTHER, "/sign-in"), "{path}");
    }
    let page = browser.open("/sign-in").await;
    assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn a_cookie_is_for_this_host_over_tls_and_for_no_script() {
    let server = Server::start().await;
    account(&server, "Beth", "nurse").await;
    let mut browser = Browser::of(&server);
    let page = browser.sign_in("BETH ", PASSWORD).await;
    let cookie = page.headers[header::SET_COOKIE].to_str().unwrap();
    for part in ["__Host-", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(browser.open("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn wrong_passwords_and_unknown_usernames_get_the_same_answer_and_five_make_the_account_wait() {
    let server = Server::start().await;
    account(&server, "Beth", "nurse").await;
    let mut browser = Browser::of(&server);
    let unknown = browser.sign_in("nobody", PASSWORD).await;
    for _ in 0..5 {
        let wrong = browser.sign_in("beth", "not the password").await;
        assert_eq!((wrong.status, &wrong.html.replace("beth", "nobody")), (unknown.status, &unknown.html));
    }
    assert_eq!(browser.sign_in("beth", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    server.app.clock.move_to(MONDAY.plus_ms(5 * 60_000));
    assert_eq!(browser.sign_in("beth", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_carer_has_no_console() {
    let server = Server::start().await;
    account(&server, "Joel", "carer").await;
    let mut browser = Browser::of(&server);
    assert_eq!(browser.sign_in("joel", PASSWORD).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.open("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_ends_after_half_an_hour_without_use_and_after_sign_out() {
    let server = Server::start().await;
    account(&server, "Beth", "nurse").await;
    let mut browser = Browser::of(&server);
    browser.sign_in("beth", PASSWORD).await;
    server.app.clock.move_to(MONDAY.plus_ms(HOUR_MS / 2 - 1));
    let page = browser.open("/").await;
    assert_eq!(page.status, StatusCode::OK);
    let csrf = field(&page, "csrf");
    server.app.clock.move_to(MONDAY.plus_ms(HOUR_MS - 2));
    assert_eq!(browser.open("/").await.status, StatusCode::OK);
    let kept = browser.cookie.clone();
    browser.post("/sign-out", &[("csrf", &csrf)]).await;
    browser.cookie = kept;
    assert_eq!(location(&browser.open("/").await), "/sign-in");
    browser.sign_in("beth", PASSWORD).await;
    server.app.clock.move_to(MONDAY.plus_ms(2 * HOUR_MS));
    assert_eq!(location(&browser.open("/").await), "/sign-in");
}

#[tokio::test]
async fn a_person_is_shown_to_the_care_team_only() {
    let server = Server::start().await;
    let beth = account(&server, "Beth", "nurse").await;
    let (grace, harold) = (server.person(&[beth]).await, server.person(&[]).await);
    let mut browser = Browser::of(&server);
    browser.sign_in("beth", PASSWORD).await;
    assert_eq!(browser.open(&format!("/people/{grace}")).await.status, StatusCode::OK);
    for other in [format!("/people/{harold}"), "/people/x".to_owned()] {
        assert_eq!(browser.open(&other).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn who_opens_a_page_has_seen_it_and_is_told_later_what_is_new_since() {
    let server = Server::start().await;
    let beth = account(&server, "Beth", "nurse").await;
    let amina = server.staff("Amina", "carer").await;
    let grace = server.person(&[beth, amina]).await;
    let mut phone = server.device(amina).await;
    let first = phone.cut(&[(grace, vec![pain(3)])]);
    phone.exchange(&server, vec![bytes(&first)]).await;
    let mut browser = Browser::of(&server);
    let path = format!("/people/{grace}");
    browser.sign_in("beth", PASSWORD).await;
    let page = browser.open(&path).await;
    assert!(!page.html.contains("New since"), "all is new to who never looked: {}", page.html);

    let told = phone.exchange(&server, vec![]).await;
    let looks = bodies(&told).into_iter().filter_map(|body| match body {
        Body::Looked(looked) => Some(looked),
        _ => None,
    });
    let looks: Vec<_> = looks.collect();
    assert_eq!(looks.len(), 1);
    assert_eq!(looks[0].role, Some(Role::Nurse));
    assert!(looks[0].shown.iter().any(|run| run.author == first.id.author && run.last == 1));
    browser.open(&path).await;
    assert!(bodies(&phone.exchange(&server, vec![]).await).is_empty(), "nothing was new");

    let second = phone.cut(&[(grace, vec![pain(6), pain(7)])]);
    phone.exchange(&server, vec![bytes(&second)]).await;
    server.app.clock.move_to(MONDAY.plus_ms(HOUR_MS));
    browser.sign_in("beth", PASSWORD).await;
    for _ in 0..2 {
        let page = browser.open(&path).await;
        assert!(page.html.contains("New since you looked"), "it stays for the reading: {}", page.html);
        assert!(page.html.contains("observations: 2"), "{}", page.html);
    }
    server.app.clock.move_to(MONDAY.plus_ms(2 * HOUR_MS));
    browser.sign_in("beth", PASSWORD).await;
    assert!(!browser.open(&path).await.html.contains("New since"));
}

/// The bodies of the records that came down.
fn bodies(told: &Exchanged) -> Vec<Body> {
    let runs = told.extracts.iter().flat_map(|extract| &extract.parts).filter_map(|part| match part {
        Part::Open(run) => Some(run),
        Part::Hidden(_) => None,
    });
    let records = runs.flat_map(|run| &run.items).filter_map(|item| match item {
        Item::Record(record) => Some(record),
        _ => None,
    });
    records.map(|record| Body::read(record.decode_header().unwrap().kind, &record.body)).collect()
}

#[tokio::test]
async fn words_of_the_plan_are_text_on_the_page_and_never_markup() {
    let server = Server::start().await;
    let sam = account(&server, "Sam", "supervisor").await;
    with_inbox(&server, sam).await;
    let mut browser = Browser::of(&server);
    browser.sign_in("sam", PASSWORD).await;
    for path in ["/", "/inbox"] {
        let page = browser.open(path).await;
        assert!(page.html.contains("Grace &#60;b&#62;Okafor"), "{}", page.html);
    }
}

#[tokio::test]
async fn the_safety_header_tells_what_is_recorded_and_that_the_rest_of_what_counts_is_not() {
    let server = Server::start().await;
    let sam = account(&server, "Sam", "supervisor").await;
    let grace = server.person(&[sam]).await;
    let mut phone = server.device(sam).await;
    let set = |field: &str, value| Command::SetField {
        section: Section::Safety,
        entry: "main".parse().unwrap(),
        field: field.to_owned(),
        value,
    };
    let recorded = vec![
        set("full_name", Value::text("Grace Okafor")),
        set("hazards", Value::text("loose stair carpet")),
        set("carers_needed", Value::Int(2)),
    ];
    let page = phone.cut(&[(grace, vec![edit(0, recorded)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let mut browser = Browser::of(&server);
    browser.sign_in("sam", PASSWORD).await;
    let page = browser.open(&format!("/people/{grace}")).await;
    for shown in ["Hazards in the home", "loose stair carpet", "Number of carers", "Allergies"] {
        assert!(page.html.contains(shown), "{shown}: {}", page.html);
    }
    assert!(page.html.contains("not recorded"));
    assert!(!page.html.contains("Insulin"), "what nobody recorded is not asked about here");
}

#[tokio::test]
async fn a_choice_and_a_decision_in_the_inbox_settle_what_waits() {
    let server = Server::start().await;
    let sam = account(&server, "Sam", "supervisor").await;
    let grace = with_inbox(&server, sam).await;
    let mut browser = Browser::of(&server);
    browser.sign_in("sam", PASSWORD).await;
    let page = browser.open("/inbox").await;
    assert!(page.html.contains("2 h 30 min (150 min)") && page.html.contains("heels are red"));
    let (csrf, version, edit) = (field(&page, "csrf"), field(&page, "version"), field(&page, "edit"));
    let person = grace.to_string();
    let choice = [
        ("csrf", csrf.as_str()),
        ("person", &person),
        ("section", "actions"),
        ("entry", "turning"),
        ("field", "interval_min"),
        ("value", "120"),
        ("version", &version),
    ];
    assert_eq!(location(&browser.post("/inbox/choose", &choice).await), "/inbox?done=chosen");
    let plan = server.app.plans.current(&server.app, grace).await.unwrap();
    assert!(conflicts(&plan.view).is_empty());
    let decision = |reason| {
        [("csrf", csrf.as_str()), ("person", &person), ("edit", &edit), ("accept", "no"), ("reason", reason)]
    };
    assert_eq!(browser.post("/inbox/decide", &decision("")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        location(&browser.post("/inbox/decide", &decision("as chosen")).await),
        "/inbox?done=declined"
    );
    assert_eq!(
        location(&browser.post("/inbox/decide", &decision("as chosen")).await),
        "/inbox?done=unchanged"
    );
    assert!(browser.open("/inbox").await.html.contains("Nothing is waiting"));
}

#[tokio::test]
async fn a_form_of_another_session_or_another_site_does_nothing() {
    let server = Server::start().await;
    let sam = account(&server, "Sam", "supervisor").await;
    let grace = with_inbox(&server, sam).await;
    let mut browser = Browser::of(&server);
    browser.sign_in("sam", PASSWORD).await;
    let person = grace.to_string();
    let given =
        [("csrf", "0".repeat(64)), ("person", person), ("edit", String::new()), ("accept", "yes".to_owned())];
    let given: Vec<(&str, &str)> = given.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(browser.post("/inbox/decide", &given).await.status, StatusCode::FORBIDDEN);
    let elsewhere = Request::post("/sign-in")
        .header(header::HOST, "care.example")
        .header(header::ORIGIN, "https://elsewhere.example")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(HttpBody::from(format!("username=sam&password={PASSWORD}")))
        .unwrap();
    assert_eq!(browser.send(elsewhere).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_nurse_may_not_choose_what_is_the_supervisors() {
    let server = Server::start().await;
    let (sam, beth) = (account(&server, "Sam", "supervisor").await, account(&server, "Beth", "nurse").await);
    let grace = with_inbox(&server, sam).await;
    server.ask_admin("care-team", json!({ "person": grace, "staff": beth })).await;
    let mut browser = Browser::of(&server);
    browser.sign_in("beth", PASSWORD).await;
    let page = browser.open("/inbox").await;
    assert!(page.html.contains("Waits for a supervisor or manager") && !page.html.contains("/inbox/choose"));
    let (csrf, person) = (field(&page, "csrf"), grace.to_string());
    let choice = [
        ("csrf", csrf.as_str()),
        ("person", &person),
        ("section", "actions"),
        ("entry", "turning"),
        ("field", "interval_min"),
        ("value", "120"),
        ("version", "9"),
    ];
    assert_eq!(browser.post("/inbox/choose", &choice).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_manager_reads_what_is_kept_apart_and_releases_it_and_nobody_else_sees_the_page() {
    let server = Server::start().await;
    let (_, beth) = (account(&server, "Maria", "manager").await, account(&server, "Beth", "nurse").await);
    let amina = server.staff("Amina", "carer").await;
    let harold = server.person(&[beth]).await;
    let mut phone = server.device(amina).await;
    let page = phone.cut(&[(harold, vec![support::pain(7)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let mut nurse = Browser::of(&server);
    nurse.sign_in("beth", PASSWORD).await;
    assert_eq!(nurse.open("/kept-apart").await.status, StatusCode::FORBIDDEN);
    assert!(!nurse.open("/").await.html.contains("/kept-apart"));
    let mut manager = Browser::of(&server);
    manager.sign_in("maria", PASSWORD).await;
    assert!(manager.open("/").await.html.contains("href=\"/kept-apart\""));
    let shown = manager.open("/kept-apart").await;
    assert!(shown.html.contains("Amina") && shown.html.contains("never on this person"), "{}", shown.html);
    let (csrf, id) = (field(&shown, "csrf"), field(&shown, "id"));
    let stale = manager.post("/kept-apart", &[("csrf", "x"), ("id", &id), ("release", "yes")]).await;
    assert_eq!(stale.status, StatusCode::FORBIDDEN);
    let done = manager.post("/kept-apart", &[("csrf", &csrf), ("id", &id), ("release", "yes")]).await;
    assert_eq!(location(&done), "/kept-apart?done=released");
    assert!(manager.open("/kept-apart?done=released").await.html.contains("Nothing is kept apart"));
    assert_eq!(server.app.store.heads(vec![harold]).await.unwrap()[0].position, 1);
}
