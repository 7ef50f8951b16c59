//! Where things are: the repository, the target folder and what git knows.

use crate::failure::Failure;
use crate::process;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository that the command works on.
pub struct Place {
    /// The top folder of the repository.
    pub root: PathBuf,
    /// Cargo's target folder, which also holds the tools that tests install.
    pub target: PathBuf,
}

impl Place {
    /// Finds the repository that this xtask was built from.
    pub fn find() -> Result<Place, Failure> {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository");
        let answer = metadata(root, &["--no-deps"])?;
        let target = answer["target_directory"].as_str().unwrap_or("target");
        Ok(Place { root: root.to_owned(), target: PathBuf::from(target) })
    }

    /// A cargo command in the repository.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = cargo(&self.root);
        command.args(arguments);
        command
    }

    /// Files that git tracks or would add, beneath `folder` ("." for all), relative to the root.
    pub fn files(&self, folder: &str) -> Result<Vec<PathBuf>, Failure> {
        let mut git = Command::new("git");
        git.current_dir(&self.root);
        git.args(["ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", folder]);
        let listed = process::output(&mut git)?;
        let mut files: Vec<PathBuf> = listed
            .split('\0')
            .filter(|name| !name.is_empty())
            .map(PathBuf::from)
            .filter(|name| self.root.join(name).is_file())
            .collect();
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// Whether git has files beneath `folder`.
    pub fn has(&self, folder: &str) -> Result<bool, Failure> {
        Ok(!self.files(folder)?.is_empty())
    }
}

/// What `cargo metadata` answers for the workspace at `root`.
pub fn metadata(root: &Path, arguments: &[&str]) -> Result<Value, Failure> {
    let mut command = cargo(root);
    command.args(["metadata", "--format-version", "1"]).args(arguments);
    let answer = process::output(&mut command)?;
    serde_json::from_str(&answer)
        .map_err(|cause| Failure::Unreadable { what: "cargo metadata", cause: cause.to_string() })
}

/// Cargo without what `cargo xtask` has told this program about itself: build scripts look at it (ring's), and all that
/// stands on them would be built anew each time that `cargo xtask` follows a `cargo test` by hand, and the other way.
fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let own = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(own)) {
        command.env_remove(name);
    }
    command.current_dir(root);
    command
}
