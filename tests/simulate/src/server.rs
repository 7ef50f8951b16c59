//! A server process in a run: the real router over the real store, one turn at a time.

use crate::dice::SeededRandom;
use crate::gate::{Gated, take_turn};
use crate::place::Place;
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::{Channel, RecordRef};
use alongside_domain::plan::view::PlanView;
use alongside_domain::time::Moment;
use alongside_faultfs::{Disk, Mount};
use alongside_server::app::App;
use alongside_server::clock::Clock;
use alongside_server::identity::{Identity, IdentityParts, public_key};
use alongside_server::init::database;
use alongside_server::password::Passwords;
use alongside_server::plan::{self, PlanError};
use alongside_server::router::router;
#[cfg(test)]
use alongside_server::second_copy::{self, SecondCopy};
use alongside_server::secret;
use alongside_server::storage::ledger::{Ledger, MemoryLedger};
use alongside_server::storage::{ApartRun, SqliteStore, StorageError, Store, StoredRun, WantedRuns};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request as HttpRequest, header};
use ring::signature::Ed25519KeyPair;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// The administrator's token.
const TOKEN: &str = "the administrator";

/// What a server process is started with, each time: it outlives the process.
pub struct Organisation {
    root_seed: [u8; 32],
    store_seed: [u8; 32],
    /// The name under which the store writes.
    pub author: AuthorId,
    epoch: Epoch,
    founded: Moment,
    /// What was ordered to be erased, outside any disk that is put back.
    pub ledger: MemoryLedger,
}

impl Organisation {
    /// An organisation with keys from these bytes.
    pub fn found(random: &SeededRandom, now: Moment) -> Organisation {
        Organisation {
            root_seed: random.bytes(),
            store_seed: random.bytes(),
            author: AuthorId(random.bytes()),
            epoch: Epoch(random.bytes()),
            founded: now,
            ledger: MemoryLedger::default(),
        }
    }

    /// Its public root key.
    pub fn root_key(&self) -> alongside_domain::journal::PublicKey {
        public_key(&key(&self.root_seed))
    }

    fn identity(&self) -> Identity {
        let parts = IdentityParts {
            organisation: "Larkfield".to_owned(),
            author: self.author,
            epoch: self.epoch,
            key: key(&self.store_seed),
        };
        Identity::of(parts, &key(&self.root_seed), self.founded)
    }
}

fn key(seed: &[u8; 32]) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(seed).expect("a seed has 32 bytes")
}

/// Who waits for an answer: a phone, and which of its requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker {
    /// Its place among the phones.
    pub phone: usize,
    /// The request's number over the whole run.
    pub serial: u64,
}

/// An answer over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

/// What is under way in a server.
type Work<T> = Pin<Box<dyn Future<Output = T>>>;

struct Request {
    asker: Asker,
    work: Work<Reply>,
}

struct Running {
    store: Arc<SqliteStore>,
    app: App,
    routes: Router,
}

/// A server process on a disk.
pub struct ServerProcess {
    /// Its view of the disk.
    pub mount: Arc<Mount>,
    /// Where it finds its database.
    pub folder: PathBuf,
    random: SeededRandom,
    running: Option<Running>,
    requests: Vec<Request>,
}

impl ServerProcess {
    /// A process that does not run yet.
    pub fn new(place: &Place, name: &str, disk: &Disk, random: SeededRandom) -> ServerProcess {
        let folder = place.folder(name);
        let mount = disk.mount(&folder.to_string_lossy());
        ServerProcess { mount, folder, random, running: None, requests: Vec::new() }
    }

    /// Starts it; it stays down when its store does not open.
    pub fn start(
        &mut self,
        place: &Place,
        organisation: &Organisation,
        now: Moment,
    ) -> Result<(), StorageError> {
        self.mount.start_process();
        let store = Arc::new(SqliteStore::open_with(
            &database(&self.folder),
            Ledger::of(organisation.ledger.clone()),
        )?);
        let (clock, random) = (Clock::test(), self.random.clone());
        let gated = Gated(Arc::clone(&store));
        let identity = organisation.identity().writing_in(store.epoch());
        let app = App::new(gated, clock, random, identity, self.folder.clone());
        app.clock.move_to(now);
        let _ = app.work_of_passwords.set(Passwords::that_protect_nobody());
        let forgetting = app.clone();
        // As `alongside serve` does.
        to_end(&place.runtime, Box::pin(async move { plan::forget_again(&forgetting).await }));
        let routes = router(app.clone());
        self.running = Some(Running { store, app, routes });
        Ok(())
    }

