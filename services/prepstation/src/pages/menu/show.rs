//! The editor: the whole draft with its buttons.

use crate::{
    domain::availability::OnSale,
    domain::{
        menu_diff::{Change, changes},
        staff::Task,
    },
    pages::{Office, problem},
    store::{self, availability::OffSale, menus::Draft},
    usecases::Refusal,
};
use axum::extract::State;
use jiff::Timestamp;
use kernel::menu::{Item, Menu, Section};
use maud::{Markup, html};
use runtime::Context;
use web::{
    Form, PathOf, Problem,
    components::{Empty, Field, Kind, Tone, icon_link, notice},
    icons,
    signed_in::SignedIn,
};

/// What the editor shows.
struct Editor {
    office: Office,
    draft: Draft,
    published: Option<(Menu, Timestamp)>,
    off_sale: OffSale,
}

pub(super) async fn show(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(slug): PathOf<String>,
) -> Result<Markup, Problem> {
    let (now, who) = (context.clock.now(), principal.clone());
    let read = context.database.read(move |tx| {
        let office = Office::enter(tx, &slug, &who, Task::See, now)?;
        let id = office.restaurant.id;
        let empty = Menu::empty(office.restaurant.currency);
        let draft = store::menus::draft(tx, id)?;
        let draft = draft.unwrap_or(Draft { revision: 0, menu: empty, updated_at: now });
        let published = store::menus::published(tx, id)?;
        let off_sale = store::availability::off_sale(tx, id)?;
        Ok::<_, Refusal>(Editor { office, draft, published, off_sale })
    });
    let editor = read.await.map_err(problem)?;
    Ok(editor.office.page(&context, &principal, "Menu", "menu", &editor.render()))
}

impl Editor {
    fn render(&self) -> Markup {
        let manage = self.office.may(Task::Manage);
        let none = Menu::empty(self.draft.menu.currency);
        let before = self.published.as_ref().map_or(&none, |(menu, _)| menu);
        let changes = changes(before, &self.draft.menu);
        html! {
            div.spread {
                h1 { "Menu" }
                @if manage {
                    form method="post" action=(self.office.path("menu/publish")) {
                        (self.revision())
                        button.btn.btn-primary type="submit" { "Publish menu" }
                    }
                }
            }
            (self.standing(&changes))
            @if self.draft.menu.sections.is_empty() {
                (Empty { title: "An empty menu", words: "Begin with a section, such as Starters or Pizza.", art: web::assets::art("plate"), action: None }.render())
            }
            div.editor { @for section in &self.draft.menu.sections { (self.section(section, manage)) } }
            @if manage { (self.new_section()) }
            (self.options())
        }
    }

    fn revision(&self) -> Markup {
        html! { input type="hidden" name="revision" value=(self.draft.revision); }
    }

    /// Whether customers see this menu, what would change, and what stands in the way.
    fn standing(&self, changes: &[Change]) -> Markup {
        let problems = self.draft.menu.problems();
        let since = self.published.as_ref().map(|(menu, at)| {
            format!("version {}, published {}", menu.version, self.office.when(*at))
        });
        let count = changes.len();
        html! {
            @if count > 0 {
                (notice(Tone::Warn, &format!("{count} {} not published", if count == 1 { "change" } else { "changes" }), html! {
                    @match &since {
                        Some(since) => { "Customers see " (since) "." },
                        None => { "Customers do not see this restaurant before its first menu is published." },
                    }
                    details.editor-changes {
                        summary { "What changes" }
                        ul { @for change in changes.iter().take(100) {
                            li { span.mark { (change.kind.label()) } " " b { (change.what) } @if !change.detail.is_empty() { " " span.quiet { (change.detail) } } }
                        } }
                        @if count > 100 { p { "and " (count - 100) " more" } }
                    }
                }))
            } @else if let Some(since) = &since {
                (notice(Tone::Good, "Customers see this menu", html! { (since) "." }))
            }
            @if !problems.is_empty() {
                (notice(Tone::Bad, "Not ready to publish", html! {
                    ul { @for problem in problems.iter().take(20) { li { (self.place(&problem.pointer)) (problem.message) } } }
                }))
            }
        }
    }

    /// The section's and item's name instead of the pointer.
    fn place(&self, pointer: &str) -> Markup {
        let mut steps = pointer.split('/').skip(2);
        let index = |step: Option<&str>| step.and_then(|step| step.parse::<usize>().ok());
        let section = index(steps.next()).and_then(|at| self.draft.menu.sections.get(at));
        let item = index(steps.nth(1)).and_then(|at| section?.items.get(at));
        html! {
            @if let Some(item) = item { a href=(self.item_path(item)) { (item.name) } ": " }
            @else if let Some(section) = section { b { (section.name) } ": " }
        }
    }

    fn item_path(&self, item: &Item) -> String {
        self.office.path(&format!("menu/items/{}", item.id))
    }

    /// A small form with one button.
    fn step(&self, verb: &str, id: &str, label: &str, icon: &Markup) -> Markup {
        html! {
            form method="post" action=(self.office.path("menu/step")) {
                (self.revision())
                input type="hidden" name="id" value=(id);
                button.icon-btn type="submit" name="do" value=(verb) aria-label=(label) title=(label) { (icon) }
            }
        }
    }

