//! The key of a phone's database changes while the power fails.

use super::{at_each_change, at_work};
use crate::place::{KeptKey, LivingKey, Place};
use alongside_domain::ids::PersonId;
use alongside_faultfs::{Image, Mount};
use alongside_replica::clock::ManualClock;
use alongside_replica::keystore::{DatabaseKey, KeyName, Keystore, KeystoreError};
use alongside_replica::random::OsRandom;
use alongside_replica::{OpenConfig, Replica, StoreError};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Stands in what people write.
const WORD: &str = "word ";

/// A phone with records, whose app is closed.
struct Closed {
    mount: Arc<Mount>,
    folder: PathBuf,
    clock: Arc<ManualClock>,
    people: Vec<PersonId>,
    image: Image,
    /// The keys that it had when its disk was as in `image`.
    keys: Arc<KeptKey>,
}

impl Closed {
    /// Does `test` with the phone of a carer.
    fn with(test: impl FnOnce(&Closed)) {
        let place = Place::new().expect("a folder");
        let mut world = at_work(&place, 3, &[]);
        let phone = &mut world.phones[2];
        phone.kill();
        // As the app left it: a start would move the log into the database.
        let image = phone.disk.copy();
        phone.start().expect("it opens");
        let replica = phone.replica.clone().expect("it runs");
        assert!(replica.sync_state().expect("it reads").waiting > 0, "records wait");
        drop(replica);
        phone.kill();
        let keys = Arc::new(phone.keystore.copied());
        let (mount, folder) = (Arc::clone(&phone.mount), phone.folder.clone());
        test(&Closed {
            mount,
            folder,
            clock: Arc::clone(&phone.clock),
            people: world.people.clone(),
            image,
            keys,
        });
    }

    fn open(&self, keystore: Arc<dyn Keystore>) -> Result<Replica, StoreError> {
        let (folder, clock) = (self.folder.clone(), Arc::clone(&self.clock));
        Replica::open(OpenConfig { folder, keystore, clock, random: Arc::new(OsRandom) })
    }

    /// All that its screens show.
    fn shown(&self, replica: &Replica) -> String {
        replica.check_file().expect("each page is whole");
        let of = |person: &PersonId| format!("{:?}", replica.history(*person));
        let state = replica.sync_state().expect("it reads");
        format!(
            "{:?} {} {:?}",
            self.people.iter().map(of).collect::<Vec<_>>(),
            state.waiting,
            replica.own_edits()
        )
    }

    /// The app starts, all is there, and one key is left, which alone opens it. Whether it is another one.
    fn judge(&self, when: &str, keystore: &Arc<KeptKey>, before: &str) -> bool {
        let replica = self.open(Arc::clone(keystore) as _).unwrap_or_else(|error| panic!("{when}: {error}"));
        assert_eq!(self.shown(&replica), before, "{when}");
        let names = [KeyName::Current, KeyName::Next].map(|name| keystore.load(name).expect("it answers"));
        assert!(names[0].is_some() && names[1].is_none(), "{when}");
        let old = self.keys.load(KeyName::Current).expect("it answers");
        let is_changed = names[0] != old;
        drop(replica);
        let files = self.mount.disk().files();
        let can_be_read = |name: &str| {
            let bytes = self.mount.disk().read(name).unwrap_or_default();
            bytes.windows(WORD.len()).any(|found| found == WORD.as_bytes())
        };
        assert!(!files.iter().any(|(name, _)| can_be_read(name)), "{when}: something can be read");
        if is_changed {
            let refused = self.open(Arc::new(self.keys.copied())).err();
            assert!(matches!(refused, Some(StoreError::WrongKey)), "{when}: {refused:?}");
        }
        is_changed
    }

    fn before(&self) -> String {
        self.mount.start_process();
        let replica = self.open(Arc::new(self.keys.copied())).expect("it opens");
        let shown = self.shown(&replica);
        assert!(shown.contains(WORD), "it shows something");
        shown
    }
}

