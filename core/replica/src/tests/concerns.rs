//! Concerns on the phone that records one, and on the phone of a recipient.

use super::*;
use crate::wipe::Wiped;
use alongside_domain::journal::RecordRef;
use alongside_domain::journal::body::{Concern, ConcernCall, Danger, Means, Sealed};
use alongside_domain::safeguarding::routes::Council;
use alongside_domain::sync::messages::{CallAbout, Cursor, CursorDigest, Cursors, Recipients};

const HAROLD: PersonId = PersonId([8; 16]);

const MARY: StaffId = StaffId([11; 16]);
const INES: StaffId = StaffId([12; 16]);

/// A manager's device, whose certificate the store of these tests signs.
fn device_of(staff: StaffId, device: AuthorId) -> Certificate {
    let holder =
        Holder { staff, role: Role::Manager, name: "M".into(), organisation: "Larkfield Homecare".into() };
    let (_, sealing) = alongside_domain::journal::sealed::sealing_pair(&device.0);
    let subject = Subject {
        author: device,
        key: key_of(20).1,
        holder: Some(holder),
        valid_from: Moment(0),
        valid_to: Moment(i64::MAX),
        sealing: Some(sealing),
        desk: None,
    };
    certificate(&subject, &key_of(2).0)
}

/// An answer that tells who receives concerns: Mary and Ines, each with a device named like them.
fn with_recipients(receipts: Vec<PageId>) -> Exchanged {
    Exchanged {
        directory: vec![device_of(MARY, AuthorId(MARY.0)), device_of(INES, AuthorId(INES.0))],
        directory_version: 2,
        recipients: Some(Recipients { version: 1, staff: vec![MARY, INES], council: None }),
        ..exchanged(receipts)
    }
}

fn phone_that_knows_recipients() -> (Phone, Replica) {
    let phone = Phone::new();
    let replica = phone.enrolled();
    replica.inner.absorb(&with_recipients(vec![])).expect("it stores");
    (phone, replica)
}

fn sealed_in(request: &Request) -> (PageId, Sealed) {
    let page = request.sealed[0].open().expect("a page");
    let record = &page.runs[0].records[0];
    let header = record.decode_header().expect("a header");
    match Body::decode(header.kind, &record.body) {
        Ok(Body::Sealed(sealed)) => (page.id, sealed),
        other => panic!("not sealed: {other:?}"),
    }
}

#[test]
fn the_councils_own_numbers_are_shown_without_network_also_after_a_restart() {
    let (phone, replica) = phone_that_knows_recipients();
    let how = |replica: &Replica, code: &str| {
        let routes = replica.concern_routes().expect("it reads");
        routes.into_iter().find(|route| route.code == code).map(|route| route.how).expect("a way")
    };
    assert!(!how(&replica, "council").contains("Ring"), "nobody has set them");
    let (day, out_of_hours) = (Some("01632 960 001".into()), Some("01632 960 002".into()));
    let council = Some(Council { day, out_of_hours });
    let mut told = exchanged(vec![]);
    told.recipients = Some(Recipients { version: 2, staff: vec![MARY, INES], council });
    replica.inner.absorb(&told).expect("it stores");
    drop(replica);
    let replica = phone.open();
    assert!(how(&replica, "council").starts_with("Ring 01632 960 001"));
    assert!(how(&replica, "council_out_of_hours").starts_with("Ring 01632 960 002"));
}

#[test]
fn the_reference_of_a_concern_is_for_paper_and_in_no_row_of_the_phone() {
    let (_phone, replica) = phone_that_knows_recipients();
    let text = Concern::of_text("a bruise like a hand");
    let [one, other] = [0, 1].map(|_| replica.record_concern(GRACE, &text, None, &[]).expect("it records"));
    let shown = replica.concern_reference(one);
    assert_eq!((shown.len(), &shown), (9, &replica.concern_reference(one)));
    assert_ne!(shown, replica.concern_reference(other));
    let cells = replica.inner.state().store.cells_for_tests();
    assert!(!cells.iter().any(|cell| cell.windows(shown.len()).any(|at| at == shown.as_bytes())));
}

