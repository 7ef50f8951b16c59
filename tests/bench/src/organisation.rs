//! An organisation that exists in this process only: it enrols phones and sends them records over TLS.
//!
//! It stands in for the server where a measure is about the phone alone and needs a history of years: the records
//! are those of colleagues' phones, numbered, linked and sealed as any. It checks nothing that phones send.

use crate::plans;
use crate::workload::{DEVICES, Made, PEOPLE, SEED};
use alongside_domain::care::plan::check_field;
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::body::{PlanEdit, Role};
use alongside_domain::journal::page::{OpenRun, PAGE_BYTES_MAX, PAGE_RECORDS_MAX, Part};
use alongside_domain::journal::{
    Body, Chain, Channel, Header, Link, Page, PageExtract, PageId, PageSecret, PlanSeen, PublicKey,
    RecordBytes, RecordRef, Run, Signature, StreamId,
};
use alongside_domain::plan::{EditToApply, PlanDocument, StartsAt};
use alongside_domain::sync::certificate::{Certificate, Holder, Subject};
use alongside_domain::sync::messages::{
    self, AccessList, Answer, Challenge, Enrol, Enrolled, Envelope, Exchanged, Heard, PersonAccess, Request,
    Welcome, pack, unpack,
};
use alongside_domain::sync::standing::Terms;
use alongside_domain::time::Moment;
use alongside_replica::EnrolTicket;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum_server::tls_rustls::RustlsConfig;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair as TlsKeyPair};
use ring::signature::{Ed25519KeyPair, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use std::collections::{BTreeMap, HashMap};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};

/// Extracts in one answer: each is a page of a colleague's phone.
const EXTRACTS_PER_ANSWER: usize = 4;
/// The store's name.
const STORE: AuthorId = AuthorId([0xfe; 16]);
/// The installation of every author here but the phones that enrol.
const EPOCH: Epoch = Epoch([1; 8]);

/// The organisation, while it runs.
pub struct Organisation {
    ca_pem: String,
    address: SocketAddr,
    handle: axum_server::Handle<SocketAddr>,
    shared: Arc<Shared>,
}

struct Shared {
    root: Ed25519KeyPair,
    store: Ed25519KeyPair,
    now: Moment,
    extracts: Vec<PageExtract>,
    /// How many extracts each phone has been sent.
    sent: Mutex<HashMap<AuthorId, usize>>,
}

/// Why it could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum OrganisationError {
    /// Its TLS certificate.
    #[error("no TLS certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// Its TLS settings.
    #[error("no TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// Its socket.
    #[error("no socket: {0}")]
    Socket(#[from] std::io::Error),
}

/// The person at a place of the workload.
pub fn person(place: usize) -> PersonId {
    let mut bytes = [0x50; 16];
    bytes[15] = place as u8;
    PersonId(bytes)
}

fn colleague(device: usize) -> AuthorId {
    AuthorId([0x10 + device as u8; 16])
}

fn key(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed has 32 bytes")
}

fn public(key: &Ed25519KeyPair) -> PublicKey {
    PublicKey::from_slice(key.public_key().as_ref()).expect("an Ed25519 key has 32 bytes")
}

fn sign(key: &Ed25519KeyPair, message: &[u8]) -> Signature {
    Signature::from_slice(key.sign(message).as_ref()).expect("an Ed25519 signature has 64 bytes")
}

fn certify(by: &Ed25519KeyPair, author: AuthorId, key: PublicKey, holder: Option<Holder>) -> Certificate {
    let subject = Subject {
        author,
        key,
        holder,
        valid_from: Moment(0),
        valid_to: Moment(i64::MAX),
        sealing: None,
        desk: None,
    };
    Certificate::issue(&subject, |message| sign(by, message))
}

fn carer(place: u8) -> Holder {
    Holder {
        staff: StaffId([place; 16]),
        role: Role::Carer,
        name: format!("Carer {place}"),
        organisation: "Larkfield Homecare".to_owned(),
    }
}

