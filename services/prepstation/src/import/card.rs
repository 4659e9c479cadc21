//! A menu card as JSON: sections of priced items with the allergens and additives as the card
//! prints them (also in German), opening hours by day, and a choice of starters for a set menu.

use super::{Notes, Row, Rows, json::read_value, menu_json, restaurant_id, words};
use crate::{
    domain::restaurant::{Address, Profile, USUAL_ANSWER_MINUTES},
    usecases::register_restaurant::RegisterRestaurant,
};
use kernel::{
    Currency, Money,
    food::{Allergens, Diet},
    hours::{Day, Interval, OpeningHours, WEEKDAYS, Week, Zone, full_name},
    ids::{Id, OptionGroupId, OptionId},
    menu::{Item, Menu, MenuOption, OptionGroup, Section},
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashSet;

const USUAL_PREP_MINUTES: u32 = 20;

#[derive(Deserialize)]
struct Card {
    id: String,
    restaurant: House,
    currency: Currency,
    sections: Vec<Value>,
}

#[derive(Deserialize)]
struct House {
    name: String,
    #[serde(default)]
    city: String,
    country: String,
    #[serde(default)]
    cuisines: Vec<String>,
    timezone: Zone,
    open_at: Vec<Opening>,
    #[serde(default)]
    supported_zip_codes: Vec<Value>,
}

#[derive(Deserialize)]
struct Opening {
    day: String,
    from: String,
    to: String,
}

#[derive(Deserialize)]
struct CardSection {
    name: String,
    #[serde(default)]
    description: Option<String>,
    items: Vec<Value>,
    #[serde(default)]
    available_at: Vec<Opening>,
    #[serde(default)]
    supplemented_by: Vec<Supplement>,
    #[serde(default)]
    supplement_prompt: String,
}

#[derive(Deserialize)]
struct Supplement {
    item: String,
}

#[derive(Deserialize)]
struct CardItem {
    name: String,
    #[serde(default)]
    description: Option<String>,
    price_minor: i64,
    #[serde(default)]
    allergens: Vec<String>,
    #[serde(default)]
    additives: Vec<String>,
    #[serde(default)]
    diets: Vec<String>,
}

/// Reads a menu card.
#[must_use]
pub fn read_card(file: &str, text: &str) -> Rows {
    let mut notes = Notes::of(file);
    let row = match serde_json::from_str(text) {
        Ok(value) => row(&mut notes, value),
        Err(error) => {
            notes.refuse(format!("line {}", error.line()), format!("not JSON: {error}"));
            None
        }
    };
    Rows { restaurants: row.into_iter().collect(), menus: Vec::new(), remarks: notes.remarks }
}

fn row(notes: &mut Notes, value: Value) -> Option<Row> {
    let card: Card = read_value(notes, "", value)?;
    let Card { id: slug, restaurant: house, currency, sections } = card;
    let hours = hours(notes, &house)?;
    notes.warn("/restaurant", "no street and no place on the map: set the address in the settings");
    if !house.supported_zip_codes.is_empty() {
        let message = "delivery by postcode is not known here: set the terms in the settings";
        notes.warn("/restaurant/supported_zip_codes", message);
    }
    let menu = menu(notes, &slug, currency, sections);
    let address = Address { city: house.city, country: house.country, ..Address::default() };
    let profile = Profile {
        name: house.name,
        story: String::new(),
        badge: String::new(),
        cuisines: house.cuisines.iter().filter_map(|text| words::cuisine(text)).collect(),
        art: None,
        photo: None,
        plate: words::plate_for(&slug),
        address,
        phone: String::new(),
        pickup: true,
        delivery: None,
        prep_minutes: USUAL_PREP_MINUTES,
        answer_minutes: USUAL_ANSWER_MINUTES,
        listed: false,
    };
    let (id, staff) = (restaurant_id(&slug), Vec::new());
    let restaurant = RegisterRestaurant { id, slug, profile, currency, hours, staff };
    Some(Row { file: notes.file.clone(), at: "/".to_owned(), restaurant, menu: Some(menu) })
}

fn hours(notes: &mut Notes, house: &House) -> Option<OpeningHours> {
    let mut days: [Vec<Interval>; 7] = Default::default();
    for (index, opening) in house.open_at.iter().enumerate() {
        let at = format!("/restaurant/open_at/{index}");
        let day = WEEKDAYS.iter().position(|day| full_name(*day) == opening.day);
        match (day, Interval::between(&opening.from, &opening.to)) {
            (Some(day), Ok(interval)) => days[day].push(interval),
            (None, _) => notes.refuse(at, format!("\"{}\" is not a weekday", opening.day)),
            (_, Err(error)) => notes.refuse(at, error.to_string()),
        }
    }
    let mut week = Week::default();
    for (weekday, intervals) in WEEKDAYS.into_iter().zip(days) {
        match Day::new(intervals) {
            Ok(day) => *week.day_mut(weekday) = day,
            Err(error) => {
                notes.refuse("/restaurant/open_at", error.to_string());
                return None;
            }
        }
    }
    Some(OpeningHours::new(house.timezone.clone(), week))
}

fn menu(notes: &mut Notes, slug: &str, currency: Currency, sections: Vec<Value>) -> Menu {
    let mut menu = Menu::empty(currency);
    let mut unknown = HashSet::new();
    for (index, value) in sections.into_iter().enumerate() {
        let at = format!("/sections/{index}");
        let Some(card) = read_value::<CardSection>(notes, &at, value) else { continue };
        if !card.available_at.is_empty() {
            let message =
                format!("\"{}\" has hours of its own; it is sold at all hours", card.name);
            notes.warn(format!("{at}/available_at"), message);
        }
        let choice = starters(slug, currency, &card);
        let mut section = Section {
            id: menu_json::section_id(slug, &card.name),
            name: card.name,
            description: card.description.unwrap_or_default(),
            items: Vec::new(),
        };
        for (index, value) in card.items.into_iter().enumerate() {
            let at = format!("{at}/items/{index}");
            let Some(written) = read_value::<CardItem>(notes, &at, value) else { continue };
            let mut item = item(notes, &at, slug, &section.name, currency, written, &mut unknown);
            let is_starter =
                |group: &OptionGroup| group.options.iter().any(|o| o.name == item.name);
            let groups: Vec<_> =
                choice.iter().filter(|group| !is_starter(group)).cloned().collect();
            item.option_groups = groups;
            if section.items.iter().any(|other| other.id == item.id) {
                notes.refuse(at, format!("an item \"{}\" stands above already", item.name));
            } else {
                section.items.push(item);
            }
        }
        menu.sections.push(section);
    }
    menu_json::without_problems(notes, "", menu)
}

/// The starters of a set menu: one of them must be chosen, at no price.
fn starters(slug: &str, currency: Currency, card: &CardSection) -> Option<OptionGroup> {
    if card.supplemented_by.is_empty() {
        return None;
    }
    let key = format!("{slug}/{}/supplement", card.name);
    let options = card.supplemented_by.iter().map(|supplement| MenuOption {
        id: OptionId::from_natural_key(&format!("{key}/{}", supplement.item)),
        name: supplement.item.clone(),
        price: Money::zero(currency),
        available: true,
        max_quantity: 1,
        allergens: Allergens::default(),
        diets: std::collections::BTreeSet::new(),
    });
    let prompt = card.supplement_prompt.trim();
    let name = if prompt.is_empty() { "Starter" } else { prompt };
    let id = OptionGroupId::from_natural_key(&key);
    Some(OptionGroup { id, name: name.to_owned(), min: 1, max: 1, options: options.collect() })
}

fn item(
    notes: &mut Notes,
    at: &str,
    slug: &str,
    section: &str,
    currency: Currency,
    written: CardItem,
    unknown: &mut HashSet<String>,
) -> Item {
    // A card that names some allergens does not promise that there are no others.
    let mut allergens = Allergens { declared: false, ..Allergens::default() };
    for word in &written.allergens {
        match words::allergen(word) {
            Some((contains, may_contain)) => {
                allergens.contains.extend(contains);
                allergens.may_contain.extend(may_contain);
            }
            None if unknown.insert(word.clone()) => {
                notes.warn(
                    format!("{at}/allergens"),
                    format!("\"{word}\" is not an allergen of EU law"),
                );
            }
            None => {}
        }
    }
    let Allergens { contains, may_contain, .. } = &mut allergens;
    may_contain.retain(|allergen| !contains.contains(allergen));
    let mut description = written.description.unwrap_or_default().trim().to_owned();
    if !written.additives.is_empty() {
        let additives = written.additives.join(", ");
        description =
            if description.is_empty() { additives } else { format!("{description} ({additives})") };
    }
    Item {
        id: menu_json::item_id(slug, section, &written.name),
        name: written.name.trim().to_owned(),
        description,
        price: Money::new(written.price_minor, currency),
        available: true,
        art: None,
        photo: None,
        tax_basis_points: 0,
        allergens,
        diets: written.diets.iter().filter_map(|key| Diet::from_key(key)).collect(),
        option_groups: Vec::new(),
    }
}
