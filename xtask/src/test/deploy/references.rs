//! What `deploy/` says of the product, held against the sources: settings, the doors that probes ask,
//! ports, and the groups of consumers. Nothing else notices when one of them is renamed, or that
//! replicas would keep photos each for itself.

use super::{Deploy, Report};
use crate::Outcome;
use std::collections::BTreeSet;

const SETTINGS: &str = "crates/runtime/src/settings/keys.rs";
const DOORS: &str = "crates/runtime/src/health.rs";
const BROKER: &str = "COMANDA_BROKER_URL";
const UPLOADS: &str = "COMANDA_UPLOADS_URL";
const SERVICES: [&str; 4] = ["landing", "orderhub", "prepstation", "accounts"];

pub(super) fn check(deploy: &Deploy<'_>, report: &mut Report) -> Outcome<()> {
    let keys = settings(&deploy.read(SETTINGS)?);
    let doors = between(&deploy.read(DOORS)?, ".route(\"", "\"");
    let mut groups = BTreeSet::new();
    for file in deploy.files("services", &[".rs"]) {
        groups.extend(consumers(&deploy.read(&file)?));
    }
    let image = ports(&deploy.read("deploy/docker/Dockerfile")?);
    let mut wrong: [Vec<String>; 4] = Default::default();
    let mut apart = Vec::new();
    for folder in ["compose", "docker", "kubernetes", "aws", "nginx", "systemd"] {
        let files = deploy.files(&format!("deploy/{folder}"), &[""]);
        let texts: Outcome<Vec<_>> =
            files.into_iter().map(|file| Ok((deploy.read(&file)?, file))).collect();
        let texts = texts?;
        let mut listening: BTreeSet<_> = texts.iter().flat_map(|(text, _)| ports(text)).collect();
        listening.extend(&image);
        for (text, file) in &texts {
            let set = named_settings(text);
            if is_manifest(file) && keeps_photos_apart(&set) {
                apart.push(format!("{file}: set {UPLOADS} to what all replicas share"));
            }
            let found = [
                unknown(&set, &keys, "is no setting"),
                unknown(&probed(text), &doors, "is no door of a service"),
                unknown(&asked_ports(text), &listening, "is no port that anybody listens on"),
                unknown(&named_groups(text), &groups, "is no group of a consumer"),
            ];
            for (all, found) in wrong.iter_mut().zip(found) {
                all.extend(found.into_iter().map(|why| format!("{file}: {why}")));
            }
        }
    }
    let names = ["setting", "probed door", "port", "group of a consumer"];
    for (name, wrong) in names.iter().zip(wrong) {
        report.add(&format!("every {name} in deploy/ is one of the product"), Ok(none(&wrong)));
    }
    report.add("replicas in deploy/ share their photos", Ok(none(&apart)));
    Ok(())
}