    fn section(&self, section: &Section, manage: bool) -> Markup {
        let id = section.id.to_string();
        let named = |verb: &str| format!("{verb} section {}", section.name);
        html! {
            section.editor-section id=(id) aria-label=(section.name) {
                div.spread {
                    h2 { (section.name) }
                    @if manage { div.editor-tools {
                        (self.step("section_up", &id, &named("Move up"), &icons::chevron_up()))
                        (self.step("section_down", &id, &named("Move down"), &icons::chevron_down()))
                    } }
                }
                @if !section.description.is_empty() { p.quiet { (section.description) } }
                @for item in &section.items { (self.item(item, manage)) }
                @if section.items.is_empty() { p.quiet { "No items yet." } }
                @if manage {
                    div.row.editor-foot {
                        a.btn.btn-quiet.btn-small href={ (self.office.path("menu/items/new")) "?section=" (id) } { (icons::plus()) "Add an item" }
                        (self.edit_section(section, &id))
                    }
                }
            }
        }
    }

    fn edit_section(&self, section: &Section, id: &str) -> Markup {
        html! {
            details.editor-details {
                summary { "Edit section" span.visually-hidden { " " (section.name) } }
                form.fields method="post" action=(self.office.path("menu/step")) {
                    (self.revision())
                    input type="hidden" name="id" value=(id);
                    div.fields-pair {
                        label.field { span.field-label { "Name" } input.input name="name" value=(section.name) required maxlength="200"; }
                        label.field { span.field-label { "Description" span.field-optional { "optional" } } input.input name="description" value=(section.description) maxlength="2000"; }
                    }
                    div.actions {
                        button.btn.btn-primary.btn-small type="submit" name="do" value="section_describe" { "Save section" }
                        button.btn.btn-danger.btn-small type="submit" name="do" value="section_remove" { (icons::trash()) "Remove with its " (section.items.len()) " items" }
                    }
                }
            }
        }
    }

    fn item(&self, item: &Item, manage: bool) -> Markup {
        let id = item.id.to_string();
        let off = self.off_sale.0.get(&OnSale::Item(item.id));
        let state = if off.is_some() || !item.available { "is-off" } else { "is-on" };
        let named = |verb: &str| format!("{verb} {}", item.name);
        html! {
            article.editor-item.(state) id=(id) aria-label=(item.name) {
                div {
                    b { @if manage { a href=(self.item_path(item)) { (item.name) } } @else { (item.name) } }
                    @if !item.available { " " span.mark { "hidden" } }
                    @if !item.option_groups.is_empty() { " " span.quiet.small { (item.option_groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>().join(", ")) } }
                    @if !item.allergens.declared { " " span.mark.mark-hot { "allergens not declared" } }
                    @if !item.description.is_empty() { p.quiet.small { (item.description) } }
                }
                span.money { (item.price) }
                div.editor-tools {
                    @if manage {
                        (self.step("item_up", &id, &named("Move up"), &icons::chevron_up()))
                        (self.step("item_down", &id, &named("Move down"), &icons::chevron_down()))
                        (icon_link(&self.item_path(item), &named("Edit"), &icons::pencil()))
                    }
                }
                @if self.office.may(Task::Cook) { (self.sale(&id, &item.name, off.copied())) }
            }
        }
    }

    /// The switch of 86: off sale until when, or back.
    fn sale(&self, id: &str, name: &str, off: Option<Option<Timestamp>>) -> Markup {
        html! {
            form.editor-sale method="post" action=(self.office.path("menu/sale")) {
                input type="hidden" name="id" value=(id);
                @match off {
                    Some(until) => {
                        span.mark.mark-hot { "Off sale " @match until { Some(at) => { "until " (self.office.when(at)) }, None => { "until you put it back" } } }
                        button.btn.btn-quiet.btn-small type="submit" name="until" value="now" aria-label={ "Put back " (name) } { "Put back" }
                    },
                    None => {
                        span.select { select.input name="until" aria-label={ "How long " (name) " is off sale" } {
                            option value="tomorrow" { "until tomorrow" }
                            option value="240" { "for 4 hours" }
                            option value="60" { "for 1 hour" }
                            option value="open" { "until put back" }
                        } (icons::chevron_down()) }
                        button.btn.btn-quiet.btn-small type="submit" aria-label={ "86 " (name) } { "86" }
                    },
                }
            }
        }
    }

    fn new_section(&self) -> Markup {
        let form = Form::default();
        html! {
            section.panel aria-labelledby="new-section" {
                h2 #new-section { "New section" }
                form.fields method="post" action=(self.office.path("menu/step")) {
                    (self.revision())
                    (Field { name: "name", label: "Name", kind: Kind::Text, max_length: 200, ..Field::default() }.render(&form))
                    div.actions { button.btn.btn-quiet type="submit" name="do" value="section_add" { (icons::plus()) "Add section" } }
                }
            }
        }
    }

    /// Each option once, with its switch.
    fn options(&self) -> Markup {
        let mut seen = std::collections::BTreeMap::new();
        for item in self.draft.menu.items() {
            for group in &item.option_groups {
                for option in &group.options {
                    seen.entry(option.id).or_insert((&group.name, &option.name));
                }
            }
        }
        let off =
            seen.keys().filter(|id| self.off_sale.0.contains_key(&OnSale::Option(**id))).count();
        html! {
            @if !seen.is_empty() && self.office.may(Task::Cook) {
                details.panel.editor-options open[off > 0] {
                    summary { b { "Options on and off sale" } " " span.quiet { (off) " of " (seen.len()) " off sale" } }
                    @for (id, (group, name)) in &seen {
                        @let state = self.off_sale.0.get(&OnSale::Option(*id)).copied();
                        div.editor-item.(if state.is_some() { "is-off" } else { "is-on" }) {
                            div { b { (name) } " " span.quiet.small { (group) } }
                            (self.sale(&id.to_string(), name, state))
                        }
                    }
                }
            }
        }
    }
}
