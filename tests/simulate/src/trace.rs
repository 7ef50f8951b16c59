//! What happened in a run, effect by effect: its digest, and its lines where somebody wants to read them.
//!
//! Two runs are alike when their digests are. Lines hold what followed from the seed only: no address, no path, no
//! byte of an encrypted file.

/// The trace of a run.
#[derive(Debug, Default)]
pub struct Trace {
    digest: u64,
    events: u64,
    shown: bool,
}

impl Trace {
    /// An empty trace; `shown`: each line is printed.
    pub fn new(shown: bool) -> Trace {
        Trace { digest: 0xcbf2_9ce4_8422_2325, events: 0, shown }
    }

    /// Adds a line.
    pub fn add(&mut self, line: &str) {
        self.events += 1;
        for byte in line.bytes().chain([b'\n']) {
            self.digest = (self.digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if self.shown {
            println!("{:5} {line}", self.events);
        }
    }

    /// The digest of all lines so far, in order.
    pub fn digest(&self) -> u64 {
        self.digest
    }
}
