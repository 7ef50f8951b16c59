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

/// What the threads of another process have used; nothing where /proc is not there. Threads that have ended do not
/// count: none ends within a measure.
pub fn of_process(pid: u32) -> Option<Duration> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let used = threads.map(|thread| {
        // The first field: nanoseconds on a processor (Documentation/scheduler/sched-stats.rst of the kernel).
        let stat = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        stat.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
    });
    used.sum()
}
