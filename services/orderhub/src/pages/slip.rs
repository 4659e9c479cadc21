//! The slip as a customer sees it before ordering: lines priced now, what changed said plainly.

use jiff::Timestamp;
use kernel::Money;
use maud::{Markup, html};
use std::sync::Arc;
use web::components::{Slip, SlipLine, Stepper};

use crate::{
    carts::Cart,
    catalogue::Restaurant,
    domain::{
        pricing::{self, Fulfilment, MOST_OF_ONE_LINE, PricedLine, Quote, QuoteRequest},
        standing::Standing,
    },
};

/// A cart with what the menu says of it now.
pub(super) struct PricedCart<'a> {
    pub(super) cart: &'a Cart,
    pub(super) restaurant: Arc<Restaurant>,
    pub(super) standing: Standing,
    pub(super) quote: Option<Quote>,
    menu: Option<Arc<kernel::menu::Menu>>,
}

impl<'a> PricedCart<'a> {
    pub(super) fn new(cart: &'a Cart, restaurant: Arc<Restaurant>, now: Timestamp) -> Self {
        let menu = restaurant.menu_at(now);
        let quote = menu.as_deref().map(|menu| {
            let request = QuoteRequest {
                kind: Fulfilment::Pickup,
                lines: cart.requested(),
                ..QuoteRequest::default()
            };
            pricing::price(&restaurant.terms_at(menu, now), &request, now)
        });
        let standing = restaurant.state_at(now);
        Self { cart, restaurant, standing, quote, menu }
    }

    /// The dishes that can be sold, added up.
    pub(super) fn subtotal(&self) -> Money {
        let zero = Money::zero(self.restaurant.profile.currency);
        self.quote.as_ref().map_or(zero, |quote| quote.subtotal)
    }

    /// Whether every line can be sold.
    pub(super) fn is_whole(&self) -> bool {
        self.quote.as_ref().is_some_and(|quote| quote.lines.len() == self.cart.lines.len())
    }

    /// How much is missing until the restaurant delivers.
    pub(super) fn missing_to_deliver(&self) -> Option<Money> {
        let minimum = self.restaurant.profile.delivery.as_ref()?.minimum;
        let subtotal = self.subtotal();
        (subtotal.minor < minimum).then(|| Money::new(minimum - subtotal.minor, subtotal.currency))
    }

    fn priced(&self, index: usize) -> Option<&PricedLine> {
        self.quote.as_ref()?.lines.iter().find(|line| line.index == index)
    }

    /// What to tell about a line besides what it is.
    fn news_of(&self, index: usize) -> Option<String> {
        let held = self.cart.lines.get(index)?;
        match self.priced(index) {
            Some(priced) if priced.unit != held.shown => {
                Some(format!("now {} each, was {}", priced.unit, held.shown))
            }
            Some(_) => None,
            None => {
                let quote = self.quote.as_ref()?;
                let refusal = quote.refusals_of_line(index).next();
                Some(refusal.map_or_else(|| "not available".to_owned(), |r| r.sentence.clone()))
            }
        }
    }

    /// The slip. With `controls` its lines can be changed.
    pub(super) fn render(&self, controls: bool, foot: Markup) -> Markup {
        let texts: Vec<LineTexts> = (0..self.cart.lines.len()).map(|at| self.texts(at)).collect();
        let details: Vec<Vec<&str>> =
            texts.iter().map(|texts| texts.details.iter().map(String::as_str).collect()).collect();
        let lines: Vec<SlipLine<'_>> = texts
            .iter()
            .zip(&details)
            .zip(&self.cart.lines)
            .enumerate()
            .map(|(index, ((texts, details), held))| SlipLine {
                quantity: held.line.quantity,
                name: &texts.name,
                details,
                price: &texts.price,
                controls: controls.then(|| self.controls(index, &texts.name)),
                struck: texts.struck,
            })
            .collect();
        let profile = &self.restaurant.profile;
        let total = self.subtotal().to_string();
        let aside = [profile.address.street.as_str()];
        let (title, aside): (&str, &[&str]) =
            if controls { (&profile.name, &aside) } else { ("Your slip", &[]) };
        Slip {
            title: Some(title),
            aside,
            lines: &lines,
            total: Some(&total),
            foot: Some(foot),
            ..Slip::default()
        }
        .render()
    }

    fn texts(&self, index: usize) -> LineTexts {
        let held = &self.cart.lines[index];
        let item = self.menu.as_deref().and_then(|menu| menu.item(held.line.item_id));
        let mut details: Vec<String> = held
            .line
            .options
            .iter()
            .filter_map(|chosen| {
                let (_, option) = item?.option(chosen.option_id)?;
                Some(match chosen.quantity {
                    1 => option.name.clone(),
                    many => format!("{many}× {}", option.name),
                })
            })
            .collect();
        if !held.line.note.is_empty() {
            details.push(format!("“{}”", held.line.note));
        }
        details.extend(self.news_of(index));
        let priced = self.priced(index);
        LineTexts {
            name: item
                .map_or_else(|| "A dish that left the menu".to_owned(), |item| item.name.clone()),
            details,
            price: priced.map_or_else(String::new, |line| line.total.plain()),
            struck: priced.is_none(),
        }
    }

    fn controls(&self, index: usize, name: &str) -> Markup {
        let held = &self.cart.lines[index];
        let (item, slug) = (held.line.item_id, &self.restaurant.profile.slug);
        let id = format!("quantity-{index}");
        html! {
            form.line-quantity method="post" action="/cart" hx-post="/cart" hx-trigger="change, submit" hx-target="#cart" hx-swap="outerHTML" {
                input type="hidden" name="line" value=(index); input type="hidden" name="item" value=(item);
                (Stepper { name: "quantity", id: &id, label: &format!("Quantity of {name}"), value: held.line.quantity, min: 1, max: MOST_OF_ONE_LINE, delta: 0 }.render())
                noscript { button.btn.btn-small.btn-quiet type="submit" { "Update" } }
            }
            div.line-ways {
                @if self.priced(index).is_some() {
                    a.btn.btn-small.btn-plain href={ "/r/" (slug) "/i/" (item) "?line=" (index) } aria-label={ "Edit " (name) } { "Edit" }
                }
                form method="post" action="/cart" hx-post="/cart" hx-target="#cart" hx-swap="outerHTML" {
                    input type="hidden" name="line" value=(index); input type="hidden" name="item" value=(item);
                    input type="hidden" name="quantity" value="0";
                    button.btn.btn-small.btn-plain type="submit" aria-label={ "Remove " (name) } { "Remove" }
                }
            }
        }
    }
}

struct LineTexts {
    name: String,
    details: Vec<String>,
    price: String,
    struck: bool,
}
