//! An app sends somebody here who has to sign in or to be asked first: what it wants is kept until
//! they are through.

use super::super::{Failure, TooSoon, begin_sign_in::count_attempt};
use crate::{
    domain::throttle::Scope,
    store::{
        attempts::{self, Subject},
        one_time::{self, Purpose},
        persons,
    },
};
use database::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{Env, ids::PersonId};
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

/// Whom a request tells of, and where it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct About {
    /// In its hint, or signed in.
    pub(crate) person: Option<PersonId>,
    /// What was typed at the app, perhaps an address.
    pub(crate) login_hint: String,
    /// Nothing when it is not to be throttled.
    pub(crate) address: Option<String>,
}

/// Keeps it, and gives the step by which it is found again. Counted by address, because it leaves a
/// row.
pub(crate) fn begin_authorization(
    tx: &mut Tx<'_>,
    env: &Env,
    pending: &Pending,
    about: &About,
) -> Result<String, TooSoon> {
    // First, as everywhere: the row that is written refers to them.
    let person = match about.person {
        Some(person) => persons::lock(tx, person)?.map(|person| person.id),
        None => None,
    };
    count_attempt(tx, env, subject(about.address.as_deref()).into_iter())?.now()?;
    Ok(one_time::issue_about(tx, env, AUTHORIZATION, (person, &about.login_hint), pending)?)
}

fn subject(address: Option<&str>) -> Option<Subject> {
    address.map(|address| Subject::new(Scope::Authorization, &[address]))
}

/// What was kept; nothing when it took too long, or is through.
pub(crate) fn pending(
    tx: &mut Tx<'_>,
    step: &str,
    now: Timestamp,
) -> Result<Option<Pending>, Failure> {
    Ok(one_time::look(tx, AUTHORIZATION, step, now)?.map(|opened| opened.data))
}

/// It is through, and counts no more where it came from.
pub(super) fn finish(
    tx: &mut Tx<'_>,
    step: &str,
    address: Option<&str>,
    now: Timestamp,
) -> Result<(), Failure> {
    let opened = one_time::redeem::<Pending>(tx, AUTHORIZATION, step, now)?;
    if let Some(subject) = subject(address).filter(|_| opened.is_some()) {
        attempts::forgive_one(tx, subject)?;
    }
    Ok(())
}