#[test]
fn a_concern_waits_apart_and_is_forgotten_with_its_receipt() {
    let (phone, replica) = phone_that_knows_recipients();
    let id = replica
        .record_concern(GRACE, &Concern::of_text("a bruise like a hand"), None, &[])
        .expect("it records");
    assert_eq!(replica.sync_state().expect("it reads").waiting, 0, "in no other count");
    assert!(replica.journal(GRACE).expect("it reads").is_empty());
    drop(replica);
    let replica = phone.open();
    assert_eq!(replica.waiting_concerns().expect("it reads")[0].id, id, "durable when it was saved");
    let request = replica.inner.composed();
    assert!(request.pages.is_empty());
    let (page, _) = sealed_in(&request);
    request.sealed[0].open().expect("a page").check(&own_key(&replica)).expect("it proves itself");
    assert_eq!(replica.inner.composed().sealed, request.sealed, "sent again until its receipt");
    replica.inner.absorb(&exchanged(vec![page])).expect("it stores the receipt");
    assert_eq!(replica.waiting_concerns().expect("it reads"), []);
    assert!(replica.inner.composed().sealed.is_empty());
    let log = phone.database().with_extension("db-wal");
    let left = std::fs::metadata(log).map_or(0, |file| file.len());
    assert!(left < 10 * 2048, "the log was emptied: {left}");
}

#[test]
fn whoever_is_left_out_gets_no_letter_and_with_nobody_left_it_is_said() {
    let (_phone, replica) = phone_that_knows_recipients();
    replica.record_concern(GRACE, &Concern::of_text("about Ines"), None, &[INES]).expect("it records");
    let (_, sealed) = sealed_in(&replica.inner.composed());
    let devices: Vec<AuthorId> = sealed.letters.iter().map(|letter| letter.device).collect();
    assert_eq!(devices, [AuthorId(MARY.0)]);
    let nobody = replica.record_concern(GRACE, &Concern::of_text("about both"), None, &[INES, MARY]);
    assert!(matches!(nobody, Err(RecordError::NobodyToTell)));
    let new = Phone::new().enrolled();
    assert!(matches!(
        new.record_concern(GRACE, &Concern::of_text("early"), None, &[]),
        Err(RecordError::NobodyToTell)
    ));
}

#[test]
fn concerns_that_wait_behind_others_get_their_turn() {
    let (_phone, replica) = phone_that_knows_recipients();
    for number in 0..10 {
        replica
            .record_concern(GRACE, &Concern::of_text(format!("concern {number}")), None, &[])
            .expect("it records");
    }
    let mut sent = BTreeSet::new();
    for _ in 0..3 {
        let request = replica.inner.composed();
        sent.extend(request.sealed.iter().map(|page| page.open().expect("a page").id));
    }
    assert_eq!(sent.len(), 10);
}

/// Somebody's phone who receives concerns, the words of one about Harold, and the answer that brings it. Neither phone
/// shows Harold.
fn recipient() -> (Phone, Replica, RecordRef, Exchanged) {
    let (_phone, author) = phone_that_knows_recipients();
    recipient_of(&author)
}

fn recipient_of(author: &Replica) -> (Phone, Replica, RecordRef, Exchanged) {
    let phone = Phone::new();
    let replica = phone.enrolled_as(Role::Manager);
    let me = replica.me().expect("enrolled");
    // The recipient's own device, as the author's directory has it.
    let identity = replica.inner.identity().expect("enrolled");
    let mut known = with_recipients(vec![]);
    known.directory = vec![identity.certificate_for_tests()];
    known.recipients = Some(Recipients { version: 2, staff: vec![me.staff], council: None });
    author.inner.absorb(&known).expect("it stores");
    assert!(matches!(replica.concerns(), Err(RecordError::NotForYou)));
    let id = author
        .record_concern(HAROLD, &Concern::of_text("a bruise like a hand"), None, &[])
        .expect("it records");
    let extracts = extracts_of(author);
    let directory =
        [author, &replica].map(|of| of.inner.identity().expect("enrolled").certificate_for_tests()).to_vec();
    let cursors = vec![Cursor { person: HAROLD, channel: Channel::Restricted, position: 1 }];
    (phone, replica, id, Exchanged { extracts, directory, cursors, ..known })
}

