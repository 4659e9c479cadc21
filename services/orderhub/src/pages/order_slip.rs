//! The slip of an order: the same on checkout, tracking and the receipt.

use kernel::Money;
use maud::Markup;
use web::components::{Slip, SlipLine, SlipSum};

use crate::domain::pricing::{Fee, PricedLine, TaxSum};

/// What a slip shows.
pub(super) struct Texts<'a> {
    pub(super) code: Option<&'a str>,
    pub(super) title: Option<&'a str>,
    pub(super) aside: &'a [&'a str],
    pub(super) lines: &'a [PricedLine],
    pub(super) subtotal: Money,
    pub(super) fees: &'a [Fee],
    pub(super) taxes: &'a [TaxSum],
    pub(super) tip: Money,
    pub(super) total: Money,
    pub(super) foot: Option<Markup>,
    pub(super) fresh: bool,
}

pub(super) fn render(texts: Texts<'_>) -> Markup {
    let details: Vec<Vec<String>> = texts.lines.iter().map(details).collect();
    let details: Vec<Vec<&str>> =
        details.iter().map(|list| list.iter().map(String::as_str).collect()).collect();
    let prices: Vec<String> = texts.lines.iter().map(|line| line.total.plain()).collect();
    let lines: Vec<SlipLine<'_>> = (texts.lines.iter().zip(&details).zip(&prices))
        .map(|((line, details), price)| SlipLine {
            quantity: line.quantity,
            name: &line.name,
            details,
            price,
            ..SlipLine::default()
        })
        .collect();
    let sums = sums(&texts);
    let sums: Vec<SlipSum<'_>> =
        sums.iter().map(|(label, amount)| SlipSum { label, amount }).collect();
    Slip {
        code: texts.code,
        title: texts.title,
        aside: texts.aside,
        lines: &lines,
        sums: &sums,
        total: Some(&texts.total.to_string()),
        foot: texts.foot,
        fresh: texts.fresh,
    }
    .render()
}

/// Options and the note, a text each.
fn details(line: &PricedLine) -> Vec<String> {
    let mut details: Vec<String> = (line.options.iter())
        .map(|option| match option.quantity {
            1 => option.name.clone(),
            quantity => format!("{quantity}× {}", option.name),
        })
        .collect();
    if !line.note.is_empty() {
        details.push(format!("“{}”", line.note));
    }
    details
}

fn sums(texts: &Texts<'_>) -> Vec<(String, String)> {
    let mut sums = Vec::new();
    if !texts.fees.is_empty() || texts.tip.minor > 0 {
        sums.push(("Dishes".to_owned(), texts.subtotal.plain()));
    }
    sums.extend(texts.fees.iter().map(|fee| (fee.label.clone(), fee.amount.plain())));
    if texts.tip.minor > 0 {
        sums.push(("Tip".to_owned(), texts.tip.plain()));
    }
    let taxes = texts.taxes.iter().filter(|tax| tax.basis_points > 0);
    sums.extend(taxes.map(|tax| {
        let rate = percent(tax.basis_points);
        (format!("includes {rate} tax"), tax.amount.plain())
    }));
    sums
}

/// `10 %`, `5.5 %`.
fn percent(basis_points: u32) -> String {
    let (whole, rest) = (basis_points / 100, basis_points % 100);
    match rest {
        0 => format!("{whole} %"),
        rest if rest % 10 == 0 => format!("{whole}.{} %", rest / 10),
        rest => format!("{whole}.{rest:02} %"),
    }
}
