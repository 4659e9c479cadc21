//! The ID token: who signed in at an app, when and how (OpenID Connect Core 1.0, 2). It has the type
//! of a session's token and the audience of the app, so it is never taken for one.

use crate::{
    app::App,
    domain::method,
    tokens::IdTokenSigner,
    usecases::{
        Failure,
        openid::{ACCESS_LIFE, Issue},
    },
};
use kernel::ids::{ClientId, PersonId, SessionId};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: PersonId,
    aud: ClientId,
    iat: i64,
    exp: i64,
    auth_time: i64,
    amr: Vec<&'static str>,
    sid: SessionId,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
}

/// The ID token that goes with these tokens.
pub(super) fn of(app: &App, signer: &IdTokenSigner, issue: &Issue) -> Result<String, Failure> {
    let now = app.context.clock.now().as_second();
    let grant = &issue.grant;
    signer.sign(&Claims {
        iss: app.context.site.origin(),
        sub: grant.person,
        aud: grant.client,
        iat: now,
        exp: now + ACCESS_LIFE.as_secs(),
        auth_time: grant.proved_at.as_second(),
        amr: method::references(&grant.methods),
        sid: grant.session,
        nonce: issue.nonce.as_deref(),
    })
}
