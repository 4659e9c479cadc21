//! Menus: their JSON, what may be published, what may be chosen, and what the dish then holds.

use std::collections::BTreeSet;

use kernel::food::{Allergen, Allergens, Diet, Presence, common_diets};
use kernel::ids::{Id, ItemId, OptionGroupId, OptionId, SectionId};
use kernel::menu::{ChosenOption, Item, Menu, MenuOption, SelectionError, Unavailable};
use kernel::{Currency, Money};
use proptest::prelude::*;
use serde_json::json;

fn option_id(key: &str) -> OptionId {
    OptionId::from_natural_key(key)
}

fn option(key: &str, minor: i64, max_quantity: u32) -> serde_json::Value {
    json!({
        "id": option_id(key), "name": key, "price": {"amount": minor, "currency": "EUR"},
        "max_quantity": max_quantity, "allergens": {"contains": [], "may_contain": []},
        "diets": ["vegan", "vegetarian"],
    })
}

fn menu() -> Menu {
    let mut cheese = option("cheese", 150, 2);
    cheese["allergens"] = json!({"contains": ["milk"], "may_contain": []});
    cheese["diets"] = json!(["vegetarian"]);
    serde_json::from_value(json!({
        "version": 3,
        "currency": "EUR",
        "sections": [{
            "id": SectionId::from_natural_key("pizza"),
            "name": "Pizza",
            "items": [{
                "id": ItemId::from_natural_key("marinara"),
                "name": "Marinara",
                "description": "Tomato, garlic, oregano",
                "price": {"amount": 850, "currency": "EUR"},
                "tax_basis_points": 1000,
                "allergens": {"contains": ["gluten"], "may_contain": ["milk", "soybeans"]},
                "diets": ["vegan", "vegetarian"],
                "option_groups": [
                    {"id": OptionGroupId::from_natural_key("size"), "name": "Size",
                     "min": 1, "max": 1, "options": [option("small", 0, 1), option("large", 300, 1)]},
                    {"id": OptionGroupId::from_natural_key("extra"), "name": "Extras",
                     "min": 0, "max": 3, "options": [cheese, option("olives", 100, 3)]},
                ],
            }],
        }],
    }))
    .expect("the shape of the public API")
}

fn marinara(menu: &Menu) -> &Item {
    menu.item(ItemId::from_natural_key("marinara")).expect("is on the menu")
}

fn chosen(options: &[(&str, u32)]) -> Vec<ChosenOption> {
    let one = |(key, quantity): &(&str, u32)| ChosenOption {
        option_id: option_id(key),
        quantity: *quantity,
    };
    options.iter().map(one).collect()
}

#[test]
fn a_menu_is_written_as_it_is_read() {
    let json = serde_json::to_value(menu()).expect("serialises");
    let item = &json["sections"][0]["items"][0];
    assert_eq!(item["price"], json!({"amount": 850, "currency": "EUR"}));
    assert_eq!(item["available"], true);
    assert_eq!(item["allergens"]["may_contain"], json!(["soybeans", "milk"]));
    assert_eq!(item["option_groups"][0]["options"][1]["max_quantity"], 1);
    assert_eq!(serde_json::from_value::<Menu>(json).expect("reads"), menu());
}

#[test]
fn allergens_and_diets_are_those_of_the_dish_as_configured() {
    let menu = menu();
    let plain = marinara(&menu).configure(&chosen(&[("small", 1)])).expect("may be chosen");
    assert_eq!(plain.allergens().of(Allergen::Milk), Presence::MayContain);
    assert!(plain.diets().contains(&Diet::Vegan));

    let cheesy = chosen(&[("large", 1), ("cheese", 2)]);
    let cheesy = marinara(&menu).configure(&cheesy).expect("may be chosen");
    assert_eq!(cheesy.allergens().of(Allergen::Milk), Presence::Contains);
    assert!(!cheesy.allergens().may_contain.contains(&Allergen::Milk));
    assert_eq!(cheesy.allergens().of(Allergen::Fish), Presence::FreeFrom);
    assert_eq!(cheesy.diets(), BTreeSet::from([Diet::Vegetarian]));
    assert_eq!(cheesy.unit_price(), Ok(Money::new(850 + 300 + 2 * 150, Currency::EUR)));
}

