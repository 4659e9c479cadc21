//! Accounts: people, their passwords and their sessions. Everybody signs in here; the other services
//! verify the token by themselves and come back only to renew it.
//!
//! [`start`] makes the routes: pages for people ([`pages`]), JSON for programs ([`api`]). What can be
//! done is in `usecases`, one file per verb.

mod api;
mod app;
mod authenticator;
mod client;
mod data_map;
mod domain;
mod doors;
mod entrance;
mod events;
mod federated;
mod federation;
mod gather;
mod help;
mod mailing;
mod pages;
mod passkeys;
mod passwords;
mod proved_lately;
mod rsa_key;
mod sealing;
mod store;
mod tokens;
mod usecases;

pub use data_map::DATA_MAP;
pub use help::{HelpError, end_sessions, reset_second_step};

use app::App;
use broker::Finding;
use database::{Database, Tx};
use federation::Federation;
use kernel::{Clock, Env, SystemClock};
use outbox::Lease;
use passkeys::Passkeys;
use passwords::{PasswordError, Passwords};
use rsa_key::RsaKey;
use runtime::{Context, Settings, StartError};
use sealing::Sealing;
use std::{sync::Arc, time::Duration};
use tokens::Tokens;
use usecases::{DemoPerson, Failure, NotRotated, Rotated, Urgency, prepare_keys, prune};
use web::{Origins, Site};

/// The password of all demo people (CONTRACT).
pub const DEMO_PASSWORD: &str = "comanda-demo";

/// Who lives in the demo town.
const DEMO_PEOPLE: &str = include_str!("../../../demo/town/people.json");

/// The tables of accounts.
pub const MIGRATIONS: database::Migrations = database::migrations!(
    "accounts",
    [
        "V1__accounts",
        "V2__one_time",
        "V3__mail",
        "V4__second_step",
        "V5__openid",
        "V6__keys",
        "V7__identities",
        "V8__rs256",
        "V10__two_proofs",
        "V12__rows"
    ]
);

/// How `comanda` starts it.
pub const SERVICE: runtime::Service =
    runtime::Service { name: web::Service::Accounts, migrations: &[MIGRATIONS] };

/// The signing keys were not rotated.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct RotateError(#[from] NotRotated);

/// How often rows that nobody needs are forgotten: strangers make some of them, which live for minutes.
const PRUNE_EVERY: Duration = Duration::from_secs(5 * 60);

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
    context.tasks.spawn("accounts keys", tokens.clone().follow(context.tasks.stopping()));
    context.tasks.spawn("accounts consumer", events::consume::listen(context.clone()));
    context.tasks.spawn("mails", mailing::send_as_they_come(context.clone()));
    context.tasks.spawn("accounts pruning", prune_now_and_then(context.clone()));
    let federation = open_federation(&context.settings, &context.site, &context.clock)?;
    let app = App { context, tokens, passwords, federation, passkeys, sealing };
    Ok(pages::routes().merge(api::routes(&app)).with_state(app))
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

/// Rotates the signing keys over the database of accounts, which may be running, and says what was
/// done. `stolen`: all keys are replaced at once, and everybody has to sign in again.
///
/// # Errors
/// The database fails, or it is too soon.
pub async fn rotate_keys(
    database: &Database,
    env: Env,
    issuer: &str,
    stolen: bool,
) -> Result<String, RotateError> {
    let urgency = if stolen { Urgency::Stolen } else { Urgency::InTurn };
    let issuer = issuer.to_owned();
    let known = database.read(|tx| Ok::<_, Failure>(store::rsa_keys::all(tx)?)).await;
    let wanted = if known.map_err(NotRotated::from)?.is_empty() { 0 } else { urgency.fresh() };
    let fresh = RsaKey::make(env.random(), wanted).await;
    let fresh = fresh.map_err(|error| NotRotated::from(Failure::from(error)))?;
    let rotate = move |tx: &mut Tx<'_>| usecases::rotate_keys(tx, &env, &issuer, urgency, &fresh);
    Ok(match database.write(rotate).await? {
        Rotated::InTurn { current } => format!(
            "{} from now on. What signed before stays published for those who come back, and a new next key is published.",
            signing(&current)
        ),
        Rotated::Replaced { current, sessions } => format!(
            "{} from now on. Nothing that an earlier key signed is honoured any more: everybody signs in again (sessions ended: {sessions}), and apps ask again, too.",
            signing(&current)
        ),
    })
}

fn signing(kids: &[String]) -> String {
    let verb = if kids.len() == 1 { "signs" } else { "sign" };
    format!("{} {verb}", kids.join(" and "))
}

/// The JSON API, described.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    api::openapi()
}

/// Looks whether each provider of the settings can be used.
///
/// # Errors
/// A file that the settings name cannot be used.
pub async fn examine_providers(settings: &Settings) -> Result<Vec<Finding>, StartError> {
    let origins = Origins::new(settings.https, &settings.domain, settings.public_port);
    let site = Site::new(web::Service::Accounts, origins);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let federation = open_federation(settings, &site, &clock)?;
    let mut findings = Vec::new();
    for provider in federation.all() {
        findings.push(federation::examine(provider).await);
    }
    Ok(findings)
}

fn open_federation(
    settings: &Settings,
    site: &Site,
    clock: &Arc<dyn Clock>,
) -> Result<Federation, StartError> {
    Federation::new(&settings.providers, site.origin(), clock)
        .map_err(|reason| StartError::Service { service: "accounts", reason })
}

async fn open_tokens(context: &Context) -> Result<Tokens, StartError> {
    let issuer = context.site.origin().to_owned();
    let prepare = move |tx: &mut Tx<'_>, env: &Env| prepare_keys(tx, env, &issuer);
    let keyring =
        context.run("prepare_keys", prepare).await.map_err(|error: Failure| failed(&error))?;
    keyring.map(|keyring| Tokens::new(context, keyring)).ok_or_else(|| StartError::Service {
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
