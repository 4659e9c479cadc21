//! What several pages of browsing show: cards, marks, the personal corner of a page that is cached
//! for all.

use jiff::Timestamp;
use kernel::{Money, food::Diet, menu::Item, photo::Photo};
use maud::{Markup, html};
use web::{
    Site, assets,
    components::{Card, Mark, Picture, Plate, word_link},
    icons,
    origins::Service,
    signed_in::{Visitor, person_corner},
};

use super::words;
use crate::{catalogue::Restaurant, catalogue::filter::Found, domain::standing::Standing};

/// The plate of a restaurant, by its hue.
pub(super) fn plate(restaurant: &Restaurant) -> Plate {
    match restaurant.profile.plate {
        75 => Plate::Saffron,
        140 => Plate::Basil,
        20 => Plate::Rose,
        230 => Plate::Sky,
        330 => Plate::Berry,
        _ => Plate::for_name(&restaurant.profile.name),
    }
}

/// What lies on it: the restaurant's own photo, or drawn art.
pub(super) fn picture(restaurant: &Restaurant) -> Option<Picture<'_>> {
    let profile = &restaurant.profile;
    own_or_drawn(profile.photo.as_ref(), profile.art.as_deref())
        .or_else(|| assets::art("plate").map(Picture::Art))
}

/// What lies on the plate of a dish.
pub(super) fn dish(item: &Item) -> Option<Picture<'_>> {
    own_or_drawn(item.photo.as_ref(), item.art.as_deref())
}

fn own_or_drawn<'a>(photo: Option<&'a Photo>, art: Option<&str>) -> Option<Picture<'a>> {
    let own = photo.map(|photo| Picture::Photo(uploads::shown(photo)));
    own.or_else(|| art.and_then(assets::art).map(Picture::Art))
}

/// The address of a restaurant's picture, for previews elsewhere.
pub(super) fn preview(restaurant: &Restaurant) -> Option<String> {
    Some(match picture(restaurant)? {
        Picture::Art(url) => url.to_owned(),
        Picture::Photo(photo) => photo.sizes.into_iter().next_back()?.1,
    })
}

/// The strictest diet of a dish, as a mark.
pub(super) fn marks(item: &Item) -> Vec<Mark<'static>> {
    let main = [Diet::Vegan, Diet::Vegetarian].into_iter().find(|diet| item.diets.contains(diet));
    let main = main.map(|diet| Mark::Diet(if diet == Diet::Vegan { "vegan" } else { "veg" }));
    let gluten = item.diets.contains(&Diet::GlutenFree).then_some(Mark::Plain("no gluten"));
    main.into_iter().chain(gluten).collect()
}

/// A restaurant in a list.
pub(super) fn card(found: &Found, now: Timestamp, eager: bool) -> Markup {
    let restaurant = &found.restaurant;
    let profile = &restaurant.profile;
    let mut facts = Vec::new();
    facts.extend(profile.cuisines.first().map(|key| words::cuisine(key)));
    facts.extend(found.metres.map(words::distance));
    if found.suiting > 0 {
        facts.push(format!("{} for you", words::count(found.suiting, "dish", "dishes")));
    }
    let (state, when) = words::standing(restaurant, &found.standing, now);
    let mut strong = Vec::new();
    if found.is_open() {
        facts.push(when.clone());
        strong.push(words::minutes(found.ready));
    }
    match &profile.delivery {
        Some(terms) if found.is_open() => {
            strong.push(format!("delivery {}", Money::new(terms.fee, profile.currency)));
        }
        _ if found.is_open() => strong.push("pickup".to_owned()),
        _ => facts.push(profile.address.street.clone()),
    }
    let closed = match found.standing {
        Standing::Open { .. } => None,
        Standing::Closed { opens_at: Some(_) } if found.standing.takes_orders_ahead(now) => {
            Some(format!("{} · order ahead", words::capital(&when)))
        }
        Standing::Closed { opens_at: Some(_) } => Some(words::capital(&when)),
        _ => Some(format!("{state}, {when}")),
    };
    let facts: Vec<&str> = facts.iter().map(String::as_str).collect();
    let strong: Vec<&str> = strong.iter().map(String::as_str).collect();
    Card {
        href: &format!("/r/{}", profile.slug),
        name: &profile.name,
        plate: plate(restaurant),
        picture: picture(restaurant),
        badge: (!profile.badge.is_empty()).then_some(profile.badge.as_str()),
        rating: None,
        facts: &facts,
        strong: &strong,
        closed: closed.as_deref(),
        eager,
    }
    .render()
}

/// Fetches what belongs to the person; without scripts the links around it lead there.
pub(super) fn personal(at: Option<&Restaurant>) -> Markup {
    let query = at.map(|restaurant| format!("?at={}", restaurant.profile.slug)).unwrap_or_default();
    html! { div hidden hx-get={ "/fragments/slip" (query) } hx-trigger="load" hx-swap="none" {} }
}

/// The person's corner of a page that is the same for all.
pub(super) fn person_place(site: &Site) -> Markup {
    let account = site.url(Service::Accounts, "/account");
    html! {
        (word_link("/favourites", "Favourites", "Favourites", &icons::heart()))
        span #person { (word_link(&account, "Account", "Account", &icons::user())) }
    }
}

/// The same where the visitor is known.
pub(super) fn person_of(visitor: &Visitor, site: &Site) -> Markup {
    html! {
        (word_link("/favourites", "Favourites", "Favourites", &icons::heart()))
        span #person { (person_corner(visitor, site)) }
    }
}

/// The slip's corner of the header, with the number of dishes on it.
pub(super) fn slip_corner(dishes: u32) -> Markup {
    html! {
        a.icon-btn.word-btn.slip-corner #slip-corner href="/cart" title="Your slip"
            aria-label=(if dishes == 0 { "Your slip".to_owned() } else { format!("Your slip, {}", words::count(dishes as usize, "dish", "dishes")) }) {
            (icons::receipt()) span.word { "Your slip" }
            span.slip-corner-count data-slip-count="" hidden[dishes == 0] { @if dishes > 0 { (dishes) } }
        }
    }
}
