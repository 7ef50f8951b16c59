//! Concerns: each reaches its recipients, nobody else, and is on the phone that made it until then.

use crate::breach::Breach;
use crate::model::Checker;
use std::collections::BTreeSet;

impl Checker {
    /// Somebody receives concerns.
    pub fn receives_concerns(&mut self, staff: &str) {
        self.recipients.insert(staff.to_owned());
    }

    /// Somebody sets out to record a concern. No other says the same.
    pub fn concern_tried(&mut self, text: &str) {
        self.concerns_tried.insert(text.to_owned());
    }

    /// The screen says that it was not saved: it must not turn up.
    pub fn concern_refused(&mut self, text: &str) {
        self.concerns_tried.remove(text);
    }

    /// The screen says "saved".
    pub fn concern_saved(&mut self, device: &str, text: &str) {
        self.concerns_saved.entry(device.to_owned()).or_default().insert(text.to_owned());
    }

    /// The device is no longer enrolled: it gets its receipts at once, so that it can be wiped.
    pub fn concerns_end(&mut self, device: &str) {
        self.concerns_of_ended.extend(self.concerns_saved.get(device).into_iter().flatten().cloned());
    }

    /// The server's disk is an older copy: what only it held is gone, if its author had no reason to keep it. What was
    /// saved by then may be so, also where it is seen later that it waits no more.
    pub(crate) fn concerns_set_back(&mut self) {
        self.concerns_of_before.extend(self.concerns_saved.values().flatten().cloned());
        self.concerns_of_before.extend(self.concerns_promised.iter().cloned());
        self.leave_out_single();
    }

    /// What a device gave that is no longer enrolled, and nobody has read, was on the server alone.
    fn leave_out_single(&mut self) {
        let (single, read) = (&self.concerns_of_ended, &self.concerns_read);
        let before = &self.concerns_of_before;
        let is_lost = |text: &String| single.contains(text) && before.contains(text) && !read.contains(text);
        self.concerns_promised.retain(|text| !is_lost(text));
    }

    /// Everything that waits on a device. What was saved there and waits no more was promised to reach its recipients.
    /// How many have become so.
    pub fn concerns_wait(&mut self, device: &str, waiting: &BTreeSet<String>) -> usize {
        let saved = self.concerns_saved.entry(device.to_owned()).or_default();
        let gone: Vec<String> = saved.difference(waiting).cloned().collect();
        saved.retain(|text| waiting.contains(text));
        let count = gone.len();
        self.concerns_promised.extend(gone);
        // Their receipts may be of before the server was set back.
        self.leave_out_single();
        count
    }

    /// What the holder of a device reads as concerns: every text, or nothing for one that cannot be opened.
    pub fn concerns_shown(&mut self, device: &str, staff: &str, shown: &[Option<String>]) {
        let may_read = |text: &Option<String>| text.as_ref().is_some_and(|text| self.may_read(staff, text));
        if !self.recipients.contains(staff) && !shown.iter().all(may_read) {
            self.breach(Breach::ConcernOutOfScope { device: device.to_owned() });
        }
        let mut seen = BTreeSet::new();
        for text in shown {
            let known = text.as_ref().filter(|text| self.concerns_tried.contains(*text));
            match known {
                Some(text) if seen.insert(text) => {
                    self.concerns_read.insert(text.clone());
                }
                _ => self.breach(Breach::ConcernOfNobody { device: device.to_owned(), text: text.clone() }),
            }
        }
    }

    /// All that the server holds: what was promised, unless it was set back and nobody has brought it again. How many
    /// have come back since the last look.
    pub fn server_has_concerns(&mut self, held: &BTreeSet<String>) -> usize {
        let lost = self.concerns_on_server.difference(held).cloned();
        self.concerns_lost.extend(lost);
        let before = self.concerns_lost.len();
        self.concerns_lost.retain(|text| !held.contains(text));
        self.concerns_on_server.clone_from(held);
        let lacking: Vec<String> = self.concerns_promised.difference(held).cloned().collect();
        if !self.is_healing {
            let device = "the server".to_owned();
            lacking
                .into_iter()
                .for_each(|text| self.breach(Breach::ConcernLost { device: device.clone(), text }));
        }
        before - self.concerns_lost.len()
    }

