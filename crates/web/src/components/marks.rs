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

/// What stands where no allergen is named: that there is none, or that the restaurant has not said.
#[must_use]
pub const fn none_named(unknown: bool) -> &'static str {
    if unknown {
        "The restaurant has not said. Ask before you order."
    } else {
        "None of the 14 that must be named."
    }
}

impl Allergens<'_> {
    /// The list.
    #[must_use]
    pub fn render(&self) -> Markup {
        html! {
            dl.allergens {
                @if self.unknown || (self.contains.is_empty() && self.may_contain.is_empty()) {
                    div { dt { "Allergens" } dd { (none_named(self.unknown)) } }
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
