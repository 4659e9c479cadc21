//! Runs an import: reads the files, then one transaction per restaurant, many of them at once, so
//! that the database commits them together.

use super::{Notes, Remark, Report, Row, Rows, Weight, tables::MenuRows};
use crate::{
    domain::Flaw,
    store,
    usecases::{
        Refusal,
        import_restaurant::{ImportRestaurant, Imported, import_restaurant},
    },
};
use database::Database;
use futures_util::{StreamExt, stream};
use kernel::{Env, hours::Zone, menu::Menu};
use runtime::Context;
use std::path::PathBuf;

/// Transactions in hand at once.
const AT_ONCE: usize = 64;

/// What the person who imports may say besides the files.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The IANA time zone of OpenStreetMap extracts that name none.
    pub zone: String,
    /// The slug of the restaurant that a menu without one belongs to.
    pub restaurant: Option<String>,
}

/// The import cannot begin or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A file cannot be read.
    #[error("cannot read {path:?}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The zone is none.
    #[error(transparent)]
    Zone(#[from] kernel::hours::HoursError),
    /// The database or the outbox failed; what was committed before stays, and the import may run
    /// again.
    #[error("the import broke off")]
    Failed(#[from] Refusal),
}

/// A file at hand.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name, for the report.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// Imports files: `comanda import FILE…`.
///
/// # Errors
/// A file cannot be read, the zone is none, or the database fails. Bad rows are no error: they are in the report.
pub async fn import(
    context: &Context,
    paths: &[PathBuf],
    options: &Options,
) -> Result<Report, ImportError> {
    let mut files = Vec::new();
    for path in paths {
        let failed = |source| ImportError::File { path: path.clone(), source };
        let bytes = std::fs::read(path).map_err(failed)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        files.push(File { name: path.display().to_string(), text });
    }
    import_texts(&context.database, || context.env(), &files, options).await
}

/// The same for texts at hand.
///
/// # Errors
/// The zone is none, or the database fails.
pub async fn import_texts(
    database: &Database,
    env: impl Fn() -> Env,
    files: &[File],
    options: &Options,
) -> Result<Report, ImportError> {
    let zone = match options.zone.as_str() {
        "" => None,
        name => Some(name.parse()?),
    };
    let mut rows = Rows::default();
    for file in files {
        let more = read(file, zone.as_ref(), options.restaurant.as_deref());
        rows.restaurants.extend(more.restaurants);
        rows.menus.extend(more.menus);
        rows.remarks.extend(more.remarks);
    }
    import_rows(database, env, rows).await
}

/// Reads a file of any kind, told by its name and its first words.
fn read(file: &File, zone: Option<&Zone>, restaurant: Option<&str>) -> Rows {
    let File { name, text } = file;
    if text.contains('\u{fffd}') {
        let mut notes = Notes::of(name);
        notes.refuse("the whole file", "it is not UTF-8");
        return Rows { remarks: notes.remarks, ..Rows::default() };
    }
    if name.to_lowercase().ends_with(".csv") {
        let header = text.lines().next().unwrap_or_default();
        let is_menu = header.split(',').any(|column| column.trim() == "item");
        return if is_menu {
            super::read_csv_menu(name, text, restaurant)
        } else {
            super::read_csv_restaurants(name, text)
        };
    }
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) if value["type"] == "FeatureCollection" => {
            super::read_osm_geojson(name, text, zone)
        }
        Ok(value) if value["sections"].is_array() => super::read_card(name, text),
        _ => super::read_json(name, text),
    }
}

