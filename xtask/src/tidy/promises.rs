//! A test's name is a promise; it runs always, and awaits conditions instead of sleeping.

use super::Finding;
use super::source::{File, Tree, line_of};

/// No `test_` names, no ignored tests, no sleeping in tests. Waiting is the testkit's affair.
pub(super) fn promise_and_do_not_sleep(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let code = file.code();
        let tests = if file.is_test() { 0 } else { code.len() - inside(file, &code).len() };
        for (needle, from, message) in [
            ("fn test_", 0, "name the promise, in words"),
            ("#[ignore", 0, "a test runs always, or goes"),
            ("sleep(", tests, "await a condition: testkit::eventually"),
        ] {
            if needle == "sleep(" && file.path.starts_with("crates/testkit/") {
                continue;
            }
            for (at, _) in code[from..].match_indices(needle) {
                // `do_not_sleep(` is another name.
                if code[..from + at].ends_with('_') {
                    continue;
                }
                findings.push(Finding::new(&file.path, line_of(&code, from + at), message));
            }
        }
    }
    findings
}

/// The unit tests at the end of a file.
fn inside<'a>(file: &File, code: &'a str) -> &'a str {
    &code[file.code_outside_tests().len()..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_for_a_condition_passes_and_code_may_pause() {
        let tree = Tree::of(&[
            (
                "crates/outbox/tests/it/relay.rs",
                "fn an_event_arrives() { eventually(\"it\", f).await }\n",
            ),
            ("crates/outbox/src/relay.rs", "fn f() { sleep(IDLE) }\n#[cfg(test)]\nmod tests {}\n"),
            ("crates/testkit/src/wait.rs", "sleep(TICK).await;\n"),
        ]);
        assert_eq!(promise_and_do_not_sleep(&tree), []);
    }

    #[test]
    fn a_sleeping_an_ignored_and_a_nameless_test_are_found() {
        let tree = Tree::of(&[
            ("crates/outbox/tests/it/relay.rs", "#[ignore]\nfn test_1() { sleep(SECOND) }\n"),
            (
                "crates/outbox/src/relay.rs",
                "fn f() { sleep(IDLE) }\n#[cfg(test)]\nmod tests { fn g() { sleep(IDLE) } }\n",
            ),
        ]);
        assert_eq!(promise_and_do_not_sleep(&tree).len(), 4);
    }
}
