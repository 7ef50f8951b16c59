//! Passwords: Argon2id, on a thread of its own because it is slow on purpose.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
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

/// The hash to store, with its salt and parameters.
pub async fn hash(password: String) -> Option<String> {
    let made = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    });
    made.await.ok()?.ok()
}

/// What the key of a desk is made for: it is not the hash that is stored, whatever the salts are.
const WRAPPING: &[u8] = b"alongside desk key 1";

/// The key that wraps the secret of a desk: it follows from the password, and from a salt that is not the hash's.
pub async fn wrapping_key(password: &str, salt: [u8; 16]) -> Option<Zeroizing<[u8; 32]>> {
    let password = Zeroizing::new(password.to_owned());
    let made = tokio::task::spawn_blocking(move || {
        let mut stretched = Zeroizing::new([0; 32]);
        Argon2::default().hash_password_into(password.as_bytes(), &salt, stretched.as_mut_slice()).ok()?;
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, stretched.as_slice()), WRAPPING);
        let mut key = Zeroizing::new([0; 32]);
        key.copy_from_slice(tag.as_ref());
        Some(key)
    });
    made.await.ok()?
}

/// Whether the password is the one that was hashed. Without a hash (no such account) it takes as long, and is not.
pub async fn verify(password: String, stored: Option<String>) -> bool {
    let found = tokio::task::spawn_blocking(move || match stored {
        Some(stored) => PasswordHash::new(&stored)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()),
        None => {
            // The time that an account would have taken, so that nobody learns which usernames exist.
            let _ = Argon2::default().hash_password(password.as_bytes());
            false
        }
    });
    found.await.unwrap_or(false)
}
