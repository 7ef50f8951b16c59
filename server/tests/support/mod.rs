//! A server on a folder of its own and devices that speak its protocol, for the tests in this folder.
#![allow(dead_code, reason = "each test file uses its own part")]

pub mod browser;
pub mod concerns;

use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::body::{Body, HowKnown, Observation, PlanEdit};
use alongside_domain::journal::page::{PAGE_BYTES_MAX, Part};
use alongside_domain::journal::sealed::{OpeningKey, SealingKey, sealing_pair};
use alongside_domain::journal::times::Counted;
use alongside_domain::journal::{
    Chain, Channel, Header, Link, Page, PageExtract, PageId, PageSecret, PlanSeen, PublicKey, RecordBytes,
    Run, Signature,
};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::sync::certificate::Certificate;
use alongside_domain::sync::messages::{
    Answer, AuditHead, Challenge, Cursor, CursorDigest, Cursors, Enrol, Enrolled, Envelope, Exchanged,
    PackedPage, Request as Asked, enrol_message, envelope_message, pack, unpack,
};
use alongside_domain::time::Moment;
use alongside_domain::value::Value;
use alongside_server::app::App;
use alongside_server::clock::Clock;
use alongside_server::identity::{Identity, new_key, public_key, sign};
use alongside_server::init::{database, init};
use alongside_server::router::router;
use alongside_server::secret::OsRandom;
use alongside_server::storage::SqliteStore;
use axum::Router;
use axum::body::{Body as HttpBody, to_bytes};
use axum::http::{Request, StatusCode, header};
use ring::signature::Ed25519KeyPair;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use tempfile::TempDir;
use tower::ServiceExt;

/// A served organisation.
pub struct Server {
    pub folder: TempDir,
    pub routes: Router,
    pub token: String,
    pub app: App,
}

pub const MONDAY: Moment = Moment(1_772_442_000_000);

impl Server {
    pub async fn start() -> Server {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let made = init(&data, "Larkfield", &["127.0.0.1".to_owned()]).await.unwrap();
        Server::open(folder, made.administrator_token)
    }

    /// A server on a folder that holds an organisation.
    pub fn open(folder: TempDir, token: String) -> Server {
        let data = folder.path().join("data");
        let store = SqliteStore::open(&database(&data)).unwrap();
        let identity = Identity::load(&data).unwrap().writing_in(store.epoch());
        let app = App::new(store, Clock::test(), OsRandom, identity, data);
        app.clock.move_to(MONDAY);
        Server { folder, routes: router(app.clone()), token, app }
    }

    pub async fn ask_admin_state(&self) -> (StatusCode, Json) {
        let request = Request::get("/v1/admin/state")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .body(HttpBody::empty())
            .unwrap();
        let (status, body) = self.send(request).await;
        (status, serde_json::from_slice(&body).unwrap())
    }

    pub async fn send(&self, request: Request<HttpBody>) -> (StatusCode, Vec<u8>) {
        let answer = self.routes.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        (status, to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec())
    }

