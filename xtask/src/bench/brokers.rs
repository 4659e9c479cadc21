//! Brokers for the benchmarks: a server of each adapter, and what the broker's own benchmark gets
//! out of it on this machine.

use crate::{
    Outcome, process,
    test::counterparts::{self, Running, go, installed, kafka},
    workspace::Workspace,
};
use std::process::Command;

/// Messages of the own benchmark, each as long as an event of an order.
const MESSAGES: &str = "100000";
const BYTES: &str = "2048";
const NATS: &str = "github.com/nats-io/natscli/nats@v0.3.0";
const TOPIC: &str = "own-benchmark";

type Tool = fn(&Workspace, &Running) -> Outcome<Own>;

/// By the name of the counterpart. The emulators of AWS have no benchmark of their own.
const MEASURED: [(&str, Option<Tool>); 3] =
    [("nats 2.15", Some(nats)), ("kafka 4.4", Some(kafka)), ("localstack", None)];

/// What a broker's own benchmark says.
struct Own {
    tool: &'static str,
    per_second: f64,
}

/// A running broker that `comanda` is measured on.
pub(super) struct Broker {
    name: &'static str,
    running: Running,
    own: Option<Own>,
}

/// Those that can be had; why another one cannot is told.
pub(super) fn start(workspace: &Workspace) -> Vec<Broker> {
    let started = MEASURED.into_iter().map(|(name, tool)| {
        let one = counterparts::ALL.iter().find(|one| one.name == name);
        let running = (one.ok_or(format!("no counterpart {name}"))?.start)(workspace)?;
        let own = tool.map(|tool| tool(workspace, &running)).transpose()?;
        Ok(Broker { name, running, own })
    });
    started.filter_map(super::tell).collect()
}

impl Broker {
    /// As `comanda-bench --broker` takes it.
    pub(super) fn argument(&self) -> String {
        let (name, url) = (self.name, &self.running.url);
        match &self.own {
            Some(Own { tool, per_second }) => format!("{name}|{url}|{tool}|{per_second}"),
            None => format!("{name}|{url}"),
        }
    }
}

fn nats(workspace: &Workspace, running: &Running) -> Outcome<Own> {
    let place = installed(workspace, "nats-cli", NATS, |place| {
        let mut go = go(workspace)?;
        go.args(["install", NATS]).env("GOBIN", place);
        process::output(&mut go, "go install").map(drop)
    })?;
    let mut bench = Command::new(place.join("nats"));
    bench.args(["--server", &running.url, "bench", "js", "pub", "async", TOPIC, "--create"]);
    bench.args(["--stream", TOPIC, "--size", BYTES, "--msgs", MESSAGES, "--no-progress"]);
    let said = process::output(&mut bench, "nats bench")?;
    let rate = said.lines().find_map(|line| line.split_once("stats: ")?.1.split_once(" msgs/sec"));
    own("`nats bench js pub async`, 2 KiB", rate.map(|(rate, _)| rate), &said)
}

fn kafka(workspace: &Workspace, running: &Running) -> Outcome<Own> {
    let address = running.url.trim_start_matches("kafka://");
    let address = address.split('?').next().unwrap_or(address);
    let tool = |class: &str, arguments: &[&str]| {
        let mut java = Command::new("java");
        java.arg("-cp").arg(kafka::apache_place(workspace)?.join("lib/*"));
        process::output(java.arg(class).args(arguments), class)
    };
    let topic = ["--create", "--topic", TOPIC, "--partitions", "4", "--bootstrap-server", address];
    tool("org.apache.kafka.tools.TopicCommand", &topic)?;
    let server = format!("bootstrap.servers={address}");
    let producer = ["--throughput", "-1", "--producer-props", &server, "acks=all"];
    let sizes = ["--topic", TOPIC, "--num-records", MESSAGES, "--record-size", BYTES];
    let arguments = [&sizes[..], &producer].concat();
    let said = tool("org.apache.kafka.tools.ProducerPerformance", &arguments)?;
    let last = said.lines().rfind(|line| line.contains(" records/sec"));
    let rate = last.and_then(|line| line.split(", ").nth(1)?.split(' ').next());
    own("`kafka-producer-perf-test`, acks=all, 2 KiB", rate, &said)
}

fn own(tool: &'static str, rate: Option<&str>, said: &str) -> Outcome<Own> {
    let rate = rate.and_then(|rate| rate.replace(',', "").parse().ok());
    let per_second = rate.ok_or(format!("{tool} said no rate:\n{said}"))?;
    Ok(Own { tool, per_second })
}
