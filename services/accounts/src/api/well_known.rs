//! Public keys, and where to find them.

use crate::app::App;
use axum::{
    Json,
    extract::State,
    http::{HeaderName, header},
};
use serde::Serialize;
use session::JwkSet;

const FOR_FIVE_MINUTES: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "public, max-age=300")];

/// OpenID Connect Discovery 1.0, as far as there is something to discover.
#[derive(Debug, Serialize)]
pub(super) struct Configuration {
    issuer: String,
    jwks_uri: String,
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: [&'static str; 1],
    claims_supported: [&'static str; 10],
}

type Cached<T> = ([(HeaderName, &'static str); 1], Json<T>);

/// The live keys: the one that signs and the one that will.
pub(super) async fn keys(State(app): State<App>) -> Cached<JwkSet> {
    (FOR_FIVE_MINUTES, Json(app.tokens.document().clone()))
}

/// Where the keys are.
pub(super) async fn configuration(State(app): State<App>) -> Cached<Configuration> {
    let issuer = app.context.site.origin().to_owned();
    let configuration = Configuration {
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        issuer,
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["EdDSA"],
        claims_supported: [
            "iss", "sub", "sid", "iat", "exp", "nbf", "name", "email", "roles", "operator",
        ],
    };
    (FOR_FIVE_MINUTES, Json(configuration))
}
