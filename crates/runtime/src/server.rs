//! The listening socket: one port for all services of the process, told apart by `Host`; a stop
//! that finishes what was begun.

use crate::{Context, Settings, StartError, Tasks, Telemetry, health};
use axum::{
    Router, ServiceExt,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{future::RouteFuture, get},
    serve::ListenerExt,
};
use futures_util::future::{Either, Ready, ready};
use std::{
    convert::Infallible,
    net::SocketAddr,
    path::Path,
    sync::Arc,
    task::{self, Poll},
    time::Duration,
};
use tokio::net::TcpListener;
use tower::{Service, util::MapResponse};

/// Puts health, guards and the session around a service's own routes.
pub fn finish(context: &Context, telemetry: &Telemetry, routes: Router) -> Router {
    let routes = routes
        .merge(robots(context.site.service))
        .layer(web::signed_in::layer(context.sessions.clone(), context.site.clone()))
        .merge(health::routes(context, telemetry));
    web::stack::finish(routes, &context.site, &context.tracer)
}

/// Kitchens and sign-in pages are nothing for search engines; the other two say for themselves.
fn robots(service: web::Service) -> Router {
    match service {
        web::Service::Prepstation | web::Service::Accounts => {
            Router::new().route("/robots.txt", get(async || "User-agent: *\nDisallow: /\n"))
        }
        web::Service::Landing | web::Service::Orderhub => Router::new(),
    }
}

/// One process's front door: a finished router per service, told apart by the host.
#[derive(Debug, Default)]
pub struct FrontDoor {
    services: Vec<(String, Router)>,
    landing: Option<String>,
    domain: String,
}

impl FrontDoor {
    /// Lets a service in.
    pub fn add(&mut self, context: &Context, router: Router) {
        let host = host_of(context.site.origins.of(context.site.service)).to_ascii_lowercase();
        self.services.push((host, router));
        self.landing = Some(format!("{}/", context.site.origins.of(web::Service::Landing)));
        self.domain.clone_from(&context.settings.domain);
    }

    /// Who answers a request. A process of one service answers to every name.
    fn choose(&self, request: &Request) -> Option<&Router> {
        if let [(_, only)] = self.services.as_slice() {
            return Some(only);
        }
        let host = host(request);
        let named = self.services.iter().find(|(name, _)| name.eq_ignore_ascii_case(host));
        // Probes of load balancers call by address.
        let probe = || matches!(request.uri().path(), "/livez" | "/readyz" | "/metrics");
        let any = || self.services.first().filter(|_| probe());
        named.or_else(any).map(|(_, router)| router)
    }

    /// The answer to a host that is no service's.
    fn way_on(&self, host: &str) -> Response {
        let ours = ["localhost", &self.domain].iter().any(|own| own.eq_ignore_ascii_case(host));
        if ours || host.parse::<std::net::IpAddr>().is_ok() {
            return Redirect::temporary(self.landing.as_deref().unwrap_or("/")).into_response();
        }
        (StatusCode::MISDIRECTED_REQUEST, "no such host here\n").into_response()
    }
}

/// The front door, open.
#[derive(Clone)]
struct Open(Arc<FrontDoor>);

impl Service<Request> for Open {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<RouteFuture<Infallible>, Ready<Result<Response, Infallible>>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match self.0.choose(&request) {
            // Routers are ready at any time.
            Some(router) => Either::Left(router.clone().call(request)),
            None => Either::Right(ready(Ok(self.0.way_on(host(&request))))),
        }
    }
}

fn host(request: &Request) -> &str {
    let named = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    host_of(named.or_else(|| request.uri().host()).unwrap_or_default())
}

/// The name without scheme and port.
fn host_of(authority: &str) -> &str {
    let authority = authority.rsplit("://").next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    };
    host.trim_matches(['[', ']'])
}

/// Takes the address.
///
/// # Errors
/// The address cannot be listened on.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })
}

/// Serves until the tasks are stopped, then waits for open requests and background work.
pub async fn serve(listener: TcpListener, door: FrontDoor, tasks: &Tasks) {
    let listener = listener.tap_io(|stream| {
        // Small live frames must not wait for the next one.
        let _ = stream.set_nodelay(true);
    });
    let stopping = tasks.stopping();
    // Shared, because each request copies the closure.
    let leaving = Arc::new(tasks.clone());
    let service = MapResponse::new(Open(Arc::new(door)), move |mut answer: Response| {
        if leaving.is_leaving() {
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    });
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stopping.cancelled_owned());
    let hard = tasks.stopping();
    tokio::select! {
        served = serving => {
            if let Err(error) = served {
                tracing::error!(%error, "the server ended");
            }
        }
        () = async { hard.cancelled().await; tokio::time::sleep(Duration::from_secs(10)).await } => {
            tracing::warn!("some connections did not end in time");
        }
    }
    tasks.stopped().await;
}

/// Shows metrics on a port of their own and keeps their histograms small.
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve_metrics(
    settings: &Settings,
    telemetry: &Telemetry,
    tasks: &Tasks,
) -> Result<(), StartError> {
    let (keep, stopping, folder) = (telemetry.clone(), tasks.stopping(), settings.data_dir.clone());
    tasks.spawn("metrics upkeep", async move {
        let mut every = tokio::time::interval(Duration::from_secs(5));
        loop {
            tokio::select! {
                _ = every.tick() => {
                    keep.upkeep();
                    measure_disk(&folder);
                }
                () = stopping.cancelled() => return,
            }
        }
    });
    if let Some(address) = settings.metrics_listen {
        let (listener, stopping) = (bind(address).await?, tasks.stopping());
        let router = health::metrics(telemetry);
        tasks.spawn("metrics", async move {
            let serving =
                axum::serve(listener, router).with_graceful_shutdown(stopping.cancelled_owned());
            if let Err(error) = serving.await {
                tracing::error!(%error, "the metrics page ended");
            }
        });
    }
    Ok(())
}

/// A full disk is seen before it is full. Without a folder there is nothing embedded to fill one.
fn measure_disk(folder: &Path) {
    if let Ok(disk) = rustix::fs::statvfs(folder) {
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        metrics::gauge!("data_folder_free_bytes").set(free as f64);
    }
}

/// Stops the tasks when the operator or the machine asks for it: at once on Ctrl-C, after `drain` on
/// SIGTERM.
pub fn stop_on_signal(tasks: &Tasks, drain: Duration) {
    let tasks = tasks.clone();
    tokio::spawn(async move {
        let mut terminate =
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(signal) => signal,
                Err(error) => {
                    tracing::error!(%error, "SIGTERM cannot be heard");
                    return;
                }
            };
        let drain = tokio::select! {
            _ = terminate.recv() => drain,
            _ = tokio::signal::ctrl_c() => Duration::ZERO,
        };
        tracing::info!("stopping");
        tokio::select! {
            () = tasks.leave(drain) => {}
            // Who asks twice means now.
            _ = terminate.recv() => tasks.stop(),
            _ = tokio::signal::ctrl_c() => tasks.stop(),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn a_host_is_its_name_without_scheme_and_port() {
        for (authority, host) in [
            ("http://Orderhub.comanda.localhost:8080", "Orderhub.comanda.localhost"),
            ("accounts.example.com", "accounts.example.com"),
            ("127.0.0.1:8080", "127.0.0.1"),
            ("[::1]:8080", "::1"),
            ("", ""),
        ] {
            assert_eq!(host_of(authority), host);
        }
    }
}
