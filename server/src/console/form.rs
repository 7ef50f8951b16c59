//! A form that was sent: its fields, or a refusal that says which one is missing or wrong. Nothing of the form's own
//! framework reaches whoever filled it in.

use super::page::NotShown;
use crate::refusal::Refusal;
use crate::shape;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

/// The fields of a form.
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = NotShown;

    async fn from_request(request: Request, state: &S) -> Result<Form<T>, NotShown> {
        let form = axum::Form::<T>::from_request(request, state).await;
        form.map(|form| Form(form.0)).map_err(|rejection| refused(&rejection).into())
    }
}

fn refused(rejection: &FormRejection) -> Refusal {
    match rejection {
        FormRejection::InvalidFormContentType(_) => Refusal::MediaType { expected: "a form" },
        FormRejection::FailedToDeserializeForm(_) | FormRejection::FailedToDeserializeFormBody(_) => {
            shape::refusal(rejection)
        }
        _ if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Refusal::TooLarge { bytes_max: super::FORM_BYTES_MAX }
        }
        _ => Refusal::Body { why: "it ended early".to_owned() },
    }
}
