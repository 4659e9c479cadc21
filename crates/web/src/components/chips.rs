//! Chips: links that set a filter in the address.

use maud::{Markup, html};

/// One chip.
#[derive(Debug, Clone, Copy)]
pub struct Chip<'a> {
    /// What it filters by.
    pub label: &'a str,
    /// The address with the filter switched.
    pub href: &'a str,
    /// Whether the filter is on now.
    pub on: bool,
}

/// A row of chips, called `name` for screen readers; it scrolls sideways on a phone.
#[must_use]
pub fn chips(name: &str, chips: &[Chip<'_>]) -> Markup {
    html! {
        nav.chips aria-label=(name) {
            ul.chips-row {
                @for chip in chips {
                    li {
                        a.chip href=(chip.href) aria-current=[chip.on.then_some("true")] { (chip.label) }
                    }
                }
            }
        }
    }
}
