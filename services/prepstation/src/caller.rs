//! Who calls the JSON API: somebody signed in, or a program with a key (`Authorization: Bearer cmd_…`).

use crate::{
    domain::api_key::{PREFIX, Scope},
    kitchen::Kitchen,
    store::api_keys::{self, ApiKey},
    usecases::{Actor, Refusal},
};
use axum::{
    extract::{FromRef, FromRequestParts},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use database::Tx;
use jiff::SignedDuration;
use kernel::{
    Env,
    ids::{Id, PersonId},
};
use runtime::{Attempts, Context};
use session::Principal;
use web::{
    Problem,
    signed_in::{SignedIn, token_of},
};

/// The last use of a key is noted so often at most.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Wrong keys of one network in a minute, before it has to wait.
const GUESSES_A_MINUTE: u32 = 20;

/// Wrong keys.
#[derive(Debug, Clone)]
pub(crate) struct Guesses(Attempts);

impl Default for Guesses {
    fn default() -> Self {
        Self(Attempts::at_most(GUESSES_A_MINUTE))
    }
}

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// Somebody signed in.
    Person(Box<Principal>),
    /// A program.
    Program(ApiKey),
}

impl Caller {
    /// The caller as the one who acts, if a program's key has this scope; a person's role is looked at
    /// where they act.
    pub(crate) fn may(&self, scope: Scope) -> Result<Actor, Problem> {
        match self {
            Self::Person(person) => Ok(Actor::Person(person.person_id)),
            Self::Program(key) if key.scopes.contains(&scope) => {
                Ok(Actor::Program { key: key.id, restaurant: key.restaurant_id })
            }
            Self::Program(_) => Err(Problem::forbidden("scope_missing")
                .detail(format!("This takes a key with the scope {}.", scope.key()))
                .with("needs", scope.key())),
        }
    }

    /// Whose idempotency keys these are.
    pub(crate) fn id(&self) -> PersonId {
        match self {
            Self::Person(person) => person.person_id,
            Self::Program(key) => PersonId::from_uuid(key.id),
        }
    }
}

impl FromRef<Kitchen> for Context {
    fn from_ref(kitchen: &Kitchen) -> Self {
        kitchen.context.clone()
    }
}

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    Context: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let context = Context::from_ref(state);
        let token = token_of(&parts.headers, &context.site);
        let Some(secret) = token.filter(|token| token.starts_with(PREFIX)) else {
            let SignedIn(person) = SignedIn::from_request_parts(parts, state).await?;
            return Ok(Self::Person(Box::new(person)));
        };
        let key = program(&context, parts, secret).await;
        key.map(Self::Program).map_err(IntoResponse::into_response)
    }
}

/// The key that was sent. A wrong one counts against the network, whose right ones open all the same:
/// one revoked key of an integrator stops no till.
async fn program(context: &Context, parts: &Parts, secret: &str) -> Result<ApiKey, Problem> {
    let sent = secret.to_owned();
    let found = context.database.read(move |tx| Ok::<_, Refusal>(api_keys::by_secret(tx, &sent)?));
    let Some(key) = found.await? else {
        let guesses = parts.extensions.get::<Guesses>().zip(context.network_of(parts));
        if let Some((Guesses(guesses), network)) = guesses {
            let minute = context.minute();
            if guesses.are_spent(&network, minute) {
                return Err(Problem::too_many(60));
            }
            guesses.count(network, minute);
        }
        return Err(Problem::unauthorized().detail("This key opens nothing. Was it revoked?"));
    };
    note_use(context, &key).await?;
    Ok(key)
}

async fn note_use(context: &Context, key: &ApiKey) -> Result<(), Refusal> {
    let now = context.clock.now();
    if key.used_at.is_some_and(|at| now.duration_since(at) < NOTED_EVERY) {
        return Ok(());
    }
    let id = key.id;
    let note = move |tx: &mut Tx<'_>, env: &Env| Ok(api_keys::touch(tx, id, env.now)?);
    context.run("note_use_of_api_key", note).await
}
