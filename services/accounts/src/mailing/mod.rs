//! Sends the mails that use-cases post: one at a time, by one replica, again when the server was away.

mod notices;
mod wording;

use crate::{
    store::mails,
    usecases::{Failure, Fate, Prepared, mail_failed, mail_sent, prepare_mail},
};
use database::Tx;
use kernel::Env;
use notify::MailError;
use outbox::Lease;
use runtime::Context;
use std::time::Duration;

/// How often it is looked whether a mail is due. Not as soon as one is posted: the work for somebody with
/// an account would be felt in the answer to the form, which is on its way then.
const IDLE: Duration = Duration::from_millis(500);
/// A mail that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longer than a mail takes, so that no two replicas send it.
const TURN: Duration = Duration::from_secs(25);

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
enum NotSent {
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error("the mail server did not answer in time")]
    Slow(#[from] tokio::time::error::Elapsed),
}

/// Sends until the process stops.
pub(crate) async fn send_as_they_come(context: Context) {
    let stopping = context.tasks.stopping();
    let mut lease = context.lease("mails").lasting(TURN);
    while !stopping.is_cancelled() {
        match send_next(&context, &mut lease).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(error = kernel::in_words(&error), "mails wait"),
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(IDLE) => {}
        }
    }
    lease.release().await;
}

/// `false`: nothing is due, or another replica sends. An idle service writes nothing.
async fn send_next(context: &Context, lease: &mut Lease) -> Result<bool, Failure> {
    let now = context.clock.now();
    let due = context.database.read(move |tx| Ok::<_, Failure>(mails::next(tx, now)?)).await?;
    if due.is_none() || !(lease.lasts(PATIENCE) || lease.take().await?) {
        return Ok(false);
    }
    let Some(mail) = context.run("prepare_mail", prepare_mail).await? else { return Ok(true) };
    match hand_over(context, &mail).await {
        Ok(()) => {
            let id = mail.id;
            let sent = move |tx: &mut Tx<'_>, _: &Env| mail_sent(tx, id);
            context.run("mail_sent", sent).await?;
        }
        Err(error) => postpone(context, mail, &error).await?,
    }
    Ok(true)
}

async fn hand_over(context: &Context, mail: &Prepared) -> Result<(), NotSent> {
    let mail = wording::write(&context.site, &context.settings.providers, mail);
    Ok(tokio::time::timeout(PATIENCE, context.mailer.send(&mail)).await??)
}

async fn postpone(context: &Context, mail: Prepared, error: &NotSent) -> Result<(), Failure> {
    let (id, error) = (mail.id, kernel::in_words(error));
    let failed = move |tx: &mut Tx<'_>, env: &Env| mail_failed(tx, env, &mail);
    match context.run("mail_failed", failed).await? {
        Fate::Later(wait) => tracing::warn!(%id, wait_s = wait.as_secs(), error, "a mail waits"),
        Fate::GivenUp => tracing::error!(%id, error, "a mail is given up after a day"),
    }
    Ok(())
}
