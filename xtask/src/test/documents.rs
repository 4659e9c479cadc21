//! The OpenAPI and AsyncAPI documents: printed by `comanda`, checked against the standards'
//! schemas, and the same as the ones in the repository; the data map as well.

use super::{Bench, Verdict, node};
use crate::{Outcome, generate, process};
use std::process::Command;

pub(super) fn run(bench: &mut Bench<'_>) -> Outcome<Verdict> {
    let comanda = bench.comanda()?;
    let folder = bench.workspace.folder("documents")?;
    let files = match generate::documents(&comanda, &folder) {
        Ok(files) => files,
        Err(message) => {
            println!("{message}");
            return Ok(Verdict::one(false));
        }
    };
    let place = node::prepare(bench.workspace, "xtask/documents")?;
    let (mut passed, mut failed) = (0, 0);
    for file in &files {
        let mut check = Command::new("node");
        check.arg(place.join("check.js")).arg(folder.join(file));
        let valid = process::aloud(&mut check, "node check.js")?;
        let kept = bench.workspace.root.join("docs/api").join(file);
        let fresh = same(&kept, &folder.join(file));
        if !fresh {
            println!("docs/api/{file} is not what comanda prints: run cargo xtask gen");
        }
        for held in [valid, fresh] {
            if held { passed += 1 } else { failed += 1 }
        }
    }
    let printed = folder.join(generate::PRIVACY);
    generate::privacy(&comanda, &printed)?;
    if same(&bench.workspace.root.join("docs").join(generate::PRIVACY), &printed) {
        passed += 1;
    } else {
        println!("docs/privacy.md is not what comanda prints: run cargo xtask gen");
        failed += 1;
    }
    Ok(Verdict::Ran { passed, failed })
}

fn same(one: &std::path::Path, other: &std::path::Path) -> bool {
    std::fs::read(one).is_ok_and(|bytes| std::fs::read(other).is_ok_and(|others| bytes == others))
}
