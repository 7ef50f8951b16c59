//! Rules of erasing what an edit of the plan said: it is gone from every byte of the server, what others did stands, and
//! the plan goes on.

mod support;

use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::{FateOutcome, PlanEdit};
use alongside_domain::journal::page::{Item, Part};
use alongside_domain::journal::{Body, Channel, PageExtract, PlanSeen, RecordRef};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::{EditState, PlanRoot};
use alongside_domain::sync::messages::{Answer, Cursors, Exchanged, PackedExtract};
use alongside_domain::value::Value;
use alongside_server::backup;
use alongside_server::plan::{CurrentPlan, forget_again};
use axum::http::StatusCode;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use support::{Device, Server, bytes, exchanged};

const SECRET: &str = "the neighbour's daughter has another father";

fn set(version: u64, field: &str, value: &str) -> Body {
    let command = Command::SetField {
        section: Section::About,
        entry: "main".parse().unwrap(),
        field: field.to_owned(),
        value: Value::text(value),
    };
    let base = PlanSeen { version, own_edit: None };
    Body::PlanEdit(PlanEdit { base, commands: vec![command], reason: "agreed".to_owned() })
}

fn files_with(folder: &Path, needle: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // What a restore has replaced stays beside it, and is the administrator's to delete.
        if path.to_string_lossy().contains(".replaced-") {
            continue;
        }
        if path.is_dir() {
            found.extend(files_with(&path, needle));
        } else if std::fs::read(&path).unwrap().windows(needle.len()).any(|at| at == needle.as_bytes()) {
            found.push(path);
        }
    }
    found
}

/// Sam has written the routines, then the secret over them; the manager something else, after that.
struct Told {
    server: Server,
    manager: alongside_domain::ids::StaffId,
    grace: PersonId,
    phone: Device,
    other: Device,
    carer: Device,
    /// What came to the other's phone before the order.
    seen: Exchanged,
}

impl Told {
    async fn start() -> Told {
        Told::start_after(None).await
    }

    /// A backup is made before anything is written.
    async fn start_after(backup: Option<&Path>) -> Told {
        let server = Server::start().await;
        let (sam, manager) = (server.staff("Sam", "supervisor").await, server.staff("Mary", "manager").await);
        let joel = server.staff("Joel", "carer").await;
        let grace = server.person(&[sam, manager, joel]).await;
        let phone = server.device(sam).await;
        let (mut other, carer) = (server.device(manager).await, server.device(joel).await);
        let seen = other.exchange(&server, vec![]).await;
        if let Some(to) = backup {
            backup::backup(&server.app.data, to).await.unwrap();
        }
        let mut told = Told { server, manager, grace, phone, other, carer, seen };
        let secret = format!("{SECRET}{}", " and so on".repeat(40));
        told.sams(set(0, "routines", "tea at four")).await;
        told.sams(set(1, "routines", &secret)).await;
        told.sams(set(2, "communicate", "slowly")).await;
        told.seen = told.other.exchange(&told.server, vec![]).await;
        told
    }

    /// Sam's next edit, in a page of its own.
    async fn sams(&mut self, edit: Body) -> RecordRef {
        let page = self.phone.cut(&[(self.grace, vec![edit])]);
        let done = self.phone.exchange(&self.server, vec![bytes(&page)]).await;
        assert_eq!(done.receipts, [page.id]);
        self.sams_record(page.runs[0].first)
    }

    fn sams_record(&self, number: u64) -> RecordRef {
        RecordRef { author: self.phone.id, epoch: self.phone.epoch, number, channel: Channel::Care }
    }

    /// Sam's second.
    fn secret(&self) -> RecordRef {
        self.sams_record(2)
    }

    async fn order(&self, record: RecordRef) -> (StatusCode, Json) {
        let (person, by) = (self.grace, self.manager);
        let asked = json!({ "person": person, "record": record, "by": by, "reason": "about somebody else" });
        self.server.ask_admin("erasures", asked).await
    }

    async fn plan(&self) -> Arc<CurrentPlan> {
        self.server.app.plans.current(&self.server.app, self.grace).await.unwrap()
    }

