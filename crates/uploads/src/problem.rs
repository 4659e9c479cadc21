//! What it is to whoever sends a photo when it is not kept (RFC 9457).

use crate::{KeepError, Unfit};
use axum::http::StatusCode;
use web::Problem;

impl From<KeepError> for Problem {
    fn from(error: KeepError) -> Self {
        let unfit = |status, code| Self::new(status, code).detail(error.to_string());
        match &error {
            KeepError::Unfit(Unfit::Kind(_)) => {
                unfit(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_a_photo")
            }
            KeepError::Unfit(Unfit::Bytes) => {
                unfit(StatusCode::PAYLOAD_TOO_LARGE, "photo_too_large")
            }
            KeepError::Unfit(_) => unfit(StatusCode::UNPROCESSABLE_ENTITY, "photo_unfit"),
            KeepError::Busy => Self::unavailable(2),
            KeepError::Store(_) | KeepError::Broke(_) => Self::internal(&error),
        }
    }
}
