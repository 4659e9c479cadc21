//! What an order costs and whether it may be placed. A quote and an order are priced by the one
//! function [`price`], from the restaurant's terms alone: nothing that a browser says of money is
//! read.

mod checks;
mod lines;
mod request;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use kernel::{
    Currency, Money,
    food::Allergens,
    hours::Zone,
    ids::{ItemId, OptionId},
    menu::Menu,
    money::MoneyError,
};

use super::standing::Standing;
pub use checks::metres_between;
pub use lines::is_sold;
pub use request::{
    Address, Fulfilment, IfUnavailable, QuoteRequest, RequestedLine, RequestedOption, When,
};

/// More lines than this are a mistake.
pub const MOST_LINES: usize = 50;
/// More of one line than this is a matter for a telephone call.
pub const MOST_OF_ONE_LINE: u32 = 50;
/// Longest note on a line, in characters.
pub const LONGEST_NOTE: usize = 200;
/// Largest tip, in minor units.
pub const LARGEST_TIP: i64 = 100_000;

/// On what terms a restaurant sells at a moment.
#[derive(Clone, Debug)]
pub struct Terms<'a> {
    /// On sale then: what was 86'd is marked so.
    pub menu: &'a Menu,
    /// Whether it takes orders.
    pub standing: Standing,
    /// Where its clock hangs, for the times in sentences.
    pub zone: &'a Zone,
    /// Its name, for the sentences.
    pub name: &'a str,
    /// Whether customers may fetch.
    pub pickup: bool,
    /// Terms, when it delivers.
    pub delivery: Option<DeliveryTerms>,
    /// Minutes from order to ready, with what being busy adds.
    pub prep_minutes: u32,
}

/// On what terms a restaurant delivers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeliveryTerms {
    /// Degrees north and east of the kitchen.
    pub from: (f64, f64),
    /// Metres as the crow flies; the boundary is inside.
    pub radius_m: u32,
    /// Minor units.
    pub fee: i64,
    /// Least value of the dishes, in minor units; the boundary is enough.
    pub minimum: i64,
}

/// A line with its price, as quoted and as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedLine {
    /// Position in the request; refused lines are missing here.
    pub index: usize,
    /// Of the menu that it is sold from.
    pub item_id: ItemId,
    /// As sold.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// In the menu's order.
    pub options: Vec<PricedOption>,
    /// The customer's words; may be empty.
    pub note: String,
    /// The customer's choice.
    pub if_unavailable: IfUnavailable,
    /// Of the dish as configured.
    pub allergens: Allergens,
    /// One of them, with its options.
    pub unit: Money,
    /// All of them.
    pub total: Money,
    /// Contained in `total`.
    pub tax: Money,
    /// The rate of that tax (1000 = 10 %).
    pub tax_basis_points: u32,
}

/// A chosen option with its price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedOption {
    /// Of the menu that it is sold from.
    pub option_id: OptionId,
    /// The heading that it stands under.
    pub group: String,
    /// As sold.
    pub name: String,
    /// How often for one dish.
    pub quantity: u32,
    /// For each.
    pub price: Money,
}

/// What is charged besides the dishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fee {
    /// `delivery`.
    pub kind: String,
    /// For people.
    pub label: String,
    /// Gross.
    pub amount: Money,
    /// Contained in `amount`.
    pub tax: Money,
    /// The rate of that tax.
    pub tax_basis_points: u32,
}

/// The tax of one rate that the total contains: the sum of the lines' and fees' rounded taxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxSum {
    /// The rate (1000 = 10 %).
    pub basis_points: u32,
    /// Contained in the total.
    pub amount: Money,
}

/// Why the order cannot be placed as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable, for machines: `item_unavailable`, `restaurant_closed`, …
    pub code: &'static str,
    /// JSON pointer into the request: `/lines/2/options`.
    pub pointer: String,
    /// For the customer, with what to do.
    pub sentence: String,
}

/// When the meal should be ready, as a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// Not before.
    pub earliest: Timestamp,
    /// Probably not after.
    pub latest: Timestamp,
}

/// What an order costs, and what stands in its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Of every amount.
    pub currency: Currency,
    /// The version of the menu that was read.
    pub menu_version: u32,
    /// What can be sold, in the order of the request.
    pub lines: Vec<PricedLine>,
    /// The dishes alone.
    pub subtotal: Money,
    /// Besides the dishes.
    pub fees: Vec<Fee>,
    /// Contained in the total, by rate.
    pub taxes: Vec<TaxSum>,
    /// On top, without tax.
    pub tip: Money,
    /// What the customer pays.
    pub total: Money,
    /// Empty when it can be placed.
    pub refusals: Vec<Refusal>,
    /// If the kitchen accepted now.
    pub ready: Ready,
}

impl Quote {
    /// Whether an order may be placed on it.
    #[must_use]
    pub fn can_be_placed(&self) -> bool {
        self.refusals.is_empty()
    }

