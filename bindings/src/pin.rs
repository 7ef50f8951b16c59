//! The PIN that opens screens without a network.

use crate::problem::Problem;
use crate::replica::Replica;
use alongside_replica::PinState;
use zeroize::Zeroizing;

/// How the PIN stands, for an unlock screen. While `is_asked`, what screens read is the problem `locked`; recording and
/// syncing go on.
#[uniffi::remote(Record)]
pub struct PinState {
    pub is_set: bool,
    pub is_asked: bool,
    pub tries_left: u32,
    pub wait_ms: u64,
}

#[uniffi::export]
impl Replica {
    /// Chooses a PIN of 4 to 12 digits, or another one: then the `present` one is to be given too.
    #[uniffi::method(default(present = None))]
    pub fn set_pin(&self, pin: String, present: Option<String>) -> Result<(), Problem> {
        let (pin, present) = (Zeroizing::new(pin), present.map(Zeroizing::new));
        Ok(self.core()?.set_pin(&pin, present.as_ref().map(|present| present.as_str()))?)
    }

    /// Shows nothing about people until the PIN is given: for an app that was left alone. An app that starts asks too.
    pub fn lock(&self) -> Result<(), Problem> {
        Ok(self.core()?.lock()?)
    }

    /// Takes the PIN. It takes some tenths of a second on a small phone.
    pub fn unlock(&self, pin: String) -> Result<(), Problem> {
        Ok(self.core()?.unlock(&Zeroizing::new(pin))?)
    }

    /// Whether the PIN is asked for.
    pub fn is_locked(&self) -> Result<bool, Problem> {
        Ok(self.core()?.is_locked())
    }

    /// How the PIN stands.
    pub fn pin_state(&self) -> Result<PinState, Problem> {
        Ok(self.core()?.pin_state()?)
    }
}
