//! `/`: who is cooking now, and who opens later. Filters live in the address.

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use kernel::food::{Allergen, Diet};
use maud::{Markup, html};
use std::collections::BTreeMap;
use web::{
    Form, Page, Site, assets,
    components::{Chip, Empty, Plate, SearchBox, chips, table_top},
};

use super::{parts, words};
use crate::{
    browse::Browse,
    catalogue::{
        Catalogue,
        filter::{self, Filter, Found, Sort},
    },
    domain::standing::Standing,
};

/// So many cuisines have a chip.
const CUISINES: usize = 9;
/// So many cards are in the first screen.
const FIRST_SCREEN: usize = 3;

pub(crate) async fn show(
    State(browse): State<Browse>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let form = Form::parse(query.unwrap_or_default().as_bytes());
    let (filter, _) = Filter::parse(form.pairs());
    let now = browse.clock.now();
    if filter != Filter::default() {
        return render(&browse.site, &browse.catalogue, &filter, now).into_response();
    }
    let (site, catalogue) = (browse.site.clone(), browse.catalogue.clone());
    let everybody = catalogue.all();
    let valid_until = || everybody.iter().filter_map(|r| r.valid_until(now)).min();
    let version = catalogue.generation();
    let render = move || render(&site, &catalogue, &filter, now).into_string();
    browse.cache.page("/", version, now, valid_until, render).await.respond(&headers)
}

fn render(site: &Site, catalogue: &Catalogue, filter: &Filter, now: Timestamp) -> Markup {
    let found = filter::find(catalogue, filter, now);
    let (open, rest): (Vec<Found>, Vec<Found>) = found.into_iter().partition(Found::is_open);
    let (mut later, soon): (Vec<Found>, Vec<Found>) =
        rest.into_iter().partition(|found| found.standing != Standing::NoMenu);
    later.sort_by_key(|found| back_at(&found.standing));
    later.extend(soon);
    let body = html! {
        div.wrap {
            (top(catalogue, open.len(), filter, now))
            div.discovery-tools {
                (SearchBox { action: "/search", name: "q", value: "", label: "Dish, cuisine or restaurant" }.render())
                (filter_chips("/", catalogue, filter))
            }
            @if open.is_empty() && later.is_empty() { (nothing(catalogue, filter)) }
            @if open.is_empty() && !later.is_empty() {
                p.lead.discovery-asleep { "Every kitchen that fits is closed just now. This is when they light the stove again." }
            }
            @if !open.is_empty() {
                (section_head(if filter.near.is_some() { "Nearby and quick" } else { "Cooking now" }, filter))
                div.cards { @for (at, found) in open.iter().enumerate() { (parts::card(found, now, at < FIRST_SCREEN)) } }
            }
            @if !later.is_empty() {
                div.section-head { h2 { "Opens later" } }
                div.cards { @for (at, found) in later.iter().enumerate() { (parts::card(found, now, open.is_empty() && at < FIRST_SCREEN)) } }
            }
        }
        div.page {}
        (parts::personal(None))
    };
    let page = Page::new(site, "Order from the kitchens of your town")
        .description("See which kitchens near you are cooking, read whole menus with allergens, and order for pickup or delivery.")
        .canonical("/")
        .person(parts::person_place(site))
        .slip(parts::slip_corner(0));
    if filter.is_narrow() { page.no_index().render(&body) } else { page.render(&body) }
}

fn back_at(standing: &Standing) -> Timestamp {
    match standing {
        Standing::Closed { opens_at: Some(at) } | Standing::Paused { until: at, .. } => *at,
        _ => Timestamp::MAX,
    }
}

fn top(catalogue: &Catalogue, open: usize, filter: &Filter, now: Timestamp) -> Markup {
    let all = catalogue.all();
    let cooking = if filter.is_narrow() {
        all.iter().filter(|r| matches!(r.state_at(now), Standing::Open { .. })).count()
    } else {
        open
    };
    let dishes = ["steaming-bowl", "pizza", "tomato"].map(assets::art);
    html! {
        div.discovery-top {
            h1 { "What smells good?" }
            p.lead {
                @match (cooking, all.len()) {
                    (_, 0) => "The first kitchens are moving in. Come back soon.",
                    (0, _) => "All stoves are off just now. Look who opens next.",
                    (1, _) => "1 kitchen is cooking right now.",
                    _ => { (cooking) " kitchens are cooking right now." },
                }
            }
            @if let [Some(one), Some(two), Some(three)] = dishes {
                (table_top([(Plate::Basil, one), (Plate::Saffron, two), (Plate::Rose, three)]))
            }
        }
    }
}

/// The heading of the list, with the other orders as links.
fn section_head(title: &str, filter: &Filter) -> Markup {
    let orders = Sort::ALL.iter().filter(|(sort, ..)| *sort != Sort::Near || filter.near.is_some());
    html! {
        div.section-head {
            h2 { (title) }
            nav.sorts aria-label="Order of the list" {
                @for (sort, _, label) in orders {
                    @let to = address("/", &Filter { sort: *sort, ..filter.clone() });
                    a.section-more href=(to) rel="nofollow" aria-current=[(*sort == filter.sort).then_some("true")] { (label) }
                }
            }
        }
    }
}

