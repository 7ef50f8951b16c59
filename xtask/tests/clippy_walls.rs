//! clippy.toml of the pure core really fires: each forbidden thing is planted in a crate of its own that has the
//! core's clippy.toml and dependencies, also behind an alias, and every planted line must be refused.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One planted thing a line.
const PLANTED: &str = r#"
pub fn clock() -> u64 { std::time::Instant::now().elapsed().as_secs() }
pub fn wall() -> bool { std::time::SystemTime::now().elapsed().is_ok() }
pub fn file(name: &str) -> bool { std::fs::read(name).is_ok() }
pub fn files(name: &str) -> bool { { use std::fs as hidden; hidden::File::open(name).is_ok() } }
pub fn home() -> bool { std::env::var("HOME").is_ok() }
pub fn spawned() -> bool { std::thread::spawn(|| 1).join().is_ok() }
pub fn socket() -> bool { std::net::TcpStream::connect("127.0.0.1:1").is_ok() }
pub fn printed() { std::process::exit(1) }
pub fn bytes() -> ring::rand::SystemRandom { ring::rand::SystemRandom::new() }
pub fn actor() -> automerge::ActorId { automerge::ActorId::random() }
pub fn document() -> automerge::AutoCommit { automerge::AutoCommit::new() }
pub fn transactional() -> automerge::Automerge { automerge::Automerge::new() }
pub fn loaded(bytes: &[u8]) -> bool { automerge::AutoCommit::load(bytes).is_ok() }
pub fn forked(document: &mut automerge::AutoCommit) -> automerge::AutoCommit { document.fork() }
"#;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository")
}

/// A crate with the planted source, the core's own clippy.toml and the versions of the workspace's lock file.
fn planted_crate() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("clippy-walls");
    let workspace = fs::read_to_string(root().join("Cargo.toml")).expect("the workspace has a manifest");
    let wanted =
        workspace.lines().filter(|line| line.starts_with("automerge =") || line.starts_with("ring ="));
    let dependencies: Vec<&str> = wanted.collect();
    assert_eq!(dependencies.len(), 2, "the workspace names automerge and ring");
    let manifest = format!(
        "[package]\nname = \"planted\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{}\n",
        dependencies.join("\n")
    );
    fs::create_dir_all(folder.join("src")).expect("the target folder can be written");
    for (name, text) in [("Cargo.toml", manifest.as_str()), ("src/lib.rs", PLANTED)] {
        fs::write(folder.join(name), text).expect("the target folder can be written");
    }
    for (from, to) in [("core/domain/clippy.toml", "clippy.toml"), ("Cargo.lock", "Cargo.lock")] {
        fs::copy(root().join(from), folder.join(to)).expect("the repository can be read");
    }
    folder
}

/// The numbers of the lines of src/lib.rs that clippy refuses as disallowed.
fn refused_lines(folder: &Path) -> BTreeSet<u64> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clippy-walls-target");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["clippy", "--quiet", "--message-format=json", "--target-dir"])
        .arg(target)
        .current_dir(folder)
        .output()
        .expect("cargo starts");
    let printed = String::from_utf8_lossy(&output.stdout);
    let messages = printed.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let refused = messages.filter(|message| {
        let lint = message["message"]["code"]["code"].as_str().unwrap_or("");
        matches!(lint, "clippy::disallowed_methods" | "clippy::disallowed_types")
    });
    refused.filter_map(|message| message["message"]["spans"][0]["line_start"].as_u64()).collect()
}

#[test]
fn each_planted_line_is_refused() {
    let refused = refused_lines(&planted_crate());
    let missed: Vec<&str> = PLANTED
        .lines()
        .enumerate()
        .filter(|(index, line)| !line.is_empty() && !refused.contains(&(*index as u64 + 1)))
        .map(|(_, line)| line)
        .collect();
    assert!(missed.is_empty(), "clippy let these stand:\n{}", missed.join("\n"));
}
