//! What `comanda doctor` is told.

use crate::{message, open, server, server::Server, town};
use broker::Condition;
use kernel::Env;
use std::time::Duration;
use testkit::within;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_its_own_is_risky_for_its_disk_and_wrong_in_nothing() {
    let Some(url) = server().map(|url| town(&url)) else { return };
    let broker = open(&url).await;
    broker.publish(&[message(&Env::system(), "a", 1)]).await.unwrap();
    let findings = broker.examine().await;
    let state = |what: &str| &findings.iter().find(|one| one.what.contains(what)).unwrap().state;
    for what in ["lets us in", "is tested", "JetStream is on", "streams may be made", "-events-t"] {
        assert_eq!(state(what), &Condition::Well, "{what}");
    }
    let Condition::Risky(advice) = state("power cut") else { panic!("{findings:?}") };
    assert!(advice.contains("sync_interval: always"), "{advice}");
    assert_eq!(broker.examine().await, findings, "looking changes nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_enter_is_told_so_and_who_may_enters() {
    let Some(mut server) = Server::prepare() else { return };
    server.start_with(&["--user", "me", "--pass", "s e"]);
    let address = server.url().replace("//", "//me:s%20e@");
    let welcome = open(&address).await;
    let patience = Duration::from_secs(60);
    within(patience, "the server to answer", async || welcome.health().await.ok()).await;
    for url in [server.url(), server.url().replace("//", "//me:wrong@")] {
        let stranger = open(&url).await;
        assert!(stranger.health().await.is_err());
        let findings = stranger.examine().await;
        assert_eq!(findings.len(), 1, "{findings:?}");
        let Condition::Wrong(reason) = &findings[0].state else { panic!("{findings:?}") };
        assert!(reason.contains("authorization"), "{reason}");
        assert!(!reason.contains("wrong@"), "{reason}");
    }
}
