//! Bytes from anyone: they are refused, quickly, in little memory, and never with a panic.

use crate::made::{Signer, any_page, observation, record, usual_page};
use alongside_domain::ids::AuthorId;
use alongside_domain::journal::body::{Body, Role};
use alongside_domain::journal::page::PAGE_BYTES_MAX;
use alongside_domain::journal::{Kind, Page, PageError, PageExtract, PublicKey, RecordBytes, Signature};
use alongside_domain::sync::certificate::{Certificate, CertificateError, Holder, Subject, signed_bytes};
use alongside_domain::sync::messages::{
    self, Answer, Enrol, Enrolled, Envelope, MESSAGE_BYTES_MAX, MessageError, PackedPage, Request,
    WIRE_BYTES_MAX, pack, unpack,
};
use alongside_domain::time::Moment;
use proptest::collection::vec;
use proptest::prelude::*;

/// Kinds of this version, and some that are not.
fn kinds() -> impl Iterator<Item = Kind> {
    (0..60).chain([500, u16::MAX]).map(Kind)
}

/// Reads the bytes in every way there is. Whatever comes of it, nothing panics.
fn read_in_every_way(bytes: &[u8]) {
    let key = Signer::new(1).public();
    if let Ok(page) = Page::decode(bytes) {
        let _ = page.check(&key);
        let _ = page.runs.iter().map(|run| run.last()).max();
    }
    if let Ok(extract) = messages::decode::<PageExtract>(bytes) {
        let _ = extract.check(&key);
    }
    for kind in kinds() {
        let _ = Body::decode(kind, bytes);
    }
    let _ = RecordBytes { header: bytes.to_vec(), body: vec![] }.decode_header();
    let _ = messages::decode::<Envelope>(bytes);
    let _ = messages::decode::<Request>(bytes);
    let _ = messages::decode::<Answer>(bytes);
    let _ = messages::decode::<Enrol>(bytes);
    let _ = messages::decode::<Enrolled>(bytes);
    let _ = messages::decode::<Certificate>(bytes);
    let _ = PackedPage(bytes.to_vec()).open();
    let _ = unpack::<Answer>(bytes);
    let _ = signed(bytes).verify(&key);
}

/// Bytes that the issuer did sign, as a certificate.
fn signed(subject: &[u8]) -> Certificate {
    let signature = Signer::new(1).sign(&signed_bytes(subject));
    Certificate { subject: subject.to_vec(), signature }
}

fn subject() -> Subject {
    Subject {
        author: AuthorId([4; 16]),
        key: PublicKey([5; 32]),
        holder: Some(Holder {
            staff: alongside_domain::ids::StaffId([6; 16]),
            role: Role::Nurse,
            name: "Sam".to_owned(),
            organisation: "Riverside".to_owned(),
        }),
        valid_from: Moment(1),
        valid_to: Moment(2),
        sealing: None,
        desk: None,
    }
}

/// Every message that says it holds very much, or goes very deep.
fn boasts() -> Vec<Vec<u8>> {
    let mut boasts = Vec::new();
    for head in [0x9b, 0xbb, 0x5b, 0x7b] {
        for length in [1u64 << 32, 1 << 60, u64::MAX] {
            boasts.push([&[head], length.to_be_bytes().as_slice()].concat());
            boasts.push([&[head], length.to_be_bytes().as_slice(), &[0x82, 0x00, 0x80, 0xf6]].concat());
            // Behind fields that are right, where the reader expects a list.
            boasts.push([&[0x84, 0x00, head], length.to_be_bytes().as_slice()].concat());
        }
    }
    for deep in [0x81, 0x9f, 0xa1, 0xbf, 0xc4, 0x5f, 0x7f] {
        boasts.push(vec![deep; 100_000]);
        // As a field that a newer version appended, which is passed over.
        boasts.push([&[0x98, 0x20], [0x00; 12].as_slice(), &vec![deep; 100_000]].concat());
        boasts.push([&[0x9f], [0x00; 12].as_slice(), &vec![deep; 100_000]].concat());
    }
    boasts
}

