//! `/r/{slug}/menu/items/{id}`: one item with its groups of options. `new` adds one.

use super::{item_form, steps::revision};
use crate::{
    domain::{menu_edit::Edit, staff::Task},
    pages::{
        Office, answer, back,
        photo_field::{self, PhotoForm},
        problem,
    },
    store,
    usecases::{
        Actor, Refusal,
        edit_draft::{EditDraft, edit_draft},
    },
};
use axum::{extract::State, response::Response};
use kernel::{
    Money,
    food::{Allergen, Allergens, Diet},
    ids::{ItemId, SectionId},
    menu::{Item, Menu},
    photo::Photo,
};
use maud::{Markup, html};
use runtime::Context;
use serde::Deserialize;
use session::Principal;
use web::{
    Form, PathOf, Problem, QueryOf,
    components::{Field, Kind, error_summary},
    icons,
    signed_in::SignedIn,
};

#[derive(Debug, Default, Deserialize)]
pub(super) struct Where {
    section: Option<SectionId>,
}

/// The item under work, and where it stands.
struct Bench {
    office: Office,
    menu: Menu,
    revision: i64,
    section: SectionId,
    item: Item,
    /// The photo that the form names.
    photo: Option<Photo>,
    is_new: bool,
}

async fn open(
    context: &Context,
    principal: &Principal,
    (slug, item): (String, String),
    section: Option<SectionId>,
) -> Result<Bench, Problem> {
    let (env, who) = (context.env(), principal.clone());
    let read = context.database.read(move |tx| {
        let office = Office::enter(tx, &slug, &who, Task::Manage, env.now)?;
        let draft = store::menus::draft(tx, office.restaurant.id)?.ok_or(Refusal::NotFound)?;
        let (menu, revision) = (draft.menu, draft.revision);
        if item == "new" {
            let section = section.filter(|id| menu.section(*id).is_some());
            let section = section.ok_or(Refusal::NotFound)?;
            let item = fresh(env.id(), Money::zero(office.restaurant.currency));
            return Ok(Bench { office, menu, revision, section, item, photo: None, is_new: true });
        }
        let id: ItemId = item.parse().map_err(|_| Refusal::NotFound)?;
        let found = menu.sections.iter().find(|s| s.items.iter().any(|item| item.id == id));
        let section = found.ok_or(Refusal::NotFound)?.id;
        let item = menu.item(id).ok_or(Refusal::NotFound)?.clone();
        let photo = item.photo.clone();
        Ok::<_, Refusal>(Bench { office, menu, revision, section, item, photo, is_new: false })
    });
    read.await.map_err(problem)
}

fn fresh(id: ItemId, price: Money) -> Item {
    Item {
        id,
        name: String::new(),
        description: String::new(),
        price,
        available: true,
        art: None,
        photo: None,
        tax_basis_points: 1000,
        allergens: Allergens::default(),
        diets: std::collections::BTreeSet::new(),
        option_groups: Vec::new(),
    }
}

pub(super) async fn show(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(place): PathOf<(String, String)>,
    QueryOf(at): QueryOf<Where>,
) -> Result<Response, Problem> {
    let bench = open(&context, &principal, place, at.section).await?;
    let mut form = item_form::of_item(&bench.item);
    form.set("section", bench.section.to_string());
    form.set("revision", bench.revision.to_string());
    Ok(bench.page(&context, &principal, &form))
}

pub(super) async fn save(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(place): PathOf<(String, String)>,
    PhotoForm { mut form, file }: PhotoForm,
) -> Result<Response, Problem> {
    let slug = place.0.clone();
    let section = form.value("section").parse().ok();
    let mut bench = open(&context, &principal, place, section).await?;
    let actor = Actor::Person(principal.person_id);
    photo_field::take_in(&context, (&slug, actor), &mut form, file).await?;
    bench.photo = photo_field::named(&context, bench.office.restaurant.id, &form).await?;
    let env = context.env();
    let button = form.value("do").to_owned();
    let edit = if button == "remove" && !bench.is_new {
        Edit::RemoveItem(bench.item.id)
    } else if item_form::press(&mut form, &button, &env) {
        return Ok(bench.page(&context, &principal, &form));
    } else {
        let section = section.filter(|id| bench.menu.section(*id).is_some());
        match bench.typed(&mut form) {
            Some(item) => Edit::PutItem(section.unwrap_or(bench.section), Box::new(item)),
            None => return Ok(bench.page(&context, &principal, &form)),
        }
    };
    let place = match &edit {
        Edit::PutItem(_, item) => format!("menu#{}", item.id),
        _ => "menu".to_owned(),
    };
    let expected = revision(&form);
    let command = EditDraft { restaurant: slug.clone(), actor, expected, edit };
    let done = context.run("edit_draft", move |tx, env| edit_draft(tx, env, &command)).await;
    match done {
        Ok(_) => Ok(back(&slug, &place)),
        Err(Refusal::Stale(revision)) => {
            form.set("revision", revision.to_string());
            form.fail("", "Somebody else has changed the menu in the meantime. What you typed is still here: look at it, and save again to keep yours.");
            Ok(bench.page(&context, &principal, &form))
        }
        Err(refusal) => Err(problem(refusal)),
    }
}

