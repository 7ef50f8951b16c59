//! A phone in a run: the real replica on a disk of its own.

use crate::dice::SeededRandom;
use crate::faults::Class;
use crate::place::{KeptKey, LivingKey, Place};
use alongside_domain::journal::Kind;
use alongside_domain::time::Moment;
use alongside_faultfs::{Counts, Disk, Image, Mount};
use alongside_replica::clock::ManualClock;
use alongside_replica::exchange::Exchange;
use alongside_replica::{EnrolTicket, OpenConfig, Replica, StoreError};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// A sync under way.
pub struct Syncing {
    /// The replica's part.
    pub exchange: Exchange,
    /// The request that an answer is awaited for; nothing between requests.
    pub awaits: Option<u64>,
}

/// What a phone kept when it was copied.
pub struct Kept {
    /// Its disk.
    pub image: Image,
    /// The keys that open it.
    keys: KeptKey,
    /// A bit of it had changed.
    pub flipped: bool,
}

/// A phone.
pub struct Phone {
    /// How the trace calls it.
    pub name: String,
    /// Its holder's place among the staff.
    pub staff: usize,
    /// Its disk.
    pub disk: Disk,
    /// The app's view of it.
    pub mount: Arc<Mount>,
    /// Its clocks.
    pub clock: Arc<ManualClock>,
    /// The app, while it runs.
    pub replica: Option<Replica>,
    /// Its sync, while one is under way.
    pub sync: Option<Syncing>,
    /// The device's name; empty before it has joined.
    pub device: String,
    /// The app ended while records waited, and has not synced since.
    pub stopped_waiting: bool,
    /// Which fault lies in wait for it.
    pub armed: Option<Class>,
    /// Which fault its clock has.
    pub clock_fault: Option<Class>,
    /// The kinds of records that its version of the app does not know.
    pub lacks: Vec<Kind>,
    /// The records, by the checker's name, that it has shown and its version cannot read.
    pub kept_unread: BTreeSet<String>,
    /// A bit of its database has changed: it may be unreadable from now on.
    pub flipped: bool,
    /// When its sync began, or its last one.
    pub sync_began: Moment,
    /// How long a request of its was under way at most, from the beginning of its sync on.
    pub longest_sync_ms: i64,
    /// What was saved since its last whole sync, by the checker's name, each with the boot.
    pub unsynced: Vec<(String, u64)>,
    /// How many of these were there when its sync began.
    pub in_sync: usize,
    /// The edits, by the checker's name, that it has listed without a fate while it might not show the person any more.
    pub awaits_fates: BTreeSet<String>,
    /// Its enrolment has ended, at the server.
    pub ended: bool,
    /// What it held was destroyed by order.
    pub wiped: bool,
    /// A copy of what it keeps.
    pub copy: Option<Kept>,
    /// What its disk had done when it was last looked at.
    pub seen: Counts,
    /// Where the app finds its database.
    pub folder: PathBuf,
    /// Its keystore.
    pub keystore: Arc<KeptKey>,
    random: SeededRandom,
}

impl Phone {
    /// A new phone, whose app has not been started.
    pub fn new(place: &Place, name: &str, staff: usize, random: SeededRandom, now: Moment) -> Phone {
        let (folder, disk) = (place.folder(name), Disk::new());
        Phone {
            name: name.to_owned(),
            staff,
            mount: disk.mount(&folder.to_string_lossy()),
            disk,
            clock: Arc::new(ManualClock::started(now, first_boot(name))),
            replica: None,
            sync: None,
            device: String::new(),
            stopped_waiting: false,
            armed: None,
            clock_fault: None,
            lacks: Vec::new(),
            kept_unread: BTreeSet::new(),
            flipped: false,
            sync_began: now,
            longest_sync_ms: 0,
            unsynced: Vec::new(),
            in_sync: 0,
            awaits_fates: BTreeSet::new(),
            ended: false,
            wiped: false,
            copy: None,
            seen: Counts::default(),
            folder,
            keystore: Arc::default(),
            random,
        }
    }

    /// A second phone that begins as a copy of this one: its disk as it was copied, and the key of then.
    pub fn cloned(&self, place: &Place, name: &str, copy: &Kept, random: SeededRandom, now: Moment) -> Phone {
        let phone = Phone::new(place, name, self.staff, random, now);
        phone.disk.put_back(&copy.image);
        Phone {
            keystore: Arc::new(copy.keys.copied()),
            device: self.device.clone(),
            ended: self.ended,
            lacks: self.lacks.clone(),
            flipped: copy.flipped,
            ..phone
        }
    }

    /// Starts the app.
    pub fn start(&mut self) -> Result<(), StoreError> {
        self.mount.start_process();
        self.replica = Some(self.open()?);
        Ok(())
    }

    /// What the app does when it starts.
    pub fn open(&self) -> Result<Replica, StoreError> {
        let (keys, mount) = (Arc::clone(&self.keystore), Arc::clone(&self.mount));
        let config = OpenConfig {
            folder: self.folder.clone(),
            keystore: Arc::new(LivingKey { keys, mount }),
            clock: Arc::clone(&self.clock) as _,
            random: Arc::new(self.random.clone()),
        };
        Replica::open_as_before(config, &self.lacks)
    }

    /// A copy of all that it keeps.
    pub fn copied(&self) -> Kept {
        Kept { image: self.disk.copy(), keys: self.keystore.copied(), flipped: self.flipped }
    }

    /// Puts such a copy in place of what it keeps.
    pub fn put_back(&mut self, copy: &Kept) {
        self.disk.put_back(&copy.image);
        self.keystore = Arc::new(copy.keys.copied());
    }

    /// The app ends at once, in whatever it did.
    pub fn kill(&mut self) {
        self.mount.kill();
        self.armed = None;
        self.sync = None;
        self.replica = None;
    }

    /// Begins a sync, if none is under way.
    pub fn begin_sync(&mut self) -> bool {
        let exchange = self.replica.as_ref().and_then(Replica::begin_exchange);
        let began = exchange.is_some();
        if let Some(exchange) = exchange {
            self.sync = Some(Syncing { exchange, awaits: None });
        }
        began
    }

    /// Joins an organisation whose server is reached by `ask`.
    pub fn enrol(&mut self, ticket: &EnrolTicket, ask: impl FnOnce(Vec<u8>) -> Vec<u8>) {
        let replica = self.replica.as_ref().expect("a phone joins with its app open");
        let enrolment = replica.begin_enrolment(ticket).expect("nothing else is under way");
        let answer = ask(enrolment.request());
        let me = replica.finish_enrolment(enrolment, Ok(answer)).expect("a new phone with a good code joins");
        self.device = me.device.to_string();
    }
}

/// No boot of one phone has the name of one of another.
fn first_boot(name: &str) -> u64 {
    name.bytes().fold(0, |sum, byte| (sum << 8) | u64::from(byte)) << 16
}
