//! `/favourites`: the restaurants that somebody marked, kept with the browser or with the person.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use database::Error;
use kernel::ids::{Id, RestaurantId};
use maud::{Markup, html};
use std::collections::HashSet;
use uuid::Uuid;
use web::{
    Form, Page, Problem, assets, components::Empty, icons, page::is_fragment, signed_in::Visitor,
};

use super::parts;
use crate::{
    browse::Browse,
    carts,
    catalogue::{
        Restaurant,
        filter::{self, Filter},
    },
    store::favourites,
};

/// The person, and the browser: marks made before signing in stay.
fn owners(browse: &Browse, headers: &HeaderMap, visitor: &Visitor) -> Vec<Uuid> {
    let person = visitor.0.as_ref().map(|person| person.person_id.uuid());
    let browser = carts::from_request(headers, &browse.site).map(Id::uuid);
    person.into_iter().chain(browser).collect()
}

/// What is marked, the latest first.
pub(super) async fn marked(
    browse: &Browse,
    headers: &HeaderMap,
    visitor: &Visitor,
) -> Result<Vec<RestaurantId>, Problem> {
    let owners = owners(browse, headers, visitor);
    if owners.is_empty() {
        return Ok(Vec::new());
    }
    let found: Result<Vec<RestaurantId>, Error> = browse
        .database
        .read(move |tx| {
            let (mut all, mut seen) = (Vec::new(), HashSet::new());
            for owner in &owners {
                all.extend(favourites::of(tx, *owner)?.into_iter().filter(|id| seen.insert(*id)));
            }
            Ok(all)
        })
        .await;
    found.map_err(|error| Problem::internal(&error))
}

pub(crate) async fn show(
    State(browse): State<Browse>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Markup, Problem> {
    let marked = marked(&browse, &headers, &visitor).await?;
    let now = browse.clock.now();
    let mut found = filter::find(&browse.catalogue, &Filter::default(), now);
    found.retain(|found| marked.contains(&found.restaurant.id()));
    found.sort_by_key(|found| marked.iter().position(|id| *id == found.restaurant.id()));
    let body = html! {
        div.wrap.page {
            h1 { "Your favourites" }
            @if found.is_empty() {
                (Empty {
                    title: "No hearts given yet",
                    words: "Press the heart on a restaurant's page and you find it here.",
                    art: assets::art("plate"),
                    action: Some(("See who is cooking", "/")),
                }.render())
            } @else {
                div.cards { @for found in &found { (parts::card(found, now, true)) } }
            }
        }
        (parts::personal(None))
    };
    Ok(Page::new(&browse.site, "Your favourites")
        .no_index()
        .person(parts::person_place(&browse.site))
        .slip(parts::slip_corner(0))
        .render(&body))
}

/// The heart of a restaurant's page.
pub(super) fn heart(restaurant: &Restaurant, marked: bool) -> Markup {
    let name = &restaurant.profile.name;
    html! {
        form method="post" action="/favourites" hx-post="/favourites" hx-target="#favourite" hx-swap="innerHTML" {
            input type="hidden" name="restaurant" value=(restaurant.profile.slug);
            input type="hidden" name="on" value=(if marked { "0" } else { "1" });
            button.icon-btn.heart type="submit" aria-pressed=(if marked { "true" } else { "false" })
                aria-label={ "Favourite: " (name) } title="Favourite" { (icons::heart()) }
        }
    }
}

pub(crate) async fn change(
    State(browse): State<Browse>,
    visitor: Visitor,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let restaurant = super::restaurant::find(&browse, form.value("restaurant"))?;
    let env = browse.env();
    let known = owners(&browse, &headers, &visitor);
    let fresh = known.is_empty().then(|| carts::fresh_id(&env));
    let owner = known.first().copied().or(fresh.map(Id::uuid));
    let (id, on) = (restaurant.id(), form.value("on") != "0");
    let changed: Result<(), Error> = browse
        .database
        .write(move |tx| {
            if on {
                return owner.map_or(Ok(()), |owner| favourites::add(tx, owner, id, env.now));
            }
            known.iter().try_for_each(|owner| favourites::remove(tx, *owner, id))
        })
        .await;
    changed.map_err(|error| Problem::internal(&error))?;
    let mut answer = if is_fragment(&headers) {
        heart(&restaurant, on).into_response()
    } else {
        Redirect::to(&format!("/r/{}", restaurant.profile.slug)).into_response()
    };
    if let Some(cookie) = fresh.and_then(|id| carts::set_cookie(&browse.site, id)) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}
