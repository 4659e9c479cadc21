//! What the examination says of a cluster.

use crate::server::{self, KEPT, message};
use broker::{Broker, Condition};
use broker_kafka::{Address, KafkaBroker};
use kernel::Env;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_examination_names_what_could_lose_messages() {
    let env = Env::system();
    let Some(address) = server::town(&env.uuid().to_string()) else { return };
    let broker = KafkaBroker::open(&address, KEPT).unwrap();
    broker.publish(&[message(&env, "t", "a", 1)]).await.unwrap();
    let findings = broker.examine().await;
    assert!(findings.len() > 3, "{findings:?}");
    assert!(findings.iter().all(|one| !matches!(one.state, Condition::Wrong(_))), "{findings:?}");
    let risky = |one: &&broker::Finding| matches!(&one.state, Condition::Risky(why) if why.contains("replication"));
    assert!(findings.iter().any(|one| risky(&one)), "one copy is no safety: {findings:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_that_is_away_is_said_to_be_away() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address: Address = format!("kafka://127.0.0.1:{port}").parse().unwrap();
    let findings = KafkaBroker::open(&address, KEPT).unwrap().examine().await;
    assert_eq!(findings.len(), 1);
    assert!(matches!(findings[0].state, Condition::Wrong(_)), "{findings:?}");
}
