//! An empty state: what is not here yet, and how to begin.

use maud::{Markup, html};

/// Nothing to show.
#[derive(Debug, Clone, Copy, Default)]
pub struct Empty<'a> {
    /// What is missing, in friendly words.
    pub title: &'a str,
    /// What to do about it.
    pub words: &'a str,
    /// Address of a picture.
    pub art: Option<&'a str>,
    /// A way on: (label, address).
    pub action: Option<(&'a str, &'a str)>,
}

impl Empty<'_> {
    /// The empty state.
    #[must_use]
    pub fn render(&self) -> Markup {
        html! {
            div.empty {
                @if let Some(url) = self.art { (super::art(url, 96, true)) }
                h2.empty-title { (self.title) }
                p { (self.words) }
                @if let Some((label, href)) = self.action { p { a.btn.btn-primary href=(href) { (label) } } }
            }
        }
    }
}
