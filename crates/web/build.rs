//! Builds the asset bundles: concatenates style sheets and scripts, hashes each content into its
//! name, compresses once, and writes the table that `src/assets.rs` includes.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Order of the cascade, the same in both bundles.
const LAYERS: &str = "@layer reset, tokens, base, layout, components, states, utilities;\n";

struct Builder {
    root: PathBuf,
    out: PathBuf,
    urls: BTreeMap<String, String>,
    table: Vec<(String, String)>,
}

fn main() -> Outcome<()> {
    println!("cargo::rerun-if-changed=assets");
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").ok_or("no manifest dir")?);
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("no out dir")?);
    let mut builder =
        Builder { root: root.join("assets"), out, urls: BTreeMap::new(), table: Vec::new() };
    builder.binary("fonts", "woff2", "font/woff2")?;
    builder.binary("art", "webp", "image/webp")?;
    builder.binary("icons", "png", "image/png")?;
    builder.texts("icons", "svg", "image/svg+xml")?;
    builder.texts("icons", "webmanifest", "application/manifest+json")?;
    builder.texts("speculation", "json", "application/speculationrules+json")?;
    builder.style("order.css", &["shared", "order"])?;
    builder.style("kitchen.css", &["shared", "kitchen"])?;
    builder.script("site.js", &[], &["shared"])?;
    builder.script("order.js", &["htmx", "hx-sse", "hx-preload"], &["shared", "order"])?;
    builder.script("prep.js", &["htmx", "hx-ws"], &["shared", "prep"])?;
    builder.write_table()
}

impl Builder {
    fn binary(&mut self, folder: &str, extension: &str, kind: &str) -> Outcome<()> {
        for path in list(&self.root.join(folder), extension)? {
            let name = format!("{folder}/{}", file_name(&path)?);
            self.add(&name, kind, &fs::read(&path)?, false)?;
        }
        Ok(())
    }

    fn texts(&mut self, folder: &str, extension: &str, kind: &str) -> Outcome<()> {
        for path in list(&self.root.join(folder), extension)? {
            let name = format!("{folder}/{}", file_name(&path)?);
            let text = self.link(&fs::read_to_string(&path)?)?;
            self.add(&name, kind, text.as_bytes(), true)?;
        }
        Ok(())
    }

    fn style(&mut self, name: &str, folders: &[&str]) -> Outcome<()> {
        let mut text = LAYERS.to_owned();
        for folder in folders {
            for path in list(&self.root.join("css").join(folder), "css")? {
                text.push_str(&squeeze(&fs::read_to_string(path)?));
            }
        }
        let text = self.link(&text)?;
        self.add(name, "text/css; charset=utf-8", text.as_bytes(), true)
    }

    fn script(&mut self, name: &str, vendored: &[&str], folders: &[&str]) -> Outcome<()> {
        let mut text = String::new();
        for file in vendored {
            let path = self.root.join("vendor/htmx").join(format!("{file}.min.js"));
            text.push_str(fs::read_to_string(path)?.trim_end());
            text.push_str("\n;");
        }
        for folder in folders {
            for path in list(&self.root.join("js").join(folder), "js")? {
                let module = squeeze_script(&fs::read_to_string(path)?);
                write!(text, "(()=>{{\"use strict\";\n{module}}})();\n")?;
            }
        }
        self.add(name, "text/javascript; charset=utf-8", text.as_bytes(), true)
    }

    /// Replaces `asset:NAME` by the hashed address of an asset that was added before.
    fn link(&self, text: &str) -> Outcome<String> {
        let mut linked = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("asset:") {
            linked.push_str(&rest[..at]);
            rest = &rest[at + "asset:".len()..];
            let end = rest.find(['"', '\'', ')']).ok_or("an asset: link without an end")?;
            let url = self.urls.get(&rest[..end]);
            linked.push_str(url.ok_or_else(|| format!("no asset named {}", &rest[..end]))?);
            rest = &rest[end..];
        }
        linked.push_str(rest);
        Ok(linked)
    }

    fn add(&mut self, name: &str, kind: &str, bytes: &[u8], compress: bool) -> Outcome<()> {
        let hash: String =
            Sha256::digest(bytes).iter().take(6).map(|b| format!("{b:02x}")).collect();
        let (stem, extension) = name.rsplit_once('.').ok_or("an asset without an extension")?;
        let url = format!("/assets/{stem}.{hash}.{extension}");
        let file = self.out.join(format!("{}.{hash}", name.replace('/', "-")));
        fs::write(&file, bytes)?;
        let (mut br, mut gzip) = ("None".to_owned(), "None".to_owned());
        if compress {
            br = store(&file, "br", &brotli(bytes)?)?;
            gzip = store(&file, "gz", &deflate(bytes)?)?;
        }
        self.table.push((
            name.to_owned(),
            format!(
                "File {{ name: {name:?}, url: {url:?}, etag: \"\\\"{hash}\\\"\", kind: {kind:?}, \
                 identity: include_bytes!({file:?}), br: {br}, gzip: {gzip} }},"
            ),
        ));
        self.urls.insert(name.to_owned(), url);
        Ok(())
    }

    fn write_table(mut self) -> Outcome<()> {
        self.table.sort();
        let rows: Vec<&str> = self.table.iter().map(|(_, row)| row.as_str()).collect();
        fs::write(self.out.join("table.rs"), format!("&[\n{}\n]", rows.join("\n")))?;
        Ok(())
    }
}

fn store(file: &Path, suffix: &str, bytes: &[u8]) -> Outcome<String> {
    let path = PathBuf::from(format!("{}.{suffix}", file.display()));
    fs::write(&path, bytes)?;
    Ok(format!("Some(include_bytes!({path:?}))"))
}

fn list(folder: &Path, extension: &str) -> Outcome<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    paths.retain(|path| path.extension().is_some_and(|e| e == extension));
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> Outcome<&str> {
    Ok(path.file_name().and_then(|name| name.to_str()).ok_or("a file name that is not text")?)
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

fn brotli(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut compressed = Vec::new();
    brotli::CompressorWriter::new(&mut compressed, 4096, 11, 22).write_all(bytes)?;
    Ok(compressed)
}

fn deflate(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
