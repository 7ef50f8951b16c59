//! How many instructions it takes to add a record, on a phone with a short and with a long history.
//!
//! The phones are filled first; then this program runs itself under valgrind's callgrind, which counts only
//! what happens inside [`add_counted`].

use super::{MeasureError, opening};
use crate::organisation::person;
use crate::phone;
use crate::report::{Figure, Section, Target};
use crate::workload::{self, SEED};
use alongside_domain::journal::Body;
use alongside_replica::{Draft, RecordError, Replica};
use std::path::Path;
use std::process::Command;

/// The argument with which the program runs itself.
pub const CHILD: &str = "add-counted-records";
/// Records on the two phones before the first counted one.
const FEW: usize = 1_000;
const MANY: usize = 100_000;
/// Counted records. A record that splits a page of the database costs more: the mean holds its share of those.
const COUNTED: usize = 150;
/// The people whom they are about; each of them has one record before, which is not counted.
const ABOUT: usize = 5;

/// Takes the measure; a section with a note only where valgrind is not there.
pub async fn measure() -> Result<Section, MeasureError> {
    let mut section = Section::titled("Instructions to add one record");
    if !Command::new("valgrind").arg("--version").output().is_ok_and(|output| output.status.success()) {
        section
            .notes
            .push("not measured: valgrind is not installed (on Debian: apt-get install valgrind)".to_owned());
        return Ok(section);
    }
    let (few, many) = (tempfile::tempdir()?, tempfile::tempdir()?);
    opening::fill(few.path(), FEW).await?;
    opening::fill(many.path(), MANY).await?;
    let (of_few, of_many) = (count(few.path())?, count(many.path())?);
    section.figures.push(
        Figure::shown(format!("record {}; limit: record {}", MANY + 1, FEW + 1), "thousands", of_many / 1e3)
            .beside(of_few / 1e3)
            .target(Target::TimesLimit(1.10)),
    );
    section.notes.push(format!(
        "mean of {COUNTED} records about {ABOUT} people by callgrind; system calls are not counted; about 20 records a person a day; \
         few of them meet a trigger: one that does is folded with the whole look-back of 60 days"
    ));
    Ok(section)
}

fn count(folder: &Path) -> Result<f64, MeasureError> {
    let counts = folder.join("callgrind.out");
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*add_counted*"]);
    valgrind.arg(format!("--callgrind-out-file={}", counts.display()));
    let output = valgrind.arg(std::env::current_exe()?).arg(CHILD).arg(folder).output()?;
    if !output.status.success() {
        return Err(MeasureError::Unexpected(format!(
            "valgrind failed: {}",
            String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default()
        )));
    }
    let counts = std::fs::read_to_string(counts)?;
    let total = counts.lines().find_map(|line| line.strip_prefix("summary: ")?.trim().parse::<f64>().ok());
    match total {
        Some(total) if total > 0.0 => Ok(total / COUNTED as f64),
        _ => Err(MeasureError::Unexpected("callgrind counted nothing".to_owned())),
    }
}

/// What the child does: adds records to the phone in this folder.
pub fn add_records(folder: &Path) -> Result<(), MeasureError> {
    let phone = phone::open(folder)?;
    let records = workload::records(SEED + 2, ABOUT + COUNTED);
    for (place, made) in records.iter().enumerate() {
        let draft = Draft { body: Body::Observation(made.observation()), observed: None };
        let about = person(place % ABOUT);
        if place < ABOUT { drop(phone.record(about, draft)?) } else { add_counted(&phone, about, draft)? }
    }
    Ok(())
}

/// Callgrind counts what happens in here. Its name is the one that `count` gives to valgrind.
#[inline(never)]
fn add_counted(
    phone: &Replica,
    about: alongside_domain::ids::PersonId,
    draft: Draft,
) -> Result<(), RecordError> {
    std::hint::black_box(phone.record(about, draft)).map(drop)
}
