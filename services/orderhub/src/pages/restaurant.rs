//! `/r/{slug}`: the whole menu in the first byte, rendered once per change.

use axum::{extract::State, http::HeaderMap, response::Response};
use contracts::prepstation::v1::OnSale;
use jiff::{Timestamp, ToSpan};
use kernel::{
    Money,
    menu::{Item, Menu, Section},
};
use maud::{Markup, html};
use std::sync::Arc;
use web::{
    Page, PathOf, Problem, Site, assets,
    components::{Fact, Hero, Item as Row, Tone, dialog_place, notice, section_nav, slip_bar},
    icons,
};

use super::{json_ld, parts, words};
use crate::{browse::Browse, catalogue::Restaurant, domain::standing::Standing};

/// The restaurant at an address.
///
/// # Errors
/// 404 for an address that never was one, 410 for a restaurant that has left.
pub(crate) fn find(browse: &Browse, slug: &str) -> Result<Arc<Restaurant>, Problem> {
    let restaurant = browse.catalogue.by_slug(slug).ok_or_else(|| {
        Problem::not_found()
            .detail("There is no restaurant at this address.")
            .way_on("See who is cooking", "/")
    })?;
    if restaurant.profile.listed {
        return Ok(restaurant);
    }
    let name = &restaurant.profile.name;
    let near = restaurant.profile.cuisines.first();
    let alike =
        near.map(|key| (format!("More {}", words::cuisine(key)), format!("/?cuisine={key}")));
    let (label, href) = alike.unwrap_or(("See who is cooking".to_owned(), "/".to_owned()));
    Err(Problem::gone("restaurant_gone")
        .detail(format!("{name} no longer takes orders here."))
        .way_on(label, href))
}

pub(crate) async fn show(
    State(browse): State<Browse>,
    PathOf(slug): PathOf<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let restaurant = find(&browse, &slug)?;
    let now = browse.clock.now();
    let site = browse.site.clone();
    let version = u64::try_from(restaurant.revision).unwrap_or_default();
    let (path, shown) = (format!("/r/{slug}"), restaurant.clone());
    let render = move || render(&site, &shown, now).into_string();
    let page = browse.cache.page(&path, version, now, || restaurant.valid_until(now), render).await;
    Ok(page.respond(&headers))
}

fn render(site: &Site, restaurant: &Restaurant, now: Timestamp) -> Markup {
    let profile = &restaurant.profile;
    let menu = restaurant.menu_at(now);
    let path = format!("/r/{}", profile.slug);
    let rest = html! {
        div.favourite-place #favourite { (super::favourites::heart(restaurant, false)) }
        (notices(restaurant, now))
        @if let Some(menu) = &menu { (whole_menu(restaurant, menu, now)) } @else { (no_menu(restaurant)) }
        (dialog_place("item"))
        (slip_bar("/cart", 0, ""))
        (parts::personal(Some(restaurant)))
    };
    let facts = facts(restaurant, now);
    let facts: Vec<Fact<'_>> = facts.iter().map(|(strong, label)| Fact { strong, label }).collect();
    let hero = Hero {
        plate: parts::plate(restaurant),
        picture: parts::picture(restaurant),
        title: &profile.name,
        line: Some(html! {
            @for cuisine in profile.cuisines.iter().take(3) { span.fact { (words::cuisine(cuisine)) } }
            span.fact { (profile.address.street) }
        }),
        facts: &facts,
        back: Some(("All restaurants", "/")),
    };
    let title = format!("{}, {}", profile.name, profile.address.city);
    let data = json_ld::restaurant(site, restaurant, menu.as_deref(), now);
    let mut page = Page::new(site, &title)
        .canonical(&path)
        .json_ld(&data)
        .person(parts::person_place(site))
        .slip(parts::slip_corner(0));
    if !profile.story.is_empty() {
        page = page.description(&profile.story);
    }
    if let Some(path) = parts::preview(restaurant) {
        page = page.image(site.url(site.service, &path));
    }
    page.render(&hero.render(&rest))
}

