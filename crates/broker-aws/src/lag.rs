//! What a group has not acknowledged: what its queues hold, as SQS counts it.

use crate::{names::token, town::Town};
use broker::Error;
use futures_util::future::try_join_all;
use std::{collections::HashMap, time::Duration};
use tokio::{sync::Mutex, time::Instant};

/// How long it is remembered which queues a group has.
const REMEMBERED: Duration = Duration::from_secs(60);

/// Which queues groups have.
#[derive(Default)]
pub(crate) struct Queues(Mutex<HashMap<String, (Instant, Vec<String>)>>);

impl Queues {
    /// A group may have one more from now on.
    pub(crate) async fn forget(&self, group: &str) {
        self.0.lock().await.remove(group);
    }

    /// The URLs of the queues of a group, with the one for what was put aside.
    async fn of(&self, town: &Town, group: &str) -> Result<Vec<String>, Error> {
        let mut known = self.0.lock().await;
        if let Some((at, urls)) = known.get(group)
            && at.elapsed() < REMEMBERED
            && !urls.is_empty()
        {
            return Ok(urls.clone());
        }
        let of = token(group);
        let topics = town.home().await?.store.list(&town.names.places_of(&of)).await?;
        let mut names: Vec<_> = topics.iter().map(|topic| town.names.queue(&of, topic)).collect();
        if !names.is_empty() {
            names.push(town.names.dead_letters(&of));
        }
        let sqs = &town.services.sqs;
        let urls = try_join_all(names.iter().map(|name| sqs.queue_url(name))).await?;
        let urls: Vec<_> = urls.into_iter().flatten().collect();
        known.insert(group.to_owned(), (Instant::now(), urls.clone()));
        Ok(urls)
    }

    pub(crate) async fn lag(&self, town: &Town, group: &str) -> Result<u64, Error> {
        let urls = self.of(town, group).await?;
        let sqs = &town.services.sqs;
        let all = try_join_all(urls.iter().map(|url| sqs.queue_attributes(url))).await?;
        Ok(all.iter().map(held).sum())
    }
}

/// How many messages a queue holds, in flight or not.
fn held(attributes: &HashMap<String, String>) -> u64 {
    let count = |name: &str| attributes.get(name)?.parse::<u64>().ok();
    let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
    names.into_iter().filter_map(count).sum()
}
