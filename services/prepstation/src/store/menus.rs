//! Rows of drafts and of published menus.

use database::{Error, Json, Tx, sql};
use jiff::Timestamp;
use kernel::{
    ids::{PersonId, RestaurantId},
    menu::Menu,
};

/// A menu under work.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Counts the saves: the ETag.
    pub revision: i64,
    /// The menu; its version is the one it will get.
    pub menu: Menu,
    /// When it was saved.
    pub updated_at: Timestamp,
}

/// The draft of a restaurant, locked until the transaction ends.
///
/// # Errors
/// The database failed.
pub fn draft_locked(tx: &mut Tx<'_>, restaurant: RestaurantId) -> Result<Option<Draft>, Error> {
    let found: Option<(i64, Json<Menu>, Timestamp)> = tx.lock(
        sql!("SELECT revision, menu, updated_at FROM menu_drafts WHERE restaurant_id = $1"),
        &[&restaurant],
    )?;
    Ok(found.map(|(revision, Json(menu), updated_at)| Draft { revision, menu, updated_at }))
}

/// The draft of a restaurant.
///
/// # Errors
/// The database failed.
pub fn draft(tx: &mut Tx<'_>, restaurant: RestaurantId) -> Result<Option<Draft>, Error> {
    let found: Option<(i64, Json<Menu>, Timestamp)> = tx.optional(
        sql!("SELECT revision, menu, updated_at FROM menu_drafts WHERE restaurant_id = $1"),
        &[&restaurant],
    )?;
    Ok(found.map(|(revision, Json(menu), updated_at)| Draft { revision, menu, updated_at }))
}

/// Writes the draft.
///
/// # Errors
/// The database failed.
pub fn put_draft(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    draft: &Draft,
    by: Option<PersonId>,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO menu_drafts (restaurant_id, revision, menu, updated_at, updated_by) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (restaurant_id) DO UPDATE SET \
             revision = excluded.revision, menu = excluded.menu, \
             updated_at = excluded.updated_at, updated_by = excluded.updated_by"
        ),
        &[&restaurant, &draft.revision, &Json(&draft.menu), &draft.updated_at, &by],
    )?;
    Ok(())
}

/// The menu that customers see, and since when.
///
/// # Errors
/// The database failed.
pub fn published(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
) -> Result<Option<(Menu, Timestamp)>, Error> {
    let found: Option<(Json<Menu>, Timestamp)> = tx.optional(
        sql!(
            "SELECT menu, published_at FROM menus WHERE restaurant_id = $1 \
             ORDER BY version DESC LIMIT 1"
        ),
        &[&restaurant],
    )?;
    Ok(found.map(|(Json(menu), at)| (menu, at)))
}

/// Adds a version, which never changes.
///
/// # Errors
/// [`Error::Unique`] when the version is there already, or the database failed.
pub fn insert(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    menu: &Menu,
    now: Timestamp,
    by: Option<PersonId>,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO menus (restaurant_id, version, menu, published_at, published_by) \
             VALUES ($1, $2, $3, $4, $5)"
        ),
        &[&restaurant, &menu.version, &Json(menu), &now, &by],
    )?;
    Ok(())
}
