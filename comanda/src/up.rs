//! Serving: all four services behind one port, or one service alone.

use crate::{
    command::{Failure, Options, UpOptions},
    demo, services,
};
use runtime::{Context, FrontDoor, Settings, Telemetry, Town};
use std::{io::Write, time::Instant};

pub(crate) async fn all(up: &UpOptions) -> Result<(), Failure> {
    serve(&up.options, &web::Service::ALL, up.demo).await
}

pub(crate) async fn one(service: web::Service, options: &Options) -> Result<(), Failure> {
    serve(options, &[service], false).await
}

async fn serve(options: &Options, names: &[web::Service], with_demo: bool) -> Result<(), Failure> {
    let begun = Instant::now();
    let own = if let [one] = names { Some(*one) } else { None };
    let mut settings = options.settings(own)?;
    let telemetry = Telemetry::start(&settings)?;
    let listener = runtime::bind(settings.listen).await?;
    // Port 0 means any: from here on, the one that was given.
    let given = listener.local_addr()?.port();
    settings = with_port(settings, given);
    let town = Town::open(&settings).await?;
    runtime::stop_on_signal(town.tasks(), settings.drain);
    let mut door = FrontDoor::default();
    let mut contexts = Vec::new();
    for name in names {
        let own = with_port(options.settings(Some(*name))?, given);
        let context = town.context(services::of(*name), own)?;
        let routes = services::start(&context).await?;
        door.add(
            &context,
            runtime::finish(&context, &telemetry, routes.merge(documents_route(&context)?)),
        );
        contexts.push(context);
    }
    runtime::serve_metrics(&settings, &telemetry, town.tasks()).await?;
    let tasks = town.tasks().clone();
    let serving = tokio::spawn(async move { runtime::serve(listener, door, &tasks).await });
    if with_demo {
        demo::load(&contexts).await?;
    }
    announce(&contexts, begun)?;
    serving.await.map_err(|error| Failure::Words(error.to_string()))
}

fn with_port(mut settings: Settings, port: u16) -> Settings {
    if settings.listen.port() == 0 {
        settings.listen.set_port(port);
        settings.public_port =
            settings.public_port.map(|public| if public == 0 { port } else { public });
        let port = format!(":{port}");
        settings.accounts_url = settings.accounts_url.replace(":0", &port);
        settings.internal_urls = settings.internal_urls.map(|url| url.replace(":0", &port));
    }
    settings
}

/// `/openapi.json` and `/docs`, the same for every service.
fn documents_route(context: &Context) -> Result<axum::Router, Failure> {
    let document = services::openapi(context.site.service)?;
    Ok(web::docs::router(context.site.clone(), document))
}

fn announce(contexts: &[Context], begun: Instant) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for context in contexts {
        writeln!(out, "{:<12} {}/", context.site.service.name(), context.site.origin())?;
    }
    writeln!(out, "ready in {} ms", begun.elapsed().as_millis())?;
    out.flush()?;
    Ok(())
}
