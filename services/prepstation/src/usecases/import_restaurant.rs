//! One restaurant of an import: registered if it is new, its menu made the draft and published.
//! Everything has the same ids the next time, so running it again doubles nothing.

use super::{
    Actor, Refusal,
    change_restaurant::{ChangeRestaurant, change_restaurant},
    publish_menu::publish_draft,
    register_restaurant::{RegisterRestaurant, register_restaurant},
    save_draft::{SaveDraft, save_draft},
    set_hours::{SetHours, set_hours},
};
use crate::{domain::restaurant::Profile, store};
use database::Tx;
use kernel::{Env, menu::Menu};
use std::collections::HashMap;

/// What a file says of one restaurant.
#[derive(Debug, Clone)]
pub struct ImportRestaurant {
    /// The restaurant; `None` where a file brings a menu alone.
    pub restaurant: Option<RegisterRestaurant>,
    /// Which: the same slug.
    pub slug: String,
    /// The whole menu, if the file has one.
    pub menu: Option<Menu>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// It is new.
    Created,
    /// It was there and is another now.
    Changed,
    /// It was there like this.
    Unchanged,
}

/// Imports it in one transaction.
///
/// # Errors
/// [`Refusal::Invalid`] with pointers, [`Refusal::NotFound`] for a menu of an unknown restaurant, or
/// the database failed.
pub fn import_restaurant(
    tx: &mut Tx<'_>,
    env: &Env,
    command: &ImportRestaurant,
) -> Result<Imported, Refusal> {
    let before = store::restaurants::by_slug(tx, &command.slug)?;
    let version = before.as_ref().map(|restaurant| restaurant.version);
    let mut restaurant = match (before, &command.restaurant) {
        (None, None) => return Err(Refusal::NotFound),
        (None, Some(new)) => register_restaurant(tx, env, new)?,
        (Some(restaurant), None) => restaurant,
        (Some(restaurant), Some(again)) if restaurant.id == again.id => update(tx, env, again)?,
        (Some(_), Some(_)) => return Err(Refusal::SlugTaken(command.slug.clone())),
    };
    if let Some(menu) = &command.menu {
        let mut menu = menu.clone();
        if let Some(draft) = store::menus::draft(tx, restaurant.id)? {
            keep_photos(&mut menu, draft.menu);
        }
        let (slug, actor) = (restaurant.slug.clone(), Actor::System);
        let save = SaveDraft { restaurant: slug, actor, menu, expected: None };
        save_draft(tx, env, &save)?;
        restaurant.version = 0;
        publish_draft(tx, env, restaurant.clone(), Actor::System, None)?;
    }
    let after = store::restaurants::by_id(tx, restaurant.id)?.ok_or(Refusal::NotFound)?;
    Ok(match version {
        None => Imported::Created,
        Some(version) if version == after.version => Imported::Unchanged,
        Some(_) => Imported::Changed,
    })
}

/// What the file says wins, except whether customers see it. Files name no photos and no staff, so
/// these stay as they are.
fn update(
    tx: &mut Tx<'_>,
    env: &Env,
    again: &RegisterRestaurant,
) -> Result<crate::domain::restaurant::Restaurant, Refusal> {
    let (restaurant, actor) = (again.slug.clone(), Actor::System);
    let profile = again.profile.clone();
    let change = move |old: &mut Profile| {
        *old = Profile { listed: old.listed, photo: old.photo.take(), ..profile.clone() };
    };
    change_restaurant(
        tx,
        env,
        &ChangeRestaurant { restaurant: restaurant.clone(), actor, change },
    )?;
    set_hours(tx, env, &SetHours { restaurant, actor, hours: again.hours.clone() })
}

/// An item that is there again has the photo that it had.
fn keep_photos(menu: &mut Menu, before: Menu) {
    let items = before.sections.into_iter().flat_map(|section| section.items);
    let mut photos: HashMap<_, _> = items.filter_map(|item| Some((item.id, item.photo?))).collect();
    for item in menu.sections.iter_mut().flat_map(|section| &mut section.items) {
        item.photo = photos.remove(&item.id);
    }
}
