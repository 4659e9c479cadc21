//! What somebody is looking for, as it stands in the address of a page or of the API, and the
//! restaurants that answer it.

use std::{cmp::Ordering, collections::HashMap, sync::Arc};

use jiff::Timestamp;
use kernel::{
    food::{Allergen, Diet, Presence},
    ids::ItemId,
    menu::{Item, Menu},
};

use super::{Catalogue, Restaurant};
use crate::domain::standing::Standing;

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// The best match first; without a search who is open, near and quick.
    #[default]
    Best,
    /// The shortest time to ready first.
    Quick,
    /// The nearest first; needs a place.
    Near,
    /// By name.
    Name,
}

impl Sort {
    /// All, with the name in addresses and the words for people.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Best, "best", "Best match"),
        (Self::Quick, "quick", "Quickest"),
        (Self::Near, "near", "Nearest"),
        (Self::Name, "name", "By name"),
    ];
}

/// What somebody is looking for. Everything set must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Words over names, cuisines and dishes.
    pub q: String,
    /// One of these cuisines.
    pub cuisines: Vec<String>,
    /// Some dish suits all of these.
    pub diets: Vec<Diet>,
    /// Some dish is free of all of these, as declared.
    pub free_of: Vec<Allergen>,
    /// Takes orders now.
    pub open_now: bool,
    /// Hands out at the counter.
    pub pickup: bool,
    /// Delivers; to the place, if one is given.
    pub delivery: bool,
    /// Degrees north and east of the customer.
    pub near: Option<(f64, f64)>,
    /// The order.
    pub sort: Sort,
}

/// A parameter that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misunderstood {
    /// Which.
    pub name: &'static str,
    /// What it may be.
    pub detail: String,
}

impl Filter {
    /// Reads name-value pairs. What cannot be understood is left out and reported; names that are
    /// none of a filter's are passed over.
    pub fn parse<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> (Self, Vec<Misunderstood>) {
        let (mut filter, mut errors) = (Self::default(), Vec::new());
        let (mut lat, mut lon) = (None, None);
        for (name, value) in pairs {
            let value = value.trim();
            let many = value.split(',').map(str::trim).filter(|part| !part.is_empty());
            match name {
                "q" => filter.q = value.chars().take(200).collect(),
                "cuisine" => filter.cuisines.extend(many.map(str::to_lowercase)),
                "diet" => read_all(
                    many,
                    Diet::from_key,
                    &mut filter.diets,
                    || wrong("diet", &keys(Diet::ALL, Diet::key)),
                    &mut errors,
                ),
                "free_of" => read_all(
                    many,
                    Allergen::from_key,
                    &mut filter.free_of,
                    || wrong("free_of", &keys(Allergen::ALL, Allergen::key)),
                    &mut errors,
                ),
                "open_now" => filter.open_now = flag("open_now", value, &mut errors),
                "pickup" => filter.pickup = flag("pickup", value, &mut errors),
                "delivery" => filter.delivery = flag("delivery", value, &mut errors),
                "lat" => lat = degrees("lat", value, 90.0, &mut errors),
                "lon" => lon = degrees("lon", value, 180.0, &mut errors),
                "sort" if !value.is_empty() => {
                    match Sort::ALL.iter().find(|(_, key, _)| *key == value) {
                        Some((sort, ..)) => filter.sort = *sort,
                        None => errors.push(wrong("sort", "best, quick, near, name")),
                    }
                }
                _ => {}
            }
        }
        filter.near = lat.zip(lon);
        if lat.is_some() != lon.is_some() {
            let detail = "Give lat and lon together, or neither.".to_owned();
            errors.push(Misunderstood { name: "lat", detail });
        }
        (filter, errors)
    }

