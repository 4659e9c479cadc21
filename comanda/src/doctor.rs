//! `comanda doctor`: the settings against the real database, broker, store of uploads, mail server,
//! providers and address, and how to mend what is wrong.

use crate::{
    command::{DoctorOptions, Failure, Options},
    services,
};
use broker::{Condition, Finding};
use database::Protection;
use kernel::in_words;
use runtime::Settings;
use std::{error::Error, io::Write};

pub(crate) async fn run(doctor: &DoctorOptions) -> Result<(), Failure> {
    let (only, options) = (doctor.service.map(web::Service::from), &doctor.options);
    let settings = options.settings(only)?;
    let mut findings = vec![listens(&settings).await, names(&settings)];
    findings.extend(broker(&settings).await);
    findings.push(uploads(&settings).await);
    findings.push(mail(&settings).await);
    findings.extend(providers(&settings).await);
    let asked =
        services::ALL.into_iter().filter(|service| only.is_none_or(|one| one == service.name));
    findings.extend(asked.map(|service| database(options, service)));
    let mut out = std::io::stdout().lock();
    for Finding { what, state } in &findings {
        match state {
            Condition::Well => writeln!(out, "well   {what}")?,
            Condition::Risky(why) => writeln!(out, "RISKY  {what}: {why}")?,
            Condition::Wrong(why) => writeln!(out, "WRONG  {what}: {why}")?,
        }
    }
    let wrong = |finding: &&Finding| matches!(finding.state, Condition::Wrong(_));
    match findings.iter().filter(wrong).count() {
        0 => Ok(()),
        count => Err(Failure::Words(format!("{count} of {} checks failed", findings.len()))),
    }
}

async fn listens(settings: &Settings) -> Finding {
    let what = format!("listen on {}", settings.listen);
    let mend = "choose another with --listen, or stop what holds it";
    let state = match runtime::bind(settings.listen).await {
        Ok(_) => Condition::Well,
        Err(error) => Condition::Wrong(match error.source() {
            Some(cause) => format!("{cause}; {mend}"),
            None => format!("{error}; {mend}"),
        }),
    };
    Finding { what, state }
}

/// Browsers must be able to share the session's cookie over the four hosts.
fn names(settings: &Settings) -> Finding {
    let local = settings.domain.ends_with(".localhost");
    let state = if !settings.domain.contains('.') {
        Condition::Wrong("browsers share no cookie over a name without a dot; set domain to something like comanda.localhost".to_owned())
    } else if !settings.https && !local {
        Condition::Wrong("set public_scheme = \"https\": browsers send passwords and cookies in the clear otherwise".to_owned())
    } else {
        Condition::Well
    };
    Finding { what: format!("domain {}", settings.domain), state }
}

async fn broker(settings: &Settings) -> Vec<Finding> {
    let named = |what: &str| format!("broker {}: {what}", settings.broker);
    match runtime::examine_broker(settings).await {
        Ok(findings) => findings
            .into_iter()
            .map(|Finding { what, state }| Finding { what: named(&what), state })
            .collect(),
        Err(error) => vec![failed(named("opens"), &error)],
    }
}

async fn uploads(settings: &Settings) -> Finding {
    let what = format!("uploads in {}", settings.uploads);
    match runtime::examine_uploads(settings).await {
        Ok(()) => Finding { what, state: Condition::Well },
        Err(error) => failed(what, &error),
    }
}

async fn providers(settings: &Settings) -> Vec<Finding> {
    match accounts::examine_providers(settings).await {
        Ok(findings) => findings,
        Err(error) => vec![failed("providers".to_owned(), &error)],
    }
}

/// Without mails nobody can sign up, and who forgot their password stays out.
async fn mail(settings: &Settings) -> Finding {
    let what = format!("mail from {} by {}", settings.mail_from, settings.mail);
    let local = settings.domain.ends_with("localhost");
    let state = match runtime::examine_mail(settings).await {
        Ok(()) if settings.mail.is_log() && !local => Condition::Risky("mails are only printed in the log, with links that let in whoever reads it; set mail.url to the address of a mail server".to_owned()),
        Ok(()) => Condition::Well,
        Err(error) => return failed(what, &error),
    };
    Finding { what, state }
}

fn database(options: &Options, service: runtime::Service) -> Finding {
    let what = format!("database of {}", service.name.name());
    let opened = options.settings(Some(service.name)).map_err(Failure::from).and_then(|settings| {
        tokio::task::block_in_place(|| Ok(runtime::examine_database(service, &settings)?))
    });
    match opened {
        Ok(protection) => Finding { what, state: way(protection) },
        Err(error) => failed(what, &error),
    }
}

/// Orders and addresses travel on the way to the database.
fn way(protection: Protection) -> Condition {
    let mend = "append ?sslmode=verify-full to database.url, and &sslrootcert=FILE where its authority is your own";
    match protection {
        Protection::Local | Protection::Verified => Condition::Well,
        Protection::Encrypted => Condition::Risky(format!(
            "the connection is encrypted, but nothing shows that it ends at your database; {mend}"
        )),
        Protection::Open => Condition::Risky(format!(
            "the connection is not encrypted: who is on the way reads and changes everything; {mend}"
        )),
    }
}

fn failed(what: String, error: &(dyn Error + 'static)) -> Finding {
    Finding { what, state: Condition::Wrong(in_words(error)) }
}
