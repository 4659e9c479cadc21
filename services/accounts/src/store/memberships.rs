//! What prepstation says about staff and restaurants.

use database::{Error, Tx, sql};
use kernel::ids::{PersonId, RestaurantId};
use session::{MAX_ROLES, Role};
use std::collections::BTreeMap;

const ROLES: [(&str, Role); 4] = [
    ("owner", Role::Owner),
    ("manager", Role::Manager),
    ("cook", Role::Cook),
    ("viewer", Role::Viewer),
];

/// A person's work at a restaurant, as the account page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Membership {
    pub(crate) restaurant_id: RestaurantId,
    pub(crate) role: Role,
    /// Slug and name, once prepstation has told them.
    pub(crate) restaurant: Option<(String, String)>,
}

/// The word for a role.
pub(crate) fn word(role: Role) -> &'static str {
    ROLES.iter().find(|(_, known)| *known == role).map_or("viewer", |(word, _)| word)
}

fn role(word: &str) -> Option<Role> {
    ROLES.iter().find(|(known, _)| *known == word).map(|(_, role)| *role)
}

pub(crate) fn set(
    tx: &mut Tx<'_>,
    person: PersonId,
    restaurant: RestaurantId,
    role: Option<Role>,
) -> Result<(), Error> {
    match role {
        Some(role) => tx.execute(
            sql!(
                "INSERT INTO memberships (person_id, restaurant_id, role) VALUES ($1, $2, $3)
                 ON CONFLICT (person_id, restaurant_id) DO UPDATE SET role = $3"
            ),
            &[&person, &restaurant, &word(role)],
        )?,
        None => tx.execute(
            sql!("DELETE FROM memberships WHERE person_id = $1 AND restaurant_id = $2"),
            &[&person, &restaurant],
        )?,
    };
    Ok(())
}

pub(crate) fn set_restaurant(
    tx: &mut Tx<'_>,
    id: RestaurantId,
    slug: &str,
    name: &str,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO restaurants (id, slug, name) VALUES ($1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET slug = $2, name = $3"
        ),
        &[&id, &slug, &name],
    )?;
    Ok(())
}

/// All of a person's memberships.
pub(crate) fn of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Membership>, Error> {
    let rows: Vec<(RestaurantId, String, Option<String>, Option<String>)> = tx.all(
        sql!(
            "SELECT memberships.restaurant_id, memberships.role, restaurants.slug, restaurants.name
             FROM memberships LEFT JOIN restaurants ON restaurants.id = memberships.restaurant_id
             WHERE memberships.person_id = $1 ORDER BY memberships.restaurant_id"
        ),
        &[&person],
    )?;
    let membership = |(restaurant_id, word, slug, name): (
        RestaurantId,
        String,
        Option<String>,
        Option<String>,
    )| {
        Some(Membership { restaurant_id, role: role(&word)?, restaurant: slug.zip(name) })
    };
    Ok(rows.into_iter().filter_map(membership).collect())
}

/// The roles that a token carries.
pub(crate) fn roles(
    tx: &mut Tx<'_>,
    person: PersonId,
) -> Result<BTreeMap<RestaurantId, Role>, Error> {
    let memberships = of_person(tx, person)?;
    Ok(memberships.into_iter().take(MAX_ROLES).map(|m| (m.restaurant_id, m.role)).collect())
}
