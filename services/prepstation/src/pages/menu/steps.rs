//! The buttons of the editor: each a form that posts and comes back to where it was.

use crate::{
    domain::{
        availability::{OnSale, Until},
        menu_edit::{Edit, Towards},
    },
    pages::{back, problem},
    usecases::{
        Actor,
        edit_draft::{EditDraft, edit_draft},
        pause_orders::minutes_from,
        publish_menu::{PublishMenu, publish_menu},
        set_availability::{SetAvailability, set_availability},
    },
};
use axum::{extract::State, response::Response};
use database::Tx;
use kernel::{
    Env,
    ids::{ItemId, SectionId},
    menu::Section,
};
use runtime::Context;
use web::{Form, PathOf, Problem, signed_in::SignedIn};

fn not_understood() -> Problem {
    Problem::unprocessable("invalid_fields").detail("Use the buttons of the menu's page.")
}

/// The revision that the page showed; a page without one takes any.
pub(super) fn revision(form: &Form) -> Option<i64> {
    form.value("revision").parse().ok()
}

pub(super) async fn publish(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(slug): PathOf<String>,
    form: Form,
) -> Result<Response, Problem> {
    let actor = Actor::Person(principal.person_id);
    let command = PublishMenu { restaurant: slug.clone(), actor, expected: revision(&form) };
    let done = context.run("publish_menu", move |tx, env| publish_menu(tx, env, &command));
    let menu = format!("/r/{slug}/menu");
    done.await.map_err(|refusal| problem(refusal).way_on("Back to the menu", menu))?;
    Ok(back(&slug, "menu"))
}

pub(super) async fn step(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(slug): PathOf<String>,
    form: Form,
) -> Result<Response, Problem> {
    let env = context.env();
    let edit = edit(&form, &env).ok_or_else(not_understood)?;
    // After a removal there is nothing to come back to.
    let place = match &edit {
        Edit::AddSection(section) => format!("#{}", section.id),
        Edit::RemoveSection(_) | Edit::RemoveItem(_) => String::new(),
        _ => format!("#{}", form.value("id")),
    };
    let actor = Actor::Person(principal.person_id);
    let expected = revision(&form);
    let command = EditDraft { restaurant: slug.clone(), actor, expected, edit };
    let done = context.run("edit_draft", move |tx, env| edit_draft(tx, env, &command));
    let menu = format!("/r/{slug}/menu");
    done.await.map_err(|refusal| problem(refusal).way_on("Back to the menu", menu))?;
    Ok(back(&slug, &format!("menu{place}")))
}

fn edit(form: &Form, env: &Env) -> Option<Edit> {
    let section = || form.value("id").parse::<SectionId>().ok();
    let item = || form.value("id").parse::<ItemId>().ok();
    let name = || Some(form.trimmed("name").to_owned()).filter(|name| !name.is_empty());
    Some(match form.value("do") {
        "section_add" => Edit::AddSection(Section {
            id: env.id(),
            name: name()?,
            description: String::new(),
            items: Vec::new(),
        }),
        "section_describe" => Edit::DescribeSection {
            id: section()?,
            name: name()?,
            description: form.trimmed("description").to_owned(),
        },
        "section_up" => Edit::MoveSection(section()?, Towards::Start),
        "section_down" => Edit::MoveSection(section()?, Towards::End),
        "section_remove" => Edit::RemoveSection(section()?),
        "item_up" => Edit::MoveItem(item()?, Towards::Start),
        "item_down" => Edit::MoveItem(item()?, Towards::End),
        "item_remove" => Edit::RemoveItem(item()?),
        _ => return None,
    })
}

pub(super) async fn sale(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(slug): PathOf<String>,
    form: Form,
) -> Result<Response, Problem> {
    let env = context.env();
    let id = form.value("id");
    let item = id.parse().map(OnSale::Item).ok();
    let what = item.or_else(|| id.parse().map(OnSale::Option).ok()).ok_or_else(not_understood)?;
    let off_until = match form.value("until") {
        "now" => None,
        "open" => Some(Until::PutBack),
        "tomorrow" => Some(Until::Tomorrow),
        minutes => {
            let minutes: u32 = minutes.parse().map_err(|_| not_understood())?;
            Some(Until::At(minutes_from(env.now, minutes).ok_or_else(not_understood)?))
        }
    };
    let actor = Actor::Person(principal.person_id);
    let place = if item.is_some() { format!("menu#{id}") } else { "menu".to_owned() };
    let command = SetAvailability { restaurant: slug.clone(), actor, what, off_until };
    let set = move |tx: &mut Tx<'_>, env: &Env| set_availability(tx, env, &command);
    let done = context.run("set_availability", set);
    done.await.map_err(problem)?;
    Ok(back(&slug, &place))
}
