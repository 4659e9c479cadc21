//! `/restaurants`: for those who cook.

use super::pictures;
use maud::{Markup, html};
use web::{Page, Service, Site, icons};

pub(super) fn render(site: &Site) -> Markup {
    Page::new(site, "For restaurants")
        .description("A kitchen board, your own menu and hours, and no share of the meal for a platform.")
        .canonical("/restaurants")
        .render(&html! {
            div.wrap {
                section.welcome {
                    div.welcome-text {
                        h1 { "Your orders. Your menu. Your money." }
                        p.lead {
                            "Comanda is run by your town for its own restaurants. Orders come straight to the pass; "
                            "guests stay your guests."
                        }
                        p.actions {
                            a.btn.btn-primary href="/start" { "Join with your restaurant" }
                            a.btn.btn-quiet href=(site.url(Service::Prepstation, "/")) { "Open my kitchen" }
                        }
                    }
                    (pictures::pass())
                }
            }
            section.band aria-labelledby="what" {
                div.wrap.stack-wide {
                    h2 #what { "What you get" }
                    div.points {
                        (point(&icons::bell(), "A board that cannot be missed", "A new slip rings until somebody taps it. If the tablet loses its connection, it says so within seconds."))
                        (point(&icons::pencil(), "A menu you change yourself", "Draft, look, publish. Take a dish off with one tap and it is sold out everywhere before you are back at the stove."))
                        (point(&icons::clock(), "Hours that are right", "Split shifts, nights past twelve, holidays. Pause when it is too much; it opens again by itself."))
                        (point(&icons::leaf(), "Allergens with the dish", "All fourteen, on items and extras, worked out for the dish as it is chosen. A note about an allergy stands out on the ticket."))
                        (point(&icons::phone(), "Your guests' numbers", "They stand on the ticket, so you can call about an order. Nobody else sells them anything."))
                        (point(&icons::receipt(), "Sums that add up", "Every price is worked out line by line and stays on record as it was sold."))
                    }
                }
            }
            section.wrap.page aria-labelledby="begin" {
                div.splits {
                    div.split.split-warm {
                        h2 #begin { "Three evenings to the first order" }
                        ol.evenings {
                            li { "Tell us about your place. We call you." }
                            li { "Send your menu as you have it; we bring it in together." }
                            li { "Put a tablet at the pass, press Start shift, and try an order." }
                        }
                        p.actions { a.btn.btn-primary href="/start" { "Begin" } }
                    }
                    div.split.split-dark {
                        p.figure { "0 %" }
                        p { "of a meal goes to a platform. The town shares the running costs, and you see them." }
                    }
                }
            }
        })
}

fn point(icon: &Markup, title: &str, words: &str) -> Markup {
    html! { div.point { (icon) h3 { (title) } p { (words) } } }
}
