//! OpenStreetMap extracts as GeoJSON: places to eat with a point, a name and tags. They have no
//! menus, so customers do not see them until somebody publishes one.

use super::{Notes, Row, Rows, words};
use crate::{
    domain::restaurant::{Address, Profile, USUAL_ANSWER_MINUTES, slug_of},
    usecases::register_restaurant::RegisterRestaurant,
};
use kernel::{
    hours::{OpeningHours, Week, Zone, osm},
    ids::{Id, RestaurantId},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Minutes until ready, where nobody has said.
const USUAL_PREP_MINUTES: u32 = 20;

#[derive(Deserialize)]
struct Collection {
    features: Vec<Value>,
    #[serde(default)]
    city: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    timezone: Option<String>,
}

#[derive(Deserialize)]
struct Feature {
    geometry: Geometry,
    properties: Map<String, Value>,
    #[serde(default)]
    id: Option<Value>,
}

#[derive(Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: String,
    coordinates: Value,
}

/// Reads an extract. `zone` holds where the collection does not name its own `timezone`.
#[must_use]
pub fn read_osm_geojson(file: &str, text: &str, zone: Option<&Zone>) -> Rows {
    let mut notes = Notes::of(file);
    let restaurants = read(&mut notes, text, zone).unwrap_or_default();
    Rows { restaurants, menus: Vec::new(), remarks: notes.remarks }
}

fn read(notes: &mut Notes, text: &str, zone: Option<&Zone>) -> Option<Vec<Row>> {
    let collection: Collection = match serde_json::from_str(text) {
        Ok(collection) => collection,
        Err(error) => {
            notes.refuse(format!("line {}", error.line()), format!("not GeoJSON: {error}"));
            return None;
        }
    };
    let named = collection.timezone.as_ref().and_then(|name| name.parse().ok());
    let Some(zone) = named.or_else(|| zone.cloned()) else {
        notes.refuse("/timezone", "no time zone: say one with --zone, such as Europe/Vienna");
        return None;
    };
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for (index, value) in collection.features.iter().enumerate() {
        let at = format!("feature {index}");
        let feature = match Feature::deserialize(value) {
            Ok(feature) => feature,
            Err(error) => {
                notes.refuse(at, format!("not a feature: {error}"));
                continue;
            }
        };
        let Some(restaurant) = restaurant(notes, &at, &feature, &collection, &zone) else {
            continue;
        };
        if seen.insert(restaurant.id) {
            rows.push(Row { file: notes.file.clone(), at, restaurant, menu: None });
        } else {
            notes.refuse(at, format!("\"{}\" stands above already", restaurant.profile.name));
        }
    }
    Some(rows)
}

fn tag<'f>(feature: &'f Feature, key: &str) -> Option<&'f str> {
    let value = feature.properties.get(key)?.as_str()?.trim();
    (!value.is_empty()).then_some(value)
}

fn restaurant(
    notes: &mut Notes,
    at: &str,
    feature: &Feature,
    collection: &Collection,
    zone: &Zone,
) -> Option<RegisterRestaurant> {
    let Some(name) = tag(feature, "name") else {
        notes.refuse(at, "it has no name");
        return None;
    };
    let Some((lon, lat)) = point(&feature.geometry) else {
        notes.refuse(at, format!("\"{name}\" is not at a point"));
        return None;
    };
    let country = tag(feature, "addr:country").unwrap_or(&collection.country).to_uppercase();
    let Some(currency) = words::currency_of(&country) else {
        notes.refuse(at, format!("\"{name}\": no currency is known for the country \"{country}\""));
        return None;
    };
    let id = RestaurantId::from_natural_key(&natural_key(feature, name, lat, lon));
    let slug = slug(name, id);
    let street = [tag(feature, "addr:street"), tag(feature, "addr:housenumber")];
    let address = Address {
        street: street.into_iter().flatten().collect::<Vec<_>>().join(" "),
        postcode: tag(feature, "addr:postcode").unwrap_or_default().to_owned(),
        city: tag(feature, "addr:city").unwrap_or(&collection.city).to_owned(),
        country,
        lat,
        lon,
    };
    let profile = Profile {
        name: name.to_owned(),
        story: String::new(),
        badge: String::new(),
        cuisines: cuisines(feature),
        art: None,
        photo: None,
        plate: words::plate_for(&slug),
        address,
        phone: tag(feature, "phone").unwrap_or_default().to_owned(),
        pickup: true,
        delivery: None,
        prep_minutes: USUAL_PREP_MINUTES,
        answer_minutes: USUAL_ANSWER_MINUTES,
        listed: false,
    };
    let hours = hours(notes, at, name, feature, zone);
    Some(RegisterRestaurant { id, slug, profile, currency, hours, staff: Vec::new() })
}

fn point(geometry: &Geometry) -> Option<(f64, f64)> {
    let pair = geometry.coordinates.as_array().filter(|_| geometry.kind == "Point")?;
    Some((pair.first()?.as_f64()?, pair.get(1)?.as_f64()?))
}

/// OpenStreetMap's id where the extract has it; else the name at its place.
fn natural_key(feature: &Feature, name: &str, lat: f64, lon: f64) -> String {
    let id = feature.id.as_ref().and_then(Value::as_str);
    let osm = ["osm", "@id", "osm_id"].into_iter().find_map(|key| tag(feature, key)).or(id);
    osm.map_or_else(|| format!("osm:{name}@{lat:.5},{lon:.5}"), |osm| format!("osm:{osm}"))
}

/// Chains have many houses of one name, so the address carries a piece of the id.
fn slug(name: &str, id: RestaurantId) -> String {
    let name = slug_of(name);
    let tail = &id.uuid().simple().to_string()[..4];
    if name.is_empty() { format!("restaurant-{tail}") } else { format!("{name}-{tail}") }
}

fn cuisines(feature: &Feature) -> Vec<String> {
    let texts: Vec<&str> = match feature.properties.get("cuisine") {
        Some(Value::String(text)) => text.split(';').collect(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => tag(feature, "amenity").into_iter().filter(|kind| *kind == "cafe").collect(),
    };
    let mut keys: Vec<String> = texts.into_iter().filter_map(words::cuisine).collect();
    let mut seen = HashSet::new();
    keys.retain(|key| seen.insert(key.clone()));
    keys.truncate(20);
    keys
}

/// Hours that are missing or refused leave the place closed: somebody sets them in the office.
fn hours(notes: &mut Notes, at: &str, name: &str, feature: &Feature, zone: &Zone) -> OpeningHours {
    let closed = || OpeningHours::new(zone.clone(), Week::default());
    let Some(text) = tag(feature, "opening_hours") else { return closed() };
    match osm::read(text, zone) {
        Ok(read) => {
            for warning in read.warnings {
                notes.warn(at, format!("\"{name}\", opening hours \"{text}\": {warning}"));
            }
            read.hours
        }
        Err(refused) => {
            let message = format!(
                "\"{name}\", opening hours \"{text}\" refused: {refused}; closed until somebody sets them"
            );
            notes.warn(at, message);
            closed()
        }
    }
}
