//! Our JSON: a restaurant, or a list of them. Read field by field, so that one bad dish does not
//! keep the rest of the menu out.

use super::{Notes, Row, Rows, menu_json, restaurant_id, words};
use crate::{
    domain::{
        restaurant::{Address, Delivery, Profile, USUAL_ANSWER_MINUTES},
        staff::Role,
    },
    usecases::register_restaurant::{Newcomer, RegisterRestaurant},
};
use kernel::{
    Currency,
    hours::{OpeningHours, Zone, osm},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    slug: String,
    name: String,
    #[serde(default)]
    story: String,
    #[serde(default)]
    badge: String,
    cuisines: Vec<String>,
    #[serde(default)]
    art: Option<String>,
    #[serde(default)]
    plate: Option<u16>,
    address: WrittenAddress,
    #[serde(default)]
    phone: String,
    zone: Zone,
    currency: Currency,
    opening_hours: String,
    pickup: bool,
    delivery: Option<WrittenDelivery>,
    prep_minutes: u32,
    #[serde(default)]
    answer_minutes: Option<u32>,
    #[serde(default)]
    staff: Vec<WrittenStaff>,
    #[serde(default)]
    option_groups: serde_json::Map<String, Value>,
    #[serde(default)]
    menu: Option<Vec<Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAddress {
    street: String,
    postcode: String,
    city: String,
    country: String,
    lat: f64,
    lon: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDelivery {
    radius_m: u32,
    fee: i64,
    minimum: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStaff {
    email: String,
    role: String,
}

/// Reads a file of our JSON: one restaurant as an object, or a list of them.
#[must_use]
pub fn read_json(file: &str, text: &str) -> Rows {
    let mut notes = Notes::of(file);
    let restaurants = match serde_json::from_str(text) {
        Ok(Value::Array(list)) => {
            let rows = list.into_iter().enumerate();
            rows.filter_map(|(index, value)| read_one(&mut notes, &format!("/{index}"), value))
                .collect()
        }
        Ok(value) => read_one(&mut notes, "", value).into_iter().collect(),
        Err(error) => {
            notes.refuse(format!("line {}", error.line()), format!("not JSON: {error}"));
            Vec::new()
        }
    };
    Rows { restaurants, menus: Vec::new(), remarks: notes.remarks }
}

/// Reads a value as `T`, or refuses it with the pointer to what is wrong.
pub(super) fn read_value<T: DeserializeOwned>(
    notes: &mut Notes,
    at: &str,
    value: Value,
) -> Option<T> {
    match serde_path_to_error::deserialize(value) {
        Ok(read) => Some(read),
        Err(error) => {
            let path = error.path().to_string();
            let steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']'));
            let steps = steps.filter(|step| !step.is_empty());
            let pointer: String = steps.map(|step| format!("/{step}")).collect();
            notes.refuse(place(&format!("{at}{pointer}")), error.into_inner().to_string());
            None
        }
    }
}

/// The whole document has the empty pointer; people read `/`.
pub(super) fn place(pointer: &str) -> String {
    if pointer.is_empty() { "/".to_owned() } else { pointer.to_owned() }
}

fn read_one(notes: &mut Notes, at: &str, value: Value) -> Option<Row> {
    let written: Written = read_value(notes, at, value)?;
    let hours =
        read_hours(notes, &format!("{at}/opening_hours"), &written.opening_hours, &written.zone);
    let staff = read_staff(notes, at, &written.staff);
    let Written { slug, currency, option_groups, menu, .. } = &written;
    let menu = menu.clone().map(|sections| {
        menu_json::read_menu(notes, at, slug, *currency, option_groups.clone(), sections)
    });
    let (slug, currency) = (slug.clone(), *currency);
    let restaurant = RegisterRestaurant {
        id: restaurant_id(&slug),
        slug,
        currency,
        hours: hours?,
        staff,
        profile: profile(notes, at, written),
    };
    let menu = menu.filter(|menu| menu.items().next().is_some());
    Some(Row { file: notes.file.clone(), at: place(at), restaurant, menu })
}

/// Reads an `opening_hours` string with its warnings, or refuses it.
pub(super) fn read_hours(
    notes: &mut Notes,
    at: &str,
    text: &str,
    zone: &Zone,
) -> Option<OpeningHours> {
    match osm::read(text, zone) {
        Ok(read) => {
            for warning in read.warnings {
                notes.warn(at, format!("opening hours \"{text}\": {warning}"));
            }
            Some(read.hours)
        }
        Err(refused) => {
            notes.refuse(at, format!("opening hours \"{text}\": {refused}"));
            None
        }
    }
}

fn read_staff(notes: &mut Notes, at: &str, staff: &[WrittenStaff]) -> Vec<Newcomer> {
    let mut newcomers = Vec::new();
    for (index, WrittenStaff { email, role }) in staff.iter().enumerate() {
        let at = format!("{at}/staff/{index}");
        match (crate::domain::staff::tidy_email(email), Role::from_key(role)) {
            (Some(email), Some(role)) => {
                newcomers.push(Newcomer { email, person_id: None, role });
            }
            (None, _) => notes.refuse(format!("{at}/email"), format!("\"{email}\" is no address")),
            (_, None) => notes.refuse(
                format!("{at}/role"),
                format!("\"{role}\": expected owner, manager, cook or viewer"),
            ),
        }
    }
    newcomers
}

fn profile(notes: &mut Notes, at: &str, written: Written) -> Profile {
    let mut cuisines = Vec::new();
    for (index, text) in written.cuisines.iter().enumerate() {
        match words::cuisine(text) {
            Some(key) => {
                if key != *text {
                    let at = format!("{at}/cuisines/{index}");
                    notes.warn(at, format!("\"{text}\" is written as \"{key}\""));
                }
                cuisines.push(key);
            }
            None => notes.warn(format!("{at}/cuisines/{index}"), "an empty cuisine is left out"),
        }
    }
    let address = written.address;
    Profile {
        name: written.name.trim().to_owned(),
        story: written.story.trim().to_owned(),
        badge: written.badge.trim().to_owned(),
        cuisines,
        art: written.art,
        photo: None,
        plate: written.plate.unwrap_or_else(|| words::plate_for(&written.slug)),
        address: Address {
            street: address.street,
            postcode: address.postcode,
            city: address.city,
            country: address.country,
            lat: address.lat,
            lon: address.lon,
        },
        phone: written.phone,
        pickup: written.pickup,
        delivery: written.delivery.map(|terms| Delivery {
            radius_m: terms.radius_m,
            fee: terms.fee,
            minimum: terms.minimum,
        }),
        prep_minutes: written.prep_minutes,
        answer_minutes: written.answer_minutes.unwrap_or(USUAL_ANSWER_MINUTES),
        listed: false,
    }
}
