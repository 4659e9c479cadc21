//! Rows of restaurants.

use crate::domain::restaurant::{Address, Delivery, Profile, Restaurant};
use database::{Error, FromRow, Json, Row, Tx, sql};
use jiff::Timestamp;
use kernel::ids::{PersonId, RestaurantId};

struct Found(Restaurant);

impl FromRow for Found {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let delivery = match row.get::<Option<u32>>(18)? {
            Some(radius_m) => Some(Delivery { radius_m, fee: row.get(19)?, minimum: row.get(20)? }),
            None => None,
        };
        let address = Address {
            street: row.get(8)?,
            postcode: row.get(9)?,
            city: row.get(10)?,
            country: row.get(11)?,
            lat: row.get(12)?,
            lon: row.get(13)?,
        };
        let profile = Profile {
            name: row.get(2)?,
            story: row.get(3)?,
            badge: row.get(4)?,
            cuisines: row.get::<Json<_>>(5)?.0,
            art: row.get(6)?,
            photo: row.get::<Option<Json<_>>>(26)?.map(|json| json.0),
            plate: row.get(7)?,
            address,
            phone: row.get(14)?,
            pickup: row.get(17)?,
            delivery,
            prep_minutes: row.get(21)?,
            answer_minutes: row.get(22)?,
            listed: row.get(23)?,
        };
        Ok(Self(Restaurant {
            id: row.get(0)?,
            slug: row.get(1)?,
            profile,
            currency: row.get(15)?,
            hours: row.get::<Json<_>>(16)?.0,
            version: row.get(24)?,
            updated_at: row.get(25)?,
        }))
    }
}

macro_rules! select {
    ($rest:literal) => {
        sql!(concat!(
            "SELECT r.id, r.slug, r.name, r.story, r.badge, r.cuisines, r.art, r.plate, r.street, ",
            "r.postcode, r.city, r.country, r.lat, r.lon, r.phone, r.currency, r.hours, r.pickup, ",
            "r.delivery_radius_m, r.delivery_fee, r.delivery_minimum, r.prep_minutes, ",
            "r.answer_minutes, r.listed, r.version, r.updated_at, r.photo FROM restaurants r ",
            $rest
        ))
    };
}

/// A restaurant by its id.
///
/// # Errors
/// The database failed.
pub fn by_id(tx: &mut Tx<'_>, id: RestaurantId) -> Result<Option<Restaurant>, Error> {
    let found: Option<Found> = tx.optional(select!("WHERE r.id = $1"), &[&id])?;
    Ok(found.map(|found| found.0))
}

/// A restaurant by its slug.
///
/// # Errors
/// The database failed.
pub fn by_slug(tx: &mut Tx<'_>, slug: &str) -> Result<Option<Restaurant>, Error> {
    let found: Option<Found> = tx.optional(select!("WHERE r.slug = $1"), &[&slug])?;
    Ok(found.map(|found| found.0))
}

/// A restaurant by what stands in an address: its slug or its id.
///
/// # Errors
/// The database failed.
pub fn by_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<Restaurant>, Error> {
    match key.parse() {
        Ok(id) => by_id(tx, id),
        Err(_) => by_slug(tx, key),
    }
}

/// The restaurants where a person works, by name.
///
/// # Errors
/// The database failed.
pub fn of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Restaurant>, Error> {
    let found: Vec<Found> = tx.all(
        select!(
            "JOIN staff s ON s.restaurant_id = r.id WHERE s.person_id = $1 ORDER BY r.name, r.id"
        ),
        &[&person],
    )?;
    Ok(found.into_iter().map(|found| found.0).collect())
}

/// Restaurants in the order of their slugs, from behind one of them.
///
/// # Errors
/// The database failed.
pub fn after(tx: &mut Tx<'_>, slug: &str, limit: u32) -> Result<Vec<Restaurant>, Error> {
    let found: Vec<Found> =
        tx.all(select!("WHERE r.slug > $1 ORDER BY r.slug LIMIT $2"), &[&slug, &limit])?;
    Ok(found.into_iter().map(|found| found.0).collect())
}

/// Whether there is no restaurant yet.
///
/// # Errors
/// The database failed.
pub fn is_empty(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let any: Option<(RestaurantId,)> =
        tx.optional(sql!("SELECT id FROM restaurants LIMIT 1"), &[])?;
    Ok(any.is_none())
}

