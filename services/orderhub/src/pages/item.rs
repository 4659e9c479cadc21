//! `/r/{slug}/i/{item}`: one dish, as a page and as the content of the dialog; its form puts it on the
//! slip.

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{
    Money,
    ids::ItemId,
    menu::{Item, Menu, SelectionError},
};
use maud::{Markup, html};
use std::sync::Arc;
use web::{Form, Page, PathOf, Problem, components::dialog_content, page::is_fragment};

use super::{
    fragments,
    item_form::{self, IF_UNAVAILABLE, ItemForm},
    parts, restaurant,
};
use crate::{
    browse::Browse,
    carts::{self, Cart, CartLine},
    catalogue::Restaurant,
    domain::pricing::{LONGEST_NOTE, MOST_OF_ONE_LINE, RequestedLine, RequestedOption},
    usecases::carts::{AddToCart, Added, CartRefusal, add_to_cart},
};

/// A dish where it stands.
struct Dish {
    restaurant: Arc<Restaurant>,
    menu: Arc<Menu>,
    id: ItemId,
}

impl Dish {
    fn find(browse: &Browse, slug: &str, item: &str) -> Result<Self, Problem> {
        let restaurant = restaurant::find(browse, slug)?;
        let gone = || {
            Problem::not_found()
                .detail("This dish is not on the menu any more.")
                .way_on(format!("The menu of {}", restaurant.profile.name), format!("/r/{slug}"))
        };
        let id: ItemId = item.parse().map_err(|_| gone())?;
        let menu = restaurant.menu_at(browse.clock.now()).ok_or_else(gone)?;
        if menu.item(id).is_none() {
            return Err(gone());
        }
        Ok(Self { restaurant, menu, id })
    }

    fn item(&self) -> Result<&Item, Problem> {
        self.menu.item(self.id).ok_or_else(Problem::not_found)
    }
}

pub(crate) async fn show(
    State(browse): State<Browse>,
    PathOf((slug, item)): PathOf<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let dish = Dish::find(&browse, &slug, &item)?;
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let mut form = item_form::fresh(dish.item()?);
    if let Ok(index) = query.value("line").parse::<usize>() {
        let cart = carts::current_cart(&browse, &headers).await;
        let cart = cart.map_err(|error| Problem::internal(&error))?;
        let held = cart.as_ref().and_then(|cart| cart.lines.get(index));
        if let Some(held) = held.filter(|held| held.line.item_id == dish.id) {
            form = Form::with(pairs_of(dish.item()?, &held.line));
            form.set("line", index.to_string());
        }
    }
    form.set("key", browse.env().uuid().to_string());
    page(&browse, &dish, &form, is_fragment(&headers))
}

/// What the form would send for this line.
pub(super) fn pairs_of(item: &Item, line: &RequestedLine) -> Vec<(String, String)> {
    let mut pairs = vec![
        ("quantity".to_owned(), line.quantity.to_string()),
        ("note".to_owned(), line.note.clone()),
    ];
    let wish = IF_UNAVAILABLE.iter().find(|(wish, ..)| *wish == line.if_unavailable);
    pairs.extend(wish.map(|(_, key, _)| ("if_unavailable".to_owned(), (*key).to_owned())));
    for chosen in &line.options {
        if let Some((group, option)) = item.option(chosen.option_id) {
            pairs.push(match option.max_quantity {
                0 | 1 => (group.id.to_string(), option.id.to_string()),
                _ => (option.id.to_string(), chosen.quantity.to_string()),
            });
        }
    }
    pairs
}

fn page(browse: &Browse, dish: &Dish, form: &Form, fragment: bool) -> Result<Response, Problem> {
    let (item, profile) = (dish.item()?, &dish.restaurant.profile);
    let standing = dish.restaurant.state_at(browse.clock.now());
    let inner = ItemForm {
        restaurant: &dish.restaurant,
        item,
        form,
        standing: &standing,
        now: browse.clock.now(),
        in_dialog: fragment,
    };
    if fragment {
        return Ok(
            (form.status(), dialog_content("item", &item.name, &inner.render())).into_response()
        );
    }
    let body = html! {
        div.wrap.page.dish-page {
            p.crumb { a href={ "/r/" (profile.slug) } { "Back to " (profile.name) } }
            h1 { (item.name) }
            div.panel.narrow { (inner.render()) }
        }
        (parts::personal(None))
    };
    let title = format!("{}, {}", item.name, profile.name);
    let mut shell = Page::new(&browse.site, &title)
        .canonical(&format!("/r/{}/i/{}", profile.slug, item.id))
        .person(parts::person_place(&browse.site))
        .slip(parts::slip_corner(0));
    if let Some(photo) = &item.photo {
        let path = uploads::path(photo, photo.width());
        shell = shell.image(browse.site.url(browse.site.service, &path));
    }
    if !item.description.is_empty() {
        shell = shell.description(&item.description);
    }
    Ok((form.status(), shell.render(&body)).into_response())
}

