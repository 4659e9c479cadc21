//! Mails that wait to be sent.

use crate::domain::email;
use database::{Error, FromRow, Json, Row, Tx, sql};
use jiff::Timestamp;
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a mail is to tell. Whether the address has an account is looked at when it is sent, so that
/// asking for one takes the same time in any case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Letter {
    /// Confirm a new account, or hear that there is one already.
    SignUp(SignUp),
    /// A link that signs in.
    SignInLink {
        /// Where to go afterwards.
        return_to: String,
    },
    /// A link to a new password.
    Reset,
    /// Confirm a new address of an account.
    ConfirmAddress,
    /// A link that proves again that it is them.
    Proof {
        /// The session that asked.
        session: SessionId,
        /// Where to go afterwards.
        return_to: String,
    },
    /// What happened to the account.
    Notice(Notice),
}

/// What is told after the fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notice {
    #[serde(flatten)]
    pub(crate) what: What,
    /// Where it was done, where that is known.
    #[serde(flatten)]
    pub(crate) place: Option<Place>,
}

/// What happened to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub(crate) enum What {
    /// By somebody who was signed in.
    PasswordChanged,
    /// By a link that was sent to the address.
    PasswordReset,
    AddressChanged {
        /// The new one.
        to: String,
    },
    /// Somebody signed in from a place never seen before.
    NewPlace,
    PasskeyAdded,
    PasskeyRemoved,
    /// With recovery codes, where there were none.
    AuthenticatorAdded,
    AuthenticatorRemoved,
    RecoveryCodeUsed {
        left: i64,
    },
    RecoveryCodesMade,
    ProviderLinked {
        issuer: String,
    },
    ProviderUnlinked {
        issuer: String,
    },
    /// Whatever opened the account before anybody had shown that the address is theirs.
    WaysRemoved,
    /// By an operator.
    SecondStepReset {
        /// Passkeys, too.
        passkeys: bool,
    },
}

/// Where something was done from, as its person would recognise it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// Such as `Firefox on Windows`.
    pub(crate) device: String,
    /// Such as `192.0.2.1`.
    pub(crate) network: String,
}

/// A new account before its address is confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SignUp {
    pub(crate) name: String,
    /// As typed.
    pub(crate) email: String,
    pub(crate) password_hash: String,
    /// What the browser that asked can show, hashed.
    pub(crate) browser: String,
    /// Where to go afterwards.
    pub(crate) return_to: String,
}

/// A mail that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) id: Uuid,
    pub(crate) recipient: String,
    pub(crate) person: Option<PersonId>,
    /// Nothing: of a kind that another version of the program knows.
    pub(crate) letter: Option<Letter>,
    pub(crate) attempts: i64,
    pub(crate) created_at: Timestamp,
}

impl FromRow for Waiting {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let letter: String = row.get(3)?;
        Ok(Self {
            id: row.get(0)?,
            recipient: row.get(1)?,
            person: row.get(2)?,
            letter: serde_json::from_str(&letter).ok(),
            attempts: row.get(4)?,
            created_at: row.get(5)?,
        })
    }
}

/// Posts a mail with this transaction. `person`: whose account it is about, where that is known.
pub(crate) fn post(
    tx: &mut Tx<'_>,
    env: &Env,
    recipient: &str,
    person: Option<PersonId>,
    letter: &Letter,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO mails (id, recipient, recipient_key, person_id, letter, attempts, created_at, due_at)
             VALUES ($1, $2, $3, $4, $5, 0, $6, $6)"
        ),
        &[&env.uuid(), &recipient, &email::key(recipient), &person, &Json(letter), &env.now],
    )?;
    Ok(())
}

/// The mail that has waited longest beyond its time.
pub(crate) fn next(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Waiting>, Error> {
    tx.optional(
        sql!(
            "SELECT id, recipient, person_id, letter, attempts, created_at FROM mails
             WHERE due_at <= $1 ORDER BY due_at, id LIMIT 1"
        ),
        &[&now],
    )
}

/// It is being sent; if nothing is heard of that, the next attempt comes at `due_at`.
pub(crate) fn hold(tx: &mut Tx<'_>, id: Uuid, due_at: Timestamp) -> Result<(), Error> {
    tx.execute(sql!("UPDATE mails SET due_at = $2 WHERE id = $1"), &[&id, &due_at])?;
    Ok(())
}

/// The next attempt comes at `due_at`.
pub(crate) fn postpone(tx: &mut Tx<'_>, id: Uuid, due_at: Timestamp) -> Result<(), Error> {
    tx.execute(
        sql!("UPDATE mails SET attempts = attempts + 1, due_at = $2 WHERE id = $1"),
        &[&id, &due_at],
    )?;
    Ok(())
}

pub(crate) fn delete(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Error> {
    tx.execute(sql!("DELETE FROM mails WHERE id = $1"), &[&id])?;
    Ok(())
}

/// Whatever waits for this address or is about this person.
pub(super) fn delete_of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    email_key: &str,
) -> Result<(), Error> {
    tx.execute(sql!("DELETE FROM mails WHERE person_id = $1"), &[&person])?;
    tx.execute(sql!("DELETE FROM mails WHERE recipient_key = $1"), &[&email_key])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Letter, Notice, Place, What};

    #[test]
    fn a_notice_is_read_as_it_was_written_also_by_the_version_before() {
        let place = Place { device: "curl".to_owned(), network: "192.0.2.1".to_owned() };
        for (text, what, place) in [
            (r#"{"kind":"notice","notice":"password_changed"}"#, What::PasswordChanged, None),
            (
                r#"{"kind":"notice","notice":"new_place","device":"curl","network":"192.0.2.1"}"#,
                What::NewPlace,
                Some(place.clone()),
            ),
            (
                r#"{"kind":"notice","notice":"recovery_code_used","left":9,"device":"curl","network":"192.0.2.1"}"#,
                What::RecoveryCodeUsed { left: 9 },
                Some(place),
            ),
        ] {
            let letter = Letter::Notice(Notice { what, place });
            assert_eq!(serde_json::from_str::<Letter>(text).unwrap(), letter);
            assert_eq!(serde_json::to_string(&letter).unwrap(), text);
        }
    }
}
