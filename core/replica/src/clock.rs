//! Clocks: the phone's own, which may be wrong, and the best knowledge of the server's time made from it.
//!
//! Within one boot the best knowledge is the last server time plus what the monotonic clock has counted since.
//! After a reboot it is the wall clock plus the last known offset.

use alongside_domain::journal::times::Counted;
use alongside_domain::time::Moment;
use minicbor::{Decode, Encode};
use std::sync::Mutex;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// What a phone knows of time.
pub trait Clock: Send + Sync {
    /// The wall clock, as the user may have set it.
    fn wall(&self) -> Moment;
    /// Milliseconds counted since the boot that [`Clock::boot`] names; never goes back within one.
    fn monotonic_ms(&self) -> u64;
    /// Names the current boot: no other boot, of this phone or of another, has this name.
    fn boot(&self) -> u64;
}

/// The clocks of the machine. A process counts as a boot: its monotonic clock starts with it.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
    boot: u64,
}

impl Default for SystemClock {
    fn default() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let boot = since_epoch.as_nanos() as u64 ^ (u64::from(std::process::id()) << 32);
        SystemClock { started: Instant::now(), boot }
    }
}

impl Clock for SystemClock {
    fn wall(&self) -> Moment {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => Moment(since.as_millis() as i64),
            Err(before) => Moment(-(before.duration().as_millis() as i64)),
        }
    }

    fn monotonic_ms(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
    }

    fn boot(&self) -> u64 {
        self.boot
    }
}

/// A clock that stands still until it is moved: for scenarios and tests.
#[derive(Debug)]
pub struct ManualClock(Mutex<ManualTime>);

#[derive(Debug, Clone, Copy)]
struct ManualTime {
    wall: Moment,
    monotonic_ms: u64,
    boot: u64,
}

impl ManualClock {
    /// A clock that shows `wall`.
    pub fn new(wall: Moment) -> ManualClock {
        ManualClock::started(wall, 1)
    }

    /// A clock that shows `wall`, of a phone that began with this boot.
    pub fn started(wall: Moment, boot: u64) -> ManualClock {
        ManualClock(Mutex::new(ManualTime { wall, monotonic_ms: 0, boot }))
    }

    fn with<T>(&self, act: impl FnOnce(&mut ManualTime) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }

    /// Time goes by: both clocks move on by `ms`.
    pub fn advance_ms(&self, ms: u64) {
        self.with(|time| {
            time.wall = time.wall.plus_ms(ms as i64);
            time.monotonic_ms += ms;
        });
    }

    /// Someone sets the wall clock. No time goes by.
    pub fn set_wall(&self, wall: Moment) {
        self.with(|time| time.wall = wall);
    }

    /// The phone restarts: the monotonic clock begins anew.
    pub fn reboot(&self) {
        self.with(|time| {
            time.boot += 1;
            time.monotonic_ms = 0;
        });
    }
}

impl Clock for ManualClock {
    fn wall(&self) -> Moment {
        self.with(|time| time.wall)
    }

    fn monotonic_ms(&self) -> u64 {
        self.with(|time| time.monotonic_ms)
    }

    fn boot(&self) -> u64 {
        self.with(|time| time.boot)
    }
}

/// When the server was last heard, by all clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Heard {
    #[n(0)]
    server: Moment,
    #[n(1)]
    wall: Moment,
    #[n(2)]
    monotonic_ms: u64,
    #[n(3)]
    boot: u64,
}

impl Heard {
    /// The server's time is `server` now.
    pub(crate) fn now(server: Moment, clock: &dyn Clock) -> Heard {
        Heard { server, wall: clock.wall(), monotonic_ms: clock.monotonic_ms(), boot: clock.boot() }
    }

    /// The server's time when it was heard.
    pub(crate) fn server(&self) -> Moment {
        self.server
    }
}

/// What the phone has counted since it started.
pub(crate) fn counted(clock: &dyn Clock) -> Counted {
    Counted { boot: clock.boot(), monotonic_ms: clock.monotonic_ms() }
}

/// Whether the best knowledge of the time rests on counting alone, on no clock that someone may have set.
pub(crate) fn is_heard_since_start(heard: Option<&Heard>, clock: &dyn Clock) -> bool {
    heard.is_some_and(|heard| heard.boot == clock.boot())
}

/// What the server's time is at least: as it was heard, and what was counted since. No clock that someone may set moves
/// it.
pub(crate) fn time_at_least(heard: &Heard, clock: &dyn Clock) -> Moment {
    let from = if heard.boot == clock.boot() { heard.monotonic_ms } else { 0 };
    heard.server.plus_ms(clock.monotonic_ms().saturating_sub(from) as i64)
}

/// The best knowledge of the server's time.
pub(crate) fn best_time(heard: Option<&Heard>, clock: &dyn Clock) -> Moment {
    match heard {
        None => clock.wall(),
        Some(heard) if heard.boot == clock.boot() => {
            heard.server.plus_ms(clock.monotonic_ms().saturating_sub(heard.monotonic_ms) as i64)
        }
        Some(heard) => clock.wall().plus_ms(heard.server.since_ms(heard.wall)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_does_not_move_the_best_time() {
        let clock = ManualClock::new(Moment(5_000));
        let heard = Heard::now(Moment(1_000_000), &clock);
        clock.advance_ms(2_000);
        clock.set_wall(Moment(-77));
        assert_eq!(best_time(Some(&heard), &clock), Moment(1_002_000));
    }

    #[test]
    fn what_the_time_is_at_least_rests_on_counting_alone() {
        let clock = ManualClock::new(Moment(5_000));
        let heard = Heard::now(Moment(1_000_000), &clock);
        clock.advance_ms(2_000);
        clock.set_wall(Moment(i64::MAX / 2));
        assert_eq!(time_at_least(&heard, &clock), Moment(1_002_000));
        clock.reboot();
        clock.advance_ms(300);
        assert_eq!(time_at_least(&heard, &clock), Moment(1_000_300), "what was counted since the start");
    }

    #[test]
    fn after_a_reboot_the_last_known_offset_holds() {
        let clock = ManualClock::new(Moment(5_000));
        let heard = Heard::now(Moment(1_000_000), &clock);
        clock.advance_ms(2_000);
        clock.reboot();
        assert_eq!(best_time(Some(&heard), &clock), Moment(1_002_000));
    }
}
