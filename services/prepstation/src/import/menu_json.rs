//! The menu of a restaurant in our JSON: sections of items that refer to groups of options by key.

use super::{Notes, json::read_value};
use kernel::{
    Currency, Money,
    food::{Allergen, Allergens, Diet},
    ids::{Id, ItemId, OptionGroupId, OptionId, SectionId},
    menu::{Item, Menu, MenuOption, OptionGroup, Section},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSection {
    section: String,
    #[serde(default)]
    description: String,
    items: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenItem {
    name: String,
    #[serde(default)]
    description: String,
    price: i64,
    #[serde(default)]
    tax_basis_points: u32,
    #[serde(default)]
    art: Option<String>,
    #[serde(default)]
    allergens: Option<WrittenAllergens>,
    #[serde(default)]
    diets: BTreeSet<Diet>,
    #[serde(default)]
    options: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WrittenAllergens {
    #[serde(default)]
    contains: BTreeSet<Allergen>,
    #[serde(default)]
    may_contain: BTreeSet<Allergen>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenGroup {
    name: String,
    min: u32,
    max: u32,
    options: Vec<WrittenOption>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOption {
    name: String,
    price: i64,
    #[serde(default)]
    allergens: WrittenAllergens,
    #[serde(default)]
    diets: BTreeSet<Diet>,
    #[serde(default)]
    max_quantity: Option<u32>,
}

impl WrittenAllergens {
    fn declared(self) -> Allergens {
        Allergens { contains: self.contains, may_contain: self.may_contain, declared: true }
    }
}

/// The id of a section: the same on each import.
pub(super) fn section_id(slug: &str, section: &str) -> SectionId {
    SectionId::from_natural_key(&format!("{slug}/{section}"))
}

/// The id of an item: the same on each import.
pub(super) fn item_id(slug: &str, section: &str, item: &str) -> ItemId {
    ItemId::from_natural_key(&format!("{slug}/{section}/{item}"))
}

/// Reads sections; what cannot be read is refused and the rest kept.
pub(super) fn read_menu(
    notes: &mut Notes,
    at: &str,
    slug: &str,
    currency: Currency,
    groups: Map<String, Value>,
    sections: Vec<Value>,
) -> Menu {
    let groups = read_groups(notes, at, slug, currency, groups);
    let mut menu = Menu::empty(currency);
    for (index, value) in sections.into_iter().enumerate() {
        let at = format!("{at}/menu/{index}");
        let Some(written) = read_value::<WrittenSection>(notes, &at, value) else { continue };
        let id = section_id(slug, &written.section);
        if menu.section(id).is_some() {
            notes.refuse(at, format!("a section \"{}\" stands above already", written.section));
            continue;
        }
        let mut section = Section {
            id,
            name: written.section,
            description: written.description,
            items: Vec::new(),
        };
        for (index, value) in written.items.into_iter().enumerate() {
            let at = format!("{at}/items/{index}");
            let Some(written) = read_value::<WrittenItem>(notes, &at, value) else { continue };
            let id = item_id(slug, &section.name, &written.name);
            if section.items.iter().any(|item| item.id == id) {
                notes.refuse(at, format!("an item \"{}\" stands above already", written.name));
                continue;
            }
            section.items.extend(item(notes, &at, id, currency, &groups, written));
        }
        menu.sections.push(section);
    }
    without_problems(notes, at, menu)
}

fn item(
    notes: &mut Notes,
    at: &str,
    id: ItemId,
    currency: Currency,
    groups: &BTreeMap<String, OptionGroup>,
    written: WrittenItem,
) -> Option<Item> {
    let mut option_groups = Vec::new();
    for (index, key) in written.options.iter().enumerate() {
        let Some(group) = groups.get(key) else {
            // Without a needed choice the dish would be sold wrong.
            notes.refuse(format!("{at}/options/{index}"), format!("no option group \"{key}\""));
            return None;
        };
        option_groups.push(group.clone());
    }
    Some(Item {
        id,
        name: written.name,
        description: written.description,
        price: Money::new(written.price, currency),
        available: true,
        art: written.art,
        photo: None,
        tax_basis_points: written.tax_basis_points,
        allergens: written.allergens.map_or_else(Allergens::default, WrittenAllergens::declared),
        diets: written.diets,
        option_groups,
    })
}

fn read_groups(
    notes: &mut Notes,
    at: &str,
    slug: &str,
    currency: Currency,
    groups: Map<String, Value>,
) -> BTreeMap<String, OptionGroup> {
    let mut read = BTreeMap::new();
    for (key, value) in groups {
        let at = format!("{at}/option_groups/{key}");
        let Some(written) = read_value::<WrittenGroup>(notes, &at, value) else { continue };
        let options = written.options.into_iter().map(|option| MenuOption {
            id: OptionId::from_natural_key(&format!("{slug}/{key}/{}", option.name)),
            name: option.name,
            price: Money::new(option.price, currency),
            available: true,
            max_quantity: option.max_quantity.unwrap_or(1),
            allergens: option.allergens.declared(),
            diets: option.diets,
        });
        let group = OptionGroup {
            id: OptionGroupId::from_natural_key(&format!("{slug}/{key}")),
            name: written.name,
            min: written.min,
            max: written.max,
            options: options.collect(),
        };
        read.insert(key, group);
    }
    read
}

/// Takes out the items that could not be published, and says why, with the item's name.
pub(super) fn without_problems(notes: &mut Notes, at: &str, mut menu: Menu) -> Menu {
    let problems = menu.problems();
    let mut bad = BTreeSet::new();
    for problem in problems {
        let mut steps = problem.pointer.split('/').skip(2);
        let index = |step: Option<&str>| step.and_then(|step| step.parse::<usize>().ok());
        let section = index(steps.next());
        let item = steps.next().filter(|step| *step == "items").and_then(|_| index(steps.next()));
        if let (Some(section), Some(item)) = (section, item) {
            bad.insert((section, item));
        }
        let named = section.zip(item).and_then(|(s, i)| menu.sections.get(s)?.items.get(i));
        let name = named.map_or(String::new(), |item| format!("\"{}\": ", item.name));
        let pointer = problem.pointer.replacen("/sections", "/menu", 1);
        notes.refuse(format!("{at}{pointer}"), format!("{name}{}", problem.message));
    }
    for (section, item) in bad.into_iter().rev() {
        menu.sections[section].items.remove(item);
    }
    menu
}
