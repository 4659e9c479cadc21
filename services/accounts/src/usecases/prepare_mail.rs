//! The next mail is about to be sent: whom it reaches, what it says, and its link. A repeated attempt
//! makes another link, so none lies in the table.

use super::{Failure, change_address, open_link, reset_password, sign_up};
use crate::{
    domain::email,
    store::{
        mails::{self, Letter, Notice, SignUp, Waiting},
        one_time,
        persons::{self, Person},
    },
};
use database::Tx;
use jiff::Timestamp;
use kernel::{Env, ids::PersonId};
use uuid::Uuid;

/// A mail to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prepared {
    pub(crate) id: Uuid,
    /// When it was asked for.
    pub(crate) at: Timestamp,
    /// Attempts before this one.
    pub(crate) attempts: i64,
    pub(crate) to: String,
    pub(crate) message: Message,
}

/// What it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Message {
    /// Confirm a new account.
    ConfirmSignUp { secret: String },
    /// Somebody tried to sign up with this address, which has an account.
    HasAccount,
    /// Sign in by this.
    SignInLink { secret: String },
    /// Set a new password by this.
    ResetLink { secret: String },
    /// Confirm a new address.
    ConfirmAddress { secret: String },
    /// Something happened to the account.
    Notice(Notice),
}

/// Takes the next mail that is due; those with nobody to tell are dropped.
pub(crate) fn prepare_mail(tx: &mut Tx<'_>, env: &Env) -> Result<Option<Prepared>, Failure> {
    while let Some(waiting) = mails::next(tx, env.now)? {
        let (id, at, attempts) = (waiting.id, waiting.created_at, waiting.attempts);
        if let Some((to, message)) = write(tx, env, waiting)? {
            return Ok(Some(Prepared { id, at, attempts, to, message }));
        }
        mails::delete(tx, id)?;
    }
    Ok(None)
}

/// Whom it goes to and what it says. An account is written to at the address that it has, never as a
/// stranger spelt it.
fn write(
    tx: &mut Tx<'_>,
    env: &Env,
    waiting: Waiting,
) -> Result<Option<(String, Message)>, Failure> {
    let Waiting { recipient, person, letter, .. } = waiting;
    let owner = persons::by_email(tx, &email::key(&recipient))?;
    let message = match (letter, owner, person) {
        (Letter::SignUp(_), Some(owner), _) => return Ok(Some((owner.email, Message::HasAccount))),
        (Letter::SignUp(new), None, _) => confirm_sign_up(tx, env, &new)?,
        (Letter::SignInLink { return_to }, Some(owner), _) => {
            return sign_in_link(tx, env, owner, return_to).map(Some);
        }
        (Letter::Reset, Some(owner), _) => return reset_link(tx, env, owner).map(Some),
        (Letter::SignInLink { .. } | Letter::Reset, None, _) => return Ok(None),
        (Letter::ConfirmAddress, None, Some(person)) => {
            confirm_address(tx, env, person, &recipient)?
        }
        (Letter::ConfirmAddress, Some(owner), Some(_)) => {
            return Ok(Some((owner.email, Message::HasAccount)));
        }
        (Letter::ConfirmAddress, _, None) => return Ok(None),
        (Letter::Notice(notice), ..) => Message::Notice(notice),
    };
    Ok(Some((recipient, message)))
}

fn confirm_sign_up(tx: &mut Tx<'_>, env: &Env, new: &SignUp) -> Result<Message, Failure> {
    let secret = one_time::issue_about(tx, env, sign_up::LINK, (None, &new.email), new)?;
    Ok(Message::ConfirmSignUp { secret })
}

fn sign_in_link(
    tx: &mut Tx<'_>,
    env: &Env,
    owner: Person,
    return_to: String,
) -> Result<(String, Message), Failure> {
    let link = open_link::Link { email: owner.email.clone(), return_to };
    let secret = one_time::issue(tx, env, open_link::LINK, Some(owner.id), &link)?;
    Ok((owner.email, Message::SignInLink { secret }))
}

fn reset_link(tx: &mut Tx<'_>, env: &Env, owner: Person) -> Result<(String, Message), Failure> {
    let secret = one_time::issue(tx, env, reset_password::LINK, Some(owner.id), &owner.email)?;
    Ok((owner.email, Message::ResetLink { secret }))
}

fn confirm_address(
    tx: &mut Tx<'_>,
    env: &Env,
    person: PersonId,
    new: &str,
) -> Result<Message, Failure> {
    let secret = one_time::issue(tx, env, change_address::LINK, Some(person), &new)?;
    Ok(Message::ConfirmAddress { secret })
}
