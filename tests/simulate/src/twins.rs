//! Twin worlds: the same days twice, once with what only some may know and once without. Nobody else's phone and
//! nobody else's traffic may differ by a byte; afterwards, not even the phone on which it was written.

use crate::desk::{At, Desk, PASSWORD};
use crate::dice::{Dice, SeededRandom};
use crate::people::{self, Act, STAFF};
use crate::phone::Phone;
use crate::place::Place;
use crate::server::{Organisation, ServerProcess};
use alongside_domain::ids::{Epoch, PersonId, StaffId};
use alongside_domain::journal::body::{Concern, ConcernCall, Means, Role};
use alongside_domain::journal::page::{Item, Part};
use alongside_domain::journal::{Channel, RecordRef, Signature};
use alongside_domain::safeguarding::case::Case;
use alongside_domain::sync::messages::{Answer, Envelope, Request, decode, pack, unpack};
use alongside_domain::time::Moment;
use alongside_faultfs::{Disk, Image};
use alongside_replica::exchange::Step;
use alongside_replica::keystore::{KeyName, Keystore};
use alongside_replica::{DATABASE_FILE, EnrolTicket};
use rusqlite::Connection;
use rusqlite::types::Value;
use serde_json::json;
use std::ops::Range;
use std::path::PathBuf;

const START: Moment = Moment(1_772_442_000_000);
/// How often everybody writes, and then syncs.
const ROUNDS: usize = 12;
/// The round after which the backup is made, and the one after which the server is put back to it.
const BACKUP: usize = 6;
const RESTORE: usize = 8;
/// Who in [`STAFF`] is who, and the manager who joins them.
const SUPERVISOR: usize = 0;
const CARER: usize = 2;
const MANAGER: usize = 3;
const OTHER_MANAGER: usize = 5;
const SOCIAL_WORKER: usize = 6;
/// Who joins those of [`STAFF`].
const JOINING: [(&str, Role); 2] = [("Nora", Role::Manager), ("Imran", Role::SocialWorker)];

/// What one of the two worlds has and the other has not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extra {
    Nothing,
    /// The carer's concerns, each with a call about it, for the manager and not for the other manager.
    Concerns,
    /// The carer's concerns, for both managers. The first acknowledges each in time, at her desk or on her phone; about
    /// the first one she records what she does, and gives access to the social worker and takes it back.
    Cases,
    /// As many office notes of the supervisor as fill pages, between records of care.
    OfficeNotes,
}

/// A request and its answer.
#[derive(Debug, PartialEq, Eq)]
struct Message {
    phone: usize,
    at: Moment,
    request: Vec<u8>,
    answer: Vec<u8>,
}

struct Twin {
    place: Place,
    second_copy: Option<PathBuf>,
    extra: Extra,
    now: Moment,
    server_disk: Disk,
    server: ServerProcess,
    organisation: Organisation,
    staff: Vec<StaffId>,
    people: Vec<PersonId>,
    phones: Vec<Phone>,
    random: Vec<SeededRandom>,
    acts: Dice,
    aside: Dice,
    traffic: Vec<Message>,
    /// The first manager's browser, and those of the others who have a desk.
    desk: Desk,
    other_desks: [Desk; 2],
    /// The concerns, as they were made.
    concerns: Vec<RecordRef>,
}

impl Twin {
    /// A world in which everybody has joined and the concerns of the organisation go to both managers.
    fn begin(extra: Extra, seed: u64, has_second_copy: bool) -> Twin {
        let place = Place::new().expect("a folder");
        let dice = Dice::new(seed);
        let organisation = Organisation::found(&SeededRandom::new(dice.of("organisation")), START);
        let server_disk = Disk::new();
        let mut server =
            ServerProcess::new(&place, "server", &server_disk, SeededRandom::new(dice.of("server")));
        server.start(&place, &organisation, START).expect("a good disk");
        server.set_token(&place.runtime).expect("a good disk");
        let second_copy = has_second_copy.then(|| place.folder("other disk").join("copy"));
        let mut twin = Twin {
            place,
            second_copy,
            extra,
            now: START,
            server_disk,
            server,
            organisation,
            staff: Vec::new(),
            people: Vec::new(),
            phones: Vec::new(),
            random: Vec::new(),
            acts: dice.of("acts"),
            aside: dice.of("aside"),
            traffic: Vec::new(),
            desk: Desk::of("mary"),
            other_desks: [Desk::of("nora"), Desk::of("imran")],
            concerns: Vec::new(),
        };
        twin.keep_second_copy();
        twin.set_up(&dice);
        twin
    }

