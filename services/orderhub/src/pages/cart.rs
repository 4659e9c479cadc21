//! `/cart`: the slip before it goes to the kitchen.

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use jiff::Timestamp;
use maud::{Markup, html};
use web::{
    Form, Page, Problem, assets,
    components::{Empty, Tone, notice},
    icons,
    page::is_fragment,
};

use super::{fragments, item, parts, slip::PricedCart, words};
use crate::{
    browse::Browse,
    carts::{self, Cart},
    domain::standing::Standing,
    usecases::carts::{CartChange, change_cart},
};

pub(crate) async fn show(
    State(browse): State<Browse>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let cart =
        carts::current_cart(&browse, &headers).await.map_err(|error| Problem::internal(&error))?;
    let dishes = cart.as_ref().map_or(0, Cart::dishes);
    let taken_off = Form::parse(query.unwrap_or_default().as_bytes());
    let body = html! {
        div.wrap.page.cart-page {
            h1 { "Your slip" }
            (slip(&browse, cart.as_ref(), &taken_off))
        }
        (parts::personal(None))
    };
    let page = Page::new(&browse.site, "Your slip")
        .no_index()
        .body_class("on-cloth")
        .person(parts::person_place(&browse.site))
        .slip(parts::slip_corner(dishes))
        .render(&body);
    Ok(page.into_response())
}

/// The part of the page that changes with the cart; `taken_off` is the line to put back, if any.
fn slip(browse: &Browse, cart: Option<&Cart>, taken_off: &Form) -> Markup {
    let now = browse.clock.now();
    let priced = cart.and_then(|cart| {
        let restaurant = browse.catalogue.restaurant(cart.restaurant_id)?;
        Some(PricedCart::new(cart, restaurant, now))
    });
    html! {
        div.narrow #cart {
            (put_back(browse, taken_off))
            @match &priced {
                Some(priced) => { (warnings(priced, now)) (priced.render(true, foot(priced, now))) },
                None => (Empty {
                    title: "Nothing on it yet",
                    words: "Choose a dish and it appears here.",
                    art: assets::art("steaming-bowl"),
                    action: Some(("See who is cooking", "/")),
                }.render()),
            }
        }
    }
}

/// "Margherita is off your slip. Undo": the dish's own form with what stood on the line.
fn put_back(browse: &Browse, taken_off: &Form) -> Markup {
    let restaurant = browse.catalogue.by_slug(taken_off.value("at"));
    let menu = restaurant.as_ref().and_then(|found| found.menu_at(browse.clock.now()));
    let item = taken_off.trimmed("item").parse().ok();
    let item = menu.as_deref().zip(item).and_then(|(menu, id)| menu.item(id));
    let Some((restaurant, item)) = restaurant.as_ref().zip(item) else { return html! {} };
    html! {
        div.notice.put-back {
            p.notice-title { (item.name) " is off your slip." }
            form method="post" action={ "/r/" (restaurant.profile.slug) "/i/" (item.id) } {
                @for (name, value) in taken_off.pairs().filter(|(name, _)| !["at", "item"].contains(name)) {
                    input type="hidden" name=(name) value=(value);
                }
                button.btn.btn-small.btn-quiet type="submit" data-focus { (icons::undo()) "Undo" }
            }
        }
    }
}

/// The line that a change takes off, as the query of the page that can put it back.
fn line_of(browse: &Browse, cart: Option<&Cart>, change: CartChange) -> Option<String> {
    let CartChange::Quantity(index, id, 0) = change else { return None };
    let cart = cart?;
    let restaurant = browse.catalogue.restaurant(cart.restaurant_id)?;
    let menu = restaurant.menu_at(browse.clock.now())?;
    let held = cart.lines.get(index).filter(|held| held.line.item_id == id)?;
    let mut pairs = item::pairs_of(menu.item(id)?, &held.line);
    pairs.push(("at".to_owned(), restaurant.profile.slug.clone()));
    pairs.push(("item".to_owned(), id.to_string()));
    serde_urlencoded::to_string(&pairs).ok()
}

