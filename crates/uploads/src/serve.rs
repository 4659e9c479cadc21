//! `/photos/{name}`: what is kept, to be held for ever by whoever asks.

use crate::store::{Name, Store};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use std::sync::Arc;
use web::{PathOf, Problem};

/// A name never means another picture.
pub(crate) const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The route of photos.
pub fn routes(photos: &crate::Photos) -> Router {
    Router::new().route("/photos/{name}", get(serve)).with_state(photos.store().clone())
}

async fn serve(
    State(store): State<Arc<dyn Store>>,
    PathOf(name): PathOf<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let name = Name::parse(&name).ok_or_else(Problem::not_found)?;
    let tag = format!("\"{name}\"");
    // Who has it has the right one; whether the store still has it does not matter to them.
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, answer_headers(&tag)).into_response());
    }
    match store.get(&name).await {
        Ok(Some(bytes)) => Ok((answer_headers(&tag), bytes).into_response()),
        Ok(None) => Err(Problem::not_found()),
        Err(error) => Err(Problem::internal(&error)),
    }
}

/// Photos are as public as menus, so that the pages of partners may show them too.
fn answer_headers(tag: &str) -> HeaderMap {
    let mut fields = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CACHE_CONTROL, HeaderValue::from_static(FOR_EVER)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("cross-origin"),
        ),
    ]);
    if let Ok(tag) = HeaderValue::from_str(tag) {
        fields.insert(header::ETAG, tag);
    }
    fields
}