#[test]
fn one_part_that_is_not_declared_makes_the_dish_unknown() {
    let mut menu = menu();
    let groups = &mut menu.sections[0].items[0].option_groups;
    groups[1].options[1].allergens = Allergens::default();
    let dish = marinara(&menu).configure(&chosen(&[("small", 1), ("olives", 1)])).expect("may be");
    assert_eq!(dish.allergens().of(Allergen::Fish), Presence::Unknown);
    assert_eq!(dish.allergens().of(Allergen::Gluten), Presence::Contains);
}

#[test]
fn what_the_groups_do_not_allow_is_refused_group_by_group() {
    let menu = menu();
    let refused = |options: &[(&str, u32)]| {
        let errors = marinara(&menu).configure(&chosen(options)).expect_err("is wrong");
        errors.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(refused(&[]), ["Choose at least 1 of Size"]);
    assert_eq!(refused(&[("small", 1), ("large", 1)]), ["Choose at most 1 of Size"]);
    assert_eq!(refused(&[("small", 1), ("cheese", 3)]), ["Choose 1 to 2 of cheese"]);
    assert_eq!(refused(&[("small", 1), ("cheese", 1), ("cheese", 2)]), ["Choose 1 to 2 of cheese"]);
    assert_eq!(
        refused(&[("large", 1), ("cheese", 2), ("olives", 2)]),
        ["Choose at most 3 of Extras"]
    );
    assert_eq!(
        refused(&[("small", 1), ("pineapple", 1)]),
        ["Marinara has no such option any more; choose again"]
    );
    assert!(!refused(&[("small", 1), ("olives", 0)]).is_empty());
    assert!(!refused(&[("small", 1), ("olives", u32::MAX), ("olives", u32::MAX)]).is_empty());
}

#[test]
fn what_is_86d_is_off_sale_and_refused() {
    let mut unavailable = Unavailable::default();
    unavailable.options.insert(option_id("large"));
    let menu = menu().with_availability(&unavailable);
    let errors = marinara(&menu).configure(&chosen(&[("large", 1)])).expect_err("is sold out");
    assert!(matches!(errors.as_slice(), [SelectionError::OptionUnavailable { .. }]));
    assert!(marinara(&menu).is_orderable());

    unavailable.options.insert(option_id("small"));
    let menu = menu.with_availability(&unavailable);
    assert!(!marinara(&menu).is_orderable());
    assert_eq!(menu.problems(), []);

    unavailable.items.insert(marinara(&menu).id);
    let menu = menu.with_availability(&unavailable);
    assert!(!marinara(&menu).available);
}

#[test]
fn each_problem_points_to_its_field() {
    assert_eq!(menu().problems(), []);
    type Break = (&'static str, fn(&mut Item));
    let breaks: [Break; 10] = [
        ("/name", |item| item.name = "  ".to_owned()),
        ("/name", |item| item.name = "x".repeat(201)),
        ("/name", |item| item.name = "two\nlines".to_owned()),
        ("/price/amount", |item| item.price.minor = -1),
        ("/price/amount", |item| item.price.minor = 1_000_001),
        ("/price/currency", |item| item.price.currency = "USD".parse().expect("a currency")),
        ("/tax_basis_points", |item| item.tax_basis_points = 10_001),
        ("/option_groups/0/min", |item| item.option_groups[0].min = 2),
        ("/option_groups/1/options", |item| item.option_groups[1].options.clear()),
        ("/option_groups/1/options/1/id", |item| {
            let first: MenuOption = item.option_groups[1].options[0].clone();
            item.option_groups[1].options[1] = first;
        }),
    ];
    for (pointer, break_it) in breaks {
        let mut menu = menu();
        break_it(&mut menu.sections[0].items[0]);
        let problems = menu.problems();
        let pointer = format!("/sections/0/items/0{pointer}");
        assert!(problems.iter().any(|p| p.pointer == pointer), "{pointer}: {problems:?}");
        let json = serde_json::to_value(&menu).expect("serialises");
        for problem in problems {
            assert!(json.pointer(&problem.pointer).is_some(), "{problem:?} points nowhere");
        }
    }
}

#[test]
fn the_same_item_twice_is_a_problem() {
    let mut menu = menu();
    let again = menu.sections[0].items[0].clone();
    menu.sections[0].items.push(again);
    let problems = menu.problems();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].pointer, "/sections/0/items/1/id");
}