    /// What stands in the way of the line at this position of the request.
    pub fn refusals_of_line(&self, index: usize) -> impl Iterator<Item = &Refusal> {
        let start = format!("/lines/{index}");
        self.refusals.iter().filter(move |refusal| {
            refusal
                .pointer
                .strip_prefix(&start)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// Prices a request and tells everything that stands in its way, so that a page can show all of it
/// at once. Lines that cannot be sold are left out of the sums.
#[must_use]
pub fn price(terms: &Terms<'_>, request: &QuoteRequest, now: Timestamp) -> Quote {
    let currency = terms.menu.currency;
    let mut refusals = checks::refuse_the_moment(terms, request, now);
    let mut lines = Vec::with_capacity(request.lines.len());
    for (index, line) in request.lines.iter().enumerate().take(MOST_LINES) {
        match lines::price_line(terms.menu, index, line) {
            Ok(priced) => lines.push(priced),
            Err(reasons) => refusals.extend(reasons),
        }
    }
    let sums = add_up(terms, request, &lines, currency).unwrap_or_else(|_| {
        refusals.push(Refusal {
            code: "amount_too_large",
            pointer: "/lines".to_owned(),
            sentence: "That is more than we can add up. Please order less at once.".to_owned(),
        });
        lines.clear();
        Sums::nothing(currency)
    });
    refusals.extend(checks::refuse_the_sums(terms, request, sums.subtotal, lines.is_empty()));
    Quote {
        currency,
        menu_version: terms.menu.version,
        lines,
        subtotal: sums.subtotal,
        fees: sums.fees,
        taxes: sums.taxes,
        tip: sums.tip,
        total: sums.total,
        refusals,
        ready: match request.when {
            When::Asap => ready_between(now, terms.prep_minutes),
            When::At(due) => Ready { earliest: due, latest: due },
        },
    }
}

/// The promise for a kitchen that needs `minutes`: an honest range, a third wide and at least five
/// minutes.
#[must_use]
pub fn ready_between(from: Timestamp, minutes: u32) -> Ready {
    let later = |minutes: u32| {
        from.checked_add(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(Timestamp::MAX)
    };
    let earliest = later(minutes);
    Ready { earliest, latest: later(minutes.saturating_add((minutes / 3).max(5))) }
}

struct Sums {
    subtotal: Money,
    fees: Vec<Fee>,
    taxes: Vec<TaxSum>,
    tip: Money,
    total: Money,
}

impl Sums {
    fn nothing(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self { subtotal: zero, fees: Vec::new(), taxes: Vec::new(), tip: zero, total: zero }
    }
}

/// Gross and tax by rate.
type ByRate = BTreeMap<u32, (Money, Money)>;

fn add(sums: &mut ByRate, rate: u32, gross: Money, tax: Money) -> Result<(), MoneyError> {
    let zero = Money::zero(gross.currency);
    let (gross_sum, tax_sum) = sums.entry(rate).or_insert((zero, zero));
    (*gross_sum, *tax_sum) = (gross_sum.plus(gross)?, tax_sum.plus(tax)?);
    Ok(())
}

fn add_up(
    terms: &Terms<'_>,
    request: &QuoteRequest,
    lines: &[PricedLine],
    currency: Currency,
) -> Result<Sums, MoneyError> {
    let subtotal = Money::sum(currency, lines.iter().map(|line| line.total))?;
    let mut by_rate = ByRate::new();
    for line in lines {
        add(&mut by_rate, line.tax_basis_points, line.total, line.tax)?;
    }
    let mut fees = Vec::new();
    if let (Fulfilment::Delivery, Some(delivery)) = (request.kind, terms.delivery) {
        // Bringing the meal is part of the meal: the fee is taxed as most of its value is.
        let main = by_rate.iter().max_by_key(|(_, (gross, _))| gross.minor);
        let tax_basis_points = main.map_or(0, |(rate, _)| *rate);
        let amount = Money::new(delivery.fee, currency);
        let tax = amount.tax_included(tax_basis_points);
        let (kind, label) = ("delivery".to_owned(), "Delivery".to_owned());
        fees.push(Fee { kind, label, amount, tax, tax_basis_points });
    }
    for fee in &fees {
        add(&mut by_rate, fee.tax_basis_points, fee.amount, fee.tax)?;
    }
    let tip = request.tip.filter(|tip| checks::is_tip(*tip, currency));
    let tip = tip.unwrap_or(Money::zero(currency));
    let fee_sum = Money::sum(currency, fees.iter().map(|fee| fee.amount))?;
    let total = subtotal.plus(fee_sum)?.plus(tip)?;
    let taxes = by_rate.into_iter().filter(|(_, (gross, _))| gross.minor != 0);
    let taxes = taxes.map(|(basis_points, (_, amount))| TaxSum { basis_points, amount }).collect();
    Ok(Sums { subtotal, fees, taxes, tip, total })
}