fn facts(restaurant: &Restaurant, now: Timestamp) -> Vec<(String, String)> {
    let profile = &restaurant.profile;
    let standing = restaurant.state_at(now);
    let (state, when) = words::standing(restaurant, &standing, now);
    let mut facts = Vec::new();
    if matches!(standing, Standing::Open { .. }) {
        let how = if profile.pickup { "pickup" } else { "to your door" };
        facts.push((words::minutes(restaurant.ready_minutes_at(now)), how.to_owned()));
    }
    facts.push((state.to_owned(), when));
    if let Some(delivery) = &profile.delivery {
        let money = |minor| Money::new(minor, profile.currency).to_string();
        facts.push((money(delivery.fee), "delivery".to_owned()));
        facts.push((money(delivery.minimum), "minimum to deliver".to_owned()));
    }
    facts
}

fn notices(restaurant: &Restaurant, now: Timestamp) -> Markup {
    let name = &restaurant.profile.name;
    let zone = &restaurant.profile.hours.zone;
    let busy = restaurant.busy_minutes_at(now);
    let ahead = restaurant.state_at(now).takes_orders_ahead(now);
    let said = match restaurant.state_at(now) {
        Standing::Open { .. } if busy > 0 => Some(notice(
            Tone::Info,
            "Busy just now",
            html! {
                "The kitchen has its hands full: orders take about " (busy) " minutes longer."
            },
        )),
        Standing::Open { .. } => None,
        Standing::Closed { opens_at } => Some(notice(
            Tone::Info,
            "Closed just now",
            html! {
                @match opens_at {
                    Some(at) if ahead => { (name) " opens " b { (words::at_clock(zone, at, now)) } ". Choose what you like and order ahead." },
                    Some(at) => { "You can read the whole menu. " (name) " takes orders again " b { (words::clock(zone, at, now)) } "." },
                    None => { "You can read the menu, but " (name) " has not said when it opens again." },
                }
            },
        )),
        Standing::Paused { until, reason } => Some(notice(
            Tone::Warn,
            "Taking a breath",
            html! {
                (name) " has paused new orders"
                @if !reason.is_empty() { ": " (reason) } ". Back at " b { (words::clock(zone, until, now)) } "; you can order ahead."
            },
        )),
        Standing::NoMenu => None,
    };
    html! { @if let Some(said) = said { div.wrap.menu-notice { (said) } } }
}

fn no_menu(restaurant: &Restaurant) -> Markup {
    html! {
        div.wrap {
            (web::components::Empty {
                title: "The menu is still being written",
                words: "The kitchen has moved in but has not put its menu up yet.",
                art: assets::art("cooking"),
                action: Some(("See who is cooking", "/")),
            }.render())
            (about(restaurant))
        }
    }
}

fn whole_menu(restaurant: &Restaurant, menu: &Menu, now: Timestamp) -> Markup {
    let ids: Vec<(&Section, String)> = menu
        .sections
        .iter()
        .enumerate()
        .map(|(at, section)| (section, anchor(at, section)))
        .collect();
    let links: Vec<(&str, &str)> =
        ids.iter().map(|(section, id)| (section.name.as_str(), id.as_str())).collect();
    html! {
        @if !links.is_empty() { (section_nav("Menu", &links)) }
        div.wrap.menu-layout {
            div.menu-column {
                @for (section, id) in &ids {
                    section.menu-section id=(id) aria-labelledby={ (id) "-name" } {
                        h2 id={ (id) "-name" } { (section.name) }
                        @if !section.description.is_empty() { p.quiet { (section.description) } }
                        @for item in &section.items { (row(restaurant, item, now)) }
                    }
                }
                p.quiet.small.menu-allergens {
                    "Allergens stand with each dish, for the dish as you choose it. If an allergy is serious, call "
                    (restaurant.profile.name) " before you order."
                }
                (about(restaurant))
            }
            aside.menu-slip #menu-slip aria-label="Your slip" {
                section.slip {
                    header.slip-head { h2.slip-title { "Your slip" } }
                    p.quiet.slip-rule { "Choose a dish and it appears here." }
                    noscript { p { a href="/cart" { "Look at your slip" } } }
                }
            }
        }
    }
}

