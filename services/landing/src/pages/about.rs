//! `/about`: who stands behind it.

use maud::{Markup, html};
use web::{Page, Site};

pub(super) fn render(site: &Site) -> Markup {
    Page::new(site, "About")
        .description("Comanda is open software that a town, a co-operative or a group of restaurants runs for itself.")
        .canonical("/about")
        .render(&html! {
            article.wrap.page {
                div.prose {
                    h1 { "A slip between table and kitchen" }
                    p.lead {
                        "A " em { "comanda" } " is the paper on which a waiter writes an order. It knows what you want, who cooks it, "
                        "and when you asked. Nothing else has to stand between you and a meal."
                    }
                    p {
                        "This marketplace is run by the town that eats from it. The software is open: anybody may read it, run it "
                        "and improve it. It fits on one small machine, and it grows when a town does."
                    }
                    h2 { "What we promise" }
                    ul {
                        li { "Your order reaches a person, or you hear that it did not." }
                        li { "Prices are the restaurant's own, shown whole before you order." }
                        li { "We keep what an order needs, and no more." }
                    }
                    p { a href="/contact" { "Write to us" } " if something went wrong. A person answers." }
                }
            }
        })
}
