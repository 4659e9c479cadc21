//! What a draft changes against the menu that customers see, in words.

use kernel::menu::{Item, Menu};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happens to it.
    pub kind: Kind,
    /// The section's or item's name.
    pub what: String,
    /// More words, e.g. `€9.80 → €10.20`; may be empty.
    pub detail: String,
}

/// The kinds of [`Change`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// New.
    Added,
    /// Gone.
    Removed,
    /// Other words, price, allergens or options.
    Changed,
    /// In another place.
    Moved,
}

impl Kind {
    /// The word for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Removed => "Removed",
            Self::Changed => "Changed",
            Self::Moved => "Moved",
        }
    }
}

/// All differences, in the order of the draft, what is gone at the end.
#[must_use]
pub fn changes(published: &Menu, draft: &Menu) -> Vec<Change> {
    let mut changes = Vec::new();
    sections(published, draft, &mut changes);
    for section in &draft.sections {
        for item in &section.items {
            match published.item(item.id) {
                None => changes.push(change(Kind::Added, &item.name, item.price.to_string())),
                Some(before) if before != item => {
                    changes.push(change(Kind::Changed, &item.name, differences(before, item)));
                }
                Some(_) => {}
            }
        }
    }
    for item in published.items().filter(|item| draft.item(item.id).is_none()) {
        changes.push(change(Kind::Removed, &item.name, String::new()));
    }
    order(published, draft, &mut changes);
    changes
}

fn change(kind: Kind, what: &str, detail: String) -> Change {
    Change { kind, what: what.to_owned(), detail }
}

fn sections(published: &Menu, draft: &Menu, changes: &mut Vec<Change>) {
    for section in &draft.sections {
        let section_words = || "section".to_owned();
        match published.section(section.id) {
            None => changes.push(change(Kind::Added, &section.name, section_words())),
            Some(before)
                if (&before.name, &before.description) != (&section.name, &section.description) =>
            {
                changes.push(change(Kind::Changed, &section.name, section_words()));
            }
            Some(_) => {}
        }
    }
    for section in published.sections.iter().filter(|s| draft.section(s.id).is_none()) {
        changes.push(change(Kind::Removed, &section.name, "section".to_owned()));
    }
}

/// Items (and sections) that both menus have, but in another order: named once per section.
fn order(published: &Menu, draft: &Menu, changes: &mut Vec<Change>) {
    let kept = |menu: &Menu, other: &Menu| -> Vec<_> {
        menu.sections.iter().map(|s| s.id).filter(|id| other.section(*id).is_some()).collect()
    };
    if kept(published, draft) != kept(draft, published) {
        changes.push(change(Kind::Moved, "Sections", "another order".to_owned()));
    }
    for section in &draft.sections {
        let Some(before) = published.section(section.id) else { continue };
        let old: Vec<_> =
            before.items.iter().map(|i| i.id).filter(|id| draft.item(*id).is_some()).collect();
        let new: Vec<_> =
            section.items.iter().map(|i| i.id).filter(|id| published.item(*id).is_some()).collect();
        if old != new {
            changes.push(change(Kind::Moved, &section.name, "items in another order".to_owned()));
        }
    }
}

fn differences(before: &Item, after: &Item) -> String {
    let mut words = Vec::new();
    if before.name != after.name {
        words.push(format!("was {}", before.name));
    }
    if before.price != after.price {
        words.push(format!("{} → {}", before.price, after.price));
    }
    if before.description != after.description {
        words.push("description".to_owned());
    }
    if before.allergens != after.allergens {
        words.push("allergens".to_owned());
    }
    if before.diets != after.diets {
        words.push("diets".to_owned());
    }
    if before.option_groups != after.option_groups {
        words.push("options".to_owned());
    }
    if before.art != after.art {
        words.push("picture".to_owned());
    }
    if before.photo != after.photo {
        words.push("photo".to_owned());
    }
    if before.tax_basis_points != after.tax_basis_points {
        words.push("tax".to_owned());
    }
    if before.available != after.available {
        words.push(if after.available { "on sale" } else { "off sale" }.to_owned());
    }
    words.join(", ")
}
