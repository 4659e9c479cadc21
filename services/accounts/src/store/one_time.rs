//! Secrets that open one thing once: links in mails, and the steps between two pages. Whoever reads
//! the table can use none of them.

use crate::domain::email::Email;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use database::{Error, Json, Tx, sql};
use jiff::{SignedDuration, Timestamp};
use kernel::{Env, ids::PersonId};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// What a secret opens. One of another purpose opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Purpose {
    /// In the table.
    pub(crate) name: &'static str,
    /// How long it may be used.
    pub(crate) life: SignedDuration,
}

/// What lies behind a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opened<T> {
    /// Whose it is, where that is known.
    pub(crate) person: Option<PersonId>,
    pub(crate) data: T,
}

/// A fresh secret, as text for a link, a form or a cookie.
pub(crate) fn issue<T: Serialize>(
    tx: &mut Tx<'_>,
    env: &Env,
    purpose: Purpose,
    person: Option<PersonId>,
    data: &T,
) -> Result<String, Error> {
    issue_about(tx, env, purpose, (person, ""), data)
}

/// The same with data that tells an address, by which it is found when its owner is forgotten. What
/// could be none is nobody's.
pub(crate) fn issue_about<T: Serialize>(
    tx: &mut Tx<'_>,
    env: &Env,
    purpose: Purpose,
    (person, address): (Option<PersonId>, &str),
    data: &T,
) -> Result<String, Error> {
    let email_key = Email::parse(address).map(|email| email.key());
    let secret = URL_SAFE_NO_PAD.encode(env.secret());
    let ends_at = env.now.checked_add(purpose.life).unwrap_or(env.now);
    tx.execute(
        sql!("INSERT INTO one_time_secrets (hash, purpose, person_id, email_key, data, ends_at) VALUES ($1, $2, $3, $4, $5, $6)"),
        &[&hash(&secret).as_slice(), &purpose.name, &person, &email_key, &Json(data), &ends_at],
    )?;
    Ok(secret)
}

/// What `secret` opens, without using it up. Nothing when it was used, withdrawn or too late.
pub(crate) fn look<T: DeserializeOwned>(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    secret: &str,
    now: Timestamp,
) -> Result<Option<Opened<T>>, Error> {
    let row: Option<(Option<PersonId>, Json<T>)> = tx.optional(
        sql!("SELECT person_id, data FROM one_time_secrets WHERE hash = $1 AND purpose = $2 AND ends_at > $3"),
        &[&hash(secret).as_slice(), &purpose.name, &now],
    )?;
    Ok(row.map(|(person, Json(data))| Opened { person, data }))
}

/// Uses `secret` up. Of two at the same moment one gets nothing.
pub(crate) fn redeem<T: DeserializeOwned>(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    secret: &str,
    now: Timestamp,
) -> Result<Option<Opened<T>>, Error> {
    let opened = look(tx, purpose, secret, now)?;
    let used = tx.execute(
        sql!("DELETE FROM one_time_secrets WHERE hash = $1 AND purpose = $2"),
        &[&hash(secret).as_slice(), &purpose.name],
    )?;
    Ok(opened.filter(|_| used == 1))
}

/// All of a person's secrets of this purpose open nothing any more.
pub(crate) fn withdraw(tx: &mut Tx<'_>, purpose: Purpose, person: PersonId) -> Result<(), Error> {
    tx.execute(
        sql!("DELETE FROM one_time_secrets WHERE person_id = $1 AND purpose = $2"),
        &[&person, &purpose.name],
    )?;
    Ok(())
}

/// Those that are a person's, or tell their address.
pub(super) fn delete_of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    email_key: &str,
) -> Result<(), Error> {
    tx.execute(sql!("DELETE FROM one_time_secrets WHERE person_id = $1"), &[&person])?;
    tx.execute(sql!("DELETE FROM one_time_secrets WHERE email_key = $1"), &[&email_key])?;
    Ok(())
}

/// Forgets those that are too late.
pub(crate) fn prune(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    tx.execute(sql!("DELETE FROM one_time_secrets WHERE ends_at <= $1"), &[&now])
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}