    /// What `alongside backup` does, but that it proves each record in the copy.
    pub fn back_up(&self, runtime: &Runtime, to: &Path, now: Moment) -> Result<(), StorageError> {
        SqliteStore::copy(&database(&self.folder), &database(to))?;
        let copy = SqliteStore::open_copy(&database(to))?;
        let extent = runtime.block_on(copy.extent());
        copy.close();
        runtime.block_on(self.store().note_backup(extent?, now))
    }

    /// What `alongside restore` does once the older database is in its place.
    pub fn restore(
        &self,
        runtime: &Runtime,
        organisation: &Organisation,
        epoch: Epoch,
        now: Moment,
    ) -> Result<(), StorageError> {
        self.mount.start_process();
        let ledger = Ledger::of(organisation.ledger.clone());
        let store = SqliteStore::open_with(&database(&self.folder), ledger)?;
        let begun = runtime.block_on(store.begin_epoch(organisation.epoch, epoch, now));
        drop(store);
        self.mount.kill();
        begun
    }

    /// Keeps sealed records a second time in this file, on a disk that never fails. What the file has and the store
    /// has not comes back.
    #[cfg(test)]
    pub fn keep_second_copy(&self, runtime: &Runtime, path: &Path) {
        let (copy, entries) = SecondCopy::open(path).expect("a good disk");
        let app = self.running.as_ref().expect("it runs").app.clone();
        app.second_copy.get_or_init(|| copy);
        let work = async move { second_copy::bring_back(&app, entries).await };
        to_end(runtime, Box::pin(work)).expect("a good disk");
    }

    /// Whether it runs.
    pub fn is_up(&self) -> bool {
        self.running.is_some()
    }

    /// Ends it at once. Who waited for an answer gets none.
    pub fn kill(&mut self) -> Vec<Asker> {
        self.mount.kill();
        self.running = None;
        self.requests.drain(..).map(|request| request.asker).collect()
    }

    /// Takes a request; `false` when nobody listens.
    pub fn take(&mut self, asker: Asker, path: &str, body: Vec<u8>) -> bool {
        let Some(running) = &self.running else { return false };
        let request = HttpRequest::post(path).header(header::CONTENT_TYPE, "application/cbor");
        let request = request.body(Body::from(body)).expect("a path and bytes are a request");
        let work = Box::pin(reply(running.routes.clone(), request));
        self.requests.push(Request { asker, work });
        true
    }

    /// Nobody waits for an answer any more: what is under way ends where it is, as when connections break.
    pub fn let_requests_go(&mut self) {
        self.requests.clear();
    }

    /// How many requests are under way.
    pub fn under_way(&self) -> usize {
        self.requests.len()
    }

    /// Who waits for the answer to a request.
    pub fn asker(&self, request: usize) -> Asker {
        self.requests[request].asker
    }

    /// Lets a request go on by one act of the store; its reply, if it has ended.
    pub fn turn(&mut self, runtime: &Runtime, request: usize, now: Moment) -> Option<(Asker, Reply)> {
        self.running.as_ref()?.app.clock.move_to(now);
        let reply = take_turn(runtime, &mut self.requests[request].work)?;
        Some((self.requests.remove(request).asker, reply))
    }

    /// Asks the administration, and waits for its answer.
    pub fn administer(&self, runtime: &Runtime, path: &str, asked: &serde_json::Value) -> serde_json::Value {
        let reply = self.ask(runtime, path, asked);
        assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
        serde_json::from_slice(&reply.body).expect("the administration answers JSON")
    }

