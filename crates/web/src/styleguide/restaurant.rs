//! The restaurant page, composed.

use axum::http::HeaderMap;
use maud::{Markup, html};

use super::forms::item_form;
use super::parts::{items, lines};
use crate::{
    assets,
    components::{
        Fact, Hero, Picture, Plate, Slip, dialog_content, dialog_place, section_nav, slip_bar,
    },
    icons,
    origins::Site,
    page::{Look, Page, is_fragment},
};

pub(super) fn render(site: &Site) -> Markup {
    let hero = Hero {
        plate: Plate::Saffron,
        picture: assets::art("pizza").map(Picture::Art),
        title: "Trattoria Lupo",
        line: Some(html! {
            span.fact.rating { (icons::star()) b { "4.8" } " (212)" }
            span.fact { "Italian" } span.fact { "Linzer Gasse 12" }
        }),
        facts: &[
            Fact { strong: "15–20 min", label: "pickup" },
            Fact { strong: "Open", label: "until 23:00" },
            Fact { strong: "€12.00", label: "minimum" },
        ],
        back: Some(("All restaurants", "/styleguide/discovery")),
    };
    let slip = Slip {
        title: Some("Your slip"),
        aside: &["Trattoria Lupo", "pickup, 15–20 min"],
        lines: &lines(),
        total: Some("€22.20"),
        foot: Some(html! { a.btn.btn-primary.btn-wide href="#" { "Checkout" } }),
        ..Slip::default()
    };
    let sections =
        [("Pizza", "pizza"), ("Pasta", "pasta"), ("Insalate", "insalate"), ("Dolci", "dolci")];
    let rest = html! {
        (section_nav("Menu", &sections))
        div.wrap.menu-layout {
            div { @for (label, id) in sections { section.menu-section id=(id) { h2 { (label) } (items()) } } }
            aside.menu-slip aria-label="Your slip" { (slip.render()) }
        }
        (slip_bar("/cart", 2, "€22.20"))
        (dialog_place("item"))
    };
    Page::new(site, "Trattoria Lupo").look(Look::Customer).no_index().render(&hero.render(&rest))
}

/// One dish: the dialog's content for a script, a page for everybody else.
pub(super) fn render_item(site: &Site, headers: &HeaderMap) -> Markup {
    let content = dialog_content("item", "Margherita", &item_form());
    if is_fragment(headers) {
        return content;
    }
    let body = html! { div.wrap.page { h1.visually-hidden { "Margherita" } div.panel.narrow { (item_form()) } } };
    Page::new(site, "Margherita").look(Look::Customer).no_index().render(&body)
}
