//! What the kitchen's pages and API stand on: the service, its live boards, and how a verb is run.

use crate::{
    events::consume_orders,
    live::{self, Board},
    store::tickets::Ticket,
    usecases::tickets::Refusal,
};
use database::Tx;
use kernel::Env;
use runtime::Context;

/// What the kitchen's handlers need. Clones share it.
#[derive(Debug, Clone)]
pub struct Kitchen {
    /// The service.
    pub context: Context,
    /// Who looks on.
    pub board: Board,
}

impl Kitchen {
    /// Starts what follows orderhub and other replicas.
    #[must_use]
    pub fn start(context: &Context) -> Self {
        let board = Board::new(context);
        let tasks = &context.tasks;
        tasks.spawn("orders", consume_orders::run(context.clone(), board.clone()));
        tasks.spawn("boards", live::follow_replicas(context.clone(), board.clone()));
        Self { context: context.clone(), board }
    }

    /// Runs a verb in a transaction of its own and tells the screens.
    ///
    /// # Errors
    /// What the verb refuses, or the database failed.
    pub async fn run<F>(&self, name: &'static str, verb: F) -> Result<Ticket, Refusal>
    where
        F: Fn(&mut Tx<'_>, &Env) -> Result<Ticket, Refusal> + Send + 'static,
    {
        let ticket = self.context.run(name, verb).await?;
        self.board.poke(ticket.restaurant_id);
        Ok(ticket)
    }
}
