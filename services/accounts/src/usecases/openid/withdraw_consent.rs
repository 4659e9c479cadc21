//! A person does not want an app to see anything any more.

use super::super::Failure;
use crate::store::{consents, grants};
use database::Tx;
use kernel::{
    Env,
    ids::{ClientId, PersonId},
};

/// Their word is taken back and the app's tokens end.
pub(crate) fn withdraw_consent(
    tx: &mut Tx<'_>,
    env: &Env,
    person: PersonId,
    client: ClientId,
) -> Result<(), Failure> {
    consents::withdraw(tx, person, client)?;
    Ok(grants::end_of(tx, person, client, env.now)?)
}
