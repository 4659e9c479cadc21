//! What things are called. Everything of a town begins with its name, so that one pattern of a
//! policy (`TOWN__*`) covers it.

use sha2::{Digest, Sha256};

/// Characters of a queue's name, without `.fifo`.
const LONGEST: usize = 75;
/// Characters of a message group's name.
const LONGEST_GROUP: usize = 128;

/// The names of one town.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    pub(crate) town: String,
}

impl Names {
    /// The SNS topic of a topic.
    pub(crate) fn topic(&self, topic: &str) -> String {
        self.topic_of(&token(topic))
    }

    /// The same, for a topic as a token.
    pub(crate) fn topic_of(&self, topic: &str) -> String {
        format!("{}__{topic}.fifo", self.town)
    }

    /// The SQS queue of a group and topic, both as tokens.
    pub(crate) fn queue(&self, group: &str, topic: &str) -> String {
        self.fitting(&format!("{group}__{topic}"))
    }

    /// The queue for what a group, as a token, could not settle however often it was delivered.
    pub(crate) fn dead_letters(&self, group: &str) -> String {
        self.fitting(&format!("{group}__"))
    }

    fn fitting(&self, rest: &str) -> String {
        let name = format!("{}__{rest}", self.town);
        if name.len() <= LONGEST {
            return format!("{name}.fifo");
        }
        format!("{}__{}.fifo", self.town, &digest(rest)[..32])
    }

    /// The front of a topic's log in the bucket.
    pub(crate) fn log(&self, topic: &str) -> String {
        format!("{}{}/", self.logs(), token(topic))
    }

    /// The front of all logs.
    pub(crate) fn logs(&self) -> String {
        format!("{}/log/", self.town)
    }

    /// Where it stands since when a group follows a topic, both as tokens.
    pub(crate) fn place(&self, group: &str, topic: &str) -> String {
        format!("{}{topic}", self.places_of(group))
    }

    /// The front of all places of a group, as a token.
    pub(crate) fn places_of(&self, group: &str) -> String {
        format!("{}{group}/", self.places())
    }

    /// The front of all places.
    pub(crate) fn places(&self) -> String {
        format!("{}/groups/", self.town)
    }

    /// The front of notes on messages that a queue delivered and nobody tried.
    pub(crate) fn untried(&self, queue: &str) -> String {
        format!("{}{queue}/", self.all_untried())
    }

    /// The front of all of them.
    pub(crate) fn all_untried(&self) -> String {
        format!("{}/untried/", self.town)
    }
}

/// A message group: a key of a topic. Different keys give different groups.
pub(crate) fn message_group(key: &str) -> String {
    match token(key) {
        empty if empty.is_empty() => "_".to_owned(),
        long if long.len() > LONGEST_GROUP => digest(key),
        fitting => fitting,
    }
}

/// Words as a part of a name; different words give different tokens, and none holds `__`.
pub(crate) fn token(words: &str) -> String {
    let mut token = String::with_capacity(words.len());
    for byte in words.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => token.push(char::from(byte)),
            other => token.push_str(&format!("_{other:02x}")),
        }
    }
    token
}

pub(crate) fn digest(text: impl AsRef<[u8]>) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_allowed_ones_whatever_the_words() {
        let names = Names { town: "lunch".to_owned() };
        assert_eq!(names.topic("order hub"), "lunch__order_20hub.fifo");
        assert_eq!(names.queue("prepstation", "orderhub"), "lunch__prepstation__orderhub.fifo");
        assert_eq!(names.dead_letters("prepstation"), "lunch__prepstation__.fifo");
        let long = names.queue(&"g".repeat(40), &"t".repeat(40));
        assert!(long.len() <= 80 && long != names.queue(&"g".repeat(41), &"t".repeat(39)));
        assert_ne!(token("a_20"), token("a "));
    }

    #[test]
    fn message_groups_are_as_different_as_keys() {
        assert_eq!(message_group("0190-abc"), "0190-abc");
        let keys = ["", "_", "a b", "a_20b", &"x".repeat(200), &"x".repeat(201)];
        let groups: std::collections::HashSet<_> = keys.iter().map(|k| message_group(k)).collect();
        assert_eq!(groups.len(), keys.len());
        assert!(groups.iter().all(|group| (1..=128).contains(&group.len())));
    }
}
