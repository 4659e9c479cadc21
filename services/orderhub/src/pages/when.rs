//! "When?": as soon as possible, or one of the restaurant's slots. One field of the checkout.

use jiff::Timestamp;
use maud::Markup;
use web::{
    Form,
    components::{Field, Kind},
};

use super::words;
use crate::domain::{
    offer::Offer,
    pricing::{When, ready_between},
    standing::Standing,
};

/// The name of the field.
const NAME: &str = "when";

/// What was chosen: as soon as possible when the form has no such field.
///
/// # Errors
/// What was sent is neither that nor an instant.
pub(super) fn read(form: &Form) -> Result<When, jiff::Error> {
    match form.trimmed(NAME) {
        "" | "asap" => Ok(When::Asap),
        instant => Ok(When::At(instant.parse()?)),
    }
}

/// Marks the field.
pub(super) fn fail(form: &mut Form, sentence: &str) {
    form.fail(NAME, sentence.to_owned());
}

/// What the page proposes: now, or the first time that a closed kitchen can cook for.
pub(super) fn proposed(offer: &Offer, now: Timestamp) -> When {
    let first = || offer.slots(now).first().copied();
    if is_open(offer, now) { When::Asap } else { first().map_or(When::Asap, When::At) }
}

fn is_open(offer: &Offer, now: Timestamp) -> bool {
    matches!(offer.terms(When::Asap, now).standing, Standing::Open { .. })
}

/// The field; nothing when there is nothing to choose from.
pub(super) fn field(offer: &Offer, form: &Form, chosen: When, now: Timestamp) -> Option<Markup> {
    let zone = &offer.seller.zone;
    let local = |at: Timestamp| at.to_zoned(zone.rules().clone());
    let mut days: Vec<(String, Vec<(String, String)>)> = Vec::new();
    if is_open(offer, now) {
        let ready = ready_between(now, offer.pace(now).prep_minutes);
        let clock = |at| words::clock(zone, at, now);
        let label =
            format!("As soon as possible · {}–{}", clock(ready.earliest), clock(ready.latest));
        days.push((String::new(), vec![("asap".to_owned(), label)]));
    }
    for slot in offer.slots(now) {
        let day = day(local(slot).date(), local(now).date());
        // A closed list shows the option alone, so that says the day too.
        let time = local(slot).strftime("%H:%M");
        let option = (slot.to_string(), format!("{day}, {time}"));
        match days.last_mut().filter(|(last, _)| *last == day) {
            Some((_, options)) => options.push(option),
            None => days.push((day, vec![option])),
        }
    }
    let groups: Vec<(&str, Vec<(&str, &str)>)> = days
        .iter()
        .map(|(day, options)| {
            let options = options.iter().map(|(key, label)| (key.as_str(), label.as_str()));
            (day.as_str(), options.collect())
        })
        .collect();
    let kept = match chosen {
        When::Asap => "asap".to_owned(),
        When::At(at) => at.to_string(),
    };
    let hint = "In the restaurant’s time.";
    let field =
        Field { name: NAME, label: "When", hint, kind: Kind::Grouped(&groups), ..Field::default() };
    (!groups.is_empty()).then(|| field.render_with(form, &kept))
}

/// `Today`, `Tomorrow`, `Sunday, 22 November`.
fn day(date: jiff::civil::Date, today: jiff::civil::Date) -> String {
    match (date - today).get_days() {
        0 => "Today".to_owned(),
        1 => "Tomorrow".to_owned(),
        _ => date.strftime("%A, %-d %B").to_string(),
    }
}