#[test]
fn what_boasts_of_its_length_or_goes_deep_is_refused() {
    for boast in boasts() {
        assert_eq!(Page::decode(&boast), Err(PageError::Malformed));
        assert!(messages::decode::<Request>(&boast).is_err());
        assert!(messages::decode::<Answer>(&boast).is_err());
        read_in_every_way(&boast);
    }
}

#[test]
fn a_list_that_boasts_of_its_length_is_refused_where_a_list_belongs() {
    let page = minicbor::to_vec(usual_page(&Signer::new(1))).expect("a vector takes every byte");
    // Every array and map head of a real page, one after the other, with a length beyond belief.
    let mut refused = 0;
    for place in (0..page.len()).filter(|place| matches!(page[*place], 0x81..=0x97 | 0xa1..=0xb7)) {
        let head = if page[place] < 0xa0 { 0x9b } else { 0xbb };
        let boast =
            [&page[..place], &[head], (1u64 << 60).to_be_bytes().as_slice(), &page[place + 1..]].concat();
        if Page::decode(&boast).is_err() {
            refused += 1;
        }
    }
    assert!(refused >= 5, "the page, its runs, their records: {refused}");
}

#[test]
fn a_page_longer_than_a_page_may_be_is_not_even_read() {
    assert_eq!(Page::decode(&vec![0x81; PAGE_BYTES_MAX + 1]), Err(PageError::TooLarge));
    assert_eq!(Page::decode(&vec![0x81; PAGE_BYTES_MAX]), Err(PageError::Malformed));
}

#[test]
fn a_header_or_body_longer_than_one_may_be_is_refused() {
    let signer = Signer::new(1);
    for (header, body) in [(RecordBytes::HEADER_BYTES_MAX + 1, 0), (60, RecordBytes::BODY_BYTES_MAX + 1)] {
        let mut page = usual_page(&signer);
        page.runs[0].records[0].body.resize(body, 0);
        page.runs[0].records[0].header.resize(header, 0);
        assert_eq!(page.check(&signer.public()), Err(PageError::Header));
    }
}

#[test]
fn what_follows_a_page_or_a_message_is_refused() {
    let mut page = minicbor::to_vec(usual_page(&Signer::new(1))).expect("a vector takes every byte");
    page.push(0);
    assert_eq!(Page::decode(&page), Err(PageError::Malformed));
    let written = record(&observation("x"), 1).bytes;
    let longer = [written.body.as_slice(), &[0]].concat();
    assert!(Body::decode(Kind(1), &written.body).is_ok() && Body::decode(Kind(1), &longer).is_err());
}

#[test]
fn a_compression_bomb_is_refused_at_the_limit() {
    let bomb = zstd::bulk::compress(&[0; 64 * 1024].repeat(8_000), 3).expect("it fits in memory");
    assert!(bomb.len() < 1_000_000, "512 MB packed into {} bytes", bomb.len());
    assert_eq!(unpack::<Answer>(&bomb), Err(MessageError::TooLong));
    assert_eq!(PackedPage(bomb).open(), Err(PageError::TooLarge));
}

#[test]
fn a_page_that_is_longer_unpacked_than_a_page_may_be_is_refused() {
    let packed = |length: usize| PackedPage(zstd::bulk::compress(&vec![0; length], 3).expect("it packs"));
    assert_eq!(packed(PAGE_BYTES_MAX + 1).open(), Err(PageError::TooLarge));
    assert_eq!(packed(PAGE_BYTES_MAX).open(), Err(PageError::Malformed));
}

