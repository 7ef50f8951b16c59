//! Sealed records: who can open one, and what cannot be altered.

use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::sealed::{NobodyToSealTo, OpenError, Sealed, SealingKey, sealing_pair};
use alongside_domain::journal::{Channel, RecordBytes, StreamId};

const STREAM: StreamId = StreamId {
    person: PersonId([1; 16]),
    channel: Channel::Restricted,
    author: AuthorId([2; 16]),
    epoch: Epoch([3; 8]),
};

fn device(number: u8) -> AuthorId {
    AuthorId([number; 16])
}

fn key(number: u8) -> SealingKey {
    sealing_pair(&[number; 32]).1
}

fn record() -> RecordBytes {
    RecordBytes { header: b"a header".to_vec(), body: b"what was seen".to_vec() }
}

/// Bytes that follow from a number.
fn random(seed: u8) -> impl FnMut(&mut [u8]) {
    let mut next = seed;
    move |bytes| {
        bytes.iter_mut().for_each(|byte| {
            next = next.wrapping_mul(73).wrapping_add(41);
            *byte = next;
        });
    }
}

fn sealed() -> Sealed {
    let to = [(device(10), key(10)), (device(11), key(11))];
    Sealed::seal(&record(), &STREAM, &to, &mut random(1)).expect("two devices with keys")
}

fn opened(sealed: &Sealed, number: u8) -> Result<RecordBytes, OpenError> {
    sealed.open(&STREAM, device(number), &sealing_pair(&[number; 32]).0)
}

#[test]
fn every_device_that_is_named_opens_it_and_no_other() {
    let sealed = sealed();
    assert_eq!(opened(&sealed, 10), Ok(record()));
    assert_eq!(opened(&sealed, 11), Ok(record()));
    assert_eq!(opened(&sealed, 12), Err(OpenError::NotForThisDevice));
    let stranger = sealing_pair(&[12; 32]).0;
    assert_eq!(sealed.open(&STREAM, device(10), &stranger), Err(OpenError::Damaged));
}

#[test]
fn nothing_of_the_record_is_in_its_bytes() {
    let bytes = minicbor::to_vec(sealed()).expect("a vector takes every byte");
    for part in ["header", "seen", "what"] {
        assert!(!bytes.windows(part.len()).any(|window| window == part.as_bytes()), "{part}");
    }
}

#[test]
fn no_byte_of_it_can_be_altered() {
    let sealed = sealed();
    for place in 0..sealed.content.len() {
        let mut altered = sealed.clone();
        altered.content[place] ^= 1;
        assert_eq!(opened(&altered, 10), Err(OpenError::Damaged), "content {place}");
    }
    for place in 0..sealed.letters[0].key.len() {
        let mut altered = sealed.clone();
        altered.letters[0].key[place] ^= 1;
        assert_eq!(opened(&altered, 10), Err(OpenError::Damaged), "key {place}");
    }
    let mut short = sealed.clone();
    short.letters[0].key.truncate(7);
    assert_eq!(opened(&short, 10), Err(OpenError::Damaged));
}

#[test]
fn it_cannot_be_moved_to_another_stream() {
    let sealed = sealed();
    let key = sealing_pair(&[10; 32]).0;
    let about_another = StreamId { person: PersonId([9; 16]), ..STREAM };
    assert_eq!(sealed.open(&about_another, device(10), &key), Err(OpenError::Damaged));
}

#[test]
fn a_key_that_is_none_keeps_it_from_nobody_else() {
    let to = [(device(9), SealingKey([0; 32])), (device(10), key(10))];
    let sealed = Sealed::seal(&record(), &STREAM, &to, &mut random(2)).expect("one good key");
    assert_eq!(opened(&sealed, 10), Ok(record()));
    assert_eq!(sealed.letters.len(), 1);
    let nobody = Sealed::seal(&record(), &STREAM, &to[..1], &mut random(3));
    assert_eq!(nobody, Err(NobodyToSealTo));
}
