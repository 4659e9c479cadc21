//! Placeholders of the same size as what is coming.

use maud::{Markup, html};

/// `count` cards on their way.
#[must_use]
pub fn skeleton_cards(count: usize) -> Markup {
    html! {
        div.cards aria-hidden="true" {
            @for _ in 0..count {
                div.card.skeleton-card {
                    div.card-plate.skeleton {}
                    div.card-text { div.skeleton.skeleton-line {} div.skeleton.skeleton-line-short {} }
                }
            }
        }
    }
}

/// `count` rows on their way.
#[must_use]
pub fn skeleton_rows(count: usize) -> Markup {
    html! {
        div aria-hidden="true" {
            @for _ in 0..count {
                div.item {
                    div.item-text { div.skeleton.skeleton-line {} div.skeleton.skeleton-line-short {} }
                    div.item-plate.skeleton {}
                }
            }
        }
    }
}
