//! Landing's front page, composed.

use maud::{Markup, html};

use super::parts::slip;
use crate::{
    icons,
    origins::{Service, Site},
    page::Page,
};

pub(super) fn render(site: &Site) -> Markup {
    let site = Site::new(Service::Landing, site.origins.clone());
    let body = html! {
        div.wrap.welcome {
            div.welcome-text {
                h1 { "Dinner, from the people down the road." }
                p.lead { "Order from your town's own kitchens. The whole price goes to the cook, not to a platform." }
                p.actions { a.btn.btn-primary href="#" { "Order food" } a.btn.btn-quiet href="#" { "I run a kitchen" } }
            }
            div.welcome-table { (slip()) }
        }
        div.band {
            div.wrap.points {
                (point(&icons::receipt(), "One slip", "The order you send is the ticket that the kitchen holds."))
                (point(&icons::clock(), "True times", "The cook says when it is ready, and the page follows by itself."))
                (point(&icons::leaf(), "Clear about food", "Allergens and diets for the dish as you put it together."))
            }
        }
        div.wrap.page {
            div.splits {
                section.split { h2 { "Hungry?" } p { "37 kitchens cook near you tonight." } p.actions { a.btn.btn-primary href="#" { "See who is cooking" } } }
                section.split.split-dark { h2 { "Cooking?" } p { "A board that rings until somebody has seen the order." } p.actions { a.btn.btn-primary href="#" { "Bring my restaurant" } } }
            }
        }
    };
    Page::new(&site, "Welcome").no_index().render(&body)
}

fn point(icon: &Markup, title: &str, words: &str) -> Markup {
    html! { section.point { (icon) h2 { (title) } p { (words) } } }
}
