//! What belongs to a person, fetched into pages that are cached for all: the slip and its corner, the
//! heart of a restaurant, who is signed in.

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use web::{
    Form, Problem,
    components::slip_bar,
    page::partial,
    signed_in::{Visitor, person_corner},
};

use super::{favourites, parts, slip::PricedCart};
use crate::{
    browse::Browse,
    carts::{self, Cart},
};

pub(crate) async fn slip(
    State(browse): State<Browse>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let cart =
        carts::current_cart(&browse, &headers).await.map_err(|error| Problem::internal(&error))?;
    let at = browse.catalogue.by_slug(query.value("at"));
    let heart = match &at {
        Some(restaurant) => {
            let marked = favourites::marked(&browse, &headers, &visitor).await?;
            Some(favourites::heart(restaurant, marked.contains(&restaurant.id())))
        }
        None => None,
    };
    let body = html! {
        (of_cart(&browse, cart.as_ref()))
        @if visitor.0.is_some() { (partial("#person", "innerHTML", &person_corner(&visitor, &browse.site))) }
        @if let Some(heart) = heart { (partial("#favourite", "innerHTML", &heart)) }
    };
    let mut answer = body.into_response();
    answer
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(answer)
}

/// The number in the header's corner.
pub(super) fn corner_of(cart: Option<&Cart>) -> Markup {
    partial("#slip-corner", "outerHTML", &parts::slip_corner(cart.map_or(0, Cart::dishes)))
}

/// Everything on a restaurant's page that shows the slip.
pub(super) fn of_cart(browse: &Browse, cart: Option<&Cart>) -> Markup {
    let priced = cart.and_then(|cart| {
        let restaurant = browse.catalogue.restaurant(cart.restaurant_id)?;
        Some(PricedCart::new(cart, restaurant, browse.clock.now()))
    });
    let Some(priced) = priced else { return corner_of(cart) };
    let total = priced.subtotal().to_string();
    let bar = slip_bar("/cart", priced.cart.dishes(), &total);
    let foot = html! {
        @if let Some(missing) = priced.missing_to_deliver() { p.quiet.small { (missing) " more for delivery" } }
        a.btn.btn-primary.btn-wide href="/checkout" { "Checkout" }
        a.btn.btn-plain href="/cart" { "Look at your slip" }
    };
    let slip = html! {
        (priced.render(false, foot))
    };
    html! {
        (corner_of(cart))
        (partial("#slip-bar", "outerHTML", &bar))
        (partial("#menu-slip", "innerHTML", &slip))
    }
}
