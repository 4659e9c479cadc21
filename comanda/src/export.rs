//! Landing as files, for a host of static pages.

use crate::command::{ExportOptions, Failure};
use std::{fs, io::Write};

pub(crate) fn run(export: &ExportOptions) -> Result<(), Failure> {
    let settings = export.options.settings(Some(web::Service::Landing))?;
    let origins = web::Origins::new(settings.https, &settings.domain, settings.public_port);
    let site = web::Site::new(web::Service::Landing, origins);
    let pages = landing::static_pages(&site);
    let count = pages.len();
    for (path, html) in pages {
        let folder = export.folder.join(path.trim_start_matches('/'));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("index.html"), html)?;
    }
    for (name, bytes) in web::assets::all() {
        let file = export.folder.join(name.trim_start_matches('/'));
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(file, bytes)?;
    }
    writeln!(
        std::io::stdout(),
        "{count} pages in {}. /contact and /start need the landing service: send them to it.",
        export.folder.display()
    )?;
    Ok(())
}
