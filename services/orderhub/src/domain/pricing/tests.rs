//! Prices, options, taxes, fees and refusals on a small menu, and sums that hold for any request.

use super::*;
use kernel::{
    food::Allergen,
    ids::{Id, OptionGroupId, SectionId},
    menu::{Item, MenuOption, OptionGroup, Section},
};
use proptest::prelude::*;

fn now() -> Timestamp {
    "2026-11-20T18:00:00Z".parse().unwrap()
}

fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn option(name: &str, price: i64, allergens: Allergens) -> MenuOption {
    MenuOption {
        id: OptionId::from_natural_key(name),
        name: name.to_owned(),
        price: euros(price),
        available: true,
        max_quantity: 3,
        allergens,
        diets: Default::default(),
    }
}

fn item(name: &str, price: i64, rate: u32, option_groups: Vec<OptionGroup>) -> Item {
    Item {
        id: ItemId::from_natural_key(name),
        name: name.to_owned(),
        description: String::new(),
        price: euros(price),
        available: true,
        art: None,
        photo: None,
        tax_basis_points: rate,
        allergens: Allergens::containing([Allergen::Gluten]),
        diets: Default::default(),
        option_groups,
    }
}

fn group(name: &str, min: u32, max: u32, options: Vec<MenuOption>) -> OptionGroup {
    OptionGroup {
        id: OptionGroupId::from_natural_key(name),
        name: name.to_owned(),
        min,
        max,
        options,
    }
}

fn menu() -> Menu {
    let size =
        vec![option("normal", 0, Allergens::none()), option("large", 300, Allergens::none())];
    let extra = vec![
        option("burrata", 350, Allergens::containing([Allergen::Milk])),
        option("chilli", 0, Allergens::none()),
    ];
    let groups = vec![group("Size", 1, 1, size), group("Extra", 0, 3, extra)];
    let items =
        vec![item("Margherita", 980, 1000, groups), item("House red", 520, 2000, Vec::new())];
    let id = SectionId::from_natural_key("all");
    let section = Section { id, name: "All".to_owned(), description: String::new(), items };
    Menu { version: 7, currency: Currency::EUR, sections: vec![section] }
}

fn terms<'a>(menu: &'a Menu, zone: &'a Zone) -> Terms<'a> {
    Terms {
        menu,
        standing: Standing::Open { until: None },
        zone,
        name: "Lupo",
        pickup: true,
        delivery: Some(DeliveryTerms {
            from: (47.8, 13.04),
            radius_m: 3000,
            fee: 250,
            minimum: 1500,
        }),
        prep_minutes: 15,
    }
}

fn line(name: &str, quantity: u32, options: &[(&str, u32)]) -> RequestedLine {
    let chosen = |(name, quantity): &(&str, u32)| RequestedOption {
        option_id: OptionId::from_natural_key(name),
        quantity: *quantity,
    };
    RequestedLine {
        item_id: ItemId::from_natural_key(name),
        quantity,
        options: options.iter().map(chosen).collect(),
        note: String::new(),
        if_unavailable: IfUnavailable::Remove,
    }
}

fn quote(request: &QuoteRequest) -> Quote {
    price(&terms(&menu(), &Zone::utc()), request, now())
}

fn codes(quote: &Quote) -> Vec<&str> {
    quote.refusals.iter().map(|refusal| refusal.code).collect()
}

fn pickup(lines: Vec<RequestedLine>) -> QuoteRequest {
    QuoteRequest { lines, ..QuoteRequest::default() }
}

fn address(lat: f64, lon: f64) -> Address {
    Address {
        street: "Linzer Gasse 1".to_owned(),
        postcode: "5020".to_owned(),
        city: "Salzburg".to_owned(),
        note: String::new(),
        lat: Some(lat),
        lon: Some(lon),
    }
}

