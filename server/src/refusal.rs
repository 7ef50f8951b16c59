//! Refusals as answers: one type for every handler, with a stable code, the field, and words for whoever reads.

use crate::plan::PlanError;
use crate::storage::StorageError;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A request that was not done. Nothing of it counts.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No token, or not the right one.
    #[error("sign in first: the request has no valid token")]
    NotSignedIn,
    /// Signed in, but not for this.
    #[error("your role may not do this")]
    MayNot,
    /// A record that was opened in an emergency, and something else than reading.
    #[error(
        "you opened this record in an emergency, for reading: nothing can be changed, and some pages stay shut"
    )]
    OnlyReading,
    /// A manager's look at what they opened themself.
    #[error("you opened this record yourself: another manager has to look at it")]
    OwnOpening,
    /// Too many in a short time.
    #[error("you looked for many people in a short time: wait ten minutes, or ring the office")]
    TooMany,
    /// A request that the device's key did not sign.
    #[error("the request's signature is not by the device's key")]
    Signature,
    /// A field that is missing, unknown or wrong.
    #[error("the field '{field}' {why}")]
    Field {
        /// Which.
        field: String,
        /// What is wrong with it, and what it takes.
        why: String,
    },
    /// Not JSON, or not of the expected shape.
    #[error("the body cannot be read: {why}")]
    Body {
        /// Where and why.
        why: String,
    },
    /// There is no such thing.
    #[error("there is no such {what}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// Something with that name is there already.
    #[error("the {what} is taken")]
    Taken {
        /// Which name.
        what: &'static str,
    },
    /// Larger than such a request may be.
    #[error("the body is larger than {bytes_max} bytes")]
    TooLarge {
        /// The limit.
        bytes_max: usize,
    },
    /// Not of the media type that is taken here.
    #[error("the body is not {expected}")]
    MediaType {
        /// What is taken.
        expected: &'static str,
    },
    /// The form was not made in this session, or is too old.
    #[error("the form is not of this session: load the page again")]
    StaleForm,
    /// The disk is full.
    #[error("the server's disk is full: try again later, nothing is lost on the device")]
    Full,
    /// The database was put back without the command for it: what came after would be lost in silence.
    #[error(
        "the server's database is older than what phones know: stop it and run 'alongside restore'; nothing is lost on the device"
    )]
    OlderThanPhones,
    /// The store was restored, and devices that may know more about this plan have not been heard.
    #[error(
        "the server was restored from a backup and waits for phones that may know more about this plan: see who is awaited, or end the wait"
    )]
    Healing,
    /// The store failed; the cause is in the log.
    #[error("the server cannot answer now: try again later")]
    Unavailable,
}

impl Refusal {
    /// A field that is missing, unknown or wrong: what is wrong with it, and what it takes.
    pub fn field(field: &str, why: impl Into<String>) -> Refusal {
        Refusal::Field { field: field.to_owned(), why: why.into() }
    }

    /// A field that names something which the page of the form did not offer.
    pub fn not_offered(field: &str) -> Refusal {
        Refusal::field(field, "is not one that this page offered")
    }

    fn parts(&self) -> (StatusCode, &'static str, Option<&str>) {
        match self {
            Refusal::NotSignedIn => (StatusCode::UNAUTHORIZED, "not_signed_in", None),
            Refusal::MayNot => (StatusCode::FORBIDDEN, "may_not", None),
            Refusal::OnlyReading => (StatusCode::FORBIDDEN, "only_reading", None),
            Refusal::OwnOpening => (StatusCode::FORBIDDEN, "own_opening", None),
            Refusal::TooMany => (StatusCode::TOO_MANY_REQUESTS, "too_many", None),
            Refusal::Signature => (StatusCode::UNAUTHORIZED, "signature", None),
            Refusal::Field { field, .. } => (StatusCode::UNPROCESSABLE_ENTITY, "field", Some(field)),
            Refusal::Body { .. } => (StatusCode::BAD_REQUEST, "body", None),
            Refusal::NotFound { what } => (StatusCode::NOT_FOUND, "not_found", Some(what)),
            Refusal::Taken { what } => (StatusCode::CONFLICT, "taken", Some(what)),
            Refusal::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too_large", None),
            Refusal::MediaType { .. } => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", None),
            Refusal::StaleForm => (StatusCode::FORBIDDEN, "stale_form", None),
            Refusal::Full => (StatusCode::INSUFFICIENT_STORAGE, "disk_full", None),
            Refusal::OlderThanPhones => (StatusCode::SERVICE_UNAVAILABLE, "older_than_phones", None),
            Refusal::Healing => (StatusCode::CONFLICT, "healing", None),
            Refusal::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", None),
        }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.parts().0
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Refusal {
        tracing::error!(%error, "the store failed");
        match error {
            StorageError::Full => Refusal::Full,
            _ => Refusal::Unavailable,
        }
    }
}

impl From<PlanError> for Refusal {
    fn from(error: PlanError) -> Refusal {
        match error {
            PlanError::Storage(error) => error.into(),
            PlanError::Healing => Refusal::Healing,
            PlanError::Replay(_) | PlanError::Root(_) => {
                tracing::error!(%error, "a plan cannot be read");
                Refusal::Unavailable
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, field) = self.parts();
        let error = json!({ "error": { "code": code, "field": field, "message": self.to_string() } });
        (status, Json(error)).into_response()
    }
}
