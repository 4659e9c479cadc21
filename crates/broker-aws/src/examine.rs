//! What an operator should know of an account before relying on it. Nothing that lasts is changed:
//! one small object is written and removed.

use crate::{
    client::Failure,
    queue::{KEPT, MOST_RECEIVES},
    store::Store,
    town::{Home, Town},
};
use broker::{Condition, Finding};
use kernel::in_words;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// What the policy must allow is there.
const POLICY: &str = "compare the policy with deploy/aws/broker-policy.json";

pub(crate) async fn examine(town: &Town) -> Vec<Finding> {
    let home = match town.look_for_home().await {
        Ok(home) => home,
        Err(failure) => {
            let what = "AWS answers and knows our credentials";
            return vec![finding(what, Condition::Wrong(in_words(&failure)))];
        }
    };
    let mut findings = vec![
        finding("AWS answers and knows our credentials", Condition::Well),
        finding("nobody listens on the way", encrypted(town)),
    ];
    let bucket = &home.store.bucket;
    match home.store.is_there().await {
        Ok(true) => {}
        Ok(false) => {
            let words = format!("the first start makes it when it may; {POLICY}");
            findings.push(finding(&format!("bucket {bucket} is there"), Condition::Risky(words)));
            return findings;
        }
        Err(failure) => {
            let state = wrong(&failure);
            findings.push(finding(&format!("bucket {bucket} is there"), state));
            return findings;
        }
    }
    let trial = trial(town, &home.store).await;
    findings.push(finding(&format!("bucket {bucket} may be written to"), trial));
    let kept = kept(town, &home.store).await;
    findings.push(finding(
        &format!("bucket {bucket} keeps events long enough, and not for ever"),
        kept,
    ));
    match home.store.list(&town.names.places()).await {
        Ok(places) => findings.extend(queues(town, &home, &places).await),
        Err(failure) => findings.push(finding("groups can be listed", wrong(&failure))),
    }
    findings
}

fn encrypted(town: &Town) -> Condition {
    let url = &town.services.sqs.url;
    let host = url.strip_prefix("http://").map(|rest| rest.split(':').next().unwrap_or(rest));
    match host {
        None | Some("127.0.0.1" | "localhost") => Condition::Well,
        Some(host) => Condition::Risky(format!("{host} is spoken to without TLS; use https://")),
    }
}

async fn trial(town: &Town, store: &Store) -> Condition {
    let name = format!("{}trial-{}", town.names.all_untried(), town.now().as_microsecond());
    let trying = async {
        store.put(&name, "trial".into()).await?;
        store.get(&name).await?;
        store.delete(&name).await
    };
    match trying.await {
        Ok(()) => Condition::Well,
        Err(failure) => Condition::Risky(format!(
            "{}; a service may have rights of its own, otherwise {POLICY}",
            in_words(&failure)
        )),
    }
}

async fn kept(town: &Town, store: &Store) -> Condition {
    let rules = match store.rules().await {
        Ok(rules) => rules,
        Err(failure) => {
            let words = format!("its rules cannot be seen: {}; {POLICY}", in_words(&failure));
            return Condition::Risky(words);
        }
    };
    for (front, wanted) in town.kept_days() {
        match rules.iter().filter_map(|rule| rule.days_of(&front)).min() {
            None => {
                return Condition::Risky(format!(
                    "nothing removes what is old: add a rule for {front} after {wanted} days"
                ));
            }
            Some(days) if days < wanted => {
                return Condition::Risky(format!(
                    "what begins with {front} goes after {days} days; make it {wanted}"
                ));
            }
            Some(_) => {}
        }
    }
    Condition::Well
}

