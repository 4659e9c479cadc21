//! `/operator`: whoever runs the platform sees which kitchens there are, which take orders now, and
//! how many came today. What people ordered is not theirs to see.

use super::{Office, problem, shell};
use crate::{
    domain::{availability::business_day_began, staff::Role},
    store,
    usecases::Refusal,
};
use axum::{Router, extract::State, routing::get};
use database::Tx;
use jiff::Timestamp;
use maud::{Markup, html};
use runtime::Context;
use serde::Deserialize;
use web::{Problem, QueryOf, Service, Site, signed_in::SignedIn};

const PAGE: u32 = 100;

pub(super) fn routes() -> Router<Context> {
    Router::new().route("/operator", get(show))
}

#[derive(Debug, Deserialize)]
struct From {
    /// The slug after which the page begins.
    #[serde(default)]
    after: String,
}

async fn show(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    QueryOf(from): QueryOf<From>,
) -> Result<Markup, Problem> {
    if !principal.operator {
        return Err(Problem::not_found());
    }
    let now = context.clock.now();
    let read = move |tx: &mut Tx<'_>| kitchens(tx, &from.after, now);
    let mut kitchens = context.database.read(read).await.map_err(problem)?;
    let more = kitchens.len() > PAGE as usize;
    kitchens.truncate(PAGE as usize);
    let next = kitchens.last().filter(|_| more).map(|(office, _)| office.restaurant.slug.as_str());
    let body = html! {
        div.wrap.page.stack.office {
            h1 { "All kitchens" }
            @if kitchens.is_empty() {
                p { "No restaurant has joined yet." }
            } @else {
                (table(&context.site, &kitchens))
            }
            @if let Some(next) = next { p { a.btn.btn-quiet href={ "/operator?after=" (next) } { "More kitchens" } } }
        }
    };
    Ok(shell(&context, &principal, "All kitchens", &body))
}

/// One more than a page of them, each with today's orders.
fn kitchens(tx: &mut Tx<'_>, after: &str, now: Timestamp) -> Result<Vec<(Office, i64)>, Refusal> {
    let mut kitchens = Vec::new();
    for restaurant in store::restaurants::after(tx, after, PAGE + 1)? {
        let availability = store::availability::of(tx, restaurant.id)?;
        let began = business_day_began(&restaurant.hours, now);
        let today = store::restaurants::orders_since(tx, restaurant.id, began)?;
        kitchens.push((Office { restaurant, role: Role::Viewer, availability, now }, today));
    }
    Ok(kitchens)
}

fn table(site: &Site, kitchens: &[(Office, i64)]) -> Markup {
    html! {
        div.table-box tabindex="0" role="region" aria-label="All kitchens" {
            table.table.table-stacks {
                thead { tr {
                    th scope="col" { "Restaurant" } th scope="col" { "Where" } th scope="col" { "Now" }
                    th scope="col" { "Orders today" } th scope="col" { "Phone" }
                } }
                tbody { @for (office, today) in kitchens { (row(site, office, *today)) } }
            }
        }
    }
}

fn row(site: &Site, office: &Office, today: i64) -> Markup {
    let profile = &office.restaurant.profile;
    let menu = site.url(Service::Orderhub, &format!("/r/{}", office.restaurant.slug));
    html! {
        tr {
            th scope="row" {
                @if profile.listed { a href=(menu) { (profile.name) } } @else { (profile.name) }
            }
            td { (profile.address.street) ", " (profile.address.city) }
            td {
                @if profile.listed { (office.state_mark()) } @else { span.quiet { "Not published yet" } }
            }
            td { (today) @if today == 1 { " order" } @else { " orders" } " today" }
            td { (profile.phone) }
        }
    }
}
