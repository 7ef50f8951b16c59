//! The last vital signs on a person's page: a score where somebody trained measured all of it, else why there is none.

mod support;

use alongside_domain::care::news2;
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::Body;
use alongside_domain::value::{Decimal, Fields, Value};
use alongside_server::plan::{Act, act};
use axum::http::StatusCode;
use support::browser::{Browser, PASSWORD, account};
use support::{Server, pain};

/// A set that scores 1, for its pulse.
fn fields() -> Fields {
    let texts = [("air_or_oxygen", "air"), ("spo2_scale", "scale_1"), ("acvpu", "alert")];
    let numbers = [("resp_rate", 16), ("spo2", 97), ("systolic", 120), ("pulse", 95)];
    let mut fields: Fields = texts.map(|(code, text)| (code.to_owned(), Value::text(text))).into();
    fields.extend(numbers.map(|(code, number)| (code.to_owned(), Value::Int(number))));
    fields.insert("temperature".to_owned(), Value::Decimal(Decimal { digits: 370, places: 1 }));
    fields
}

async fn measured(server: &Server, by: StaffId, person: PersonId, fields: Fields) {
    let Body::Observation(mut seen) = pain(1) else { unreachable!() };
    (seen.kind, seen.fields) = (news2::KIND.to_owned(), fields);
    let written = Act { person, by, body: Body::Observation(seen) };
    assert_eq!(act(&server.app, &written).await.unwrap(), None);
}

#[tokio::test]
async fn a_page_tells_the_score_of_a_complete_set_and_of_any_other_why_there_is_none() {
    let server = Server::start().await;
    let beth = account(&server, "Beth", "nurse").await;
    let amina = server.staff("Amina", "carer").await;
    let grace = server.person(&[beth, amina]).await;
    let mut desk = Browser::of(&server);
    assert_eq!(desk.sign_in("beth", PASSWORD).await.status, StatusCode::SEE_OTHER);
    let path = format!("/people/{grace}");
    assert!(!desk.open(&path).await.html.contains("NEWS2"));
    measured(&server, beth, grace, fields()).await;
    let page = desk.open(&path).await.html;
    assert!(
        page.contains("NEWS2 1: low (Mon 2 Mar 09:00, Beth). What is usual for this person is not recorded.")
    );
    let mut without = fields();
    without.remove("pulse");
    measured(&server, beth, grace, without).await;
    assert!(desk.open(&path).await.html.contains("no NEWS2 score, parts are missing: pulse."));
    measured(&server, amina, grace, fields()).await;
    let page = desk.open(&path).await.html;
    assert!(page.contains("Amina: no NEWS2 score, whoever recorded it is not trained for vital signs."));
}
