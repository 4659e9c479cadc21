//! The clock puts back on sale what was 86'd until now.

use super::Refusal;
use crate::{
    events::publish::{item_availability_changed, publish},
    store,
};
use database::Tx;
use kernel::Env;

/// Puts everything back whose time has come; tells how many.
///
/// # Errors
/// The database failed.
pub fn return_to_sale(tx: &mut Tx<'_>, env: &Env) -> Result<usize, Refusal> {
    let mut due = store::availability::take_due(tx, env.now)?;
    // Restaurants are locked in one order, so that two replicas never wait for each other.
    due.sort_unstable();
    for (restaurant, what) in &due {
        let version = store::restaurants::next_version(tx, *restaurant, env.now)?;
        publish(tx, env, version, item_availability_changed(*restaurant, *what, true, None))?;
    }
    Ok(due.len())
}