/// What waits on an author's phone, as a server forwards it.
fn extracts_of(author: &Replica) -> Vec<PageExtract> {
    let pages = author.inner.composed().sealed.into_iter().map(|page| page.open().expect("a page"));
    pages.map(|page| extract_of(&page)).collect()
}

fn texts(replica: &Replica) -> Vec<String> {
    let items = replica.concerns().expect("it reads");
    items.into_iter().map(|item| item.concern.expect("it opens").text).collect()
}

#[test]
fn a_recipient_reads_a_concern_about_someone_whom_their_phone_does_not_show() {
    let (_phone, replica, id, forwarded) = recipient();
    for _ in 0..2 {
        replica.inner.absorb(&forwarded).expect("it stores");
        let items = replica.concerns().expect("it reads");
        assert_eq!(items.iter().map(|item| (item.id, item.person)).collect::<Vec<_>>(), [(id, HAROLD)]);
        assert_eq!(items[0].concern, Some(Concern::of_text("a bruise like a hand")));
    }
    assert!(replica.people().expect("it reads").iter().all(|summary| summary.person != HAROLD));
}

#[test]
fn a_concern_stays_with_its_recipient_when_access_to_the_person_ends() {
    let (_phone, replica, _, forwarded) = recipient();
    let seeing = |people: &[PersonId], version| {
        let of = |person: &PersonId| PersonAccess {
            person: *person,
            channels: vec![Channel::Care],
            categories: None,
        };
        let access = Some(AccessList { version, people: people.iter().map(of).collect() });
        Exchanged { access, ..exchanged(vec![]) }
    };
    replica.inner.absorb(&seeing(&[GRACE, HAROLD], 2)).expect("it stores");
    replica.record(HAROLD, pain(3)).expect("it records");
    let id = pages_of(&replica.inner.composed(), &own_key(&replica))[0].id;
    let answer = Exchanged { receipts: vec![id], access: None, ..forwarded };
    replica.inner.absorb(&answer).expect("it stores");
    replica.inner.absorb(&seeing(&[GRACE], 3)).expect("it stores");
    assert_eq!(replica.sync_state().expect("it reads").leaving, 0, "his other records are gone");
    assert_eq!(texts(&replica), ["a bruise like a hand"]);
    let said = replica.inner.state().store.cursors().expect("it reads");
    assert_eq!(said, answer.cursors, "it does not come again with each sync");
}

#[test]
fn a_server_that_was_restored_gets_concerns_back_from_their_recipients() {
    let (_phone, replica, id, forwarded) = recipient();
    let in_epoch = |epoch, answer: Exchanged| Exchanged { epoch: Some(Epoch([epoch; 8])), ..answer };
    replica.inner.absorb(&in_epoch(1, forwarded)).expect("it stores");
    assert!(replica.inner.composed().brought.is_empty());
    replica.inner.absorb(&in_epoch(2, exchanged(vec![]))).expect("it stores");
    let request = replica.inner.composed();
    let page = request.brought[0].open().expect("an extract").id;
    assert_eq!((request.brought.len(), page.author, page.epoch), (1, id.author, id.epoch));
    assert_eq!(request.certificates.len(), 1, "its author may have joined after the backup");
    replica.inner.absorb(&exchanged(vec![page])).expect("it stores the receipt");
    assert!(replica.inner.composed().brought.is_empty());
    assert_eq!(texts(&replica), ["a bruise like a hand"]);
}