    fn set_up(&mut self, dice: &Dice) {
        for (name, role) in STAFF.into_iter().chain(JOINING) {
            let mut asked = json!({ "name": name, "role": role, "organisation": "Larkfield" });
            if matches!(role, Role::Manager | Role::SocialWorker) {
                asked["username"] = json!(name.to_lowercase());
                asked["password"] = json!(PASSWORD);
            }
            let staff = self.administer("staff", &asked)["staff"].as_str().expect("an id").parse();
            self.staff.push(staff.expect("an id"));
        }
        for _ in 0..2 {
            let person = self.administer("people", &json!({}))["person"].as_str().expect("an id").parse();
            let person: PersonId = person.expect("an id");
            self.people.push(person);
            for staff in self.staff.clone() {
                self.administer("care-team", &json!({ "person": person, "staff": staff }));
            }
        }
        let recipients = [self.staff[MANAGER], self.staff[OTHER_MANAGER]];
        self.administer("restricted-recipients", &json!({ "staff": recipients }));
        for desk in [&mut self.desk].into_iter().chain(&mut self.other_desks) {
            let at = At { server: &self.server, runtime: &self.place.runtime, now: self.now };
            assert_eq!(desk.sign_in(at).expect("it runs").status, 303);
        }
        (0..self.staff.len()).for_each(|staff| self.add_phone(staff, dice));
        (0..2).for_each(|_| self.everybody_syncs());
    }

    fn administer(&self, path: &str, asked: &serde_json::Value) -> serde_json::Value {
        self.server.administer(&self.place.runtime, path, asked)
    }

    fn add_phone(&mut self, staff: usize, dice: &Dice) {
        let name = format!("phone{staff}");
        let random = SeededRandom::new(dice.of(&name));
        let mut phone = Phone::new(&self.place, &name, staff, random.clone(), self.now);
        phone.start().expect("a good disk");
        let ticket = self.administer("device-codes", &json!({ "staff": self.staff[staff] }));
        let ticket = EnrolTicket {
            url: "https://server".to_owned(),
            ca_pem: String::new(),
            root_key: self.organisation.root_key(),
            code: ticket["code"].as_str().expect("a code").to_owned(),
            issued_ms: self.now,
        };
        let (server, runtime, now) = (&self.server, &self.place.runtime, self.now);
        phone.enrol(&ticket, |asked| server.answer(runtime, "/v1/enrol", asked, now).expect("it runs").body);
        self.phones.push(phone);
        self.random.push(random);
    }

    /// The days. Everybody writes a little between two syncs.
    fn days(&mut self, rounds: Range<usize>) {
        for round in rounds {
            for at in 0..self.phones.len() {
                self.acts_of(at, round);
                self.confide(at, round);
            }
            if self.extra == Extra::Cases {
                self.answer_for(round);
            }
            self.everybody_syncs();
        }
    }

    /// What was said last reaches everybody, and so do the receipts that come of that.
    fn settle(&mut self) {
        (0..3).for_each(|_| self.everybody_syncs());
    }

    fn all_days(&mut self) {
        self.days(0..ROUNDS);
        self.settle();
    }

    /// The server loses what came after a backup, a concern among it that its author has forgotten.
    fn days_with_a_restore(&mut self) {
        self.days(0..BACKUP);
        self.settle();
        self.back_up();
        self.settle();
        let backup = self.back_up();
        self.days(BACKUP..RESTORE);
        self.settle();
        self.server.kill();
        self.server_disk.put_back(&backup);
        let restored = self.server.restore(&self.place.runtime, &self.organisation, Epoch([7; 8]), self.now);
        restored.expect("a good disk");
        self.server.start(&self.place, &self.organisation, self.now).expect("a good disk");
        self.keep_second_copy();
        self.settle();
        self.days(RESTORE..ROUNDS);
        self.settle();
    }

    /// The author leaves, and her phone is no longer enrolled.
    fn days_after_which_the_author_leaves(&mut self) {
        self.all_days();
        let device =
            self.phones[CARER].replica.as_ref().expect("its app runs").me().expect("enrolled").device;
        let asked = json!({ "device": device, "why": "left", "by": self.staff[OTHER_MANAGER] });
        self.administer("revocations", &asked);
        self.settle();
    }

