//! Erasure through the real routes: no byte of what was erased is in any file, whatever is sent or put back later.

mod support;

use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::body::{Communication, Means, PlanEdit};
use alongside_domain::journal::page::{Item, Part};
use alongside_domain::journal::{Body, Channel, Page, PlanSeen, RecordRef};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::sync::messages::Exchanged;
use alongside_domain::value::Value;
use alongside_server::backup;
use alongside_server::storage::ledger::Ledger;
use alongside_server::storage::{Commit, Committed, PageToStore, SqliteStore, Standing, Store, WantedRuns};
use axum::http::StatusCode;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use support::{Device, MONDAY, Server, bytes, pain};

const SECRET: &str = "the neighbour's daughter has another father";

fn said(words: &str) -> Body {
    let (with, purpose) = ("the daughter".to_owned(), "asked".to_owned());
    Body::Communication(Communication { with, means: Means::Phone, purpose, said: words.to_owned() })
}

/// The files in a folder that hold these bytes.
fn files_with(folder: &Path, needle: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, needle));
        } else if std::fs::read(&path).unwrap().windows(needle.len()).any(|window| window == needle) {
            found.push(path);
        }
    }
    found
}

/// Two phones of Grace's team, and a manager. The first has sent a page: a note, the secret one, another note.
struct Told {
    server: Server,
    manager: StaffId,
    grace: PersonId,
    phone: Device,
    other: Device,
    page: Page,
}

impl Told {
    async fn start() -> Told {
        let server = Server::start().await;
        let manager = server.staff("Maria", "manager").await;
        let (joel, beth) = (server.staff("Joel", "carer").await, server.staff("Beth", "nurse").await);
        let (grace, harold) = (server.person(&[joel, beth]).await, server.person(&[joel]).await);
        let (mut phone, other) = (server.device(joel).await, server.device(beth).await);
        // A long one, so that it lies on pages of the database of its own.
        let secret = said(&format!("{}{SECRET}", "on and on ".repeat(3_000)));
        let page = phone.cut(&[(grace, vec![pain(3), secret, pain(4)]), (harold, vec![said(SECRET)])]);
        let done = phone.exchange(&server, vec![bytes(&page)]).await;
        assert_eq!(done.receipts, [page.id]);
        Told { server, manager, grace, phone, other, page }
    }

    fn secret(&self) -> RecordRef {
        let id = self.page.id;
        RecordRef { author: id.author, epoch: id.epoch, number: 2, channel: id.channel }
    }

    async fn order(&self, record: RecordRef) -> (StatusCode, Json) {
        let (person, by) = (self.grace, self.manager);
        let asked = json!({ "person": person, "record": record, "by": by, "reason": "about somebody else" });
        self.server.ask_admin("erasures", asked).await
    }

    fn data(&self) -> PathBuf {
        self.server.folder.path().join("data")
    }