async fn queues(town: &Town, home: &Home, places: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut groups = BTreeSet::new();
    for (group, topic) in places.iter().filter_map(|place| place.split_once('/')) {
        groups.insert(group);
        let name = town.names.queue(group, topic);
        let state = queue(town, home, &name, topic).await;
        let state = state.unwrap_or_else(|failure| wrong(&failure));
        findings.push(finding(&format!("queue {name} has everything"), state));
    }
    for group in groups {
        let name = town.names.dead_letters(group);
        let state = aside(town, home, &name).await;
        let state = state.unwrap_or_else(|failure| wrong(&failure));
        findings.push(finding(&format!("queue {name} is empty"), state));
    }
    findings
}

async fn queue(town: &Town, home: &Home, name: &str, topic: &str) -> Result<Condition, Failure> {
    let Some(attributes) = attributes(town, name).await? else {
        return Ok(Condition::Wrong(
            "it is gone; the next start makes it again, and all that the log has comes again"
                .to_owned(),
        ));
    };
    let topic = town.arn("sns", &home.account, &town.names.topic_of(topic));
    let ours = town.arn("sqs", &home.account, name);
    if !town.services.sns.subscribed(&topic).await?.contains(&ours) {
        return Ok(Condition::Wrong(format!(
            "it is not subscribed to {topic}: remove the queue, and the next start subscribes it \
             and brings what it has missed"
        )));
    }
    if !attributes.get("Policy").is_some_and(|policy| policy.contains(&topic)) {
        return Ok(Condition::Wrong(format!("its policy does not let {topic} send")));
    }
    let least = |name: &str, least: u32| {
        let value = attributes.get(name).and_then(|value| value.parse::<u32>().ok());
        value.filter(|value| *value < least)
    };
    if let Some(seconds) = least("MessageRetentionPeriod", KEPT) {
        return Ok(Condition::Risky(format!(
            "it forgets after {seconds} seconds; set MessageRetentionPeriod to {KEPT}"
        )));
    }
    let redrive: Option<Value> =
        attributes.get("RedrivePolicy").and_then(|text| serde_json::from_str(text).ok());
    let receives = redrive.as_ref().map(|redrive| &redrive["maxReceiveCount"]);
    // A number, or its text.
    let receives = receives.and_then(|n| n.as_u64().or_else(|| n.as_str()?.parse().ok()));
    Ok(match receives {
        None => Condition::Risky(
            "it has no redrive policy: what kills each process that gets it stops its restaurant"
                .to_owned(),
        ),
        Some(most) if most < u64::from(MOST_RECEIVES) => Condition::Risky(format!(
            "after {most} receives a message is put aside, which a database that is away for a \
             while is enough for; set maxReceiveCount to {MOST_RECEIVES}"
        )),
        Some(_) => Condition::Well,
    })
}

/// What was put aside is lost to the group until somebody moves it back.
async fn aside(town: &Town, home: &Home, name: &str) -> Result<Condition, Failure> {
    let attributes = attributes(town, name).await?;
    let count = |attributes: HashMap<String, String>| {
        attributes.get("ApproximateNumberOfMessages")?.parse::<u64>().ok()
    };
    Ok(match attributes.and_then(count) {
        None | Some(0) => Condition::Well,
        Some(count) => {
            let arn = town.arn("sqs", &home.account, name);
            Condition::Wrong(format!(
                "{count} messages ended each process that took them, or waited for hours; when the \
                 cause is mended: aws sqs start-message-move-task --source-arn {arn}"
            ))
        }
    })
}

async fn attributes(town: &Town, name: &str) -> Result<Option<HashMap<String, String>>, Failure> {
    let sqs = &town.services.sqs;
    let Some(url) = sqs.queue_url(name).await? else { return Ok(None) };
    sqs.queue_attributes(&url).await.map(Some)
}

fn finding(what: &str, state: Condition) -> Finding {
    Finding { what: what.to_owned(), state }
}

fn wrong(failure: &Failure) -> Condition {
    let words = in_words(failure);
    let forbidden =
        failure.is(&["AccessDenied", "AccessDeniedException", "AuthorizationError", "403"]);
    Condition::Wrong(if forbidden { format!("{words}; {POLICY}") } else { words })
}
