//! What people must or will not eat: the allergens of EU law, and diets. Both are worked out for
//! the dish as configured, from the item and every chosen option.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $key:literal $label:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $key)] $variant,)+
        }

        impl $name {
            /// All of them, in the order in which they are listed to people.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The name in JSON, URLs and the database.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $($name::$variant => $key),+ }
            }

            /// The word for people.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $($name::$variant => $label),+ }
            }

            /// The one with this [`key`](Self::key).
            #[must_use]
            pub fn from_key(key: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|word| word.key() == key)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.label())
            }
        }
    };
}

words! {
    /// The 14 substances that Regulation (EU) No 1169/2011, Annex II, wants named.
    Allergen {
        /// Cereals containing gluten: wheat, rye, barley, oats, spelt, kamut.
        Gluten "gluten" "Gluten",
        /// Crustaceans.
        Crustaceans "crustaceans" "Crustaceans",
        /// Eggs.
        Eggs "eggs" "Eggs",
        /// Fish.
        Fish "fish" "Fish",
        /// Peanuts.
        Peanuts "peanuts" "Peanuts",
        /// Soybeans.
        Soybeans "soybeans" "Soybeans",
        /// Milk, with lactose.
        Milk "milk" "Milk",
        /// Tree nuts: almonds, hazelnuts, walnuts, cashews, pecans, Brazil nuts, pistachios,
        /// macadamias.
        Nuts "nuts" "Nuts",
        /// Celery.
        Celery "celery" "Celery",
        /// Mustard.
        Mustard "mustard" "Mustard",
        /// Sesame seeds.
        Sesame "sesame" "Sesame",
        /// Sulphur dioxide and sulphites above 10 mg/kg.
        Sulphites "sulphites" "Sulphites",
        /// Lupin.
        Lupin "lupin" "Lupin",
        /// Molluscs.
        Molluscs "molluscs" "Molluscs",
    }
}

words! {
    /// A diet that a dish suits.
    Diet {
        /// Nothing from animals.
        Vegan "vegan" "Vegan",
        /// No meat and no fish.
        Vegetarian "vegetarian" "Vegetarian",
        /// Without gluten.
        GlutenFree "gluten_free" "Gluten-free",
        /// Without lactose.
        LactoseFree "lactose_free" "Lactose-free",
        /// Allowed in Islam.
        Halal "halal" "Halal",
        /// Allowed in Judaism.
        Kosher "kosher" "Kosher",
        /// Allowed in Hinduism.
        Hindu "hindu" "Hindu",
        /// For diabetics.
        Diabetic "diabetic" "For diabetics",
        /// Low in fat.
        LowFat "low_fat" "Low fat",
        /// Low in salt.
        LowSalt "low_salt" "Low salt",
        /// Low in calories.
        LowCalorie "low_calorie" "Low calorie",
    }
}

impl Diet {
    /// The member of schema.org's `RestrictedDiet`, for `suitableForDiet`.
    #[must_use]
    pub fn schema_org(self) -> &'static str {
        match self {
            Diet::Vegan => "https://schema.org/VeganDiet",
            Diet::Vegetarian => "https://schema.org/VegetarianDiet",
            Diet::GlutenFree => "https://schema.org/GlutenFreeDiet",
            Diet::LactoseFree => "https://schema.org/LowLactoseDiet",
            Diet::Halal => "https://schema.org/HalalDiet",
            Diet::Kosher => "https://schema.org/KosherDiet",
            Diet::Hindu => "https://schema.org/HinduDiet",
            Diet::Diabetic => "https://schema.org/DiabeticDiet",
            Diet::LowFat => "https://schema.org/LowFatDiet",
            Diet::LowSalt => "https://schema.org/LowSaltDiet",
            Diet::LowCalorie => "https://schema.org/LowCalorieDiet",
        }
    }
}

/// What an item, an option or a configured dish says about allergens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allergens {
    /// In it.
    #[serde(default)]
    pub contains: BTreeSet<Allergen>,
    /// Perhaps in traces; never what is in `contains` too, once combined.
    #[serde(default)]
    pub may_contain: BTreeSet<Allergen>,
    /// Whether the restaurant has answered the question. While it has not, an allergen that is not
    /// listed is unknown, not absent. True where JSON does not say.
    #[serde(default = "yes")]
    pub declared: bool,
}

fn yes() -> bool {
    true
}

/// What is known of one allergen in a dish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// In it.
    Contains,
    /// Perhaps in traces.
    MayContain,
    /// The restaurant says that it is not in it.
    FreeFrom,
    /// The restaurant has not said.
    Unknown,
}

impl Default for Allergens {
    /// Nobody has said anything yet.
    fn default() -> Allergens {
        Allergens { contains: BTreeSet::new(), may_contain: BTreeSet::new(), declared: false }
    }
}

impl Allergens {
    /// Declared: these, and no others.
    pub fn containing(contains: impl IntoIterator<Item = Allergen>) -> Allergens {
        let contains = contains.into_iter().collect();
        Allergens { contains, may_contain: BTreeSet::new(), declared: true }
    }

    /// Declared: none at all. The start of [`Allergens::and`].
    #[must_use]
    pub fn none() -> Allergens {
        Allergens::containing([])
    }

    /// Both on one plate: what one contains both contain, and what is unknown of one is unknown.
    #[must_use]
    pub fn and(&self, other: &Allergens) -> Allergens {
        let contains: BTreeSet<_> = self.contains.union(&other.contains).copied().collect();
        let traces = self.may_contain.union(&other.may_contain).copied();
        let may_contain = traces.filter(|allergen| !contains.contains(allergen)).collect();
        Allergens { contains, may_contain, declared: self.declared && other.declared }
    }

    /// What is known of one allergen.
    #[must_use]
    pub fn of(&self, allergen: Allergen) -> Presence {
        if self.contains.contains(&allergen) {
            Presence::Contains
        } else if self.may_contain.contains(&allergen) {
            Presence::MayContain
        } else if self.declared {
            Presence::FreeFrom
        } else {
            Presence::Unknown
        }
    }
}

/// The diets that all parts of a dish suit.
pub fn common_diets<'a>(
    item: &BTreeSet<Diet>,
    options: impl IntoIterator<Item = &'a BTreeSet<Diet>>,
) -> BTreeSet<Diet> {
    options.into_iter().fold(item.clone(), |held, option| &held & option)
}
