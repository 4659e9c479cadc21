//! The content security policy stops inline scripts and styles silently; so they may not be written.

use super::Finding;
use super::source::{File, Tree, line_of};

/// Of maud templates (files with `html!`) and of our own scripts.
pub(super) fn no_inline_script_or_style(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| is_template(file) || is_script(file)) {
        let text = file.code_and_strings();
        for (needle, message) in [
            ("hx-on", "hx-on needs eval; use a listener in a module"),
            ("javascript:", "no javascript: addresses"),
            ("<script", "no inline script"),
        ] {
            let places = text.match_indices(needle);
            findings.extend(
                places.map(|(at, _)| Finding::new(&file.path, line_of(&text, at), message)),
            );
        }
        for (at, _) in text.match_indices('=') {
            let name = attribute_before(&text, at);
            if name == "style" {
                findings.push(Finding::new(
                    &file.path,
                    line_of(&text, at),
                    "no inline style; use a class",
                ));
            } else if HANDLERS.contains(&name) {
                let message = format!("no {name}= handler; use a listener in a module");
                findings.push(Finding::new(&file.path, line_of(&text, at), message));
            }
        }
        if is_template(file) {
            findings.extend(inline_scripts(file, &text));
        }
    }
    findings
}

const HANDLERS: [&str; 12] = [
    "onclick",
    "onchange",
    "oninput",
    "onsubmit",
    "onload",
    "onerror",
    "onkeydown",
    "onkeyup",
    "onfocus",
    "onblur",
    "onmouseover",
    "ontoggle",
];

/// `script { "…" }` in maud. JSON-LD is data, and may stand inline.
fn inline_scripts(file: &File, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, _) in text.match_indices("script") {
        let before = text[..at].chars().next_back();
        if !before.is_none_or(|c| c.is_whitespace() || c == '{' || c == '}' || c == ';') {
            continue;
        }
        let rest = &text[at + "script".len()..];
        let Some(head) = rest.find(['{', ';']).map(|end| &rest[..end]) else { continue };
        let is_element = rest.starts_with(" {")
            || rest.starts_with(' ') && head.contains('=') && !head.contains("= ");
        if is_element && !head.contains("src=") && !head.contains("ld+json") {
            findings.push(Finding::new(&file.path, line_of(text, at), "no inline script"));
        }
    }
    findings
}

/// `div style="…"`: the attribute right before an `=`, if a space stands before it.
fn attribute_before(text: &str, at: usize) -> &str {
    let head = &text[..at];
    let start = head.rfind(|c: char| !c.is_ascii_lowercase()).map_or(0, |end| end + 1);
    let free = head[..start].ends_with([' ', '\n', '"', '\'']);
    if free { &head[start..] } else { "" }
}

fn is_template(file: &File) -> bool {
    file.path.ends_with(".rs")
        && !file.path.starts_with("xtask/")
        && !file.is_test()
        && file.text.contains("html!")
}

fn is_script(file: &File) -> bool {
    let vendored = file.path.contains("/vendor/");
    file.path.ends_with(".js") && file.path.contains("/assets/") && !vendored
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_with_classes_and_listeners_pass() {
        let tree = Tree::of(&[
            (
                "crates/web/src/page.rs",
                "html! { script defer src=(url) {} style; p.on-sale { \"onclick is a word\" } script type=\"application/ld+json\" { (json) } }\nlet style = 1; fn script(name: &str) {}\n",
            ),
            (
                "crates/web/assets/js/a.js",
                "// never onclick=\nelement.addEventListener('click', f);\n",
            ),
        ]);
        assert_eq!(no_inline_script_or_style(&tree), []);
    }

    #[test]
    fn inline_script_style_and_handlers_are_found() {
        for bad in [
            "html! { div style=\"top: 0\" {} }",
            "html! { button onclick=\"go()\" {} }",
            "html! { form hx-on:submit=\"go()\" {} }",
            "html! { a href=\"javascript:go()\" {} }",
            "html! { script { \"go()\" } }",
            "html! { (PreEscaped(\"<script>go()</script>\")) }",
        ] {
            let tree = Tree::of(&[("services/landing/src/pages/home.rs", bad)]);
            assert_eq!(no_inline_script_or_style(&tree).len(), 1, "{bad}");
        }
        let tree = Tree::of(&[("crates/web/assets/js/a.js", "x = '<p onclick=\"go()\">'")]);
        assert_eq!(no_inline_script_or_style(&tree).len(), 1);
    }
}
