//! What people, events and timers do here: one file per verb, one transaction each.

use crate::{
    domain::{
        Flaw,
        restaurant::Restaurant,
        staff::{Role, Task},
    },
    store,
};
use database::Tx;
use kernel::ids::{PersonId, RestaurantId};
use runtime::{PublishError, Refuses};
use uuid::Uuid;

pub mod answer_invitation;
pub mod api_keys;
pub mod change_restaurant;
pub mod edit_draft;
pub mod erase_person;
pub mod hire;
pub mod idempotent;
pub mod import_restaurant;
pub mod keep_photo;
pub mod know_person;
pub mod pause_orders;
pub mod publish_menu;
pub mod register_restaurant;
pub mod return_to_sale;
pub mod save_draft;
pub mod set_availability;
pub mod set_hours;
pub mod tickets;

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Somebody signed in, who needs a role.
    Person(PersonId),
    /// A program with a key of one restaurant, whose scope was looked at.
    Program {
        /// The key.
        key: Uuid,
        /// Whose.
        restaurant: RestaurantId,
    },
    /// An import or the demo.
    System,
}

impl Actor {
    /// The person, for records.
    #[must_use]
    pub fn person(self) -> Option<PersonId> {
        match self {
            Self::Person(person) => Some(person),
            Self::Program { .. } | Self::System => None,
        }
    }
}

/// Why the office refuses.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No such restaurant, item or person, or none that the actor may know of.
    #[error("there is nothing here by this name")]
    NotFound,
    /// The actor works here, but has too low a role.
    #[error("this takes the role of {}", .0.label().to_lowercase())]
    Forbidden(Role),
    /// Something that was entered is wrong.
    #[error("{}", .0.first().map_or("something is wrong", |flaw| flaw.message.as_str()))]
    Invalid(Vec<Flaw>),
    /// Somebody else saved in the meantime; the draft has this revision now.
    #[error("somebody else has changed the menu in the meantime")]
    Stale(i64),
    /// The slug belongs to another restaurant.
    #[error("the address /r/{0} is taken")]
    SlugTaken(String),
    /// The last owner cannot leave.
    #[error("a restaurant needs an owner: make somebody else one first")]
    LastOwner,
    /// The idempotency key was used for another request.
    #[error("this Idempotency-Key was used for another request")]
    KeyReused,
    /// An event cannot be written.
    #[error("an event cannot be written")]
    Event(#[from] serde_json::Error),
    /// An event is too large or was not stored.
    #[error("an event cannot be stored")]
    Outbox(#[source] outbox::Error),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] database::Error),
}

impl Refuses for Refusal {
    fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::NotFound => Some("not_found"),
            Self::Forbidden(_) => Some("forbidden"),
            Self::Invalid(_) => Some("invalid"),
            Self::Stale(_) => Some("stale"),
            Self::SlugTaken(_) => Some("slug_taken"),
            Self::LastOwner => Some("last_owner"),
            Self::KeyReused => Some("key_reused"),
            Self::Outbox(outbox::Error::TooLarge(_)) => Some("too_large"),
            Self::Event(_) | Self::Outbox(_) | Self::Database(_) => None,
        }
    }
}

impl From<PublishError> for Refusal {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Json(error) => Self::Event(error),
            PublishError::Outbox(outbox::Error::Database(error)) => Self::Database(error),
            PublishError::Outbox(error) => Self::Outbox(error),
        }
    }
}

impl From<Flaw> for Refusal {
    fn from(flaw: Flaw) -> Self {
        Self::Invalid(vec![flaw])
    }
}

/// Finds the restaurant at an address and checks that the actor may do this there. Strangers learn
/// nothing, not even that it exists.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`], or the database failed.
pub fn enter(
    tx: &mut Tx<'_>,
    key: &str,
    actor: Actor,
    task: Task,
) -> Result<(Restaurant, Role), Refusal> {
    let restaurant = store::restaurants::by_key(tx, key)?.ok_or(Refusal::NotFound)?;
    let role = authorise(tx, restaurant.id, actor, task)?;
    Ok((restaurant, role))
}

/// Checks that the actor may do this at the restaurant.
///
/// # Errors
/// As [`enter`].
pub fn authorise(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    actor: Actor,
    task: Task,
) -> Result<Role, Refusal> {
    let role = match actor {
        Actor::System => Role::Owner,
        Actor::Person(person) => {
            store::staff::role_of(tx, restaurant, person)?.ok_or(Refusal::NotFound)?
        }
        // Its scopes have been looked at; hiring is in none of them.
        Actor::Program { key, restaurant: own } if own == restaurant => {
            store::api_keys::find(tx, own, key)?.map(|_| Role::Manager).ok_or(Refusal::NotFound)?
        }
        Actor::Program { .. } => return Err(Refusal::NotFound),
    };
    if role.may(task) { Ok(role) } else { Err(Refusal::Forbidden(task.least())) }
}

/// Refuses when there are flaws.
///
/// # Errors
/// [`Refusal::Invalid`] with all of them.
pub fn invalid_unless_empty(flaws: Vec<Flaw>) -> Result<(), Refusal> {
    if flaws.is_empty() { Ok(()) } else { Err(Refusal::Invalid(flaws)) }
}
