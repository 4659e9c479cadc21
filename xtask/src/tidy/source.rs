//! The texts that rules look at, and just enough reading of Rust to look at code alone.

use crate::{Outcome, workspace::Workspace};

/// A file of the checkout.
#[derive(Debug, Clone)]
pub(super) struct File {
    /// From the root, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

/// All text files of the checkout.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    pub(super) files: Vec<File>,
}

impl Tree {
    pub(super) fn read(workspace: &Workspace) -> Outcome<Self> {
        let mut files = Vec::new();
        for path in workspace.files()? {
            let bytes = std::fs::read(workspace.root.join(&path))
                .map_err(|e| format!("{}: {e}", path.display()))?;
            if let (Ok(text), Some(path)) = (String::from_utf8(bytes), path.to_str()) {
                files.push(File { path: path.to_owned(), text });
            }
        }
        Ok(Self { files })
    }

    /// A tree for a test of a rule.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let file =
            |(path, text): &(&str, &str)| File { path: (*path).into(), text: (*text).into() };
        Self { files: files.iter().map(file).collect() }
    }

    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    pub(super) fn manifests(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with("Cargo.toml"))
    }
}

impl File {
    /// The lines from 1, as they stand.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The code without comments and without the insides of strings.
    pub(super) fn code(&self) -> String {
        blank(&self.text, false)
    }

    /// The code without comments; strings stay.
    pub(super) fn code_and_strings(&self) -> String {
        blank(&self.text, true)
    }

    /// Whether this is test code as a whole.
    pub(super) fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("tests.rs")
    }

    /// The same as `code`, up to the module of unit tests at the end.
    pub(super) fn code_outside_tests(&self) -> String {
        let code = self.code();
        // `mod tests;` names another file; the code goes on behind it.
        let end = code.match_indices("#[cfg(test)]\nmod ").find(|(at, head)| {
            code[at + head.len()..].lines().next().is_some_and(|line| line.contains('{'))
        });
        match end {
            Some((end, _)) => code[..end].to_owned(),
            None => code,
        }
    }
}

/// The line (from 1) of a place in a text.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Replaces comments, and unless they are `kept` the insides of strings, by spaces; line ends stay.
fn blank(text: &str, strings_kept: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, shown) = match piece(rest) {
            Piece::Comment(length) => (length, false),
            Piece::Text(length) => (length, strings_kept),
            Piece::Code => (first.len_utf8(), true),
        };
        let (this, after) = rest.split_at(length);
        if shown {
            out.push_str(this);
        } else {
            out.extend(this.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        }
        rest = after;
    }
    out
}

enum Piece {
    Comment(usize),
    Text(usize),
    Code,
}

fn piece(rest: &str) -> Piece {
    let until = |end: &str, from: usize| {
        rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len())
    };
    if rest.starts_with("//") {
        return Piece::Comment(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Piece::Comment(until("*/", 2));
    }
    if rest.starts_with("r\"") {
        return Piece::Text(until("\"", 2));
    }
    if rest.starts_with("r#\"") {
        return Piece::Text(until("\"#", 3));
    }
    if rest.starts_with("'\"'") || rest.starts_with("b'\"'") {
        return Piece::Text(rest.find('"').map_or(rest.len(), |at| at + 2));
    }
    if rest.starts_with('"') {
        let mut escaped = false;
        let end = rest.char_indices().skip(1).find(|(_, c)| match c {
            _ if escaped => {
                escaped = false;
                false
            }
            '\\' => {
                escaped = true;
                false
            }
            c => *c == '"',
        });
        return Piece::Text(end.map_or(rest.len(), |(at, _)| at + 1));
    }
    Piece::Code
}

/// The crates that a Cargo manifest names in one kind of table, with their lines.
pub(super) fn dependencies<'a>(manifest: &'a File, tables: &[&str]) -> Vec<(usize, &'a str)> {
    let mut inside = false;
    let mut found = Vec::new();
    for (number, line) in manifest.lines() {
        if let Some(table) = line.strip_prefix('[') {
            inside = tables.contains(&table.trim_end_matches(']'));
        } else if inside {
            let name = line.split(['=', '.', ' ']).next().unwrap_or_default().trim();
            if !name.is_empty() && !name.starts_with(['#', '}', ']', '"']) {
                found.push((number, name));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_told_from_comments_and_strings() {
        let text =
            "//! use crate::a;\nlet x = \"crate::\\\"b\"; /* crate::c */ use crate::d; // e\n";
        let tree = Tree::of(&[("a.rs", text)]);
        let code = tree.files[0].code();
        assert_eq!(code.matches("crate::").count(), 1, "{code}");
        assert_eq!(code.len(), text.len());
        assert_eq!(tree.files[0].code_and_strings().matches("crate::").count(), 2);
    }

    #[test]
    fn unit_tests_end_the_code_and_the_name_of_their_file_does_not() {
        let inline = "use a;\n#[cfg(test)]\nmod tests {\n    use b;\n}\n";
        let elsewhere =
            "#[cfg(test)]\nmod tests;\n\nuse a;\n#[cfg(test)]\nmod more {\n    use b;\n}\n";
        for text in [inline, elsewhere] {
            let code = Tree::of(&[("a.rs", text)]).files[0].code_outside_tests();
            assert!(code.contains("use a;") && !code.contains("use b;"), "{code}");
        }
    }

    #[test]
    fn a_manifest_gives_the_crates_of_the_tables_asked_for() {
        let text = "[package]\nname = \"a\"\n[dependencies]\nkernel.workspace = true\nb = { path = \".\" }\n[dev-dependencies]\nc = \"1\"\n";
        let tree = Tree::of(&[("Cargo.toml", text)]);
        assert_eq!(dependencies(&tree.files[0], &["dependencies"]), [(4, "kernel"), (5, "b")]);
        assert_eq!(dependencies(&tree.files[0], &["dev-dependencies"]), [(7, "c")]);
    }
}
