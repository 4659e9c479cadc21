//! Builds the assets: hashes each content into its name, compresses once, and writes the table that
//! `src/assets` includes.

#[path = "src/assets/bundle.rs"]
mod bundle;

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Folders of files that are an asset each, and which of their files.
const SINGLE: [(&str, &str); 8] = [
    ("fonts", "woff2"),
    ("art", "webp"),
    ("icons", "png"),
    ("icons", "svg"),
    ("icons", "webmanifest"),
    ("speculation", "json"),
    ("samples", "jpg"),
    ("providers", "js"),
];
/// Made from many files, with links to the others.
const BUNDLES: [&str; 6] =
    ["order.css", "kitchen.css", "site.js", "accounts.js", "order.js", "prep.js"];

struct Builder {
    root: PathBuf,
    out: PathBuf,
    /// The assets are read while the program runs: their names do not follow their contents.
    live: bool,
    urls: BTreeMap<String, String>,
    table: Vec<(String, String)>,
}

fn main() -> Outcome<()> {
    let folder = |name| std::env::var_os(name).map(PathBuf::from).ok_or("not run by Cargo");
    let mut builder = Builder {
        root: folder("CARGO_MANIFEST_DIR")?.join("assets"),
        out: folder("OUT_DIR")?,
        live: std::env::var_os("CARGO_FEATURE_LIVE_ASSETS").is_some(),
        urls: BTreeMap::new(),
        table: Vec::new(),
    };
    builder.watch();
    for (folder, extension) in SINGLE {
        for path in bundle::list(&builder.root.join(folder), extension)? {
            builder.add(&format!("{folder}/{}", file_name(&path)?))?;
        }
    }
    for name in BUNDLES {
        builder.add(name)?;
    }
    builder.write_table()
}

impl Builder {
    /// A style sheet or script that is read while the program runs needs no other program.
    fn watch(&self) {
        if self.live {
            SINGLE.iter().for_each(|(name, _)| println!("cargo::rerun-if-changed=assets/{name}"));
        } else {
            println!("cargo::rerun-if-changed=assets");
        }
    }

    fn add(&mut self, name: &str) -> Outcome<()> {
        let url = |name: &str| self.urls.get(name).map(String::as_str);
        let bytes = bundle::content(&self.root, name, url)?;
        let hash: String =
            Sha256::digest(&bytes).iter().take(6).map(|b| format!("{b:02x}")).collect();
        let (stem, extension) = name.rsplit_once('.').ok_or("an asset without an extension")?;
        let mark = if self.live { "live" } else { &hash };
        let url = format!("/assets/{stem}.{mark}.{extension}");
        let kind = kind(extension)?;
        let file = self.out.join(format!("{}.{hash}", name.replace('/', "-")));
        fs::write(&file, &bytes)?;
        let (mut br, mut gzip) = ("None".to_owned(), "None".to_owned());
        if bundle::is_text(name) {
            br = store(&file, "br", &brotli(&bytes)?)?;
            gzip = store(&file, "gz", &deflate(&bytes)?)?;
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

fn kind(extension: &str) -> Outcome<&'static str> {
    Ok(match extension {
        "woff2" => "font/woff2",
        "webp" => "image/webp",
        "png" => "image/png",
        "jpg" => "image/jpeg",
        "svg" => "image/svg+xml",
        "webmanifest" => "application/manifest+json",
        "json" => "application/speculationrules+json",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        other => return Err(format!("what is a file that ends with {other}?").into()),
    })
}

fn store(file: &Path, suffix: &str, bytes: &[u8]) -> Outcome<String> {
    let path = PathBuf::from(format!("{}.{suffix}", file.display()));
    fs::write(&path, bytes)?;
    Ok(format!("Some(include_bytes!({path:?}))"))
}

fn file_name(path: &Path) -> Outcome<&str> {
    Ok(path.file_name().and_then(|name| name.to_str()).ok_or("a file name that is not text")?)
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
