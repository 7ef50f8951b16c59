//! What every request shares: the store, the clock, the server's identity, and small limits.

use crate::audit::{Heads, Repeats};
use crate::break_glass::Searches;
use crate::clock::Clock;
use crate::desk::Desks;
use crate::enrol::TryLimit;
use crate::identity::Identity;
use crate::kinds::Kinds;
use crate::password::Passwords;
use crate::plan::Plans;
use crate::roster::Rosters;
use crate::second_copy::SecondCopy;
use crate::secret::Random;
use crate::storage::Store;
use alongside_domain::sync::standing::LEASE_HOURS;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// Shared by all requests.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
pub struct Parts {
    /// What the server keeps.
    pub store: Box<dyn Store>,
    /// The time.
    pub clock: Clock,
    /// Where names, challenges and secrets are drawn from.
    pub random: Box<dyn Random>,
    /// Who the server is.
    pub identity: Identity,
    /// The data folder.
    pub data: PathBuf,
    /// The server's address for phones, once it listens.
    pub url: OnceLock<String>,
    /// Plans in memory.
    pub plans: Plans,
    /// The kinds of observation in memory.
    pub kinds: Kinds,
    /// Rosters in memory.
    pub rosters: Rosters,
    /// How long phones show what they hold without having reached the server, in hours, where it was set.
    pub lease_hours: OnceLock<u32>,
    /// The work that a password costs, where it is not the usual.
    pub work_of_passwords: OnceLock<Passwords>,
    /// Limits wrong codes.
    pub tries: TryLimit,
    /// The head of the audit trail that devices are told.
    pub heads: Heads,
    /// What anybody can ask for is noted once a minute.
    pub repeats: Repeats,
    /// Limits how often somebody looks for a person.
    pub searches: Searches,
    /// The desks of those who are signed in.
    pub desks: Desks,
    /// Where sealed records are kept a second time, if anywhere.
    pub second_copy: OnceLock<SecondCopy>,
}

impl App {
    /// An app of these parts.
    pub fn new(
        store: impl Store,
        clock: Clock,
        random: impl Random + 'static,
        identity: Identity,
        data: PathBuf,
    ) -> App {
        App(Arc::new(Parts {
            store: Box::new(store),
            clock,
            random: Box::new(random),
            identity,
            data,
            url: OnceLock::new(),
            plans: Plans::default(),
            kinds: Kinds::default(),
            rosters: Rosters::default(),
            lease_hours: OnceLock::new(),
            work_of_passwords: OnceLock::new(),
            tries: TryLimit::default(),
            heads: Heads::default(),
            repeats: Repeats::default(),
            searches: Searches::default(),
            desks: Desks::default(),
            second_copy: OnceLock::new(),
        }))
    }

    /// How long phones show what they hold without having reached the server, in hours.
    pub fn lease_hours(&self) -> u32 {
        self.0.lease_hours.get().copied().unwrap_or(LEASE_HOURS)
    }

    /// What passwords are hashed with.
    pub fn passwords(&self) -> &Passwords {
        self.0.work_of_passwords.get_or_init(Passwords::default)
    }
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
