//! What `comanda doctor` is told.

use crate::{PATIENCE, everything, message, open, operator, server, town};
use broker::{Broker, Condition, Consumer, Settlement};
use http::Request;
use kernel::Env;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::time::timeout;

/// A town in which one event has been handled.
async fn settled_town(url: &str) -> Arc<dyn Broker> {
    let broker = open(url);
    let mut consumer = broker.subscribe(everything()).await.unwrap();
    broker.publish(&[message(&Env::system(), "a", 1)]).await.unwrap();
    handle_one(consumer.as_mut()).await;
    broker
}

async fn handle_one(consumer: &mut dyn Consumer) {
    let taken = timeout(PATIENCE, consumer.next(1)).await.unwrap().unwrap();
    assert_eq!(taken[0].message.json::<u32>().unwrap(), 1);
    consumer.settle(vec![(taken[0].receipt.clone(), Settlement::Ack)]).await.unwrap();
}

/// An action of SQS that the adapter itself has no right to.
async fn sqs(url: &str, action: &str, body: Value) -> Value {
    let request = Request::post(format!("{}/", operator::endpoint(url)))
        .header("x-amz-target", format!("AmazonSQS.{action}"))
        .header("content-type", "application/x-amz-json-1.0");
    let text = operator::ask("sqs", request, body.to_string()).await;
    serde_json::from_str(&text).unwrap_or_default()
}

async fn queue_url(url: &str, rest: &str) -> Value {
    let town = url.split_once("us-east-1/").unwrap().1.split_once('?').unwrap().0;
    let name = format!("{town}__{rest}.fifo");
    sqs(url, "GetQueueUrl", json!({ "QueueName": name })).await["QueueUrl"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_town_that_we_made_ourselves_is_well() {
    let Some(url) = server().map(|url| town(&url)) else { return };
    let before = open(&url).examine().await;
    let Condition::Risky(words) = &before.last().unwrap().state else { panic!("{before:?}") };
    assert!(words.contains("the first start makes it"), "{words}");
    let broker = settled_town(&url).await;
    let findings = broker.examine().await;
    let what = |word: &str| findings.iter().any(|one| one.what.contains(word));
    assert!(what("__g__t.fifo has everything") && what("__g__.fifo is empty"), "{findings:?}");
    assert!(findings.iter().all(|one| one.state == Condition::Well), "{findings:?}");
    assert_eq!(broker.examine().await, findings, "looking changes nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_put_aside_are_told_of_and_count_as_not_acknowledged() {
    let Some(url) = server().map(|url| town(&url)) else { return };
    let broker = settled_town(&url).await;
    assert_eq!(broker.lag("g").await.unwrap(), 0);
    let aside = queue_url(&url, "g__").await;
    let letter = json!({
        "QueueUrl": aside, "MessageBody": "{}", "MessageGroupId": "a", "MessageDeduplicationId": "1"
    });
    sqs(&url, "SendMessage", letter).await;
    let findings = broker.examine().await;
    let Condition::Wrong(words) = &findings.last().unwrap().state else { panic!("{findings:?}") };
    assert!(
        words.starts_with("1 messages") && words.contains("start-message-move-task"),
        "{words}"
    );
    assert_eq!(broker.lag("g").await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_that_somebody_removed_is_told_of_and_made_again_with_all_that_the_log_has() {
    let Some(url) = server().map(|url| town(&url)) else { return };
    let broker = settled_town(&url).await;
    let queue = queue_url(&url, "g__t").await;
    sqs(&url, "DeleteQueue", json!({ "QueueUrl": queue })).await;
    let findings = broker.examine().await;
    let gone = findings.iter().find(|one| one.what.contains("__g__t")).unwrap();
    let Condition::Wrong(words) = &gone.state else { panic!("{findings:?}") };
    assert!(words.contains("the next start makes it again"), "{words}");
    let broker = open(&url);
    let mut consumer = broker.subscribe(everything()).await.unwrap();
    handle_one(consumer.as_mut()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn aws_that_cannot_be_reached_is_told_of_in_one_line() {
    let broker = open("aws-sns-sqs://a:secret@us-east-1?endpoint=http://127.0.0.1:9");
    let findings = broker.examine().await;
    assert_eq!(findings.len(), 1, "{findings:?}");
    let Condition::Wrong(words) = &findings[0].state else { panic!("{findings:?}") };
    assert!(words.contains("cannot be reached") && !words.contains("secret"), "{words}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_enter_is_told_so_without_the_secret() {
    let Some(url) = server().map(|url| town(&url).replace("test:test@", "test:guessed@")) else {
        return;
    };
    let stranger = open(&url);
    if stranger.health().await.is_ok() {
        // LocalStack lets everybody in.
        return;
    }
    let findings = stranger.examine().await;
    assert_eq!(findings.len(), 1, "{findings:?}");
    let Condition::Wrong(words) = &findings[0].state else { panic!("{findings:?}") };
    assert!(words.contains("sts refused") && words.contains("ignature"), "{words}");
    assert!(!words.contains("guessed"), "{words}");
}
