//! The PIN that opens screens without a network. It is a gate before what is read, no key: the database is encrypted
//! with the keystore's key, and whoever has that needs no PIN.
//!
//! While the phone asks for it, recording and syncing go on, as after a lease that has lapsed. Wrong tries are counted
//! on the disk before each is answered, so that ending the app gives none back, and each wait is counted by the clock
//! that nobody can set. Nothing is ever destroyed for a wrong PIN: a forgotten one is the office's to help with.

use crate::clock::{Clock, counted};
use crate::random::Random;
use crate::replica::{Inner, Replica, State};
use crate::store::{Store, StoreError};
use alongside_domain::journal::times::Counted;
use alongside_domain::time::MINUTE_MS;
use minicbor::{Decode, Encode};
use ring::pbkdf2;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::sync::MutexGuard;

/// Key of the [`Gate`].
const PIN: &str = "pin";
/// How long a PIN is. A default, for the provider's information governance lead to agree.
pub const PIN_DIGITS: RangeInclusive<usize> = 4..=12;
/// Tries before the first wait. A default, as are the waits.
pub const PIN_TRIES: u32 = 5;
/// The waits after the last of those tries, and after each further one; the last stays.
const WAITS_MS: [u64; 3] = [MINUTE_MS as u64, 5 * MINUTE_MS as u64, 15 * MINUTE_MS as u64];
/// Rounds of stretching: some hundredths of a second here, some tenths on a small phone. Kept with the PIN, so that
/// later ones can have more.
const ROUNDS: NonZeroU32 = NonZeroU32::new(100_000).expect("not zero");
const STRETCH: pbkdf2::Algorithm = pbkdf2::PBKDF2_HMAC_SHA256;

/// What is written down of the PIN.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct Gate {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    salt: [u8; 16],
    #[n(1)]
    rounds: NonZeroU32,
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    stretched: [u8; 32],
    /// Wrong tries since the last right one.
    #[n(3)]
    tries: u32,
    /// When the last one was.
    #[n(4)]
    tried: Counted,
}

/// Why a PIN was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// Enrol first.
    #[error("this phone is not enrolled yet: enrol it")]
    NotEnrolled,
    /// Not digits, too few or too many of them, or the first that anybody tries.
    #[error("choose another PIN: 4 to 12 digits, not all the same and not in a row such as 1234")]
    Form,
    /// None was chosen yet.
    #[error("this phone has no PIN yet: choose one")]
    NotSet,
    /// It is another one.
    #[error("this is not the PIN; you can try {left} times more, then after a wait")]
    Wrong {
        /// Tries until the first wait.
        left: u32,
    },
    /// Too many wrong ones.
    #[error(
        "too many wrong PINs: try again in {} min, or ask the office for help; what you record is kept",
        .ms.div_ceil(MINUTE_MS as u64)
    )]
    Wait {
        /// For so long.
        ms: u64,
    },
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How the PIN stands, for an unlock screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinState {
    /// One was chosen.
    pub is_set: bool,
    /// Screens show nothing until it is given.
    pub is_asked: bool,
    /// Tries until the next wait.
    pub tries_left: u32,
    /// How long no try counts, not even the right one.
    pub wait_ms: u64,
}

impl Replica {
    /// Chooses a PIN, or another one: then the present one is to be given too, and counts as a try.
    pub fn set_pin(&self, pin: &str, present: Option<&str>) -> Result<(), PinError> {
        if !is_usable(pin) {
            return Err(PinError::Form);
        }
        if self.inner.has_pin()? {
            self.inner.try_pin(present.unwrap_or_default())?;
        }
        self.inner.keep_pin(pin)?;
        self.inner.changed();
        Ok(())
    }

    /// Shows nothing about people until the PIN is given: for an app that was left alone.
    pub fn lock(&self) -> Result<(), PinError> {
        if !self.inner.has_pin()? {
            return Err(PinError::NotSet);
        }
        self.inner.state().asks_pin = true;
        self.inner.changed();
        Ok(())
    }

    /// Takes the PIN, and shows again what may be shown.
    pub fn unlock(&self, pin: &str) -> Result<(), PinError> {
        self.inner.try_pin(pin)?;
        self.inner.changed();
        Ok(())
    }

    /// Whether the PIN is asked for.
    pub fn is_locked(&self) -> bool {
        self.inner.state().is_locked()
    }

