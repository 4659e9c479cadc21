//! `/account`: who I am here, and where I work.

use crate::{
    app::App,
    domain::wording,
    store::{
        memberships::{self, Membership},
        persons::{self, Person},
    },
    usecases::{self, Failure},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use database::Tx;
use kernel::{Env, ids::PersonId};
use maud::{Markup, html};
use serde::Deserialize;
use session::Role;
use web::{
    Form, Page, Problem, QueryOf, Service, SignedIn, Site,
    components::{Field, Tone, error_summary, notice},
    icons,
};

/// What the page is come back to from.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Done {
    /// `password` or `address`.
    #[serde(default)]
    changed: String,
}

/// The page.
pub(super) async fn show(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    QueryOf(done): QueryOf<Done>,
) -> Result<Response, Problem> {
    let Some((person, memberships)) = find(&app, who.person_id).await? else {
        return Ok(app.without_session(super::go("/sign-in")));
    };
    let form = Form::with([("name", person.name.clone())]);
    let said = said(&done);
    Ok(render(&app, (&person, &memberships), &form, said).into_response())
}

fn said(done: &Done) -> Option<Markup> {
    let title = match done.changed.as_str() {
        "password" => "Your password is changed",
        "address" => "Your address is changed",
        _ => return None,
    };
    let body = html! { p { "You are signed out on all other devices." } };
    Some(notice(Tone::Good, title, body))
}

/// Changes the name.
pub(super) async fn submit(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    mut form: Form,
) -> Result<Response, Problem> {
    let Some(name) = wording::name(form.value("name")) else {
        form.fail("name", "Enter your name, of at most 100 characters.");
        let Some((person, memberships)) = find(&app, who.person_id).await? else {
            return Ok(app.without_session(super::go("/sign-in")));
        };
        let page = render(&app, (&person, &memberships), &form, None);
        return Ok((form.status(), page).into_response());
    };
    let (person, session) = (who.person_id, who.session_id);
    let change =
        move |tx: &mut Tx<'_>, env: &Env| usecases::change_name(tx, env, person, session, &name);
    let Some(principal) = app.context.run("change_name", change).await? else {
        return Ok(app.without_session(super::go("/sign-in")));
    };
    let welcome = app.welcome(principal);
    Ok(app.with_session(&welcome.issued, super::go("/account")))
}

async fn find(app: &App, id: PersonId) -> Result<Option<(Person, Vec<Membership>)>, Failure> {
    let found = app.context.database.read(move |tx| {
        let person = persons::by_id(tx, id)?;
        let memberships = memberships::of_person(tx, id)?;
        Ok::<_, Failure>(person.map(|person| (person, memberships)))
    });
    found.await
}

fn render(
    app: &App,
    (person, memberships): (&Person, &[Membership]),
    form: &Form,
    said: Option<Markup>,
) -> Markup {
    let site = &app.context.site;
    let federated = !app.federation.all().is_empty();
    let body = html! {
        div.wrap.narrow.page {
            div.stack {
                @if let Some(said) = said { (said) }
                h1 { "Hello, " (person.name) }
                p.quiet { (person.email) }
                nav.stack aria-label="Where to" {
                    a.btn.btn-quiet.btn-spread href=(site.url(Service::Orderhub, "/")) { "Order food" (icons::chevron_right()) }
                    a.btn.btn-quiet.btn-spread href=(site.url(Service::Orderhub, "/orders")) { "My orders" (icons::chevron_right()) }
                    a.btn.btn-quiet.btn-spread href="/sessions" { "Where I am signed in" (icons::chevron_right()) }
                    @if federated { a.btn.btn-quiet.btn-spread href="/account/providers" { "Other ways to sign in" (icons::chevron_right()) } }
                    a.btn.btn-quiet.btn-spread href="/account/apps" { "Apps that know me" (icons::chevron_right()) }
                    @if person.operator {
                        a.btn.btn-quiet.btn-spread href="/operator/clients" { "Apps with our sign-in" (icons::chevron_right()) }
                        a.btn.btn-quiet.btn-spread href=(site.url(Service::Prepstation, "/operator")) { "Run the platform" (icons::chevron_right()) }
                    }
                }
                @if !memberships.is_empty() { (work(site, memberships)) }
                section.panel.stack aria-labelledby="details" {
                    h2 #details { "My details" }
                    form.fields method="post" action="/account" {
                        (error_summary(form))
                        (Field { name: "name", label: "Name", hint: "As the kitchen should call you.", autocomplete: "name", max_length: 100, ..Field::default() }.render(form))
                        button.btn.btn-ink type="submit" { "Save name" }
                    }
                    div.actions.actions-stretch {
                        a.btn.btn-quiet href="/account/email" { "Change my address" }
                        a.btn.btn-quiet href="/account/password" { "Change my password" }
                    }
                }
                section.panel.stack aria-labelledby="data" {
                    h2 #data { "My data" }
                    p.quiet { "Everything that Comanda knows of you, with your orders and your work, in one file. Or gone for good." }
                    div.actions.actions-stretch {
                        a.btn.btn-quiet href="/account/export" { "Download my data" }
                        a.btn.btn-danger href="/account/erase" { "Erase my account" }
                    }
                }
                form method="post" action="/sign-out" { button.btn.btn-quiet.btn-wide type="submit" { "Sign out" } }
            }
        }
    };
    Page::new(site, "My account").no_index().render(&body)
}

fn work(site: &Site, memberships: &[Membership]) -> Markup {
    html! {
        section.panel.stack aria-labelledby="work" {
            h2 #work { "Where I work" }
            ul.stack {
                @for membership in memberships {
                    li.spread {
                        @match &membership.restaurant {
                            Some((slug, name)) => {
                                a href=(site.url(Service::Prepstation, &format!("/r/{slug}/board"))) { (name) }
                            }
                            None => a href=(site.url(Service::Prepstation, "/")) { "A restaurant" },
                        }
                        span.quiet { (role_name(membership.role)) }
                    }
                }
            }
        }
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Manager => "Manager",
        Role::Cook => "Cook",
        Role::Viewer => "Viewer",
    }
}
