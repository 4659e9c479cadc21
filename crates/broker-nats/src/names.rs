//! What things are called on the server. Everything of a town begins with its name.

/// The names of one town.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    town: String,
}

impl Names {
    pub(crate) fn new(town: &str) -> Self {
        Self { town: token(town) }
    }

    /// The stream that holds a topic's messages.
    pub(crate) fn topic_stream(&self, topic: &str) -> String {
        self.topic_stream_of(&token(topic))
    }

    /// The same, for a topic as the last token of a place's subject has it.
    pub(crate) fn topic_stream_of(&self, token: &str) -> String {
        format!("{}-events-{token}", self.town)
    }

    /// The front of all streams of topics.
    pub(crate) fn topic_streams(&self) -> String {
        self.topic_stream_of("")
    }

    /// The subject that a topic's messages are published to.
    pub(crate) fn topic(&self, topic: &str) -> String {
        format!("{}.events.{}", self.town, token(topic))
    }

    /// The stream that holds where groups stand.
    pub(crate) fn places_stream(&self) -> String {
        format!("{}-places", self.town)
    }

    /// Where a group stands in a topic.
    pub(crate) fn place(&self, group: &str, topic: &str) -> String {
        format!("{}.{}", self.places(group), token(topic))
    }

    /// The front of all places of a group.
    pub(crate) fn places(&self, group: &str) -> String {
        format!("{}.places.{}", self.town, token(group))
    }

    /// All places of all groups.
    pub(crate) fn all_places(&self) -> String {
        format!("{}.places.>", self.town)
    }

    /// Where the server tells that something has been stored under a subject of ours.
    pub(crate) fn news_of(&self, subject: &str) -> String {
        let rest = subject.strip_prefix(&self.town).unwrap_or(subject);
        format!("{}.news{rest}", self.town)
    }

    /// A name for a stream that is there for a moment.
    pub(crate) fn trial(&self, unique: &str) -> String {
        format!("{}-trial-{unique}", self.town)
    }
}

/// Words as one token of a subject or stream name; different words give different tokens.
fn token(words: &str) -> String {
    let mut token = String::with_capacity(words.len());
    for byte in words.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => token.push(char::from(byte)),
            other => token.push_str(&format!("={other:02x}")),
        }
    }
    token
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tokens_whatever_the_words() {
        let names = Names::new("my town");
        assert_eq!(names.topic("order.hub"), "my=20town.events.order=2ehub");
        assert_eq!(names.news_of(&names.topic("t")), "my=20town.news.events.t");
        assert_ne!(token("a=20"), token("a "));
    }
}