    /// How the PIN stands.
    pub fn pin_state(&self) -> Result<PinState, PinError> {
        let counted = counted(self.inner.clock.as_ref());
        let state = self.inner.state();
        let gate = gate(&state.store)?;
        let is_asked = state.is_locked();
        let (tries, wait_ms) = gate.as_ref().map_or((0, 0), |gate| (gate.tries, gate.wait_ms(counted)));
        Ok(PinState { is_set: gate.is_some(), is_asked, tries_left: left_after(tries), wait_ms })
    }
}

impl Inner {
    /// The state of a phone that is enrolled: no other has a PIN.
    fn enrolled(&self) -> Result<MutexGuard<'_, State>, PinError> {
        let state = self.state();
        if state.identity.is_some() { Ok(state) } else { Err(PinError::NotEnrolled) }
    }

    fn has_pin(&self) -> Result<bool, PinError> {
        Ok(is_set(&self.enrolled()?.store)?)
    }

    fn keep_pin(&self, pin: &str) -> Result<(), PinError> {
        // It takes long: nobody who records waits for it.
        let gate = Gate::of(pin, self.random.as_ref(), self.clock.as_ref());
        Ok(self.enrolled()?.transact(|store, _, _| store.set_meta(PIN, &gate))?)
    }

    /// Counts a try, then looks whether it is right.
    fn try_pin(&self, pin: &str) -> Result<(), PinError> {
        let gate = self.count_try()?;
        if !gate.is_opened_by(pin) {
            return Err(match gate.wait_ms(counted(self.clock.as_ref())) {
                0 => PinError::Wrong { left: left_after(gate.tries) },
                ms => PinError::Wait { ms },
            });
        }
        let mut state = self.enrolled()?;
        state.transact(|store, _, _| store.set_meta(PIN, &Gate { tries: 0, ..gate }))?;
        state.asks_pin = false;
        Ok(())
    }

    fn count_try(&self) -> Result<Gate, PinError> {
        let tried = counted(self.clock.as_ref());
        let mut state = self.enrolled()?;
        let gate = gate(&state.store)?.ok_or(PinError::NotSet)?;
        match gate.wait_ms(tried) {
            0 => {
                let gate = Gate { tries: gate.tries.saturating_add(1), tried, ..gate };
                state.transact(|store, _, _| store.set_meta(PIN, &gate))?;
                Ok(gate)
            }
            ms => Err(PinError::Wait { ms }),
        }
    }
}

/// Whether a PIN was chosen.
pub(crate) fn is_set(store: &Store) -> Result<bool, StoreError> {
    Ok(gate(store)?.is_some())
}

fn gate(store: &Store) -> Result<Option<Gate>, StoreError> {
    store.meta(PIN)
}

impl Gate {
    fn of(pin: &str, random: &dyn Random, clock: &dyn Clock) -> Gate {
        let (salt, mut stretched) = (random.bytes(), [0; 32]);
        pbkdf2::derive(STRETCH, ROUNDS, &salt, pin.as_bytes(), &mut stretched);
        Gate { salt, rounds: ROUNDS, stretched, tries: 0, tried: counted(clock) }
    }

    fn is_opened_by(&self, pin: &str) -> bool {
        pbkdf2::verify(STRETCH, self.rounds, &self.salt, pin.as_bytes(), &self.stretched).is_ok()
    }

    /// How long to wait yet. After a new start of the phone the whole wait is counted from there.
    fn wait_ms(&self, now: Counted) -> u64 {
        let wait = wait_after(self.tries);
        let from = if now.boot == self.tried.boot { self.tried.monotonic_ms } else { 0 };
        wait.saturating_sub(now.monotonic_ms.saturating_sub(from))
    }
}

fn wait_after(tries: u32) -> u64 {
    match tries.checked_sub(PIN_TRIES) {
        None => 0,
        Some(more) => WAITS_MS[(more as usize).min(WAITS_MS.len() - 1)],
    }
}

/// After the first wait there is one try, then the next wait.
fn left_after(tries: u32) -> u32 {
    PIN_TRIES.saturating_sub(tries).max(1)
}

/// Digits only, as many as a PIN has, and not the first that anybody tries.
fn is_usable(pin: &str) -> bool {
    let digits = pin.as_bytes();
    let all_digits = digits.iter().all(u8::is_ascii_digit);
    let steps = |step: i16| digits.windows(2).all(|two| i16::from(two[1]) - i16::from(two[0]) == step);
    all_digits && PIN_DIGITS.contains(&digits.len()) && ![0, 1, -1].into_iter().any(steps)
}
