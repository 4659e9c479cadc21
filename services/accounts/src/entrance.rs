//! The one way in, however it was proved who somebody is, and the second step on it.

use crate::{
    app::{App, NotIn, Welcome},
    client::Client,
    usecases::{self, Entry, Failure, Opened, Passed},
};
use database::Tx;
use jiff::Timestamp;
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};
use session::TOKEN_LIFE;

/// What became of a first proof.
#[derive(Debug)]
pub(crate) enum Entrance {
    /// In.
    In(Welcome),
    /// In, but a second step is demanded of owners and operators, and this one has set up none.
    Alone(Welcome),
    /// A second proof is needed: a code, with this secret.
    SecondStep(String),
}

/// What became of a code.
pub(crate) enum Second {
    In(Welcome),
    /// Wrong, or used before.
    Wrong,
    /// From the start, please.
    Over,
}

impl App {
    /// The one way in, however it was proved who it is. Nothing when the person is gone since.
    pub(crate) async fn let_in(&self, entry: Entry) -> Result<Option<Entrance>, Failure> {
        let (demanded, held) = (self.context.settings.second_step_for_staff, entry.held);
        let pen = self.tokens.pen();
        let open = move |tx: &mut Tx<'_>, env: &Env| usecases::sign_in(tx, env, &entry, demanded);
        let opened = self.context.run("sign_in", open).await?;
        if let Some(Opened::In { .. }) = opened {
            self.refuse_held(held);
        }
        Ok(opened.map(|opened| match opened {
            Opened::In { principal, alone: false } => Entrance::In(Welcome::of(principal, &pen)),
            Opened::In { principal, alone: true } => Entrance::Alone(Welcome::of(principal, &pen)),
            Opened::SecondStep(secret) => Entrance::SecondStep(secret),
        }))
    }

    /// Goes on with an entry that waits for its second step.
    pub(crate) async fn pass_second_step(
        &self,
        secret: &str,
        code: &str,
        client: &Client,
    ) -> Result<Second, NotIn> {
        let (sealing, secret, guess) = (self.sealing.clone(), secret.to_owned(), client.code(code));
        let pass = move |tx: &mut Tx<'_>, env: &Env| {
            usecases::pass_second_step(tx, env, &sealing, &secret, &guess)
        };
        let pen = self.tokens.pen();
        Ok(match self.context.run("pass_second_step", pass).await? {
            Passed::In(principal) => {
                self.refuse_held(client.held);
                Second::In(Welcome::of(principal, &pen))
            }
            Passed::Wrong => Second::Wrong,
            Passed::Over => Second::Over,
        })
    }

    /// This process refuses what a browser held before it got another session.
    fn refuse_held(&self, held: Option<(PersonId, SessionId)>) {
        if let Some((_, session)) = held {
            let until = self.context.clock.now().checked_add(TOKEN_LIFE);
            self.context.sessions.revoke(session, until.unwrap_or(Timestamp::MAX));
        }
    }
}
