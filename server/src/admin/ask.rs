//! What the administration API is asked: JSON that names the field that is wrong.

use crate::refusal::Refusal;
use crate::shape;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

/// Longest body of the administration API.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
const NAME_BYTES_MAX: usize = 200;

/// A JSON body whose errors say what is wrong.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Asked<T> {
    type Rejection = Refusal;
    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(asked)) => Ok(Asked(asked)),
            Err(rejection) => Err(refusal(&rejection)),
        }
    }
}

fn refusal(rejection: &JsonRejection) -> Refusal {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge { bytes_max: BODY_BYTES_MAX },
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Refusal::MediaType { expected: "application/json" },
        _ => match shape::refusal(rejection) {
            Refusal::Body { .. } if rejection.status() == StatusCode::BAD_REQUEST => {
                Refusal::Body { why: "it is not JSON".to_owned() }
            }
            named => named,
        },
    }
}

/// A name is one short line.
pub fn check_name(name: &str, value: &str) -> Result<(), Refusal> {
    let fits = (1..=NAME_BYTES_MAX).contains(&value.len()) && !value.chars().any(char::is_control);
    if fits && value.trim() == value {
        Ok(())
    } else {
        Err(Refusal::field(
            name,
            format!("takes 1 to {NAME_BYTES_MAX} bytes on one line, without spaces at its ends"),
        ))
    }
}
