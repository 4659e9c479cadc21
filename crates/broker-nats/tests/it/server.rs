//! What happens when the server goes and comes.

use crate::{message, open};
use broker::{Consumer, Group, Settlement, Start, Subscription};
use kernel::Env;
use std::{
    collections::{HashMap, HashSet},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use testkit::{eventually, pause, within};

/// A server of this test alone. Its data stay when it is killed.
pub(crate) struct Server {
    folder: tempfile::TempDir,
    program: String,
    port: u16,
    process: Option<Child>,
}

impl Server {
    /// Not running yet; `None` without a program to run.
    pub(crate) fn prepare() -> Option<Self> {
        let program = std::env::var_os("COMANDA_TEST_PROGRAM")?.into_string().unwrap();
        // Another broker's server may be under test.
        if !Path::new(&program).ends_with("nats-server") {
            return None;
        }
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        Some(Self { folder: tempfile::tempdir().unwrap(), program, port, process: None })
    }

    fn start(&mut self) {
        self.start_with(&[]);
    }

    pub(crate) fn start_with(&mut self, arguments: &[&str]) {
        let mut command = Command::new(&self.program);
        command.args(["--addr", "127.0.0.1", "--port", &self.port.to_string(), "--jetstream"]);
        command.arg("--store_dir").arg(self.folder.path()).args(arguments);
        self.process = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    }

    fn kill(&mut self) {
        let mut process = self.process.take().unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

fn everything() -> Subscription {
    Subscription {
        group: Group::Shared("g".to_owned()),
        topics: vec!["t".to_owned()],
        start: Start::Earliest,
        ack_wait: Duration::from_secs(2),
    }
}

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_comes_later_is_found_and_every_call_fails_until_then() {
    let Some(mut server) = Server::prepare() else { return };
    let broker = open(&server.url()).await;
    let env = Env::system();
    assert!(broker.health().await.is_err());
    assert!(broker.publish(&[message(&env, "a", 1)]).await.is_err());
    assert!(broker.subscribe(everything()).await.is_err());
    assert!(broker.lag("g").await.is_err());
    server.start();
    within(PATIENCE, "the server to be found", async || broker.health().await.ok()).await;
    let event = message(&env, "a", 1);
    within(PATIENCE, "an event to be stored", async || {
        broker.publish(std::slice::from_ref(&event)).await.ok()
    })
    .await;
    let mut consumer = broker.subscribe(everything()).await.unwrap();
    let taken = eventually("the event", async || consumer.next(1).await.ok()).await;
    assert_eq!(taken[0].message, event);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_and_restarted_under_load_loses_nothing_and_keeps_the_order() {
    const KEYS: u32 = 10;
    const EACH: u32 = 150;
    let Some(mut server) = Server::prepare() else { return };
    server.start();
    let url = server.url();
    let publishing = tokio::spawn(async move {
        let (broker, env) = (open(&url).await, Env::system());
        for number in (0..EACH).step_by(2) {
            let of = |number| (0..KEYS).map(move |key| (format!("key {key}"), number));
            let batch: Vec<_> = of(number).chain(of(number + 1)).collect();
            let batch: Vec<_> = batch.iter().map(|(key, n)| message(&env, key, *n)).collect();
            // As the relay does: the same batch again, before anything later.
            while broker.publish(&batch).await.is_err() {
                pause().await;
            }
        }
    });
    let broker = open(&server.url()).await;
    within(PATIENCE, "the server to be found", async || broker.health().await.ok()).await;
    let all = Subscription { group: Group::Broadcast, ..everything() };
    let mut live = broker.subscribe(all).await.unwrap();
    let mut consumer = broker.subscribe(everything()).await.unwrap();
    let mut seen: HashMap<String, Vec<u32>> = HashMap::new();
    let mut handled = HashSet::new();
    let mut kills = [100, 400, 900].into_iter().peekable();
    while handled.len() < (KEYS * EACH) as usize {
        if kills.next_if(|at| handled.len() >= *at).is_some() {
            server.kill();
            server.start();
        }
        for delivery in patient(consumer.as_mut()).await {
            // The inbox's part.
            if handled.insert(delivery.message.id) {
                let number = delivery.message.json().unwrap();
                seen.entry(delivery.message.key.clone()).or_default().push(number);
            }
            // What cannot be settled comes again.
            let _ = consumer.settle(vec![(delivery.receipt, Settlement::Ack)]).await;
        }
    }
    publishing.await.unwrap();
    for (key, numbers) in &seen {
        assert_eq!(*numbers, (0..EACH).collect::<Vec<_>>(), "{key}");
    }
    let mut heard = HashSet::new();
    while heard.len() < handled.len() {
        heard.extend(patient(live.as_mut()).await.into_iter().map(|one| one.message.id));
    }
    assert_eq!(heard, handled, "who listens to everything heard everything");
}

/// Asks again while the server is away.
async fn patient(consumer: &mut dyn Consumer) -> Vec<broker::Delivery> {
    let asking = async {
        loop {
            match consumer.next(20).await {
                Ok(deliveries) => return deliveries,
                Err(_) => pause().await,
            }
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.expect("something comes before patience ends")
}
