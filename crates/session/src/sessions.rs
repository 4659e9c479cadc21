//! What a service asks: who is this token's bearer, now?

use crate::{
    Issued, KeySet, Principal, RenewError, RenewHere, Verified,
    accounts::{Accounts, RemoteAccounts},
    renewals::Renewals,
    token::{Refused, kid, read},
};
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, ids::SessionId};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard},
};

/// Keys are fetched again when they are this old, so that a withdrawn key goes.
const KEYS_FRESH: SignedDuration = SignedDuration::from_mins(10);
/// Tokens with made-up key names cause at most one fetch in this time.
const FETCH_PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// When accounts did not answer, it is asked again after this.
const FAILURE_PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// Who the bearer of a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Signed in.
    SignedIn {
        /// Who.
        principal: Box<Principal>,
        /// The successor of an expired token, for the cookie.
        renewed: Option<Issued>,
    },
    /// Not signed in: the token is no good, or its session is over.
    SignedOut,
    /// Accounts is needed to tell, and does not answer.
    Unknown,
}

/// Verifies and renews sessions. Clones share what they know.
#[derive(Debug, Clone)]
pub struct Sessions(Arc<Inner>);

struct Inner {
    accounts: RwLock<Accounts>,
    issuer: String,
    clock: Arc<dyn Clock>,
    known: RwLock<Known>,
    fetching: tokio::sync::Mutex<()>,
    revoked: Mutex<HashMap<SessionId, Timestamp>>,
    withdrawn: RwLock<HashSet<String>>,
    renewals: Renewals,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("accounts", &self.accounts).finish_non_exhaustive()
    }
}