#[test]
fn options_taxes_and_tip_add_up_line_by_line() {
    let mut request = pickup(vec![
        line("Margherita", 2, &[("large", 1), ("burrata", 2)]),
        line("House red", 1, &[]),
    ]);
    request.tip = Some(euros(200));
    let quote = quote(&request);
    assert!(quote.can_be_placed(), "{:?}", quote.refusals);
    assert_eq!(quote.lines[0].unit, euros(980 + 300 + 700));
    assert_eq!(quote.lines[0].total, euros(3960));
    assert_eq!(quote.lines[0].tax, euros(360));
    assert!(quote.lines[0].allergens.contains.contains(&Allergen::Milk), "the burrata's");
    assert_eq!(quote.subtotal, euros(4480));
    assert_eq!(quote.total, euros(4680));
    let rates: Vec<_> = quote.taxes.iter().map(|t| (t.basis_points, t.amount.minor)).collect();
    assert_eq!(rates, [(1000, 360), (2000, 87)]);
}

#[test]
fn what_cannot_be_sold_is_named_and_left_out_of_the_sum() {
    let mut menu = menu();
    menu.sections[0].items[1].available = false;
    let request = pickup(vec![
        line("Margherita", 1, &[("normal", 1)]),
        line("House red", 1, &[]),
        line("Unknown", 1, &[]),
        line("Margherita", 1, &[]),
        line("Margherita", 1, &[("normal", 1), ("large", 1)]),
        line("Margherita", 51, &[("normal", 1)]),
        line("Margherita", 0, &[("normal", 1)]),
        line("Margherita", 1, &[("normal", 1), ("pineapple", 1)]),
    ]);
    let quote = price(&terms(&menu, &Zone::utc()), &request, now());
    let found: Vec<_> = quote.refusals.iter().map(|r| (r.code, r.pointer.as_str())).collect();
    assert_eq!(
        found,
        [
            ("item_unavailable", "/lines/1/item_id"),
            ("item_unknown", "/lines/2/item_id"),
            ("options_too_few", "/lines/3/options"),
            ("options_too_many", "/lines/4/options"),
            ("quantity_out_of_bounds", "/lines/5/quantity"),
            ("quantity_out_of_bounds", "/lines/6/quantity"),
            ("option_unknown", "/lines/7/options/1/option_id"),
        ]
    );
    assert_eq!(quote.total, euros(980));
    assert_eq!(quote.refusals_of_line(1).count(), 1);
}

#[test]
fn a_closed_or_paused_kitchen_says_when_it_is_back() {
    let (menu, zone) = (menu(), "Europe/Vienna".parse().unwrap());
    let until = "2026-11-20T19:30:00Z".parse().unwrap();
    let request = pickup(vec![line("House red", 1, &[])]);
    let mut terms = terms(&menu, &zone);
    terms.standing = Standing::Paused { until, reason: "oven".to_owned() };
    let paused = price(&terms, &request, now());
    assert_eq!(paused.refusals[0].sentence, "Lupo has paused (oven) and is back at 20:30.");
    terms.standing = Standing::Closed { opens_at: Some("2026-11-22T10:00:00Z".parse().unwrap()) };
    let closed = price(&terms, &request, now());
    assert_eq!(codes(&closed), ["restaurant_closed"]);
    assert_eq!(
        closed.refusals[0].sentence,
        "Lupo is closed and opens on Sunday, 22 November at 11:00."
    );
}

#[test]
fn an_order_for_later_is_ready_then_and_neither_too_soon_nor_too_far_ahead() {
    let due = |minutes: i64| When::At(now() + SignedDuration::from_mins(minutes));
    let ask = |when| {
        let request = QuoteRequest { when, ..pickup(vec![line("House red", 1, &[])]) };
        quote(&request)
    };
    let week = 7 * 24 * 60;
    for (minutes, refused) in [
        (-5, Some("when_too_soon")),
        (14, Some("when_too_soon")),
        (15, None),
        (week, None),
        (week + 1, Some("when_too_far")),
    ] {
        let quote = ask(due(minutes));
        assert_eq!(codes(&quote), refused.into_iter().collect::<Vec<_>>(), "{minutes}");
        assert_eq!(When::At(quote.ready.earliest), due(minutes));
    }
}

