//! Slots on known days, and what holds for every slot of any hours, also when clocks change.

use super::*;
use crate::domain::{
    offer::Seller,
    pricing::{QuoteRequest, When, price},
    standing::Standing,
};
use jiff::civil::{Date, date};
use kernel::{
    Currency,
    hours::{Day, Exception, ExceptionHours, Interval, Span, WEEKDAYS, Week, Zone},
    ids::{Id, RestaurantId},
    menu::Menu,
};
use proptest::prelude::*;
use std::sync::Arc;

fn vienna() -> Zone {
    "Europe/Vienna".parse().unwrap()
}

fn local(text: &str) -> Timestamp {
    let at: jiff::civil::DateTime = text.parse().unwrap();
    vienna().rules().to_timestamp(at).unwrap()
}

fn day(intervals: &[(&str, &str)]) -> Day {
    let interval = |(from, to): &(&str, &str)| Interval::between(from, to).unwrap();
    Day::new(intervals.iter().map(interval)).unwrap()
}

/// Open every day from and to; 20 minutes to cook, 10 to answer.
fn offer(intervals: &[(&str, &str)]) -> Offer {
    Offer {
        seller: Seller {
            id: RestaurantId::from_natural_key("lupo"),
            slug: "lupo".to_owned(),
            name: "Lupo".to_owned(),
            address: String::new(),
            phone: String::new(),
            zone: vienna(),
        },
        menu: Some(Arc::new(Menu::empty(Currency::EUR))),
        empty_menu: Menu::empty(Currency::EUR),
        hours: OpeningHours::new(vienna(), Week::every_day(&day(intervals))),
        pause: None,
        pickup: true,
        delivery: None,
        prep_minutes: 20,
        busy: None,
        answer_minutes: 10,
    }
}

/// The slots of a date as the clock in the restaurant shows them.
fn on(offer: &Offer, now: &str, date: Date) -> Vec<String> {
    let zone = vienna();
    let slots = offer.slots(local(now)).into_iter().map(|at| zone.rules().to_datetime(at));
    slots.filter(|at| at.date() == date).map(|at| at.strftime("%H:%M").to_string()).collect()
}

#[test]
fn a_closed_kitchen_takes_orders_from_half_an_hour_after_it_opens() {
    let slots = on(&offer(&[("17:00", "19:00")]), "2026-11-20T09:00", date(2026, 11, 20));
    assert_eq!(slots, ["17:30", "17:45", "18:00", "18:15", "18:30", "18:45"]);
}

#[test]
fn an_open_kitchen_takes_orders_from_the_first_quarter_that_it_can_cook_for() {
    let slots = on(&offer(&[("17:00", "19:00")]), "2026-11-20T17:41", date(2026, 11, 20));
    assert_eq!(slots, ["18:15", "18:30", "18:45"]);
    let exactly = on(&offer(&[("17:00", "19:00")]), "2026-11-20T17:40", date(2026, 11, 20));
    assert_eq!(exactly[0], "18:00");
}

#[test]
fn an_evening_goes_on_over_midnight_and_a_break_is_no_time_to_cook() {
    let night = offer(&[("22:00", "01:00")]);
    assert_eq!(
        on(&night, "2026-11-20T23:50", date(2026, 11, 21))[..3],
        ["00:15", "00:30", "00:45"]
    );
    let split = offer(&[("11:00", "12:00"), ("12:15", "13:00")]);
    let slots = on(&split, "2026-11-20T09:00", date(2026, 11, 20));
    assert_eq!(slots, ["11:30", "11:45", "12:45"]);
}

#[test]
fn a_dated_exception_a_pause_and_a_missing_menu_take_slots_away() {
    let mut closed = offer(&[("17:00", "19:00")]);
    closed.hours.exceptions.push(Exception {
        on: Span::date(date(2026, 11, 21)),
        hours: ExceptionHours::Closed,
        note: String::new(),
    });
    assert_eq!(on(&closed, "2026-11-20T09:00", date(2026, 11, 21)), [""; 0]);
    assert_eq!(on(&closed, "2026-11-20T09:00", date(2026, 11, 22)).len(), 6);
    let mut paused = offer(&[("17:00", "19:00")]);
    paused.pause = Some((local("2026-11-20T18:00"), "oven".to_owned()));
    assert_eq!(on(&paused, "2026-11-20T17:00", date(2026, 11, 20)), ["18:30", "18:45"]);
    let unwritten = Offer { menu: None, ..offer(&[("17:00", "19:00")]) };
    assert_eq!(unwritten.slots(local("2026-11-20T09:00")), []);
}

#[test]
fn a_skipped_hour_has_no_slots_and_a_repeated_one_has_them_twice() {
    let night = offer(&[("00:00", "06:00")]);
    let forward = on(&night, "2026-03-28T09:00", date(2026, 3, 29));
    assert!(
        forward.contains(&"01:45".to_owned()) && !forward.iter().any(|at| at.starts_with("02"))
    );
    let back = on(&night, "2026-10-24T09:00", date(2026, 10, 25));
    assert_eq!(back.iter().filter(|at| *at == "02:30").count(), 2);
}

fn any_offer() -> impl Strategy<Value = Offer> {
    let interval = (0..1440_u16, 15..1600_u16);
    let day = prop::collection::vec(interval, 0..3);
    (prop::collection::vec(day, 7), 0..120_u32, 3..16_u32, 0..3_usize).prop_map(
        |(days, prep_minutes, answer_minutes, zone)| {
            let zone: Zone =
                ["Europe/Vienna", "Australia/Lord_Howe", "Asia/Kathmandu"][zone].parse().unwrap();
            let mut week = Week::default();
            for (weekday, intervals) in WEEKDAYS.into_iter().zip(days) {
                let fits =
                    intervals.into_iter().filter_map(|(from, long)| Interval::new(from, long).ok());
                *week.day_mut(weekday) = Day::new(fits).unwrap();
            }
            let hours = OpeningHours::new(zone.clone(), week);
            let offer = offer(&[]);
            let seller = Seller { zone, ..offer.seller };
            Offer { seller, hours, prep_minutes, answer_minutes, ..offer }
        },
    )
}

proptest! {
    #[test]
    fn a_slot_is_what_checkout_accepts_and_nothing_else_is(offer in any_offer(), day in 0..366_i64, minute in 0..1440_i64) {
        let now = local("2026-01-01T00:00") + SignedDuration::from_hours(24 * day) + SignedDuration::from_mins(minute);
        let slots = offer.slots(now);
        prop_assert!(slots.windows(2).all(|pair| pair[0] < pair[1]));
        for due in quarters(now, now + FURTHEST) {
            let when = When::At(due);
            let request = QuoteRequest { when, ..QuoteRequest::default() };
            let refused = price(&offer.terms(when, now), &request, now).refusals;
            let refused = refused.iter().any(|refusal| refusal.pointer == "/when");
            prop_assert_eq!(slots.contains(&due), !refused, "{}", due);
            if slots.contains(&due) {
                let local = offer.seller.zone.rules().to_datetime(due);
                prop_assert_eq!(local.minute() % 15, 0);
                let mut asked = offer.pace(due).release_at(due).max(now);
                while asked <= due {
                    prop_assert!(offer.hours.is_open(asked));
                    asked += SignedDuration::from_mins(5);
                }
                let open = matches!(offer.standing_for(due, now), Standing::Open { .. });
                prop_assert!(open);
            }
        }
    }
}
