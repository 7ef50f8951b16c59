//! The bytes of this format, kept in `tests/golden`: they are read for ever, and made again byte for byte.
//!
//! A file that is missing is written, and its test fails once: look at the bytes, then commit them.

use crate::diagnostic::diagnostic;
use crate::made::{Signer, observation, observation_in_full, page_id, person, usual_page};
use alongside_domain::ids::{AuthorId, Epoch, StaffId, VisitId};
use alongside_domain::journal::body::*;
use alongside_domain::journal::erasure::{Erasure, HeldRun, PageSecrets, erase};
use alongside_domain::journal::page::{Item, OpenRun, Part};
use alongside_domain::journal::sealed::SealingKey;
use alongside_domain::journal::times::Counted;
use alongside_domain::journal::{
    Category, Channel, Digest, Header, Kind, Link, OwnRecord, Page, PageError, PageExtract, PlanSeen,
    RecordRef,
};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::safeguarding::routes::Council;
use alongside_domain::sync::certificate::{Certificate, Holder, Subject};
use alongside_domain::sync::messages::*;
use alongside_domain::sync::standing::{Ended, Revocation, Statement, Terms, WipeOrder};
use alongside_domain::time::Moment;
use alongside_domain::value::{Decimal, Value};
use minicbor::{Decode, Encode};
use std::fmt::Debug;
use std::path::PathBuf;

/// Compares with the golden bytes, reads them, and writes them again.
fn check<T>(name: &str, value: &T)
where
    T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + Debug,
{
    let made = minicbor::to_vec(value).expect("a vector takes every byte");
    let golden = golden_bytes(name, &made);
    assert_eq!(hex(&made), hex(&golden), "{name}: the encoding has changed");
    let read: T = decode(&golden).expect(name);
    assert_eq!(&read, value, "{name}: the golden bytes mean something else");
    assert_eq!(minicbor::to_vec(&read).expect("a vector takes every byte"), golden, "{name}");
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, {
        insta::assert_snapshot!(name, diagnostic(&golden));
    });
}

