//! Messages and applications at rest.

pub(crate) mod personal;

use crate::forms::{Application, Message};
use database::{Error, FromValue, Tx, sql};
use kernel::{
    Env,
    ids::{ApplicationId, ContactId},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What stands under an idempotency key.
pub(crate) enum Stored<T> {
    /// Nothing yet.
    None,
    /// The same content.
    Same(T),
    /// Other content.
    Other,
}

/// Tells content of one request from another's.
pub(crate) fn fingerprint(content: &impl Serialize) -> Vec<u8> {
    Sha256::digest(serde_json::to_vec(content).unwrap_or_default()).to_vec()
}

pub(crate) fn message_by_key(
    tx: &mut Tx<'_>,
    key: &str,
    fingerprint: &[u8],
) -> Result<Stored<ContactId>, Error> {
    let found = tx.optional(
        sql!("SELECT id, fingerprint FROM messages WHERE idempotency_key = $1"),
        &[&key],
    )?;
    Ok(compare(found, fingerprint))
}

pub(crate) fn insert_message(
    tx: &mut Tx<'_>,
    env: &Env,
    key: &str,
    message: &Message,
) -> Result<ContactId, Error> {
    let id: ContactId = env.id();
    tx.execute(
        sql!(
            "INSERT INTO messages (id, name, email, body, received_at, idempotency_key, fingerprint)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &[
            &id,
            &message.name,
            &message.email,
            &message.message,
            &env.now,
            &key,
            &fingerprint(message),
        ],
    )?;
    Ok(id)
}

pub(crate) fn application_by_key(
    tx: &mut Tx<'_>,
    key: &str,
    fingerprint: &[u8],
) -> Result<Stored<ApplicationId>, Error> {
    let found = tx.optional(
        sql!("SELECT id, fingerprint FROM applications WHERE idempotency_key = $1"),
        &[&key],
    )?;
    Ok(compare(found, fingerprint))
}

pub(crate) fn insert_application(
    tx: &mut Tx<'_>,
    env: &Env,
    key: &str,
    sent: &Application,
) -> Result<ApplicationId, Error> {
    let id: ApplicationId = env.id();
    tx.execute(
        sql!(
            "INSERT INTO applications (id, restaurant_name, city, contact_name, email, phone, words, submitted_at, idempotency_key, fingerprint)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        &[
            &id, &sent.restaurant_name, &sent.city, &sent.contact_name, &sent.email, &sent.phone,
            &sent.words, &env.now, &key, &fingerprint(sent),
        ],
    )?;
    Ok(id)
}

fn compare<T: FromValue>(found: Option<(T, Vec<u8>)>, fingerprint: &[u8]) -> Stored<T> {
    match found {
        None => Stored::None,
        Some((id, stored)) if stored == fingerprint => Stored::Same(id),
        Some(_) => Stored::Other,
    }
}