    /// Asks the administration; it may refuse, or the process may end meanwhile.
    pub fn ask(&self, runtime: &Runtime, path: &str, asked: &serde_json::Value) -> Reply {
        let running = self.running.as_ref().expect("the administration is asked while a server runs");
        let request = HttpRequest::post(format!("/v1/admin/{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(asked.to_string()))
            .expect("a path and JSON are a request");
        to_end(runtime, Box::pin(reply(running.routes.clone(), request)))
    }

    /// Sends a request of a device, and waits for its answer.
    pub fn answer(&self, runtime: &Runtime, path: &str, body: Vec<u8>, now: Moment) -> Option<Reply> {
        let running = self.running.as_ref()?;
        running.app.clock.move_to(now);
        let request = HttpRequest::post(path).header(header::CONTENT_TYPE, "application/cbor");
        let request = request.body(Body::from(body)).expect("a path and bytes are a request");
        Some(to_end(runtime, Box::pin(reply(running.routes.clone(), request))))
    }

    /// Opens a page of the console, or sends a form to it.
    pub fn browse(&self, runtime: &Runtime, now: Moment, asked: &Browsed<'_>) -> Option<Page> {
        let running = self.running.as_ref()?;
        running.app.clock.move_to(now);
        let request = match asked.form {
            None => HttpRequest::get(asked.path),
            Some(_) => HttpRequest::post(asked.path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded"),
        };
        let form = asked.form.map(encoded).unwrap_or_default();
        let request = request.header(header::COOKIE, asked.cookie).body(Body::from(form));
        let request = request.expect("a path and a form are a request");
        Some(to_end(runtime, Box::pin(page(running.routes.clone(), request))))
    }

    /// Lets the process draw from other dice; afterwards it is as if it had drawn nothing.
    #[cfg(test)]
    pub fn aside<T>(&self, other: crate::dice::Dice, act: impl FnOnce() -> T) -> T {
        self.random.aside(other, act)
    }

    /// Lets the administrator in.
    pub fn set_token(&self, runtime: &Runtime) -> Result<(), StorageError> {
        let store = self.store();
        runtime.block_on(store.set_administrator_token(secret::hash(TOKEN.as_bytes())))
    }

    fn store(&self) -> &SqliteStore {
        &self.running.as_ref().expect("the store is looked at while a server runs").store
    }

    /// Everything that the store holds of a channel of a person's journal, and how many records it says are
    /// branches.
    pub fn journal(
        &self,
        runtime: &Runtime,
        person: PersonId,
        channel: Channel,
    ) -> Result<(Vec<StoredRun>, u64), StorageError> {
        let store = self.store();
        let wanted = WantedRuns { person, channel, after: 0 };
        let read = runtime.block_on(store.runs(vec![wanted], BTreeSet::new(), usize::MAX / 2))?;
        let runs = read.into_iter().flat_map(|read| read.runs).collect();
        let streams = runtime.block_on(store.streams(person))?;
        let of_channel = streams.iter().filter(|stream| stream.channel == channel);
        Ok((runs, of_channel.map(|stream| stream.branches).sum()))
    }

    /// Everything that the store keeps apart.
    pub fn kept_apart(&self, runtime: &Runtime) -> Result<Vec<ApartRun>, StorageError> {
        runtime.block_on(self.store().apart())
    }

    /// The names of the records that came damaged, each with whom it is about.
    pub fn damaged(&self, runtime: &Runtime) -> Result<Vec<(PersonId, RecordRef)>, StorageError> {
        let evidence = runtime.block_on(self.store().evidence())?;
        Ok(evidence.into_iter().map(|one| (one.person, one.record)).collect())
    }

    /// The devices that are awaited after a restore.
    pub fn awaited(&self, runtime: &Runtime) -> Result<BTreeSet<AuthorId>, StorageError> {
        Ok(runtime.block_on(self.store().awaited())?.into_iter().map(|awaited| awaited.device).collect())
    }

    /// A person's plan as the server shows it.
    pub fn plan(&self, runtime: &Runtime, person: PersonId) -> Result<String, PlanError> {
        let view = self.plan_view(runtime, person)?;
        Ok(serde_json::to_string(&view).expect("a plan is JSON"))
    }

    /// A person's plan as the server has it.
    pub fn plan_view(&self, runtime: &Runtime, person: PersonId) -> Result<PlanView, PlanError> {
        let app = self.running.as_ref().expect("a plan is looked at while a server runs").app.clone();
        let work = async move { app.plans.current(&app, person).await };
        Ok(to_end(runtime, Box::pin(work))?.view.clone())
    }
}

/// What a browser asks for.
#[derive(Debug, Clone, Copy)]
pub struct Browsed<'b> {
    /// The cookie of the session; may be empty.
    pub cookie: &'b str,
    /// The path.
    pub path: &'b str,
    /// The fields of a form that is sent there.
    pub form: Option<&'b [(&'b str, &'b str)]>,
}

/// A page of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its status.
    pub status: u16,
    /// The cookie that it sets.
    pub cookie: Option<String>,
    /// What it says.
    pub html: String,
}

fn encoded(form: &[(&str, &str)]) -> String {
    let escape = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    form.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&")
}

async fn page(routes: Router, request: HttpRequest<Body>) -> Page {
    let response = routes.oneshot(request).await.unwrap_or_else(|never| match never {});
    let status = response.status().as_u16();
    let cookie = response.headers().get(header::SET_COOKIE).and_then(|value| value.to_str().ok());
    let cookie = cookie.and_then(|value| value.split(';').next()).map(str::to_owned);
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a page is in memory");
    Page { status, cookie, html: String::from_utf8_lossy(&body).into_owned() }
}

async fn reply(routes: Router, request: HttpRequest<Body>) -> Reply {
    let response = routes.oneshot(request).await.unwrap_or_else(|never| match never {});
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("an answer's body is in memory");
    Reply { status, body: body.to_vec() }
}

fn to_end<T>(runtime: &Runtime, mut work: Work<T>) -> T {
    loop {
        if let Some(done) = take_turn(runtime, &mut work) {
            return done;
        }
    }
}
