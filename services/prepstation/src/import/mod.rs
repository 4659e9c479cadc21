//! Import of restaurants and menus from files: our JSON and CSV (documented in `demo/README.md`), a
//! menu card as JSON, and OpenStreetMap extracts as GeoJSON. A bad row is reported with its place
//! and reason and the rest is imported; running it again doubles nothing.

pub mod card;
pub mod json;
pub mod menu_json;
pub mod osm;
mod report;
mod run;
pub mod tables;
mod words;

pub use card::read_card;
pub use json::read_json;
pub use osm::read_osm_geojson;
pub use report::{Remark, Report, Weight};
pub(crate) use run::import_rows;
pub use run::{File, ImportError, Options, import, import_texts};
pub use tables::{read_csv_menu, read_csv_restaurants};

use crate::usecases::register_restaurant::RegisterRestaurant;
use kernel::{ids::RestaurantId, menu::Menu};

/// What a file holds.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Restaurants, perhaps with their menus.
    pub restaurants: Vec<Row>,
    /// Menus of restaurants that stand elsewhere.
    pub menus: Vec<tables::MenuRows>,
    /// What was put right, guessed, or refused.
    pub remarks: Vec<Remark>,
}

/// One restaurant of a file.
#[derive(Debug, Clone)]
pub struct Row {
    /// The file.
    pub file: String,
    /// Where in the file: `line 3`, `feature 17`, or a JSON pointer.
    pub at: String,
    /// The restaurant.
    pub restaurant: RegisterRestaurant,
    /// Its whole menu.
    pub menu: Option<Menu>,
}

/// The id of the restaurant at a slug: the same on each import.
pub(crate) fn restaurant_id(slug: &str) -> RestaurantId {
    kernel::ids::Id::from_natural_key(slug)
}

/// Writes remarks about one file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes {
    file: String,
    remarks: Vec<Remark>,
}

impl Notes {
    pub(crate) fn of(file: &str) -> Self {
        Self { file: file.to_owned(), remarks: Vec::new() }
    }

    pub(crate) fn warn(&mut self, at: impl Into<String>, message: impl Into<String>) {
        self.push(Weight::Warned, at, message);
    }

    pub(crate) fn refuse(&mut self, at: impl Into<String>, message: impl Into<String>) {
        self.push(Weight::Refused, at, message);
    }

    fn push(&mut self, weight: Weight, at: impl Into<String>, message: impl Into<String>) {
        let (at, message) = (at.into(), message.into());
        self.remarks.push(Remark { weight, file: self.file.clone(), at, message });
    }
}
