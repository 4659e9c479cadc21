//! The slip: off-white paper with dashed rules and a torn lower edge. The cart, the confirmation, the
//! tracking page and the receipt are all this one slip.

use maud::{Markup, html};

/// One line of a slip.
#[derive(Debug, Clone, Default)]
pub struct SlipLine<'a> {
    /// How many.
    pub quantity: u32,
    /// What.
    pub name: &'a str,
    /// Options and notes, one text each.
    pub details: &'a [&'a str],
    /// Price of the line, written.
    pub price: &'a str,
    /// Controls under the line (edit, remove, stepper), if it can be changed.
    pub controls: Option<Markup>,
    /// Whether it was struck out (refunded, refused).
    pub struck: bool,
}

/// A line of figures, e.g. "Delivery" 2.50.
#[derive(Debug, Clone, Copy)]
pub struct SlipSum<'a> {
    /// What.
    pub label: &'a str,
    /// How much, written.
    pub amount: &'a str,
}

/// A slip. Only what is given is shown.
#[derive(Debug, Clone, Default)]
pub struct Slip<'a> {
    /// The short code, e.g. `K7Q`.
    pub code: Option<&'a str>,
    /// Instead of a code: a title, e.g. the restaurant's name on a cart.
    pub title: Option<&'a str>,
    /// Lines at the right of the head: who, how.
    pub aside: &'a [&'a str],
    /// The lines.
    pub lines: &'a [SlipLine<'a>],
    /// Figures above the total.
    pub sums: &'a [SlipSum<'a>],
    /// The total, written.
    pub total: Option<&'a str>,
    /// Below the total: steps, thanks, a button.
    pub foot: Option<Markup>,
    /// Whether it has just been torn off (moves once).
    pub fresh: bool,
}

impl Slip<'_> {
    /// The slip.
    #[must_use]
    pub fn render(&self) -> Markup {
        let fresh = if self.fresh { "is-fresh" } else { "is-still" };
        html! {
            section.slip.(fresh) aria-label=(self.code.map_or("Your slip", |_| "Order slip")) {
                (self.head())
                @if !self.lines.is_empty() {
                    ul.slip-lines.slip-rule { @for line in self.lines { (line.render()) } }
                }
                @if !self.sums.is_empty() {
                    dl.slip-sums.slip-rule {
                        @for sum in self.sums {
                            div { dt { (sum.label) } dd.money { (sum.amount) } }
                        }
                    }
                }
                @if let Some(total) = self.total {
                    dl.slip-total.slip-rule { div { dt { "Total" } dd.money { (total) } } }
                }
                @if let Some(foot) = &self.foot { div.slip-foot.slip-rule { (foot) } }
            }
        }
    }

    fn head(&self) -> Markup {
        html! {
            header.slip-head {
                @if let Some(code) = self.code {
                    p.slip-code { span.visually-hidden { "Order " } (code) }
                } @else if let Some(title) = self.title {
                    h2.slip-title { (title) }
                }
                @if !self.aside.is_empty() {
                    p.slip-aside { @for line in self.aside { span { (line) } } }
                }
            }
        }
    }
}

impl SlipLine<'_> {
    fn render(&self) -> Markup {
        let struck = if self.struck { "is-struck" } else { "is-due" };
        html! {
            li.slip-line.(struck) {
                span.slip-quantity { (self.quantity) "×" }
                div.slip-what {
                    span.slip-name { (self.name) }
                    @if !self.details.is_empty() {
                        span.slip-details { @for detail in self.details { span { (detail) } } }
                    }
                }
                span.slip-price.money { (self.price) }
                @if let Some(controls) = &self.controls { div.slip-controls { (controls) } }
            }
        }
    }
}
