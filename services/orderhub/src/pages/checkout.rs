//! `/checkout`: the slip once more with everything on it, who it is for, and one button. The server
//! prices it again; one attempt has one key, which a reload and a second press keep.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use database::Error;
use jiff::Timestamp;
use kernel::{Money, ids::CartId};
use maud::{Markup, html};
use sha2::{Digest, Sha256};
use web::{
    Form, IdempotencyKey, Page, Problem, Site, assets,
    components::{Empty, Field, Kind, Tone, error_summary, notice},
    cookie::{Cookie, Reach},
    signed_in::Visitor,
};

use super::{order_slip, parts, when, words};
use crate::{
    carts::{self, Cart},
    domain::{
        contact::Contact,
        offer::Offer,
        pricing::{Quote, QuoteRequest, Refusal, When, price},
    },
    orders::{Orders, failure},
    usecases::orders::{PlaceOrder, PlaceRefusal},
};

/// Keeps the key of one attempt with the browser until the order is placed.
fn key_cookie(site: &Site) -> Cookie<'_> {
    Cookie { name: "checkout", reach: Reach::Host, https: site.origins.https() }
}

/// A cart with its restaurant's offer for the time at which it is wanted.
struct Slip {
    cart: Cart,
    offer: Arc<Offer>,
    when: When,
}

impl Slip {
    fn request(&self) -> QuoteRequest {
        QuoteRequest { when: self.when, lines: self.cart.requested(), ..QuoteRequest::default() }
    }
}

/// The slip for then; without a time for the one that the page proposes.
async fn slip_of(
    orders: &Orders,
    cart: Option<CartId>,
    when: Option<When>,
) -> Result<Option<Slip>, Problem> {
    let Some(id) = cart else { return Ok(None) };
    let now = orders.context.clock.now();
    let cart =
        orders.context.database.read::<_, Error, _>(move |tx| carts::load(tx, id, now)).await;
    let cart = cart.map_err(|error| failure(&error))?;
    Ok(cart.and_then(|cart| {
        let offer = orders.offer(cart.restaurant_id, when.unwrap_or_default())?;
        let when = when.unwrap_or_else(|| when::proposed(&offer, now));
        let offer = orders.offer(cart.restaurant_id, when)?;
        Some(Slip { cart, offer, when })
    }))
}

pub(crate) async fn show(
    State(orders): State<Orders>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let site = &orders.context.site;
    let Some(slip) = slip_of(&orders, carts::from_request(&headers, site), None).await? else {
        return Ok(nothing(&orders, &visitor).into_response());
    };
    let key = key_cookie(site).read(&headers).and_then(IdempotencyKey::parse);
    let key = key.map_or_else(
        || URL_SAFE_NO_PAD.encode(&orders.context.env().secret()[..18]),
        |key| key.as_str().to_owned(),
    );
    let person = visitor.0.as_ref();
    let name = person.map(|principal| principal.name.as_str()).unwrap_or_default();
    let email = person.map(|principal| principal.email.as_str()).unwrap_or_default();
    let form = Form::with([("key", key.as_str()), ("name", name), ("email", email)]);
    let mut answer = page(&orders, &visitor, &slip, &form, None).into_response();
    let kept = key_cookie(site).set(&key, None);
    answer.headers_mut().extend(kept.map(|value| (header::SET_COOKIE, value)));
    Ok(answer)
}

fn nothing(orders: &Orders, visitor: &Visitor) -> Markup {
    let body = html! { div.wrap.narrow.page {
        h1 { "Checkout" }
        (Empty { title: "Your slip is empty", words: "Choose something that smells good first.",
            art: assets::art("pizza"), action: Some(("See who is cooking", "/")) }.render())
    } };
    let site = &orders.context.site;
    Page::new(site, "Checkout")
        .no_index()
        .person(parts::person_of(visitor, site))
        .slip(parts::slip_corner(0))
        .render(&body)
}

