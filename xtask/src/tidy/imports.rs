//! Rules on what code may call, across crates: the broker and the outbox.

use super::Finding;
use super::source::{File, Tree, line_of};

/// A crate is free to choose its broker only as long as nobody but runtime knows which there are.
pub(super) fn only_runtime_names_a_broker_adapter(tree: &Tree) -> Vec<Finding> {
    let free = |file: &File| {
        file.is_test()
            || ["crates/runtime/", "crates/broker", "crates/testkit/", "bench/", "xtask/"]
                .iter()
                .any(|folder| file.path.starts_with(folder))
    };
    let message = "only crates/runtime names a broker adapter";
    let names = ["EmbeddedBroker", "broker_nats", "broker_kafka", "broker_aws"];
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| !free(file)) {
        findings.extend(places(file, &file.code_outside_tests(), &names, message));
    }
    for manifest in
        tree.manifests().filter(|manifest| !free(manifest) && manifest.path != "Cargo.toml")
    {
        findings.extend(places(manifest, &manifest.text, &["\nbroker-"], message));
    }
    findings
}

/// What is published was first written with the change that it tells of: by the outbox's relay.
pub(super) fn only_the_relay_publishes(tree: &Tree) -> Vec<Finding> {
    let free = |file: &File| {
        file.is_test()
            || ["crates/outbox/src/relay", "crates/broker", "crates/testkit/", "bench/", "xtask/"]
                .iter()
                .any(|start| file.path.starts_with(start))
    };
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| !free(file)) {
        let code = file.code_outside_tests();
        for (at, _) in code.match_indices(".publish(") {
            let receiver = code[..at].trim_end().trim_end_matches("()");
            if receiver.ends_with("broker") {
                let message = "only the outbox's relay publishes to the broker";
                findings.push(Finding::new(&file.path, line_of(&code, at), message));
            }
        }
    }
    findings
}

/// An event goes out in the transaction of the use-case that caused it.
pub(super) fn only_use_cases_append_to_the_outbox(tree: &Tree) -> Vec<Finding> {
    let fine = |file: &File| {
        file.is_test()
            || file.path.contains("/src/usecases/")
            || file.path.contains("/src/events/")
            || !file.path.starts_with("services/")
    };
    let message = "only a use-case, by way of the service's events module, appends to the outbox";
    tree.rust()
        .filter(|file| !fine(file))
        .flat_map(|file| {
            places(
                file,
                &file.code_outside_tests(),
                &["outbox::append", "runtime::publish"],
                message,
            )
        })
        .collect()
}

/// Each place of each of `needles` in the code of a file.
fn places(file: &File, code: &str, needles: &[&str], message: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for needle in needles {
        for (at, _) in code.match_indices(needle) {
            let at = at + usize::from(needle.starts_with('\n'));
            findings.push(Finding::new(&file.path, line_of(code, at), message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtime_the_relay_and_use_cases_may() {
        let tree = Tree::of(&[
            ("crates/runtime/src/context.rs", "use broker::EmbeddedBroker;\n"),
            ("crates/outbox/src/relay.rs", "self.broker.publish(&batch).await?;\n"),
            ("services/orderhub/src/events/publish.rs", "outbox::append(tx, &message)\n"),
            ("services/orderhub/src/usecases/publish_menu.rs", "draft.publish(now);\n"),
        ]);
        assert_eq!(only_runtime_names_a_broker_adapter(&tree), []);
        assert_eq!(only_the_relay_publishes(&tree), []);
        assert_eq!(only_use_cases_append_to_the_outbox(&tree), []);
    }

    #[test]
    fn others_may_not() {
        let tree = Tree::of(&[
            ("services/orderhub/src/lib.rs", "use broker::EmbeddedBroker;\n"),
            ("services/orderhub/src/live.rs", "\ncontext\n    .broker\n    .publish(&batch)\n"),
            ("services/orderhub/src/pages/cart.rs", "outbox::append(tx, &message)\n"),
            ("comanda/Cargo.toml", "[dependencies]\nbroker-nats.workspace = true\n"),
        ]);
        assert_eq!(only_runtime_names_a_broker_adapter(&tree).len(), 2);
        assert_eq!(only_the_relay_publishes(&tree).len(), 1);
        assert_eq!(only_use_cases_append_to_the_outbox(&tree).len(), 1);
    }
}
