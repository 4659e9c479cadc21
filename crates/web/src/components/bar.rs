//! The bar at the lower edge that leads to the slip.

use maud::{Markup, html};

/// "View slip · 2 items … €22.20". Nothing when the slip is empty; the element stays, so that a
/// fragment can fill it.
#[must_use]
pub fn slip_bar(href: &str, items: u32, total: &str) -> Markup {
    html! {
        div.slip-bar-place #slip-bar {
            @if items > 0 {
                a.slip-bar href=(href) {
                    span.slip-bar-words {
                        "View slip" span.slip-bar-count {
                            " · " (items) @if items == 1 { " item" } @else { " items" }
                        }
                    }
                    span.money { (total) }
                }
            }
        }
    }
}
