//! Somebody says whether they want to work at a restaurant that has invited them.

use super::Refusal;
use crate::{
    events::publish::{publish, staff_changed},
    store,
};
use database::Tx;
use kernel::{Env, ids::PersonId};
use uuid::Uuid;

/// The answer to an invitation.
#[derive(Debug, Clone, Copy)]
pub struct AnswerInvitation {
    /// Who, with the address that was invited proved.
    pub person: PersonId,
    /// Which row of staff.
    pub invitation: Uuid,
    /// Whether they join; otherwise the invitation is gone.
    pub joins: bool,
}

/// Lets them join, or takes the invitation away.
///
/// # Errors
/// [`Refusal::NotFound`] for what is not, or no longer, an invitation of theirs, or the database
/// failed.
pub fn answer_invitation(
    tx: &mut Tx<'_>,
    env: &Env,
    command: &AnswerInvitation,
) -> Result<(), Refusal> {
    let AnswerInvitation { person, invitation, joins } = *command;
    let open = store::staff::invitations(tx, person)?;
    let open = open.into_iter().find(|one| one.id == invitation).ok_or(Refusal::NotFound)?;
    store::restaurants::lock(tx, open.restaurant_id)?;
    let answered = if joins {
        store::staff::join(tx, invitation, person)?
    } else {
        store::staff::decline(tx, invitation)?
    };
    if !answered {
        return Err(Refusal::NotFound);
    }
    if !joins {
        return Ok(());
    }
    let version = store::restaurants::next_version(tx, open.restaurant_id, env.now)?;
    let role = store::staff::role_of(tx, open.restaurant_id, person)?;
    publish(tx, env, version, staff_changed(open.restaurant_id, person, role))
}
