//! Public keys, and how apps find all the rest.

use crate::{
    app::App,
    domain::{scope::Scope, signing::SigningAlgorithm},
    tokens::Published,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, header},
};
use serde::Serialize;

const FOR_FIVE_MINUTES: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "public, max-age=300")];
const CLIENT_AUTHENTICATION: [&str; 3] = ["client_secret_basic", "client_secret_post", "none"];

/// OpenID Connect Discovery 1.0, RFC 8414 and RFC 9207.
#[derive(Debug, Serialize)]
pub(super) struct Configuration {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    revocation_endpoint: String,
    end_session_endpoint: String,
    scopes_supported: [&'static str; 4],
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 1],
    grant_types_supported: [&'static str; 2],
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: [&'static str; 2],
    token_endpoint_auth_methods_supported: [&'static str; 3],
    revocation_endpoint_auth_methods_supported: [&'static str; 3],
    code_challenge_methods_supported: [&'static str; 1],
    prompt_values_supported: [&'static str; 4],
    claim_types_supported: [&'static str; 1],
    claims_supported: [&'static str; 12],
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    authorization_response_iss_parameter_supported: bool,
}

type Cached<T> = ([(HeaderName, &'static str); 1], Json<T>);

/// The live keys: of each kind the one that signs, the one that will, and those that did.
pub(super) async fn keys(State(app): State<App>) -> Cached<Published> {
    (FOR_FIVE_MINUTES, Json(app.tokens.published()))
}

/// Where everything is, and what is understood.
pub(super) async fn configuration(State(app): State<App>) -> Cached<Configuration> {
    let issuer = app.context.site.origin().to_owned();
    let at = |path: &str| format!("{issuer}{path}");
    let configuration = Configuration {
        authorization_endpoint: at("/oauth/authorize"),
        token_endpoint: at("/oauth/token"),
        userinfo_endpoint: at("/oauth/userinfo"),
        jwks_uri: at("/.well-known/jwks.json"),
        revocation_endpoint: at("/oauth/revoke"),
        end_session_endpoint: at("/oauth/end-session"),
        scopes_supported: Scope::ALL.map(Scope::word),
        response_types_supported: ["code"],
        response_modes_supported: ["query"],
        grant_types_supported: ["authorization_code", "refresh_token"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: SigningAlgorithm::ALL.map(SigningAlgorithm::name),
        token_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
        revocation_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
        code_challenge_methods_supported: ["S256"],
        prompt_values_supported: ["none", "login", "consent", "select_account"],
        claim_types_supported: ["normal"],
        claims_supported: [
            "iss",
            "sub",
            "aud",
            "iat",
            "exp",
            "auth_time",
            "amr",
            "sid",
            "nonce",
            "name",
            "email",
            "email_verified",
        ],
        claims_parameter_supported: false,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        authorization_response_iss_parameter_supported: true,
        issuer,
    };
    (FOR_FIVE_MINUTES, Json(configuration))
}
