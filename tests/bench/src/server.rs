//! The real server, as a process of its own, with an organisation of 30 people.

use crate::workload::PEOPLE;
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::PublicKey;
use alongside_domain::time::Moment;
use alongside_replica::EnrolTicket;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running server. It ends with this value.
pub struct Server {
    child: Child,
    folder: tempfile::TempDir,
    token: String,
    client: reqwest::Client,
    scheme: &'static str,
    /// Where it listens.
    pub address: SocketAddr,
    /// Everyone whom it knows.
    pub people: Vec<PersonId>,
}

/// Why the server does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Its program.
    #[error("the server's program was not built: {0} (`cargo xtask bench` builds it)")]
    Program(PathBuf),
    /// It did not start.
    #[error("the server did not start: {0}")]
    Start(#[from] std::io::Error),
    /// It said something else than was expected.
    #[error("the server answered otherwise than expected: {0}")]
    Answer(String),
    /// It did not answer.
    #[error("the server did not answer: {0}")]
    Request(#[from] reqwest::Error),
}

impl Server {
    /// Makes an organisation and serves it on loopback, with or without TLS of its own.
    pub async fn start(tls: bool) -> Result<Server, ServerError> {
        let folder = tempfile::tempdir()?;
        let program = program()?;
        let data = folder.path().join("data");
        let made = Command::new(&program)
            .arg("init")
            .arg("--data")
            .arg(&data)
            .args(["--organisation", "Larkfield"])
            .output()?;
        let made: Value = serde_json::from_slice(&made.stdout)
            .map_err(|_| ServerError::Answer(String::from_utf8_lossy(&made.stderr).into_owned()))?;
        let mut serve = Command::new(&program);
        serve.arg("serve").env("ALONGSIDE_DATA", &data).env("ALONGSIDE_LISTEN", "127.0.0.1:0");
        serve
            .env("ALONGSIDE_TLS", tls.to_string())
            .env("ALONGSIDE_TEST_CLOCK", "1")
            .env("ALONGSIDE_LOG", "error");
        let mut child = serve.stdout(Stdio::piped()).spawn()?;
        let address = listening(&mut child)?;
        let client = client(&data)?;
        let token = text(&made, "administrator_token")?;
        let scheme = if tls { "https" } else { "http" };
        let mut server = Server { child, folder, token, client, scheme, address, people: Vec::new() };
        for _ in 0..PEOPLE {
            let person = server.ask("/v1/admin/people", json!({})).await?;
            server.people.push(parsed(&person, "person")?);
        }
        Ok(server)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The certificate and key of its TLS, in PEM.
    pub fn tls_files(&self) -> (PathBuf, PathBuf) {
        let tls = self.folder.path().join("data/tls");
        (tls.join("server.pem"), tls.join("server.key.pem"))
    }

    /// A ticket for a new member of staff in the care team of everyone.
    pub async fn ticket(&self, name: &str, role: &str) -> Result<EnrolTicket, ServerError> {
        let staff = json!({ "name": name, "role": role, "organisation": "Larkfield" });
        let staff: StaffId = parsed(&self.ask("/v1/admin/staff", staff).await?, "staff")?;
        for person in &self.people {
            self.ask("/v1/admin/care-team", json!({ "person": person, "staff": staff })).await?;
        }
        let ticket = self.ask("/v1/admin/device-codes", json!({ "staff": staff })).await?;
        let root_key: PublicKey = parsed(&ticket, "root_key")?;
        let issued_ms = Moment(ticket["issued_ms"].as_i64().unwrap_or_default());
        Ok(EnrolTicket {
            url: self.url(),
            ca_pem: text(&ticket, "ca_pem")?,
            root_key,
            code: text(&ticket, "code")?,
            issued_ms,
        })
    }

    /// Moves its clock.
    pub async fn set_clock(&self, now: Moment) -> Result<(), ServerError> {
        let url = format!("{}/test/clock", self.url());
        self.client.put(url).json(&json!({ "now_ms": now })).send().await?.error_for_status()?;
        Ok(())
    }

    fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    async fn ask(&self, path: &str, body: Value) -> Result<Value, ServerError> {
        let request = self.client.post(format!("{}{path}", self.url())).bearer_auth(&self.token).json(&body);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is a measure's server: nothing of it is needed any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Result<PathBuf, ServerError> {
    let named = std::env::var_os("ALONGSIDE_SERVER").map(PathBuf::from);
    let program = match named {
        Some(program) => program,
        None => std::env::current_exe()?.with_file_name(format!("alongside{}", std::env::consts::EXE_SUFFIX)),
    };
    if program.is_file() { Ok(program) } else { Err(ServerError::Program(program)) }
}

fn listening(child: &mut Child) -> Result<SocketAddr, ServerError> {
    let out = child.stdout.take().expect("standard output was piped");
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line)?;
    let said: Value = serde_json::from_str(&line).unwrap_or_default();
    let address = said["listening"].as_str().and_then(|url| url.rsplit('/').next()?.parse().ok());
    address.ok_or(ServerError::Answer(line))
}

fn client(data: &Path) -> Result<reqwest::Client, ServerError> {
    // An error means that it is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let authority = reqwest::Certificate::from_pem(&std::fs::read(data.join("tls/ca.pem"))?)?;
    Ok(reqwest::Client::builder().tls_certs_only([authority]).no_proxy().build()?)
}

fn text(answer: &Value, field: &str) -> Result<String, ServerError> {
    answer[field].as_str().map(str::to_owned).ok_or_else(|| ServerError::Answer(format!("no {field}")))
}

fn parsed<T: std::str::FromStr>(answer: &Value, field: &str) -> Result<T, ServerError> {
    text(answer, field)?.parse().map_err(|_| ServerError::Answer(format!("{field} cannot be read")))
}
