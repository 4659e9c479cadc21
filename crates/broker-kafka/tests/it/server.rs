//! The clusters of a test run: the one that all tests share, and one that a test may kill.

use broker::{Broker, Group, Message, Payload, Start, Subscription, conformance::Arena};
use broker_kafka::{Address, KafkaBroker};
use kernel::Env;
use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

pub(crate) const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
pub(crate) const PATIENCE: Duration = Duration::from_secs(240);

/// The shared one's.
pub(crate) fn address() -> Option<Address> {
    let url = std::env::var_os("COMANDA_TEST_KAFKA")?.into_string().unwrap();
    Some(url.parse().unwrap())
}

/// The shared one's, as a town of its own.
pub(crate) fn town(name: &str) -> Option<Address> {
    let url = std::env::var_os("COMANDA_TEST_KAFKA")?.into_string().unwrap();
    let (place, query) = url.split_once('?').unwrap();
    Some(format!("{place}/{name}?{query}").parse().unwrap())
}

/// Each handle is opened anew, as each process of a machine does it.
pub(crate) fn arena(address: &Address) -> Arena {
    let address = address.clone();
    Arena::new(move || {
        let address = address.clone();
        async move { Arc::new(KafkaBroker::open(&address, KEPT).unwrap()) as Arc<dyn Broker> }
    })
}

pub(crate) fn message(env: &Env, topic: &str, key: &str, number: u32) -> Message {
    let payload = Payload::pack(number.to_string().as_bytes()).unwrap();
    let (topic, kind) = (topic.to_owned(), "comanda.test.number.counted.v1".to_owned());
    Message { id: env.uuid(), topic, key: key.to_owned(), kind, payload }
}

/// All of a topic, for a group.
pub(crate) fn everything(group: &str, topic: &str) -> Subscription {
    Subscription {
        group: Group::Shared(group.to_owned()),
        topics: vec![topic.to_owned()],
        start: Start::Earliest,
        ack_wait: Duration::from_secs(20),
    }
}

/// A broker of one test alone. Its data stay when it is killed.
pub(crate) struct Own {
    folder: tempfile::TempDir,
    program: String,
    ports: [u16; 2],
    process: Option<Child>,
}

impl Own {
    /// Not running yet; `None` without a program that keeps its data.
    pub(crate) fn prepare() -> Option<Self> {
        let program = std::env::var_os("COMANDA_TEST_PROGRAM")?.into_string().unwrap();
        if !Path::new(&program).ends_with("kafka") {
            return None;
        }
        let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let ports = listeners.map(|listener| listener.local_addr().unwrap().port());
        Some(Self { folder: tempfile::tempdir().unwrap(), program, ports, process: None })
    }

    pub(crate) fn start(&mut self) {
        let mut command = Command::new(&self.program);
        command.arg(self.folder.path()).args(self.ports.map(|port| port.to_string()));
        self.process = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    }

    pub(crate) fn kill(&mut self) {
        let mut process = self.process.take().unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
    }

    pub(crate) fn address(&self) -> Address {
        format!("kafka://127.0.0.1:{}?replication=1&partitions=4", self.ports[0]).parse().unwrap()
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
