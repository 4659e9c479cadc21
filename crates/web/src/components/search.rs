//! The search box: a GET form, so that a search has an address.

use maud::{Markup, html};

use crate::icons;

/// A search box.
#[derive(Debug, Clone, Copy)]
pub struct SearchBox<'a> {
    /// Where the form goes.
    pub action: &'a str,
    /// The name of the field, e.g. `q`.
    pub name: &'a str,
    /// What was searched for.
    pub value: &'a str,
    /// What can be searched, e.g. "Dish, cuisine or restaurant".
    pub label: &'a str,
}

impl SearchBox<'_> {
    /// The form.
    #[must_use]
    pub fn render(&self) -> Markup {
        html! {
            form.search role="search" method="get" action=(self.action) {
                (icons::search())
                input.search-input type="search" name=(self.name) value=(self.value)
                    aria-label=(self.label) placeholder=(self.label) autocomplete="off" enterkeyhint="search";
                button.search-go type="submit" aria-label="Search" { (icons::arrow()) }
            }
        }
    }
}
