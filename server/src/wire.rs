//! The protocol's bodies over HTTP: CBOR in, packed messages out, few headers.

use crate::refusal::Refusal;
use alongside_domain::sync::messages::{self, MessageError};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The media type of every message.
pub const MEDIA_TYPE: &str = "application/cbor";

/// The bytes of a request that says that it is CBOR and is not too long.
pub fn read(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    bytes_max: usize,
) -> Result<Bytes, Refusal> {
    if headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes) != Some(MEDIA_TYPE.as_bytes()) {
        return Err(Refusal::MediaType { expected: MEDIA_TYPE });
    }
    body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge { bytes_max },
        _ => Refusal::Body { why: "it ended early".to_owned() },
    })
}

/// A message that cannot be read.
pub fn unreadable(error: MessageError) -> Refusal {
    match error {
        MessageError::TooLong => Refusal::TooLarge { bytes_max: messages::MESSAGE_BYTES_MAX },
        MessageError::NotCompressed | MessageError::NotCbor => Refusal::Body { why: error.to_string() },
    }
}

/// A packed answer.
pub fn write(message: &impl minicbor::Encode<()>) -> Response {
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], messages::pack(message)).into_response()
}
