//! What is ours in an account: the bucket, and topics with their logs. Made at the first use where
//! it is not there, found again where an operator has made it.

use crate::{
    address::Address,
    client::{Failure, Services},
    envelope::Entry,
    log::Log,
    names::Names,
    rounds::{self, Letter, Origin},
    store::Store,
    taken::Taken,
};
use broker::{Error, Message};
use jiff::Timestamp;
use kernel::Clock;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::sync::{Mutex, Notify, OnceCell};

/// Messages of an entry, and bytes of their payloads.
const ENTRY: (usize, usize) = (256, 4 * 1024 * 1024);
/// Notes on messages outlive every message of a queue (14 days).
pub(crate) const NOTES_KEPT: Duration = Duration::from_secs(15 * 24 * 60 * 60);

/// A town in an account.
pub(crate) struct Town {
    pub(crate) address: Address,
    pub(crate) services: Arc<Services>,
    pub(crate) names: Names,
    pub(crate) clock: Arc<dyn Clock>,
    /// How long logs keep messages.
    kept: Duration,
    home: OnceCell<Home>,
    topics: Mutex<HashMap<String, Arc<Topic>>>,
    taken: Taken,
    /// Rings when this process has published or received something.
    pub(crate) bell: Notify,
}

/// Where a town is at home.
pub(crate) struct Home {
    pub(crate) account: String,
    pub(crate) store: Arc<Store>,
}

/// A topic.
pub(crate) struct Topic {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) log: Log,
}

impl Town {
    pub(crate) fn open(
        address: Address,
        kept: Duration,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        Ok(Self {
            services: Arc::new(Services::open(&address)?),
            names: Names { town: address.town.clone() },
            address,
            clock,
            kept,
            home: OnceCell::new(),
            topics: Mutex::default(),
            taken: Taken::default(),
            bell: Notify::new(),
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Finds the bucket, or makes it.
    pub(crate) async fn home(&self) -> Result<&Home, Error> {
        let find = || async {
            let home = self.look_for_home().await?;
            if !home.store.is_there().await? {
                home.store.create(&self.kept_days()).await?;
            }
            Ok::<_, Error>(home)
        };
        self.home.get_or_try_init(find).await
    }

    pub(crate) async fn look_for_home(&self) -> Result<Home, Failure> {
        let account = self.services.sts.account().await?;
        let store = Arc::new(Store::new(self.services.clone(), &self.address, &account));
        Ok(Home { account, store })
    }

    /// The fronts of what goes away by itself, and after how many days.
    pub(crate) fn kept_days(&self) -> [(String, u64); 2] {
        let days = |time: Duration| time.as_secs().div_ceil(24 * 60 * 60).max(1);
        [(self.names.logs(), days(self.kept)), (self.names.all_untried(), days(NOTES_KEPT))]
    }

    /// A resource's full name.
    pub(crate) fn arn(&self, service: &str, account: &str, name: &str) -> String {
        let (partition, region) = (self.address.partition(), &self.address.region);
        format!("arn:{partition}:{service}:{region}:{account}:{name}")
    }

    /// Finds a topic, or makes it.
    pub(crate) async fn topic(&self, name: &str) -> Result<Arc<Topic>, Error> {
        let mut topics = self.topics.lock().await;
        if let Some(topic) = topics.get(name) {
            return Ok(topic.clone());
        }
        let home = self.home().await?;
        let theirs = self.names.topic(name);
        let arn = self.arn("sns", &home.account, &theirs);
        if !self.services.sns.has_topic(&arn).await? {
            self.services.sns.create_topic(&theirs).await?;
        }
        let log = Log::new(home.store.clone(), self.names.log(name));
        let topic = Arc::new(Topic { name: name.to_owned(), arn, log });
        topics.insert(name.to_owned(), topic.clone());
        Ok(topic)
    }

    /// Into the log first, then to SNS: who joins a topic at some number of its log gets everything
    /// behind that number from SNS.
    pub(crate) async fn publish(&self, batch: &[Message]) -> Result<(), Error> {
        for part in parts(&self.taken.rest_of(batch, self.now())) {
            let topic = self.topic(&part[0].topic).await?;
            let entry = |at| Entry::new(at, part);
            let place = topic.log.append(self.now(), entry).await?;
            let letters = rounds::letters(part, place, Origin::Published)?;
            let (sns, arn) = (&self.services.sns, &topic.arn);
            let send = |batch: Vec<Letter>| async move {
                sns.publish_batch(arn, &batch).await?;
                self.taken.add(batch, self.now());
                Ok(())
            };
            rounds::send_all(letters, send).await?;
            self.bell.notify_waiters();
        }
        self.taken.forget(batch);
        tokio::time::sleep(self.address.linger).await;
        Ok(())
    }
}

/// Consecutive messages of one topic, as many as an entry holds.
fn parts(batch: &[Message]) -> Vec<&[Message]> {
    let (mut parts, mut begin, mut bytes) = (Vec::new(), 0, 0);
    for (nth, message) in batch.iter().enumerate() {
        let more = message.payload.packed().len();
        let full = nth - begin >= ENTRY.0 || bytes + more > ENTRY.1;
        if nth > begin && (full || message.topic != batch[begin].topic) {
            parts.push(&batch[begin..nth]);
            (begin, bytes) = (nth, 0);
        }
        bytes += more;
    }
    if begin < batch.len() {
        parts.push(&batch[begin..]);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use broker::Payload;

    #[test]
    fn an_entry_is_of_one_topic_and_bounded() {
        let message = |topic: &str| Message {
            id: uuid::Uuid::nil(),
            topic: topic.to_owned(),
            key: String::new(),
            kind: String::new(),
            payload: Payload::pack(b"{}").unwrap(),
        };
        let mut batch = vec![message("a"); 300];
        batch.extend([message("b"), message("a")]);
        let sizes: Vec<_> = parts(&batch).iter().map(|part| part.len()).collect();
        assert_eq!(sizes, [256, 44, 1, 1]);
        assert!(parts(&[]).is_empty());
    }
}