#[expect(clippy::disallowed_methods, reason = "the golden bytes are files; the core itself has no I/O")]
fn golden_bytes(name: &str, made: &[u8]) -> Vec<u8> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.cbor"));
    std::fs::read(&file).unwrap_or_else(|_| {
        std::fs::write(&file, made).expect("the folder is there");
        panic!("{} was missing and is written now: look at it, then commit it", file.display())
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn entry(name: &str) -> alongside_domain::ids::EntryId {
    name.parse().expect("a name of an entry")
}

fn restricted_ref(number: u64) -> RecordRef {
    RecordRef { channel: Channel::Restricted, ..record_ref(number) }
}

fn record_ref(number: u64) -> RecordRef {
    RecordRef { author: AuthorId([0xa1; 16]), epoch: Epoch([0xe1; 8]), number, channel: Channel::Care }
}

fn about() -> MatchRef {
    MatchRef { trigger: entry("T1"), matched: Match::Record(record_ref(2)) }
}

fn fate_run() -> ShownRun {
    ShownRun { author: AuthorId([0x5a; 16]), epoch: Epoch([0xe5; 8]), first: 4, last: 4 }
}

fn commands() -> Vec<Command> {
    vec![
        Command::SetField {
            section: Section::Safety,
            entry: entry("main"),
            field: "weight_kg".to_owned(),
            value: Value::Decimal(Decimal { digits: 7250, places: 2 }),
        },
        Command::AddEntry {
            section: Section::Goals,
            entry: entry("stairs"),
            fields: [("target".to_owned(), Value::Int(-1)), ("agreed".to_owned(), Value::Bool(false))].into(),
            order: 2,
        },
        Command::RetireEntry { section: Section::Asked, entry: entry("old") },
        Command::MoveEntry { section: Section::Contacts, entry: entry("gp"), order: 300 },
    ]
}

/// Fates of an edit: each outcome there is.
fn fates() -> Vec<FateOutcome> {
    vec![
        FateOutcome::Held { role: Role::Nurse, why: HeldWhy::MayNot },
        FateOutcome::Accepted { version: 9 },
        FateOutcome::Declined { reason: "the nurse decides".to_owned() },
        FateOutcome::Withdrawn,
    ]
}

/// A body of each kind of this version, with the name of its golden file.
pub fn one_body_of_each_kind() -> Vec<(&'static str, Body)> {
    let visit = VisitId([0x71; 16]);
    let staff = StaffId([0x57; 16]);
    let base = PlanSeen { version: 4, own_edit: Some(OwnRecord { epoch: Epoch([0xe1; 8]), number: 17 }) };
    let fate = Fate { edit: record_ref(3), outcome: fates()[0].clone(), by: None };
    vec![
        ("body-1-observation", observation("dressing lifted at one edge")),
        ("body-1-observation-in-full", observation_in_full()),
        (
            "body-10-visit-planned",
            Body::VisitPlanned(VisitPlanned {
                visit,
                visit_kind: VisitKind::Clinical,
                start: Moment(1_772_440_200_000),
                window_end: Moment(1_772_441_100_000),
                staff: vec![staff],
                cancelled: false,
                ends: None,
                time_critical: None,
            }),
        ),
        ("body-11-visit-arrived", Body::VisitArrived(VisitArrived { visit, visit_kind: VisitKind::Care })),
        (
            "body-12-visit-left",
            Body::VisitLeft(VisitLeft {
                visit,
                tasks: vec![
                    TaskDone { action: entry("wash"), not_done: None },
                    TaskDone { action: entry("walk"), not_done: Some("too tired".to_owned()) },
                ],
            }),
        ),
        (
            "body-13-handover-note",
            Body::HandoverNote(HandoverNote { visit: Some(visit), text: "the milk is off".to_owned() }),
        ),
        ("body-14-handover-read", Body::HandoverRead(HandoverRead { note: record_ref(5) })),
        (
            "body-15-running-late",
            Body::RunningLate(RunningLate {
                visit,
                expected: Moment(1_772_442_000_000),
                reason: Some("the bridge is closed".to_owned()),
            }),
        ),
        (
            "body-16-no-reply-tried",
            Body::NoReplyTried(NoReplyTried {
                visit,
                step: NoReplyStep::KeySafe,
                result: StepResult::NotPossible,
                note: None,
            }),
        ),
        (
            "body-17-located-safe",
            Body::LocatedSafe(LocatedSafe {
                visit,
                located_by: "Priya Shah".to_owned(),
                how: "at her daughter's".to_owned(),
            }),
        ),
        (
            "body-18-expected-leaving",
            Body::ExpectedLeaving(ExpectedLeaving { visit, at: Moment(1_772_443_800_000) }),
        ),
        (
            "body-19-not-safe-today",
            Body::NotSafeToday(NotSafeToday {
                visit: None,
                action: entry("shower"),
                why: "the seat is loose".to_owned(),
                told: Some("the office".to_owned()),
            }),
        ),
        ("body-67-help-asked", Body::HelpAsked(HelpAsked { visit: Some(visit) })),
        (
            "body-68-carer-safe",
            Body::CarerSafe(CarerSafe {
                staff,
                help: Some(record_ref(6)),
                visit: None,
                how: "rang her, she has left".to_owned(),
            }),
        ),
        (
            "body-80-break-glass",
            Body::BreakGlass(BreakGlass {
                reason: "found on the floor, no other nurse can be reached".to_owned(),
                until: Moment(1_772_454_600_000),
            }),
        ),
        (
            "body-81-break-glass-noted",
            Body::BreakGlassNoted(BreakGlassNoted { opened: record_ref(7), noted: AccessNoted::LookedAt }),
        ),
        ("body-69-key-safe-look", Body::KeySafeLook(KeySafeLook { visit: Some(visit) })),
        (
            "body-20-contact-attempt",
            Body::ContactAttempt(ContactAttempt {
                about: about(),
                contact: entry("nurses"),
                means: Means::Phone,
                answered: true,
            }),
        ),
        (
            "body-21-response",
            Body::Response(Response {
                about: MatchRef { trigger: entry("T2"), matched: Match::Absence(Moment(99)) },
                from: "Sam".to_owned(),
                said: "I will come".to_owned(),
                promise: Some(Promise { staff: None, by: Moment(100) }),
                refused: None,
            }),
        ),
        (
            "body-22-closing",
            Body::Closing(Closing { about: about(), outcome: "dressing changed".to_owned() }),
        ),
        (
            "body-23-communication",
            Body::Communication(Communication {
                with: "the pharmacy".to_owned(),
                means: Means::SecureEmail,
                purpose: "supplies".to_owned(),
                said: "on their way".to_owned(),
            }),
        ),
        (
            "body-30-plan-edit",
            Body::PlanEdit(PlanEdit { base, commands: commands(), reason: "agreed today".to_owned() }),
        ),
        ("body-31-fate", Body::Fate(fate)),
        (
            "body-32-plan-change",
            Body::PlanChange(PlanChange {
                edit: Some(record_ref(3)),
                author: staff,
                changes: vec![1, 2, 3],
                version: 7,
            }),
        ),
        (
            "body-33-edit-decision",
            Body::EditDecision(EditDecision {
                edit: record_ref(3),
                accept: false,
                reason: "seen together".to_owned(),
            }),
        ),
        ("body-34-edit-withdrawal", Body::EditWithdrawal(EditWithdrawal { edit: record_ref(3) })),
        (
            "body-35-plan-root-part",
            Body::PlanRootPart(PlanRootPart { part: 1, parts: 2, bytes: vec![1, 2, 3] }),
        ),
        (
            "body-36-plan-resumed",
            Body::PlanResumed(PlanResumed {
                known: vec![KnownRun { epoch: Epoch([0xe1; 8]), first: 3, last: 9 }],
            }),
        ),
        (
            "body-40-times",
            Body::Times(Times {
                author: AuthorId([0xa1; 16]),
                epoch: Epoch([0xe1; 8]),
                first: 1,
                last: 20,
                add_ms: -3_600_000,
            }),
        ),
        (
            "body-41-received",
            Body::Received(Received {
                author: AuthorId([0xa1; 16]),
                epoch: Epoch([0xe1; 8]),
                first: 1,
                last: 20,
                at: Moment(1_772_440_200_000),
            }),
        ),
        (
            "body-42-looked",
            Body::Looked(Looked {
                role: Some(Role::Nurse),
                shown: vec![ShownRun {
                    author: AuthorId([0xa1; 16]),
                    epoch: Epoch([0xe1; 8]),
                    first: 1,
                    last: 20,
                }],
                fates: None,
                told: None,
            }),
        ),
        (
            "body-42-looked-fates",
            Body::Looked(Looked { role: None, shown: vec![], fates: Some(vec![fate_run()]), told: None }),
        ),
        (
            "body-42-looked-told",
            Body::Looked(Looked {
                role: None,
                shown: vec![],
                fates: Some(vec![fate_run()]),
                told: Some("rang her at home".to_owned()),
            }),
        ),
        (
            "body-52-sealed",
            Body::Sealed(Sealed {
                letters: vec![Letter { device: AuthorId([0xa2; 16]), key: vec![7; 80] }],
                content: vec![8; 40],
            }),
        ),
        ("body-51-concern", Body::Concern(Concern::of_text("a bruise like a hand"))),
        (
            "body-51-concern-in-full",
            Body::Concern(Concern {
                text: "two strangers at the table".to_owned(),
                quoted: Some("they're helping me with the bank".to_owned()),
                place: Some("kitchen".to_owned()),
                present: Some("two men".to_owned()),
                danger: Some(Danger::No),
                done: Some("stayed".to_owned()),
            }),
        ),
        (
            "body-53-concern-call",
            Body::ConcernCall(ConcernCall {
                concern: restricted_ref(1),
                with: "Dee".to_owned(),
                means: Means::Phone,
                answered: true,
                said: "she looks at it today".to_owned(),
            }),
        ),
        (
            "body-54-case-act",
            Body::CaseAct(CaseAct {
                case: restricted_ref(1),
                act: "outcome".to_owned(),
                fields: [("text".to_owned(), Value::text("ended"))].into(),
            }),
        ),
        (
            "body-55-concern-copy",
            Body::ConcernCopy(ConcernCopy {
                case: restricted_ref(1),
                extract: vec![9; 40],
                key: vec![7; 32],
                received: Moment(1_772_440_200_000),
            }),
        ),
        ("body-50-office-note", Body::OfficeNote(OfficeNote { text: "asks to pay later".to_owned() })),
    ]
}

#[test]
fn every_kind_of_body_keeps_its_bytes() {
    for (name, body) in one_body_of_each_kind() {
        let kind = body.kind();
        let golden = golden_bytes(name, &body.encode());
        assert_eq!(hex(&body.encode()), hex(&golden), "{name}: the encoding has changed");
        assert_eq!(Body::decode(kind, &golden), Ok(body), "{name}");
        insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, {
            insta::assert_snapshot!(name, diagnostic(&golden));
        });
    }
}

#[test]
fn no_kind_is_left_without_golden_bytes() {
    let golden: Vec<Kind> = one_body_of_each_kind().iter().map(|(_, body)| body.kind()).collect();
    for kind in (0..=u16::MAX).map(Kind) {
        let is_read = !matches!(Body::decode(kind, &[]), Ok(Body::Unread(_)));
        assert_eq!((golden.contains(&kind), Body::KINDS.contains(&kind)), (is_read, is_read), "{kind:?}");
    }
}

#[test]
fn every_outcome_of_an_edit_keeps_its_bytes() {
    check("fate-outcomes", &fates());
}

#[test]
fn a_header_keeps_its_bytes() {
    let least = crate::made::header(1, Category::CARE_NOTES, 1_772_440_200_000);
    check("header-least", &least);
    let full = Header {
        observed: Some(Moment(1_772_440_100_000)),
        plan_seen: PlanSeen {
            version: 300,
            own_edit: Some(OwnRecord { epoch: Epoch([0xe2; 8]), number: 70_000 }),
        },
        clock_off_ms: Some(-3_600_000),
        counted: None,
        ..least
    };
    check("header-full", &full);
    let counted = Some(Counted { boot: u64::MAX, monotonic_ms: 86_400_000 });
    check("header-counted", &Header { counted, ..full });
}

#[test]
fn a_page_keeps_its_bytes_and_still_checks() {
    let signer = Signer::new(1);
    check("page-1", &usual_page(&signer));
    let golden = golden_bytes("page-1", &[]);
    let page = Page::decode(&golden).expect("a page of this format");
    assert!(page.check(&signer.public()).is_ok());
}

fn extract() -> PageExtract {
    let signer = Signer::new(1);
    let page = usual_page(&signer);
    let checked = page.check(&signer.public()).expect("sealed by its author");
    let open = |index: usize| {
        let run: alongside_domain::journal::Run = page.runs[index].clone();
        let seen = OpenRun::for_reader(&page.id, &page.secret, run, |category| category == Category::VISITS);
        Part::Open(seen.expect("a checked run"))
    };
    let head = checked.runs[1].last().expect("a run has records");
    let leaf =
        alongside_domain::journal::page::head_leaf(&page.id.stream(person(2)), head.number, &head.link);
    let hidden = Part::Hidden(alongside_domain::journal::Digest(leaf));
    PageExtract { id: page.id, seal: page.seal, parts: vec![open(0), hidden, open(2)] }
}

#[test]
fn an_extract_keeps_its_bytes_and_still_proves_itself() {
    let extract = extract();
    let first = match &extract.parts[0] {
        Part::Open(run) => &run.items[1],
        Part::Hidden(_) => panic!("the reader may see it"),
    };
    assert!(matches!(first, Item::Digest(_)), "a note that this reader may not see");
    check("extract-1", &extract);
    let golden = golden_bytes("extract-1", &[]);
    let read: PageExtract = decode(&golden).expect("an extract of this format");
    assert!(read.check(&Signer::new(1).public()).is_ok());
}

fn store_certificate() -> Certificate {
    let subject = Subject {
        author: AuthorId([0x50; 16]),
        key: Signer::new(8).public(),
        holder: None,
        valid_from: Moment(1_772_440_200_000),
        valid_to: Moment(1_780_216_200_000),
        sealing: None,
        desk: None,
    };
    Certificate::issue(&subject, |message| Signer::new(7).sign(message))
}

fn device_certificate() -> Certificate {
    let holder = Holder {
        staff: StaffId([0x57; 16]),
        role: Role::Carer,
        name: "Amina".to_owned(),
        organisation: "Riverside".to_owned(),
    };
    let subject = Subject {
        author: AuthorId([0xa1; 16]),
        key: Signer::new(1).public(),
        holder: Some(holder),
        valid_from: Moment(1_772_440_200_000),
        valid_to: Moment(1_780_216_200_000),
        sealing: Some(SealingKey([0x5e; 32])),
        desk: None,
    };
    Certificate::issue(&subject, |message| Signer::new(8).sign(message))
}

#[test]
fn certificates_keep_their_bytes_and_still_lead_to_the_root() {
    check("certificate-store", &store_certificate());
    check("certificate-device", &device_certificate());
    let read = |name| decode::<Certificate>(&golden_bytes(name, &[])).expect("of this format");
    let store = read("certificate-store").verify(&Signer::new(7).public()).expect("signed by the root");
    let device = read("certificate-device").verify(&store.key).expect("signed by the store");
    assert_eq!(device.key, Signer::new(1).public());
}

const EPOCH: Epoch = Epoch([0xe7; 8]);
fn erasure() -> Erasure {
    let record =
        RecordRef { author: page_id(1).author, epoch: page_id(1).epoch, number: 2, channel: Channel::Care };
    Erasure { version: 4, person: person(1), record, digest: alongside_domain::journal::Digest([0xd1; 32]) }
}

fn cursor() -> Cursor {
    Cursor { person: person(1), channel: Channel::Care, position: 41 }
}

fn request(cursors: Cursors) -> Request {
    Request {
        cursors,
        // A packed page is not golden: another zstd may pack it otherwise.
        pages: vec![PackedPage(b"a packed page".to_vec())],
        directory: 2,
        clock: Moment(1_772_440_200_000),
        access: 5,
        counted: None,
        brought: vec![PackedExtract(b"a packed extract".to_vec())],
        certificates: vec![device_certificate()],
        to_come: 3,
        keeps: true,
        wiped: None,
        erased: 4,
        recipients: 2,
        sealed: vec![PackedPage(b"another one".to_vec())],
        edits: None,
        audit: None,
        acknowledges: None,
        digests: None,
        calls: None,
        own_kinds: None,
    }
}

#[test]
fn an_extract_of_which_a_record_was_erased_keeps_its_bytes_and_still_proves_itself() {
    let page = usual_page(&Signer::new(1));
    let mut held: Vec<HeldRun> = page.runs.iter().cloned().map(HeldRun::of).collect();
    let whole = PageSecrets::Whole(page.secret.clone());
    let (secrets, _) = erase(&page.id, &whole, &mut held, (person(1), &[2])).expect("a sealed page");
    let PageSecrets::Expanded(expanded) = &secrets else { panic!("the secret is gone") };
    check("page-secrets", expanded);
    let parts = page.runs.iter().zip(held).map(|(run, held)| {
        let secrets = secrets.of_run(&page.id, &held).expect("the page's own");
        Part::Open(OpenRun::of_held(held, run.before, secrets, |_| true).expect("a run of the page"))
    });
    let extract = PageExtract { id: page.id, seal: page.seal, parts: parts.collect() };
    check("extract-erased", &extract);
    let read: PageExtract = decode(&golden_bytes("extract-erased", &[])).expect("an extract of this format");
    assert!(read.check(&Signer::new(1).public()).is_ok());
}

#[test]
fn a_request_keeps_its_bytes() {
    let digest = request(Cursors::Digest(CursorDigest::of(EPOCH, &[cursor()])));
    check("request-digest", &digest);
    let counted = Some(Counted { boot: 7, monotonic_ms: 86_400_000 });
    check("request-counted", &Request { counted, ..digest.clone() });
    let of = |epoch| RecordRef {
        author: AuthorId([0xa1; 16]),
        epoch: Epoch([epoch; 8]),
        number: 1,
        channel: Channel::Restricted,
    };
    let calls = Some(vec![CallAbout { call: of(2), concern: of(1) }]);
    check("request-calls", &Request { calls, ..digest });
    check("request-all-cursors", &request(Cursors::All(EPOCH, vec![cursor()])));
}

#[test]
fn an_envelope_keeps_its_bytes_and_its_signature() {
    let (device, challenge) = (AuthorId([0xa1; 16]), Challenge([0xc4; 16]));
    let body =
        minicbor::to_vec(request(Cursors::All(EPOCH, vec![cursor()]))).expect("a vector takes every byte");
    let message = envelope_message(&device, &challenge, &body);
    let signature = Signer::new(1).sign(&message);
    check("envelope", &Envelope { device, challenge, signature, body, certificate: None });
    let golden: Envelope = decode(&golden_bytes("envelope", &[])).expect("of this format");
    let signed = envelope_message(&golden.device, &golden.challenge, &golden.body);
    assert!(Signer::new(1).public().verifies(&signed, &golden.signature));
}

fn terms() -> Terms {
    let sign = |message: &[u8]| Signer::new(7).sign(message);
    let device = AuthorId([0xa1; 16]);
    let order = WipeOrder { device, answers: Challenge([0xc4; 16]) };
    let (why, at) = (Ended::Stolen, Moment(1_772_440_200_000));
    let revocation = Revocation { device, why, at, receipted: Digest([0xd1; 32]) };
    Terms {
        lease_hours: 72,
        ended: true,
        wipe: Some(Statement::of(&order, sign)),
        revoked: vec![Statement::of(&revocation, sign)],
    }
}

#[test]
fn a_request_that_asks_for_fates_keeps_its_bytes() {
    let edit = RecordRef { author: AuthorId([0xa1; 16]), epoch: EPOCH, number: 9, channel: Channel::Care };
    let edits = Some(vec![AskedEdit { person: person(1), edit, held: true }]);
    check("request-edits", &Request { edits, ..request(Cursors::All(EPOCH, vec![])) });
}

fn audit_head() -> AuditHead {
    AuditHead { epoch: EPOCH, hour: Moment(1_772_438_400_000), link: Link([0x1e; 32]) }
}

#[test]
fn a_request_that_says_where_the_audit_trail_stood_keeps_its_bytes() {
    check("request-audit", &Request { audit: Some(audit_head()), ..request(Cursors::All(EPOCH, vec![])) });
}

#[test]
fn a_request_that_acknowledges_a_concern_keeps_its_bytes() {
    let of = |author, epoch| RecordRef {
        author: AuthorId([author; 16]),
        epoch: Epoch([epoch; 8]),
        number: 1,
        channel: Channel::Restricted,
    };
    let acknowledges = Some(vec![Acknowledges { act: of(0xa1, 1), of: vec![of(0xa2, 2), of(0xa2, 3)] }]);
    let request = Request { acknowledges, ..request(Cursors::All(EPOCH, vec![])) };
    check("request-acknowledges", &request);
}

#[test]
fn what_is_said_of_a_page_that_was_changed_keeps_its_bytes() {
    let digests = Some(vec![PageDigests { index: 3, digests: [[0xd1; 32], [0xd2; 32]].concat() }]);
    check("request-digests", &Request { digests, ..request(Cursors::All(EPOCH, vec![])) });
    check("refused-digests", &Refused { index: 3, why: PageError::Seal, wants_digests: Some(true) });
    check("refused-full", &Refused { index: 3, why: PageError::EvidenceFull, wants_digests: None });
}

#[test]
fn what_an_organisation_adds_to_the_kinds_keeps_its_bytes() {
    let json = r#"{"version":3,"kinds":[]}"#.to_owned();
    check("own-kinds", &OwnKinds { version: 3, json });
    check("request-own-kinds", &Request { own_kinds: Some(3), ..request(Cursors::All(EPOCH, vec![])) });
}

#[test]
fn a_request_of_a_device_that_was_wiped_keeps_its_bytes() {
    check("request-wiped", &Request { wiped: Some(true), ..request(Cursors::All(EPOCH, vec![])) });
}

#[test]
fn every_answer_keeps_its_bytes() {
    let key_safe = KeySafe {
        person: person(1),
        visit: VisitId([0x71; 16]),
        from: Moment(1_772_440_200_000),
        until: Moment(1_772_447_400_000),
        code: KeySafeCode("4471".to_owned()),
    };
    check("key-safe", &key_safe);
    let exchanged = Exchanged {
        challenge: Challenge([0xc4; 16]),
        server_time: Moment(1_772_440_200_000),
        receipts: vec![page_id(12)],
        refused: vec![Refused { index: 1, why: PageError::Access, wants_digests: None }],
        extracts: vec![extract()],
        cursors: vec![cursor()],
        access: Some(AccessList {
            version: 6,
            people: vec![PersonAccess {
                person: person(1),
                channels: vec![Channel::Care, Channel::Office],
                categories: None,
            }],
        }),
        directory: vec![device_certificate()],
        directory_version: 3,
        heard: vec![Heard { device: AuthorId([0xa1; 16]), at: Moment(1_772_440_100_000) }],
        more: true,
        epoch: Some(EPOCH),
        backed_up: true,
        terms: terms(),
        erasures: vec![erasure()],
        erasures_version: 4,
        recipients: Some(Recipients { version: 3, staff: vec![StaffId([0x57; 16])], council: None }),
        fates: None,
        key_safes: None,
        admitted: None,
        audit: None,
        shut_cases: None,
        own_kinds: None,
    };
    check("answer-exchanged", &Answer::Exchanged(exchanged.clone()));
    let part = PersonAccess {
        person: person(1),
        channels: vec![Channel::Care],
        categories: Some(vec![Category::CARE_NOTES, Category::PLAN]),
    };
    check("access-of-a-partner", &AccessList { version: 7, people: vec![part] });
    let fates = Some(vec![extract()]);
    check("answer-fates", &Answer::Exchanged(Exchanged { fates, ..exchanged.clone() }));
    check("answer-audit", &Answer::Exchanged(Exchanged { audit: Some(audit_head()), ..exchanged.clone() }));
    let case =
        RecordRef { author: AuthorId([0xa1; 16]), epoch: EPOCH, number: 1, channel: Channel::Restricted };
    let shut = Exchanged { admitted: Some(true), shut_cases: Some(vec![case]), ..exchanged };
    check("answer-shut-cases", &Answer::Exchanged(shut));
    let council = Council { day: Some("01632 960 001".to_owned()), out_of_hours: None };
    let listed = Recipients { version: 4, staff: vec![StaffId([0x57; 16])], council: Some(council) };
    check("recipients-with-council", &listed);
    check("answer-challenge-unknown", &Answer::ChallengeUnknown(Challenge([0xc4; 16])));
    check("answer-cursors-wanted", &Answer::CursorsWanted(Challenge([0xc4; 16])));
    check("answer-not-enrolled", &Answer::NotEnrolled);
}

#[test]
fn an_enrolment_keeps_its_bytes() {
    let device = AuthorId([0xa1; 16]);
    let code = "KORN-7261".to_owned();
    let sealing = SealingKey([0x5e; 32]);
    let proof = Signer::new(1).sign(&enrol_message(&device, &sealing, &code));
    check("enrol", &Enrol { code, device, key: Signer::new(1).public(), proof, sealing });
    let welcome = Welcome {
        store: store_certificate(),
        device: device_certificate(),
        challenge: Challenge([0xc4; 16]),
        server_time: Moment(1_772_440_200_000),
    };
    check("enrolled-welcome", &Enrolled::Welcome(welcome));
    check("enrolled-refused", &Enrolled::Refused(EnrolRefusal::Used));
}

#[test]
fn what_was_packed_is_unpacked() {
    let page = usual_page(&Signer::new(1));
    assert_eq!(PackedPage::of(&page).open(), Ok(page));
    let answer = Answer::CursorsWanted(Challenge([0xc4; 16]));
    assert_eq!(unpack(&pack(&answer)), Ok(answer));
}

#[test]
fn the_digest_of_cursors_does_not_hang_on_their_order_and_leaves_out_those_at_zero() {
    let (one, two) = (cursor(), Cursor { channel: Channel::Office, position: 3, ..cursor() });
    let zero = Cursor { person: person(9), position: 0, ..cursor() };
    let digest = CursorDigest::of(EPOCH, &[one, two]);
    assert_eq!(digest, CursorDigest::of(EPOCH, &[two, zero, one]));
    assert_ne!(digest, CursorDigest::of(EPOCH, &[one]));
    assert_eq!(digest.to_string(), "42e3da21841c4aa6bb50b28b48eacfa0");
}
