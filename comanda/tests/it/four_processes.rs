//! The same journey over four processes that share nothing but the broker's file and HTTP.

use crate::{
    postgres_town::PostgresTown,
    town::{Client, Comanda, free_port, order_of},
};
use reqwest::StatusCode;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};
use testkit::eventually;

pub(crate) struct FourProcesses {
    data: PathBuf,
    settings: Vec<(&'static str, String)>,
    ports: HashMap<&'static str, u16>,
    processes: HashMap<&'static str, Comanda>,
}

impl FourProcesses {
    /// Loads the demo with one process, stops it, and goes on with four.
    pub(crate) fn start(data: &Path, mut settings: Vec<(&'static str, String)>) -> Self {
        Comanda::start(&["up", "--demo"], data, free_port(), &settings).stop();
        let services = ["accounts", "prepstation", "orderhub", "landing"];
        let ports: HashMap<_, _> =
            services.into_iter().map(|service| (service, free_port())).collect();
        for (key, service) in [
            ("COMANDA_ACCOUNTS_INTERNAL_URL", "accounts"),
            ("COMANDA_LANDING_INTERNAL_URL", "landing"),
            ("COMANDA_ORDERHUB_INTERNAL_URL", "orderhub"),
            ("COMANDA_PREPSTATION_INTERNAL_URL", "prepstation"),
        ] {
            settings.push((key, format!("http://127.0.0.1:{}", ports[service])));
        }
        // Behind one proxy, all hosts are on one public port.
        settings.push(("COMANDA_PUBLIC_PORT", "8080".to_owned()));
        let data = data.to_owned();
        let mut town = Self { data, settings, ports, processes: HashMap::new() };
        services.into_iter().for_each(|service| town.raise(service));
        town
    }

    /// Starts the process of a service.
    pub(crate) fn raise(&mut self, service: &'static str) {
        let process = Comanda::start(&[service], &self.data, self.ports[service], &self.settings);
        self.processes.insert(service, process);
    }

    /// Kills the process of a service.
    pub(crate) fn kill(&mut self, service: &str) {
        self.processes.remove(service).unwrap().kill();
    }

    pub(crate) fn client(&self, service: &str) -> Client {
        Client::new(self.ports[service])
    }

    /// The owner at the kitchen's door.
    pub(crate) async fn owner(&self) -> Client {
        let owner = self.client("accounts").signed_in("owner@demo.test").await;
        Client { port: self.ports["prepstation"], ..owner }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_over_sqlite_serve_the_journey() {
    let data = tempfile::tempdir().unwrap();
    walk(&FourProcesses::start(data.path(), Vec::new())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_gets_their_data_from_four_processes_or_hears_which_of_them_is_down() {
    let data = tempfile::tempdir().unwrap();
    let mut town = FourProcesses::start(data.path(), Vec::new());
    let ana = town.client("accounts").signed_in("ana@demo.test").await;
    let (status, file) = ana.get("accounts", "/me/export").await;
    assert_eq!(status, StatusCode::OK, "{file}");
    let services: Vec<_> = file["services"].as_object().unwrap().keys().collect();
    assert_eq!(services, ["landing", "orderhub", "prepstation"]);
    town.kill("orderhub");
    let (status, problem) = ana.get("accounts", "/me/export").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(problem["missing"], serde_json::json!(["orderhub"]), "{problem}");
    town.raise("orderhub");
    assert_eq!(ana.get("accounts", "/me/export").await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_with_a_postgres_database_each_serve_the_journey() {
    over_postgres("separate").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_with_a_schema_each_in_one_postgres_database_serve_the_journey() {
    over_postgres("shared").await;
}

async fn over_postgres(layout: &'static str) {
    let Some(place) = PostgresTown::new(layout) else { return };
    let data = tempfile::tempdir().unwrap();
    walk(&FourProcesses::start(data.path(), place.settings())).await;
}

async fn walk(town: &FourProcesses) {
    let guest = town.client("orderhub");
    let (restaurant, item) = guest.lupo().await;
    let order = guest.place("four-1", &order_of(&restaurant, &item)).await.unwrap();
    let owner = town.owner().await;
    let ticket = owner.ticket_of(&restaurant, &order).await;
    let body = serde_json::json!({"version": ticket["version"], "ready_in_minutes": 20});
    let path = format!("/tickets/{}/accept", ticket["id"].as_str().unwrap());
    assert_eq!(owner.post("prepstation", &path, body).await.0, StatusCode::OK);
    eventually("the order to be accepted", async || {
        (guest.tracked(&order).await["state"] == "accepted").then_some(())
    })
    .await;
}
