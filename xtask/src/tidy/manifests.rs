//! Rules on who may depend on whom, read from the manifests.

use super::Finding;
use super::source::{File, Tree, dependencies};

const PLAIN: [&str; 2] = ["dependencies", "build-dependencies"];
const ALL: [&str; 3] = ["dependencies", "build-dependencies", "dev-dependencies"];
const IMPURE: [&str; 13] = [
    "tokio",
    "tokio-util",
    "axum",
    "axum-extra",
    "hyper",
    "http",
    "tower",
    "reqwest",
    "rusqlite",
    "postgres",
    "maud",
    "tracing",
    "metrics",
];

/// `crates/kernel` imports no crate of the workspace, no runtime, no SQL and no HTTP.
pub(super) fn the_kernel_is_pure(tree: &Tree) -> Vec<Finding> {
    let ours = members(tree);
    refused(tree, "crates/kernel/Cargo.toml", |name| {
        (IMPURE.contains(&name) || ours.iter().any(|own| own == name))
            .then(|| format!("the kernel may not depend on {name}"))
    })
}

/// `crates/contracts` imports the kernel, serde and the value types only.
pub(super) fn contracts_know_the_kernel_only(tree: &Tree) -> Vec<Finding> {
    let fine = ["kernel", "serde", "serde_json", "jiff", "uuid", "thiserror"];
    refused(tree, "crates/contracts/Cargo.toml", |name| {
        (!fine.contains(&name)).then(|| format!("contracts may not depend on {name}"))
    })
}

/// A service imports no service, and a shared crate imports none either. The binary may.
pub(super) fn no_service_is_imported(tree: &Tree) -> Vec<Finding> {
    let services = named(tree, "services/");
    let mut findings = Vec::new();
    for manifest in tree.manifests() {
        if !manifest.path.starts_with("services/") && !manifest.path.starts_with("crates/") {
            continue;
        }
        for (line, name) in dependencies(manifest, &ALL) {
            if name == "xtask" || services.iter().any(|service| service == name) {
                let message = format!("{name} may be imported by the binary only");
                findings.push(Finding::new(&manifest.path, line, message));
            }
        }
    }
    findings
}

/// `testkit` and the crates made for tests are dev-dependencies.
pub(super) fn crates_for_tests_stay_there(tree: &Tree) -> Vec<Finding> {
    let only_tests = ["testkit", "proptest", "insta", "tempfile"];
    let mut findings = Vec::new();
    for manifest in tree.manifests() {
        // What stands on the test side itself.
        if ["crates/testkit/", "bench/", "xtask/"].iter().any(|at| manifest.path.starts_with(at)) {
            continue;
        }
        for (line, name) in dependencies(manifest, &PLAIN) {
            if only_tests.contains(&name) {
                let message = format!("{name} belongs under [dev-dependencies]");
                findings.push(Finding::new(&manifest.path, line, message));
            }
        }
    }
    findings
}

/// Each third-party crate of the workspace carries the reason for it on its line.
pub(super) fn dependencies_have_a_reason(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in tree.manifests().filter(|manifest| manifest.path == "Cargo.toml") {
        let lines: Vec<&str> = manifest.text.lines().collect();
        for (number, name) in dependencies(manifest, &["workspace.dependencies"]) {
            let line = lines.get(number - 1).copied().unwrap_or_default();
            let reason = line.rsplit_once(" # ").map_or("", |(_, reason)| reason);
            if !line.contains("path = ") && reason.split_whitespace().count() < 2 {
                let message = format!("{name}: say in a comment on its line why it is here");
                findings.push(Finding::new(&manifest.path, number, message));
            }
        }
    }
    for manifest in tree.manifests().filter(|manifest| manifest.path != "Cargo.toml") {
        for (number, name) in dependencies(manifest, &ALL) {
            let line = manifest.text.lines().nth(number - 1).unwrap_or_default();
            if !line.contains("workspace = true") && !line.contains("path = ") {
                let message = format!("{name}: take it from [workspace.dependencies]");
                findings.push(Finding::new(&manifest.path, number, message));
            }
        }
    }
    findings
}

fn refused(tree: &Tree, path: &str, refuse: impl Fn(&str) -> Option<String>) -> Vec<Finding> {
    let manifest = tree.manifests().find(|manifest| manifest.path == path);
    let named = manifest.map(|manifest| dependencies(manifest, &PLAIN)).unwrap_or_default();
    named
        .into_iter()
        .filter_map(|(line, name)| Some(Finding::new(path, line, refuse(name)?)))
        .collect()
}

fn members(tree: &Tree) -> Vec<String> {
    [named(tree, "crates/"), named(tree, "services/")].concat()
}

/// The crates right under a folder, by the names of their folders.
fn named(tree: &Tree, folder: &str) -> Vec<String> {
    let name = |file: &File| {
        let inner = file.path.strip_prefix(folder)?.strip_suffix("/Cargo.toml")?;
        (!inner.contains('/')).then(|| inner.to_owned())
    };
    tree.manifests().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &[(&str, &str)] = &[
        (
            "Cargo.toml",
            "[workspace.dependencies]\nkernel = { path = \"crates/kernel\" }\nserde = \"1\" # wire formats from types\n",
        ),
        (
            "crates/kernel/Cargo.toml",
            "[dependencies]\nserde.workspace = true\n[dev-dependencies]\ntestkit.workspace = true\n",
        ),
        (
            "crates/contracts/Cargo.toml",
            "[dependencies]\nkernel.workspace = true\nserde.workspace = true\n",
        ),
        ("services/orderhub/Cargo.toml", "[dependencies]\nkernel.workspace = true\n"),
        ("services/accounts/Cargo.toml", "[dependencies]\nkernel.workspace = true\n"),
        ("comanda/Cargo.toml", "[dependencies]\norderhub.workspace = true\n"),
    ];
    const BAD: &[(&str, &str)] = &[
        ("Cargo.toml", "[workspace.dependencies]\nserde = \"1\"\n"),
        (
            "crates/kernel/Cargo.toml",
            "[dependencies]\ntokio.workspace = true\ncontracts.workspace = true\n",
        ),
        (
            "crates/contracts/Cargo.toml",
            "[dependencies]\nweb.workspace = true\ntestkit.workspace = true\n",
        ),
        (
            "services/orderhub/Cargo.toml",
            "[dependencies]\naccounts.workspace = true\ncsv = \"1\"\n",
        ),
        ("services/accounts/Cargo.toml", ""),
    ];

    #[test]
    fn a_workspace_in_order_passes() {
        let tree = Tree::of(GOOD);
        for rule in [
            the_kernel_is_pure,
            contracts_know_the_kernel_only,
            no_service_is_imported,
            crates_for_tests_stay_there,
            dependencies_have_a_reason,
        ] {
            assert_eq!(rule(&tree), []);
        }
    }

    #[test]
    fn each_forbidden_dependency_is_named_with_its_line() {
        let tree = Tree::of(BAD);
        assert_eq!(the_kernel_is_pure(&tree).len(), 2);
        assert_eq!(contracts_know_the_kernel_only(&tree).len(), 2);
        let found = no_service_is_imported(&tree);
        assert_eq!(
            found[0].to_string(),
            "services/orderhub/Cargo.toml:2: accounts may be imported by the binary only"
        );
        assert_eq!(crates_for_tests_stay_there(&tree).len(), 1);
        assert_eq!(dependencies_have_a_reason(&tree).len(), 2);
    }
}
