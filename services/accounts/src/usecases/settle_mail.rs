//! A mail was sent, or was not.

use super::{Failure, Prepared};
use crate::store::mails;
use database::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::Env;
use uuid::Uuid;

/// A mail that nobody took for so long is given up.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Until the second attempt, and at most between two.
const BACK_OFF: (SignedDuration, SignedDuration) =
    (SignedDuration::from_secs(30), SignedDuration::from_hours(1));

/// What becomes of a mail that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is tried again after this time.
    Later(SignedDuration),
    /// It is forgotten.
    GivenUp,
}

/// The mail is on its way; nothing of it is kept.
pub(crate) fn mail_sent(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Failure> {
    Ok(mails::delete(tx, id)?)
}

/// Nobody can ever be reached by it.
pub(crate) fn mail_refused(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Failure> {
    Ok(mails::delete(tx, id)?)
}

/// The mail was not taken: it waits, longer each time, and is given up after a day.
pub(crate) fn mail_failed(tx: &mut Tx<'_>, env: &Env, mail: &Prepared) -> Result<Fate, Failure> {
    put_off(tx, env, mail.id, (mail.at, mail.attempts))
}

/// The same for a mail that was asked for at `at` and tried so often.
pub(super) fn put_off(
    tx: &mut Tx<'_>,
    env: &Env,
    id: Uuid,
    (at, attempts): (Timestamp, i64),
) -> Result<Fate, Failure> {
    if env.now.duration_since(at) >= KEPT {
        mails::delete(tx, id)?;
        return Ok(Fate::GivenUp);
    }
    let factor = 1_i32 << attempts.clamp(0, 10);
    let wait = BACK_OFF.0.saturating_mul(factor).min(BACK_OFF.1);
    mails::postpone(tx, id, env.now.checked_add(wait).unwrap_or(env.now))?;
    Ok(Fate::Later(wait))
}