#[test]
fn who_receives_concerns_no_more_reads_none_and_keeps_none_that_a_backup_holds() {
    let (_phone, replica, _, forwarded) = recipient();
    let listed = |version, staff| Some(Recipients { version, staff, council: None });
    let me = replica.me().expect("enrolled").staff;
    replica.inner.absorb(&forwarded).expect("it stores");
    assert!(replica.inner.composed().keeps);
    let off = Exchanged { recipients: listed(3, vec![MARY]), ..exchanged(vec![]) };
    replica.inner.absorb(&off).expect("it stores");
    assert!(matches!(replica.concerns(), Err(RecordError::NotForYou)));
    let on = Exchanged { recipients: listed(4, vec![me]), ..exchanged(vec![]) };
    replica.inner.absorb(&on).expect("it stores");
    assert_eq!(texts(&replica), ["a bruise like a hand"], "the server might still have lost it");
    let backed_up = Exchanged { backed_up: true, recipients: listed(5, vec![MARY]), ..exchanged(vec![]) };
    replica.inner.absorb(&backed_up).expect("it stores");
    replica.inner.absorb(&on).expect("it stores");
    assert!(texts(&replica).is_empty());
    assert!(replica.inner.composed().cursors == Cursors::Digest(CursorDigest::of(Epoch([0; 8]), &[])));
    replica.inner.absorb(&forwarded).expect("it stores");
    assert_eq!(texts(&replica), ["a bruise like a hand"], "asked for again");
}

#[test]
fn whoever_has_left_reads_no_concern() {
    let (_phone, replica, _, forwarded) = recipient();
    replica.inner.absorb(&forwarded).expect("it stores");
    let ended = Exchanged { terms: Terms { ended: true, ..Terms::default() }, ..exchanged(vec![]) };
    replica.inner.absorb(&ended).expect("it stores");
    assert!(matches!(replica.concerns(), Err(RecordError::NotForYou)));
}

#[test]
fn a_phone_with_a_concern_that_waits_is_not_wiped() {
    let (_phone, replica) = phone_that_knows_recipients();
    replica.record_concern(GRACE, &Concern::of_text("a bruise like a hand"), None, &[]).expect("it records");
    assert!(matches!(replica.inner.wipe(), Ok(Wiped::NotYet)));
    let (page, _) = sealed_in(&replica.inner.composed());
    replica.inner.absorb(&exchanged(vec![page])).expect("it stores the receipt");
    assert!(matches!(replica.inner.wipe(), Ok(Wiped::All)));
}

#[test]
fn a_recipient_reads_the_whole_form_and_when_it_was_seen() {
    let (_author_phone, author) = phone_that_knows_recipients();
    let (_phone, replica, _, mut brings) = recipient_of(&author);
    let whole = Concern {
        quoted: Some("they're helping me with the bank".into()),
        danger: Some(Danger::No),
        ..Concern::of_text("two strangers at the table")
    };
    author.record_concern(HAROLD, &whole, Some(NOW.plus_ms(-HOUR_MS)), &[]).expect("it records");
    brings.extracts = extracts_of(&author);
    replica.inner.absorb(&brings).expect("it stores");
    let item = replica.concerns().expect("they open").into_iter().find(|item| item.seen < item.recorded);
    assert_eq!(item.map(|item| (item.concern, item.seen)), Some((Some(whole), NOW.plus_ms(-HOUR_MS))));
}

#[test]
fn a_concern_without_what_was_seen_or_from_the_future_is_not_taken() {
    let (_phone, replica) = phone_that_knows_recipients();
    let empty = replica.record_concern(GRACE, &Concern::of_text(" "), None, &[]);
    assert!(matches!(empty, Err(RecordError::Concern(_))), "{empty:?}");
    let later = Some(NOW.plus_ms(HOUR_MS));
    let early = replica.record_concern(GRACE, &Concern::of_text("seen"), later, &[]);
    assert!(matches!(early, Err(RecordError::InTheFuture)), "{early:?}");
    assert_eq!(replica.waiting_concerns().expect("it reads"), []);
}

