//! An item as fields of a form, and back. Groups and options are numbered: `g0_name`, `g0_o1_price`.

use crate::pages::{photo_field, words};
use kernel::{
    Currency, Env,
    food::{Allergen, Allergens, Diet},
    ids::{OptionGroupId, OptionId},
    menu::{Item, MenuOption, OptionGroup},
};
use std::collections::BTreeSet;
use web::Form;

/// More groups or options than this are no form any more.
const MOST: usize = 60;

/// The form of an item.
pub(super) fn of_item(item: &Item) -> Form {
    let mut pairs = vec![
        ("name".to_owned(), item.name.clone()),
        ("description".to_owned(), item.description.clone()),
        ("price".to_owned(), item.price.plain()),
        ("tax".to_owned(), percent(item.tax_basis_points)),
        ("art".to_owned(), item.art.clone().unwrap_or_default()),
    ];
    if item.available {
        pairs.push(("available".to_owned(), "yes".to_owned()));
    }
    food(&mut pairs, "", &item.allergens, &item.diets);
    for (g, group) in item.option_groups.iter().enumerate() {
        let at = format!("g{g}_");
        pairs.push((format!("{at}id"), group.id.to_string()));
        pairs.push((format!("{at}name"), group.name.clone()));
        pairs.push((format!("{at}min"), group.min.to_string()));
        pairs.push((format!("{at}max"), group.max.to_string()));
        for (o, option) in group.options.iter().enumerate() {
            let at = format!("{at}o{o}_");
            pairs.push((format!("{at}id"), option.id.to_string()));
            pairs.push((format!("{at}name"), option.name.clone()));
            pairs.push((format!("{at}price"), option.price.plain()));
            pairs.push((format!("{at}most"), option.max_quantity.to_string()));
            food(&mut pairs, &at, &option.allergens, &option.diets);
        }
    }
    let mut form = Form::with(pairs);
    photo_field::fill(&mut form, item.photo.as_ref());
    form
}

fn food(
    pairs: &mut Vec<(String, String)>,
    at: &str,
    allergens: &Allergens,
    diets: &BTreeSet<Diet>,
) {
    let mut push = |name: &str, key: &str| pairs.push((format!("{at}{name}"), key.to_owned()));
    allergens.contains.iter().for_each(|allergen| push("contains", allergen.key()));
    allergens.may_contain.iter().for_each(|allergen| push("may", allergen.key()));
    diets.iter().for_each(|diet| push("diet", diet.key()));
    if allergens.declared {
        push("declared", "yes");
    }
}

fn percent(basis_points: u32) -> String {
    match (basis_points / 100, basis_points % 100) {
        (whole, 0) => whole.to_string(),
        (whole, part) => format!("{whole}.{part:02}"),
    }
}

/// How many groups the form has.
pub(super) fn groups(form: &Form) -> usize {
    (0..MOST).take_while(|g| form.ticked(&format!("g{g}_id"))).count()
}

/// How many options a group of the form has.
pub(super) fn options(form: &Form, group: usize) -> usize {
    (0..MOST).take_while(|o| form.ticked(&format!("g{group}_o{o}_id"))).count()
}

/// Adds, removes or moves what a button says: `add_group`, `add_option 0`, `remove_group 0`,
/// `remove_option 0 1`, `up_group 1`, `up_option 0 1`. `false`: no such button.
pub(super) fn press(form: &mut Form, button: &str, env: &Env) -> bool {
    let mut words = button.split(' ');
    let verb = words.next().unwrap_or_default();
    let numbers: Vec<usize> = words.filter_map(|word| word.parse().ok()).collect();
    match (verb, numbers.as_slice()) {
        ("add_group", []) => {
            let at = format!("g{}_", groups(form));
            form.set(&format!("{at}id"), env.id::<OptionGroupId>().to_string());
            form.set(&format!("{at}min"), "0");
            form.set(&format!("{at}max"), "1");
            add_option(form, &at, 0, env);
        }
        ("add_option", [g]) => add_option(form, &format!("g{g}_"), options(form, *g), env),
        ("remove_group", [g]) => remove(form, "g", *g, groups(form)),
        ("remove_option", [g, o]) => remove(form, &format!("g{g}_o"), *o, options(form, *g)),
        ("up_group", [g]) if *g > 0 => swap(form, "g", *g - 1, *g),
        ("up_option", [g, o]) if *o > 0 => swap(form, &format!("g{g}_o"), *o - 1, *o),
        _ => return false,
    }
    true
}

fn add_option(form: &mut Form, at: &str, o: usize, env: &Env) {
    form.set(&format!("{at}o{o}_id"), env.id::<OptionId>().to_string());
    form.set(&format!("{at}o{o}_price"), "0");
    form.set(&format!("{at}o{o}_most"), "1");
    form.set(&format!("{at}o{o}_declared"), "yes");
}