    pub async fn ask_admin(&self, path: &str, body: Json) -> (StatusCode, Json) {
        let request = Request::post(format!("/v1/admin/{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json")
            .body(HttpBody::from(body.to_string()))
            .unwrap();
        let (status, body) = self.send(request).await;
        (status, serde_json::from_slice(&body).unwrap())
    }

    pub async fn post(&self, path: &str, body: Vec<u8>) -> (StatusCode, Vec<u8>) {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/cbor")
            .body(HttpBody::from(body))
            .unwrap();
        self.send(request).await
    }

    pub async fn staff(&self, name: &str, role: &str) -> StaffId {
        self.staff_of(name, role, "Larkfield").await
    }

    pub async fn staff_of(&self, name: &str, role: &str, organisation: &str) -> StaffId {
        let asked = json!({ "name": name, "role": role, "organisation": organisation });
        let (status, answer) = self.ask_admin("staff", asked).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["staff"].as_str().unwrap().parse().unwrap()
    }

    pub async fn person(&self, team: &[StaffId]) -> PersonId {
        let (_, answer) = self.ask_admin("people", json!({})).await;
        let person: PersonId = answer["person"].as_str().unwrap().parse().unwrap();
        for staff in team {
            let (status, _) = self.ask_admin("care-team", json!({ "person": person, "staff": staff })).await;
            assert_eq!(status, StatusCode::OK);
        }
        person
    }

    pub async fn code(&self, staff: StaffId) -> String {
        let (status, ticket) = self.ask_admin("device-codes", json!({ "staff": staff })).await;
        assert_eq!(status, StatusCode::OK, "{ticket}");
        ticket["code"].as_str().unwrap().to_owned()
    }

    pub async fn enrol(&self, asked: &Enrol) -> Enrolled {
        let (status, answer) = self.post("/v1/enrol", pack(asked)).await;
        assert_eq!(status, StatusCode::OK);
        unpack(&answer).unwrap()
    }

    /// A new device of `staff`.
    pub async fn device(&self, staff: StaffId) -> Device {
        self.device_with_certificate(staff).await.0
    }

    /// A new device of `staff`, and what the store signed for it.
    pub async fn device_with_certificate(&self, staff: StaffId) -> (Device, Certificate) {
        let mut device = Device::new(staff);
        let code = self.code(staff).await;
        match self.enrol(&device.enrol(&code)).await {
            Enrolled::Welcome(welcome) => {
                let store = welcome.store.verify(&self.app.identity.root).unwrap();
                welcome.device.verify(&store.key).unwrap();
                device.challenge = welcome.challenge;
                (device, welcome.device)
            }
            Enrolled::Refused(why) => panic!("{why}"),
        }
    }

    pub async fn answer(&self, envelope: &Envelope) -> (StatusCode, Vec<u8>) {
        self.post("/v1/sync", minicbor::to_vec(envelope).unwrap()).await
    }
}

/// A device that keeps what it needs in memory.
pub struct Device {
    pub id: AuthorId,
    pub epoch: Epoch,
    pub staff: StaffId,
    pub key: Ed25519KeyPair,
    pub challenge: Challenge,
    pub cursors: BTreeMap<(PersonId, Channel), u64>,
    pub heads: BTreeMap<PersonId, (u64, Link)>,
    pub page: u64,
    pub access: u64,
    pub directory: u64,
    /// The last order to erase that it has carried out.
    pub erased: u64,
    /// What it had counted when it made its records; nothing: their times are sure.
    pub made_at: Option<Counted>,
    /// What it has counted when it asks.
    pub asks_at: Option<Counted>,
    /// When its records say that they were made.
    pub records_at: Moment,
    /// The epoch in which the store writes, as the device knows it.
    pub store_epoch: Epoch,
    pub recipients: u64,
    /// The last head of the audit trail that it was told.
    pub audit: Option<AuditHead>,
    pub opening: OpeningKey,
    pub sealing: SealingKey,
}

impl Device {
    pub fn new(staff: StaffId) -> Device {
        let key = new_key();
        let (opening, sealing) = sealing_pair(&key.0);
        let random = |tag: u8| std::array::from_fn(|at| staff.0[at].wrapping_add(tag));
        Device {
            id: AuthorId(random(1)),
            epoch: Epoch([3; 8]),
            staff,
            key: key.1,
            challenge: Challenge([0; 16]),
            cursors: BTreeMap::new(),
            heads: BTreeMap::new(),
            page: 0,
            access: 0,
            directory: 0,
            erased: 0,
            made_at: None,
            asks_at: None,
            records_at: MONDAY,
            store_epoch: Epoch([0; 8]),
            recipients: 0,
            audit: None,
            opening,
            sealing,
        }
    }

    pub fn public_key(&self) -> PublicKey {
        public_key(&self.key)
    }

    pub fn sign(&self, message: &[u8]) -> Signature {
        sign(&self.key, message)
    }

    pub fn enrol(&self, code: &str) -> Enrol {
        let proof = self.sign(&enrol_message(&self.id, &self.sealing, code));
        Enrol { code: code.to_owned(), device: self.id, key: self.public_key(), proof, sealing: self.sealing }
    }

    pub fn envelope(&self, request: &Asked) -> Envelope {
        let body = minicbor::to_vec(request).unwrap();
        let signature = self.sign(&envelope_message(&self.id, &self.challenge, &body));
        Envelope { device: self.id, challenge: self.challenge, signature, body, certificate: None }
    }

    /// A request that says nothing but who asks.
    pub fn envelope_of_nothing(&self) -> Envelope {
        self.envelope(&self.request(vec![]))
    }

    pub fn has(&self) -> Vec<Cursor> {
        self.cursors
            .iter()
            .map(|((person, channel), position)| Cursor {
                person: *person,
                channel: *channel,
                position: *position,
            })
            .collect()
    }

    pub fn request(&self, pages: Vec<Vec<u8>>) -> Asked {
        Asked {
            cursors: Cursors::Digest(CursorDigest::of(self.store_epoch, &self.has())),
            pages: pages.into_iter().map(PackedPage).collect(),
            directory: self.directory,
            clock: MONDAY,
            access: self.access,
            counted: self.asks_at,
            brought: Vec::new(),
            certificates: Vec::new(),
            to_come: 0,
            keeps: false,
            wiped: None,
            erased: self.erased,
            recipients: self.recipients,
            sealed: vec![],
            edits: None,
            audit: self.audit,
            acknowledges: None,
            digests: None,
            calls: None,
            own_kinds: None,
        }
    }

