//! `/`: what Comanda is, for those who eat and those who cook.

use maud::{Markup, html};
use web::{
    Page, Service, Site, assets,
    components::{Slip, SlipLine, Step, StepState, art, steps},
    icons,
};

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
                    div.welcome-table { (sample_slip()) }
                }
            }
            section.band aria-labelledby="how" {
                div.wrap.stack-wide {
                    h2 #how { "One slip travels" }
                    div.points {
                        (point(&icons::search(), "You choose", "Whole menus with prices, allergens and real opening hours. Nothing to install, no account needed."))
                        (point(&icons::bell(), "The kitchen rings", "Your slip appears on the board at once and rings until a person has seen it. If nobody answers, you pay nothing."))
                        (point(&icons::flame(), "You watch it cook", "Accepted, in the oven, ready at the counter: the page tells you by itself, and says so when it takes longer."))
                    }
                }
            }
            section.wrap.page.stack-wide aria-labelledby="two" {
                h2 #two { "Made for both sides of the counter" }
                div.splits {
                    (split("split-warm", "steaming-bowl", "Honest prices",
                        "The price on the menu is the price in the restaurant. No service fee appears at the end, no place on a list is for sale.",
                        ("Order food", &order)))
                    (split("split-dark", "cooking", "A board, not a tax",
                        "Orders on a tablet at the pass, menus you edit yourself, and no third of every meal for a platform.",
                        ("How it works for restaurants", "/restaurants")))
                }
            }
        })
}

fn point(icon: &Markup, title: &str, words: &str) -> Markup {
    html! { div.point { (icon) h3 { (title) } p { (words) } } }
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

fn sample_slip() -> Markup {
    let done = |label, time| Step { label, time, state: StepState::Done };
    let now = Step { label: "In the oven", time: "19:31", state: StepState::Now };
    let next = Step { label: "Ready at the counter", time: "", state: StepState::Next };
    Slip {
        code: Some("K7Q"),
        aside: &["Ana · pickup", "pay at the counter"],
        lines: &[
            SlipLine {
                quantity: 1,
                name: "Margherita",
                details: &["extra basil"],
                price: "9.80",
                ..SlipLine::default()
            },
            SlipLine { quantity: 1, name: "Diavola", price: "12.40", ..SlipLine::default() },
        ],
        total: Some("€22.20"),
        foot: Some(steps(&[
            done("Sent to the kitchen", "19:22"),
            done("Seen and accepted", "19:23"),
            now,
            next,
        ])),
        ..Slip::default()
    }
    .render()
}