fn page(
    orders: &Orders,
    visitor: &Visitor,
    slip: &Slip,
    form: &Form,
    note: Option<Markup>,
) -> Markup {
    let now = orders.context.clock.now();
    let quote = price(&slip.offer.terms(slip.when, now), &slip.request(), now);
    let when = when::field(&slip.offer, form, slip.when, now);
    // Another time is chosen here, everything else is mended on the slip.
    let (of_time, of_slip): (Vec<&Refusal>, Vec<&Refusal>) =
        quote.refusals.iter().partition(|refusal| refusal.pointer == "/when");
    let obstacles = if when.is_some() { of_slip } else { [of_slip, of_time].concat() };
    let site = &orders.context.site;
    let seller = &slip.offer.seller;
    let body = html! { div.wrap.narrow.page.stack {
        h1 { "Checkout" }
        (error_summary(form))
        @if let Some(note) = note { (note) }
        @if !obstacles.is_empty() { (in_the_way(&obstacles)) }
        (summary(&quote, slip, now))
        form.stack method="post" action="/checkout" {
            input type="hidden" name="key" value=(form.value("key"));
            input type="hidden" name="total" value=(quote.total.minor);
            @if let Some(when) = when { (when) }
            (contact_fields(form))
            div.panel {
                h2 { "Pickup at " (seller.name) }
                p { (seller.address) }
                p { "You pay at the counter: cash or card, as the restaurant takes it." }
            }
            @if obstacles.is_empty() {
                button.btn.btn-primary.btn-wide.btn-spread type="submit" data-busy="Sending your order…" {
                    span { "Place order" } span.money aria-hidden="true" { (quote.total) }
                }
                p.btn-why { "Free to cancel until the kitchen has said yes." }
            } @else {
                a.btn.btn-primary.btn-wide href="/cart" { "Mend the slip" }
            }
        }
    } };
    Page::new(site, "Checkout")
        .no_index()
        .person(parts::person_of(visitor, site))
        .slip(parts::slip_corner(slip.cart.dishes()))
        .render(&body)
}

fn in_the_way(refusals: &[&Refusal]) -> Markup {
    notice(
        Tone::Warn,
        "This cannot be ordered as it stands",
        html! {
            ul { @for refusal in refusals { li { (refusal.sentence) } } }
        },
    )
}

fn summary(quote: &Quote, slip: &Slip, now: Timestamp) -> Markup {
    let clock = |at| words::clock(&slip.offer.seller.zone, at, now);
    let ready = match slip.when {
        When::Asap => {
            format!("ready {}–{}", clock(quote.ready.earliest), clock(quote.ready.latest))
        }
        When::At(due) => format!("for {}", clock(due)),
    };
    order_slip::render(order_slip::Texts {
        code: None,
        title: Some(&slip.offer.seller.name),
        aside: &["pickup", &ready],
        lines: &quote.lines,
        subtotal: quote.subtotal,
        fees: &quote.fees,
        taxes: &quote.taxes,
        tip: quote.tip,
        total: quote.total,
        foot: None,
        fresh: false,
    })
}

fn contact_fields(form: &Form) -> Markup {
    html! { div.fields {
        (Field { name: "name", label: "Name", hint: "We call it out at the counter.", autocomplete: "name",
            max_length: 80, ..Field::default() }.render(form))
        (Field { name: "phone", label: "Phone", hint: "Only if the kitchen has a question.",
            kind: Kind::Line("tel"), autocomplete: "tel", max_length: 40, ..Field::default() }.render(form))
        (Field { name: "email", label: "E-mail", kind: Kind::Line("email"), autocomplete: "email",
            optional: true, max_length: 254, ..Field::default() }.render(form))
    } }
}

