//! A manager publishes the draft: an immutable version that customers see at once.

use super::{Actor, Refusal, enter, invalid_unless_empty};
use crate::{
    domain::{Flaw, restaurant::Restaurant, staff::Task},
    events::publish::{publish, restaurant_changed},
    store,
};
use contracts::prepstation::v1::MenuPublished;
use database::Tx;
use kernel::{Env, menu::Menu};

/// What is needed.
#[derive(Debug, Clone)]
pub struct PublishMenu {
    /// Slug or id.
    pub restaurant: String,
    /// Who.
    pub actor: Actor,
    /// The revision that the page showed; `None` publishes whatever is there.
    pub expected: Option<i64>,
}

/// Publishes and tells the version. A draft without changes keeps its version. The first
/// publication lists the restaurant.
///
/// # Errors
/// [`Refusal::Invalid`] with pointers into the menu, [`Refusal::Stale`], no such restaurant or role,
/// or the database failed.
pub fn publish_menu(tx: &mut Tx<'_>, env: &Env, command: &PublishMenu) -> Result<u32, Refusal> {
    let (restaurant, _) = enter(tx, &command.restaurant, command.actor, Task::Manage)?;
    publish_draft(tx, env, restaurant, command.actor, command.expected)
}

/// The same for a restaurant that is at hand.
pub(super) fn publish_draft(
    tx: &mut Tx<'_>,
    env: &Env,
    mut restaurant: Restaurant,
    actor: Actor,
    expected: Option<i64>,
) -> Result<u32, Refusal> {
    let draft = store::menus::draft_locked(tx, restaurant.id)?;
    let draft = draft.ok_or_else(|| Flaw::new("/sections", "The menu is empty"))?;
    if expected.is_some_and(|expected| expected != draft.revision) {
        return Err(Refusal::Stale(draft.revision));
    }
    let latest = store::menus::published(tx, restaurant.id)?.map(|(menu, _)| menu);
    let version = latest.as_ref().map_or(0, |menu| menu.version);
    if latest == Some(Menu { version, ..draft.menu.clone() }) {
        return Ok(version);
    }
    let mut flaws: Vec<Flaw> = draft.menu.problems().into_iter().map(Flaw::from).collect();
    if draft.menu.items().next().is_none() {
        flaws.push(Flaw::new("/sections", "A menu needs at least one item"));
    }
    invalid_unless_empty(flaws)?;
    let menu = Menu { version: version + 1, ..draft.menu };
    restaurant.version = store::restaurants::next_version(tx, restaurant.id, env.now)?;
    store::menus::insert(tx, restaurant.id, &menu, env.now, actor.person())?;
    let version = menu.version;
    let fact = MenuPublished { restaurant_id: restaurant.id, menu };
    publish(tx, env, restaurant.version, fact)?;
    if version == 1 {
        restaurant.profile.listed = true;
        restaurant.updated_at = env.now;
        restaurant.version = store::restaurants::next_version(tx, restaurant.id, env.now)?;
        store::restaurants::update(tx, &restaurant)?;
        publish(tx, env, restaurant.version, restaurant_changed(&restaurant))?;
    }
    Ok(version)
}
