//! `/operator/people`: somebody is locked out, or somebody else is in their account. For operators; there
//! is nothing for others. Who asks for help has proved to the operator who they are, outside of this.

use super::go;
use crate::{
    app::App,
    domain::{email, second_step::Ways},
    proved_lately::ProvedLately,
    store::{
        persons::{self, Person},
        sessions, ways,
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
use session::Principal;
use web::{
    Form, Page, Problem, SignedIn,
    components::{Field, Kind, Tone, error_summary, notice},
};

const PATH: &str = "/operator/people";

/// An operator, or nobody who is answered.
fn operator(who: &Principal) -> Result<(), Problem> {
    if who.operator { Ok(()) } else { Err(Problem::not_found()) }
}

/// Asks whom.
pub(super) async fn show(
    State(app): State<App>,
    SignedIn(who): SignedIn,
) -> Result<Response, Problem> {
    operator(&who)?;
    Ok(page(&app, &Form::default(), &html! {}))
}

/// Finds somebody by their address, which stands in no link and no log.
pub(super) async fn find(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    mut form: Form,
) -> Result<Response, Problem> {
    operator(&who)?;
    let key = email::key(form.value("email"));
    let read = move |tx: &mut Tx<'_>| Ok::<_, Failure>(persons::by_email(tx, &key)?);
    match app.context.database.read(read).await? {
        Some(person) => {
            let found = Found::of(&app, person).await?;
            Ok(page(&app, &form, &found.render()))
        }
        None => {
            form.fail("email", "Nobody has an account with this address.");
            Ok(page(&app, &form, &html! {}))
        }
    }
}

/// Ends all that acts as somebody.
pub(super) async fn end_sessions(
    State(app): State<App>,
    ProvedLately(who): ProvedLately,
    form: Form,
) -> Result<Response, Problem> {
    operator(&who)?;
    let person = whom(&form)?;
    let end = move |tx: &mut Tx<'_>, env: &Env| usecases::end_all_access(tx, env, person);
    let ended = app.run_as(&who, "end_all_access", end).await?;
    let ended = ended.ok_or_else(Problem::unauthorized)?;
    app.refuse(&ended.sessions);
    let (sessions, apps) = (ended.sessions.len(), ended.apps);
    tracing::info!(operator = %who.person_id, %person, sessions, apps, "an operator ended somebody's sessions");
    done(&app, &who, person, "They are signed out everywhere").await
}

/// Takes the second step off somebody's account.
pub(super) async fn reset_second_step(
    State(app): State<App>,
    ProvedLately(who): ProvedLately,
    form: Form,
) -> Result<Response, Problem> {
    operator(&who)?;
    let (person, passkeys) = (whom(&form)?, form.ticked("passkeys"));
    let reset =
        move |tx: &mut Tx<'_>, env: &Env| usecases::reset_second_step(tx, env, person, passkeys);
    let reset = app.run_as(&who, "reset_second_step", reset).await?;
    let reset = reset.ok_or_else(Problem::unauthorized)?.ok_or_else(Problem::not_found)?;
    app.refuse(&reset.ended.sessions);
    tracing::info!(operator = %who.person_id, %person, passkeys, "an operator took somebody's second step off");
    done(&app, &who, person, "Their second step is off, and they are signed out everywhere").await
}

fn whom(form: &Form) -> Result<PersonId, Problem> {
    form.trimmed("person").parse().map_err(|_| Problem::not_found())
}

/// The person again, as they are now. An operator who meant themselves is signed out.
async fn done(
    app: &App,
    who: &Principal,
    person: PersonId,
    title: &str,
) -> Result<Response, Problem> {
    if person == who.person_id {
        return Ok(app.without_session(go("/sign-in")));
    }
    let read = move |tx: &mut Tx<'_>| Ok::<_, Failure>(persons::by_id(tx, person)?);
    let person = app.context.database.read(read).await?.ok_or_else(Problem::not_found)?;
    let form = Form::with([("email", person.email.clone())]);
    let found = Found::of(app, person).await?;
    let body = html! {
        (notice(Tone::Good, title, html! { p { "Every service knows it within seconds." } }))
        (found.render())
    };
    Ok(page(app, &form, &body))
}

/// What an operator sees of somebody.
struct Found {
    person: Person,
    ways: Ways,
    sessions: usize,
}

impl Found {
    async fn of(app: &App, person: Person) -> Result<Self, Failure> {
        let (id, now) = (person.id, app.context.clock.now());
        let read = move |tx: &mut Tx<'_>| {
            let sessions = sessions::of_person(tx, id)?;
            let live = sessions.iter().filter(|session| session.lives(now)).count();
            Ok::<_, Failure>((ways::of_person(tx, id)?, live))
        };
        let (ways, sessions) = app.context.database.read(read).await?;
        Ok(Self { person, ways, sessions })
    }

    fn render(&self) -> Markup {
        let Self { person, ways, sessions } = self;
        html! {
            section.panel.stack aria-labelledby="person" {
                div {
                    h2 #person { (person.name) }
                    p.quiet { (person.email) @if !person.email_verified { " · not confirmed" } }
                }
                ul {
                    li { "Signed in " (sessions) @if *sessions == 1 { " time" } @else { " times" } }
                    li { @if ways.password { "Has a password" } @else { "Has no password" } }
                    li { @if ways.passkeys { "Has a passkey" } @else { "Has no passkey" } }
                    li { @if ways.authenticator { "Has an authenticator app" } @else { "Has no authenticator app" } }
                    li { "Recovery codes left: " (ways.recovery_codes) }
                }
                form.stack method="post" action="/operator/people/end-sessions" {
                    input type="hidden" name="person" value=(person.id);
                    p { "Somebody else is in, or a device is gone: all sessions end, and apps lose their access." }
                    button.btn.btn-danger type="submit" { "Sign out everywhere" }
                }
                form.stack method="post" action="/operator/people/reset-second-step" {
                    input type="hidden" name="person" value=(person.id);
                    p { "Phone and recovery codes are gone: the app and the codes are taken off, all sessions end, and a mail says so. First make sure, by more than a mail, that it is them." }
                    label.check { input type="checkbox" name="passkeys" value="yes"; "Passkeys are gone, too" }
                    button.btn.btn-danger type="submit" { "Take the second step off" }
                }
            }
        }
    }
}

fn page(app: &App, form: &Form, below: &Markup) -> Response {
    let body = html! {
        div.wrap.narrow.page {
            div.stack {
                h1 { "Help somebody in" }
                p.lead { "For who has lost a phone, or fears that somebody else is in their account." }
                form.fields method="post" action=(PATH) {
                    (error_summary(form))
                    (Field { name: "email", label: "Their e-mail", kind: Kind::Line("email"), autocomplete: "off", max_length: 254, ..Field::default() }.render(form))
                    button.btn.btn-ink type="submit" { "Find" }
                }
                (below)
                a.btn.btn-quiet.btn-wide href="/account" { "Back to my account" }
            }
        }
    };
    let page = Page::new(&app.context.site, "Help somebody in").no_index().render(&body);
    (form.status(), super::unseen(page)).into_response()
}
