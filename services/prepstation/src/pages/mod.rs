//! The office's pages. They work without scripts: each change is a form that posts and comes back.

pub mod board;
pub mod history;
mod home;
mod hours;
mod integrations;
mod menu;
mod operator;
mod photo_field;
mod settings;
mod staff;
mod words;

use crate::{
    domain::{
        Flaw,
        availability::{Availability, State, state},
        restaurant::Restaurant,
        staff::{Role, Task},
    },
    kitchen::Kitchen,
    store,
    usecases::{Actor, Refusal, enter},
};
use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use database::Tx;
use jiff::Timestamp;
use maud::{Markup, html};
use runtime::Context;
use session::Principal;
use web::{
    Form, Page, Problem,
    components::tabs,
    icons,
    signed_in::{Visitor, person_corner},
};

pub(crate) fn routes() -> Router<Context> {
    Router::new()
        .merge(home::routes())
        .merge(menu::routes())
        .merge(hours::routes())
        .merge(settings::routes())
        .merge(staff::routes())
        .merge(integrations::routes())
        .merge(operator::routes())
}

/// The kitchen's own pages.
pub(crate) fn ticket_routes() -> Router<Kitchen> {
    board::routes().merge(history::routes())
}

/// What every page of one restaurant shows.
#[derive(Debug, Clone)]
struct Office {
    restaurant: Restaurant,
    role: Role,
    availability: Availability,
    now: Timestamp,
}

impl Office {
    fn enter(
        tx: &mut Tx<'_>,
        key: &str,
        principal: &Principal,
        task: Task,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let (restaurant, role) = enter(tx, key, Actor::Person(principal.person_id), task)?;
        let availability = store::availability::of(tx, restaurant.id)?;
        Ok(Self { restaurant, role, availability, now })
    }

    fn path(&self, page: &str) -> String {
        format!("/r/{}/{page}", self.restaurant.slug)
    }

    fn may(&self, task: Task) -> bool {
        self.role.may(task)
    }

    /// An instant on the restaurant's clock.
    fn when(&self, at: Timestamp) -> String {
        words::when(&self.restaurant.hours.zone, self.now, at)
    }

    /// "Open until 23:00", and the mark's class.
    fn state(&self) -> (&'static str, String) {
        match state(&self.restaurant.hours, &self.availability, self.now) {
            State::Open(Some(until)) => ("mark-diet", format!("Open until {}", self.when(until))),
            State::Open(None) => ("mark-diet", "Open around the clock".to_owned()),
            State::Closed(Some(from)) => {
                ("mark-plain", format!("Closed, opens {}", self.when(from)))
            }
            State::Closed(None) => ("mark-hot", "Closed, no opening hours".to_owned()),
            State::Paused(until) => ("mark-hot", format!("Paused until {}", self.when(until))),
        }
    }

    fn state_mark(&self) -> Markup {
        let (class, words) = self.state();
        html! { span.mark.(class) { (icons::clock()) (words) } }
    }

    /// The whole page: name, state and tabs above `body`.
    fn page(
        &self,
        context: &Context,
        principal: &Principal,
        title: &str,
        current: &str,
        body: &Markup,
    ) -> Markup {
        let name = &self.restaurant.profile.name;
        let pages = ["board", "menu", "hours", "history", "staff", "settings", "integrations"]
            .map(|p| self.path(p));
        let labels = ["Board", "Menu", "Hours", "History", "Staff", "Settings", "Integrations"];
        // The last one is for those who may make keys.
        let shown = labels.len() - usize::from(!self.may(Task::Manage));
        let pages: Vec<(&str, &str)> =
            labels.into_iter().zip(pages.iter().map(String::as_str)).take(shown).collect();
        let whole = html! {
            div.wrap.page.stack.office {
                div.office-head {
                    p.office-name { a href="/" { "My restaurants" } " / " b { (name) } }
                    (self.state_mark())
                }
                (tabs(name, &pages, &self.path(current)))
                (body)
            }
        };
        shell(context, principal, &format!("{title} · {name}"), &whole)
    }
}

fn shell(context: &Context, principal: &Principal, title: &str, body: &Markup) -> Markup {
    let corner = person_corner(&Visitor(Some(principal.clone())), &context.site);
    Page::new(&context.site, title).no_index().person(corner).render(body)
}

/// A page with the status of its form.
fn answer(form: &Form, page: Markup) -> Response {
    (form.status(), page).into_response()
}

/// Back to a page of the restaurant after a change.
fn back(slug: &str, page: &str) -> Response {
    Redirect::to(&format!("/r/{slug}/{page}")).into_response()
}

/// What a use-case refused, as a problem or, where it is about fields, as errors of the form.
fn into_form(
    refusal: Refusal,
    form: &mut Form,
    name_of: impl Fn(&str) -> String,
) -> Result<(), Problem> {
    match refusal {
        Refusal::Invalid(flaws) => {
            for Flaw { pointer, message } in flaws {
                form.fail(&name_of(pointer.trim_start_matches('/')), message);
            }
            Ok(())
        }
        other => Err(problem(other)),
    }
}

/// A refusal as the page of an error, in words for people.
fn problem(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Stale(_) => Problem::new(StatusCode::CONFLICT, "menu_changed")
            .detail("Somebody else has changed the menu since you opened it. Nothing was lost: go back, look at it, and try again."),
        Refusal::Invalid(flaws) => {
            let words: Vec<_> = flaws.into_iter().map(|flaw| flaw.message).collect();
            Problem::unprocessable("invalid_fields").detail(format!("{}.", words.join("; ")))
        }
        other => other.into(),
    }
}
