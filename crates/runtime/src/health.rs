//! `/livez`, `/readyz` and `/metrics` of every service.

use crate::{Context, Telemetry};
use axum::{
    Router,
    http::{StatusCode, header},
    response::{AppendHeaders, IntoResponse},
    routing::get,
};
use database::{Tx, sql};
use web::Site;

/// The routes that operators and machines ask.
pub(crate) fn routes(context: &Context, telemetry: &Telemetry) -> Router {
    let (ready, site) = (context.clone(), context.site.clone());
    let mut routes = Router::new()
        .route("/livez", get(async move || alive(&site)))
        .route("/readyz", get(move || readiness(ready)));
    if context.settings.metrics_listen.is_none() {
        routes = routes.merge(metrics(telemetry));
    }
    routes
}

/// Pages under development tell by the version whether there is a newer process or asset.
fn alive(site: &Site) -> impl IntoResponse + use<> {
    let version = || format!("{}-{}", std::process::id(), site.assets.version());
    let version = site.reloads.then(|| AppendHeaders([("x-version", version())]));
    (version, "alive\n")
}

/// `/metrics` alone.
pub(crate) fn metrics(telemetry: &Telemetry) -> Router {
    let telemetry = telemetry.clone();
    let page = async move || {
        ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], telemetry.render())
    };
    Router::new().route("/metrics", get(page))
}

async fn readiness(context: Context) -> impl IntoResponse {
    if context.tasks.is_leaving() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    if let Err(error) = context.database.read(ping).await {
        tracing::warn!(%error, "not ready: the database does not answer");
        return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n");
    }
    // Events wait in the outbox meanwhile: no reason to send customers away.
    match context.broker.health().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "events wait: the broker does not answer");
            (StatusCode::OK, "ready; events wait, for the broker does not answer\n")
        }
    }
}

fn ping(tx: &mut Tx<'_>) -> Result<(i64,), database::Error> {
    tx.one(sql!("SELECT CAST(1 AS BIGINT)"), &[])
}
