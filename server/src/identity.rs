//! Who the server is: the store's author id, epoch, key and certificate, and the organisation's public root.

use crate::files::{self, FileError};
use crate::hex;
use crate::secret::{OsRandom, Random};
use alongside_domain::ids::{AuthorId, Epoch};
use alongside_domain::journal::{PublicKey, Signature};
use alongside_domain::sync::certificate::{Certificate, CertificateError, Subject};
use alongside_domain::time::Moment;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// How long a server key is valid.
pub const STORE_KEY_DAYS: i64 = 90;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The store's identity, with its private key.
pub struct Identity {
    /// The name under which the store writes.
    pub author: AuthorId,
    /// The epoch in which it writes: a new one after each restore.
    pub epoch: Epoch,
    /// Its certificate, signed by the root.
    pub certificate: Certificate,
    /// The organisation's public root key.
    pub root: PublicKey,
    /// The organisation's name.
    pub organisation: String,
    /// The authority of the server's TLS certificate: what phones pin.
    pub ca_pem: String,
    key: Ed25519KeyPair,
}

/// Why the identity cannot be used. The remedy for all but the first is a restore of the identity folder.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// A file is missing or cannot be read: run `alongside init` first, or mend its permissions.
    #[error(transparent)]
    File(#[from] FileError),
    /// `store.json` is not what init wrote.
    #[error("{path} cannot be understood")]
    Unreadable {
        /// Which file.
        path: PathBuf,
    },
    /// The private key is damaged, or not the one that the certificate names.
    #[error("the store's private key is damaged or does not belong to its certificate")]
    Key,
    /// The root did not sign the store's certificate.
    #[error("the store's certificate: {0}")]
    Certificate(#[from] CertificateError),
}

/// What `identity/store.json` holds: nothing secret.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoreFile {
    organisation: String,
    author: AuthorId,
    epoch: Epoch,
    root_key: PublicKey,
    certificate: String,
}

/// Where the parts of an identity are below the data folder.
pub struct IdentityPaths {
    folder: PathBuf,
    store_key: PathBuf,
    store_file: PathBuf,
    ca: PathBuf,
}

impl IdentityPaths {
    /// The paths below `data`.
    pub fn of(data: &Path) -> IdentityPaths {
        let folder = data.join("identity");
        IdentityPaths {
            store_key: folder.join("store.key"),
            store_file: folder.join("store.json"),
            ca: data.join("tls").join("ca.pem"),
            folder,
        }
    }
}

/// A new Ed25519 key in PKCS#8.
pub fn new_key() -> (Vec<u8>, Ed25519KeyPair) {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
        .expect("the operating system gives random bytes");
    let key = Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("a key that was just made is whole");
    (document.as_ref().to_vec(), key)
}

/// The public half.
pub fn public_key(key: &Ed25519KeyPair) -> PublicKey {
    PublicKey::from_slice(key.public_key().as_ref()).expect("an Ed25519 public key has 32 bytes")
}

/// Signs with an Ed25519 key.
pub fn sign(key: &Ed25519KeyPair, message: &[u8]) -> Signature {
    Signature::from_slice(key.sign(message).as_ref()).expect("an Ed25519 signature has 64 bytes")
}

/// Makes the store's identity and writes it below `data`; `root` signs its certificate.
pub fn create(data: &Path, organisation: &str, root: &Ed25519KeyPair, now: Moment) -> Result<(), FileError> {
    let paths = IdentityPaths::of(data);
    let (pkcs8, key) = new_key();
    let random: &dyn Random = &OsRandom;
    let (author, epoch) = (AuthorId(random.bytes()), Epoch(random.bytes()));
    let certificate = certify(author, &key, root, now);
    let file = StoreFile {
        organisation: organisation.to_owned(),
        author,
        epoch,
        root_key: public_key(root),
        certificate: hex::encode(&minicbor::to_vec(&certificate).expect("a vector takes every byte")),
    };
    let json = serde_json::to_vec_pretty(&file).expect("ids and text are JSON");
    files::make_folder(&paths.folder)?;
    files::write_new(&paths.store_key, &pkcs8)?;
    files::write_new(&paths.store_file, &json)?;
    files::sync_folder(&paths.folder)
}

/// The root's word that `key` is the store's.
fn certify(author: AuthorId, key: &Ed25519KeyPair, root: &Ed25519KeyPair, now: Moment) -> Certificate {
    let valid_to = now.plus_ms(STORE_KEY_DAYS * DAY_MS);
    let subject = Subject {
        author,
        key: public_key(key),
        holder: None,
        valid_from: now,
        valid_to,
        sealing: None,
        desk: None,
    };
    Certificate::issue(&subject, |message| sign(root, message))
}

/// What an identity is made of when no folder holds it.
pub struct IdentityParts {
    /// The organisation's name.
    pub organisation: String,
    /// The name under which the store writes.
    pub author: AuthorId,
    /// Its installation.
    pub epoch: Epoch,
    /// Its key.
    pub key: Ed25519KeyPair,
}

impl Identity {
    /// An identity that stands in no file, for a server inside another process; `root` signs its certificate.
    pub fn of(parts: IdentityParts, root: &Ed25519KeyPair, now: Moment) -> Identity {
        Identity {
            author: parts.author,
            epoch: parts.epoch,
            certificate: certify(parts.author, &parts.key, root, now),
            root: public_key(root),
            organisation: parts.organisation,
            ca_pem: String::new(),
            key: parts.key,
        }
    }

    /// Reads the identity below `data` and checks that its parts belong together.
    pub fn load(data: &Path) -> Result<Identity, IdentityError> {
        let paths = IdentityPaths::of(data);
        let unreadable = || IdentityError::Unreadable { path: paths.store_file.clone() };
        let file: StoreFile =
            serde_json::from_slice(&files::read(&paths.store_file)?).map_err(|_| unreadable())?;
        let bytes = hex::decode(&file.certificate).map_err(|_| unreadable())?;
        let certificate: Certificate = minicbor::decode(&bytes).map_err(|_| unreadable())?;
        let key =
            Ed25519KeyPair::from_pkcs8(&files::read(&paths.store_key)?).map_err(|_| IdentityError::Key)?;
        let subject = certificate.verify(&file.root_key)?;
        if subject.key != public_key(&key) || subject.author != file.author {
            return Err(IdentityError::Key);
        }
        Ok(Identity {
            author: file.author,
            epoch: file.epoch,
            certificate,
            root: file.root_key,
            organisation: file.organisation,
            ca_pem: files::read_text(&paths.ca)?,
            key,
        })
    }

    /// The identity of a store that was restored, which writes in an epoch of its own since.
    pub fn writing_in(self, epoch: Option<Epoch>) -> Identity {
        Identity { epoch: epoch.unwrap_or(self.epoch), ..self }
    }

    /// Signs with the store's key.
    pub fn sign(&self, message: &[u8]) -> Signature {
        sign(&self.key, message)
    }

    /// The store's public key.
    pub fn public_key(&self) -> PublicKey {
        public_key(&self.key)
    }
}