#[test]
fn the_words_of_food_have_keys_labels_and_schema_org_names() {
    assert_eq!(Allergen::ALL.len(), 14);
    for allergen in Allergen::ALL {
        assert_eq!(Allergen::from_key(allergen.key()), Some(*allergen));
        assert_eq!(serde_json::to_value(allergen).expect("serialises"), allergen.key());
    }
    for diet in Diet::ALL {
        assert_eq!(serde_json::to_value(diet).expect("serialises"), diet.key());
        assert!(diet.schema_org().ends_with("Diet"));
    }
    let bare: Allergens = serde_json::from_value(json!({"contains": ["milk"]})).expect("reads");
    assert!(bare.declared && !Allergens::default().declared);
}

fn any_allergens() -> impl Strategy<Value = Allergens> {
    let set = || prop::collection::btree_set(prop::sample::select(Allergen::ALL), 0..6);
    (set(), set(), any::<bool>()).prop_map(|(contains, may_contain, declared)| Allergens {
        contains,
        may_contain,
        declared,
    })
}

proptest! {
    #[test]
    fn putting_food_together_never_hides_an_allergen(
        parts in prop::collection::vec(any_allergens(), 1..5),
    ) {
        let dish = parts.iter().fold(Allergens::none(), |dish, part| dish.and(part));
        for allergen in Allergen::ALL {
            let said: Vec<_> = parts.iter().map(|part| part.of(*allergen)).collect();
            let expected = if said.contains(&Presence::Contains) {
                Presence::Contains
            } else if said.contains(&Presence::MayContain) {
                Presence::MayContain
            } else if said.contains(&Presence::Unknown) {
                Presence::Unknown
            } else {
                Presence::FreeFrom
            };
            prop_assert_eq!(dish.of(*allergen), expected);
        }
        let reversed = parts.iter().rev().fold(Allergens::none(), |dish, part| dish.and(part));
        prop_assert_eq!(dish, reversed);
    }

    #[test]
    fn a_diet_holds_only_where_every_part_holds_it(
        sets in prop::collection::vec(
            prop::collection::btree_set(prop::sample::select(Diet::ALL), 0..8), 1..5),
    ) {
        let common = common_diets(&sets[0], &sets[1..]);
        for diet in Diet::ALL {
            prop_assert_eq!(common.contains(diet), sets.iter().all(|set| set.contains(diet)));
        }
    }

    #[test]
    fn a_choice_is_allowed_exactly_within_the_groups_bounds(
        small in 0_u32..3, large in 0_u32..3, cheese in 0_u32..4, olives in 0_u32..5,
    ) {
        let wanted = [("small", small), ("large", large), ("cheese", cheese), ("olives", olives)];
        let wanted: Vec<_> = wanted.into_iter().filter(|(_, quantity)| *quantity > 0).collect();
        let menu = menu();
        let answer = marinara(&menu).configure(&chosen(&wanted));
        let allowed = small + large == 1 && cheese <= 2 && olives <= 3 && cheese + olives <= 3;
        prop_assert_eq!(answer.is_ok(), allowed);
        if let Ok(dish) = answer {
            let minor = 850 + 300 * large + 150 * cheese + 100 * olives;
            prop_assert_eq!(dish.unit_price(), Ok(Money::new(minor.into(), Currency::EUR)));
        }
    }
}

#[test]
fn a_menu_of_a_later_version_is_read_without_what_is_new_in_it() {
    let mut later = serde_json::to_value(menu()).unwrap();
    let new = json!({"any": ["thing"]});
    let item = "/sections/0/items/0";
    let group = format!("{item}/option_groups/0");
    let parts = [
        "",
        "/sections/0",
        item,
        &format!("{item}/allergens"),
        &group,
        &format!("{group}/options/0"),
    ];
    for part in parts {
        later.pointer_mut(part).unwrap()["new_in_a_later_version"] = new.clone();
    }
    assert_eq!(serde_json::from_value::<Menu>(later).unwrap(), menu());
}
