//! `/sign-in/with/{name}`: to another provider and back, or its own script on a page of ours.

use super::{
    go,
    provider_page::{self, Guest},
    second_step::enter,
    with_return,
};
use crate::{
    app::{App, in_words, too_soon},
    client::Client,
    domain::{identity::Identity, throttle::Scope},
    federated::{Answer, NotFederated, Outcome},
    federation::{FederationError, Provider, Way},
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::ids::PersonId;
use maud::{Markup, html};
use serde::Deserialize;
use web::{
    Form, Page, PathOf, Problem, QueryOf, Visitor,
    components::{Tone, notice},
};

/// What the address carries.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    return_to: String,
    /// Who is signed in wants to sign in this way from now on.
    #[serde(default)]
    add: String,
}

/// What a provider appends to our address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ProviderAnswer {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    iss: Option<String>,
    error: Option<String>,
}

/// Sends the browser to the provider, or shows the page with the provider's script. Where another
/// site sends people here, they are asked first: no page of others signs anybody in. Clerk itself
/// sends people back to its page, from a provider of its own or by mail, so that page does the asking.
pub(super) async fn leave(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    PathOf(name): PathOf<String>,
    QueryOf(wish): QueryOf<Wish>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let provider = find(&app, &name)?;
    let add = !wish.add.is_empty();
    let sent = sent_by_others(&headers);
    if sent && !matches!(provider.way(), Way::Clerk(..)) {
        let ask = if add { "/account/providers" } else { "/sign-in" };
        return Ok(with(go(&with_return(ask, &wish.return_to)), None));
    }
    if !matches!(provider.way(), Way::Redirect) {
        let guest = Guest { return_to: &wish.return_to, add, sent };
        return Ok(provider_page::render(&app, provider, &guest));
    }
    let adding = visitor.0.filter(|_| add).map(|who| who.person_id);
    let browser = app.browser(&headers);
    match app.leave(provider, &browser, &wish.return_to, adding, &client).await {
        Ok(Some(address)) => Ok(with(go(&address), app.browser_cookie().set(&browser, None))),
        Ok(None) => Err(Problem::not_found()),
        Err(refusal) => trouble(&app, provider, &wish.return_to, refusal),
    }
}

/// The provider has sent the browser back.
pub(super) async fn callback(
    State(app): State<App>,
    client: Client,
    PathOf(name): PathOf<String>,
    QueryOf(said): QueryOf<ProviderAnswer>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let provider = find(&app, &name)?;
    let browser = app.browser_cookie();
    let away = match app.back(provider, &said.state, browser.read(&headers)).await {
        Ok(away) => away,
        Err(refusal) => return trouble(&app, provider, "", refusal),
    };
    let return_to = &away.data.return_to;
    if let Some(error) = said.error {
        return Ok(declined(&app, provider, return_to, &error));
    }
    let answer = Answer { code: &said.code, issuer: said.iss.as_deref() };
    match app.identify(provider, &away.data, &answer).await {
        Ok(identity) => {
            let come = Come { provider, identity, adding: away.person, return_to };
            come.in_(&app, &client, Scope::Departure).await
        }
        Err(refusal) => trouble(&app, provider, return_to, refusal),
    }
}

/// The page with the provider's script brings its token.
pub(super) async fn token(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    PathOf(name): PathOf<String>,
    form: Form,
) -> Result<Response, Problem> {
    let provider = find(&app, &name)?;
    let return_to = form.value("return_to");
    let adding = visitor.0.filter(|_| form.ticked("add")).map(|who| who.person_id);
    match app.holder(provider, form.value("token"), &client).await {
        Ok(Some(identity)) => {
            let come = Come { provider, identity, adding, return_to };
            come.in_(&app, &client, Scope::Exchange).await
        }
        Ok(None) => Err(Problem::not_found()),
        Err(refusal) => trouble(&app, provider, return_to, refusal),
    }
}

/// As the browser tells it; one that tells nothing is believed.
fn sent_by_others(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    !matches!(site, None | Some(b"same-origin" | b"none"))
}

fn find<'a>(app: &'a App, name: &str) -> Result<&'a Provider, Problem> {
    app.federation.named(name).ok_or_else(Problem::not_found)
}

/// Somebody the provider vouches for.
struct Come<'a> {
    provider: &'a Provider,
    identity: Identity,
    adding: Option<PersonId>,
    return_to: &'a str,
}