impl Bench {
    /// The item as typed, held against the rules of a menu.
    fn typed(&self, form: &mut Form) -> Option<Item> {
        let mut item = item_form::to_item(form, &self.item, self.menu.currency)?;
        item.photo = photo_field::wanted(form, self.photo.as_ref());
        let mut alone = Menu::empty(self.menu.currency);
        alone.sections.push(kernel::menu::Section {
            id: self.section,
            name: "one".to_owned(),
            description: String::new(),
            items: vec![item.clone()],
        });
        for problem in alone.problems() {
            let pointer = problem.pointer.trim_start_matches("/sections/0/items/0");
            form.fail(&item_form::field_of(pointer), problem.message);
        }
        form.is_ok().then_some(item)
    }

    fn page(&self, context: &Context, principal: &Principal, form: &Form) -> Response {
        let title = if self.is_new { "New item" } else { self.item.name.as_str() };
        let last = if self.is_new { "new".to_owned() } else { self.item.id.to_string() };
        let body = html! {
            div.spread { h1 { (title) } a href=(self.office.path("menu")) { "Back to the menu" } }
            form.stack method="post" enctype="multipart/form-data" action=(self.office.path(&format!("menu/items/{last}"))) {
                input type="hidden" name="revision" value=(form.value("revision"));
                (error_summary(form))
                // The first button is what Enter presses.
                button.visually-hidden type="submit" name="do" value="save" tabindex="-1" aria-hidden="true" { "Save" }
                (self.basics(form))
                (photo_field::render(form, self.photo.as_ref()))
                section.panel.stack { h2 { "Allergens and diets" } (food(form, "", "the dish")) }
                @for g in 0..item_form::groups(form) { (self.group(form, g)) }
                div.actions { button.btn.btn-quiet type="submit" name="do" value="add_group" { (icons::plus()) "Add a group of options" } }
                div.actions.editor-save {
                    button.btn.btn-primary type="submit" name="do" value="save" { "Save item" }
                    a.btn.btn-quiet href=(self.office.path("menu")) { "Cancel" }
                    @if !self.is_new { button.btn.btn-danger type="submit" name="do" value="remove" formnovalidate { (icons::trash()) "Remove item" } }
                }
            }
        };
        answer(form, self.office.page(context, principal, title, "menu", &body))
    }

    fn basics(&self, form: &Form) -> Markup {
        let ids: Vec<(String, &str)> =
            self.menu.sections.iter().map(|s| (s.id.to_string(), s.name.as_str())).collect();
        let sections: Vec<(&str, &str)> =
            ids.iter().map(|(id, name)| (id.as_str(), *name)).collect();
        let mut arts = vec![("", "none")];
        arts.extend(web::assets::art_keys().map(|key| (key, key)));
        html! {
            section.panel.stack { h2 { "What customers read" } div.fields {
                div.fields-pair {
                    (Field { name: "name", label: "Name", max_length: 200, ..Field::default() }.render(form))
                    (Field { name: "price", label: "Price", hint: self.menu.currency.code(), input_mode: "decimal", ..Field::default() }.render(form))
                    (Field { name: "tax", label: "Tax in it", hint: "percent", input_mode: "decimal", ..Field::default() }.render(form))
                }
                (Field { name: "description", label: "Description", kind: Kind::Area(2), optional: true, max_length: 2000, ..Field::default() }.render(form))
                div.fields-pair {
                    (Field { name: "section", label: "Section", kind: Kind::Select(&sections), ..Field::default() }.render(form))
                    (Field { name: "art", label: "Picture", kind: Kind::Select(&arts), optional: true, ..Field::default() }.render(form))
                }
                label.check { input type="checkbox" name="available" value="yes" checked[form.ticked("available")]; "On the menu (take the tick away to hide it from the next version on)" }
            } }
        }
    }

