//! Owners and managers give programs keys, and take them away.

use super::{
    Actor, Refusal, enter,
    idempotent::{Once, once},
    invalid_unless_empty,
};
use crate::{
    domain::{
        Flaw,
        api_key::{KEYS_MAX, NAME_MAX, PREFIX, Scope},
        staff::Task,
    },
    store::api_keys::{self, ApiKey},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use database::Tx;
use kernel::Env;
use uuid::Uuid;

/// Characters of a key that are shown again: the prefix, and enough to tell keys apart.
const SHOWN: usize = 10;

/// A new key.
#[derive(Debug, Clone)]
pub struct CreateApiKey {
    /// Slug or id.
    pub restaurant: String,
    /// Who.
    pub actor: Actor,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// A key that was made. Its secret is known at this moment alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The key.
    pub key: ApiKey,
    /// What the program sends; nothing when the same request has been answered before.
    pub secret: Option<String>,
}

/// Makes a key, once per idempotency key. The answer that is kept for a repetition lacks the secret.
///
/// # Errors
/// [`Refusal::Invalid`], a role too low, or the database failed.
pub fn create_api_key(
    tx: &mut Tx<'_>,
    env: &Env,
    command: &CreateApiKey,
    remembered: Option<&Once>,
) -> Result<Created, Refusal> {
    let (restaurant, _) = enter(tx, &command.restaurant, command.actor, Task::Manage)?;
    let name = command.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut scopes = command.scopes.clone();
    scopes.sort_unstable();
    scopes.dedup();
    invalid_unless_empty(flaws(&name, &scopes))?;
    let mut secret = None;
    let id: Uuid = once(tx, env, remembered, |tx| {
        if api_keys::of_restaurant(tx, restaurant.id)?.len() >= KEYS_MAX {
            let full = "There are 20 keys already: revoke one that nobody needs.";
            return Err(Flaw::new("/name", full).into());
        }
        let fresh = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(env.secret()));
        let key = ApiKey {
            id: env.uuid(),
            restaurant_id: restaurant.id,
            name,
            beginning: fresh.chars().take(SHOWN).collect(),
            scopes,
            created_at: env.now,
            used_at: None,
        };
        api_keys::insert(tx, &key, &fresh, command.actor.person())?;
        secret = Some(fresh);
        Ok(key.id)
    })?;
    let key = api_keys::find(tx, restaurant.id, id)?.ok_or(Refusal::NotFound)?;
    Ok(Created { key, secret })
}

/// Takes a key away: from the next request on it opens nothing.
///
/// # Errors
/// [`Refusal::NotFound`], a role too low, or the database failed.
pub fn revoke_api_key(
    tx: &mut Tx<'_>,
    restaurant: &str,
    actor: Actor,
    key: Uuid,
) -> Result<(), Refusal> {
    let (restaurant, _) = enter(tx, restaurant, actor, Task::Manage)?;
    if api_keys::delete(tx, restaurant.id, key)? { Ok(()) } else { Err(Refusal::NotFound) }
}

fn flaws(name: &str, scopes: &[Scope]) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        flaws.push(Flaw::new("/name", "Say what the key is for, in at most 60 characters."));
    }
    if scopes.is_empty() {
        flaws.push(Flaw::new("/scopes", "Choose at least one thing that the key may do."));
    }
    flaws
}
