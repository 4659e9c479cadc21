//! `/`: what Comanda is, for those who eat and those who cook.

use super::pictures;
use maud::{Markup, html};
use web::{
    Page, Service, Site, assets,
    components::{Plate, art},
};

/// What people are hungry for: a word to search for, and its picture.
const WISHES: [(&str, &str, Plate); 8] = [
    ("Pizza", "pizza", Plate::Saffron),
    ("Ramen", "steaming-bowl", Plate::Basil),
    ("Burger", "hamburger", Plate::Rose),
    ("Curry", "curry-rice", Plate::Sky),
    ("Sushi", "sushi", Plate::Berry),
    ("Salad", "green-salad", Plate::Basil),
    ("Taco", "taco", Plate::Saffron),
    ("Cake", "cake", Plate::Rose),
];

pub(super) fn render(site: &Site) -> Markup {
    let order = site.url(Service::Orderhub, "/");
    Page::new(site, "Order from the kitchens next door")
        .description("Order from your town's restaurants, directly. The kitchen sees it at once and keeps what you pay.")
        .canonical("/")
        .render(&html! {
            div.wrap {
                section.welcome {
                    div.welcome-text {
                        h1 { "Dinner, straight from the kitchen." }
                        p.lead {
                            "Order from the restaurants of your town. The cook sees your slip the moment you send it, and "
                            "the whole price of the meal stays with the people who made it."
                        }
                        p.actions {
                            a.btn.btn-primary href=(order) { "See who is cooking" }
                            a.btn.btn-quiet href="/restaurants" { "I run a restaurant" }
                        }
                    }
                    (pictures::table())
                }
                (wishes(site))
            }
            (travel())
            section.wrap.page.stack-wide aria-labelledby="two" {
                h2.band-title #two { "Made for both sides of the counter" }
                div.splits {
                    (split("split-warm", "bento", "Honest prices",
                        "The price on the menu is the price in the restaurant. No service fee appears at the end, no place on a list is for sale.",
                        ("Order food", &order)))
                    (split("split-dark", "cooking", "A board, not a tax",
                        "Orders on a tablet at the pass, menus you edit yourself, and no third of every meal for a platform.",
                        ("How it works for restaurants", "/restaurants")))
                }
            }
        })
}

/// Straight to the dishes of that name.
fn wishes(site: &Site) -> Markup {
    let search =
        |word: &str| site.url(Service::Orderhub, &format!("/search?q={}", word.to_lowercase()));
    html! {
        nav.wishes-row aria-labelledby="hungry" {
            h2.wishes-title #hungry { "Hungry for…" }
            ul.wishes-list {
                @for (word, picture, plate) in WISHES {
                    li { a.wish href=(search(word)) {
                        span.wish-plate.(plate.class()) { @if let Some(url) = assets::art(picture) { (art(url, 72, false)) } }
                        (word)
                    } }
                }
            }
        }
    }
}

/// The slip's way, leg by leg.
fn travel() -> Markup {
    html! {
        section.band aria-labelledby="how" {
            div.wrap.stack-wide {
                div {
                    h2.band-title #how { "One slip travels" }
                    p.lead { "The slip you fill is the ticket the cook holds and the page you watch. Nothing is copied by hand on the way." }
                }
                ol.travel {
                    (leg(&pictures::chosen(), "You choose", "Whole menus with prices, allergens and real opening hours. Nothing to install, no account needed."))
                    (leg(&pictures::ringing(), "The kitchen rings", "Your slip is on the board at once and rings until a person has seen it. If nobody answers, you pay nothing."))
                    (leg(&pictures::cooking(), "You watch it cook", "Accepted, in the kitchen, ready at the counter: the page tells you by itself, and says so when it takes longer."))
                }
            }
        }
    }
}

fn leg(picture: &Markup, title: &str, words: &str) -> Markup {
    html! { li.leg { div.leg-picture aria-hidden="true" { (picture) } h3 { (title) } p { (words) } } }
}

fn split(class: &str, picture: &str, title: &str, words: &str, link: (&str, &str)) -> Markup {
    let (label, href) = link;
    html! {
        div.split.(class) {
            @if let Some(url) = assets::art(picture) { (art(url, 96, false)) }
            h3 { (title) }
            p { (words) }
            p.actions { a.btn.btn-primary href=(href) { (label) } }
        }
    }
}
