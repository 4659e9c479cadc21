//! The next mail is about to be sent: whom it reaches, what it says, and its link. A repeated attempt
//! makes another link, so none lies in the table.

use super::{
    Failure, change_address, open_link, prove_by_link, reset_password, settle_mail::put_off,
    sign_up,
};
use crate::{
    domain::email,
    store::{
        mails::{self, Letter, Notice, SignUp, Waiting},
        one_time,
        persons::{self, Person},
    },
};
use database::Tx;
use jiff::{SignedDuration, Timestamp};
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
    /// Prove by this that it is you.
    ProofLink { secret: String },
    /// Something happened to the account.
    Notice(Notice),
}

/// A mail that is being sent is nobody else's for so long: longer than it takes.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_secs(25);

/// Takes the next mail that is due. Nothing when there is none, or nobody to tell: then it is dropped,
/// one in a transaction, as one is that is sent, so that neither holds up the next one longer.
pub(crate) fn prepare_mail(tx: &mut Tx<'_>, env: &Env) -> Result<Option<Prepared>, Failure> {
    let Some(Waiting { id, recipient, person, letter, attempts, created_at: at }) =
        mails::next(tx, env.now)?
    else {
        return Ok(None);
    };
    let Some(letter) = letter else {
        let fate = put_off(tx, env, id, (at, attempts))?;
        tracing::error!(%id, ?fate, "a mail is of a kind that this version does not know");
        return Ok(None);
    };
    let Some((to, message)) = write(tx, env, recipient, person, letter)? else {
        mails::delete(tx, id)?;
        return Ok(None);
    };
    mails::hold(tx, id, env.now.checked_add(ON_ITS_WAY).unwrap_or(env.now))?;
    Ok(Some(Prepared { id, at, attempts, to, message }))
}

/// Whom it goes to and what it says. An account is written to at the address that it has, never as a
/// stranger spelt it.
fn write(
    tx: &mut Tx<'_>,
    env: &Env,
    recipient: String,
    person: Option<PersonId>,
    letter: Letter,
) -> Result<Option<(String, Message)>, Failure> {
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
        (Letter::Proof { session, return_to }, Some(owner), Some(person)) if owner.id == person => {
            let proof = prove_by_link::Proof { email: owner.email.clone(), session, return_to };
            let secret = one_time::issue(tx, env, prove_by_link::LINK, Some(person), &proof)?;
            return Ok(Some((owner.email, Message::ProofLink { secret })));
        }
        (Letter::Proof { .. }, ..) => return Ok(None),
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
    let about = (Some(person), new);
    let secret = one_time::issue_about(tx, env, change_address::LINK, about, &new)?;
    Ok(Message::ConfirmAddress { secret })
}
