//! What is done about concerns: each act that was said to be recorded is there for those who take part, and nobody reads
//! one who was not given it, or from whom access had been taken back by then.

use crate::breach::Breach;
use crate::model::Checker;
use std::collections::{BTreeMap, BTreeSet};

/// What the model knows of acts. Each says something that no other says.
#[derive(Debug, Default)]
pub(crate) struct Cases {
    /// What somebody set out to record, with the concern that it is about.
    tried: BTreeMap<String, String>,
    /// What the screen said was recorded.
    kept: BTreeSet<String>,
    /// What each recipient's device has shown, as long as its disk is what it was.
    read: BTreeMap<String, BTreeSet<String>>,
    /// To whom access to a concern was ever given.
    given: BTreeSet<(String, String)>,
    /// To whom it may be open now.
    open: BTreeSet<(String, String)>,
    /// Concerns and acts that somebody who is no recipient may have been given.
    may_read: BTreeMap<String, BTreeSet<String>>,
}

impl Cases {
    fn about<'c>(&'c self, concern: &'c str) -> impl Iterator<Item = &'c String> {
        self.tried.iter().filter(move |(_, about)| *about == concern).map(|(act, _)| act)
    }

    fn let_read(&mut self, staff: &str, concern: &str) {
        let acts: BTreeSet<String> = self.about(concern).cloned().collect();
        let may_read = self.may_read.entry(staff.to_owned()).or_default();
        may_read.extend(acts);
        may_read.insert(concern.to_owned());
    }

    /// What no device has that is whole goes with the server's disk.
    fn leave_out_unread(&mut self) {
        let read: BTreeSet<&String> = self.read.values().flatten().collect();
        self.kept.retain(|act| read.contains(act));
    }
}

impl Checker {
    /// Somebody sets out to record an act about a concern.
    pub fn act_tried(&mut self, concern: &str, act: &str) {
        self.cases.tried.insert(act.to_owned(), concern.to_owned());
        let open: Vec<String> =
            self.cases.open.iter().filter(|(of, _)| of == concern).map(|(_, staff)| staff.clone()).collect();
        open.iter().for_each(|staff| self.cases.let_read(staff, concern));
    }

    /// The screen says that it is recorded.
    pub fn act_kept(&mut self, act: &str) {
        self.cases.kept.insert(act.to_owned());
    }

    /// Somebody may be given access to a concern and all that was done about it.
    pub fn access_given(&mut self, concern: &str, staff: &str) {
        let access = (concern.to_owned(), staff.to_owned());
        self.cases.given.insert(access.clone());
        self.cases.open.insert(access);
        self.cases.let_read(staff, concern);
    }

    /// The screen says that it was taken back.
    pub fn access_taken(&mut self, concern: &str, staff: &str) {
        self.cases.open.remove(&(concern.to_owned(), staff.to_owned()));
    }

    /// Whether somebody may have access to a concern now.
    pub fn may_have_access(&self, concern: &str, staff: &str) -> bool {
        self.cases.open.contains(&(concern.to_owned(), staff.to_owned()))
    }

    /// Whether somebody who is no recipient may have been given a concern.
    pub(crate) fn may_read(&self, staff: &str, words: &str) -> bool {
        self.cases.may_read.get(staff).is_some_and(|known| known.contains(words))
    }

    /// All acts that the holder of a device reads.
    pub fn acts_shown(&mut self, device: &str, staff: &str, shown: &BTreeSet<String>) {
        let is_recipient = self.recipients.contains(staff);
        for act in shown {
            if !self.cases.tried.contains_key(act) {
                self.breach(Breach::ConcernOfNobody { device: device.to_owned(), text: Some(act.clone()) });
            }
            if !is_recipient && !self.may_read(staff, act) {
                self.breach(Breach::ConcernOutOfScope { device: device.to_owned() });
            }
        }
        if is_recipient {
            self.cases.read.entry(device.to_owned()).or_default().extend(shown.iter().cloned());
        }
    }

