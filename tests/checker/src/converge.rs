//! After the faults have ended and everybody has synced three times: all who may see the same hold the same.

use crate::breach::Breach;
use crate::model::Checker;
use std::collections::{BTreeMap, BTreeSet};

impl Checker {
    /// How the last sync of a device ended, and how many of its records the server has not receipted.
    pub fn synced(&mut self, device: &str, failed: Option<&str>, waiting: u64) {
        if let Some(why) = failed {
            self.breach(Breach::CannotSync { device: device.to_owned(), why: why.to_owned() });
        }
        if waiting > 0 {
            self.breach(Breach::StillWaiting { device: device.to_owned(), records: waiting });
        }
    }

    /// The people whom a device shows, after its last sync.
    pub fn device_shows(&mut self, device: &str, staff: &str, people: &[String]) {
        for person in people {
            if !self.is_on_team(person, staff) {
                let (device, person) = (device.to_owned(), person.clone());
                self.breach(Breach::OutOfScope { device, person });
            }
        }
    }

    /// What a device holds about a person must be all that the server does, by name and content.
    pub fn device_is_complete(&mut self, device: &str, person: &str, held: &BTreeSet<(String, String)>) {
        let server = self.server.get(person).cloned().unwrap_or_default();
        for record in server {
            // It may have come whole after others had taken its digest.
            let is_held = held.contains(&(record.name(), record.content.clone()));
            if !is_held && !self.is_changed(&record) {
                self.breach(Breach::Lacks { device: device.to_owned(), record });
            }
        }
    }

    /// What each holder of all records shows about a person: all must be equal.
    pub fn views(&mut self, person: &str, shown: &BTreeMap<String, String>) {
        let mut shown = shown.iter();
        let Some(first) = shown.next() else { return };
        for other in shown {
            if other.1 != first.1 {
                let pair = |(who, what): (&String, &String)| (who.clone(), what.clone());
                self.breach(Breach::ViewsDiffer {
                    person: person.to_owned(),
                    first: pair(first),
                    second: pair(other),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Record;

    #[test]
    fn a_device_that_lacks_a_record_or_still_waits_is_noticed() {
        let mut checker = Checker::new();
        let (person, author, stream) = ("grace".to_owned(), "store".to_owned(), "e1".to_owned());
        let record = Record { person, author, stream, number: 1, content: "a".to_owned() };
        checker.server_holds("grace", vec![record.clone()], 0);
        let all = BTreeSet::from([(record.name(), "a".to_owned())]);
        checker.device_is_complete("phone", "grace", &all);
        checker.synced("phone", None, 0);
        assert_eq!(checker.breaches(), []);
        checker.device_is_complete("phone", "grace", &BTreeSet::new());
        checker.synced("phone", Some("no answer"), 2);
        assert!(matches!(
            checker.breaches(),
            [Breach::Lacks { .. }, Breach::CannotSync { .. }, Breach::StillWaiting { .. }]
        ));
    }

    #[test]
    fn a_person_who_may_not_be_seen_is_noticed() {
        let mut checker = Checker::new();
        checker.team("grace", "amina", true);
        checker.device_shows("phone", "amina", &["grace".to_owned()]);
        assert_eq!(checker.breaches(), []);
        checker.team("grace", "amina", false);
        checker.device_shows("phone", "amina", &["grace".to_owned()]);
        assert!(matches!(checker.breaches(), [Breach::OutOfScope { .. }]));
    }

    #[test]
    fn two_views_of_the_same_records_must_be_equal() {
        let mut checker = Checker::new();
        let view = |who: &str, what: &str| (who.to_owned(), what.to_owned());
        checker.views("grace", &BTreeMap::from([view("a", "x"), view("b", "x")]));
        assert_eq!(checker.breaches(), []);
        checker.views("grace", &BTreeMap::from([view("a", "x"), view("b", "y")]));
        assert!(matches!(checker.breaches(), [Breach::ViewsDiffer { .. }]));
    }
}
