//! A quantity: a number field with a button on either side. Without scripts it is a number field.

use maud::{Markup, html};

use crate::icons;

/// A stepper.
#[derive(Debug, Clone, Copy)]
pub struct Stepper<'a> {
    /// Name of the field.
    pub name: &'a str,
    /// Id, unique on the page.
    pub id: &'a str,
    /// What is counted, e.g. "Quantity of Margherita".
    pub label: &'a str,
    /// Now.
    pub value: u32,
    /// At least.
    pub min: u32,
    /// At most.
    pub max: u32,
    /// What one of it adds to the price in minor units, for the live total; 0 for nothing.
    pub delta: i64,
}

impl Stepper<'_> {
    /// The stepper.
    #[must_use]
    pub fn render(&self) -> Markup {
        html! {
            div.stepper data-stepper="" {
                button.stepper-btn type="button" data-step="-1" aria-label={ "One less: " (self.label) } {
                    (icons::minus())
                }
                input.stepper-value id=(self.id) name=(self.name) type="number" inputmode="numeric"
                    value=(self.value) min=(self.min) max=(self.max) aria-label=(self.label)
                    data-delta=[(self.delta != 0).then_some(self.delta)];
                button.stepper-btn type="button" data-step="1" aria-label={ "One more: " (self.label) } {
                    (icons::plus())
                }
            }
        }
    }
}
