//! Instants and prices as people write them.

use jiff::Timestamp;
use kernel::{Currency, Money, hours::Zone};

/// `19:40`, `tomorrow 04:00`, `Mon 18:00` or `24 Dec 18:00` on the clock of a place.
pub(super) fn when(zone: &Zone, now: Timestamp, at: Timestamp) -> String {
    let here = |at: Timestamp| at.to_zoned(zone.rules().clone());
    let (now, at) = (here(now), here(at));
    let days = now.date().until(at.date()).map_or(0, |span| span.get_days());
    match days {
        0 => at.strftime("%H:%M").to_string(),
        1 => at.strftime("tomorrow %H:%M").to_string(),
        2..=6 => at.strftime("%a %H:%M").to_string(),
        _ => at.strftime("%-d %b %H:%M").to_string(),
    }
}

/// A price as typed: `9.80`, `9,8`, `9`. `None` when it is none.
pub(super) fn price(text: &str, currency: Currency) -> Option<Money> {
    let text = text.trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = currency.digits() as usize;
    let figures = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !figures(whole) || !figures(part) || part.len() > digits {
        return None;
    }
    let minor: i64 = format!("{whole}{part:0<digits$}").parse().ok()?;
    Some(Money::new(minor, currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_read_as_people_type_them() {
        let minor = |text| price(text, Currency::EUR).map(|money| money.minor);
        assert_eq!(minor("9.80"), Some(980));
        assert_eq!(minor(" 9,8 "), Some(980));
        assert_eq!(minor("12"), Some(1200));
        for wrong in ["", "9,8o", "9.801", "-1", ".5", "1.2.3", "99999999999999999999"] {
            assert_eq!(minor(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn instants_are_told_on_the_clock_of_the_place() {
        let zone: Zone = "Europe/Vienna".parse().unwrap();
        let now: Timestamp = "2026-07-03T18:00:00Z".parse().unwrap();
        let told = |at: &str| when(&zone, now, at.parse().unwrap());
        assert_eq!(told("2026-07-03T21:00:00Z"), "23:00");
        assert_eq!(told("2026-07-04T00:00:00Z"), "tomorrow 02:00");
        assert_eq!(told("2026-07-06T10:00:00Z"), "Mon 12:00");
    }
}
