//! The demo town, carried in the binary: loaded once, through the import and its use-cases.

use crate::{
    import::{self, ImportError, Report, Rows, Weight},
    store,
};
use database::Database;
use kernel::{
    Env,
    ids::{Id, PersonId},
};
use runtime::{Context, StartError};

/// File names and texts of the town's restaurants.
const TOWN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/town.rs"));

/// Loads the town into an empty database; `false` when there are restaurants already.
///
/// # Errors
/// The database fails, or a restaurant of the town is refused.
pub async fn load_demo(context: &Context) -> Result<bool, StartError> {
    if !context.database.read(store::restaurants::is_empty).await? {
        return Ok(false);
    }
    let failed = |reason: String| StartError::Service { service: "prepstation", reason };
    let report = load_town(&context.database, || context.env()).await;
    let report = report.map_err(|error| failed(error.to_string()))?;
    if let Some(refused) = report.remarks.iter().find(|remark| remark.weight == Weight::Refused) {
        return Err(failed(refused.to_string()));
    }
    tracing::info!(restaurants = report.created, items = report.items, "the demo town is open");
    Ok(true)
}

/// The town into any database. Its people are known by their addresses from the start.
///
/// # Errors
/// The database fails.
pub async fn load_town(database: &Database, env: impl Fn() -> Env) -> Result<Report, ImportError> {
    let mut rows = Rows::default();
    for (file, text) in TOWN {
        let mut more = import::read_json(file, text);
        for row in &mut more.restaurants {
            for newcomer in &mut row.restaurant.staff {
                newcomer.person_id = Some(PersonId::from_natural_key(&newcomer.email));
            }
        }
        rows.restaurants.extend(more.restaurants);
        rows.remarks.extend(more.remarks);
    }
    import::import_rows(database, env, rows).await
}
