//! What is wrong with a menu before it may be published: each with a JSON pointer to the field.

use std::collections::HashSet;
use std::hash::Hash;

use serde::Serialize;

use super::{Item, Menu, MenuOption, OptionGroup};
use crate::food::Allergens;
use crate::money::{Currency, Money};
use crate::photo::Photo;

/// Longest name, in characters.
pub const LONGEST_NAME: usize = 200;
/// Longest description, in characters.
pub const LONGEST_DESCRIPTION: usize = 2_000;
/// Most sections of a menu.
pub const MOST_SECTIONS: usize = 100;
/// Most items of a menu.
pub const MOST_ITEMS: usize = 1_000;
/// Most groups of an item.
pub const MOST_GROUPS: usize = 30;
/// Most options of a group.
pub const MOST_OPTIONS: usize = 100;

/// The highest price that is not a slip of the finger: 10,000 of the currency's main unit, a
/// hundred times that where it has no smaller one (as the yen).
#[must_use]
pub fn highest_price(currency: Currency) -> i64 {
    match currency.digits() {
        0 => 1_000_000,
        digits => 10_000 * 10_i64.pow(digits),
    }
}

/// Something wrong with a menu.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct MenuProblem {
    /// RFC 6901 pointer from the menu: `/sections/0/items/2/price`.
    pub pointer: String,
    /// A sentence for the person who edits.
    pub message: String,
}

impl Menu {
    /// Everything wrong with it, in its order; nothing means that it may be published.
    #[must_use]
    pub fn problems(&self) -> Vec<MenuProblem> {
        let mut check = Check { currency: self.currency, found: Vec::new() };
        check.at_most(self.sections.len(), MOST_SECTIONS, "sections", "/sections");
        check.at_most(self.items().count(), MOST_ITEMS, "items", "/sections");
        let (mut section_ids, mut item_ids) = (HashSet::new(), HashSet::new());
        for (index, section) in self.sections.iter().enumerate() {
            let at = format!("/sections/{index}");
            check.unique(&mut section_ids, section.id, &at);
            check.name(&section.name, &at);
            check.description(&section.description, &at);
            for (index, item) in section.items.iter().enumerate() {
                let at = format!("{at}/items/{index}");
                check.unique(&mut item_ids, item.id, &at);
                check.item(item, &at);
            }
        }
        check.found
    }
}

struct Check {
    currency: Currency,
    found: Vec<MenuProblem>,
}

impl Check {
    fn wrong(&mut self, pointer: String, message: impl Into<String>) {
        self.found.push(MenuProblem { pointer, message: message.into() });
    }

    fn item(&mut self, item: &Item, at: &str) {
        self.name(&item.name, at);
        self.description(&item.description, at);
        self.price(item.price, at);
        self.allergens(&item.allergens, at);
        if item.art.as_ref().is_some_and(|art| art.chars().count() > LONGEST_NAME) {
            self.wrong(format!("{at}/art"), "The name of the picture is too long");
        }
        if let Some(problem) = item.photo.as_ref().and_then(Photo::alt_problem) {
            self.wrong(format!("{at}/photo/alt"), problem);
        }
        if item.tax_basis_points > 10_000 {
            self.wrong(format!("{at}/tax_basis_points"), "A tax of more than 100 % (10000)");
        }
        let groups = format!("{at}/option_groups");
        self.at_most(item.option_groups.len(), MOST_GROUPS, "groups of options", &groups);
        let (mut group_ids, mut option_ids) = (HashSet::new(), HashSet::new());
        for (index, group) in item.option_groups.iter().enumerate() {
            let at = format!("{groups}/{index}");
            self.unique(&mut group_ids, group.id, &at);
            self.group(group, &at);
            for (index, option) in group.options.iter().enumerate() {
                let at = format!("{at}/options/{index}");
                self.unique(&mut option_ids, option.id, &at);
                self.option(option, &at);
            }
        }
    }

    fn group(&mut self, group: &OptionGroup, at: &str) {
        self.name(&group.name, at);
        let options = format!("{at}/options");
        if group.options.is_empty() {
            self.wrong(options, "A group needs at least one option");
        } else {
            self.at_most(group.options.len(), MOST_OPTIONS, "options", &options);
        }
        if group.max == 0 {
            self.wrong(format!("{at}/max"), "At least one option must be allowed");
        }
        if group.min > group.max {
            let message = format!("More wanted ({}) than allowed ({})", group.min, group.max);
            self.wrong(format!("{at}/min"), message);
        }
        // What is off sale today still counts: an 86'd option makes no menu unpublishable.
        let possible: u64 = group.options.iter().map(|o| u64::from(o.max_quantity)).sum();
        if u64::from(group.min) > possible {
            let message = format!("{} wanted, but the options allow only {possible}", group.min);
            self.wrong(format!("{at}/min"), message);
        }
    }

    fn option(&mut self, option: &MenuOption, at: &str) {
        self.name(&option.name, at);
        self.price(option.price, at);
        self.allergens(&option.allergens, at);
        if !(1..=super::MOST_OF_ONE_OPTION).contains(&option.max_quantity) {
            let message = format!("Between 1 and {}", super::MOST_OF_ONE_OPTION);
            self.wrong(format!("{at}/max_quantity"), message);
        }
    }

    fn name(&mut self, name: &str, at: &str) {
        if name.trim().is_empty() {
            self.wrong(format!("{at}/name"), "A name is needed");
        } else if name.chars().count() > LONGEST_NAME {
            self.wrong(format!("{at}/name"), format!("At most {LONGEST_NAME} characters"));
        } else if name.chars().any(char::is_control) {
            self.wrong(format!("{at}/name"), "One line of text, without control characters");
        }
    }

    fn description(&mut self, text: &str, at: &str) {
        if text.chars().count() > LONGEST_DESCRIPTION {
            let message = format!("At most {LONGEST_DESCRIPTION} characters");
            self.wrong(format!("{at}/description"), message);
        }
    }

    fn price(&mut self, price: Money, at: &str) {
        if price.currency != self.currency {
            let message =
                format!("The menu is in {:?}, this is {:?}", self.currency, price.currency);
            self.wrong(format!("{at}/price/currency"), message);
        }
        let highest = Money::new(highest_price(self.currency), self.currency);
        if price.minor < 0 {
            self.wrong(format!("{at}/price/amount"), "A price is not below zero");
        } else if price.minor > highest.minor {
            self.wrong(format!("{at}/price/amount"), format!("More than {highest}"));
        }
    }

    fn allergens(&mut self, allergens: &Allergens, at: &str) {
        for allergen in allergens.contains.intersection(&allergens.may_contain) {
            let message = format!("{allergen} is in \"contains\" already");
            self.wrong(format!("{at}/allergens/may_contain"), message);
        }
    }

    fn at_most(&mut self, count: usize, most: usize, what: &str, pointer: &str) {
        if count > most {
            self.wrong(pointer.to_owned(), format!("{count} {what}; the most is {most}"));
        }
    }

    fn unique<Id: Eq + Hash>(&mut self, seen: &mut HashSet<Id>, id: Id, at: &str) {
        if !seen.insert(id) {
            self.wrong(format!("{at}/id"), "The same id stands twice");
        }
    }
}
