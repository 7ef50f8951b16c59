//! The canonical plan through the real routes: edits sent by devices become versions, conflicts and fates.

mod support;

use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::{EditDecision, Fate, FateOutcome, HeldWhy, PlanEdit, Role};
use alongside_domain::journal::page::{Item, Part};
use alongside_domain::journal::{Body, Channel, PageExtract, PlanSeen, RecordRef};
use alongside_domain::plan::conflicts;
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::value::Value;
use alongside_server::plan::{Act, act};
use support::{Device, Server, bytes};

fn edit(version: u64, commands: Vec<Command>) -> Body {
    let base = PlanSeen { version, own_edit: None };
    Body::PlanEdit(PlanEdit { base, commands, reason: "it was too long".to_owned() })
}

fn action() -> Command {
    Command::AddEntry {
        section: Section::Actions,
        entry: "turning".parse().unwrap(),
        fields: [
            ("text".to_owned(), Value::text("change position")),
            ("interval_min".to_owned(), Value::Int(180)),
        ]
        .into(),
        order: 1,
    }
}

fn interval(minutes: i64) -> Command {
    Command::SetField {
        section: Section::Actions,
        entry: "turning".parse().unwrap(),
        field: "interval_min".to_owned(),
        value: Value::Int(minutes),
    }
}

fn fates(extracts: &[PageExtract]) -> Vec<Fate> {
    bodies(extracts)
        .into_iter()
        .filter_map(|body| if let Body::Fate(fate) = body { Some(fate) } else { None })
        .collect()
}

fn bodies(extracts: &[PageExtract]) -> Vec<Body> {
    let runs = extracts.iter().flat_map(|extract| &extract.parts).filter_map(|part| match part {
        Part::Open(run) => Some(run),
        Part::Hidden(_) => None,
    });
    let records = runs.flat_map(|run| &run.items).filter_map(|item| match item {
        Item::Record(record) => Some(record),
        Item::Digest(_) => None,
    });
    records.map(|record| Body::decode(record.decode_header().unwrap().kind, &record.body).unwrap()).collect()
}

async fn send(server: &Server, device: &mut Device, person: PersonId, body: Body) -> (RecordRef, Vec<Fate>) {
    let page = device.cut(&[(person, vec![body])]);
    let number = page.runs[0].first;
    let done = device.exchange(server, vec![bytes(&page)]).await;
    assert_eq!(done.receipts, vec![page.id]);
    let store = server.app.identity.public_key();
    done.extracts.iter().filter(|extract| extract.id.author == server.app.identity.author).for_each(
        |extract| {
            extract.check(&store).unwrap();
        },
    );
    let edit = RecordRef { author: device.id, epoch: device.epoch, number, channel: Channel::Care };
    (edit, fates(&done.extracts))
}

#[tokio::test]
async fn an_accepted_edit_is_in_the_plan_and_its_fate_is_in_the_same_answer() {
    let server = Server::start().await;
    let sam = server.staff("Sam", "supervisor").await;
    let grace = server.person(&[sam]).await;
    let mut phone = server.device(sam).await;
    let (id, told) = send(&server, &mut phone, grace, edit(0, vec![action()])).await;
    assert_eq!(told, vec![Fate { edit: id, outcome: FateOutcome::Accepted { version: 1 }, by: None }]);
    let plan = server.app.plans.current(&server.app, grace).await.unwrap();
    assert_eq!(plan.view.version, 1);
    assert_eq!(plan.view.entries(Section::Actions).len(), 1);
}

#[tokio::test]
async fn a_carers_proposal_is_held_then_decided_on_the_console_and_she_is_told_both_times() {
    let server = Server::start().await;
    let (sam, joel) = (server.staff("Sam", "supervisor").await, server.staff("Joel", "carer").await);
    let grace = server.person(&[sam, joel]).await;
    let (mut office, mut phone) = (server.device(sam).await, server.device(joel).await);
    send(&server, &mut office, grace, edit(0, vec![action()])).await;
    let (id, told) = send(&server, &mut phone, grace, edit(1, vec![interval(120)])).await;
    let held = FateOutcome::Held { role: Role::Supervisor, why: HeldWhy::MayNot };
    assert_eq!(told.last().unwrap().outcome, held);
    let decision = EditDecision { edit: id, accept: false, reason: "the same was chosen".to_owned() };
    act(&server.app, &Act { person: grace, by: sam, body: Body::EditDecision(decision) }).await.unwrap();
    let told = fates(&phone.exchange(&server, vec![]).await.extracts);
    let declined = FateOutcome::Declined { reason: "the same was chosen".to_owned() };
    assert_eq!(told, vec![Fate { edit: id, outcome: declined, by: Some(sam) }]);
}

