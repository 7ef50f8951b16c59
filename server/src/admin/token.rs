//! The administrator's token: 256 random bits, of which only the hash is kept.

use crate::app::App;
use crate::refusal::Refusal;
use crate::secret;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

/// The request carries the administrator's token.
pub struct Administrator;

impl FromRequestParts<App> for Administrator {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let given = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(Refusal::NotSignedIn)?;
        let expected = app.store.administrator_token().await?.ok_or(Refusal::NotSignedIn)?;
        let is_right = secret::is_same(&secret::hash(given.as_bytes()), &expected);
        if is_right { Ok(Administrator) } else { Err(Refusal::NotSignedIn) }
    }
}
