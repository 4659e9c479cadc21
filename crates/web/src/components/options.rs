//! A group of choices with price differences: radio buttons when one is chosen, checkboxes otherwise.
//! The rule ("choose 1", "up to 3") is said before choosing.

use maud::{Markup, html};

/// One choice.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice<'a> {
    /// Value sent.
    pub value: &'a str,
    /// Its name.
    pub label: &'a str,
    /// The price difference, written, e.g. "+1.50"; empty for none.
    pub price: &'a str,
    /// The same in minor units, for the live total.
    pub delta: i64,
    /// Whether it is chosen.
    pub chosen: bool,
    /// Why it cannot be chosen, e.g. "sold out".
    pub unavailable: Option<&'a str>,
    /// More about it, e.g. "contains milk".
    pub note: &'a str,
}

impl<'a> Choice<'a> {
    /// A choice with a name and nothing else yet.
    #[must_use]
    pub const fn named(label: &'a str) -> Self {
        Self { value: "", label, price: "", delta: 0, chosen: false, unavailable: None, note: "" }
    }
}

/// A group of choices.
#[derive(Debug, Clone, Copy, Default)]
pub struct ChoiceGroup<'a> {
    /// Name of the field; also the id of the group.
    pub name: &'a str,
    /// What is chosen, e.g. "Size".
    pub legend: &'a str,
    /// The rule in words, e.g. "Choose 1".
    pub rule: &'a str,
    /// At least so many.
    pub min: u32,
    /// At most so many.
    pub max: u32,
    /// The choices.
    pub choices: &'a [Choice<'a>],
    /// What is wrong with what was chosen.
    pub error: Option<&'a str>,
}

impl ChoiceGroup<'_> {
    /// The group.
    #[must_use]
    pub fn render(&self) -> Markup {
        let kind = if self.max == 1 && self.min == 1 { "radio" } else { "checkbox" };
        let wrong = if self.error.is_some() { "has-error" } else { "is-fine" };
        html! {
            fieldset.choices.(wrong) id=(self.name) data-min=(self.min) data-max=(self.max)
                aria-describedby={ (self.name) "-rule" } {
                legend.choices-legend { (self.legend) }
                p.choices-rule id={ (self.name) "-rule" } {
                    @if let Some(error) = self.error {
                        span.field-error { (crate::icons::warning()) (error) }
                    } @else {
                        (self.rule) @if self.min > 0 { span.choices-needed { "needed" } }
                    }
                }
                ul.choices-list { @for choice in self.choices { li { (self.choice(choice, kind)) } } }
            }
        }
    }

    fn choice(&self, choice: &Choice<'_>, kind: &str) -> Markup {
        let off = choice.unavailable.is_some();
        let needed = kind == "radio";
        html! {
            label.choice {
                input type=(kind) name=(self.name) value=(choice.value) checked[choice.chosen && !off]
                    disabled[off] required[needed] data-delta=(choice.delta);
                span.choice-text {
                    (choice.label)
                    @if !choice.note.is_empty() { span.choice-note { (choice.note) } }
                    @if let Some(why) = choice.unavailable { span.choice-note { (why) } }
                }
                @if !choice.price.is_empty() { span.choice-price.money { (choice.price) } }
            }
        }
    }
}
