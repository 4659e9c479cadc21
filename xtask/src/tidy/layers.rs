//! Inside a service, imports go one way: `pages, api, live, events → usecases → {domain, store}`.

use super::Finding;
use super::source::{File, Tree, line_of};

/// What each folder of a service may never import from the same service.
const NEVER: [(&str, &[&str]); 8] = [
    ("domain", &["usecases", "store", "events", "catalogue", "pages", "api", "live"]),
    ("store", &["usecases", "events", "pages", "api", "live"]),
    ("usecases", &["pages", "api", "live"]),
    ("catalogue", &["usecases", "events", "api", "live"]),
    ("events", &["pages", "api"]),
    ("live", &["api"]),
    ("pages", &["api", "events"]),
    ("api", &["pages", "events"]),
];

/// What `domain/` may name besides itself.
const PURE: [&str; 10] =
    ["std", "core", "alloc", "kernel", "jiff", "thiserror", "uuid", "crate", "self", "super"];

/// Rejects an import against the current.
pub(super) fn imports_go_one_way(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let Some(folder) = folder(file) else { continue };
        let Some((_, never)) = NEVER.iter().find(|(name, _)| *name == folder) else { continue };
        let code = file.code_outside_tests();
        for (at, name) in own_imports(&code) {
            if never.contains(&name) {
                let message = format!("{folder} may not import crate::{name}");
                findings.push(Finding::new(&file.path, line_of(&code, at), message));
            }
        }
    }
    findings
}

/// `domain/` is pure: it names the kernel and value types, never serde, SQL or HTTP.
pub(super) fn domain_knows_the_kernel_only(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| folder(file) == Some("domain") && !file.is_test()) {
        let code = file.code_outside_tests();
        for (line, text) in code.lines().enumerate() {
            let text = text.trim_start();
            let text =
                text.strip_prefix("pub ").or(text.strip_prefix("pub(crate) ")).unwrap_or(text);
            let Some(path) = text.strip_prefix("use ") else { continue };
            let name = path.split([':', ';', ' ', '{']).next().unwrap_or_default();
            let local = code.contains(&format!("mod {name};"));
            // `use State::*` names a type of the file itself.
            let krate = name.starts_with(|c: char| c.is_ascii_lowercase());
            if krate && !PURE.contains(&name) && !local {
                let message = format!("domain may not import {name}");
                findings.push(Finding::new(&file.path, line + 1, message));
            }
        }
        for name in ["serde::", "axum::", "database::", "tokio::", "maud::"] {
            for (at, _) in code.match_indices(name) {
                let qualified =
                    !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
                let line = line_of(&code, at);
                if qualified && !findings.iter().any(|f| f.path == file.path && f.line == line) {
                    let message = format!("domain may not name {}", name.trim_end_matches(':'));
                    findings.push(Finding::new(&file.path, line, message));
                }
            }
        }
    }
    findings
}

/// `services/orderhub/src/pages/cart.rs` → `pages`; `…/src/live.rs` → `live`.
fn folder(file: &File) -> Option<&str> {
    let (_, inner) = file.path.strip_prefix("services/")?.split_once("/src/")?;
    Some(inner.split('/').next().unwrap_or(inner).trim_end_matches(".rs"))
}

/// The modules after each `crate::`, those in `crate::{a::b, c}` too.
fn own_imports(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let from = at + "crate::".len();
        let rest = &code[from..];
        if rest.starts_with('{') {
            found.extend(group(rest).into_iter().map(|(inner, name)| (from + inner, name)));
        } else {
            found.push((at, word(rest)));
        }
    }
    found
}

/// The first word of each entry of a braced group, nested ones left out.
fn group(text: &str) -> Vec<(usize, &str)> {
    let (mut depth, mut fresh, mut found) = (0, false, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => {
                depth += 1;
                fresh = depth == 1;
            }
            '}' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            ',' if depth == 1 => fresh = true,
            _ if fresh && depth == 1 && !letter.is_whitespace() => {
                found.push((at, word(&text[at..])));
                fresh = false;
            }
            _ => {}
        }
    }
    found
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_along_the_current_pass() {
        let tree = Tree::of(&[
            (
                "services/orderhub/src/pages/cart.rs",
                "use crate::{store::carts, usecases::{add, remove}};\n",
            ),
            (
                "services/orderhub/src/usecases/place_order.rs",
                "use crate::domain::order;\nuse crate::store;\nuse crate::events::publish;\n",
            ),
            (
                "services/orderhub/src/store/orders.rs",
                "//! Not for crate::pages.\nuse crate::domain::Order;\n",
            ),
            (
                "services/orderhub/src/domain/order.rs",
                "use super::Flaw;\nuse kernel::Money;\n#[cfg(test)]\nmod tests {\n    use serde_json::json;\n}\n",
            ),
        ]);
        assert_eq!(imports_go_one_way(&tree), []);
        assert_eq!(domain_knows_the_kernel_only(&tree), []);
    }

    #[test]
    fn imports_against_it_are_named() {
        let tree = Tree::of(&[
            (
                "services/orderhub/src/store/orders.rs",
                "use crate::{\n    domain::Order,\n    pages::cart,\n};\n",
            ),
            (
                "services/orderhub/src/usecases/place_order.rs",
                "fn f() { crate::api::orders::g() }\n",
            ),
            (
                "services/orderhub/src/domain/order.rs",
                "use serde::Serialize;\n\nfn f(x: axum::Router) {}\n",
            ),
        ]);
        let found: Vec<_> = imports_go_one_way(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "services/orderhub/src/store/orders.rs:3: store may not import crate::pages",
                "services/orderhub/src/usecases/place_order.rs:1: usecases may not import crate::api",
            ]
        );
        assert_eq!(domain_knows_the_kernel_only(&tree).len(), 2);
    }
}
