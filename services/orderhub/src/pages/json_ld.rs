//! The restaurant and its whole menu as schema.org data: what search engines and assistants read is
//! what people see.

use jiff::Timestamp;
use kernel::menu::{Item, Menu, Section};
use serde_json::{Value, json};
use web::Site;

use super::{parts, words};
use crate::catalogue::Restaurant;

/// Exceptions are told so far ahead.
const DAYS_AHEAD: u16 = 60;

/// `Restaurant` with `hasMenu`.
pub(super) fn restaurant(
    site: &Site,
    restaurant: &Restaurant,
    menu: Option<&Menu>,
    now: Timestamp,
) -> Value {
    let profile = &restaurant.profile;
    let url = site.url(site.service, &format!("/r/{}", profile.slug));
    let today = profile.hours.zone.rules().to_datetime(now).date();
    let weekly: Vec<_> = profile.hours.specifications().collect();
    let special: Vec<_> = profile.hours.special_specifications(today, DAYS_AHEAD).collect();
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Restaurant",
        "@id": url,
        "url": url,
        "name": profile.name,
        "servesCuisine": profile.cuisines.iter().map(|key| words::cuisine(key)).collect::<Vec<_>>(),
        "currenciesAccepted": profile.currency.code(),
        "acceptsReservations": false,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": profile.address.street,
            "postalCode": profile.address.postcode,
            "addressLocality": profile.address.city,
            "addressCountry": profile.address.country,
        },
        "geo": {"@type": "GeoCoordinates", "latitude": profile.address.lat, "longitude": profile.address.lon},
        "openingHoursSpecification": weekly,
        "potentialAction": {"@type": "OrderAction", "target": url},
    });
    if !special.is_empty() {
        data["specialOpeningHoursSpecification"] = json!(special);
    }
    if !profile.story.is_empty() {
        data["description"] = json!(profile.story);
    }
    if !profile.phone.is_empty() {
        data["telephone"] = json!(profile.phone);
    }
    if let Some(path) = parts::preview(restaurant) {
        data["image"] = json!([site.url(site.service, &path)]);
    }
    if let Some(menu) = menu {
        let sections: Vec<Value> = menu.sections.iter().map(|s| section(site, s)).collect();
        data["hasMenu"] = json!({"@type": "Menu", "hasMenuSection": sections});
    }
    data
}

fn section(site: &Site, section: &Section) -> Value {
    let items: Vec<Value> = section.items.iter().map(|i| item(site, i)).collect();
    json!({"@type": "MenuSection", "name": section.name, "hasMenuItem": items})
}

fn item(site: &Site, item: &Item) -> Value {
    let availability = if item.is_orderable() { "InStock" } else { "OutOfStock" };
    let mut data = json!({
        "@type": "MenuItem",
        "name": item.name,
        "offers": {
            "@type": "Offer",
            "price": item.price.plain(),
            "priceCurrency": item.price.currency.code(),
            "availability": format!("https://schema.org/{availability}"),
        },
    });
    if !item.description.is_empty() {
        data["description"] = json!(item.description);
    }
    if let Some(photo) = &item.photo {
        data["image"] = json!(site.url(site.service, &uploads::path(photo, photo.width())));
    }
    if !item.diets.is_empty() {
        data["suitableForDiet"] = item.diets.iter().map(|diet| diet.schema_org()).collect();
    }
    data
}
