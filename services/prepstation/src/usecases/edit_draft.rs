//! A manager takes one step in the editor.

use super::{Actor, Refusal, enter};
use crate::{
    domain::{
        menu_edit::{self, Edit},
        staff::Task,
    },
    store::{self, menus::Draft},
};
use database::Tx;
use kernel::{Env, menu::Menu};

/// What is needed.
#[derive(Debug, Clone)]
pub struct EditDraft {
    /// Slug or id.
    pub restaurant: String,
    /// Who.
    pub actor: Actor,
    /// The revision that the page showed; `None` takes any.
    pub expected: Option<i64>,
    /// The step.
    pub edit: Edit,
}

/// Applies the step to the draft as it stands.
///
/// # Errors
/// [`Refusal::Stale`] when somebody else saved in the meantime, [`Refusal::NotFound`] when what is
/// edited is gone, no such restaurant or role, or the database failed.
pub fn edit_draft(tx: &mut Tx<'_>, env: &Env, command: &EditDraft) -> Result<Draft, Refusal> {
    let (restaurant, _) = enter(tx, &command.restaurant, command.actor, Task::Manage)?;
    let empty =
        || Draft { revision: 0, menu: Menu::empty(restaurant.currency), updated_at: env.now };
    let mut draft = store::menus::draft_locked(tx, restaurant.id)?.unwrap_or_else(empty);
    if command.expected.is_some_and(|expected| expected != draft.revision) {
        return Err(Refusal::Stale(draft.revision));
    }
    menu_edit::apply(&mut draft.menu, &command.edit)
        .map_err(|menu_edit::Gone| Refusal::NotFound)?;
    draft.revision += 1;
    draft.updated_at = env.now;
    store::menus::put_draft(tx, restaurant.id, &draft, command.actor.person())?;
    Ok(draft)
}
