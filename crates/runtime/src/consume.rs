//! The one way from another service's facts to a use-case.

use crate::Context;
use broker::{Message, Start};
use outbox::{ConsumerLoop, HandlerError, Policy};

impl Context {
    /// Hands each message of a service, from the first that the broker still has, to `handler`,
    /// until the process stops. All replicas share the work under the name `consumer`, which the
    /// handler's use-cases record in the inbox.
    pub async fn consume<H, F>(self, consumer: &str, of: web::Service, handler: H)
    where
        H: Fn(Message) -> F,
        F: Future<Output = Result<(), HandlerError>>,
    {
        let stop = self.tasks.stopping();
        let consumer = ConsumerLoop {
            consumer: consumer.to_owned(),
            topics: vec![of.name().to_owned()],
            start: Start::Earliest,
            policy: Policy::default(),
            db: self.database,
            broker: self.broker,
            clock: self.clock,
            tracer: self.tracer,
        };
        // The handler owns its message: a future that borrows cannot be shown to be `Send` here.
        consumer.run(move |message: &Message| handler(message.clone()), stop).await;
    }
}