/// `2-pasta`: readable in an address, and never twice on a page.
fn anchor(at: usize, section: &Section) -> String {
    let words = crate::catalogue::search::words(&section.name);
    format!("s{}-{}", at + 1, words.join("-"))
}

fn row(restaurant: &Restaurant, item: &Item, now: Timestamp) -> Markup {
    let orderable = item.is_orderable();
    let why = (!orderable).then(|| sold_out(restaurant, item, now));
    let dearer = item
        .option_groups
        .iter()
        .any(|group| group.min > 0 && group.options.iter().all(|option| option.price.minor > 0));
    let price = if dearer {
        format!("from {}", super::item_form::least_price(item))
    } else {
        item.price.to_string()
    };
    Row {
        href: &format!("/r/{}/i/{}", restaurant.profile.slug, item.id),
        name: &item.name,
        description: &item.description,
        price: &price,
        marks: &parts::marks(item),
        plate: parts::plate(restaurant),
        picture: parts::dish(item),
        sold_out: why.as_deref(),
        in_slip: 0,
        level: 3,
    }
    .render()
}

fn sold_out(restaurant: &Restaurant, item: &Item, now: Timestamp) -> String {
    if item.available {
        return "sold out: what it needs has run out".to_owned();
    }
    match restaurant.off_sale_until(OnSale::Item(item.id), now) {
        Some(Some(until)) => {
            format!("sold out, back {}", words::clock(&restaurant.profile.hours.zone, until, now))
        }
        _ => "sold out".to_owned(),
    }
}

fn about(restaurant: &Restaurant) -> Markup {
    let profile = &restaurant.profile;
    let address = &profile.address;
    let map = format!(
        "https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=18/{lat}/{lon}",
        lat = address.lat,
        lon = address.lon
    );
    html! {
        section.menu-section.about #about aria-labelledby="about-name" {
            h2 #about-name { "About " (profile.name) }
            @if !profile.story.is_empty() { p.lead { (profile.story) } }
            div.about-parts {
                div {
                    h3.about-part { (icons::pin()) "Where" }
                    address.about-address {
                        (address.street) br; (address.postcode) " " (address.city) br;
                        a href=(map) rel="noopener" { "Show on the map" }
                        @if !profile.phone.is_empty() {
                            br; a href={ "tel:" (profile.phone.replace(' ', "")) } { (profile.phone) }
                        }
                    }
                }
                div {
                    h3.about-part { (icons::clock()) "Hours" }
                    (hours(restaurant))
                }
            }
        }
    }
}

fn hours(restaurant: &Restaurant) -> Markup {
    let hours = &restaurant.profile.hours;
    if hours.weekly == kernel::hours::Week::around_the_clock() && hours.exceptions.is_empty() {
        return html! { p { "Around the clock, every day." } };
    }
    let local = hours.zone.rules().to_datetime(restaurant.changed_at).date();
    let coming = local.series(1.day()).take(60);
    let special: Vec<_> = coming
        .filter(|date| hours.exceptions.iter().any(|exception| exception.on.contains(*date)))
        .take(6)
        .collect();
    html! {
        table.about-hours {
            @for run in hours.weekly.runs() {
                tr { th scope="row" { (run.days()) } td { (day(run.day)) } }
            }
            @for date in &special {
                tr { th scope="row" { (date.strftime("%-d %b")) } td { (day(hours.on(*date))) } }
            }
        }
    }
}

fn day(day: &kernel::hours::Day) -> Markup {
    html! {
        @if day.is_closed() { "closed" } @else {
            @for (at, interval) in day.intervals().iter().enumerate() { @if at > 0 { ", " } (interval) }
        }
    }
}
