//! An owner invites people, changes their roles, or lets them go.

use super::{Actor, Refusal, authorise, enter, register_restaurant::Newcomer};
use crate::{
    domain::{
        Flaw,
        staff::{Role, Task, tidy_email},
    },
    events::publish::{publish, staff_changed},
    store::{self, staff::Member},
};
use database::Tx;
use kernel::{Env, ids::RestaurantId};
use uuid::Uuid;

/// Invites by e-mail. Whom an owner invites is asked, and joins by saying yes
/// ([`super::answer_invitation`]); until then every address looks the same. Whom the operator brings
/// in with a restaurant joins at once when they have verified this address, or when they do. Inviting
/// somebody again changes their role.
///
/// # Errors
/// [`Refusal::Invalid`] for an address that is none, [`Refusal::LastOwner`], a role too low, or the
/// database failed.
pub fn invite(
    tx: &mut Tx<'_>,
    env: &Env,
    restaurant: RestaurantId,
    actor: Actor,
    newcomer: &Newcomer,
) -> Result<Member, Refusal> {
    authorise(tx, restaurant, actor, Task::Hire)?;
    let wrong = || Flaw::new("/email", "Write an e-mail address, such as mira@example.com");
    let email = tidy_email(&newcomer.email).ok_or_else(wrong)?;
    store::restaurants::lock(tx, restaurant)?;
    if let Some(member) = store::staff::by_email(tx, restaurant, &email)? {
        return assign(tx, env, member, newcomer.role);
    }
    let asked = !matches!(actor, Actor::System);
    let person_id = match newcomer.person_id {
        Some(person) => Some(person),
        None if asked => None,
        None => store::staff::verified_person(tx, &email)?,
    };
    let version = store::restaurants::next_version(tx, restaurant, env.now)?;
    let (id, role) = (env.uuid(), newcomer.role);
    let member = Member { id, restaurant_id: restaurant, person_id, email, role, name: None };
    store::staff::insert(tx, &member, asked && person_id.is_none(), env.now)?;
    if let Some(person) = person_id {
        publish(tx, env, version, staff_changed(restaurant, person, Some(role)))?;
    }
    Ok(member)
}

/// What an owner wants with a member.
#[derive(Debug, Clone)]
pub struct ChangeMember {
    /// Slug or id.
    pub restaurant: String,
    /// Who.
    pub actor: Actor,
    /// Whom.
    pub member: Uuid,
    /// The new role; `None` lets them go.
    pub role: Option<Role>,
}

/// Changes a role or removes a member. The last owner stays.
///
/// # Errors
/// [`Refusal::LastOwner`], [`Refusal::NotFound`], a role too low, or the database failed.
pub fn change_member(tx: &mut Tx<'_>, env: &Env, command: &ChangeMember) -> Result<(), Refusal> {
    let (restaurant, _) = enter(tx, &command.restaurant, command.actor, Task::Hire)?;
    // They may be answering at this moment.
    store::restaurants::lock(tx, restaurant.id)?;
    let found = store::staff::member(tx, restaurant.id, command.member)?;
    let member = found.ok_or(Refusal::NotFound)?;
    match command.role {
        Some(role) => assign(tx, env, member, role).map(drop),
        None => {
            let version = store::restaurants::next_version(tx, restaurant.id, env.now)?;
            keep_an_owner(tx, &member, None)?;
            store::staff::delete(tx, member.id)?;
            tell(tx, env, version, &member)
        }
    }
}

fn assign(tx: &mut Tx<'_>, env: &Env, member: Member, role: Role) -> Result<Member, Refusal> {
    if member.role == role {
        return Ok(member);
    }
    let version = store::restaurants::next_version(tx, member.restaurant_id, env.now)?;
    keep_an_owner(tx, &member, Some(role))?;
    store::staff::set_role(tx, member.id, role)?;
    let member = Member { role, ..member };
    tell(tx, env, version, &member)?;
    Ok(member)
}

/// Refuses what would leave a restaurant without an owner who has joined. The restaurant's row is
/// locked by now: of two owners who let each other go, one stays.
fn keep_an_owner(tx: &mut Tx<'_>, member: &Member, role: Option<Role>) -> Result<(), Refusal> {
    if member.role != Role::Owner || role == Some(Role::Owner) {
        return Ok(());
    }
    let everybody = store::staff::of_restaurant(tx, member.restaurant_id)?;
    let mut others = everybody.iter().filter(|other| other.id != member.id);
    if others.any(|other| other.role == Role::Owner && other.person_id.is_some()) {
        Ok(())
    } else {
        Err(Refusal::LastOwner)
    }
}

/// Says the role that the person has now: at two addresses the higher one counts.
fn tell(tx: &mut Tx<'_>, env: &Env, version: i64, member: &Member) -> Result<(), Refusal> {
    let Some(person) = member.person_id else { return Ok(()) };
    let role = store::staff::role_of(tx, member.restaurant_id, person)?;
    publish(tx, env, version, staff_changed(member.restaurant_id, person, role))
}
