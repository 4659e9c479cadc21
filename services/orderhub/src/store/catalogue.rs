//! What prepstation said last of each restaurant. Each part has the version of its sender; a part
//! that is not newer than what stands here is not written.

use contracts::prepstation::v1::{
    ItemAvailabilityChanged, MenuPublished, OnSale, RestaurantAvailabilityChanged,
    RestaurantChanged,
};
use database::{Error, FromRow, Json, Row, Tx, sql};
use jiff::Timestamp;
use kernel::{
    ids::{Id, ItemId, OptionId, RestaurantId},
    menu::Menu,
};
use uuid::Uuid;

/// A restaurant as stored; parts that were not heard yet are missing.
#[derive(Debug, Clone)]
pub(crate) struct StoredRestaurant {
    pub(crate) restaurant_id: RestaurantId,
    pub(crate) profile: Option<RestaurantChanged>,
    pub(crate) availability: Option<RestaurantAvailabilityChanged>,
    pub(crate) menu: Option<Menu>,
    pub(crate) revision: i64,
    pub(crate) changed_at: Timestamp,
}

/// What is off sale at a restaurant.
#[derive(Debug, Clone)]
pub(crate) struct StoredOffSale {
    pub(crate) restaurant_id: RestaurantId,
    pub(crate) what: OnSale,
    pub(crate) until: Option<Timestamp>,
}

impl FromRow for StoredRestaurant {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            restaurant_id: row.get(0)?,
            profile: row.get::<Option<Json<_>>>(1)?.map(|json| json.0),
            availability: row.get::<Option<Json<_>>>(2)?.map(|json| json.0),
            menu: row.get::<Option<Json<_>>>(3)?.map(|json| json.0),
            revision: row.get(4)?,
            changed_at: row.get(5)?,
        })
    }
}

impl FromRow for StoredOffSale {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let (kind, thing): (String, Uuid) = (row.get(1)?, row.get(2)?);
        let what = match kind.as_str() {
            ITEM => OnSale::Item(ItemId::from_uuid(thing)),
            OPTION => OnSale::Option(OptionId::from_uuid(thing)),
            _ => return Err(Error::Conversion { column: 1, expected: "item or option" }),
        };
        Ok(Self { restaurant_id: row.get(0)?, what, until: row.get(3)? })
    }
}

const ITEM: &str = "item";
const OPTION: &str = "option";

/// Makes sure of a row and locks it: events of one restaurant are applied one after the other.
fn lock_restaurant(tx: &mut Tx<'_>, id: RestaurantId, now: Timestamp) -> Result<(), Error> {
    let sql = sql!(
        "INSERT INTO restaurants (restaurant_id, revision, changed_at) VALUES ($1, 0, $2) ON CONFLICT (restaurant_id) DO NOTHING"
    );
    tx.execute(sql, &[&id, &now])?;
    let sql = sql!("SELECT restaurant_id FROM restaurants WHERE restaurant_id = $1");
    tx.lock::<(RestaurantId,)>(sql, &[&id]).map(|_| ())
}

/// Writes a profile. False when it is no news.
pub(crate) fn put_profile(
    tx: &mut Tx<'_>,
    profile: &RestaurantChanged,
    version: i64,
    now: Timestamp,
) -> Result<bool, Error> {
    lock_restaurant(tx, profile.restaurant_id, now)?;
    let sql = sql!(
        "UPDATE restaurants SET profile = $2, profile_version = $3, revision = revision + 1, changed_at = $4 WHERE restaurant_id = $1 AND profile_version < $3"
    );
    Ok(tx.execute(sql, &[&profile.restaurant_id, &Json(profile), &version, &now])? > 0)
}

/// Writes whether a restaurant has paused or is busy. False when it is no news.
pub(crate) fn put_availability(
    tx: &mut Tx<'_>,
    availability: &RestaurantAvailabilityChanged,
    version: i64,
    now: Timestamp,
) -> Result<bool, Error> {
    lock_restaurant(tx, availability.restaurant_id, now)?;
    let sql = sql!(
        "UPDATE restaurants SET availability = $2, availability_version = $3, revision = revision + 1, changed_at = $4 WHERE restaurant_id = $1 AND availability_version < $3"
    );
    Ok(tx.execute(sql, &[&availability.restaurant_id, &Json(availability), &version, &now])? > 0)
}