fn nothing(catalogue: &Catalogue, filter: &Filter) -> Markup {
    if catalogue.all().is_empty() {
        return Empty {
            title: "No kitchens yet",
            words: "Restaurants are setting up. Yours could be the first.",
            art: assets::art("cooking"),
            action: None,
        }
        .render();
    }
    let without: Vec<(String, String)> = active(filter)
        .into_iter()
        .map(|(label, less)| (format!("Without “{label}”"), address("/", &less)))
        .collect();
    let without: Vec<Chip<'_>> =
        without.iter().map(|(label, href)| Chip { label, href, on: false }).collect();
    html! {
        (Empty {
            title: "Nobody fits all of that",
            words: "Take one wish back and look again.",
            art: assets::art("plate"),
            action: Some(("Show every kitchen", "/")),
        }.render())
        (chips("Take a filter off", &without))
    }
}

/// Each filter that is on, with the filter as it is without it.
fn active(filter: &Filter) -> Vec<(String, Filter)> {
    switches(&filter.cuisines)
        .into_iter()
        .filter(|(_, switch)| switch.is_on(filter))
        .map(|(label, switch)| (label, switch.toggled(filter)))
        .collect()
}

/// One chip's effect.
#[derive(Debug, Clone)]
enum Switch {
    OpenNow,
    Pickup,
    Delivery,
    Diet(Diet),
    FreeOf(Allergen),
    Cuisine(String),
}

impl Switch {
    fn is_on(&self, filter: &Filter) -> bool {
        match self {
            Self::OpenNow => filter.open_now,
            Self::Pickup => filter.pickup,
            Self::Delivery => filter.delivery,
            Self::Diet(diet) => filter.diets.contains(diet),
            Self::FreeOf(allergen) => filter.free_of.contains(allergen),
            Self::Cuisine(key) => filter.cuisines.contains(key),
        }
    }

    fn toggled(&self, filter: &Filter) -> Filter {
        fn toggle<T: PartialEq + Clone>(list: &mut Vec<T>, one: &T) {
            match list.iter().position(|held| held == one) {
                Some(at) => drop(list.remove(at)),
                None => list.push(one.clone()),
            }
        }
        let mut filter = filter.clone();
        match self {
            Self::OpenNow => filter.open_now = !filter.open_now,
            Self::Pickup => filter.pickup = !filter.pickup,
            Self::Delivery => filter.delivery = !filter.delivery,
            Self::Diet(diet) => toggle(&mut filter.diets, diet),
            Self::FreeOf(allergen) => toggle(&mut filter.free_of, allergen),
            Self::Cuisine(key) => toggle(&mut filter.cuisines, key),
        }
        filter
    }
}

fn switches(cuisines: &[String]) -> Vec<(String, Switch)> {
    let named = |label: &str, switch| (label.to_owned(), switch);
    let mut all = vec![
        named("Open now", Switch::OpenNow),
        named("Pickup", Switch::Pickup),
        named("Delivery", Switch::Delivery),
        named("Vegan", Switch::Diet(Diet::Vegan)),
        named("Vegetarian", Switch::Diet(Diet::Vegetarian)),
        named("No gluten", Switch::FreeOf(Allergen::Gluten)),
        named("Halal", Switch::Diet(Diet::Halal)),
        named("No lactose", Switch::Diet(Diet::LactoseFree)),
        named("No nuts", Switch::FreeOf(Allergen::Nuts)),
    ];
    all.extend(cuisines.iter().map(|key| (words::cuisine(key), Switch::Cuisine(key.clone()))));
    all
}

/// The chips of `path`: each leads to the address with its filter switched.
pub(super) fn filter_chips(path: &str, catalogue: &Catalogue, filter: &Filter) -> Markup {
    let mut cuisines = common_cuisines(catalogue);
    for wanted in &filter.cuisines {
        if !cuisines.contains(wanted) {
            cuisines.insert(0, wanted.clone());
        }
    }
    let rows: Vec<(String, String, bool)> = switches(&cuisines)
        .into_iter()
        .map(|(label, switch)| {
            (label, address(path, &switch.toggled(filter)), switch.is_on(filter))
        })
        .collect();
    let row: Vec<Chip<'_>> =
        rows.iter().map(|(label, href, on)| Chip { label, href, on: *on }).collect();
    chips("Filters", &row)
}

fn common_cuisines(catalogue: &Catalogue) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for restaurant in catalogue.all().iter() {
        for cuisine in &restaurant.profile.cuisines {
            *counts.entry(cuisine.clone()).or_default() += 1;
        }
    }
    // A diet has its own chip.
    let mut counts: Vec<_> =
        counts.into_iter().filter(|(key, _)| Diet::from_key(key).is_none()).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.into_iter().take(CUISINES).map(|(key, _)| key).collect()
}

/// A path with a filter as its query.
pub(super) fn address(path: &str, filter: &Filter) -> String {
    let query = filter.to_query();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}
