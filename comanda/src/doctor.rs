//! `comanda doctor`: the settings against the real database, broker and address, and how to mend
//! what is wrong.

use crate::{
    command::{Failure, Options},
    in_words, services,
};
use runtime::Settings;
use std::io::Write;

struct Finding {
    what: String,
    wrong: Option<String>,
}

pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    let settings = options.settings(None)?;
    let mut findings = vec![listens(&settings).await, broker(&settings).await, names(&settings)];
    for service in services::ALL {
        let what = format!("database of {}", service.name.name());
        let migrated =
            options.settings(Some(service.name)).map_err(Failure::from).and_then(|settings| {
                tokio::task::block_in_place(|| Ok(runtime::check_database(service, &settings)?))
            });
        findings.push(Finding { what, wrong: migrated.err().map(|error| in_words(&error)) });
    }
    let mut out = std::io::stdout().lock();
    for finding in &findings {
        match &finding.wrong {
            None => writeln!(out, "well   {}", finding.what)?,
            Some(wrong) => writeln!(out, "WRONG  {}: {wrong}", finding.what)?,
        }
    }
    match findings.iter().filter(|finding| finding.wrong.is_some()).count() {
        0 => Ok(()),
        count => Err(Failure::Words(format!("{count} of {} checks failed", findings.len()))),
    }
}

async fn listens(settings: &Settings) -> Finding {
    let what = format!("listen on {}", settings.listen);
    let bound = runtime::bind(settings.listen).await;
    let mend = "choose another with --listen, or stop what holds it";
    let wrong = bound.err().map(|error| match std::error::Error::source(&error) {
        Some(cause) => format!("{cause}; {mend}"),
        None => format!("{error}; {mend}"),
    });
    Finding { what, wrong }
}

async fn broker(settings: &Settings) -> Finding {
    let what = format!("broker {}", settings.broker_file.display());
    let opened = runtime::check_broker(settings).await;
    Finding { what, wrong: opened.err().map(|error| in_words(&error)) }
}

/// Browsers must be able to share the session's cookie over the four hosts.
fn names(settings: &Settings) -> Finding {
    let local = settings.domain.ends_with(".localhost");
    let wrong = if !settings.domain.contains('.') {
        Some("browsers share no cookie over a name without a dot; set domain to something like comanda.localhost".to_owned())
    } else if !settings.https && !local {
        Some("set public_scheme = \"https\": browsers send passwords and cookies in the clear otherwise".to_owned())
    } else {
        None
    };
    Finding { what: format!("domain {}", settings.domain), wrong }
}
