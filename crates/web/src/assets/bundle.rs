//! What each asset is made of. The build script and the folder that is served while pages are being
//! written both ask here, so what is seen then is what is built later.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Error},
    path::{Path, PathBuf},
};

/// Order of the cascade, the same in both bundles.
const LAYERS: &str = "@layer reset, tokens, base, layout, components, states, utilities;\n";

/// The bytes of the asset called `name`, made from the files in `root`. An `asset:NAME` inside it
/// becomes that asset's address.
pub(crate) fn content<'a>(
    root: &Path,
    name: &str,
    url: impl Fn(&str) -> Option<&'a str>,
) -> io::Result<Vec<u8>> {
    let text = match name {
        "order.css" => style(root, &["shared", "order"])?,
        "kitchen.css" => style(root, &["shared", "kitchen"])?,
        "site.js" => script(root, &[], &["shared"])?,
        "accounts.js" => script(root, &[], &["shared", "accounts"])?,
        "order.js" => script(root, &["htmx", "hx-sse", "hx-preload"], &["shared", "order"])?,
        "prep.js" => script(root, &["htmx", "hx-ws"], &["shared", "prep"])?,
        file if is_text(file) => fs::read_to_string(root.join(file))?,
        file => return fs::read(root.join(file)),
    };
    Ok(link(&text, url)?.into_bytes())
}

/// Whether it may link to others, and is worth compressing.
pub(crate) fn is_text(name: &str) -> bool {
    ["css", "js", "svg", "webmanifest", "json"].iter().any(|end| name.ends_with(end))
}

/// The files of a folder with this extension, in order of their names.
pub(crate) fn list(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|e| e == extension));
    paths.sort();
    Ok(paths)
}

fn style(root: &Path, folders: &[&str]) -> io::Result<String> {
    let mut text = LAYERS.to_owned();
    for folder in folders {
        for path in list(&root.join("css").join(folder), "css")? {
            text.push_str(&squeeze(&fs::read_to_string(path)?));
        }
    }
    Ok(text)
}

fn script(root: &Path, vendored: &[&str], folders: &[&str]) -> io::Result<String> {
    let mut text = String::new();
    for file in vendored {
        let path = root.join("vendor/htmx").join(format!("{file}.min.js"));
        text.push_str(fs::read_to_string(path)?.trim_end());
        text.push_str("\n;");
    }
    for folder in folders {
        for path in list(&root.join("js").join(folder), "js")? {
            let module = squeeze_script(&fs::read_to_string(path)?);
            write!(text, "(()=>{{\"use strict\";\n{module}}})();\n").map_err(Error::other)?;
        }
    }
    Ok(text)
}

fn link<'a>(text: &str, url: impl Fn(&str) -> Option<&'a str>) -> io::Result<String> {
    let mut linked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("asset:") {
        linked.push_str(&rest[..at]);
        rest = &rest[at + "asset:".len()..];
        let end = rest.find(['"', '\'', ')']);
        let end = end.ok_or_else(|| Error::other("an asset: link without an end"))?;
        let name = &rest[..end];
        linked.push_str(url(name).ok_or_else(|| Error::other(format!("no asset named {name}")))?);
        rest = &rest[end..];
    }
    linked.push_str(rest);
    Ok(linked)
}

/// Drops comments, indentation and line ends. Strings in our sheets hold no comment marks.
fn squeeze(css: &str) -> String {
    let mut bare = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find("/*") {
        bare.push_str(&rest[..at]);
        rest = rest[at..].find("*/").map_or("", |end| &rest[at + end + 2..]);
    }
    bare.push_str(rest);
    let mut squeezed = String::with_capacity(bare.len());
    for line in bare.lines().map(str::trim).filter(|line| !line.is_empty()) {
        squeezed.push_str(line);
        if !line.ends_with(['{', '}', ';']) {
            squeezed.push(' ');
        }
    }
    squeezed
}

/// Drops lines that are only a comment, and indentation.
fn squeeze_script(script: &str) -> String {
    let kept = script.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("//"));
    kept.fold(String::new(), |text, line| text + line + "\n")
}
