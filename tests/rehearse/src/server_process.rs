//! The real server, as a process of its own: made new in a folder, with a clock that stands still.

use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Names the server's binary.
pub const SERVER_VARIABLE: &str = "ALONGSIDE_SERVER";
/// How long the server may take to end after it was told to.
const END_MS_MAX: u64 = 5_000;

/// A running server.
#[derive(Debug)]
pub struct ServerProcess {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// The organisation's authority, which alone is trusted.
    pub ca_pem: String,
    /// The organisation's public root key, in hex.
    pub root_key: String,
    /// For the administration API.
    pub administrator_token: String,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// No binary: build it, or name it.
    #[error("the server binary is not at {path}: build it, or name it in {SERVER_VARIABLE}")]
    NoBinary {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// It could not be run, or its files not be read.
    #[error("{what}: {cause}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        #[source]
        cause: std::io::Error,
    },
    /// It ended or spoke otherwise than expected; its log says why.
    #[error("{what}; see {log}")]
    Unexpected {
        /// What it did.
        what: String,
        /// Its log.
        log: PathBuf,
    },
}

#[derive(Deserialize)]
struct Made {
    root_key: String,
    ca_pem: PathBuf,
    administrator_token: String,
}

#[derive(Deserialize)]
struct Listening {
    listening: String,
}

fn io(what: &'static str) -> impl Fn(std::io::Error) -> ServerError {
    move |cause| ServerError::Io { what, cause }
}

/// The server's binary: the one that the environment names, else the one beside this program.
pub fn binary() -> Result<PathBuf, ServerError> {
    let named = std::env::var_os(SERVER_VARIABLE).map(PathBuf::from);
    let beside = || {
        std::env::current_exe()
            .unwrap_or_default()
            .with_file_name(format!("alongside{}", std::env::consts::EXE_SUFFIX))
    };
    let path = named.unwrap_or_else(beside);
    if path.is_file() { Ok(path) } else { Err(ServerError::NoBinary { path }) }
}

impl ServerProcess {
    /// Makes an organisation in `folder` and serves it on a free loopback port.
    pub fn start(folder: &Path, organisation: &str) -> Result<ServerProcess, ServerError> {
        let binary = binary()?;
        let data = folder.join("server");
        let log_path = folder.join("server.log");
        let log = File::create(&log_path).map_err(io("the server's log cannot be written"))?;
        let unexpected = |what: String| ServerError::Unexpected { what, log: log_path.clone() };
        let made = init(&binary, &data, organisation, &log).map_err(unexpected)?;
        let mut child = Command::new(&binary)
            .arg("serve")
            .env("ALONGSIDE_DATA", &data)
            .env("ALONGSIDE_LISTEN", "127.0.0.1:0")
            .env("ALONGSIDE_TEST_CLOCK", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(io("the server cannot be started"))?;
        let address = match listening(&mut child) {
            Some(address) => address,
            None => {
                end(&mut child);
                return Err(unexpected("the server does not say where it listens".to_owned()));
            }
        };
        let ca_pem =
            std::fs::read_to_string(&made.ca_pem).map_err(io("the server's authority cannot be read"))?;
        let Made { root_key, administrator_token, .. } = made;
        Ok(ServerProcess { child, address, ca_pem, root_key, administrator_token })
    }
}

fn init(binary: &Path, data: &Path, organisation: &str, log: &File) -> Result<Made, String> {
    let stderr = log.try_clone().map_err(|error| error.to_string())?;
    let mut command = Command::new(binary);
    command.arg("init").arg("--data").arg(data).args(["--organisation", organisation, "--host", "127.0.0.1"]);
    let output = command.stderr(stderr).output().map_err(|error| format!("alongside init: {error}"))?;
    if !output.status.success() {
        return Err(format!("alongside init ended with {}", output.status));
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("alongside init did not say what it made: {error}"))
}

fn listening(child: &mut Child) -> Option<SocketAddr> {
    let mut line = String::new();
    BufReader::new(child.stdout.take()?).read_line(&mut line).ok()?;
    let said: Listening = serde_json::from_str(&line).ok()?;
    said.listening.strip_prefix("https://")?.parse().ok()
}

/// Asks the process to end, as an operator would, and ends it if it does not.
fn end(child: &mut Child) {
    let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    let until = Instant::now() + Duration::from_millis(END_MS_MAX);
    while asked.as_ref().is_ok_and(std::process::ExitStatus::success) && Instant::now() < until {
        if let Ok(Some(_)) = child.try_wait() {
            return;
        }
        std::thread::yield_now();
        std::thread::park_timeout(Duration::from_millis(5));
    }
    let _ = child.kill();
    let _ = child.wait();
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}
