//! Queues, by the JSON protocol of SQS.

use crate::{
    client::{Failure, Service},
    rounds::Letter,
};
use futures_util::future::try_join_all;
use http::{Method, header};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Entries of a batch, and messages of a receive.
pub(crate) const MOST: usize = 10;
/// A queue that is not there.
const NO_QUEUE: &[&str] = &["QueueDoesNotExist", "NonExistentQueue"];
/// A receipt that is void by now: its message has gone to somebody else, or is gone.
const VOID: &[&str] = &["ReceiptHandleIsInvalid", "InvalidParameterValue", "MessageNotInflight"];

/// A message as a queue gives it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Received {
    pub(crate) body: String,
    pub(crate) receipt_handle: String,
    attributes: ReceivedAttributes,
}

#[derive(Debug, Deserialize)]
struct ReceivedAttributes {
    #[serde(rename = "ApproximateReceiveCount")]
    receive_count: String,
}

impl Received {
    /// How often the queue has given it.
    pub(crate) fn receives(&self) -> u32 {
        self.attributes.receive_count.parse().unwrap_or(1)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct QueueUrl {
    queue_url: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Messages {
    #[serde(default)]
    messages: Vec<Received>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attributes {
    #[serde(default)]
    attributes: HashMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Batch {
    #[serde(default)]
    failed: Vec<Failed>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Failed {
    code: String,
    #[serde(default)]
    message: String,
}

impl Service {
    async fn sqs<T: DeserializeOwned>(&self, action: &str, body: Value) -> Result<T, Failure> {
        let target = format!("AmazonSQS.{action}");
        let headers = [
            (header::CONTENT_TYPE.as_str(), "application/x-amz-json-1.0"),
            ("x-amz-target", target.as_str()),
        ];
        let url = format!("{}/", self.url);
        let answer = self.send(Method::POST, &url, &headers, body.to_string().into()).await?;
        let text = if answer.body().is_empty() { b"{}".as_slice() } else { answer.body() };
        serde_json::from_slice(text).map_err(|error| Failure::unreadable(self.name, error))
    }

    /// The queue's URL, when there is one of this name.
    pub(crate) async fn queue_url(&self, name: &str) -> Result<Option<String>, Failure> {
        match self.sqs::<QueueUrl>("GetQueueUrl", json!({ "QueueName": name })).await {
            Ok(found) => Ok(Some(found.queue_url)),
            Err(failure) if failure.is(NO_QUEUE) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Makes a queue; the one that is there already when it is like this.
    pub(crate) async fn create_queue(
        &self,
        name: &str,
        attributes: Map<String, Value>,
    ) -> Result<String, Failure> {
        let body = json!({ "QueueName": name, "Attributes": attributes });
        Ok(self.sqs::<QueueUrl>("CreateQueue", body).await?.queue_url)
    }

    pub(crate) async fn queue_attributes(
        &self,
        url: &str,
    ) -> Result<HashMap<String, String>, Failure> {
        let body = json!({ "QueueUrl": url, "AttributeNames": ["All"] });
        Ok(self.sqs::<Attributes>("GetQueueAttributes", body).await?.attributes)
    }

    /// Waits up to `wait` seconds for messages, and has them for `visibility` seconds.
    pub(crate) async fn receive(
        &self,
        url: &str,
        max: usize,
        wait: u64,
        visibility: u64,
    ) -> Result<Vec<Received>, Failure> {
        let body = json!({
            "QueueUrl": url,
            "MaxNumberOfMessages": max.clamp(1, MOST),
            "WaitTimeSeconds": wait,
            "VisibilityTimeout": visibility,
            "AttributeNames": ["ApproximateReceiveCount"],
            "MessageSystemAttributeNames": ["ApproximateReceiveCount"],
        });
        Ok(self.sqs::<Messages>("ReceiveMessage", body).await?.messages)
    }

    /// Sends a batch, of which all must arrive.
    pub(crate) async fn send_batch(&self, url: &str, batch: &[Letter]) -> Result<(), Failure> {
        let entry = |(nth, letter): (usize, &Letter)| {
            json!({
                "Id": nth.to_string(),
                "MessageBody": letter.body,
                "MessageGroupId": letter.group,
                "MessageDeduplicationId": letter.deduplication,
            })
        };
        let entries: Vec<_> = batch.iter().enumerate().map(entry).collect();
        let body = json!({ "QueueUrl": url, "Entries": entries });
        self.all_done(self.sqs::<Batch>("SendMessageBatch", body).await?.failed, &[]).map(drop)
    }

    /// Deletes messages; those that have gone to somebody else stay his.
    pub(crate) async fn delete(&self, url: &str, receipts: &[String]) -> Result<(), Failure> {
        let batches = receipts.chunks(MOST).map(|batch| async move {
            let entry = |(nth, receipt): (usize, &String)| json!({ "Id": nth.to_string(), "ReceiptHandle": receipt });
            let entries: Vec<_> = batch.iter().enumerate().map(entry).collect();
            let body = json!({ "QueueUrl": url, "Entries": entries });
            self.all_done(self.sqs::<Batch>("DeleteMessageBatch", body).await?.failed, VOID)
        });
        try_join_all(batches).await.map(drop)
    }

    /// Says for how many seconds more messages are nobody else's; whether all were still ours.
    pub(crate) async fn hold(
        &self,
        url: &str,
        receipts: &[String],
        seconds: u64,
    ) -> Result<bool, Failure> {
        let mut all = true;
        // One after another: the order matters when they are let go.
        for batch in receipts.chunks(MOST) {
            let entry = |(nth, receipt): (usize, &String)| json!({ "Id": nth.to_string(), "ReceiptHandle": receipt, "VisibilityTimeout": seconds });
            let entries: Vec<_> = batch.iter().enumerate().map(entry).collect();
            let body = json!({ "QueueUrl": url, "Entries": entries });
            let failed = self.sqs::<Batch>("ChangeMessageVisibilityBatch", body).await?.failed;
            all &= self.all_done(failed, VOID)?;
        }
        Ok(all)
    }

    /// Whether nothing failed; an error when something did for another reason than these.
    fn all_done(&self, failed: Vec<Failed>, harmless: &[&str]) -> Result<bool, Failure> {
        let all = failed.is_empty();
        for Failed { code, message } in failed {
            let status = http::StatusCode::BAD_REQUEST;
            let failure = Failure::Refused { service: self.name, status, code, message };
            if !failure.is(harmless) {
                return Err(failure);
            }
        }
        Ok(all)
    }
}
