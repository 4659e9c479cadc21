//! Whoever locks something of a person has locked the person before, on PostgreSQL: SQLite has one
//! writer. What a use-case holds while it waits for the person, others would wait for in vain.

use super::{
    second_step_tests::{sealed, set_up},
    *,
};
use crate::domain::{
    authorization::{Asked as AskedByApp, Prompt},
    scope::scopes,
    signing::SigningAlgorithm,
};
use database::Location;
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
    mpsc,
};
use std::time::Duration;
use testkit::{TestDatabase, eventually};

const PATIENCE: Duration = Duration::from_secs(30);

/// How often a transaction was begun: one that was in another's way is repeated.
type Runs = Arc<AtomicU32>;

/// Runs a test on a database of its own, whose address it is given, too.
fn on_postgres(test: impl AsyncFn(Database, String)) {
    let Some(target) = TestDatabase::postgres() else { return };
    let Location::Postgres { url, .. } = &target.location else { return };
    let database = target.open(&[MIGRATIONS, outbox::MIGRATIONS]);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(test(database, url.clone()));
}

/// Whether a transaction waits for what another one has locked.
async fn somebody_waits(url: &str) -> bool {
    let url = url.to_owned();
    let look = move || {
        let mut client = database::connect_to_postgres(&url).unwrap();
        let waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        client.query_one(waiting, &[]).unwrap().get::<_, i64>(0) > 0
    };
    tokio::task::spawn_blocking(look).await.unwrap()
}

/// Runs `first`, and `second` beside it: what `first` still does with the answer of its transaction it
/// does when `second` waits for it, or is through.
async fn beside<A, B>(
    (db, url): (&Database, &str),
    first: impl Fn(&mut Tx<'_>) -> A + Send + 'static,
    then: impl Fn(&mut Tx<'_>) -> Result<(), Failure> + Send + 'static,
    second: impl Fn(&mut Tx<'_>) -> Result<B, TooSoon> + Send + 'static,
) -> (B, u32, u32)
where
    B: Send + 'static,
{
    let (begun, has_begun) = (Arc::new(AtomicBool::new(false)), mpsc::channel::<()>());
    let (go, may_go) = has_begun;
    let (runs, others): (Runs, Runs) = Default::default();
    let one = {
        let (db, runs, begun) = (db.clone(), runs.clone(), begun.clone());
        let work = move |tx: &mut Tx<'_>| {
            first(tx);
            begun.store(true, Ordering::SeqCst);
            if runs.fetch_add(1, Ordering::SeqCst) == 0 {
                may_go.recv_timeout(PATIENCE).unwrap();
            }
            then(tx)
        };
        tokio::spawn(async move { db.write(work).await.unwrap() })
    };
    eventually("the first has begun", async || begun.load(Ordering::SeqCst).then_some(())).await;
    let other = {
        let (db, others) = (db.clone(), others.clone());
        let work = move |tx: &mut Tx<'_>| {
            others.fetch_add(1, Ordering::SeqCst);
            second(tx)
        };
        tokio::spawn(async move { db.write(work).await.unwrap() })
    };
    eventually("the second waits, or is through", async || {
        (other.is_finished() || somebody_waits(url).await).then_some(())
    })
    .await;
    go.send(()).unwrap();
    one.await.unwrap();
    (other.await.unwrap(), runs.load(Ordering::SeqCst), others.load(Ordering::SeqCst))
}

/// Whatever of theirs a use-case could hold.
fn touch_all(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Failure> {
    tx.execute(
        database::sql!("UPDATE sessions SET network = network WHERE person_id = $1"),
        &[&person],
    )?;
    tx.execute(
        database::sql!("UPDATE one_time_secrets SET ends_at = ends_at WHERE person_id = $1"),
        &[&person],
    )?;
    let attempts = database::sql!("UPDATE sign_in_attempts SET failures = failures");
    tx.execute(attempts, &[])?;
    Ok(())
}

/// Holds the person, lets the use-case begin, and then touches all else of theirs.
async fn is_in_nobodys_way<B: Send + 'static>(
    place: (&Database, &str),
    person: PersonId,
    name: &str,
    use_case: impl Fn(&mut Tx<'_>) -> Result<B, TooSoon> + Send + 'static,
) -> B {
    let hold = move |tx: &mut Tx<'_>| store::persons::lock(tx, person).unwrap();
    let (done, runs, others) = beside(place, hold, move |tx| touch_all(tx, person), use_case).await;
    assert_eq!((runs, others), (1, 1), "{name}: each ran once");
    done
}

const HERE: &str = "192.0.2.1";

fn typed(code: String) -> CodeGuess {
    CodeGuess { address: Some(HERE.to_owned()), place: here(), held: None, code }
}

fn guess() -> Guess {
    Guess { email: "zoe@example.com".to_owned(), address: Some(HERE.to_owned()) }
}

/// Zoë, with attempts that are counted already.
async fn tried(db: &Database) -> (PersonId, SessionId) {
    let who = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap();
    db.write(|tx| begin_sign_in(tx, &at(0), &guess())).await.unwrap();
    let letter = Letter::Reset;
    db.write(move |tx| ask_for_mail(tx, &at(0), &guess(), &letter)).await.unwrap();
    (who.person_id, who.session_id)
}

#[test]
fn a_proof_waits_for_the_person_before_it_holds_anything_of_theirs() {
    on_postgres(async |db, url| {
        let ids = tried(&db).await;
        let (person, session) = ids;
        let (authenticator, _) = set_up(&db, person).await;
        let wrong = move |tx: &mut Tx<'_>| {
            prove_by_code(tx, &at(59), &sealed(), ids, &typed("000000".to_owned()), false)
        };
        assert_eq!(db.write(wrong).await.unwrap(), None);
        let code = authenticator.code(at(60).now);
        let by_code = move |tx: &mut Tx<'_>| {
            prove_by_code(tx, &at(60), &sealed(), ids, &typed(code.clone()), false)
        };
        let place = (&db, url.as_str());
        let half = is_in_nobodys_way(place, person, "a code", by_code).await;
        assert_eq!(half, Some(Proved::Half));
        let by_password = move |tx: &mut Tx<'_>| {
            prove_by_password(tx, &at(61), ids, &guess(), false).map_err(TooSoon::from)
        };
        let proved = is_in_nobodys_way(place, person, "a password", by_password).await;
        assert!(matches!(proved, Proved::Enough(_)), "{proved:?}");
        let proof = prove_by_link::Proof {
            email: "zoe@example.com".to_owned(),
            session,
            return_to: "/".to_owned(),
        };
        let issue = move |tx: &mut Tx<'_>| {
            one_time::issue(tx, &at(62), prove_by_link::LINK, Some(person), &proof)
        };
        let secret = db.write(issue).await.unwrap();
        let by_link = move |tx: &mut Tx<'_>| {
            let link = (secret.as_str(), Some(HERE));
            prove_by_link(tx, &at(63), ids, link, false).map_err(TooSoon::from)
        };
        let proved = is_in_nobodys_way(place, person, "a link", by_link).await;
        assert!(proved.is_some());
    });
}

