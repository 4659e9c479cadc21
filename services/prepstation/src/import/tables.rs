//! Our CSV: restaurants, and the items of menus.

use super::{Notes, Row, Rows, json::read_hours, menu_json, restaurant_id, words};
use crate::{
    domain::restaurant::{Address, Profile, USUAL_ANSWER_MINUTES},
    usecases::register_restaurant::RegisterRestaurant,
};
use kernel::{
    Currency, Money,
    food::{Allergen, Allergens, Diet},
    hours::Zone,
    menu::{Item, Menu, Section},
};
use std::collections::BTreeSet;

/// The columns of a file of restaurants.
pub const RESTAURANT_COLUMNS: [&str; 14] = [
    "slug",
    "name",
    "street",
    "postcode",
    "city",
    "country",
    "lat",
    "lon",
    "phone",
    "zone",
    "currency",
    "opening_hours",
    "cuisines",
    "prep_minutes",
];
/// The columns of a file of items.
pub const MENU_COLUMNS: [&str; 10] = [
    "restaurant",
    "section",
    "item",
    "description",
    "price",
    "tax_basis_points",
    "contains",
    "may_contain",
    "diets",
    "art",
];

/// The items of one restaurant in a CSV file.
#[derive(Debug, Clone)]
pub struct MenuRows {
    /// The file.
    pub file: String,
    /// The first line.
    pub at: String,
    /// Whose.
    pub slug: String,
    /// Section, item (without its price's currency), line.
    items: Vec<(String, Item, String)>,
}

impl MenuRows {
    /// The menu in the restaurant's currency, on top of what is on the draft: option groups have no
    /// column and stay, and so does what the file does not name.
    pub(super) fn onto(&self, draft: Menu, currency: Currency, notes: &mut Notes) -> Menu {
        let mut menu = draft;
        for (name, item, at) in &self.items {
            let mut item = Item { price: Money { currency, ..item.price }, ..item.clone() };
            let alone = Menu {
                sections: vec![Section {
                    id: menu_json::section_id(&self.slug, name),
                    name: name.clone(),
                    description: String::new(),
                    items: vec![item.clone()],
                }],
                ..Menu::empty(currency)
            };
            if let Some(problem) = alone.problems().into_iter().next() {
                notes.refuse(at.clone(), problem.message);
                continue;
            }
            if let Some(before) = menu.item(item.id) {
                item.option_groups.clone_from(&before.option_groups);
            }
            let section =
                alone.sections.into_iter().map(|section| Section { items: vec![], ..section });
            let at =
                menu.sections.iter().position(|s| s.id == menu_json::section_id(&self.slug, name));
            let at = at.unwrap_or_else(|| {
                menu.sections.extend(section);
                menu.sections.len() - 1
            });
            let items = &mut menu.sections[at].items;
            match items.iter_mut().find(|other| other.id == item.id) {
                Some(other) => *other = item,
                None => items.push(item),
            }
        }
        menu
    }

    /// How many items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether no row could be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// The header of a CSV file, and where its cells are.
struct Table<'t> {
    reader: csv::Reader<&'t [u8]>,
    places: Vec<Option<usize>>,
}

/// A row: its line and its cells in the order of the columns.
type Cells = (String, Vec<String>);

impl<'t> Table<'t> {
    fn open(notes: &mut Notes, text: &'t str, columns: &[&str], optional: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => {
                notes.refuse("line 1", error.to_string());
                return None;
            }
        };
        let find = |column: &&str| header.iter().position(|name| name.trim() == *column);
        let missing: Vec<_> =
            columns.iter().copied().filter(|c| *c != optional && find(c).is_none()).collect();
        if !missing.is_empty() {
            notes.refuse("line 1", format!("the header lacks {}", missing.join(", ")));
            return None;
        }
        let places = columns.iter().map(find).collect();
        Some(Self { reader, places })
    }

    fn rows(mut self, notes: &mut Notes) -> Vec<Cells> {
        let mut rows = Vec::new();
        let width = self.reader.headers().map_or(0, csv::StringRecord::len);
        let mut record = csv::StringRecord::new();
        loop {
            match self.reader.read_record(&mut record) {
                Ok(false) => return rows,
                Ok(true) => {}
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    notes.refuse(format!("line {line}"), error.to_string());
                    continue;
                }
            }
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() == width {
                let text = |at: usize| record.get(at).unwrap_or("").trim().to_owned();
                let cell = |at: &Option<usize>| at.map_or_else(String::new, text);
                rows.push((format!("line {line}"), self.places.iter().map(cell).collect()));
            } else {
                let message = format!("{} cells instead of {width}", record.len());
                notes.refuse(format!("line {line}"), message);
            }
        }
    }
}

/// Reads a file of restaurants.
#[must_use]
pub fn read_csv_restaurants(file: &str, text: &str) -> Rows {
    let mut notes = Notes::of(file);
    let table = Table::open(&mut notes, text, &RESTAURANT_COLUMNS, "");
    let rows = table.map(|table| table.rows(&mut notes)).unwrap_or_default();
    let mut restaurants: Vec<Row> = Vec::new();
    for (at, cells) in rows {
        let Some(restaurant) = restaurant(&mut notes, &at, cells) else { continue };
        if restaurants.iter().any(|row| row.restaurant.id == restaurant.id) {
            notes.refuse(at, format!("\"{}\" stands above already", restaurant.slug));
            continue;
        }
        restaurants.push(Row { file: file.to_owned(), at, restaurant, menu: None });
    }
    Rows { restaurants, menus: Vec::new(), remarks: notes.remarks }
}

