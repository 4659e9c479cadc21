//! All that is known of a person in one file: accounts' own part, and what each service answers at its
//! internal door. A file that lacks a part is not handed out.

use crate::{
    api,
    app::App,
    domain::scope,
    store::{consents, identities, passkeys, sessions},
    usecases::Failure,
};
use axum::{
    Json,
    http::header,
    response::{IntoResponse, Response},
};
use database::Tx;
use jiff::Timestamp;
use kernel::ids::{ClientId, PersonId, SessionId};
use runtime::EXPORT_PATH;
use serde::Serialize;
use session::{AboutPerson, Known};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use web::{Problem, Service};

/// Everything that Comanda knows of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Export {
    #[schema(value_type = String, format = DateTime)]
    exported_at: Timestamp,
    person: api::PersonBody,
    sessions: Vec<SessionExport>,
    /// Who the person is at other providers.
    identities: Vec<IdentityExport>,
    passkeys: Vec<PasskeyExport>,
    /// Apps that the person signed in to.
    apps: Vec<AppExport>,
    /// What the other services know, each by the names of its tables; `docs/privacy.md` has them.
    #[schema(value_type = Object)]
    services: BTreeMap<&'static str, Known>,
}

/// One sign-in on one device.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionExport {
    #[schema(value_type = String)]
    id: SessionId,
    user_agent: String,
    network: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    used_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// When it was ended before that; such a session is kept for 30 days more.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
}

/// Who the person is at another provider.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdentityExport {
    issuer: String,
    subject: String,
    /// The address there when it was linked; empty when it was not told.
    email: String,
    #[schema(value_type = String, format = DateTime)]
    linked_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    used_at: Timestamp,
}

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasskeyExport {
    name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    used_at: Option<Timestamp>,
}

/// An app that the person signed in to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppExport {
    #[schema(value_type = String)]
    client_id: ClientId,
    name: String,
    scopes: String,
    #[schema(value_type = String, format = DateTime)]
    granted_at: Timestamp,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoExport {
    /// There is no such person any more.
    #[error("the person is gone")]
    Gone,
    /// These services did not answer.
    #[error("{} did not answer", .0.join(", "))]
    Incomplete(Vec<&'static str>),
    /// The database.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Seconds after which it is worth to ask again.
pub(crate) const RETRY_AFTER: u32 = 60;

/// What a person is told when these services did not answer.
pub(crate) fn incomplete(missing: &[&str]) -> String {
    format!(
        "What {} knows of you could not be read just now, and a file without it would not be whole. Nothing was lost: try again in a minute.",
        missing.join(" and ")
    )
}

impl From<NoExport> for Problem {
    fn from(refusal: NoExport) -> Self {
        match refusal {
            NoExport::Gone => Self::unauthorized(),
            NoExport::Incomplete(_) => Self::unavailable(RETRY_AFTER),
            NoExport::Failure(failure) => failure.into(),
        }
    }
}

/// The data as a file to keep.
pub(crate) fn file(export: Export) -> Response {
    let file = [(header::CONTENT_DISPOSITION, "attachment; filename=\"comanda-account.json\"")];
    (file, Json(export)).into_response()
}

/// Gathers the file.
pub(crate) async fn export(app: &App, id: PersonId) -> Result<Export, NoExport> {
    let person = api::find_person(app, id).await?.ok_or(NoExport::Gone)?;
    let own = app.context.database.read(move |tx| own_part(tx, id)).await?;
    let about = AboutPerson { person_id: id, email: person.proved_email() };
    let services = ask_all(app, &about).await?;
    let Own { sessions, identities, passkeys, apps } = own;
    let exported_at = app.context.clock.now();
    Ok(Export { exported_at, person, sessions, identities, passkeys, apps, services })
}

/// What accounts itself knows beside the person.
struct Own {
    sessions: Vec<SessionExport>,
    identities: Vec<IdentityExport>,
    passkeys: Vec<PasskeyExport>,
    apps: Vec<AppExport>,
}

fn own_part(tx: &mut Tx<'_>, id: PersonId) -> Result<Own, Failure> {
    let session = |row: sessions::Session| SessionExport {
        id: row.id,
        user_agent: row.user_agent,
        network: row.network,
        created_at: row.created_at,
        used_at: row.used_at,
        ends_at: row.ends_at,
        revoked_at: row.revoked_at,
    };
    let identity = |row: identities::LinkedIdentity| IdentityExport {
        issuer: row.issuer,
        subject: row.subject,
        email: row.email,
        linked_at: row.linked_at,
        used_at: row.used_at,
    };
    let passkey = |row: passkeys::Passkey| PasskeyExport {
        name: row.name,
        created_at: row.created_at,
        used_at: row.used_at,
    };
    let app = |row: consents::Consent| AppExport {
        client_id: row.client,
        name: row.client_name,
        scopes: scope::words(&row.scopes),
        granted_at: row.granted_at,
    };
    Ok(Own {
        sessions: sessions::all_of_person(tx, id)?.into_iter().map(session).collect(),
        identities: identities::of_person(tx, id)?.into_iter().map(identity).collect(),
        passkeys: passkeys::of_person(tx, id)?.into_iter().map(passkey).collect(),
        apps: consents::of_person(tx, id)?.into_iter().map(app).collect(),
    })
}

async fn ask_all(
    app: &App,
    about: &AboutPerson,
) -> Result<BTreeMap<&'static str, Known>, NoExport> {
    let (landing, orderhub, prepstation) = tokio::join!(
        ask(app, Service::Landing, about),
        ask(app, Service::Orderhub, about),
        ask(app, Service::Prepstation, about),
    );
    let answers = [
        (Service::Landing.name(), landing),
        (Service::Orderhub.name(), orderhub),
        (Service::Prepstation.name(), prepstation),
    ];
    let missing: Vec<&str> =
        answers.iter().filter(|(_, known)| known.is_none()).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        return Err(NoExport::Incomplete(missing));
    }
    Ok(answers.into_iter().filter_map(|(name, known)| Some((name, known?))).collect())
}

/// What a service knows; nothing when it does not say. The client has a limit of five seconds.
async fn ask(app: &App, service: Service, about: &AboutPerson) -> Option<Known> {
    let context = &app.context;
    let origin = context.site.origins.of(service);
    let host = origin.rsplit("://").next().unwrap_or(origin);
    let url = format!("{}{EXPORT_PATH}", context.settings.internal_url(service));
    let token = app.tokens.for_machine(service.name());
    let request = context.http.post(url).header("host", host).bearer_auth(token).json(about);
    let request = match trace::current() {
        Some(step) => request.header(trace::TRACEPARENT, step.to_string()),
        None => request,
    };
    let answer = async { request.send().await?.error_for_status()?.json().await };
    match answer.await {
        Ok(known) => Some(known),
        Err(error) => {
            let error: reqwest::Error = error;
            let (service, error) = (service.name(), error.without_url());
            tracing::warn!(service, %error, "a service does not say what it knows of a person");
            None
        }
    }
}