    fn back_up(&self) -> Image {
        let folder = self.place.folder("backup");
        let disk = Disk::new();
        let mount = disk.mount(&folder.to_string_lossy());
        self.server.back_up(&self.place.runtime, &folder, self.now).expect("a good disk");
        mount.kill();
        disk.copy()
    }

    fn keep_second_copy(&self) {
        if let Some(path) = &self.second_copy {
            self.server.keep_second_copy(&self.place.runtime, path);
        }
    }

    fn acts_of(&mut self, at: usize, round: usize) {
        for act in 0..3 {
            let person = *self.acts.pick(&self.people);
            let replica = self.phones[at].replica.clone().expect("its app runs");
            let word = format!("word {round} {at} {act}");
            let chosen = people::choose(&mut self.acts, STAFF[at.min(4)].1, &replica, person, &word);
            let chosen = chosen.expect("a good disk");
            if !matches!(chosen, Act::OfficeNote(_)) {
                // A manager who is not the first may not do all that the role of the fifth would.
                let _ = chosen.perform(&replica, person);
            }
        }
    }

    /// What only one of the two worlds has. Its random bytes are drawn aside.
    fn confide(&mut self, at: usize, round: usize) {
        let person = self.people[round % 2];
        let replica = self.phones[at].replica.clone().expect("its app runs");
        let aside = self.aside.of(&format!("{at} {round}"));
        match self.extra {
            Extra::Concerns | Extra::Cases if at == CARER && round % 3 == 1 => {
                let text = format!("{} {round}", SECRET);
                let left_out = [self.staff[OTHER_MANAGER]];
                let left_out = if self.extra == Extra::Concerns { left_out.as_slice() } else { &[] };
                let concern = self.random[at].aside(aside, || {
                    let told = Concern::of_text(text.clone());
                    let concern = replica.record_concern(person, &told, None, left_out).expect("a good disk");
                    let call = ConcernCall {
                        concern,
                        with: "the council".to_owned(),
                        means: Means::Phone,
                        answered: true,
                        said: text,
                    };
                    replica.record_concern_call(person, &call, None, left_out).expect("a good disk");
                    concern
                });
                self.concerns.push(concern);
            }
            Extra::OfficeNotes if at == SUPERVISOR && round.is_multiple_of(2) => {
                self.random[at].aside(aside, || {
                    for note in 0..6 {
                        let text = format!("{SECRET} {round} {note} {}", "x".repeat(50_000));
                        replica.record_office_note(person, &text).expect("a good disk");
                    }
                });
            }
            _ => {}
        }
    }

    /// What the first manager does, the round after a concern was made, and then about the first one.
    fn answer_for(&mut self, round: usize) {
        let imran = self.staff[SOCIAL_WORKER].to_string();
        let words = format!("{SECRET}, and what was done {round}");
        match round {
            2 | 8 => self.at_desk(self.concerns.len() - 1, &[("act", "acknowledged")]),
            5 | 11 => self.acknowledge_on_phone(),
            4 => self.at_desk(0, &[("act", "access"), ("staff", &imran), ("why", &words)]),
            9 => self.at_desk(0, &[("act", "access_taken"), ("staff", &imran), ("why", &words)]),
            3 | 6 | 7 | 10 => self.at_desk(0, &[("act", "note"), ("text", &words)]),
            _ => {}
        }
    }

    fn at_desk(&mut self, concern: usize, fields: &[(&str, &str)]) {
        let path = format!("/safeguarding/{}", self.concerns[concern].epoch);
        let aside = self.aside.of(&format!("desk {path} {fields:?}"));
        let at = At { server: &self.server, runtime: &self.place.runtime, now: self.now };
        let desk = &mut self.desk;
        let done = self.server.aside(aside, || desk.act(at, &path, fields)).expect("it was given to her");
        assert_eq!(done.status, 303, "{}", done.html);
    }

    fn acknowledge_on_phone(&mut self) {
        let concern = *self.concerns.last().expect("one was made");
        let replica = self.phones[MANAGER].replica.clone().expect("its app runs");
        let aside = self.aside.of(&format!("phone {}", concern.epoch));
        self.random[MANAGER]
            .aside(aside, || replica.acknowledge_concern(concern))
            .expect("it was given to her");
    }