    fn data(&self) -> PathBuf {
        self.server.folder.path().join("data")
    }

    async fn shown(&self, field: &str) -> Option<Value> {
        let plan = self.plan().await;
        let main = plan.view.sections.get(&Section::About)?.get(&"main".parse().unwrap())?.clone();
        main.fields.get(field).map(|field| field.value().clone())
    }

    /// The other's phone brings what it keeps.
    async fn bring(&mut self, extracts: &[PageExtract]) {
        let mut request = self.other.request(vec![]);
        request.cursors = Cursors::All(self.other.store_epoch, self.other.has());
        request.brought = extracts.iter().map(PackedExtract::of).collect();
        self.other.ask(&self.server, &request).await;
        let Answer::Exchanged(done) = self.other.ask(&self.server, &request).await else {
            panic!("no exchange")
        };
        assert_eq!(done.refused, []);
        assert_eq!(done.receipts.len(), extracts.len());
        // It has stored the answer, and is in the new epoch.
        request.cursors = Cursors::All(done.epoch.unwrap(), done.cursors);
        request.brought.clear();
        self.other.ask(&self.server, &request).await;
    }

    /// The server's process ends, and another one begins, after `between`.
    async fn restarted(self, between: impl AsyncFnOnce(&Path)) -> Told {
        let Server { folder, token, app, routes } = self.server;
        drop((app, routes));
        between(&folder.path().join("data")).await;
        let server = Server::open(folder, token);
        forget_again(&server.app).await;
        Told { server, ..self }
    }
}

/// The bodies of the store's records in an answer, and how many came as a digest.
fn of_store(told: &Told, extracts: &[PageExtract]) -> (Vec<Body>, usize) {
    let store = told.server.app.identity.author;
    let (mut bodies, mut digests) = (Vec::new(), 0);
    for extract in extracts.iter().filter(|extract| extract.id.author == store) {
        extract.check(&told.server.app.identity.public_key()).unwrap();
        for part in &extract.parts {
            let Part::Open(run) = part else { continue };
            for item in &run.items {
                match item {
                    Item::Digest(_) => digests += 1,
                    Item::Record(record) => {
                        let kind = record.decode_header().unwrap().kind;
                        bodies.push(Body::decode(kind, &record.body).unwrap());
                    }
                }
            }
        }
    }
    (bodies, digests)
}

#[tokio::test]
async fn no_byte_of_the_server_says_it_and_what_others_said_stands_in_each_version() {
    let told = Told::start().await;
    assert!(!files_with(&told.data(), SECRET).is_empty());
    assert_eq!(told.order(told.secret()).await, (StatusCode::OK, json!({ "order": 1 })));
    assert_eq!(files_with(&told.data(), SECRET), [] as [PathBuf; 0]);
    let plan = told.plan().await;
    assert_eq!(plan.view.version, 3, "there are as many versions as before");
    assert_eq!(told.shown("routines").await, None);
    assert_eq!(told.shown("communicate").await, Some(Value::text("slowly")));
    assert_eq!(plan.document.view_at(1).sections.values().flatten().count(), 1);
    let settled = plan.states.edit(&told.sams_record(3)).unwrap().state();
    assert!(matches!(settled, EditState::Settled(FateOutcome::Accepted { version: 3 })));
    assert_eq!(told.order(told.secret()).await.1, json!({ "order": 1 }), "twice is once");
}

#[tokio::test]
async fn a_change_that_the_edit_made_names_it_as_well() {
    let mut told = Told::start().await;
    let change = {
        let (store, seen) = (told.server.app.identity.author, &told.seen.extracts);
        let own = seen.iter().filter(|extract| extract.id.author == store).nth(1).unwrap();
        let Part::Open(run) = &own.parts[0] else { panic!("it is about Grace") };
        RecordRef { author: store, epoch: own.id.epoch, number: run.first, channel: Channel::Care }
    };
    assert_eq!(told.order(change).await.0, StatusCode::OK);
    assert_eq!(files_with(&told.data(), SECRET), [] as [PathBuf; 0]);
    let done = told.phone.exchange(&told.server, vec![]).await;
    assert!(done.erasures.iter().any(|erasure| erasure.record == told.secret()));
}

