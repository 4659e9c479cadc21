//! Two replicas of each service over PostgreSQL and a broker.

use std::{
    collections::HashMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
};
use testkit::within;

use crate::{
    client::{Caller, Ledger},
    gateway::Gateway,
    line::Way,
    servers::{Kept, address, signal},
    size::{DRAIN_SECONDS, PATIENCE},
    wire::Wire,
};

/// The domain of the town.
pub(crate) const DOMAIN: &str = "lunch.test";
/// Its services, in the order in which they are started.
pub(crate) const SERVICES: [&str; 4] = ["accounts", "prepstation", "orderhub", "landing"];
/// Replicas of each.
pub(crate) const REPLICAS: usize = 2;

/// Where the replicas of each service listen.
pub(crate) type Ports = HashMap<&'static str, [u16; REPLICAS]>;

/// What the run is made of.
#[derive(Debug)]
pub(crate) struct Town {
    folder: PathBuf,
    ports: Ports,
    port: u16,
    replicas: HashMap<Replica, Mutex<Option<Child>>>,
    pub(crate) gateway: Gateway,
    /// What all callers together heard.
    pub(crate) ledger: Arc<Ledger>,
    /// The database's address, for questions beside the services.
    pub(crate) database: String,
    pub(crate) broker_url: String,
    pub(crate) broker: Broker,
    pub(crate) postgres: Option<Kept>,
}

/// What becomes of the broker when there is a fault.
#[derive(Debug)]
pub(crate) enum Broker {
    /// It is killed.
    Kept(Kept),
    /// It is cut off.
    Behind(Wire),
}

impl Broker {
    /// Who is not kept forgets when it is killed. The URL is the one for the town.
    fn find(kept: &Path, url: &str) -> (Self, String) {
        if let Some(kept) = Kept::find("broker", kept, url) {
            return (Self::Kept(kept), url.to_owned());
        }
        assert!(
            !url.starts_with("kafka:"),
            "a Kafka names its own address: clients go round a wire"
        );
        let wire = Wire::lay(address(url));
        let url = wire.in_front_of(url, address(url));
        (Self::Behind(wire), url)
    }
}