pub(crate) async fn import_rows(
    database: &Database,
    env: impl Fn() -> Env,
    mut rows: Rows,
) -> Result<Report, ImportError> {
    let mut report = Report::default();
    let menus = std::mem::take(&mut rows.menus);
    let (with, alone): (Vec<_>, Vec<_>) = menus
        .into_iter()
        .partition(|menu| rows.restaurants.iter().any(|row| row.restaurant.slug == menu.slug));
    let waiting = stream::iter(rows.restaurants.drain(..)).map(|row| {
        report.items += row.menu.as_ref().map_or(0, |menu| menu.items().count());
        import_row(database, env(), row)
    });
    let mut done = waiting.buffer_unordered(AT_ONCE);
    let mut outcomes = Vec::new();
    while let Some(outcome) = done.next().await {
        outcomes.push(outcome?);
    }
    drop(done);
    // Menus alone come second: their restaurants may have been created a moment ago.
    for menu in with.into_iter().chain(alone) {
        report.items += menu.len();
        outcomes.push(import_menu(database, env(), menu).await?);
    }
    report.remarks = rows.remarks;
    for outcome in outcomes {
        match outcome {
            Outcome::Done(imported) => report.count(imported),
            Outcome::Remarks(imported, remarks) => {
                imported.into_iter().for_each(|imported| report.count(imported));
                report.remarks.extend(remarks);
            }
        }
    }
    report.remarks.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(report)
}

enum Outcome {
    Done(Imported),
    Remarks(Option<Imported>, Vec<Remark>),
}

async fn import_row(database: &Database, env: Env, row: Row) -> Result<Outcome, Refusal> {
    let Row { file, at, restaurant, menu } = row;
    let (slug, name) = (restaurant.slug.clone(), restaurant.profile.name.clone());
    let command = ImportRestaurant { slug, menu, restaurant: Some(restaurant) };
    let done = database.write(move |tx| import_restaurant(tx, &env, &command)).await;
    refused_or(done, &file, &at, &format!("\"{name}\""))
}

/// What a use-case refuses about one row is a line of the report; a failure ends the import.
fn refused_or(
    done: Result<Imported, Refusal>,
    file: &str,
    at: &str,
    name: &str,
) -> Result<Outcome, Refusal> {
    let line = |message: String| Remark {
        weight: Weight::Refused,
        file: file.to_owned(),
        at: at.to_owned(),
        message: format!("{name}: {message}"),
    };
    match done {
        Ok(imported) => Ok(Outcome::Done(imported)),
        Err(Refusal::Invalid(flaws)) => {
            let lines = flaws.into_iter().map(|Flaw { pointer, message }| {
                line(format!("{} {message}", pointer.trim_start_matches('/')))
            });
            Ok(Outcome::Remarks(None, lines.collect()))
        }
        Err(refusal @ (Refusal::SlugTaken(_) | Refusal::Outbox(_))) => {
            Ok(Outcome::Remarks(None, vec![line(refusal.to_string())]))
        }
        Err(Refusal::NotFound) => {
            Ok(Outcome::Remarks(None, vec![line("no such restaurant".to_owned())]))
        }
        Err(failed) => Err(failed),
    }
}

async fn import_menu(database: &Database, env: Env, rows: MenuRows) -> Result<Outcome, Refusal> {
    let (file, at, slug) = (rows.file.clone(), rows.at.clone(), rows.slug.clone());
    let work = move |tx: &mut database::Tx<'_>| {
        let restaurant = store::restaurants::by_slug(tx, &rows.slug)?.ok_or(Refusal::NotFound)?;
        let draft = store::menus::draft_locked(tx, restaurant.id)?.map(|draft| draft.menu);
        let draft = draft.unwrap_or_else(|| Menu::empty(restaurant.currency));
        let mut notes = Notes::of(&rows.file);
        let menu = rows.onto(draft, restaurant.currency, &mut notes);
        let command =
            ImportRestaurant { restaurant: None, slug: rows.slug.clone(), menu: Some(menu) };
        Ok((import_restaurant(tx, &env, &command)?, notes.remarks))
    };
    match database.write(work).await {
        Ok((imported, remarks)) => Ok(Outcome::Remarks(Some(imported), remarks)),
        Err(refusal) => refused_or(Err(refusal), &file, &at, &format!("menu of \"{slug}\"")),
    }
}
