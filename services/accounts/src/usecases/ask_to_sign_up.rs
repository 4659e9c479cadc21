//! Somebody wants an account: it is made when the link that is sent to the address is opened.

use super::{
    Failure, Guess, TooSoon, Turn, ask_for_mail::count_mail, begin_sign_in::count_attempt,
};
use crate::{
    domain::throttle::Scope,
    store::{
        attempts::Subject,
        mails::{self, Letter, SignUp},
    },
};
use database::Tx;
use kernel::Env;

/// Counts an attempt to sign up, before the work for it is begun.
pub(crate) fn begin_sign_up(tx: &mut Tx<'_>, env: &Env, guess: &Guess) -> Result<Turn, TooSoon> {
    if let Turn::Later(wait) = count_mail(tx, env, guess)? {
        return Ok(Turn::Later(wait));
    }
    let address = guess.address.as_deref();
    let subject = address.map(|address| Subject::new(Scope::SignUp, &[address]));
    count_attempt(tx, env, subject.into_iter())
}

/// Posts the mail that leads on; whether the address is taken is seen when it is sent.
pub(crate) fn ask_to_sign_up(tx: &mut Tx<'_>, env: &Env, new: &SignUp) -> Result<(), Failure> {
    mails::post(tx, env, &new.email, None, &Letter::SignUp(new.clone()))?;
    Ok(())
}
