//! Bad input at the HTTP surface: each gets a clear typed answer, and nothing of it is stored.

mod support;

use alongside_domain::journal::body::PlanEdit;
use alongside_domain::journal::{Body, Channel, Page, PageError, PageSecret, PlanSeen, Signature};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::sync::messages::{
    Answer, EnrolRefusal, Enrolled, MESSAGE_BYTES_MAX, PackedExtract, REQUEST_PAGES_MAX, envelope_message,
    unpack,
};
use alongside_domain::time::HOUR_MS;
use alongside_domain::value::Value;
use alongside_server::sync::BODY_BYTES_MAX;
use axum::body::Body as HttpBody;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value as Json, json};
use support::{Device, MONDAY, Server, bytes, pain};

fn code_of(body: &[u8]) -> String {
    let answer: Json = serde_json::from_slice(body).unwrap();
    answer["error"]["code"].as_str().unwrap().to_owned()
}

fn refusal(enrolled: Enrolled) -> EnrolRefusal {
    match enrolled {
        Enrolled::Refused(why) => why,
        Enrolled::Welcome(_) => panic!("enrolled"),
    }
}

#[tokio::test]
async fn a_code_that_is_wrong_used_or_expired_says_which() {
    let server = Server::start().await;
    let amina = server.staff("Amina", "carer").await;
    let code = server.code(amina).await;
    let (mut one, mut two) = (Device::new(amina), Device::new(amina));
    (one.id.0[0], two.id.0[0]) = (201, 202);
    assert_eq!(refusal(server.enrol(&one.enrol("0000-0000-0000-0000")).await), EnrolRefusal::Unknown);
    assert_eq!(refusal(server.enrol(&one.enrol("not a code")).await), EnrolRefusal::Unknown);
    assert!(matches!(server.enrol(&one.enrol(&code)).await, Enrolled::Welcome(_)));
    assert_eq!(refusal(server.enrol(&two.enrol(&code)).await), EnrolRefusal::Used);
    let late = server.code(amina).await;
    server.app.clock.move_to(MONDAY.plus_ms(25 * HOUR_MS));
    assert_eq!(refusal(server.enrol(&two.enrol(&late)).await), EnrolRefusal::Expired);
}

#[tokio::test]
async fn a_device_whose_welcome_was_lost_gets_it_again_and_nobody_else_does() {
    let server = Server::start().await;
    let amina = server.staff("Amina", "carer").await;
    let code = server.code(amina).await;
    let phone = Device::new(amina);
    for _ in 0..2 {
        assert!(matches!(server.enrol(&phone.enrol(&code)).await, Enrolled::Welcome(_)));
    }
    let thief = Device::new(amina);
    assert_eq!(refusal(server.enrol(&thief.enrol(&code)).await), EnrolRefusal::Used);
}

#[tokio::test]
async fn a_device_must_hold_the_key_that_it_enrols() {
    let server = Server::start().await;
    let amina = server.staff("Amina", "carer").await;
    let code = server.code(amina).await;
    let phone = Device::new(amina);
    let mut asked = phone.enrol(&code);
    asked.key = Device::new(amina).public_key();
    assert_eq!(refusal(server.enrol(&asked).await), EnrolRefusal::Proof);
    assert!(
        matches!(server.enrol(&phone.enrol(&code)).await, Enrolled::Welcome(_)),
        "the code is not used up"
    );
}

#[tokio::test]
async fn guessing_ends_in_too_many_tries() {
    let server = Server::start().await;
    let amina = server.staff("Amina", "carer").await;
    let code = server.code(amina).await;
    let phone = Device::new(amina);
    let guess = format!("{}-0000-0000-0000", &code[..4]);
    for _ in 0..5 {
        assert_eq!(refusal(server.enrol(&phone.enrol(&guess)).await), EnrolRefusal::Unknown);
    }
    assert_eq!(
        refusal(server.enrol(&phone.enrol(&code)).await),
        EnrolRefusal::TooManyTries,
        "the code is dead"
    );
    let another = server.code(amina).await;
    for _ in 0..25 {
        server.enrol(&phone.enrol("0000")).await;
    }
    assert_eq!(refusal(server.enrol(&phone.enrol(&another)).await), EnrolRefusal::TooManyTries);
    server.app.clock.move_to(MONDAY.plus_ms(HOUR_MS));
    assert!(matches!(server.enrol(&phone.enrol(&another)).await, Enrolled::Welcome(_)));
}

