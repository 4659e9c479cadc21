//! What was chosen with an item, held against its groups. The cart and the quote ask the same
//! question here, so they give the same answer.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Item, MenuOption, OptionGroup};
use crate::food::{Allergens, Diet, common_diets};
use crate::ids::OptionId;
use crate::money::{Money, MoneyError};

/// A quantity of one option above this is a mistake, whatever the menu says.
pub const MOST_OF_ONE_OPTION: u32 = 99;

/// An option and how often it was chosen for one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChosenOption {
    /// Which.
    pub option_id: OptionId,
    /// How often, at least 1; 1 where JSON does not say.
    #[serde(default = "super::one")]
    pub quantity: u32,
}

/// Why a choice is refused; the sentences are for the customer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectionError {
    /// The item is off sale.
    #[error("{item} is sold out")]
    ItemUnavailable {
        /// Its name.
        item: String,
    },
    /// An option is off sale.
    #[error("{option} is sold out")]
    OptionUnavailable {
        /// Which.
        option_id: OptionId,
        /// Its name.
        option: String,
    },
    /// The item does not list this option (any more).
    #[error("{item} has no such option any more; choose again")]
    UnknownOption {
        /// Which.
        option_id: OptionId,
        /// The item's name.
        item: String,
    },
    /// Fewer than the group's least.
    #[error("Choose at least {min} of {group}")]
    TooFew {
        /// The group's name.
        group: String,
        /// Its least.
        min: u32,
        /// How many were chosen.
        chosen: u64,
    },
    /// More than the group's most.
    #[error("Choose at most {max} of {group}")]
    TooMany {
        /// The group's name.
        group: String,
        /// Its most.
        max: u32,
        /// How many were chosen.
        chosen: u64,
    },
    /// None, or more of one option than it allows.
    #[error("Choose 1 to {max} of {option}")]
    Quantity {
        /// Which.
        option_id: OptionId,
        /// Its name.
        option: String,
        /// The most.
        max: u32,
    },
}

/// An item with options that its groups allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configured<'a> {
    /// The item.
    pub item: &'a Item,
    /// What was chosen, in the menu's order, never twice the same.
    pub options: Vec<(&'a OptionGroup, &'a MenuOption, u32)>,
}

impl Item {
    /// Holds chosen options against the groups. The same option named twice counts together.
    ///
    /// # Errors
    /// Everything that is wrong, in the menu's order.
    pub fn configure(
        &self,
        chosen: &[ChosenOption],
    ) -> Result<Configured<'_>, Vec<SelectionError>> {
        let mut errors = Vec::new();
        if !self.available {
            errors.push(SelectionError::ItemUnavailable { item: self.name.clone() });
        }
        let mut wanted: BTreeMap<OptionId, u32> = BTreeMap::new();
        for ChosenOption { option_id, quantity } in chosen {
            let sum = wanted.entry(*option_id).or_default();
            // Nothing of an option is as wrong as too much of it, and must not vanish in a sum.
            let too_much = u32::MAX;
            *sum = sum.saturating_add(if *quantity == 0 { too_much } else { *quantity });
        }
        let mut options = Vec::new();
        for group in &self.option_groups {
            let mut count = 0_u64;
            for option in &group.options {
                let Some(quantity) = wanted.remove(&option.id) else { continue };
                errors.extend(option.refuses(quantity));
                count += u64::from(quantity);
                options.push((group, option, quantity));
            }
            errors.extend(group.refuses(count));
        }
        errors.extend(
            wanted.into_keys().map(|option_id| SelectionError::UnknownOption {
                option_id,
                item: self.name.clone(),
            }),
        );
        if errors.is_empty() { Ok(Configured { item: self, options }) } else { Err(errors) }
    }
}

impl MenuOption {
    fn refuses(&self, quantity: u32) -> Option<SelectionError> {
        let (option_id, option) = (self.id, self.name.clone());
        let max = self.max_quantity.min(MOST_OF_ONE_OPTION);
        if !self.available {
            Some(SelectionError::OptionUnavailable { option_id, option })
        } else if quantity > max {
            Some(SelectionError::Quantity { option_id, option, max })
        } else {
            None
        }
    }
}

impl OptionGroup {
    fn refuses(&self, chosen: u64) -> Option<SelectionError> {
        let group = self.name.clone();
        if chosen < u64::from(self.min) {
            Some(SelectionError::TooFew { group, min: self.min, chosen })
        } else if chosen > u64::from(self.max) {
            Some(SelectionError::TooMany { group, max: self.max, chosen })
        } else {
            None
        }
    }
}

impl Configured<'_> {
    /// The price of one: the item's and each option's as often as it was chosen.
    ///
    /// # Errors
    /// Two currencies, or more than 64 bits; a menu without problems has neither.
    pub fn unit_price(&self) -> Result<Money, MoneyError> {
        self.options.iter().try_fold(self.item.price, |sum, (_, option, quantity)| {
            sum.plus(option.price.times(*quantity)?)
        })
    }

    /// What the whole dish says about allergens.
    #[must_use]
    pub fn allergens(&self) -> Allergens {
        let none = Allergens::none();
        let parts = self.options.iter().map(|(_, option, _)| &option.allergens);
        parts.fold(self.item.allergens.and(&none), |dish, part| dish.and(part))
    }

    /// The diets that the item and every chosen option suit.
    #[must_use]
    pub fn diets(&self) -> BTreeSet<Diet> {
        common_diets(&self.item.diets, self.options.iter().map(|(_, option, _)| &option.diets))
    }
}