#[test]
fn a_link_by_mail_waits_for_the_person_before_it_is_used_up() {
    on_postgres(async |db, url| {
        let (person, _) = tried(&db).await;
        let place = (&db, url.as_str());
        let email = "zoe@example.com".to_owned();
        let link = Link { email: email.clone(), return_to: "/".to_owned() };
        let issue =
            move |tx: &mut Tx<'_>| one_time::issue(tx, &at(1), SIGN_IN_LINK, Some(person), &link);
        let secret = db.write(issue).await.unwrap();
        let open = move |tx: &mut Tx<'_>| {
            open_link(tx, &at(2), &secret, Some(HERE)).map_err(TooSoon::from)
        };
        assert!(is_in_nobodys_way(place, person, "a sign-in", open).await.is_some());
        let issue =
            move |tx: &mut Tx<'_>| one_time::issue(tx, &at(3), RESET_LINK, Some(person), &email);
        let secret = db.write(issue).await.unwrap();
        let reset = move |tx: &mut Tx<'_>| {
            reset_password(tx, &at(4), &secret, "hash", (Some(HERE), &here()))
                .map_err(TooSoon::from)
        };
        assert!(is_in_nobodys_way(place, person, "a reset", reset).await.is_some());
    });
}

#[test]
fn an_app_waits_for_the_person_before_it_holds_their_session_or_what_is_counted() {
    on_postgres(async |db, url| {
        let (person, session) = tried(&db).await;
        let place = (&db, url.as_str());
        let new = openid::NewClient {
            name: "App".to_owned(),
            confidential: true,
            redirect_uris: vec!["https://app.example.com/".to_owned()],
            post_logout_uris: Vec::new(),
            algorithm: SigningAlgorithm::EdDsa,
        };
        let (client, _) = db.write(move |tx| openid::add_client(tx, &at(0), &new)).await.unwrap();
        let begin = move |tx: &mut Tx<'_>| {
            let pending = openid::Pending { query: "x".to_owned(), asked_at: at(1).now };
            let address = Some(HERE.to_owned());
            let about = openid::About { person: Some(person), address, ..openid::About::default() };
            openid::begin_authorization(tx, &at(1), &pending, &about)
        };
        db.write(begin).await.unwrap();
        let step = is_in_nobodys_way(place, person, "what an app asks", begin).await;
        let request = openid::Authorizing {
            client: client.id,
            redirect_uri: "https://app.example.com/".to_owned(),
            asked: AskedByApp {
                scopes: scopes("openid"),
                challenge: "x".repeat(43),
                nonce: None,
                prompt: Prompt::default(),
                max_age: None,
                login_hint: String::new(),
                id_token_hint: None,
            },
            asked_at: at(1).now,
            who: Some((person, session)),
            expected: None,
            consented: true,
            step: Some(step),
            address: Some(HERE.to_owned()),
        };
        let authorize =
            move |tx: &mut Tx<'_>| openid::authorize(tx, &at(2), &request).map_err(TooSoon::from);
        let done = is_in_nobodys_way(place, person, "an app", authorize).await;
        assert!(matches!(done, openid::Authorized::Code(_)), "{done:?}");
    });
}

#[test]
fn who_signs_in_while_all_access_ends_is_signed_out_as_well() {
    on_postgres(async |db, url| {
        let (person, _) = tried(&db).await;
        let enter = move |tx: &mut Tx<'_>| sign_in(tx, &at(1), &ended::entry(person, None), false);
        let end = move |tx: &mut Tx<'_>| end_all_access(tx, &at(2), person).map_err(TooSoon::from);
        let (ended, ..) = beside((&db, &url), enter, |_| Ok(()), end).await;
        assert_eq!(ended.sessions.len(), 2);
        let left = db.read(move |tx| store::sessions::of_person(tx, person)).await.unwrap();
        assert_eq!(left, []);
    });
}
