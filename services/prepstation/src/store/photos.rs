//! Rows of what was uploaded.

use database::{Error, Json, Tx, sql};
use jiff::Timestamp;
use kernel::{
    ids::{PersonId, RestaurantId},
    photo::{Photo, PhotoName},
};

/// A photo that the restaurant has uploaded, without words on it.
///
/// # Errors
/// The database failed.
pub fn find(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    name: &PhotoName,
) -> Result<Option<Photo>, Error> {
    let found: Option<(Json<Vec<u32>>, u32)> = tx.optional(
        sql!("SELECT widths, height FROM photos WHERE restaurant_id = $1 AND name = $2"),
        &[&restaurant, &name.as_str()],
    )?;
    Ok(found.map(|(Json(widths), height)| Photo {
        name: name.clone(),
        widths,
        height,
        alt: String::new(),
    }))
}

/// Remembers an upload; the same one twice is one.
///
/// # Errors
/// The database failed.
pub fn insert(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    photo: &Photo,
    now: Timestamp,
    by: Option<PersonId>,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "INSERT INTO photos (restaurant_id, name, widths, height, uploaded_at, uploaded_by) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (restaurant_id, name) DO NOTHING"
        ),
        &[&restaurant, &photo.name.as_str(), &Json(&photo.widths), &photo.height, &now, &by],
    )?;
    Ok(())
}
