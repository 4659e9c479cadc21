//! The front door: hosts, health, documents, and an orderly stop.

use crate::town::{Comanda, SERVICES, free_port};
use reqwest::{Method, StatusCode};
use testkit::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn every_host_is_alive_ready_measured_and_documented() {
    let data = tempfile::tempdir().unwrap();
    let comanda = Comanda::up(data.path());
    let client = comanda.client();
    for service in SERVICES {
        for path in [
            "/livez",
            "/readyz",
            "/metrics",
            "/openapi.json",
            "/docs",
            "/robots.txt",
            "/styleguide",
        ] {
            let answer = client.request(Method::GET, service, path).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{service}{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bare_domain_leads_to_landing_and_a_strange_host_nowhere() {
    let data = tempfile::tempdir().unwrap();
    let comanda = Comanda::up(data.path());
    let http =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let url = format!("http://127.0.0.1:{}/", comanda.port);
    let bare = http
        .get(&url)
        .header("host", format!("comanda.localhost:{}", comanda.port))
        .send()
        .await
        .unwrap();
    assert!(bare.status().is_redirection());
    let to = bare.headers()["location"].to_str().unwrap();
    assert_eq!(to, format!("http://landing.comanda.localhost:{}/", comanda.port));
    let strange = http.get(&url).header("host", "evil.example").send().await.unwrap();
    assert_eq!(strange.status(), StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_asked_to_stop_sends_its_callers_elsewhere_before_it_goes() {
    let data = tempfile::tempdir().unwrap();
    let settings = [("COMANDA_DRAIN_SECONDS", "600".to_owned())];
    let town = Comanda::start(&["up"], data.path(), free_port(), &settings);
    let client = town.client();
    let ask = async |path: &str| client.request(Method::GET, "landing", path).send().await.unwrap();
    assert_eq!(ask("/readyz").await.status(), StatusCode::OK);
    town.ask_to_end();
    eventually("to be known as not ready", async || {
        (ask("/readyz").await.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(())
    })
    .await;
    let page = ask("/").await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()["connection"], "close");
    // Asked twice, it goes at once.
    town.stop();
}
