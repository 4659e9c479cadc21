//! A browser goes to another provider and comes back: what it was given to know is kept meanwhile.

use super::{Failure, TooSoon, begin_sign_in::count_attempt};
use crate::{
    domain::throttle::Scope,
    store::{
        attempts::Subject,
        one_time::{self, Opened, Purpose},
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use database::Tx;
use jiff::SignedDuration;
use kernel::{Env, ids::PersonId};
use serde::{Deserialize, Serialize};

/// The `state` of a sign-in.
const AWAY: Purpose = Purpose { name: "provider-state", life: SignedDuration::from_mins(10) };

/// A browser that is about to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Departure {
    /// The provider's name.
    pub(crate) provider: String,
    /// The hash of what the browser's own cookie holds.
    pub(crate) browser: String,
    pub(crate) return_to: String,
    /// Who wants to sign in by this provider from now on.
    pub(crate) adding: Option<PersonId>,
    /// Where it is; nothing when it is not to be throttled.
    pub(crate) address: Option<String>,
}

/// What goes along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Away {
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
}

/// What was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) provider: String,
    pub(crate) browser: String,
    pub(crate) return_to: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
}

/// Remembers a departure, and counts it: a success takes it off again (see `arrive`).
pub(crate) fn leave_for_provider(
    tx: &mut Tx<'_>,
    env: &Env,
    departure: &Departure,
) -> Result<Away, TooSoon> {
    let subject = departure.address.as_deref();
    let subject = subject.map(|address| Subject::new(Scope::Departure, &[address]));
    count_attempt(tx, env, subject.into_iter())?.now()?;
    let secret = || URL_SAFE_NO_PAD.encode(env.secret());
    let kept = Kept {
        provider: departure.provider.clone(),
        browser: departure.browser.clone(),
        return_to: departure.return_to.clone(),
        nonce: secret(),
        verifier: secret(),
    };
    let state = one_time::issue(tx, env, AWAY, departure.adding, &kept)?;
    Ok(Away { state, nonce: kept.nonce, verifier: kept.verifier })
}

/// Who left with this `state`. It serves once, whatever becomes of the rest.
pub(crate) fn return_from_provider(
    tx: &mut Tx<'_>,
    env: &Env,
    state: &str,
) -> Result<Option<Opened<Kept>>, Failure> {
    Ok(one_time::redeem(tx, AWAY, state, env.now)?)
}
