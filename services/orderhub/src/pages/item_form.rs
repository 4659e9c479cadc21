//! The form of a dish: its option groups with their rules, a note, how many, and what the whole costs.
//! The same in the dialog and on the page behind it.

use jiff::Timestamp;
use kernel::{
    Money,
    food::{Allergens, Diet},
    menu::{ChosenOption, Item, MenuOption, OptionGroup},
};
use maud::{Markup, html};
use std::collections::BTreeSet;
use web::{
    Form,
    components::{self, Choice, ChoiceGroup, Picture, Stepper, error_summary},
};

use super::{parts, words};
use crate::{
    catalogue::Restaurant,
    domain::{
        pricing::{IfUnavailable, LONGEST_NOTE, MOST_OF_ONE_LINE},
        standing::Standing,
    },
};

/// The diets that the form names for the dish as chosen, the stricter first.
const DIETS_SAID: [Diet; 2] = [Diet::Vegan, Diet::Vegetarian];

/// What to do when it has run out: key, words.
pub(super) const IF_UNAVAILABLE: [(IfUnavailable, &str, &str); 4] = [
    (IfUnavailable::Remove, "remove", "Leave it out"),
    (IfUnavailable::Replace, "replace", "Choose something alike"),
    (IfUnavailable::Call, "call", "Call me"),
    (IfUnavailable::Cancel, "cancel", "Cancel my order"),
];

/// A dish being chosen.
pub(super) struct ItemForm<'a> {
    pub(super) restaurant: &'a Restaurant,
    pub(super) item: &'a Item,
    pub(super) form: &'a Form,
    pub(super) standing: &'a Standing,
    pub(super) now: Timestamp,
    /// Where it is shown: in the dialog answers replace its content.
    pub(super) in_dialog: bool,
}

/// The least that the dish costs with what must be chosen.
pub(super) fn least_price(item: &Item) -> Money {
    let least = |group: &OptionGroup| {
        let cheapest =
            group.options.iter().filter(|option| option.available).map(|o| o.price.minor);
        cheapest.min().unwrap_or(0).saturating_mul(i64::from(group.min))
    };
    let options: i64 = item.option_groups.iter().map(least).fold(0, i64::saturating_add);
    Money::new(item.price.minor.saturating_add(options), item.price.currency)
}

/// What was chosen in a form, group by group; a quantity of 0 is no choice.
pub(super) fn chosen(item: &Item, form: &Form) -> Vec<ChosenOption> {
    let mut chosen = Vec::new();
    for group in &item.option_groups {
        for value in form.values(&group.id.to_string()) {
            if let Ok(option_id) = value.parse() {
                chosen.push(ChosenOption { option_id, quantity: 1 });
            }
        }
        for option in group.options.iter().filter(|option| option.max_quantity > 1) {
            let quantity = form.value(&option.id.to_string()).parse().unwrap_or(0);
            if quantity > 0 {
                chosen.push(ChosenOption { option_id: option.id, quantity });
            }
        }
    }
    chosen
}

/// The form as it is first shown: the plain option of a group that must have one is chosen.
pub(super) fn fresh(item: &Item) -> Form {
    let plain = item.option_groups.iter().filter(|group| group.min == 1 && group.max == 1);
    let chosen = plain.filter_map(|group| {
        let mut on_sale = group.options.iter().filter(|option| option.available);
        let first = on_sale.next()?;
        let others_are_dearer = on_sale.all(|option| option.price.minor > first.price.minor);
        others_are_dearer.then(|| (group.id.to_string(), first.id.to_string()))
    });
    Form::with(chosen.chain([("quantity".to_owned(), "1".to_owned())]))
}