#[test]
fn a_call_about_a_concern_that_waits_is_for_nobody_whom_the_concern_left_out() {
    let (_phone, replica) = phone_that_knows_recipients();
    let concern =
        replica.record_concern(GRACE, &Concern::of_text("about Ines"), None, &[INES]).expect("it records");
    let call = ConcernCall {
        concern,
        with: "Mary".into(),
        means: Means::Phone,
        answered: true,
        said: "she looks at it today".into(),
    };
    replica.record_concern_call(GRACE, &call, None, &[]).expect("it records");
    let request = replica.inner.composed();
    assert_eq!(request.sealed.len(), 2);
    for page in &request.sealed {
        let record = page.open().expect("a page").runs[0].records[0].clone();
        let header = record.decode_header().expect("a header");
        let Ok(Body::Sealed(sealed)) = Body::decode(header.kind, &record.body) else { panic!("not sealed") };
        let devices: Vec<AuthorId> = sealed.letters.iter().map(|letter| letter.device).collect();
        assert_eq!(devices, [AuthorId(MARY.0)]);
    }
}

#[test]
fn whoever_was_given_access_keeps_what_they_got_until_it_ends() {
    let (_phone, replica, id, mut brings) = recipient();
    brings.recipients = Some(Recipients { version: 3, staff: vec![], council: None });
    brings.admitted = Some(true);
    replica.inner.absorb(&brings).expect("it stores");
    assert_eq!(replica.concerns().expect("they open").iter().map(|item| item.id).collect::<Vec<_>>(), [id]);
    assert_eq!(replica.concern_cases().expect("they open").len(), 1);
    let ended = Exchanged { backed_up: true, ..exchanged(vec![]) };
    replica.inner.absorb(&ended).expect("it stores");
    assert!(matches!(replica.concerns(), Err(RecordError::NotForYou)));
}

/// The acknowledgement that a request carries: what it is about, and the devices that it is sealed to.
fn acknowledged_in(request: &Request) -> (Vec<RecordRef>, BTreeSet<AuthorId>, PageId) {
    let told = request.acknowledges.as_deref().unwrap_or_default();
    let [told] = told else { panic!("one acknowledgement: {told:?}") };
    let (page, sealed) = sealed_in(request);
    assert_eq!(
        page,
        PageId { author: told.act.author, epoch: told.act.epoch, number: 1, channel: Channel::Restricted }
    );
    (told.of.clone(), sealed.letters.iter().map(|letter| letter.device).collect(), page)
}

#[test]
fn a_recipient_acknowledges_on_their_phone_once_and_it_is_told_to_the_server_alone() {
    let (phone, replica, id, forwarded) = recipient();
    assert!(matches!(replica.acknowledge_concern(id), Err(RecordError::NotForYou)), "it is not here");
    replica.inner.absorb(&forwarded).expect("it stores");
    assert_eq!(replica.concerns().expect("it reads")[0].acknowledged, None);
    for _ in 0..2 {
        replica.acknowledge_concern(id).expect("it records");
    }
    drop(replica);
    let replica = phone.open();
    let acknowledged = replica.concerns().expect("it reads")[0].acknowledged;
    assert_eq!(acknowledged, Some(NOW), "shown at once, and after a new start");
    assert_eq!(replica.sync_state().expect("it reads").waiting, 0, "in no other count");
    assert_eq!(replica.waiting_concerns().expect("it reads"), [], "it is no concern");
    assert_eq!(replica.ring_the_office(), None);
    let request = replica.inner.composed();
    let (of, _, page) = acknowledged_in(&request);
    assert_eq!((of, request.sealed.len()), (vec![id], 1));
    replica.inner.absorb(&exchanged(vec![page])).expect("it stores the receipt");
    let after = replica.inner.composed();
    assert!(after.sealed.is_empty() && after.acknowledges.is_none());
}

