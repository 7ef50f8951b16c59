//! Counting tests: reads the summary lines of cargo test, node --test and Python's unittest.

use std::fmt;
use std::ops::AddAssign;

/// How many passed and how many failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
}

impl Tally {
    /// One check that passed.
    pub const ONE: Tally = Tally { passed: 1, failed: 0 };

    /// Adds what this line of a test runner's output says, if it is a summary line.
    pub fn read_line(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.passed += number_before(counts, " passed");
            self.failed += number_before(counts, " failed");
        } else if let Some(count) = line.strip_prefix("ℹ pass ") {
            self.passed += count.trim().parse().unwrap_or(0);
        } else if let Some(count) = line.strip_prefix("ℹ fail ") {
            self.failed += count.trim().parse().unwrap_or(0);
        } else if let Some(ran) = line.strip_prefix("Ran ") {
            self.passed += first_number(ran);
        } else if let Some(counts) = line.strip_prefix("FAILED (") {
            self.take_unittest_failures(counts);
        }
    }

    /// unittest prints how many ran, then how many of those failed.
    fn take_unittest_failures(&mut self, counts: &str) {
        let parts = counts.trim_end_matches(')').split(", ");
        let failed: usize = parts
            .filter_map(|part| part.split_once('='))
            .filter(|(what, _)| matches!(*what, "failures" | "errors"))
            .filter_map(|(_, count)| count.parse::<usize>().ok())
            .sum();
        self.failed += failed;
        self.passed = self.passed.saturating_sub(failed);
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} passed, {} failed", self.passed, self.failed)
    }
}

fn number_before(text: &str, word: &str) -> usize {
    let before = text.split(word).next().unwrap_or("");
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn first_number(text: &str) -> usize {
    text.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[&str], passed: usize, failed: usize) {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.read_line(line));
        assert_eq!(tally, Tally { passed, failed }, "{lines:?}");
    }

    #[test]
    fn each_runner_is_counted() {
        check(&["test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured"], 12, 0);
        check(
            &["test result: FAILED. 3 passed; 2 failed; 0 ignored", "test result: ok. 1 passed; 0 failed"],
            4,
            2,
        );
        check(&["ℹ tests 4", "ℹ pass 3", "ℹ fail 1"], 3, 1);
        check(&["Ran 7 tests in 0.1s", "", "OK"], 7, 0);
        check(&["Ran 7 tests in 0.1s", "FAILED (failures=1, errors=2, skipped=1)"], 4, 3);
        check(&["test journal::page ... ok", "anything 5 passed"], 0, 0);
    }
}
