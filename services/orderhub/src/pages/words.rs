//! Instants, minutes, metres and cuisines in words.

use jiff::Timestamp;
use kernel::{food::Allergen, hours::Zone};

use crate::{catalogue::Restaurant, domain::standing::Standing};

/// `17:30` today, `midnight` at its end, `tomorrow 11:30`, `Monday 11:30`, `3 December`: an instant on the restaurant's wall.
pub(super) fn clock(zone: &Zone, at: Timestamp, now: Timestamp) -> String {
    let (at, now) = (at.to_zoned(zone.rules().clone()), now.to_zoned(zone.rules().clone()));
    let days = (at.date() - now.date()).get_days();
    let form = match days {
        ..=0 => "%H:%M",
        1 if at.time() == jiff::civil::Time::midnight() => "midnight",
        1 => "tomorrow %H:%M",
        2..=6 => "%A %H:%M",
        _ => "%-d %B",
    };
    at.strftime(form).to_string()
}

/// The same within a sentence: `at 17:30`, `tomorrow 11:30`.
pub(super) fn at_clock(zone: &Zone, at: Timestamp, now: Timestamp) -> String {
    let local = |at: Timestamp| at.to_zoned(zone.rules().clone()).date();
    let today = if local(at) == local(now) { "at " } else { "" };
    format!("{today}{}", clock(zone, at, now))
}

/// The first letter large.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(char::to_uppercase).into_iter().flatten().chain(letters).collect()
}

/// Whether it takes orders, in two parts: `Open` / `until 23:00`.
pub(super) fn standing(
    restaurant: &Restaurant,
    standing: &Standing,
    now: Timestamp,
) -> (&'static str, String) {
    let zone = &restaurant.profile.hours.zone;
    match standing {
        Standing::Open { until: Some(at) } => ("Open", format!("until {}", clock(zone, *at, now))),
        Standing::Open { until: None } => ("Open", "around the clock".to_owned()),
        Standing::Closed { opens_at: Some(at) } => {
            ("Closed", format!("opens {}", clock(zone, *at, now)))
        }
        Standing::Closed { opens_at: None } => ("Closed", "until further notice".to_owned()),
        Standing::Paused { until, .. } => ("Paused", format!("back {}", clock(zone, *until, now))),
        Standing::NoMenu => ("Soon", "no menu yet".to_owned()),
    }
}

/// What a dish of a kitchen that does not cook just now says of ordering it.
pub(super) fn later(standing: &Standing, now: Timestamp) -> &'static str {
    if standing.takes_orders_ahead(now) {
        "The kitchen does not cook just now. Order ahead: you choose the time at the checkout."
    } else {
        "The kitchen takes no orders just now. Your slip waits for it."
    }
}

/// `15–20 min`.
pub(super) fn minutes((from, to): (u32, u32)) -> String {
    if from == to { format!("{from} min") } else { format!("{from}–{to} min") }
}

/// `350 m` or `1.2 km`.
pub(super) fn distance(metres: f64) -> String {
    if metres < 950.0 {
        format!("{:.0} m", (metres / 50.0).round().max(1.0) * 50.0)
    } else {
        format!("{:.1} km", metres / 1000.0)
    }
}

/// `middle-eastern` is `Middle Eastern`.
pub(super) fn cuisine(key: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect::<String>()
    };
    key.split(['-', '_']).map(word).collect::<Vec<_>>().join(" ")
}

/// The words of allergens, in the order of the law.
pub(super) fn allergens<'a>(set: impl IntoIterator<Item = &'a Allergen>) -> Vec<&'static str> {
    set.into_iter().map(|allergen| allergen.label()).collect()
}

/// `1 dish`, `3 dishes`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