impl Come<'_> {
    async fn in_(self, app: &App, client: &Client, scope: Scope) -> Result<Response, Problem> {
        let Self { provider, identity, adding, return_to } = self;
        match app.admit(identity, adding, (client, scope)).await? {
            Outcome::In(entrance) => {
                let own = format!("{}/account/providers", app.context.site.origin());
                let to = if adding.is_some() { own.as_str() } else { return_to };
                Ok(enter(app, &entrance, to))
            }
            Outcome::ToLink(secret) => {
                let to =
                    if adding.is_some() { "/account/providers/confirm" } else { "/sign-in/known" };
                Ok(with(go(&with_return(to, return_to)), app.set_link_cookie(&secret)))
            }
            Outcome::OfAnother => Ok(of_another(app, provider)),
            Outcome::Unproved => Ok(unproved(app, provider, return_to)),
        }
    }
}

/// `answer` with a cookie more, kept by nobody on the way.
fn with(mut answer: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// A plain page for what did not work. What exactly is for the log, without anybody's data.
fn trouble(
    app: &App,
    provider: &Provider,
    return_to: &str,
    refusal: NotFederated,
) -> Result<Response, Problem> {
    let label = &provider.label;
    let (status, title, text) = match refusal {
        NotFederated::Failure(failure) => return Err(failure.into()),
        NotFederated::Wait(wait) => {
            let title = "That was often in a short time";
            let text = format!("Try again in {}.", in_words(wait));
            let page = markup(app, provider, return_to, title, &text);
            return Ok(with(too_soon(wait, page), None));
        }
        NotFederated::Stale => (
            StatusCode::BAD_REQUEST,
            "That did not work".to_owned(),
            "This way back was used already, is older than ten minutes, or began in another browser. Start again.".to_owned(),
        ),
        NotFederated::Provider(error) => {
            let reason = kernel::in_words(&error);
            tracing::warn!(provider = provider.name, reason, "nobody came in by a provider");
            explain(label, &error)
        }
    };
    Ok(page(app, provider, return_to, (status, &title, &text)))
}

fn explain(label: &str, error: &FederationError) -> (StatusCode, String, String) {
    if error.is_outage() {
        let title = format!("{label} does not answer just now");
        let text = "Try again in a minute, or sign in another way: all others still work.";
        (StatusCode::SERVICE_UNAVAILABLE, title, text.to_owned())
    } else {
        let text = format!(
            "What {label} sent could not be verified, so nobody was signed in. Start again."
        );
        (StatusCode::BAD_REQUEST, "That did not work".to_owned(), text)
    }
}

fn declined(app: &App, provider: &Provider, return_to: &str, error: &str) -> Response {
    let label = &provider.label;
    let title = format!("You did not sign in with {label}");
    let text = if error == "access_denied" {
        "Nothing was changed here. You can try again or sign in another way.".to_owned()
    } else {
        let error: String = error.chars().filter(char::is_ascii_graphic).take(60).collect();
        tracing::warn!(provider = provider.name, error, "a provider sent somebody back");
        format!(
            "{label} sent you back without signing you in. You can try again or sign in another way."
        )
    };
    page(app, provider, return_to, (StatusCode::OK, &title, &text))
}

fn of_another(app: &App, provider: &Provider) -> Response {
    let title = format!("This {} account is taken", provider.label);
    let text = "It lets somebody into another account here already. Remove it there first, or choose another one.";
    page(app, provider, "", (StatusCode::CONFLICT, &title, text))
}

/// The same whether the address has an account here or not.
fn unproved(app: &App, provider: &Provider, return_to: &str) -> Response {
    let label = &provider.label;
    let title = format!("{label} has not confirmed your e-mail address");
    let text = format!(
        "Confirm it at {label} and come again. Or sign in here another way, and add {label} in your account."
    );
    page(app, provider, return_to, (StatusCode::FORBIDDEN, &title, &text))
}

fn page(
    app: &App,
    provider: &Provider,
    return_to: &str,
    (status, title, text): (StatusCode, &str, &str),
) -> Response {
    with((status, markup(app, provider, return_to, title, text)).into_response(), None)
}

fn markup(app: &App, provider: &Provider, return_to: &str, title: &str, text: &str) -> Markup {
    let again = with_return(&format!("/sign-in/with/{}", provider.name), return_to);
    let body: Markup = html! {
        div.wrap {
            div.gate {
                h1 { "Sign in with " (provider.label) }
                (notice(Tone::Bad, title, html! { p { (text) } }))
                div.stack {
                    a.btn.btn-primary.btn-wide href=(again) { "Try " (provider.label) " again" }
                    a.btn.btn-quiet.btn-wide href=(with_return("/sign-in", return_to)) { "Sign in another way" }
                }
            }
        }
    };
    let title = format!("Sign in with {}", provider.label);
    Page::new(&app.context.site, &title).no_index().render(&body)
}