    /// What somebody's desk shows as the list of concerns, and as one.
    fn pages_of(&mut self, desk: usize) -> Vec<crate::server::Page> {
        let at = At { server: &self.server, runtime: &self.place.runtime, now: self.now };
        let one = self.concerns.first().map_or("0".repeat(16), |concern| concern.epoch.to_string());
        let paths = ["/safeguarding".to_owned(), format!("/safeguarding/{one}"), "/".to_owned()];
        let desk = &mut self.other_desks[desk];
        paths.iter().map(|path| desk.open(at, path).expect("it runs")).collect()
    }

    /// The acts that the first manager's phone shows, case by case.
    fn acts_on_phone(&self) -> Vec<Vec<String>> {
        let replica = self.phones[MANAGER].replica.as_ref().expect("its app runs");
        let cases = replica.concern_cases().expect("a recipient");
        let acts = |case: &Case| case.acts.iter().map(|told| told.what.act.clone()).collect();
        cases.iter().map(acts).collect()
    }

    fn everybody_syncs(&mut self) {
        (0..self.phones.len()).for_each(|at| self.sync(at));
    }

    fn sync(&mut self, at: usize) {
        self.now = self.now.plus_ms(60_000);
        self.phones.iter().for_each(|phone| phone.clock.advance_ms(60_000));
        assert!(self.phones[at].begin_sync());
        let mut sync = self.phones[at].sync.take().expect("it has begun");
        loop {
            match sync.exchange.poll() {
                Step::Working => {}
                Step::Finished(_) => return,
                Step::Send(request) => {
                    let reply =
                        self.server.answer(&self.place.runtime, "/v1/sync", request.clone(), self.now);
                    let reply = reply.expect("the server runs");
                    assert_eq!(reply.status, 200);
                    let answer = reply.body.clone();
                    self.traffic.push(Message { phone: at, at: self.now, request, answer });
                    sync.exchange.handle_answer(Ok(reply.body));
                }
            }
        }
    }

