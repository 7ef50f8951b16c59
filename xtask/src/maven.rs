//! Maven over the Kotlin modules: builds them beneath the target folder and counts what their tests reported.

use crate::failure::Failure;
use crate::place::Place;
use crate::process::show;
use crate::tally::Tally;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Maven over the modules of a folder of the repository.
pub fn maven(place: &Place, folder: &str) -> Command {
    let mut command = Command::new("mvn");
    command.current_dir(place.root.join(folder));
    command.args(["--batch-mode", "--no-transfer-progress", "--quiet", "-Dstyle.color=never"]);
    // The compiler's daemon would stay after Maven has ended.
    command.arg("-Dkotlin.compiler.daemon=false");
    command.arg(format!("-Dalongside.target={}", place.target.display()));
    command.env("ALONGSIDE_TARGET", &place.target);
    command
}

/// Runs a Maven command and counts the tests of a module by the reports that it wrote. A run that fails without a
/// failed test (it did not compile, say) counts as one failure.
pub fn count(place: &Place, command: &mut Command, module: &str) -> Result<Tally, Failure> {
    let reports = place.target.join("kotlin/maven").join(module).join("surefire-reports");
    if reports.exists() {
        fs::remove_dir_all(&reports).map_err(|cause| Failure::File { path: reports.clone(), cause })?;
    }
    let ended = show(command);
    let mut tally = Tally::default();
    for report in reports_in(&reports) {
        let text =
            fs::read_to_string(&report).map_err(|cause| Failure::File { path: report.clone(), cause })?;
        tally += read(&text).ok_or_else(|| Failure::Unreadable {
            what: "a report of Maven",
            cause: report.display().to_string(),
        })?;
    }
    if ended.is_err() && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}

fn reports_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let files = entries.map(|entry| entry.path());
    files.filter(|file| file.extension().is_some_and(|extension| extension == "xml")).collect()
}

/// What one report says: the attributes of its outermost element.
fn read(report: &str) -> Option<Tally> {
    let start = report.find("<testsuite ")?;
    let element = &report[start..start + report[start..].find('>')?];
    let number = |name: &str| -> Option<usize> {
        let from = element.find(&format!(" {name}=\""))? + name.len() + 3;
        let value = &element[from..];
        value[..value.find('"')?].parse().ok()
    };
    let failed = number("failures")? + number("errors")?;
    Some(Tally { passed: number("tests")?.checked_sub(failed + number("skipped")?)?, failed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_how_many_passed_and_how_many_failed() {
        let report = "<?xml version=\"1.0\"?>\n<testsuite xmlns:xsi=\"x\" name=\"A\" time=\"1.5\" tests=\"9\" errors=\"1\" skipped=\"2\" failures=\"3\">\n<testcase name=\"b\" tests=\"1\"/>";
        assert_eq!(read(report), Some(Tally { passed: 3, failed: 4 }));
        assert_eq!(read("<testsuite name=\"A\" tests=\"9\">"), None, "what it does not say is not guessed");
        assert_eq!(read(""), None);
    }
}
