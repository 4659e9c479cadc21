//! Marks for diets and heat, and the list of allergens.

use maud::{Markup, html};

use crate::icons;

/// A small mark beside a name.
#[derive(Debug, Clone, Copy)]
pub enum Mark<'a> {
    /// A diet, e.g. "vegan".
    Diet(&'a str),
    /// Heat, e.g. "hot".
    Hot(&'a str),
    /// Anything else, e.g. "popular".
    Plain(&'a str),
}

/// The mark.
#[must_use]
pub fn mark(mark: &Mark<'_>) -> Markup {
    match mark {
        Mark::Diet(text) => html! { span.mark.mark-diet { (icons::leaf()) (text) } },
        Mark::Hot(text) => html! { span.mark.mark-hot { (icons::flame()) (text) } },
        Mark::Plain(text) => html! { span.mark { (text) } },
    }
}

/// What a dish contains, may contain, or nobody has said.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allergens<'a> {
    /// Surely inside.
    pub contains: &'a [&'a str],
    /// Possibly inside.
    pub may_contain: &'a [&'a str],
    /// Whether the restaurant has not said.
    pub unknown: bool,
}

impl Allergens<'_> {
    /// The list.
    #[must_use]
    pub fn render(&self) -> Markup {
        html! {
            dl.allergens {
                @if self.unknown {
                    div { dt { "Allergens" } dd { "The restaurant has not said. Ask before you order." } }
                } @else if self.contains.is_empty() && self.may_contain.is_empty() {
                    div { dt { "Allergens" } dd { "None of the 14 that must be named." } }
                }
                @if !self.contains.is_empty() {
                    div { dt { "Contains" } dd { @for name in self.contains { span.allergen { (name) } " " } } }
                }
                @if !self.may_contain.is_empty() {
                    div {
                        dt { "May contain" }
                        dd { @for name in self.may_contain { span.allergen.allergen-may { (name) } " " } }
                    }
                }
            }
        }
    }
}
