//! One time for each record, everywhere; and the right one, where the server could know it. And none is said to have
//! been known before it can have come in.

use crate::breach::Breach;
use crate::model::Checker;
use std::collections::{BTreeMap, BTreeSet};

/// What comes in within this after it was recorded may count as known from then on.
const AT_ONCE_MS: i64 = 60_000;

impl Checker {
    /// A record of this name was made at this moment of the true time.
    pub fn made(&mut self, name: &str, at_ms: i64) {
        self.made.entry(name.to_owned()).or_insert(at_ms);
    }

    /// The phone on which it was made has told the server how long ago that was, to within so many milliseconds.
    pub fn time_is_known(&mut self, name: &str, within_ms: i64) {
        self.known_within.entry(name.to_owned()).or_insert(within_ms);
    }

    /// A phone begins to send what it has, a record of this name among it.
    pub fn is_sent(&mut self, name: &str, at_ms: i64) {
        self.sent.entry(name.to_owned()).or_insert(at_ms);
    }

    /// When the server came to know of each record about a person, by name, as its records say it after all is over.
    pub fn known(&mut self, known: &BTreeMap<String, i64>) {
        let early: Vec<Breach> =
            known.iter().filter_map(|(name, at_ms)| self.too_early(name, *at_ms)).collect();
        early.into_iter().for_each(|breach| self.breach(breach));
    }

    /// What comes in within a minute counts as known when it was recorded, which is known to within some time.
    fn too_early(&self, name: &str, at_ms: i64) -> Option<Breach> {
        let (sent, within_ms) = (self.sent.get(name)?, self.known_within.get(name)?);
        let early_ms = sent.saturating_sub(at_ms);
        let is_early = early_ms > AT_ONCE_MS + within_ms && !self.is_of_set_back(name);
        is_early.then(|| Breach::KnownTooEarly { record: name.to_owned(), early_ms })
    }

    /// When each record about a person was recorded, by name, as each holder shows it after all is over.
    pub fn times(&mut self, shown: &BTreeMap<String, BTreeMap<String, i64>>) {
        let mut said: BTreeMap<&str, (&str, i64)> = BTreeMap::new();
        let mut differ = Vec::new();
        for (holder, times) in shown {
            for (name, at_ms) in times {
                let (first, known_ms) = *said.entry(name).or_insert((holder, *at_ms));
                if known_ms != *at_ms {
                    let holders = [first.to_owned(), holder.clone()];
                    differ.push(Breach::TimesDiffer { record: name.clone(), holders });
                }
            }
        }
        let wrong: Vec<Breach> =
            said.iter().filter_map(|(name, (_, at_ms))| self.wrong(name, *at_ms)).collect();
        differ.into_iter().chain(wrong).for_each(|breach| self.breach(breach));
    }

    /// The screen of a person's last weeks, from `since_ms` on, after all is over: all that the device holds and that was
    /// recorded then is on it, whatever a clock said.
    pub fn screen(
        &mut self,
        device: &str,
        since_ms: i64,
        held: &BTreeMap<String, i64>,
        shown: &BTreeSet<String>,
    ) {
        let recent = held.iter().filter(|(_, at_ms)| **at_ms >= since_ms).map(|(name, _)| name);
        let lacking: Vec<String> = recent.filter(|name| !shown.contains(*name)).cloned().collect();
        for record in lacking {
            self.breach(Breach::NotOnScreen { device: device.to_owned(), record });
        }
    }

    /// A device whose disk was set back or copied may send under another start what it had made under this one.
    fn wrong(&self, name: &str, at_ms: i64) -> Option<Breach> {
        let (made, within_ms) = (self.made.get(name)?, self.known_within.get(name)?);
        let off_ms = at_ms - made;
        let is_wrong = off_ms.abs() > *within_ms && !self.is_of_set_back(name);
        is_wrong.then(|| Breach::TimeWrong { record: name.to_owned(), off_ms })
    }

    fn is_of_set_back(&self, name: &str) -> bool {
        self.set_back.iter().any(|author| name.contains(author.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten minutes and one record, shown so by the phone and by the server.
    fn shown(phone: i64, server: i64) -> Checker {
        let mut checker = Checker::new();
        checker.made("grace/phone/e1/1", 600_000);
        checker.time_is_known("grace/phone/e1/1", 61_000);
        let one = |at_ms| BTreeMap::from([("grace/phone/e1/1".to_owned(), at_ms)]);
        let shown = [("phone".to_owned(), one(phone)), ("server".to_owned(), one(server))];
        checker.times(&shown.into());
        checker
    }

    #[test]
    fn one_right_time_breaks_nothing() {
        assert_eq!(shown(600_000, 600_000).breaches(), []);
        assert_eq!(shown(661_000, 661_000).breaches(), []);
    }

    #[test]
    fn what_was_recorded_in_the_last_weeks_must_be_on_the_screen() {
        let mut checker = Checker::new();
        let held = [("old", 1), ("new", 2)].map(|(name, at_ms)| (name.to_owned(), at_ms)).into();
        checker.screen("phone", 2, &held, &["new".to_owned()].into());
        assert_eq!(checker.breaches(), []);
        checker.screen("phone", 2, &held, &["old".to_owned()].into());
        let (device, record) = ("phone".to_owned(), "new".to_owned());
        assert_eq!(checker.breaches(), [Breach::NotOnScreen { device, record }]);
    }

    /// A record that was made at ten minutes, first sent at twenty, and is said to have been known at `known`.
    fn known(known: i64, server_set_back: bool) -> Checker {
        let mut checker = Checker::new();
        checker.made("grace/phone/e1/1", 600_000);
        checker.is_sent("grace/phone/e1/1", 1_200_000);
        if server_set_back {
            checker.server_set_back(0);
        }
        checker.is_sent("grace/phone/e1/1", 1_300_000);
        checker.time_is_known("grace/phone/e1/1", 1_000);
        checker.known(&BTreeMap::from([("grace/phone/e1/1".to_owned(), known)]));
        checker
    }

    #[test]
    fn what_is_known_before_it_was_sent_is_noticed_unless_it_came_within_a_minute() {
        assert_eq!(known(1_139_000, false).breaches(), []);
        assert!(matches!(
            known(1_138_999, false).breaches(),
            [Breach::KnownTooEarly { early_ms: 61_001, .. }]
        ));
        assert_eq!(
            known(600_000, true).breaches(),
            [],
            "that it had come in may be lost with the server's disk"
        );
    }

    #[test]
    fn two_times_of_one_record_are_noticed() {
        assert!(matches!(shown(600_000, 600_001).breaches(), [Breach::TimesDiffer { .. }]));
    }

    #[test]
    fn a_wrong_time_is_noticed_where_the_server_could_know_the_right_one() {
        assert!(matches!(shown(0, 0).breaches(), [Breach::TimeWrong { off_ms: -600_000, .. }]));
        let mut checker = Checker::new();
        checker.made("grace/phone/e1/1", 600_000);
        let one = BTreeMap::from([("grace/phone/e1/1".to_owned(), 0)]);
        checker.times(&BTreeMap::from([("phone".to_owned(), one)]));
        assert_eq!(checker.breaches(), []);
    }
}