impl ItemForm<'_> {
    pub(super) fn render(&self) -> Markup {
        let (item, slug) = (self.item, &self.restaurant.profile.slug);
        let action = format!("/r/{slug}/i/{}", item.id);
        let post = self.in_dialog.then_some(&action);
        html! {
            form.dialog-form method="post" action=(action) hx-post=[post] hx-target=[post.map(|_| "#item")]
                hx-swap=[post.map(|_| "innerHTML")] data-add=[post.map(|_| "")]
                data-base=(item.price.minor) data-currency=(item.price.currency.code()) data-digits=(item.price.currency.digits()) {
                @for name in ["key", "line"] {
                    @if !self.form.value(name).is_empty() { input type="hidden" name=(name) value=(self.form.value(name)); }
                }
                div.dialog-body {
                    (error_summary(self.form))
                    (self.dish())
                    @for group in &item.option_groups { (self.group(group)) }
                    (self.wishes())
                }
                div.dialog-foot { (self.foot()) }
            }
        }
    }

    fn dish(&self) -> Markup {
        let item = self.item;
        html! {
            div.dish {
                @if let Some(picture) = parts::dish(item) {
                    div.item-plate.dish-plate.(parts::plate(self.restaurant).class()).(Picture::plate_class(Some(&picture))) { (picture.render(96)) }
                }
                div.dish-words {
                    @if !item.description.is_empty() { p { (item.description) } }
                    p { @for mark in &parts::marks(item) { (components::mark(mark)) " " } }
                }
            }
            div #dish-allergens data-holds=(holds(item)) data-none=(components::none_named(!item.allergens.declared)) data-unknown[!item.allergens.declared] { (allergens_of(item, &chosen(item, self.form))) }
        }
    }

    fn group(&self, group: &OptionGroup) -> Markup {
        let name = group.id.to_string();
        if group.options.iter().any(|option| option.max_quantity > 1) {
            return self.counted_group(group, &name);
        }
        let texts: Vec<(String, String, String)> = group
            .options
            .iter()
            .map(|option| (option.id.to_string(), price_of(option), note_of(self.item, option)))
            .collect();
        let choices: Vec<Choice<'_>> = group
            .options
            .iter()
            .zip(&texts)
            .map(|(option, (value, price, note))| Choice {
                value,
                price,
                note,
                delta: option.price.minor,
                chosen: self.form.chosen(&name, value),
                unavailable: (!option.available).then_some("sold out"),
                ..Choice::named(&option.name)
            })
            .collect();
        ChoiceGroup {
            name: &name,
            legend: &group.name,
            rule: &rule(group),
            min: group.min,
            max: group.max,
            choices: &choices,
            error: self.form.error(&name),
        }
        .render()
    }

    /// Options that may be chosen more than once have a number each.
    fn counted_group(&self, group: &OptionGroup, name: &str) -> Markup {
        html! {
            fieldset.choices id=(name) data-min=(group.min) data-max=(group.max) {
                legend.choices-legend { (group.name) }
                p.choices-rule {
                    @if let Some(error) = self.form.error(name) {
                        span.field-error { (web::icons::warning()) (error) }
                    } @else { (rule(group)) @if group.min > 0 { span.choices-needed { "needed" } } }
                }
                ul.choices-list {
                    @for option in &group.options {
                        @let id = option.id.to_string();
                        li { div.choice {
                            span.choice-text {
                                (option.name)
                                @if !option.available { span.choice-note { "sold out" } }
                                @else { span.choice-note { (note_of(self.item, option)) } }
                            }
                            span.choice-price.money { (price_of(option)) }
                            @if option.available {
                                (Stepper { name: &id, id: &id, label: &option.name, min: 0, max: option.max_quantity.min(group.max), delta: option.price.minor,
                                    value: self.form.value(&id).parse().unwrap_or(0) }.render())
                            }
                        } }
                    }
                }
            }
        }
    }

    fn wishes(&self) -> Markup {
        let wanted = self.form.value("if_unavailable");
        let wrong = self.form.error("note");
        html! {
            details.wishes open[!self.form.value("note").is_empty() || wrong.is_some()] {
                summary { "A word to the kitchen" }
                div.fields {
                    (components::Field { name: "note", label: "Note", hint: "No extras here, please: the kitchen cannot charge or promise what is only written.",
                        kind: components::Kind::Area(2), optional: true, max_length: LONGEST_NOTE as u32, ..components::Field::default() }.render(self.form))
                    div.field {
                        label.field-label for="if_unavailable" { "If it has run out" }
                        span.select {
                            select.input #if_unavailable name="if_unavailable" {
                                @for (_, key, label) in IF_UNAVAILABLE { option value=(key) selected[key == wanted] { (label) } }
                            }
                            (web::icons::chevron_down())
                        }
                    }
                }
            }
        }
    }

    fn foot(&self) -> Markup {
        let quantity = self.form.value("quantity").parse().unwrap_or(1);
        let total = self.total(quantity);
        let orderable = self.item.is_orderable();
        let editing = !self.form.value("line").is_empty();
        html! {
            @if orderable {
                (Stepper { name: "quantity", id: "quantity", label: "Quantity", value: quantity, min: 1, max: MOST_OF_ONE_LINE, delta: 0 }.render())
                button.btn.btn-primary.btn-spread type="submit" {
                    span { @if editing { "Save changes" } @else { "Add to order" } } span.money data-total="" { (total) }
                }
            } @else {
                p.btn-why { "Sold out for now. Look at the other dishes." }
            }
            @if !matches!(self.standing, Standing::Open { .. }) && orderable {
                p.btn-why { (words::later(self.standing, self.now)) }
            }
        }
    }

    fn total(&self, quantity: u32) -> Money {
        let chosen = chosen(self.item, self.form);
        let deltas = chosen.iter().filter_map(|choice| {
            self.item.option(choice.option_id).map(|(_, option)| (option.price, choice.quantity))
        });
        let unit = deltas.fold(self.item.price, |sum, (price, times)| {
            price.times(times).and_then(|delta| sum.plus(delta)).unwrap_or(sum)
        });
        unit.times(quantity).unwrap_or(unit)
    }
}

