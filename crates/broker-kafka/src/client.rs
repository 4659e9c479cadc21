//! What all our clients of a cluster have in common.

use crate::address::Address;
use broker::Error;
use rdkafka::{
    ClientConfig, ClientContext,
    config::RDKafkaLogLevel,
    consumer::ConsumerContext,
    error::{KafkaError, RDKafkaErrorCode},
};

/// A client's settings, without its role.
pub(crate) fn settings(address: &Address) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &address.servers)
        .set("client.id", "comanda")
        .set("allow.auto.create.topics", "false")
        .set("socket.keepalive.enable", "true")
        // A broker that comes back is found within a second.
        .set("reconnect.backoff.ms", "50")
        .set("reconnect.backoff.max.ms", "1000")
        .set_log_level(RDKafkaLogLevel::Error);
    for (name, value) in address.security() {
        config.set(name, value);
    }
    config
}

/// A consumer's settings.
pub(crate) fn consumer(address: &Address, group: &str) -> ClientConfig {
    let mut config = settings(address);
    config
        .set("group.id", format!("{}{group}", address.prefix))
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        // Where the log has forgotten a group's place, it goes on with the oldest message.
        .set("auto.offset.reset", "earliest")
        .set("topic.metadata.refresh.interval.ms", "30000")
        .set("fetch.wait.max.ms", "500")
        .set("fetch.error.backoff.ms", "100")
        .set("queued.max.messages.kbytes", "16384");
    config
}

/// A client whose chatter goes to the debug log: what matters is an error of a call.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Quiet;

impl ClientContext for Quiet {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        tracing::debug!(?level, facility, message, "librdkafka");
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tracing::debug!(%error, reason, "librdkafka");
    }
}

impl ConsumerContext for Quiet {}

/// Runs what waits for the cluster where it may block.
pub(crate) async fn blocking<T: Send + 'static>(
    ask: impl FnOnce() -> Result<T, KafkaError> + Send + 'static,
) -> Result<T, Error> {
    let asked = tokio::task::spawn_blocking(ask).await;
    asked.map_err(Error::unavailable)?.map_err(Error::unavailable)
}

/// Whether waiting will not help: somebody must change a right or a password.
pub(crate) fn is_refusal(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        error.rdkafka_error_code(),
        Some(
            Code::TopicAuthorizationFailed
                | Code::GroupAuthorizationFailed
                | Code::ClusterAuthorizationFailed
                | Code::SaslAuthenticationFailed
                | Code::Authentication
        )
    )
}