#[test]
fn wherever_the_power_fails_while_the_key_changes_all_is_there_under_the_one_key_or_the_other() {
    Closed::with(|phone| {
        let before = phone.before();
        let keystore = Mutex::new(Arc::new(phone.keys.copied()));
        let change = || {
            let keys = Arc::new(phone.keys.copied());
            *keystore.lock().expect("nobody else") = Arc::clone(&keys);
            let living = LivingKey { keys, mount: Arc::clone(&phone.mount) };
            drop(phone.open(Arc::new(living)).and_then(|replica| replica.change_key()));
        };
        let (mut old, mut new) = (0, 0);
        let changes = at_each_change(&phone.mount, &phone.image, change, |when| {
            match phone.judge(when, &keystore.lock().expect("nobody else"), &before) {
                true => new += 1,
                false => old += 1,
            }
        });
        assert!(
            changes > 40 && old > 20 && new > 20,
            "{changes} changes, {old} times the old key, {new} the new"
        );
    });
}

#[test]
fn a_file_into_which_the_log_went_in_part_is_not_taken_for_damaged() {
    Closed::with(|phone| {
        let before = phone.before();
        let close = || drop(phone.open(Arc::new(phone.keys.copied())));
        let changes = at_each_change(&phone.mount, &phone.image, close, |when| {
            assert!(!phone.judge(when, &Arc::new(phone.keys.copied()), &before), "{when}");
        });
        // How many depends on how much of the log was there when the phone was ended.
        assert!(changes > 5, "{changes} changes");
    });
}

/// A keystore whose phone dies at one of its calls: before it did anything, or after it did all.
struct Dying {
    living: LivingKey,
    calls_left: AtomicU64,
    dies_after: bool,
}

impl Dying {
    fn ask<T>(&self, ask: impl FnOnce(&LivingKey) -> Result<T, KeystoreError>) -> Result<T, KeystoreError> {
        let dies = self.calls_left.fetch_sub(1, Ordering::SeqCst) == 0;
        if !dies {
            return ask(&self.living);
        }
        if self.dies_after {
            ask(&self.living)?;
        }
        self.living.mount.kill();
        Err(KeystoreError::Unavailable)
    }
}

impl Keystore for Dying {
    fn load(&self, name: KeyName) -> Result<Option<DatabaseKey>, KeystoreError> {
        self.ask(|keys| keys.load(name))
    }

    fn store(&self, name: KeyName, key: &DatabaseKey) -> Result<(), KeystoreError> {
        self.ask(|keys| keys.store(name, key))
    }

    fn destroy(&self, name: KeyName) -> Result<(), KeystoreError> {
        self.ask(|keys| keys.destroy(name))
    }
}

#[test]
fn wherever_the_phone_dies_at_a_call_of_its_keystore_all_is_there() {
    Closed::with(|phone| {
        let before = phone.before();
        for (died, (call, dies_after)) in (0..).flat_map(|call| [(call, false), (call, true)]).enumerate() {
            phone.mount.disk().put_back(&phone.image);
            phone.mount.start_process();
            let (keys, mount) = (Arc::new(phone.keys.copied()), Arc::clone(&phone.mount));
            let calls_left = AtomicU64::new(call);
            let living = LivingKey { keys: Arc::clone(&keys), mount };
            let dying = Dying { living, calls_left, dies_after };
            drop(phone.open(Arc::new(dying)).and_then(|replica| replica.change_key()));
            let has_ended = !phone.mount.is_dead();
            phone.mount.disk().lose_power(&mut crate::dice::Dice::new(call));
            phone.mount.start_process();
            let is_changed = phone.judge(&format!("call {call}, {dies_after}"), &keys, &before);
            if has_ended {
                assert!(is_changed && died > 10, "{died}");
                return;
            }
        }
    });
}
