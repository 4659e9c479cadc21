//! The one way in, however it was proved who somebody is, and the second step on it.

use crate::{
    app::{App, NotIn, Welcome},
    client::Client,
    usecases::{self, Entry, Failure, Opened, Passed},
};
use database::Tx;
use kernel::Env;

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
        let demanded = self.context.settings.second_step_for_staff;
        let open = move |tx: &mut Tx<'_>, env: &Env| usecases::sign_in(tx, env, &entry, demanded);
        let opened = self.context.run("sign_in", open).await?;
        Ok(opened.map(|opened| match opened {
            Opened::In { principal, alone: false } => Entrance::In(self.welcome(principal)),
            Opened::In { principal, alone: true } => Entrance::Alone(self.welcome(principal)),
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
        Ok(match self.context.run("pass_second_step", pass).await? {
            Passed::In(principal) => Second::In(self.welcome(principal)),
            Passed::Wrong => Second::Wrong,
            Passed::Over => Second::Over,
        })
    }
}