pub(crate) async fn place(
    State(orders): State<Orders>,
    visitor: Visitor,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, Problem> {
    let site = &orders.context.site;
    let Some(key) = IdempotencyKey::parse(form.value("key")) else {
        return Ok(Redirect::to("/checkout").into_response());
    };
    let cart = carts::from_request(&headers, site);
    let when = when::read(&form);
    let known = when.as_ref().ok().copied();
    let slip = slip_of(&orders, cart, known).await?;
    if let (Err(_), Some(slip)) = (when, &slip) {
        when::fail(&mut form, "Choose a time from the list.");
        let page = page(&orders, &visitor, slip, &form, None);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let placed = orders.place(command(&key, &form, &visitor, cart, slip.as_ref())).await;
    let refusal = match placed {
        Ok(placed) => {
            let mut answer = Redirect::to(&orders.tracking_path(placed.id)).into_response();
            let forget = key_cookie(site).clear();
            answer.headers_mut().extend(forget.map(|value| (header::SET_COOKIE, value)));
            return Ok(answer);
        }
        Err(refusal) => refusal,
    };
    let Some(slip) = slip else { return Ok(nothing(&orders, &visitor).into_response()) };
    let (status, note) = match refusal {
        PlaceRefusal::Refused(refusals) => {
            for refusal in &refusals {
                if let Some(field) = refusal.pointer.strip_prefix("/contact/") {
                    form.fail(field, refusal.sentence.clone());
                } else if refusal.pointer == "/when" {
                    when::fail(&mut form, &refusal.sentence);
                }
            }
            (StatusCode::UNPROCESSABLE_ENTITY, None)
        }
        PlaceRefusal::PriceChanged(quote) => (StatusCode::CONFLICT, Some(new_price(&quote, &form))),
        PlaceRefusal::KeyReused => return Ok(start_again(site)),
        PlaceRefusal::NoRestaurant => return Ok(nothing(&orders, &visitor).into_response()),
        PlaceRefusal::Database(error) => return Err(failure(&error)),
        PlaceRefusal::Publish(error) => return Err(Problem::internal(&error)),
        PlaceRefusal::Answer(error) => return Err(Problem::internal(&error)),
    };
    Ok((status, page(&orders, &visitor, &slip, &form, note)).into_response())
}

fn command(
    key: &IdempotencyKey,
    form: &Form,
    visitor: &Visitor,
    cart: Option<CartId>,
    slip: Option<&Slip>,
) -> PlaceOrder {
    let person = visitor.0.as_ref().map(|principal| principal.person_id);
    let email = Some(form.trimmed("email").to_owned()).filter(|email| !email.is_empty());
    let text = |name: &str| form.trimmed(name).to_owned();
    let contact = Contact { name: text("name"), phone: text("phone"), email };
    let agreed = form.value("total").parse().ok();
    let currency = slip.map(|slip| slip.offer.empty_menu.currency);
    // Not the lines: the cart is empty when the same press arrives a second time.
    let email = contact.email.as_deref().unwrap_or("");
    let seen = [&contact.name, &contact.phone, email, form.trimmed("when")].join("\n");
    PlaceOrder {
        scope: person.map_or_else(|| "guest".to_owned(), |id| id.to_string()),
        key: format!("checkout:{}", key.as_str()),
        body_hash: Sha256::digest(seen).into(),
        person,
        offer: slip.map(|slip| slip.offer.clone()),
        request: slip.map(Slip::request).unwrap_or_default(),
        contact,
        agreed_total: agreed.zip(currency).map(|(minor, currency)| Money::new(minor, currency)),
        cart,
    }
}

fn new_price(quote: &Quote, form: &Form) -> Markup {
    let before = form.value("total").parse().unwrap_or(0);
    let before = Money::new(before, quote.currency);
    notice(
        Tone::Warn,
        "The price has changed",
        html! {
            "It was " (before) " and is now " (quote.total) ", because the restaurant has changed its menu. "
            "Look at the slip again; nothing has been ordered yet."
        },
    )
}

/// The key belongs to an order with another name: a new attempt gets a new key.
fn start_again(site: &Site) -> Response {
    let mut answer = Redirect::to("/checkout").into_response();
    let forget = key_cookie(site).clear();
    answer.headers_mut().extend(forget.map(|value| (header::SET_COOKIE, value)));
    answer
}
