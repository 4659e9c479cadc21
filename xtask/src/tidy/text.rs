//! Rules on the text of files: what they are, how long, and what may not stand in them.

use super::Finding;
use super::source::{Tree, line_of};

/// Lines of a file that need no reason.
const LONGEST: usize = 400;

/// Each Rust file opens with `//!`.
pub(super) fn a_module_says_what_it_is(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .filter(|file| {
            let mut lines =
                file.text.lines().skip_while(|line| line.starts_with("#![") || line.is_empty());
            !lines.next().is_some_and(|line| line.starts_with("//! "))
        })
        .map(|file| Finding::new(&file.path, 1, "open with `//!`: what is this module?"))
        .collect()
}

/// At most 400 lines, unless the first line says why: `//! Long because …`.
pub(super) fn files_are_short(tree: &Tree) -> Vec<Finding> {
    let ours = |path: &str| {
        [".rs", ".js", ".css"].iter().any(|end| path.ends_with(end)) && !path.contains("/vendor/")
    };
    tree.files
        .iter()
        .filter(|file| ours(&file.path))
        .filter_map(|file| {
            let length = file.text.lines().count();
            let reason =
                file.text.lines().next().is_some_and(|line| line.contains("Long because "));
            let message =
                format!("{length} lines; at most {LONGEST} without a reason on the first");
            (length > LONGEST && !reason).then(|| Finding::new(&file.path, length, message))
        })
        .collect()
}

/// No silenced lint and nothing left to do.
pub(super) fn nothing_is_left_undone(tree: &Tree) -> Vec<Finding> {
    let refused = [
        ("#[allow(", "use #[expect(lint, reason = \"…\")]"),
        ("#![allow(", "use #![expect(lint, reason = \"…\")]"),
        ("todo!(", "do it"),
        ("unimplemented!(", "do it"),
    ];
    let mut findings = Vec::new();
    for file in tree.rust() {
        let code = file.code();
        for (needle, message) in refused {
            let places = code.match_indices(needle);
            findings.extend(
                places.map(|(at, _)| Finding::new(&file.path, line_of(&code, at), message)),
            );
        }
    }
    findings
}

/// Which registry a machine uses is the machine's affair. Cargo.lock alone names Cargo's.
pub(super) fn no_registry_is_named(tree: &Tree) -> Vec<Finding> {
    let hosts = [
        "registry", "index", "static", "packages", "files", "deb", "repo", "repo1", "proxy", "pypi",
    ];
    let ends = [".org", ".io", ".com"];
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| !file.path.ends_with("Cargo.lock")) {
        for (number, line) in file.lines() {
            for (at, _) in line.match_indices("://") {
                let host = line[at + 3..]
                    .split(['/', '"', '\'', ' ', ')', '`', ':'])
                    .next()
                    .unwrap_or_default();
                let first = host.split('.').next().unwrap_or_default();
                let known = hosts.contains(&first) && ends.iter().any(|end| host.ends_with(end));
                if known || host.starts_with("pypi.") {
                    let message = format!("{host}: a package registry's host has no place here");
                    findings.push(Finding::new(&file.path, number, message));
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_file_passes() {
        let long = format!("//! Long because it is a table.\n{}", "// row\n".repeat(500));
        let tree = Tree::of(&[
            ("a.rs", "#![expect(clippy::unwrap_used, reason = \"tests\")]\n//! A module.\n"),
            ("table.rs", &long),
            ("README.md", "See https://www.rust-lang.org and https://docs.rs/axum.\n"),
        ]);
        for rule in [
            a_module_says_what_it_is,
            files_are_short,
            nothing_is_left_undone,
            no_registry_is_named,
        ] {
            assert_eq!(rule(&tree), []);
        }
    }

    #[test]
    fn each_breach_is_found_in_its_line() {
        let long = format!("//! Many things.\n{}", "// row\n".repeat(400));
        let host = ["registry", "npmjs", "org"].join(".");
        let lock = format!("{{\n  \"resolved\": \"https://{host}/ajv\"\n}}\n");
        let tree = Tree::of(&[
            ("a.rs", "use std::fmt;\n\n#[allow(dead_code)]\nfn f() { todo!() }\n"),
            ("many.rs", &long),
            ("package-lock.json", &lock),
        ]);
        assert_eq!(a_module_says_what_it_is(&tree).len(), 1);
        assert_eq!(
            files_are_short(&tree)[0].to_string(),
            "many.rs:401: 401 lines; at most 400 without a reason on the first"
        );
        let undone = nothing_is_left_undone(&tree);
        assert_eq!(undone.iter().map(|f| f.line).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(no_registry_is_named(&tree)[0].line, 2);
    }
}
