//! Processor time of this process and of others.

use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// What this process has used, over all its threads.
pub fn own() -> Duration {
    clock(ClockId::ProcessCPUTime)
}

/// What the calling thread has used.
pub fn thread() -> Duration {
    clock(ClockId::ThreadCPUTime)
}

fn clock(id: ClockId) -> Duration {
    let time = clock_gettime(id);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// What another process has used, in steps of the kernel's clock tick (10 ms); nothing where /proc is not there.
pub fn of_process(pid: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may hold spaces; user and system time are the 12th and 13th field after it.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64))
}