#[tokio::test]
async fn devices_get_the_new_plan_with_the_orders_and_a_new_one_gets_no_more() {
    let mut told = Told::start().await;
    told.order(told.secret()).await;
    let done = told.other.exchange(&told.server, vec![]).await;
    // The edit, and the changes from it on.
    assert_eq!(done.erasures.len(), 3);
    let (bodies, _) = of_store(&told, &done.extracts);
    assert!(matches!(bodies.as_slice(), [Body::PlanRootPart(_)]));
    let late = told.carer.exchange(&told.server, vec![]).await;
    let (bodies, digests) = of_store(&told, &late.extracts);
    let is_change = |body: &&Body| matches!(body, Body::PlanChange(_));
    assert_eq!((bodies.iter().filter(is_change).count(), digests), (1, 2));
    let parts: Vec<u8> = bodies
        .into_iter()
        .filter_map(|body| if let Body::PlanRootPart(part) = body { Some(part.bytes) } else { None })
        .flatten()
        .collect();
    let root: PlanRoot = minicbor::decode(&parts).unwrap();
    assert_eq!((root.version, root.without), (3, vec![told.secret()]));
}

#[tokio::test]
async fn edits_go_on_also_on_versions_of_before_and_a_second_order_keeps_to_the_first() {
    let mut told = Told::start().await;
    told.order(told.secret()).await;
    told.sams(set(2, "routines", "coffee at five")).await;
    assert_eq!(told.shown("routines").await, Some(Value::text("coffee at five")));
    assert_eq!(told.plan().await.view.version, 4);
    assert_eq!(told.order(told.sams_record(3)).await.0, StatusCode::OK);
    assert_eq!(told.shown("communicate").await, None);
    assert_eq!(told.shown("routines").await, Some(Value::text("coffee at five")));
    assert_eq!(files_with(&told.data(), SECRET), [] as [PathBuf; 0]);
    assert_eq!(files_with(&told.data(), "slowly"), [] as [PathBuf; 0]);
    let told = told.restarted(async |_| ()).await;
    assert_eq!(told.shown("routines").await, Some(Value::text("coffee at five")), "as read from the disk");
}

#[tokio::test]
async fn an_edit_that_waits_and_the_word_on_one_are_not_erased() {
    let mut told = Told::start().await;
    let page = told.carer.cut(&[(told.grace, vec![set(3, "routines", "as I say")])]);
    told.carer.exchange(&told.server, vec![bytes(&page)]).await;
    let held = RecordRef { author: told.carer.id, epoch: told.carer.epoch, ..told.sams_record(1) };
    let fate = RecordRef {
        author: told.server.app.identity.author,
        epoch: told.server.app.identity.epoch,
        ..told.sams_record(2)
    };
    for (record, says) in [(held, "declined first"), (fate, "name the edit")] {
        let (status, answer) = told.order(record).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer["error"]["message"].as_str().unwrap().contains(says), "{answer}");
    }
    assert!(!files_with(&told.data(), SECRET).is_empty(), "nothing was erased");
}

#[tokio::test]
async fn a_backup_that_is_put_back_makes_its_plan_anew_and_says_nothing_again() {
    let told = Told::start().await;
    let to = tempfile::tempdir().unwrap();
    let to = to.path().join("monday");
    backup::backup(&told.data(), &to).await.unwrap();
    told.order(told.secret()).await;
    let told = told.restarted(async |data| drop(backup::restore(data, &to).await.unwrap())).await;
    assert_eq!(files_with(&told.data(), SECRET), [] as [PathBuf; 0]);
    assert_eq!(told.shown("routines").await, None);
    assert_eq!(told.shown("communicate").await, Some(Value::text("slowly")));
    assert_eq!(told.server.app.store.orders_waiting().await.unwrap(), []);
    assert_eq!(told.server.app.store.orders().await.unwrap().len(), 3);
}