impl Organisation {
    /// Starts an organisation whose people have the plans of the workload and these records of colleagues.
    pub async fn start(now: Moment, records: &[Made]) -> Result<Organisation, OrganisationError> {
        let (root, store) = (key(1), key(2));
        let first = records.first().map_or(now, |made| made.at);
        let mut extracts = vec![plan_page(first.plus_ms(-60_000))];
        extracts.extend((0..DEVICES).flat_map(|device| colleague_pages(device, records)));
        let shared = Arc::new(Shared { root, store, now, extracts, sent: Mutex::default() });
        let (ca_pem, tls) = tls()?;
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let handle = axum_server::Handle::new();
        let routes = axum::Router::new()
            .route("/v1/enrol", post(enrol))
            .route("/v1/sync", post(sync))
            .layer(DefaultBodyLimit::max(messages::WIRE_BYTES_MAX + 1024))
            .with_state(Arc::clone(&shared));
        let server = axum_server::from_tcp_rustls(listener, RustlsConfig::from_config(tls))?;
        tokio::spawn(server.handle(handle.clone()).serve(routes.into_make_service()));
        Ok(Organisation { ca_pem, address, handle, shared })
    }

    /// What a phone needs to join. Any code does.
    pub fn ticket(&self) -> EnrolTicket {
        EnrolTicket {
            url: format!("https://{}", self.address),
            ca_pem: self.ca_pem.clone(),
            root_key: public(&self.shared.root),
            code: "any".to_owned(),
            issued_ms: self.shared.now,
        }
    }
}

impl Drop for Organisation {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

fn tls() -> Result<(String, Arc<ServerConfig>), OrganisationError> {
    // An error means that it is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let ca_key = TlsKeyPair::generate()?;
    let mut ca = CertificateParams::new(Vec::new())?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let ca_certificate = ca.self_signed(&ca_key)?;
    let key = TlsKeyPair::generate()?;
    let server = CertificateParams::new(vec!["127.0.0.1".to_owned()])?;
    let certificate = server.signed_by(&key, &Issuer::from_params(&ca, &ca_key))?;
    let private = PrivateKeyDer::try_from(key.serialize_der()).expect("a key that was just made is one");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)?;
    Ok((ca_certificate.pem(), Arc::new(config)))
}

