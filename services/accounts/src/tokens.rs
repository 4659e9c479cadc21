//! Issues and renews tokens: for the sign-in pages, for the other services, and for accounts' own
//! routes.

mod id_token;

pub(crate) use id_token::{IdTokenHint, IdTokenSigner};

use crate::{
    rsa_key::RsaJwk,
    store::keys,
    usecases::{Failure, Keyring, keyring, renew_session},
};
use database::{Database, Tx};
use jiff::Timestamp;
use kernel::{Clock, Env, Random, ids::SessionId};
use runtime::{Context, run_use_case};
use serde::Serialize;
use session::{Issued, Jwk, KeySet, Principal, Refused, RenewError, Signer, read};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use trace::Tracer;

/// Renewals of one session in a minute: several services with several processes each, and some
/// more. Who needs more replays a token.
const RENEWALS_A_MINUTE: u32 = 60;
/// Replicas follow a rotation within this: a look at three short rows.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(1);
/// More sessions than this in one minute start the count anew.
const SESSIONS_COUNTED: usize = 200_000;

/// Why a token was not renewed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotRenewed {
    /// Not ours, or its session is over.
    #[error("the session is over")]
    Over,
    /// Too many renewals of this session.
    #[error("too many renewals")]
    TooMany,
    /// It could not be found out.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// All public keys, as a document (RFC 7517, 5).
#[derive(Debug, Serialize)]
pub(crate) struct Published {
    keys: Vec<PublicKey>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum PublicKey {
    /// Signs everything of ours, and ID tokens of apps that want it.
    Ed25519(Jwk),
    /// Signs ID tokens alone; the services' verifier reads it as no key at all.
    Rsa(RsaJwk),
}

/// A key, and the instant of what it signs.
#[derive(Debug)]
pub(crate) struct Pen {
    signer: Signer,
    now: Timestamp,
}

impl Pen {
    /// A token for somebody whose session lives.
    pub(crate) fn sign(&self, principal: &Principal) -> Issued {
        self.signer.sign(principal, self.now)
    }
}

/// Accounts' keys and what they are used for.
#[derive(Clone)]
pub(crate) struct Tokens(Arc<Inner>);

struct Inner {
    database: Database,
    clock: Arc<dyn Clock>,
    random: Random,
    tracer: Tracer,
    issuer: String,
    keyring: RwLock<Keyring>,
    keys: Arc<RwLock<KeySet>>,
    counts: Mutex<(i64, HashMap<SessionId, u32>)>,
    /// Held while keys for RS256 are made.
    making: tokio::sync::Mutex<()>,
}

impl Tokens {
    /// Signs with these keys until they change in the database; [`Tokens::follow`] sees to that.
    pub(crate) fn new(context: &Context, keyring: Keyring) -> Self {
        Self(Arc::new(Inner {
            database: context.database.clone(),
            clock: context.clock.clone(),
            random: context.random.clone(),
            tracer: context.tracer.clone(),
            issuer: context.site.origin().to_owned(),
            keys: Arc::new(RwLock::new(KeySet::of(&keyring.document))),
            keyring: RwLock::new(keyring),
            counts: Mutex::default(),
            making: tokio::sync::Mutex::default(),
        }))
    }

    /// Looks now and then whether somebody has rotated the keys, until the process stops.
    pub(crate) async fn follow(self, stopping: CancellationToken) {
        let mut every = tokio::time::interval(LOOKED_AT_EVERY);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = every.tick() => {}
                () = stopping.cancelled() => return,
            }
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "nobody knows whether the signing keys were rotated");
            }
        }
    }

    async fn look(&self) -> Result<(), Failure> {
        let known = self.keyring().standings;
        let issuer = self.0.issuer.clone();
        let changed = move |tx: &mut Tx<'_>| {
            if keys::standings(tx)? == known { Ok(None) } else { keyring(tx, &issuer) }
        };
        if let Some(changed) = self.0.database.read(changed).await? {
            tracing::info!(current = changed.signer.kid(), "the signing keys have changed");
            let keys = KeySet::of(&changed.document);
            // Published and trusted before it signs.
            *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
            *self.0.keyring.write().unwrap_or_else(PoisonError::into_inner) = changed;
        }
        Ok(())
    }

    fn keyring(&self) -> Keyring {
        self.0.keyring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The public keys: of each kind the one that signs, the one that will, and those that did.
    pub(crate) fn published(&self) -> Published {
        let Keyring { document, rsa_document, .. } = self.keyring();
        let keys = document.keys.into_iter().map(PublicKey::Ed25519);
        Published { keys: keys.chain(rsa_document.into_iter().map(PublicKey::Rsa)).collect() }
    }

    /// The public keys, for verifying sessions.
    pub(crate) fn keys(&self) -> Arc<RwLock<KeySet>> {
        self.0.keys.clone()
    }

    /// What signs a token of a session. It is taken before the transaction that looks at the session: if
    /// all keys are withdrawn in between, and with them the session, it signs what nobody honours.
    pub(crate) fn pen(&self) -> Pen {
        Pen { signer: self.keyring().signer, now: self.0.clock.now() }
    }

    /// A token by which accounts proves itself to another service.
    pub(crate) fn for_machine(&self, audience: &str) -> String {
        let own = web::Service::Accounts.name();
        self.keyring().signer.sign_machine(own, audience, self.0.clock.now())
    }

    /// The successor of a token of ours, expired or not, while its session lives.
    pub(crate) async fn renew(&self, token: &str) -> Result<Issued, NotRenewed> {
        let pen = self.pen();
        let now = pen.now;
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner).clone();
        let principal = match read(token, &keys, &self.0.issuer, now) {
            Ok(verified) => verified.principal,
            Err(Refused::Expired(verified)) => verified.principal,
            Err(_) => return Err(NotRenewed::Over),
        };
        let (person, session) = (principal.person_id, principal.session_id);
        if !self.may_renew(session, now) {
            return Err(NotRenewed::TooMany);
        }
        let env = Env::new(now, self.0.random.clone());
        let parts = (&self.0.database, &self.0.tracer);
        let renew = move |tx: &mut Tx<'_>, env: &Env| renew_session(tx, env, person, session);
        let renewed = run_use_case(parts, env, "renew_session", renew).await?;
        renewed.map(|principal| pen.sign(&principal)).ok_or(NotRenewed::Over)
    }

    /// The same, as [`session::Sessions`] asks it.
    pub(crate) async fn renew_here(self, token: String) -> Result<Issued, RenewError> {
        self.renew(&token).await.map_err(|refusal| match refusal {
            NotRenewed::Over => RenewError::Over,
            NotRenewed::TooMany => RenewError::Unavailable,
            NotRenewed::Failure(error) => {
                tracing::error!(%error, "a session could not be renewed");
                RenewError::Unavailable
            }
        })
    }

    fn may_renew(&self, session: SessionId, now: Timestamp) -> bool {
        let minute = now.as_second() / 60;
        let mut counts = self.0.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.0 != minute || counts.1.len() > SESSIONS_COUNTED {
            *counts = (minute, HashMap::new());
        }
        let count = counts.1.entry(session).or_default();
        *count += 1;
        *count <= RENEWALS_A_MINUTE
    }
}
