//! Reads generated histories, one JSON object a line, and prints what the product's folds answer about each: the same
//! question that `oracle.py` answers from the words of the domain alone. No rule of care stands here.

mod answers;
mod history;

use history::{History, Unreadable};
use std::io::{BufRead, Write};
use std::process::ExitCode;

/// Why a line has no answer.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("line {line}: not a history: {cause}")]
    Json { line: usize, cause: serde_json::Error },
    #[error("line {line}: {cause}")]
    Unreadable { line: usize, cause: Unreadable },
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

fn main() -> ExitCode {
    match answer_lines() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("alongside-oracle-answers: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn answer_lines() -> Result<(), Failure> {
    let mut to = std::io::stdout().lock();
    for (index, text) in std::io::stdin().lock().lines().enumerate() {
        let line = index + 1;
        let history: History = serde_json::from_str(&text?).map_err(|cause| Failure::Json { line, cause })?;
        let answers = answers::of(&history).map_err(|cause| Failure::Unreadable { line, cause })?;
        writeln!(to, "{answers}")?;
    }
    Ok(())
}
