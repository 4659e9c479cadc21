//! Rows of pauses, busy times and what is off sale.

use crate::domain::availability::{Availability, OnSale};
use database::{Error, FromRow, Row, Tx, sql};
use jiff::Timestamp;
use kernel::{
    ids::{Id, ItemId, OptionId, RestaurantId},
    menu::Unavailable,
};
use std::collections::BTreeMap;
use uuid::Uuid;

impl FromRow for Availability {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            paused_until: row.get(0)?,
            pause_reason: row.get(1)?,
            busy_extra_minutes: row.get(2)?,
            busy_until: row.get(3)?,
        })
    }
}

/// Whether a restaurant has paused or is busy.
///
/// # Errors
/// The database failed.
pub fn of(tx: &mut Tx<'_>, restaurant: RestaurantId) -> Result<Availability, Error> {
    let found = tx.optional(
        sql!(
            "SELECT paused_until, pause_reason, busy_extra_minutes, busy_until FROM availability \
             WHERE restaurant_id = $1"
        ),
        &[&restaurant],
    )?;
    Ok(found.unwrap_or_default())
}

/// Writes it.
///
/// # Errors
/// The database failed.
pub fn put(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    availability: &Availability,
) -> Result<(), Error> {
    let Availability { paused_until, pause_reason, busy_extra_minutes, busy_until } = availability;
    tx.execute(
        sql!(
            "INSERT INTO availability (restaurant_id, paused_until, pause_reason, \
             busy_extra_minutes, busy_until) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (restaurant_id) DO UPDATE SET paused_until = excluded.paused_until, \
             pause_reason = excluded.pause_reason, \
             busy_extra_minutes = excluded.busy_extra_minutes, busy_until = excluded.busy_until"
        ),
        &[&restaurant, paused_until, pause_reason, busy_extra_minutes, busy_until],
    )?;
    Ok(())
}

/// What is off sale at a restaurant, and until when (`None`: until somebody puts it back).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OffSale(pub BTreeMap<OnSale, Option<Timestamp>>);

impl OffSale {
    /// The same as sets of ids.
    #[must_use]
    pub fn unavailable(&self) -> Unavailable {
        let mut sets = Unavailable::default();
        for what in self.0.keys() {
            match what {
                OnSale::Item(id) => drop(sets.items.insert(*id)),
                OnSale::Option(id) => drop(sets.options.insert(*id)),
            }
        }
        sets
    }
}

fn parts(what: OnSale) -> (&'static str, Uuid) {
    match what {
        OnSale::Item(id) => ("item", id.uuid()),
        OnSale::Option(id) => ("option", id.uuid()),
    }
}

fn whole(kind: &str, id: Uuid) -> OnSale {
    if kind == "item" {
        OnSale::Item(ItemId::from_uuid(id))
    } else {
        OnSale::Option(OptionId::from_uuid(id))
    }
}

/// What is off sale at a restaurant.
///
/// # Errors
/// The database failed.
pub fn off_sale(tx: &mut Tx<'_>, restaurant: RestaurantId) -> Result<OffSale, Error> {
    let rows: Vec<(String, Uuid, Option<Timestamp>)> = tx.all(
        sql!("SELECT kind, what_id, until FROM off_sale WHERE restaurant_id = $1"),
        &[&restaurant],
    )?;
    Ok(OffSale(rows.into_iter().map(|(kind, id, until)| (whole(&kind, id), until)).collect()))
}

/// Takes something off sale.
///
/// # Errors
/// The database failed.
pub fn take_off(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    what: OnSale,
    until: Option<Timestamp>,
) -> Result<(), Error> {
    let (kind, id) = parts(what);
    tx.execute(
        sql!(
            "INSERT INTO off_sale (restaurant_id, kind, what_id, until) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (restaurant_id, kind, what_id) DO UPDATE SET until = excluded.until"
        ),
        &[&restaurant, &kind, &id, &until],
    )?;
    Ok(())
}

/// Puts something back; tells whether it was off sale.
///
/// # Errors
/// The database failed.
pub fn put_back(tx: &mut Tx<'_>, restaurant: RestaurantId, what: OnSale) -> Result<bool, Error> {
    let (kind, id) = parts(what);
    let rows = tx.execute(
        sql!("DELETE FROM off_sale WHERE restaurant_id = $1 AND kind = $2 AND what_id = $3"),
        &[&restaurant, &kind, &id],
    )?;
    Ok(rows > 0)
}

/// Removes everything whose time off sale is over, and tells what it was.
///
/// # Errors
/// The database failed.
pub fn take_due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<(RestaurantId, OnSale)>, Error> {
    let rows: Vec<(RestaurantId, String, Uuid)> = tx.all(
        sql!("DELETE FROM off_sale WHERE until <= $1 RETURNING restaurant_id, kind, what_id"),
        &[&now],
    )?;
    Ok(rows.into_iter().map(|(restaurant, kind, id)| (restaurant, whole(&kind, id))).collect())
}

/// When something is due to be back on sale next.
///
/// # Errors
/// The database failed.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, Error> {
    let (due,) = tx.one(sql!("SELECT MIN(until) FROM off_sale"), &[])?;
    Ok(due)
}
