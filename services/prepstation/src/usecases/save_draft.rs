//! A manager saves the whole draft of the menu. It may be unfinished; publishing is strict.

use super::{Actor, Refusal, enter, keep_photo::check_photos};
use crate::{
    domain::{Flaw, staff::Task},
    store::{self, menus::Draft},
};
use database::Tx;
use kernel::{Env, menu::Menu};

/// What is needed.
#[derive(Debug, Clone)]
pub struct SaveDraft {
    /// Slug or id.
    pub restaurant: String,
    /// Who.
    pub actor: Actor,
    /// The menu; its version does not matter.
    pub menu: Menu,
    /// The revision that was edited; `None` overwrites whatever is there.
    pub expected: Option<i64>,
}

/// Replaces the draft.
///
/// # Errors
/// [`Refusal::Stale`] when somebody else saved in the meantime, [`Refusal::Invalid`] for another
/// currency or a photo that is not the restaurant's, no such restaurant or role, or the database failed.
pub fn save_draft(tx: &mut Tx<'_>, env: &Env, command: &SaveDraft) -> Result<Draft, Refusal> {
    let (restaurant, _) = enter(tx, &command.restaurant, command.actor, Task::Manage)?;
    if command.menu.currency != restaurant.currency {
        let message = format!("This restaurant's prices are in {:?}", restaurant.currency);
        return Err(Flaw::new("/currency", message).into());
    }
    let current = store::menus::draft_locked(tx, restaurant.id)?;
    let revision = current.as_ref().map_or(0, |draft| draft.revision);
    if command.expected.is_some_and(|expected| expected != revision) {
        return Err(Refusal::Stale(revision));
    }
    let mut menu = command.menu.clone();
    check_photos(tx, restaurant.id, &mut menu)?;
    menu.version = current.as_ref().map_or(0, |draft| draft.menu.version);
    match current {
        Some(draft) if draft.menu == menu => Ok(draft),
        _ => {
            let draft = Draft { revision: revision + 1, menu, updated_at: env.now };
            store::menus::put_draft(tx, restaurant.id, &draft, command.actor.person())?;
            Ok(draft)
        }
    }
}
