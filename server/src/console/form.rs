//! A form that was sent: its fields, or a refusal that says which one is missing or wrong. Nothing of the form's own
//! framework reaches whoever filled it in.

use super::page::NotShown;
use crate::refusal::Refusal;
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
            field_of(&source_words(rejection))
        }
        _ if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Refusal::TooLarge { bytes_max: super::FORM_BYTES_MAX }
        }
        _ => Refusal::Body { why: "it ended early".to_owned() },
    }
}

/// What the cause says, as far in as it names a field.
fn source_words(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let words: Vec<String> = causes.map(|cause| cause.to_string()).collect();
    let names = |words: &&String| words.split_once(": ").is_some_and(|(place, _)| is_code(place));
    words.iter().rev().find(names).or(words.last()).cloned().unwrap_or_default()
}

/// The field that the words of the cause name. Values are left out: they may be about a person.
fn field_of(words: &str) -> Refusal {
    let named = |before: &str| {
        let after = words.split_once(before)?.1;
        Some(after.split_once('`')?.0.to_owned())
    };
    if let Some(field) = named("missing field `") {
        return Refusal::Field { field, why: "is missing".to_owned() };
    }
    if let Some(field) = named("duplicate field `") {
        return Refusal::Field { field, why: "is there twice".to_owned() };
    }
    let place = words.split_once(": ").map(|(place, _)| place).filter(|place| is_code(place));
    match place {
        Some(field) => {
            Refusal::Field { field: field.to_owned(), why: "is not of the kind that it takes".to_owned() }
        }
        None => Refusal::Body { why: "a field of the form is not of the kind that it takes".to_owned() },
    }
}

fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