    /// After all is over, what a recipient reads: all that was promised.
    pub fn concerns_complete(&mut self, device: &str, shown: &BTreeSet<String>) {
        let lacking: Vec<String> = self.concerns_promised.difference(shown).cloned().collect();
        for text in lacking {
            self.breach(Breach::ConcernLost { device: device.to_owned(), text });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> BTreeSet<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    /// Amina has saved two concerns, and one waits no more.
    fn one_forgotten() -> Checker {
        let mut checker = Checker::new();
        checker.receives_concerns("mary");
        for text in ["one", "two"] {
            checker.concern_tried(text);
            checker.concern_saved("phone", text);
        }
        assert_eq!(checker.concerns_wait("phone", &texts(&["two"])), 1);
        checker
    }

    fn shown(texts: &[&str]) -> Vec<Option<String>> {
        texts.iter().map(|text| Some((*text).to_owned())).collect()
    }

    #[test]
    fn what_waits_no_more_must_be_with_its_recipient() {
        let mut checker = one_forgotten();
        checker.concerns_shown("tablet", "mary", &shown(&["one"]));
        checker.concerns_complete("tablet", &texts(&["one"]));
        assert_eq!(checker.breaches(), []);
        checker.concerns_complete("tablet", &texts(&["two"]));
        let lost = Breach::ConcernLost { device: "tablet".to_owned(), text: "one".to_owned() };
        assert_eq!(checker.breaches(), [lost]);
    }

    #[test]
    fn a_server_that_was_set_back_has_to_get_again_what_waits_nowhere() {
        let mut checker = one_forgotten();
        assert_eq!(checker.server_has_concerns(&texts(&["one", "two"])), 0);
        checker.server_set_back(0);
        assert_eq!(checker.server_has_concerns(&texts(&[])), 0);
        assert_eq!(checker.breaches(), []);
        assert_eq!(checker.server_has_concerns(&texts(&["one"])), 1);
        checker.server_healed(0);
        assert_eq!(checker.server_has_concerns(&texts(&["one"])), 0);
        assert_eq!(checker.breaches(), [], "what waits on a phone may be lacking");
        checker.server_has_concerns(&texts(&["two"]));
        let lost = Breach::ConcernLost { device: "the server".to_owned(), text: "one".to_owned() };
        assert_eq!(checker.breaches(), [lost]);
    }

    #[test]
    fn what_a_device_that_is_no_longer_enrolled_gave_may_be_lost_with_the_server_until_somebody_has_read_it()
    {
        let lost = |is_read: bool| {
            let mut checker = Checker::new();
            checker.receives_concerns("mary");
            checker.concern_tried("one");
            checker.concern_saved("phone", "one");
            checker.concerns_end("phone");
            checker.concerns_wait("phone", &texts(&[]));
            if is_read {
                checker.concerns_shown("tablet", "mary", &shown(&["one"]));
            }
            checker.server_set_back(0);
            checker.server_healed(0);
            checker.server_has_concerns(&texts(&[]));
            checker.breaches().len()
        };
        assert_eq!((lost(false), lost(true)), (0, 1));
    }

    #[test]
    fn that_its_author_had_given_it_may_be_seen_after_the_server_is_healed() {
        let lost = |is_of_before: bool| {
            let mut checker = Checker::new();
            checker.receives_concerns("mary");
            checker.concern_tried("one");
            if is_of_before {
                checker.concern_saved("phone", "one");
            }
            checker.server_set_back(0);
            checker.server_healed(0);
            checker.concern_saved("phone", "one");
            checker.concerns_end("phone");
            checker.concerns_wait("phone", &texts(&[]));
            checker.server_has_concerns(&texts(&[]));
            checker.breaches().len()
        };
        assert_eq!((lost(true), lost(false)), (0, 1));
    }

    #[test]
    fn nobody_else_reads_one_and_none_is_read_that_nobody_wrote() {
        let mut checker = one_forgotten();
        checker.concerns_shown("phone", "amina", &shown(&["one"]));
        assert!(matches!(checker.breaches(), [Breach::ConcernOutOfScope { .. }]));
        for wrong in [shown(&["three"]), vec![None], shown(&["one", "one"])] {
            let mut checker = one_forgotten();
            checker.concerns_shown("tablet", "mary", &wrong);
            assert!(matches!(checker.breaches(), [Breach::ConcernOfNobody { .. }]), "{wrong:?}");
        }
    }
}
