//! `alongside init`: makes everything that an organisation's server needs, once.

use crate::clock::system_now;
use crate::files::{self, FileError};
use crate::identity;
use crate::secret::{self, OsRandom};
use crate::storage::{SqliteStore, StorageError, Store};
use crate::tls::{self, TlsError};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Why init did not finish. What it wrote before stays; it overwrites nothing.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The folder holds an organisation already.
    #[error("{path} already holds an organisation; nothing was changed")]
    AlreadyThere {
        /// The data folder.
        path: PathBuf,
    },
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// TLS could not be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The database could not be made.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What init tells, on one line of JSON. The token is shown here and nowhere else.
#[derive(Debug, Serialize)]
pub struct Made {
    /// The data folder.
    pub data: PathBuf,
    /// The organisation's public root key, in hex.
    pub root_key: String,
    /// The authority that phones pin.
    pub ca_pem: PathBuf,
    /// For the administration API. Only its hash is kept.
    pub administrator_token: String,
}

const READ_ME: &str = "This folder holds the organisation's root key and the key of its certificate authority.\n\
The server does not need them to run. Move the whole folder to a safe place off this machine, and bring it\n\
back only to renew the server's keys. Whoever has these files can pretend to be the organisation.\n";

/// Makes root key, certificate authority, TLS certificate, store identity, database and administrator token.
pub async fn init(data: &Path, organisation: &str, hosts: &[String]) -> Result<Made, InitError> {
    if data.join("identity").exists() || data.join("organisation").exists() {
        return Err(InitError::AlreadyThere { path: data.to_owned() });
    }
    files::make_folder(data)?;
    let root_key = make_organisation(data, organisation, hosts)?;
    let token = secret::token(&OsRandom);
    let store = SqliteStore::open(&database(data))?;
    store.set_administrator_token(secret::hash(token.as_bytes())).await?;
    files::sync_folder(data)?;
    Ok(Made { data: data.to_owned(), root_key, ca_pem: data.join("tls/ca.pem"), administrator_token: token })
}

/// Where the database is.
pub fn database(data: &Path) -> PathBuf {
    data.join("alongside.sqlite")
}

fn make_organisation(data: &Path, organisation: &str, hosts: &[String]) -> Result<String, InitError> {
    let (pkcs8, root) = identity::new_key();
    let made = tls::create(organisation, hosts)?;
    let (safe, tls) = (data.join("organisation"), data.join("tls"));
    files::make_folder(&safe)?;
    files::make_folder(&tls)?;
    files::write_new(&safe.join("root.key"), &pkcs8)?;
    files::write_new(&safe.join("tls-ca.key.pem"), made.ca_key.as_bytes())?;
    files::write_new(&safe.join("MOVE-THIS-FOLDER.txt"), READ_ME.as_bytes())?;
    files::write_new(&tls.join("ca.pem"), made.ca.as_bytes())?;
    files::write_new(&tls.join("server.pem"), made.certificate.as_bytes())?;
    files::write_new(&tls.join("server.key.pem"), made.key.as_bytes())?;
    files::sync_folder(&safe)?;
    files::sync_folder(&tls)?;
    identity::create(data, organisation, &root, system_now())?;
    Ok(identity::public_key(&root).to_string())
}
