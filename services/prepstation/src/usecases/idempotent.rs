//! The same request twice under one key acts once and has one answer.

use super::Refusal;
use crate::store;
use database::Tx;
use jiff::Timestamp;
use kernel::{Env, ids::PersonId};
use serde::{Serialize, de::DeserializeOwned};

/// A key and what was asked under it.
#[derive(Debug, Clone)]
pub struct Once {
    /// Whose key.
    pub person: PersonId,
    /// The `Idempotency-Key`.
    pub key: String,
    /// The request: method, address and body, or a digest of them.
    pub request: String,
}

/// Acts, or repeats the answer that was given.
///
/// # Errors
/// [`Refusal::KeyReused`], what the act refuses, or the database failed.
pub fn once<T: Serialize + DeserializeOwned>(
    tx: &mut Tx<'_>,
    env: &Env,
    once: Option<&Once>,
    act: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let Some(Once { person, key, request }) = once else { return act(tx) };
    if let Some((earlier, answer)) = store::idempotency::find(tx, *person, key)? {
        if earlier != *request {
            return Err(Refusal::KeyReused);
        }
        return Ok(serde_json::from_str(&answer)?);
    }
    let outcome = act(tx)?;
    let answer = serde_json::to_string(&outcome)?;
    store::idempotency::insert(tx, *person, key, request, &answer, env.now)?;
    Ok(outcome)
}

/// Forgets answers that nobody will ask for again; tells how many.
///
/// # Errors
/// The database failed.
pub fn forget_old_answers(tx: &mut Tx<'_>, env: &Env) -> Result<u64, Refusal> {
    let before = env.now.checked_sub(store::idempotency::KEPT).unwrap_or(Timestamp::MIN);
    Ok(store::idempotency::prune(tx, before)?)
}