fn warnings(priced: &PricedCart<'_>, now: Timestamp) -> Markup {
    let profile = &priced.restaurant.profile;
    let clock = |at| words::clock(&profile.hours.zone, at, now);
    html! {
        @match &priced.standing {
            Standing::Open { .. } => {},
            Standing::Closed { opens_at } => (notice(Tone::Warn, "The kitchen is closed", html! {
                (profile.name)
                @match opens_at {
                    Some(at) if priced.standing.takes_orders_ahead(now) => { " opens " b { (words::at_clock(&profile.hours.zone, *at, now)) } ". Order ahead: you choose the time at the checkout." },
                    Some(at) => { " takes orders again " b { (clock(*at)) } ". Your slip waits for 30 days." },
                    None => { " has not said when it opens. Your slip waits for 30 days." },
                }
            })),
            Standing::Paused { until, .. } => (notice(Tone::Warn, "The kitchen has paused", html! {
                (profile.name) " cooks again from " b { (clock(*until)) } ". Order ahead, or come back then."
            })),
            Standing::NoMenu => (notice(Tone::Warn, "The menu is gone", html! { (profile.name) " has taken its menu down." })),
        }
        @if !priced.is_whole() {
            (notice(Tone::Warn, "Something has run out", html! { "What is struck through cannot be ordered now and is not in the total. Take it off or choose again." }))
        }
    }
}

fn foot(priced: &PricedCart<'_>, now: Timestamp) -> Markup {
    let profile = &priced.restaurant.profile;
    let open = priced.standing.takes_orders_ahead(now);
    let sellable = priced.quote.as_ref().is_some_and(|quote| !quote.lines.is_empty());
    html! {
        @if let Some(missing) = priced.missing_to_deliver() {
            p.quiet.small {
                @if profile.pickup { "Fetch it as it is, or add " b { (missing) } " to have it delivered." }
                @else { b { (missing) } " more and " (profile.name) " delivers." }
            }
        }
        @if open && sellable && priced.is_whole() {
            a.btn.btn-primary.btn-wide href="/checkout" { "Checkout" }
        } @else {
            div {
                button.btn.btn-primary.btn-wide type="button" aria-disabled="true" aria-describedby="why-not" { "Checkout" }
                p.btn-why #why-not {
                    @if !open { "The kitchen takes no orders just now." } @else { "First take off what has run out." }
                }
            }
        }
        div.spread {
            a href={ "/r/" (profile.slug) } { "Add something else" }
            form method="post" action="/cart" hx-post="/cart" hx-target="#cart" hx-swap="outerHTML" {
                input type="hidden" name="empty" value="1";
                button.btn.btn-small.btn-plain type="submit" { "Empty the slip" }
            }
        }
    }
}

pub(crate) async fn change(
    State(browse): State<Browse>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let change = read(&form).ok_or_else(|| {
        Problem::unprocessable("cart_change_unknown")
            .detail("Your slip could not be changed. Look at it again.")
            .way_on("Your slip", "/cart")
    })?;
    let before =
        carts::current_cart(&browse, &headers).await.map_err(|error| Problem::internal(&error))?;
    let taken_off = line_of(&browse, before.as_ref(), change).unwrap_or_default();
    if let Some(id) = carts::from_request(&headers, &browse.site) {
        let changed = browse.run("change_cart", move |tx, env| change_cart(tx, env, id, change));
        changed.await.map_err(|error| Problem::internal(&error))?;
    }
    if !is_fragment(&headers) {
        let mark = if taken_off.is_empty() { "" } else { "?" };
        return Ok(Redirect::to(&format!("/cart{mark}{taken_off}")).into_response());
    }
    let cart =
        carts::current_cart(&browse, &headers).await.map_err(|error| Problem::internal(&error))?;
    let taken_off = Form::parse(taken_off.as_bytes());
    Ok(html! { (slip(&browse, cart.as_ref(), &taken_off)) (fragments::corner_of(cart.as_ref())) }
        .into_response())
}

fn read(form: &Form) -> Option<CartChange> {
    if form.ticked("empty") {
        return Some(CartChange::Empty);
    }
    let number = |name: &str| form.trimmed(name).parse::<u32>().ok();
    let item = form.trimmed("item").parse().ok()?;
    Some(CartChange::Quantity(usize::try_from(number("line")?).ok()?, item, number("quantity")?))
}
