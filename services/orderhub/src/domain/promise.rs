//! Whether a promise for later can still be kept when its time comes. A pause does not break it: who
//! has paused is there, and may say no.

use jiff::Timestamp;

use super::{
    offer::Offer,
    pricing::{PricedLine, RequestedLine, RequestedOption, is_sold},
    standing::Standing,
};

impl Offer {
    /// Why what was sold cannot be cooked for `due`, as said to the customer; nothing when it can.
    #[must_use]
    pub fn cannot_keep(
        &self,
        lines: &[PricedLine],
        due: Timestamp,
        now: Timestamp,
    ) -> Option<String> {
        let name = &self.seller.name;
        if due <= now {
            return Some(format!("we could not ask {name} in time."));
        }
        let Some(menu) = self.menu.as_deref() else {
            return Some(format!("{name} has taken its menu down."));
        };
        if !matches!(
            Standing::throughout(&self.hours, None, true, now..=due),
            Standing::Open { .. }
        ) {
            return Some(format!("{name} is closed at that time after all."));
        }
        let gone = lines.iter().find(|line| !is_sold(menu, &requested(line)))?;
        Some(format!("{name} has run out of {}.", gone.name))
    }
}

/// The line as it was asked for.
fn requested(line: &PricedLine) -> RequestedLine {
    let options = line
        .options
        .iter()
        .map(|option| RequestedOption { option_id: option.option_id, quantity: option.quantity });
    RequestedLine {
        item_id: line.item_id,
        quantity: line.quantity,
        options: options.collect(),
        note: String::new(),
        if_unavailable: line.if_unavailable,
    }
}
