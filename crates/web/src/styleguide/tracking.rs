//! The tracking page, composed.

use maud::{Markup, html};

use super::parts::lines;
use crate::{
    components::{Slip, Step, StepState, steps},
    origins::Site,
    page::{Look, Page},
};

pub(super) fn render(site: &Site) -> Markup {
    let step = |label, time, state| Step { label, time, state };
    let slip = Slip {
        code: Some("K7Q"),
        aside: &["Ana · pickup", "pay at the counter"],
        lines: &lines(),
        total: Some("€22.20"),
        foot: Some(steps(&[
            step("Sent to the kitchen", "19:22", StepState::Done),
            step("Seen and accepted", "19:23", StepState::Done),
            step("In the oven", "19:31", StepState::Now),
            step("Ready at the counter", "", StepState::Next),
        ])),
        fresh: true,
        ..Slip::default()
    };
    let body = html! {
        div.wrap { div.tracking {
            div.tracking-head {
                p.tracking-state { "Trattoria Lupo is cooking" }
                h1.tracking-time { "19:40–19:45" }
                p.tracking-where { "Ready for pickup at Linzer Gasse 12" }
            }
            (slip.render())
            div.actions { a.btn.btn-quiet href="#" { "Call the restaurant" } a.btn.btn-plain href="#" { "Help" } }
        } }
    };
    Page::new(site, "Order K7Q")
        .look(Look::Customer)
        .body_class("on-cloth")
        .no_index()
        .render(&body)
}
