//! A menu as restaurants edit it, events carry it and customers see it: sections of items with
//! groups of options. What it may look like is in `problems`, what may be chosen from it in
//! `selection`. Its JSON is the menu of the public API, of events and of what is stored: readers
//! ignore fields that a later version adds, and only the API's door refuses them.

mod problems;
mod selection;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::food::{Allergens, Diet};
use crate::ids::{ItemId, OptionGroupId, OptionId, SectionId};
use crate::money::{Currency, Money};
use crate::photo::Photo;

pub use problems::{
    LONGEST_DESCRIPTION, LONGEST_NAME, MOST_GROUPS, MOST_ITEMS, MOST_OPTIONS, MOST_SECTIONS,
    MenuProblem, highest_price,
};
pub use selection::{ChosenOption, Configured, MOST_OF_ONE_OPTION, SelectionError};

/// A whole menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Menu {
    /// Counts publications: 0 is a draft that never was published.
    #[serde(default)]
    pub version: u32,
    /// The currency of every price.
    pub currency: Currency,
    /// In the order in which customers see them.
    pub sections: Vec<Section>,
}

/// A heading with its items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Stays the same from version to version.
    pub id: SectionId,
    /// The heading.
    pub name: String,
    /// A sentence under the heading; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// In order.
    pub items: Vec<Item>,
}

/// A dish or a drink.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Stays the same from version to version.
    pub id: ItemId,
    /// On the menu, the ticket and the receipt.
    pub name: String,
    /// May be empty.
    #[serde(default)]
    pub description: String,
    /// Gross, before options.
    pub price: Money,
    /// Off sale while false.
    #[serde(default = "yes")]
    pub available: bool,
    /// The name of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub art: Option<String>,
    /// The restaurant's own picture of it, which stands in place of `art`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<Photo>,
    /// The rate of the tax that the price contains, in basis points (1000 = 10 %).
    #[serde(default)]
    pub tax_basis_points: u32,
    /// Without options.
    #[serde(default)]
    pub allergens: Allergens,
    /// That it suits without options.
    #[serde(default)]
    pub diets: BTreeSet<Diet>,
    /// What may be chosen with it.
    #[serde(default)]
    pub option_groups: Vec<OptionGroup>,
}

/// Options of one kind (size, toppings) and how many of them are to be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionGroup {
    /// Stays the same from version to version.
    pub id: OptionGroupId,
    /// As in "Choose at least 1 of Size".
    pub name: String,
    /// The least to choose, counting quantities; 0 makes the group optional.
    pub min: u32,
    /// The most to choose, counting quantities.
    pub max: u32,
    /// In order.
    pub options: Vec<MenuOption>,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuOption {
    /// Stays the same from version to version.
    pub id: OptionId,
    /// On the menu, the ticket and the receipt.
    pub name: String,
    /// Gross, for each; zero when it costs nothing more.
    pub price: Money,
    /// Off sale while false.
    #[serde(default = "yes")]
    pub available: bool,
    /// How often it may be chosen for one item.
    #[serde(default = "one")]
    pub max_quantity: u32,
    /// What it adds.
    #[serde(default)]
    pub allergens: Allergens,
    /// That it does not break.
    #[serde(default)]
    pub diets: BTreeSet<Diet>,
}

fn yes() -> bool {
    true
}

fn one() -> u32 {
    1
}

/// Items and options that are off sale at the moment (86'd), apart from the menu's versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unavailable {
    /// Items.
    #[serde(default)]
    pub items: BTreeSet<ItemId>,
    /// Options, in every group that lists them.
    #[serde(default)]
    pub options: BTreeSet<OptionId>,
}

impl Menu {
    /// A draft without sections.
    #[must_use]
    pub fn empty(currency: Currency) -> Menu {
        Menu { version: 0, currency, sections: Vec::new() }
    }

    /// All items, section by section.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.sections.iter().flat_map(|section| &section.items)
    }

    /// A section by its id.
    #[must_use]
    pub fn section(&self, id: SectionId) -> Option<&Section> {
        self.sections.iter().find(|section| section.id == id)
    }

    /// An item by its id.
    #[must_use]
    pub fn item(&self, id: ItemId) -> Option<&Item> {
        self.items().find(|item| item.id == id)
    }

    /// An option by its id, wherever it is first listed, with its item and group.
    #[must_use]
    pub fn option(&self, id: OptionId) -> Option<(&Item, &OptionGroup, &MenuOption)> {
        self.items().find_map(|item| item.option(id).map(|(group, option)| (item, group, option)))
    }

    /// The same menu with what is off sale marked so; what the menu itself marks stays marked.
    #[must_use]
    pub fn with_availability(mut self, unavailable: &Unavailable) -> Menu {
        for item in self.sections.iter_mut().flat_map(|section| &mut section.items) {
            item.available &= !unavailable.items.contains(&item.id);
            for option in item.option_groups.iter_mut().flat_map(|group| &mut group.options) {
                option.available &= !unavailable.options.contains(&option.id);
            }
        }
        self
    }
}

impl Item {
    /// One of its options, with its group.
    #[must_use]
    pub fn option(&self, id: OptionId) -> Option<(&OptionGroup, &MenuOption)> {
        self.option_groups.iter().find_map(|group| {
            group.options.iter().find(|option| option.id == id).map(|option| (group, option))
        })
    }

    /// Whether it can be ordered now: on sale, with enough options on sale in every group that
    /// wants some.
    #[must_use]
    pub fn is_orderable(&self) -> bool {
        let enough = |group: &OptionGroup| group.most_available() >= u64::from(group.min);
        self.available && self.option_groups.iter().all(enough)
    }
}

impl OptionGroup {
    /// How many could be chosen of what is on sale, `max` aside.
    #[must_use]
    pub fn most_available(&self) -> u64 {
        let on_sale = self.options.iter().filter(|option| option.available);
        on_sale.map(|option| u64::from(option.max_quantity)).sum()
    }
}
