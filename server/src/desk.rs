//! Desks: the place at the console of each account that may answer for concerns, with keys of its own (decision 0025).
//!
//! A desk's secret is stored encrypted under a key that follows from its holder's password, and is in memory only while
//! they are signed in. Absent on purpose: any way to it for whoever has the disk, a backup, or the administrator's
//! token. A password that was set by somebody else opens no desk: its holder gets a new one.

use crate::app::App;
use crate::enrol::DEVICE_CERTIFICATE_MS;
use crate::identity::sign;
use crate::refusal::Refusal;
use crate::storage::{Desk, NewDevice, Revoke, Staff};
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::body::{Role, Sealed};
use alongside_domain::journal::sealed::{OpeningKey, SealingKey, sealing_pair};
use alongside_domain::journal::{
    Body, Channel, Header, PageId, PageSecret, PlanSeen, PublicKey, RecordBytes, Signature,
};
use alongside_domain::safeguarding::answers_for_concerns;
use alongside_domain::sync::certificate::{Certificate, Holder, Subject};
use alongside_domain::sync::messages::{Challenge, PackedPage, Recipients};
use alongside_domain::sync::standing::{Ended, Revocation, Statement};
use alongside_domain::time::Moment;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::signature::{Ed25519KeyPair, KeyPair};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// Bytes of a desk's secret.
const SECRET_BYTES: usize = 32;

/// Whether somebody's account has a desk: a manager's and a social worker's, to whom access to a case may be given, and
/// that of whoever receives concerns, whatever they are at the console.
pub fn has_desk(staff: &Staff, recipients: &Recipients) -> bool {
    let receives = answers_for_concerns(staff.role) && recipients.staff.contains(&staff.staff);
    receives || matches!(staff.role, Role::Manager | Role::SocialWorker)
}

/// A desk whose holder is signed in.
pub struct OpenDesk {
    /// Whose.
    pub staff: StaffId,
    /// The name under which it writes and is sealed to.
    pub author: AuthorId,
    secret: Zeroizing<Vec<u8>>,
}

impl OpenDesk {
    /// Opens what was sealed to it.
    pub fn opening_key(&self) -> OpeningKey {
        sealing_pair(&self.secret).0
    }

    fn signing_key(&self) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&self.secret).expect("a secret has 32 bytes")
    }

    fn sign(&self, message: &[u8]) -> Signature {
        sign(&self.signing_key(), message)
    }

    fn public_key(&self) -> PublicKey {
        PublicKey::from_slice(self.signing_key().public_key().as_ref()).expect("an Ed25519 key has 32 bytes")
    }

    /// A page with one record of this desk, sealed to these; nothing where none of them can be sealed to.
    pub fn page(
        &self,
        app: &App,
        person: PersonId,
        body: &Body,
        to: &[(AuthorId, SealingKey)],
        now: Moment,
    ) -> Option<PackedPage> {
        let header = Header {
            kind: body.kind(),
            category: body.category(),
            recorded: now,
            observed: None,
            by: self.staff,
            plan_seen: PlanSeen::default(),
            clock_off_ms: None,
            counted: None,
        };
        let epoch = Epoch(app.random.bytes());
        let id = PageId { author: self.author, epoch, number: 1, channel: Channel::Restricted };
        let mut random = |bytes: &mut [u8]| app.random.fill(bytes);
        let sealed =
            Sealed::seal(&RecordBytes::of(&header, body), &id.stream(person), to, &mut random).ok()?;
        let secret = PageSecret(app.random.bytes());
        let page = sealed.into_page(id, person, &header, secret, |message| self.sign(message));
        Some(PackedPage::of(&page))
    }
}

/// The desks of those who are signed in, by session. What leaves it is overwritten.
#[derive(Default)]
pub struct Desks(Mutex<OpenDesks>);

/// By session: the desk, and when it was last used.
type OpenDesks = BTreeMap<[u8; 32], (Arc<OpenDesk>, Moment)>;

impl Desks {
    fn all(&self) -> MutexGuard<'_, OpenDesks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a desk as long as a session lasts.
    pub fn keep(&self, session: [u8; 32], desk: OpenDesk, now: Moment) {
        self.all().insert(session, (Arc::new(desk), now));
    }

    /// The desk of a session, which is used now; nothing where it was opened by another process, or has none.
    pub fn of(&self, session: &[u8; 32], now: Moment) -> Option<Arc<OpenDesk>> {
        let mut all = self.all();
        let (desk, used) = all.get_mut(session)?;
        *used = now;
        Some(Arc::clone(desk))
    }

    /// The session has ended.
    pub fn forget(&self, session: &[u8; 32]) {
        self.all().remove(session);
    }

    /// Forgets the desks of sessions that were last used before this moment.
    pub fn forget_unused_since(&self, moment: Moment) {
        self.all().retain(|_, (_, used)| *used >= moment);
    }
}

/// What the encryption of a desk's secret is bound to.
fn wrapped_for(staff: StaffId, author: AuthorId) -> Aad<Vec<u8>> {
    Aad::from([b"alongside desk 1".as_slice(), &staff.0, &author.0].concat())
}

fn cipher(key: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key).expect("the key has 32 bytes"))
}

/// Each key wraps one secret, so its nonce need not differ from another's.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

