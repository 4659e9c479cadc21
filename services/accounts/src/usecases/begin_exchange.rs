//! Somebody brings a token of another provider. It is counted before it is looked at, and a right one
//! is taken off again (see `arrive`).

use super::{TooSoon, begin_sign_in::count_attempt};
use crate::{domain::throttle::Scope, store::attempts::Subject};
use database::Tx;
use kernel::Env;

/// Counts it. `address`: nothing when it is not to be throttled.
pub(crate) fn begin_exchange(
    tx: &mut Tx<'_>,
    env: &Env,
    address: Option<&str>,
) -> Result<(), TooSoon> {
    let subject = address.map(|address| Subject::new(Scope::Exchange, &[address]));
    count_attempt(tx, env, subject.into_iter())?.now()
}
