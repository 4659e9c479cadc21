//! Issues and renews tokens: for the sign-in pages, for the other services, and for accounts' own
//! routes.

use crate::{
    store::keys,
    usecases::{Failure, Keyring, keyring, renew_session},
};
use database::{Database, Tx};
use jiff::Timestamp;
use kernel::{
    Clock, Env, Random,
    ids::{PersonId, SessionId},
};
use runtime::{Context, run_use_case};
use serde::{Deserialize, Serialize};
use session::{Issued, JwkSet, KeySet, Principal, Refused, RenewError, Signer, read};
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

/// An ID token that an app sends back.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct IdTokenHint {
    iss: String,
    /// The person.
    pub(crate) sub: PersonId,
    /// The app.
    pub(crate) aud: String,
    /// The session.
    pub(crate) sid: SessionId,
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
            tracing::info!(current = changed.signer.kid(), "the signing keys were rotated");
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

    /// The public keys, as a document.
    pub(crate) fn document(&self) -> JwkSet {
        self.keyring().document
    }

    /// Other claims than a session's, signed.
    pub(crate) fn sign_claims(&self, claims: &impl Serialize) -> String {
        self.keyring().signer.sign_claims(claims)
    }

    /// What an ID token of ours says, however old. A session's token is none: it has another `aud`.
    pub(crate) fn hint(&self, token: &str) -> Option<IdTokenHint> {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        let hint: IdTokenHint = session::open(token, &keys).ok()?;
        (hint.iss == self.0.issuer && hint.aud != session::AUDIENCE).then_some(hint)
    }

    /// The public keys, for verifying.
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
