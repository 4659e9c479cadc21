//! The same journey over four processes that share nothing but the broker's file and HTTP.

use crate::town::{Client, Comanda, free_port, order_of};
use reqwest::StatusCode;
use std::{collections::HashMap, path::Path};
use testkit::eventually;

struct FourProcesses {
    ports: HashMap<&'static str, u16>,
    _processes: Vec<Comanda>,
}

impl FourProcesses {
    /// Loads the demo with one process, stops it, and goes on with four.
    fn start(data: &Path, database: Option<String>) -> Self {
        let mut settings: Vec<(&str, String)> =
            database.into_iter().map(|url| ("COMANDA_DATABASE_URL", url)).collect();
        Comanda::start(&["up", "--demo"], data, free_port(), &settings).stop();
        let services = ["accounts", "prepstation", "orderhub", "landing"];
        let ports: HashMap<_, _> =
            services.into_iter().map(|service| (service, free_port())).collect();
        settings.push((
            "COMANDA_ACCOUNTS_INTERNAL_URL",
            format!("http://127.0.0.1:{}", ports["accounts"]),
        ));
        // Behind one proxy, all hosts are on one public port.
        settings.push(("COMANDA_PUBLIC_PORT", "8080".to_owned()));
        let processes =
            services.map(|service| Comanda::start(&[service], data, ports[service], &settings));
        Self { ports, _processes: processes.into() }
    }

    fn client(&self, service: &str) -> Client {
        Client::new(self.ports[service])
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_over_sqlite_serve_the_journey() {
    let data = tempfile::tempdir().unwrap();
    walk(&FourProcesses::start(data.path(), None)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_over_postgres_serve_the_journey() {
    let Some(url) = testkit::postgres_url() else { return };
    let data = tempfile::tempdir().unwrap();
    let (server, _) = url.rsplit_once('/').unwrap();
    let database = format!("{server}/town_{}", std::process::id());
    walk(&FourProcesses::start(data.path(), Some(database))).await;
}

async fn walk(town: &FourProcesses) {
    let guest = town.client("orderhub");
    let (restaurant, item) = guest.lupo().await;
    let order = guest.place("four-1", &order_of(&restaurant, &item)).await.unwrap();
    let owner = town.client("accounts").signed_in("owner@demo.test").await;
    let owner = Client { port: town.ports["prepstation"], ..owner };
    let ticket = eventually("the ticket", async || {
        let (status, list) =
            owner.get("prepstation", &format!("/restaurants/{restaurant}/tickets")).await;
        assert_eq!(status, StatusCode::OK, "{list}");
        list["items"].as_array()?.iter().find(|ticket| ticket["order_id"] == order["id"]).cloned()
    })
    .await;
    let body = serde_json::json!({"version": ticket["version"], "ready_in_minutes": 20});
    let (status, _) = owner
        .post("prepstation", &format!("/tickets/{}/accept", ticket["id"].as_str().unwrap()), body)
        .await;
    assert_eq!(status, StatusCode::OK);
    let query = order["tracking_url"]
        .as_str()
        .unwrap()
        .split_once('?')
        .map(|(_, query)| query.to_owned())
        .unwrap_or_default();
    eventually("the order to be accepted", async || {
        let (_, order) = guest
            .get("orderhub", &format!("/orders/{}?{query}", order["id"].as_str().unwrap()))
            .await;
        (order["state"] == "accepted").then_some(())
    })
    .await;
}
