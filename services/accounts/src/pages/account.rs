//! `/account`: who I am here, and where I work.

use crate::{
    app::App,
    domain::{second_step::Ways, wording},
    store::{
        memberships::{self, Membership},
        persons::{self, Person},
        ways,
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
    let Some(known) = find(&app, who.person_id).await? else {
        return Ok(app.without_session(super::go("/sign-in")));
    };
    let form = Form::with([("name", known.person.name.clone())]);
    Ok(render(&app, &known, &form, said(&done)).into_response())
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
        let Some(known) = find(&app, who.person_id).await? else {
            return Ok(app.without_session(super::go("/sign-in")));
        };
        return Ok((form.status(), render(&app, &known, &form, None)).into_response());
    };
    let (person, session) = (who.person_id, who.session_id);
    let change =
        move |tx: &mut Tx<'_>, env: &Env| usecases::change_name(tx, env, person, session, &name);
    let pen = app.tokens.pen();
    let Some(principal) = app.context.run("change_name", change).await? else {
        return Ok(app.without_session(super::go("/sign-in")));
    };
    Ok(app.with_session(&pen.sign(&principal), super::go("/account")))
}

/// What the page tells of a person.
struct Known {
    person: Person,
    memberships: Vec<Membership>,
    ways: Ways,
}

impl Known {
    /// Whether somebody answers for others and has no passkey yet.
    fn need_passkey(&self) -> bool {
        let leads = |work: &Membership| matches!(work.role, Role::Owner | Role::Manager);
        !self.ways.passkeys && (self.person.operator || self.memberships.iter().any(leads))
    }
}

async fn find(app: &App, id: PersonId) -> Result<Option<Known>, Failure> {
    let found = app.context.database.read(move |tx| {
        let Some(person) = persons::by_id(tx, id)? else { return Ok(None) };
        let memberships = memberships::of_person(tx, id)?;
        let ways = ways::of_person(tx, id)?;
        Ok::<_, Failure>(Some(Known { person, memberships, ways }))
    });
    found.await
}

fn render(app: &App, known: &Known, form: &Form, said: Option<Markup>) -> Markup {
    let site = &app.context.site;
    let federated = !app.federation.all().is_empty();
    let Known { person, memberships, .. } = known;
    let body = html! {
        div.wrap.narrow.page {
            div.stack {
                @if let Some(said) = said { (said) }
                h1 { "Hello, " (person.name) }
                p.quiet { (person.email) }
                @if known.need_passkey() {
                    (notice(Tone::Info, "Sign in with a finger or a face", html! {
                        p { "A passkey is quicker than a password, and nobody can trick you out of it. " a href=(super::SECURITY) { "Add one, or an authenticator app" } "." }
                    }))
                }
                nav.stack aria-label="Where to" {
                    a.btn.btn-quiet.btn-spread href=(site.url(Service::Orderhub, "/")) { "Order food" (icons::chevron_right()) }
                    a.btn.btn-quiet.btn-spread href=(site.url(Service::Orderhub, "/orders")) { "My orders" (icons::chevron_right()) }
                    a.btn.btn-quiet.btn-spread href=(super::SECURITY) { "How I sign in" (icons::chevron_right()) }
                    a.btn.btn-quiet.btn-spread href="/sessions" { "Where I am signed in" (icons::chevron_right()) }
                    @if federated { a.btn.btn-quiet.btn-spread href="/account/providers" { "Other ways to sign in" (icons::chevron_right()) } }
                    a.btn.btn-quiet.btn-spread href="/account/apps" { "Apps that know me" (icons::chevron_right()) }
                    @if person.operator {
                        a.btn.btn-quiet.btn-spread href="/operator/clients" { "Apps with our sign-in" (icons::chevron_right()) }
                        a.btn.btn-quiet.btn-spread href="/operator/people" { "Help somebody in" (icons::chevron_right()) }
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
