//! The wordmark, and round links that show only an icon.

use maud::{Markup, html};

/// The name of the house, as a link to `href`.
#[must_use]
pub fn wordmark(href: &str) -> Markup {
    html! {
        a.wordmark href=(href) aria-label="Comanda, front page" {
            "comanda" span.wordmark-dot aria-hidden="true" { "." }
        }
    }
}

/// Where food shall go, as a link to change it.
#[must_use]
pub fn place(href: &str, label: &str) -> Markup {
    html! { a.place href=(href) { (crate::icons::pin()) span.place-label { (label) } } }
}

/// A round link with an icon; `name` is what it is called.
#[must_use]
pub fn icon_link(href: &str, name: &str, icon: &Markup) -> Markup {
    html! { a.icon-btn href=(href) aria-label=(name) title=(name) { (icon) } }
}