/// What a dish with these options holds; while the choice is incomplete, of what is chosen so far.
fn allergens_of(item: &Item, chosen: &[ChosenOption]) -> Markup {
    let options = chosen.iter().filter_map(|choice| item.option(choice.option_id));
    let parts = options.map(|(_, option)| &option.allergens);
    let allergens = parts.fold(item.allergens.clone(), |dish, part| dish.and(part));
    let diets = item.configure(chosen).map_or_else(|_| BTreeSet::new(), |known| known.diets());
    let diet = DIETS_SAID.into_iter().find(|diet| diets.contains(diet));
    html! {
        (list(&allergens))
        p.small.quiet data-diet="" { @if let Some(diet) = diet { (diet.label()) " as chosen." } }
    }
}

/// The same for the script that follows the choices at once: what the dish (`""`) and each option
/// (by its id) contains, may contain, and which of the diets it keeps.
fn holds(item: &Item) -> String {
    let part = |allergens: &Allergens, diets: &BTreeSet<Diet>| {
        let said = DIETS_SAID.into_iter().filter(|diet| diets.contains(diet));
        let said: Vec<&str> = said.map(Diet::label).collect();
        serde_json::json!([
            words::allergens(&allergens.contains),
            words::allergens(&allergens.may_contain),
            said
        ])
    };
    let options = item.option_groups.iter().flat_map(|group| &group.options);
    let parts = options.map(|o| (o.id.to_string(), part(&o.allergens, &o.diets)));
    let dish = [(String::new(), part(&item.allergens, &item.diets))];
    serde_json::Value::Object(dish.into_iter().chain(parts).collect()).to_string()
}

fn list(allergens: &Allergens) -> Markup {
    components::Allergens {
        contains: &words::allergens(&allergens.contains),
        may_contain: &words::allergens(&allergens.may_contain),
        unknown: !allergens.declared,
    }
    .render()
}

fn price_of(option: &MenuOption) -> String {
    match option.price.minor {
        0 => String::new(),
        _ => format!("+{}", option.price),
    }
}

/// What the option brings that the dish alone does not have.
fn note_of(item: &Item, option: &MenuOption) -> String {
    let new = option.allergens.contains.difference(&item.allergens.contains);
    let contains = words::allergens(new);
    let mut notes = Vec::new();
    if !contains.is_empty() {
        notes.push(format!("contains {}", contains.join(", ").to_lowercase()));
    }
    let broken = [Diet::Vegan, Diet::Vegetarian]
        .into_iter()
        .find(|diet| item.diets.contains(diet) && !option.diets.contains(diet));
    notes.extend(broken.map(|diet| format!("not {}", diet.label().to_lowercase())));
    notes.join(" · ")
}

fn rule(group: &OptionGroup) -> String {
    let possible = u32::try_from(group.most_available()).unwrap_or(u32::MAX);
    match (group.min, group.max) {
        (0, max) if max >= possible => "As many as you like".to_owned(),
        (0, max) => format!("Up to {max}"),
        (min, max) if min == max => format!("Choose {min}"),
        (min, max) if max >= possible => format!("Choose at least {min}"),
        (min, max) => format!("Choose {min} to {max}"),
    }
}
