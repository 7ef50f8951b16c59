//! What became of an edit, told to its author after access to the person has ended.

mod support;

use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::body::{EditDecision, Fate, FateOutcome, HeldWhy, PlanEdit, Role};
use alongside_domain::journal::page::{Item, Part};
use alongside_domain::journal::{Body, Channel, PlanSeen, RecordRef};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::sync::messages::{Answer, AskedEdit, Exchanged, REQUEST_EDITS_MAX};
use alongside_domain::value::Value;
use alongside_server::plan::{Act, act};
use axum::http::StatusCode;
use serde_json::json;
use support::{Device, Server, bytes};

const REASON: &str = "the same was chosen";

/// A carer's proposal about Grace, held; then the carer leaves the care team, and the supervisor says no.
struct Told {
    server: Server,
    grace: PersonId,
    sam: StaffId,
    phone: Device,
    edit: RecordRef,
}

async fn told() -> Told {
    let server = Server::start().await;
    let (sam, joel) = (server.staff("Sam", "supervisor").await, server.staff("Joel", "carer").await);
    let grace = server.person(&[sam, joel]).await;
    let mut phone = server.device(joel).await;
    let command = Command::AddEntry {
        section: Section::Actions,
        entry: "turning".parse().unwrap(),
        fields: [("text".to_owned(), Value::text("change position"))].into(),
        order: 1,
    };
    let base = PlanSeen { version: 0, own_edit: None };
    let edit = Body::PlanEdit(PlanEdit { base, commands: vec![command], reason: "sore".to_owned() });
    let page = phone.cut(&[(grace, vec![edit])]);
    assert_eq!(phone.exchange(&server, vec![bytes(&page)]).await.receipts, vec![page.id]);
    let edit = RecordRef { author: phone.id, epoch: phone.epoch, number: 1, channel: Channel::Care };
    server.ask_admin("care-team", json!({ "person": grace, "staff": joel, "on": false })).await;
    let decision = EditDecision { edit, accept: false, reason: REASON.to_owned() };
    act(&server.app, &Act { person: grace, by: sam, body: Body::EditDecision(decision) }).await.unwrap();
    Told { server, grace, sam, phone, edit }
}

async fn asks(server: &Server, device: &mut Device, edits: Vec<AskedEdit>) -> Exchanged {
    let request = device.request(vec![]);
    let request = alongside_domain::sync::messages::Request { edits: Some(edits), ..request };
    let Answer::Exchanged(done) = device.ask(server, &request).await else { panic!("no exchange") };
    done
}

/// The fates that are told; nothing else of the pages may be read.
fn fates(server: &Server, done: &Exchanged) -> Vec<FateOutcome> {
    let mut found = Vec::new();
    for extract in done.fates.iter().flatten() {
        extract.check(&server.app.identity.public_key()).unwrap();
        for part in &extract.parts {
            let Part::Open(run) = part else { continue };
            assert!(run.secrets.is_empty(), "no secret of a category opens its other records");
            let records = run.items.iter().filter_map(Item::record);
            for record in records {
                let body = Body::decode(record.decode_header().unwrap().kind, &record.body).unwrap();
                let Body::Fate(Fate { outcome, .. }) = body else { panic!("{body:?} is no fate") };
                found.push(outcome);
            }
            let opened = run.items.iter().filter(|item| item.record().is_some()).count();
            assert_eq!(run.salts.as_ref().map_or(0, Vec::len), opened, "a salt for each that is shown");
        }
    }
    found
}

fn held() -> FateOutcome {
    FateOutcome::Held { role: Role::Supervisor, why: HeldWhy::MayNot }
}

fn no() -> FateOutcome {
    FateOutcome::Declined { reason: REASON.to_owned() }
}

#[tokio::test]
async fn an_author_whose_access_has_ended_is_told_the_fates_that_they_lack_and_nothing_else() {
    let Told { server, grace, mut phone, edit, .. } = told().await;
    let asked = |held| vec![AskedEdit { person: grace, edit, held }];
    let done = asks(&server, &mut phone, asked(true)).await;
    assert_eq!(fates(&server, &done), vec![no()]);
    assert!(done.extracts.is_empty() && done.cursors.is_empty());
    let hidden = done.fates.iter().flatten().flat_map(|extract| &extract.parts).any(|part| match part {
        Part::Open(run) => run.items.iter().any(|item| matches!(item, Item::Digest(_))),
        Part::Hidden(_) => false,
    });
    assert!(hidden, "the decision stands in the same page");
    let done = asks(&server, &mut phone, asked(false)).await;
    assert_eq!(fates(&server, &done), vec![held(), no()]);
}

#[tokio::test]
async fn nobody_else_is_told_and_whoever_may_see_the_person_is_told_with_their_journal() {
    let Told { server, grace, sam, edit, .. } = told().await;
    let asked = || vec![AskedEdit { person: grace, edit, held: false }];
    let mia = server.staff("Mia", "carer").await;
    let mut stranger = server.device(mia).await;
    assert_eq!(asks(&server, &mut stranger, asked()).await.fates, None);
    let mut office = server.device(sam).await;
    let done = asks(&server, &mut office, asked()).await;
    assert!(done.fates.is_none() && !done.extracts.is_empty());
}

#[tokio::test]
async fn a_request_asks_for_no_more_edits_than_it_may() {
    let Told { server, grace, phone, edit, .. } = told().await;
    let edits = vec![AskedEdit { person: grace, edit, held: false }; REQUEST_EDITS_MAX + 1];
    let request = alongside_domain::sync::messages::Request { edits: Some(edits), ..phone.request(vec![]) };
    assert_eq!(server.answer(&phone.envelope(&request)).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}
