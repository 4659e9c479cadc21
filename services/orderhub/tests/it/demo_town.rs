//! The demo town as restaurants of the catalogue, read straight from its files.

use std::{collections::BTreeMap, path::Path, str::FromStr};

use contracts::prepstation::v1::{Address, Delivery, RestaurantChanged};
use jiff::Timestamp;
use kernel::{
    Currency, Money,
    food::{Allergens, Diet},
    hours::{Zone, osm},
    ids::{Id, ItemId, OptionGroupId, OptionId, RestaurantId, SectionId},
    menu::{Item, Menu, MenuOption, OptionGroup, Section},
};
use orderhub::catalogue::Restaurant;
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    slug: String,
    name: String,
    #[serde(default)]
    story: String,
    #[serde(default)]
    badge: String,
    cuisines: Vec<String>,
    art: Option<String>,
    #[serde(default)]
    plate: u16,
    address: Address,
    #[serde(default)]
    phone: String,
    zone: String,
    currency: Currency,
    opening_hours: String,
    pickup: bool,
    delivery: Option<Delivery>,
    prep_minutes: u32,
    #[serde(default)]
    option_groups: BTreeMap<String, FileGroup>,
    #[serde(default)]
    menu: Vec<FileSection>,
}

#[derive(Deserialize)]
struct FileGroup {
    name: String,
    min: u32,
    max: u32,
    options: Vec<FileOption>,
}

#[derive(Deserialize)]
struct FileOption {
    name: String,
    price: i64,
    #[serde(default = "Allergens::none")]
    allergens: Allergens,
    #[serde(default)]
    diets: Vec<Diet>,
}

#[derive(Deserialize)]
struct FileSection {
    section: String,
    #[serde(default)]
    description: String,
    items: Vec<FileItem>,
}

#[derive(Deserialize)]
struct FileItem {
    name: String,
    #[serde(default)]
    description: String,
    price: i64,
    tax_basis_points: u32,
    art: Option<String>,
    #[serde(default)]
    allergens: Allergens,
    #[serde(default)]
    diets: Vec<Diet>,
    #[serde(default)]
    options: Vec<String>,
}

/// All of them, by slug.
pub(crate) fn restaurants() -> Vec<Restaurant> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/town/restaurants");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .map(|path| restaurant(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()))
        .collect()
}

fn restaurant(file: File) -> Restaurant {
    let menu = menu(&file);
    let zone = Zone::from_str(&file.zone).unwrap();
    let profile = RestaurantChanged {
        photo: None,
        restaurant_id: RestaurantId::from_natural_key(&file.slug),
        slug: file.slug,
        name: file.name,
        story: file.story,
        badge: file.badge,
        cuisines: file.cuisines,
        art: file.art,
        plate: file.plate,
        address: file.address,
        phone: file.phone,
        currency: file.currency,
        hours: osm::read(&file.opening_hours, &zone).unwrap().hours,
        pickup: file.pickup,
        delivery: file.delivery,
        prep_minutes: file.prep_minutes,
        answer_minutes: 10,
        listed: true,
    };
    Restaurant::new(profile, Timestamp::UNIX_EPOCH).with_menu(menu, Vec::new()).at_revision(1)
}

fn menu(file: &File) -> Menu {
    let sections = file.menu.iter().map(|section| {
        let key = format!("{}/{}", file.slug, section.section);
        Section {
            id: SectionId::from_natural_key(&key),
            name: section.section.clone(),
            description: section.description.clone(),
            items: section.items.iter().map(|entry| item(file, &key, entry)).collect(),
        }
    });
    Menu { version: 1, currency: file.currency, sections: sections.collect() }
}

fn item(file: &File, section: &str, entry: &FileItem) -> Item {
    let key = format!("{section}/{}", entry.name);
    let groups = entry.options.iter().map(|group| group_of(file, &key, group));
    Item {
        id: ItemId::from_natural_key(&key),
        name: entry.name.clone(),
        description: entry.description.clone(),
        price: Money::new(entry.price, file.currency),
        available: true,
        art: entry.art.clone(),
        photo: None,
        tax_basis_points: entry.tax_basis_points,
        allergens: entry.allergens.clone(),
        diets: entry.diets.iter().copied().collect(),
        option_groups: groups.collect(),
    }
}

fn group_of(file: &File, item: &str, name: &str) -> OptionGroup {
    let group = &file.option_groups[name];
    let options = group.options.iter().map(|option| MenuOption {
        id: OptionId::from_natural_key(&format!("{}/{name}/{}", file.slug, option.name)),
        name: option.name.clone(),
        price: Money::new(option.price, file.currency),
        available: true,
        max_quantity: 1,
        allergens: option.allergens.clone(),
        diets: option.diets.iter().copied().collect(),
    });
    OptionGroup {
        id: OptionGroupId::from_natural_key(&format!("{item}/{name}")),
        name: group.name.clone(),
        min: group.min,
        max: group.max,
        options: options.collect(),
    }
}
