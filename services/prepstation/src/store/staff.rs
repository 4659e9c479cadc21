//! Rows of staff, and the projection of the people that accounts knows.

use crate::domain::staff::Role;
use database::{Error, FromRow, Row, Tx, sql};
use jiff::Timestamp;
use kernel::ids::{PersonId, RestaurantId};
use uuid::Uuid;

/// Somebody who works at a restaurant or is invited to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Which row.
    pub id: Uuid,
    /// Where.
    pub restaurant_id: RestaurantId,
    /// Who; `None` while the invitation waits for somebody with this address.
    pub person_id: Option<PersonId>,
    /// Where they were invited.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// As accounts knows them.
    pub name: Option<String>,
}

impl FromRow for Member {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get(0)?,
            restaurant_id: row.get(1)?,
            person_id: row.get(2)?,
            email: row.get(3)?,
            role: role(row, 4)?,
            name: row.get(5)?,
        })
    }
}

fn role(row: &Row, column: usize) -> Result<Role, Error> {
    let key: String = row.get(column)?;
    Role::from_key(&key).ok_or(Error::Conversion { column, expected: "a role" })
}

struct OnlyRole(Role);

impl FromRow for OnlyRole {
    fn from_row(row: &Row) -> Result<Self, Error> {
        role(row, 0).map(Self)
    }
}

/// The role of a person at a restaurant; `None` for strangers.
///
/// # Errors
/// The database failed.
pub fn role_of(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    person: PersonId,
) -> Result<Option<Role>, Error> {
    // One person may be invited at two addresses: the higher role counts.
    let roles: Vec<OnlyRole> = tx.all(
        sql!("SELECT role FROM staff WHERE restaurant_id = $1 AND person_id = $2"),
        &[&restaurant, &person],
    )?;
    Ok(roles.into_iter().map(|role| role.0).max())
}

/// Everybody at a restaurant, in the order of joining.
///
/// # Errors
/// The database failed.
pub fn of_restaurant(tx: &mut Tx<'_>, restaurant: RestaurantId) -> Result<Vec<Member>, Error> {
    tx.all(
        sql!(
            "SELECT s.id, s.restaurant_id, s.person_id, s.email, s.role, p.name FROM staff s \
             LEFT JOIN people p ON p.person_id = s.person_id WHERE s.restaurant_id = $1 \
             ORDER BY s.created_at, s.id"
        ),
        &[&restaurant],
    )
}

/// One row.
///
/// # Errors
/// The database failed.
pub fn member(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    id: Uuid,
) -> Result<Option<Member>, Error> {
    tx.optional(
        sql!(
            "SELECT s.id, s.restaurant_id, s.person_id, s.email, s.role, p.name FROM staff s \
             LEFT JOIN people p ON p.person_id = s.person_id \
             WHERE s.restaurant_id = $1 AND s.id = $2"
        ),
        &[&restaurant, &id],
    )
}

/// Whether somebody is invited at this address already.
///
/// # Errors
/// The database failed.
pub fn by_email(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    email: &str,
) -> Result<Option<Member>, Error> {
    tx.optional(
        sql!(
            "SELECT s.id, s.restaurant_id, s.person_id, s.email, s.role, p.name FROM staff s \
             LEFT JOIN people p ON p.person_id = s.person_id \
             WHERE s.restaurant_id = $1 AND s.email = $2"
        ),
        &[&restaurant, &email],
    )
}

/// Adds a row; `asked` when they must say yes first.
///
/// # Errors
/// [`Error::Unique`] when the address is there already, or the database failed.
pub fn insert(tx: &mut Tx<'_>, member: &Member, asked: bool, now: Timestamp) -> Result<(), Error> {
    let Member { id, restaurant_id, person_id, email, role, .. } = member;
    tx.execute(
        sql!(
            "INSERT INTO staff (id, restaurant_id, person_id, email, role, asked, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &[id, restaurant_id, person_id, email, &role.key(), &asked, &now],
    )?;
    Ok(())
}

/// A restaurant's invitation, as the one who is invited sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its row of staff.
    pub id: Uuid,
    /// Where.
    pub restaurant_id: RestaurantId,
    /// The restaurant's name.
    pub restaurant: String,
    /// What they may do once they have joined.
    pub role: Role,
}

impl FromRow for Invitation {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get(0)?,
            restaurant_id: row.get(1)?,
            restaurant: row.get(2)?,
            role: role(row, 3)?,
        })
    }
}

