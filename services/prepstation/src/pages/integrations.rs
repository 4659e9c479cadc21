//! `/r/{slug}/integrations`: keys of programs. A new one is shown once, in the answer that makes it.

use super::{Office, answer, back, into_form, problem};
use crate::{
    domain::{
        api_key::{NAME_MAX, Scope},
        staff::Task,
    },
    store::api_keys::{self, ApiKey},
    usecases::{
        Actor, Refusal,
        api_keys::{CreateApiKey, Created, create_api_key, revoke_api_key},
        idempotent::Once,
    },
};
use axum::{
    Router,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
    routing::{get, post},
};
use database::Tx;
use kernel::Env;
use maud::{Markup, html};
use runtime::Context;
use session::Principal;
use uuid::Uuid;
use web::{
    Form, PathOf, Problem,
    components::{Field, Tone, error_summary, notice},
    signed_in::SignedIn,
};

pub(super) fn routes() -> Router<Context> {
    Router::new()
        .route("/r/{slug}/integrations", get(show).post(add))
        .route("/r/{slug}/integrations/{key}", post(revoke))
}

async fn show(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(slug): PathOf<String>,
) -> Result<Response, Problem> {
    page(&context, &principal, slug, Form::default(), None).await
}

async fn page(
    context: &Context,
    principal: &Principal,
    slug: String,
    form: Form,
    created: Option<Created>,
) -> Result<Response, Problem> {
    let (now, who) = (context.clock.now(), principal.clone());
    let read = context.database.read(move |tx| {
        let office = Office::enter(tx, &slug, &who, Task::Manage, now)?;
        let keys = api_keys::of_restaurant(tx, office.restaurant.id)?;
        Ok::<_, Refusal>((office, keys))
    });
    let (office, keys) = read.await.map_err(problem)?;
    let fresh = context.env().uuid().to_string();
    let docs = context.site.url(context.site.service, "/docs");
    let body = html! {
        h1 { "Integrations" }
        p.lead { "A till, a printer or a program of your own works with Comanda by a key. It opens this restaurant alone, and only what you tick. " a href=(docs) { "What programs can do" } }
        @if let Some(created) = &created { (once(created)) }
        @if !keys.is_empty() { (list(&office, &keys)) }
        (creation(&office, &form, &fresh))
    };
    let page = office.page(context, principal, "Integrations", "integrations", &body);
    let mut answer = answer(&form, page);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// The secret, at the only moment at which it is known.
fn once(Created { key, secret }: &Created) -> Markup {
    let Some(secret) = secret else {
        let words = format!(
            "The key \u{201c}{}\u{201d} was made already, and shown then. If you did not copy it, revoke it and make another.",
            key.name
        );
        return notice(Tone::Info, "This key is there already", html! { (words) });
    };
    html! {
        section.panel.stack role="status" aria-labelledby="made" {
            h2 #made { "Your new key" }
            p { "Copy it now, into \u{201c}" (key.name) "\u{201d}: it is not shown again." }
            p.field {
                label.field-label for="secret" { "Key" }
                input #secret.input type="text" readonly value=(secret) autocomplete="off" spellcheck="false";
            }
        }
    }
}

fn list(office: &Office, keys: &[ApiKey]) -> Markup {
    html! {
        div.table-box { table.table.table-stacks {
            thead { tr { th { "Key" } th { "May" } th { "Last used" } th { span.visually-hidden { "Revoke" } } } }
            tbody { @for key in keys { (row(office, key)) } }
        } }
    }
}

fn row(office: &Office, key: &ApiKey) -> Markup {
    let action = office.path(&format!("integrations/{}", key.id.simple()));
    html! {
        tr {
            td { b { (key.name) } br; code.small { (key.beginning) "\u{2026}" } }
            td { @for scope in &key.scopes { div.small { (scope.label()) } } }
            td {
                @match key.used_at {
                    Some(at) => { "Used " time datetime=(at) { (office.when(at)) } }
                    None => span.quiet { "Never used" },
                }
            }
            td.num { form method="post" action=(action) {
                button.btn.btn-danger.btn-small type="submit" aria-label={ "Revoke " (key.name) } { "Revoke" }
            } }
        }
    }
}

fn creation(office: &Office, form: &Form, fresh: &str) -> Markup {
    let once = match form.value("key") {
        "" => fresh,
        kept => kept,
    };
    html! {
        section.panel.stack aria-labelledby="new" {
            h2 #new { "Make a key" }
            form.fields method="post" action=(office.path("integrations")) {
                (error_summary(form))
                input type="hidden" name="key" value=(once);
                (Field { name: "name", label: "What it is for", hint: "Such as \u{201c}Till at the counter\u{201d}.", autocomplete: "off", max_length: NAME_MAX as u32, ..Field::default() }.render(form))
                fieldset.field #scopes {
                    legend.field-label { "What it may do" }
                    @for scope in Scope::ALL {
                        label.check { input type="checkbox" name="scopes" value=(scope.key()) checked[form.chosen("scopes", scope.key())]; (scope.label()) }
                    }
                    @if let Some(error) = form.error("scopes") { p.field-error { (web::icons::warning()) (error) } }
                }
                div.actions { button.btn.btn-primary type="submit" { "Make key" } }
            }
        }
    }
}

async fn add(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(slug): PathOf<String>,
    mut form: Form,
) -> Result<Response, Problem> {
    let scopes: Vec<Scope> = form.values("scopes").filter_map(Scope::from_key).collect();
    let name = form.trimmed("name").to_owned();
    let remembered = (!form.value("key").is_empty()).then(|| Once {
        person: principal.person_id,
        key: form.value("key").to_owned(),
        request: format!("api-key {slug} {scopes:?} {name}"),
    });
    let actor = Actor::Person(principal.person_id);
    let command = CreateApiKey { restaurant: slug.clone(), actor, name, scopes };
    let create =
        move |tx: &mut Tx<'_>, env: &Env| create_api_key(tx, env, &command, remembered.as_ref());
    match context.run("create_api_key", create).await {
        Ok(created) => page(&context, &principal, slug, Form::default(), Some(created)).await,
        Err(refusal) => {
            into_form(refusal, &mut form, str::to_owned)?;
            page(&context, &principal, slug, form, None).await
        }
    }
}

async fn revoke(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf((slug, key)): PathOf<(String, Uuid)>,
) -> Result<Response, Problem> {
    let (actor, restaurant) = (Actor::Person(principal.person_id), slug.clone());
    let revoke = move |tx: &mut Tx<'_>, _: &Env| revoke_api_key(tx, &restaurant, actor, key);
    context.run("revoke_api_key", revoke).await.map_err(problem)?;
    Ok(back(&slug, "integrations"))
}
