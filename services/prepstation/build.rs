//! Lists the demo town's restaurants, so that the binary carries them wherever it is run.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("no manifest dir")?);
    let folder = root.join("../../demo/town/restaurants");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let mut list = String::from("&[\n");
    for path in files {
        let name = path.file_name().ok_or("no file name")?.to_string_lossy().into_owned();
        writeln!(list, "    ({name:?}, include_str!({:?})),", fs::canonicalize(&path)?)?;
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("no out dir")?);
    fs::write(out.join("town.rs"), list)?;
    Ok(())
}