#[tokio::test]
async fn an_altered_page_is_refused_with_its_reason_and_the_others_are_taken() {
    let server = Server::start().await;
    let (amina, beth) = (server.staff("Amina", "carer").await, server.staff("Beth", "nurse").await);
    let grace = server.person(&[amina, beth]).await;
    let (mut phone, mut other) = (server.device(amina).await, server.device(beth).await);
    let good = phone.cut(&[(grace, vec![pain(2), pain(3)])]);
    let mut altered: Vec<(Vec<u8>, PageError)> = Vec::new();
    let mut with = |expected, change: &dyn Fn(&mut Page)| {
        let mut page = good.clone();
        change(&mut page);
        altered.push((bytes(&page), expected));
    };
    with(PageError::Seal, &|page| *page.runs[0].records[0].body.last_mut().unwrap() ^= 1);
    with(PageError::Seal, &|page| page.runs[0].records.swap(0, 1));
    with(PageError::Seal, &|page| drop(page.runs[0].records.pop()));
    with(PageError::Seal, &|page| page.secret = PageSecret([0; 32]));
    with(PageError::Seal, &|page| page.seal = Signature([0; 64]));
    with(PageError::Seal, &|page| page.id.number += 1);
    with(PageError::Seal, &|page| page.id.channel = Channel::Office);
    with(PageError::Header, &|page| page.runs[0].records[0].header = vec![0xff]);
    with(PageError::RunsOutOfOrder, &|page| page.runs.clear());
    altered.push((bytes(&other.cut(&[(grace, vec![pain(1)])])), PageError::Seal));
    altered.push((vec![0xff; 40], PageError::Malformed));
    altered.push((bomb(100_000), PageError::Malformed));
    altered.push((bomb(300 * 1024), PageError::TooLarge));
    let expected: Vec<PageError> = altered.iter().map(|(_, why)| *why).collect();
    let mut pages: Vec<Vec<u8>> = altered.into_iter().map(|(page, _)| page).collect();
    pages.push(bytes(&good));
    let done = phone.exchange(&server, pages).await;
    let found: Vec<PageError> = done.refused.iter().map(|refused| refused.why).collect();
    assert_eq!((found, done.receipts), (expected, vec![good.id]));
}

#[tokio::test]
async fn a_page_of_another_author_is_refused_though_its_seal_is_right() {
    let server = Server::start().await;
    let (amina, joel) = (server.staff("Amina", "carer").await, server.staff("Joel", "carer").await);
    let grace = server.person(&[amina, joel]).await;
    let (mut phone, other) = (server.device(amina).await, server.device(joel).await);
    phone.id = other.id;
    let page = phone.cut(&[(grace, vec![pain(2)])]);
    let mut phone = Device {
        id: server.app.store.devices().await.unwrap().iter().find(|it| it.staff == amina).unwrap().device,
        ..phone
    };
    let done = phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!(done.refused[0].why, PageError::Author);
}

#[tokio::test]
async fn a_request_that_another_key_signed_is_refused_and_uses_up_no_challenge() {
    let server = Server::start().await;
    let amina = server.staff("Amina", "carer").await;
    let mut phone = server.device(amina).await;
    let request = phone.request(vec![]);
    let mut envelope = phone.envelope(&request);
    envelope.signature =
        Device::new(amina).sign(&envelope_message(&phone.id, &phone.challenge, &envelope.body));
    let (status, body) = server.answer(&envelope).await;
    assert_eq!((status, code_of(&body).as_str()), (StatusCode::UNAUTHORIZED, "signature"));
    let mut envelope = phone.envelope(&request);
    envelope.body.push(0);
    assert_eq!(server.answer(&envelope).await.0, StatusCode::UNAUTHORIZED);
    assert!(matches!(phone.ask(&server, &request).await, Answer::Exchanged(_)));
}

/// What a signed body of any bytes is answered with.
async fn check_body(server: &Server, phone: &mut Device, body: Vec<u8>, expected: (StatusCode, &str)) {
    let request = phone.request(vec![]);
    let mut envelope = phone.envelope(&request);
    envelope.signature = phone.sign(&envelope_message(&phone.id, &phone.challenge, &body));
    envelope.body = body;
    let (status, answer) = server.answer(&envelope).await;
    assert_eq!((status, code_of(&answer).as_str()), expected);
    let Answer::ChallengeUnknown(_) = phone.ask(server, &request).await else { panic!("challenge not used") };
}

