//! Serves the style guide on 127.0.0.1:8090, for looking at it.

use axum::Router;
use kernel::Random;
use trace::Tracer;
use web::{Origins, Service, Site, stack, styleguide};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let site = Site::new(Service::Orderhub, Origins::new(false, "comanda.localhost", Some(8090)));
    let routes: Router = styleguide::router(&site);
    let app = stack::finish(routes, &site, &Tracer::silent(Random::system()));
    axum::serve(tokio::net::TcpListener::bind("127.0.0.1:8090").await?, app).await
}
