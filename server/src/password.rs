//! Passwords: Argon2id, on a thread of its own because it is slow on purpose.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use ring::hmac;
use zeroize::Zeroizing;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Easily guessed.
    #[error("has at least {} characters", LENGTH_MIN)]
    TooShort,
    /// Too long to be typed by a person.
    #[error("has at most {} characters", LENGTH_MAX)]
    TooLong,
}

const LENGTH_MIN: usize = 12;
const LENGTH_MAX: usize = 200;

/// Whether a password may be set.
pub fn check(password: &str) -> Result<(), PasswordError> {
    match password.chars().count() {
        length if length < LENGTH_MIN => Err(PasswordError::TooShort),
        length if length > LENGTH_MAX => Err(PasswordError::TooLong),
        _ => Ok(()),
    }
}

/// How much work a password costs whoever guesses it, and the server at each sign-in.
#[derive(Debug, Clone, Default)]
pub struct Passwords {
    work: Params,
}

/// What the key of a desk is made for: it is not the hash that is stored, whatever the salts are.
const WRAPPING: &[u8] = b"alongside desk key 1";

impl Passwords {
    /// Almost no work, for simulated worlds whose passwords protect nobody: they sign in thousands of times.
    pub fn that_protect_nobody() -> Passwords {
        Passwords {
            work: Params::new(Params::MIN_M_COST, Params::MIN_T_COST, 1, None).expect("the least is allowed"),
        }
    }

    fn stretch(&self) -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.work.clone())
    }

    /// The hash to store, with its salt and parameters.
    pub async fn hash(&self, password: String) -> Option<String> {
        let stretch = self.stretch();
        let made = tokio::task::spawn_blocking(move || {
            stretch.hash_password(password.as_bytes()).map(|hash| hash.to_string())
        });
        made.await.ok()?.ok()
    }

    /// The key that wraps the secret of a desk: it follows from the password, and from a salt that is not the hash's.
    pub async fn wrapping_key(&self, password: &str, salt: [u8; 16]) -> Option<Zeroizing<[u8; 32]>> {
        let stretch = self.stretch();
        let password = Zeroizing::new(password.to_owned());
        let made = tokio::task::spawn_blocking(move || {
            let mut stretched = Zeroizing::new([0; 32]);
            stretch.hash_password_into(password.as_bytes(), &salt, stretched.as_mut_slice()).ok()?;
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, stretched.as_slice()), WRAPPING);
            let mut key = Zeroizing::new([0; 32]);
            key.copy_from_slice(tag.as_ref());
            Some(key)
        });
        made.await.ok()?
    }

    /// Whether the password is the one that was hashed. Without a hash (no such account) it takes as long, and is not.
    pub async fn verify(&self, password: String, stored: Option<String>) -> bool {
        let stretch = self.stretch();
        let found = tokio::task::spawn_blocking(move || match stored {
            Some(stored) => PasswordHash::new(&stored)
                .is_ok_and(|hash| stretch.verify_password(password.as_bytes(), &hash).is_ok()),
            None => {
                // The time that an account would have taken, so that nobody learns which usernames exist.
                let _ = stretch.hash_password(password.as_bytes());
                false
            }
        });
        found.await.unwrap_or(false)
    }
}
