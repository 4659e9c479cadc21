//! Guessing gets slower, and owners are not kept out.

use crate::Place;

async fn attempt(place: &Place, from: &str, email: &str, password: &str) -> (u16, u64) {
    let mut browser = place.browser();
    let body = serde_json::json!({"email": email, "password": password}).to_string();
    let request = browser
        .request("POST", "accounts", "/api/v1/sessions")
        .header("x-forwarded-for", from)
        .header("content-type", "application/json");
    let answer = browser.visit(request.body(body)).await;
    (answer.status, answer.header("retry-after").parse().unwrap_or(0))
}

#[tokio::test]
async fn wrong_passwords_wait_longer_and_longer_and_a_right_one_ends_it() {
    let place = Place::open_throttled().await;
    let guess = async |password| attempt(&place, "192.0.2.1", "ana@demo.test", password).await;
    for _ in 0..5 {
        assert_eq!(guess("wrong").await, (401, 0));
    }
    for wait in [1, 2, 4, 8] {
        assert_eq!(guess("wrong").await, (429, wait));
        // Not even the right one is looked at before its time.
        assert_eq!(guess("comanda-demo").await, (429, wait));
        place.wait(wait);
        assert_eq!(guess("wrong").await, (401, 0));
    }
    place.wait(16);
    assert_eq!(guess("comanda-demo").await.0, 201);
    assert_eq!(guess("wrong").await.0, 401);
}

#[tokio::test]
async fn attempts_at_the_same_moment_count_one_by_one() {
    let place = std::sync::Arc::new(Place::open_throttled().await);
    let guesses: Vec<_> = (0..40)
        .map(|_| {
            let place = place.clone();
            tokio::spawn(
                async move { attempt(&place, "192.0.2.1", "ana@demo.test", "wrong").await.0 },
            )
        })
        .collect();
    let mut looked_at = 0;
    for guess in guesses {
        looked_at += u32::from(guess.await.unwrap() == 401);
    }
    assert_eq!(looked_at, 5);
}

#[tokio::test]
async fn one_address_that_tries_many_accounts_is_stopped_within_20() {
    let place = Place::open_throttled().await;
    let mut looked_at = 0;
    for number in 0..100 {
        let email = format!("person{number}@example.com");
        looked_at += u32::from(attempt(&place, "192.0.2.9", &email, "password1").await.0 == 401);
    }
    assert_eq!(looked_at, 20);
    assert_eq!(attempt(&place, "192.0.2.10", "ana@demo.test", "comanda-demo").await.0, 201);
}

#[tokio::test]
async fn strangers_never_delay_the_owner_where_they_have_signed_in_before() {
    let place = Place::open_throttled().await;
    let home = "198.51.100.7";
    assert_eq!(attempt(&place, home, "ana@demo.test", "comanda-demo").await.0, 201);
    for number in 0..40 {
        attempt(&place, &format!("192.0.2.{number}"), "ana@demo.test", "wrong").await;
    }
    assert_eq!(attempt(&place, "192.0.2.200", "ana@demo.test", "comanda-demo").await.0, 429);
    assert_eq!(attempt(&place, home, "ana@demo.test", "comanda-demo").await.0, 201);
}

#[tokio::test]
async fn this_machine_is_not_slowed_down_unless_it_is_asked_for() {
    let place = Place::open().await;
    for _ in 0..12 {
        let mut browser = place.browser();
        assert_eq!(browser.sign_in("ana@demo.test", "wrong password").await.status, 422);
    }
    place.ana().await;
}

#[tokio::test]
async fn the_page_says_how_long_to_wait_and_accounts_are_not_made_by_the_dozen() {
    let place = Place::open_throttled().await;
    let mut answers = Vec::new();
    for number in 0..22 {
        let mut browser = place.browser();
        let email = format!("person{number}@example.com");
        let fields = [("name", "P"), ("email", email.as_str()), ("password", "long enough")];
        answers.push(browser.post("accounts", "/sign-up", &fields).await);
    }
    let made = answers.iter().filter(|answer| answer.status == 303).count();
    let last = answers.last().unwrap();
    assert_eq!((made, last.status, last.header("retry-after")), (20, 429, "1"));
    assert!(
        last.body.contains("Try again in a second") && last.body.contains("person21@example.com")
    );
}

async fn ask(place: &Place, from: &str, path: &str, email: &str) -> u16 {
    let browser = place.browser();
    let body = serde_urlencoded::to_string([("email", email)]).unwrap();
    let request = browser
        .request("POST", "accounts", path)
        .header("x-forwarded-for", from)
        .header("content-type", "application/x-www-form-urlencoded");
    browser.send(request.body(body)).await.status
}

#[tokio::test]
async fn an_address_gets_a_few_mails_an_hour_whether_it_has_an_account_or_not() {
    let place = Place::open_throttled().await;
    for email in ["ana@demo.test", "nobody@example.com"] {
        let mut sent = 0;
        for number in 0..60 {
            let path = if number % 2 == 0 { "/sign-in/link" } else { "/reset-password" };
            sent += u32::from(ask(&place, "192.0.2.1", path, email).await == 303);
            place.wait(60);
        }
        assert_eq!(sent, 7, "{email}");
        place.wait(3600);
    }
}

#[tokio::test]
async fn strangers_who_ask_for_mails_keep_no_owner_from_theirs() {
    let place = Place::open_throttled().await;
    let home = "198.51.100.7";
    assert_eq!(attempt(&place, home, "ana@demo.test", "comanda-demo").await.0, 201);
    for number in 0..20 {
        ask(&place, &format!("192.0.2.{number}"), "/reset-password", "ana@demo.test").await;
    }
    assert_eq!(ask(&place, "192.0.2.200", "/reset-password", "ana@demo.test").await, 429);
    assert_eq!(ask(&place, home, "/reset-password", "ana@demo.test").await, 303);
    place.mail.take("ana@demo.test", "Set a new password").await;
}

#[tokio::test]
async fn one_who_asks_for_many_addresses_is_stopped_within_20() {
    let place = Place::open_throttled().await;
    let mut taken = 0;
    for number in 0..40 {
        let email = format!("person{number}@example.com");
        taken += u32::from(ask(&place, "192.0.2.9", "/sign-in/link", &email).await == 303);
    }
    assert_eq!(taken, 20);
}

#[tokio::test]
async fn a_sign_in_from_a_new_place_is_told_once_and_the_first_one_never() {
    let place = Place::open_throttled().await;
    let subject = "You signed in from a new place";
    for from in ["198.51.100.7", "198.51.100.7", "203.0.113.5", "203.0.113.5", "203.0.113.6"] {
        assert_eq!(attempt(&place, from, "ana@demo.test", "comanda-demo").await.0, 201);
    }
    let told: Vec<_> = [
        place.mail.take("ana@demo.test", subject).await,
        place.mail.take("ana@demo.test", subject).await,
    ]
    .into();
    for from in ["203.0.113.5", "203.0.113.6"] {
        assert_eq!(told.iter().filter(|mail| mail.text.contains(from)).count(), 1, "{from}");
    }
    assert!(place.mail.mails().iter().all(|mail| mail.subject != subject));
}
