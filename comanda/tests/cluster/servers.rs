//! The broker and the database, which somebody else keeps running: whoever kills one finds it started
//! again, as an init system does it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};
use testkit::within;
use tokio::net::TcpStream;

use crate::size::PATIENCE;

/// A server that is started again when it dies.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    name: &'static str,
    address: SocketAddr,
    /// Holds the number of its process.
    pid: PathBuf,
}

impl Kept {
    /// `None` when nobody keeps it: it must not be killed.
    pub(crate) fn find(name: &'static str, folder: &Path, url: &str) -> Option<Self> {
        let pid = folder.join(name);
        pid.is_file().then(|| Self { name, address: address(url), pid })
    }

    /// As a power cut would; waits until the next one answers.
    pub(crate) async fn kill(&self) {
        let before = self.process();
        signal("-KILL", &before);
        within(PATIENCE, &format!("{} to be started again", self.name), async || {
            (self.process() != before).then_some(())
        })
        .await;
        within(PATIENCE, &format!("{} to answer again", self.name), async || {
            TcpStream::connect(self.address).await.ok().map(drop)
        })
        .await;
    }

    fn process(&self) -> String {
        std::fs::read_to_string(&self.pid).unwrap().trim().to_owned()
    }
}

/// Asks or tells a process to end.
pub(crate) fn signal(which: &str, process: &str) {
    assert!(Command::new("kill").args([which, process]).status().unwrap().success());
}

/// The address in a URL such as `postgres://postgres@127.0.0.1:5432/postgres`; of AWS that of its
/// endpoint.
pub(crate) fn address(url: &str) -> SocketAddr {
    let rest = url.rsplit_once("://").unwrap().1;
    let authority = rest.split(['/', '?', ',', '&']).next().unwrap();
    authority.rsplit('@').next().unwrap().parse().unwrap()
}
