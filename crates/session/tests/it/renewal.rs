//! Renewal, keys and revocation against an accounts that answers over HTTP.

use crate::{ISSUER, ana, jwks, now, signer};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use kernel::ManualClock;
use session::{Issued, RenewRequest, Sessions, Signer, Standing};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

/// Counts what it is asked.
#[derive(Clone)]
struct Accounts {
    clock: ManualClock,
    fetches: Arc<AtomicU32>,
    renewals: Arc<AtomicU32>,
    over: Arc<AtomicBool>,
    broken: Arc<AtomicBool>,
}

impl Accounts {
    async fn start() -> (Self, Sessions) {
        let accounts = Self {
            clock: ManualClock::at(now()),
            fetches: Arc::default(),
            renewals: Arc::default(),
            over: Arc::default(),
            broken: Arc::default(),
        };
        let routes = Router::new()
            .route("/.well-known/jwks.json", get(keys))
            .route("/internal/sessions/renew", post(renew))
            .with_state(accounts.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        let http = reqwest::Client::builder().build().unwrap();
        let sessions = Sessions::remote(http, &url, ISSUER, Arc::new(accounts.clock.clone()));
        (accounts, sessions)
    }

    fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

async fn keys(
    State(accounts): State<Accounts>,
    headers: HeaderMap,
) -> Result<Json<session::JwkSet>, StatusCode> {
    assert_eq!(headers["host"], "accounts.comanda.localhost");
    accounts.fetches.fetch_add(1, Ordering::SeqCst);
    if accounts.broken.load(Ordering::SeqCst) {
        return Err(StatusCode::INTERNAL_SERVER_ERROR);
    }
    Ok(Json(jwks()))
}

async fn renew(
    State(accounts): State<Accounts>,
    Json(body): Json<RenewRequest>,
) -> Result<Json<Issued>, StatusCode> {
    use kernel::Clock;
    accounts.renewals.fetch_add(1, Ordering::SeqCst);
    if accounts.broken.load(Ordering::SeqCst) {
        return Err(StatusCode::INTERNAL_SERVER_ERROR);
    }
    if accounts.over.load(Ordering::SeqCst) || body.token.is_empty() {
        return Err(StatusCode::UNAUTHORIZED);
    }
    Ok(Json(signer().sign(&ana(), accounts.clock.now())))
}

fn is_ana(standing: &Standing) -> bool {
    matches!(standing, Standing::SignedIn { principal, .. } if **principal == ana())
}

#[tokio::test]
async fn a_hundred_requests_with_one_expired_token_make_one_call_and_sign_nobody_out() {
    let (accounts, sessions) = Accounts::start().await;
    let token = signer().sign(&ana(), now()).token;
    accounts.wait(400);
    let checks: Vec<_> = (0..100)
        .map(|_| {
            let (sessions, token) = (sessions.clone(), token.clone());
            tokio::spawn(async move { sessions.check(&token).await })
        })
        .collect();
    let mut successors = std::collections::BTreeSet::new();
    for check in checks {
        let standing = check.await.unwrap();
        assert!(is_ana(&standing), "{standing:?}");
        let Standing::SignedIn { renewed: Some(issued), .. } = standing else {
            panic!("no successor")
        };
        successors.insert(issued.token);
    }
    assert_eq!(successors.len(), 1);
    assert_eq!(accounts.renewals.load(Ordering::SeqCst), 1);
    assert_eq!(accounts.fetches.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_live_token_is_verified_without_asking_accounts() {
    let (accounts, sessions) = Accounts::start().await;
    for _ in 0..10 {
        let token = signer().sign(&ana(), now()).token;
        assert!(matches!(sessions.check(&token).await, Standing::SignedIn { renewed: None, .. }));
    }
    assert_eq!(accounts.renewals.load(Ordering::SeqCst), 0);
    assert_eq!(accounts.fetches.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_session_that_is_over_signs_out_and_accounts_away_does_not() {
    let (accounts, sessions) = Accounts::start().await;
    let token = signer().sign(&ana(), now()).token;
    assert!(is_ana(&sessions.check(&token).await));
    accounts.wait(400);
    accounts.broken.store(true, Ordering::SeqCst);
    assert_eq!(sessions.check(&token).await, Standing::Unknown);
    accounts.broken.store(false, Ordering::SeqCst);
    assert!(is_ana(&sessions.check(&token).await));
    let other = signer().sign(&ana(), now()).token;
    accounts.over.store(true, Ordering::SeqCst);
    accounts.wait(400);
    assert_eq!(sessions.check(&other).await, Standing::SignedOut);
}

#[tokio::test]
async fn without_keys_nobody_is_signed_in_and_nobody_is_signed_out() {
    let (accounts, sessions) = Accounts::start().await;
    accounts.broken.store(true, Ordering::SeqCst);
    let token = signer().sign(&ana(), now()).token;
    assert_eq!(sessions.check(&token).await, Standing::Unknown);
    accounts.broken.store(false, Ordering::SeqCst);
    accounts.wait(1);
    assert!(is_ana(&sessions.check(&token).await));
}

#[tokio::test]
async fn a_flood_of_unknown_key_names_causes_one_fetch_a_minute() {
    let (accounts, sessions) = Accounts::start().await;
    for minute in 1..=3 {
        for secret in 100..200 {
            let token = Signer::new(ISSUER, &[secret; 32]).sign(&ana(), now()).token;
            assert_eq!(sessions.check(&token).await, Standing::SignedOut);
        }
        assert_eq!(accounts.fetches.load(Ordering::SeqCst), minute);
        accounts.wait(60);
    }
}

#[tokio::test]
async fn a_revoked_session_is_refused_at_once_live_and_expired() {
    let (accounts, sessions) = Accounts::start().await;
    let issued = signer().sign(&ana(), now());
    assert!(is_ana(&sessions.check(&issued.token).await));
    sessions.revoke(ana().session_id, issued.expires_at);
    assert_eq!(sessions.check(&issued.token).await, Standing::SignedOut);
    accounts.wait(305);
    assert_eq!(sessions.check(&issued.token).await, Standing::SignedOut);
    assert_eq!(accounts.renewals.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_token_that_was_signed_late_for_a_revoked_session_is_never_honoured() {
    let (accounts, sessions) = Accounts::start().await;
    let issued = signer().sign(&ana(), now());
    sessions.revoke(ana().session_id, issued.expires_at);
    // By a request that was under way when the session ended, and that was slow.
    let late = signer().sign(&ana(), now() + Duration::from_secs(299)).token;
    for _ in 0..70 {
        accounts.wait(10);
        accounts.over.store(true, Ordering::SeqCst);
        assert_eq!(sessions.check(&late).await, Standing::SignedOut);
    }
}

#[tokio::test]
async fn a_withdrawn_key_is_not_honoured_whoever_still_publishes_it() {
    let (_accounts, sessions) = Accounts::start().await;
    let token = signer().sign(&ana(), now()).token;
    assert!(is_ana(&sessions.check(&token).await));
    sessions.withdraw_keys(&[signer().kid().to_owned()]);
    assert_eq!(sessions.check(&token).await, Standing::SignedOut);
    let other = Signer::new(ISSUER, &[8; 32]).sign(&ana(), now()).token;
    assert!(is_ana(&sessions.check(&other).await));
}

#[tokio::test]
async fn a_new_key_while_accounts_is_away_signs_nobody_out() {
    let (accounts, sessions) = Accounts::start().await;
    assert!(is_ana(&sessions.check(&signer().sign(&ana(), now()).token).await));
    accounts.wait(120);
    accounts.broken.store(true, Ordering::SeqCst);
    let later = now() + Duration::from_secs(120);
    let unknown = Signer::new(ISSUER, &[9; 32]).sign(&ana(), later).token;
    assert_eq!(sessions.check(&unknown).await, Standing::Unknown);
    accounts.broken.store(false, Ordering::SeqCst);
    accounts.wait(2);
    assert_eq!(sessions.check(&unknown).await, Standing::SignedOut);
}
