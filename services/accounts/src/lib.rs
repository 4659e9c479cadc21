//! Accounts: people, their passwords and their sessions. Everybody signs in here; the other services
//! verify the token by themselves and come back only to renew it.
//!
//! [`start`] makes the routes: pages for people ([`pages`]), JSON for programs ([`api`]). What can be
//! done is in `usecases`, one file per verb.

mod api;
mod app;
mod authenticator;
mod client;
mod domain;
mod entrance;
mod events;
mod pages;
mod passkeys;
mod passwords;
mod proved_lately;
mod sealing;
mod store;
mod tokens;
mod usecases;

use app::App;
use database::Tx;
use kernel::Env;
use outbox::Lease;
use passkeys::Passkeys;
use passwords::{PasswordError, Passwords};
use runtime::{Context, StartError};
use sealing::Sealing;
use std::{sync::Arc, time::Duration};
use tokens::Tokens;
use usecases::{DemoPerson, Failure, prepare_keys, prune};

/// The password of all demo people (CONTRACT).
pub const DEMO_PASSWORD: &str = "comanda-demo";

/// Who lives in the demo town.
const DEMO_PEOPLE: &str = include_str!("../../../demo/town/people.json");

/// The tables of accounts.
pub const MIGRATIONS: database::Migrations =
    database::migrations!("accounts", ["V1__accounts", "V2__one_time", "V4__second_step"]);

/// How `comanda` starts it.
pub const SERVICE: runtime::Service =
    runtime::Service { name: web::Service::Accounts, migrations: &[MIGRATIONS] };

/// How often rows that nobody needs are forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(60 * 60);

/// Starts the service: keys, consumers, timers. The answer is its own routes.
///
/// # Errors
/// The database fails, or passwords cannot be hashed.
pub async fn start(context: Context) -> Result<axum::Router, StartError> {
    let tokens = open_tokens(&context).await?;
    let (keys, renewing) = (tokens.keys(), tokens.clone());
    context
        .sessions
        .answer_here(keys, Arc::new(move |token| Box::pin(renewing.clone().renew_here(token))));
    let passwords = Passwords::new(context.random.clone()).await.map_err(|error| failed(&error))?;
    let passkeys = Passkeys::new(context.site.origin()).map_err(|error| failed(&error))?;
    let sealing = Sealing::new(context.settings.sealing_key).map_err(|error| failed(&error))?;
    context.tasks.spawn("accounts consumer", events::consume::listen(context.clone()));
    context.tasks.spawn("accounts pruning", prune_now_and_then(context.clone()));
    let app = App { context, tokens, passwords, passkeys, sealing };
    Ok(pages::routes().merge(api::routes()).with_state(app))
}

/// Adds the people of the demo town, once, where nobody has an account yet. `false`: somebody has.
///
/// # Errors
/// The database fails, or the demo password cannot be hashed.
pub async fn load_demo(context: &Context) -> Result<bool, StartError> {
    let anybody = context.database.read(|tx| Ok::<_, Failure>(store::persons::any(tx)?)).await;
    if anybody.map_err(|error| failed(&error))? {
        return Ok(false);
    }
    let people: Vec<DemoPerson> =
        serde_json::from_str(DEMO_PEOPLE).map_err(|error| failed(&error))?;
    let hashed = async { Passwords::new(context.random.clone()).await?.hash(DEMO_PASSWORD).await };
    let hash = hashed.await.map_err(|error: PasswordError| failed(&error))?;
    let load =
        move |tx: &mut Tx<'_>, env: &Env| usecases::load_demo_people(tx, env, &people, &hash);
    let added =
        context.run("load_demo_people", load).await.map_err(|error: Failure| failed(&error))?;
    Ok(added > 0)
}

/// The JSON API, described.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    api::openapi()
}

async fn open_tokens(context: &Context) -> Result<Tokens, StartError> {
    let issuer = context.site.origin().to_owned();
    let prepare = move |tx: &mut Tx<'_>, env: &Env| prepare_keys(tx, env, &issuer);
    let signers =
        context.run("prepare_keys", prepare).await.map_err(|error: Failure| failed(&error))?;
    Tokens::new(context, &signers).ok_or_else(|| StartError::Service {
        service: "accounts",
        reason: "it has no signing key".to_owned(),
    })
}

async fn prune_now_and_then(context: Context) {
    let stopping = context.tasks.stopping();
    let mut every = tokio::time::interval(PRUNE_EVERY);
    let mut lease = context.lease("pruning").lasting(PRUNE_EVERY);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = stopping.cancelled() => break,
        }
        match prune_in_turn(&context, &mut lease).await {
            Ok(rows) => tracing::debug!(rows, "forgot old sessions and attempts"),
            Err(error) => {
                tracing::warn!(%error, "old sessions and attempts could not be forgotten")
            }
        }
    }
    lease.release().await;
}

/// Nothing while another replica does it.
async fn prune_in_turn(context: &Context, lease: &mut Lease) -> Result<u64, Failure> {
    if !lease.take().await? {
        return Ok(0);
    }
    context.run("prune", prune).await
}

fn failed(error: &dyn std::error::Error) -> StartError {
    let sources = std::iter::successors(Some(error), |error| error.source());
    let reason = sources.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    StartError::Service { service: "accounts", reason }
}
