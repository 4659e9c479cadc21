//! Dashboard and alerts stand on metrics that exist, and each alert tells an operator what to do.

use runtime::{Form, METRICS};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

const RULES: &str = "deploy/prometheus/rules.yml";
const DASHBOARD: &str = "deploy/grafana/comanda.json";

/// The value of each line `key: value` of a rules file.
fn values<'a>(text: &'a str, key: &str) -> Vec<&'a str> {
    let line = |line: &'a str| {
        line.trim_start().trim_start_matches("- ").strip_prefix(key)?.strip_prefix(": ")
    };
    text.lines().filter_map(line).collect()
}

/// The metrics that a query asks for: its names outside quotes, braces and lists of labels that are
/// no function and no word of the language.
fn metrics_of(query: &str) -> BTreeSet<String> {
    let mut plain = String::new();
    let (mut inside, mut quoted) = (0, false);
    for letter in query.chars() {
        match letter {
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => inside += 1,
            '}' | ']' if !quoted => inside -= 1,
            _ if inside == 0 && !quoted => plain.push(letter),
            _ => {}
        }
    }
    for list in ["by (", "on (", "without (", "ignoring (", "group_left ("] {
        while let Some(at) = plain.find(list) {
            let end = plain[at..].find(')').unwrap() + at;
            plain.replace_range(at..=end, " ");
        }
    }
    let mut names = BTreeSet::new();
    let mut rest = plain.as_str();
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        let name: String =
            rest[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        rest = &rest[at + name.len()..];
        let function = rest.trim_start().starts_with('(');
        if !function && !["and", "or", "unless", "bool"].contains(&name.as_str()) {
            names.insert(name);
        }
    }
    names
}

fn assert_exported(query: &str) {
    let exported = |name: &str| {
        name == "up"
            || METRICS.iter().any(|metric| match metric.form {
                Form::Histogram => name
                    .strip_prefix(metric.name)
                    .is_some_and(|rest| ["_bucket", "_sum", "_count"].contains(&rest)),
                _ => name == metric.name,
            })
    };
    let names = metrics_of(query);
    assert!(!names.is_empty(), "{query}");
    for name in names {
        assert!(exported(&name), "{name} is not exported: {query}");
    }
}

#[test]
fn a_query_is_taken_apart_to_its_metrics() {
    let query = r#"sum by (service) (rate(a_total{b="c"}[5m])) / on (x) d_count > 0.1 and e"#;
    let names: Vec<String> = metrics_of(query).into_iter().collect();
    assert_eq!(names, ["a_total", "d_count", "e"]);
}

#[test]
fn every_alert_stands_on_what_is_exported_and_has_its_section() {
    let rules = read(RULES);
    let (alerts, runbooks) = (values(&rules, "alert"), values(&rules, "runbook"));
    let queries = values(&rules, "expr");
    assert_eq!((alerts.len(), alerts.len()), (runbooks.len(), queries.len()));
    queries.iter().for_each(|query| assert_exported(query));
    for (alert, runbook) in alerts.iter().zip(&runbooks) {
        assert_eq!(*runbook, format!("docs/operations.md#{}", alert.to_lowercase()));
    }
    let operations = read("docs/operations.md");
    let (_, section) = operations.split_once("\n## Alerts\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let sections: Vec<&str> =
        section.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    assert_eq!(sections, alerts, "docs/operations.md has a section for each alert, in order");
}

#[test]
fn every_panel_stands_on_what_is_exported() {
    let dashboard: Value = serde_json::from_str(&read(DASHBOARD)).unwrap();
    let mut queries = 0;
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().into_iter().flatten() {
            assert_exported(target["expr"].as_str().unwrap());
            queries += 1;
        }
    }
    assert!(queries > 10, "only {queries} queries");
}

/// Needs Prometheus' own tool; CI has it.
#[test]
fn prometheus_takes_the_rules_and_each_alert_fires_when_it_should() {
    let tool =
        |arguments: &[&str]| Command::new("promtool").args(arguments).current_dir(root()).output();
    if tool(&["--version"]).is_err() {
        let ci = std::env::vars_os().any(|(name, _)| name == "CI");
        assert!(!ci, "promtool is missing: it comes with the package prometheus");
        eprintln!("promtool is not here: the rules were not tried");
        return;
    }
    for arguments in [
        ["check", "config", "deploy/prometheus/prometheus.yml"],
        ["test", "rules", "deploy/prometheus/tests.yml"],
    ] {
        let done = tool(&arguments).unwrap();
        let said = String::from_utf8_lossy(&done.stdout) + String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{arguments:?}: {said}");
    }
    let (rules, tests) = (read(RULES), read("deploy/prometheus/tests.yml"));
    for alert in values(&rules, "alert") {
        assert!(values(&tests, "alertname").contains(&alert), "{alert} has no test");
    }
}
