//! Every replica hears everything, also what was said while it could not hear.

use async_trait::async_trait;
use broker::{
    Broker, Consumer, Delivery, Error, Finding, Message, Payload, Receipt, Settlement, Start,
    Subscription,
};
use runtime::{Context, Service};
use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use testkit::{Place, eventually};
use tokio::sync::watch;

const PATIENCE: Duration = Duration::from_secs(60);
const US: Service = Service { name: web::Service::Landing, migrations: &[] };

/// A broker whose line to its subscribers can be cut; what is published is kept.
struct Line {
    broker: Arc<dyn Broker>,
    cut: watch::Sender<bool>,
    starts: Mutex<Vec<Start>>,
}

impl Line {
    fn starts(&self) -> MutexGuard<'_, Vec<Start>> {
        self.starts.lock().unwrap()
    }
}

#[async_trait]
impl Broker for Line {
    async fn publish(&self, batch: &[Message]) -> Result<(), Error> {
        self.broker.publish(batch).await
    }

    async fn subscribe(&self, subscription: Subscription) -> Result<Box<dyn Consumer>, Error> {
        self.starts().push(subscription.start);
        let cut = self.cut.subscribe();
        if *cut.borrow() {
            return Err(Error::unavailable("cut"));
        }
        Ok(Box::new(End { consumer: self.broker.subscribe(subscription).await?, cut }))
    }

    async fn health(&self) -> Result<(), Error> {
        self.broker.health().await
    }

    async fn lag(&self, group: &str) -> Result<u64, Error> {
        self.broker.lag(group).await
    }

    async fn examine(&self) -> Vec<Finding> {
        self.broker.examine().await
    }
}

struct End {
    consumer: Box<dyn Consumer>,
    cut: watch::Receiver<bool>,
}

#[async_trait]
impl Consumer for End {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, Error> {
        tokio::select! {
            biased;
            _ = self.cut.wait_for(|cut| *cut) => Err(Error::unavailable("cut")),
            deliveries = self.consumer.next(max) => deliveries,
        }
    }

    async fn settle(&mut self, settlements: Vec<(Receipt, Settlement)>) -> Result<(), Error> {
        self.consumer.settle(settlements).await
    }

    async fn close(self: Box<Self>) -> Result<(), Error> {
        self.consumer.close().await
    }
}

fn message(text: &str) -> Message {
    Message {
        id: uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, text.as_bytes()),
        topic: "orderhub".to_owned(),
        key: "key".to_owned(),
        kind: "kind".to_owned(),
        payload: Payload::pack(text.as_bytes()).unwrap(),
    }
}

fn at_the_end_of(place: &Place) -> (Context, Arc<Line>) {
    let mut context = place.context(US);
    let line = Arc::new(Line {
        broker: context.broker,
        cut: watch::Sender::new(false),
        starts: Mutex::default(),
    });
    context.broker = line.clone();
    (context, line)
}

type Heard = Arc<Mutex<Vec<String>>>;

fn listen(context: &Context) -> Heard {
    let heard = Heard::default();
    let (of, back) = ([web::Service::Orderhub], Duration::from_secs(60));
    let (context, told) = (context.clone(), heard.clone());
    tokio::spawn(async move {
        let tell = |message: &Message| {
            let text = message.payload.expand().unwrap();
            told.lock().unwrap().push(String::from_utf8(text.into_owned()).unwrap());
        };
        context.overhear(&of, back, tell).await;
    });
    heard
}

async fn hears(heard: &Heard, expected: &[&str]) {
    eventually(&format!("{expected:?} is heard"), async || {
        // What is said again after a gap is no news.
        let mut news: Vec<String> = Vec::new();
        for text in heard.lock().unwrap().iter() {
            if !news.contains(text) {
                news.push(text.clone());
            }
        }
        (news == expected).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_was_said_during_a_failure_is_heard_after_it() {
    let place = Place::open(&[]).await;
    let (context, line) = at_the_end_of(&place);
    let heard = listen(&context);
    line.publish(&[message("before")]).await.unwrap();
    hears(&heard, &["before"]).await;
    line.cut.send_replace(true);
    line.publish(&[message("during"), message("still")]).await.unwrap();
    // It asks again and is refused before the line is mended.
    eventually("it asks again", async || (line.starts().len() >= 3).then_some(())).await;
    line.cut.send_replace(false);
    line.publish(&[message("after")]).await.unwrap();
    hears(&heard, &["before", "during", "still", "after"]).await;
    let starts = line.starts();
    let (Some(Start::At(first)), Some(Start::At(last))) = (starts.first(), starts.last()) else {
        panic!("{starts:?}");
    };
    assert!(last > first, "it goes on from what it heard last: {first} {last}");
}

#[tokio::test]
async fn each_replica_hears_everything_and_what_was_said_shortly_before() {
    let place = Place::open(&[]).await;
    let (context, line) = at_the_end_of(&place);
    line.publish(&[message("before")]).await.unwrap();
    let (one, other) = (listen(&context), listen(&context));
    line.publish(&[message("after")]).await.unwrap();
    hears(&one, &["before", "after"]).await;
    hears(&other, &["before", "after"]).await;
}

#[tokio::test]
async fn it_ends_with_the_process_also_while_the_broker_is_away() {
    for away in [false, true] {
        let place = Place::open(&[]).await;
        let (context, line) = at_the_end_of(&place);
        line.cut.send_replace(away);
        let tasks = context.tasks.clone();
        let listening = tokio::spawn(async move {
            context.overhear(&[web::Service::Orderhub], Duration::ZERO, |_| {}).await;
        });
        eventually("it asks", async || (!line.starts().is_empty()).then_some(())).await;
        tasks.stop();
        tokio::time::timeout(PATIENCE, listening).await.unwrap().unwrap();
    }
}