#[test]
fn delivery_counts_its_minimum_its_fee_and_its_radius_with_the_boundary_inside() {
    let mut request = pickup(vec![line("Margherita", 1, &[("normal", 1)])]);
    request.kind = Fulfilment::Delivery;
    assert_eq!(codes(&quote(&request)), ["address_missing", "below_minimum"]);
    request.address = Some(address(47.81, 13.04));
    request.lines = vec![line("Margherita", 1, &[("normal", 1)]), line("House red", 1, &[])];
    let exact = quote(&request);
    assert!(exact.can_be_placed(), "1500 is the minimum: {:?}", exact.refusals);
    assert_eq!(exact.total, euros(1750));
    let fee_tax = exact.fees[0].tax;
    assert_eq!((exact.fees[0].tax_basis_points, fee_tax), (1000, euros(23)));
    request.address = Some(address(47.9, 13.04));
    assert_eq!(codes(&quote(&request)), ["outside_delivery_area"]);
    request.address = Some(address(f64::NAN, 13.04));
    assert_eq!(codes(&quote(&request)), ["address_coordinates"]);
}

#[test]
fn a_degree_of_latitude_is_111_kilometres() {
    let metres = checks::metres_between((47.0, 13.0), (48.0, 13.0));
    assert!((metres - 111_195.0).abs() < 10.0, "{metres}");
}

#[test]
fn an_empty_slip_a_long_note_and_a_strange_tip_are_refused() {
    assert_eq!(codes(&quote(&pickup(Vec::new()))), ["nothing_ordered"]);
    let mut request = pickup(vec![line("House red", 1, &[])]);
    request.lines[0].note = "ä".repeat(LONGEST_NOTE);
    assert!(quote(&request).can_be_placed(), "characters are counted, not bytes");
    request.lines[0].note.push('!');
    request.tip = Some(euros(-1));
    assert_eq!(codes(&quote(&request)), ["note_too_long", "tip_out_of_bounds"]);
}

proptest! {
    #[test]
    fn no_request_makes_an_order_cheaper_than_its_dishes(
        lines in prop::collection::vec(
            (0..3_usize, any::<u32>(), prop::collection::vec((0..5_usize, any::<u32>()), 0..6)), 0..60),
        tip in any::<i64>(),
        delivery in any::<bool>(),
    ) {
        let names = ["Margherita", "House red", "Unknown"];
        let options = ["normal", "large", "burrata", "chilli", "pineapple"];
        let lines = lines.into_iter().map(|(name, quantity, chosen)| {
            let chosen: Vec<_> = chosen.into_iter().map(|(o, q)| (options[o], q % 5)).collect();
            line(names[name], quantity % 60, &chosen)
        });
        let kind = if delivery { Fulfilment::Delivery } else { Fulfilment::Pickup };
        let request = QuoteRequest { kind, lines: lines.collect(), tip: Some(euros(tip)), ..Default::default() };
        let quote = quote(&request);
        let menu = menu();
        let mut sum = 0;
        for priced in &quote.lines {
            let base = menu.item(priced.item_id).unwrap().price.minor;
            let extras: i64 = priced.options.iter().map(|o| {
                menu.option(o.option_id).unwrap().2.price.minor * i64::from(o.quantity)
            }).sum();
            prop_assert_eq!(priced.total.minor, (base + extras) * i64::from(priced.quantity));
            prop_assert!(priced.tax.minor <= priced.total.minor);
            sum += priced.total.minor;
        }
        let fees: i64 = quote.fees.iter().map(|fee| fee.amount.minor).sum();
        prop_assert_eq!(quote.subtotal.minor, sum);
        prop_assert_eq!(quote.total.minor, sum + fees + quote.tip.minor);
        prop_assert!(quote.tip.minor >= 0 && quote.total.minor >= sum);
        let taxes: i64 = quote.taxes.iter().map(|t| t.amount.minor).sum();
        let parts: i64 = quote.lines.iter().map(|l| l.tax.minor).chain(quote.fees.iter().map(|f| f.tax.minor)).sum();
        prop_assert_eq!(taxes, parts);
        prop_assert!(quote.lines.len() == request.lines.len() || !quote.can_be_placed());
    }

    #[test]
    fn the_same_request_costs_the_same_each_time(quantity in 1..50_u32) {
        let request = pickup(vec![line("House red", quantity, &[])]);
        prop_assert_eq!(quote(&request), quote(&request));
    }
}
