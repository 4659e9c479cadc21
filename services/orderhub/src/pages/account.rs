//! `/account`: who I am here, and where the rest is kept.

use axum::extract::State;
use maud::{Markup, html};
use web::{
    Page, Service,
    signed_in::{SignedIn, Visitor},
};

use super::parts;
use crate::orders::Orders;

pub(crate) async fn show(State(orders): State<Orders>, SignedIn(principal): SignedIn) -> Markup {
    let site = &orders.context.site;
    let accounts = |path| site.url(Service::Accounts, path);
    let body = html! { div.wrap.narrow.page.stack {
        h1 { "Your account" }
        p.lead { "You are signed in as " (principal.email) "." }
        ul.stack {
            li.panel { h2 { a href="/orders" { "Your orders" } } p { "Every slip with your name, and those on their way." } }
            li.panel { h2 { a href="/favourites" { "Favourites" } } p { "The kitchens you come back to." } }
            li.panel {
                h2 { a href=(accounts("/account")) { "Your details" } }
                p { "The name that a kitchen calls out, kept in one place for all of Comanda." }
            }
            li.panel { h2 { a href=(accounts("/sessions")) { "Where you are signed in" } } p { "Phones and browsers, each with a way to sign it out." } }
        }
        p.actions { a.btn.btn-quiet href=(accounts("/sign-out")) { "Sign out" } }
        (parts::personal(None))
    } };
    let corner = parts::person_of(&Visitor(Some(principal)), site);
    Page::new(site, "Account").no_index().person(corner).slip(parts::slip_corner(0)).render(&body)
}
