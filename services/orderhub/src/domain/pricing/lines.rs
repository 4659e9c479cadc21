//! One line held against the menu: its options, its price, its tax.

use kernel::{
    menu::{ChosenOption, Configured, Item, Menu, SelectionError},
    money::MoneyError,
};

use super::{LONGEST_NOTE, MOST_OF_ONE_LINE, PricedLine, PricedOption, Refusal, RequestedLine};

/// Prices a line, or tells everything that is wrong with it.
pub(super) fn price_line(
    menu: &Menu,
    index: usize,
    line: &RequestedLine,
) -> Result<PricedLine, Vec<Refusal>> {
    let pointer = |field: &str| format!("/lines/{index}/{field}");
    let Some(item) = menu.item(line.item_id) else {
        return Err(vec![Refusal {
            code: "item_unknown",
            pointer: pointer("item_id"),
            sentence: "This dish is no longer on the menu. Take it off your slip.".to_owned(),
        }]);
    };
    let mut refusals = refuse_form(index, item, line);
    let chosen: Vec<ChosenOption> = line.options.iter().copied().map(Into::into).collect();
    match item.configure(&chosen) {
        Ok(configured) if refusals.is_empty() => {
            return money_of(index, line, &configured).map_err(|_| {
                vec![Refusal {
                    code: "amount_too_large",
                    pointer: pointer("quantity"),
                    sentence: format!("So much {} cannot be added up. Order less.", item.name),
                }]
            });
        }
        Ok(_) => {}
        Err(errors) => {
            refusals.extend(errors.iter().map(|error| refuse_choice(index, line, error)))
        }
    }
    Err(refusals)
}

/// Whether the menu still has everything of a line.
#[must_use]
pub fn is_sold(menu: &Menu, line: &RequestedLine) -> bool {
    price_line(menu, 0, line).is_ok()
}

fn refuse_form(index: usize, item: &Item, line: &RequestedLine) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if !(1..=MOST_OF_ONE_LINE).contains(&line.quantity) {
        refusals.push(Refusal {
            code: "quantity_out_of_bounds",
            pointer: format!("/lines/{index}/quantity"),
            sentence: format!("Order 1 to {MOST_OF_ONE_LINE} of {}.", item.name),
        });
    }
    let length = line.note.chars().count();
    if length > LONGEST_NOTE {
        refusals.push(Refusal {
            code: "note_too_long",
            pointer: format!("/lines/{index}/note"),
            sentence: format!(
                "The note on {} has {length} characters; the most is {LONGEST_NOTE}.",
                item.name
            ),
        });
    }
    refusals
}

fn refuse_choice(index: usize, line: &RequestedLine, error: &SelectionError) -> Refusal {
    let at_option = |id| {
        let position = line.options.iter().position(|option| option.option_id == id);
        position.map_or_else(|| "options".to_owned(), |at| format!("options/{at}/option_id"))
    };
    let (code, field) = match error {
        SelectionError::ItemUnavailable { .. } => ("item_unavailable", "item_id".to_owned()),
        SelectionError::OptionUnavailable { option_id, .. } => {
            ("option_unavailable", at_option(*option_id))
        }
        SelectionError::UnknownOption { option_id, .. } => {
            ("option_unknown", at_option(*option_id))
        }
        SelectionError::Quantity { option_id, .. } => {
            ("option_quantity_out_of_bounds", at_option(*option_id))
        }
        SelectionError::TooFew { .. } => ("options_too_few", "options".to_owned()),
        SelectionError::TooMany { .. } => ("options_too_many", "options".to_owned()),
        _ => ("options_refused", "options".to_owned()),
    };
    Refusal { code, pointer: format!("/lines/{index}/{field}"), sentence: format!("{error}.") }
}

fn money_of(
    index: usize,
    line: &RequestedLine,
    configured: &Configured<'_>,
) -> Result<PricedLine, MoneyError> {
    let item = configured.item;
    let unit = configured.unit_price()?;
    let total = unit.times(line.quantity)?;
    let options = configured.options.iter().map(|(group, option, quantity)| PricedOption {
        option_id: option.id,
        group: group.name.clone(),
        name: option.name.clone(),
        quantity: *quantity,
        price: option.price,
    });
    Ok(PricedLine {
        index,
        item_id: item.id,
        name: item.name.clone(),
        quantity: line.quantity,
        options: options.collect(),
        note: line.note.trim().to_owned(),
        if_unavailable: line.if_unavailable,
        allergens: configured.allergens(),
        unit,
        total,
        tax: total.tax_included(item.tax_basis_points),
        tax_basis_points: item.tax_basis_points,
    })
}
