//! The operator's commands for one person, while the town runs.

use crate::town::{Comanda, comanda};
use reqwest::StatusCode;
use testkit::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_ended_and_a_second_step_is_taken_off_by_command_while_the_town_runs() {
    let data = tempfile::tempdir().unwrap();
    let town = Comanda::up(data.path());
    let folder = data.path().to_str().unwrap();
    let owner = town.client().signed_in("owner@demo.test").await;
    let cook = town.client().signed_in("cook@demo.test").await;
    let run = async |task: &str, email: &str| {
        comanda(&["accounts", task, "--email", email, "--data-dir", folder]).await
    };
    let nobody = run("end-sessions", "nobody@demo.test").await;
    assert!(!nobody.succeeded, "{}", nobody.said);
    assert!(nobody.said.contains("nobody has an account with this address"), "{}", nobody.said);
    assert_eq!(owner.get("prepstation", "/restaurants").await.0, StatusCode::OK);
    let ended = run("end-sessions", "OWNER@demo.test").await;
    assert!(ended.succeeded && ended.said.contains("Ended: sessions 1,"), "{}", ended.said);
    let reset = run("reset-second-step", "cook@demo.test").await;
    assert!(reset.succeeded && reset.said.contains("authenticator apps 0"), "{}", reset.said);
    for person in [&owner, &cook] {
        for (service, path) in [("prepstation", "/restaurants"), ("accounts", "/me")] {
            eventually("the token is refused", async || {
                let (status, _) = person.get(service, path).await;
                (status == StatusCode::UNAUTHORIZED).then_some(())
            })
            .await;
        }
    }
    let back = town.client().signed_in("owner@demo.test").await;
    assert_eq!(back.get("prepstation", "/restaurants").await.0, StatusCode::OK);
}
