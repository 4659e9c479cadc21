//! How messages are sent so that of each key a prefix arrives, whatever fails: in rounds with at
//! most one of each key. A batch of SNS or SQS may be taken in part.

use crate::{
    envelope::{Envelope, Position},
    names::message_group,
    sqs::MOST,
};
use broker::{Error, Message};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use std::collections::HashMap;

/// Bytes of a batch: 256 KiB, with room for what is counted along.
const LARGEST: usize = 240 * 1024;

/// A message as SNS and SQS take it.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) body: String,
    /// Its message group.
    pub(crate) group: String,
    /// What has been sent under the same is dropped, for five minutes.
    pub(crate) deduplication: String,
}

/// Where a message comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Published now.
    Published,
    /// Copied out of the log by a group that came later. SQS must not take it for a repeat of what
    /// SNS brought, because only one of the two counts.
    Copied,
}

/// The messages of one entry of a log, ready to be sent.
pub(crate) fn letters(
    messages: &[Message],
    (entry, at): (u64, Timestamp),
    origin: Origin,
) -> Result<Vec<Letter>, Error> {
    let copied = origin == Origin::Copied;
    let letter = |(nth, message): (usize, &Message)| {
        let envelope = Envelope::new(message, Position { entry, nth }, at, copied);
        let front = if copied { "copy-" } else { "" };
        Ok(Letter {
            body: serde_json::to_string(&envelope)?,
            group: message_group(&message.key),
            deduplication: format!("{front}{}", message.id),
        })
    };
    let letters = messages.iter().enumerate().map(letter);
    letters.collect::<Result<_, serde_json::Error>>().map_err(Error::unavailable)
}

/// Sends all of it by `send`, which takes a batch; a round when the one before it has arrived.
pub(crate) async fn send_all<F>(
    letters: Vec<Letter>,
    send: impl Fn(Vec<Letter>) -> F,
) -> Result<(), Error>
where
    F: Future<Output = Result<(), Error>>,
{
    for round in rounds(letters) {
        try_join_all(batches(round).into_iter().map(&send)).await?;
    }
    Ok(())
}

/// In the nth round stands the nth of each key.
fn rounds(letters: Vec<Letter>) -> Vec<Vec<Letter>> {
    let mut rounds: Vec<Vec<Letter>> = Vec::new();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for letter in letters {
        let count = counts.entry(letter.group.clone()).or_default();
        if rounds.len() <= *count {
            rounds.push(Vec::new());
        }
        rounds[*count].push(letter);
        *count += 1;
    }
    rounds
}

fn batches(round: Vec<Letter>) -> Vec<Vec<Letter>> {
    let mut batches: Vec<Vec<Letter>> = Vec::new();
    let mut bytes = 0;
    for letter in round {
        let more = letter.body.len();
        match batches.last_mut().filter(|last| last.len() < MOST && bytes + more <= LARGEST) {
            Some(last) => {
                bytes += more;
                last.push(letter);
            }
            None => {
                bytes = more;
                batches.push(vec![letter]);
            }
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(group: &str, bytes: usize) -> Letter {
        let (group, deduplication) = (group.to_owned(), String::new());
        Letter { body: "x".repeat(bytes), group, deduplication }
    }

    #[test]
    fn a_round_holds_each_key_once_and_rounds_keep_the_order() {
        let letters = [("a", 1), ("a", 2), ("b", 3), ("a", 4), ("b", 5)];
        let letters = letters.map(|(group, bytes)| letter(group, bytes)).into();
        let sizes = |round: &Vec<Letter>| round.iter().map(|l| l.body.len()).collect::<Vec<_>>();
        let seen: Vec<_> = rounds(letters).iter().map(sizes).collect();
        assert_eq!(seen, [vec![1, 3], vec![2, 5], vec![4]]);
    }

    #[test]
    fn a_batch_has_at_most_ten_messages_and_fits() {
        let count = |bytes, letters| {
            let round = (0..letters).map(|_| letter("a", bytes)).collect();
            batches(round).iter().map(Vec::len).collect::<Vec<_>>()
        };
        assert_eq!(count(1, 23), [10, 10, 3]);
        assert_eq!(count(64 * 1024, 7), [3, 3, 1]);
        assert_eq!(count(LARGEST + 1, 2), [1, 1]);
    }
}
