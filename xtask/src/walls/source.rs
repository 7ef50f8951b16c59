//! What the pure core must not name: files, sockets, environment, threads, clocks, randomness, and Automerge
//! documents without an actor of their own.

use super::Breach;
use super::paths::{NamedPath, paths};
use super::tokens::{Token, tokens};
use std::path::Path;

/// Modules of the standard library that reach outside.
const OUTSIDE: &[&str] = &["fs", "net", "env", "thread", "process", "os"];
const CLOCKS: &[&str] = &["Instant", "SystemTime", "UNIX_EPOCH"];
const GENERATORS: &[&str] = &["rand", "getrandom", "SystemRandom", "OsRng", "ThreadRng", "thread_rng"];
const DOCUMENTS: &[&str] = &["AutoCommit", "Automerge"];
/// Makers of a document whose actor is random until it is set.
const MAKERS: &[&str] =
    &["new", "new_with_encoding", "load", "load_unverified_heads", "load_with", "load_with_options"];
const FORKS: &[&str] = &["fork", "fork_at"];
/// How many lines after a maker its actor may be set.
const ACTOR_LINES_MAX: usize = 3;

const PURE: &str = "core/domain reaches nothing outside: time, bytes and answers come in as arguments";
const NO_CLOCK: &str = "core/domain reads no clock: time comes in as a Moment";
const NO_RANDOM: &str = "core/domain draws no random numbers: random bytes come in as arguments";
const ACTOR: &str = "a document gets an explicit actor at once: with_actor or set_actor within three lines";

/// What is wrong in one source file of the core.
pub fn breaches(file: &Path, source: &str) -> Vec<Breach> {
    let tokens = tokens(source);
    let mut found = Vec::new();
    for path in paths(&tokens) {
        if let Some(rule) = broken_rule(&path, &tokens) {
            let place = format!("{}:{}", file.display(), path.line);
            found.push(Breach { place, found: path.words.join("::"), rule });
        }
    }
    found
}

fn broken_rule(path: &NamedPath, tokens: &[Token]) -> Option<&'static str> {
    let words = path.words.as_slice();
    if reaches_outside(words) || renames_std(path, tokens) {
        return Some(PURE);
    }
    if words.iter().any(|word| CLOCKS.contains(word))
        || words.ends_with(&["Utc", "now"])
        || words.ends_with(&["Local", "now"])
    {
        return Some(NO_CLOCK);
    }
    if words.iter().any(|word| GENERATORS.contains(word)) || draws(path, tokens) {
        return Some(NO_RANDOM);
    }
    (makes_document(path, tokens) && !sets_actor(path, tokens)).then_some(ACTOR)
}

fn reaches_outside(words: &[&str]) -> bool {
    match words {
        ["std" | "core", module, ..] => OUTSIDE.contains(module) || *module == "*",
        _ => false,
    }
}

/// `use std as s` or `extern crate std as s` would hide every later path.
fn renames_std(path: &NamedPath, tokens: &[Token]) -> bool {
    matches!(path.words.as_slice(), ["std"] | ["std", "self"]) && text(tokens, path.end) == "as"
}

/// `ActorId::random()`, `rng.random()`.
fn draws(path: &NamedPath, tokens: &[Token]) -> bool {
    path.words.last() == Some(&"random")
        && (path.words.len() > 1 || (called(path, tokens) && after_dot(path, tokens)))
}

fn makes_document(path: &NamedPath, tokens: &[Token]) -> bool {
    match path.words.as_slice() {
        [.., kind, maker] => DOCUMENTS.contains(kind) && MAKERS.contains(maker),
        [fork] => FORKS.contains(fork) && called(path, tokens) && after_dot(path, tokens),
        [] => false,
    }
}

fn sets_actor(path: &NamedPath, tokens: &[Token]) -> bool {
    let near = tokens[path.end..].iter().take_while(|token| token.line <= path.line + ACTOR_LINES_MAX);
    near.into_iter().any(|token| matches!(token.text, "with_actor" | "set_actor"))
}

fn called(path: &NamedPath, tokens: &[Token]) -> bool {
    text(tokens, path.end) == "("
}

/// Whether a path of one word is a method.
fn after_dot(path: &NamedPath, tokens: &[Token]) -> bool {
    path.end >= 2 && text(tokens, path.end - 2) == "."
}

fn text<'a>(tokens: &[Token<'a>], at: usize) -> &'a str {
    tokens.get(at).map_or("", |token| token.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &[&str]) {
        let found = breaches(Path::new("planted.rs"), source);
        let rules: Vec<&str> = found.iter().map(|breach| breach.rule).collect();
        assert_eq!(rules, expected, "{source}");
    }

    #[test]
    fn a_planted_way_out_is_caught() {
        for line in [
            "use std::fs;",
            "use std::{collections::BTreeMap, fs::File};",
            "let bytes = std::fs::read(name);",
            "let stream = ::std::net::TcpStream::connect(place);",
            "let home = std::env::var(name);",
            "std::thread::spawn(work);",
            "std::process::exit(1);",
            "use std::*;",
            "use std as outside;",
            "use std::{self as outside};",
        ] {
            check(line, &[PURE]);
        }
    }

    #[test]
    fn a_planted_clock_is_caught() {
        for line in [
            "let now = Instant::now();",
            "fn f(at: SystemTime) {}",
            "use std::time::{Duration, SystemTime};",
            "let now = chrono::Utc::now();",
            "let now = Local::now();",
        ] {
            check(line, &[NO_CLOCK]);
        }
    }

    #[test]
    fn a_planted_generator_is_caught() {
        for line in [
            "use ring::rand::SecureRandom;",
            "let source = SystemRandom::new();",
            "let mut source = thread_rng();",
            "getrandom::fill(&mut bytes);",
            "let actor = ActorId::random();",
            "let number = source.random();",
        ] {
            check(line, &[NO_RANDOM]);
        }
    }

    #[test]
    fn a_planted_document_without_actor_is_caught() {
        for line in [
            "let doc = AutoCommit::new();",
            "let doc = automerge::Automerge::load(&bytes)?;",
            "let doc = AutoCommit::load_with_options(&bytes, options)?;",
            "let copy = doc.fork();",
            "let doc = AutoCommit::new();\n\n\n\n\ndoc.set_actor(actor);",
        ] {
            check(line, &[ACTOR]);
        }
    }

    #[test]
    fn a_document_with_its_actor_stands() {
        for line in [
            "let doc = AutoCommit::new().with_actor(actor);",
            "let mut doc = AutoCommit::load(&bytes)?;\ndoc.set_actor(actor);",
            "let copy = doc\n    .fork()\n    .with_actor(actor);",
        ] {
            check(line, &[]);
        }
    }

    #[test]
    fn comments_strings_and_likenesses_stand() {
        for line in [
            "// std::fs and Instant",
            "let text = \"std::fs::read(SystemTime)\";",
            "use crate::journal::fs_like;",
            "let environment = plan.env;",
            "fn f(random: &[u8; 32]) {}",
            "let at = Moment(0);",
            "pub fn fork(&self) -> Plan",
        ] {
            check(line, &[]);
        }
    }
}