fn parsed<T: std::str::FromStr>(
    notes: &mut Notes,
    at: &str,
    column: &str,
    text: &str,
) -> Option<T> {
    let value = text.parse().ok();
    if value.is_none() {
        notes.refuse(at, format!("{column}: \"{text}\" is not understood"));
    }
    value
}

fn restaurant(notes: &mut Notes, at: &str, cells: Vec<String>) -> Option<RegisterRestaurant> {
    let [
        slug,
        name,
        street,
        postcode,
        city,
        country,
        lat,
        lon,
        phone,
        zone,
        currency,
        hours,
        cuisines,
        prep,
    ]: [String; 14] = cells.try_into().ok()?;
    let lat = parsed(notes, at, "lat", &lat)?;
    let lon = parsed(notes, at, "lon", &lon)?;
    let zone: Zone = parsed(notes, at, "zone", &zone)?;
    let currency: Currency = parsed(notes, at, "currency", &currency)?;
    let prep_minutes = parsed(notes, at, "prep_minutes", &prep)?;
    let hours = read_hours(notes, at, &hours, &zone)?;
    let profile = Profile {
        name,
        story: String::new(),
        badge: String::new(),
        cuisines: list(&cuisines).filter_map(words::cuisine).collect(),
        art: None,
        photo: None,
        plate: words::plate_for(&slug),
        address: Address { street, postcode, city, country, lat, lon },
        phone,
        pickup: true,
        delivery: None,
        prep_minutes,
        answer_minutes: USUAL_ANSWER_MINUTES,
        listed: false,
    };
    let (id, staff) = (restaurant_id(&slug), Vec::new());
    Some(RegisterRestaurant { id, slug, profile, currency, hours, staff })
}

/// Reads a file of items. `restaurant` (a slug) holds for rows that name none.
#[must_use]
pub fn read_csv_menu(file: &str, text: &str, restaurant: Option<&str>) -> Rows {
    let mut notes = Notes::of(file);
    let optional = if restaurant.is_some() { "restaurant" } else { "" };
    let table = Table::open(&mut notes, text, &MENU_COLUMNS, optional);
    let rows = table.map(|table| table.rows(&mut notes)).unwrap_or_default();
    let mut menus: Vec<MenuRows> = Vec::new();
    for (at, mut cells) in rows {
        if let (Some(restaurant), Some(cell)) = (restaurant, cells.first_mut())
            && cell.is_empty()
        {
            *cell = restaurant.to_owned();
        }
        let Some((slug, section, item)) = item(&mut notes, &at, cells) else { continue };
        let index = menus.iter().position(|menu| menu.slug == slug).unwrap_or_else(|| {
            let (file, at, items) = (file.to_owned(), at.clone(), Vec::new());
            menus.push(MenuRows { file, at, slug: slug.clone(), items });
            menus.len() - 1
        });
        let items = &mut menus[index].items;
        if items.iter().any(|(_, other, _)| other.id == item.id) {
            notes.refuse(at, format!("\"{}\" stands above already", item.name));
            continue;
        }
        items.push((section, item, at));
    }
    Rows { restaurants: Vec::new(), menus, remarks: notes.remarks }
}

fn item(notes: &mut Notes, at: &str, cells: Vec<String>) -> Option<(String, String, Item)> {
    let [slug, section, name, description, price, tax, contains, may_contain, diets, art]: [String;
        10] = cells.try_into().ok()?;
    if slug.is_empty() || section.is_empty() || name.is_empty() {
        notes.refuse(at, "restaurant, section and item must be filled");
        return None;
    }
    let price = parsed(notes, at, "price (in minor units)", &price)?;
    let tax_basis_points = match tax.as_str() {
        "" => 0,
        tax => parsed(notes, at, "tax_basis_points", tax)?,
    };
    let declared = !contains.is_empty() || !may_contain.is_empty();
    let contains = allergens(notes, at, "contains", &contains)?;
    let may_contain = allergens(notes, at, "may_contain", &may_contain)?;
    let mut suited = BTreeSet::new();
    for key in list(&diets) {
        let Some(diet) = Diet::from_key(key) else {
            notes.refuse(at, format!("diets: \"{key}\" is not a diet"));
            return None;
        };
        suited.insert(diet);
    }
    let id = menu_json::item_id(&slug, &section, &name);
    let item = Item {
        id,
        name,
        description,
        price: Money::new(price, Currency::EUR),
        available: true,
        art: (!art.is_empty()).then_some(art),
        photo: None,
        tax_basis_points,
        allergens: Allergens { contains, may_contain, declared },
        diets: suited,
        option_groups: Vec::new(),
    };
    Some((slug, section, item))
}

/// An allergen that is not understood must not vanish: the row is refused.
fn allergens(notes: &mut Notes, at: &str, column: &str, cell: &str) -> Option<BTreeSet<Allergen>> {
    let mut found = BTreeSet::new();
    for word in list(cell).filter(|word| *word != "none") {
        let Some(allergen) = Allergen::from_key(word) else {
            notes.refuse(at, format!("{column}: \"{word}\" is not an allergen"));
            return None;
        };
        found.insert(allergen);
    }
    Some(found)
}

fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|part| !part.is_empty())
}
