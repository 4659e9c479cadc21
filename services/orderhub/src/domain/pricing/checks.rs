//! What stands in the way of a whole order: the moment, the place, the sums.

use jiff::{SignedDuration, Timestamp};
use kernel::{Currency, Money, hours::Zone};

use super::{
    Address, DeliveryTerms, Fulfilment, LARGEST_TIP, MOST_LINES, QuoteRequest, Refusal, Standing,
    Terms, When,
};
use crate::domain::slots::FURTHEST;

fn refusal(code: &'static str, pointer: &str, sentence: String) -> Refusal {
    Refusal { code, pointer: pointer.to_owned(), sentence }
}

/// Closed, paused, no such service, nowhere to bring it.
pub(super) fn refuse_the_moment(
    terms: &Terms<'_>,
    request: &QuoteRequest,
    now: Timestamp,
) -> Vec<Refusal> {
    let mut refusals: Vec<Refusal> = match request.when {
        When::Asap => refuse_standing(terms, "", now),
        When::At(due) => {
            refuse_due(terms, due, now).or_else(|| refuse_standing(terms, " at that time", now))
        }
    }
    .into_iter()
    .collect();
    match (request.kind, terms.delivery) {
        (Fulfilment::Pickup, _) if !terms.pickup => {
            let sentence = format!("{} does not hand out orders at the counter.", terms.name);
            refusals.push(refusal("pickup_unavailable", "/kind", sentence));
        }
        (Fulfilment::Delivery, None) => {
            let sentence = format!("{} does not deliver. Order for pickup.", terms.name);
            refusals.push(refusal("delivery_unavailable", "/kind", sentence));
        }
        (Fulfilment::Delivery, Some(delivery)) => {
            refusals.extend(refuse_address(terms.name, &delivery, request.address.as_ref()));
        }
        (Fulfilment::Pickup, _) => {}
    }
    refusals
}

/// Sooner than it can be cooked, or further ahead than anybody plans.
fn refuse_due(terms: &Terms<'_>, due: Timestamp, now: Timestamp) -> Option<Refusal> {
    let name = terms.name;
    let prep = SignedDuration::from_mins(i64::from(terms.prep_minutes));
    if due.duration_since(now) < prep {
        let minutes = terms.prep_minutes;
        let sentence =
            format!("{name} needs {minutes} minutes. Choose a later time, or as soon as possible.");
        return Some(refusal("when_too_soon", "/when", sentence));
    }
    (due.duration_since(now) > FURTHEST).then(|| {
        let days = FURTHEST.as_hours() / 24;
        let sentence =
            format!("{name} takes orders up to {days} days ahead. Choose an earlier time.");
        refusal("when_too_far", "/when", sentence)
    })
}

fn refuse_standing(terms: &Terms<'_>, then: &str, now: Timestamp) -> Option<Refusal> {
    let name = terms.name;
    let said = |at: Timestamp| clock_words(terms.zone, at, now);
    match &terms.standing {
        Standing::Open { .. } => None,
        Standing::Closed { opens_at } => {
            let sentence = match opens_at {
                Some(at) => format!("{name} is closed{then} and opens {}.", said(*at)),
                None => format!("{name} is closed{then}."),
            };
            Some(refusal("restaurant_closed", "/when", sentence))
        }
        Standing::Paused { until, reason } => {
            let why = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
            let sentence = format!("{name} has paused{why} and is back {}.", said(*until));
            Some(refusal("restaurant_paused", "/when", sentence))
        }
        Standing::NoMenu => {
            let sentence = format!("{name} has no menu yet.");
            Some(refusal("restaurant_without_menu", "/restaurant_id", sentence))
        }
    }
}

