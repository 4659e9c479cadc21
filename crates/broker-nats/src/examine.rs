//! What an operator should know of a NATS server before relying on it. Nothing that lasts is
//! changed: one empty stream in memory is made and removed.

use crate::{
    address::Address,
    link::{Account, DUPLICATES, KEPT, account, options, servers},
    names::Names,
};
use async_nats::{
    Client,
    jetstream::{
        self, Context,
        stream::{Config, Info, StorageType},
    },
};
use broker::{Condition, Error, Finding, MAX_PAYLOAD};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use kernel::in_words;

/// The oldest server that is tested.
const OLDEST: (u32, u32) = (2, 9);
/// Copies that survive the loss of a machine's unwritten pages.
const SAFE_COPIES: usize = 3;
/// Percent of a storage limit beyond which it is a matter for an operator.
const NEARLY_FULL: u64 = 80;

pub(crate) async fn examine(address: &Address, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    let client = match connect(address).await {
        Ok(client) => client,
        Err(error) => {
            return vec![finding("the server answers and lets us in", wrong(&error))];
        }
    };
    findings.push(finding("the server answers and lets us in", Condition::Well));
    findings.push(finding("the server is one that is tested", version(&client)));
    findings.push(finding("messages of 256 KiB fit", largest(&client)));
    let jetstream = jetstream::new(client.clone());
    match account(&jetstream).await {
        Ok(account) => {
            findings.push(finding("JetStream is on", Condition::Well));
            findings.push(finding("JetStream has room", room(&account)));
        }
        Err(error) => {
            let advice = "put `jetstream {}` into the server's configuration";
            let state = Condition::Wrong(format!("{}; {advice}", in_words(&error)));
            findings.push(finding("JetStream is on", state));
            return findings;
        }
    }
    let names = Names::new(&address.town);
    findings.push(finding("streams may be made", trial(&jetstream, &names, now).await));
    let clustered = client.server_info().cluster.is_some();
    findings.push(finding("copies are kept", copies(address.replicas, clustered)));
    findings.push(finding("a power cut loses nothing", power_cut(address.replicas)));
    findings.extend(streams(&jetstream, &names, address.replicas).await);
    findings
}

async fn connect(address: &Address) -> Result<Client, Error> {
    let options = options(address).await?;
    options.connect(servers(address)?).await.map_err(Error::unavailable)
}

fn version(client: &Client) -> Condition {
    let version = client.server_info().version;
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    let has = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if has < OLDEST {
        return Condition::Wrong(format!("it is {version}; 2.9 or a newer one is needed"));
    }
    Condition::Well
}

fn largest(client: &Client) -> Condition {
    // Headers and the reply of a read come on top.
    let wanted = MAX_PAYLOAD + 16 * 1024;
    let allowed = client.server_info().max_payload;
    if allowed < wanted {
        return Condition::Wrong(format!("max_payload is {allowed}; set it to 1MB"));
    }
    Condition::Well
}

fn room(account: &Account) -> Condition {
    let Ok(limit) = u64::try_from(account.limits.max_storage) else { return Condition::Well };
    if limit == 0 {
        return Condition::Wrong("the account may store nothing; give it max_file".to_owned());
    }
    if account.storage.saturating_mul(100) / limit >= NEARLY_FULL {
        let used = account.storage;
        return Condition::Risky(format!(
            "{used} of {limit} bytes are used; when it is full, events wait in the outboxes"
        ));
    }
    Condition::Well
}

/// Makes a stream and removes it again.
async fn trial(jetstream: &Context, names: &Names, now: Timestamp) -> Condition {
    let name = names.trial(&now.as_microsecond().to_string());
    let config = Config { name: name.clone(), storage: StorageType::Memory, ..Config::default() };
    let made = match jetstream.create_stream(config).await {
        Ok(_) => jetstream.delete_stream(name).await.map(drop).map_err(Error::unavailable),
        Err(error) => Err(Error::unavailable(error)),
    };
    let Err(error) = made else { return Condition::Well };
    let advice = "allow the user to publish to $JS.API.> and to the town's own subjects";
    let words = format!("{}; {advice}", in_words(&error));
    // Then an operator makes the streams, and has made some.
    match jetstream.get_stream(names.places_stream()).await {
        Ok(_) => Condition::Risky(words),
        Err(_) => Condition::Wrong(words),
    }
}

fn copies(replicas: usize, clustered: bool) -> Condition {
    match (replicas < SAFE_COPIES, clustered) {
        (true, true) => Condition::Risky(format!(
            "the server is one of a cluster, and {replicas} is kept; add ?replicas=3 to broker.url"
        )),
        (true, false) => Condition::Risky(
            "one server keeps one copy: while it is away, events wait in the outboxes; a cluster \
             of three and ?replicas=3 in broker.url go on"
                .to_owned(),
        ),
        (false, true) => Condition::Well,
        (false, false) => {
            Condition::Wrong(format!("{replicas} copies need a cluster, and this is none"))
        }
    }
}

/// A client cannot ask for the setting; so it is said always, except where copies make it harmless.
fn power_cut(replicas: usize) -> Condition {
    if replicas >= SAFE_COPIES {
        return Condition::Well;
    }
    Condition::Risky(
        "by default NATS writes to the disk every two minutes, and a client cannot see the \
         setting: make sure that the server's configuration says \
         `jetstream { sync_interval: always }` (2.10 or newer)"
            .to_owned(),
    )
}

/// What an operator, or an older version of us, has made.
async fn streams(jetstream: &Context, names: &Names, replicas: usize) -> Vec<Finding> {
    let all: Result<Vec<Info>, _> = jetstream.streams().try_collect().await;
    let all = match all {
        Ok(all) => all,
        Err(error) => return vec![finding("the town's streams", wrong(&error))],
    };
    let ours = all.iter().map(|info| &info.config).filter(|config| {
        config.name.starts_with(&names.topic_streams()) || config.name == names.places_stream()
    });
    ours.map(|config| finding(&format!("stream {}", config.name), stream(config, names, replicas)))
        .collect()
}

fn stream(config: &Config, names: &Names, replicas: usize) -> Condition {
    let mut faults = Vec::new();
    let mut expect = |holds: bool, fault: &str| {
        if !holds {
            faults.push(fault.to_owned());
        }
    };
    expect(config.storage == StorageType::File, "it is in memory: a restart loses it");
    expect(config.allow_direct, "set allow_direct: nothing can be read without it");
    expect(config.republish.is_some(), "without republish, events are seen a second late");
    expect(config.num_replicas >= replicas, "it keeps fewer copies than broker.url says");
    if config.name == names.places_stream() {
        expect(config.max_messages_per_subject == 1, "set max_msgs_per_subject to 1");
        expect(config.max_age.is_zero(), "set max_age to 0: groups would begin anew");
    } else {
        let keeps = config.max_age.is_zero() || config.max_age >= KEPT;
        expect(keeps, "max_age is below 30 days: who is away longer misses events");
        expect(config.duplicate_window >= DUPLICATES, "duplicate_window is below two minutes");
    }
    if faults.is_empty() { Condition::Well } else { Condition::Risky(faults.join("; ")) }
}

fn finding(what: &str, state: Condition) -> Finding {
    Finding { what: what.to_owned(), state }
}

fn wrong(error: &(dyn std::error::Error + 'static)) -> Condition {
    Condition::Wrong(in_words(error))
}