    /// All rows of all tables of a phone's database, opened with its key.
    fn rows_of(&self, at: usize) -> Vec<(String, Vec<Vec<Value>>)> {
        let phone = &self.phones[at];
        let database = Connection::open(phone.folder.join(DATABASE_FILE)).expect("it opens");
        let key = phone.keystore.load(KeyName::Current).expect("it is kept").expect("it is kept");
        let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        let pragmas = format!(
            "PRAGMA key = \"x'{key}'\"; PRAGMA cipher_page_size = 2048;
             PRAGMA cipher_hmac_algorithm = HMAC_SHA256;"
        );
        database.execute_batch(&pragmas).expect("it is its key");
        let tables = strings(&database, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
        tables.into_iter().map(|table| (table.clone(), rows(&database, &table))).collect()
    }

    fn traffic_of(&self, at: usize) -> Vec<&Message> {
        self.traffic.iter().filter(|message| message.phone == at).collect()
    }

    /// The bytes of all records that were sent, unpacked.
    fn records_sent(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for message in &self.traffic {
            let envelope: Envelope = decode(&message.request).expect("an envelope");
            let request: Request = decode(&envelope.body).expect("a request");
            let pages = request.pages.iter().chain(&request.sealed);
            let runs = pages.flat_map(|page| page.open().expect("a page").runs);
            runs.flat_map(|run| run.records).for_each(|record| bytes.extend(record.body));
            let Ok(Answer::Exchanged(answer)) = unpack(&message.answer) else { continue };
            for part in answer.extracts.into_iter().flat_map(|extract| extract.parts) {
                let Part::Open(run) = part else { continue };
                for item in run.items {
                    if let Item::Record(record) = item {
                        bytes.extend(record.body);
                    }
                }
            }
        }
        bytes
    }

    fn concerns_on_server(&self) -> usize {
        let journal = |person: &PersonId| {
            let journal = self.server.journal(&self.place.runtime, *person, Channel::Restricted);
            journal.expect("a good disk").0.len()
        };
        self.people.iter().map(journal).sum()
    }

    fn server_files(&self) -> Vec<u8> {
        let files = self.server_disk.files();
        files.into_iter().flat_map(|(name, _)| self.server_disk.read(&name).unwrap_or_default()).collect()
    }
}

const SECRET: &str = "a bruise like a hand";

fn strings(database: &Connection, sql: &str) -> Vec<String> {
    let mut query = database.prepare(sql).expect("it reads");
    let rows = query.query_map([], |row| row.get(0)).expect("it reads");
    rows.collect::<Result<_, _>>().expect("text")
}

fn rows(database: &Connection, table: &str) -> Vec<Vec<Value>> {
    let mut query = database.prepare(&format!("SELECT * FROM {table}")).expect("it reads");
    let columns = query.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|at| row.get(at)).collect();
    let rows = query.query_map([], row).expect("it reads");
    rows.collect::<Result<_, _>>().expect("a row")
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn twins(extra: Extra, has_second_copy: bool, days: fn(&mut Twin)) -> [Twin; 2] {
    [Extra::Nothing, extra].map(|extra| {
        let mut twin = Twin::begin(extra, 41, has_second_copy);
        days(&mut twin);
        twin
    })
}

/// The phones of these people may differ; all others have the same bytes in the same messages, and the same rows.
fn check_alike(twins: &[Twin; 2], but_for: &[usize]) {
    let [without, with] = twins;
    for at in (0..with.phones.len()).filter(|at| !but_for.contains(at)) {
        assert!(without.traffic_of(at) == with.traffic_of(at), "the traffic of phone{at} differs");
        for (one, other) in without.rows_of(at).into_iter().zip(with.rows_of(at)) {
            assert!(one == other, "the table {} of phone{at} differs", one.0);
        }
    }
}

/// As [`check_alike`], but for the heads of the audit trail: of the same hours and as long in both worlds, at the same
/// places in the same messages, and otherwise 32 bytes that tell nothing.
fn check_alike_but_for_heads(twins: &[Twin; 2], but_for: &[usize]) {
    let [without, with] = twins;
    for at in (0..with.phones.len()).filter(|at| !but_for.contains(at)) {
        let [one, other] =
            [without, with].map(|twin| twin.traffic_of(at).into_iter().map(without_head).collect::<Vec<_>>());
        assert!(one == other, "the traffic of phone{at} differs");
        assert!(one.iter().any(|message| message.1.is_some()), "phone{at} is told heads");
        for (one, other) in without.rows_of(at).into_iter().zip(with.rows_of(at)) {
            assert!(headless(one.1) == headless(other.1), "the table {} of phone{at} differs", one.0);
        }
    }
}

/// A message without heads: their hours, the request and how long it was, the answer.
fn without_head(message: &Message) -> (Option<Moment>, Option<Moment>, Vec<u8>, usize, Vec<u8>) {
    let mut envelope: Envelope = decode(&message.request).expect("an envelope");
    let mut request: Request = decode(&envelope.body).expect("a request");
    let said = request.audit.take().map(|head| head.hour);
    envelope.body = pack(&request);
    // It signs the head too.
    envelope.signature = Signature([0; 64]);
    let (told, answer) = match unpack(&message.answer) {
        Ok(Answer::Exchanged(mut answer)) => {
            let told = answer.audit.take().map(|head| head.hour);
            (told, pack(&answer))
        }
        _ => (None, message.answer.clone()),
    };
    (said, told, pack(&envelope), message.request.len(), answer)
}

/// Rows, where of a head only its length stands.
fn headless(mut rows: Vec<Vec<Value>>) -> Vec<Vec<Value>> {
    for row in rows.iter_mut().filter(|row| row.contains(&Value::Text("audit head".to_owned()))) {
        for value in row.iter_mut() {
            if let Value::Blob(bytes) = value {
                *value = Value::Integer(bytes.len() as i64);
            }
        }
    }
    rows
}

/// The text is in the rows of no phone but these, and in nothing that the server keeps or anybody sends if it is
/// sealed.
fn check_nowhere(twin: &Twin, text: &str, but_for: &[usize]) {
    for at in (0..twin.phones.len()).filter(|at| !but_for.contains(at)) {
        let rows = twin.rows_of(at).into_iter().flat_map(|(_, rows)| rows).flatten();
        let found = rows.into_iter().any(|value| match value {
            Value::Blob(bytes) => holds(&bytes, text),
            Value::Text(words) => words.contains(text),
            _ => false,
        });
        assert!(!found, "phone{at} holds it");
    }
}

fn check_concerns(has_second_copy: bool, days: fn(&mut Twin)) {
    let twins = twins(Extra::Concerns, has_second_copy, days);
    let [without, with] = &twins;
    let received = |twin: &Twin, at: usize| {
        let replica = twin.phones[at].replica.as_ref().expect("its app runs");
        replica.concerns().expect("a recipient").into_iter().filter_map(|item| item.concern).count()
    };
    assert_eq!([MANAGER, OTHER_MANAGER].map(|at| received(with, at)), [4, 0]);
    assert_eq!(with.concerns_on_server(), 8, "each with a call about it");
    check_alike(&twins, &[CARER, MANAGER]);
    let author = with.phones[CARER].replica.as_ref().expect("its app runs");
    assert_eq!(author.waiting_concerns().expect("it reads"), []);
    let carers = |twin: &Twin| -> Vec<_> {
        twin.rows_of(CARER).into_iter().map(|(table, rows)| (table, headless(rows))).collect()
    };
    assert!(carers(without) == carers(with), "the phone that forgot is as one that never knew");
    check_nowhere(with, SECRET, &[]);
    assert!(!holds(&with.records_sent(), SECRET) && !holds(&with.server_files(), SECRET));
    // What is not sealed is found by the same search.
    assert!(holds(&with.records_sent(), "word 1 ") && holds(&with.server_files(), "word 1 "));
}

#[test]
fn a_concern_changes_nothing_that_anybody_but_its_recipients_could_see() {
    check_concerns(false, Twin::all_days);
}

#[test]
fn nor_does_it_where_the_server_keeps_a_second_copy() {
    check_concerns(true, Twin::all_days);
}

#[test]
fn nor_does_it_when_the_server_is_put_back_to_a_backup() {
    check_concerns(false, Twin::days_with_a_restore);
    check_concerns(true, Twin::days_with_a_restore);
}

#[test]
fn nor_does_it_when_its_author_leaves() {
    check_concerns(false, Twin::days_after_which_the_author_leaves);
}

/// Concerns with all that follows from them. After a restore steps begin anew: more people may be given them.
fn check_cases(days: fn(&mut Twin), but_for: &[usize], check: fn(&[Twin; 2], &[usize])) {
    let mut twins = twins(Extra::Cases, false, days);
    let [without, with] = &twins;
    check(&twins, but_for);
    let carers = |twin: &Twin| -> Vec<_> {
        twin.rows_of(CARER).into_iter().map(|(table, rows)| (table, headless(rows))).collect()
    };
    assert!(carers(without) == carers(with), "the phone that forgot is as one that never knew");
    check_nowhere(with, SECRET, &[]);
    assert!(!holds(&with.records_sent(), SECRET) && !holds(&with.server_files(), SECRET));
    let of_the_first = ["acknowledged", "note", "access", "note", "note", "access_taken", "note"];
    let acknowledged = || vec!["acknowledged".to_owned()];
    let expected =
        vec![of_the_first.map(str::to_owned).to_vec(), acknowledged(), acknowledged(), acknowledged()];
    assert_eq!(with.acts_on_phone(), expected, "an act that was recorded is there for ever");
    let imran = with.phones[SOCIAL_WORKER].replica.as_ref().expect("its app runs");
    assert!(imran.concerns().is_err(), "what was given to him was taken back");
    let [without, with] = &mut twins;
    let imrans = 1;
    assert_eq!(without.pages_of(imrans), with.pages_of(imrans));
    assert!(with.pages_of(imrans)[0].status == 404);
    if !but_for.contains(&OTHER_MANAGER) {
        assert_eq!(without.pages_of(0), with.pages_of(0), "the desk of who was asked after her");
    }
}

#[test]
fn what_is_done_about_a_concern_changes_nothing_that_those_who_take_no_part_could_see() {
    check_cases(Twin::all_days, &[CARER, MANAGER, SOCIAL_WORKER], check_alike);
}

#[test]
fn nor_does_it_when_the_server_is_put_back_and_no_act_is_lost_that_a_phone_has() {
    // Desks are shut by the restore: who acts on a case signs in again, and signing in is in the trail.
    let apart = [CARER, MANAGER, OTHER_MANAGER, SOCIAL_WORKER];
    check_cases(Twin::days_with_a_restore, &apart, check_alike_but_for_heads);
}

#[test]
fn office_notes_change_nothing_that_a_carer_or_nurse_could_see() {
    let twins = twins(Extra::OfficeNotes, false, Twin::all_days);
    let office = [SUPERVISOR, MANAGER, OTHER_MANAGER];
    check_alike_but_for_heads(&twins, &office);
    check_nowhere(&twins[1], SECRET, &office);
    let manager = twins[1].phones[MANAGER].replica.as_ref().expect("its app runs");
    let notes = twins[1].people.iter().map(|person| manager.office_notes(*person).expect("a manager").len());
    assert_eq!(notes.sum::<usize>(), 36);
}
