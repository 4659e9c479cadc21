//! `/account/providers`: other providers that let me in; one more, or one less, but never the last
//! way in.

use super::{go, when};
use crate::{
    app::App,
    client::Client,
    federation::Provider,
    proved_lately::ProvedLately,
    store::{
        identities::{self, LinkedIdentity},
        one_time::Opened,
    },
    usecases::{self, Failure, NotLinked, NotUnlinked, Waiting},
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use database::Tx;
use kernel::Env;
use maud::{Markup, html};
use session::Principal;
use web::{
    Form, Page, Problem, SignedIn, Visitor,
    components::{Tone, notice},
};

const HERE: &str = "/account/providers";

/// The list.
pub(super) async fn show(
    State(app): State<App>,
    SignedIn(who): SignedIn,
) -> Result<Response, Problem> {
    Ok(list(&app, &who, None).await?.into_response())
}

/// Takes one out.
pub(super) async fn remove(
    State(app): State<App>,
    ProvedLately(who): ProvedLately,
    client: Client,
    form: Form,
) -> Result<Response, Problem> {
    let (person, place, issuers) = (who.person_id, client.place(), app.federation.issuers());
    let (issuer, subject) = (form.value("issuer").to_owned(), form.value("subject").to_owned());
    let unlink = move |tx: &mut Tx<'_>, env: &Env| {
        usecases::unlink_identity(tx, env, (person, &place), (&issuer, &subject), &issuers)
    };
    match app.run_as(&who, "unlink_identity", unlink).await {
        Ok(Some(())) => Ok(go(HERE)),
        Ok(None) => Err(Problem::unauthorized()),
        Err(NotUnlinked::LastWay) => {
            let said = notice(
                Tone::Bad,
                "That is your only way in",
                html! { p { "Set a password or add another provider first. Then this one can go." } },
            );
            Ok((StatusCode::CONFLICT, list(&app, &who, Some(said)).await?).into_response())
        }
        Err(NotUnlinked::Failure(failure)) => Err(failure.into()),
    }
}

/// `/sign-in/known`: this address has an account; its owner signs in to it first.
pub(super) async fn explain(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(waiting) = waiting(&app, &headers).await? else { return Ok(go("/sign-in")) };
    let confirm = format!("{}{HERE}/confirm", app.context.site.origin());
    if visitor.0.is_some_and(|who| waiting.person == Some(who.person_id)) {
        return Ok(go(&confirm));
    }
    let email = &waiting.data.email;
    let query = [("email", email.as_str()), ("return_to", confirm.as_str())];
    let sign_in = format!("/sign-in?{}", serde_urlencoded::to_string(query).unwrap_or_default());
    let label = label(&app, &waiting.data);
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "You have been here before" }
                    p.lead { "There is an account with " strong { (email) } " already. Sign in to it once, so that nobody else can take it by " (label) ". From then on " (label) " lets you in, too." }
                }
                a.btn.btn-primary.btn-wide href=(sign_in) { "Sign in and link " (label) }
                a.btn.btn-quiet.btn-wide href="/sign-in" { "Not now" }
            }
        }
    };
    Ok(no_store(Page::new(&app.context.site, "You have been here before").no_index().render(&body)))
}

/// Asks once more, in words, what is to be linked.
pub(super) async fn confirm(
    State(app): State<App>,
    ProvedLately(who): ProvedLately,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(waiting) = waiting(&app, &headers).await? else { return Ok(go(HERE)) };
    if waiting.person != Some(who.person_id) {
        return Ok(other_account(&app, &who));
    }
    let label = label(&app, &waiting.data);
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Link " (label) "?" }
                    p.lead { "Whoever can sign in at " (label) @if !waiting.data.email.is_empty() { " as " strong { (waiting.data.email) } } " will be let in to this account of " (who.email) ", too." }
                }
                form method="post" action="/account/providers/confirm" {
                    button.btn.btn-primary.btn-wide type="submit" { "Link " (label) }
                }
                a.btn.btn-quiet.btn-wide href=(HERE) { "Do not link it" }
            }
        }
    };
    let title = format!("Link {label}?");
    Ok(no_store(Page::new(&app.context.site, &title).no_index().render(&body)))
}

