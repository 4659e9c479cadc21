//! `/search`: one box over restaurants, cuisines and dishes; restaurants first, dishes under theirs.

use axum::extract::{RawQuery, State};
use jiff::Timestamp;
use maud::{Markup, html};
use web::{
    Form, Page, assets,
    components::{Empty, Item as Row, SearchBox},
};

use super::{
    discovery::{address, filter_chips},
    parts, words,
};
use crate::{
    browse::Browse,
    catalogue::filter::{self, Filter, Found},
};

/// So many dishes of one restaurant are shown; the rest is behind its name.
const DISHES: usize = 4;

pub(crate) async fn show(State(browse): State<Browse>, RawQuery(query): RawQuery) -> Markup {
    let form = Form::parse(query.unwrap_or_default().as_bytes());
    let (filter, _) = Filter::parse(form.pairs());
    let now = browse.clock.now();
    let found = filter::find(&browse.catalogue, &filter, now);
    let title =
        if filter.q.is_empty() { "Search".to_owned() } else { format!("Search: {}", filter.q) };
    let body = html! {
        div.wrap.page {
            h1.search-head { @if filter.q.is_empty() { "What are you hungry for?" } @else { "“" (filter.q) "”" } }
            div.discovery-tools {
                (SearchBox { action: "/search", name: "q", value: &filter.q, label: "Dish, cuisine or restaurant" }.render())
                (filter_chips("/search", &browse.catalogue, &filter))
            }
            @if filter.q.is_empty() && !filter.is_narrow() {
                p.lead.search-hint { "Try a dish (ramen), a kitchen (Greek), or both (vegan burger). A slip of the finger is fine." }
            } @else { (results(&found, &filter, now)) }
        }
        (parts::personal(None))
    };
    Page::new(&browse.site, &title)
        .no_index()
        .person(parts::person_place(&browse.site))
        .slip(parts::slip_corner(0))
        .render(&body)
}

fn results(found: &[Found], filter: &Filter, now: Timestamp) -> Markup {
    let named: Vec<&Found> =
        found.iter().filter(|found| found.by_name || filter.q.is_empty()).collect();
    let dishes: Vec<&Found> = found.iter().filter(|found| !found.dishes.is_empty()).collect();
    let dish_count: usize = dishes.iter().map(|found| found.dishes.len()).sum();
    if named.is_empty() && dishes.is_empty() {
        return nothing(filter);
    }
    html! {
        p.quiet role="status" {
            (words::count(named.len(), "restaurant", "restaurants"))
            @if !filter.q.is_empty() { ", " (words::count(dish_count, "dish", "dishes")) }
        }
        @if !named.is_empty() {
            div.section-head { h2 { "Restaurants" } }
            div.cards { @for found in &named { (parts::card(found, now, false)) } }
        }
        @if !dishes.is_empty() {
            div.section-head { h2 { "Dishes" } }
            div.search-dishes { @for found in &dishes { (dishes_of(found, now)) } }
        }
    }
}

fn dishes_of(found: &Found, now: Timestamp) -> Markup {
    let profile = &found.restaurant.profile;
    let (state, when) = words::standing(&found.restaurant, &found.standing, now);
    let items = found.dishes.iter().filter_map(|id| found.menu.as_deref()?.item(*id));
    html! {
        section.panel {
            h3 { a href={ "/r/" (profile.slug) } { (profile.name) } }
            p.facts {
                span.fact { (state) ", " (when) }
                @if found.is_open() { b.fact { (words::minutes(found.ready)) } }
                @if let Some(metres) = found.metres { span.fact { (words::distance(metres)) } }
            }
            @for item in items.take(DISHES) {
                (Row {
                    href: &format!("/r/{}/i/{}", profile.slug, item.id),
                    name: &item.name,
                    description: &item.description,
                    price: &item.price.to_string(),
                    marks: &parts::marks(item),
                    plate: parts::plate(&found.restaurant),
                    picture: parts::dish(item),
                    sold_out: (!item.is_orderable()).then_some("sold out"),
                    in_slip: 0,
                    level: 4,
                }.render())
            }
            @if found.dishes.len() > DISHES {
                p { a.section-more href={ "/r/" (profile.slug) } { "And " (found.dishes.len() - DISHES) " more at " (profile.name) } }
            }
        }
    }
}

fn nothing(filter: &Filter) -> Markup {
    let plain = Filter { q: filter.q.clone(), ..Filter::default() };
    let wider = address("/search", &plain);
    let narrow = *filter != plain;
    Empty {
        title: "Nothing found",
        words: if narrow {
            "Nobody has that with these filters. Without them there may be more."
        } else {
            "No kitchen has that on its menu. Try a shorter word, or look who is cooking."
        },
        art: assets::art("plate"),
        action: Some(if narrow {
            ("Search without filters", wider.as_str())
        } else {
            ("See who is cooking", "/")
        }),
    }
    .render()
}