#[test]
fn an_acknowledgement_is_sealed_to_those_whom_the_concern_is_sealed_to_and_to_nobody_else() {
    let (_phone, replica, id, mut forwarded) = recipient();
    // Ines has joined since, and the author did not choose her.
    forwarded.directory.push(device_of(INES, AuthorId(INES.0)));
    let me = replica.me().expect("enrolled");
    forwarded.recipients = Some(Recipients { version: 9, staff: vec![me.staff, INES], council: None });
    replica.inner.absorb(&forwarded).expect("it stores");
    replica.acknowledge_concern(id).expect("it records");
    let (_, devices, _) = acknowledged_in(&replica.inner.composed());
    assert!(devices.contains(&me.device) && !devices.contains(&AuthorId(INES.0)), "{devices:?}");
}

#[test]
fn a_case_whose_access_was_taken_back_is_not_shown_and_comes_back_with_the_access() {
    let (_phone, replica, id, forwarded) = recipient();
    replica.inner.absorb(&forwarded).expect("it stores");
    let shut = Exchanged { shut_cases: Some(vec![id]), ..exchanged(vec![]) };
    replica.inner.absorb(&shut).expect("it stores");
    assert!(replica.concerns().expect("it reads").is_empty());
    assert!(replica.concern_cases().expect("it reads").is_empty());
    assert!(matches!(replica.acknowledge_concern(id), Err(RecordError::NotForYou)));
    replica.inner.absorb(&exchanged(vec![])).expect("it stores");
    assert_eq!(texts(&replica), ["a bruise like a hand"]);
}

#[test]
fn while_a_concern_waits_the_locked_app_says_to_ring_the_office_as_for_any_other_reason() {
    let (phone, replica) = phone_that_knows_recipients();
    assert_eq!(replica.ring_the_office(), None);
    replica.record(GRACE, pain(3)).expect("it records");
    assert_eq!(replica.ring_the_office(), None, "a record that waits is no reason");
    replica.record_concern(GRACE, &Concern::of_text("a bruise like a hand"), None, &[]).expect("it records");
    let said = replica.ring_the_office();
    assert_eq!(said, Some("Ring the office"));
    phone.clock.advance_ms(73 * HOUR_MS as u64);
    assert!(matches!(replica.people(), Err(RecordError::Locked { .. })));
    assert_eq!(replica.ring_the_office(), said, "locked or not");
    let (page, _) = sealed_in(&replica.inner.composed());
    let later = Moment(NOW.0 + 73 * HOUR_MS);
    replica
        .inner
        .absorb(&Exchanged { server_time: later, ..exchanged(vec![page]) })
        .expect("it stores the receipt");
    assert_eq!(replica.ring_the_office(), None);
    let ended = Exchanged {
        server_time: later,
        terms: Terms { ended: true, ..Terms::default() },
        ..exchanged(vec![])
    };
    replica.inner.absorb(&ended).expect("it stores");
    assert_eq!(replica.ring_the_office(), said, "another reason, the same words");
}

#[test]
fn a_phone_that_nobody_has_joined_with_shows_no_line() {
    assert_eq!(Phone::new().open().ring_the_office(), None);
}

#[test]
fn a_call_about_an_own_concern_says_to_the_server_alone_which_and_leaves_nothing_with_its_receipt() {
    let (_phone, replica) = phone_that_knows_recipients();
    let has_list = || replica.inner.state().store.cells_for_tests().iter().any(|cell| cell == b"calls");
    let text = Concern::of_text("a bruise like a hand");
    let concern = replica.record_concern(GRACE, &text, None, &[]).expect("it records");
    let first = replica.inner.composed();
    assert!(first.calls.is_none(), "a concern is no call");
    let call = ConcernCall {
        concern,
        with: "the council".into(),
        means: Means::Phone,
        answered: true,
        said: "they come on Friday".into(),
    };
    let called = replica.record_concern_call(GRACE, &call, None, &[]).expect("it records");
    let request = replica.inner.composed();
    assert_eq!(request.calls, Some(vec![CallAbout { call: called, concern }]));
    assert!(has_list());
    let pages = request.sealed.iter().map(|page| page.open().expect("a page").id).collect();
    replica.inner.absorb(&exchanged(pages)).expect("it stores");
    let after = replica.inner.composed();
    assert!(after.calls.is_none() && after.sealed.is_empty());
    assert!(!has_list(), "not even an empty one");
}
