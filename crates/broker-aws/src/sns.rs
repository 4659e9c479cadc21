//! Topics, by the query protocol of SNS; and who we are, by that of STS.

use crate::{
    client::{Failure, Service},
    rounds::Letter,
};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct CreateTopic {
    #[serde(rename = "CreateTopicResult")]
    result: TopicArn,
}

#[derive(Debug, Deserialize)]
struct TopicArn {
    #[serde(rename = "TopicArn")]
    arn: String,
}

#[derive(Debug, Deserialize)]
struct Published {
    #[serde(rename = "PublishBatchResult")]
    result: PublishResult,
}

#[derive(Debug, Deserialize)]
struct PublishResult {
    #[serde(default, rename = "Failed")]
    failed: Failed,
}

#[derive(Debug, Default, Deserialize)]
struct Failed {
    #[serde(default, rename = "member")]
    members: Vec<FailedMember>,
}

#[derive(Debug, Deserialize)]
struct FailedMember {
    #[serde(rename = "Code")]
    code: String,
    #[serde(default, rename = "Message")]
    message: String,
}

#[derive(Debug, Deserialize)]
struct Subscriptions {
    #[serde(rename = "ListSubscriptionsByTopicResult")]
    result: SubscriptionPage,
}

#[derive(Debug, Deserialize)]
struct SubscriptionPage {
    #[serde(rename = "Subscriptions", default)]
    list: SubscriptionList,
    #[serde(rename = "NextToken")]
    next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct SubscriptionList {
    #[serde(default, rename = "member")]
    members: Vec<Subscribed>,
}

#[derive(Debug, Deserialize)]
struct Subscribed {
    #[serde(rename = "Endpoint")]
    endpoint: String,
}

#[derive(Debug, Deserialize)]
struct Caller {
    #[serde(rename = "GetCallerIdentityResult")]
    result: Identity,
}

/// Whose credentials we have.
#[derive(Debug, Deserialize)]
struct Identity {
    #[serde(rename = "Account")]
    account: String,
}

/// An answer that says nothing.
#[derive(Debug, Deserialize)]
struct Done {}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

impl Service {
    /// Makes a FIFO topic; the one that is there already when there is one.
    pub(crate) async fn create_topic(&self, name: &str) -> Result<String, Failure> {
        let parameters = pairs([
            ("Name", name),
            ("Attributes.entry.1.key", "FifoTopic"),
            ("Attributes.entry.1.value", "true"),
            // Message groups do not share a quota, and our ids are no other group's.
            ("Attributes.entry.2.key", "FifoThroughputScope"),
            ("Attributes.entry.2.value", "MessageGroup"),
        ]);
        Ok(self.query::<CreateTopic>("CreateTopic", &parameters).await?.result.arn)
    }

    /// Whether there is such a topic.
    pub(crate) async fn has_topic(&self, arn: &str) -> Result<bool, Failure> {
        match self.query::<Done>("GetTopicAttributes", &pairs([("TopicArn", arn)])).await {
            Ok(_) => Ok(true),
            Err(failure) if failure.is(&["NotFound", "NotFoundException"]) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// Lets a queue have what is published from now on, as it was published.
    pub(crate) async fn subscribe_queue(&self, topic: &str, queue: &str) -> Result<(), Failure> {
        let parameters = pairs([
            ("TopicArn", topic),
            ("Protocol", "sqs"),
            ("Endpoint", queue),
            ("Attributes.entry.1.key", "RawMessageDelivery"),
            ("Attributes.entry.1.value", "true"),
            ("ReturnSubscriptionArn", "true"),
        ]);
        self.query::<Done>("Subscribe", &parameters).await.map(drop)
    }

    /// The queues that have what is published.
    pub(crate) async fn subscribed(&self, topic: &str) -> Result<Vec<String>, Failure> {
        let (mut endpoints, mut next) = (Vec::new(), None);
        loop {
            let mut parameters = pairs([("TopicArn", topic)]);
            parameters.extend(next.map(|token| ("NextToken".to_owned(), token)));
            let page: Subscriptions = self.query("ListSubscriptionsByTopic", &parameters).await?;
            endpoints.extend(page.result.list.members.into_iter().map(|one| one.endpoint));
            next = page.result.next.filter(|token| !token.is_empty());
            if next.is_none() {
                return Ok(endpoints);
            }
        }
    }

    /// Publishes a batch, of which all must be taken.
    pub(crate) async fn publish_batch(&self, topic: &str, batch: &[Letter]) -> Result<(), Failure> {
        let mut parameters = pairs([("TopicArn", topic)]);
        for (nth, one) in batch.iter().enumerate() {
            let mut add = |name: &str, value: &str| {
                let name = format!("PublishBatchRequestEntries.member.{}.{name}", nth + 1);
                parameters.push((name, value.to_owned()));
            };
            add("Id", &nth.to_string());
            add("Message", &one.body);
            add("MessageGroupId", &one.group);
            add("MessageDeduplicationId", &one.deduplication);
        }
        let published: Published = self.query("PublishBatch", &parameters).await?;
        match published.result.failed.members.into_iter().next() {
            None => Ok(()),
            Some(FailedMember { code, message }) => {
                let status = http::StatusCode::BAD_REQUEST;
                Err(Failure::Refused { service: self.name, status, code, message })
            }
        }
    }

    /// The account that our credentials belong to.
    pub(crate) async fn account(&self) -> Result<String, Failure> {
        Ok(self.query::<Caller>("GetCallerIdentity", &[]).await?.result.account)
    }
}
