//! `cargo xtask tidy`: the rules of the house (ARCHITECTURE.md, "Invariants") as checks. Each rule
//! looks at the texts of all files and names each breach with its file and line.

mod evidence;
mod imports;
mod layers;
mod manifests;
mod migrations;
mod promises;
mod source;
mod templates;
mod text;

use crate::{Outcome, workspace::Workspace};
use source::Tree;
use std::fmt;

/// A breach of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.path, self.line, self.message)
    }
}

type Rule = fn(&Tree) -> Vec<Finding>;

/// Each rule by the name under which it is reported.
const RULES: [(&str, Rule); 18] = [
    ("the kernel is pure", manifests::the_kernel_is_pure),
    ("contracts know the kernel only", manifests::contracts_know_the_kernel_only),
    ("no service is imported", manifests::no_service_is_imported),
    ("only runtime names a broker adapter", imports::only_runtime_names_a_broker_adapter),
    ("only the relay publishes", imports::only_the_relay_publishes),
    ("only use-cases append to the outbox", imports::only_use_cases_append_to_the_outbox),
    ("domain knows the kernel only", layers::domain_knows_the_kernel_only),
    ("inside a service, imports go one way", layers::imports_go_one_way),
    ("dependencies have a reason", manifests::dependencies_have_a_reason),
    ("test crates stay in tests", manifests::crates_for_tests_stay_there),
    ("a module says what it is", text::a_module_says_what_it_is),
    ("files are short", text::files_are_short),
    ("nothing is left undone or silenced", text::nothing_is_left_undone),
    ("no package registry is named", text::no_registry_is_named),
    ("templates hold no script and no style", templates::no_inline_script_or_style),
    ("migrations come in pairs", migrations::come_in_pairs),
    ("tests promise and do not sleep", promises::promise_and_do_not_sleep),
    ("the table of ASVS stands", evidence::the_table_stands_on_what_is_there),
];

/// Shows every breach; whether there was none.
pub(crate) fn run(workspace: &Workspace) -> Outcome<bool> {
    let (rules, broken) = check(workspace)?;
    println!("{} of {rules} rules hold", rules - broken);
    Ok(broken == 0)
}

/// Shows every breach; how many rules there are and how many are broken.
pub(crate) fn check(workspace: &Workspace) -> Outcome<(u64, u64)> {
    let tree = Tree::read(workspace)?;
    let mut broken = 0;
    for (name, rule) in RULES {
        let findings = rule(&tree);
        if !findings.is_empty() {
            broken += 1;
            println!("{name}:");
        }
        for finding in findings {
            println!("  {finding}");
        }
    }
    Ok((RULES.len() as u64, broken))
}
