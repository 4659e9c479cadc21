//! Somebody signs in: a place where they never were is told to them, and known from now on.

use super::{Entry, Failure};
use crate::{
    domain::{device, email},
    store::{
        attempts,
        mails::{self, Letter, Notice},
    },
};
use database::Tx;
use kernel::Env;
use session::Principal;

/// Notices where `who` comes in. The first place of all is no news.
pub(super) fn notice_place(
    tx: &mut Tx<'_>,
    env: &Env,
    who: &Principal,
    entry: &Entry,
) -> Result<(), Failure> {
    let person = who.person_id;
    let place = attempts::place(&email::key(&who.email), &entry.network);
    if !attempts::is_known_place(tx, &place)? && attempts::has_places(tx, person)? {
        let network = entry.network.clone();
        let notice = Notice::NewPlace { device: device::name(&entry.user_agent), network };
        let letter = Letter::Notice(notice);
        mails::post(tx, env, &who.email, Some(person), &letter)?;
    }
    attempts::know_place(tx, &place, person, env.now)?;
    Ok(())
}
