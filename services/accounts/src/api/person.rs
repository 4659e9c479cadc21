//! A person as JSON.

use crate::{
    app::App,
    store::{
        memberships::{self, Membership},
        persons::{self, Person},
    },
    usecases::Failure,
};
use kernel::ids::{PersonId, RestaurantId};
use serde::Serialize;
use utoipa::ToSchema;

/// A person with an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonBody {
    /// `per_…`
    #[schema(value_type = String, example = "per_0192f0c1e5a07b3e8c5d6f708192a3b4")]
    id: PersonId,
    name: String,
    email: String,
    /// Whether the address was proved.
    email_verified: bool,
    /// Runs the platform.
    operator: bool,
    roles: Vec<RoleBody>,
}

/// A person's work at a restaurant.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleBody {
    /// `rst_…`
    #[schema(value_type = String)]
    restaurant_id: RestaurantId,
    /// `owner`, `manager`, `cook` or `viewer`
    role: &'static str,
    /// The restaurant's name in addresses, once it is known.
    slug: Option<String>,
    /// The restaurant's name, once it is known.
    name: Option<String>,
}

impl PersonBody {
    /// The address, when it was proved to be theirs.
    pub(crate) fn proved_email(&self) -> Option<String> {
        self.email_verified.then(|| self.email.clone())
    }

    pub(super) fn new(person: Person, memberships: Vec<Membership>) -> Self {
        let role = |membership: Membership| {
            let (slug, name) = membership.restaurant.unzip();
            RoleBody {
                restaurant_id: membership.restaurant_id,
                role: memberships::word(membership.role),
                slug,
                name,
            }
        };
        Self {
            id: person.id,
            name: person.name,
            email: person.email,
            email_verified: person.email_verified,
            operator: person.operator,
            roles: memberships.into_iter().map(role).collect(),
        }
    }
}

/// The person as the database knows them now; nothing when they are gone.
pub(crate) async fn find(app: &App, id: PersonId) -> Result<Option<PersonBody>, Failure> {
    let found = app.context.database.read(move |tx| {
        let person = persons::by_id(tx, id)?;
        Ok::<_, Failure>(match person {
            Some(person) => Some(PersonBody::new(person, memberships::of_person(tx, id)?)),
            None => None,
        })
    });
    found.await
}