    pub async fn ask(&mut self, server: &Server, request: &Asked) -> Answer {
        let (status, answer) = server.answer(&self.envelope(request)).await;
        assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&answer));
        let answer: Answer = unpack(&answer).unwrap();
        match &answer {
            Answer::Exchanged(done) => self.challenge = done.challenge,
            Answer::ChallengeUnknown(next) | Answer::CursorsWanted(next) => self.challenge = *next,
            Answer::NotEnrolled => {}
        }
        answer
    }

    /// One exchange whose answer is stored.
    pub async fn exchange(&mut self, server: &Server, pages: Vec<Vec<u8>>) -> Exchanged {
        let request = self.request(pages);
        let Answer::Exchanged(done) = self.ask(server, &request).await else { panic!("no exchange") };
        self.store_epoch = done.epoch.unwrap_or(self.store_epoch);
        for cursor in &done.cursors {
            self.cursors.insert((cursor.person, cursor.channel), cursor.position);
        }
        self.access = done.access.as_ref().map_or(self.access, |access| access.version);
        self.directory = done.directory_version;
        self.audit = done.audit.or(self.audit);
        self.recipients = done.recipients.as_ref().map_or(self.recipients, |list| list.version);
        done
    }

    /// The next page, with these bodies about these people.
    pub fn cut(&mut self, runs: &[(PersonId, Vec<Body>)]) -> Page {
        self.cut_in(Channel::Care, runs)
    }

    /// The next page of a channel. Of another channel than care each page begins an epoch.
    pub fn cut_in(&mut self, channel: Channel, runs: &[(PersonId, Vec<Body>)]) -> Page {
        if channel != Channel::Care {
            let mut other = Device { heads: BTreeMap::new(), ..Device::new(self.staff) };
            let number = self.page + 1;
            self.page = number;
            other.epoch = Epoch([0x80 | number as u8; 8]);
            return other.cut_as(self, channel, runs);
        }
        let mut heads = std::mem::take(&mut self.heads);
        self.page += 1;
        let id = PageId { author: self.id, epoch: self.epoch, number: self.page, channel };
        let page = self.sealed(id, runs, &mut heads);
        self.heads = heads;
        page
    }

    fn cut_as(&mut self, signer: &Device, channel: Channel, runs: &[(PersonId, Vec<Body>)]) -> Page {
        let id = PageId { author: signer.id, epoch: self.epoch, number: 1, channel };
        signer.sealed(id, runs, &mut self.heads)
    }

    fn sealed(
        &self,
        id: PageId,
        runs: &[(PersonId, Vec<Body>)],
        ends: &mut BTreeMap<PersonId, (u64, Link)>,
    ) -> Page {
        let mut people: Vec<_> = runs.to_vec();
        people.sort_by_key(|(person, _)| *person);
        let secret = PageSecret([id.number as u8; 32]);
        let (mut cut, mut heads) = (Vec::new(), Vec::new());
        for (person, bodies) in people {
            let (number, before) = ends.get(&person).copied().unwrap_or((0, Link::START));
            let records: Vec<RecordBytes> =
                bodies.iter().map(|body| RecordBytes::of(&self.header(body), body)).collect();
            let mut chain = Chain::at(&secret, id.stream(person), number, before);
            bodies.iter().zip(&records).for_each(|(body, record)| chain.push(body.category(), record));
            heads.push(chain.link);
            ends.insert(person, (chain.number, chain.link));
            cut.push(Run { person, first: number + 1, before, records });
        }
        let page = Page::seal(id, secret, cut, &heads, |message| self.sign(message));
        assert!(minicbor::to_vec(&page).unwrap().len() <= PAGE_BYTES_MAX);
        page
    }

    fn header(&self, body: &Body) -> Header {
        Header {
            kind: body.kind(),
            category: body.category(),
            recorded: self.records_at,
            observed: None,
            by: self.staff,
            plan_seen: PlanSeen::default(),
            clock_off_ms: None,
            counted: self.made_at,
        }
    }
}

/// The answer of a server that may want all cursors first.
pub async fn exchanged(device: &mut Device, server: &Server, mut request: Asked) -> Exchanged {
    for _ in 0..4 {
        match device.ask(server, &request).await {
            Answer::Exchanged(done) => return done,
            Answer::CursorsWanted(_) => request.cursors = Cursors::All(device.store_epoch, device.has()),
            _ => {}
        }
    }
    panic!("no exchange")
}

/// How many records these extracts show.
pub fn open_records(extracts: &[PageExtract]) -> usize {
    let parts = extracts.iter().flat_map(|extract| &extract.parts);
    parts.map(|part| if let Part::Open(run) = part { run.items.len() } else { 0 }).sum()
}

/// Pain at rest.
pub fn pain(level: i64) -> Body {
    Body::Observation(Observation {
        visit: None,
        kind: "pain".to_owned(),
        catalogue_version: 1,
        site: None,
        fields: [("level".to_owned(), Value::Int(level))].into(),
        absent: None,
        how_known: HowKnown::SeenNow,
        note: None,
        quoted: None,
        corrects: None,
        changed: None,
        present: None,
        done: None,
        first_note: None,
    })
}

/// A page's bytes.
pub fn bytes(page: &Page) -> Vec<u8> {
    PackedPage::of(page).0
}

/// A carer proposes what the supervisor decides.
pub fn proposal() -> Body {
    let command = Command::SetField {
        section: Section::About,
        entry: "main".parse().unwrap(),
        field: "routines".to_owned(),
        value: Value::text("tea at four"),
    };
    let base = PlanSeen { version: 0, own_edit: None };
    Body::PlanEdit(PlanEdit { base, commands: vec![command], reason: "r".to_owned() })
}