/// The frame of zstd for `length` zero bytes: a few hundred bytes.
fn bomb(length: usize) -> Vec<u8> {
    struct Zeros(usize);
    impl<C> minicbor::Encode<C> for Zeros {
        fn encode<W: minicbor::encode::Write>(
            &self,
            to: &mut minicbor::Encoder<W>,
            _: &mut C,
        ) -> Result<(), minicbor::encode::Error<W::Error>> {
            to.bytes(&vec![0; self.0])?.ok()
        }
    }
    alongside_domain::sync::messages::pack(&Zeros(length))
}

#[tokio::test]
async fn a_bomb_other_bytes_and_deep_nesting_are_refused() {
    struct Deep;
    impl<C> minicbor::Encode<C> for Deep {
        fn encode<W: minicbor::encode::Write>(
            &self,
            to: &mut minicbor::Encoder<W>,
            _: &mut C,
        ) -> Result<(), minicbor::encode::Error<W::Error>> {
            (0..1_000_000).try_for_each(|_| to.array(1).map(drop))?;
            to.u8(0)?.ok()
        }
    }
    let server = Server::start().await;
    let amina = server.staff("Amina", "carer").await;
    let mut phone = server.device(amina).await;
    let bomb = bomb(MESSAGE_BYTES_MAX * 8);
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    let deep = alongside_domain::sync::messages::pack(&Deep);
    let done = phone.exchange(&server, vec![bomb, deep]).await;
    let refused = done.refused.iter().map(|refused| (refused.index, refused.why)).collect::<Vec<_>>();
    assert_eq!(refused, [(0, PageError::TooLarge), (1, PageError::TooLarge)]);
    check_body(&server, &mut phone, vec![1, 2, 3], (StatusCode::BAD_REQUEST, "body")).await;
    let deep = minicbor::to_vec(Deep).unwrap();
    check_body(&server, &mut phone, deep, (StatusCode::BAD_REQUEST, "body")).await;
}

#[tokio::test]
async fn a_request_with_more_pages_than_one_may_have_is_refused() {
    let server = Server::start().await;
    let amina = server.staff("Amina", "carer").await;
    let mut phone = server.device(amina).await;
    let most = phone.request(vec![vec![]; REQUEST_PAGES_MAX]);
    assert!(matches!(phone.ask(&server, &most).await, Answer::Exchanged(_)));
    let more = minicbor::to_vec(phone.request(vec![vec![]; REQUEST_PAGES_MAX + 1])).unwrap();
    check_body(&server, &mut phone, more, (StatusCode::PAYLOAD_TOO_LARGE, "too_large")).await;
    let mut brings = phone.request(vec![vec![]; REQUEST_PAGES_MAX]);
    brings.brought = vec![PackedExtract(vec![])];
    let more = minicbor::to_vec(brings).unwrap();
    check_body(&server, &mut phone, more, (StatusCode::PAYLOAD_TOO_LARGE, "too_large")).await;
}

