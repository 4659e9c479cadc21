//! An app sends somebody here who has to sign in or to be asked first: what it wants is kept until
//! they are through.

use super::super::Failure;
use crate::store::one_time::{self, Purpose};
use database::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::Env;
use serde::{Deserialize, Serialize};

/// Long enough to look for the telephone.
const AUTHORIZATION: Purpose =
    Purpose { name: "authorization", life: SignedDuration::from_mins(30) };

/// What an app asked for, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pending {
    /// As it was sent.
    pub(crate) query: String,
    /// Proofs after this are answers to it.
    pub(crate) asked_at: Timestamp,
}

/// Keeps it, and gives the step by which it is found again.
pub(crate) fn begin_authorization(
    tx: &mut Tx<'_>,
    env: &Env,
    pending: &Pending,
) -> Result<String, Failure> {
    Ok(one_time::issue(tx, env, AUTHORIZATION, None, pending)?)
}

/// What was kept; nothing when it took too long, or is through.
pub(crate) fn pending(
    tx: &mut Tx<'_>,
    step: &str,
    now: Timestamp,
) -> Result<Option<Pending>, Failure> {
    Ok(one_time::look(tx, AUTHORIZATION, step, now)?.map(|opened| opened.data))
}

/// It is through.
pub(super) fn finish(tx: &mut Tx<'_>, step: &str, now: Timestamp) -> Result<(), Failure> {
    one_time::redeem::<Pending>(tx, AUTHORIZATION, step, now)?;
    Ok(())
}
