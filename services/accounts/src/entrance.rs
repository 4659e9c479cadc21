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
        let pen = self.tokens.pen();
        let open = move |tx: &mut Tx<'_>, env: &Env| usecases::sign_in(tx, env, &entry, demanded);
        let opened = self.context.run("sign_in", open).await?;
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
        let (secret, code) = (secret.to_owned(), code.to_owned());
        let (sealing, address) = (self.sealing.clone(), client.address.clone());
        let pass = move |tx: &mut Tx<'_>, env: &Env| {
            let waiting = (secret.as_str(), address.as_deref());
            usecases::pass_second_step(tx, env, &sealing, waiting, &code)
        };
        let pen = self.tokens.pen();
        Ok(match self.context.run("pass_second_step", pass).await? {
            Passed::In(principal) => Second::In(Welcome::of(principal, &pen)),
            Passed::Wrong => Second::Wrong,
            Passed::Over => Second::Over,
        })
    }
}