/// Writes a menu. False when a menu of this version or a later one stands here.
pub(crate) fn put_menu(
    tx: &mut Tx<'_>,
    published: &MenuPublished,
    now: Timestamp,
) -> Result<bool, Error> {
    lock_restaurant(tx, published.restaurant_id, now)?;
    let version = i64::from(published.menu.version);
    let sql = sql!(
        "UPDATE restaurants SET menu = $2, menu_version = $3, revision = revision + 1, changed_at = $4 WHERE restaurant_id = $1 AND menu_version < $3"
    );
    Ok(tx.execute(sql, &[&published.restaurant_id, &Json(&published.menu), &version, &now])? > 0)
}

/// Writes whether a thing is on sale. False when it is no news.
pub(crate) fn put_sale_state(
    tx: &mut Tx<'_>,
    change: &ItemAvailabilityChanged,
    version: i64,
    now: Timestamp,
) -> Result<bool, Error> {
    lock_restaurant(tx, change.restaurant_id, now)?;
    let (kind, thing) = match change.what {
        OnSale::Item(id) => (ITEM, id.uuid()),
        OnSale::Option(id) => (OPTION, id.uuid()),
    };
    let sql = sql!(
        "INSERT INTO sale_states (restaurant_id, kind, thing_id, available, until_at, version) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (restaurant_id, kind, thing_id) DO UPDATE SET available = excluded.available, until_at = excluded.until_at, version = excluded.version WHERE sale_states.version < excluded.version"
    );
    let news = tx.execute(
        sql,
        &[&change.restaurant_id, &kind, &thing, &change.available, &change.until, &version],
    )? > 0;
    if news {
        let sql = sql!(
            "UPDATE restaurants SET revision = revision + 1, changed_at = $2 WHERE restaurant_id = $1"
        );
        tx.execute(sql, &[&change.restaurant_id, &now])?;
    }
    Ok(news)
}

/// All restaurants with what is off sale at each.
pub(crate) fn load_all(
    tx: &mut Tx<'_>,
) -> Result<(Vec<StoredRestaurant>, Vec<StoredOffSale>), Error> {
    let restaurants = sql!(
        "SELECT restaurant_id, profile, availability, menu, revision, changed_at FROM restaurants ORDER BY restaurant_id"
    );
    let off_sale = sql!(
        "SELECT restaurant_id, kind, thing_id, until_at FROM sale_states WHERE NOT available ORDER BY restaurant_id, kind, thing_id"
    );
    Ok((tx.all(restaurants, &[])?, tx.all(off_sale, &[])?))
}

/// One restaurant with what is off sale there.
pub(crate) fn load_one(
    tx: &mut Tx<'_>,
    id: RestaurantId,
) -> Result<Option<(StoredRestaurant, Vec<StoredOffSale>)>, Error> {
    let restaurant = sql!(
        "SELECT restaurant_id, profile, availability, menu, revision, changed_at FROM restaurants WHERE restaurant_id = $1"
    );
    let Some(restaurant) = tx.optional(restaurant, &[&id])? else { return Ok(None) };
    let off_sale = sql!(
        "SELECT restaurant_id, kind, thing_id, until_at FROM sale_states WHERE restaurant_id = $1 AND NOT available ORDER BY kind, thing_id"
    );
    Ok(Some((restaurant, tx.all(off_sale, &[&id])?)))
}

/// Which restaurants changed at an instant or later, with their revisions.
pub(crate) fn changed_since(
    tx: &mut Tx<'_>,
    since: Timestamp,
) -> Result<Vec<(RestaurantId, i64)>, Error> {
    let sql = sql!("SELECT restaurant_id, revision FROM restaurants WHERE changed_at >= $1");
    tx.all(sql, &[&since])
}
