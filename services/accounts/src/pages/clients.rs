//! `/operator/clients`: the apps that may ask who somebody is. For operators; there is nothing for others.

use super::go;
use crate::{
    app::App,
    domain::{
        client::{URIS_MAX, redirect_uri_problem},
        signing::SigningAlgorithm,
        wording,
    },
    proved_lately::ProvedLately,
    store::clients::{self, Client},
    usecases::{
        Failure,
        openid::{self, NewClient},
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use database::Tx;
use kernel::{Env, ids::ClientId};
use maud::{Markup, html};
use web::{
    Form, Page, Problem, SignedIn, Site,
    components::{Field, Kind, Tone, error_summary, notice},
};

const KINDS: [(&str, &str); 2] = [
    ("confidential", "On a server: it keeps a secret"),
    ("public", "In a browser or on a telephone: it cannot"),
];

/// The name of the field, as the specification has it.
const ALGORITHM: &str = "id_token_signed_response_alg";
const ALGORITHMS: [(&str, &str); 2] = [
    (SigningAlgorithm::Rs256.name(), "RS256: every client library reads it"),
    (SigningAlgorithm::EdDsa.name(), "EdDSA (Ed25519): shorter, for libraries that know it"),
];

/// An operator, or nobody who is answered.
fn operator(who: &session::Principal) -> Result<(), Problem> {
    if who.operator { Ok(()) } else { Err(Problem::not_found()) }
}

/// The list, and a form for one more.
pub(super) async fn show(
    State(app): State<App>,
    SignedIn(who): SignedIn,
) -> Result<Markup, Problem> {
    operator(&who)?;
    render(&app, &blank(), None).await
}

/// Adds one, and shows its secret for the only time.
pub(super) async fn add(
    State(app): State<App>,
    ProvedLately(who): ProvedLately,
    mut form: Form,
) -> Result<Response, Problem> {
    operator(&who)?;
    let (Some(new), true) = (read(&mut form), form.is_ok()) else {
        return Ok((form.status(), render(&app, &form, None).await?).into_response());
    };
    prepare_keys(&app, &who, new.algorithm).await?;
    let add = move |tx: &mut Tx<'_>, env: &Env| openid::add_client(tx, env, &new);
    let added = app.run_as(&who, "add_client", add).await?;
    let (client, secret) = added.ok_or_else(Problem::unauthorized)?;
    tracing::info!(operator = %who.person_id, client = %client.id, "an app was added");
    told(&app, &client, secret.as_deref()).await
}

/// Another secret.
pub(super) async fn replace_secret(
    State(app): State<App>,
    ProvedLately(who): ProvedLately,
    form: Form,
) -> Result<Response, Problem> {
    operator(&who)?;
    let id: ClientId = form.trimmed("client").parse().map_err(|_| Problem::not_found())?;
    let replace = move |tx: &mut Tx<'_>, env: &Env| openid::replace_secret(tx, env, id);
    let replaced = app.run_as(&who, "replace_client_secret", replace).await?;
    let replaced = replaced.ok_or_else(Problem::unauthorized)?;
    let (client, secret) = replaced.ok_or_else(Problem::not_found)?;
    tracing::info!(operator = %who.person_id, client = %id, "an app has another secret");
    told(&app, &client, Some(&secret)).await
}

/// Another algorithm for its ID tokens.
pub(super) async fn set_algorithm(
    State(app): State<App>,
    ProvedLately(who): ProvedLately,
    form: Form,
) -> Result<Response, Problem> {
    operator(&who)?;
    let id: ClientId = form.trimmed("client").parse().map_err(|_| Problem::not_found())?;
    let algorithm = SigningAlgorithm::named(form.value(ALGORITHM));
    let algorithm = algorithm.ok_or_else(|| {
        Problem::unprocessable("unknown_algorithm")
            .detail("ID tokens are signed by RS256 or EdDSA.")
    })?;
    prepare_keys(&app, &who, algorithm).await?;
    let set = move |tx: &mut Tx<'_>, env: &Env| openid::set_algorithm(tx, env, id, algorithm);
    if !app.run_as(&who, "set_client_algorithm", set).await?.ok_or_else(Problem::unauthorized)? {
        return Err(Problem::not_found());
    }
    let name = algorithm.name();
    tracing::info!(operator = %who.person_id, client = %id, name, "an app has another algorithm");
    Ok(go("/operator/clients"))
}

/// Removes one.
pub(super) async fn remove(
    State(app): State<App>,
    ProvedLately(who): ProvedLately,
    form: Form,
) -> Result<Response, Problem> {
    operator(&who)?;
    let id: ClientId = form.trimmed("client").parse().map_err(|_| Problem::not_found())?;
    let remove = move |tx: &mut Tx<'_>, env: &Env| openid::remove_client(tx, env, id);
    if !app.run_as(&who, "remove_client", remove).await?.ok_or_else(Problem::unauthorized)? {
        return Err(Problem::not_found());
    }
    tracing::info!(operator = %who.person_id, client = %id, "an app was removed");
    Ok(go("/operator/clients"))
}

/// The keys of an app are there before it is; nobody makes any whose session has ended.
async fn prepare_keys(
    app: &App,
    who: &session::Principal,
    algorithm: SigningAlgorithm,
) -> Result<(), Problem> {
    app.living(who).await?.ok_or_else(Problem::unauthorized)?;
    app.tokens.id_token_signer(algorithm).await?;
    Ok(())
}

/// The form as it is at first.
fn blank() -> Form {
    Form::with([("kind", "confidential"), (ALGORITHM, SigningAlgorithm::default().name())])
}

fn read(form: &mut Form) -> Option<NewClient> {
    let name = wording::name(form.value("name"));
    if name.is_none() {
        form.fail("name", "Enter the name that people know, of at most 100 characters.");
    }
    let redirect_uris = addresses(form, "redirect_uris");
    let post_logout_uris = addresses(form, "post_logout_uris");
    if redirect_uris.is_empty() && form.error("redirect_uris").is_none() {
        form.fail(
            "redirect_uris",
            "Enter at least one address, such as https://app.example.com/signed-in.",
        );
    }
    let confidential = match form.value("kind") {
        "confidential" => true,
        "public" => false,
        _ => {
            form.fail("kind", "Choose where the app runs.");
            return None;
        }
    };
    let algorithm = algorithm(form)?;
    Some(NewClient { name: name?, confidential, redirect_uris, post_logout_uris, algorithm })
}

/// What is not said is the default (Dynamic Client Registration 1.0, 2).
fn algorithm(form: &mut Form) -> Option<SigningAlgorithm> {
    let chosen = match form.value(ALGORITHM) {
        "" => Some(SigningAlgorithm::default()),
        name => SigningAlgorithm::named(name),
    };
    if chosen.is_none() {
        form.fail(ALGORITHM, "Choose RS256 or EdDSA.");
    }
    chosen
}

/// One a line.
fn addresses(form: &mut Form, name: &str) -> Vec<String> {
    let lines = form.value(name).lines().map(str::trim).filter(|line| !line.is_empty());
    let uris: Vec<String> = lines.map(ToOwned::to_owned).collect();
    if uris.len() > URIS_MAX {
        form.fail(name, "An app has at most 20 addresses.");
    }
    if let Some(problem) = uris.iter().find_map(|uri| redirect_uri_problem(uri)) {
        form.fail(name, problem);
    }
    uris
}

async fn told(app: &App, client: &Client, secret: Option<&str>) -> Result<Response, Problem> {
    let page = render(app, &blank(), Some(credentials(&app.context.site, client, secret))).await?;
    let mut answer = page.into_response();
    let no_store = axum::http::HeaderValue::from_static("no-store");
    answer.headers_mut().insert(axum::http::header::CACHE_CONTROL, no_store);
    Ok(answer)
}

fn credentials(site: &Site, client: &Client, secret: Option<&str>) -> Markup {
    let body = html! {
        dl.stack {
            div { dt.small { "Issuer" } dd { code { (site.origin()) } } }
            div { dt.small { "Client id" } dd { code { (client.id) } } }
            @if let Some(secret) = secret {
                div { dt.small { "Client secret" } dd { code { (secret) } } }
            }
        }
        @if secret.is_some() { p { "Copy the secret now: it is not shown again." } }
    };
    notice(Tone::Good, &format!("{} may sign people in", client.name), body)
}

async fn render(app: &App, form: &Form, news: Option<Markup>) -> Result<Markup, Problem> {
    let read = |tx: &mut Tx<'_>| Ok::<_, Failure>(clients::all(tx)?);
    let all = app.context.database.read(read).await?;
    let body = html! {
        div.wrap.narrow.page {
            div.stack {
                h1 { "Apps with our sign-in" }
                p.lead { "People sign in to these with their account here. Each asks its person first." }
                @if let Some(news) = news { (news) }
                ul.stack { @for client in &all { li { (row(client)) } } }
                (add_form(form))
                a.btn.btn-quiet.btn-wide href="/account" { "Back to my account" }
            }
        }
    };
    Ok(Page::new(&app.context.site, "Apps with our sign-in").no_index().render(&body))
}

fn add_form(form: &Form) -> Markup {
    html! {
        section.panel.stack aria-labelledby="add" {
            h2 #add { "Add an app" }
            form.fields method="post" action="/operator/clients" {
                (error_summary(form))
                (Field { name: "name", label: "Name", hint: "As people know it: it stands in the question that they are asked.", max_length: 100, ..Field::default() }.render(form))
                (Field { name: "kind", label: "Where it runs", kind: Kind::Select(&KINDS), ..Field::default() }.render(form))
                (Field { name: ALGORITHM, label: "How its ID tokens are signed", kind: Kind::Select(&ALGORITHMS), ..Field::default() }.render(form))
                (Field { name: "redirect_uris", label: "Addresses to come back to", hint: "One a line, compared to the letter.", kind: Kind::Area(3), ..Field::default() }.render(form))
                (Field { name: "post_logout_uris", label: "Addresses after signing out", hint: "One a line.", kind: Kind::Area(2), optional: true, ..Field::default() }.render(form))
                button.btn.btn-ink type="submit" { "Add app" }
            }
        }
    }
}

fn row(client: &Client) -> Markup {
    let kind =
        if client.is_confidential() { "On a server" } else { "In a browser or on a telephone" };
    let other = match client.algorithm {
        SigningAlgorithm::Rs256 => SigningAlgorithm::EdDsa,
        SigningAlgorithm::EdDsa => SigningAlgorithm::Rs256,
    };
    html! {
        article.panel.stack aria-label=(client.name) {
            div {
                h2.small-title { (client.name) }
                p.quiet.small { (kind) " · ID tokens signed with " (client.algorithm.name()) }
                p.quiet.small { code { (client.id) } }
            }
            ul { @for uri in &client.redirect_uris { li.small { code { (uri) } } } }
            div.actions {
                @if client.is_confidential() {
                    form method="post" action="/operator/clients/secret" {
                        input type="hidden" name="client" value=(client.id);
                        button.btn.btn-quiet.btn-small type="submit" aria-label={ "New secret for " (client.name) } { "New secret" }
                    }
                }
                form method="post" action="/operator/clients/algorithm" {
                    input type="hidden" name="client" value=(client.id);
                    input type="hidden" name=(ALGORITHM) value=(other.name());
                    button.btn.btn-quiet.btn-small type="submit" aria-label={ "Sign ID tokens of " (client.name) " with " (other.name()) } { "Sign with " (other.name()) }
                }
                form method="post" action="/operator/clients/remove" {
                    input type="hidden" name="client" value=(client.id);
                    button.btn.btn-danger.btn-small type="submit" aria-label={ "Remove " (client.name) } { "Remove" }
                }
            }
        }
    }
}