#[test]
fn a_frame_that_does_not_say_its_length_or_lies_about_it_is_refused() {
    let mute = zstd::encode_all([0x80; 1000].as_slice(), 3).expect("it fits in memory");
    assert_eq!(unpack::<Answer>(&mute), Err(MessageError::NotCompressed));
    let honest = zstd::bulk::compress(&[0x80; 1000], 3).expect("it packs");
    assert_eq!(unpack::<Answer>(&honest), Err(MessageError::NotCbor));
    // RFC 8878, section 3.1.1.1: the length stands behind magic number and descriptor, in two bytes, less 256.
    for length in [0u16, 999, 1001, 1255] {
        let mut lying = honest.clone();
        lying[5..7].copy_from_slice(&(length.saturating_sub(256)).to_le_bytes());
        assert_eq!(unpack::<Answer>(&lying), Err(MessageError::NotCompressed), "{length}");
    }
}

#[test]
fn a_message_of_exactly_the_limit_is_read_and_one_byte_more_is_not() {
    let of = |length: usize| minicbor::bytes::ByteVec::from(vec![7; length - 5]);
    assert!(unpack::<minicbor::bytes::ByteVec>(&pack(&of(MESSAGE_BYTES_MAX))).is_ok());
    let over = unpack::<minicbor::bytes::ByteVec>(&pack(&of(MESSAGE_BYTES_MAX + 1)));
    assert_eq!(over, Err(MessageError::TooLong));
    assert_eq!(unpack::<Answer>(&vec![0; WIRE_BYTES_MAX + 1]), Err(MessageError::TooLong));
}

#[test]
fn half_a_message_is_refused_at_every_length() {
    let page = PackedPage::of(&usual_page(&Signer::new(1)));
    for length in 0..page.0.len() {
        let half = PackedPage(page.0[..length].to_vec());
        assert_eq!(half.open(), Err(PageError::Malformed), "{length}");
    }
}

#[test]
fn a_certificate_counts_only_as_its_issuer_signed_it() {
    let issuer = Signer::new(1);
    let certificate = Certificate::issue(&subject(), |message| issuer.sign(message));
    assert_eq!(certificate.verify(&issuer.public()), Ok(subject()));
    assert_eq!(certificate.verify(&Signer::new(2).public()), Err(CertificateError::Signature));
    for bit in 0..certificate.subject.len() * 8 {
        let mut altered = certificate.clone();
        altered.subject[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(altered.verify(&issuer.public()), Err(CertificateError::Signature));
    }
    let unreadable = signed(&[0x80]).verify(&issuer.public());
    assert_eq!(unreadable, Err(CertificateError::Unreadable));
    let nothing = Certificate { subject: vec![], signature: Signature([0; 64]) };
    assert_eq!(nothing.verify(&issuer.public()), Err(CertificateError::Signature));
}

fn altered(mut bytes: Vec<u8>, changes: &[(prop::sample::Index, u8)], cut: Option<usize>) -> Vec<u8> {
    for (place, to) in changes {
        let place = place.index(bytes.len());
        bytes[place] = *to;
    }
    if let Some(cut) = cut {
        bytes.truncate(cut);
    }
    bytes
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..400)) {
        read_in_every_way(&bytes);
    }

    #[test]
    fn an_altered_page_never_panics(
        page in any_page(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in prop::option::weighted(0.2, 0usize..2000),
    ) {
        let bytes = minicbor::to_vec(page).expect("a vector takes every byte");
        read_in_every_way(&altered(bytes, &changes, cut));
    }

    #[test]
    fn an_altered_body_never_panics(
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::weighted(0.2, 0usize..100),
    ) {
        for (_, body) in crate::golden::one_body_of_each_kind() {
            read_in_every_way(&altered(body.encode(), &changes, cut));
        }
    }

    #[test]
    fn an_altered_subject_never_panics(
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let bytes = minicbor::to_vec(subject()).expect("a vector takes every byte");
        read_in_every_way(&altered(bytes, &changes, None));
    }

    #[test]
    fn an_altered_wire_message_never_panics(
        page in any_page(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let bytes = altered(PackedPage::of(&page).0, &changes, None);
        read_in_every_way(&bytes);
    }
}
