//! The wordmark, and round links that show an icon, with a word beside it where there is room.

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

/// A link of the header: an icon, and on wide screens `word` beside it. `name` begins with or holds
/// the word.
#[must_use]
pub fn word_link(href: &str, name: &str, word: &str, icon: &Markup) -> Markup {
    html! {
        a.icon-btn.word-btn href=(href) aria-label=(name) title=(name) { (icon) span.word { (word) } }
    }
}

/// A round link with an icon; `name` is what it is called.
#[must_use]
pub fn icon_link(href: &str, name: &str, icon: &Markup) -> Markup {
    html! { a.icon-btn href=(href) aria-label=(name) title=(name) { (icon) } }
}
