//! The discovery page, composed.

use maud::{Markup, html};

use super::parts::cards;
use crate::{
    assets,
    components::{Chip, Plate, SearchBox, chips, place, table_top},
    origins::Site,
    page::{Look, Page},
};

pub(super) fn render(site: &Site) -> Markup {
    let on = |label, on| Chip { label, href: "#", on };
    let dishes = ["steaming-bowl", "pizza", "tomato"].map(assets::art);
    let body = html! {
        div.wrap {
            div.discovery-top {
                h1 { "What smells good tonight?" }
                p.lead { "37 kitchens are cooking near you." }
                @if let [Some(one), Some(two), Some(three)] = dishes {
                    (table_top([(Plate::Basil, one), (Plate::Saffron, two), (Plate::Rose, three)]))
                }
            }
            div.discovery-tools {
                (SearchBox { action: "/search", name: "q", value: "", label: "Dish, cuisine or restaurant" }.render())
                (chips("Filters", &[on("Open now", true), on("Pickup", false), on("Vegan", false), on("No gluten", false), on("Under 20 min", false)]))
            }
            div.section-head { h2 { "Nearby and quick" } a.section-more href="#" { "All 37" } }
            div.cards { (cards()) (cards()) }
        }
        div.page {}
    };
    let place = place("#", "Linzer Gasse 12");
    Page::new(site, "Discovery").look(Look::Customer).no_index().place(place).render(&body)
}
