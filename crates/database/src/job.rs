//! A use-case on its way to the engine and its answer on the way back.

use crate::{Error, Tx};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::oneshot;

/// What the engine has to do after a use-case ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Keep,
    Discard,
}

/// A use-case with its types erased.
pub(crate) trait Job: Send {
    /// Runs the use-case; may be called again when PostgreSQL asks for a retry.
    fn run(&mut self, tx: &mut Tx<'_>) -> Verdict;
    /// Answers the caller, with `failure` when the transaction was lost.
    fn answer(self: Box<Self>, failure: Option<Error>);
}

pub(crate) struct UseCase<F, T, E> {
    run: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> UseCase<F, T, E> {
    pub(crate) fn new(run: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (reply, answer) = oneshot::channel();
        (Self { run, result: None, reply }, answer)
    }
}

impl<F, T, E> Job for UseCase<F, T, E>
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Verdict {
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.run)(tx)));
        let mut result = outcome.unwrap_or_else(|_| Err(E::from(Error::Panicked)));
        if tx.state.failed && result.is_ok() {
            result = Err(E::from(Error::Aborted));
        }
        let verdict = if result.is_ok() { Verdict::Keep } else { Verdict::Discard };
        self.result = Some(result);
        verdict
    }

    fn answer(self: Box<Self>, failure: Option<Error>) {
        let lost = || Error::unavailable("the transaction did not run");
        let result = match failure {
            Some(error) => Err(E::from(error)),
            None => self.result.unwrap_or_else(|| Err(E::from(lost()))),
        };
        // The caller may have gone away; the change stands all the same.
        let _ = self.reply.send(result);
    }
}
