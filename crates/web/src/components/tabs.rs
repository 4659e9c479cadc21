//! Tabs between pages: plain links, the current one marked.

use maud::{Markup, html};

/// Tabs of (label, address), of which `current` is the address of this page.
#[must_use]
pub fn tabs(name: &str, pages: &[(&str, &str)], current: &str) -> Markup {
    html! {
        nav.tabs aria-label=(name) {
            ul.tabs-row {
                @for (label, href) in pages {
                    li {
                        a.tab href=(href) aria-current=[(*href == current).then_some("page")] { (label) }
                    }
                }
            }
        }
    }
}