#[tokio::test]
async fn two_values_set_apart_are_a_conflict_until_one_choice_clears_it() {
    let server = Server::start().await;
    let (sam, max) = (server.staff("Sam", "supervisor").await, server.staff("Max", "manager").await);
    let grace = server.person(&[sam, max]).await;
    let (mut one, mut other) = (server.device(sam).await, server.device(max).await);
    send(&server, &mut one, grace, edit(0, vec![action()])).await;
    send(&server, &mut one, grace, edit(1, vec![interval(150)])).await;
    send(&server, &mut other, grace, edit(1, vec![interval(120)])).await;
    let plan = server.app.plans.current(&server.app, grace).await.unwrap();
    let values: Vec<_> =
        conflicts(&plan.view)[0].candidates.iter().map(|it| (it.value.clone(), it.author)).collect();
    assert_eq!(values.len(), 2);
    assert!(values.contains(&(Value::Int(150), sam)) && values.contains(&(Value::Int(120), max)));
    let choice = edit(plan.view.version, vec![interval(120)]);
    act(&server.app, &Act { person: grace, by: sam, body: choice }).await.unwrap();
    let plan = server.app.plans.current(&server.app, grace).await.unwrap();
    assert!(conflicts(&plan.view).is_empty());
}

#[tokio::test]
async fn a_plan_read_from_the_disk_is_the_plan_that_was_written() {
    let server = Server::start().await;
    let sam = server.staff("Sam", "supervisor").await;
    let grace = server.person(&[sam]).await;
    let mut phone = server.device(sam).await;
    send(&server, &mut phone, grace, edit(0, vec![action()])).await;
    send(&server, &mut phone, grace, edit(1, vec![interval(120)])).await;
    let kept = server.app.plans.current(&server.app, grace).await.unwrap();
    let read = alongside_server::plan::Plans::default().current(&server.app, grace).await.unwrap();
    assert_eq!((kept.document.save(), &kept.view), (read.document.save(), &read.view));
}

#[tokio::test]
async fn edits_that_arrive_together_all_get_a_fate_and_a_version_of_their_own() {
    let server = Server::start().await;
    let sam = server.staff("Sam", "supervisor").await;
    let grace = server.person(&[sam]).await;
    let mut first = server.device(sam).await;
    send(&server, &mut first, grace, edit(0, vec![action()])).await;
    let mut team = Vec::new();
    for at in 0..6_u8 {
        let staff = server.staff(&format!("S{at}"), "supervisor").await;
        server.ask_admin("care-team", serde_json::json!({ "person": grace, "staff": staff })).await;
        team.push(server.device(staff).await);
    }
    let waiting = team.iter_mut().zip(0_i64..).map(|(device, at)| {
        let page = device.cut(&[(grace, vec![edit(1, vec![interval(60 + at)])])]);
        let server = &server;
        async move { device.exchange(server, vec![bytes(&page)]).await.receipts.len() }
    });
    let receipts = futures_join(waiting).await;
    assert_eq!(receipts, vec![1; 6]);
    let plan = server.app.plans.current(&server.app, grace).await.unwrap();
    assert_eq!(plan.document.versions().count(), 7);
    assert_eq!(conflicts(&plan.view)[0].candidates.len(), 6);
    let streams = server.app.store.streams(grace).await.unwrap();
    assert!(streams.iter().all(|stream| stream.missing == 0 && stream.branches == 0));
}

/// Polls all in turn, so that they interleave at every wait.
async fn futures_join<F: Future<Output = usize>>(all: impl Iterator<Item = F>) -> Vec<usize> {
    let mut all: Vec<_> = all.map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|context| {
        for (one, done) in all.iter_mut().filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(found) = one.as_mut().poll(context) {
                *done = Some(found);
            }
        }
        if all.iter().all(|(_, done)| done.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    all.into_iter().map(|(_, done)| done.unwrap()).collect()
}