    fn group(&self, form: &Form, g: usize) -> Markup {
        let at = |field: &str| format!("g{g}_{field}");
        let (id, name, min, max) = (at("id"), at("name"), at("min"), at("max"));
        let shared = form.value(&id);
        let others = self
            .menu
            .items()
            .filter(|item| {
                item.id != self.item.id
                    && item.option_groups.iter().any(|group| group.id.to_string() == shared)
            })
            .count();
        let title = if form.value(&name).is_empty() { "New group" } else { form.value(&name) };
        html! {
            section.panel.stack aria-label={ "Options: " (title) } {
                input type="hidden" name=(id) value=(shared);
                div.spread {
                    h2 { (title) }
                    div.editor-tools {
                        @if g > 0 { button.icon-btn type="submit" name="do" value={ "up_group " (g) } formnovalidate aria-label={ "Move up " (title) } { (icons::chevron_up()) } }
                        button.icon-btn type="submit" name="do" value={ "remove_group " (g) } formnovalidate aria-label={ "Remove group " (title) } { (icons::trash()) }
                    }
                }
                @if others > 0 { p.quiet.small { "Also with " (others) " other " @if others == 1 { "item" } @else { "items" } "; a change here changes it there too." } }
                div.fields-pair {
                    (Field { name: &name, label: "What is chosen", hint: "Such as Size.", max_length: 200, ..Field::default() }.render(form))
                    (Field { name: &min, label: "At least", input_mode: "numeric", hint: "0 makes it a choice.", ..Field::default() }.render(form))
                    (Field { name: &max, label: "At most", input_mode: "numeric", ..Field::default() }.render(form))
                }
                @for o in 0..item_form::options(form, g) { (option(form, g, o)) }
                div.actions { button.btn.btn-quiet.btn-small type="submit" name="do" value={ "add_option " (g) } formnovalidate { (icons::plus()) "Add an option" } }
            }
        }
    }
}

fn option(form: &Form, g: usize, o: usize) -> Markup {
    let at = format!("g{g}_o{o}_");
    let [id, name, price, most] =
        ["id", "name", "price", "most"].map(|field| format!("{at}{field}"));
    let title = if form.value(&name).is_empty() { "new option" } else { form.value(&name) };
    html! {
        div.editor-option {
            input type="hidden" name=(id) value=(form.value(&id));
            div.editor-option-row {
                (Field { name: &name, label: "Option", max_length: 200, ..Field::default() }.render(form))
                (Field { name: &price, label: "Price", input_mode: "decimal", ..Field::default() }.render(form))
                (Field { name: &most, label: "How often", input_mode: "numeric", ..Field::default() }.render(form))
                div.editor-tools {
                    @if o > 0 { button.icon-btn type="submit" name="do" value={ "up_option " (g) " " (o) } formnovalidate aria-label={ "Move up " (title) } { (icons::chevron_up()) } }
                    button.icon-btn type="submit" name="do" value={ "remove_option " (g) " " (o) } formnovalidate aria-label={ "Remove " (title) } { (icons::trash()) }
                }
            }
            details.editor-details { summary { "Allergens and diets of " (title) } (food(form, &at, title)) }
        }
    }
}

/// Checkboxes for what is in it, perhaps in it, and which diets it suits.
fn food(form: &Form, at: &str, what: &str) -> Markup {
    let [contains, may, diet, declared] =
        ["contains", "may", "diet", "declared"].map(|name| format!("{at}{name}"));
    let ticks = |name: &str, legend: &str, words: &[(&'static str, &'static str)]| {
        html! {
            fieldset.editor-ticks id=(name) {
                legend { b { (legend) } span.visually-hidden { " " (what) } }
                @for (key, label) in words {
                    label.check { input type="checkbox" name=(name) value=(key) checked[form.chosen(name, key)]; (label) }
                }
            }
        }
    };
    let allergens: Vec<_> = Allergen::ALL.iter().map(|a| (a.key(), a.label())).collect();
    let diets: Vec<_> = Diet::ALL.iter().map(|d| (d.key(), d.label())).collect();
    html! {
        label.check { input type="checkbox" name=(declared) value="yes" checked[form.ticked(&declared)]; "We have checked this: what is not ticked is not in it" }
        (ticks(&contains, "Contains", &allergens))
        (ticks(&may, "May contain", &allergens))
        (ticks(&diet, "Suits", &diets))
    }
}
