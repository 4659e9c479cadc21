//! An app asks to know who somebody is: a code, when they are signed in and let it.

use super::{super::Failure, after, begin_authorization::finish, secret};
use crate::{
    domain::{authorization::Asked, client::is_of_anybody, scope::Scopes},
    store::{
        clients::{self, Client, hash},
        consents,
        grants::{self, Code, Grant},
        persons,
        sessions::{self, Session},
    },
};
use database::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{
    Env,
    ids::{ClientId, PersonId, SessionId},
};
use session::ABSOLUTE_LIFE;

/// Only the way from the browser to the app lies between (OAuth 2.1, 4.1.2: at most ten minutes).
const CODE_LIFE: SignedDuration = SignedDuration::from_secs(60);

/// One request, and who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authorizing {
    pub(crate) client: ClientId,
    /// One of the app's own, which has been looked at.
    pub(crate) redirect_uri: String,
    pub(crate) asked: Asked,
    pub(crate) asked_at: Timestamp,
    pub(crate) who: Option<(PersonId, SessionId)>,
    /// Whom the app expects.
    pub(crate) expected: Option<PersonId>,
    /// The person has just said yes.
    pub(crate) consented: bool,
    /// Where it was kept meanwhile.
    pub(crate) step: Option<String>,
    /// Where the person is; nothing when that is not counted.
    pub(crate) address: Option<String>,
}

/// How it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Authorized {
    /// Back to the app with this.
    Code(String),
    /// Nobody is signed in.
    MustSignIn,
    /// Somebody is, but must prove it again, or is not the one who is expected.
    MustProve,
    /// They were never asked for all of it.
    MustConsent,
    /// The app is gone since.
    NoClient,
}

/// Gives a code, or says what is missing.
pub(crate) fn authorize(
    tx: &mut Tx<'_>,
    env: &Env,
    request: &Authorizing,
) -> Result<Authorized, Failure> {
    let Some(client) = clients::by_id(tx, request.client)? else {
        return Ok(Authorized::NoClient);
    };
    let Some(session) = session_of(tx, env, request)? else { return Ok(Authorized::MustSignIn) };
    let expected = request.expected.is_none_or(|person| person == session.person_id);
    if !expected || !request.asked.is_fresh(session.proved_at, request.asked_at, env.now) {
        return Ok(Authorized::MustProve);
    }
    let granted = consents::lock(tx, session.person_id, client.id)?.unwrap_or_default();
    // Another app may pass for one that proves itself neither by a secret nor by its address.
    let assured = client.is_confidential() || !is_of_anybody(&request.redirect_uri);
    if request.consented {
        let all: Scopes = granted.union(&request.asked.scopes).copied().collect();
        consents::set(tx, session.person_id, client.id, &all, env.now)?;
    } else if !(assured && request.asked.is_covered(&granted)) {
        return Ok(Authorized::MustConsent);
    }
    if let Some(step) = &request.step {
        finish(tx, step, request.address.as_deref(), env.now)?;
    }
    Ok(Authorized::Code(grant(tx, env, request, &client, &session)?))
}

fn session_of(
    tx: &mut Tx<'_>,
    env: &Env,
    request: &Authorizing,
) -> Result<Option<Session>, Failure> {
    let Some((person, session)) = request.who else { return Ok(None) };
    // First, as everywhere: the grant that is written refers to them.
    if persons::lock(tx, person)?.is_none() {
        return Ok(None);
    }
    let session = sessions::lock(tx, session)?;
    Ok(session.filter(|session| session.person_id == person && session.lives(env.now)))
}

fn grant(
    tx: &mut Tx<'_>,
    env: &Env,
    request: &Authorizing,
    client: &Client,
    session: &Session,
) -> Result<String, Failure> {
    let life = SignedDuration::try_from(ABSOLUTE_LIFE).unwrap_or(SignedDuration::MAX);
    let grant = Grant {
        id: env.id(),
        client: client.id,
        person: session.person_id,
        session: session.id,
        scopes: request.asked.scopes.clone(),
        methods: session.methods.clone(),
        proved_at: session.proved_at,
        created_at: env.now,
        ends_at: after(env.now, life),
        ended_at: None,
    };
    grants::insert(tx, &grant)?;
    let text = secret(env, "cac_");
    let code = Code {
        grant: grant.id,
        redirect_uri: request.redirect_uri.clone(),
        challenge: request.asked.challenge.clone(),
        nonce: request.asked.nonce.clone(),
        ends_at: after(env.now, CODE_LIFE),
        used: false,
    };
    grants::insert_code(tx, &hash(&text), &code)?;
    Ok(text)
}
