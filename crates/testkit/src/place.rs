//! Services of one process on a port, in a folder and with a clock of their own.

use crate::{Browser, events};
use axum::Router;
use database::Location;
use jiff::Timestamp;
use kernel::{ManualClock, Random};
use runtime::{Context, FrontDoor, Service, Settings, Telemetry, Town};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::net::TcpListener;

/// A process that ends with the value. Open it, make contexts, start services, and serve them. What
/// they published is checked at the end.
#[derive(Debug)]
pub struct Place {
    /// Where it listens.
    pub address: SocketAddr,
    /// Stands still until it is moved.
    pub clock: ManualClock,
    /// The process.
    pub town: Town,
    /// Of all services.
    pub settings: Settings,
    listener: Option<TcpListener>,
    databases: Mutex<Vec<Location>>,
    _folder: tempfile::TempDir,
}

impl Place {
    /// A place with some settings of its own, at 2027-01-15T08:00:00Z.
    ///
    /// # Panics
    /// When the machine gives no port or folder.
    pub async fn open(own: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut overrides = vec![
            ("data_dir", folder.path().display().to_string()),
            ("listen", address.to_string()),
        ];
        overrides.extend(own.iter().map(|(key, value)| (*key, (*value).to_owned())));
        let settings = Settings::read(None, std::iter::empty(), &overrides, None);
        let settings = settings.expect("settings of the test");
        let clock = ManualClock::at(Timestamp::from_second(1_800_000_000).expect("an instant"));
        let town = Town::with_clock(&settings, Arc::new(clock.clone()), Random::system());
        let town = town.await.expect("a town");
        Self {
            address,
            clock,
            town,
            settings,
            listener: Some(listener),
            databases: Mutex::default(),
            _folder: folder,
        }
    }

    /// What a service is started with here.
    ///
    /// # Panics
    /// When its database does not open.
    #[must_use]
    pub fn context(&self, service: Service) -> Context {
        let context = self.town.context(service, self.settings.clone()).expect("a context");
        let mut databases = self.databases.lock().unwrap_or_else(PoisonError::into_inner);
        databases.push(context.database.location().clone());
        context
    }

    /// Lets started services in and serves them. Once per place.
    ///
    /// # Panics
    /// When called twice.
    pub fn serve(&mut self, services: impl IntoIterator<Item = (Context, Router)>) {
        let telemetry = Telemetry::collect().expect("telemetry");
        let mut door = FrontDoor::default();
        for (context, routes) in services {
            door.add(&context, runtime::finish(&context, &telemetry, routes));
        }
        let listener = self.listener.take().expect("a place serves once");
        let tasks = self.town.tasks().clone();
        tokio::spawn(async move { runtime::serve(listener, door, &tasks).await });
    }

    /// A browser without cookies.
    #[must_use]
    pub fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    /// Moves the clock on.
    pub fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.town.tasks().stop();
        let databases = self.databases.get_mut().unwrap_or_else(PoisonError::into_inner);
        databases.iter().for_each(events::check_published);
    }
}
