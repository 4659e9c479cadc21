//! A second process over the same databases: accounts and a sibling once more.

use crate::{Place, sibling_routes};
use kernel::Random;
use runtime::{FrontDoor, Service, Telemetry, Town};
use std::{net::SocketAddr, sync::Arc};
use testkit::{Answer, Browser};
use tokio::net::TcpListener;

/// It ends with the value.
pub(crate) struct Replica {
    pub(crate) address: SocketAddr,
    town: Town,
}

impl Replica {
    /// Beside the processes of `place`, known to browsers by the same names.
    pub(crate) async fn of(place: &Place) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut settings = place.settings.clone();
        settings.accounts_url = format!("http://{address}");
        let clock = Arc::new(place.clock.clone());
        let town = Town::with_clock(&settings, clock, Random::system()).await.unwrap();
        let telemetry = Telemetry::collect().unwrap();
        let mut door = FrontDoor::default();
        let accounts = town.context(accounts::SERVICE, settings.clone()).unwrap();
        let routes = accounts::start(accounts.clone()).await.unwrap();
        door.add(&accounts, runtime::finish(&accounts, &telemetry, routes));
        let sibling = Service { name: web::Service::Orderhub, migrations: &[] };
        let sibling = town.context(sibling, settings).unwrap();
        door.add(&sibling, runtime::finish(&sibling, &telemetry, sibling_routes()));
        let tasks = town.tasks().clone();
        tokio::spawn(async move { runtime::serve(listener, door, &tasks).await });
        Self { address, town }
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.town.tasks().stop();
    }
}

/// The same person at another door.
pub(crate) async fn at(
    door: SocketAddr,
    person: &mut Browser,
    service: &str,
    path: &str,
) -> Answer {
    let mut there = Browser::new(door);
    there.cookies = std::mem::take(&mut person.cookies);
    let request = there.request("GET", service, path).header("accept", "application/json");
    let answer = there.visit(request).await;
    person.cookies = there.cookies;
    answer
}