/// What waits for a person's answer, at the address that they have proved.
///
/// # Errors
/// The database failed.
pub fn invitations(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Invitation>, Error> {
    tx.all(
        sql!(
            "SELECT s.id, s.restaurant_id, r.name, s.role FROM people p \
             JOIN staff s ON s.email = p.email JOIN restaurants r ON r.id = s.restaurant_id \
             WHERE p.person_id = $1 AND p.email_verified = $2 AND s.person_id IS NULL \
             AND s.asked = $2 ORDER BY s.created_at, s.id"
        ),
        &[&person, &true],
    )
}

/// Who was asked has said yes; whether the invitation was still there.
///
/// # Errors
/// The database failed.
pub fn join(tx: &mut Tx<'_>, id: Uuid, person: PersonId) -> Result<bool, Error> {
    let joined = tx.execute(
        sql!("UPDATE staff SET person_id = $2, asked = $3 WHERE id = $1 AND person_id IS NULL"),
        &[&id, &person, &false],
    )?;
    Ok(joined == 1)
}

/// Who was asked has said no; whether the invitation was still there.
///
/// # Errors
/// The database failed.
pub fn decline(tx: &mut Tx<'_>, id: Uuid) -> Result<bool, Error> {
    let gone = tx.execute(sql!("DELETE FROM staff WHERE id = $1 AND person_id IS NULL"), &[&id])?;
    Ok(gone == 1)
}

/// Another role.
///
/// # Errors
/// The database failed.
pub fn set_role(tx: &mut Tx<'_>, id: Uuid, role: Role) -> Result<(), Error> {
    tx.execute(sql!("UPDATE staff SET role = $2 WHERE id = $1"), &[&id, &role.key()])?;
    Ok(())
}

/// Removes a row.
///
/// # Errors
/// The database failed.
pub fn delete(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Error> {
    tx.execute(sql!("DELETE FROM staff WHERE id = $1"), &[&id])?;
    Ok(())
}

/// Gives the places that the operator keeps for an address to its person. Who was asked by an owner
/// says so themselves.
///
/// # Errors
/// The database failed.
pub fn claim(tx: &mut Tx<'_>, email: &str, person: PersonId) -> Result<Vec<RestaurantId>, Error> {
    let claimed: Vec<(RestaurantId,)> = tx.all(
        sql!(
            "UPDATE staff SET person_id = $2 WHERE email = $1 AND person_id IS NULL \
             AND asked = $3 RETURNING restaurant_id"
        ),
        &[&email, &person, &false],
    )?;
    Ok(claimed.into_iter().map(|(restaurant,)| restaurant).collect())
}

/// The person with a verified address.
///
/// # Errors
/// The database failed.
pub fn verified_person(tx: &mut Tx<'_>, email: &str) -> Result<Option<PersonId>, Error> {
    let found: Option<(PersonId,)> = tx.optional(
        sql!("SELECT person_id FROM people WHERE email = $1 AND email_verified = $2"),
        &[&email, &true],
    )?;
    Ok(found.map(|(person,)| person))
}

/// Remembers what accounts says of a person.
///
/// # Errors
/// The database failed.
pub fn remember(
    tx: &mut Tx<'_>,
    person: PersonId,
    email: &str,
    verified: bool,
    name: &str,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO people (person_id, email, email_verified, name) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (person_id) DO UPDATE SET email = excluded.email, \
             email_verified = excluded.email_verified, name = excluded.name"
        ),
        &[&person, &email, &verified, &name],
    )?;
    Ok(())
}

/// Forgets a person; tells where they worked.
///
/// # Errors
/// The database failed.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<RestaurantId>, Error> {
    tx.execute(sql!("DELETE FROM idempotency WHERE person_id = $1"), &[&person])?;
    tx.execute(sql!("UPDATE menu_drafts SET updated_by = NULL WHERE updated_by = $1"), &[&person])?;
    tx.execute(sql!("UPDATE menus SET published_by = NULL WHERE published_by = $1"), &[&person])?;
    tx.execute(sql!("UPDATE photos SET uploaded_by = NULL WHERE uploaded_by = $1"), &[&person])?;
    tx.execute(sql!("UPDATE api_keys SET created_by = NULL WHERE created_by = $1"), &[&person])?;
    let known: Option<(String,)> =
        tx.optional(sql!("DELETE FROM people WHERE person_id = $1 RETURNING email"), &[&person])?;
    if let Some((email,)) = known {
        tx.execute(sql!("DELETE FROM staff WHERE email = $1 AND person_id IS NULL"), &[&email])?;
    }
    let left: Vec<(RestaurantId,)> =
        tx.all(sql!("DELETE FROM staff WHERE person_id = $1 RETURNING restaurant_id"), &[&person])?;
    Ok(left.into_iter().map(|(restaurant,)| restaurant).collect())
}