/// Links it.
pub(super) async fn link(
    State(app): State<App>,
    ProvedLately(who): ProvedLately,
    client: Client,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let secret = app.link_cookie().read(&headers).unwrap_or_default().to_owned();
    let (person, place) = (who.person_id, client.place());
    let link = move |tx: &mut Tx<'_>, env: &Env| {
        usecases::link_identity(tx, env, &secret, (person, &place))
    };
    let mut answer = match app.run_as(&who, "link_identity", link).await {
        Ok(Some(_)) | Err(NotLinked::Gone) => go(HERE),
        Ok(None) => return Err(Problem::unauthorized()),
        Err(NotLinked::OfAnother) => other_account(&app, &who),
        Err(NotLinked::Failure(failure)) => return Err(failure.into()),
    };
    if let Some(cleared) = app.link_cookie().clear() {
        answer.headers_mut().append(header::SET_COOKIE, cleared);
    }
    Ok(answer)
}

async fn waiting(app: &App, headers: &HeaderMap) -> Result<Option<Opened<Waiting>>, Failure> {
    let Some(secret) = app.link_cookie().read(headers).map(ToOwned::to_owned) else {
        return Ok(None);
    };
    let env = app.context.env();
    app.context.database.read(move |tx| usecases::waiting(tx, &env, &secret)).await
}

fn label(app: &App, waiting: &Waiting) -> String {
    let provider = app.federation.of_issuer(&waiting.issuer);
    provider.map_or_else(|| waiting.issuer.clone(), |provider| provider.label.clone())
}

fn other_account(app: &App, who: &Principal) -> Response {
    let body = html! {
        div.wrap {
            div.gate {
                h1 { "That is for another account" }
                p.lead { "You are signed in as " strong { (who.email) } ". What you wanted to link belongs to another account, or is linked already." }
                form.fields method="post" action="/sign-out" {
                    input type="hidden" name="return_to" value={ (app.context.site.origin()) "/sign-in/known" };
                    button.btn.btn-primary.btn-wide type="submit" { "Sign out and use the other one" }
                }
                a.btn.btn-quiet.btn-wide href=(HERE) { "Leave it" }
            }
        }
    };
    let page = Page::new(&app.context.site, "That is for another account").no_index().render(&body);
    (StatusCode::CONFLICT, page).into_response()
}

fn no_store(page: Markup) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], page).into_response()
}

async fn list(app: &App, who: &Principal, said: Option<Markup>) -> Result<Markup, Failure> {
    let person = who.person_id;
    let find = move |tx: &mut Tx<'_>| Ok::<_, Failure>(identities::of_person(tx, person)?);
    let linked = app.context.database.read(find).await?;
    let is_free = |provider: &&Provider| !linked.iter().any(|one| one.issuer == provider.issuer);
    let free: Vec<&Provider> = app.federation.all().iter().filter(is_free).collect();
    let body = html! {
        div.wrap.narrow.page {
            div.stack {
                h1 { "Other ways to sign in" }
                p.lead { "Providers that may say that you are you." }
                @if let Some(said) = said { (said) }
                @if linked.is_empty() { p.quiet { "None yet." } }
                ul.stack { @for one in &linked { li { (row(app, one)) } } }
                @for provider in free {
                    a.btn.btn-quiet.btn-wide href={ "/sign-in/with/" (provider.name) "?add=1" } { "Add " (provider.label) }
                }
                a.btn.btn-quiet.btn-wide href="/account" { "Back to my account" }
            }
        }
    };
    Ok(Page::new(&app.context.site, "Other ways to sign in").no_index().render(&body))
}

fn row(app: &App, one: &LinkedIdentity) -> Markup {
    let provider = app.federation.of_issuer(&one.issuer);
    let label = provider.map_or(one.issuer.as_str(), |provider| provider.label.as_str());
    let now = app.context.clock.now();
    html! {
        article.panel.spread {
            div {
                h2.small-title { (label) }
                p.quiet.small {
                    @if !one.email.is_empty() { (one.email) " · " }
                    "last used " time datetime=(one.used_at) { (when::ago(one.used_at, now)) }
                    @if provider.is_none() { " · not offered any more" }
                }
            }
            form method="post" action="/account/providers/remove" {
                input type="hidden" name="issuer" value=(one.issuer);
                input type="hidden" name="subject" value=(one.subject);
                button.btn.btn-quiet.btn-small type="submit" aria-label={ "Remove " (label) } { "Remove" }
            }
        }
    }
}
