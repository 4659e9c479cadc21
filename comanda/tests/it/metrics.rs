//! What is measured: the list in docs, the code, and what a running town shows are the same.

use crate::{
    four_processes::FourProcesses,
    town::{SERVICES, order_of, order_path},
};
use reqwest::Method;
use runtime::{Form, METRICS, Metric};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use testkit::eventually;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn the_document_lists_every_metric_as_it_is() {
    let row = |metric: &Metric| {
        let labels: Vec<String> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
        let form = match metric.form {
            Form::Counter => "counter",
            Form::Gauge => "gauge",
            Form::Histogram => "histogram",
        };
        format!("| `{}` | {form} | {} | {} |", metric.name, labels.join(", "), metric.help)
    };
    let wanted: Vec<String> = METRICS.iter().map(row).collect();
    let text = fs::read_to_string(root().join("docs/metrics.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    assert_eq!(
        rows.collect::<Vec<_>>(),
        wanted,
        "docs/metrics.md should have\n{}",
        wanted.join("\n")
    );
}

#[test]
fn the_code_counts_what_is_listed_and_nothing_else() {
    let mut counted = BTreeSet::new();
    let mut folders = ["crates", "services", "comanda"].map(|folder| root().join(folder)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(path).unwrap();
                counted.extend(["counter!(", "gauge!(", "histogram!("].iter().flat_map(|call| {
                    let calls = text.split(call).skip(1).map(str::trim_start);
                    let names = calls.filter_map(|call| call.strip_prefix('"')?.split('"').next());
                    names.map(ToOwned::to_owned).collect::<Vec<_>>()
                }));
            }
        }
    }
    counted.retain(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
    let listed: BTreeSet<String> = METRICS.iter().map(|metric| metric.name.to_owned()).collect();
    assert_eq!(counted, listed);
    for Metric { name, form, .. } in METRICS {
        assert_eq!(name.ends_with("_total"), *form == Form::Counter, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_town_shows_every_metric() {
    let data = tempfile::tempdir().unwrap();
    let town = FourProcesses::start(data.path(), Vec::new());
    let guest = town.client("orderhub");
    let (restaurant, item) = guest.lupo().await;
    let order = guest.place("measured-1", &order_of(&restaurant, &item)).await.unwrap();
    town.owner().await.ticket_of(&restaurant, &order).await;
    let stream = format!("/api/v1{}", order_path(&order, "/stream"));
    let _watching = guest.request(Method::GET, "orderhub", &stream).send().await.unwrap();
    eventually("every metric with its meaning", async || {
        let mut shown = String::new();
        for service in SERVICES {
            let page = town.client(service).request(Method::GET, service, "/metrics");
            shown += &page.send().await.unwrap().text().await.unwrap();
        }
        let is_shown = |metric: &&Metric| {
            let form = match metric.form {
                Form::Counter => "counter",
                Form::Gauge => "gauge",
                Form::Histogram => "histogram",
            };
            shown.contains(&format!("# HELP {} {}", metric.name, metric.help))
                && shown.contains(&format!("# TYPE {} {form}", metric.name))
        };
        let missing: Vec<_> = METRICS.iter().filter(|metric| !is_shown(metric)).collect();
        missing.is_empty().then_some(()).or_else(|| {
            eprintln!(
                "not yet: {:?}",
                missing.iter().map(|metric| metric.name).collect::<Vec<_>>()
            );
            None
        })
    })
    .await;
}
