//! A manager has uploaded a photo. It lies in the store already; from now on the restaurant may hang
//! it on itself and on its menu.

use super::{Actor, Refusal, enter};
use crate::{
    domain::{Flaw, staff::Task},
    store,
};
use database::Tx;
use kernel::{Env, ids::RestaurantId, menu::Menu, photo::Photo};

/// What is needed.
#[derive(Debug, Clone)]
pub struct KeepPhoto {
    /// Slug or id.
    pub restaurant: String,
    /// Who.
    pub actor: Actor,
    /// What the store keeps.
    pub photo: Photo,
}

/// Remembers the photo as the restaurant's.
///
/// # Errors
/// [`Refusal::Invalid`] for the words on it, no such restaurant or role, or the database failed.
pub fn keep_photo(tx: &mut Tx<'_>, env: &Env, command: &KeepPhoto) -> Result<(), Refusal> {
    let (restaurant, _) = enter(tx, &command.restaurant, command.actor, Task::Manage)?;
    if let Some(problem) = command.photo.alt_problem() {
        return Err(Flaw::new("/alt", problem).into());
    }
    let by = command.actor.person();
    Ok(store::photos::insert(tx, restaurant.id, &command.photo, env.now, by)?)
}

/// Lets a menu name the restaurant's own uploads alone, in the sizes that are kept.
pub(super) fn check_photos(
    tx: &mut Tx<'_>,
    restaurant: RestaurantId,
    menu: &mut Menu,
) -> Result<(), Refusal> {
    let mut flaws = Vec::new();
    for (s, section) in menu.sections.iter_mut().enumerate() {
        for (i, item) in section.items.iter_mut().enumerate() {
            let Some(photo) = &mut item.photo else { continue };
            match store::photos::find(tx, restaurant, &photo.name)? {
                Some(kept) => *photo = Photo { alt: std::mem::take(&mut photo.alt), ..kept },
                None => flaws.push(Flaw::new(
                    format!("/sections/{s}/items/{i}/photo/name"),
                    "No photo of this restaurant has this name; upload it first",
                )),
            }
        }
    }
    super::invalid_unless_empty(flaws)
}
