//! A provider says who somebody is: whose account is that? An account that is here already is never
//! linked by its address alone; its owner signs in to it first (see `link_identity`).

use super::{Failure, sign_up::add_person};
use crate::{
    domain::{email::Email, identity::Identity},
    store::{
        attempts::{self, Subject},
        identities::{self, LinkedIdentity},
        one_time::{self, Purpose},
        persons,
    },
};
use database::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{Env, ids::PersonId};
use serde::{Deserialize, Serialize};

/// An identity that waits until its owner proves to own the account, too.
pub(super) const TO_LINK: Purpose =
    Purpose { name: "provider-link", life: SignedDuration::from_mins(15) };

/// What becomes of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Arrived {
    /// It is this person, known or new.
    Person(PersonId),
    /// The account is theirs once they have proved it; the secret opens [`Waiting`].
    ToLink(String),
    /// It is linked to another account than the one that wants it.
    OfAnother,
    /// It is new, and has no address that the provider has proved.
    Unproved,
}

/// What waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    /// Empty when the provider proved none.
    pub(crate) email: String,
}

/// Finds or makes the account of `identity`. `adding`: who wants to sign in by it from now on.
/// `counted`: what the attempt was counted against, which it is taken off from.
pub(crate) fn arrive(
    tx: &mut Tx<'_>,
    env: &Env,
    identity: &Identity,
    adding: Option<PersonId>,
    counted: Option<Subject>,
) -> Result<Arrived, Failure> {
    if let Some(subject) = counted {
        attempts::forgive_one(tx, subject)?;
    }
    let (issuer, subject) = (&identity.issuer, &identity.subject);
    if let Some(person) = identities::person(tx, issuer, subject)? {
        if adding.is_some_and(|adding| adding != person) {
            return Ok(Arrived::OfAnother);
        }
        identities::touch(tx, issuer, subject, env.now)?;
        return Ok(Arrived::Person(person));
    }
    if let Some(person) = adding {
        return wait(tx, env, identity, person);
    }
    let Some(email) = &identity.email else { return Ok(Arrived::Unproved) };
    if let Some(person) = register(tx, env, identity, email)? {
        return Ok(Arrived::Person(person));
    }
    // The address is taken; by themselves a moment ago, if they came in two windows at once.
    if let Some(person) = identities::person(tx, issuer, subject)? {
        return Ok(Arrived::Person(person));
    }
    match persons::by_email(tx, &email.key())? {
        Some(person) => wait(tx, env, identity, person.id),
        None => Ok(Arrived::Unproved),
    }
}

fn wait(
    tx: &mut Tx<'_>,
    env: &Env,
    identity: &Identity,
    person: PersonId,
) -> Result<Arrived, Failure> {
    let email = identity.email.as_ref().map(|email| email.as_str().to_owned());
    let waiting = Waiting {
        issuer: identity.issuer.clone(),
        subject: identity.subject.clone(),
        email: email.unwrap_or_default(),
    };
    Ok(Arrived::ToLink(one_time::issue(tx, env, TO_LINK, Some(person), &waiting)?))
}

/// Nothing when the address is taken.
fn register(
    tx: &mut Tx<'_>,
    env: &Env,
    identity: &Identity,
    email: &Email,
) -> Result<Option<PersonId>, Failure> {
    let added = add_person(tx, env, email, &identity.call_name())?;
    let Some(person) = added else { return Ok(None) };
    let (issuer, subject) = (identity.issuer.clone(), identity.subject.clone());
    let row = linked(issuer, subject, person, email.as_str(), env.now);
    if !identities::insert(tx, &row)? {
        let reason = "this identity came with another address at the same moment".to_owned();
        return Err(database::Error::Unavailable { reason }.into());
    }
    Ok(Some(person))
}

pub(super) fn linked(
    issuer: String,
    subject: String,
    person_id: PersonId,
    email: &str,
    now: Timestamp,
) -> LinkedIdentity {
    let email = email.to_owned();
    LinkedIdentity { issuer, subject, person_id, email, linked_at: now, used_at: now }
}
