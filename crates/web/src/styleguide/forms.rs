//! Fields, choices, steppers and the dialog in their states.

use maud::{Markup, html};

use super::part;
use crate::{
    components::{Choice, ChoiceGroup, Field, Kind, Stepper, dialog, error_summary},
    form::Form,
    icons,
};

pub(super) fn render() -> Markup {
    let mut form =
        Form::with([("name", "Ana"), ("phone", "06"), ("note", "Ring twice"), ("when", "soon")]);
    form.fail("phone", "This number is too short. Add the area code.");
    html! {
        (part("Fields", &html! { div.fields.narrow {
            (error_summary(&form))
            (Field { name: "name", label: "Name", autocomplete: "name", ..Field::default() }.render(&form))
            (Field { name: "phone", label: "Phone", hint: "Only if the kitchen has a question.",
                kind: Kind::Line("tel"), autocomplete: "tel", ..Field::default() }.render(&form))
            (Field { name: "when", label: "When", kind: Kind::Select(&[("soon", "As soon as possible"), ("late", "At 20:15")]),
                ..Field::default() }.render(&form))
            (Field { name: "note", label: "Note", kind: Kind::Area(2), optional: true, max_length: 200, ..Field::default() }.render(&form))
            label.check { input type="checkbox" name="cutlery" value="1"; "No cutlery, thank you" }
        } }))
        (part("Item dialog", &item_dialog()))
    }
}

fn item_dialog() -> Markup {
    html! {
        div.panel { (item_form()) }
        (dialog("closed-dialog", "Remove this dish?", true, &html! { p { "Margherita leaves your slip." } }, &html! {
            button.btn.btn-quiet type="button" { "Keep it" }
            button.btn.btn-danger type="button" { (icons::trash()) "Remove" }
        }))
    }
}

/// The form of a dish, as it stands in the dialog and on the page behind it.
pub(super) fn item_form() -> Markup {
    html! {
        form.dialog-form data-base="980" data-currency="EUR" data-digits="2" method="get" action="/styleguide/forms" {
            div.dialog-body {
                p.quiet { "San Marzano, fior di latte, basil" }
                (size()) (extras()) (dough())
            }
            div.dialog-foot {
                (Stepper { name: "quantity", id: "quantity", label: "Quantity", value: 1, min: 1, max: 20, delta: 0 }.render())
                button.btn.btn-primary.btn-spread type="submit" {
                    span { "Add to order" } span.money data-total="" { "€9.80" }
                }
            }
        }
    }
}

fn size() -> Markup {
    ChoiceGroup {
        name: "size",
        legend: "Size",
        rule: "Choose 1",
        min: 1,
        max: 1,
        error: None,
        choices: &[
            Choice { value: "s", chosen: true, ..Choice::named("Normal") },
            Choice { value: "l", price: "+€3.00", delta: 300, ..Choice::named("Large") },
        ],
    }
    .render()
}

fn extras() -> Markup {
    ChoiceGroup {
        name: "extra",
        legend: "Extras",
        rule: "Up to 2",
        min: 0,
        max: 2,
        error: None,
        choices: &[
            Choice {
                value: "b",
                price: "+€2.50",
                delta: 250,
                note: "contains milk",
                ..Choice::named("Buffalo mozzarella")
            },
            Choice {
                value: "a",
                price: "+€1.80",
                delta: 180,
                note: "contains fish",
                ..Choice::named("Anchovies")
            },
            Choice { value: "c", price: "+€1.20", delta: 120, ..Choice::named("Capers") },
            Choice {
                value: "t",
                price: "+€4.00",
                delta: 400,
                unavailable: Some("sold out today"),
                ..Choice::named("Truffle")
            },
        ],
    }
    .render()
}

fn dough() -> Markup {
    ChoiceGroup {
        name: "dough",
        legend: "Dough",
        rule: "Choose 1",
        min: 1,
        max: 1,
        error: Some("Choose a dough, please."),
        choices: &[
            Choice { value: "w", ..Choice::named("Wheat") },
            Choice { value: "g", ..Choice::named("No gluten") },
        ],
    }
    .render()
}
