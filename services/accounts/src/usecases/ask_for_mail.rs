//! Somebody asks for a mail to an address. Whether it has an account is not looked at here but when the
//! mail is sent, so that no answer and no time tells it.

use super::{
    Failure, Guess, TooSoon,
    begin_sign_in::{Turn, at_home, count_attempt},
};
use crate::{
    domain::{email, throttle::Scope},
    store::{
        attempts::{self, Subject},
        mails::{self, Letter},
    },
};
use database::Tx;
use kernel::Env;

/// Counts the request and posts the mail.
pub(crate) fn ask_for_mail(
    tx: &mut Tx<'_>,
    env: &Env,
    guess: &Guess,
    letter: &Letter,
) -> Result<Turn, TooSoon> {
    let turn = count_mail(tx, env, guess)?;
    if turn == Turn::Now(()) {
        mails::post(tx, env, guess.email.trim(), None, letter)?;
    }
    Ok(turn)
}

/// Counts a mail against whom it goes to and where it is asked for.
pub(super) fn count_mail(tx: &mut Tx<'_>, env: &Env, guess: &Guess) -> Result<Turn, TooSoon> {
    let home = at_home(tx, guess)?;
    let subjects = subjects(guess).into_iter();
    count_attempt(tx, env, subjects.filter(|one| !(home && one.scope == Scope::MailAccount)))
}

/// A mail has reached its owner: those asked for before do not count.
pub(super) fn forgive_mails(tx: &mut Tx<'_>, guess: &Guess) -> Result<(), Failure> {
    for subject in subjects(guess) {
        match subject.scope {
            Scope::MailAddress => attempts::forgive_one(tx, subject)?,
            _ => attempts::forgive_all(tx, subject)?,
        }
    }
    Ok(())
}

fn subjects(guess: &Guess) -> Vec<Subject> {
    let Some(address) = guess.address.as_deref() else { return Vec::new() };
    let account = email::key(&guess.email);
    vec![
        Subject::new(Scope::MailPair, &[&account, address]),
        Subject::new(Scope::MailAccount, &[&account]),
        Subject::new(Scope::MailAddress, &[address]),
    ]
}