    /// The same as an address's query, without `?`; empty for a filter that wants nothing.
    #[must_use]
    pub fn to_query(&self) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        pairs.extend(self.cuisines.iter().map(|cuisine| ("cuisine", cuisine.clone())));
        pairs.extend(self.diets.iter().map(|diet| ("diet", diet.key().to_owned())));
        pairs.extend(self.free_of.iter().map(|allergen| ("free_of", allergen.key().to_owned())));
        let flags =
            [("open_now", self.open_now), ("pickup", self.pickup), ("delivery", self.delivery)];
        pairs.extend(
            flags.into_iter().filter(|(_, on)| *on).map(|(name, _)| (name, "1".to_owned())),
        );
        if let Some((lat, lon)) = self.near {
            pairs.extend([("lat", lat.to_string()), ("lon", lon.to_string())]);
        }
        if let Some((_, key, _)) = Sort::ALL.iter().find(|(sort, ..)| *sort == self.sort)
            && self.sort != Sort::Best
        {
            pairs.push(("sort", (*key).to_owned()));
        }
        serde_urlencoded::to_string(&pairs).unwrap_or_default()
    }

    /// Whether it wants anything of the restaurants besides their order.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        let plain = Self { near: self.near, sort: self.sort, ..Self::default() };
        *self != plain
    }

    /// Whether a dish suits: it can be ordered with options that keep the diets, and its own
    /// declaration and that of some choice of its required options name none of the allergens.
    #[must_use]
    pub fn suits(&self, item: &Item) -> bool {
        self.diets.iter().all(|diet| item.diets.contains(diet))
            && self.free_of.iter().all(|allergen| can_be_free_of(item, *allergen))
    }

    fn wants_dishes(&self) -> bool {
        !self.diets.is_empty() || !self.free_of.is_empty()
    }
}

fn can_be_free_of(item: &Item, allergen: Allergen) -> bool {
    let needed = item.option_groups.iter().filter(|group| group.min > 0);
    item.allergens.of(allergen) == Presence::FreeFrom
        && needed.into_iter().all(|group| {
            group.options.iter().any(|option| option.allergens.of(allergen) == Presence::FreeFrom)
        })
}

/// A restaurant that answers a filter.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which.
    pub restaurant: Arc<Restaurant>,
    /// Its menu now.
    pub menu: Option<Arc<Menu>>,
    /// Whether it takes orders.
    pub standing: Standing,
    /// Minutes to ready, from and to.
    pub ready: (u32, u32),
    /// Metres away, when the customer's place is known.
    pub metres: Option<f64>,
    /// Dishes that match the words, best first; empty when only the name does.
    pub dishes: Vec<ItemId>,
    /// Whether its name or cuisine matches the words.
    pub by_name: bool,
    /// How many dishes suit the wanted diets and allergens; 0 when none were wanted.
    pub suiting: usize,
    score: u32,
}

impl Found {
    /// Whether it takes orders now.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.standing, Standing::Open { .. })
    }
}

/// The listed restaurants that answer a filter, in its order.
#[must_use]
pub fn find(catalogue: &Catalogue, filter: &Filter, now: Timestamp) -> Vec<Found> {
    let hits = (!filter.q.trim().is_empty()).then(|| {
        let hits = catalogue.search(&filter.q).into_iter();
        hits.map(|hit| (hit.restaurant, hit)).collect::<HashMap<_, _>>()
    });
    let mut found: Vec<Found> = catalogue
        .all()
        .iter()
        .filter_map(|restaurant| {
            let hit = match &hits {
                Some(hits) => Some(hits.get(&restaurant.id())?),
                None => None,
            };
            let mut found = judge(restaurant, filter, now)?;
            if let Some(hit) = hit {
                found.by_name = hit.by_name;
                found.score = hit.score;
                found.dishes.clone_from(&hit.dishes);
                found.keep_what_suits(filter);
                if !found.by_name && found.dishes.is_empty() {
                    return None;
                }
            }
            Some(found)
        })
        .collect();
    found.sort_by(|one, two| order(one, two, filter.sort));
    found
}

