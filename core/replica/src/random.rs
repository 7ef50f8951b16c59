//! Where random bytes come from: the operating system; in a simulation, a seed.

use ring::rand::{SecureRandom, SystemRandom};

/// A source of random bytes: names, keys, page secrets. Whoever can guess them can read what they protect.
pub trait Random: Send + Sync {
    /// Fills all of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's source: the one for people's data.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn fill(&self, bytes: &mut [u8]) {
        SystemRandom::new().fill(bytes).expect("the operating system gives random bytes");
    }
}

impl dyn Random + '_ {
    /// `N` random bytes.
    pub(crate) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}