#[tokio::test]
async fn an_old_plan_that_is_brought_back_says_nothing_again_and_the_new_one_goes_on() {
    for with_root in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("before");
        let mut told = Told::start_after(Some(&to)).await;
        told.order(told.secret()).await;
        let root = told.other.exchange(&told.server, vec![]).await.extracts;
        let mut told = told.restarted(async |data| drop(backup::restore(data, &to).await.unwrap())).await;
        assert_eq!(told.shown("communicate").await, None, "the backup is of before");
        let mut extracts = told.seen.extracts.clone();
        extracts.extend(root.into_iter().filter(|_| with_root));
        told.bring(&extracts).await;
        for device in [told.phone.id, told.carer.id] {
            told.server.ask_admin("end-wait", json!({ "device": device })).await;
        }
        assert_eq!(files_with(&told.data(), SECRET), [] as [PathBuf; 0]);
        let before = (!with_root).then(|| Value::text("tea at four"));
        assert_eq!(told.shown("routines").await, before, "with the root {with_root}");
        assert_eq!(told.shown("communicate").await, Some(Value::text("slowly")), "with the root {with_root}");
    }
}

#[tokio::test]
async fn a_root_that_a_restore_has_lost_says_nothing_again_when_it_comes_too_late() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("before");
    let mut told = Told::start().await;
    backup::backup(&told.data(), &to).await.unwrap();
    // The plan is made anew without another edit: this root says the secret.
    told.order(told.sams_record(3)).await;
    let root = told.other.exchange(&told.server, vec![]).await.extracts;
    let (bodies, _) = of_store(&told, &root);
    assert!(matches!(bodies.as_slice(), [Body::PlanRootPart(_)]));
    let mut told = told.restarted(async |data| drop(backup::restore(data, &to).await.unwrap())).await;
    for device in [told.phone.id, told.other.id, told.carer.id] {
        told.server.ask_admin("end-wait", json!({ "device": device })).await;
    }
    assert_eq!(told.order(told.secret()).await.0, StatusCode::OK);
    assert_eq!(files_with(&told.data(), SECRET), [] as [PathBuf; 0]);
    told.bring(&root).await;
    assert_eq!(files_with(&told.data(), SECRET), [] as [PathBuf; 0]);
    assert_eq!(told.shown("routines").await, None);
    let told = told.restarted(async |_| ()).await;
    assert_eq!(files_with(&told.data(), SECRET), [] as [PathBuf; 0]);
    assert_eq!(told.plan().await.view.version, 3, "there are as many versions as before");
}

#[tokio::test]
async fn an_erased_edit_that_its_author_hands_in_again_after_a_restore_asks_for_nothing() {
    const WORD: &str = "her sister owes money to half the street";
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("before");
    let mut told = Told::start().await;
    backup::backup(&told.data(), &to).await.unwrap();
    let edits = vec![set(3, "routines", WORD), set(3, "communicate", "in writing")];
    let page = told.phone.cut(&[(told.grace, edits)]);
    told.phone.exchange(&told.server, vec![bytes(&page)]).await;
    assert_eq!(told.shown("routines").await, Some(Value::text(WORD)));
    assert_eq!(told.order(told.sams_record(4)).await.0, StatusCode::OK);
    let mut told = told.restarted(async |data| drop(backup::restore(data, &to).await.unwrap())).await;
    // Nobody waits for Sam's phone, which comes home once the plan goes on, and has not heard of the order.
    for device in [told.phone.id, told.other.id, told.carer.id] {
        told.server.ask_admin("end-wait", json!({ "device": device })).await;
    }
    let request = told.phone.request(vec![bytes(&page)]);
    let done = exchanged(&mut told.phone, &told.server, request).await;
    assert_eq!(done.receipts, [page.id]);
    assert_eq!(files_with(&told.data(), WORD), [] as [PathBuf; 0]);
    assert_ne!(told.shown("routines").await, Some(Value::text(WORD)));
    let plan = told.plan().await;
    assert!(plan.states.edit(&told.sams_record(4)).is_none_or(|edit| edit.settled.is_none()));
    // The other edit of the same page was not erased, and is taken over.
    assert_eq!(told.shown("communicate").await, Some(Value::text("in writing")));
    let told = told.restarted(async |_| ()).await;
    assert_eq!(files_with(&told.data(), WORD), [] as [PathBuf; 0]);
}