#[tokio::test]
async fn bodies_over_the_limit_of_another_type_or_not_cbor_are_refused_before_anything_is_read() {
    let server = Server::start().await;
    let (status, body) = server.post("/v1/sync", vec![0; BODY_BYTES_MAX + 1]).await;
    assert_eq!((status, code_of(&body).as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
    for body in
        [b"<html>".to_vec(), vec![], vec![0x81; 500_000], vec![0x9b, 255, 255, 255, 255, 255, 255, 255, 255]]
    {
        let (status, body) = server.post("/v1/sync", body).await;
        assert_eq!((status, code_of(&body).as_str()), (StatusCode::BAD_REQUEST, "body"));
    }
    let (status, body) = server.post("/v1/enrol", vec![0; 5_000]).await;
    assert_eq!((status, code_of(&body).as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
    let request = Request::post("/v1/sync").body(HttpBody::from("x")).unwrap();
    let (status, body) = server.send(request).await;
    assert_eq!((status, code_of(&body).as_str()), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type"));
}

#[tokio::test]
async fn the_administration_needs_its_token_and_names_the_field_that_is_wrong() {
    let server = Server::start().await;
    for token in ["", "Bearer ", "Bearer 00"] {
        let request = Request::get("/v1/admin/state").header(header::AUTHORIZATION, token);
        let (status, body) = server.send(request.body(HttpBody::empty()).unwrap()).await;
        assert_eq!((status, code_of(&body).as_str()), (StatusCode::UNAUTHORIZED, "not_signed_in"));
    }
    let check = async |path: &str, asked: Json, expected: (StatusCode, &str, &str)| {
        let (status, answer) = server.ask_admin(path, asked).await;
        let error = &answer["error"];
        assert_eq!((status, error["code"].as_str().unwrap()), (expected.0, expected.1), "{answer}");
        assert!(error["message"].as_str().unwrap().contains(expected.2), "{answer}");
    };
    let staff = json!({ "name": "Beth", "role": "nurse", "organisation": "N" });
    let with = |field: &str, value: Json| {
        let mut staff = staff.clone();
        staff[field] = value;
        staff
    };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    check("staff", with("role", json!("doctor")), (unprocessable, "field", "'role' takes one of `carer`"))
        .await;
    check("staff", with("shift", json!(1)), (unprocessable, "field", "'shift' is not known")).await;
    check("staff", with("name", json!(" ")), (unprocessable, "field", "name")).await;
    check("staff", with("username", json!("beth")), (unprocessable, "field", "password")).await;
    let mut short = with("username", json!("beth"));
    short["password"] = json!("short");
    check("staff", short, (unprocessable, "field", "12 characters")).await;
    let nobody = json!({ "staff": "00000000000000000000000000000000" });
    check("device-codes", nobody, (StatusCode::NOT_FOUND, "not_found", "staff")).await;
    check("device-codes", json!({ "staff": "xyz" }), (unprocessable, "field", "hex")).await;
}

#[tokio::test]
async fn an_edit_that_does_not_fit_is_held_and_its_page_is_receipted() {
    let server = Server::start().await;
    let sam = server.staff("Sam", "supervisor").await;
    let grace = server.person(&[sam]).await;
    let mut phone = server.device(sam).await;
    let command = Command::AddEntry {
        section: Section::Actions,
        entry: "x".parse().unwrap(),
        fields: [("no_such_field".to_owned(), Value::Int(1))].into(),
        order: 0,
    };
    let edit = PlanEdit {
        base: PlanSeen { version: 0, own_edit: None },
        commands: vec![command],
        reason: "r".to_owned(),
    };
    let page = phone.cut(&[(grace, vec![Body::PlanEdit(edit)])]);
    assert_eq!(phone.exchange(&server, vec![bytes(&page)]).await.receipts, vec![page.id]);
    let plan = server.app.plans.current(&server.app, grace).await.unwrap();
    assert_eq!(plan.states.held_for(alongside_domain::journal::body::Role::Supervisor).len(), 1);
    assert_eq!(plan.document.version(), 0);
}

#[tokio::test]
async fn an_idle_exchange_takes_few_bytes() {
    let server = Server::start().await;
    let amina = server.staff("Amina", "carer").await;
    let mut phone = server.device(amina).await;
    for _ in 0..30 {
        let person = server.person(&[amina]).await;
        let page = phone.cut(&[(person, vec![pain(1)])]);
        phone.exchange(&server, vec![bytes(&page)]).await;
    }
    phone.exchange(&server, vec![]).await;
    let up = minicbor::to_vec(phone.envelope(&phone.request(vec![]))).unwrap();
    let (status, down) = server.post("/v1/sync", up.clone()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(matches!(unpack::<Answer>(&down), Ok(Answer::Exchanged(_))));
    assert!(up.len() + down.len() <= 260, "{} up, {} down, before headers", up.len(), down.len());
}

#[tokio::test]
async fn ready_means_that_the_database_can_be_read_and_a_test_clock_is_only_there_with_one() {
    let server = Server::start().await;
    let get = |path: &str| Request::get(path.to_owned()).body(HttpBody::empty()).unwrap();
    assert_eq!(server.send(get("/livez")).await.0, StatusCode::OK);
    assert_eq!(server.send(get("/readyz")).await.0, StatusCode::OK);
    let real = alongside_server::app::App::new(
        alongside_server::storage::SqliteStore::open(&server.folder.path().join("other.sqlite")).unwrap(),
        alongside_server::clock::Clock::System,
        alongside_server::secret::OsRandom,
        alongside_server::identity::Identity::load(&server.app.data).unwrap(),
        server.app.data.clone(),
    );
    let routes = alongside_server::router::router(real);
    let put = Request::put("/test/clock")
        .header(header::CONTENT_TYPE, "application/json")
        .body(HttpBody::from("{\"now_ms\":5}"))
        .unwrap();
    let answer = tower::ServiceExt::oneshot(routes, put).await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}
