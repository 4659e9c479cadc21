//! One step of editing a draft, as the buttons of the editor send it.

use kernel::{
    ids::{ItemId, SectionId},
    menu::{Item, Menu, Section},
    photo::Photo,
};

/// Towards the start or the end of the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Towards {
    /// Up.
    Start,
    /// Down.
    End,
}

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// A new section at the end.
    AddSection(Section),
    /// Another heading and sentence.
    DescribeSection {
        /// Which.
        id: SectionId,
        /// The heading.
        name: String,
        /// The sentence; may be empty.
        description: String,
    },
    /// One place up or down.
    MoveSection(SectionId, Towards),
    /// Away, with its items.
    RemoveSection(SectionId),
    /// Puts an item in place of the one with its id, or at the end of the section.
    PutItem(SectionId, Box<Item>),
    /// One place up or down, over the edge into the next section.
    MoveItem(ItemId, Towards),
    /// Away.
    RemoveItem(ItemId),
    /// Another photo of an item, or none.
    SetPhoto(ItemId, Option<Photo>),
}

/// The draft has no such section or item (any more).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

/// Applies a step.
///
/// # Errors
/// [`Gone`] when the section or item is not there.
pub fn apply(menu: &mut Menu, edit: &Edit) -> Result<(), Gone> {
    let sections = &mut menu.sections;
    match edit {
        Edit::AddSection(section) => sections.push(section.clone()),
        Edit::DescribeSection { id, name, description } => {
            let section = sections.iter_mut().find(|section| section.id == *id).ok_or(Gone)?;
            section.name.clone_from(name);
            section.description.clone_from(description);
        }
        Edit::MoveSection(id, towards) => {
            let at = sections.iter().position(|section| section.id == *id).ok_or(Gone)?;
            if let Some(other) = beside(at, *towards, sections.len()) {
                sections.swap(at, other);
            }
        }
        Edit::RemoveSection(id) => {
            let before = sections.len();
            sections.retain(|section| section.id != *id);
            if sections.len() == before {
                return Err(Gone);
            }
        }
        Edit::PutItem(section, item) => return put_item(sections, *section, item),
        Edit::MoveItem(id, towards) => return move_item(sections, *id, *towards),
        Edit::RemoveItem(id) => {
            let (section, at) = find(sections, *id).ok_or(Gone)?;
            sections[section].items.remove(at);
        }
        Edit::SetPhoto(id, photo) => {
            let (section, at) = find(sections, *id).ok_or(Gone)?;
            sections[section].items[at].photo.clone_from(photo);
        }
    }
    Ok(())
}

fn beside(at: usize, towards: Towards, count: usize) -> Option<usize> {
    match towards {
        Towards::Start => at.checked_sub(1),
        Towards::End => Some(at + 1).filter(|other| *other < count),
    }
}

fn find(sections: &[Section], id: ItemId) -> Option<(usize, usize)> {
    sections.iter().enumerate().find_map(|(index, section)| {
        Some((index, section.items.iter().position(|item| item.id == id)?))
    })
}

fn put_item(sections: &mut [Section], section: SectionId, item: &Item) -> Result<(), Gone> {
    let target = sections.iter().position(|other| other.id == section).ok_or(Gone)?;
    match find(sections, item.id) {
        Some((at_section, at)) if at_section == target => {
            sections[target].items[at] = item.clone();
        }
        Some((at_section, at)) => {
            sections[at_section].items.remove(at);
            sections[target].items.push(item.clone());
        }
        None => sections[target].items.push(item.clone()),
    }
    share_groups(sections, item);
    Ok(())
}

/// A group that several items have is one group: its change reaches them all.
fn share_groups(sections: &mut [Section], item: &Item) {
    for group in &item.option_groups {
        let groups = sections.iter_mut().flat_map(|section| &mut section.items);
        let groups = groups.flat_map(|other| &mut other.option_groups);
        for other in groups.filter(|other| other.id == group.id) {
            other.clone_from(group);
        }
    }
}

fn move_item(sections: &mut [Section], id: ItemId, towards: Towards) -> Result<(), Gone> {
    let (section, at) = find(sections, id).ok_or(Gone)?;
    if let Some(other) = beside(at, towards, sections[section].items.len()) {
        sections[section].items.swap(at, other);
    } else if let Some(other) = beside(section, towards, sections.len()) {
        let item = sections[section].items.remove(at);
        match towards {
            Towards::Start => sections[other].items.push(item),
            Towards::End => sections[other].items.insert(0, item),
        }
    }
    Ok(())
}
