//! `docs/asvs.md` says what holds each requirement of a standard: what it names must be there.

use super::Finding;
use super::source::Tree;
use std::collections::BTreeSet;

/// Where the table stands.
const TABLE: &str = "docs/asvs.md";
/// Requirements of ASVS 5.0.0 at levels 1 and 2.
const REQUIREMENTS: usize = 253;

/// Every requirement once; every test and every file that a row names exists.
pub(super) fn the_table_stands_on_what_is_there(tree: &Tree) -> Vec<Finding> {
    let Some(table) = tree.files.iter().find(|file| file.path == TABLE) else {
        return vec![Finding::new(TABLE, 1, "it is missing")];
    };
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    for (number, line) in table.lines() {
        let Some(id) = requirement(line) else { continue };
        if !seen.insert(id) {
            findings.push(Finding::new(TABLE, number, format!("{id} stands twice")));
        }
        let wrong = named(line).filter(|name| !stands(tree, name));
        findings.extend(wrong.map(|name| Finding::new(TABLE, number, format!("no {name}"))));
    }
    if seen.len() != REQUIREMENTS {
        let message = format!("{} requirements, not {REQUIREMENTS}", seen.len());
        findings.push(Finding::new(TABLE, 1, message));
    }
    findings
}

/// The number in a row such as `| V1.2.3 | yes | … |`.
fn requirement(line: &str) -> Option<&str> {
    let id = line.strip_prefix("| V")?.split(' ').next()?;
    id.starts_with(|c: char| c.is_ascii_digit()).then_some(id)
}

/// What stands between backticks.
fn named(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// A path leads to a file, a long name in snake case is a function; of other words nothing is known.
fn stands(tree: &Tree, name: &str) -> bool {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.chars().all(word) && name.matches('_').count() >= 3 {
        let function = format!("fn {name}(");
        return tree.rust().any(|file| file.text.contains(&function));
    }
    let is_path = name.contains('/') && !name.contains(' ') && !name.starts_with('/');
    !is_path || tree.files.iter().any(|file| file.path.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(table: &str) -> Vec<String> {
        let code = "fn one_flipped_bit_is_refused() {}";
        let tree = Tree::of(&[(TABLE, table), ("crates/session/tests/it/refusals.rs", code)]);
        let found = the_table_stands_on_what_is_there(&tree).into_iter();
        found.map(|finding| finding.message).filter(|m| !m.contains("requirements")).collect()
    }

    #[test]
    fn a_row_that_names_what_is_there_passes() {
        let row = "| V9.1.1 | yes | `one_flipped_bit_is_refused`, `crates/session`, `no-store`, `/docs` |";
        assert_eq!(messages(row), [""; 0]);
    }

    #[test]
    fn a_missing_test_a_missing_file_and_a_requirement_twice_are_named() {
        let table =
            "| V9.1.1 | yes | `two_flipped_bits_are_refused` |\n| V9.1.1 | yes | `docs/none.md` |";
        let wanted = ["no two_flipped_bits_are_refused", "9.1.1 stands twice", "no docs/none.md"];
        assert_eq!(messages(table), wanted);
    }
}