/// How many orders came to a restaurant since an instant.
///
/// # Errors
/// The database failed.
pub fn orders_since(tx: &mut Tx<'_>, id: RestaurantId, since: Timestamp) -> Result<i64, Error> {
    let (count,) = tx.one(
        sql!("SELECT COUNT(*) FROM tickets WHERE restaurant_id = $1 AND placed_at >= $2"),
        &[&id, &since],
    )?;
    Ok(count)
}

/// Writes a new restaurant.
///
/// # Errors
/// [`Error::Unique`] when the id or slug is taken, or the database failed.
pub fn insert(tx: &mut Tx<'_>, restaurant: &Restaurant) -> Result<(), Error> {
    let Restaurant { id, slug, profile: p, currency, hours, version, updated_at } = restaurant;
    let (a, d) = (&p.address, p.delivery);
    tx.execute(
        sql!(
            "INSERT INTO restaurants (id, slug, name, story, badge, cuisines, art, plate, street, \
             postcode, city, country, lat, lon, phone, currency, hours, pickup, delivery_radius_m, \
             delivery_fee, delivery_minimum, prep_minutes, answer_minutes, listed, version, \
             created_at, updated_at, photo) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, \
             $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $26, $27)"
        ),
        &[
            id,
            slug,
            &p.name,
            &p.story,
            &p.badge,
            &Json(&p.cuisines),
            &p.art,
            &p.plate,
            &a.street,
            &a.postcode,
            &a.city,
            &a.country,
            &a.lat,
            &a.lon,
            &p.phone,
            currency,
            &Json(hours),
            &p.pickup,
            &d.map(|d| d.radius_m),
            &d.map(|d| d.fee),
            &d.map(|d| d.minimum),
            &p.prep_minutes,
            &p.answer_minutes,
            &p.listed,
            version,
            updated_at,
            &p.photo.as_ref().map(Json),
        ],
    )?;
    Ok(())
}

/// Writes what may change: profile and hours.
///
/// # Errors
/// The database failed.
pub fn update(tx: &mut Tx<'_>, restaurant: &Restaurant) -> Result<(), Error> {
    let Restaurant { id, profile: p, hours, updated_at, .. } = restaurant;
    let (a, d) = (&p.address, p.delivery);
    tx.execute(
        sql!(
            "UPDATE restaurants SET name = $2, story = $3, badge = $4, cuisines = $5, art = $6, \
             plate = $7, street = $8, postcode = $9, city = $10, country = $11, lat = $12, \
             lon = $13, phone = $14, hours = $15, pickup = $16, delivery_radius_m = $17, \
             delivery_fee = $18, delivery_minimum = $19, prep_minutes = $20, answer_minutes = $21, \
             listed = $22, updated_at = $23, photo = $24 WHERE id = $1"
        ),
        &[
            id,
            &p.name,
            &p.story,
            &p.badge,
            &Json(&p.cuisines),
            &p.art,
            &p.plate,
            &a.street,
            &a.postcode,
            &a.city,
            &a.country,
            &a.lat,
            &a.lon,
            &p.phone,
            &Json(hours),
            &p.pickup,
            &d.map(|d| d.radius_m),
            &d.map(|d| d.fee),
            &d.map(|d| d.minimum),
            &p.prep_minutes,
            &p.answer_minutes,
            &p.listed,
            updated_at,
            &p.photo.as_ref().map(Json),
        ],
    )?;
    Ok(())
}

/// Locks the restaurant's row until the transaction ends: what is read of its staff from then on is
/// what everybody else has left.
///
/// # Errors
/// The database failed.
pub fn lock(tx: &mut Tx<'_>, id: RestaurantId) -> Result<(), Error> {
    tx.lock::<(RestaurantId,)>(sql!("SELECT id FROM restaurants WHERE id = $1"), &[&id])?;
    Ok(())
}

/// Counts a change and locks the restaurant's row until the transaction ends.
///
/// # Errors
/// The restaurant is not there, or the database failed.
pub fn next_version(tx: &mut Tx<'_>, id: RestaurantId, now: Timestamp) -> Result<i64, Error> {
    let (version,) = tx.one(
        sql!(
            "UPDATE restaurants SET version = version + 1, updated_at = $2 WHERE id = $1 \
             RETURNING version"
        ),
        &[&id, &now],
    )?;
    Ok(version)
}