fn none(wrong: &[String]) -> Result<(), String> {
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

fn unknown<T: Ord + std::fmt::Display>(
    named: &BTreeSet<T>,
    known: &BTreeSet<T>,
    why: &str,
) -> Vec<String> {
    named.difference(known).map(|name| format!("{name} {why}")).collect()
}

/// The environment variables of all keys, also for one service.
fn settings(source: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    // A long key stands on a line of its own.
    let source = source.replace("key(\n        ", "key(");
    for key in between(&source, " key(\"", "\"") {
        let name = key.replace('.', "_").to_uppercase();
        names.extend(SERVICES.map(|service| format!("COMANDA_{}__{name}", service.to_uppercase())));
        names.insert(format!("COMANDA_{name}"));
    }
    names
}

fn named_settings(text: &str) -> BTreeSet<String> {
    let letter = |c: char| c.is_ascii_uppercase() || c == '_';
    let names = text.match_indices("COMANDA_").map(|(at, _)| {
        let rest = &text[at..];
        rest[..rest.find(|c| !letter(c)).unwrap_or(rest.len())].to_owned()
    });
    names.collect()
}

fn is_manifest(file: &str) -> bool {
    [".yml", ".yaml"].iter().any(|end| file.ends_with(end))
}

/// Services that are told of a broker are processes of their own: the folder of one is not another's.
fn keeps_photos_apart(set: &BTreeSet<String>) -> bool {
    set.contains(BROKER) && !set.contains(UPLOADS)
}

/// `path: /livez` of a probe in Kubernetes, `HealthCheckPath: /readyz` of a target group.
fn probed(text: &str) -> BTreeSet<String> {
    let probes = between(text, "httpGet: {path: ", ",");
    probes.into_iter().chain(between(text, "HealthCheckPath: ", "\n")).collect()
}

/// Where services listen.
fn ports(text: &str) -> BTreeSet<u16> {
    let mut ports = BTreeSet::new();
    for key in ["COMANDA_LISTEN", "COMANDA_METRICS_LISTEN"] {
        for (at, _) in text.match_indices(key) {
            let line = text[at + key.len()..].lines().next().unwrap_or_default();
            ports.extend(line.rsplit_once(':').and_then(|(_, port)| number(port)));
        }
    }
    ports
}

/// Where somebody expects a service to listen.
fn asked_ports(text: &str) -> BTreeSet<u16> {
    let marks = ["containerPort: ", "ContainerPort: ", "prometheus.io/port: \"", "EXPOSE "];
    let mut ports: BTreeSet<u16> =
        marks.iter().flat_map(|mark| after(text, mark)).filter_map(number).collect();
    let internal = after(text, "COMANDA_ACCOUNTS_INTERNAL_URL: http://");
    let replicas = after(text, "    server ").filter(|line| !line.starts_with("127."));
    let places = internal.chain(replicas).filter_map(|line| line.split_once(':'));
    ports.extend(places.filter_map(|(_, port)| number(port)));
    ports
}

/// The names of consumers in the services' sources.
fn consumers(source: &str) -> BTreeSet<String> {
    between(source, "const CONSUMER: &str = \"", "\"")
}

/// `values: [a, b]` of an autoscaler's selector of groups, `Group: a` of a queue.
fn named_groups(text: &str) -> BTreeSet<String> {
    let lists = between(text, "key: group, operator: In, values: [", "]");
    let listed = lists.iter().flat_map(|list| list.split(',')).map(|name| name.trim().to_owned());
    let queues = after(text, "        Group: ").map(|line| line.trim().to_owned());
    listed.chain(queues.filter(|name| !name.starts_with('!'))).collect()
}

/// What stands between two marks, wherever they are.
fn between(text: &str, begin: &str, end: &str) -> BTreeSet<String> {
    let rests = text.split(begin).skip(1).filter_map(|rest| rest.split_once(end));
    rests.map(|(inner, _)| inner.to_owned()).collect()
}

/// The rests of the lines after a mark.
fn after<'a>(text: &'a str, mark: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let mark = mark.to_owned();
    text.lines().filter_map(move |line| line.split_once(&mark).map(|(_, rest)| rest))
}

fn number(text: &str) -> Option<u16> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_renamed_setting_is_found() {
        let keys =
            "    key(\"domain\", \"d\"),\n    key(\n        \"database.url\",\n        \"\",";
        let known = settings(keys);
        let good = "COMANDA_DOMAIN: ${COMANDA_DOMAIN:?x}\nCOMANDA_ORDERHUB__DATABASE_URL=y";
        assert_eq!(unknown(&named_settings(good), &known, ""), Vec::<String>::new());
        let broken = named_settings("COMANDA_DATABSE_URL: postgres://");
        assert_eq!(
            unknown(&broken, &known, "is no setting"),
            ["COMANDA_DATABSE_URL is no setting"]
        );
    }

    #[test]
    fn replicas_that_keep_photos_each_for_itself_are_found() {
        let aws = "- {Name: COMANDA_BROKER_URL, Value: x}\n";
        assert!(keeps_photos_apart(&named_settings(aws)));
        let shared = format!("{aws}- {{Name: COMANDA_UPLOADS_URL, Value: y}}\n");
        assert!(!keeps_photos_apart(&named_settings(&shared)));
        assert!(!keeps_photos_apart(&named_settings("COMANDA_DATABASE_URL: only migrates")));
    }

    #[test]
    fn a_door_that_nobody_opens_is_found() {
        let probes = "httpGet: {path: /readyz, port: http}\n  HealthCheckPath: /healthz\n";
        assert_eq!(unknown(&probed(probes), &set(&["/readyz"]), "").len(), 1);
    }

    #[test]
    fn a_port_that_nobody_listens_on_is_found() {
        let aws = "{Name: COMANDA_LISTEN, Value: \"0.0.0.0:8080\"}\nCOMANDA_METRICS_LISTEN: 0.0.0.0:9090\n";
        assert_eq!(ports(aws), BTreeSet::from([8080, 9090]));
        let asked = "containerPort: 8080\nprometheus.io/port: \"9090\"\n    server orderhub-1:8090 max_fails=1;\n    server 127.0.0.1:1;";
        assert_eq!(unknown(&asked_ports(asked), &ports(aws), ""), ["8090 "]);
    }

    #[test]
    fn a_group_that_consumes_nothing_is_found() {
        let known = consumers("pub const CONSUMER: &str = \"orderhub-orders\";");
        let named = "{key: group, operator: In, values: [orderhub-orders, orderhub]}\n        Group: orderhub-people\n        Group: !Ref Group\n";
        assert_eq!(unknown(&named_groups(named), &known, "").len(), 2);
    }
}
