//! An empty place for a town on the PostgreSQL of the test run, in either layout.

use crate::town::fresh_key;

/// Its databases go with the value.
pub(crate) struct PostgresTown {
    server: String,
    name: String,
    pub(crate) url: String,
    pub(crate) layout: &'static str,
}

impl PostgresTown {
    /// `layout` is that of `database.layout`. `None`: this test run has no PostgreSQL.
    pub(crate) fn new(layout: &'static str) -> Option<Self> {
        let server = testkit::postgres_url()?;
        let name = fresh_key().replace('-', "_");
        let url = format!("{}/{name}", server.rsplit_once('/')?.0);
        Some(Self { server, name, url, layout })
    }

    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("COMANDA_DATABASE_URL", self.url.clone()),
            ("COMANDA_DATABASE_LAYOUT", self.layout.to_owned()),
        ]
    }
}

impl Drop for PostgresTown {
    fn drop(&mut self) {
        let services = ["_landing", "_orderhub", "_prepstation", "_accounts", ""];
        let drops = services
            .map(|service| format!("DROP DATABASE IF EXISTS {}{service} WITH (FORCE)", self.name));
        let server = self.server.clone();
        // Off the test's own runtime: the driver is synchronous.
        let dropping = std::thread::spawn(move || {
            let mut client = database::connect_to_postgres(&server).unwrap();
            for drop in drops {
                client.batch_execute(&drop).unwrap();
            }
        });
        let _ = dropping.join();
    }
}