/// Renames every field that starts with `prefix`, a number and `_`.
fn renumber(form: &mut Form, prefix: &str, number: impl Fn(usize) -> Option<usize>) {
    let pairs: Vec<(String, String)> = form
        .pairs()
        .filter_map(|(name, value)| {
            let rest = name.strip_prefix(prefix).and_then(|rest| rest.split_once('_'));
            let numbered = rest.and_then(|(at, field)| Some((at.parse::<usize>().ok()?, field)));
            let Some((at, field)) = numbered else {
                return Some((name.to_owned(), value.to_owned()));
            };
            Some((format!("{prefix}{}_{field}", number(at)?), value.to_owned()))
        })
        .collect();
    *form = Form::with(pairs);
}

fn remove(form: &mut Form, prefix: &str, gone: usize, count: usize) {
    if gone < count {
        renumber(form, prefix, |at| match at.cmp(&gone) {
            std::cmp::Ordering::Less => Some(at),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some(at - 1),
        });
    }
}

fn swap(form: &mut Form, prefix: &str, one: usize, other: usize) {
    renumber(form, prefix, |at| {
        Some(if at == one {
            other
        } else if at == other {
            one
        } else {
            at
        })
    });
}

/// The item as typed, on top of `old`; what is wrong stands in the form. `None`: not an item.
pub(super) fn to_item(form: &mut Form, old: &Item, currency: Currency) -> Option<Item> {
    let name = form.require("name", "An item needs a name.")?;
    let price = price(form, "price", currency);
    let tax = tax(form);
    let mut option_groups = Vec::new();
    for g in 0..groups(form) {
        option_groups.extend(group(form, g, currency));
    }
    let art = Some(form.trimmed("art").to_owned()).filter(|art| !art.is_empty());
    let item = Item {
        id: old.id,
        name,
        description: form.trimmed("description").to_owned(),
        price: price?,
        available: form.ticked("available"),
        art,
        photo: old.photo.clone(),
        tax_basis_points: tax?,
        allergens: allergens(form, ""),
        diets: diets(form, ""),
        option_groups,
    };
    form.is_ok().then_some(item)
}

fn group(form: &mut Form, g: usize, currency: Currency) -> Option<OptionGroup> {
    let at = format!("g{g}_");
    let name = form.require(&format!("{at}name"), "A group needs a name, such as Size.");
    let min = count(form, &format!("{at}min"));
    let max = count(form, &format!("{at}max"));
    let mut list = Vec::new();
    for o in 0..options(form, g) {
        let at = format!("{at}o{o}_");
        let name = form.require(&format!("{at}name"), "An option needs a name.");
        let price = price(form, &format!("{at}price"), currency);
        let max_quantity = count(form, &format!("{at}most"));
        list.push(MenuOption {
            id: form.value(&format!("{at}id")).parse().ok()?,
            name: name.unwrap_or_default(),
            price: price.unwrap_or(kernel::Money::zero(currency)),
            available: true,
            max_quantity: max_quantity.unwrap_or(1),
            allergens: allergens(form, &at),
            diets: diets(form, &at),
        });
    }
    let id = form.value(&format!("{at}id")).parse().ok()?;
    Some(OptionGroup { id, name: name?, min: min?, max: max?, options: list })
}

fn price(form: &mut Form, name: &str, currency: Currency) -> Option<kernel::Money> {
    let price = words::price(form.value(name), currency);
    if price.is_none() {
        form.fail(name, "Write the price as figures, e.g. 9.80.");
    }
    price
}

fn count(form: &mut Form, name: &str) -> Option<u32> {
    let count = form.trimmed(name).parse().ok();
    if count.is_none() {
        form.fail(name, "Write a whole number.");
    }
    count
}

fn tax(form: &mut Form) -> Option<u32> {
    // Percent with two digits is exactly a price in a currency with two digits.
    let tax = words::price(form.value("tax"), Currency::EUR).and_then(|p| p.minor.try_into().ok());
    if tax.is_none() {
        form.fail("tax", "Write the rate in percent, e.g. 10.");
    }
    tax
}

fn allergens(form: &Form, at: &str) -> Allergens {
    let keys = |name: &str| -> BTreeSet<Allergen> {
        form.values(&format!("{at}{name}")).filter_map(Allergen::from_key).collect()
    };
    let contains = keys("contains");
    let may_contain = keys("may").difference(&contains).copied().collect();
    Allergens { contains, may_contain, declared: form.ticked(&format!("{at}declared")) }
}

fn diets(form: &Form, at: &str) -> BTreeSet<Diet> {
    form.values(&format!("{at}diet")).filter_map(Diet::from_key).collect()
}

/// The field of a problem's pointer, counted from the item: `/option_groups/0/options/1/price`.
pub(super) fn field_of(pointer: &str) -> String {
    let steps: Vec<&str> = pointer.trim_start_matches('/').split('/').collect();
    match steps.as_slice() {
        ["option_groups", g, "options", o, field, ..] => format!("g{g}_o{o}_{}", last(field)),
        ["option_groups", g, field, ..] => format!("g{g}_{}", last(field)),
        ["photo", ..] => "photo_alt".to_owned(),
        [field, ..] => last(field).to_owned(),
        [] => String::new(),
    }
}

fn last(field: &str) -> &str {
    match field {
        "max_quantity" => "most",
        "tax_basis_points" => "tax",
        "allergens" => "contains",
        "options" => "name",
        other => other,
    }
}
