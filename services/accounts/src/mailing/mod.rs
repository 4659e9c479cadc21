//! Sends the mails that use-cases post: by one replica, again when the server was away. Several at once:
//! were each to wait for the one before, it would be felt whether that one was to anybody.

mod notices;
mod wording;

use crate::{
    store::mails,
    usecases::{Failure, Fate, Prepared, mail_failed, mail_refused, mail_sent, prepare_mail},
};
use database::Tx;
use kernel::Env;
use notify::MailError;
use outbox::Lease;
use runtime::Context;
use std::time::Duration;
use tokio::task::JoinSet;

/// How often it is looked whether a mail is due. Not as soon as one is posted: the work for somebody with
/// an account would be felt in the answer to the form, which is on its way then.
const IDLE: Duration = Duration::from_millis(500);
/// Mails on their way at the same time.
const AT_ONCE: usize = 16;
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

impl NotSent {
    fn is_final(&self) -> bool {
        matches!(self, Self::Mail(error) if error.is_final())
    }
}

/// Sends until the process stops.
pub(crate) async fn send_as_they_come(context: Context) {
    let stopping = context.tasks.stopping();
    let mut lease = context.lease("mails").lasting(TURN);
    let mut on_their_way = JoinSet::new();
    while !stopping.is_cancelled() {
        match begin_next(&context, &mut lease, &mut on_their_way).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(error = kernel::in_words(&error), "mails wait"),
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(IDLE) => {}
        }
    }
    while on_their_way.join_next().await.is_some() {}
    lease.release().await;
}

/// `false`: nothing is due, or another replica sends. An idle service writes nothing.
async fn begin_next(
    context: &Context,
    lease: &mut Lease,
    on_their_way: &mut JoinSet<()>,
) -> Result<bool, Failure> {
    while on_their_way.try_join_next().is_some() {}
    if on_their_way.len() >= AT_ONCE {
        on_their_way.join_next().await;
    }
    let now = context.clock.now();
    let due = context.database.read(move |tx| Ok::<_, Failure>(mails::next(tx, now)?)).await?;
    if due.is_none() || !(lease.lasts(PATIENCE) || lease.take().await?) {
        return Ok(false);
    }
    if let Some(mail) = context.run("prepare_mail", prepare_mail).await? {
        on_their_way.spawn(send(context.clone(), mail));
    }
    Ok(true)
}

async fn send(context: Context, mail: Prepared) {
    let id = mail.id;
    let settled = match hand_over(&context, &mail).await {
        Ok(()) => {
            let sent = move |tx: &mut Tx<'_>, _: &Env| mail_sent(tx, id);
            context.run("mail_sent", sent).await
        }
        Err(error) if error.is_final() => {
            let error = kernel::in_words(&error);
            tracing::error!(%id, error, "a mail is given up: nobody can be reached there");
            let refused = move |tx: &mut Tx<'_>, _: &Env| mail_refused(tx, id);
            context.run("mail_refused", refused).await
        }
        Err(error) => postpone(&context, mail, &error).await,
    };
    if let Err(error) = settled {
        tracing::warn!(%id, error = kernel::in_words(&error), "a mail waits");
    }
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