pub(crate) async fn add(
    State(browse): State<Browse>,
    PathOf((slug, item)): PathOf<(String, String)>,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, Problem> {
    let dish = Dish::find(&browse, &slug, &item)?;
    let Some(line) = read_line(dish.item()?, &mut form) else {
        return page(&browse, &dish, &form, is_fragment(&headers));
    };
    let env = browse.env();
    let cart_id =
        carts::from_request(&headers, &browse.site).unwrap_or_else(|| carts::fresh_id(&env));
    let key = form.trimmed("key");
    let command = AddToCart {
        cart_id,
        restaurant_id: dish.restaurant.id(),
        line,
        instead_of: form.value("line").parse().ok(),
        replace: form.ticked("replace"),
        key: if key.is_empty() { env.uuid().to_string() } else { key.chars().take(64).collect() },
    };
    match browse.run("add_to_cart", move |tx, env| add_to_cart(tx, env, &command)).await {
        Ok(Added::Added(cart)) => added(&browse, &headers, &cart),
        Ok(Added::OtherRestaurant(cart)) => ask_first(&browse, &dish, &form, &cart, &headers),
        Err(CartRefusal::Database(error)) => Err(Problem::internal(&error)),
        Err(refusal) => {
            form.fail("", refusal.to_string());
            page(&browse, &dish, &form, is_fragment(&headers))
        }
    }
}

/// The line that a form asks for, held against the menu; what is wrong is marked in the form.
fn read_line(item: &Item, form: &mut Form) -> Option<CartLine> {
    let chosen = item_form::chosen(item, form);
    let quantity = form.trimmed("quantity").parse::<u32>().ok();
    let quantity = quantity.filter(|quantity| (1..=MOST_OF_ONE_LINE).contains(quantity));
    if quantity.is_none() {
        form.fail("quantity", format!("Order 1 to {MOST_OF_ONE_LINE} of it."));
    }
    let note = form.trimmed("note").to_owned();
    if note.chars().count() > LONGEST_NOTE {
        form.fail("note", format!("At most {LONGEST_NOTE} characters for the kitchen."));
    }
    let unit: Option<Money> = match item.configure(&chosen) {
        Ok(configured) => configured.unit_price().ok(),
        Err(errors) => {
            for error in errors {
                form.fail(&field_of(item, &error), format!("{error}."));
            }
            None
        }
    };
    if !form.is_ok() {
        return None;
    }
    let wish = form.value("if_unavailable");
    let wish = IF_UNAVAILABLE.iter().find(|(_, key, _)| *key == wish).map(|(wish, ..)| *wish);
    let options = chosen
        .iter()
        .map(|choice| RequestedOption { option_id: choice.option_id, quantity: choice.quantity });
    let line = RequestedLine {
        item_id: item.id,
        quantity: quantity?,
        options: options.collect(),
        note,
        if_unavailable: wish.unwrap_or_default(),
    };
    Some(CartLine { line, shown: unit? })
}

/// The group in which something was chosen wrongly.
fn field_of(item: &Item, error: &SelectionError) -> String {
    let by_name = |name: &str| item.option_groups.iter().find(|group| group.name == name);
    let group = match error {
        SelectionError::TooFew { group, .. } | SelectionError::TooMany { group, .. } => {
            by_name(group)
        }
        SelectionError::OptionUnavailable { option_id, .. }
        | SelectionError::UnknownOption { option_id, .. }
        | SelectionError::Quantity { option_id, .. } => {
            item.option(*option_id).map(|(group, _)| group)
        }
        _ => None,
    };
    group.map(|group| group.id.to_string()).unwrap_or_default()
}

fn added(browse: &Browse, headers: &HeaderMap, cart: &Cart) -> Result<Response, Problem> {
    let mut answer = if is_fragment(headers) {
        let mut answer = fragments::of_cart(browse, Some(cart)).into_response();
        let close = HeaderValue::from_static("comanda:close");
        answer.headers_mut().insert(HeaderName::from_static("hx-trigger"), close);
        answer
            .headers_mut()
            .insert(HeaderName::from_static("hx-reswap"), HeaderValue::from_static("none"));
        answer
    } else {
        Redirect::to("/cart").into_response()
    };
    if let Some(cookie) = carts::set_cookie(&browse.site, cart.id) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// A slip goes to one kitchen: another's dishes are thrown away only after a yes.
fn ask_first(
    browse: &Browse,
    dish: &Dish,
    form: &Form,
    cart: &Cart,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let fragment = is_fragment(headers);
    let (item, profile) = (dish.item()?, &dish.restaurant.profile);
    let other = browse.catalogue.restaurant(cart.restaurant_id);
    let other = other.as_deref().map_or("another restaurant", |r| r.profile.name.as_str());
    let action = format!("/r/{}/i/{}", profile.slug, item.id);
    let post = fragment.then_some(&action);
    let content = html! {
        form.dialog-form method="post" action=(action) hx-post=[post] hx-target=[post.map(|_| "#item")] hx-swap=[post.map(|_| "innerHTML")] {
            @for (name, value) in form.pairs().filter(|(name, _)| *name != "replace") {
                input type="hidden" name=(name) value=(value);
            }
            input type="hidden" name="replace" value="1";
            div.dialog-body {
                p { "Your slip holds dishes of " b { (other) } ". A slip goes to one kitchen." }
                p { "Start a new one with " (item.name) " of " (profile.name) "? The other dishes come off." }
            }
            div.dialog-foot {
                a.btn.btn-quiet href="/cart" { "Keep my slip" }
                button.btn.btn-primary type="submit" { "Start a new slip" }
            }
        }
    };
    if fragment {
        return Ok(
            (StatusCode::CONFLICT, dialog_content("item", "A new slip?", &content)).into_response()
        );
    }
    let body: Markup =
        html! { div.wrap.page.dish-page { h1 { "A new slip?" } div.panel.narrow { (content) } } };
    Ok((StatusCode::CONFLICT, Page::new(&browse.site, "A new slip?").no_index().render(&body))
        .into_response())
}