/// One process: a service, and which of its replicas.
pub(crate) type Replica = (&'static str, usize);

impl Town {
    /// Loads the demo and the kitchens of the run into an empty database, and starts everything.
    /// `kept` is the folder in which the servers' keepers write who they are.
    pub(crate) async fn start(folder: &Path, kept: &Path, postgres: &str, broker: &str) -> Self {
        let port = free_port();
        let ports: Ports =
            SERVICES.map(|service| (service, [0; REPLICAS].map(|_| free_port()))).into();
        let database = format!("{}/lunch", postgres.rsplit_once('/').unwrap().0);
        let (broker, url) = Broker::find(kept, broker);
        let broker_url = place_in(&url, "lunch");
        let gateway = Gateway::start(folder, port, &ports).await;
        let replicas = SERVICES.into_iter().flat_map(|service| {
            (0..REPLICAS).map(move |number| ((service, number), Mutex::default()))
        });
        let town = Self {
            folder: folder.to_owned(),
            port,
            replicas: replicas.collect(),
            gateway,
            ledger: Arc::default(),
            broker,
            postgres: Kept::find("postgres", kept, postgres),
            database,
            broker_url,
            ports,
        };
        fs::write(town.config(), town.settings()).unwrap();
        town.load().await;
        futures_util::future::join_all(town.all().map(|replica| town.raise(replica))).await;
        town
    }

    /// All replicas.
    pub(crate) fn all(&self) -> impl Iterator<Item = Replica> + use<> {
        SERVICES.into_iter().flat_map(|service| (0..REPLICAS).map(move |number| (service, number)))
    }

    fn config(&self) -> PathBuf {
        self.folder.join("comanda.toml")
    }

    fn settings(&self) -> String {
        let accounts = self.ports["accounts"].map(|port| format!("http://127.0.0.1:{port}"));
        format!(
            "domain = \"{DOMAIN}\"\npublic_scheme = \"https\"\npublic_port = {}\n\
             data_dir = \"{}\"\ndrain_seconds = {DRAIN_SECONDS}\n\
             database.url = \"{}\"\ndatabase.layout = \"shared\"\nbroker.url = \"{}\"\n\
             accounts.internal_url = \"{}\"\ntelemetry.filter = \"warn\"\n",
            self.port,
            self.folder.join("data").display(),
            self.database,
            self.broker_url,
            accounts[0],
        )
    }

    /// The demo's people and restaurants, and kitchens of our own that are open around the clock.
    async fn load(&self) {
        let mut demo = self.comanda(&["up", "--demo", "--listen", "127.0.0.1:0"], "demo");
        let log = self.folder.join("demo.log");
        within(PATIENCE * 2, "the demo to be loaded", async || {
            assert!(demo.try_wait().unwrap().is_none(), "{}", fs::read_to_string(&log).unwrap());
            fs::read_to_string(&log).unwrap().contains("ready in").then_some(())
        })
        .await;
        signal("-INT", &demo.id().to_string());
        demo.wait().unwrap();
        let file = self.folder.join("kitchens.json");
        fs::write(&file, crate::kitchens::import()).unwrap();
        let ended = self.comanda(&["import", file.to_str().unwrap()], "import").wait().unwrap();
        assert!(ended.success(), "{}", fs::read_to_string(self.folder.join("import.log")).unwrap());
    }

    /// A command of this town, with a log of its name in the folder.
    fn comanda(&self, arguments: &[&str], log: &str) -> Child {
        let log = self.folder.join(format!("{log}.log"));
        let out = File::options().create(true).append(true).open(log).unwrap();
        Command::new(env!("CARGO_BIN_EXE_comanda"))
            .args(arguments)
            .arg("--config")
            .arg(self.config())
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(out.try_clone().unwrap())
            .stderr(out)
            .spawn()
            .unwrap()
    }

    fn process(&self, replica: Replica) -> std::sync::MutexGuard<'_, Option<Child>> {
        self.replicas[&replica].lock().unwrap()
    }

    /// Starts a replica, again and again if it must be, until it is ready.
    pub(crate) async fn raise(&self, replica: Replica) {
        let (service, number) = replica;
        let listen = format!("127.0.0.1:{}", self.ports[service][number]);
        let direct = self.direct(replica);
        within(PATIENCE, &format!("{service} {number} to be ready"), async || {
            let runs =
                matches!(self.process(replica).as_mut().map(Child::try_wait), Some(Ok(None)));
            if !runs {
                let name = format!("{service}-{number}");
                let started = self.comanda(&[service, "--listen", &listen], &name);
                *self.process(replica) = Some(started);
            }
            direct.is_ready().await.then_some(())
        })
        .await;
    }

    /// As a power cut would.
    pub(crate) fn kill(&self, replica: Replica) {
        let mut process = self.process(replica);
        let process = process.as_mut().unwrap();
        let _ = process.kill();
        process.wait().unwrap();
    }

    /// As an operator would; waits until it has ended, which it must do in order.
    pub(crate) async fn stop(&self, replica: Replica) {
        signal("-TERM", &self.process(replica).as_ref().unwrap().id().to_string());
        let ended = within(PATIENCE, "a replica to end", async || {
            self.process(replica).as_mut().unwrap().try_wait().unwrap()
        })
        .await;
        assert!(ended.success(), "{replica:?} did not end in order");
    }

    /// Replicas that have ended although nobody asked them to.
    pub(crate) fn ended(&self) -> Vec<String> {
        let ended = |replica: &Replica| {
            !matches!(self.process(*replica).as_mut().map(Child::try_wait), Some(Ok(None)))
        };
        self.all().filter(ended).map(|(service, number)| format!("{service} {number}")).collect()
    }

    /// Somebody outside, at an address of their own, whose way leads through NGINX.
    pub(crate) fn caller(&self, number: usize) -> Caller {
        let number = u32::try_from(number).unwrap();
        let way = Way::through(self.gateway.tls.clone(), self.port, number);
        Caller::new(way, self.port, self.ledger.clone())
    }

    /// Somebody inside, who speaks with one replica.
    pub(crate) fn direct(&self, (service, number): Replica) -> Caller {
        Caller::new(Way::Replica(self.ports[service][number]), self.port, self.ledger.clone())
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        for process in self.replicas.values() {
            if let Some(process) = process.lock().unwrap().as_mut() {
                let _ = process.kill();
                let _ = process.wait();
            }
        }
    }
}

/// A town's own place in a broker: the path of its URL.
pub(crate) fn place_in(broker: &str, town: &str) -> String {
    let (server, query) = broker.split_once('?').map_or((broker, ""), |(s, q)| (s, q));
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    format!("{}/{town}{query}", server.trim_end_matches('/'))
}

/// A port that nobody listens on, below those that the system gives to whoever calls: nobody else
/// takes it while its replica is down.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + (std::process::id() % 500 * 20) as u16;
    let ports = std::iter::repeat_with(|| first + NEXT.fetch_add(1, Ordering::Relaxed));
    let is_free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    ports.take(1000).find(is_free).unwrap()
}