    async fn waiting(&self) -> Vec<String> {
        let request = axum::http::Request::get("/v1/admin/erasures")
            .header("authorization", format!("Bearer {}", self.server.token))
            .body(axum::body::Body::empty());
        let (_, body) = self.server.send(request.unwrap()).await;
        let list: Vec<Json> = serde_json::from_slice(&body).unwrap();
        list[0]["waiting_for"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    }
}

/// For each record about a person in the extracts: whether it came as a digest. All prove themselves.
fn digests(done: &Exchanged, person: PersonId, author: &Device) -> Vec<bool> {
    let mut found = Vec::new();
    for extract in done.extracts.iter().filter(|extract| extract.id.author == author.id) {
        extract.check(&author.public_key()).unwrap();
        for part in &extract.parts {
            if let Part::Open(run) = part
                && run.person == person
            {
                found.extend(run.items.iter().map(|item| matches!(item, Item::Digest(_))));
            }
        }
    }
    found
}

#[tokio::test]
async fn no_file_of_the_server_holds_what_was_erased_and_what_is_left_proves_itself() {
    let mut told = Told::start().await;
    assert!(!files_with(&told.data(), b"on and on on and on").is_empty());
    assert_eq!(told.order(told.secret()).await, (StatusCode::OK, json!({ "order": 1 })));
    assert_eq!(files_with(&told.data(), b"on and on on and on"), [] as [PathBuf; 0]);
    assert_eq!(files_with(&told.data(), &told.page.secret.0), [] as [PathBuf; 0]);
    let done = told.other.exchange(&told.server, vec![]).await;
    assert_eq!(digests(&done, told.grace, &told.phone), [false, true, false]);
    assert_eq!(told.order(told.secret()).await.1, json!({ "order": 1 }), "twice is once");
}

#[tokio::test]
async fn each_device_gets_the_order_until_it_says_that_it_was_carried_out() {
    let mut told = Told::start().await;
    told.other.exchange(&told.server, vec![]).await;
    told.order(told.secret()).await;
    assert_eq!(told.waiting().await.len(), 2);
    for _ in 0..2 {
        let done = told.other.exchange(&told.server, vec![]).await;
        let orders: Vec<_> = done.erasures.iter().map(|erasure| (erasure.version, erasure.record)).collect();
        assert_eq!((orders, done.erasures_version), (vec![(1, told.secret())], 1));
    }
    told.other.erased = 1;
    assert!(told.other.exchange(&told.server, vec![]).await.erasures.is_empty());
    assert_eq!(told.waiting().await, [told.phone.id.to_string()]);
}

#[tokio::test]
async fn a_phone_that_brings_it_again_is_receipted_and_brings_nothing_back() {
    let mut told = Told::start().await;
    told.order(told.secret()).await;
    let done = told.phone.exchange(&told.server, vec![bytes(&told.page)]).await;
    assert_eq!(done.receipts, [told.page.id]);
    assert_eq!(files_with(&told.data(), b"on and on on and on"), [] as [PathBuf; 0]);
}

#[tokio::test]
async fn what_a_reader_kept_in_the_log_goes_with_the_next_commit_of_any_server_on_the_file() {
    let told = Told::start().await;
    let database = told.data().join("alongside.sqlite");
    let other = SqliteStore::open(&database).unwrap();
    other.add_person(PersonId([8; 16])).await.unwrap();
    let reader = rusqlite::Connection::open(&database).unwrap();
    reader.execute_batch("BEGIN; SELECT COUNT(*) FROM page").unwrap();
    told.order(told.secret()).await;
    assert_ne!(files_with(&told.data(), b"on and on on and on"), [] as [PathBuf; 0]);
    drop(reader);
    other.add_person(PersonId([9; 16])).await.unwrap();
    assert_eq!(files_with(&told.data(), b"on and on on and on"), [] as [PathBuf; 0]);
}

/// The secrets of which a file has more than one copy, by number.
fn copied_secrets(file: &[u8]) -> BTreeSet<usize> {
    let is_secret = |text: &&[u8]| text.starts_with(b"the ") && text.ends_with(b"th secret");
    let secrets = file.windows("the 0000th secret".len()).filter(is_secret);
    let numbers = secrets.filter_map(|text| std::str::from_utf8(&text[4..8]).ok()?.parse().ok());
    let mut seen = BTreeSet::new();
    numbers.filter(|nth| !seen.insert(*nth)).collect()
}

#[tokio::test]
async fn what_the_database_left_behind_as_it_moved_rows_goes_with_the_record() {
    let mut told = Told::start().await;
    let joel = told.phone.staff;
    let mut people = vec![told.grace];
    for _ in 0..2 {
        people.push(told.server.person(&[joel]).await);
    }
    told.phone.exchange(&told.server, vec![]).await;
    let words = |nth: usize| format!("the {nth:04}th secret");
    let (mut records, mut moved) = (Vec::new(), BTreeSet::new());
    // How rows lie hangs on names that are drawn: until one was moved and left something behind.
    while moved.is_empty() {
        for _ in 0..50 {
            let nth = records.len();
            assert!(nth < 2_000, "the engine leaves nothing behind any more");
            // Runs of many lengths, about one person and another: rows move between the pages of the tree.
            let person = people[(nth * nth * 7 + nth) / 3 % 3];
            let length = (nth * nth * 31 + nth * 17) % 701;
            let text = format!("{}{}", words(nth), "x".repeat(length));
            let page = told.phone.cut(&[(person, vec![said(&text)])]);
            told.phone.exchange(&told.server, vec![bytes(&page)]).await;
            let (author, epoch, channel) = (page.id.author, page.id.epoch, page.id.channel);
            records.push((person, RecordRef { author, epoch, number: page.runs[0].first, channel }));
        }
        let database = told.data().join("alongside.sqlite");
        let emptying = rusqlite::Connection::open(&database).unwrap();
        emptying.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        drop(emptying);
        moved = copied_secrets(&std::fs::read(&database).unwrap());
    }
    for nth in moved {
        let (person, record) = records[nth];
        let asked = json!({ "person": person, "record": record, "by": told.manager, "reason": "a mistake" });
        assert_eq!(told.server.ask_admin("erasures", asked).await.0, StatusCode::OK);
        assert_eq!(files_with(&told.data(), words(nth).as_bytes()), [] as [PathBuf; 0]);
    }
}

/// A database with its ledger in a folder of its own: those of `data`, where they are there.
fn put_back(database_and_log: &[(&str, Vec<u8>)], data: &Path) -> (tempfile::TempDir, SqliteStore) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in database_and_log {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    std::fs::copy(data.join("alongside.ledger"), folder.path().join("alongside.ledger")).unwrap();
    let store = SqliteStore::open(&folder.path().join("alongside.sqlite")).unwrap();
    (folder, store)
}

#[tokio::test]
async fn a_backup_that_is_put_back_forgets_again() {
    let told = Told::start().await;
    let files = ["alongside.sqlite", "alongside.sqlite-wal"];
    let backup = files.map(|name| (name, std::fs::read(told.data().join(name)).unwrap()));
    told.order(told.secret()).await;
    let (folder, store) = put_back(&backup, &told.data());
    assert_eq!(store.orders().await, told.server.app.store.orders().await);
    assert_eq!(files_with(folder.path(), b"on and on on and on"), [] as [PathBuf; 0]);
    let all = WantedRuns { person: told.grace, channel: Channel::Care, after: 0 };
    let read = store.runs(vec![all], BTreeSet::new(), usize::MAX).await.unwrap();
    assert_eq!(read[0].runs[0].records().map(|(number, _)| number).collect::<Vec<_>>(), [1, 3]);
}

#[tokio::test]
async fn a_restore_erases_in_the_backup_before_it_takes_the_place_of_the_database() {
    let told = Told::start().await;
    let to = tempfile::tempdir().unwrap();
    let to = to.path().join("monday");
    backup::backup(&told.data(), &to).await.unwrap();
    assert!(std::fs::read(&to).unwrap().windows(9).any(|window| window == b"on and on"));
    told.order(told.secret()).await;
    backup::restore(&told.data(), &to).await.unwrap();
    assert_eq!(files_with(&told.data(), b"on and on on and on"), [] as [PathBuf; 0]);
    assert_eq!(Ledger::beside(&to).orders(), Ok(vec![]), "a backup has no ledger");
}

#[tokio::test]
async fn a_database_that_never_had_it_takes_it_from_no_phone() {
    let told = Told::start().await;
    told.order(told.secret()).await;
    let (folder, store) = put_back(&[], &told.data());
    let checked = told.page.check(&told.phone.public_key()).unwrap();
    let places =
        checked.runs.iter().map(|run| run.iter().map(|linked| (linked.link, linked.header.kind)).collect());
    let page = PageToStore {
        page: told.page.clone(),
        places: places.collect(),
        damaged: Vec::new(),
        standing: vec![Standing::Good; told.page.runs.len()],
        received: MONDAY,
        ended: None,
    };
    let commit = Commit { page: Some(Arc::new(page)), ..Commit::default() };
    assert_eq!(store.commit(commit).await, Ok(Committed::Stored));
    assert_eq!(files_with(folder.path(), b"on and on on and on"), [] as [PathBuf; 0]);
    assert_eq!(files_with(folder.path(), &told.page.secret.0), [] as [PathBuf; 0]);
}

#[tokio::test]
async fn only_a_manager_orders_with_a_reason_and_only_what_stands_alone() {
    let mut told = Told::start().await;
    let joel = told.phone.staff;
    let ask = |by: StaffId, record: RecordRef, reason: &str| json!({ "person": told.grace, "record": record, "by": by, "reason": reason });
    let (secret, manager) = (told.secret(), told.manager);
    let none = RecordRef { number: 99, ..secret };
    for (asked, expected) in [
        (ask(joel, secret, "why"), StatusCode::FORBIDDEN),
        (ask(manager, secret, " "), StatusCode::UNPROCESSABLE_ENTITY),
        (ask(manager, none, "why"), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(told.server.ask_admin("erasures", asked).await.0, expected);
    }
    let command = Command::SetField {
        section: Section::About,
        entry: "main".parse().unwrap(),
        field: "routines".to_owned(),
        value: Value::text("tea"),
    };
    let edit = PlanEdit { base: PlanSeen::default(), commands: vec![command], reason: "asked".to_owned() };
    let page = told.phone.cut(&[(told.grace, vec![Body::PlanEdit(edit)])]);
    told.phone.exchange(&told.server, vec![bytes(&page)]).await;
    let edit = RecordRef { number: 4, ..secret };
    let (status, _) = told.order(edit).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!files_with(&told.data(), SECRET.as_bytes()).is_empty(), "nothing was erased");
}