impl Sessions {
    /// Sessions of the `issuer` (accounts' public origin), asked at `accounts`.
    #[must_use]
    pub fn new(issuer: impl Into<String>, accounts: Accounts, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            accounts: RwLock::new(accounts),
            issuer: issuer.into(),
            clock,
            known: RwLock::default(),
            fetching: tokio::sync::Mutex::default(),
            revoked: Mutex::default(),
            withdrawn: RwLock::default(),
            renewals: Renewals::default(),
        }))
    }

    /// Sessions of the `issuer`, whose keys and renewals come by HTTP from `url`: where accounts
    /// answers its siblings. `http` has time-outs.
    #[must_use]
    pub fn remote(http: reqwest::Client, url: &str, issuer: &str, clock: Arc<dyn Clock>) -> Self {
        let host = issuer.rsplit("://").next().unwrap_or(issuer).to_owned();
        let url = url.trim_end_matches('/').to_owned();
        Self::new(issuer, Accounts::Remote(RemoteAccounts { http, url, host }), clock)
    }

    /// From now on, this handle and its clones ask accounts in the same process. For accounts alone.
    pub fn answer_here(&self, keys: Arc<RwLock<KeySet>>, renew: Arc<RenewHere>) {
        let local = Accounts::Local { keys, renew };
        *self.0.accounts.write().unwrap_or_else(PoisonError::into_inner) = local;
    }

    fn accounts(&self) -> Accounts {
        self.0.accounts.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Who the bearer of `token` is. Renews it at accounts when it has expired.
    pub async fn check(&self, token: &str) -> Standing {
        let now = self.0.clock.now();
        match self.verify(token, now).await {
            Ok(verified) => self.unless_revoked(verified, None, now),
            Err(Unsure::Token(Refused::Expired(verified))) => {
                if self.is_revoked(verified.principal.session_id, now) {
                    return Standing::SignedOut;
                }
                self.renew(token, now).await
            }
            Err(Unsure::Token(refused)) => {
                tracing::debug!(%refused, "token refused");
                Standing::SignedOut
            }
            Err(Unsure::NoKeys) => Standing::Unknown,
        }
    }

    /// No token of this session is honoured from now on. It is remembered for another
    /// [`TOKEN_LIFE`](crate::TOKEN_LIFE) after `until`, when its last token should have expired: one that
    /// was signed late, while the session ended, has expired by then, too. A service that starts must
    /// hear the revocations of the last [`REVOCATION_LIFE`](crate::REVOCATION_LIFE) again.
    pub fn revoke(&self, session_id: SessionId, until: Timestamp) {
        let now = self.0.clock.now();
        let mut revoked = self.0.revoked.lock().unwrap_or_else(PoisonError::into_inner);
        revoked.retain(|_, until| is_remembered(*until, now));
        revoked.insert(session_id, until);
    }

    /// Nothing that these keys signed is honoured from now on, whoever still publishes them.
    pub fn withdraw_keys(&self, kids: &[String]) {
        let mut withdrawn = self.0.withdrawn.write().unwrap_or_else(PoisonError::into_inner);
        withdrawn.extend(kids.iter().cloned());
        let mut known = self.0.known.write().unwrap_or_else(PoisonError::into_inner);
        let keys = (*known.keys).clone().without(&withdrawn);
        *known = Known { keys: Arc::new(keys), fetched_at: None, failed_at: None };
    }

    fn is_revoked(&self, session_id: SessionId, now: Timestamp) -> bool {
        let revoked = self.0.revoked.lock().unwrap_or_else(PoisonError::into_inner);
        revoked.get(&session_id).is_some_and(|until| is_remembered(*until, now))
    }

    fn unless_revoked(
        &self,
        verified: Verified,
        renewed: Option<Issued>,
        now: Timestamp,
    ) -> Standing {
        if self.is_revoked(verified.principal.session_id, now) {
            return Standing::SignedOut;
        }
        Standing::SignedIn { principal: Box::new(verified.principal), renewed }
    }

    async fn renew(&self, token: &str, now: Timestamp) -> Standing {
        let call = async || self.accounts().renew(token).await;
        match self.0.renewals.once(token, now, call).await {
            Ok(issued) => match self.verify(&issued.token, now).await {
                Ok(verified) => self.unless_revoked(verified, Some(issued), now),
                Err(_) => Standing::Unknown,
            },
            Err(RenewError::Over) => Standing::SignedOut,
            Err(RenewError::Unavailable) => Standing::Unknown,
        }
    }

    async fn verify(&self, token: &str, now: Timestamp) -> Result<Verified, Unsure> {
        self.verify_with(token, now, |keys| read(token, keys, &self.0.issuer, now)).await
    }

    /// Another kind of token: what `read` makes of it with the keys of accounts, its issuer and the
    /// time. Nothing when it is not honoured, or when there are no keys to tell by.
    pub(crate) async fn verify_by<T>(
        &self,
        token: &str,
        read: impl Fn(&KeySet, &str, Timestamp) -> Result<T, Refused>,
    ) -> Option<T> {
        let now = self.0.clock.now();
        self.verify_with(token, now, |keys| read(keys, &self.0.issuer, now)).await.ok()
    }

    async fn verify_with<T>(
        &self,
        token: &str,
        now: Timestamp,
        read: impl Fn(&KeySet) -> Result<T, Refused>,
    ) -> Result<T, Unsure> {
        let known = self.known();
        let first = read(&known.keys);
        let pause = match &first {
            Err(Refused::UnknownKey) if self.names_withdrawn_key(token) => {
                return first.map_err(Unsure::Token);
            }
            Err(Refused::UnknownKey) => FETCH_PAUSE,
            Ok(_) | Err(Refused::Expired(_)) => KEYS_FRESH,
            Err(_) => return first.map_err(Unsure::Token),
        };
        if !known.may_fetch(pause, now) {
            return first.map_err(|refused| known.unsure(refused));
        }
        let known = self.fetch(pause, now).await;
        read(&known.keys).map_err(|refused| known.unsure(refused))
    }

    fn known(&self) -> Known {
        if let Accounts::Local { keys, .. } = self.accounts() {
            let keys = keys.read().unwrap_or_else(PoisonError::into_inner).clone();
            let keys = Arc::new(keys.without(&self.withdrawn()));
            return Known { keys, fetched_at: Some(Timestamp::MAX), failed_at: None };
        }
        self.0.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn names_withdrawn_key(&self, token: &str) -> bool {
        let withdrawn = self.withdrawn();
        !withdrawn.is_empty() && kid(token).is_some_and(|kid| withdrawn.contains(&kid))
    }

    fn withdrawn(&self) -> RwLockReadGuard<'_, HashSet<String>> {
        self.0.withdrawn.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The keys after a fetch: one at a time; who waited for another's fetch takes its result.
    async fn fetch(&self, pause: SignedDuration, now: Timestamp) -> Known {
        let _one = self.0.fetching.lock().await;
        let known = self.known();
        if !known.may_fetch(pause, now) {
            return known;
        }
        let fetched = self.accounts().keys().await;
        let withdrawn = self.withdrawn();
        let mut known = self.0.known.write().unwrap_or_else(PoisonError::into_inner);
        match fetched {
            // From a replica that has not heard of it: what came is asked for again in a moment.
            Ok(keys) if keys.holds_any(&withdrawn) => {
                let keys = Arc::new(keys.without(&withdrawn));
                *known = Known { keys, fetched_at: None, failed_at: Some(now) };
            }
            Ok(keys) => {
                *known = Known { keys: Arc::new(keys), fetched_at: Some(now), failed_at: None };
            }
            Err(_) => known.failed_at = Some(now),
        }
        known.clone()
    }
}

/// `until`: when the last token of the session should have expired.
fn is_remembered(until: Timestamp, now: Timestamp) -> bool {
    until + crate::TOKEN_LIFE + crate::LEEWAY > now
}

/// The keys of accounts as last seen.
#[derive(Debug, Clone, Default)]
struct Known {
    keys: Arc<KeySet>,
    fetched_at: Option<Timestamp>,
    failed_at: Option<Timestamp>,
}

impl Known {
    fn may_fetch(&self, pause: SignedDuration, now: Timestamp) -> bool {
        let over =
            |at: Option<Timestamp>, pause| at.is_none_or(|at| now.duration_since(at) >= pause);
        over(self.fetched_at, pause) && over(self.failed_at, FAILURE_PAUSE)
    }

    /// A key that is not known may be a new one, as long as accounts did not answer.
    fn unsure(&self, refused: Refused) -> Unsure {
        let perhaps_new = refused == Refused::UnknownKey && self.failed_at.is_some();
        if self.fetched_at.is_none() || perhaps_new {
            Unsure::NoKeys
        } else {
            Unsure::Token(refused)
        }
    }
}

enum Unsure {
    Token(Refused),
    NoKeys,
}
