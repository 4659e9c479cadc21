//! A rolling restart while guests order, cooks cook and visitors browse: each replica in turn is
//! asked to end and started again, and nobody outside notices more than a screen that is told to
//! come back.

use reqwest::{Method, StatusCode};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::task::JoinHandle;

use crate::{
    client::Caller,
    guests::{Acknowledged, Guests},
    kitchens::{Crew, Kitchen, OWNER},
    report::{Report, none, say},
    size::{VISITORS, rolling_rate},
    town::Town,
};

/// 1012: the service restarts, come back.
const COME_BACK: u16 = 1012;

/// More than there is time for.
const ENDLESS: usize = usize::MAX / 2;

/// Restarts all replicas; the orders that were placed meanwhile.
pub(crate) async fn run(
    town: &Town,
    kitchens: &[Kitchen],
    crews: &[Crew],
    report: &mut Report,
) -> Vec<Acknowledged> {
    for screen in crews.iter().flat_map(|crew| &crew.screens) {
        screen.shown().closes.clear();
    }
    town.ledger.forget();
    let guests = Guests::start(town, kitchens, "rolling", (ENDLESS, rolling_rate()));
    let visitors = Visitors::start(town).await;
    for (service, number) in town.all() {
        town.stop((service, number)).await;
        town.raise((service, number)).await;
    }
    visitors.leave().await;
    let placed = guests.leave().await;
    say(&format!(
        "rolling restart of {} replicas: {} requests, {} orders among them",
        town.all().count(),
        town.ledger.answers(),
        placed.len()
    ));
    report.check("rolling::no_request_fails", none(&town.ledger.failures()));
    let closes: Vec<String> = crews
        .iter()
        .flat_map(|crew| &crew.screens)
        .flat_map(|screen| screen.shown().closes.clone())
        .filter(|code| *code != COME_BACK)
        .map(|code| format!("closed with {code}"))
        .collect();
    report.check("rolling::screens_are_told_to_come_back", none(&closes));
    placed
}

/// People who read pages and sign in, again and again.
struct Visitors {
    leave: Arc<AtomicBool>,
    lives: Vec<JoinHandle<()>>,
}

impl Visitors {
    async fn start(town: &Town) -> Self {
        let leave = Arc::<AtomicBool>::default();
        let mut lives = Vec::new();
        for visitor in 0..VISITORS {
            let caller = town.caller(2000 + visitor).signed_in(OWNER).await;
            let leave = leave.clone();
            lives.push(tokio::spawn(async move {
                while !leave.load(Ordering::Relaxed) {
                    visit(&caller).await;
                }
            }));
        }
        Self { leave, lives }
    }

    async fn leave(self) {
        self.leave.store(true, Ordering::Relaxed);
        for life in self.lives {
            life.await.unwrap();
        }
    }
}

/// One round through all services. What fails is in the ledger.
async fn visit(caller: &Caller) {
    let sign_in = serde_json::json!({"email": OWNER, "password": "comanda-demo"});
    for (method, service, path, body) in [
        (Method::GET, "orderhub", "/restaurants/trattoria-lupo/menu", None),
        (Method::GET, "prepstation", "/restaurants", None),
        (Method::GET, "accounts", "/me", None),
        (Method::POST, "accounts", "/sessions", Some(&sign_in)),
    ] {
        // A key that is used again would be no new request.
        let answer = caller.send(method, service, path, ("", body)).await;
        assert!(!answer.is_ok_and(|(status, _)| status == StatusCode::UNAUTHORIZED), "{path}");
        testkit::pause().await;
    }
    caller.page("landing", "/").await;
}