fn unwrap(desk: &Desk, key: &[u8; 32]) -> Option<OpenDesk> {
    let mut bytes = Zeroizing::new(desk.wrapped.clone());
    let aad = wrapped_for(desk.staff, desk.author);
    let secret = cipher(key).open_in_place(nonce(), aad, &mut bytes).ok()?;
    let is_whole = secret.len() == SECRET_BYTES;
    let secret = Zeroizing::new(secret.to_vec());
    is_whole.then_some(OpenDesk { staff: desk.staff, author: desk.author, secret })
}

fn wrap(desk: &OpenDesk, salt: [u8; 16], key: &[u8; 32]) -> Desk {
    let mut wrapped = desk.secret.to_vec();
    cipher(key)
        .seal_in_place_append_tag(nonce(), wrapped_for(desk.staff, desk.author), &mut wrapped)
        .expect("a secret is short");
    Desk { staff: desk.staff, author: desk.author, salt, wrapped }
}

/// Opens the desk of an account as its holder signs in. An account without one gets one; so does one whose password
/// does not open the one that it has, which then ends.
pub async fn open(app: &App, staff: &Staff, password: &str) -> Result<Option<OpenDesk>, Refusal> {
    // Whoever was given access keeps it, also when they are taken off the list.
    if !has_desk(staff, &app.store.recipients().await?) && !app.store.is_admitted(staff.staff).await? {
        return Ok(None);
    }
    let known = app.store.desk(staff.staff).await?;
    if let Some(desk) = &known {
        let key = app.passwords().wrapping_key(password, desk.salt).await.ok_or(Refusal::Unavailable)?;
        if let Some(open) = unwrap(desk, &key) {
            return Ok(Some(open));
        }
    }
    let made = make(app, staff, password).await?;
    if let Some(lost) = known {
        end(app, lost.author, staff.staff).await?;
    }
    Ok(Some(made))
}

async fn make(app: &App, staff: &Staff, password: &str) -> Result<OpenDesk, Refusal> {
    let (salt, now) = (app.random.bytes(), app.clock.now());
    let secret = Zeroizing::new(app.random.bytes::<SECRET_BYTES>().to_vec());
    let desk = OpenDesk { staff: staff.staff, author: AuthorId(app.random.bytes()), secret };
    let key = app.passwords().wrapping_key(password, salt).await.ok_or(Refusal::Unavailable)?;
    let subject = Subject {
        author: desk.author,
        key: desk.public_key(),
        holder: Some(Holder {
            staff: staff.staff,
            role: staff.role,
            name: staff.name.clone(),
            organisation: staff.organisation.clone(),
        }),
        valid_from: now,
        valid_to: now.plus_ms(DEVICE_CERTIFICATE_MS),
        sealing: Some(sealing_pair(&desk.secret).1),
        desk: Some(true),
    };
    let certificate = Certificate::issue(&subject, |message| app.identity.sign(message));
    let device = NewDevice {
        device: desk.author,
        staff: staff.staff,
        key: subject.key,
        certificate: minicbor::to_vec(&certificate).expect("a vector takes every byte"),
        challenge: Challenge([0; 16]),
        now,
        is_desk: true,
    };
    app.store.keep_desk(wrap(&desk, salt, &key), device).await?;
    Ok(desk)
}

/// Nobody can open what is sealed to this desk any more: phones stop sealing to it.
async fn end(app: &App, author: AuthorId, staff: StaffId) -> Result<(), Refusal> {
    let (at, signer) = (app.clock.now(), app.clone());
    let seal = Box::new(move |receipted| {
        let revocation = Revocation { device: author, why: Ended::Left, at, receipted };
        let statement = Statement::of(&revocation, |message| signer.identity.sign(message));
        minicbor::to_vec(statement).expect("a vector takes every byte")
    });
    app.store.revoke(Revoke { device: author, why: Ended::Left, by: staff, at, seal }).await?;
    tracing::warn!("a desk was lost with its password: its holder has a new one");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::Passwords;

    fn desk() -> OpenDesk {
        let secret = Zeroizing::new(vec![7; SECRET_BYTES]);
        OpenDesk { staff: StaffId([1; 16]), author: AuthorId([2; 16]), secret }
    }

    #[tokio::test]
    async fn a_desk_opens_with_its_password_and_salt_and_with_no_other() {
        let key = Passwords::default().wrapping_key("correct horse battery", [3; 16]).await.unwrap();
        let kept = wrap(&desk(), [3; 16], &key);
        assert!(unwrap(&kept, &key).is_some_and(|open| *open.secret == *desk().secret));
        for (password, salt) in [("correct horse batterz", [3; 16]), ("correct horse battery", [4; 16])] {
            let other = Passwords::default().wrapping_key(password, salt).await.unwrap();
            assert!(unwrap(&kept, &other).is_none());
        }
        let moved = Desk { staff: StaffId([9; 16]), ..kept.clone() };
        assert!(unwrap(&moved, &key).is_none(), "a desk is bound to its holder");
        assert!(!kept.wrapped.windows(SECRET_BYTES).any(|part| part == desk().secret.as_slice()));
    }

    #[test]
    fn what_is_not_used_any_more_is_forgotten() {
        let desks = Desks::default();
        desks.keep([1; 32], desk(), Moment(10));
        desks.keep([2; 32], desk(), Moment(10));
        assert!(desks.of(&[2; 32], Moment(20)).is_some());
        desks.forget_unused_since(Moment(15));
        assert!(desks.of(&[1; 32], Moment(21)).is_none() && desks.of(&[2; 32], Moment(21)).is_some());
        desks.forget(&[2; 32]);
        assert!(desks.of(&[2; 32], Moment(22)).is_none());
    }
}