async fn enrol(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Vec<u8>, StatusCode> {
    let enrol: Enrol = unpack(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let welcome = Welcome {
        store: certify(&shared.root, STORE, public(&shared.store), None),
        device: certify(&shared.store, enrol.device, enrol.key, Some(carer(0x40))),
        challenge: Challenge([1; 16]),
        server_time: shared.now,
    };
    Ok(pack(&Enrolled::Welcome(welcome)))
}

async fn sync(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Vec<u8>, StatusCode> {
    let envelope: Envelope = messages::decode(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let request: Request = messages::decode(&envelope.body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let pages = request.pages.iter().filter_map(|page| page.open().ok());
    let mut sent = shared.sent.lock().unwrap_or_else(PoisonError::into_inner);
    let from = *sent.get(&envelope.device).unwrap_or(&0);
    let to = (from + EXTRACTS_PER_ANSWER).min(shared.extracts.len());
    sent.insert(envelope.device, to);
    Ok(pack(&Answer::Exchanged(Exchanged {
        challenge: Challenge([1; 16]),
        server_time: shared.now,
        receipts: pages.map(|page| page.id).collect(),
        refused: Vec::new(),
        extracts: shared.extracts[from..to].to_vec(),
        cursors: Vec::new(),
        access: (request.access == 0).then(access),
        directory: if request.directory == 0 { directory(&shared.store) } else { Vec::new() },
        directory_version: 1,
        heard: (0..DEVICES).map(|device| Heard { device: colleague(device), at: shared.now }).collect(),
        more: to < shared.extracts.len(),
        epoch: None,
        backed_up: false,
        terms: Terms::default(),
        erasures: Vec::new(),
        erasures_version: 0,
        recipients: None,
        fates: None,
        key_safes: None,
        admitted: None,
        audit: None,
        shut_cases: None,
        own_kinds: None,
    })))
}

fn access() -> AccessList {
    let people = (0..PEOPLE)
        .map(|place| PersonAccess { person: person(place), channels: vec![Channel::Care], categories: None })
        .collect();
    AccessList { version: 1, people }
}

fn directory(store: &Ed25519KeyPair) -> Vec<Certificate> {
    let of = |device: usize| {
        let own = key(0x80 + device as u8);
        certify(store, colleague(device), public(&own), Some(carer(0x20 + device as u8)))
    };
    (0..DEVICES).map(of).collect()
}

/// The extracts of one author's pages.
struct Author {
    id: AuthorId,
    key: Ed25519KeyPair,
    pages: u64,
    heads: BTreeMap<PersonId, (u64, Link)>,
}

impl Author {
    fn new(id: AuthorId, key: Ed25519KeyPair) -> Author {
        Author { id, key, pages: 0, heads: BTreeMap::new() }
    }

    /// Seals one page of these records, as a reader who may see all of it gets it.
    fn page(&mut self, records: Vec<(PersonId, Header, RecordBytes)>) -> PageExtract {
        self.pages += 1;
        let id = PageId { author: self.id, epoch: EPOCH, number: self.pages, channel: Channel::Care };
        let secret = PageSecret([self.pages as u8; 32]);
        let mut by_person: BTreeMap<PersonId, Vec<(Header, RecordBytes)>> = BTreeMap::new();
        for (person, header, bytes) in records {
            by_person.entry(person).or_default().push((header, bytes));
        }
        let (mut runs, mut heads) = (Vec::new(), Vec::new());
        for (person, records) in by_person {
            let (number, before) = self.heads.get(&person).copied().unwrap_or((0, Link::START));
            let stream = StreamId { person, channel: Channel::Care, author: self.id, epoch: EPOCH };
            let mut chain = Chain::at(&secret, stream, number, before);
            records.iter().for_each(|(header, bytes)| chain.push(header.category, bytes));
            let (last, head) = (chain.number, chain.link);
            self.heads.insert(person, (last, head));
            heads.push(head);
            let records = records.into_iter().map(|(_, bytes)| bytes).collect();
            runs.push(Run { person, first: number + 1, before, records });
        }
        let page = Page::seal(id, secret.clone(), runs, &heads, |message| sign(&self.key, message));
        let open = |run| OpenRun::for_reader(&id, &secret, run, |_| true).expect("a page that was just made");
        PageExtract { id, seal: page.seal, parts: page.runs.into_iter().map(open).map(Part::Open).collect() }
    }
}

fn record(body: &Body, by: StaffId, at: Moment, plan_seen: PlanSeen) -> (Header, RecordBytes) {
    let kind = body.kind();
    let header = Header {
        kind,
        category: body.category(),
        recorded: at,
        observed: None,
        by,
        plan_seen,
        clock_off_ms: None,
        counted: None,
    };
    let bytes = RecordBytes::of(&header, body);
    (header, bytes)
}

/// What a colleague's phone has recorded, in pages as full as they may be.
fn colleague_pages(device: usize, records: &[Made]) -> Vec<PageExtract> {
    let mut author = Author::new(colleague(device), key(0x80 + device as u8));
    let by = carer(0x20 + device as u8).staff;
    let (mut pages, mut open, mut bytes) = (Vec::new(), Vec::new(), 0);
    for made in records.iter().filter(|made| made.device == device) {
        let seen = PlanSeen { version: 1, own_edit: None };
        let (header, record) = record(&Body::Observation(made.observation()), by, made.at, seen);
        let length = record.header.len() + record.body.len() + 88;
        if open.len() == PAGE_RECORDS_MAX || bytes + length > PAGE_BYTES_MAX - 1024 {
            pages.push(author.page(std::mem::take(&mut open)));
            bytes = 0;
        }
        bytes += length;
        open.push((person(made.person), header, record));
    }
    if !open.is_empty() {
        pages.push(author.page(open));
    }
    pages
}

/// The plans of all people, as the store wrote them.
fn plan_page(at: Moment) -> PageExtract {
    let mut author = Author::new(STORE, key(2));
    let supervisor = StaffId([0x60; 16]);
    let records = (0..PEOPLE).map(|place| {
        let base = PlanSeen { version: 0, own_edit: None };
        let edit = PlanEdit { base, commands: plans::commands(SEED, place), reason: "first plan".to_owned() };
        let id = RecordRef { author: AuthorId([0x61; 16]), epoch: EPOCH, number: 1, channel: Channel::Care };
        let apply = EditToApply { id, author: supervisor, at, starts_at: StartsAt::Latest, edit: &edit };
        let check = |section, field: &str, value: &_| check_field(section, field, value).is_ok();
        let mut plan = PlanDocument::new(STORE, EPOCH);
        let change = plan.apply_edit(&apply, 1, &check).expect("the workload's plans fit");
        let (header, bytes) = record(&Body::PlanChange(change), supervisor, at, PlanSeen::default());
        (person(place), header, bytes)
    });
    author.page(records.collect())
}
