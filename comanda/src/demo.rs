//! The demo town: loaded once, through the same doors as any other data.

use crate::command::Failure;
use kernel::in_words;
use runtime::Context;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// Loads people into accounts and restaurants into prepstation when they are empty, and waits until
/// the last of it has come through the events to orderhub.
pub(crate) async fn load(contexts: &[Context]) -> Result<(), Failure> {
    let context = |service| contexts.iter().find(|context| context.site.service == service);
    let (Some(accounts), Some(prepstation), Some(orderhub)) = (
        context(web::Service::Accounts),
        context(web::Service::Prepstation),
        context(web::Service::Orderhub),
    ) else {
        return Ok(());
    };
    let people = accounts::load_demo(accounts).await?;
    let restaurants = prepstation::load_demo(prepstation).await?;
    if people || restaurants {
        tracing::info!("the demo town is loaded");
        wait_for_the_menus(orderhub).await?;
    }
    Ok(())
}

/// How long the menus may be on their way: a broker that answers may still be a slow one.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a broker that brings nothing is asked whether it is there at all.
const DOUBT: Duration = Duration::from_secs(10);

async fn wait_for_the_menus(orderhub: &Context) -> Result<(), Failure> {
    let broker = &orderhub.settings.broker;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if timeout(DOUBT, until_sold(orderhub)).await.is_ok() {
            return Ok(());
        }
        if let Err(error) = orderhub.broker.health().await {
            // They are in the outbox, and the town can be looked at meanwhile.
            let error = in_words(&error);
            tracing::warn!(%broker, error, "the demo menus wait for the broker, which does not answer");
            return Ok(());
        }
    }
    Err(Failure::Words(format!(
        "the demo menus did not come through the broker {broker} to orderhub in {} seconds",
        PATIENCE.as_secs()
    )))
}

async fn until_sold(orderhub: &Context) {
    let url = format!("http://{}/api/v1/restaurants/trattoria-lupo/menu", orderhub.settings.listen);
    let host = orderhub.site.origin().rsplit("://").next().unwrap_or_default();
    loop {
        let answer = orderhub.http.get(&url).header("host", host).send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
}