fn judge(restaurant: &Arc<Restaurant>, filter: &Filter, now: Timestamp) -> Option<Found> {
    let profile = &restaurant.profile;
    let fits_cuisine = filter.cuisines.is_empty()
        || filter.cuisines.iter().any(|wanted| profile.cuisines.contains(wanted));
    if !fits_cuisine || (filter.pickup && !profile.pickup) {
        return None;
    }
    let metres = filter.near.map(|(lat, lon)| restaurant.metres_from(lat, lon));
    if filter.delivery {
        let radius = f64::from(profile.delivery.as_ref()?.radius_m);
        if metres.is_some_and(|metres| metres > radius) {
            return None;
        }
    }
    let standing = restaurant.state_at(now);
    if filter.open_now && !matches!(standing, Standing::Open { .. }) {
        return None;
    }
    let menu = restaurant.menu_at(now);
    let suits = |menu: &Menu| menu.items().filter(|i| i.available && filter.suits(i)).count();
    let wants = filter.wants_dishes();
    let suiting = if wants { menu.as_deref().map_or(0, suits) } else { 0 };
    if wants && suiting == 0 {
        return None;
    }
    let ready = restaurant.ready_minutes_at(now);
    let restaurant = restaurant.clone();
    let (dishes, by_name, score) = (Vec::new(), false, 0);
    Some(Found { restaurant, menu, standing, ready, metres, dishes, by_name, suiting, score })
}

impl Found {
    fn keep_what_suits(&mut self, filter: &Filter) {
        let Some(menu) = &self.menu else { return };
        self.dishes.retain(|id| menu.item(*id).is_some_and(|item| filter.suits(item)));
    }
}

fn order(one: &Found, two: &Found, sort: Sort) -> Ordering {
    let open = two.is_open().cmp(&one.is_open());
    let quick = || one.ready.cmp(&two.ready);
    let near = || match (one.metres, two.metres) {
        (Some(one), Some(two)) => one.total_cmp(&two),
        _ => Ordering::Equal,
    };
    let name = || one.restaurant.profile.name.cmp(&two.restaurant.profile.name);
    let wanted = match sort {
        // A lemonade suits everybody: who has more that suits comes first.
        Sort::Best => two
            .score
            .cmp(&one.score)
            .then(open)
            .then(two.suiting.cmp(&one.suiting))
            .then_with(near)
            .then_with(quick),
        Sort::Quick => open.then_with(quick),
        Sort::Near => open.then_with(near),
        Sort::Name => Ordering::Equal,
    };
    wanted.then_with(name).then_with(|| one.restaurant.id().cmp(&two.restaurant.id()))
}

fn wrong(name: &'static str, allowed: &str) -> Misunderstood {
    Misunderstood { name, detail: format!("It may be: {allowed}.") }
}

fn keys<T: Copy>(all: &[T], key: fn(T) -> &'static str) -> String {
    all.iter().map(|one| key(*one)).collect::<Vec<_>>().join(", ")
}

fn read_all<'a, T: PartialEq>(
    values: impl Iterator<Item = &'a str>,
    read: fn(&str) -> Option<T>,
    into: &mut Vec<T>,
    error: impl Fn() -> Misunderstood,
    errors: &mut Vec<Misunderstood>,
) {
    for value in values {
        match read(value) {
            Some(known) if !into.contains(&known) => into.push(known),
            Some(_) => {}
            None => errors.push(error()),
        }
    }
}

fn flag(name: &'static str, value: &str, errors: &mut Vec<Misunderstood>) -> bool {
    match value {
        "1" | "true" | "on" => true,
        "0" | "false" | "off" | "" => false,
        _ => {
            errors.push(wrong(name, "true, false"));
            false
        }
    }
}

fn degrees(
    name: &'static str,
    value: &str,
    most: f64,
    errors: &mut Vec<Misunderstood>,
) -> Option<f64> {
    if value.is_empty() {
        return None;
    }
    let number = value.parse::<f64>().ok().filter(|degrees| degrees.abs() <= most);
    if number.is_none() {
        errors.push(Misunderstood { name, detail: format!("Degrees between -{most} and {most}.") });
    }
    number
}