/// `at 17:30`, with the day when it is another one.
fn clock_words(zone: &Zone, at: Timestamp, now: Timestamp) -> String {
    let local = |instant: Timestamp| instant.to_zoned(zone.rules().clone());
    let (at, now) = (local(at), local(now));
    let form = if at.date() == now.date() { "at %H:%M" } else { "on %A, %-d %B at %H:%M" };
    at.strftime(form).to_string()
}

fn refuse_address(
    name: &str,
    delivery: &DeliveryTerms,
    address: Option<&Address>,
) -> Option<Refusal> {
    let Some(address) = address.filter(|address| !address.street.trim().is_empty()) else {
        let sentence = "Tell us where to bring it: street and number.".to_owned();
        return Some(refusal("address_missing", "/address", sentence));
    };
    let longest = [&address.street, &address.postcode, &address.city, &address.note];
    if longest.iter().any(|part| part.chars().count() > 200) {
        let sentence = "The address is too long; 200 characters a field are the most.".to_owned();
        return Some(refusal("address_too_long", "/address", sentence));
    }
    let (lat, lon) = match (address.lat, address.lon) {
        (None, None) => return None,
        (Some(lat), Some(lon)) if is_on_earth(lat, lon) => (lat, lon),
        _ => {
            let sentence = "Give latitude and longitude in degrees, or neither.".to_owned();
            return Some(refusal("address_coordinates", "/address", sentence));
        }
    };
    let far = metres_between(delivery.from, (lat, lon)) > f64::from(delivery.radius_m);
    far.then(|| {
        let sentence = format!("{name} does not deliver that far. Order for pickup, or elsewhere.");
        refusal("outside_delivery_area", "/address", sentence)
    })
}

fn is_on_earth(lat: f64, lon: f64) -> bool {
    (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)
}

/// Distance over the sphere (haversine) in metres, good to half a percent.
#[must_use]
pub fn metres_between(one: (f64, f64), other: (f64, f64)) -> f64 {
    const EARTH_RADIUS_M: f64 = 6_371_008.8;
    let (lat_one, lat_other) = (one.0.to_radians(), other.0.to_radians());
    let half_lat = ((lat_other - lat_one) / 2.0).sin();
    let half_lon = ((other.1 - one.1).to_radians() / 2.0).sin();
    let square = half_lat.powi(2) + lat_one.cos() * lat_other.cos() * half_lon.powi(2);
    2.0 * EARTH_RADIUS_M * square.clamp(0.0, 1.0).sqrt().asin()
}

/// Too little, too much, a strange tip.
pub(super) fn refuse_the_sums(
    terms: &Terms<'_>,
    request: &QuoteRequest,
    subtotal: Money,
    nothing_sold: bool,
) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if request.lines.is_empty() {
        let sentence = "Your slip is empty. Choose something first.".to_owned();
        refusals.push(refusal("nothing_ordered", "/lines", sentence));
    }
    if request.lines.len() > MOST_LINES {
        let sentence = format!("A slip holds {MOST_LINES} lines. Please place two orders.");
        refusals.push(refusal("too_many_lines", "/lines", sentence));
    }
    let minimum = match (request.kind, terms.delivery) {
        (Fulfilment::Delivery, Some(delivery)) => delivery.minimum,
        _ => 0,
    };
    if subtotal.minor < minimum && !nothing_sold {
        let missing = Money::new(minimum - subtotal.minor, subtotal.currency);
        let sentence = format!("Add {missing} more: that is the least {} delivers.", terms.name);
        refusals.push(refusal("below_minimum", "/lines", sentence));
    }
    if request.tip.is_some_and(|tip| !is_tip(tip, subtotal.currency)) {
        let most = Money::new(LARGEST_TIP, subtotal.currency);
        let sentence = format!("A tip is between nothing and {most}.");
        refusals.push(refusal("tip_out_of_bounds", "/tip", sentence));
    }
    refusals
}

pub(super) fn is_tip(tip: Money, currency: Currency) -> bool {
    tip.currency == currency && (0..=LARGEST_TIP).contains(&tip.minor)
}
