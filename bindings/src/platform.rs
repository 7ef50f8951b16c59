//! What the shell gives to the core: where the database's key is kept, and the clocks of the phone.
//!
//! A shell's code can fail in any way; what it does wrong becomes an error here, never a panic. The core may hold its
//! store while it asks: an answer comes at once, without a call of the core and without waiting for one.

use crate::asked::asking;
use crate::problem::Problem;
use alongside_replica::clock::{Clock as CoreClock, SystemClock};
use alongside_replica::domain::time::Moment;
use alongside_replica::keystore::{
    DatabaseKey, FileKeystore, KeyName, Keystore as CoreKeystore, KeystoreError as CoreKeystoreError,
};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use zeroize::{Zeroize, Zeroizing};

/// Why the key is not at hand.
///
/// Core's own error cannot cross here, since a shell's unexpected exception must become one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum KeystoreProblem {
    /// For now: the phone is locked, or the keystore is busy.
    #[error("the keystore cannot be read now")]
    Unavailable,
    /// The key is there but is not one.
    #[error("the key in the keystore is damaged")]
    Damaged,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for KeystoreProblem {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> KeystoreProblem {
        KeystoreProblem::Unavailable
    }
}

/// The entries of a keystore.
#[uniffi::remote(Enum)]
pub enum KeyName {
    Current,
    Next,
}

/// Keeps the key of the database, and while it is changed the next one: 32 bytes each. The shell implements it with
/// two entries of the platform's keystore.
#[uniffi::export(with_foreign)]
pub trait Keystore: Send + Sync {
    /// The key of this name, or none if there is none.
    fn load(&self, name: KeyName) -> Result<Option<Vec<u8>>, KeystoreProblem>;
    /// Stores a key in place of the one of this name. Durable when it returns; after an error, or when the phone dies
    /// meanwhile, the one or the other is there.
    fn store(&self, name: KeyName, key: Vec<u8>) -> Result<(), KeystoreProblem>;
    /// Destroys the key of this name, so that nobody can read any more what it opens. No error when there is none.
    fn destroy(&self, name: KeyName) -> Result<(), KeystoreProblem>;
}

/// The clocks of the phone. The shell implements it where the system's monotonic clock stops in deep sleep.
#[uniffi::export(with_foreign)]
pub trait Clock: Send + Sync {
    /// The wall clock in milliseconds since 1970, as the user may have set it.
    fn wall_ms(&self) -> Result<i64, Problem>;
    /// Milliseconds counted since the boot that `boot` names, also in sleep; never goes back within one.
    fn monotonic_ms(&self) -> Result<u64, Problem>;
    /// Names the current boot: no other boot, of this phone or of another, has this number.
    fn boot(&self) -> Result<u64, Problem>;
}

/// A keystore in a file that only its owner may read: for a desktop and for tests. It protects less.
#[uniffi::export]
pub fn file_keystore(path: String) -> Arc<dyn Keystore> {
    Arc::new(KeyInFile(FileKeystore::new(PathBuf::from(path))))
}

/// The clocks of the machine. A process counts as a boot.
#[uniffi::export]
pub fn system_clock() -> Arc<dyn Clock> {
    Arc::new(MachineClock(SystemClock::default()))
}

struct KeyInFile(FileKeystore);

impl Keystore for KeyInFile {
    fn load(&self, name: KeyName) -> Result<Option<Vec<u8>>, KeystoreProblem> {
        let key = self.0.load(name).map_err(from_core)?;
        Ok(key.map(|key| key.to_vec()))
    }

    fn store(&self, name: KeyName, key: Vec<u8>) -> Result<(), KeystoreProblem> {
        self.0.store(name, &database_key(key).map_err(from_core)?).map_err(from_core)
    }

    fn destroy(&self, name: KeyName) -> Result<(), KeystoreProblem> {
        self.0.destroy(name).map_err(from_core)
    }
}

struct MachineClock(SystemClock);

impl Clock for MachineClock {
    fn wall_ms(&self) -> Result<i64, Problem> {
        Ok(self.0.wall().0)
    }

    fn monotonic_ms(&self) -> Result<u64, Problem> {
        Ok(self.0.monotonic_ms())
    }

    fn boot(&self) -> Result<u64, Problem> {
        Ok(self.0.boot())
    }
}

fn from_core(error: CoreKeystoreError) -> KeystoreProblem {
    match error {
        CoreKeystoreError::Unavailable => KeystoreProblem::Unavailable,
        CoreKeystoreError::Damaged => KeystoreProblem::Damaged,
    }
}

fn to_core(problem: KeystoreProblem) -> CoreKeystoreError {
    match problem {
        KeystoreProblem::Unavailable => CoreKeystoreError::Unavailable,
        KeystoreProblem::Damaged => CoreKeystoreError::Damaged,
    }
}

/// The bytes are wiped where they stood.
fn database_key(mut bytes: Vec<u8>) -> Result<DatabaseKey, CoreKeystoreError> {
    let key = <[u8; 32]>::try_from(bytes.as_slice()).map(Zeroizing::new);
    bytes.zeroize();
    key.map_err(|_| CoreKeystoreError::Damaged)
}

/// The shell's keystore, as core asks it.
pub(crate) struct ShellKeystore(pub(crate) Arc<dyn Keystore>);

impl CoreKeystore for ShellKeystore {
    fn load(&self, name: KeyName) -> Result<Option<DatabaseKey>, CoreKeystoreError> {
        asking(|| self.0.load(name)).map_err(to_core)?.map(database_key).transpose()
    }

    fn store(&self, name: KeyName, key: &DatabaseKey) -> Result<(), CoreKeystoreError> {
        asking(|| self.0.store(name, key.to_vec())).map_err(to_core)
    }

    fn destroy(&self, name: KeyName) -> Result<(), CoreKeystoreError> {
        asking(|| self.0.destroy(name)).map_err(to_core)
    }
}

/// The shell's clock, as core asks it. Core's clocks cannot fail: from a failure on, the machine's own are used.
pub(crate) struct ShellClock {
    shell: Arc<dyn Clock>,
    failed: AtomicBool,
    own: SystemClock,
}

impl ShellClock {
    pub(crate) fn new(shell: Arc<dyn Clock>) -> ShellClock {
        ShellClock { shell, failed: AtomicBool::new(false), own: SystemClock::default() }
    }

    fn ask<T>(
        &self,
        shell: impl FnOnce(&dyn Clock) -> Result<T, Problem>,
        own: impl FnOnce(&SystemClock) -> T,
    ) -> T {
        if !self.failed.load(Ordering::Relaxed) {
            if let Ok(reading) = asking(|| shell(self.shell.as_ref())) {
                return reading;
            }
            self.failed.store(true, Ordering::Relaxed);
        }
        own(&self.own)
    }
}

impl CoreClock for ShellClock {
    fn wall(&self) -> Moment {
        self.ask(|clock| clock.wall_ms().map(Moment), CoreClock::wall)
    }

    fn monotonic_ms(&self) -> u64 {
        self.ask(|clock| clock.monotonic_ms(), CoreClock::monotonic_ms)
    }

    fn boot(&self) -> u64 {
        self.ask(|clock| clock.boot(), CoreClock::boot)
    }
}