    /// After all is over, what a recipient reads of what was done: all that was kept.
    pub fn acts_complete(&mut self, device: &str, shown: &BTreeSet<String>) {
        let lacking: Vec<String> = self.cases.kept.difference(shown).cloned().collect();
        for text in lacking {
            self.breach(Breach::ConcernLost { device: device.to_owned(), text });
        }
    }

    /// After all is over: a concern that a recipient's phone takes for acknowledged waits for it elsewhere.
    pub fn concern_waits_again(&mut self, concern: &str) {
        self.breach(Breach::ConcernLost {
            device: "the manager's desk".to_owned(),
            text: format!("that {concern} was acknowledged"),
        });
    }

    /// A device does not bring back what it has read: its disk is another, or it is no longer enrolled.
    pub fn acts_of_device_in_doubt(&mut self, device: &str) {
        self.cases.read.remove(device);
        if self.is_healing {
            self.cases.leave_out_unread();
        }
    }

    /// The server's disk is an older copy. What it knew of access may be lost with it, until somebody at a desk opens the
    /// case.
    pub(crate) fn cases_set_back(&mut self) {
        self.cases.leave_out_unread();
        for (concern, staff) in self.cases.given.clone() {
            self.cases.open.insert((concern.clone(), staff.clone()));
            self.cases.let_read(&staff, &concern);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acts(acts: &[&str]) -> BTreeSet<String> {
        acts.iter().map(|act| (*act).to_owned()).collect()
    }

    /// Mary has recorded one act.
    fn one_kept() -> Checker {
        let mut checker = Checker::new();
        checker.receives_concerns("mary");
        checker.act_tried("a bruise", "rang");
        checker.act_kept("rang");
        checker
    }

    #[test]
    fn an_act_that_was_kept_is_there_in_the_end() {
        let mut checker = one_kept();
        checker.acts_complete("desk", &acts(&["rang"]));
        assert_eq!(checker.breaches(), []);
        checker.acts_complete("desk", &acts(&[]));
        assert!(matches!(checker.breaches(), [Breach::ConcernLost { .. }]));
    }

    #[test]
    fn what_a_recipients_device_has_read_comes_back_to_a_server_that_was_set_back_and_else_it_may_be_lost() {
        let lost = |is_read: bool, is_in_doubt: bool| {
            let mut checker = one_kept();
            if is_read {
                checker.acts_shown("tablet", "mary", &acts(&["rang"]));
            }
            if is_in_doubt {
                checker.acts_of_device_in_doubt("tablet");
            }
            checker.server_set_back(0);
            checker.acts_complete("desk", &acts(&[]));
            checker.breaches().len()
        };
        assert_eq!((lost(true, false), lost(true, true), lost(false, false)), (1, 0, 0));
    }

    #[test]
    fn only_whoever_was_given_access_reads_what_was_recorded_until_it_was_taken_back() {
        let mut checker = one_kept();
        checker.access_given("a bruise", "imran");
        checker.act_tried("a bruise", "met");
        checker.acts_shown("phone", "imran", &acts(&["rang", "met"]));
        assert_eq!(checker.breaches(), []);
        checker.access_taken("a bruise", "imran");
        assert!(!checker.may_have_access("a bruise", "imran"));
        checker.act_tried("a bruise", "wrote");
        checker.acts_shown("phone", "imran", &acts(&["rang", "wrote"]));
        assert!(matches!(checker.breaches(), [Breach::ConcernOutOfScope { .. }]));
    }

    #[test]
    fn nobody_else_reads_an_act_and_none_is_read_that_nobody_recorded() {
        let mut checker = one_kept();
        checker.acts_shown("phone", "amina", &acts(&["rang"]));
        assert!(matches!(checker.breaches(), [Breach::ConcernOutOfScope { .. }]));
        let mut checker = one_kept();
        checker.acts_shown("tablet", "mary", &acts(&["sang"]));
        assert!(matches!(checker.breaches(), [Breach::ConcernOfNobody { .. }]));
    }
}
