//! Publishing: messages of one key one after another, keys beside each other. A connection that
//! breaks can therefore not leave a later message of a key stored without the earlier one.

use crate::{link::Link, log};
use async_nats::jetstream::{context::PublishErrorKind, message::PublishMessage};
use broker::{Error, Message};
use futures_util::future::try_join_all;
use std::collections::HashMap;

pub(crate) async fn publish(link: &Link, batch: &[Message]) -> Result<(), Error> {
    let mut lanes: HashMap<(&str, &str), Vec<&Message>> = HashMap::new();
    for message in batch {
        lanes.entry((&message.topic, &message.key)).or_default().push(message);
    }
    let mut topics: Vec<_> = lanes.keys().map(|(topic, _)| *topic).collect();
    topics.sort_unstable();
    topics.dedup();
    for topic in topics {
        link.topic(topic).await?;
    }
    try_join_all(lanes.into_values().map(|lane| in_order(link, lane))).await?;
    Ok(())
}

async fn in_order(link: &Link, lane: Vec<&Message>) -> Result<(), Error> {
    for message in lane {
        let publish = PublishMessage::build()
            .headers(log::headers(message))
            .payload(message.payload.packed().to_vec().into());
        let subject = link.names.topic(&message.topic);
        let sent = link.jetstream()?.send_publish(subject, publish).await;
        let stored = match sent {
            Ok(acknowledgement) => acknowledgement.await,
            Err(error) => Err(error),
        };
        if let Err(error) = stored {
            if error.kind() == PublishErrorKind::StreamNotFound {
                link.forget_streams();
            }
            return Err(Error::unavailable(error));
        }
    }
    Ok(())
}
