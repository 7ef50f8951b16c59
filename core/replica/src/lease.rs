//! The lease: how long the phone shows what it holds without having reached the server. Recording always goes on.
//!
//! Time is the highest that this phone has ever known since it last reached the server, so that a clock that is set
//! back gains nothing while the phone runs. A phone that is set back and started again gains the time in which it was
//! off, and what it had not written down: at most [`KEPT_EVERY_MS`].

use crate::clock::Heard;
use alongside_domain::sync::standing::LEASE_HOURS;
use alongside_domain::time::{HOUR_MS, MINUTE_MS, Moment};
use minicbor::{Decode, Encode};

/// How often the highest time is written down.
const KEPT_EVERY_MS: i64 = 15 * MINUTE_MS;

/// What is written down of the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Lease {
    /// How long it is.
    #[n(0)]
    pub(crate) ms: i64,
    /// The highest time ever known since the server was heard.
    #[n(1)]
    highest: Moment,
}

impl Lease {
    /// A lease that begins as the server is heard.
    pub(crate) fn from(server: Moment, ms: i64) -> Lease {
        Lease { ms, highest: server }
    }

    /// Before the server said how long a lease is.
    pub(crate) fn first(heard: Option<&Heard>) -> Lease {
        let server = heard.map_or(Moment(i64::MIN), Heard::server);
        Lease::from(server, i64::from(LEASE_HOURS) * HOUR_MS)
    }

    /// Whether it has run out at `now`.
    pub(crate) fn has_lapsed(&self, heard: Option<&Heard>, now: Moment) -> bool {
        heard.is_some_and(|heard| self.highest.max(now).since_ms(heard.server()) > self.ms)
    }

    /// The lease to write down, when enough time has gone by since the last time.
    pub(crate) fn to_keep(self, now: Moment) -> Option<Lease> {
        (now.since_ms(self.highest) >= KEPT_EVERY_MS).then_some(Lease { highest: now, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, ManualClock, best_time};

    const SERVER: Moment = Moment(1_772_449_500_000);

    #[test]
    fn a_lease_lapses_when_its_time_is_over_and_not_before() {
        let clock = ManualClock::new(SERVER);
        let heard = Heard::now(SERVER, &clock);
        let lease = Lease::from(SERVER, 72 * HOUR_MS);
        let lapsed = |hours: i64| lease.has_lapsed(Some(&heard), SERVER.plus_ms(hours * HOUR_MS));
        assert_eq!((lapsed(71), lapsed(72), lapsed(73)), (false, false, true));
    }

    #[test]
    fn a_clock_that_is_set_back_opens_nothing_neither_before_nor_after_a_new_start() {
        let clock = ManualClock::new(SERVER);
        let heard = Heard::now(SERVER, &clock);
        let lease = Lease::from(SERVER, 72 * HOUR_MS);
        clock.advance_ms(73 * HOUR_MS as u64);
        clock.set_wall(SERVER);
        let now = best_time(Some(&heard), &clock);
        assert!(lease.has_lapsed(Some(&heard), now), "the monotonic clock counts");
        let kept = lease.to_keep(now).expect("much time has gone by");
        clock.reboot();
        assert_eq!(clock.wall(), SERVER);
        let now = best_time(Some(&heard), &clock);
        assert!(kept.has_lapsed(Some(&heard), now), "the highest time was written down");
    }

    #[test]
    fn the_highest_time_is_written_down_four_times_an_hour_and_no_more() {
        let lease = Lease::from(SERVER, HOUR_MS);
        assert_eq!(lease.to_keep(SERVER.plus_ms(14 * MINUTE_MS)), None);
        assert!(lease.to_keep(SERVER.plus_ms(15 * MINUTE_MS)).is_some());
    }
}
