//! Made-up facts about a restaurant: each field that may be absent or null is shown both ways.

use super::catalogue::{
    Address, Delivery, ItemAvailabilityChanged, MenuPublished, OnSale,
    RestaurantAvailabilityChanged, RestaurantChanged, Role, StaffChanged,
};
use crate::orderhub::v1::sample_allergens;
use jiff::{Timestamp, civil::Date};
use kernel::{
    Currency, Money,
    food::Diet,
    hours::{
        Dates, Day, Exception, ExceptionHours, Interval, MonthDay, OpeningHours, Span, Week,
        YearlyDates, Zone,
    },
    ids::{Id, ItemId, OptionGroupId, OptionId, PersonId, RestaurantId, SectionId},
    menu::{Item, Menu, MenuOption, OptionGroup, Section},
    photo::{Photo, PhotoName},
};

fn restaurant() -> RestaurantId {
    RestaurantId::from_natural_key("sample")
}

/// One that fetches only, and one that delivers and keeps holidays.
pub(super) fn changed() -> Vec<RestaurantChanged> {
    let plain = RestaurantChanged {
        restaurant_id: restaurant(),
        slug: "trattoria-lupo".to_owned(),
        name: "Trattoria Lupo".to_owned(),
        story: "Wood oven, short menu.".to_owned(),
        badge: String::new(),
        cuisines: vec!["italian".to_owned()],
        art: Some("pizza".to_owned()),
        photo: None,
        plate: 75,
        address: Address {
            street: "Linzer Gasse 12".to_owned(),
            postcode: "5020".to_owned(),
            city: "Salzburg".to_owned(),
            country: "AT".to_owned(),
            lat: 47.8,
            lon: 13.04,
        },
        phone: "+43 662 5550100".to_owned(),
        currency: Currency::EUR,
        hours: OpeningHours::new(Zone::utc(), Week::around_the_clock()),
        pickup: true,
        delivery: None,
        prep_minutes: 15,
        answer_minutes: 10,
        listed: true,
    };
    let hours = OpeningHours { exceptions: holidays(), ..plain.hours.clone() };
    let delivery = Some(Delivery { radius_m: 2500, fee: 250, minimum: 1500 });
    let (art, photo) = (None, Some(photo()));
    vec![plain.clone(), RestaurantChanged { art, photo, hours, delivery, ..plain }]
}

fn photo() -> Photo {
    let name = PhotoName::of_hash([0xab; 32]);
    Photo { name, widths: vec![320, 800, 1600], height: 1200, alt: "From the oven".to_owned() }
}

/// An exception of each kind, with and without its reason.
fn holidays() -> Vec<Exception> {
    let christmas = MonthDay::of(Date::constant(2026, 12, 25));
    let every_year = YearlyDates { from: christmas, to: christmas };
    let week = Dates::new(Date::constant(2026, 2, 2), Date::constant(2026, 2, 8)).ok();
    let exception = |on, hours, note: &str| Exception { on, hours, note: note.to_owned() };
    let whole_day = Day::from(Interval::WHOLE_DAY);
    let yearly = exception(Span::EveryYear(every_year), ExceptionHours::Closed, "Christmas");
    let dated =
        [ExceptionHours::Daily(whole_day), ExceptionHours::Weekly(Week::around_the_clock())]
            .into_iter()
            .filter_map(|hours| Some(exception(Span::Dates(week?), hours, "")));
    std::iter::once(yearly).chain(dated).collect()
}

/// Taking orders as ever, and both paused and busy.
pub(super) fn restaurant_availability() -> Vec<RestaurantAvailabilityChanged> {
    let usual = RestaurantAvailabilityChanged {
        restaurant_id: restaurant(),
        paused_until: None,
        pause_reason: String::new(),
        busy_extra_minutes: 0,
        busy_until: None,
    };
    let paused = RestaurantAvailabilityChanged {
        paused_until: Some(Timestamp::UNIX_EPOCH),
        pause_reason: "The oven is out".to_owned(),
        busy_extra_minutes: 15,
        busy_until: Some(Timestamp::UNIX_EPOCH),
        ..usual.clone()
    };
    vec![usual, paused]
}

/// A menu with a bare item and one with everything.
pub(super) fn menus() -> Vec<MenuPublished> {
    let bare = Item {
        id: ItemId::from_natural_key("bare"),
        name: "Water".to_owned(),
        description: String::new(),
        price: Money::new(250, Currency::EUR),
        available: true,
        art: None,
        photo: None,
        tax_basis_points: 1000,
        allergens: sample_allergens(),
        diets: [Diet::Vegan].into(),
        option_groups: Vec::new(),
    };
    let basil = MenuOption {
        id: OptionId::from_natural_key("sample"),
        name: "Extra basil".to_owned(),
        price: Money::new(50, Currency::EUR),
        available: true,
        max_quantity: 1,
        allergens: sample_allergens(),
        diets: [Diet::Vegan].into(),
    };
    let toppings = OptionGroup {
        id: OptionGroupId::from_natural_key("sample"),
        name: "Toppings".to_owned(),
        min: 0,
        max: 3,
        options: vec![basil],
    };
    let (id, art) = (ItemId::from_natural_key("sample"), Some("pizza".to_owned()));
    let photo = Some(photo());
    let whole = Item { id, art, photo, option_groups: vec![toppings], ..bare.clone() };
    let section = |description: &str, item| Section {
        id: SectionId::from_natural_key(description),
        name: "Today".to_owned(),
        description: description.to_owned(),
        items: vec![item],
    };
    let sections = vec![section("", bare), section("From the wood oven", whole)];
    let menu = Menu { version: 1, sections, ..Menu::empty(Currency::EUR) };
    vec![MenuPublished { restaurant_id: restaurant(), menu }]
}

/// An item for good, and an option until an instant.
pub(super) fn item_availability() -> Vec<ItemAvailabilityChanged> {
    let changed = |what, until| ItemAvailabilityChanged {
        restaurant_id: restaurant(),
        what,
        available: false,
        until,
    };
    vec![
        changed(OnSale::Item(ItemId::from_natural_key("sample")), None),
        changed(OnSale::Option(OptionId::from_natural_key("sample")), Some(Timestamp::UNIX_EPOCH)),
    ]
}

/// Somebody cooks, somebody left.
pub(super) fn staff() -> Vec<StaffChanged> {
    let changed = |role| StaffChanged {
        restaurant_id: restaurant(),
        person_id: PersonId::from_natural_key("sample"),
        role,
    };
    vec![changed(Some(Role::Cook)), changed(None)]
}
