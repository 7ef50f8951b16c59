//! Records that are changed on their author's device after they were sealed: each is lost alone, and said to be.

use crate::breach::Breach;
use crate::model::{Checker, Record};
use std::collections::BTreeSet;

impl Checker {
    /// A record of this name that waits on a device was changed after it was sealed. It need not arrive; all others must,
    /// though its page may come behind others.
    pub fn record_changed(&mut self, author: &str, name: &str) {
        self.page_changed(author);
        self.changed.insert(name.to_owned());
        self.acknowledged.retain(|record| record.name() != name);
    }

    pub(crate) fn is_changed(&self, record: &Record) -> bool {
        self.changed.contains(&record.name())
    }

    /// The names of all records that the server keeps as damaged.
    pub fn server_keeps_damaged(&mut self, names: BTreeSet<String>) {
        let without_cause: Vec<String> =
            names.iter().filter(|name| !self.changed.contains(*name)).cloned().collect();
        without_cause.into_iter().for_each(|name| self.breach(Breach::DamagedWithoutCause(name)));
        self.kept_damaged = names;
    }

    /// After all is over: of each record that was changed the server holds what was saved, or says that it came damaged. A
    /// device whose disk was an older copy or damaged may have nothing of it.
    pub fn damage_is_known(&mut self) {
        let here: BTreeSet<String> =
            self.server.values().flatten().chain(&self.apart_now).map(Record::name).collect();
        let is_excused = |name: &String| {
            let record = self.named.get(name).and_then(|records| records.first());
            record.is_none_or(|record| {
                self.set_back.contains(&record.author)
                    || self.damaged.contains(&record.author)
                    || self.wipe_ordered.contains(&record.author)
                    || self.is_erased(record)
                    || self.ended.contains(name)
            })
        };
        let unknown =
            self.changed.iter().filter(|name| !here.contains(*name) && !self.kept_damaged.contains(*name));
        let unknown: Vec<String> = unknown.filter(|name| !is_excused(name)).cloned().collect();
        unknown.into_iter().for_each(|name| self.breach(Breach::DamageNotKept(name)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Tried;

    fn record(number: u64, content: &str) -> Record {
        let (person, author, stream) = ("grace".into(), "phone".into(), "e1".into());
        Record { person, author, stream, number, content: content.into() }
    }

    /// A phone has saved three, and the second is changed.
    fn one_of_three_changed() -> Checker {
        let mut checker = Checker::new();
        for (number, content) in [(1, "one"), (2, "two"), (3, "three")] {
            checker.tried("phone", "amina", "grace", content, Tried::Note);
            checker.saved("phone", record(number, content));
        }
        checker.record_changed("phone", &record(2, "two").name());
        checker
    }

    #[test]
    fn the_changed_record_alone_may_be_missing_and_must_be_said_to_be_damaged() {
        let mut checker = one_of_three_changed();
        let shown = vec![(record(1, "one"), true), (record(2, "twx"), true), (record(3, "three"), true)];
        checker.device_holds("phone", "grace", shown);
        checker.server_keeps_damaged(BTreeSet::from([record(2, "two").name()]));
        checker.server_holds("grace", vec![record(1, "one"), record(3, "three")], 0);
        checker.damage_is_known();
        assert_eq!(checker.breaches(), []);
        checker.server_keeps_damaged(BTreeSet::new());
        checker.damage_is_known();
        assert_eq!(checker.breaches(), [Breach::DamageNotKept(record(2, "two").name())]);
    }

    #[test]
    fn what_the_changed_record_became_is_on_no_server() {
        let mut checker = one_of_three_changed();
        checker.server_holds("grace", vec![record(1, "one"), record(2, "twx")], 0);
        assert!(checker.breaches().contains(&Breach::Phantom(record(2, "twx"))));
    }

    #[test]
    fn a_record_that_is_lost_with_it_is_noticed() {
        let mut checker = one_of_three_changed();
        checker.device_holds("phone", "grace", vec![(record(1, "one"), true), (record(3, "three"), true)]);
        checker.server_holds("grace", vec![record(1, "one")], 0);
        assert_eq!(checker.breaches(), [Breach::Lost(record(3, "three"))]);
    }

    #[test]
    fn nothing_is_damaged_that_nothing_changed() {
        let mut checker = one_of_three_changed();
        checker.server_keeps_damaged(BTreeSet::from([record(1, "one").name()]));
        assert_eq!(checker.breaches(), [Breach::DamagedWithoutCause(record(1, "one").name())]);
    }
}
